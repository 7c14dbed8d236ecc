//! Signed facts: written with real keys, and believed where they have to be signed.

mod forged;
mod history;
mod signing;
mod where_it_is;

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::support::git::hermetic;
use crate::support::team::Shop;

/// Everybody who signs in these tests has a key of this name.
const KEYS: [&str; 3] = ["ci", "web", "mallory"];

/// Returns a shop in which Orders 7 is in production, Web 1 has a pact with it, and `ci` may sign for
/// Orders; nobody has verified anything. Nothing where there is no `ssh-keygen`, which is said.
fn a_shop() -> Option<Shop> {
    prepared(Shop::with_a_store(&["web", "orders", "keys"]))
}

fn prepared(shop: Shop) -> Option<Shop> {
    for key in KEYS {
        if !make_key(&shop, key, "ed25519") {
            println!("SKIPPED: signatures cannot be tried out without ssh-keygen");
            return None;
        }
    }
    shop.pact("web/1.json", "Web", "Orders", &["an order"]);
    for (machine, line) in [
        ("web", "publish 1.json -a 1 --branch main"),
        ("web", "create-environment --name production --production"),
        (
            "orders",
            "create-or-update-version -a Orders --version 7 --branch main",
        ),
        (
            "orders",
            "record-deployment -a Orders -e 7 --environment production",
        ),
    ] {
        shop.step(machine, line);
    }
    allow(&shop, "Orders", "ci", "");
    Some(shop)
}

/// Makes a key without a passphrase, and says whether there is a program for it.
fn make_key(shop: &Shop, name: &str, kind: &str) -> bool {
    let made = hermetic("ssh-keygen", &shop.sandbox.path("home"))
        .args(["-q", "-t", kind, "-N", "", "-C", name, "-f"])
        .arg(private_key(shop, name))
        .status();
    made.is_ok_and(|status| status.success())
}

fn private_key(shop: &Shop, name: &str) -> PathBuf {
    shop.sandbox.path("home").join(name)
}

/// Returns the variables by which git is configured to sign with a key.
fn signing_with(shop: &Shop, key: &str) -> Vec<(&'static str, String)> {
    let key = private_key(shop, key).to_str().unwrap().to_owned();
    vec![
        ("GIT_CONFIG_COUNT", "2".to_owned()),
        ("GIT_CONFIG_KEY_0", "gpg.format".to_owned()),
        ("GIT_CONFIG_VALUE_0", "ssh".to_owned()),
        ("GIT_CONFIG_KEY_1", "user.signingKey".to_owned()),
        ("GIT_CONFIG_VALUE_1", key),
    ]
}

fn borrowed<'a>(variables: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    variables
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect()
}

/// Runs a command line with `--sign` and a key.
fn signed(shop: &Shop, machine: &str, key: &str, line: &str) {
    let variables = signing_with(shop, key);
    let line = format!("{line} --sign");
    let _ = shop.run_with(machine, &line, 0, &borrowed(&variables));
}

fn allow(shop: &Shop, pacticipant: &str, key: &str, more: &str) {
    let file = format!("{}.pub", private_key(shop, key).display());
    let line = format!(
        "signers allow -a {pacticipant} --principal {key}@{pacticipant} --key {file} {more}"
    );
    shop.step("web", line.trim());
}

const VERIFY: &str = "record-verification --provider Orders -a 7 --branch main --consumer Web";

const ASK: &str = "can-i-deploy -a Web -e 1 --to-environment production --require-signed";

/// Returns the verdict, and the codes of the reasons for it.
fn verdict_of(answer: &Value) -> String {
    let reasons = answer["reasons"].as_array().unwrap();
    let code = |reason: &Value| reason["code"].as_str().unwrap().to_owned();
    let codes: Vec<String> = reasons.iter().map(code).collect();
    let rows = answer["matrix"].as_array().unwrap();
    let doubts = rows
        .iter()
        .filter_map(|row| row["unbelievedResult"]["code"].as_str());
    let doubts: Vec<&str> = doubts.collect();
    format!(
        "{}: {} {}",
        answer["verdict"].as_str().unwrap(),
        codes.join(" "),
        doubts.join(" ")
    )
    .trim()
    .to_owned()
}

