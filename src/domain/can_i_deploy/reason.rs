//! Why a verdict is as it is: as values for those who act on it, as sentences for those who read.

pub(super) use crate::domain::selector::{any_version_of, version_of};

use crate::domain::name::{PacticipantName, VersionNumber};
use crate::domain::notice::{Notice, NoticeKind};
use crate::domain::selector::ResolvedSelector;
use crate::domain::signers::Doubt;

/// One reason for a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Warning: what was to be ignored does not exist.
    CannotIgnore(ResolvedSelector),
    /// Warning: one selector, held against the latest of everything.
    NoEnvironment,
    /// Warning: what was asked about can be another version in a moment.
    NoVersionNumber,
    /// No: a version that was asked about does not exist.
    NoSuchVersion(ResolvedSelector),
    /// No: the provider version does not honour the pact.
    Failed {
        /// The consumer.
        consumer: Side,
        /// The provider.
        provider: Side,
        /// The build that found it out.
        build_url: Option<String>,
    },
    /// Unknown: nobody has verified the pact with the provider version.
    NotVerified {
        /// The consumer.
        consumer: Side,
        /// The provider.
        provider: Side,
    },
    /// Unknown: the pact was verified, but whoever says so did not sign it, or may not.
    NotBelieved {
        /// The consumer.
        consumer: Side,
        /// The provider.
        provider: Side,
        /// Why it is not believed.
        doubt: Doubt,
    },
    /// Yes: everything that had to be verified is.
    AllVerified,
    /// Yes: nothing had to be verified.
    NoDependencies,
}

/// One side of a pact in a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// The application.
    pub pacticipant: PacticipantName,
    /// The versions that the reason is about; none if none is selected that exists.
    pub versions: Vec<VersionNumber>,
    /// The same in the words of the question, e.g. `the version of Web currently in prod (1)`.
    pub description: String,
}

impl Reason {
    /// Returns the word by which a program tells the reason from others.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::CannotIgnore(_) => "cannot-ignore",
            Self::NoEnvironment => "no-environment",
            Self::NoVersionNumber => "no-version-number",
            Self::NoSuchVersion(_) => "no-such-version",
            Self::Failed { .. } => "failed",
            Self::NotVerified { .. } => "not-verified",
            Self::NotBelieved { .. } => "not-signed",
            Self::AllVerified => "all-verified",
            Self::NoDependencies => "no-dependencies",
        }
    }

    /// Returns the reason as a sentence in the broker's words.
    #[must_use]
    pub fn notice(&self) -> Notice {
        let (kind, text) = match self {
            Self::CannotIgnore(selector) => (
                NoticeKind::Warning,
                format!("WARN: Cannot ignore {}", selector.description()),
            ),
            Self::NoEnvironment => (
                NoticeKind::Warning,
                "WARN: It is recommended to specify the environment into which you are deploying. \
                 Without the environment, this result will not be reliable."
                    .to_owned(),
            ),
            Self::NoVersionNumber => (
                NoticeKind::Warning,
                "WARN: It is recommended to specify the version number (rather than the tag or \
                 branch) of the pacticipant you wish to deploy to avoid race conditions. Without \
                 a version number, this result will not be reliable."
                    .to_owned(),
            ),
            Self::NoSuchVersion(selector) => (NoticeKind::Error, selector.does_not_exist()),
            Self::Failed {
                consumer, provider, ..
            } => (
                NoticeKind::Error,
                format!(
                    "The verification for the pact between {} and {} failed",
                    consumer.description, provider.description
                ),
            ),
            Self::NotVerified { consumer, provider } => (
                NoticeKind::Error,
                format!(
                    "There is no verified pact between {} and {}",
                    consumer.description, provider.description
                ),
            ),
            Self::NotBelieved {
                consumer,
                provider,
                doubt,
            } => (
                NoticeKind::Error,
                format!(
                    "The pact between {} and {} is verified, but {doubt}",
                    consumer.description, provider.description
                ),
            ),
            Self::AllVerified => (
                NoticeKind::Success,
                "All required verification results are published and successful".to_owned(),
            ),
            Self::NoDependencies => (
                NoticeKind::Success,
                "There are no missing dependencies".to_owned(),
            ),
        };
        Notice::new(kind, text)
    }
}
