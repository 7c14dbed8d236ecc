//! What has to be stored for a fact, so that the next reader finds it by looking up a path.
//!
//! Some entries *are* the facts; others are derived from them: heads, first successes, current
//! contracts. Only [`entries`] makes derived entries, so they cannot disagree with the facts, and
//! `entries` of facts that are known already is empty: every write is idempotent (promise 3).

mod environment;
mod gone;
mod run;
mod version;

use std::sync::Arc;

use super::content::ContentId;
use super::environment::{DeployedVersion, Ended, Environment, ReleasedVersion};
use super::fact::Fact;
use super::ledger::{Ledger, Read};
use super::name::{
    ApplicationInstance, BranchName, EnvironmentName, PacticipantName, TagName, VersionNumber,
};
use super::pacticipant::Pacticipant;
use super::policy::Policy;
use super::rules::Rules;
use super::signers::Signers;
use super::test_results::{TestResults, TestResultsId};
use super::time::Seq;
use super::verification::{Run, Verified};
use super::version::{BranchHead, TagHead, Version};
use super::webhook::{Webhook, WebhookUuid};

use self::environment::{
    deployment_entries, environment_entries, next_environment_seq, release_entries,
    support_ended_entries, undeployment_entries,
};
pub(super) use self::gone::shown_contract;
use self::gone::{
    branches_deleted_entries, gone_entries, off_branch_entries, pacticipant_deleted_entries,
    pacts_deleted_entries, results_deleted_entries, tag_removed_entries,
};
pub(super) use self::run::with_success;

use self::run::run_entries;
use self::version::{
    build_forgotten_entries, mention_entries, pacticipant_entries, version_entries,
};

/// One thing that is stored, in place of what was stored under the same key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A pacticipant.
    Pacticipant(Pacticipant),
    /// A version of a pacticipant.
    Version(PacticipantName, Version),
    /// The bytes of a content.
    Content(ContentKey, Arc<[u8]>),
    /// A run of a provider's verification.
    Run(PacticipantName, Run),
    /// What verifiers of a provider found out test by test, under its id.
    TestResults(PacticipantName, TestResults),
    /// A version is gone.
    VersionGone(PacticipantName, VersionNumber),
    /// The bytes of a content are gone.
    ContentGone(ContentKey),
    /// A run of a provider version is gone, by its number.
    RunGone(PacticipantName, VersionNumber, u32),
    /// Test results are gone that no run refers to any more.
    TestResultsGone(PacticipantName, TestResultsId),
    /// Derived: the newest version of a pacticipant, if any is left, and the sequence of the last
    /// fact about it.
    Latest(PacticipantName, Option<VersionNumber>, Seq),
    /// Derived: the head of a branch.
    BranchHead(PacticipantName, BranchHead),
    /// Derived: no version is on a branch any more.
    BranchHeadGone(PacticipantName, BranchName),
    /// Derived: the head of a tag.
    TagHead(PacticipantName, TagHead),
    /// Derived: no version has a tag any more.
    TagHeadGone(PacticipantName, TagName),
    /// Derived: when a content was first verified; empty if it never was, as far as is known.
    Verified(ContentKey, Verified),
    /// Derived: the current contract of a consumer with a provider.
    Contract {
        /// The provider, to whom the contract is shown.
        provider: PacticipantName,
        /// The consumer.
        consumer: PacticipantName,
        /// The contract as published.
        bytes: Arc<[u8]>,
    },
    /// Derived: no contract of a consumer with a provider is left to be shown.
    ContractGone {
        /// The provider.
        provider: PacticipantName,
        /// The consumer.
        consumer: PacticipantName,
    },
    /// An environment.
    Environment(Environment),
    /// An environment is gone, with all that was in it.
    EnvironmentDeleted(EnvironmentName),
    /// Derived: the sequence of the last fact about an environment.
    EnvironmentSeq(EnvironmentName, Seq),
    /// A deployed version.
    Deployed(EnvironmentName, DeployedVersion),
    /// Nothing is deployed in an instance any more.
    Undeployed(
        EnvironmentName,
        PacticipantName,
        Option<ApplicationInstance>,
    ),
    /// A released version.
    Released(EnvironmentName, ReleasedVersion),
    /// A released version is not supported any more.
    SupportEnded(EnvironmentName, PacticipantName, VersionNumber),
    /// What has ended last in an environment, the last first; all that is remembered.
    Ended(EnvironmentName, Vec<Ended>),
    /// A pacticipant is gone, with all that was on record of it.
    PacticipantGone(PacticipantName),
    /// A webhook.
    Webhook(Webhook),
    /// A webhook is gone.
    WebhookDeleted(WebhookUuid),
    /// Who may sign what is recorded of an application.
    Signers(Signers),
    /// Nobody may sign for an application any more.
    SignersGone(PacticipantName),
    /// The rules of the store.
    Rules(Rules),
    /// Who may write; empty if everybody may.
    Policy(Policy),
}

