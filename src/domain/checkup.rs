//! Whether records fit together: each may be sound for itself and yet be wrong beside the others.
//!
//! Derived entries must follow from the facts, and then a finding says which entry puts it right. Where
//! facts point to others that are not there, nothing can be made up: such a finding has no remedy here,
//! only in the history or in somebody's clone.
//!
//! A clean-up takes facts off the tips and leaves what followed from them, so a derived entry may say
//! more than the facts that are left, never less.

mod application;
mod environment;

use super::content::ContentId;
use super::entry::Entry;
use super::name::{BranchName, EnvironmentName, PacticipantName, TagName, VersionNumber};
use super::test_results::TestResultsId;
use super::time::Seq;

pub use self::application::{application, contracts};
pub use self::environment::environment;

/// Something that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub problem: Problem,
    /// What to store to put it right, if it follows from what is there.
    pub remedy: Option<Entry>,
}

/// What does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A version publishes a content that is not there.
    #[error("{consumer} version {version} publishes content {} with {provider}, which is not there", content.short())]
    NoContent {
        /// Whose version.
        consumer: PacticipantName,
        /// The version.
        version: VersionNumber,
        /// With whom.
        provider: PacticipantName,
        /// The content.
        content: ContentId,
    },
    /// A run verified a version that is not there.
    #[error("run {run} of {provider} verified version {version}, which is not there")]
    NoVersion {
        /// Whose run.
        provider: PacticipantName,
        /// The version.
        version: VersionNumber,
        /// The number of the run.
        run: u32,
    },
    /// A run has results of tests that are not there.
    #[error(
        "run {run} of {provider} version {version} has test results {tests}, which are not there"
    )]
    NoTests {
        /// Whose run.
        provider: PacticipantName,
        /// The version.
        version: VersionNumber,
        /// The number of the run.
        run: u32,
        /// The results.
        tests: TestResultsId,
    },
    /// Two facts claim the same place in the order.
    #[error("{} of {pacticipant} claim the same place in the order, {seq}", facts.join(" and "))]
    SameSeq {
        /// About whom.
        pacticipant: PacticipantName,
        /// The place.
        seq: Seq,
        /// What claims it.
        facts: Vec<String>,
    },
    /// The newest version, or the count of facts, is not what the facts say.
    #[error("the latest of {pacticipant} is {}, but {} is said to be", latest(is), says.as_ref().map_or("none".to_owned(), latest))]
    Latest {
        /// About whom.
        pacticipant: PacticipantName,
        /// The newest version, and the least count.
        is: (Option<VersionNumber>, Seq),
        /// What is said.
        says: Option<(Option<VersionNumber>, Seq)>,
    },
    /// The head of a branch is not on it, or there is none.
    #[error("branch {branch} of {pacticipant} has {}", head(says.as_ref(), "not on it"))]
    BranchHead {
        /// Whose branch.
        pacticipant: PacticipantName,
        /// The branch.
        branch: BranchName,
        /// What is said to be its head.
        says: Option<VersionNumber>,
    },
    /// The head of a tag is not the newest version with it, or there is none.
    #[error("tag {tag} of {pacticipant} has {}", head(says.as_ref(), "not the newest with it"))]
    TagHead {
        /// Whose tag.
        pacticipant: PacticipantName,
        /// The tag.
        tag: TagName,
        /// What is said to be its head.
        says: Option<VersionNumber>,
    },
    /// A success is not counted where pending and WIP pacts are decided.
    #[error("{provider} verified content {} of {consumer}, which is not counted", content.short())]
    Verified {
        /// Who verified.
        provider: PacticipantName,
        /// Whose pact.
        consumer: PacticipantName,
        /// The content.
        content: ContentId,
    },
    /// A provider is shown a contract that its consumer does not have, or none.
    #[error("{provider} is shown {}", contract(consumer, shown.as_ref()))]
    Contract {
        /// The provider.
        provider: PacticipantName,
        /// The consumer.
        consumer: PacticipantName,
        /// What is shown.
        shown: Option<ContentId>,
    },
    /// Something is recorded in an environment that is not there.
    #[error("something is recorded in environment {0}, which is not there")]
    NoEnvironment(EnvironmentName),
    /// The count of facts about an environment is too low.
    #[error("environment {environment} counts {} facts, and has one of number {is}", says.unwrap_or_default())]
    EnvironmentSeq {
        /// The environment.
        environment: EnvironmentName,
        /// The least that it can be.
        is: Seq,
        /// What is said.
        says: Option<Seq>,
    },
    /// A version is deployed or released somewhere, and not there.
    #[error("{pacticipant} version {version} is in environment {environment}, and not there")]
    Dangling {
        /// The environment.
        environment: EnvironmentName,
        /// Whose version.
        pacticipant: PacticipantName,
        /// The version.
        version: VersionNumber,
    },
}

/// Says which version is latest, after how many facts.
fn latest((version, seq): &(Option<VersionNumber>, Seq)) -> String {
    match version {
        Some(version) => format!("version {version}, after {seq} facts"),
        None => format!("none, after {seq} facts"),
    }
}

/// Says what is said to be the head.
fn head(says: Option<&VersionNumber>, but: &str) -> String {
    match says {
        Some(version) => format!("version {version} for its head, which is {but}"),
        None => "no head".to_owned(),
    }
}

/// Says which contract with a consumer is shown.
fn contract(consumer: &PacticipantName, shown: Option<&ContentId>) -> String {
    match shown {
        Some(content) => {
            let content = content.short();
            format!("content {content} of {consumer}, which {consumer} has not published")
        }
        None => format!("no contract with {consumer}"),
    }
}

#[cfg(test)]
mod tests;
