//! What a verifier reported test by test, read for people: which interaction, and what did not match.
//!
//! Every verifier has its own form, and older ones others. So whatever can be understood is taken, and
//! what cannot is shown as it is: nothing is left out in silence.

use serde_json::Value;

use super::pact::Pact;

/// What was found out about one interaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TestFinding {
    /// What the interaction is called.
    pub description: String,
    /// Whether the provider did as expected, as far as the verifier said so.
    pub success: Option<bool>,
    /// What did not match, and what went wrong.
    pub mismatches: Vec<Mismatch>,
}

/// Something that did not match or went wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mismatch {
    /// Where, e.g. `body $.total`, as far as it was said.
    pub place: String,
    /// What, in the words of the verifier.
    pub text: String,
    /// What was expected and what came, line by line, as far as it was said.
    pub difference: Option<String>,
}

/// Returns what a report says of each test; `None` if it has a form that nobody knows. Interactions that
/// are named by an id alone are looked up in the pact.
#[must_use]
pub fn findings(report: &Value, pact: Option<&Pact>) -> Option<Vec<TestFinding>> {
    let tests = match report {
        Value::Array(tests) => tests,
        report => report.get("tests")?.as_array()?,
    };
    if !tests.iter().all(Value::is_object) {
        return None;
    }
    Some(tests.iter().map(|test| finding(test, pact)).collect())
}

fn finding(test: &Value, pact: Option<&Pact>) -> TestFinding {
    let success = test["success"].as_bool();
    let by_status = || match text(test, "status")?.as_str() {
        "passed" => Some(true),
        "failed" => Some(false),
        _ => None,
    };
    let mut mismatches = listed(&test["mismatches"], mismatch);
    mismatches.extend(listed(&test["exceptions"], exception));
    mismatches.extend(listed(&test["exception"], exception));
    TestFinding {
        description: description(test, pact),
        success: success.or_else(by_status),
        mismatches,
    }
}

fn description(test: &Value, pact: Option<&Pact>) -> String {
    let id = text(test, "interactionId");
    let in_pact = || {
        let interactions = pact?.interactions();
        let found = interactions.iter().find(|it| Some(it.id()) == id);
        found.map(|it| it.key().description.clone())
    };
    text(test, "interactionDescription")
        .or_else(in_pact)
        .or_else(|| text(test, "testFullDescription"))
        .or_else(|| text(test, "testDescription"))
        .or(id)
        .unwrap_or_else(|| "an interaction".to_owned())
}

/// Returns what a list holds; one value counts as a list of itself, nothing as an empty one.
fn listed(value: &Value, read: fn(&Value) -> Mismatch) -> Vec<Mismatch> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(values) => values.iter().map(read).collect(),
        value => vec![read(value)],
    }
}

fn mismatch(value: &Value) -> Mismatch {
    let places = ["attribute", "identifier", "path"];
    let places: Vec<String> = places.iter().filter_map(|it| text(value, it)).collect();
    let said = ["description", "mismatch", "message"];
    let difference = || {
        let (expected, actual) = (value.get("expected")?, value.get("actual")?);
        Some(format!("- {}\n+ {}", shown(expected), shown(actual)))
    };
    Mismatch {
        place: places.join(" "),
        text: said
            .iter()
            .find_map(|it| text(value, it))
            .unwrap_or_else(|| shown(value)),
        difference: text(value, "diff").or_else(difference),
    }
}

fn exception(value: &Value) -> Mismatch {
    let class = text(value, "exceptionClass").or_else(|| text(value, "class"));
    Mismatch {
        place: class.unwrap_or_default(),
        text: text(value, "message").unwrap_or_else(|| shown(value)),
        difference: None,
    }
}

/// Returns the text of a field, if it has one that is not empty.
fn text(value: &Value, field: &str) -> Option<String> {
    let text = value.get(field)?.as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}

/// Returns a value as people read it: a text as it is, anything else as JSON.
fn shown(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(report: &Value) -> Vec<String> {
        let found = findings(report, None).unwrap();
        let tell = |test: &TestFinding| {
            let TestFinding {
                description,
                success,
                mismatches,
            } = test;
            let said = mismatches.iter().map(|it| {
                let difference = it.difference.as_deref().unwrap_or_default();
                format!(" [{}: {}{difference}]", it.place, it.text)
            });
            format!("{description} {success:?}{}", said.collect::<String>())
        };
        found.iter().map(tell).collect()
    }

    #[test]
    fn the_forms_of_verifiers_are_read() {
        let of_rust_and_the_jvm = json!([
            { "interactionId": "ab12", "success": true },
            {
                "interactionDescription": "an order", "success": false,
                "mismatches": [
                    { "attribute": "body", "identifier": "$.total", "description": "1 is not 2", "diff": "-1\n+2" },
                    { "attribute": "status", "mismatch": "500 is not 200", "expected": 200, "actual": "500" },
                    "odd",
                ],
                "exceptions": [{ "message": "refused", "exceptionClass": "java.net.X" }],
            },
        ]);
        assert_eq!(
            told(&of_rust_and_the_jvm),
            [
                "ab12 Some(true)",
                "an order Some(false) [body $.total: 1 is not 2-1\n+2] \
                 [status: 500 is not 200- 200\n+ 500] [: odd] [java.net.X: refused]",
            ]
        );
        let of_ruby = json!({ "tests": [
            { "testDescription": "has status code 200", "status": "passed" },
            {
                "testFullDescription": "an order has status code 200", "testDescription": "x",
                "status": "failed", "exception": { "class": "RSpec::X", "message": "no" },
            },
            { "status": "pending" },
        ], "summary": {} });
        assert_eq!(
            told(&of_ruby),
            [
                "has status code 200 Some(true)",
                "an order has status code 200 Some(false) [RSpec::X: no]",
                "an interaction None",
            ]
        );
    }

    #[test]
    fn a_form_that_nobody_knows_is_not_read() {
        for report in [json!({}), json!(["x"]), json!("x"), json!({ "tests": 1 })] {
            assert_eq!(findings(&report, None), None, "{report}");
        }
        assert_eq!(findings(&json!([]), None), Some(Vec::new()));
    }
}
