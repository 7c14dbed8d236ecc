//! `<provider>/runs/a/b/<provider version>=<n>.run-<family>.json`: all results of one verification run.

use serde::Deserialize;
use serde::Serialize;

use super::Record;
use crate::domain::content::ContentId;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::test_results::TestResultsId;
use crate::domain::time::Seq;
use crate::domain::time::Timestamp;
use crate::domain::verification::RequestId;
use crate::domain::verification::Run;
use crate::domain::verification::VerificationResult;

/// A run as a file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunRecord {
    version: VersionNumber,
    run: u32,
    seq: Seq,
    created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    build_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verified_by: Option<String>,
    results: Vec<ResultRecord>,
    /// Absent where the same result again would say nothing new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request: Option<RequestId>,
}

#[derive(Debug, Serialize, Deserialize)]
struct ResultRecord {
    consumer: PacticipantName,
    content: ContentId,
    success: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    wip: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    failures: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tests: Option<TestResultsId>,
}

impl Record for RunRecord {}

impl From<Run> for RunRecord {
    fn from(run: Run) -> Self {
        let result = |result: VerificationResult| ResultRecord {
            consumer: result.consumer,
            content: result.content,
            success: result.success,
            wip: result.wip,
            failures: result.failures,
            tests: result.tests,
        };
        Self {
            version: run.version,
            run: run.number,
            seq: run.seq,
            created_at: run.created_at,
            build_url: run.build_url,
            verified_by: run.verified_by,
            results: run.results.into_iter().map(result).collect(),
            request: run.request,
        }
    }
}

impl From<RunRecord> for Run {
    fn from(record: RunRecord) -> Self {
        let result = |result: ResultRecord| VerificationResult {
            consumer: result.consumer,
            content: result.content,
            success: result.success,
            wip: result.wip,
            failures: result.failures,
            tests: result.tests,
        };
        Self {
            version: record.version,
            number: record.run,
            seq: record.seq,
            created_at: record.created_at,
            build_url: record.build_url,
            verified_by: record.verified_by,
            results: record.results.into_iter().map(result).collect(),
            request: record.request,
        }
    }
}
