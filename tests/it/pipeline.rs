//! `can-i-deploy` as a pipeline sees it: what is asked, what it says, and the exit code.

use std::fs;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::support::git::Git;
use crate::support::team::STORE;
use crate::support::team::Shop;

/// Web wants something of Orders and of Payments; Orders 1 honours it, Payments 1 does not.
///
/// Both providers are in production.
fn play(shop: &Shop, machine: &str) {
    shop.pact(
        &format!("{machine}/pacts/o.json"),
        "Web",
        "Orders",
        &["an order"],
    );
    shop.pact(
        &format!("{machine}/pacts/p.json"),
        "Web",
        "Payments",
        &["a payment"],
    );
    for line in [
        "publish pacts -a 1 --branch main",
        "create-environment --name production --production",
        "record-verification --provider Orders -a 1 --branch main --consumer Web --success",
        "record-verification --provider Payments -a 1 --branch main --consumer Web --fail",
        "record-deployment -a Orders -e 1 --environment production",
        "record-deployment -a Payments -e 1 --environment production",
    ] {
        shop.step(machine, line);
    }
}

fn with_a_store() -> Shop {
    let shop = Shop::with_a_store(&["ci"]);
    play(&shop, "ci");
    shop
}

const WEB: &str = "can-i-deploy -a Web -e 1 --to-environment production";

#[test]
fn a_no_says_why_and_what_would_change_it() {
    let shop = with_a_store();
    let no = shop.run("ci", WEB, 1);
    assert!(
        no.stdout.starts_with("Computer says no ¯\\_(ツ)_/¯\n"),
        "{no:?}"
    );
    let row = "Web      | 1         | Payments | 1         | false    | 1";
    assert!(no.stdout.contains(row), "{no:?}");
    let reason = "The verification for the pact between version 1 of Web and the version of Payments \
                  currently in production (1) failed";
    assert!(no.stdout.contains(reason), "{no:?}");
    assert!(
        !no.stdout.contains("Computed from"),
        "that is no data: {no:?}"
    );
    assert!(
        no.stderr.contains(
            "  git pact pull --provider Payments --branch main --consumer Web --to ./verify"
        ),
        "{no:?}"
    );
    assert!(
        no.stderr.contains("Computed from pact/app/Orders "),
        "{no:?}"
    );
}

#[test]
fn several_applications_are_held_against_each_other() {
    let shop = with_a_store();
    for (line, status) in [
        ("-a Web -e 1 -a Orders -e 1", 0),
        ("-a Web -e 1 -a Payments -e 1", 1),
        ("-a Web -e 1 -a Orders -e 1 -a Payments -e 1", 1),
        ("-a Web --branch main -a Orders --latest", 0),
        ("-a Web --main-branch -a Payments --main-branch", 1),
        ("-a Web -e 9 -a Orders -e 1", 1),
        ("-a Orders -e 1 --to-environment production", 0),
        ("-a Web -e 1", 1),
    ] {
        let _ = shop.run("ci", &format!("can-i-deploy {line}"), status);
    }
    let merge = shop.run("ci", "can-i-merge -a Web -e 1", 1);
    assert!(merge.stdout.contains("Payments"), "{merge:?}");
}

#[test]
fn what_is_ignored_is_shown_and_does_not_count() {
    let shop = with_a_store();
    for line in ["--ignore Payments", "--ignore Payments --version 1"] {
        let yes = shop.run("ci", &format!("{WEB} {line}"), 0);
        assert!(yes.stdout.contains("false [ignored]"), "{yes:?}");
    }
    let _ = shop.run("ci", &format!("{WEB} --ignore Payments --version 2"), 1);
    let _ = shop.run("ci", &format!("{WEB} --ignore Orders"), 1);
    let variables = [("PACT_BROKER_CAN_I_DEPLOY_IGNORE", "Payments, Nobody")];
    let _ = shop.run_with("ci", WEB, 0, &variables);
}

#[test]
fn a_dry_run_shows_the_answer_and_fails_no_build() {
    let shop = with_a_store();
    let dry = shop.run("ci", &format!("{WEB} --dry-run --retry-while-unknown 9"), 0);
    assert!(
        dry.stdout
            .lines()
            .all(|line| line.starts_with("[dry-run] ")),
        "{dry:?}"
    );
    assert!(dry.stdout.contains("[dry-run] Computer says no"), "{dry:?}");
    let variables = [("PACT_BROKER_CAN_I_DEPLOY_DRY_RUN", "true")];
    let dry = shop.run_with("ci", &format!("{WEB} --output json"), 0, &variables);
    let dry: Value = serde_json::from_str(&dry.stdout).unwrap();
    assert_eq!(dry["summary"]["deployable"], false);
}

