//! Every page of the product: what it is about, what it is called, and what is above it.
//!
//! Pages are linked by their places alone; where a place is, [`Links`](super::links::Links) knows.

use crate::domain::content::ContentId;
use crate::domain::environment::Uuid;
use crate::domain::history::Subject;
use crate::domain::integration::Integration;
use crate::domain::integration_list::WantedIntegrations;
use crate::domain::name::BranchName;
use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::verification_results::RecordedResult;
use crate::domain::verification_results::ResultNumber;
use crate::domain::versions::WantedVersions;
use crate::domain::webhook::WebhookUuid;

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The index: who works with whom, and how that fares.
    Integrations(WantedIntegrations),
    /// All applications.
    Applications(Search),
    /// One application.
    Application(PacticipantName),
    /// The versions of an application.
    Versions {
        /// The application.
        application: PacticipantName,
        /// Which of its versions.
        wanted: WantedVersions,
        /// Which part of the list, counted from 1.
        part: usize,
    },
    /// One version.
    Version {
        /// The application.
        application: PacticipantName,
        /// Its version.
        number: VersionNumber,
    },
    /// All environments.
    Environments,
    /// One environment.
    Environment {
        /// Its id, by which the HTTP API knows it.
        uuid: Uuid,
        /// Its name.
        name: EnvironmentName,
    },
    /// A contract.
    Contract(ContractPlace),
    /// A contract as it was published: JSON.
    RawContract {
        /// The two.
        pair: PairPlace,
        /// The version of the consumer.
        version: VersionNumber,
    },
    /// A badge, for README files: a picture that says how something is now.
    Badge(BadgePlace),
    /// What changed from one contract to another.
    Diff {
        /// The two.
        pair: PairPlace,
        /// The version of the consumer with the contract as it became.
        version: VersionNumber,
        /// The version with the contract as it was; `None` is the last one that was different.
        from: Option<VersionNumber>,
    },
    /// Every result of a consumer and a provider.
    PairMatrix(PairPlace),
    /// The matrix, and its form.
    Matrix(Words),
    /// Whether a version can be deployed, and the form to ask it.
    CanIDeploy(Words),
    /// What a verification found out about a contract.
    Verification {
        /// The two.
        pair: PairPlace,
        /// The content that was verified.
        content: ContentId,
        /// The number of the result.
        number: ResultNumber,
    },
    /// All webhooks.
    Webhooks,
    /// One webhook.
    Webhook(WebhookUuid),
    /// What happened.
    History {
        /// To whom or what.
        subject: Subject,
        /// Which part, the newest being the first.
        part: usize,
    },
    /// Who works with whom, as a picture.
    Network(NetworkPlace),
    /// The explorer of the HTTP API.
    Explorer,
    /// Something went wrong.
    Problem(&'static str),
}

/// A search in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// A part of a name; everything if it is empty.
    pub text: String,
    /// Which part of the list, counted from 1.
    pub part: usize,
}

impl Default for Search {
    fn default() -> Self {
        Self {
            text: String::new(),
            part: 1,
        }
    }
}

/// A consumer and a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairPlace {
    /// The consumer.
    pub consumer: PacticipantName,
    /// The provider.
    pub provider: PacticipantName,
}

/// A contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractPlace {
    /// The two.
    pub pair: PairPlace,
    /// The version of the consumer; `None` is the newest one with a contract.
    pub version: Option<VersionNumber>,
}

/// A badge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BadgePlace {
    /// Whether the newest contract of two is verified.
    Contract(PairPlace),
    /// Whether the head of an application's main branch can be deployed to an environment.
    CanIDeploy {
        /// The application.
        application: PacticipantName,
        /// Its main branch.
        main_branch: BranchName,
        /// The environment.
        environment: EnvironmentName,
    },
    /// Whether the main branch of an application goes with those of the others.
    CanIMerge(PacticipantName),
}

