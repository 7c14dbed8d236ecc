//! The builds that would settle what is owed: one for each version of a provider.

use std::sync::Arc;

use super::Owed;
use crate::domain::name::BranchName;
use crate::domain::name::VersionNumber;
use crate::domain::pacticipant::Pacticipant;

/// A build that would settle something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Build<'a> {
    /// The provider.
    pub provider: &'a Arc<Pacticipant>,
    /// The version to build.
    pub version: &'a VersionNumber,
    /// The branch of which it is the head, if that is why it matters.
    pub branch: Option<&'a BranchName>,
    /// What it owes, the oldest first; one contract at least.
    pub contracts: Vec<&'a Owed>,
}

impl Build<'_> {
    /// Returns the branch to build on: that of the version, else the main one.
    #[must_use]
    pub fn branch_to_build(&self) -> Option<&BranchName> {
        self.branch.or(self.provider.main_branch.as_ref())
    }

    /// Returns in a sentence what is to be verified, and why.
    #[must_use]
    pub fn message(&self) -> String {
        let mut consumers: Vec<&str> = self
            .contracts
            .iter()
            .map(|it| it.consumer.as_str())
            .collect();
        consumers.dedup();
        let (name, version) = (&self.provider.name, self.version);
        format!(
            "Verify contracts of {} by {name} version {version}",
            consumers.join(", ")
        )
    }
}

/// Returns the builds that would settle what is owed, that of the oldest first.
#[must_use]
pub fn builds(owed: &[Owed]) -> Vec<Build<'_>> {
    let mut builds: Vec<Build<'_>> = Vec::new();
    for owed in owed.iter().filter(|owed| owed.awaits_a_build()) {
        let Some(version) = &owed.version else {
            continue;
        };
        let mut known = builds.iter_mut();
        let same = |build: &&mut Build<'_>| {
            build.provider.name == owed.provider.name && build.version == version
        };
        match known.find(same) {
            Some(build) => {
                build.contracts.push(owed);
                build.branch = build.branch.or(owed.branch.as_ref());
            }
            None => builds.push(Build {
                provider: &owed.provider,
                version,
                branch: owed.branch.as_ref(),
                contracts: vec![owed],
            }),
        }
    }
    builds
}
