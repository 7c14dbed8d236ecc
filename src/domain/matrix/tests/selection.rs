//! Which versions are selected, and which integrations they are part of
//! (spec: semantics §9.1, §9.2).

use super::super::{MatrixError, Query, Refusal, matrix};
use super::{ask, to, town};
use crate::domain::fact::Fact;
use crate::domain::ledger::Ledger;
use crate::domain::pacticipant::Pacticipant;
use crate::domain::rules::Rules;
use crate::domain::selector::written::asked;
use crate::domain::selector::{Destination, Found};
use crate::domain::testing::{MemoryLedger, n};

fn main_branch(ledger: &mut MemoryLedger, name: &str, branch: &str) {
    let known = ledger.pacticipant(&n(name)).unwrap().unwrap();
    let mut pacticipant = Pacticipant::clone(&known);
    pacticipant.main_branch = Some(n(branch));
    ledger.tell(&Fact::Pacticipant(pacticipant));
}

/// Web 1 to 4, on two branches, with tags and in an environment.
fn web() -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("prod");
    ledger.publish_tagged("Web", "1", "trunk", &["rc", "old"], &["Api=a"]);
    ledger.publish_tagged("Web", "2", "trunk", &["rc"], &["Api=a"]);
    ledger.publish_tagged("Web", "3", "trunk", &[], &["Api=b"]);
    ledger.publish_tagged("Web", "4", "feat", &["rc"], &["Api=b"]);
    // The head of a branch is the version last put on it, whatever its age.
    ledger.publish("Web", "1", "feat", &[]);
    main_branch(&mut ledger, "Web", "trunk");
    ledger.deploy("Web", "2", "prod", "");
    ledger.deploy("Web", "3", "prod", "blue");
    ledger.release("Web", "1", "prod");
    ledger.release("Web", "3", "prod");
    ledger
}

#[test]
fn a_selector_means_the_versions_that_meet_every_criterion() {
    let ledger = web();
    let table = [
        ("version=2", "2"),
        ("version=404", ""),
        ("latest", "4"),
        ("tag=rc", "1 2 4"),
        ("tag=rc latest", "4"),
        ("tag=nope", ""),
        ("branch=trunk", "1 2 3"),
        ("branch=trunk latest", "3"),
        ("branch=feat latest", "1"),
        ("branch=nope latest", ""),
        ("main", "1 2 3"),
        ("main latest", "3"),
        ("in=prod", "1 2 3"),
        ("in=prod latest", "3"),
        ("in=nowhere", ""),
        ("in=prod tag=rc", "1 2"),
        ("in=prod tag=rc latest", "2"),
        ("in=prod branch=feat", "1"),
        ("in=prod version=4", ""),
        ("branch=trunk tag=rc", "1 2"),
        ("branch=trunk tag=rc latest", ""),
        ("branch=trunk version=4", ""),
        ("branch=feat main", "1"),
        ("branch=feat main latest", ""),
        ("tag=old version=1", "1"),
    ];
    for (criteria, expected) in table {
        let selector = asked(&format!("Web {criteria}"));
        let query = Query::matrix(vec![selector], to("prod"));
        let answer = ask(&ledger, &query, Rules::Strict);
        let specified: Vec<_> = answer
            .selectors
            .iter()
            .filter(|it| it.is_specified())
            .collect();
        let numbers: Vec<_> = specified
            .iter()
            .filter_map(|it| it.version())
            .map(|it| it.number.as_str())
            .collect();
        assert_eq!(numbers.join(" "), expected, "{criteria}");
        if numbers.is_empty() {
            assert_eq!(specified[0].found, Found::NoVersion);
        }
    }
}

#[test]
fn a_pacticipant_without_a_main_branch_has_no_version_on_it() {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "trunk", &["Api=a"]);
    let query = Query::matrix(vec![asked("Web main")], Destination::Latest);
    assert_eq!(
        ask(&ledger, &query, Rules::Strict).selectors[0].found,
        Found::NoVersion
    );
}

