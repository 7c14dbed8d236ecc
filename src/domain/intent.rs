//! What somebody wants to have recorded, before it is decided whether it can be.
//!
//! An intent is decided on the state that it is written to, and decided again whenever that state
//! turns out to have moved: after a lost race, or when what was kept offline is pushed at last.

use super::address::without_password;
use super::clean::{CannotClean, CleanRequest, Cleaned, clean};
use super::deletion::{Deletion, DeletionRefusal, delete};
use super::deployment::{
    EnvironmentRefusal, EnvironmentUpdate, SupportEnd, Undeployment, create_environment,
    delete_environment, environment_by_uuid, record_deployment, record_release,
    record_support_ended, record_undeployment, update_environment,
};
use super::deployments_by_tag::deployments_by_tag;
use super::describe_pacticipant::PacticipantUpdate;
use super::environment::{DeployedVersion, Environment, ReleasedVersion, Uuid};
use super::fact::{
    DeploymentFact, EnvironmentFact, Fact, ReleaseFact, VersionFact, VersionMention,
};
use super::label::{Labelling, labelled, unlabelled};
use super::ledger::{Ledger, Read, Unreadable};
use super::name::{EnvironmentName, PacticipantName};
use super::pacticipant::Pacticipant;
use super::policy::{Policy, PolicyChange, PolicyRefusal};
use super::publish::{ConsumerPublication, Links, PublishError, PublishRequest, publish};
use super::record_verification::{CannotRecord, Report, record_verification};
use super::rules::Rules;
use super::signers::{AllowedSigner, Signers, SignersRefusal, allow_signer, remove_signer};
use super::verification::VerificationResult;
use super::webhook::{
    Webhook, WebhookRefusal, WebhookSave, WebhookUuid, find_webhook, save_webhook,
};

/// Something that somebody wants to have recorded.
#[derive(Clone, Debug)]
pub enum Intent {
    /// A consumer version publishes pacts.
    Publish(PublishRequest),
    /// A provider version was verified.
    RecordVerification(Report),
    /// A pacticipant is described, and created if nobody has mentioned it.
    DescribePacticipant(PacticipantUpdate),
    /// A pacticipant is created as described, unless it exists: then it stays as it is.
    CreatePacticipant(PacticipantUpdate),
    /// A pacticipant gets a label.
    AddLabel(Labelling),
    /// A pacticipant loses a label.
    RemoveLabel(Labelling),
    /// A version is put on a branch, or gets tags.
    DescribeVersion(VersionFact),
    /// A version is mentioned by what is recorded of it next.
    MentionVersion(VersionMention),
    /// A version is described, and a build that is not given is not known any more: `PUT` of a version, and
    /// `PATCH` that sets its build to `null`.
    OverwriteVersion(VersionFact),
    /// There is a new environment.
    CreateEnvironment(EnvironmentFact),
    /// An environment has changed.
    UpdateEnvironment(EnvironmentUpdate),
    /// An environment is gone.
    DeleteEnvironment(Uuid),
    /// A version now runs somewhere.
    RecordDeployment(DeploymentFact),
    /// A version does not run somewhere any more.
    RecordUndeployment(Undeployment),
    /// A version is available somewhere.
    RecordRelease(ReleaseFact),
    /// A version is not supported any more.
    RecordSupportEnded(SupportEnd),
    /// Something is taken back.
    Delete(Deletion),
    /// Old versions leave the tips.
    Clean(CleanRequest),
    /// A webhook is created or replaced.
    SaveWebhook(WebhookSave),
    /// A webhook is gone.
    DeleteWebhook(WebhookUuid),
    /// Somebody may sign what is recorded of an application.
    AllowSigner(PacticipantName, AllowedSigner),
    /// Somebody may not any more, by name or by the fingerprint of a key.
    RemoveSigner(PacticipantName, String),
    /// The store decides by other rules.
    SetRules(Rules),
    /// Others may write.
    ChangePolicy(PolicyChange),
}

impl Intent {
    /// Says whether it is more than the mention of a version, which only goes before another one.
    #[must_use]
    pub fn stands_alone(&self) -> bool {
        !matches!(self, Self::MentionVersion(_))
    }

