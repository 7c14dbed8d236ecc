//! Which rows the selected versions give (spec: semantics §9.3).

use std::num::NonZeroUsize;

use super::super::{DEFAULT_LIMIT, LatestBy, Query};
use super::{BOTH, ask, shown, to, town};
use crate::domain::rules::Rules;
use crate::domain::selector::written::asked;
use crate::domain::selector::{Destination, Selector};
use crate::domain::testing::MemoryLedger;

#[test]
fn several_selectors_without_a_destination_are_held_against_each_other_only() {
    for rules in BOTH {
        let selectors = vec![
            asked("Web version=1"),
            asked("Api version=6"),
            asked("Db version=9"),
        ];
        let query = Query::can_i_deploy(selectors, Destination::None);
        assert_eq!(shown(&ask(&town(), &query, rules)), ["Web 1 - Api 6: true"]);
    }
}

#[test]
fn the_same_application_twice_gives_the_rows_of_both_versions() {
    for rules in BOTH {
        let selectors = vec![
            asked("Web version=1"),
            asked("Web version=2"),
            asked("Api version=6"),
        ];
        let query = Query::can_i_deploy(selectors, Destination::None);
        let rows = shown(&ask(&town(), &query, rules));
        assert_eq!(rows, ["Web 2 - Api 6: false", "Web 1 - Api 6: true"]);
    }
}

#[test]
fn rows_are_sorted_by_consumer_newest_version_provider_newest_version_newest_result() {
    let mut ledger = town();
    ledger.verify("Api", "5", "", &["Web=a:no"]);
    ledger.publish("Web", "3", "", &["Api=c"]);
    let query = Query::matrix(
        vec![asked("Web"), asked("Api"), asked("Mail"), asked("App")],
        Destination::None,
    );
    let expected = [
        "App 1 - Api 5: true",
        "Web 3 - Api ?: ?",
        "Web 2 - Api 6: false",
        "Web 1 - Api 6: true",
        "Web 1 - Api 5: false",
        "Web 1 - Api 5: true",
        "Web 1 - Mail ?: ?",
    ];
    for rules in BOTH {
        assert_eq!(shown(&ask(&ledger, &query, rules)), expected);
    }
}

#[test]
fn one_selector_alone_shows_all_that_it_verified_and_all_that_verified_it() {
    for rules in BOTH {
        let query = Query::matrix(vec![asked("Api version=5")], Destination::None);
        let rows = shown(&ask(&town(), &query, rules));
        assert_eq!(
            rows,
            [
                "Api 5 - Db 9: true",
                "App 1 - Api 5: true",
                "Web 1 - Api 5: true"
            ]
        );
        let query = Query::matrix(vec![asked("Web")], Destination::None);
        let rows = shown(&ask(&town(), &query, rules));
        assert_eq!(
            rows,
            [
                "Web 2 - Api 6: false",
                "Web 1 - Api 6: true",
                "Web 1 - Api 5: true",
                "Web 1 - Mail ?: ?"
            ]
        );
    }
}

#[test]
fn latest_by_lets_the_newest_provider_version_stand_for_the_others() {
    let mut ledger = town();
    ledger.verify("Api", "5", "", &["Web=a:no"]);
    ledger.verify("Api", "6", "", &["Web=a:yes"]);
    let table: [(LatestBy, &[&str]); 4] = [
        (
            LatestBy::None,
            &[
                "2-6: false",
                "1-6: true",
                "1-6: true",
                "1-5: false",
                "1-5: true",
            ],
        ),
        (
            LatestBy::ConsumerVersionAndProviderVersion,
            &["2-6: false", "1-6: true", "1-5: false"],
        ),
        (
            LatestBy::ConsumerVersionAndProvider,
            &["2-6: false", "1-6: true"],
        ),
        (LatestBy::ConsumerAndProvider, &["2-6: false"]),
    ];
    for (latest_by, expected) in table {
        for rules in BOTH {
            let mut query = Query::matrix(vec![asked("Web"), asked("Api")], Destination::None);
            query.latest_by = latest_by;
            let rows = shown(&ask(&ledger, &query, rules));
            let rows: Vec<_> = rows
                .iter()
                .map(|row| row.replace("Web ", "").replace(" - Api ", "-"))
                .collect();
            assert_eq!(rows, expected, "{latest_by:?}");
        }
    }
}

#[test]
fn a_row_without_a_provider_version_is_never_hidden() {
    let mut ledger = town();
    ledger.publish("Web", "0", "", &["Api=z"]);
    let mut query = Query::matrix(vec![asked("Web"), asked("Api")], Destination::None);
    query.latest_by = LatestBy::ConsumerAndProvider;
    for rules in BOTH {
        assert_eq!(shown(&ask(&ledger, &query, rules)), ["Web 0 - Api ?: ?"]);
    }
}