#[test]
fn a_question_that_makes_no_sense_is_refused_with_every_reason() {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "", &["Api=a"]);
    let refusals = |query: &Query| match matrix(&ledger, query, Rules::Strict) {
        Err(error @ MatrixError::Refused(_)) => error.to_string(),
        other => panic!("{other:?}"),
    };
    let none = Query::matrix(Vec::new(), Destination::None);
    assert_eq!(
        refusals(&none),
        "Please provide 1 or more version selectors."
    );
    let both = asked("Web version=1 latest");
    let mut query = Query::matrix(vec![both.clone(), asked("Nobody version=1")], to("nowhere"));
    query.ignore = vec![both];
    assert_eq!(
        refusals(&query),
        "A version number and latest flag cannot both be specified for Web\n\
         Pacticipant Nobody not found\n\
         A version number and latest flag cannot both be specified for Web to ignore\n\
         Environment with name 'nowhere' does not exist"
    );
}

#[test]
fn a_provider_that_only_its_consumers_mention_can_be_asked_about() {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "", &["Api=a"]);
    assert!(
        matrix(
            &ledger,
            &Query::matrix(vec![asked("Api")], Destination::None),
            Rules::Strict
        )
        .is_ok()
    );
}

#[test]
fn destinations_that_contradict_each_other_are_refused() {
    let from = Destination::from_options;
    assert_eq!(from(None, None, false, false), Ok(Destination::None));
    assert_eq!(from(None, None, false, true), Ok(Destination::Latest));
    assert_eq!(from(Some(n("e")), None, false, false), Ok(to("e")));
    assert_eq!(
        from(None, None, true, true),
        Ok(Destination::MainBranch { latest: true })
    );
    let tag = Destination::Tag {
        tag: n("t"),
        latest: false,
    };
    assert_eq!(from(None, Some(n("t")), false, false), Ok(tag));
    let many = Err(vec![Refusal::ManyDestinations]);
    assert_eq!(from(Some(n("e")), Some(n("t")), false, false), many);
    assert_eq!(from(None, Some(n("t")), true, false), many);
    let latest = Err(vec![Refusal::LatestAndEnvironment]);
    assert_eq!(from(Some(n("e")), None, false, true), latest);
}

#[test]
fn a_consumer_needs_the_providers_of_this_very_version_and_a_provider_needs_nobody() {
    let integrations = |selectors, destination| {
        let answer = ask(
            &town(),
            &Query::matrix(selectors, destination),
            Rules::Strict,
        );
        let drawn = answer.integrations.iter().map(|it| {
            let (consumer, provider) = (&it.consumer, &it.provider);
            if it.required {
                format!("{consumer} needs {provider}")
            } else {
                format!("{provider} serves {consumer}")
            }
        });
        drawn.collect::<Vec<_>>().join(", ")
    };
    let one = |number| vec![asked(&format!("Web version={number}"))];
    assert_eq!(
        integrations(one("1"), to("prod")),
        "Web needs Api, Web needs Mail"
    );
    assert_eq!(integrations(one("2"), to("prod")), "Web needs Api");
    assert_eq!(integrations(one("2"), Destination::None), "Web needs Api");
    assert_eq!(integrations(one("404"), to("prod")), "");
    assert_eq!(
        integrations(vec![asked("Web")], to("prod")),
        "Web needs Api, Web needs Mail"
    );
    let api = vec![asked("Api version=5")];
    assert_eq!(
        integrations(api.clone(), to("prod")),
        "Api needs Db, Api serves App, Api serves Web"
    );
    let pair = vec![asked("Web version=1"), asked("Api version=5")];
    assert_eq!(
        integrations(pair.clone(), Destination::None),
        "Web needs Api"
    );
    assert_eq!(
        integrations(pair, to("prod")),
        "Api needs Db, Api serves App, Web needs Api, Web needs Mail"
    );
}
