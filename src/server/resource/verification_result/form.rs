//! The body of a result: everything that is wrong with it is told at once, in the broker's words
//! (spec: semantics §7).

use serde_json::Map;
use serde_json::Value;

use crate::domain::name::VersionNumber;
use crate::domain::pact::Pact;
use crate::domain::test_results::TestResults;
use crate::server::problem::Fields;
use crate::server::problem::Problem;

const VERSION: &str = "providerApplicationVersion";

/// What a verifier reports.
#[derive(Debug)]
pub(super) struct Form {
    pub(super) success: bool,
    pub(super) version: VersionNumber,
    pub(super) build_url: Option<String>,
    /// The program and its version, e.g. `pact-rust 1.2.3`.
    pub(super) verified_by: Option<String>,
    /// The tests that failed.
    pub(super) failed: Vec<FailedTest>,
    /// What is kept of all tests.
    pub(super) tests: Option<TestResults>,
}

/// A test that failed, as far as the verifier says which.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FailedTest {
    description: Option<String>,
    interaction: Option<String>,
}

impl Form {
    /// Returns what a body says.
    ///
    /// # Errors
    ///
    /// Fails with everything that is wrong with it.
    pub(super) fn of(body: &Map<String, Value>) -> Result<Self, Problem> {
        let mut fields = Fields::default();
        let success = match body.get("success") {
            Some(Value::Bool(success)) => Some(*success),
            None => {
                fields.add("success", "is missing");
                None
            }
            Some(_) => {
                fields.add("success", "must be boolean");
                None
            }
        };
        let version = version(body.get(VERSION), &mut fields);
        let build_url = match body.get("buildUrl") {
            None | Some(Value::Null) => None,
            Some(Value::String(url)) => {
                if !can_be_url(url) {
                    fields.add("buildUrl", "is not a valid URL eg. http://example.org");
                }
                Some(url.clone())
            }
            Some(_) => {
                fields.add("buildUrl", "must be a string");
                None
            }
        };
        fields.check()?;
        match (success, version) {
            (Some(success), Some(version)) => Ok(Self {
                success,
                version,
                build_url,
                verified_by: body.get("verifiedBy").and_then(verified_by),
                failed: body.get("testResults").map(failed).unwrap_or_default(),
                tests: body.get("testResults").and_then(TestResults::of_report),
            }),
            // Whatever is absent was said to be wrong.
            _ => Err(Problem::NotFound),
        }
    }

    /// Says whether the pact has to be read to name what failed.
    pub(super) fn names_interactions_by_id(&self) -> bool {
        let by_id = |test: &FailedTest| test.description.is_none() && test.interaction.is_some();
        self.failed.iter().any(by_id)
    }

    /// Returns the interactions that failed, by description, each once.
    pub(super) fn failures(&self, pact: Option<&Pact>) -> Vec<String> {
        let interactions = pact.map(Pact::interactions).unwrap_or_default();
        let by_id = |id: &String| {
            let mut all = interactions.iter();
            let found = all.find(|it| it.id() == *id);
            found.map(|it| it.key().description.clone())
        };
        let mut failures = Vec::new();
        for test in &self.failed {
            let described = test.description.clone();
            let described = described.or_else(|| test.interaction.as_ref().and_then(by_id));
            if let Some(text) = described.filter(|text| !failures.contains(text)) {
                failures.push(text);
            }
        }
        failures
    }
}

fn version(value: Option<&Value>, fields: &mut Fields) -> Option<VersionNumber> {
    let wrong = match value {
        None => "is missing".to_owned(),
        Some(Value::String(text)) if text.is_empty() => "must be filled".to_owned(),
        Some(Value::Null) => "must be filled".to_owned(),
        Some(Value::String(text)) if text.trim().is_empty() => "cannot be blank".to_owned(),
        Some(Value::String(text)) => match text.parse() {
            Ok(version) => return Some(version),
            Err(error) => format!("{error}"),
        },
        Some(_) => "must be a string".to_owned(),
    };
    fields.add(VERSION, wrong);
    None
}