/// Web 1 against two live versions of Api, of which the older one failed.
fn two_live_versions() -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("prod");
    ledger.publish("Web", "1", "", &["Api=a"]);
    ledger.verify("Api", "5", "", &["Web=a:no"]);
    ledger.verify("Api", "6", "", &["Web=a:yes"]);
    ledger.publish("Api", "7", "", &[]);
    ledger.deploy("Api", "5", "prod", "blue");
    ledger.deploy("Api", "6", "prod", "green");
    ledger.release("Api", "7", "prod");
    ledger
}

#[test]
fn strict_gives_every_selected_provider_version_a_row_whatever_latest_by_says() {
    let ledger = two_live_versions();
    let every_row = [
        "Web 1 - Api 7: ?",
        "Web 1 - Api 6: true",
        "Web 1 - Api 5: false",
    ];
    for latest_by in [
        LatestBy::None,
        LatestBy::ConsumerVersionAndProviderVersion,
        LatestBy::ConsumerVersionAndProvider,
        LatestBy::ConsumerAndProvider,
    ] {
        let mut query = Query::matrix(vec![asked("Web version=1")], to("prod"));
        query.latest_by = latest_by;
        assert_eq!(shown(&ask(&ledger, &query, Rules::Strict)), every_row);
        let merges = matches!(
            latest_by,
            LatestBy::ConsumerVersionAndProvider | LatestBy::ConsumerAndProvider
        );
        let seen = if merges {
            &every_row[1..2]
        } else {
            &every_row[1..]
        };
        assert_eq!(shown(&ask(&ledger, &query, Rules::PactBroker)), seen);
    }
}

#[test]
fn an_unverified_version_of_the_provider_asked_about_is_named_by_strict_rules() {
    let mut ledger = two_live_versions();
    ledger.deploy("Web", "1", "prod", "");
    let query = Query::can_i_deploy(vec![asked("Api version=7")], to("prod"));
    assert_eq!(
        shown(&ask(&ledger, &query, Rules::Strict)),
        ["Web 1 - Api 7: ?"]
    );
    assert_eq!(
        shown(&ask(&ledger, &query, Rules::PactBroker)),
        ["Web 1 - Api ?: ?"]
    );
}

#[test]
fn limit_and_success_show_less_and_decide_nothing_under_strict_rules() {
    let ledger = two_live_versions();
    let mut query = Query::can_i_deploy(vec![asked("Web version=1")], to("prod"));
    query.limit = NonZeroUsize::MIN;
    let strict = ask(&ledger, &query, Rules::Strict);
    assert_eq!(
        (strict.rows.len(), shown(&strict)),
        (3, vec!["Web 1 - Api 6: true".to_owned()])
    );
    let broker = ask(&ledger, &query, Rules::PactBroker);
    assert_eq!(
        (broker.rows.len(), shown(&broker)),
        (1, vec!["Web 1 - Api 6: true".to_owned()])
    );

    query.limit = DEFAULT_LIMIT;
    for (success, expected) in [
        (vec![Some(true)], vec!["Web 1 - Api 6: true"]),
        (
            vec![Some(false), None],
            vec!["Web 1 - Api 7: ?", "Web 1 - Api 5: false"],
        ),
    ] {
        query.success = Some(success);
        let strict = ask(&ledger, &query, Rules::Strict);
        assert_eq!(
            (strict.rows.len(), shown(&strict)),
            (3, expected.iter().map(ToString::to_string).collect())
        );
    }
}

#[test]
fn within_one_second_the_order_of_records_says_what_was_last() {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "", &["Api=a"]);
    ledger.publish("Web", "2", "", &["Api=b"]);
    ledger.publish("Api", "5", "", &[]);
    ledger.publish("Api", "6", "", &[]);
    ledger.hold_the_clock(true);
    ledger.verify("Api", "6", "", &["Web=a:yes"]);
    ledger.verify("Api", "5", "", &["Web=b:yes"]);
    let mut query = Query::matrix(vec![asked("Web"), asked("Api")], Destination::None);
    query.limit = NonZeroUsize::MIN;
    for rules in BOTH {
        assert_eq!(shown(&ask(&ledger, &query, rules)), ["Web 2 - Api 5: true"]);
    }
}

