//! What happened to a store, as its log tells it: one event for each thing that somebody recorded.
//!
//! Derived entries (heads, first successes, current contracts) are no events. Who said it and when
//! is known of the whole commit, and not repeated here.

use super::content::ContentId;
use super::environment::{DeployedVersion, Environment, ReleasedVersion};
use super::fact::WhyGone;
use super::name::{BranchName, EnvironmentName, PacticipantName, TagName, VersionNumber};
use super::pacticipant::Pacticipant;
use super::policy::Policy;
use super::rules::Rules;
use super::signers::AllowedSigner;
use super::verification::{Run, VerificationResult};
use super::webhook::Webhook;

/// One thing that was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A pacticipant was described.
    Described {
        /// The pacticipant as it was then.
        pacticipant: Pacticipant,
        /// The pacticipant before; `None` if it was new.
        before: Option<Pacticipant>,
    },
    /// A version was mentioned, or more was said of it: pacts, branches, tags, the build.
    Version(VersionEvent),
    /// A provider version was verified.
    Verified {
        /// The provider.
        provider: PacticipantName,
        /// What was found.
        run: Run,
        /// What was said of the version beside it.
        version: VersionNews,
    },
    /// Versions left the tip, old ones or such as somebody took back; the history keeps them.
    VersionsGone {
        /// Whose versions they are.
        pacticipant: PacticipantName,
        /// The versions, oldest first.
        versions: Vec<VersionNumber>,
        /// Why they are gone.
        why: WhyGone,
        /// How many runs went with them.
        runs: usize,
        /// How many contents went with them, which it published.
        contents: usize,
    },
    /// A version lost a tag.
    TagRemoved {
        /// Whose version it is.
        pacticipant: PacticipantName,
        /// The version.
        version: VersionNumber,
        /// The tag.
        tag: TagName,
    },
    /// Versions were taken off a branch, and others are left on it.
    TakenOffBranch {
        /// Whose versions they are.
        pacticipant: PacticipantName,
        /// The versions.
        versions: Vec<VersionNumber>,
        /// The branch.
        branch: BranchName,
    },
    /// A branch was deleted, or its last version was taken off it.
    BranchDeleted {
        /// Whose branch it was.
        pacticipant: PacticipantName,
        /// The branch.
        branch: BranchName,
    },
    /// Pacts were deleted; the versions that had published them stay.
    PactsDeleted {
        /// The consumer.
        consumer: PacticipantName,
        /// The provider.
        provider: PacticipantName,
        /// The versions of the consumer.
        versions: Vec<VersionNumber>,
    },
    /// Results of a verification were deleted; the version that was verified stays.
    ResultsDeleted {
        /// The provider.
        provider: PacticipantName,
        /// The version that was verified.
        version: VersionNumber,
        /// What had been found.
        results: Vec<VerificationResult>,
    },
    /// A pacticipant was deleted, with all that it had recorded.
    PacticipantDeleted(Pacticipant),
    /// An environment was created.
    EnvironmentCreated(Environment),
    /// An environment was described anew.
    EnvironmentUpdated(Environment),
    /// An environment was deleted, with all that was recorded in it.
    EnvironmentDeleted(Environment),
    /// A version was deployed.
    Deployed {
        /// Where.
        environment: EnvironmentName,
        /// What.
        deployed: DeployedVersion,
        /// The version that its instance ran before.
        instead_of: Option<VersionNumber>,
    },
    /// A version was undeployed.
    Undeployed {
        /// Where.
        environment: EnvironmentName,
        /// What.
        deployed: DeployedVersion,
    },
    /// A version was released.
    Released {
        /// Where.
        environment: EnvironmentName,
        /// What.
        released: ReleasedVersion,
    },
    /// The support of a released version ended.
    SupportEnded {
        /// Where.
        environment: EnvironmentName,
        /// What.
        released: ReleasedVersion,
    },
    /// A webhook was created or replaced.
    WebhookSaved(Webhook),
    /// A webhook was deleted.
    WebhookDeleted(Webhook),
    /// Others may sign what is recorded of an application than could before.
    SignersChanged {
        /// The application.
        pacticipant: PacticipantName,
        /// Who may now, or as now described.
        allowed: Vec<AllowedSigner>,
        /// Who may not any more.
        removed: Vec<AllowedSigner>,
    },
    /// The rules of the store were set.
    RulesSet(Rules),
    /// It was said who may write; empty if everybody may.
    PolicySet(Policy),
}

/// What was said of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionEvent {
    /// Whose version it is.
    pub pacticipant: PacticipantName,
    /// The version.
    pub number: VersionNumber,
    /// The pacts that it published, by provider; none if it was only mentioned.
    pub published: Vec<(PacticipantName, ContentId)>,
    /// What else was said of it.
    pub news: VersionNews,
}

impl VersionEvent {
    /// Says whether anything is new.
    #[must_use]
    pub fn is_news(&self) -> bool {
        !self.published.is_empty() || self.news != VersionNews::default()
    }
}

/// What is new of a version, beside pacts and results.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VersionNews {
    /// The branches that it was put on.
    pub branches: Vec<BranchName>,
    /// The tags that it got.
    pub tags: Vec<TagName>,
    /// The build that made it, if that was not known before.
    pub build_url: Option<String>,
}

/// Whose history is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Everything.
    Store,
    /// An application: what it recorded, and where it was deployed and released.
    Pacticipant(PacticipantName),
    /// A consumer and a provider: the pacts between them, and what was found about those.
    Integration {
        /// The provider.
        provider: PacticipantName,
        /// The consumer.
        consumer: PacticipantName,
    },
    /// An environment: what happened in it.
    Environment(EnvironmentName),
}

