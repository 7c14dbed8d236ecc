//! A *selector* points at versions without naming them; a *destination* says what they are to meet.
//!
//! [`Selector`] is what somebody asked for; [`ResolvedSelector`] is what was found for it.

mod resolved;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(super) mod written;

pub use resolved::{Found, Origin, ResolvedSelector};
pub(super) use resolved::{any_version_of, version_of};

use super::name::{BranchName, EnvironmentName, PacticipantName, TagName, VersionNumber};

/// Which versions of a pacticipant are meant: those that meet every criterion given.
///
/// With no criterion it means every version. The same type says what to ignore: a name, or a name
/// and a version (spec: semantics §9.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    /// Whose versions.
    pub pacticipant: PacticipantName,
    /// The version with this number.
    pub version: Option<VersionNumber>,
    /// The newest of those that meet the other criteria; of a branch its head, whatever its age.
    pub latest: bool,
    /// Versions with this tag.
    pub tag: Option<TagName>,
    /// Versions on this branch.
    pub branch: Option<BranchName>,
    /// Versions on the pacticipant's main branch.
    pub main_branch: bool,
    /// Versions deployed in, or released to, this environment now.
    pub environment: Option<EnvironmentName>,
}

impl Selector {
    /// Returns the selector of every version of a pacticipant.
    #[must_use]
    pub fn every_version(pacticipant: PacticipantName) -> Self {
        Self {
            pacticipant,
            version: None,
            latest: false,
            tag: None,
            branch: None,
            main_branch: false,
            environment: None,
        }
    }

    /// Returns the selector of one version.
    #[must_use]
    pub fn version(pacticipant: PacticipantName, number: VersionNumber) -> Self {
        Self {
            version: Some(number),
            ..Self::every_version(pacticipant)
        }
    }

    /// Says whether there is no criterion beside the name.
    #[must_use]
    pub fn is_name_only(&self) -> bool {
        self.version.is_none()
            && !self.latest
            && self.tag.is_none()
            && self.branch.is_none()
            && !self.main_branch
            && self.environment.is_none()
    }
}

/// What the selected versions are to meet: the other side of the question.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Destination {
    /// Only each other.
    #[default]
    None,
    /// What is deployed in, or released to, an environment.
    Environment(EnvironmentName),
    /// The versions with a tag.
    Tag {
        /// The tag.
        tag: TagName,
        /// Only the newest version with it.
        latest: bool,
    },
    /// The versions on each pacticipant's own main branch.
    MainBranch {
        /// Only the head of it.
        latest: bool,
    },
    /// The latest version of everything.
    Latest,
}

impl Destination {
    /// Returns the selector of the versions of a pacticipant at this destination.
    ///
    /// [`Destination::None`] has none to offer, so it gives every version.
    #[must_use]
    pub fn selector(&self, pacticipant: PacticipantName) -> Selector {
        let every = Selector::every_version(pacticipant);
        match self {
            Self::None => every,
            Self::Environment(environment) => Selector {
                environment: Some(environment.clone()),
                ..every
            },
            Self::Tag { tag, latest } => Selector {
                tag: Some(tag.clone()),
                latest: *latest,
                ..every
            },
            Self::MainBranch { latest } => Selector {
                main_branch: true,
                latest: *latest,
                ..every
            },
            Self::Latest => Selector {
                latest: true,
                ..every
            },
        }
    }
}
