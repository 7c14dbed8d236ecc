//! Whole answers as literal text, as the Ruby command line prints them without colour.

use super::*;
use crate::domain::can_i_deploy::can_i_deploy;
use crate::domain::matrix::Query;
use crate::domain::matrix::matrix as matrix_of;
use crate::domain::rules::Rules;
use crate::domain::selector::Destination;
use crate::domain::selector::Selector;
use crate::domain::testing::MemoryLedger;
use crate::domain::testing::n;
use crate::render::matrix::text as text_of;

/// `Foo` 1 agreed on `a` with `Bar`, of which 2 is in production.
fn foo_and_bar(results: &[&str]) -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Foo", "1", "main", &["Bar=a"]);
    ledger.verify("Bar", "2", "main", results);
    ledger.environment_named("production");
    ledger.deploy("Bar", "2", "production", "");
    ledger
}

fn answer(ledger: &MemoryLedger, dry_run: bool) -> Vec<Notice> {
    let foo = Selector::version(n("Foo"), n("1"));
    let query = Query::can_i_deploy(vec![foo], Destination::Environment(n("production")));
    let matrix = matrix_of(ledger, &query, Rules::Strict).unwrap();
    paragraphs(&can_i_deploy(&matrix), None, &text_of(&matrix), dry_run)
}

fn text(paragraphs: &[Notice]) -> String {
    let texts: Vec<&str> = paragraphs.iter().map(|it| it.text.as_str()).collect();
    texts.join("\n")
}

#[test]
fn a_yes_reads_as_the_ruby_command_lines() {
    let answer = answer(&foo_and_bar(&["Foo=a:yes"]), false);
    let expected = "\
Computer says yes \\o/ \n\n\
CONSUMER | C.VERSION | PROVIDER | P.VERSION | SUCCESS? | RESULT#
---------|-----------|----------|-----------|----------|--------
Foo      | 1         | Bar      | 2         | true     | 1      \n\n\
VERIFICATION RESULTS
--------------------
1. pact/app/Bar: run 1 of version 2 (success)

All required verification results are published and successful";
    assert_eq!(text(&answer), expected);
    let loud: Vec<NoticeKind> = answer.iter().map(|it| it.kind).collect();
    let (success, info) = (NoticeKind::Success, NoticeKind::Info);
    assert_eq!(loud, [success, info, info, info, success]);
}

#[test]
fn a_no_reads_as_the_ruby_command_lines() {
    let answer = answer(&foo_and_bar(&["Foo=a:no"]), false);
    let expected = "\
Computer says no ¯\\_(ツ)_/¯

CONSUMER | C.VERSION | PROVIDER | P.VERSION | SUCCESS? | RESULT#
---------|-----------|----------|-----------|----------|--------
Foo      | 1         | Bar      | 2         | false    | 1      \n\n\
VERIFICATION RESULTS
--------------------
1. pact/app/Bar: run 1 of version 2 (failure)

The verification for the pact between version 1 of Foo and the version of Bar currently in production (2) failed";
    assert_eq!(text(&answer), expected);
}

#[test]
fn an_unknown_says_no_too() {
    let answer = answer(&foo_and_bar(&["Other=a:yes"]), false);
    let expected = "\
Computer says no ¯\\_(ツ)_/¯

CONSUMER | C.VERSION | PROVIDER | P.VERSION | SUCCESS? | RESULT#
---------|-----------|----------|-----------|----------|--------
Foo      | 1         | Bar      | 2         | ???      |        

There is no verified pact between version 1 of Foo and the version of Bar currently in production (2)";
    assert_eq!(text(&answer), expected);
    assert_eq!(answer[0].kind, NoticeKind::Error);
}

#[test]
fn without_rows_there_is_only_the_reason() {
    let mut ledger = foo_and_bar(&[]);
    ledger.publish("Foo", "1", "main", &[]);
    let foo = Selector::version(n("Bar"), n("2"));
    let query = Query::can_i_deploy(vec![foo], Destination::Environment(n("production")));
    let matrix = matrix_of(&ledger, &query, Rules::Strict).unwrap();
    let verdict = can_i_deploy(&matrix);
    let answer = paragraphs(&verdict, None, &text_of(&matrix), false);
    let expected = "Computer says yes \\o/ \n\nThere are no missing dependencies";
    assert_eq!(text(&answer), expected);
}

#[test]
fn a_sentence_of_our_own_stands_below_what_the_computer_says() {
    let ledger = foo_and_bar(&["Foo=a:yes"]);
    let foo = Selector::version(n("Foo"), n("1"));
    let query = Query::can_i_deploy(vec![foo], Destination::Latest);
    let matrix = matrix_of(&ledger, &query, Rules::Strict).unwrap();
    let verdict = can_i_deploy(&matrix);
    let answer = text(&paragraphs(
        &verdict,
        Some("Yes: so it is."),
        "TABLE",
        false,
    ));
    let first = "Computer says yes \\o/ \nYes: so it is.\n\nTABLE\n\nWARN: ";
    assert!(answer.starts_with(first), "{answer}");
}

#[test]
fn a_dry_run_says_that_it_is_one() {
    let yes = text(&answer(&foo_and_bar(&["Foo=a:yes"]), true));
    let first = "Computer says yes \\o/ (and maybe you don't need to enable dry run)\n\nCONSUMER";
    assert!(yes.starts_with(first), "{yes}");
    let no = text(&answer(&foo_and_bar(&["Foo=a:no"]), true));
    let first = "Computer says no ¯\\_(ツ)_/¯ (but you're ignoring this by enabling dry run)\n\n";
    assert!(no.starts_with(first), "{no}");
}
