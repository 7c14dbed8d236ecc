//! What is owed in made-up shops, in a line each.

use super::*;
use crate::domain::testing::MemoryLedger;
use crate::domain::testing::n;

/// Returns what is owed, each in a line: `Orders 7: Web 2: why: what will become of it`.
fn lines_of(ledger: &MemoryLedger, wanted: &WantedOwed) -> Vec<String> {
    let line = |owed: Owed| {
        let version = owed.version.map_or("-".to_owned(), |it| it.to_string());
        let reasons: Vec<_> = owed.provider_reasons.iter().map(reason).collect();
        let numbers: Vec<_> = owed
            .consumer_versions
            .iter()
            .map(ToString::to_string)
            .collect();
        format!(
            "{} {version}: {} {}: {}: {}",
            owed.provider.name,
            owed.consumer,
            numbers.join("+"),
            reasons.join("+"),
            state(&owed.state)
        )
    };
    owed(ledger, wanted)
        .unwrap()
        .into_iter()
        .map(line)
        .collect()
}

fn lines(ledger: &MemoryLedger) -> Vec<String> {
    lines_of(ledger, &WantedOwed::default())
}

fn reason(reason: &Reason) -> String {
    match reason {
        Reason::MainBranch(branch) => format!("main {branch}"),
        Reason::Latest => "latest".to_owned(),
        Reason::Deployed(environment) => format!("deployed {environment}"),
        Reason::Released(environment) => format!("released {environment}"),
        Reason::MatchingBranch(branch) => format!("matching {branch}"),
        Reason::Proposed(branch) => format!("proposed {branch}"),
    }
}

fn state(state: &State) -> String {
    match state {
        State::WillClear(Clears::NextBuild(branch)) => format!("next build on {branch}"),
        State::WillClear(Clears::NextBuildOfProposals(branch)) => {
            format!("next build on {branch} that takes in proposals")
        }
        State::WillClear(Clears::Deployment(version)) => format!("deployment of {version}"),
        State::WillClear(Clears::NextBuildAndDeployment(branch)) => {
            format!("next build on {branch}, and its deployment")
        }
        State::NeverClears(obstacle) => format!("never, {obstacle:?}"),
        State::Failed(failure) if failure.wip => "failed as work in progress".to_owned(),
        State::Failed(failure) => format!("failed in run {}", failure.run),
    }
}

/// Web and Orders, with a contract that was verified on the main branches.
fn shop() -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("prod");
    ledger.environment_named("test");
    ledger.publish("Web", "1", "main", &["Orders=a"]);
    ledger.verify("Orders", "7", "main", &["Web=a:yes"]);
    ledger
}

#[test]
fn nothing_is_owed_once_all_that_matters_is_verified() {
    let mut ledger = shop();
    assert_eq!(lines(&ledger), [""; 0]);
    // A branch that changes no contract asks for nothing.
    ledger.publish("Web", "2", "feat/x", &["Orders=a"]);
    assert_eq!(lines(&ledger), [""; 0]);
    ledger.deploy("Web", "1", "prod", "");
    ledger.deploy("Orders", "7", "prod", "");
    assert_eq!(lines(&ledger), [""; 0]);
}

#[test]
fn a_changed_contract_is_owed_by_the_head_and_by_what_is_deployed() {
    let mut ledger = shop();
    ledger.deploy("Orders", "7", "prod", "");
    ledger.verify("Orders", "8", "main", &["Web=a:yes"]);
    ledger.publish("Web", "2", "main", &["Orders=b"]);
    assert_eq!(
        lines(&ledger),
        [
            "Orders 7: Web 2: deployed prod: next build on main, and its deployment",
            "Orders 8: Web 2: main main: next build on main",
        ]
    );
    ledger.verify("Orders", "9", "main", &["Web=b:yes", "Web=a:yes"]);
    assert_eq!(
        lines(&ledger),
        ["Orders 7: Web 2: deployed prod: deployment of 9"]
    );
    ledger.deploy("Orders", "9", "prod", "");
    assert_eq!(lines(&ledger), [""; 0]);
    // A release stays where it is, whatever is built later.
    ledger.release("Orders", "7", "test");
    assert_eq!(
        lines(&ledger),
        ["Orders 7: Web 2: released test: never, NoBuildWillCome"]
    );
}

