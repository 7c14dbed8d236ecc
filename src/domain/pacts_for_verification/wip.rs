//! Which pacts are *work in progress* (spec: semantics §6.7).
//!
//! The heads of all branches and tags of all consumers, published since a date, unless they were
//! selected anyway or the provider's branch, or every one of its tags, has accepted them. They
//! are shown so that a provider hears of a change early; they can never fail its build.
//!
//! By the broker's rules a tag that came into use after a version was verified does not accept what
//! that version verified, and a branch began when the oldest version on it was first mentioned. One
//! thing of the recorded broker is copied under neither rules: it forgets verifications after 30
//! days, so the same commits would give another answer later.

use std::collections::BTreeSet;

use super::super::content::ContentId;
use super::super::ledger::Read;
use super::super::name::{PacticipantName, TagName, VersionNumber};
use super::super::time::Timestamp;
use super::choice::Reason;
use super::pending::{Line, ProviderBuild};
use super::select::{Found, Search, on_branch, with_tag};

/// A head that is work in progress, and for which tag of the provider if it goes by tags.
pub(super) struct InProgress {
    pub(super) found: Found,
    pub(super) tag: Option<TagName>,
}

impl InProgress {
    /// Returns whose pact it is, and its content.
    pub(super) fn key(&self, provider: &PacticipantName) -> Option<(PacticipantName, ContentId)> {
        let content = self.found.version.content(provider)?;
        Some((self.found.consumer.clone(), content.clone()))
    }
}

/// Returns the heads that are work in progress for a build, in the order in which the broker
/// lists what they are heads of.
pub(super) fn in_progress(
    search: &Search<'_>,
    build: &ProviderBuild,
    line: &Line,
    since: Timestamp,
    explicit: &BTreeSet<(PacticipantName, ContentId)>,
) -> Read<Vec<InProgress>> {
    match build {
        ProviderBuild::Unknown => Ok(Vec::new()),
        ProviderBuild::OnBranch(_) | ProviderBuild::OnNamelessBranch => {
            let mut heads = branch_heads(search, since, explicit)?;
            heads.extend(tag_heads(search, since, explicit)?);
            let mut in_progress = Vec::new();
            for (found, content) in heads {
                let verified =
                    search
                        .ledger
                        .verified(search.provider, &found.consumer, &content)?;
                if !line.branch_accepted(&verified) {
                    in_progress.push(InProgress { found, tag: None });
                }
            }
            Ok(in_progress)
        }
        ProviderBuild::Tagged(tags) => {
            let mut in_progress = by_tag(search, tags, line, tag_heads(search, since, explicit)?)?;
            let heads = branch_heads(search, since, explicit)?;
            in_progress.extend(by_tag(search, tags, line, heads)?);
            Ok(in_progress)
        }
    }
}

/// A head, and the content of its pact.
type Head = (Found, ContentId);

/// Returns the heads once for each provider tag that has not accepted them, tag by tag.
fn by_tag(
    search: &Search<'_>,
    tags: &[TagName],
    line: &Line,
    heads: Vec<Head>,
) -> Read<Vec<InProgress>> {
    let mut pending = Vec::new();
    for (found, content) in heads {
        let verified = search
            .ledger
            .verified(search.provider, &found.consumer, &content)?;
        pending.push((found, line.tags_that_did_not_accept(&verified)));
    }
    let mut in_progress = Vec::new();
    for tag in tags {
        for (found, not_accepted) in &pending {
            if not_accepted.contains(tag) {
                in_progress.push(InProgress {
                    found: found.clone(),
                    tag: Some(tag.clone()),
                });
            }
        }
    }
    Ok(in_progress)
}

fn branch_heads(
    search: &Search<'_>,
    since: Timestamp,
    explicit: &BTreeSet<(PacticipantName, ContentId)>,
) -> Read<Vec<Head>> {
    candidates(search, since, explicit, |consumer| {
        let heads = search.ledger.branch_heads(consumer)?.into_iter();
        Ok(heads
            .map(|head| (on_branch(&head.branch), head.version))
            .collect())
    })
}

fn tag_heads(
    search: &Search<'_>,
    since: Timestamp,
    explicit: &BTreeSet<(PacticipantName, ContentId)>,
) -> Read<Vec<Head>> {
    candidates(search, since, explicit, |consumer| {
        let heads = search.ledger.tag_heads(consumer)?.into_iter();
        Ok(heads
            .map(|head| (with_tag(&head.tag), head.version))
            .collect())
    })
}

/// Returns the candidates among the heads that each consumer has, oldest version first.
fn candidates(
    search: &Search<'_>,
    since: Timestamp,
    explicit: &BTreeSet<(PacticipantName, ContentId)>,
    heads_of: impl Fn(&PacticipantName) -> Read<Vec<(Reason, VersionNumber)>>,
) -> Read<Vec<Head>> {
    let mut heads = Vec::new();
    for consumer in &search.consumers {
        for (reason, number) in heads_of(consumer)? {
            let version = search.ledger.version(consumer, &number)?;
            let found = search.found(None, consumer, reason, version);
            heads.extend(found.and_then(|found| candidate(search, found, since, explicit)));
        }
    }
    Ok(oldest_first(heads))
}

/// Returns a head with its content if it was published after a date and is not selected anyway.
fn candidate(
    search: &Search<'_>,
    found: Found,
    since: Timestamp,
    explicit: &BTreeSet<(PacticipantName, ContentId)>,
) -> Option<Head> {
    let publication = found.version.pacts.get(search.provider)?;
    let content = publication.content.clone();
    let is_new = publication.created_at > since;
    let key = (found.consumer.clone(), content);
    (is_new && !explicit.contains(&key)).then_some((found, key.1))
}

/// Sorts heads by the age of their versions, and those of one version in the order in which it was
/// put on the branches, or by the names of the tags: that is how the words list them.
fn oldest_first(mut heads: Vec<Head>) -> Vec<Head> {
    heads.sort_by_key(|(found, _)| {
        let position = match &found.choice.reason {
            Reason::Branch { branch, .. } => {
                found.version.branches.iter().position(|on| on == branch)
            }
            _ => None,
        };
        (found.version.seq, position)
    });
    heads
}
