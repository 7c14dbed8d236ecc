//! What a decision may ask: all that is known at one moment, looked up fact by fact.
//!
//! A decision takes `&dyn Ledger` and asks only for what its question needs, because a store of
//! a million records answers look-ups in microseconds and scans in seconds. A method whose cost
//! grows with the history says so. Asking twice gives the same answer.

use std::error::Error;
use std::sync::Arc;

use super::content::ContentId;
use super::environment::{DeployedVersion, Ended, Environment, ReleasedVersion};
use super::name::{BranchName, EnvironmentName, PacticipantName, TagName, VersionNumber};
use super::pacticipant::Pacticipant;
use super::policy::Policy;
use super::rules::Rules;
use super::signers::Signers;
use super::test_results::{TestResults, TestResultsId};
use super::time::Seq;
use super::verification::{Run, Verified};
use super::version::{BranchHead, TagHead, Version};
use super::webhook::{Webhook, WebhookUuid};

/// The answer to a look-up, if the store could be read.
pub type Read<T> = Result<T, Unreadable>;

/// Something in the store could not be read, so the question has no answer.
///
/// Never taken for "there is none": a "yes" does not come from missing data (promise 8).
#[derive(Debug, thiserror::Error)]
#[error("could not read {what}")]
pub struct Unreadable {
    /// The object, e.g. `Web/versions/a/b/1.json on pact/app/Web`.
    pub what: String,
    /// What was wrong with it.
    #[source]
    pub source: Box<dyn Error + Send + Sync>,
}

/// All that is known at one moment.
///
/// # Errors
///
/// Every method fails with [`Unreadable`] if a record that it needs cannot be read.
#[expect(clippy::missing_errors_doc, reason = "said once, above")]
pub trait Ledger {
    /// Returns a pacticipant, or `None` if nobody has mentioned it.
    ///
    /// A provider that only its consumers have mentioned is known, with its name only.
    fn pacticipant(&self, name: &PacticipantName) -> Read<Option<Arc<Pacticipant>>>;

    /// Says whether a pacticipant has a record of its own, or is only mentioned by others.
    fn has_own_record(&self, name: &PacticipantName) -> Read<bool>;

    /// Returns the names of all pacticipants, sorted.
    fn pacticipants(&self) -> Read<Vec<PacticipantName>>;

    /// Returns the consumers that ever published a pact with a provider, sorted.
    fn consumers_of(&self, provider: &PacticipantName) -> Read<Vec<PacticipantName>>;

    /// Returns a version, or `None` if it was never mentioned.
    fn version(
        &self,
        pacticipant: &PacticipantName,
        number: &VersionNumber,
    ) -> Read<Option<Arc<Version>>>;

    /// Returns every version of a pacticipant, oldest first. Reads them all.
    fn versions(&self, pacticipant: &PacticipantName) -> Read<Vec<Arc<Version>>>;

    /// Returns the newest version of a pacticipant.
    fn latest_version(&self, pacticipant: &PacticipantName) -> Read<Option<Arc<Version>>>;

    /// Returns the sequence of the last fact about a pacticipant; zero if there is none.
    fn last_seq(&self, pacticipant: &PacticipantName) -> Read<Seq>;

    /// Returns the head of a branch.
    fn branch_head(
        &self,
        pacticipant: &PacticipantName,
        branch: &BranchName,
    ) -> Read<Option<BranchHead>>;

    /// Returns the version at the head of a branch.
    fn version_at_head(
        &self,
        pacticipant: &PacticipantName,
        branch: &BranchName,
    ) -> Read<Option<Arc<Version>>> {
        match self.branch_head(pacticipant, branch)? {
            Some(head) => self.version(pacticipant, &head.version),
            None => Ok(None),
        }
    }

    /// Returns the heads of all branches, by name. Reads them all.
    fn branch_heads(&self, pacticipant: &PacticipantName) -> Read<Vec<BranchHead>>;

