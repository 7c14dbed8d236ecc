//! The broker's words for every selector, whatever was found (spec: semantics §9.5).

use std::sync::Arc;

use super::written::asked;
use super::{Destination, Found, Origin, ResolvedSelector};
use crate::domain::testing::n;
use crate::domain::time::{Seq, Timestamp};
use crate::domain::version::Version;

/// Resolves a line to nothing, to everything, to `7`, or to `7` of several (`7+`).
fn resolved(line: &str, found: &str) -> ResolvedSelector {
    let selector = asked(line);
    let at = Timestamp::from_epoch_seconds(0).unwrap();
    let seven = || Arc::new(Version::new(n("7"), Seq(1), at));
    let found = match found {
        "nobody" => Found::NoPacticipant,
        "none" => Found::NoVersion,
        "every" => Found::EveryVersion,
        number => Found::Version {
            version: seven(),
            one_of_many: number.ends_with('+'),
        },
    };
    let main = matches!(found, Found::Version { .. }) && selector.main_branch;
    let branch = selector.branch.clone().or(main.then(|| n("main")));
    ResolvedSelector {
        asked: selector,
        origin: Origin::Specified,
        found,
        branch,
        ignored: false,
    }
}

#[test]
fn a_selector_is_described_by_the_first_criterion_that_applies() {
    let table = [
        ("X version=7", "7", "version 7 of X"),
        (
            "X version=8",
            "none",
            "version 8 of X (no such version exists)",
        ),
        ("X", "every", "any version of X"),
        (
            "X",
            "nobody",
            "any version of X (no such pacticipant exists)",
        ),
        (
            "X tag=t latest",
            "7",
            "the latest version of X with tag t (7)",
        ),
        (
            "X tag=t latest",
            "none",
            "the latest version of X with tag t (no such version exists)",
        ),
        (
            "X tag=t branch=b latest",
            "7",
            "the latest version of X with tag t (7)",
        ),
        (
            "X branch=b latest",
            "7",
            "the latest version of X from branch b (7)",
        ),
        (
            "X branch=b latest",
            "none",
            "the latest version of X from branch b (no such version exists)",
        ),
        ("X branch=b", "7", "the version of X from branch b (7)"),
        (
            "X branch=b",
            "7+",
            "one of the versions of X from branch b (7)",
        ),
        (
            "X branch=b",
            "none",
            "a version of X from branch b (no such version exists)",
        ),
        (
            "X main latest",
            "7",
            "the latest version of X from branch main (7)",
        ),
        (
            "X main latest",
            "none",
            "the latest version of X from the main branch (no versions exist for this branch)",
        ),
        (
            "X main",
            "7+",
            "one of the versions of X from branch main (7)",
        ),
        (
            "X main",
            "none",
            "any version of X from the main branch (no versions exist for this branch)",
        ),
        ("X latest", "7", "the latest version of X (7)"),
        (
            "X latest",
            "none",
            "the latest version of X (no such version exists)",
        ),
        ("X tag=t", "7", "a version of X with tag t (7)"),
        ("X tag=t", "7+", "a version of X with tag t (7)"),
        (
            "X tag=t",
            "none",
            "a version of X with tag t (no such version exists)",
        ),
        ("X in=e", "7", "the version of X currently in e (7)"),
        (
            "X in=e",
            "7+",
            "one of the versions of X currently in e (7)",
        ),
        (
            "X in=e",
            "none",
            "a version of X currently in e (no version is currently recorded as deployed/released in this environment)",
        ),
    ];
    for (line, found, expected) in table {
        assert_eq!(resolved(line, found).description(), expected, "{line}");
    }
}

#[test]
fn what_does_not_exist_is_named_by_what_was_asked() {
    let table = [
        (
            "X version=8",
            "No pacts or verifications have been published for version 8 of X",
        ),
        ("X tag=t version=8", "No version with tag t exists for X"),
        ("X branch=b", "No version of X from branch b exists"),
        (
            "X main latest",
            "No version of X from the main branch exists",
        ),
        (
            "X in=e",
            "No version of X is currently recorded as deployed or released in environment e",
        ),
        (
            "X latest",
            "No pacts or verifications have been published for X",
        ),
    ];
    for (line, expected) in table {
        assert_eq!(resolved(line, "none").does_not_exist(), expected);
    }
}

#[test]
fn an_ignore_selector_covers_a_name_or_exactly_the_version_found() {
    let (x, y, seven, eight) = (n("X"), n("Y"), n("7"), n("8"));
    let name = resolved("X", "every");
    assert!(name.covers(&x, Some(&seven)) && name.covers(&x, None));
    assert!(!name.covers(&y, Some(&seven)));
    let version = resolved("X version=7", "7");
    assert!(version.covers(&x, Some(&seven)));
    assert!(!version.covers(&x, Some(&eight)) && !version.covers(&x, None));
    let unknown = resolved("X version=8", "none");
    assert!(!unknown.covers(&x, Some(&eight)) && !unknown.covers(&x, None));
}

#[test]
fn a_destination_selects_alike_of_everybody() {
    let table = [
        (Destination::None, "X"),
        (Destination::Environment(n("e")), "X in=e"),
        (
            Destination::Tag {
                tag: n("t"),
                latest: true,
            },
            "X tag=t latest",
        ),
        (
            Destination::Tag {
                tag: n("t"),
                latest: false,
            },
            "X tag=t",
        ),
        (Destination::MainBranch { latest: true }, "X main latest"),
        (Destination::MainBranch { latest: false }, "X main"),
        (Destination::Latest, "X latest"),
    ];
    for (destination, line) in table {
        assert_eq!(destination.selector(n("X")), asked(line));
        assert_eq!(asked(line).is_name_only(), destination == Destination::None);
    }
}