/// Asks whether Web may be deployed, where successes have to be signed.
fn asked(shop: &Shop, status: i32) -> String {
    verdict_of(&shop.json("web", ASK, status))
}

/// Returns the path of the one run on the branch of Orders.
fn run_file(shop: &Shop) -> String {
    let listing = shop
        .store()
        .run(&["ls-tree", "-r", "--name-only", "pact/app/Orders"]);
    let mut runs = listing.lines().filter(|path| path.contains("/runs/"));
    let run = runs.next().unwrap().to_owned();
    assert_eq!(runs.next(), None, "{listing}");
    run
}

/// Returns what `git` says of the signature of the tip of a branch, without anybody's keys.
fn is_signed(shop: &Shop, branch: &str) -> bool {
    let commit = shop.store().run(&["cat-file", "commit", branch]);
    commit.contains("\ngpgsig -----BEGIN SSH SIGNATURE-----\n")
}

/// Returns a signature of bytes for a namespace.
fn ssh_signature(shop: &Shop, key: &str, namespace: &str, bytes: &[u8]) -> String {
    let file = shop.sandbox.path("home/payload");
    std::fs::write(&file, bytes).unwrap();
    let mut command: Command = hermetic("ssh-keygen", &shop.sandbox.path("home"));
    let status = command
        .args(["-q", "-Y", "sign", "-n", namespace, "-f"])
        .arg(private_key(shop, key))
        .arg(&file)
        .status()
        .unwrap();
    assert!(status.success());
    let signature = shop.sandbox.path("home/payload.sig");
    let text = std::fs::read_to_string(&signature).unwrap();
    std::fs::remove_file(signature).unwrap();
    text
}

#[test]
fn a_signed_success_is_a_yes_and_an_unsigned_one_is_unknown() {
    let Some(shop) = a_shop() else { return };
    assert_eq!(asked(&shop, 3), "unknown: not-verified");
    shop.step("orders", &format!("{VERIFY} --success"));
    assert_eq!(asked(&shop, 3), "unknown: not-signed not-signed");
    // Nothing is asked of who does not ask for signatures.
    shop.step("web", &ASK.replace(" --require-signed", ""));
    let told = shop.run("web", ASK, 3);
    let expected = "is verified, but the result is not signed";
    assert!(told.stdout.contains(expected), "{told:?}");
    assert!(
        told.stderr
            .contains("git pact record-verification --sign --provider Orders"),
        "{told:?}"
    );

    // The same result once more is news if it is signed, and only then.
    let commits = shop.commits("pact/app/Orders");
    shop.step("orders", &format!("{VERIFY} --success"));
    assert_eq!(shop.commits("pact/app/Orders"), commits);
    signed(&shop, "orders", "ci", &format!("{VERIFY} --success"));
    assert_eq!(shop.commits("pact/app/Orders"), commits + 1);
    assert_eq!(asked(&shop, 0), "yes: all-verified");
    signed(&shop, "orders", "ci", &format!("{VERIFY} --success"));
    assert_eq!(shop.commits("pact/app/Orders"), commits + 1);
    shop.store().fsck();
}

#[test]
fn a_failure_is_a_no_whoever_says_so() {
    let Some(shop) = a_shop() else { return };
    signed(&shop, "orders", "ci", &format!("{VERIFY} --success"));
    shop.step("orders", &format!("{VERIFY} --fail"));
    assert_eq!(asked(&shop, 1), "no: failed");
    // A success that is not signed does not take it back; one that is does.
    shop.step(
        "orders",
        &format!("{VERIFY} --success --build-url https://ci/2"),
    );
    assert_eq!(asked(&shop, 1), "no: failed");
    signed(&shop, "orders", "ci", &format!("{VERIFY} --success"));
    assert_eq!(asked(&shop, 0), "yes: all-verified");
    signed(&shop, "orders", "ci", &format!("{VERIFY} --fail"));
    assert_eq!(asked(&shop, 1), "no: failed");
}