#[test]
fn an_unknown_is_waited_for_until_somebody_records_it() {
    let shop = Shop::with_a_remote(&["ci", "orders"]);
    shop.pact("ci/o.json", "Web", "Orders", &["an order"]);
    shop.step("ci", "publish o.json -a 1 --branch main");
    shop.step(
        "orders",
        "create-or-update-version -a Orders -e 1 --branch main",
    );
    let question = "can-i-deploy -a Web -e 1 -a Orders --main-branch";
    let _ = shop.run("ci", question, 3);
    let patient = format!("{question} --retry-while-unknown 20 --retry-interval 1");
    let yes = thread::scope(|scope| {
        let asked = scope.spawn(|| shop.run("ci", &patient, 0));
        // Not before the other has asked once.
        thread::sleep(Duration::from_millis(700));
        let line = "record-verification --provider Orders -a 1 --consumer Web --success";
        shop.step("orders", line);
        asked.join().unwrap()
    });
    let waiting = "Waiting for 1 verification result to be published (maximum of 20 seconds)";
    assert!(yes.stderr.contains(waiting), "{yes:?}");
    assert!(yes.stdout.contains("Computer says yes"), "{yes:?}");

    // In vain, a bounded while; and what is decided is not waited for.
    shop.step(
        "orders",
        "create-or-update-version -a Orders -e 2 --branch main",
    );
    shop.pact("ci/o.json", "Web", "Orders", &["an order", "more"]);
    shop.step("ci", "publish o.json -a 2 --branch main");
    let question = "can-i-deploy -a Web -e 2 -a Orders -e 2 --retry-while-unknown 1";
    let unknown = shop.run("ci", &format!("{question} --retry-interval 1"), 3);
    assert!(unknown.stderr.contains("Waiting for 1"), "{unknown:?}");
    let line = "record-verification --provider Orders -a 2 --consumer Web --fail";
    shop.step("orders", line);
    let no = shop.run("ci", &format!("{question} --retry-interval 600"), 1);
    assert!(!no.stderr.contains("Waiting"), "{no:?}");
}

#[test]
fn two_live_versions_of_which_one_was_never_verified_are_no_yes_by_strict_rules() {
    let shop = with_a_store();
    let question = "can-i-deploy -a Web -e 1 --to-environment production --ignore Payments";
    let _ = shop.run("ci", question, 0);
    let line = "record-deployment -a Orders -e 2 --environment production --application-instance b";
    shop.step(
        "ci",
        "create-or-update-version -a Orders -e 2 --branch main",
    );
    shop.step("ci", line);
    let unknown = shop.run("ci", question, 3);
    assert!(unknown.stdout.contains("| ???"), "{unknown:?}");
    let yes = shop.run("ci", &format!("{question} --rules pact-broker"), 0);
    assert!(yes.stderr.contains("by pact-broker rules"), "{yes:?}");
    // A store may be set to them; the command line has the last word.
    shop.step("ci", "init --rules pact-broker");
    let _ = shop.run("ci", question, 0);
    let _ = shop.run("ci", &format!("{question} --rules strict"), 3);
    // A failure (of Payments) beside an unknown is final.
    shop.step(
        "ci",
        "record-deployment -a Orders -e 2 --environment production",
    );
    let _ = shop.run("ci", WEB, 3);
    let _ = shop.run("ci", &format!("{WEB} --rules strict"), 1);
}

#[test]
fn every_exit_code_has_its_meaning() {
    let shop = Shop::with_a_remote(&["ci"]);
    play(&shop, "ci");
    shop.step("ci", "create-environment --name test");
    for (line, status, words) in [
        (
            "-a Orders -e 1 --to-environment production",
            0,
            "Computer says yes",
        ),
        (
            "-a Web -e 1 --to-environment production",
            1,
            "Computer says no",
        ),
        ("-a Web -e 1 --to-environment test", 3, "Computer says no"),
        ("-a Web -e 1 --to-environment nowhere", 2, "nowhere"),
        (
            "-a Web --to-environment production",
            2,
            "The version must be specified",
        ),
        (
            "-a Web -e 1 --to-environment production --to prod",
            2,
            "error",
        ),
        (
            "-a Web -e 1 --to-enviroment production",
            2,
            "--to-environment",
        ),
        ("", 2, "--pacticipant"),
    ] {
        let output = shop.run("ci", &format!("can-i-deploy {line}"), status);
        let said = format!("{}{}", output.stdout, output.stderr);
        assert!(said.contains(words), "{line} {output:?}");
        // What makes no sense says nothing that could be taken for an answer.
        assert_eq!(output.stdout.is_empty(), status == 2, "{line} {output:?}");
    }
    fs::rename(shop.sandbox.path(STORE), shop.sandbox.path("gone.git")).unwrap();
    let failed = shop.run("ci", WEB, 4);
    assert_eq!(failed.stdout, "");
    fs::create_dir(shop.sandbox.path("empty")).unwrap();
    let nowhere = shop.run("empty", WEB, 2);
    assert!(
        nowhere.stderr.contains("no store: give --repo"),
        "{nowhere:?}"
    );
}