impl Event {
    /// Returns the event as far as it concerns a subject, or `None` if it does not.
    #[must_use]
    pub fn about(mut self, subject: &Subject) -> Option<Self> {
        let concerns = match subject {
            Subject::Store => true,
            Subject::Pacticipant(name) => self.pacticipant() == Some(name),
            Subject::Environment(name) => self.environment() == Some(name),
            Subject::Integration { provider, consumer } => match &mut self {
                Self::Version(event) if event.pacticipant == *consumer => {
                    event.published.retain(|(with, _)| with == provider);
                    !event.published.is_empty()
                }
                Self::Verified {
                    provider: verified,
                    run,
                    ..
                } if verified == provider => {
                    run.results.retain(|result| result.consumer == *consumer);
                    !run.results.is_empty()
                }
                Self::PactsDeleted {
                    consumer: of,
                    provider: with,
                    ..
                } => *of == *consumer && *with == *provider,
                Self::ResultsDeleted {
                    provider: verified,
                    results,
                    ..
                } if verified == provider => {
                    results.retain(|result| result.consumer == *consumer);
                    !results.is_empty()
                }
                _ => false,
            },
        };
        concerns.then_some(self)
    }

    /// Returns the application that the event is about.
    #[must_use]
    pub fn pacticipant(&self) -> Option<&PacticipantName> {
        match self {
            Self::Described { pacticipant, .. } | Self::PacticipantDeleted(pacticipant) => {
                Some(&pacticipant.name)
            }
            Self::VersionsGone { pacticipant, .. }
            | Self::TagRemoved { pacticipant, .. }
            | Self::TakenOffBranch { pacticipant, .. }
            | Self::BranchDeleted { pacticipant, .. }
            | Self::SignersChanged { pacticipant, .. } => Some(pacticipant),
            Self::PactsDeleted { consumer, .. } => Some(consumer),
            Self::Version(event) => Some(&event.pacticipant),
            Self::Verified { provider, .. } | Self::ResultsDeleted { provider, .. } => {
                Some(provider)
            }
            Self::Deployed { deployed, .. } | Self::Undeployed { deployed, .. } => {
                Some(&deployed.pacticipant)
            }
            Self::Released { released, .. } | Self::SupportEnded { released, .. } => {
                Some(&released.pacticipant)
            }
            Self::EnvironmentCreated(_)
            | Self::EnvironmentUpdated(_)
            | Self::EnvironmentDeleted(_)
            | Self::WebhookSaved(_)
            | Self::WebhookDeleted(_)
            | Self::RulesSet(_)
            | Self::PolicySet(_) => None,
        }
    }

    /// Returns the environment that the event is about.
    #[must_use]
    pub fn environment(&self) -> Option<&EnvironmentName> {
        match self {
            Self::EnvironmentCreated(environment)
            | Self::EnvironmentUpdated(environment)
            | Self::EnvironmentDeleted(environment) => Some(&environment.name),
            Self::Deployed { environment, .. }
            | Self::Undeployed { environment, .. }
            | Self::Released { environment, .. }
            | Self::SupportEnded { environment, .. } => Some(environment),
            Self::Described { .. }
            | Self::Version(_)
            | Self::Verified { .. }
            | Self::VersionsGone { .. }
            | Self::TagRemoved { .. }
            | Self::TakenOffBranch { .. }
            | Self::BranchDeleted { .. }
            | Self::PactsDeleted { .. }
            | Self::ResultsDeleted { .. }
            | Self::PacticipantDeleted(_)
            | Self::SignersChanged { .. }
            | Self::WebhookSaved(_)
            | Self::WebhookDeleted(_)
            | Self::RulesSet(_)
            | Self::PolicySet(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::{Seq, Timestamp};

    fn published(providers: &[&str]) -> Event {
        let pact = |name: &&str| (name.parse().unwrap(), ContentId::from_digest([1; 32]));
        Event::Version(VersionEvent {
            pacticipant: "Web".parse().unwrap(),
            number: "1".parse().unwrap(),
            published: providers.iter().map(pact).collect(),
            news: VersionNews::default(),
        })
    }

    fn verified(consumers: &[&str]) -> Event {
        let result = |name: &&str| VerificationResult {
            consumer: name.parse().unwrap(),
            content: ContentId::from_digest([1; 32]),
            success: true,
            wip: false,
            failures: Vec::new(),
            tests: None,
        };
        Event::Verified {
            provider: "Orders".parse().unwrap(),
            run: Run {
                version: "1".parse().unwrap(),
                number: 1,
                seq: Seq(1),
                created_at: Timestamp::clamped(0),
                build_url: None,
                verified_by: None,
                request: None,
                results: consumers.iter().map(result).collect(),
            },
            version: VersionNews::default(),
        }
    }

    #[test]
    fn an_integration_sees_only_its_own_pacts_and_results() {
        let subject = Subject::Integration {
            provider: "Orders".parse().unwrap(),
            consumer: "Web".parse().unwrap(),
        };
        let seen = |event: Event| event.about(&subject);
        assert_eq!(
            seen(published(&["Orders", "Stock"])),
            Some(published(&["Orders"]))
        );
        assert_eq!(seen(published(&["Stock"])), None);
        assert_eq!(seen(verified(&["Mobile", "Web"])), Some(verified(&["Web"])));
        assert_eq!(seen(verified(&["Mobile"])), None);
        assert_eq!(seen(Event::RulesSet(Rules::Strict)), None);
    }

    #[test]
    fn an_application_sees_what_is_about_it() {
        let subject = Subject::Pacticipant("Web".parse().unwrap());
        assert!(published(&["Orders"]).about(&subject).is_some());
        assert!(verified(&["Web"]).about(&subject).is_none());
        assert!(verified(&["Web"]).about(&Subject::Store).is_some());
    }
}
