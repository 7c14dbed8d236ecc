//! What goes and what stays, rule by rule.

use serde_json::{Value, json};

use super::*;
use crate::domain::content::ContentId;
use crate::domain::name::TagName;
use crate::domain::testing::{MemoryLedger, content, n};
use crate::domain::verification::Verified;

fn keep(value: Value) -> Keep {
    let keep: Keep = serde_json::from_value(value).unwrap();
    keep.checked().unwrap()
}

fn request(ledger: &MemoryLedger, keep: Vec<Keep>) -> CleanRequest {
    CleanRequest {
        keep,
        pacticipants: Vec::new(),
        limit: None,
        at: ledger.now(),
    }
}

fn cleaned(ledger: &MemoryLedger, request: &CleanRequest) -> Cleaned {
    clean(ledger, request, &|_, _| {}).unwrap().1
}

/// Returns what would go of an application, oldest first.
fn gone(ledger: &MemoryLedger, name: &str, keep: Vec<Keep>) -> Vec<String> {
    let cleaned = cleaned(ledger, &request(ledger, keep));
    let application = cleaned
        .applications
        .iter()
        .find(|it| it.pacticipant == n(name));
    let dropped = &application.unwrap().dropped;
    dropped.iter().map(ToString::to_string).collect()
}

fn do_clean(ledger: &mut MemoryLedger) -> usize {
    let request = request(ledger, Vec::new());
    let (fact, _) = clean(ledger, &request, &|_, _| {}).unwrap();
    ledger.tell(&fact)
}

fn delete(ledger: &mut MemoryLedger, name: &str, numbers: &[&str]) -> usize {
    let numbers = numbers.iter().map(|number| n(number)).collect();
    ledger.tell(&Fact::VersionsGone(VersionsGone {
        versions: BTreeMap::from([(n(name), numbers)]),
        why: WhyGone::Deleted,
    }))
}

fn stored(ledger: &MemoryLedger, consumer: &str, text: &str) -> bool {
    let content: ContentId = content(text);
    ledger
        .content(&n(consumer), &n("Api"), &content)
        .unwrap()
        .is_some()
}

/// Returns the text of the contract that `Api` is shown of a consumer.
fn shown(ledger: &MemoryLedger, consumer: &str) -> Option<String> {
    let bytes = ledger.contract(&n("Api"), &n(consumer)).unwrap();
    bytes.map(|bytes| String::from_utf8(bytes.to_vec()).unwrap())
}

#[test]
fn whatever_something_points_to_stays() {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("prod");
    ledger.environment_named("test");
    ledger.publish("Web", "deployed", "main", &["Api=a"]);
    ledger.publish("Web", "released", "main", &["Api=a"]);
    ledger.publish("Web", "old", "main", &["Api=a"]);
    ledger.publish_tagged("Web", "tagged once", "main", &["v1"], &["Api=a"]);
    ledger.publish_tagged("Web", "tagged last", "main", &["v1"], &["Api=a"]);
    ledger.publish("Web", "once on feat", "feat", &["Api=a"]);
    ledger.publish("Web", "head of feat", "feat", &["Api=a"]);
    ledger.publish("Web", "last with Mail", "main", &["Mail=m"]);
    ledger.publish("Web", "newest on main", "main", &["Api=b"]);
    ledger.publish("Web", "latest", "", &["Api=c"]);
    ledger.deploy("Web", "deployed", "prod", "blue");
    ledger.deploy("Web", "deployed", "test", "");
    ledger.deploy("Web", "old", "test", "");
    ledger.deploy("Web", "latest", "test", "");
    ledger.release("Web", "released", "prod");
    assert_eq!(
        gone(&ledger, "Web", vec![]),
        ["old", "tagged once", "once on feat"]
    );
    let cleaned = cleaned(&ledger, &request(&ledger, vec![]));
    assert_eq!((cleaned.dropped(), cleaned.kept()), (3, 7));
}

#[test]
fn the_newest_on_the_main_branch_stays_though_an_older_one_was_put_on_it_last() {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "feat", &["Api=a"]);
    ledger.publish("Web", "2", "main", &["Api=a"]);
    ledger.publish("Web", "3", "main", &[]);
    ledger.publish("Web", "1", "main", &[]);
    ledger.publish("Web", "4", "", &["Api=a"]);
    let head = ledger.branch_head(&n("Web"), &n("main")).unwrap().unwrap();
    assert_eq!(head.version, n("1"));
    assert_eq!(gone(&ledger, "Web", vec![]), ["2"]);
}

