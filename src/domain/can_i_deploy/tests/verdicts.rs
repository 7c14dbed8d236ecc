//! The rules of the verdict, and where strict rules differ (spec: semantics §9.4 to §9.6).

use super::super::{Reason, Side};
use super::{ALL_VERIFIED, NOTHING_MISSING, decide, draw, query, to};
use crate::domain::fact::{Fact, RunFact};
use crate::domain::matrix::{LatestBy, Query, matrix};
use crate::domain::rules::Rules;
use crate::domain::selector::Destination;
use crate::domain::selector::written::asked;
use crate::domain::testing::{MemoryLedger, content, n};
use crate::domain::verification::VerificationResult;

/// Web 1 needs Api and Mail; two versions of Api are live, none of Mail.
fn town() -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("prod");
    ledger.publish("Web", "1", "", &["Api=a"]);
    ledger.publish("Web", "2", "", &["Api=a", "Mail=m"]);
    ledger.verify("Api", "5", "", &["Web=a:yes"]);
    ledger.publish("Api", "6", "", &[]);
    ledger.deploy("Api", "5", "prod", "blue");
    ledger.deploy("Api", "6", "prod", "green");
    ledger
}

fn may_go(selector: &str) -> Query {
    query(&[selector], to("prod"))
}

fn deployable(ledger: &MemoryLedger, query: &Query, rules: Rules) -> Option<bool> {
    decide(ledger, query, rules).deployable
}

/// Asserts what the two rule sets make of the same facts.
fn differ(ledger: &MemoryLedger, query: &Query, strict: Option<bool>, broker: Option<bool>) {
    assert_eq!(deployable(ledger, query, Rules::Strict), strict);
    assert_eq!(deployable(ledger, query, Rules::PactBroker), broker);
}

#[test]
fn every_live_provider_version_must_be_verified() {
    let ledger = town();
    differ(&ledger, &may_go("Web version=1"), None, Some(true));
    let strict = decide(&ledger, &may_go("Web version=1"), Rules::Strict);
    assert_eq!(
        draw(&strict),
        "unknown 1/0/1\n- There is no verified pact between version 1 of Web and one of the \
         versions of Api currently in prod (6)"
    );
}

#[test]
fn a_failure_is_a_no_whatever_else_is_unknown() {
    let mut ledger = town();
    ledger.verify("Api", "6", "", &["Web=a:no"]);
    differ(&ledger, &may_go("Web version=2"), Some(false), None);
}

#[test]
fn a_version_that_does_not_exist_is_a_no_also_where_it_is_ignored() {
    let mut absent = may_go("Web version=404");
    absent.ignore = vec![asked("Web")];
    differ(&town(), &absent, Some(false), Some(true));
    let strict = decide(&town(), &absent, Rules::Strict);
    assert_eq!(
        strict.reason(),
        "No pacts or verifications have been published for version 404 of Web"
    );
}

#[test]
fn no_older_live_version_hides_behind_a_newer_one() {
    let mut ledger = town();
    ledger.verify("Api", "5", "", &["Web=a:no"]);
    ledger.verify("Api", "6", "", &["Web=a:yes"]);
    let mut merged = may_go("Web version=1");
    merged.latest_by = LatestBy::ConsumerVersionAndProvider;
    differ(&ledger, &merged, Some(false), Some(true));
}

#[test]
fn what_is_not_shown_decides_all_the_same() {
    let mut ledger = town();
    ledger.verify("Api", "6", "", &["Web=a:no"]);
    ledger.verify("Api", "5", "", &["Web=a:no"]);
    ledger.verify("Api", "5", "", &["Web=a:yes"]);
    let mut limited = may_go("Web version=1");
    limited.limit = std::num::NonZeroUsize::MIN;
    differ(&ledger, &limited, Some(false), Some(true));
    let mut filtered = may_go("Web version=1");
    filtered.success = Some(vec![Some(true)]);
    differ(&ledger, &filtered, Some(false), Some(true));
}

#[test]
fn an_unverified_version_can_be_ignored_by_its_number() {
    let mut ignoring = may_go("Web version=1");
    ignoring.ignore = vec![asked("Api version=6")];
    let strict = decide(&town(), &ignoring, Rules::Strict);
    assert_eq!(
        draw(&strict),
        format!("yes 1/0/0 ignored 1\n{ALL_VERIFIED}")
    );
}

#[test]
fn strict_says_a_sentence_once() {
    let mut ledger = town();
    ledger.publish("Web", "3", "", &["Api=x"]);
    ledger.publish("Web", "4", "", &["Api=y"]);
    let all = query(&["Web", "Api"], Destination::None);
    let verdict = |rules| decide(&ledger, &all, rules);
    assert_eq!(verdict(Rules::PactBroker).notices.len(), 2);
    assert_eq!(verdict(Rules::Strict).notices.len(), 1);
    assert_eq!(verdict(Rules::Strict).reasons.len(), 2);
}

#[test]
fn an_application_that_only_consumes_itself_answers_for_itself_alone() {
    let mut ledger = town();
    ledger.publish("Loop", "1", "", &["Loop=a"]);
    ledger.verify("Loop", "1", "", &["Loop=a:yes"]);
    ledger.verify("Loop", "2", "", &["Loop=a:no"]);
    differ(&ledger, &may_go("Loop version=1"), Some(true), Some(false));
}

