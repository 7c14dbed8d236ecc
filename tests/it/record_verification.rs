//! `git pact record-verification`: what a verifier's report proves of what was pulled.

use std::fs;

use serde_json::Value;

use crate::support::sandbox::Sandbox;
use crate::support::shop::attempt;
use crate::support::shop::fixture;
use crate::support::shop::run;
use crate::support::shop::shop;

const RECORD: &str = "record-verification --provider Order_Service -a P1 --branch main";

fn pulled(selectors: &str) -> Sandbox {
    let sandbox = shop();
    let line = format!(
        "pull --provider Order_Service --provider-version-branch main {selectors} --to verify"
    );
    let _ = run(&sandbox, "orders", &line);
    sandbox
}

fn report(name: &str) -> String {
    format!(
        "{RECORD} --results {}",
        fixture(&format!("verifier/{name}"))
    )
}

fn is_known(sandbox: &Sandbox, branch: &str) -> bool {
    let git = sandbox.git("contracts.git");
    let name = format!("--format=%(refname) refs/heads/{branch}");
    let (format, name) = name.split_once(' ').unwrap();
    !git.run(&["for-each-ref", format, name]).is_empty()
}

#[test]
fn a_report_is_tied_to_the_contents_that_were_pulled() {
    let sandbox = pulled("--main-branch --branch feat");
    let output = run(&sandbox, "orders", &report("rust-two-contents-colour.json"));
    let expected = "\
CONSUMER   | CONTENT  | RESULT          
-----------|----------|-----------------
Mobile App | 6a114860 | passed          
Web        | 1e206afa | passed          
Web        | bcddf0f4 | failed (pending)

Failed for Web:
  * a request for the invoice of an order (given order 42 exists)
";
    assert_eq!(output.stdout, expected);
    let told = "3 results of Order Service version P1, 1 failed, pending: no reason to fail the \
                build.\nRecorded in ";
    assert!(output.stderr.starts_with(told), "{output:?}");

    // What was verified is pending no more; what failed is.
    let ask = "pull --provider Order_Service --provider-version-branch main --main-branch \
               --branch feat --output json";
    let answer = run(&sandbox, "web", ask);
    let answer: Value = serde_json::from_str(&answer.stdout).unwrap();
    let pacts = answer["pacts"].as_array().unwrap();
    let pending: Vec<_> = pacts.iter().map(|pact| pact["pending"].clone()).collect();
    assert_eq!(pending, [false, false, true]);
}

#[test]
fn what_is_not_proven_is_named_and_not_recorded() {
    let sandbox = pulled("--main-branch");
    // The report is about another content of Web.
    let line = format!("{} --output json", report("rust-fail.json"));
    let output = run(&sandbox, "orders", &line);
    let recording: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(recording["results"].as_array().unwrap().len(), 1);
    assert_eq!(recording["results"][0]["consumer"], "Mobile App");
    assert_eq!(recording["results"][0]["success"], true);
    assert_eq!(recording["notRecorded"][0]["consumer"], "Web");
    assert_eq!(recording["write"]["state"], "landed");
    for told in [
        "warning: Web and Order Service was run, but is not what was pulled: not recorded",
        "warning: nothing is recorded for Web (1e206afa): the report is about another content",
    ] {
        assert!(output.stderr.contains(told), "{output:?}");
    }
}

#[test]
fn a_report_that_proves_nothing_records_nothing_and_is_no_success() {
    for name in ["rust-nothing.json", "rust-filtered.json"] {
        let sandbox = pulled("--main-branch");
        let output = attempt(&sandbox, "orders", &report(name));
        assert_eq!(output.status, Some(4), "{name}: {output:?}");
        assert!(
            output
                .stderr
                .contains("proves nothing of the 2 pulled pacts: nothing was recorded"),
            "{output:?}"
        );
        assert!(!is_known(&sandbox, "pact/app/Order%20Service"), "{name}");
    }
}

#[test]
fn without_any_pact_the_version_is_recorded() {
    let sandbox = pulled("--branch nowhere");
    let output = run(&sandbox, "orders", &report("rust-nothing.json"));
    assert_eq!(output.stdout, "");
    assert!(
        output
            .stderr
            .contains("warning: no pact was pulled: only the version is recorded"),
        "{output:?}"
    );
    let log = run(&sandbox, "web", "log -a Order_Service --limit 1");
    assert!(
        log.stdout.contains("recorded Order Service version P1"),
        "{log:?}"
    );
}

#[test]
fn a_result_can_be_said_for_one_consumer() {
    let sandbox = shop();
    for (line, found) in [
        ("--consumer Web --success", "Web      | 1e206afa | passed"),
        (
            "--consumer Web --consumer-version 2 --fail",
            "Web      | bcddf0f4 | failed",
        ),
        (
            "--consumer Web --success --content \
             bcddf0f49679ac702393e668c4783635ec1e13cd8d2b21f66d947c9596711a21",
            "Web      | bcddf0f4 | passed",
        ),
    ] {
        let output = run(&sandbox, "orders", &format!("{RECORD} {line}"));
        assert!(output.stdout.contains(found), "{output:?}");
    }
    let unknown = attempt(
        &sandbox,
        "orders",
        &format!("{RECORD} --consumer X --success"),
    );
    assert_eq!(unknown.status, Some(1), "{unknown:?}");
}

#[test]
fn the_same_report_again_changes_nothing_and_another_one_is_a_run_that_counts() {
    let sandbox = pulled("--main-branch");
    let runs = || {
        let files = sandbox.git("contracts.git").run(&[
            "ls-tree",
            "-r",
            "--name-only",
            "pact/app/Order%20Service",
        ]);
        files.lines().filter(|path| path.contains("/runs/")).count()
    };
    let _ = run(&sandbox, "orders", &report("rust-pass.json"));
    let again = run(&sandbox, "orders", &report("rust-pass.json"));
    assert!(again.stderr.contains("Nothing new"), "{again:?}");
    assert_eq!(runs(), 1);
    let failed = run(
        &sandbox,
        "orders",
        &format!("{RECORD} --consumer Web --fail"),
    );
    assert!(failed.stdout.contains("failed"), "{failed:?}");
    assert_eq!(runs(), 2);
}

#[test]
fn only_what_was_pulled_can_have_been_verified() {
    let sandbox = pulled("--main-branch");
    let web = sandbox.path("orders/verify/Web.json");
    let text = fs::read_to_string(&web).unwrap();
    fs::write(&web, text.replace("order", "pizza")).unwrap();
    let changed = attempt(&sandbox, "orders", &report("rust-pass.json"));
    assert_eq!(changed.status, Some(2), "{changed:?}");
    assert!(
        changed
            .stderr
            .contains("verify/Web.json was changed since it was pulled"),
        "{changed:?}"
    );
    let none = attempt(&sandbox, "web", &report("rust-pass.json"));
    assert_eq!(none.status, Some(2), "{none:?}");
    assert!(none.stderr.contains("there is no manifest"), "{none:?}");
    fs::write(&web, text).unwrap();
    let _ = run(
        &sandbox,
        "orders",
        "pull --provider Order_Service --to other",
    );
    let two = attempt(&sandbox, "orders", &report("rust-pass.json"));
    assert_eq!(two.status, Some(2), "{two:?}");
    assert!(
        two.stderr
            .contains("other.git-pact.json, verify.git-pact.json"),
        "{two:?}"
    );
    let line = format!(
        "{} --manifest verify.git-pact.json",
        report("rust-pass.json")
    );
    let _ = run(&sandbox, "orders", &line);
}
