//! What a writer states: facts, without the entries that follow from them.
//!
//! A use case decides on facts; [`super::entry::entries`] works out everything that has to be
//! stored so that the next reader finds them by looking up a path.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::content::ContentId;
use super::environment::{Contact, DeployedVersion, ReleasedVersion, Uuid};
use super::name::{
    ApplicationInstance, BranchName, EnvironmentName, PacticipantName, TagName, VersionNumber,
};
use super::pacticipant::Pacticipant;
use super::policy::Policy;
use super::rules::Rules;
use super::signers::Signers;
use super::test_results::TestResults;
use super::time::Timestamp;
use super::verification::{RequestId, VerificationResult};
use super::webhook::{Webhook, WebhookUuid};

/// One thing that somebody says, to be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// A pacticipant is as described; replaces what was known.
    Pacticipant(Pacticipant),
    /// A version exists, and what else is said of it; adds to what was known.
    Version(VersionFact),
    /// A version exists: something else that is said is about it.
    VersionMentioned(VersionMention),
    /// It is not known any more which build made a version.
    BuildForgotten(PacticipantName, VersionNumber),
    /// A provider version was verified.
    Run(RunFact),
    /// A verifier of this provider found this out, test by test; a run refers to it.
    TestResults(PacticipantName, TestResults),
    /// An environment is as described; replaces what was known.
    Environment(EnvironmentFact),
    /// An environment is gone, with all that was recorded in it.
    EnvironmentDeleted(EnvironmentName),
    /// A version now runs in an environment, in place of the one that its instance ran before.
    Deployed(DeploymentFact),
    /// Nothing of an application runs in an instance any more.
    Undeployed {
        /// Where.
        environment: EnvironmentName,
        /// What ran there.
        deployed: DeployedVersion,
        /// When this is said.
        at: Timestamp,
    },
    /// A version is available in an environment, beside others.
    Released(ReleaseFact),
    /// A released version is not supported any more.
    SupportEnded {
        /// Where.
        environment: EnvironmentName,
        /// What was supported.
        released: ReleasedVersion,
        /// When this is said.
        at: Timestamp,
    },
    /// Versions are gone, with all that hung on them.
    VersionsGone(VersionsGone),
    /// A version does not have a tag any more.
    TagRemoved {
        /// Whose version it is.
        pacticipant: PacticipantName,
        /// The version.
        version: VersionNumber,
        /// The tag.
        tag: TagName,
    },
    /// A version is not on a branch any more.
    TakenOffBranch {
        /// Whose version it is.
        pacticipant: PacticipantName,
        /// The version.
        version: VersionNumber,
        /// The branch.
        branch: BranchName,
    },
    /// Branches are gone; the versions that were on them stay.
    BranchesDeleted {
        /// Whose branches they are.
        pacticipant: PacticipantName,
        /// The branches.
        branches: BTreeSet<BranchName>,
    },
    /// Consumer versions have no pact with a provider any more. What was found out about its
    /// content stays known (spec: semantics §12).
    PactsDeleted {
        /// The consumer.
        consumer: PacticipantName,
        /// The provider.
        provider: PacticipantName,
        /// The versions of the consumer.
        versions: BTreeSet<VersionNumber>,
    },
    /// Results of verifications are gone.
    ResultsDeleted {
        /// Whose results they are.
        provider: PacticipantName,
        /// Whose pacts were verified.
        consumer: PacticipantName,
        /// Which of them.
        which: WhichResults,
    },
    /// A pacticipant is gone, with its versions and all that is left of it. What others say of it
    /// is taken back by facts about those.
    PacticipantDeleted(PacticipantName),
    /// A webhook is as described; replaces what was known.
    Webhook(Webhook),
    /// A webhook is gone.
    WebhookDeleted(WebhookUuid),
    /// These, and nobody else, may sign what is recorded of an application.
    Signers(Signers),
    /// The store decides by these rules.
    Rules(Rules),
    /// These may write; replaces what was known.
    Policy(Policy),
}