/// Says whether a text has the characters of a URL, absolute or not; the broker asks for no more.
fn can_be_url(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_hex = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
    let usual =
        |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=".contains(&byte);
    let mut all = bytes.iter().enumerate();
    let are_usual = all.all(|(at, byte)| match byte {
        b'%' => is_hex(at + 1) && is_hex(at + 2),
        byte => usual(*byte),
    });
    // What stands before the first colon is a scheme, unless the path has begun.
    let scheme = text.split(['/', '?', '#']).next().unwrap_or_default();
    let is_scheme = |scheme: &str| scheme.starts_with(|first: char| first.is_ascii_alphabetic());
    are_usual
        && scheme
            .split_once(':')
            .is_none_or(|(scheme, _)| is_scheme(scheme))
}

fn verified_by(value: &Value) -> Option<String> {
    let part = |name| value.get(name).and_then(Value::as_str);
    let name = part("implementation")?;
    Some(match part("version") {
        Some(version) => format!("{name} {version}"),
        None => name.to_owned(),
    })
}

/// Returns the tests that failed. Verifiers write lists of results; what the oldest ones write
/// beside that names no interactions.
fn failed(results: &Value) -> Vec<FailedTest> {
    let results = results.as_array().map(Vec::as_slice).unwrap_or_default();
    let failed = results.iter().filter(|it| it["success"] == false);
    let text = |it: &Value, name: &str| it[name].as_str().map(str::to_owned);
    failed
        .map(|it| FailedTest {
            description: text(it, "interactionDescription"),
            interaction: text(it, "interactionId"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn form(body: &Value) -> Result<Form, Problem> {
        Form::of(body.as_object().unwrap())
    }

    #[test]
    fn a_build_has_a_url_that_is_one_as_the_broker_sees_it() {
        let right = [
            "http://ci.example/5?a=b#c",
            "nonsense",
            "",
            "http://ci/%20",
            "mailto:me",
        ];
        assert_eq!(right.map(can_be_url), [true; 5]);
        let wrong = [
            "not a url",
            "http://ci/%2",
            "http://ci/ü",
            "5:5",
            "http://ci/{x}",
        ];
        assert_eq!(wrong.map(can_be_url), [false; 5]);
    }

    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let table = [
            (
                json!({}),
                "success is missing; providerApplicationVersion is missing",
            ),
            (
                json!({ "success": "maybe", "providerApplicationVersion": 12 }),
                "success must be boolean; providerApplicationVersion must be a string",
            ),
            (
                json!({ "success": true, "providerApplicationVersion": "" }),
                "providerApplicationVersion must be filled",
            ),
            (
                json!({ "success": true, "providerApplicationVersion": " " }),
                "providerApplicationVersion cannot be blank",
            ),
        ];
        for (body, expected) in table {
            assert_eq!(form(&body).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn what_failed_is_named_by_its_description_or_by_that_of_its_interaction() {
        let pact = json!({
            "consumer": { "name": "Web" },
            "provider": { "name": "Orders" },
            "interactions": [{ "_id": "i1", "description": "a list" }],
        });
        let pact = Pact::parse(pact.to_string().as_bytes()).unwrap();
        let form = form(&json!({
            "success": false,
            "providerApplicationVersion": "5",
            "verifiedBy": { "implementation": "pact-rust", "version": "1.2" },
            "testResults": [
                { "success": false, "interactionId": "i1" },
                { "success": false, "interactionId": "i1", "interactionDescription": "an item" },
                { "success": false, "interactionId": "gone" },
                { "success": true, "interactionDescription": "a search" },
            ],
        }))
        .unwrap();
        assert!(form.names_interactions_by_id());
        assert_eq!(form.failures(Some(&pact)), ["a list", "an item"]);
        assert_eq!(form.failures(None), ["an item"]);
        assert_eq!(form.verified_by.as_deref(), Some("pact-rust 1.2"));
    }
}
