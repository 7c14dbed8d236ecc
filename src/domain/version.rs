//! A *version* of a pacticipant: what one build of it is called, and what it published.

use std::collections::BTreeMap;

use super::content::ContentId;
use super::name::{BranchName, PacticipantName, TagName, VersionNumber};
use super::time::{Seq, Timestamp};

/// A version of a pacticipant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its number, as the pipeline gave it.
    pub number: VersionNumber,
    /// When in the application's history it was first mentioned. "Latest" means the highest.
    pub seq: Seq,
    /// The same by the clock.
    pub created_at: Timestamp,
    /// When it was described anew; the time of its creation if it was only mentioned then, by
    /// what was said of a tag, a branch, a pact or a result (as the broker has it).
    pub updated_at: Option<Timestamp>,
    /// The build that made it.
    pub build_url: Option<String>,
    /// The branches that it is on, in the order in which it was put there.
    pub branches: Vec<BranchName>,
    /// The tags that it has, in the order in which they were given.
    pub tags: Vec<TagName>,
    /// The pact that it published with each provider.
    pub pacts: BTreeMap<PacticipantName, Publication>,
}

impl Version {
    /// Returns a version of which only the number is known.
    #[must_use]
    pub fn new(number: VersionNumber, seq: Seq, created_at: Timestamp) -> Self {
        Self {
            number,
            seq,
            created_at,
            updated_at: None,
            build_url: None,
            branches: Vec::new(),
            tags: Vec::new(),
            pacts: BTreeMap::new(),
        }
    }

    /// Returns the branch to show where one is shown: the one it was last put on.
    #[must_use]
    pub fn branch(&self) -> Option<&BranchName> {
        self.branches.last()
    }

    /// Says whether the version is on a branch.
    #[must_use]
    pub fn is_on(&self, branch: &BranchName) -> bool {
        self.branches.contains(branch)
    }

    /// Says whether the version has a tag.
    #[must_use]
    pub fn has_tag(&self, tag: &TagName) -> bool {
        self.tags.contains(tag)
    }

    /// Returns the content of its pact with a provider.
    #[must_use]
    pub fn content(&self, provider: &PacticipantName) -> Option<&ContentId> {
        self.pacts
            .get(provider)
            .map(|publication| &publication.content)
    }
}

/// Says whether a number is a word that means another version where people ask for one: the address
/// `…/versions/latest` is that of the newest, whatever its number is.
#[must_use]
pub fn means_another(number: &VersionNumber) -> bool {
    number.as_str().eq_ignore_ascii_case("latest")
}

/// The fact that a consumer version has a pact with a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// What was agreed.
    pub content: ContentId,
    /// When it was published; work in progress is counted from it (spec: semantics §6.7).
    pub created_at: Timestamp,
}

/// The version that a branch points to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BranchHead {
    /// The branch.
    pub branch: BranchName,
    /// The version that was last put on it, whatever its age (spec: semantics §3).
    pub version: VersionNumber,
    /// When the first version was put on the branch.
    pub since: Seq,
    /// When the oldest of all that were put on the branch was first mentioned, which may have been
    /// long before: from then on the broker counts a branch for work in progress.
    pub oldest: Seq,
}

/// The version that a tag stands for: the newest of those that have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagHead {
    /// The tag.
    pub tag: TagName,
    /// The newest version with the tag, not the last one tagged (spec: semantics §3).
    pub version: VersionNumber,
    /// When the tag was first used.
    pub since: Seq,
}
