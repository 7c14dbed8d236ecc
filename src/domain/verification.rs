//! A *verification* says whether a provider version honours the content of a pact.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::content::ContentId;
use super::name::{BranchName, PacticipantName, TagName, VersionNumber};
use super::test_results::TestResultsId;
use super::time::{Seq, Timestamp};

/// One run of a provider's verification: everything that one build found out, together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The provider version that was verified.
    pub version: VersionNumber,
    /// Which run of this provider version it is, counted from 1. The newest one counts.
    pub number: u32,
    /// When in the provider's history it was recorded.
    pub seq: Seq,
    /// The same by the clock.
    pub created_at: Timestamp,
    /// The build that ran it.
    pub build_url: Option<String>,
    /// The program that verified, e.g. `pact_verifier 1.2.3`.
    pub verified_by: Option<String>,
    /// What was found, one entry for each consumer and content.
    pub results: Vec<VerificationResult>,
    /// Which request said so, where saying the same again is news.
    pub request: Option<RequestId>,
}

/// Tells one request to record a run from the next that says the same.
///
/// The Pact Broker takes the same result twice for two results. Where its rules hold, a request
/// that comes in gets an id, once; it is kept with what is to be recorded and with the run. So a
/// second request is another run, and whatever is tried again for the first one is not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestId(pub String);

impl RequestId {
    /// Returns the id of every report that is to be signed: said once without a signature, it is news
    /// to be said with one.
    #[must_use]
    pub fn to_be_signed() -> Self {
        Self("signed".to_owned())
    }

    /// Says whether it only tells that a report is to be signed.
    #[must_use]
    pub fn is_to_be_signed(&self) -> bool {
        *self == Self::to_be_signed()
    }
}

impl Run {
    /// Returns what this run found for a content.
    #[must_use]
    pub fn result(
        &self,
        consumer: &PacticipantName,
        content: &ContentId,
    ) -> Option<&VerificationResult> {
        self.results
            .iter()
            .find(|result| result.consumer == *consumer && result.content == *content)
    }
}

/// What a run found out about one pact content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerificationResult {
    /// The consumer whose pact it is.
    pub consumer: PacticipantName,
    /// The content; every version of the consumer that has it is verified by this.
    pub content: ContentId,
    /// Whether the provider honours it.
    pub success: bool,
    /// Whether the pact was verified as work in progress (spec: semantics §6.7).
    pub wip: bool,
    /// The interactions that failed, by description, for people to read.
    pub failures: Vec<String>,
    /// What was found out test by test, if the verifier reported that.
    pub tests: Option<TestResultsId>,
}

/// When a content was first verified with success: what pending and WIP are decided by.
///
/// Derived from the runs and the versions; it can be computed again at any time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// By any provider version, on a branch or not.
    pub ever: Option<FirstSuccess>,
    /// By a provider version on each branch.
    pub branches: BTreeMap<BranchName, FirstSuccess>,
    /// By a provider version with each tag.
    pub tags: BTreeMap<TagName, FirstSuccess>,
}

/// The first success, and the first that was not only work in progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FirstSuccess {
    /// The sequence of the run that first succeeded.
    pub any: Seq,
    /// The sequence of the first success of a pact that was not WIP in its run.
    pub not_wip: Option<Seq>,
}