/// Which results of a provider about a consumer are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhichResults {
    /// All.
    All,
    /// The one of a run about a content.
    One {
        /// The provider version that was verified.
        version: VersionNumber,
        /// Which run of it.
        run: u32,
        /// The content.
        content: ContentId,
    },
}

/// What is said of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionFact {
    /// The pacticipant whose version it is; created if nobody has mentioned it.
    pub pacticipant: PacticipantName,
    /// The version; created if nobody has mentioned it.
    pub number: VersionNumber,
    /// The branch that it is on.
    pub branch: Option<BranchName>,
    /// The tags that it has.
    pub tags: Vec<TagName>,
    /// The build that made it; replaces another.
    pub build_url: Option<String>,
    /// The pacts that it publishes; each replaces one with the same provider.
    pub pacts: Vec<PactFact>,
    /// When this is said.
    pub at: Timestamp,
}

/// A version is mentioned, and created if nobody has mentioned it before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionMention {
    /// The pacticipant whose version it is; created if nobody has mentioned it.
    pub pacticipant: PacticipantName,
    /// The version.
    pub number: VersionNumber,
    /// When this is said.
    pub at: Timestamp,
}

impl From<&VersionMention> for VersionFact {
    /// Returns the fact that says no more of the version.
    fn from(mention: &VersionMention) -> Self {
        Self {
            pacticipant: mention.pacticipant.clone(),
            number: mention.number.clone(),
            branch: None,
            tags: Vec::new(),
            build_url: None,
            pacts: Vec::new(),
            at: mention.at,
        }
    }
}

/// A pact that a consumer version publishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PactFact {
    /// The provider that it is with.
    pub provider: PacticipantName,
    /// What was agreed.
    pub content: ContentId,
    /// The pact as the consumer's tests wrote it.
    pub bytes: Arc<[u8]>,
}

/// What one build of a provider found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunFact {
    /// The provider.
    pub provider: PacticipantName,
    /// The version that was verified; it exists or is stated beside this.
    pub version: VersionNumber,
    /// The build that ran it.
    pub build_url: Option<String>,
    /// The program that verified.
    pub verified_by: Option<String>,
    /// What was found.
    pub results: Vec<VerificationResult>,
    /// Which request said so, if the same again from another one is another run.
    pub request: Option<RequestId>,
    /// When this is said.
    pub at: Timestamp,
}

/// What is said of an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentFact {
    /// Its name; created if there is none of this name.
    pub name: EnvironmentName,
    /// The id to keep; an environment that is new and brings none gets one of its own.
    pub uuid: Option<Uuid>,
    /// A name for people to read.
    pub display_name: Option<String>,
    /// Whether it is a production environment.
    pub production: bool,
    /// Whom to ask about it.
    pub contacts: Vec<Contact>,
    /// When this is said.
    pub at: Timestamp,
}

/// A version now runs in an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeploymentFact {
    /// Where.
    pub environment: EnvironmentName,
    /// The application.
    pub pacticipant: PacticipantName,
    /// The version.
    pub version: VersionNumber,
    /// Which instance of the application.
    pub instance: Option<ApplicationInstance>,
    /// The build that deployed it.
    pub build_url: Option<String>,
    /// When this is said.
    pub at: Timestamp,
}

/// A version is available in an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseFact {
    /// Where.
    pub environment: EnvironmentName,
    /// The application.
    pub pacticipant: PacticipantName,
    /// The version.
    pub version: VersionNumber,
    /// The build that released it.
    pub build_url: Option<String>,
    /// When this is said.
    pub at: Timestamp,
}

/// Versions are gone from the tips, with all that hung on them. The history keeps them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionsGone {
    /// The versions of each pacticipant; those that nobody knows count for nothing.
    pub versions: BTreeMap<PacticipantName, BTreeSet<VersionNumber>>,
    /// Why they are gone.
    pub why: WhyGone,
}

/// Why a version is gone. It decides what becomes of what the version has proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyGone {
    /// It is old. What it verified stays verified, and the contracts that are shown stay as they
    /// are.
    Cleaned,
    /// Somebody took it back. What it alone verified is unverified again, and a contract of it
    /// that is shown gives way to another one, if there is any.
    Deleted,
}