#[test]
fn the_head_of_the_main_branch_is_no_better_off_where_it_is_deployed_or_released() {
    let mut ledger = shop();
    ledger.publish("Web", "2", "main", &["Orders=b"]);
    ledger.deploy("Orders", "7", "prod", "");
    assert_eq!(
        lines(&ledger),
        ["Orders 7: Web 2: main main+deployed prod: next build on main, and its deployment"]
    );
    ledger.release("Orders", "7", "prod");
    assert_eq!(
        lines(&ledger),
        ["Orders 7: Web 2: main main+deployed prod+released prod: never, NoBuildWillCome"]
    );
}

#[test]
fn what_is_in_one_environment_has_to_fit_together() {
    let mut ledger = shop();
    ledger.publish("Web", "2", "main", &["Orders=b"]);
    ledger.verify("Orders", "8", "main", &["Web=a:yes", "Web=b:yes"]);
    ledger.publish("Web", "3", "main", &["Orders=a"]);
    ledger.deploy("Web", "2", "prod", "");
    ledger.deploy("Orders", "7", "test", "");
    // Web 2 is elsewhere.
    assert_eq!(lines(&ledger), [""; 0]);
    ledger.deploy("Orders", "7", "prod", "");
    let expected = ["Orders 7: Web 2: deployed prod: deployment of 8"];
    assert_eq!(lines(&ledger), expected);
    for (environment, count) in [("prod", 1), ("test", 0)] {
        let wanted = WantedOwed {
            environment: Some(n(environment)),
            ..WantedOwed::default()
        };
        assert_eq!(lines_of(&ledger, &wanted).len(), count, "{environment}");
    }
}

#[test]
fn branches_of_one_name_have_to_fit_together() {
    let mut ledger = shop();
    ledger.publish("Web", "2", "feat/x", &["Orders=b"]);
    ledger.publish("Orders", "8", "feat/x", &[]);
    ledger.publish("Orders", "9", "feat/y", &[]);
    let owed = [
        "Orders 7: Web 2: main main: next build on main that takes in proposals",
        "Orders 8: Web 2: matching feat/x: next build on feat/x",
    ];
    assert_eq!(lines(&ledger), owed);
    // What is on the main branch by now is its business.
    ledger.publish("Web", "3", "main", &["Orders=b"]);
    assert_eq!(
        lines(&ledger),
        ["Orders 7: Web 3: main main: next build on main"]
    );
}

#[test]
fn what_is_proposed_is_owed_by_the_main_branch_alone() {
    let mut ledger = shop();
    ledger.verify("Orders", "8", "main", &["Web=a:yes"]);
    ledger.deploy("Orders", "7", "prod", "");
    ledger.release("Orders", "7", "test");
    ledger.publish("Web", "2", "feat/x", &["Orders=b"]);
    ledger.publish("Web", "3", "feat/y", &["Orders=b"]);
    let found = owed(&ledger, &WantedOwed::default()).unwrap();
    assert_eq!(
        lines(&ledger),
        ["Orders 8: Web 3+2: main main: next build on main that takes in proposals"]
    );
    assert!(found[0].is_proposed() && found[0].awaits_a_build());
    let because: Vec<_> = found[0].consumer_reasons.iter().map(reason).collect();
    assert_eq!(because, ["proposed feat/x", "proposed feat/y"]);
    assert_eq!(builds(&found)[0].branch, Some(&n("main")));

    // A failure is an answer: no build is started for it again, until the head is another one.
    ledger.verify("Orders", "8", "main", &["Web=b:no"]);
    let failed = owed(&ledger, &WantedOwed::default()).unwrap();
    assert!(matches!(failed[0].state, State::Failed(_)) && failed[0].is_proposed());
    assert_eq!(builds(&failed), []);
    ledger.verify("Orders", "9", "main", &["Web=a:yes", "Web=b:wip"]);
    assert_eq!(lines(&ledger), [""; 0]);
    // What is merged is agreed, and is owed by what is live as ever.
    ledger.publish("Web", "4", "main", &["Orders=b"]);
    assert_eq!(lines(&ledger).len(), 1);
    let merged = owed(&ledger, &WantedOwed::default()).unwrap();
    assert!(merged.iter().all(|it| !it.is_proposed()));
}

#[test]
fn a_proposal_to_a_provider_that_cannot_says_so() {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "main", &[]);
    ledger.publish("Web", "2", "feat/x", &["Mail=a", "Bank=a"]);
    ledger.publish("Bank", "1", "main", &[]);
    assert_eq!(
        lines(&ledger),
        [
            "Bank 1: Web 2: main main: never, NeverVerifies",
            "Mail -: Web 2: latest: never, NoVersion",
        ]
    );
}

