//! What is refused, and what each deletion takes.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;

use super::*;
use crate::domain::entry::entries;
use crate::domain::fact::{Fact, VersionsGone, WhyGone};
use crate::domain::record_verification::{
    Report, ReportedPact, ReportedResult, record_verification,
};
use crate::domain::test_results::TestResults;
use crate::domain::testing::{MemoryLedger, content, n};
use crate::domain::verification_results::RecordedResult;

fn pair(consumer: &str, provider: &str) -> Integration {
    Integration {
        consumer: n(consumer),
        provider: n(provider),
    }
}

/// Deletes and returns how many entries that made.
fn deleted(ledger: &mut MemoryLedger, asked: &Deletion) -> usize {
    deleted_by(ledger, asked, Rules::Strict)
}

fn deleted_by(ledger: &mut MemoryLedger, asked: &Deletion, rules: Rules) -> usize {
    let facts = delete(ledger, asked, rules).unwrap();
    facts.iter().map(|fact| ledger.tell(fact)).sum()
}

/// Two versions of Web with a pact with Orders each, and one verified.
fn shop() -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    ledger.publish_tagged("Web", "1", "main", &["prod"], &["Orders=a"]);
    ledger.publish_tagged("Web", "2", "feat", &["prod"], &["Orders=b", "Stock=s"]);
    ledger.verify("Orders", "7", "main", &["Web=a:yes", "App=x:yes"]);
    ledger
}

#[test]
fn what_is_not_there_cannot_be_deleted_and_nothing_can_be_twice() {
    let (name, version) = (|| n("Web"), || n("1"));
    let asked = [
        Deletion::Version {
            pacticipant: name(),
            version: version(),
        },
        Deletion::Tag {
            pacticipant: name(),
            version: version(),
            tag: n("prod"),
        },
        Deletion::Branch {
            pacticipant: name(),
            branch: n("main"),
        },
        Deletion::BranchVersion {
            pacticipant: name(),
            version: version(),
            branch: n("main"),
        },
        Deletion::Pact {
            integration: pair("Web", "Orders"),
            version: version(),
        },
        Deletion::Result {
            integration: pair("Web", "Orders"),
            version: n("7"),
            run: 1,
            content: content("a"),
        },
        Deletion::Pacticipant(name()),
    ];
    for asked in asked {
        let mut ledger = shop();
        assert!(deleted(&mut ledger, &asked) > 0, "{asked:?}");
        let again = delete(&ledger, &asked, Rules::Strict);
        assert!(again.is_err(), "{asked:?}");
        let never = delete(&MemoryLedger::default(), &asked, Rules::Strict);
        assert!(never.is_err(), "{asked:?}");
    }
}

#[test]
fn a_tag_is_taken_from_one_version_only() {
    let mut ledger = shop();
    let asked = Deletion::Tag {
        pacticipant: n("Web"),
        version: n("2"),
        tag: n("prod"),
    };
    deleted(&mut ledger, &asked);
    let head = ledger.tag_head(&n("Web"), &n("prod")).unwrap().unwrap();
    assert_eq!(head.version, n("1"));
    let version = ledger.version(&n("Web"), &n("2")).unwrap().unwrap();
    assert_eq!(version.tags, []);
    assert_eq!(version.branches, [n("feat")]);
}

#[test]
fn a_branch_goes_without_its_versions_and_what_it_verified_is_not_verified_on_it() {
    let mut ledger = shop();
    let asked = Deletion::Branch {
        pacticipant: n("Orders"),
        branch: n("main"),
    };
    deleted(&mut ledger, &asked);
    assert_eq!(ledger.branch_heads(&n("Orders")).unwrap(), []);
    assert!(ledger.version(&n("Orders"), &n("7")).unwrap().is_some());
    let verified = ledger
        .verified(&n("Orders"), &n("Web"), &content("a"))
        .unwrap();
    assert!(verified.ever.is_some());
    assert!(verified.branches.is_empty());
}

#[test]
fn of_many_branches_the_main_branch_and_those_named_are_kept() {
    let mut ledger = shop();
    ledger.publish("Web", "3", "fix", &[]);
    ledger.publish("Web", "4", "old", &[]);
    let but = BTreeSet::from([n("fix"), n("unknown")]);
    let (gone, kept) = sorted_branches(&ledger, &n("Web"), &but).unwrap();
    assert_eq!(gone, BTreeSet::from([n("feat"), n("old")]));
    assert_eq!(kept, [n("main"), n("fix")]);
    let asked = Deletion::OtherBranches {
        pacticipant: n("Web"),
        but,
    };
    deleted(&mut ledger, &asked);
    assert_eq!(ledger.branch_heads(&n("Web")).unwrap().len(), 2);
    // There may be nothing to do.
    assert_eq!(deleted(&mut ledger, &asked), 0);
}

