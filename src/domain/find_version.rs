//! Finding the application or the version that somebody means, a version by its number or as the
//! newest; and saying what is not found.

use std::sync::Arc;

use super::deployment::EnvironmentRefusal;
use super::details::PacticipantDetails;
use super::details::VersionDetails;
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
/// Fails if nobody has.
pub fn known_pacticipant(
    ledger: &dyn Ledger,
    name: &PacticipantName,
) -> Result<Arc<Pacticipant>, NotFound> {
    match ledger.pacticipant(name)? {
        Some(known) => Ok(known),
        None => Err(NotFound::Pacticipant { name: name.clone() }),
    }
}

/// Returns a pacticipant in detail.
///
/// # Errors
///
/// Fails if nobody has mentioned it.
pub fn find_pacticipant(
    ledger: &dyn Ledger,
    name: &PacticipantName,
) -> Result<PacticipantDetails, NotFound> {
    let known = known_pacticipant(ledger, name)?;
    Ok(PacticipantDetails::of(ledger, known)?)
}

/// Returns the version that is meant, in detail.
///
/// # Errors
///
/// Fails if there is none.
pub fn find_version(
    ledger: &dyn Ledger,
    name: &PacticipantName,
    which: &WhichVersion,
) -> Result<VersionDetails, NotFound> {
    known_pacticipant(ledger, name)?;
    let pacticipant = name.clone();
    let number = match which {
        WhichVersion::Number(number) => Some(number.clone()),
        WhichVersion::Latest => ledger.latest_version(name)?.map(|it| it.number.clone()),
        WhichVersion::LatestTagged(tag) => ledger.tag_head(name, tag)?.map(|head| head.version),
    };
    let found = match &number {
        Some(number) => VersionDetails::read(ledger, name, number)?,
        None => None,
    };
    found.ok_or_else(|| match which.clone() {
        WhichVersion::Number(version) => NotFound::Version {
            pacticipant,
            version,
        },
        WhichVersion::Latest => NotFound::AnyVersion(pacticipant),
        WhichVersion::LatestTagged(tag) => NotFound::Tag { pacticipant, tag },
    })
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
        let number = |which| {
            let found = find_version(&ledger, &n("Web"), &which).unwrap();
            found.version.number.clone()
        };
        assert_eq!(number(WhichVersion::Latest), n("2"));
        assert_eq!(number(WhichVersion::LatestTagged(n("prod"))), n("1"));
        assert_eq!(number(WhichVersion::Number(n("1"))), n("1"));
        let refusal = |name: &str, which| {
            let found = find_version(&ledger, &n(name), &which);
            found.unwrap_err().to_string()
        };
        // Its consumers know it.
        for (name, which, expected) in [
            (
                "Orders",
                WhichVersion::Latest,
                "pacticipant 'Orders' has no version",
            ),
            (
                "Web",
                WhichVersion::Number(n("3")),
                "no version 3 of pacticipant 'Web' found",
            ),
            (
                "Web",
                WhichVersion::LatestTagged(n("dev")),
                "no version of pacticipant 'Web' has the tag 'dev'",
            ),
            (
                "Nobody",
                WhichVersion::Latest,
                "No pacticipant with name 'Nobody' found",
            ),
        ] {
            assert_eq!(refusal(name, which), expected);
        }
    }
}