#[test]
fn the_same_content_is_verified_for_every_version_that_has_it() {
    let mut ledger = town();
    ledger.publish("Web", "3", "", &["Api=a"]);
    for rules in [Rules::Strict, Rules::PactBroker] {
        let pair = query(&["Web version=3", "Api version=5"], Destination::None);
        assert_eq!(deployable(&ledger, &pair, rules), Some(true));
    }
}

#[test]
fn only_the_last_result_of_a_provider_version_counts() {
    let mut ledger = town();
    let pair = query(&["Web version=1", "Api version=5"], Destination::None);
    for (outcome, expected) in [("no", false), ("yes", true), ("no", false)] {
        ledger.verify("Api", "5", "", &[&format!("Web=a:{outcome}")]);
        for rules in [Rules::Strict, Rules::PactBroker] {
            assert_eq!(deployable(&ledger, &pair, rules), Some(expected));
        }
    }
}

#[test]
fn nothing_to_verify_is_a_yes_that_says_so() {
    let ledger = town();
    for rules in [Rules::Strict, Rules::PactBroker] {
        let verdict = decide(&ledger, &may_go("Api version=6"), rules);
        assert_eq!(draw(&verdict), format!("yes 0/0/0\n{NOTHING_MISSING}"));
        assert_eq!(verdict.reasons, [Reason::NoDependencies]);
        assert_eq!(verdict.counts.ignored, None);
    }
}

#[test]
fn a_reason_says_who_and_which_versions_so_that_it_can_be_acted_on() {
    let mut ledger = town();
    ledger.tell(&Fact::Run(RunFact {
        provider: n("Api"),
        version: n("6"),
        build_url: Some("https://ci.example/7".to_owned()),
        verified_by: None,
        results: vec![VerificationResult {
            consumer: n("Web"),
            content: content("a"),
            success: false,
            wip: false,
            failures: Vec::new(),
            tests: None,
        }],
        request: None,
        at: ledger.now(),
    }));
    let side = |name: &str, versions: &[&str], description: &str| Side {
        pacticipant: n(name),
        versions: versions.iter().map(|it| n(it)).collect(),
        description: description.to_owned(),
    };
    let web = || side("Web", &["2"], "version 2 of Web");
    let verdict = decide(&ledger, &may_go("Web version=2"), Rules::Strict);
    let nobody = "a version of Mail currently in prod \
         (no version is currently recorded as deployed/released in this environment)";
    assert_eq!(
        verdict.reasons,
        [
            Reason::Failed {
                consumer: web(),
                provider: side(
                    "Api",
                    &["6"],
                    "one of the versions of Api currently in prod (6)"
                ),
                build_url: Some("https://ci.example/7".to_owned()),
            },
            Reason::NotVerified {
                consumer: web(),
                provider: side("Mail", &[], nobody),
            },
        ]
    );
    // The broker's row names no version: the reason lists those that are meant.
    ledger.publish("Web", "3", "", &["Api=z"]);
    let verdict = decide(&ledger, &may_go("Web version=3"), Rules::PactBroker);
    let expected = Reason::NotVerified {
        consumer: side("Web", &["3"], "version 3 of Web"),
        provider: side("Api", &["5", "6"], "any version of Api"),
    };
    assert_eq!(verdict.reasons, [expected]);
}

#[test]
fn a_new_broker_has_environments_that_a_store_has_not() {
    let as_a_new_broker = |environment: &str| {
        let mut query = query(&["Web version=2"], to(environment));
        query.as_a_new_broker = true;
        query
    };
    let mut ledger = town();
    let answer = decide(&ledger, &as_a_new_broker("production"), Rules::Strict);
    assert_eq!(
        draw(&answer),
        "unknown 0/0/2\n- There is no verified pact between version 2 of Web and a version of Api \
         currently in production (no version is currently recorded as deployed/released in this \
         environment)\n- There is no verified pact between version 2 of Web and a version of Mail \
         currently in production (no version is currently recorded as deployed/released in this \
         environment)"
    );
    let refused =
        |ledger: &MemoryLedger, query: &Query| matrix(ledger, query, Rules::Strict).is_err();
    assert!(refused(&ledger, &as_a_new_broker("uat")));
    assert!(refused(
        &ledger,
        &query(&["Web version=2"], to("production"))
    ));
    // Whoever deleted it meant it.
    ledger.environment_named("test");
    ledger.tell(&Fact::EnvironmentDeleted(n("test")));
    assert!(refused(&ledger, &as_a_new_broker("test")));
}

#[test]
fn a_verdict_is_one_of_three_words() {
    let mut ledger = town();
    let word =
        |ledger: &MemoryLedger| decide(ledger, &may_go("Web version=1"), Rules::Strict).word();
    assert_eq!(word(&ledger), "unknown");
    ledger.verify("Api", "6", "", &["Web=a:yes"]);
    assert_eq!(word(&ledger), "yes");
    ledger.verify("Api", "6", "", &["Web=a:no"]);
    assert_eq!(word(&ledger), "no");
}