    /// Returns the same without the passwords in its addresses, which everybody would read.
    #[must_use]
    pub fn without_passwords(mut self) -> Self {
        let build_url = match &mut self {
            Self::Publish(request) => &mut request.build_url,
            Self::RecordVerification(report) => &mut report.build_url,
            Self::DescribeVersion(fact) | Self::OverwriteVersion(fact) => &mut fact.build_url,
            Self::RecordDeployment(fact) => &mut fact.build_url,
            Self::RecordRelease(fact) => &mut fact.build_url,
            Self::DescribePacticipant(update) | Self::CreatePacticipant(update) => {
                let url = std::mem::take(&mut update.repository_url);
                update.repository_url = url.map(without_password);
                return self;
            }
            _ => return self,
        };
        *build_url = build_url.take().map(without_password);
        self
    }
}

/// What became of an intent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Pacts were published, or were known.
    Published(Vec<ConsumerPublication>),
    /// Results were recorded, or were known.
    Verified(Vec<VerificationResult>),
    /// A pacticipant is as asked.
    Pacticipant {
        /// What it is now.
        pacticipant: Pacticipant,
        /// Whether nobody had mentioned it.
        is_new: bool,
    },
    /// A version is as asked.
    Version(VersionFact),
    /// An environment is as asked.
    Environment(Environment),
    /// An environment is gone.
    EnvironmentDeleted(Environment),
    /// A version is deployed.
    Deployed(Environment, DeployedVersion),
    /// A version is not deployed any more.
    Undeployed(Environment, DeployedVersion),
    /// A version is released.
    Released(Environment, ReleasedVersion),
    /// A version is not supported any more.
    SupportEnded(Environment, ReleasedVersion),
    /// Old versions have left the tips.
    Cleaned(Cleaned),
    /// A webhook is as asked.
    Webhook(Webhook),
    /// A webhook is gone.
    WebhookDeleted(Webhook),
    /// These may sign for an application.
    Signers(Signers),
    /// The store decides by these rules.
    Rules(Rules),
    /// These may write.
    Policy(Policy),
}

/// Something cannot be recorded, and would not be if it were tried again.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Pacts cannot be published.
    #[error(transparent)]
    Publish(PublishError),
    /// A verification cannot be recorded.
    #[error(transparent)]
    Verification(CannotRecord),
    /// Nothing can be recorded of an environment.
    #[error(transparent)]
    Environment(EnvironmentRefusal),
    /// Nothing can be deleted.
    #[error(transparent)]
    Deletion(DeletionRefusal),
    /// Nothing can be cleaned.
    #[error(transparent)]
    Clean(CannotClean),
    /// Nothing can be recorded of a webhook.
    #[error(transparent)]
    Webhook(WebhookRefusal),
    /// The policy cannot be changed so.
    #[error(transparent)]
    Policy(#[from] PolicyRefusal),
    /// Nothing can be recorded of those who may sign.
    #[error(transparent)]
    Signers(SignersRefusal),
    /// The store could not be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

impl From<PublishError> for Refusal {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::Unreadable(unreadable) => Self::Unreadable(unreadable),
            error => Self::Publish(error),
        }
    }
}

impl From<CannotRecord> for Refusal {
    fn from(error: CannotRecord) -> Self {
        match error {
            CannotRecord::Unreadable(unreadable) => Self::Unreadable(unreadable),
            error => Self::Verification(error),
        }
    }
}

impl From<EnvironmentRefusal> for Refusal {
    fn from(refusal: EnvironmentRefusal) -> Self {
        match refusal {
            EnvironmentRefusal::Unreadable(unreadable) => Self::Unreadable(unreadable),
            refusal => Self::Environment(refusal),
        }
    }
}

impl From<DeletionRefusal> for Refusal {
    fn from(refusal: DeletionRefusal) -> Self {
        match refusal {
            DeletionRefusal::Unreadable(unreadable) => Self::Unreadable(unreadable),
            refusal => Self::Deletion(refusal),
        }
    }
}

