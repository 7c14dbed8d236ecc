//! The answer of can-i-deploy as a JUnit report: a test case for each integration.
//!
//! A failed verification is a failure, one that is missing an error, an ignored one skipped. CI
//! services tell runs apart by the names of test cases, so these hold no version.

use std::fmt::Write;

use crate::domain::can_i_deploy::Verdict;
use crate::domain::matrix::Matrix;
use crate::render::gate::Case;
use crate::render::gate::State;
use crate::render::gate::cases;
use crate::render::gate::headline;
use crate::render::html::escaped_for_xml as escaped;
use crate::render::next_steps::next_steps;
use crate::render::table::one_line;

/// Cases of one integration, the worst first.
struct TestCase<'a> {
    name: String,
    cases: Vec<Case<'a>>,
}

impl TestCase<'_> {
    fn state(&self) -> Option<State> {
        self.cases.first().map(|case| case.state)
    }
}

/// Returns the report, an XML document with a final newline.
///
/// `gate` is the name of the command. An answer without an integration has one test case, as a
/// report without any is taken for a broken one.
#[must_use]
pub fn report(gate: &str, matrix: &Matrix, verdict: &Verdict) -> String {
    let test_cases = test_cases(matrix, verdict);
    let count = |state| {
        test_cases
            .iter()
            .filter(|it| it.state() == Some(state))
            .count()
    };
    let counts = format!(
        "tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"0\"",
        test_cases.len(),
        count(State::Failed),
        count(State::Unknown),
        count(State::Ignored)
    );
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let mut line = |text: &str| {
        xml.push_str(text);
        xml.push('\n');
    };
    line(&format!("<testsuites name=\"{}\" {counts}>", value(gate)));
    let headline = value(&headline(matrix, verdict));
    line(&format!("  <testsuite name=\"{headline}\" {counts}>"));
    for test_case in &test_cases {
        line(&element(gate, test_case));
    }
    let steps = steps(matrix, verdict);
    if !steps.is_empty() {
        line(&format!("    <system-out>{}</system-out>", escaped(&steps)));
    }
    line("  </testsuite>");
    line("</testsuites>");
    xml
}

fn test_cases<'a>(matrix: &'a Matrix, verdict: &'a Verdict) -> Vec<TestCase<'a>> {
    let mut test_cases: Vec<TestCase<'a>> = Vec::new();
    for case in cases(matrix, verdict) {
        let name = match &case.provider {
            Some(provider) => format!("{} -> {}", case.consumer.name, provider.name),
            None => case.consumer.name.to_string(),
        };
        match test_cases.iter_mut().find(|it| it.name == name) {
            Some(known) => known.cases.push(case),
            None => test_cases.push(TestCase {
                name,
                cases: vec![case],
            }),
        }
    }
    if test_cases.is_empty() {
        test_cases.push(TestCase {
            name: verdict.reason(),
            cases: Vec::new(),
        });
    }
    test_cases
}

fn element(gate: &str, test_case: &TestCase<'_>) -> String {
    let (name, gate) = (value(&test_case.name), value(gate));
    let start = format!("    <testcase name=\"{name}\" classname=\"{gate}\" time=\"0\"");
    let tag = match test_case.state() {
        Some(State::Failed) => "failure",
        Some(State::Unknown) => "error",
        Some(State::Ignored) => "skipped",
        Some(State::Verified) | None => return format!("{start}/>"),
    };
    let worst = test_case.state();
    let of_state = test_case.cases.iter().filter(|it| Some(it.state) == worst);
    let mut text = String::new();
    let mut message = String::new();
    let mut kind = "";
    for case in of_state {
        if message.is_empty() {
            message.clone_from(&case.sentence);
            kind = case.state.word();
        }
        text.push_str(&case.sentence);
        if let Some(url) = case.build_url {
            // Writing to a text cannot fail.
            let _ = write!(text, "\n  build: {}", one_line(url));
        }
        text.push('\n');
    }
    let (message, text) = (value(&message), escaped(text.trim_end()));
    let kind = match tag {
        "skipped" => String::new(),
        _ => format!(" type=\"{kind}\""),
    };
    format!("{start}>\n      <{tag} message=\"{message}\"{kind}>{text}</{tag}>\n    </testcase>")
}

fn steps(matrix: &Matrix, verdict: &Verdict) -> String {
    let mut text = String::new();
    for step in next_steps(matrix, verdict) {
        text.push_str(&step.problem);
        text.push('\n');
        for command in step.commands {
            let _ = writeln!(text, "  {command}");
        }
    }
    text.trim_end().to_owned()
}

/// Returns a text as it stands in a value between double quotes.
fn value(text: &str) -> String {
    // As references, or a parser makes spaces of them.
    escaped(text).replace('\n', "&#10;").replace('\t', "&#9;")
}

#[cfg(test)]
mod tests;