    /// Returns the head of a tag.
    fn tag_head(&self, pacticipant: &PacticipantName, tag: &TagName) -> Read<Option<TagHead>>;

    /// Returns the heads of all tags, by name. Reads them all.
    fn tag_heads(&self, pacticipant: &PacticipantName) -> Read<Vec<TagHead>>;

    /// Returns the bytes of a content as they were first published.
    fn content(
        &self,
        consumer: &PacticipantName,
        provider: &PacticipantName,
        content: &ContentId,
    ) -> Read<Option<Arc<[u8]>>>;

    /// Returns the bytes of the current contract: the one of the latest version on the consumer's
    /// main branch, else of its latest version (design §3).
    fn contract(
        &self,
        provider: &PacticipantName,
        consumer: &PacticipantName,
    ) -> Read<Option<Arc<[u8]>>>;

    /// Returns the runs of one provider version, by number.
    fn runs_of(&self, provider: &PacticipantName, version: &VersionNumber) -> Read<Vec<Arc<Run>>>;

    /// Returns every run of a provider, oldest first. Reads them all.
    fn runs(&self, provider: &PacticipantName) -> Read<Vec<Arc<Run>>>;

    /// Returns the same of several providers, each in its place. Who can reads them at the same time.
    fn runs_of_each(&self, providers: &[PacticipantName]) -> Read<Vec<Vec<Arc<Run>>>> {
        let runs = providers.iter().map(|provider| self.runs(provider));
        runs.collect()
    }

    /// Returns what verifiers of a provider found out test by test, by its id.
    fn test_results(
        &self,
        provider: &PacticipantName,
        id: &TestResultsId,
    ) -> Read<Option<Arc<TestResults>>>;

    /// Returns when a content was first verified; nothing in it if it never was.
    fn verified(
        &self,
        provider: &PacticipantName,
        consumer: &PacticipantName,
        content: &ContentId,
    ) -> Read<Verified>;

    /// Returns an environment.
    fn environment(&self, name: &EnvironmentName) -> Read<Option<Arc<Environment>>>;

    /// Returns all environments, by name.
    fn environments(&self) -> Read<Vec<Arc<Environment>>>;

    /// Returns the sequence of the last fact about an environment; zero if there is none.
    fn last_environment_seq(&self, name: &EnvironmentName) -> Read<Seq>;

    /// Returns what is deployed of a pacticipant in an environment, oldest first.
    fn deployed(
        &self,
        environment: &EnvironmentName,
        pacticipant: &PacticipantName,
    ) -> Read<Vec<DeployedVersion>>;

    /// Returns what is released and supported of a pacticipant in an environment, oldest first.
    fn released(
        &self,
        environment: &EnvironmentName,
        pacticipant: &PacticipantName,
    ) -> Read<Vec<ReleasedVersion>>;

    /// Returns what has ended last in an environment, the last first: at most [`Ended::KEPT`].
    fn ended(&self, environment: &EnvironmentName) -> Read<Vec<Ended>>;

    /// Returns the pacticipants that have a version deployed or released in an environment, sorted.
    fn pacticipants_in(&self, environment: &EnvironmentName) -> Read<Vec<PacticipantName>>;

    /// Returns a webhook.
    fn webhook(&self, uuid: &WebhookUuid) -> Read<Option<Arc<Webhook>>>;

    /// Returns all webhooks, oldest first.
    fn webhooks(&self) -> Read<Vec<Arc<Webhook>>>;

    /// Returns who may sign what is recorded of a pacticipant; `None` if nobody may.
    fn signers(&self, pacticipant: &PacticipantName) -> Read<Option<Arc<Signers>>>;

    /// Returns who may sign, for each pacticipant for which somebody may, by its name.
    fn all_signers(&self) -> Read<Vec<Arc<Signers>>>;

    /// Returns the rules that the store was set to, if it was.
    fn rules(&self) -> Read<Option<Rules>>;

    /// Returns who may write which branch; empty if everybody may.
    fn policy(&self) -> Read<Policy>;
}