#[test]
fn selectors_keep_as_the_broker_reads_them() {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "main", &[]);
    ledger.publish_tagged("Web", "2", "feat", &["x"], &[]);
    ledger.publish_tagged("Web", "3", "feat", &["x"], &[]);
    ledger.publish("Web", "4", "main", &[]);
    ledger.publish("Web", "5", "", &[]);
    ledger.publish("Web", "6", "", &[]);
    for (selector, expected) in [
        (json!({"latest": true}), vec!["1", "2", "5"]),
        (json!({"deployed": true}), vec!["1", "2", "5"]),
        (json!({"environmentName": "prod"}), vec!["1", "2", "5"]),
        (
            json!({"branch": "main", "latest": true}),
            vec!["1", "2", "5"],
        ),
        (json!({"branch": "main"}), vec!["2", "5"]),
        (json!({"branch": true}), vec!["5"]),
        (json!({"main_branch": true}), vec!["2", "5"]),
        (json!({"tag": "x"}), vec!["1", "5"]),
        (json!({"tag": true, "branch": "main"}), vec!["1", "2", "5"]),
        (json!({"tag": false, "pacticipant": "Web"}), vec![]),
        (json!({"pacticipantName": "Api"}), vec!["1", "2", "5"]),
        (json!({"maxAge": 0, "unheardOf": 1}), vec![]),
    ] {
        assert_eq!(
            gone(&ledger, "Web", vec![keep(selector.clone())]),
            expected,
            "{selector}"
        );
    }
    let both = vec![keep(json!({"branch": "main"})), keep(json!({"tag": "x"}))];
    assert_eq!(gone(&ledger, "Web", both), ["5"], "selectors add up");
    for says_nothing in [json!({}), json!({"tag": false}), json!({"maxage": 3})] {
        let keep: Keep = serde_json::from_value(says_nothing).unwrap();
        assert_eq!(keep.checked(), Err(SaysNothing));
    }
}

#[test]
fn an_age_is_counted_in_days_and_the_first_one_counts() {
    let seconds = |text: &str| Timestamp::try_from(text.to_owned()).unwrap();
    let pacticipant = crate::domain::pacticipant::Pacticipant::new(n("Web"), Timestamp::clamped(0));
    let keep = Keep::days(2);
    let is_kept = |created: &str| {
        let version = Version::new(n("1"), Seq(1), seconds(created));
        keep.keeps(&pacticipant, &version, seconds("2026-11-21T12:00:00Z"))
    };
    assert!(is_kept("2026-11-19T00:00:00Z"));
    assert!(!is_kept("2026-11-18T23:59:59Z"));
    assert!(is_kept("2026-12-01T00:00:00Z"), "a clock may be ahead");
}

#[test]
fn a_limit_takes_the_oldest_of_all_applications() {
    let mut ledger = MemoryLedger::default();
    for (name, number) in [
        ("Web", "1"),
        ("App", "1"),
        ("Web", "2"),
        ("App", "2"),
        ("Web", "3"),
    ] {
        ledger.publish(name, number, "main", &[]);
    }
    let limited = |limit| {
        let request = CleanRequest {
            limit: Some(limit),
            ..request(&ledger, vec![])
        };
        let cleaned = cleaned(&ledger, &request);
        let dropped = cleaned
            .applications
            .iter()
            .map(|it| (it.dropped.len(), it.kept));
        (dropped.collect::<Vec<_>>(), cleaned.left_over)
    };
    assert_eq!(limited(0), (vec![(0, 2), (0, 3)], 3));
    assert_eq!(limited(2), (vec![(1, 1), (1, 2)], 1));
    assert_eq!(limited(9), (vec![(1, 1), (2, 1)], 0));
}

#[test]
fn a_content_stays_while_anybody_publishes_it_or_is_shown_it() {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "0", "main", &[]);
    ledger.publish("Web", "1", "feat", &["Api=shown"]);
    ledger.publish("Web", "2", "feat", &["Api=both"]);
    ledger.publish("Web", "3", "feat", &["Api=old"]);
    ledger.publish("Web", "4", "feat", &["Api=both"]);
    assert_eq!(
        shown(&ledger, "Web").as_deref(),
        Some("shown"),
        "the first is shown"
    );
    assert_eq!(gone(&ledger, "Web", vec![]), ["1", "2", "3"]);
    assert_ne!(do_clean(&mut ledger), 0);
    assert_eq!(shown(&ledger, "Web").as_deref(), Some("shown"));
    let kept = ["shown", "both", "old"].map(|text| stored(&ledger, "Web", text));
    assert_eq!(kept, [true, true, false]);
}

