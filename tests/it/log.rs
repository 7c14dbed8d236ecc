//! `git pact log`: who recorded what, walked from the commits.

use serde_json::Value;

use crate::support::sandbox::Sandbox;
use crate::support::shop::attempt;
use crate::support::shop::empty_shop;
use crate::support::shop::publish;
use crate::support::shop::run;
use crate::support::shop::shop;

/// Returns a shop in which things have been deployed as well.
fn busy_shop() -> Sandbox {
    let sandbox = shop();
    for line in [
        "record-verification --provider Order_Service -a P1 --branch main --consumer Web \
         --consumer-version 1 --success --build-url https://ci.example.org/7",
        "create-environment --name production --production",
        "record-deployment -a Order_Service -e P1 --environment production",
        "record-deployment -a Web -e 1 --environment production",
        "record-deployment -a Web -e 2 --environment production",
        "record-undeployment -a Web --environment production",
    ] {
        let _ = run(&sandbox, "orders", line);
    }
    sandbox
}

/// Returns a log without the ids of commits.
fn without_commits(log: &str) -> Vec<String> {
    let line = |line: &str| match line.strip_prefix("2026-11-21T00:") {
        Some(rest) => {
            let (time, rest) = rest.split_once("+00:00 ").unwrap();
            let (_, rest) = rest.split_once(' ').unwrap();
            format!("{time} {rest}")
        }
        None => line.to_owned(),
    };
    log.lines().map(line).collect()
}

#[test]
fn everything_is_told_newest_first() {
    let sandbox = busy_shop();
    let log = run(&sandbox, "web", "log");
    assert_eq!(
        without_commits(&log.stdout),
        [
            "08:00 Test: undeployed Web version 2 from production",
            "07:00 Test: deployed Web version 2 to production in place of 1",
            "06:00 Test: deployed Web version 1 to production",
            "05:00 Test: deployed Order Service version P1 to production",
            "04:00 Test: created environment production (production)",
            "03:00 Test: verified Order Service version P1 (branch main): Web 1e206afa passed",
            "    build https://ci.example.org/7",
            "03:00 Test: described Order Service: main branch main",
            "02:00 Test: published Web version 2 (branch feat): pact with Order Service bcddf0f4",
            "01:00 Test: published Mobile App version 1 (branch main): pact with Order Service 6a114860",
            "01:00 Test: described Mobile App: main branch main",
            "00:00 Test: published Web version 1 (branch main): pact with Order Service 1e206afa",
            "00:00 Test: described Web: main branch main",
        ]
    );
    assert_eq!(log.stderr, "");
}

#[test]
fn a_subject_is_told_only_what_is_about_it() {
    let sandbox = busy_shop();
    for (line, expected) in [
        (
            "log -a Web --limit 3",
            vec![
                "08:00 Test: undeployed Web version 2 from production",
                "07:00 Test: deployed Web version 2 to production in place of 1",
                "06:00 Test: deployed Web version 1 to production",
            ],
        ),
        (
            "log --provider Order_Service --consumer Web",
            vec![
                "03:00 Test: verified Order Service version P1 (branch main): Web 1e206afa passed",
                "    build https://ci.example.org/7",
                "02:00 Test: published Web version 2 (branch feat): pact with Order Service bcddf0f4",
                "00:00 Test: published Web version 1 (branch main): pact with Order Service 1e206afa",
            ],
        ),
        (
            "log --environment production --limit 1",
            vec!["08:00 Test: undeployed Web version 2 from production"],
        ),
    ] {
        let log = run(&sandbox, "web", line);
        assert_eq!(without_commits(&log.stdout), expected, "{line}");
    }
    let json = run(
        &sandbox,
        "web",
        "log --environment production --output json",
    );
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["events"].as_array().unwrap().len(), 5);
    assert_eq!(json["events"][4]["event"], "environment-created");
}

#[test]
fn a_history_that_is_cut_off_says_so_and_is_completed_online() {
    let sandbox = shop();
    let store = format!("--repo file://{}", sandbox.path("contracts.git").display());
    // A question brings the tips only.
    let _ = run(
        &sandbox,
        "web",
        &format!("pull --provider Order_Service --output json {store}"),
    );
    let offline = run(&sandbox, "web", &format!("log -a Web --offline {store}"));
    assert_eq!(offline.stdout, "");
    assert!(
        offline
            .stderr
            .starts_with("… the history of pact/app/Web at and before "),
        "{offline:?}"
    );
    let online = run(&sandbox, "web", &format!("log -a Web {store}"));
    assert_eq!(without_commits(&online.stdout).len(), 3, "{online:?}");
    assert_eq!(online.stderr, "");
}

#[test]
fn nobody_and_nothing_are_told_apart() {
    let sandbox = empty_shop();
    let nothing = run(&sandbox, "web", "log");
    assert_eq!(
        (nothing.stdout.as_str(), nothing.stderr.as_str()),
        ("", "Nothing was recorded.\n")
    );
    publish(&sandbox, "orders/web-1.json", "1", "main");
    for (line, told) in [
        ("log -a Nobody", "there is no pacticipant `Nobody`"),
        ("log --environment moon", "there is no environment `moon`"),
        (
            "log --provider Nobody --consumer Web",
            "there is no pacticipant `Nobody`",
        ),
        ("log --provider Web", "--consumer"),
    ] {
        let output = attempt(&sandbox, "web", line);
        assert_eq!(output.status, Some(2), "{output:?}");
        assert!(output.stderr.contains(told), "{output:?}");
    }
    // A provider that only its consumers have mentioned has not said anything yet.
    let log = run(&sandbox, "web", "log -a Order_Service");
    assert_eq!(log.stderr, "Nothing was recorded.\n");
}

#[test]
fn nothing_that_a_terminal_would_obey_is_shown() {
    let mut sandbox = empty_shop();
    sandbox.set("GIT_PACT_ACTOR", "Mal\u{1b}[2Jlory <m@example.com>");
    publish(&sandbox, "orders/web-1.json", "1", "main");
    let log = run(&sandbox, "web", "log");
    assert!(!log.stdout.contains('\u{1b}'), "{log:?}");
}
