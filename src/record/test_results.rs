//! `<provider>/tests/a/b/<id>.tests-<family>.json`: what verifiers found out test by test.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use super::Record;
use crate::domain::test_results::TestResults;

/// Test results as a file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TestResultsRecord {
    test_results: Value,
}

impl Record for TestResultsRecord {}

impl From<TestResults> for TestResultsRecord {
    fn from(results: TestResults) -> Self {
        Self {
            test_results: results.as_json().clone(),
        }
    }
}

impl From<TestResultsRecord> for TestResults {
    fn from(record: TestResultsRecord) -> Self {
        Self::new(record.test_results)
    }
}
