//! What somebody who may push, and may not sign, can try.

use serde_json::Value;

use super::VERIFY;
use super::a_shop;
use super::asked;
use super::run_file;
use super::signed;
use super::ssh_signature;
use crate::support::team::Shop;

const BRANCH: &str = "pact/app/Orders";

/// Puts a commit in the place of the tip of Orders' branch, made of what the tip is without signature.
fn remake(shop: &Shop, with: impl Fn(&str) -> String) {
    let store = shop.store();
    let raw = store.run(&["cat-file", "commit", BRANCH]);
    let mut bare = String::new();
    let mut in_signature = false;
    for line in raw.split_inclusive('\n') {
        let begins = line.starts_with("gpgsig ");
        in_signature = begins || (in_signature && line.starts_with(' '));
        if !in_signature {
            bare.push_str(line);
        }
    }
    if !bare.ends_with('\n') {
        bare.push('\n');
    }
    let id = store.feed(
        &[
            "hash-object",
            "-t",
            "commit",
            "-w",
            "--stdin",
            "--literally",
        ],
        with(&bare).as_bytes(),
    );
    store.run(&["update-ref", &format!("refs/heads/{BRANCH}"), &id]);
}

/// Returns a raw commit with a signature.
fn with_signature(bare: &str, signature: &str) -> String {
    let indented = signature.trim_end().replace('\n', "\n ");
    bare.replacen("\n\n", &format!("\ngpgsig {indented}\n\n"), 1)
}

#[test]
fn a_run_that_was_changed_since_it_was_signed_is_not_believed() {
    let Some(shop) = a_shop() else { return };
    signed(&shop, "orders", "ci", &format!("{VERIFY} --success"));
    assert_eq!(asked(&shop, 0), "yes: all-verified");
    let (store, path) = (shop.store(), run_file(&shop));
    let run = store.run(&["show", &format!("{BRANCH}:{path}")]) + "\n";
    // What somebody does elsewhere on the branch is not the run's.
    shop.step("orders", "create-or-update-version -a Orders --version 8");
    assert_eq!(asked(&shop, 0), "yes: all-verified");
    let later = run.replace("2026-11-21T", "2026-11-20T");
    assert_ne!(later, run);
    store.amend(BRANCH, &path, Some(later.as_bytes()));
    assert_eq!(asked(&shop, 3), "unknown: not-signed not-signed");
    // Back as it was: nobody who may sign has said so.
    store.amend(BRANCH, &path, Some(run.as_bytes()));
    assert_eq!(asked(&shop, 3), "unknown: not-signed not-signed");
}

#[test]
fn a_failure_that_somebody_took_away_is_missed() {
    let Some(shop) = a_shop() else { return };
    signed(&shop, "orders", "ci", &format!("{VERIFY} --success"));
    let success = run_file(&shop);
    signed(&shop, "orders", "ci", &format!("{VERIFY} --fail"));
    assert_eq!(asked(&shop, 1), "no: failed");
    let failure = success.replace("=1.", "=2.");
    assert_ne!(failure, success);
    shop.store().amend(BRANCH, &failure, None);
    assert_eq!(asked(&shop, 3), "unknown: not-signed not-signed");
    // A success after that is of its own making.
    signed(
        &shop,
        "orders",
        "ci",
        &format!("{VERIFY} --success --build-url https://ci/3"),
    );
    assert_eq!(asked(&shop, 0), "yes: all-verified");
}

#[test]
fn a_signature_is_for_its_commit_and_for_git() {
    let Some(shop) = a_shop() else { return };
    signed(&shop, "orders", "ci", &format!("{VERIFY} --success"));
    let signed_by = |key: &'static str, namespace: &'static str| {
        let shop = &shop;
        move |bare: &str| {
            with_signature(bare, &ssh_signature(shop, key, namespace, bare.as_bytes()))
        }
    };
    remake(&shop, signed_by("ci", "git"));
    assert_eq!(asked(&shop, 0), "yes: all-verified");
    remake(&shop, signed_by("mallory", "git"));
    assert_eq!(asked(&shop, 3), "unknown: not-signed key-not-allowed");
    remake(&shop, signed_by("ci", "file"));
    assert_eq!(asked(&shop, 3), "unknown: not-signed bad-signature");
    remake(&shop, |bare| {
        let other = bare.replace("committer", "committer Another and");
        let signature = ssh_signature(&shop, "ci", "git", other.as_bytes());
        with_signature(bare, &signature)
    });
    assert_eq!(asked(&shop, 3), "unknown: not-signed bad-signature");
}

