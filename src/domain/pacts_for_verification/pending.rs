//! What is known of the provider build that asks, and whether it may still fail a pact.
//!
//! A build stands on a branch, or it has tags; a content that its line of work never verified
//! may fail without failing the build. "Before this branch began" is decided by the sequences of
//! the provider's own history, never by a clock (spec: semantics §6.6, §6.7).

use std::collections::BTreeMap;

use super::super::ledger::{Ledger, Read};
use super::super::name::{BranchName, TagName};
use super::super::rules::Rules;
use super::super::time::Seq;
use super::super::verification::{FirstSuccess, Verified};
use super::Request;

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
    /// The same for work in progress: the broker counts from the creation of the oldest version on
    /// the branch, even if it was put there later.
    branch_since_for_wip: Option<Seq>,
    /// The tags, each with the moment of its first use.
    tags: Vec<(TagName, Option<Seq>)>,
    /// When each tag of the provider came into use: by the broker's rules a success counts as work
    /// that a tag accepted only if the tag was there. `None` where that does not matter.
    tags_since: Option<BTreeMap<TagName, Seq>>,
}

/// Whether a build may fail a pact, and with which words that is explained.
pub(super) struct Standing {
    pub(super) pending: bool,
    /// The branch or tags that the explanation names.
    pub(super) named: ProviderBuild,
}

impl Line {
    /// Looks up when the branch or the tags of the build that asks came into use.
    pub(super) fn of(ledger: &dyn Ledger, request: &Request, rules: Rules) -> Read<Self> {
        let Request {
            provider, build, ..
        } = request;
        let branch = match build {
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
        let mut tags_since = None;
        if rules == Rules::PactBroker && request.include_wip_since.is_some() && !tags.is_empty() {
            let heads = ledger.tag_heads(provider)?.into_iter();
            tags_since = Some(heads.map(|head| (head.tag, head.since)).collect());
        }
        Ok(Self {
            build: build.clone(),
            branch_since: branch.as_ref().map(|head| head.since),
            branch_since_for_wip: branch.map(|head| match rules {
                Rules::Strict => head.since,
                Rules::PactBroker => head.oldest,
            }),
            tags,
            tags_since,
        })
    }

    /// Says whether the build may fail a content without failing (spec: semantics §6.6).
    pub(super) fn standing(&self, verified: &Verified) -> Standing {
        let any = |first: &FirstSuccess| Some(first.any);
        match &self.build {
            ProviderBuild::OnBranch(_) | ProviderBuild::OnNamelessBranch => Standing {
                pending: !did(
                    &verified.branches,
                    self.build.branch(),
                    self.branch_since,
                    any,
                ),
                named: self.build.clone(),
            },
            ProviderBuild::Tagged(names) => {
                let firsts: Vec<_> = verified.tags.iter().collect();
                let pending = self.tags_that_did_not(&firsts, any);
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
        let branch = self.build.branch();
        let when = |first: &FirstSuccess| first.not_wip;
        did(&verified.branches, branch, self.branch_since_for_wip, when)
    }

    /// Returns the tags that neither verified a content that was not work in progress then, nor
    /// inherited that from another tag.
    pub(super) fn tags_that_did_not_accept(&self, verified: &Verified) -> Vec<TagName> {
        let mut firsts: Vec<_> = verified.tags.iter().collect();
        if let Some(tags_since) = &self.tags_since {
            firsts.retain(|(tag, first)| {
                let since = tags_since.get(*tag);
                since.is_none_or(|since| first.not_wip.is_some_and(|seq| *since <= seq))
            });
        }
        self.tags_that_did_not(&firsts, |first| first.not_wip)
    }

    fn tags_that_did_not(
        &self,
        firsts: &[(&TagName, &FirstSuccess)],
        when: impl Fn(&FirstSuccess) -> Option<Seq>,
    ) -> Vec<TagName> {
        let tags = self.tags.iter();
        tags.filter(|(tag, since)| !did(firsts.iter().copied(), Some(tag), *since, &when))
            .map(|(tag, _)| tag.clone())
            .collect()
    }
}

/// Says whether a line of work succeeded, or another one did before this one began. One that has
/// not begun yet inherits every success.
fn did<'a, K: Ord + 'a>(
    firsts: impl IntoIterator<Item = (&'a K, &'a FirstSuccess)>,
    line: Option<&K>,
    since: Option<Seq>,
    when: impl Fn(&FirstSuccess) -> Option<Seq>,
) -> bool {
    firsts.into_iter().any(|(other, first)| {
        when(first).is_some_and(|seq| Some(other) == line || since.is_none_or(|since| seq < since))
    })
}