#[test]
fn a_pact_that_is_deleted_and_put_back_is_still_verified() {
    let mut ledger = shop();
    let asked = Deletion::Pact {
        integration: pair("Web", "Orders"),
        version: n("1"),
    };
    deleted(&mut ledger, &asked);
    let (consumer, provider) = (n("Web"), n("Orders"));
    assert_eq!(
        ledger.contract(&provider, &consumer).unwrap().as_deref(),
        Some(&b"b"[..])
    );
    ledger.publish("Web", "1", "main", &["Orders=a"]);
    let verified = ledger
        .verified(&provider, &consumer, &content("a"))
        .unwrap();
    assert!(verified.ever.is_some());
}

#[test]
fn a_provider_without_any_pact_left_stays_known() {
    let mut ledger = shop();
    let asked = Deletion::Pacts {
        integration: pair("Web", "Stock"),
        among: Among::All,
        latest: false,
    };
    deleted(&mut ledger, &asked);
    assert_eq!(ledger.consumers_of(&n("Stock")).unwrap(), []);
    let known = ledger.pacticipant(&n("Stock")).unwrap().unwrap();
    let version = shop().version(&n("Web"), &n("2")).unwrap().unwrap();
    assert_eq!(known.created_at, version.created_at);
}

#[test]
fn only_the_pacts_that_are_meant_are_deleted() {
    let left = |among: Among, latest| {
        let mut ledger = shop();
        ledger.publish("Web", "3", "feat", &["Orders=c"]);
        let asked = Deletion::Pacts {
            integration: pair("Web", "Orders"),
            among,
            latest,
        };
        deleted(&mut ledger, &asked);
        let left = versions_with_pact(&ledger, &pair("Web", "Orders")).unwrap();
        let left: Vec<String> = left.iter().map(ToString::to_string).collect();
        left.join(" ")
    };
    assert_eq!(left(Among::All, false), "");
    assert_eq!(left(Among::Tagged(n("prod")), false), "3");
    assert_eq!(left(Among::OnBranch(n("feat")), false), "1");
    assert_eq!(left(Among::OnBranch(n("feat")), true), "1 2");
    assert_eq!(left(Among::OnMainBranch, false), "2 3");
}

#[test]
fn a_result_goes_alone_and_its_run_when_it_was_the_last() {
    let mut ledger = shop();
    let result = |consumer: &str, text: &str| Deletion::Result {
        integration: pair(consumer, "Orders"),
        version: n("7"),
        run: 1,
        content: content(text),
    };
    deleted(&mut ledger, &result("Web", "a"));
    let runs = ledger.runs(&n("Orders")).unwrap();
    assert_eq!(runs[0].results.len(), 1);
    let verified = |consumer: &str, text: &str| {
        let found = ledger.verified(&n("Orders"), &n(consumer), &content(text));
        found.unwrap().ever.is_some()
    };
    assert!(!verified("Web", "a"));
    assert!(verified("App", "x"));
    deleted(&mut ledger, &result("App", "x"));
    assert_eq!(ledger.runs(&n("Orders")).unwrap().len(), 0);
    assert!(ledger.version(&n("Orders"), &n("7")).unwrap().is_some());
}

#[test]
fn an_integration_takes_along_who_has_nothing_else() {
    for rules in [Rules::Strict, Rules::PactBroker] {
        let mut ledger = shop();
        ledger.publish("Web", "3", "main", &[]);
        let asked = Deletion::Integration(pair("Web", "Orders"));
        deleted_by(&mut ledger, &asked, rules);
        let number =
            |version: &std::sync::Arc<crate::domain::version::Version>| version.number.to_string();
        let versions = ledger.versions(&n("Web")).unwrap();
        let versions: Vec<String> = versions.iter().map(number).collect();
        // Version 3 had nothing to do with it; the broker does not ask.
        let expected: &[&str] = match rules {
            Rules::Strict => &["2", "3"],
            Rules::PactBroker => &["2"],
        };
        assert_eq!(versions, expected, "{rules:?}");
        // Orders has still verified App; Stock has a pact.
        assert!(ledger.pacticipant(&n("Orders")).unwrap().is_some());
        assert_eq!(ledger.consumers_of(&n("Orders")).unwrap(), []);
        let runs = ledger.runs(&n("Orders")).unwrap();
        assert!(runs[0].result(&n("Web"), &content("a")).is_none());
        let asked = Deletion::Integration(pair("Web", "Stock"));
        deleted_by(&mut ledger, &asked, rules);
        assert!(ledger.pacticipant(&n("Stock")).unwrap().is_none());
        let web = ledger.pacticipant(&n("Web")).unwrap();
        assert_eq!(web.is_some(), rules == Rules::Strict, "{rules:?}");
    }
}

#[test]
fn under_strict_rules_what_runs_somewhere_is_no_orphan() {
    let mut ledger = shop();
    ledger.environment_named("prod");
    ledger.deploy("Web", "1", "prod", "");
    let asked = Deletion::Integration(pair("Web", "Orders"));
    deleted(&mut ledger, &asked);
    assert!(ledger.version(&n("Web"), &n("1")).unwrap().is_some());
    assert_eq!(ledger.deployed(&n("prod"), &n("Web")).unwrap().len(), 1);
}

