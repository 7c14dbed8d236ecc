//! What proved something, and is gone: which first successes it takes along.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::super::content::ContentId;
use super::super::super::fact::WhyGone;
use super::super::super::ledger::{Ledger, Read};
use super::super::super::name::{BranchName, PacticipantName, TagName, VersionNumber};
use super::super::super::time::Seq;
use super::super::super::verification::{FirstSuccess, Run, VerificationResult, Verified};
use super::super::super::version::Version;
use super::super::run::{content_key, with_success};
use super::super::{ContentKey, Entry};

/// What proved something, and is gone.
#[derive(Default)]
pub(super) struct Evidence {
    /// The contents that nobody publishes any more.
    unpublished: BTreeSet<ContentKey>,
    /// By content the sequences of the runs whose success is gone.
    gone: BTreeMap<ContentKey, BTreeSet<Seq>>,
    /// The contents whose successes are all there, but may count for less.
    doubted: BTreeSet<ContentKey>,
    /// By provider what its successes do not count for any more.
    losses: BTreeMap<PacticipantName, Losses>,
}

/// What the successes of a provider do not count for any more.
#[derive(Default)]
struct Losses {
    /// The branches that are gone.
    deleted: BTreeSet<BranchName>,
    /// The runs of versions that are not on a branch any more.
    branches: BTreeMap<BranchName, BTreeSet<Seq>>,
    /// The runs of versions that do not have a tag any more.
    tags: BTreeMap<TagName, BTreeSet<Seq>>,
    /// The versions that have lost something, as they are now.
    versions: BTreeMap<VersionNumber, Arc<Version>>,
}

impl Evidence {
    /// Results of a run are gone.
    pub(super) fn lose(
        &mut self,
        provider: &PacticipantName,
        run: Seq,
        results: &[VerificationResult],
    ) {
        for result in results.iter().filter(|result| result.success) {
            let gone = self.gone.entry(content_key(provider, result));
            gone.or_default().insert(run);
        }
    }

    /// The version of a run has lost branches or tags.
    pub(super) fn doubt(
        &mut self,
        provider: &PacticipantName,
        run: &Run,
        before: &Version,
        after: &Arc<Version>,
    ) {
        let successes = run.results.iter().filter(|result| result.success);
        let keys = successes.map(|result| content_key(provider, result));
        self.doubted.extend(keys);
        let losses = self.losses.entry(provider.clone()).or_default();
        for branch in before.branches.iter().filter(|name| !after.is_on(name)) {
            let runs = losses.branches.entry(branch.clone()).or_default();
            runs.insert(run.seq);
        }
        for tag in before.tags.iter().filter(|name| !after.has_tag(name)) {
            losses.tags.entry(tag.clone()).or_default().insert(run.seq);
        }
        let versions = &mut losses.versions;
        versions.insert(after.number.clone(), Arc::clone(after));
    }

    /// Nobody publishes a content any more.
    pub(super) fn unpublish(&mut self, key: &ContentKey) {
        self.unpublished.insert(key.clone());
    }

    /// Branches of a provider are gone: no success counts for them, of whatever run, even one that
    /// only the history has. Reads every version of its consumers.
    pub(super) fn forget_branches(
        &mut self,
        ledger: &dyn Ledger,
        provider: &PacticipantName,
        branches: &BTreeSet<BranchName>,
    ) -> Read<()> {
        let losses = self.losses.entry(provider.clone()).or_default();
        losses.deleted.extend(branches.iter().cloned());
        for consumer in ledger.consumers_of(provider)? {
            for version in ledger.versions(&consumer)? {
                let content = version.content(provider);
                self.doubted.extend(content.map(|content| ContentKey {
                    consumer: consumer.clone(),
                    provider: provider.clone(),
                    content: content.clone(),
                }));
            }
        }
        Ok(())
    }