/// Returns the keys of a JSON text in the order in which they stand, at one depth.
fn keys(text: &str, indent: usize) -> Vec<&str> {
    let begin = format!("{}\"", " ".repeat(indent));
    let lines = text.lines().filter_map(|line| line.strip_prefix(&begin));
    let mut keys = Vec::new();
    for key in lines
        .filter_map(|line| line.split_once("\":"))
        .map(|(key, _)| key)
    {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

#[test]
fn the_json_has_the_brokers_keys_in_its_order() {
    let shop = with_a_store();
    let line = format!("{WEB} --output json");
    let answer = shop.run("ci", &line, 1);
    assert_eq!(
        keys(&answer.stdout, 2),
        [
            "summary",
            "notices",
            "matrix",
            "verdict",
            "reasons",
            "computedFrom"
        ]
    );
    assert_eq!(
        keys(&answer.stdout, 6)[..4],
        ["type", "text", "consumer", "provider"]
    );
    let summary: Vec<&str> = keys(&answer.stdout, 4)[..5].to_vec();
    assert_eq!(
        summary,
        ["deployable", "reason", "success", "failed", "unknown"]
    );
    let row = ["consumer", "provider", "pact", "verificationResult"];
    assert_eq!(keys(&answer.stdout, 6)[2..6], row);
    assert_eq!(shop.run("ci", &line, 1).stdout, answer.stdout);
    let json = shop.json("ci", WEB, 1);
    assert_eq!(json["summary"]["deployable"], false);
    assert_eq!(
        (&json["summary"]["success"], &json["summary"]["failed"]),
        (&1.into(), &1.into())
    );
    let unknown = shop.json("ci", "can-i-deploy -a Web -e 1 --to nothing", 3);
    assert_eq!(unknown["summary"]["deployable"], Value::Null);
}

/// Puts a branch where one of its files is different, or is not.
fn spoil(git: &Git, branch: &str, spoilt: &str, bytes: Option<&[u8]>) {
    let paths = git.run(&["ls-tree", "-r", "--name-only", branch]);
    let read = |path: &str| {
        let text = git.run(&["show", &format!("{branch}:{path}")]);
        (path.to_owned(), format!("{text}\n").into_bytes())
    };
    let mut files: Vec<(String, Vec<u8>)> = paths.lines().map(read).collect();
    match bytes {
        None => files.retain(|(path, _)| path != spoilt),
        Some(bytes) => {
            let spoilt = files.iter_mut().find(|(path, _)| path == spoilt);
            spoilt.unwrap().1 = bytes.to_vec();
        }
    }
    let files: Vec<(&str, &str, &[u8])> = files
        .iter()
        .map(|(path, bytes)| ("100644", path.as_str(), bytes.as_slice()))
        .collect();
    git.plant(&format!("refs/heads/{branch}"), &files);
}

#[test]
fn a_damaged_record_is_never_a_yes() {
    let shop = with_a_store();
    let git = shop.store();
    let line =
        "record-verification --provider Payments -a 1 --branch main --consumer Web --success";
    shop.step("ci", line);
    shop.step("ci", "init --rules strict");
    let _ = shop.run("ci", WEB, 0);
    let mut needed = Vec::new();
    for branch in [
        "pact/app/Web",
        "pact/app/Orders",
        "pact/env/production",
        "pact/settings",
    ] {
        let tip = git.run(&["rev-parse", branch]);
        let paths = git.run(&["ls-tree", "-r", "--name-only", branch]);
        for path in paths.lines() {
            for bytes in [&b"{\"schema\": 99}\n"[..], b"{\"schema\": 1", b""] {
                spoil(&git, branch, path, Some(bytes));
                let output = shop.sandbox.run("ci", &crate::support::team::words(WEB));
                match output.status {
                    Some(4) => {
                        assert!(output.stderr.contains(path), "{path} {output:?}");
                        assert_eq!(output.stdout, "", "{path}");
                        needed.push(path.to_owned());
                    }
                    // It was not looked at.
                    status => assert_eq!(status, Some(0), "{path} {output:?}"),
                }
            }
            git.run(&["update-ref", &format!("refs/heads/{branch}"), &tip]);
        }
    }
    let times = |part: &str| needed.iter().filter(|path| path.contains(part)).count();
    for part in [
        "Web/versions/",
        "Orders/runs/",
        "production/deployed/Orders/",
        "environment.json",
    ] {
        assert_eq!(times(part), 3, "{part} of {needed:?}");
    }
    // And what is gone is no yes either.
    for (branch, part, status) in [
        ("pact/app/Web", "Web/versions/", 1),
        ("pact/app/Orders", "Orders/runs/", 3),
        ("pact/env/production", "production/deployed/Orders/", 3),
    ] {
        let tip = git.run(&["rev-parse", branch]);
        let paths = git.run(&["ls-tree", "-r", "--name-only", branch]);
        let path = paths.lines().find(|path| path.contains(part)).unwrap();
        spoil(&git, branch, path, None);
        let _ = shop.run("ci", WEB, status);
        git.run(&["update-ref", &format!("refs/heads/{branch}"), &tip]);
    }
    let _ = shop.run("ci", WEB, 0);
}