/// What of the network is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworkPlace {
    /// Only what is connected with an application.
    pub application: Option<PacticipantName>,
    /// By how many steps at most.
    pub depth: Option<usize>,
    /// Only what is in an environment.
    pub environment: Option<EnvironmentName>,
}

/// The words of a form that was sent, in their order: the names of its fields, and what was put in.
pub type Words = Vec<(String, String)>;

/// A part of the product that the navigation leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Who works with whom.
    Integrations,
    /// Applications and their versions.
    Applications,
    /// Environments.
    Environments,
    /// The matrix, and whether something can be deployed.
    Matrix,
    /// The picture.
    Network,
    /// Webhooks.
    Webhooks,
    /// What happened.
    History,
}

impl PairPlace {
    /// Returns the two, as the domain knows them.
    #[must_use]
    pub fn integration(&self) -> Integration {
        Integration {
            consumer: self.consumer.clone(),
            provider: self.provider.clone(),
        }
    }

    /// Returns the two, e.g. `Web → Orders`.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{} → {}", self.consumer, self.provider)
    }
}

impl Place {
    /// Returns the index of integrations as it begins.
    #[must_use]
    pub fn index() -> Self {
        Self::Integrations(WantedIntegrations::default())
    }

    /// Returns the newest contract of a consumer and a provider.
    #[must_use]
    pub fn latest_contract(pair: PairPlace) -> Self {
        let version = None;
        Self::Contract(ContractPlace { pair, version })
    }

    /// Returns the contract of a consumer version with a provider.
    #[must_use]
    pub fn contract(pair: PairPlace, version: VersionNumber) -> Self {
        let version = Some(version);
        Self::Contract(ContractPlace { pair, version })
    }

    /// Returns what a verification found out.
    #[must_use]
    pub fn of_result(recorded: &RecordedResult) -> Self {
        Self::Verification {
            pair: PairPlace {
                consumer: recorded.result.consumer.clone(),
                provider: recorded.provider.clone(),
            },
            content: recorded.result.content.clone(),
            number: recorded.number(),
        }
    }

    /// Returns the newest things that happened to a subject.
    #[must_use]
    pub fn history(subject: Subject) -> Self {
        let part = 1;
        Self::History { subject, part }
    }

    /// Returns what it is called: its heading.
    #[must_use]
    pub fn title(&self) -> String {
        match self {
            Self::Integrations(_) => "Integrations".to_owned(),
            Self::Applications(_) => "Applications".to_owned(),
            Self::Application(name) => name.to_string(),
            Self::Versions { application, .. } => format!("Versions of {application}"),
            Self::Version {
                application,
                number,
            } => format!("{application} {number}"),
            Self::Environments => "Environments".to_owned(),
            Self::Environment { name, .. } => name.to_string(),
            Self::Contract(ContractPlace { pair, version }) => match version {
                Some(version) => {
                    format!(
                        "Contract of {} {version} with {}",
                        pair.consumer, pair.provider
                    )
                }
                None => format!("Contract of {} with {}", pair.consumer, pair.provider),
            },
            Self::RawContract { pair, version } => {
                format!("{} {version} → {}, as JSON", pair.consumer, pair.provider)
            }
            Self::Badge(BadgePlace::Contract(pair)) => format!("{}: verified?", pair.title()),
            Self::Badge(BadgePlace::CanIDeploy {
                application,
                main_branch,
                environment,
            }) => format!("{application}: {main_branch} to {environment}?"),
            Self::Badge(BadgePlace::CanIMerge(name)) => format!("{name}: can I merge?"),
            Self::Diff { pair, .. } => {
                format!("What changed: {} → {}", pair.consumer, pair.provider)
            }
            Self::PairMatrix(pair) => format!("Matrix of {}", pair.title()),
            Self::Matrix(_) => "Matrix".to_owned(),
            Self::CanIDeploy(_) => "Can I deploy?".to_owned(),
            Self::Verification { pair, number, .. } => {
                format!("Verification {number} of {}", pair.title())
            }
            Self::Webhooks => "Webhooks".to_owned(),
            Self::Webhook(uuid) => format!("Webhook {uuid}"),
            Self::History { subject, .. } => match subject {
                Subject::Store => "History".to_owned(),
                Subject::Pacticipant(name) => format!("History of {name}"),
                Subject::Integration { provider, consumer } => {
                    format!("History of {consumer} → {provider}")
                }
                Subject::Environment(name) => format!("History of {name}"),
            },
            Self::Network(_) => "Network".to_owned(),
            Self::Explorer => "API explorer".to_owned(),
            Self::Problem(title) => (*title).to_owned(),
        }
    }

