//! Making signatures: with `--sign`, with what git is configured to, and never otherwise.

use std::thread;

use super::KEYS;
use super::VERIFY;
use super::a_shop;
use super::allow;
use super::asked;
use super::borrowed;
use super::is_signed;
use super::make_key;
use super::prepared;
use super::signed;
use super::signing_with;
use crate::support::server::Server;
use crate::support::team::Shop;
use crate::support::team::words;
use serde_json::json;

#[test]
fn every_branch_of_a_write_is_signed_and_only_with_the_option() {
    let Some(shop) = a_shop() else { return };
    shop.pact("web/2.json", "Web", "Orders", &["an order", "an invoice"]);
    let mut variables = signing_with(&shop, "web");
    variables[0].1 = "3".to_owned();
    variables.push(("GIT_CONFIG_KEY_2", "commit.gpgSign".to_owned()));
    variables.push(("GIT_CONFIG_VALUE_2", "true".to_owned()));
    let variables = borrowed(&variables);
    let _ = shop.run_with("web", "publish 2.json -a 2 --branch main", 0, &variables);
    assert!(!is_signed(&shop, "pact/app/Web"));
    shop.pact("web/3.json", "Web", "Orders", &["a refund"]);
    let _ = shop.run_with(
        "web",
        "publish 3.json -a 3 --branch main --sign",
        0,
        &variables,
    );
    assert!(is_signed(&shop, "pact/app/Web"));
    assert!(is_signed(&shop, "pact/contracts/Orders"));
    let commit = shop.store().run(&["cat-file", "commit", "pact/app/Web"]);
    assert!(
        commit.contains("author Test <test@example.com> "),
        "{commit}"
    );
    assert!(
        commit.ends_with("publish version 3: Web with Orders"),
        "{commit}"
    );
    shop.store().fsck();
    shop.step("web", "doctor");
}

#[test]
fn the_environment_may_ask_for_signatures_and_the_line_take_that_back() {
    let Some(shop) = a_shop() else { return };
    let mut variables = signing_with(&shop, "web");
    variables.push(("GIT_PACT_SIGN", "1".to_owned()));
    let variables = borrowed(&variables);
    for (version, more, expected) in [
        (2, "", true),
        (3, "--no-sign", false),
        (4, "--no-sign --sign", true),
        (5, "--sign --no-sign", false),
    ] {
        let line = format!("create-or-update-version -a Web --version {version} {more}");
        let _ = shop.run_with("web", line.trim(), 0, &variables);
        assert_eq!(is_signed(&shop, "pact/app/Web"), expected, "{more}");
    }
}

#[test]
fn where_git_cannot_sign_nothing_is_written() {
    let Some(shop) = a_shop() else { return };
    let refs = shop.store().run(&["for-each-ref"]);
    let missing = shop.sandbox.path("home/none");
    let missing = missing.to_str().unwrap();
    let format = [
        ("GIT_CONFIG_KEY_0", "gpg.format"),
        ("GIT_CONFIG_VALUE_0", "ssh"),
    ];
    let key = [
        ("GIT_CONFIG_KEY_1", "user.signingKey"),
        ("GIT_CONFIG_VALUE_1", missing),
    ];
    let no_key = [&[("GIT_CONFIG_COUNT", "1")][..], &format].concat();
    let no_file = [&[("GIT_CONFIG_COUNT", "2")][..], &format, &key].concat();
    for variables in [vec![], no_key, no_file] {
        let line = format!("{VERIFY} --success --sign");
        let told = shop.run_with("orders", &line, 4, &variables);
        for part in [
            "git could not sign what was to be recorded",
            "git config --global gpg.format ssh",
            "git config --global user.signingKey",
            "nothing was recorded",
        ] {
            assert!(told.stderr.contains(part), "{part}: {told:?}");
        }
        assert_eq!(shop.store().run(&["for-each-ref"]), refs);
    }
}

#[test]
fn a_passphrase_is_not_asked_for_where_nobody_sits() {
    let Some(shop) = a_shop() else { return };
    let status = crate::support::git::hermetic("ssh-keygen", &shop.sandbox.path("home"))
        .args(["-q", "-t", "ed25519", "-N", "secret", "-f"])
        .arg(super::private_key(&shop, "locked"))
        .status()
        .unwrap();
    assert!(status.success());
    let variables = signing_with(&shop, "locked");
    let line = format!("{VERIFY} --success --sign");
    let told = shop.run_with("orders", &line, 4, &borrowed(&variables));
    assert!(told.stderr.contains("could not sign"), "{told:?}");
}

#[test]
fn what_is_kept_is_signed_when_it_goes_out() {
    let Some(shop) = prepared(Shop::with_a_remote(&["web", "orders", "keys"])) else {
        return;
    };
    let variables = signing_with(&shop, "ci");
    let line = format!("{VERIFY} --success --offline --sign");
    shop.step("orders", "fetch");
    let told = shop.run_with("orders", &line, 0, &borrowed(&variables));
    assert!(told.stderr.contains("git pact push --sign"), "{told:?}");
    shop.step("orders", "fetch");
    let line = format!("{} --offline", super::ASK);
    let here = shop.json("orders", &line, 3);
    assert_eq!(super::verdict_of(&here), "unknown: not-signed not-pushed");
    assert_eq!(asked(&shop, 3), "unknown: not-verified");
    signed(&shop, "orders", "ci", "push");
    assert!(is_signed(&shop, "pact/app/Orders"));
    assert_eq!(asked(&shop, 0), "yes: all-verified");
}

#[test]
fn writers_who_race_sign_what_they_decide_again() {
    const MACHINES: [&str; 4] = ["one", "two", "three", "four"];
    let machines = [&["web", "orders", "keys"][..], &MACHINES].concat();
    let Some(shop) = prepared(Shop::with_a_remote(&machines)) else {
        return;
    };
    let variables = signing_with(&shop, "ci");
    let variables = borrowed(&variables);
    thread::scope(|scope| {
        for machine in MACHINES {
            let (shop, variables) = (&shop, &variables);
            scope.spawn(move || {
                let line = format!("create-or-update-version -a Orders --version {machine} --sign");
                let output = shop.sandbox.run_with(machine, &words(&line), variables);
                assert_eq!(output.status, Some(0), "{output:?}");
            });
        }
    });
    let store = shop.store();
    let commits = store.run(&["rev-list", "--max-count=4", "pact/app/Orders"]);
    for commit in commits.lines() {
        let raw = store.run(&["cat-file", "commit", commit]);
        assert!(raw.contains("\ngpgsig "), "{raw}");
    }
    let log = shop.json("web", "log -a Orders --limit 4", 0);
    for event in log["events"].as_array().unwrap() {
        assert_eq!(event["signature"]["status"], "good", "{event}");
    }
}

#[test]
fn a_server_signs_what_it_writes() {
    let mut shop = Shop::with_a_store(&["web", "orders", "keys"]);
    for key in KEYS {
        if !make_key(&shop, key, "ed25519") {
            println!("SKIPPED: signatures cannot be tried out without ssh-keygen");
            return;
        }
    }
    for (name, value) in signing_with(&shop, "ci") {
        shop.sandbox.set(name, &value);
    }
    allow(&shop, "Orders", "ci", "");
    let server = Server::start(&shop.sandbox, "web", &["--sign"]);
    let reply = server.send(
        "PUT",
        "/pacticipants/Orders/versions/7/tags/dev",
        &json!({}),
    );
    assert_eq!(reply.status, 201, "{reply:?}");
    assert!(is_signed(&shop, "pact/app/Orders"));
    assert!(!is_signed(&shop, "pact/settings"));
}