    /// Adds the first successes that change, provider by provider.
    pub(super) fn judge(
        &self,
        ledger: &dyn Ledger,
        why: WhyGone,
        entries: &mut Vec<Entry>,
    ) -> Read<()> {
        let mut suspects: BTreeMap<&PacticipantName, Vec<(&ContentKey, Verified)>> =
            BTreeMap::new();
        let keys = self.unpublished.iter().chain(self.gone.keys());
        let keys: BTreeSet<_> = keys.chain(&self.doubted).collect();
        for key in keys {
            if why == WhyGone::Cleaned && self.is_there(ledger, key)? {
                continue;
            }
            let verified = ledger.verified(&key.provider, &key.consumer, &key.content)?;
            if verified != Verified::default() {
                let suspects = suspects.entry(&key.provider).or_default();
                suspects.push((key, verified));
            }
        }
        for (provider, suspects) in suspects {
            let runs = ledger.runs(provider)?;
            let proofs = proofs(&runs);
            for (key, before) in suspects {
                let proofs = proofs.get(&(&key.consumer, &key.content));
                let proofs = proofs.map_or(&[][..], Vec::as_slice);
                let gone = self.gone.get(key);
                let is_left =
                    |(run, _): &&(&Run, bool)| gone.is_none_or(|it| !it.contains(&run.seq));
                let proofs: Vec<_> = proofs.iter().filter(is_left).collect();
                let after = if proofs.is_empty() && !self.is_there(ledger, key)? {
                    Verified::default()
                } else if why == WhyGone::Cleaned {
                    continue;
                } else {
                    self.judged(ledger, key, &before, &proofs)?
                };
                if after != before {
                    entries.push(Entry::Verified(key.clone(), after));
                }
            }
        }
        Ok(())
    }

    /// Returns first successes without what is gone, and with what is left.
    fn judged(
        &self,
        ledger: &dyn Ledger,
        key: &ContentKey,
        before: &Verified,
        proofs: &[&(&Run, bool)],
    ) -> Read<Verified> {
        let provider = &key.provider;
        let losses = self.losses.get(provider);
        let mut after = without(before, self.gone.get(key), losses);
        for (run, wip) in proofs {
            let changed = losses.and_then(|losses| losses.versions.get(&run.version));
            let version = match changed {
                Some(changed) => Some(Arc::clone(changed)),
                None => ledger.version(provider, &run.version)?,
            };
            if let Some(version) = version {
                after = with_success(after, &version, run.seq, *wip);
            }
        }
        Ok(after)
    }

    fn is_there(&self, ledger: &dyn Ledger, key: &ContentKey) -> Read<bool> {
        let stored = || ledger.content(&key.consumer, &key.provider, &key.content);
        Ok(!self.unpublished.contains(key) && stored()?.is_some())
    }
}

/// The runs in which each content of a consumer succeeded, and whether as work in progress.
type Proofs<'a> = BTreeMap<(&'a PacticipantName, &'a ContentId), Vec<(&'a Run, bool)>>;

fn proofs(runs: &[Arc<Run>]) -> Proofs<'_> {
    let mut proofs = Proofs::new();
    for run in runs {
        for result in run.results.iter().filter(|result| result.success) {
            let key = (&result.consumer, &result.content);
            proofs.entry(key).or_default().push((run, result.wip));
        }
    }
    proofs
}

/// Returns first successes without those that some runs said, and what they do not count for.
fn without(verified: &Verified, gone: Option<&BTreeSet<Seq>>, losses: Option<&Losses>) -> Verified {
    let left = |first: &FirstSuccess, lost: Option<&BTreeSet<Seq>>| {
        let is_left = |seq: &Seq| {
            [gone, lost]
                .into_iter()
                .flatten()
                .all(|it| !it.contains(seq))
        };
        let not_wip = first.not_wip.filter(is_left);
        let any = Some(first.any).filter(is_left).or(not_wip)?;
        Some(FirstSuccess { any, not_wip })
    };
    let is_deleted = |name: &BranchName| losses.is_some_and(|losses| losses.deleted.contains(name));
    let branches = verified.branches.iter();
    let branches = branches.filter(|(name, _)| !is_deleted(name));
    Verified {
        ever: verified.ever.as_ref().and_then(|first| left(first, None)),
        branches: branches
            .filter_map(|(name, first)| {
                let lost = losses.and_then(|losses| losses.branches.get(name));
                Some((name.clone(), left(first, lost)?))
            })
            .collect(),
        tags: verified
            .tags
            .iter()
            .filter_map(|(name, first)| {
                let lost = losses.and_then(|losses| losses.tags.get(name));
                Some((name.clone(), left(first, lost)?))
            })
            .collect(),
    }
}
