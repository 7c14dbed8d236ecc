//! What is said after a no: problems and commands as literal text.

use std::sync::Arc;

use super::*;
use crate::domain::can_i_deploy::can_i_deploy;
use crate::domain::matrix::Query;
use crate::domain::matrix::matrix as matrix_of;
use crate::domain::rules::Rules;
use crate::domain::selector::Selector;
use crate::domain::testing::MemoryLedger;
use crate::domain::testing::content;
use crate::domain::testing::n;

/// `Web` 1 agreed on `a` with the `Order Service`, of which 5 verified what is given.
fn web_and_orders(results: &[&str]) -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "main", &["Order Service=a"]);
    if !results.is_empty() {
        ledger.verify("Order Service", "5", "main", results);
    }
    ledger.environment_named("production");
    ledger
}

fn web(number: &str) -> Selector {
    Selector::version(n("Web"), n(number))
}

fn steps_by(
    ledger: &MemoryLedger,
    selectors: Vec<Selector>,
    destination: Destination,
    rules: Rules,
) -> String {
    let query = Query::can_i_deploy(selectors, destination);
    let matrix = matrix_of(ledger, &query, rules).unwrap();
    let steps = next_steps(&matrix, &can_i_deploy(&matrix));
    let mut lines = Vec::new();
    for step in steps {
        lines.push(step.problem);
        lines.extend(step.commands.iter().map(|command| format!("  {command}")));
    }
    let text = lines.join("\n");
    text.replace(content("a").short(), "A")
        .replace(content("b").short(), "B")
}

fn steps(ledger: &MemoryLedger, selectors: Vec<Selector>, destination: Destination) -> String {
    steps_by(ledger, selectors, destination, Rules::Strict)
}

fn production() -> Destination {
    Destination::Environment(n("production"))
}

#[test]
fn after_a_yes_there_is_nothing_to_do() {
    let mut ledger = web_and_orders(&["Web=a:yes"]);
    ledger.deploy("Order Service", "5", "production", "");
    assert_eq!(steps(&ledger, vec![web("1")], production()), "");
}

#[test]
fn what_is_not_verified_is_named_with_who_is_to_verify_it() {
    let mut ledger = web_and_orders(&["Other=a:yes"]);
    ledger.deploy("Order Service", "5", "production", "");
    let expected = "\
Order Service version 5 has not verified the pact of Web version 1 (content A):
  git pact pull --provider 'Order Service' --branch main --consumer Web --to ./verify
  git pact record-verification --provider 'Order Service' --provider-app-version 5 --results results.json";
    for rules in [Rules::Strict, Rules::PactBroker] {
        let steps = steps_by(&ledger, vec![web("1")], production(), rules);
        assert_eq!(steps, expected);
    }
}

#[test]
fn what_one_provider_version_has_to_verify_is_named_together() {
    let mut ledger = web_and_orders(&["Other=a:yes"]);
    ledger.publish("Mobile", "7", "main", &["Order Service=b"]);
    for (consumer, version) in [("Web", "1"), ("Mobile", "7")] {
        ledger.deploy(consumer, version, "production", "");
    }
    let orders = Selector::version(n("Order Service"), n("5"));
    let steps = steps(&ledger, vec![orders], production());
    let expected = "\
Order Service version 5 has not verified the pact of Mobile version 7 (content B), Web version 1 (content A):";
    assert!(steps.starts_with(expected), "{steps}");
    assert_eq!(steps.lines().count(), 3);
}

#[test]
fn a_failure_is_named_with_what_failed() {
    let mut ledger = web_and_orders(&["Web=a:no"]);
    ledger.deploy("Order Service", "5", "production", "");
    let expected = "\
Order Service version 5 does not honour the pact of Web version 1 (content A).
If the run was at fault, verify again and record what comes of it:
  git pact pull --provider 'Order Service' --branch main --consumer Web --to ./verify
  git pact record-verification --provider 'Order Service' --provider-app-version 5 --results results.json";
    assert_eq!(steps(&ledger, vec![web("1")], production()), expected);
}