#[test]
fn a_pact_of_the_same_second_as_the_newest_is_one_of_the_newest() {
    let mut ledger = MemoryLedger::default();
    ledger.hold_the_clock(true);
    ledger.publish("Web", "1", "", &["Api=a"]);
    for number in ["1", "2", "3"] {
        ledger.publish("App", number, "", &["Mail=m"]);
    }
    let mut query = Query::matrix(vec![asked("Web")], Destination::None);
    query.limit = NonZeroUsize::MIN;
    let rows = |ledger: &MemoryLedger| shown(&ask(ledger, &query, Rules::PactBroker));
    assert_eq!(rows(&ledger), ["Web 1 - Api ?: ?"]);
    ledger.hold_the_clock(false);
    ledger.publish("App", "4", "", &["Mail=m"]);
    ledger.publish("App", "5", "", &["Mail=m"]);
    assert_eq!(rows(&ledger), Vec::<String>::new());
}

#[test]
fn ignored_rows_come_last_and_are_those_of_a_name_or_of_one_version() {
    let mut ledger = two_live_versions();
    ledger.publish("Web", "2", "", &["Api=a", "Mail=m"]);
    let ignoring = |ignore: Selector, rules| {
        let mut query = Query::can_i_deploy(vec![asked("Web version=2")], to("prod"));
        query.ignore = vec![ignore];
        shown(&ask(&ledger, &query, rules))
    };
    for rules in BOTH {
        let rows = ignoring(asked("Api"), rules);
        assert_eq!(rows[0], "Web 2 - Mail ?: ?");
        assert!(
            rows[1..].iter().all(|row| row.ends_with("(ignored)")),
            "{rows:?}"
        );
    }
    let rows = ignoring(asked("Api version=5"), Rules::PactBroker);
    assert_eq!(
        rows,
        [
            "Web 2 - Api 6: true",
            "Web 2 - Mail ?: ?",
            "Web 2 - Api 5: false (ignored)"
        ]
    );
    let rows = ignoring(asked("Api version=7"), Rules::Strict);
    assert_eq!(rows.last().unwrap(), "Web 2 - Api 7: ? (ignored)");
}

#[test]
fn rows_between_inferred_applications_are_left_out() {
    let mut ledger = town();
    for (name, number) in [("Api", "5"), ("Db", "9"), ("App", "1")] {
        ledger.deploy(name, number, "prod", "");
    }
    // App uses Api, and both follow from the destination: nobody asked about them.
    ledger.publish("Web", "9", "", &["Api=a", "App=q"]);
    let query = Query::can_i_deploy(vec![asked("Web version=9")], to("prod"));
    for rules in BOTH {
        let providers: Vec<_> = shown(&ask(&ledger, &query, rules))
            .iter()
            .map(|row| row[..5].to_owned())
            .collect();
        assert_eq!(providers, ["Web 9", "Web 9"]);
    }
}

#[test]
fn an_application_that_consumes_itself_is_held_against_the_version_asked_about() {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("prod");
    ledger.publish("Loop", "1", "", &["Loop=a"]);
    ledger.verify("Loop", "1", "", &["Loop=a:yes"]);
    ledger.verify("Loop", "2", "", &["Loop=a:no"]);
    let query = Query::can_i_deploy(vec![asked("Loop version=1")], to("prod"));
    assert_eq!(
        shown(&ask(&ledger, &query, Rules::Strict)),
        ["Loop 1 - Loop 1: true"]
    );
    // The broker looks at a selector alone with all results.
    let rows = shown(&ask(&ledger, &query, Rules::PactBroker));
    assert_eq!(rows, ["Loop 1 - Loop 2: false", "Loop 1 - Loop 1: true"]);
    // Unless there is anybody else.
    ledger.publish("Loop", "3", "", &["Loop=b", "Api=x"]);
    let query = Query::can_i_deploy(vec![asked("Loop version=3")], to("prod"));
    assert_eq!(
        shown(&ask(&ledger, &query, Rules::PactBroker)),
        ["Loop 3 - Api ?: ?", "Loop 3 - Loop ?: ?"]
    );
    assert_eq!(
        shown(&ask(&ledger, &query, Rules::Strict)),
        ["Loop 3 - Api ?: ?", "Loop 3 - Loop 3: ?"]
    );
}

#[test]
fn a_row_says_what_was_published_when_and_which_run_verified_it() {
    let ledger = two_live_versions();
    let query = Query::can_i_deploy(
        vec![asked("Web version=1"), asked("Api version=6")],
        Destination::None,
    );
    let answer = ask(&ledger, &query, Rules::Strict);
    let row = &answer.rows[0];
    let published = &row.consumer_version.pacts[&row.provider];
    assert_eq!(
        (&row.content, row.published_at),
        (&published.content, published.created_at)
    );
    let run = &row.verification.as_ref().unwrap().run;
    assert_eq!((run.version.as_str(), run.number), ("6", 1));
}
