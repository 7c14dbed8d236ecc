//! Reports as literal text. That a parser reads them was tried with that of Python.

use super::*;
use crate::domain::testing::MemoryLedger;
use crate::render::gate::tests::answer;
use crate::render::gate::tests::hostile;
use crate::render::gate::tests::mixed;
use crate::render::gate::tests::to_production;
use crate::render::gate::tests::web;

#[test]
fn each_integration_is_a_test_case() {
    let (matrix, verdict) = mixed();
    let report = report("can-i-deploy", &matrix, &verdict);
    let (cases, steps) = report.split_once("    <system-out>").unwrap();
    let counts = r#"tests="4" failures="1" errors="1" skipped="1" time="0""#;
    assert_eq!(
        cases,
        format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="can-i-deploy" {counts}>
  <testsuite name="No: version 1 of Web cannot be deployed to production" {counts}>
    <testcase name="Web -&gt; Db" classname="can-i-deploy" time="0">
      <failure message="Db version 5 does not honour the pact of Web version 1" type="failed">Db version 5 does not honour the pact of Web version 1
  build: https://ci.example.com/5?a=b&amp;c=d</failure>
    </testcase>
    <testcase name="Web -&gt; Mail" classname="can-i-deploy" time="0">
      <error message="no version of Mail has verified the pact of Web version 1" type="not verified">no version of Mail has verified the pact of Web version 1</error>
    </testcase>
    <testcase name="Web -&gt; Api" classname="can-i-deploy" time="0"/>
    <testcase name="Web -&gt; Log" classname="can-i-deploy" time="0">
      <skipped message="Log version 5 does not honour the pact of Web version 1">Log version 5 does not honour the pact of Web version 1</skipped>
    </testcase>
"#
        )
    );
    assert!(
        steps.contains(
            "\n  git pact pull --provider Db --branch main --consumer Web --to ./verify\n"
        )
    );
    assert!(
        steps.ends_with("</system-out>\n  </testsuite>\n</testsuites>\n"),
        "{steps}"
    );
}

#[test]
fn versions_of_one_integration_are_one_test_case_with_the_worst_of_them() {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("production");
    ledger.publish("Web", "1", "main", &["Api=a"]);
    for (version, outcome) in [("5", "Web=a:yes"), ("6", "Web=a:no"), ("7", "Web=a:no")] {
        ledger.verify("Api", version, "main", &[outcome]);
        ledger.deploy("Api", version, "production", version);
    }
    let (matrix, verdict) = answer(&ledger, vec![web("1")], to_production());
    let report = report("can-i-deploy", &matrix, &verdict);
    assert!(
        report.contains(r#"tests="1" failures="1" errors="0""#),
        "{report}"
    );
    assert_eq!(report.matches("<failure").count(), 1);
    for version in ["6", "7"] {
        let line = format!("Api version {version} does not honour the pact of Web version 1");
        assert!(report.contains(&line), "{report}");
    }
    assert!(!report.contains("Api version 5"), "{report}");
}

#[test]
fn a_report_without_an_integration_has_a_test_case_all_the_same() {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("production");
    ledger.publish("Web", "1", "main", &[]);
    let (matrix, verdict) = answer(&ledger, vec![web("1")], to_production());
    let report = report("can-i-deploy", &matrix, &verdict);
    let case =
        r#"<testcase name="There are no missing dependencies" classname="can-i-deploy" time="0"/>"#;
    assert!(report.contains(case), "{report}");
    assert!(report.contains(r#"tests="1" failures="0""#), "{report}");
}

#[test]
fn nothing_in_a_name_or_an_address_is_markup() {
    let (matrix, verdict) = hostile();
    let report = report("can-i-deploy", &matrix, &verdict);
    let name = r#"name="::error::W]]&gt;|`@team`&lt;b&gt;&amp;&quot; -&gt; Api""#;
    assert!(report.contains(name), "{report}");
    assert!(
        !report.contains("]]>") && !report.contains("<b>"),
        "{report}"
    );
    // On one line, as the log of a build may obey what begins another.
    let build = "\n  build: https://ci/1 ::error::x [31m";
    assert!(report.contains(build), "{report}");
    let is_markup = |c: &char| *c == '<' || *c == '&';
    let balanced = report.matches('<').count() == report.matches('>').count();
    assert!(
        balanced && report.chars().any(|c| is_markup(&c)),
        "{report}"
    );
}

#[test]
fn lines_of_a_value_stay_lines() {
    assert_eq!(value("a\n\tb"), "a&#10;&#9;b");
}
