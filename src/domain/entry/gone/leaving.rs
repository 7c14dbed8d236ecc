//! The versions of one application before and after something of them is gone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::super::fact::WhyGone;
use super::super::super::ledger::{Ledger, Read};
use super::super::super::name::{PacticipantName, TagName, VersionNumber};
use super::super::super::time::Seq;
use super::super::super::version::{BranchHead, TagHead, Version};
use super::super::environment::next_environment_seq;
use super::super::{ContentKey, Entry};
use super::contracts;
use super::evidence::Evidence;
use super::tests_left::UnusedTests;

/// The versions of one application as they were and as they are now, each oldest first.
pub(super) struct Leaving<'a> {
    pub(super) ledger: &'a dyn Ledger,
    pub(super) name: &'a PacticipantName,
    why: WhyGone,
    pub(super) before: Vec<Arc<Version>>,
    pub(super) after: Vec<Arc<Version>>,
}

/// Returns the entry that counts one more fact about a pacticipant.
pub(super) fn one_more_fact(
    ledger: &dyn Ledger,
    name: &PacticipantName,
    latest: Option<VersionNumber>,
) -> Read<Entry> {
    let seq = ledger.last_seq(name)?.next();
    Ok(Entry::Latest(name.clone(), latest, seq))
}

/// Nothing is deployed or released that is not there.
pub(super) fn places(
    ledger: &dyn Ledger,
    name: &PacticipantName,
    goes: impl Fn(&VersionNumber) -> bool,
    entries: &mut Vec<Entry>,
) -> Read<()> {
    for environment in ledger.environments()? {
        let place = &environment.name;
        let before = entries.len();
        for deployed in ledger.deployed(place, name)? {
            if goes(&deployed.version) {
                let name = deployed.pacticipant;
                entries.push(Entry::Undeployed(place.clone(), name, deployed.instance));
            }
        }
        for released in ledger.released(place, name)? {
            if goes(&released.version) {
                let (name, version) = (released.pacticipant, released.version);
                entries.push(Entry::SupportEnded(place.clone(), name, version));
            }
        }
        // Others whose versions go with the same fact have taken theirs from the list already.
        let known = entries.iter().rev().find_map(|entry| match entry {
            Entry::Ended(name, ended) if name == place => Some(ended.clone()),
            _ => None,
        });
        let mut ended = match known {
            Some(ended) => ended,
            None => ledger.ended(place)?,
        };
        let remembered = ended.len();
        ended.retain(|ended| {
            let (whose, number) = ended.version();
            whose != name || !goes(number)
        });
        if ended.len() < remembered {
            entries.push(Entry::Ended(place.clone(), ended));
        }
        if entries.len() > before {
            entries.push(next_environment_seq(ledger, place)?);
        }
    }
    Ok(())
}

impl<'a> Leaving<'a> {
    /// Returns the versions of an application; `stays` takes from each what goes, and says whether
    /// the version itself stays.
    pub(super) fn new(
        ledger: &'a dyn Ledger,
        name: &'a PacticipantName,
        why: WhyGone,
        stays: impl Fn(&mut Version) -> bool,
    ) -> Read<Self> {
        let before = ledger.versions(name)?;
        let changed = before.iter().filter_map(|version| {
            let mut changed = Version::clone(version);
            if !stays(&mut changed) {
                return None;
            }
            let is_same = changed == **version;
            Some(if is_same {
                Arc::clone(version)
            } else {
                Arc::new(changed)
            })
        });
        let after = changed.collect();
        Ok(Self {
            ledger,
            name,
            why,
            before,
            after,
        })
    }

    /// Adds what has to be stored; nothing if everything is as it was.
    pub(super) fn entries(&self, entries: &mut Vec<Entry>, evidence: &mut Evidence) -> Read<()> {
        if self.before == self.after {
            return Ok(());
        }
        let gone: BTreeSet<_> = self.gone().map(|version| &version.number).collect();
        if !gone.is_empty() {
            places(
                self.ledger,
                self.name,
                |number| gone.contains(number),
                entries,
            )?;
        }
        self.runs(entries, evidence)?;
        self.contents(entries, evidence)?;
        self.branch_heads(entries)?;
        self.tag_heads(entries)?;
        self.latest(entries)?;
        for version in self.after.iter().filter(|after| !self.is_same(after)) {
            entries.push(Entry::Version(self.name.clone(), Version::clone(version)));
        }
        let gone = self.gone().map(|version| version.number.clone());
        entries.extend(gone.map(|number| Entry::VersionGone(self.name.clone(), number)));
        Ok(())
    }

    /// Says whether a version is gone already.
    pub(super) fn is_lost(&self, number: &VersionNumber) -> bool {
        self.before.iter().all(|version| version.number != *number)
    }

    /// Returns the versions that are gone altogether.
    fn gone(&self) -> impl Iterator<Item = &Arc<Version>> {
        let left: BTreeSet<_> = self.after.iter().map(|version| &version.number).collect();
        let before = self.before.iter();
        before.filter(move |version| !left.contains(&version.number))
    }

    /// Returns what each version was that has lost something, and what it is now.
    fn losses(&self) -> impl Iterator<Item = (&Arc<Version>, Option<&Arc<Version>>)> {
        let left: BTreeMap<_, _> = self.after.iter().map(|it| (&it.number, it)).collect();
        let pairs = self.before.iter().map(move |before| {
            let after = left.get(&before.number).copied();
            (before, after)
        });
        pairs.filter(|(before, after)| after.is_none_or(|after| after != *before))
    }

