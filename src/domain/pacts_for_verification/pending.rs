//! What is known of the provider build that asks, and whether it may still fail a pact.
//!
//! A build stands on a branch, or it has tags; a content that its line of work never verified
//! may fail without failing the build. "Before this branch began" is decided by the sequences of
//! the provider's own history, never by a clock (spec: semantics §6.6, §6.7).

use std::collections::BTreeMap;

use super::super::ledger::{Ledger, Read};
use super::super::name::{BranchName, PacticipantName, TagName};
use super::super::time::Seq;
use super::super::verification::{FirstSuccess, Verified};

/// What is known of the provider build that asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProviderBuild {
    /// It is of a branch. Its tags do not matter then.
    OnBranch(BranchName),
    /// It gave an empty text for its branch: a branch of which nothing was ever verified.
    OnNamelessBranch,
    /// It has tags, and no branch is known.
    Tagged(Vec<TagName>),
    /// Nothing is known of it.
    Unknown,
}

impl ProviderBuild {
    /// Returns what is known of a build with this branch and these tags.
    #[must_use]
    pub fn new(branch: Option<BranchName>, tags: Vec<TagName>) -> Self {
        match branch {
            Some(branch) => Self::OnBranch(branch),
            None if tags.is_empty() => Self::Unknown,
            None => Self::Tagged(tags),
        }
    }

    /// Returns the branch, if it is known by name.
    #[must_use]
    pub fn branch(&self) -> Option<&BranchName> {
        match self {
            Self::OnBranch(branch) => Some(branch),
            _ => None,
        }
    }
}

/// A build, with the moments at which its branch or its tags came into use.
pub(super) struct Line {
    build: ProviderBuild,
    /// When the branch began; `None` if no version was ever put on it.
    branch_since: Option<Seq>,
    /// The tags, each with the moment of its first use.
    tags: Vec<(TagName, Option<Seq>)>,
}

/// Whether a build may fail a pact, and with which words that is explained.
pub(super) struct Standing {
    pub(super) pending: bool,
    /// The branch or tags that the explanation names.
    pub(super) named: ProviderBuild,
}

impl Line {
    /// Looks up when the branch or the tags of a build came into use.
    pub(super) fn of(
        ledger: &dyn Ledger,
        provider: &PacticipantName,
        build: &ProviderBuild,
    ) -> Read<Self> {
        let branch_since = match build {
            ProviderBuild::OnBranch(branch) => ledger.branch_head(provider, branch)?,
            _ => None,
        };
        let mut tags = Vec::new();
        if let ProviderBuild::Tagged(names) = build {
            for tag in names {
                let since = ledger.tag_head(provider, tag)?.map(|head| head.since);
                tags.push((tag.clone(), since));
            }
        }
        Ok(Self {
            build: build.clone(),
            branch_since: branch_since.map(|head| head.since),
            tags,
        })
    }

    /// Says whether the build may fail a content without failing (spec: semantics §6.6).
    pub(super) fn standing(&self, verified: &Verified) -> Standing {
        let any = |first: &FirstSuccess| Some(first.any);
        match &self.build {
            ProviderBuild::OnBranch(_) | ProviderBuild::OnNamelessBranch => Standing {
                pending: !self.branch_did(verified, any),
                named: self.build.clone(),
            },
            ProviderBuild::Tagged(names) => {
                let pending = self.tags_that_did_not(verified, any);
                Standing {
                    pending: !pending.is_empty(),
                    named: if pending.is_empty() {
                        ProviderBuild::Tagged(names.clone())
                    } else {
                        ProviderBuild::Tagged(pending)
                    },
                }
            }
            ProviderBuild::Unknown => Standing {
                pending: verified.ever.is_none(),
                named: ProviderBuild::Unknown,
            },
        }
    }

    /// Says whether the branch verified a content that was not work in progress then, or
    /// inherited that from another branch (spec: semantics §6.7).
    pub(super) fn branch_accepted(&self, verified: &Verified) -> bool {
        self.branch_did(verified, |first| first.not_wip)
    }

    /// Returns the tags that neither verified a content that was not work in progress then, nor
    /// inherited that from another tag.
    pub(super) fn tags_that_did_not_accept(&self, verified: &Verified) -> Vec<TagName> {
        self.tags_that_did_not(verified, |first| first.not_wip)
    }

    fn branch_did(&self, verified: &Verified, when: impl Fn(&FirstSuccess) -> Option<Seq>) -> bool {
        did(
            &verified.branches,
            self.build.branch(),
            self.branch_since,
            when,
        )
    }

    fn tags_that_did_not(
        &self,
        verified: &Verified,
        when: impl Fn(&FirstSuccess) -> Option<Seq>,
    ) -> Vec<TagName> {
        let tags = self.tags.iter();
        tags.filter(|(tag, since)| !did(&verified.tags, Some(tag), *since, &when))
            .map(|(tag, _)| tag.clone())
            .collect()
    }
}

/// Says whether a line of work succeeded, or another one did before this one began. One that has
/// not begun yet inherits every success.
fn did<K: Ord>(
    firsts: &BTreeMap<K, FirstSuccess>,
    line: Option<&K>,
    since: Option<Seq>,
    when: impl Fn(&FirstSuccess) -> Option<Seq>,
) -> bool {
    firsts.iter().any(|(other, first)| {
        when(first).is_some_and(|seq| Some(other) == line || since.is_none_or(|since| seq < since))
    })
}