#[test]
fn what_is_no_signature_of_openssh_is_none() {
    let Some(shop) = a_shop() else { return };
    signed(&shop, "orders", "ci", &format!("{VERIFY} --success"));
    let gpg =
        "-----BEGIN PGP SIGNATURE-----\n\niQEzBAABCAAdFiEE\n=abcd\n-----END PGP SIGNATURE-----";
    let ssh = "-----BEGIN SSH SIGNATURE-----\nrubbish\n-----END SSH SIGNATURE-----";
    for (signature, doubt) in [
        (gpg, "not-an-ssh-signature"),
        ("rubbish", "not-an-ssh-signature"),
        (ssh, "bad-signature"),
        (
            "-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----",
            "bad-signature",
        ),
    ] {
        remake(&shop, |bare| with_signature(bare, signature));
        assert_eq!(
            asked(&shop, 3),
            format!("unknown: not-signed {doubt}"),
            "{signature}"
        );
    }
}

/// Who looks at such a signature does not wait for the commit. One that fits into no pipe is then never taken.
#[test]
fn a_broken_signature_takes_no_other_one_along() {
    let Some(shop) = a_shop() else { return };
    signed(&shop, "orders", "ci", &format!("{VERIFY} --success"));
    signed(&shop, "orders", "ci", &format!("{VERIFY} --fail"));
    let rubbish = "-----BEGIN SSH SIGNATURE-----\nrubbish\n-----END SSH SIGNATURE-----";
    let long = "It is a long story.\n".repeat(20_000);
    remake(&shop, |bare| with_signature(bare, rubbish) + &long);
    let told = shop.json("web", "log -a Orders --limit 3 --signatures", 0);
    let events = told["events"].as_array().unwrap().iter();
    let status: Vec<&Value> = events.map(|it| &it["signature"]["status"]).collect();
    assert_eq!(status, ["bad", "good", "none"]);
}

#[test]
fn a_commit_with_two_parents_has_to_be_signed_itself() {
    let Some(shop) = a_shop() else { return };
    signed(&shop, "orders", "ci", &format!("{VERIFY} --success"));
    let store = shop.store();
    let first = store.run(&["rev-parse", &format!("{BRANCH}~1")]);
    let tip = store.run(&["rev-parse", BRANCH]);
    let tree = store.run(&["rev-parse", &format!("{BRANCH}^{{tree}}")]);
    let merge = store.feed(&["commit-tree", &tree, "-p", &tip, "-p", &first], b"Merge");
    store.run(&["update-ref", &format!("refs/heads/{BRANCH}"), &merge]);
    assert_eq!(asked(&shop, 3), "unknown: not-signed not-signed");
}

#[test]
fn the_configuration_of_a_repository_has_no_say_in_what_counts() {
    let Some(shop) = a_shop() else { return };
    signed(&shop, "orders", "mallory", &format!("{VERIFY} --success"));
    let store = shop.store();
    let liar = shop.sandbox.path("home/liar");
    std::fs::write(
        &liar,
        "#!/bin/sh\necho 'Good \"git\" signature for k0 with ED25519 key SHA256:x'\n",
    )
    .unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&liar, mode).unwrap();
    let everybody = shop.sandbox.path("home/everybody");
    let key = std::fs::read_to_string(shop.sandbox.path("home/mallory.pub")).unwrap();
    std::fs::write(&everybody, format!("k0 {key}")).unwrap();
    for (name, value) in [
        ("gpg.ssh.program", &liar),
        ("gpg.program", &liar),
        ("gpg.ssh.allowedSignersFile", &everybody),
    ] {
        store.run(&["config", name, value.to_str().unwrap()]);
    }
    store.run(&["config", "log.showSignature", "true"]);
    assert_eq!(asked(&shop, 3), "unknown: not-signed key-not-allowed");
    // To make a signature is another matter: that is done as it is configured.
    store.run(&["config", "--unset", "gpg.ssh.program"]);
    signed(
        &shop,
        "orders",
        "ci",
        &format!("{VERIFY} --success --build-url https://ci/2"),
    );
    assert_eq!(asked(&shop, 0), "yes: all-verified");
}