#[test]
fn what_an_old_provider_version_verified_stays_verified() {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "main", &["Api=a"]);
    ledger.verify("Api", "1", "main", &["Web=a:yes"]);
    ledger.verify("Api", "2", "main", &["Web=a:no"]);
    let verified = |ledger: &MemoryLedger| {
        ledger
            .verified(&n("Api"), &n("Web"), &content("a"))
            .unwrap()
    };
    let before = verified(&ledger);
    assert_ne!(do_clean(&mut ledger), 0);
    assert_eq!(ledger.runs(&n("Api")).unwrap().len(), 1, "the run is gone");
    assert_eq!(verified(&ledger), before);
    assert!(before.ever.is_some());
}

#[test]
fn what_is_deleted_proves_nothing_any_more() {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "main", &["Api=a"]);
    ledger.verify("Api", "1", "main", &["Web=a:wip"]);
    ledger.verify("Api", "2", "feat", &["Web=a:yes"]);
    let verified = |ledger: &MemoryLedger| {
        ledger
            .verified(&n("Api"), &n("Web"), &content("a"))
            .unwrap()
    };
    let second = ledger.runs(&n("Api")).unwrap()[1].seq;
    assert_ne!(delete(&mut ledger, "Api", &["1"]), 0);
    let left = verified(&ledger);
    assert_eq!(left.ever.map(|first| first.any), Some(second));
    assert_eq!(
        left.branches
            .keys()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        ["feat"]
    );
    assert_ne!(delete(&mut ledger, "Api", &["2"]), 0);
    assert_eq!(verified(&ledger), Verified::default());
    assert_eq!(delete(&mut ledger, "Api", &["1", "2"]), 0, "it is known");
}

#[test]
fn a_head_that_is_deleted_is_followed_by_the_newest_that_is_left() {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("prod");
    ledger.publish_tagged("Web", "1", "main", &["v"], &["Api=a"]);
    ledger.publish_tagged("Web", "2", "main", &["v"], &["Api=b"]);
    ledger.publish("Web", "3", "feat", &["Api=c"]);
    ledger.deploy("Web", "2", "prod", "blue");
    ledger.release("Web", "2", "prod");
    let heads = |ledger: &MemoryLedger| {
        let number = |number: VersionNumber| number.to_string();
        let main = ledger.branch_head(&n("Web"), &n("main")).unwrap();
        let tag: TagName = n("v");
        let tag = ledger.tag_head(&n("Web"), &tag).unwrap();
        let latest = ledger.latest_version(&n("Web")).unwrap();
        [
            main.map(|head| number(head.version)),
            tag.map(|head| number(head.version)),
            latest.map(|version| version.number.to_string()),
        ]
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(shown(&ledger, "Web"), some("b"));
    delete(&mut ledger, "Web", &["2"]);
    assert_eq!(heads(&ledger), [some("1"), some("1"), some("3")]);
    assert_eq!(
        shown(&ledger, "Web"),
        some("a"),
        "what is current now is shown"
    );
    assert_eq!(ledger.pacticipants_in(&n("prod")).unwrap(), []);
    delete(&mut ledger, "Web", &["1"]);
    assert_eq!(heads(&ledger), [None, None, some("3")]);
    assert_eq!(shown(&ledger, "Web"), some("c"));
    let seq = ledger.last_seq(&n("Web")).unwrap();
    delete(&mut ledger, "Web", &["3"]);
    assert_eq!(heads(&ledger), [None, None, None]);
    assert_eq!(shown(&ledger, "Web"), None);
    assert_eq!(ledger.consumers_of(&n("Api")).unwrap(), []);
    // A deletion is a fact, and no number is given twice.
    assert_eq!(ledger.last_seq(&n("Web")).unwrap(), seq.next());
    ledger.publish("Web", "3", "main", &["Api=d"]);
    assert_eq!(
        ledger.version(&n("Web"), &n("3")).unwrap().unwrap().seq,
        seq.next().next()
    );
}

#[test]
fn who_does_not_exist_cannot_be_cleaned() {
    let ledger = MemoryLedger::default();
    let request = CleanRequest {
        pacticipants: vec![n("Nobody")],
        ..request(&ledger, vec![])
    };
    let refused = clean(&ledger, &request, &|_, _| {}).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "No pacticipant with name 'Nobody' found"
    );
}

#[test]
fn progress_is_told_application_by_application() {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "main", &["Api=a"]);
    let told = std::cell::RefCell::new(Vec::new());
    let progress = |done, total| told.borrow_mut().push((done, total));
    clean(&ledger, &request(&ledger, vec![]), &progress).unwrap();
    assert_eq!(told.into_inner(), [(0, 2), (1, 2), (2, 2)]);
}