impl From<CannotClean> for Refusal {
    fn from(error: CannotClean) -> Self {
        match error {
            CannotClean::Unreadable(unreadable) => Self::Unreadable(unreadable),
            error @ CannotClean::NoSuchPacticipant { .. } => Self::Clean(error),
        }
    }
}

impl From<SignersRefusal> for Refusal {
    fn from(refusal: SignersRefusal) -> Self {
        match refusal {
            SignersRefusal::Unreadable(unreadable) => Self::Unreadable(unreadable),
            refusal => Self::Signers(refusal),
        }
    }
}

impl From<WebhookRefusal> for Refusal {
    fn from(refusal: WebhookRefusal) -> Self {
        match refusal {
            WebhookRefusal::Unreadable(unreadable) => Self::Unreadable(unreadable),
            refusal => Self::Webhook(refusal),
        }
    }
}

/// What to record for an intent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The facts, to be recorded in this order.
    pub facts: Vec<Fact>,
    /// What became of it, as far as it is known before the facts are recorded.
    outcome: Option<Outcome>,
}

impl Decision {
    fn of(facts: Vec<Fact>) -> Self {
        Self {
            facts,
            outcome: None,
        }
    }

    fn with(facts: Vec<Fact>, outcome: Outcome) -> Self {
        Self {
            facts,
            outcome: Some(outcome),
        }
    }

    fn signers(signers: Signers) -> Self {
        Self::with(
            vec![Fact::Signers(signers.clone())],
            Outcome::Signers(signers),
        )
    }

    fn pacticipant(ledger: &dyn Ledger, pacticipant: Pacticipant) -> Read<Self> {
        let is_new = ledger.pacticipant(&pacticipant.name)?.is_none();
        let fact = Fact::Pacticipant(pacticipant.clone());
        let outcome = Outcome::Pacticipant {
            pacticipant,
            is_new,
        };
        Ok(Self::with(vec![fact], outcome))
    }
}

