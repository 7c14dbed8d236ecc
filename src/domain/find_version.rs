//! Finding the version that somebody means: by its number, or as the newest.

use std::sync::Arc;

use super::deployment::EnvironmentRefusal;
use super::ledger::Ledger;
use super::ledger::Unreadable;
use super::name::PacticipantName;
use super::name::TagName;
use super::name::VersionNumber;
use super::pacticipant::Pacticipant;

/// Which version of a pacticipant is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhichVersion {
    /// The one with this number.
    Number(VersionNumber),
    /// The newest.
    Latest,
    /// The newest with a tag.
    LatestTagged(TagName),
}

/// What is asked about does not exist.
#[derive(Debug, thiserror::Error)]
pub enum NotFound {
    /// Nobody has mentioned the pacticipant. The text is the broker's.
    #[error("No pacticipant with name '{name}' found")]
    Pacticipant {
        /// The name asked for.
        name: PacticipantName,
        /// All names that are known, sorted.
        known: Vec<PacticipantName>,
    },
    /// There is no such version.
    #[error("no version {version} of pacticipant '{pacticipant}' found")]
    Version {
        /// Whose version was asked for.
        pacticipant: PacticipantName,
        /// The version asked for.
        version: VersionNumber,
    },
    /// The pacticipant has no version yet.
    #[error("pacticipant '{0}' has no version")]
    AnyVersion(PacticipantName),
    /// No version has the tag.
    #[error("no version of pacticipant '{pacticipant}' has the tag '{tag}'")]
    Tag {
        /// Whose version was asked for.
        pacticipant: PacticipantName,
        /// The tag asked for.
        tag: TagName,
    },
    /// There is no such environment.
    #[error(transparent)]
    Environment(EnvironmentRefusal),
    /// The store could not be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

impl From<EnvironmentRefusal> for NotFound {
    fn from(refusal: EnvironmentRefusal) -> Self {
        match refusal {
            EnvironmentRefusal::Unreadable(unreadable) => Self::Unreadable(unreadable),
            refusal => Self::Environment(refusal),
        }
    }
}

/// Returns a pacticipant that somebody has mentioned.
///
/// # Errors
///
/// Fails if nobody has, with the names that are known.
pub fn known_pacticipant(
    ledger: &dyn Ledger,
    name: &PacticipantName,
) -> Result<Arc<Pacticipant>, NotFound> {
    match ledger.pacticipant(name)? {
        Some(known) => Ok(known),
        None => Err(NotFound::Pacticipant {
            name: name.clone(),
            known: ledger.pacticipants()?,
        }),
    }
}

/// Returns the number of the version that is meant; one that is named need not exist.
///
/// # Errors
///
/// Fails if there is none.
pub fn number_of(
    ledger: &dyn Ledger,
    name: &PacticipantName,
    which: &WhichVersion,
) -> Result<VersionNumber, NotFound> {
    match which {
        WhichVersion::Number(number) => Ok(number.clone()),
        WhichVersion::Latest => match ledger.latest_version(name)? {
            Some(version) => Ok(version.number.clone()),
            None => Err(NotFound::AnyVersion(name.clone())),
        },
        WhichVersion::LatestTagged(tag) => match ledger.tag_head(name, tag)? {
            Some(head) => Ok(head.version),
            None => Err(NotFound::Tag {
                pacticipant: name.clone(),
                tag: tag.clone(),
            }),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::MemoryLedger;
    use crate::domain::testing::n;

    #[test]
    fn the_newest_with_a_tag_need_not_be_the_newest() {
        let mut ledger = MemoryLedger::default();
        ledger.publish_tagged("Web", "1", "main", &["prod"], &[]);
        ledger.publish("Web", "2", "main", &["Orders=a"]);
        let number = |which| number_of(&ledger, &n("Web"), &which).unwrap();
        assert_eq!(number(WhichVersion::Latest), n("2"));
        assert_eq!(number(WhichVersion::LatestTagged(n("prod"))), n("1"));
        assert_eq!(number(WhichVersion::Number(n("1"))), n("1"));
        let none = |name: &str, which| number_of(&ledger, &n(name), &which).unwrap_err();
        assert!(matches!(
            none("Orders", WhichVersion::Latest),
            NotFound::AnyVersion(_)
        ));
        assert!(matches!(
            none("Web", WhichVersion::LatestTagged(n("dev"))),
            NotFound::Tag { .. }
        ));
    }

    #[test]
    fn whoever_is_unknown_is_told_with_those_who_are_known() {
        let mut ledger = MemoryLedger::default();
        ledger.publish("Web", "1", "main", &["Orders=a"]);
        assert!(known_pacticipant(&ledger, &n("Orders")).is_ok());
        let error = known_pacticipant(&ledger, &n("Wep")).unwrap_err();
        assert_eq!(error.to_string(), "No pacticipant with name 'Wep' found");
        let NotFound::Pacticipant { known, .. } = error else {
            panic!("{error:?}");
        };
        assert_eq!(known, [n("Orders"), n("Web")]);
    }
}