    /// Says whether a version is what it was: those that did not change are shared.
    fn is_same(&self, after: &Arc<Version>) -> bool {
        let known = self.before.binary_search_by_key(&after.seq, |it| it.seq);
        known.is_ok_and(|place| self.before[place] == *after)
    }

    /// The runs of versions that are gone go; those of versions that have lost a branch or a tag
    /// do not count for it any more.
    fn runs(&self, entries: &mut Vec<Entry>, evidence: &mut Evidence) -> Read<()> {
        let mut unused = UnusedTests::default();
        for (before, after) in self.losses() {
            if after.is_some_and(|after| {
                (&after.branches, &after.tags) == (&before.branches, &before.tags)
            }) {
                continue;
            }
            for run in self.ledger.runs_of(self.name, &before.number)? {
                if let Some(after) = after {
                    evidence.doubt(self.name, &run, before, after);
                    continue;
                }
                let name = self.name.clone();
                entries.push(Entry::RunGone(name, run.version.clone(), run.number));
                evidence.lose(self.name, run.seq, &run.results);
                unused.lose(&run.results);
            }
        }
        let left: BTreeSet<_> = self.after.iter().map(|version| &version.number).collect();
        unused.judge(self.ledger, self.name, entries, |run, _| {
            left.contains(&run.version)
        })
    }

    /// Contents that nobody publishes any more go; a clean-up leaves them under the eyes of a
    /// provider.
    fn contents(&self, entries: &mut Vec<Entry>, evidence: &mut Evidence) -> Read<()> {
        let published = |versions: &[Arc<Version>]| -> BTreeSet<ContentKey> {
            let pacts = versions.iter().flat_map(|version| &version.pacts);
            pacts
                .map(|(provider, pact)| ContentKey {
                    consumer: self.name.clone(),
                    provider: provider.clone(),
                    content: pact.content.clone(),
                })
                .collect()
        };
        let (before, after) = (published(&self.before), published(&self.after));
        for key in before.difference(&after) {
            let Some(bytes) = self
                .ledger
                .content(self.name, &key.provider, &key.content)?
            else {
                continue;
            };
            let is_shown = self.ledger.contract(&key.provider, self.name)? == Some(bytes);
            if is_shown && self.why == WhyGone::Cleaned {
                continue;
            }
            evidence.unpublish(key);
            entries.push(Entry::ContentGone(key.clone()));
        }
        match self.why {
            WhyGone::Cleaned => Ok(()),
            WhyGone::Deleted => contracts::entries(self, entries),
        }
    }

    /// Puts the newest version that is left in the place of a head that is gone. In which order
    /// versions were put on a branch is known of the last one only (spec: semantics §3).
    fn branch_heads(&self, entries: &mut Vec<Entry>) -> Read<()> {
        let mut branches = BTreeSet::new();
        for (before, after) in self.losses() {
            let lost = |branch: &&_| after.is_none_or(|after| !after.is_on(branch));
            branches.extend(before.branches.iter().filter(lost));
        }
        for branch in branches {
            let Some(head) = self.ledger.branch_head(self.name, branch)? else {
                continue;
            };
            let is_on = |version: &&Arc<Version>| version.is_on(branch);
            let mut left = self.after.iter().filter(is_on);
            if left.any(|version| version.number == head.version) {
                continue;
            }
            let name = self.name.clone();
            entries.push(match self.after.iter().rfind(is_on) {
                Some(next) => {
                    let version = next.number.clone();
                    Entry::BranchHead(name, BranchHead { version, ..head })
                }
                None => Entry::BranchHeadGone(name, branch.clone()),
            });
        }
        Ok(())
    }

    /// Does the same for tags. A tag is as old as the oldest use of it that is left.
    fn tag_heads(&self, entries: &mut Vec<Entry>) -> Read<()> {
        let mut tags: BTreeMap<&TagName, Seq> = BTreeMap::new();
        for (before, after) in self.losses() {
            let lost = |tag: &&_| after.is_none_or(|after| !after.has_tag(tag));
            for tag in before.tags.iter().filter(lost) {
                tags.entry(tag).or_insert(before.seq);
            }
        }
        for (tag, oldest_lost) in tags {
            let Some(head) = self.ledger.tag_head(self.name, tag)? else {
                continue;
            };
            let mut left = self.after.iter().filter(|version| version.has_tag(tag));
            let oldest = left.next();
            let newest = left.next_back().or(oldest);
            let (Some(oldest), Some(newest)) = (oldest, newest) else {
                entries.push(Entry::TagHeadGone(self.name.clone(), tag.clone()));
                continue;
            };
            // Before a version is there it cannot be tagged; when it was, the history knows.
            let may_be_first = oldest_lost <= head.since && self.why == WhyGone::Deleted;
            let since = if may_be_first {
                head.since.max(oldest.seq)
            } else {
                head.since
            };
            let next = TagHead {
                tag: tag.clone(),
                version: newest.number.clone(),
                since,
            };
            if next != head {
                entries.push(Entry::TagHead(self.name.clone(), next));
            }
        }
        Ok(())
    }

    fn latest(&self, entries: &mut Vec<Entry>) -> Read<()> {
        // A clean-up never takes the latest version.
        if self.why == WhyGone::Deleted {
            let latest = self.after.last().map(|version| version.number.clone());
            entries.push(one_more_fact(self.ledger, self.name, latest)?);
        }
        Ok(())
    }
}
