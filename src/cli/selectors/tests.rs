//! The grammar of groups, line by line, and the law that what is written is what is read.

use clap::Parser;
use proptest::prelude::*;

use super::*;
use crate::domain::testing::n;

#[derive(Parser)]
struct Asked {
    #[command(flatten)]
    selectors: SelectorArguments,

    #[arg(long)]
    to_environment: Vec<String>,
}

fn arguments(words: &[&str]) -> SelectorArguments {
    let words = std::iter::once(&"git-pact").chain(words);
    Asked::try_parse_from(words).unwrap().selectors
}

fn selection(line: &str) -> Result<Selection, Ungrouped> {
    let words: Vec<&str> = line.split(' ').collect();
    arguments(&words).of_versions()
}

fn every(name: &str) -> Selector {
    Selector::every_version(n(name))
}

fn version(name: &str, number: &str) -> Selector {
    Selector::version(n(name), n(number))
}

fn latest(name: &str) -> Selector {
    Selector {
        latest: true,
        ..every(name)
    }
}

#[test]
fn each_criterion_belongs_to_the_group_begun_last() {
    let with_tag = |selector: Selector, tag: &str| Selector {
        tag: Some(n(tag)),
        ..selector
    };
    let on_branch = |name: &str, branch: &str| Selector {
        branch: Some(n(branch)),
        ..latest(name)
    };
    let on_main = |name: &str| Selector {
        main_branch: true,
        ..latest(name)
    };
    for (line, selectors) in [
        ("-a A -e 1", vec![version("A", "1")]),
        ("--pacticipant=A --version=1", vec![version("A", "1")]),
        ("-aA -e1", vec![version("A", "1")]),
        (
            "--pacticipant A --to-environment prod --version 1",
            vec![version("A", "1")],
        ),
        ("-a A --latest", vec![latest("A")]),
        ("-a A --latest dev", vec![with_tag(latest("A"), "dev")]),
        ("-a A --latest=dev", vec![with_tag(latest("A"), "dev")]),
        (
            "-a A --latest --latest dev",
            vec![with_tag(latest("A"), "dev")],
        ),
        ("-a A --all prod", vec![with_tag(every("A"), "prod")]),
        ("-a A --tag prod", vec![with_tag(every("A"), "prod")]),
        ("-a A --branch main", vec![on_branch("A", "main")]),
        ("-a A --main-branch", vec![on_main("A")]),
        (
            "-a A -e 1 -a A -e 2",
            vec![version("A", "1"), version("A", "2")],
        ),
        (
            "-a A --latest dev -a B -l prod",
            vec![with_tag(latest("A"), "dev"), with_tag(latest("B"), "prod")],
        ),
        (
            "-a A --main-branch -a B --main-branch -a C --latest -a D -e 1",
            vec![on_main("A"), on_main("B"), latest("C"), version("D", "1")],
        ),
    ] {
        let found = selection(line).unwrap();
        assert_eq!(
            (found.selectors, found.ignore),
            (selectors, vec![]),
            "{line}"
        );
    }
}

#[test]
fn a_version_after_ignore_belongs_to_what_is_ignored() {
    let found = selection("-a Foo -e 1 --to-environment p --ignore X --ignore Y -e 3").unwrap();
    assert_eq!(found.selectors, [version("Foo", "1")]);
    assert_eq!(found.ignore, [every("X"), version("Y", "3")]);
    let found = selection("--ignore X -a Foo -e 1").unwrap();
    assert_eq!(found.selectors, [version("Foo", "1")]);
    assert_eq!(found.ignore, [every("X")]);
}

#[test]
fn the_environment_may_name_more_to_ignore() {
    let mut found = selection("-a Foo -e 1 --ignore X").unwrap();
    found.ignore_too("A, Order Service ,").unwrap();
    assert_eq!(
        found.ignore,
        [every("X"), every("A"), every("Order Service")]
    );
}

#[test]
fn a_group_without_a_version_is_the_ruby_error() {
    let text = "The version must be specified using `--version VERSION`, `--branch BRANCH` \
                `--latest`, `--latest TAG`, or `--all TAG` for pacticipant Foo";
    for line in [
        "-a Foo",
        "--version 1 --pacticipant Foo",
        "-a Bar -e 1 -a Foo",
        "-a Foo --ignore X -e 1",
    ] {
        assert_eq!(selection(line).unwrap_err().to_string(), text, "{line}");
    }
    let found = arguments(&["-a", "Foo"]).of_anything().unwrap();
    assert_eq!(found.selectors, [every("Foo")]);
}

#[test]
fn what_stands_before_every_group_is_not_dropped_in_silence() {
    let error = selection("--latest -a Foo -e 1").unwrap_err();
    assert_eq!(error, Ungrouped::NoGroup { option: "--latest" });
    let words = error.to_string();
    assert!(
        words.starts_with("Please specify the pacticipant name"),
        "{words}"
    );
}

#[test]
fn two_versions_in_one_group_are_an_error() {
    for (line, option) in [
        ("-a Foo -e 1 -e 2", "--version"),
        ("-a Foo --branch a --branch b", "--branch"),
        ("-a Foo --latest a --all b", "--all"),
        ("-a Foo --main-branch --main-branch", "--main-branch"),
    ] {
        let pacticipant = n("Foo");
        let error = Ungrouped::Twice {
            option,
            pacticipant,
        };
        assert_eq!(selection(line), Err(error), "{line}");
    }
}

/// Returns the words that select what a selector does.
fn words(selector: &Selector, begin: &str) -> Vec<String> {
    let mut words = vec![format!("{begin}={}", selector.pacticipant)];
    if let Some(number) = &selector.version {
        words.push(format!("--version={number}"));
    }
    if let Some(branch) = &selector.branch {
        words.push(format!("--branch={branch}"));
    }
    if selector.main_branch {
        words.push("--main-branch".to_owned());
    }
    match (&selector.tag, selector.latest) {
        (Some(tag), true) => words.push(format!("--latest={tag}")),
        (Some(tag), false) => words.push(format!("--all={tag}")),
        (None, true) => words.push("--latest".to_owned()),
        (None, false) => {}
    }
    words
}

fn selectors() -> impl Strategy<Value = Selector> {
    let name = "[-=a-z 🙂./]{0,6}[a-z]";
    let tag = proptest::option::of(name);
    let branch = proptest::option::of(name);
    let number = proptest::option::of(name);
    let flags = any::<(bool, bool)>();
    (name, number, tag, branch, flags).prop_map(
        |(name, number, tag, branch, (latest, main_branch))| Selector {
            latest: latest || main_branch || branch.is_some(),
            version: number.map(|text| n(&text)),
            tag: tag.map(|text| n(&text)),
            branch: branch.map(|text| n(&text)),
            main_branch,
            ..every(&name)
        },
    )
}

proptest! {
    #[test]
    fn the_text_of_selectors_round_trips(
        selected in proptest::collection::vec((selectors(), any::<bool>()), 0..5),
        first in selectors(),
    ) {
        let mut line = words(&first, "--pacticipant");
        let mut expected = Selection { selectors: vec![first], ignore: vec![] };
        for (selector, ignore) in selected {
            let begin = if ignore { "--ignore" } else { "--pacticipant" };
            line.extend(words(&selector, begin));
            line.push("--to-environment=prod".to_owned());
            if ignore { &mut expected.ignore } else { &mut expected.selectors }.push(selector);
        }
        let line: Vec<&str> = line.iter().map(String::as_str).collect();
        prop_assert_eq!(arguments(&line).of_anything(), Ok(expected));
    }
}