impl Intent {
    /// Decides what to record.
    ///
    /// # Errors
    ///
    /// Refuses what cannot be recorded.
    pub fn decide(
        &self,
        ledger: &dyn Ledger,
        rules: Rules,
        links: &Links<'_>,
    ) -> Result<Decision, Refusal> {
        Ok(match self {
            Self::Publish(request) => {
                let published = publish(ledger, rules, request, links)?;
                let outcome = Outcome::Published(published.consumers);
                Decision::with(published.facts, outcome)
            }
            Self::RecordVerification(report) => {
                let recording = record_verification(ledger, report, rules)?;
                Decision::with(recording.facts, Outcome::Verified(recording.results))
            }
            Self::DescribePacticipant(update) => {
                Decision::pacticipant(ledger, update.applied(ledger)?)?
            }
            Self::CreatePacticipant(update) => {
                Decision::pacticipant(ledger, update.created(ledger)?)?
            }
            Self::AddLabel(asked) => Decision::pacticipant(ledger, labelled(ledger, asked)?)?,
            Self::RemoveLabel(asked) => match unlabelled(ledger, asked)? {
                Some(pacticipant) => Decision::pacticipant(ledger, pacticipant)?,
                None => Decision::of(Vec::new()),
            },
            Self::DescribeVersion(fact) => {
                let (name, number) = (&fact.pacticipant, &fact.number);
                let mut facts = vec![Fact::Version(fact.clone())];
                let deployments =
                    deployments_by_tag(ledger, name, number, &fact.tags, fact.at, rules)?;
                facts.extend(deployments);
                Decision::with(facts, Outcome::Version(fact.clone()))
            }
            Self::MentionVersion(mention) => {
                Decision::of(vec![Fact::VersionMentioned(mention.clone())])
            }
            Self::OverwriteVersion(fact) => {
                let mut facts = vec![Fact::Version(fact.clone())];
                if fact.build_url.is_none() {
                    let (name, number) = (fact.pacticipant.clone(), fact.number.clone());
                    facts.push(Fact::BuildForgotten(name, number));
                }
                Decision::with(facts, Outcome::Version(fact.clone()))
            }
            Self::CreateEnvironment(fact) => Decision::of(create_environment(ledger, fact)?),
            Self::UpdateEnvironment(update) => Decision::of(update_environment(ledger, update)?),
            Self::DeleteEnvironment(uuid) => {
                let known = environment_by_uuid(ledger, uuid)?;
                let facts = delete_environment(ledger, uuid)?;
                Decision::with(facts, Outcome::EnvironmentDeleted(known))
            }
            Self::RecordDeployment(fact) => Decision::of(record_deployment(ledger, fact)?),
            Self::RecordUndeployment(asked) => Decision::of(record_undeployment(ledger, asked)?),
            Self::RecordRelease(fact) => Decision::of(record_release(ledger, fact)?),
            Self::RecordSupportEnded(asked) => Decision::of(record_support_ended(ledger, asked)?),
            Self::Delete(asked) => Decision::of(delete(ledger, asked, rules)?),
            Self::Clean(request) => {
                let (fact, cleaned) = clean(ledger, request, &|_, _| {})?;
                Decision::with(vec![fact], Outcome::Cleaned(cleaned))
            }
            Self::SaveWebhook(save) => {
                let webhook = save_webhook(ledger, save)?;
                let fact = Fact::Webhook(webhook.clone());
                Decision::with(vec![fact], Outcome::Webhook(webhook))
            }
            Self::DeleteWebhook(uuid) => {
                let webhook = find_webhook(ledger, uuid.as_str())?;
                let fact = Fact::WebhookDeleted(uuid.clone());
                Decision::with(vec![fact], Outcome::WebhookDeleted(webhook))
            }
            Self::AllowSigner(pacticipant, signer) => {
                Decision::signers(allow_signer(ledger, pacticipant, signer)?)
            }
            Self::RemoveSigner(pacticipant, signer) => {
                Decision::signers(remove_signer(ledger, pacticipant, signer)?)
            }
            Self::SetRules(rules) => {
                Decision::with(vec![Fact::Rules(*rules)], Outcome::Rules(*rules))
            }
            Self::ChangePolicy(change) => {
                let policy = change.applied(&ledger.policy()?)?;
                let fact = Fact::Policy(policy.clone());
                Decision::with(vec![fact], Outcome::Policy(policy))
            }
        })
    }

    /// Returns what became of the intent, asked of the state after its facts were recorded.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn outcome(&self, decision: &Decision, after: &dyn Ledger) -> Read<Option<Outcome>> {
        if decision.outcome.is_some() {
            return Ok(decision.outcome.clone());
        }
        let environment = |name: &EnvironmentName| -> Read<Option<Environment>> {
            let known = after.environment(name)?;
            Ok(known.map(|known| Environment::clone(&known)))
        };
        for fact in &decision.facts {
            let outcome = match fact {
                Fact::Environment(fact) => environment(&fact.name)?.map(Outcome::Environment),
                Fact::Deployed(fact) => {
                    let mut deployed = after
                        .deployed(&fact.environment, &fact.pacticipant)?
                        .into_iter();
                    let found = deployed
                        .find(|it| it.version == fact.version && it.instance == fact.instance);
                    let place = environment(&fact.environment)?;
                    place
                        .zip(found)
                        .map(|(it, found)| Outcome::Deployed(it, found))
                }
                Fact::Released(fact) => {
                    let mut released = after
                        .released(&fact.environment, &fact.pacticipant)?
                        .into_iter();
                    let found = released.find(|it| it.version == fact.version);
                    let place = environment(&fact.environment)?;
                    place
                        .zip(found)
                        .map(|(it, found)| Outcome::Released(it, found))
                }
                Fact::Undeployed {
                    environment: name,
                    deployed,
                    ..
                } => environment(name)?.map(|it| Outcome::Undeployed(it, deployed.clone())),
                Fact::SupportEnded {
                    environment: name,
                    released,
                    ..
                } => environment(name)?.map(|it| Outcome::SupportEnded(it, released.clone())),
                _ => None,
            };
            if outcome.is_some() {
                return Ok(outcome);
            }
        }
        Ok(None)
    }
}
