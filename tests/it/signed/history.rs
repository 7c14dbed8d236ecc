//! Who signed what, shown: `signers`, `log`, and `doctor`.

use serde_json::Value;
use serde_json::json;

use super::VERIFY;
use super::a_shop;
use super::allow;
use super::private_key;
use super::signed;
use crate::support::team::STORE;
use crate::support::team::Shop;

#[test]
fn signers_are_listed_and_what_is_no_key_is_refused() {
    let Some(shop) = a_shop() else { return };
    allow(
        &shop,
        "Web",
        "web",
        "--valid-before 2027-01-31 --comment the+old+one",
    );
    let listed = shop.json("web", "signers list", 0);
    let signers = listed["pacticipants"].as_array().unwrap();
    let names: Vec<&Value> = signers.iter().map(|it| &it["pacticipant"]).collect();
    assert_eq!(names, ["Orders", "Web"]);
    let web = &signers[1]["signers"][0];
    assert_eq!(web["principal"], "web@Web");
    assert_eq!(web["validBefore"], "2027-01-31T00:00:00+00:00");
    assert_eq!(web["comment"], "the old one");
    let table = shop.run("web", "signers list -a Orders", 0).stdout;
    assert!(table.contains("ci@Orders | SHA256:"), "{table}");
    let told = shop.run("web", "signers list -a Ordes", 2);
    assert!(told.stderr.contains("did you mean `Orders`?"), "{told:?}");
    let file = private_key(&shop, "mallory");
    let public = format!("{}.pub", file.display());
    let told = shop.run(
        "web",
        &format!("signers allow -a Ordes --principal m --key {public}"),
        0,
    );
    assert!(told.stderr.contains("did you mean `Orders`?"), "{told:?}");
    // Keys often lie elsewhere, with a link where ssh looks for them.
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(&public, shop.sandbox.path("web/link.pub")).unwrap();
        shop.step(
            "web",
            "signers allow -a Orders --principal m --key link.pub",
        );
    }
    shop.write("web/two.pub", "ssh-ed25519 AAAA\nssh-ed25519 AAAA\n");
    shop.write("web/options.pub", "cert-authority ssh-ed25519 AAAA\n");
    for (key, part) in [
        (file.to_str().unwrap(), "it is a private key"),
        ("nowhere.pub", "cannot read nowhere.pub"),
        (".", "it is a directory"),
        ("/dev/zero", "it is not a regular file"),
        ("two.pub", "it is not one line"),
        ("options.pub", "`cert-authority` is no kind of key"),
        ("ssh-ed25519+AAAA", "not a key of the kind ssh-ed25519"),
    ] {
        let line = format!("signers allow -a Orders --principal m --key {key}");
        let told = shop.run("web", &line, 2);
        assert!(told.stderr.contains(part), "{key}: {told:?}");
    }
    let line = format!("signers allow -a Orders --principal a,b --key {public}");
    let told = shop.run("web", &line, 2);
    assert!(told.stderr.contains("is no name of a signer"), "{told:?}");
    let never = "--valid-after 2027-01-02 --valid-before 2027-01-01";
    let line = format!("signers allow -a Orders --principal m --key {public} {never}");
    let told = shop.run("web", &line, 1);
    assert!(told.stderr.contains("would never be valid"), "{told:?}");
    shop.step("web", "doctor");
}

#[test]
fn the_log_says_who_signed() {
    let Some(shop) = a_shop() else { return };
    let plain = shop.run("web", "log", 0).stdout;
    assert!(plain.contains("allowed ci@Orders (SHA256:"), "{plain}");
    assert!(!plain.contains("signed by"), "{plain}");
    signed(&shop, "orders", "ci", &format!("{VERIFY} --success"));
    signed(&shop, "orders", "mallory", &format!("{VERIFY} --fail"));
    shop.step("web", "signers remove -a Orders --signer ci@Orders");
    allow(&shop, "Orders", "ci", "--valid-before 2026-11-20");
    let told = shop
        .run("web", "log -a Orders --limit 2 --signatures", 0)
        .stdout;
    let lines: Vec<&str> = told.lines().map(str::trim).collect();
    assert!(
        lines[1].starts_with("signed with an unknown key (SHA256:"),
        "{told}"
    );
    assert!(
        lines[3].starts_with("signed by ci@Orders (allowed for Orders, but not valid then)"),
        "{told}"
    );
    allow(&shop, "Orders", "ci", "");
    let told = shop.run("web", "log -a Orders --limit 3", 0).stdout;
    let lines: Vec<&str> = told.lines().map(str::trim).collect();
    assert_eq!(
        lines[3], "signed by ci@Orders (allowed for Orders)",
        "{told}"
    );
    assert_eq!(lines.len(), 5, "{told}");
    let told = shop.json("web", "log -a Orders --limit 3 --signatures", 0);
    let events = told["events"].as_array().unwrap();
    let status: Vec<&Value> = events.iter().map(|it| &it["signature"]["status"]).collect();
    assert_eq!(status, ["unknown-key", "good", "none"]);
    assert_eq!(
        events[1]["signature"]["signers"],
        json!([{"principal": "ci@Orders", "pacticipant": "Orders", "isValid": true}])
    );
}

