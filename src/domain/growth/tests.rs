//! Commits with one thing wrong, and those that only look so.

use super::*;
use crate::domain::testing::{content, n};
use crate::domain::time::Timestamp;
use crate::domain::verification::{FirstSuccess, VerificationResult};
use crate::domain::version::Publication;

fn version(number: &str, seq: u64, published: &str) -> Entry {
    let mut version = Version::new(n(number), Seq(seq), Timestamp::clamped(0));
    let publication = Publication {
        content: content(published),
        created_at: Timestamp::clamped(0),
    };
    version.pacts.insert(n("Orders"), publication);
    Entry::Version(n("Web"), version)
}

fn run(seq: u64, consumers: &[&str]) -> Entry {
    let result = |consumer: &&str| VerificationResult {
        consumer: n(consumer),
        content: content("a"),
        success: true,
        wip: false,
        failures: Vec::new(),
        tests: None,
    };
    let run = Run {
        version: n("1"),
        number: 1,
        seq: Seq(seq),
        created_at: Timestamp::clamped(0),
        build_url: None,
        verified_by: None,
        results: consumers.iter().map(result).collect(),
        request: None,
    };
    Entry::Run(n("Orders"), run)
}

fn latest(seq: u64) -> Entry {
    Entry::Latest(n("Web"), Some(n("1")), Seq(seq))
}

fn released(seq: u64) -> ReleasedVersion {
    ReleasedVersion {
        uuid: Uuid::derived(&["released"]),
        pacticipant: n("Web"),
        version: n("1"),
        seq: Seq(seq),
        created_at: Timestamp::clamped(0),
        build_url: None,
        updated_at: None,
    }
}

fn ended(seq: u64) -> Entry {
    let what = EndedVersion::Released(released(seq));
    let at = Timestamp::clamped(9);
    Entry::Ended(n("live"), vec![Ended { what, at }])
}

fn counts(from: u64, to: u64) -> Edit {
    let environment = |seq| Entry::EnvironmentSeq(n("live"), Seq(seq));
    edit(Some(environment(from)), Some(environment(to)))
}

fn edit(before: Option<Entry>, after: Option<Entry>) -> Edit {
    Edit { before, after }
}

/// The content `ab` holds all of `a`, and there is an old run with place 2.
struct Around;

impl Surroundings for Around {
    fn holds(&self, was: &ContentKey, is: &ContentId) -> bool {
        (&was.content, is) == (&content("a"), &content("ab"))
    }

    fn has_run(&self, _: &ContentKey, at: Seq) -> bool {
        at == Seq(2)
    }
}

/// Returns what is wrong with a commit.
fn wrong(edits: &[Edit]) -> Vec<String> {
    let found = forbidden(edits, false, &Around).into_iter();
    found.map(|(_, it)| it.to_string()).collect()
}

/// A commit in which the count goes on.
fn commit(from: u64, to: u64, edits: &[Edit]) -> Vec<String> {
    let mut all = vec![edit((from > 0).then(|| latest(from)), Some(latest(to)))];
    all.extend(edits.iter().cloned());
    wrong(&all)
}

#[test]
fn facts_are_added_one_after_the_other() {
    let fine = [""; 0];
    assert_eq!(
        commit(0, 1, &[edit(None, Some(version("1", 1, "a")))]),
        fine
    );
    let two = [
        edit(None, Some(version("2", 5, "a"))),
        edit(None, Some(run(6, &["Web"]))),
    ];
    assert_eq!(commit(4, 6, &two), fine);
    assert_eq!(
        commit(4, 4, &two[..1]),
        ["version 2 has place 5 in the order, and new ones are after 4 and up to 4"]
    );
    assert_eq!(
        wrong(&two[..1]),
        ["version 2 has place 5 in the order, and new ones are after 0 and up to 0"]
    );
    let twice = [
        edit(None, Some(version("2", 5, "a"))),
        edit(None, Some(version("3", 5, "a"))),
    ];
    assert_eq!(
        commit(4, 6, &twice),
        ["version 3 has place 5 in the order, and so has version 2"]
    );
}

#[test]
fn the_count_only_goes_on_and_never_leaps() {
    assert_eq!(
        commit(4, 3, &[]),
        ["the count of what was recorded goes back from 4 to 3"]
    );
    assert_eq!(
        commit(4, u64::MAX, &[]).len(),
        1,
        "a count at the end of all numbers could never go on"
    );
    assert_eq!(wrong(&[edit(Some(latest(4)), None)]).len(), 1);
    // What could not be read is put right.
    assert_eq!(commit(0, 9, &[]), [""; 0]);
}