    /// Returns what it is called where those above it are called first.
    #[must_use]
    pub fn short_title(&self) -> String {
        match self {
            Self::Versions { .. } => "Versions".to_owned(),
            Self::Version { number, .. } => number.to_string(),
            Self::Contract(ContractPlace { pair, version }) => match version {
                Some(version) => version.to_string(),
                None => pair.title(),
            },
            Self::RawContract { .. } => "JSON".to_owned(),
            Self::Diff { .. } => "What changed".to_owned(),
            Self::PairMatrix(_) => "Matrix".to_owned(),
            Self::Verification { number, .. } => format!("Verification {number}"),
            Self::Webhook(uuid) => uuid.to_string(),
            Self::History { .. } => "History".to_owned(),
            place => place.title(),
        }
    }

    /// Returns the page above it, if there is one.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        match self {
            Self::Application(_) => Some(Self::Applications(Search::default())),
            Self::Versions { application, .. }
            | Self::Version { application, .. }
            | Self::Badge(
                BadgePlace::CanIDeploy { application, .. } | BadgePlace::CanIMerge(application),
            ) => Some(Self::Application(application.clone())),
            Self::Environment { .. } => Some(Self::Environments),
            Self::Contract(ContractPlace { version: None, .. }) => Some(Self::index()),
            Self::Contract(ContractPlace { pair, .. })
            | Self::PairMatrix(pair)
            | Self::Badge(BadgePlace::Contract(pair))
            | Self::Verification { pair, .. } => Some(Self::latest_contract(pair.clone())),
            Self::RawContract { pair, version } | Self::Diff { pair, version, .. } => {
                Some(Self::contract(pair.clone(), version.clone()))
            }
            Self::Webhook(_) => Some(Self::Webhooks),
            Self::History { subject, .. } => match subject {
                Subject::Store | Subject::Environment(_) => None,
                Subject::Pacticipant(name) => Some(Self::Application(name.clone())),
                Subject::Integration { provider, consumer } => {
                    Some(Self::latest_contract(PairPlace {
                        consumer: consumer.clone(),
                        provider: provider.clone(),
                    }))
                }
            },
            Self::Integrations(_)
            | Self::Applications(_)
            | Self::Environments
            | Self::Matrix(_)
            | Self::CanIDeploy(_)
            | Self::Webhooks
            | Self::Network(_)
            | Self::Explorer
            | Self::Problem(_) => None,
        }
    }

    /// Returns the part of the product that it belongs to, if it does.
    #[must_use]
    pub fn section(&self) -> Option<Section> {
        Some(match self {
            Self::Integrations(_)
            | Self::Contract(_)
            | Self::RawContract { .. }
            | Self::Badge(BadgePlace::Contract(_))
            | Self::Diff { .. }
            | Self::Verification { .. } => Section::Integrations,
            Self::Applications(_)
            | Self::Application(_)
            | Self::Versions { .. }
            | Self::Version { .. }
            | Self::Badge(_) => Section::Applications,
            Self::Environments | Self::Environment { .. } => Section::Environments,
            Self::Matrix(_) | Self::PairMatrix(_) | Self::CanIDeploy(_) => Section::Matrix,
            Self::Network(_) => Section::Network,
            Self::Webhooks | Self::Webhook(_) => Section::Webhooks,
            Self::History { .. } => Section::History,
            Self::Explorer | Self::Problem(_) => return None,
        })
    }
}