/// Names a content: ids are scoped by consumer and provider.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentKey {
    /// The consumer.
    pub consumer: PacticipantName,
    /// The provider.
    pub provider: PacticipantName,
    /// The content.
    pub content: ContentId,
}

/// Returns what has to be stored for a fact; nothing if it is known already.
///
/// # Errors
///
/// Fails if a record that it builds on cannot be read.
pub fn entries(ledger: &dyn Ledger, fact: &Fact) -> Read<Vec<Entry>> {
    match fact {
        Fact::Pacticipant(pacticipant) => pacticipant_entries(ledger, pacticipant),
        Fact::Version(fact) => version_entries(ledger, fact),
        Fact::VersionMentioned(mention) => mention_entries(ledger, mention),
        Fact::BuildForgotten(name, number) => build_forgotten_entries(ledger, name, number),
        Fact::Run(fact) => run_entries(ledger, fact),
        Fact::TestResults(provider, results) => {
            let known = ledger.test_results(provider, results.id())?;
            let entry = || Entry::TestResults(provider.clone(), results.clone());
            Ok(known.is_none().then(entry).into_iter().collect())
        }
        Fact::Environment(fact) => environment_entries(ledger, fact),
        Fact::EnvironmentDeleted(name) => match ledger.environment(name)? {
            Some(_) => Ok(vec![
                Entry::EnvironmentDeleted(name.clone()),
                next_environment_seq(ledger, name)?,
            ]),
            None => Ok(Vec::new()),
        },
        Fact::Deployed(fact) => deployment_entries(ledger, fact),
        Fact::Undeployed {
            environment,
            deployed,
            at,
        } => undeployment_entries(ledger, environment, deployed, *at),
        Fact::Released(fact) => release_entries(ledger, fact),
        Fact::SupportEnded {
            environment,
            released,
            at,
        } => support_ended_entries(ledger, environment, released, *at),
        Fact::VersionsGone(fact) => gone_entries(ledger, fact),
        Fact::TagRemoved {
            pacticipant,
            version,
            tag,
        } => tag_removed_entries(ledger, pacticipant, version, tag),
        Fact::TakenOffBranch {
            pacticipant,
            version,
            branch,
        } => off_branch_entries(ledger, pacticipant, version, branch),
        Fact::BranchesDeleted {
            pacticipant,
            branches,
        } => branches_deleted_entries(ledger, pacticipant, branches),
        Fact::PactsDeleted {
            consumer,
            provider,
            versions,
        } => pacts_deleted_entries(ledger, consumer, provider, versions),
        Fact::ResultsDeleted {
            provider,
            consumer,
            which,
        } => results_deleted_entries(ledger, provider, consumer, which),
        Fact::PacticipantDeleted(name) => pacticipant_deleted_entries(ledger, name),
        Fact::Webhook(webhook) => {
            let known = ledger.webhook(&webhook.uuid)?;
            let is_known = known.as_deref() == Some(webhook);
            let entry = || Entry::Webhook(webhook.clone());
            Ok((!is_known).then(entry).into_iter().collect())
        }
        Fact::WebhookDeleted(uuid) => {
            let gone = ledger.webhook(uuid)?;
            let gone = gone.map(|_| Entry::WebhookDeleted(uuid.clone()));
            Ok(gone.into_iter().collect())
        }
        Fact::Signers(signers) => {
            let known = ledger.signers(&signers.pacticipant)?;
            Ok(match known {
                Some(known) if *known == *signers => Vec::new(),
                None if signers.allowed.is_empty() => Vec::new(),
                _ if signers.allowed.is_empty() => {
                    vec![Entry::SignersGone(signers.pacticipant.clone())]
                }
                _ => vec![Entry::Signers(signers.clone())],
            })
        }
        Fact::Rules(rules) if ledger.rules()? == Some(*rules) => Ok(Vec::new()),
        Fact::Rules(rules) => Ok(vec![Entry::Rules(*rules)]),
        Fact::Policy(policy) => {
            let is_known = ledger.policy()? == *policy;
            let entry = || Entry::Policy(policy.clone());
            Ok((!is_known).then(entry).into_iter().collect())
        }
    }
}