#[test]
fn a_version_keeps_its_time_and_its_pact() {
    let before = || Some(version("1", 1, "a"));
    let other = edit(before(), Some(version("1", 1, "b")));
    let said = ["version 1 was recorded before, and its pact was changed"];
    assert_eq!(commit(4, 5, std::slice::from_ref(&other)), said);
    // A merge adds to a pact, and what was taken back is published anew with the next place but one.
    let merged = edit(before(), Some(version("1", 1, "ab")));
    assert_eq!(commit(4, 5, &[merged]), [""; 0]);
    assert_eq!(commit(4, 6, &[other]), [""; 0]);
    let anew = edit(before(), Some(version("1", 6, "b")));
    assert_eq!(commit(4, 6, &[anew]), [""; 0]);
    let back = edit(before(), Some(version("1", 3, "a")));
    assert_eq!(commit(4, 5, &[back]).len(), 1);
    let Some(Entry::Version(name, mut later)) = before() else {
        return;
    };
    later.created_at = Timestamp::clamped(1);
    let later = edit(before(), Some(Entry::Version(name, later)));
    let said = ["version 1 was recorded before, and its time was changed"];
    assert_eq!(commit(4, 5, &[later]), said);
}

#[test]
fn a_run_loses_results_and_nothing_else() {
    let before = || Some(run(2, &["Web", "Mobile"]));
    let fewer = edit(before(), Some(run(2, &["Mobile"])));
    assert_eq!(commit(4, 5, &[fewer]), [""; 0]);
    let said = ["run 1 of version 1 was recorded before, and its result was changed"];
    for results in [
        &["Web", "Mobile", "Till"][..],
        &["Mobile", "Web"],
        &["Till"],
    ] {
        let other = edit(before(), Some(run(2, results)));
        assert_eq!(commit(4, 5, &[other]), said, "{results:?}");
    }
    let Some(Entry::Run(name, mut run)) = before() else {
        return;
    };
    run.verified_by = Some("somebody else".to_owned());
    let said = ["run 1 of version 1 was recorded before, and its record was changed"];
    let other = edit(before(), Some(Entry::Run(name, run)));
    assert_eq!(commit(4, 5, &[other]), said);
    assert_eq!(commit(4, 4, &[edit(before(), None)]), [""; 0]);
}

#[test]
fn a_content_keeps_its_text() {
    let key = ContentKey {
        consumer: n("Web"),
        provider: n("Orders"),
        content: content("a"),
    };
    let stored = |text: &str| Some(Entry::Content(key.clone(), text.as_bytes().into()));
    let other = edit(stored("{}"), stored("{ }"));
    assert_eq!(commit(4, 5, std::slice::from_ref(&other)).len(), 1);
    assert_eq!(commit(4, 6, &[other]), [""; 0]);
}

#[test]
fn what_is_released_again_has_its_old_place() {
    let again = edit(None, Some(Entry::Released(n("live"), released(3))));
    let forgets = edit(Some(ended(3)), Some(Entry::Ended(n("live"), Vec::new())));
    assert_eq!(wrong(&[counts(7, 8), again.clone(), forgets]), [""; 0]);
    let said = [
        "the release of Web version 1 was recorded before, and its place in the order was changed",
    ];
    assert_eq!(wrong(&[counts(7, 8), again]), said);
}

#[test]
fn nothing_ends_that_never_was() {
    let ends = edit(None, Some(ended(3)));
    let leaves = edit(Some(Entry::Released(n("live"), released(3))), None);
    assert_eq!(wrong(&[counts(7, 8), ends.clone(), leaves]), [""; 0]);
    let said = ["the release of Web version 1 is said to have ended, and was not there"];
    assert_eq!(wrong(&[counts(7, 8), ends]), said);
    // It came and went within the commit.
    assert_eq!(wrong(&[counts(2, 4), edit(None, Some(ended(3)))]), [""; 0]);
}

#[test]
fn no_success_is_counted_that_nobody_had() {
    let verified = |seq: u64| {
        let key = ContentKey {
            consumer: n("Web"),
            provider: n("Orders"),
            content: content("a"),
        };
        let first = FirstSuccess {
            any: Seq(seq),
            not_wip: None,
        };
        let verified = Verified {
            ever: Some(first),
            ..Verified::default()
        };
        Some(Entry::Verified(key, verified))
    };
    let counts = |from, to| edit(Some(latest(from)), Some(latest(to)));
    let claims = |seq| edit(None, verified(seq));
    let runs = |consumer| edit(None, Some(run(5, &[consumer])));
    assert_eq!(wrong(&[counts(4, 5), runs("Web"), claims(5)]), [""; 0]);
    assert_eq!(wrong(&[counts(4, 5), claims(2)]), [""; 0], "of the old run");
    assert_eq!(
        wrong(&[counts(4, 5), edit(verified(3), verified(3))]),
        [""; 0]
    );
    for edits in [
        vec![claims(5)],
        vec![claims(1)],
        vec![runs("Till"), claims(5)],
    ] {
        let found = wrong(&[&[counts(4, 5)], edits.as_slice()].concat());
        assert_eq!(found.len(), 1, "{edits:?}");
        assert!(found[0].contains("which is no such run"), "{found:?}");
    }
    // It was recorded and cleaned in one commit, with its version.
    let cleaned = edit(Some(version("1", 1, "a")), None);
    assert_eq!(wrong(&[counts(4, 5), claims(5), cleaned]), [""; 0]);
}
