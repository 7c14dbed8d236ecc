//! The rules of the events of a publication.

use super::*;
use crate::domain::testing::{MemoryLedger, content, n};

/// Returns the events of a new version that publishes a made-up content of Web with Shop.
fn events_of(ledger: &MemoryLedger, tags: &[&str], text: &str) -> String {
    let tags: Vec<TagName> = tags.iter().map(|tag| n(tag)).collect();
    let (consumer, provider) = (n("Web"), n("Shop"));
    let published = PublishedContent {
        consumer: &consumer,
        version: &n("new"),
        seq: ledger.last_seq(&consumer).unwrap().next(),
        branch: None,
        tags: &tags,
        provider: &provider,
        content: &content(text),
        before: None,
    };
    let events = events(ledger, &published).unwrap();
    let events: Vec<_> = events.iter().map(ToString::to_string).collect();
    events.join(", ")
}

const PUBLISHED: &str = "contract_published";

#[test]
fn the_first_untagged_pact_is_a_change_whatever_tagged_ones_there_are() {
    let mut ledger = MemoryLedger::default();
    let first = "contract_published, \
                 contract_content_changed (first time untagged pact published)";
    assert_eq!(events_of(&ledger, &[], "a"), first);
    ledger.publish_tagged("Web", "1", "main", &["prod"], &["Shop=a"]);
    ledger.publish("Web", "2", "main", &["Other=a"]);
    assert_eq!(events_of(&ledger, &[], "a"), first);
}

#[test]
fn an_untagged_pact_is_compared_with_the_last_untagged_one_of_any_branch() {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "feature", &["Shop=a"]);
    let same = "contract_published (pact content is the same as previous versions with tags  \
                and no new tags were applied)";
    let changed = "contract_published, contract_content_changed \
                   (pact content has changed since previous untagged version)";
    assert_eq!(events_of(&ledger, &[], "a"), same);
    assert_eq!(events_of(&ledger, &[], "b"), changed);

    // A tagged version and one without the pact stand between.
    ledger.publish_tagged("Web", "2", "main", &["prod"], &["Shop=b"]);
    ledger.publish("Web", "3", "main", &[]);
    assert_eq!(events_of(&ledger, &[], "a"), same);
    assert_eq!(events_of(&ledger, &[], "b"), changed);
}

#[test]
fn a_tagged_pact_is_compared_with_the_last_one_of_each_tag() {
    let mut ledger = MemoryLedger::default();
    ledger.publish_tagged("Web", "1", "", &["dev", "prod"], &["Shop=a"]);
    ledger.publish_tagged("Web", "2", "", &["dev"], &["Shop=b"]);
    for (tags, text, comment) in [
        (vec!["dev"], "b", None),
        (vec!["prod"], "a", None),
        (
            vec!["prod"],
            "b",
            Some("pact content has changed since the last consumer version tagged with prod"),
        ),
        (
            vec!["qa"],
            "b",
            Some("first time any pact published for this consumer with consumer version tagged qa"),
        ),
        (
            vec!["dev", "prod", "qa"],
            "b",
            Some(
                "pact content has changed since the last consumer version tagged with prod, first \
                 time any pact published for this consumer with consumer version tagged qa",
            ),
        ),
    ] {
        let expected = match comment {
            Some(comment) => format!("{PUBLISHED}, contract_content_changed ({comment})"),
            None => format!(
                "{PUBLISHED} (pact content is the same as previous version with tag {} and no new \
                 tags were applied)",
                tags[0]
            ),
        };
        assert_eq!(events_of(&ledger, &tags, text), expected);
    }
    ledger.publish_tagged("Web", "3", "", &["dev", "prod"], &["Shop=b"]);
    assert_eq!(
        events_of(&ledger, &["dev", "prod"], "b"),
        "contract_published (pact content is the same as previous versions with tags dev, prod and \
         no new tags were applied)"
    );
}

#[test]
fn the_head_of_a_tag_without_a_pact_is_passed_over() {
    let mut ledger = MemoryLedger::default();
    ledger.publish_tagged("Web", "1", "", &["dev"], &["Shop=a"]);
    ledger.publish_tagged("Web", "2", "", &["dev"], &[]);
    assert!(events_of(&ledger, &["dev"], "a").starts_with("contract_published (pact content is"));
}

#[test]
fn to_publish_again_says_nothing_of_earlier_versions() {
    let ledger = MemoryLedger::default();
    let (consumer, provider, version) = (n("Web"), n("Shop"), n("1"));
    let (new, old) = (content("new"), content("old"));
    let published = PublishedContent {
        consumer: &consumer,
        version: &version,
        seq: Seq(1),
        branch: None,
        tags: &[],
        provider: &provider,
        content: &new,
        before: Some(&new),
    };
    assert_eq!(events(&ledger, &published).unwrap().len(), 1);
    let merged = PublishedContent {
        before: Some(&old),
        ..published
    };
    assert_eq!(
        events(&ledger, &merged).unwrap()[1].to_string(),
        "contract_content_changed (pact content modified since previous publication for Web \
         version 1)"
    );
}

#[test]
fn a_live_provider_version_that_never_verified_the_content_is_to_verify_it() {
    let requires = |ledger: &MemoryLedger| {
        events_of(ledger, &[], "a").contains("contract_requiring_verification_published")
    };
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "main", &["Shop=a"]);
    ledger.publish("Shop", "1", "feature", &[]);
    assert!(!requires(&ledger), "nothing is live");

    ledger.publish("Shop", "2", "main", &[]);
    assert!(requires(&ledger), "the head of the main branch");
    ledger.verify("Shop", "2", "main", &["Web=a:no"]);
    assert!(!requires(&ledger), "even a failure is a verification");

    ledger.environment_named("prod");
    ledger.deploy("Shop", "1", "prod", "");
    assert!(requires(&ledger), "what is deployed");
    ledger.verify("Shop", "1", "feature", &["Web=a:yes"]);
    assert!(!requires(&ledger));

    ledger.publish("Shop", "3", "feature", &[]);
    ledger.release("Shop", "3", "prod");
    assert!(requires(&ledger), "what is released");
}

#[test]
fn a_version_that_becomes_its_own_provider_is_to_verify_itself() {
    let ledger = MemoryLedger::default();
    let name = n("Web");
    let on = |branch: &BranchName| {
        let published = PublishedContent {
            consumer: &name,
            version: &n("1"),
            seq: Seq(1),
            branch: Some(branch),
            tags: &[],
            provider: &name,
            content: &content("a"),
            before: None,
        };
        events(&ledger, &published).unwrap().len()
    };
    assert_eq!(on(&n("main")), 3);
    assert_eq!(on(&n("feature")), 2);
}

#[test]
fn every_kind_has_one_name_in_records_and_in_requests() {
    for kind in EventKind::ALL {
        assert_eq!(EventKind::named(kind.as_str()), Some(kind));
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
    }
    assert_eq!(EventKind::named("contract"), None);
}