#[test]
fn a_provider_that_is_not_there_has_to_come() {
    let ledger = web_and_orders(&[]);
    let tag = Destination::Tag {
        tag: n("prod"),
        latest: true,
    };
    let main = Destination::MainBranch { latest: true };
    for (destination, lacks, command) in [
        (
            production(),
            "is deployed in or released to production",
            "record-deployment --pacticipant 'Order Service' --version \"$VERSION\" --environment production",
        ),
        (
            tag,
            "has the tag prod",
            "create-or-update-version --pacticipant 'Order Service' --version \"$VERSION\" --tag prod",
        ),
        (
            main,
            "is on its main branch",
            "create-or-update-version --pacticipant 'Order Service' --version \"$VERSION\" --branch main",
        ),
        (
            Destination::Latest,
            "has verified it",
            "record-verification --provider 'Order Service' --provider-app-version \"$VERSION\" --results results.json",
        ),
    ] {
        let expected = format!(
            "The pact of Web version 1 (content A) needs Order Service, but no version of it \
             {lacks}:\n  git pact {command}"
        );
        assert_eq!(steps(&ledger, vec![web("1")], destination), expected);
    }
}

#[test]
fn a_version_that_does_not_exist_has_to_be_recorded() {
    let ledger = web_and_orders(&[]);
    let every = Selector::every_version(n("Web"));
    let latest = Selector {
        latest: true,
        ..every.clone()
    };
    for (selector, expected) in [
        (
            web("9"),
            "Version 9 of Web is not recorded, or was cleaned away. Publish its pacts; only if it has none, record the \
             version:\n  git pact publish ./pacts --consumer-app-version 9\n  git pact \
             create-or-update-version --pacticipant Web --version 9",
        ),
        (
            Selector {
                tag: Some(n("rc 1")),
                ..latest.clone()
            },
            "No version with tag rc 1 exists for Web. Record one:\n  git pact \
             create-or-update-version --pacticipant Web --version \"$VERSION\" --tag 'rc 1'",
        ),
        (
            Selector {
                branch: Some(n("-x")),
                ..latest.clone()
            },
            "No version of Web from branch -x exists. Record one:\n  git pact \
             create-or-update-version --pacticipant Web --version \"$VERSION\" --branch=-x",
        ),
    ] {
        assert_eq!(steps(&ledger, vec![selector], production()), expected);
    }
}

#[test]
fn of_many_failures_only_the_first_are_named() {
    let mut ledger = web_and_orders(&["Web=a:no"]);
    ledger.deploy("Order Service", "5", "production", "");
    let query = Query::can_i_deploy(vec![web("1")], production());
    let mut matrix = matrix_of(&ledger, &query, Rules::Strict).unwrap();
    let verification = matrix.rows[0].verification.as_mut().unwrap();
    let run = Arc::make_mut(&mut verification.run);
    run.build_url = Some("https://ci/5".to_owned());
    run.results[0].failures = (1..=7)
        .map(|number| format!("request {number}\n"))
        .collect();
    let problem = failed_verification(&matrix.rows[0]).problem;
    let expected = "  failed: request 1 \n  failed: request 2 \n  failed: request 3 \n  failed: \
                    request 4 \n  failed: request 5 \n  … and 2 more\n  build: https://ci/5\n";
    assert!(problem.contains(expected), "{problem}");
}

#[test]
fn the_pull_asks_for_what_the_consumer_version_is_known_by() {
    let mut ledger = MemoryLedger::default();
    ledger.publish_tagged("Web", "1", "feat/x y", &["prod"], &["Order Service=a"]);
    let query = Query::can_i_deploy(vec![web("1")], Destination::Latest);
    let mut matrix = matrix_of(&ledger, &query, Rules::Strict).unwrap();
    let row = &mut matrix.rows[0];
    let pull = |row: &Row| verify(&row.provider, &[], &[row])[0].to_string();
    let pull_of = |criteria: &str| {
        format!("git pact pull --provider 'Order Service' {criteria} --to ./verify")
    };
    assert_eq!(pull(row), pull_of("--branch 'feat/x y' --consumer Web"));
    Arc::make_mut(&mut row.consumer_version).branches.clear();
    assert_eq!(pull(row), pull_of("--consumer Web --tag prod"));
    Arc::make_mut(&mut row.consumer_version).tags.clear();
    assert_eq!(pull(row), pull_of("--consumer Web --latest"));
}
