//! Records of one application with one thing wrong.

use super::*;
use crate::domain::entry::ContentKey;
use crate::domain::testing::{content, n};
use crate::domain::time::Timestamp;
use crate::domain::verification::{FirstSuccess, Run, VerificationResult, Verified};
use crate::domain::version::{BranchHead, TagHead, Version};

fn version(number: &str, seq: u64) -> Version {
    let mut version = Version::new(n(number), Seq(seq), Timestamp::clamped(0));
    version.branches.push(n("main"));
    version.tags.push(n("prod"));
    version
}

fn run(of: &str, number: u32, seq: u64) -> Run {
    let result = VerificationResult {
        consumer: n("Web"),
        content: content("a"),
        success: true,
        wip: false,
        failures: Vec::new(),
        tests: None,
    };
    Run {
        version: n(of),
        number,
        seq: Seq(seq),
        created_at: Timestamp::clamped(0),
        build_url: None,
        verified_by: None,
        results: vec![result],
        request: None,
    }
}

fn verified(first: u64) -> Entry {
    let first = FirstSuccess {
        any: Seq(first),
        not_wip: Some(Seq(first)),
    };
    let verified = Verified {
        ever: Some(first),
        branches: [(n("main"), first)].into(),
        tags: [(n("prod"), first)].into(),
    };
    let key = ContentKey {
        consumer: n("Web"),
        provider: n("Orders"),
        content: content("a"),
    };
    Entry::Verified(key, verified)
}

/// A provider that verified the same content twice: versions 1 and 3, their runs in between.
fn sound() -> Vec<Entry> {
    let head = BranchHead {
        branch: n("main"),
        version: n("3"),
        since: Seq(1),
        oldest: Seq(1),
    };
    let tag = TagHead {
        tag: n("prod"),
        version: n("3"),
        since: Seq(1),
    };
    vec![
        Entry::Version(n("Orders"), version("1", 1)),
        Entry::Run(n("Orders"), run("1", 1, 2)),
        Entry::Version(n("Orders"), version("3", 3)),
        Entry::Run(n("Orders"), run("3", 1, 4)),
        Entry::Latest(n("Orders"), Some(n("3")), Seq(4)),
        Entry::BranchHead(n("Orders"), head),
        Entry::TagHead(n("Orders"), tag),
        verified(2),
    ]
}

/// Returns what is wrong after a change, and what would put it right.
fn findings(change: impl FnOnce(&mut Vec<Entry>)) -> Vec<(String, Option<Entry>)> {
    let mut entries = sound();
    change(&mut entries);
    let findings = application(&n("Orders"), &entries).into_iter();
    let told = findings.map(|it| (it.problem.to_string(), it.remedy));
    told.collect()
}

#[test]
fn what_follows_from_the_facts_is_no_finding() {
    assert_eq!(findings(|_| {}), []);
    // Nor is what a clean-up left behind: an earlier success than any that can still be seen.
    assert_eq!(findings(|entries| entries[7] = verified(1)), []);
    // Nor a count that is past all that is left.
    let counted = |entries: &mut Vec<Entry>| {
        entries[4] = Entry::Latest(n("Orders"), Some(n("3")), Seq(9));
    };
    assert_eq!(findings(counted), []);
}

#[test]
fn a_success_that_is_counted_too_late_or_not_at_all_is_counted() {
    let expected = [(
        format!(
            "Orders verified content {} of Web, which is not counted",
            content("a").short()
        ),
        Some(verified(2)),
    )];
    assert_eq!(findings(|entries| entries[7] = verified(4)), expected);
    assert_eq!(findings(|entries| drop(entries.pop())), expected);
}

#[test]
fn two_facts_have_not_the_same_place() {
    let twice = |entries: &mut Vec<Entry>| {
        entries.push(Entry::Run(n("Orders"), run("3", 2, 4)));
    };
    let said =
        "run 1 of version 3 and run 2 of version 3 of Orders claim the same place in the order, 4";
    assert_eq!(findings(twice), [(said.to_owned(), None)]);
}

#[test]
fn a_count_that_facts_have_passed_is_put_right_and_never_back() {
    let behind = |entries: &mut Vec<Entry>| {
        entries[4] = Entry::Latest(n("Orders"), Some(n("1")), Seq(2));
    };
    let found = findings(behind);
    let right = Entry::Latest(n("Orders"), Some(n("3")), Seq(4));
    assert_eq!(found[0].1.as_ref(), Some(&right), "{found:?}");
    let ahead = |entries: &mut Vec<Entry>| {
        entries[4] = Entry::Latest(n("Orders"), Some(n("1")), Seq(9));
    };
    let right = Entry::Latest(n("Orders"), Some(n("3")), Seq(9));
    assert_eq!(findings(ahead)[0].1.as_ref(), Some(&right));
}

#[test]
fn a_branch_and_a_tag_that_nobody_is_on_have_no_head() {
    let alone = |entries: &mut Vec<Entry>| {
        entries.clear();
        entries.extend(
            sound()
                .into_iter()
                .filter(|entry| matches!(entry, Entry::BranchHead(..) | Entry::TagHead(..))),
        );
    };
    let remedies: Vec<_> = findings(alone).into_iter().map(|(_, it)| it).collect();
    let gone = [
        Some(Entry::BranchHeadGone(n("Orders"), n("main"))),
        Some(Entry::TagHeadGone(n("Orders"), n("prod"))),
    ];
    assert_eq!(remedies, gone);
}
