//! What a verifier found out test by test, as it reported it.
//!
//! No decision looks at it: it is kept for people and tools that ask for a result. So it is stored
//! apart from the runs that gates read, under an id that follows from what it says. Builds whose
//! tests say the same share it, as nearly all that pass do.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;
use sha2::Digest;
use sha2::Sha256;

/// How many bytes of compact JSON are kept.
const MAX_BYTES: usize = 64 * 1024;

/// How many hexadecimal digits an id has: enough for the tests of one provider.
const DIGITS: usize = 16;

/// The test results of one verification, in the form in which the verifier reported them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestResults {
    value: Value,
    id: TestResultsId,
}

/// Names the test results of one provider: the first 64 bits of a SHA-256, in hex.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TestResultsId(String);

/// The text given is no id of test results.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an id of test results: {DIGITS} lower-case hexadecimal digits")]
pub struct InvalidTestResultsId(String);

impl TestResults {
    /// Returns what is kept of a report; `None` if that is nothing.
    ///
    /// Of a report above 64 KiB only the tests that failed are kept, in their order, as long as
    /// they fit.
    #[must_use]
    pub fn of_report(report: &Value) -> Option<Self> {
        if report.is_null() {
            return None;
        }
        if size(report) <= MAX_BYTES {
            return Some(Self::new(report.clone()));
        }
        let mut room = MAX_BYTES;
        let failed = report
            .as_array()?
            .iter()
            .filter(|it| it["success"] == false);
        let fitting = failed.take_while(|test| {
            let (left, fits) = room.overflowing_sub(size(test));
            room = left;
            !fits
        });
        let kept: Vec<Value> = fitting.cloned().collect();
        (!kept.is_empty()).then(|| Self::new(kept.into()))
    }

    /// Returns what is stored, as it is.
    #[must_use]
    pub fn new(mut value: Value) -> Self {
        value.sort_all_objects();
        let id = TestResultsId::of(&value);
        Self { value, id }
    }

    /// Returns what a verifier would have reported of interactions that failed, by description.
    #[must_use]
    pub fn of_failures(descriptions: &[String]) -> Self {
        let test = |text: &String| json!({ "interactionDescription": text, "success": false });
        Self::new(descriptions.iter().map(test).collect())
    }

    /// Returns its id.
    #[must_use]
    pub fn id(&self) -> &TestResultsId {
        &self.id
    }

    /// Returns what was reported.
    #[must_use]
    pub fn as_json(&self) -> &Value {
        &self.value
    }
}

/// Returns how many bytes a value has as compact JSON.
fn size(value: &Value) -> usize {
    value.to_string().len()
}

impl TestResultsId {
    /// Returns the id of a value whose keys are sorted.
    fn of(value: &Value) -> Self {
        let digest: [u8; 32] = Sha256::digest(value.to_string()).into();
        let (head, _) = digest
            .split_first_chunk()
            .expect("a digest has 32 bytes, more than 8");
        Self(format!("{:0DIGITS$x}", u64::from_be_bytes(*head)))
    }

    /// Returns the hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for TestResultsId {
    type Error = InvalidTestResultsId;

    fn try_from(text: String) -> Result<Self, InvalidTestResultsId> {
        let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() == DIGITS && text.bytes().all(hex) {
            Ok(Self(text))
        } else {
            Err(InvalidTestResultsId(text))
        }
    }
}

impl FromStr for TestResultsId {
    type Err = InvalidTestResultsId;

    fn from_str(text: &str) -> Result<Self, InvalidTestResultsId> {
        Self::try_from(text.to_owned())
    }
}

impl From<TestResultsId> for String {
    fn from(id: TestResultsId) -> Self {
        id.0
    }
}

impl fmt::Display for TestResultsId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(value: &Value) -> String {
        TestResults::of_report(value).unwrap().id().to_string()
    }

    #[test]
    fn an_id_follows_from_what_was_reported_and_not_from_the_order_of_keys() {
        let one = id(&json!([{ "interactionId": "i1", "success": true }]));
        let other: Value =
            serde_json::from_str(r#"[{"success":true,"interactionId":"i1"}]"#).unwrap();
        assert_eq!(one, id(&other));
        assert_ne!(
            one,
            id(&json!([{ "interactionId": "i1", "success": false }]))
        );
        assert_eq!(one.parse::<TestResultsId>().unwrap().as_str(), one);
        assert!("1e20".parse::<TestResultsId>().is_err());
    }

    #[test]
    fn whatever_form_a_verifier_reports_is_kept() {
        for report in [
            json!({ "tests": [], "summary": { "testCount": 0 } }),
            json!([]),
        ] {
            let kept = TestResults::of_report(&report).unwrap();
            assert_eq!(kept.as_json(), &report);
        }
        assert_eq!(TestResults::of_report(&Value::Null), None);
    }

    #[test]
    fn of_a_long_report_the_failures_are_kept_that_fit() {
        let test = |number: usize, success: bool| {
            let text = "x".repeat(1000);
            json!({ "interactionId": number.to_string(), "success": success, "text": text })
        };
        let report: Value = (0..200).map(|it| test(it, it % 2 == 0)).collect();
        let kept = TestResults::of_report(&report).unwrap();
        let numbers: Vec<_> = kept.as_json().as_array().unwrap().iter().collect();
        assert_eq!(numbers[0], &test(1, false));
        assert_eq!(numbers[1], &test(3, false));
        assert!(
            numbers.len() > 50 && numbers.len() < 70,
            "{}",
            numbers.len()
        );
        let passed: Value = (0..200).map(|it| test(it, true)).collect();
        assert_eq!(TestResults::of_report(&passed), None);
        let another_form = json!({ "tests": "x".repeat(MAX_BYTES) });
        assert_eq!(TestResults::of_report(&another_form), None);
    }
}
