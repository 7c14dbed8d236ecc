//! What somebody takes back: it is gone from the tips, with all that hung on it. The history keeps
//! it.
//!
//! Unlike a clean-up, a deletion takes what was proved along: what only a deleted version verified
//! is unverified again.

use std::collections::{BTreeMap, BTreeSet};

use super::fact::{Fact, VersionsGone, WhyGone};
use super::ledger::{Ledger, Unreadable};
use super::name::{PacticipantName, VersionNumber};

/// A version that somebody takes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionDeletion {
    /// Whose version it is.
    pub pacticipant: PacticipantName,
    /// The version.
    pub number: VersionNumber,
}

/// Nothing can be deleted.
#[derive(Debug, thiserror::Error)]
pub enum DeletionRefusal {
    /// There is no such version.
    #[error("no version {number} of pacticipant '{pacticipant}' found")]
    NoSuchVersion {
        /// Whose version was asked for.
        pacticipant: PacticipantName,
        /// The version asked for.
        number: VersionNumber,
    },
    /// The store could not be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// Returns what to record for a version that is taken back.
///
/// # Errors
///
/// Refuses if there is no such version.
pub fn delete_version(
    ledger: &dyn Ledger,
    asked: &VersionDeletion,
) -> Result<Fact, DeletionRefusal> {
    let VersionDeletion {
        pacticipant,
        number,
    } = asked.clone();
    if ledger.version(&pacticipant, &number)?.is_none() {
        return Err(DeletionRefusal::NoSuchVersion {
            pacticipant,
            number,
        });
    }
    Ok(Fact::VersionsGone(VersionsGone {
        versions: BTreeMap::from([(pacticipant, BTreeSet::from([number]))]),
        why: WhyGone::Deleted,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::{MemoryLedger, n};

    fn deletion(name: &str, number: &str) -> VersionDeletion {
        VersionDeletion {
            pacticipant: n(name),
            number: n(number),
        }
    }

    #[test]
    fn a_version_is_taken_back_once_and_the_one_before_it_is_the_latest_again() {
        let mut ledger = MemoryLedger::default();
        ledger.publish("Web", "1", "main", &["Orders=a"]);
        ledger.publish("Web", "2", "main", &["Orders=b"]);
        let fact = delete_version(&ledger, &deletion("Web", "2")).unwrap();
        ledger.tell(&fact);
        let latest = ledger.latest_version(&n("Web")).unwrap().unwrap();
        assert_eq!(latest.number, n("1"));
        for (name, number) in [("Web", "2"), ("Web", "3"), ("Nobody", "1")] {
            let refusal = delete_version(&ledger, &deletion(name, number)).unwrap_err();
            assert!(
                matches!(refusal, DeletionRefusal::NoSuchVersion { .. }),
                "{refusal}"
            );
        }
    }
}
