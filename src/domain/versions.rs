//! Lists of what an application has: its versions and its branches, newest first.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::ledger::Ledger;
use super::ledger::Read;
use super::name::BranchName;
use super::name::PacticipantName;
use super::name::TagName;
use super::name::VersionNumber;
use super::version::BranchHead;
use super::version::Version;

/// Which versions of a pacticipant are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WantedVersions {
    /// Only those on this branch.
    pub branch: Option<BranchName>,
    /// Only those with this tag.
    pub tag: Option<TagName>,
}

impl WantedVersions {
    fn includes(&self, version: &Version) -> bool {
        self.branch.as_ref().is_none_or(|it| version.is_on(it))
            && self.tag.as_ref().is_none_or(|it| version.has_tag(it))
    }
}

/// Returns the versions of a pacticipant, newest first. Reads them all.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn newest_first(
    ledger: &dyn Ledger,
    name: &PacticipantName,
    wanted: &WantedVersions,
) -> Read<Vec<Arc<Version>>> {
    let mut versions = ledger.versions(name)?;
    versions.retain(|version| wanted.includes(version));
    versions.reverse();
    Ok(versions)
}

/// Returns the versions of a pacticipant that have one of these numbers, each once, newest first.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn numbered<'a>(
    ledger: &dyn Ledger,
    name: &PacticipantName,
    numbers: impl Iterator<Item = &'a VersionNumber>,
) -> Read<Vec<Arc<Version>>> {
    let numbers: BTreeSet<&VersionNumber> = numbers.collect();
    let mut versions = Vec::new();
    for number in numbers {
        versions.extend(ledger.version(name, number)?);
    }
    versions.sort_by_key(|version| Reverse(version.seq));
    Ok(versions)
}

/// The branches that each version is the head of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heads(BTreeMap<VersionNumber, Vec<BranchName>>);

impl Heads {
    /// Returns the heads of all branches of a pacticipant. Reads them all.
    ///
    /// # Errors
    ///
    /// Fails if a record cannot be read.
    pub fn read(ledger: &dyn Ledger, name: &PacticipantName) -> Read<Self> {
        let mut heads = Self::default();
        for head in ledger.branch_heads(name)? {
            heads.0.entry(head.version).or_default().push(head.branch);
        }
        Ok(heads)
    }

    /// Returns the branches that a version is the head of, by name.
    #[must_use]
    pub fn of(&self, number: &VersionNumber) -> &[BranchName] {
        self.0.get(number).map_or(&[], Vec::as_slice)
    }
}

/// Returns the heads of the branches of a pacticipant, the branch that came into use last first.
/// Reads them all.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn newest_branches_first(ledger: &dyn Ledger, name: &PacticipantName) -> Read<Vec<BranchHead>> {
    let mut heads = ledger.branch_heads(name)?;
    heads.sort_by_key(|head| Reverse(head.since));
    Ok(heads)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::MemoryLedger;
    use crate::domain::testing::n;

    fn shop() -> MemoryLedger {
        let mut ledger = MemoryLedger::default();
        ledger.publish("Web", "1", "main", &[]);
        ledger.publish_tagged("Web", "2", "feat", &["prod"], &[]);
        ledger.publish_tagged("Web", "3", "main", &["prod"], &[]);
        ledger.publish("Web", "3", "release", &[]);
        ledger
    }

    #[test]
    fn versions_are_chosen_by_branch_and_by_tag() {
        let ledger = shop();
        for (branch, tag, expected) in [
            (None, None, vec!["3", "2", "1"]),
            (Some("main"), None, vec!["3", "1"]),
            (None, Some("prod"), vec!["3", "2"]),
            (Some("feat"), Some("prod"), vec!["2"]),
            (Some("nope"), None, vec![]),
        ] {
            let wanted = WantedVersions {
                branch: branch.map(n),
                tag: tag.map(n),
            };
            let found = newest_first(&ledger, &n("Web"), &wanted).unwrap();
            let numbers: Vec<_> = found.iter().map(|it| it.number.as_str()).collect();
            assert_eq!(numbers, expected, "{wanted:?}");
        }
    }

    #[test]
    fn a_version_may_be_the_head_of_several_branches() {
        let heads = Heads::read(&shop(), &n("Web")).unwrap();
        assert_eq!(heads.of(&n("3")), [n("main"), n("release")]);
        assert_eq!(heads.of(&n("1")), []);
        let branches = newest_branches_first(&shop(), &n("Web")).unwrap();
        let branches: Vec<_> = branches.iter().map(|it| it.branch.as_str()).collect();
        assert_eq!(branches, ["release", "feat", "main"]);
    }
}