#[test]
fn a_provider_that_cannot_is_told_from_one_that_has_not_yet() {
    let mut ledger = MemoryLedger::default();
    ledger.publish(
        "Web",
        "1",
        "main",
        &["Orders=a", "Mail=a", "Bank=a", "Tax=a"],
    );
    assert!(lines(&ledger).iter().all(|it| it.ends_with("NoVersion")));
    ledger.publish("Mail", "1", "trunk", &[]);
    ledger.publish("Bank", "1", "main", &[]);
    ledger.verify("Tax", "1", "main", &["Web=other:yes"]);
    assert_eq!(
        lines(&ledger),
        [
            "Bank 1: Web 1: main main: never, NeverVerifies",
            "Mail -: Web 1: latest: never, NoMainBranch",
            "Orders -: Web 1: latest: never, NoVersion",
            "Tax 1: Web 1: main main: next build on main",
        ]
    );
    // Whoever works without branches, and verifies, owes nothing to a main branch.
    ledger.verify("Mail", "2", "", &["Web=a:yes"]);
    let wanted = WantedOwed {
        providers: BTreeSet::from([n("Mail")]),
        ..WantedOwed::default()
    };
    assert_eq!(lines_of(&ledger, &wanted), [""; 0]);
}

#[test]
fn a_failure_is_owed_until_the_head_succeeds_and_is_as_old_as_its_first_run() {
    let mut ledger = shop();
    ledger.publish("Web", "2", "main", &["Orders=b"]);
    ledger.verify("Orders", "8", "main", &["Web=b:no"]);
    let first = owed(&ledger, &WantedOwed::default()).unwrap();
    assert_eq!(
        lines(&ledger),
        ["Orders 8: Web 2: main main: failed in run 1"]
    );
    ledger.verify("Orders", "9", "main", &["Web=b:no"]);
    ledger.verify("Orders", "9", "main", &["Web=b:no", "Web=a:yes"]);
    let second = owed(&ledger, &WantedOwed::default()).unwrap();
    assert_eq!(
        lines(&ledger),
        ["Orders 9: Web 2: main main: failed in run 2"]
    );
    assert_eq!(second[0].since, first[0].since);
    assert!(!second[0].awaits_a_build());
    ledger.verify("Orders", "9", "main", &["Web=b:yes"]);
    assert_eq!(lines(&ledger), [""; 0]);
}

#[test]
fn what_was_forgotten_is_as_old_as_the_content_whatever_was_built_since() {
    let mut ledger = shop();
    let at = ledger.now();
    ledger.publish("Web", "2", "main", &["Orders=b"]);
    for number in ["3", "4"] {
        ledger.publish("Web", number, "main", &["Orders=b"]);
        ledger.verify("Orders", number, "main", &["Web=a:yes"]);
    }
    let owed = owed(&ledger, &WantedOwed::default()).unwrap();
    assert_eq!(owed.len(), 1);
    assert_eq!((owed[0].since, owed[0].awaits_a_build()), (at, true));
}

#[test]
fn whoever_asks_for_a_consumer_or_a_provider_gets_no_other() {
    let mut ledger = shop();
    ledger.publish("Web", "2", "main", &["Orders=b", "Mail=a"]);
    ledger.publish("App", "1", "main", &["Orders=c"]);
    assert_eq!(lines(&ledger).len(), 3);
    let wanted = WantedOwed {
        providers: BTreeSet::from([n("Orders")]),
        consumers: BTreeSet::from([n("App")]),
        ..WantedOwed::default()
    };
    assert_eq!(
        lines_of(&ledger, &wanted),
        ["Orders 7: App 1: main main: next build on main"]
    );
    let nobody = WantedOwed {
        consumers: BTreeSet::from([n("Nobody")]),
        ..WantedOwed::default()
    };
    assert!(owed(&ledger, &nobody).is_err());
}

#[test]
fn there_is_one_build_for_a_version_with_all_that_it_owes() {
    let mut ledger = shop();
    ledger.deploy("Orders", "7", "prod", "");
    ledger.verify("Orders", "8", "main", &["Web=a:yes"]);
    ledger.publish("Web", "2", "main", &["Orders=b", "Mail=a"]);
    ledger.publish("App", "1", "main", &["Orders=c"]);
    let owed = owed(&ledger, &WantedOwed::default()).unwrap();
    let found: Vec<_> = builds(&owed)
        .into_iter()
        .map(|build| {
            (
                build.version.to_string(),
                build.branch.is_some(),
                build.contracts.len(),
            )
        })
        .collect();
    let expected = [("7".to_owned(), false, 2), ("8".to_owned(), true, 2)];
    assert_eq!(found, expected);
}