#[test]
fn a_pacticipant_leaves_nothing_but_the_count_of_its_facts() {
    let mut ledger = shop();
    ledger.environment_named("prod");
    ledger.deploy("Orders", "7", "prod", "");
    let counted = ledger.last_seq(&n("Orders")).unwrap();
    deleted(&mut ledger, &Deletion::Pacticipant(n("Orders")));
    assert!(ledger.pacticipant(&n("Orders")).unwrap().is_none());
    assert_eq!(ledger.versions(&n("Orders")).unwrap().len(), 0);
    assert_eq!(ledger.runs(&n("Orders")).unwrap().len(), 0);
    assert_eq!(ledger.deployed(&n("prod"), &n("Orders")).unwrap().len(), 0);
    assert!(ledger.last_seq(&n("Orders")).unwrap() > counted);
    // Web is as it was, without its pacts with Orders.
    let web = ledger.versions(&n("Web")).unwrap();
    assert_eq!(web.len(), 2);
    assert!(web.iter().all(|it| it.content(&n("Orders")).is_none()));
    assert!(web[1].content(&n("Stock")).is_some());
    // Nobody's results speak of who is gone.
    deleted(&mut ledger, &Deletion::Pacticipant(n("Web")));
    assert!(ledger.pacticipant(&n("Stock")).unwrap().is_some());
    deleted(&mut ledger, &Deletion::Integrations);
    assert_eq!(ledger.pacticipants().unwrap(), []);
}

#[test]
fn a_fact_that_is_told_again_is_no_news() {
    let mut ledger = shop();
    let facts = delete(&ledger, &Deletion::Pacticipant(n("Orders")), Rules::Strict);
    let facts: Vec<Fact> = facts.unwrap();
    for fact in &facts {
        ledger.tell(fact);
    }
    for fact in &facts {
        assert_eq!(entries(&ledger, fact).unwrap(), []);
    }
}

#[test]
fn what_tests_said_goes_with_the_last_result_that_refers_to_it() {
    let mut ledger = shop();
    let tests = TestResults::new(json!([{ "interactionId": "i1", "success": true }]));
    let report = |ledger: &mut MemoryLedger, version: &str| {
        let report = Report {
            provider: n("Orders"),
            version: n(version),
            branch: None,
            tags: Vec::new(),
            build_url: None,
            verified_by: None,
            request: None,
            results: vec![ReportedResult {
                consumer: n("Web"),
                pact: ReportedPact::Content(content("a")),
                success: true,
                wip: false,
                failures: Vec::new(),
                tests: Some(tests.clone()),
            }],
            at: ledger.now(),
        };
        let recording = record_verification(ledger, &report, Rules::Strict).unwrap();
        let entries = recording.facts.iter().map(|fact| ledger.tell(fact));
        entries.sum::<usize>()
    };
    let known = |ledger: &MemoryLedger| {
        let known = ledger.test_results(&n("Orders"), tests.id()).unwrap();
        known.map(|known| known.as_json().clone())
    };
    assert!(report(&mut ledger, "8") > 0);
    assert_eq!(report(&mut ledger, "8"), 0);
    report(&mut ledger, "9");
    assert_eq!(known(&ledger).as_ref(), Some(tests.as_json()));

    let runs = ledger.runs(&n("Orders")).unwrap();
    let run = runs.iter().find(|run| run.version == n("8")).unwrap();
    let result = run.result(&n("Web"), &content("a")).unwrap().clone();
    let recorded = RecordedResult {
        provider: n("Orders"),
        run: Arc::clone(run),
        result,
    };
    assert!(deleted(&mut ledger, &Deletion::of_result(&recorded)) > 0);
    assert!(known(&ledger).is_some());
    let last = Deletion::Version {
        pacticipant: n("Orders"),
        version: n("9"),
    };
    assert!(deleted(&mut ledger, &last) > 0);
    assert_eq!(known(&ledger), None);
}

#[test]
fn a_provider_stays_known_if_all_its_consumers_go_at_once() {
    let mut ledger = MemoryLedger::default();
    ledger.publish_tagged("App", "1", "main", &[], &["Orders=x"]);
    ledger.publish_tagged("Web", "1", "main", &[], &["Orders=a"]);
    let versions = [n("App"), n("Web")].map(|name| (name, BTreeSet::from([n("1")])));
    let gone = VersionsGone {
        versions: versions.into(),
        why: WhyGone::Deleted,
    };
    assert!(ledger.tell(&Fact::VersionsGone(gone)) > 0);
    assert_eq!(ledger.consumers_of(&n("Orders")).unwrap(), []);
    assert!(ledger.pacticipant(&n("Orders")).unwrap().is_some());
}
