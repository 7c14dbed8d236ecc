//! Why a publication is refused, for programs to tell apart and in the broker's words.

use crate::domain::broker_diff::broker_diff;
use crate::domain::diff::PactDiff;
use crate::domain::ledger::Unreadable;
use crate::domain::merge::MergeError;
use crate::domain::name::{PacticipantName, VersionNumber};
use crate::domain::notice::{Notice, NoticeKind};
use crate::domain::pact::Pact;

/// The most lines of a difference that a notice shows.
const DIFF_LINES: usize = 60;

/// Nothing was decided, so nothing may be recorded.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// There was no pact to publish.
    #[error("there is no pact to publish")]
    Empty,
    /// Some pact or name is refused, and so is the whole publication; there is at least one.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Refused(Vec<Refusal>),
    /// The store could not be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// Why one pact or name is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The version has another pact with the provider already.
    #[error("version {version} of {consumer} has another pact with {provider} already")]
    ContentConflict {
        /// The consumer.
        consumer: PacticipantName,
        /// Its version.
        version: VersionNumber,
        /// The provider.
        provider: PacticipantName,
        /// The pact that is there.
        existing: Box<Pact>,
        /// The pact that is refused.
        refused: Box<Pact>,
    },
    /// Two pacts for one consumer and provider disagree.
    #[error("the pacts between {consumer} and {provider} cannot be merged: {error}")]
    MergeConflict {
        /// The consumer.
        consumer: PacticipantName,
        /// The provider.
        provider: PacticipantName,
        /// On what they disagree.
        error: MergeError,
    },
    /// A new name consists of the same words as others.
    #[error("the new name `{name}` is very similar to {}", listed(existing))]
    SimilarName {
        /// The new name.
        name: PacticipantName,
        /// The names that it is similar to, sorted.
        existing: Vec<PacticipantName>,
    },
    /// A new name differs from another only in case or in the composition of letters.
    #[error("the new name `{name}` differs from `{existing}` only in case or in Unicode form")]
    Twin {
        /// The new name.
        name: PacticipantName,
        /// The other, which is known or in the same publication.
        existing: PacticipantName,
    },
}

fn listed(names: &[PacticipantName]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

impl Refusal {
    /// Returns the broker's own text, where it has one, for the broker at a URL.
    #[must_use]
    pub fn text(&self, broker_url: &str) -> String {
        match self {
            Self::ContentConflict {
                consumer,
                version,
                provider,
                ..
            } => format!(
                "Cannot change the content of the pact for {consumer} version {version} and \
                 provider {provider}, as race conditions will cause unreliable results for \
                 can-i-deploy. Each pact must be published with a unique consumer version number. \
                 Some Pact libraries generate random data when a concrete value for a type \
                 matcher is not specified, and this can cause the contract to mutate - ensure you \
                 have given example values for all type matchers. For more information see \
                 https://docs.pact.io/go/versioning"
            ),
            Self::MergeConflict { error, .. } => error.to_string(),
            Self::SimilarName { name, existing } => {
                let existing: Vec<_> = existing.iter().map(|name| format!("* {name}")).collect();
                format!(
                    "This is the first time a pact has been published for \"{name}\".\n\
                     The name \"{name}\" is very similar to the following existing \
                     pacticipants:\n{}\n\
                     If you meant to specify one of the above names, please correct the pact \
                     configuration, and re-publish the pact.\n\
                     If the pact is intended to be for a new consumer or provider, please \
                     manually create \"{name}\" using the following command from the Pact Broker \
                     CLI, and then re-publish the pact:\n\n\
                     pact-broker create-or-update-pacticipant --name \"{name}\" \
                     --broker-base-url {broker_url}\n\n\
                     For information on the Pact Broker CLI see https://docs.pact.io/go/pbc-cli\n\
                     To disable this check, set \
                     `check_for_potential_duplicate_pacticipant_names` to false in the \
                     configuration.\n",
                    existing.join("\n")
                )
            }
            Self::Twin { name, existing } => format!(
                "The name \"{name}\" differs from \"{existing}\" only in case or in Unicode form. \
                 Please correct the pact configuration, and re-publish the pact."
            ),
        }
    }

    /// Returns the text as the broker shows it, and for people the difference between the contents.
    #[must_use]
    pub fn notices(&self, broker_url: &str) -> Vec<Notice> {
        self.notices_with(broker_url, |existing, refused| {
            PactDiff::between(existing, refused).render(DIFF_LINES)
        })
    }

    /// Returns what the broker itself answers: the text, and the difference in its own form.
    #[must_use]
    pub fn broker_notices(&self, broker_url: &str) -> Vec<Notice> {
        self.notices_with(broker_url, |existing, refused| {
            broker_diff(existing.document(), refused.document())
        })
    }

    fn notices_with(&self, broker_url: &str, diff: fn(&Pact, &Pact) -> String) -> Vec<Notice> {
        let mut notices = vec![Notice::new(NoticeKind::Error, self.text(broker_url))];
        if let Self::ContentConflict {
            existing, refused, ..
        } = self
        {
            notices.push(Notice::new(NoticeKind::Info, diff(existing, refused)));
        }
        notices
    }
}
