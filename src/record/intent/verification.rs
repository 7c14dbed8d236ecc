//! The results of a verification, within an intent.

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

use crate::domain::content::ContentId;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;
use crate::domain::record_verification::Report;
use crate::domain::record_verification::ReportedPact;
use crate::domain::record_verification::ReportedResult;
use crate::domain::test_results::TestResults;
use crate::domain::time::Timestamp;
use crate::domain::verification::RequestId;

/// What a build of a provider reports.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct VerificationForm {
    provider: PacticipantName,
    version: VersionNumber,
    branch: Option<BranchName>,
    tags: Vec<TagName>,
    build_url: Option<String>,
    verified_by: Option<String>,
    results: Vec<ReportedRecord>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    request: Option<RequestId>,
    at: Timestamp,
}

impl From<Report> for VerificationForm {
    fn from(report: Report) -> Self {
        let results = report.results.into_iter().map(ReportedRecord::from);
        Self {
            provider: report.provider,
            version: report.version,
            branch: report.branch,
            tags: report.tags,
            build_url: report.build_url,
            verified_by: report.verified_by,
            results: results.collect(),
            request: report.request,
            at: report.at,
        }
    }
}

impl From<VerificationForm> for Report {
    fn from(form: VerificationForm) -> Self {
        let results = form.results.into_iter().map(ReportedResult::from);
        Self {
            provider: form.provider,
            version: form.version,
            branch: form.branch,
            tags: form.tags,
            build_url: form.build_url,
            verified_by: form.verified_by,
            results: results.collect(),
            request: form.request,
            at: form.at,
        }
    }
}

/// What a build found out about one pact.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ReportedRecord {
    consumer: PacticipantName,
    content: Option<ContentId>,
    consumer_version: Option<VersionNumber>,
    success: bool,
    wip: bool,
    failures: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    test_results: Option<Value>,
}

impl From<ReportedResult> for ReportedRecord {
    fn from(result: ReportedResult) -> Self {
        let (content, consumer_version) = match result.pact {
            ReportedPact::Content(content) => (Some(content), None),
            ReportedPact::OfVersion(version) => (None, Some(version)),
            ReportedPact::Current => (None, None),
        };
        Self {
            consumer: result.consumer,
            content,
            consumer_version,
            success: result.success,
            wip: result.wip,
            failures: result.failures,
            test_results: result.tests.map(|tests| tests.as_json().clone()),
        }
    }
}

impl From<ReportedRecord> for ReportedResult {
    fn from(record: ReportedRecord) -> Self {
        let pact = match (record.content, record.consumer_version) {
            (Some(content), _) => ReportedPact::Content(content),
            (None, Some(version)) => ReportedPact::OfVersion(version),
            (None, None) => ReportedPact::Current,
        };
        Self {
            consumer: record.consumer,
            pact,
            success: record.success,
            wip: record.wip,
            failures: record.failures,
            tests: record.test_results.map(TestResults::new),
        }
    }
}