#[test]
fn the_other_gates_and_faces_say_the_same() {
    let Some(shop) = a_shop() else { return };
    shop.step("orders", &format!("{VERIFY} --success"));
    let told = shop.run("web", "can-i-merge -a Web -e 1 --require-signed", 3);
    assert!(
        told.stdout.contains("but the result is not signed"),
        "{told:?}"
    );
    let told = shop.run(
        "web",
        "matrix -a Web -e 1 -a Orders -e 7 --require-signed",
        0,
    );
    assert!(told.stdout.contains("???"), "{told:?}");
    for rules in ["strict", "pact-broker"] {
        let line = format!("{ASK} --rules {rules}");
        let answer = shop.json("web", &line, 3);
        assert_eq!(
            verdict_of(&answer),
            "unknown: not-signed not-signed",
            "{rules}"
        );
        assert_eq!(answer["onlySigned"], true);
    }
    for output in ["junit", "markdown"] {
        let told = shop.run("web", &format!("{ASK} -o {output}"), 3);
        assert!(
            told.stdout.contains("but the result is not signed"),
            "{told:?}"
        );
    }
    std::os::unix::fs::symlink(
        env!("CARGO_BIN_EXE_git-pact"),
        shop.sandbox.path("home/pact-broker"),
    )
    .unwrap();
    let words = crate::support::team::words(ASK);
    let mut as_broker =
        shop.sandbox
            .command_of(shop.sandbox.path("home/pact-broker"), "web", &words);
    let output = as_broker.output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("but the result is not signed"), "{told}");
}

#[test]
fn a_key_counts_for_whom_it_is_allowed() {
    let Some(shop) = a_shop() else { return };
    allow(&shop, "Web", "web", "");
    for (key, doubt) in [("web", "key-not-allowed"), ("mallory", "key-not-allowed")] {
        signed(
            &shop,
            "orders",
            key,
            &format!("{VERIFY} --success --build-url https://{key}"),
        );
        assert_eq!(asked(&shop, 3), format!("unknown: not-signed {doubt}"));
    }
    signed(&shop, "orders", "ci", &format!("{VERIFY} --success"));
    assert_eq!(asked(&shop, 0), "yes: all-verified");
    let fingerprint =
        shop.json("web", "signers list", 0)["pacticipants"][0]["signers"][0]["fingerprint"]
            .as_str()
            .unwrap()
            .to_owned();
    // It may hold a `+`, which would be a space in a line.
    let remove = [
        "signers",
        "remove",
        "-a",
        "Orders",
        "--signer",
        &fingerprint,
    ];
    let removed = shop.sandbox.run("web", &remove);
    assert_eq!(removed.status, Some(0), "{removed:?}");
    assert_eq!(asked(&shop, 3), "unknown: not-signed nobody-may-sign");
    let told = shop.run("web", ASK, 3);
    assert!(
        told.stderr
            .contains("git pact signers allow --pacticipant Orders"),
        "{told:?}"
    );
    let _ = shop.run("web", "signers remove -a Orders --signer ci@Orders", 1);
}

#[test]
fn a_key_counts_while_it_is_valid() {
    let Some(shop) = a_shop() else { return };
    signed(&shop, "orders", "ci", &format!("{VERIFY} --success"));
    for (more, expected) in [
        (
            "--valid-before 2026-11-21",
            "unknown: not-signed key-not-valid",
        ),
        ("--valid-before 2026-11-22", "yes: all-verified"),
        (
            "--valid-after 2026-11-22",
            "unknown: not-signed key-not-valid",
        ),
        ("--valid-after 2026-11-21T00:00:00Z", "yes: all-verified"),
        ("", "yes: all-verified"),
    ] {
        allow(&shop, "Orders", "ci", more);
        let status = if expected.starts_with("yes") { 0 } else { 3 };
        assert_eq!(asked(&shop, status), expected, "{more}");
    }
}

#[test]
fn an_rsa_key_will_do() {
    let Some(shop) = a_shop() else { return };
    assert!(make_key(&shop, "old", "rsa"));
    allow(&shop, "Orders", "old", "");
    signed(&shop, "orders", "old", &format!("{VERIFY} --success"));
    assert_eq!(asked(&shop, 0), "yes: all-verified");
}