#[test]
fn doctor_counts_the_signers_and_names_what_they_did_not_sign() {
    let Some(shop) = a_shop() else { return };
    let report = shop.json("web", "doctor", 0);
    assert_eq!(report["signers"], 1);
    let warnings = |report: &Value| -> Vec<String> {
        let warnings = report["warnings"].as_array().unwrap().iter();
        let text = |it: &Value| format!("{} {} {}", it["branch"], it["code"], it["commits"]);
        warnings.map(text).collect()
    };
    // What was there before anybody might sign is named, too: nobody vouches for it.
    let before = shop.commits("pact/app/Orders");
    assert_eq!(
        warnings(&report),
        [format!("\"pact/app/Orders\" \"not-signed\" {before}")]
    );
    signed(&shop, "orders", "ci", &format!("{VERIFY} --success"));
    signed(&shop, "orders", "mallory", &format!("{VERIFY} --fail"));
    let report = shop.json("web", "doctor", 0);
    assert_eq!(
        warnings(&report),
        [
            "\"pact/app/Orders\" \"key-not-allowed\" 1".to_owned(),
            format!("\"pact/app/Orders\" \"not-signed\" {before}"),
        ]
    );
    let told = shop.run("web", "doctor", 0);
    assert!(told.stdout.ends_with("all is well.\n"), "{told:?}");
    assert!(
        told.stderr.contains("pact/app/Orders: 1 commit"),
        "{told:?}"
    );
    let repaired = shop.json("web", "doctor --repair", 0);
    assert_eq!(repaired["repaired"], Value::Null);
}

#[test]
fn doctor_finds_a_branch_that_is_no_line() {
    let shop = Shop::with_a_store(&["web"]);
    shop.step("web", "create-or-update-version -a Web --version 1");
    shop.step("web", "create-or-update-version -a Web --version 2");
    let store = shop.store();
    let (branch, tree) = ("pact/app/Web", "pact/app/Web^{tree}");
    let [tip, first, tree] =
        [branch, "pact/app/Web~1", tree].map(|it| store.run(&["rev-parse", it]));
    let merge = store.feed(&["commit-tree", &tree, "-p", &tip, "-p", &first], b"Merge");
    shop.step("web", "doctor");
    store.run(&["update-ref", "refs/heads/pact/app/Web", &merge]);
    let report = shop.json("web", "doctor", 1);
    let problem = &report["problems"][0];
    assert_eq!(problem["kind"], "merged");
    assert_eq!(problem["canBeRepaired"], false);
    assert!(
        problem["problem"].as_str().unwrap().contains(&merge),
        "{problem}"
    );
}

#[test]
fn doctor_finds_a_branch_that_was_put_back_or_deleted() {
    let shop = Shop::with_a_remote(&["web", "other"]);
    for version in ["1", "2"] {
        shop.step(
            "web",
            &format!("create-or-update-version -a Web --version {version}"),
        );
    }
    shop.step("web", "create-environment --name test");
    for machine in ["web", "other"] {
        shop.step(machine, "fetch");
        shop.step(machine, "doctor");
    }
    let store = shop.sandbox.git(STORE);
    let [tip, before] = ["pact/app/Web", "pact/app/Web~1"].map(|it| store.run(&["rev-parse", it]));
    store.run(&["update-ref", "refs/heads/pact/app/Web", &before]);
    store.run(&["update-ref", "-d", "refs/heads/pact/env/test"]);
    let report = shop.json("other", "doctor", 1);
    let problems = report["problems"].as_array().unwrap();
    let kinds: Vec<&Value> = problems.iter().map(|it| &it["kind"]).collect();
    assert_eq!(kinds, ["rewritten", "rewritten"], "{report}");
    assert!(
        problems[0]["problem"].as_str().unwrap().contains(&tip),
        "{report}"
    );
    let told = shop.run("other", "doctor --repair", 1);
    let deleted = "  it was deleted; it was at ";
    assert!(told.stdout.contains(deleted), "{told:?}");
    assert!(told.stdout.contains("environment test"), "{told:?}");
    // And how to put it back, as everybody else is told who meets it.
    let command = format!(" push origin {tip}:refs/heads/pact/app/Web\n");
    assert!(told.stderr.contains(&command), "{told:?}");
}
