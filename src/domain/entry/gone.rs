//! Versions that are gone: what goes with them, and what takes their places.
//!
//! With a version go its runs, the contents that no other version of it publishes, and where it
//! was deployed or released. A head or a latest version that goes is followed by the newest that
//! is left. A first success stays for as long as its content is there, or a run that says so.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::content::ContentId;
use super::super::fact::{VersionsGone, WhyGone};
use super::super::ledger::{Ledger, Read};
use super::super::name::{PacticipantName, VersionNumber};
use super::super::time::Seq;
use super::super::verification::{FirstSuccess, Run, Verified};
use super::super::version::{BranchHead, TagHead, Version};
use super::environment::next_environment_seq;
use super::run::{content_key, with_success};
use super::version::{contract_entries, current_version};
use super::{ContentKey, Entry};

/// Returns what has to be stored once versions are gone; nothing if they are gone already.
pub(super) fn gone_entries(ledger: &dyn Ledger, fact: &VersionsGone) -> Read<Vec<Entry>> {
    let mut entries = Vec::new();
    let mut evidence = Evidence::default();
    for (name, numbers) in &fact.versions {
        let every = ledger.versions(name)?;
        let (gone, left): (Vec<_>, Vec<_>) = every
            .into_iter()
            .partition(|version| numbers.contains(&version.number));
        if gone.is_empty() {
            continue;
        }
        let leaving = Leaving {
            ledger,
            name,
            gone,
            left,
        };
        leaving.places(&mut entries)?;
        leaving.runs(&mut entries, &mut evidence)?;
        leaving.contents(fact.why, &mut entries, &mut evidence)?;
        leaving.heads(&mut entries)?;
        let numbers = leaving.gone.iter().map(|version| version.number.clone());
        entries.extend(numbers.map(|number| Entry::VersionGone(name.clone(), number)));
    }
    evidence.judge(ledger, fact.why, &mut entries)?;
    Ok(entries)
}

/// The versions of one application, those that go and those that are left, each oldest first.
struct Leaving<'a> {
    ledger: &'a dyn Ledger,
    name: &'a PacticipantName,
    gone: Vec<Arc<Version>>,
    left: Vec<Arc<Version>>,
}

impl Leaving<'_> {
    fn goes(&self, number: &VersionNumber) -> bool {
        self.gone.iter().any(|version| version.number == *number)
    }

    /// Nothing is deployed or released that is not there.
    fn places(&self, entries: &mut Vec<Entry>) -> Read<()> {
        for environment in self.ledger.environments()? {
            let place = &environment.name;
            let before = entries.len();
            for deployed in self.ledger.deployed(place, self.name)? {
                if self.goes(&deployed.version) {
                    let name = deployed.pacticipant;
                    entries.push(Entry::Undeployed(place.clone(), name, deployed.instance));
                }
            }
            for released in self.ledger.released(place, self.name)? {
                if self.goes(&released.version) {
                    let (name, version) = (released.pacticipant, released.version);
                    entries.push(Entry::SupportEnded(place.clone(), name, version));
                }
            }
            let mut ended = self.ledger.ended(place)?;
            let remembered = ended.len();
            ended.retain(|ended| {
                let (name, number) = ended.version();
                name != self.name || !self.goes(number)
            });
            if ended.len() < remembered {
                entries.push(Entry::Ended(place.clone(), ended));
            }
            if entries.len() > before {
                entries.push(next_environment_seq(self.ledger, place)?);
            }
        }
        Ok(())
    }

    fn runs(&self, entries: &mut Vec<Entry>, evidence: &mut Evidence) -> Read<()> {
        for version in &self.gone {
            for run in self.ledger.runs_of(self.name, &version.number)? {
                entries.push(Entry::RunGone(
                    self.name.clone(),
                    run.version.clone(),
                    run.number,
                ));
                evidence.lose(self.name, &run);
            }
        }
        Ok(())
    }

    /// Contents that nobody publishes any more go, but not from under the eyes of a provider.
    fn contents(
        &self,
        why: WhyGone,
        entries: &mut Vec<Entry>,
        evidence: &mut Evidence,
    ) -> Read<()> {
        let published = |versions: &[Arc<Version>]| -> BTreeSet<(PacticipantName, ContentId)> {
            let pacts = versions.iter().flat_map(|version| &version.pacts);
            pacts
                .map(|(provider, pact)| (provider.clone(), pact.content.clone()))
                .collect()
        };
        let (gone, left) = (published(&self.gone), published(&self.left));
        let mut shown_last = BTreeSet::new();
        for (provider, content) in gone.difference(&left) {
            let Some(bytes) = self.ledger.content(self.name, provider, content)? else {
                continue;
            };
            if self.ledger.contract(provider, self.name)? == Some(bytes) {
                if why == WhyGone::Cleaned {
                    continue;
                }
                shown_last.insert(provider);
            }
            let key = ContentKey {
                consumer: self.name.clone(),
                provider: provider.clone(),
                content: content.clone(),
            };
            evidence.unpublished.insert(key.clone());
            entries.push(Entry::ContentGone(key));
        }
        if why == WhyGone::Deleted {
            self.contracts(&shown_last, entries)?;
        }
        Ok(())
    }

    /// Shows other contracts in place of those that are gone: the ones of the version that is
    /// current now, else the newest that there is.
    fn contracts(
        &self,
        shown_last: &BTreeSet<&PacticipantName>,
        entries: &mut Vec<Entry>,
    ) -> Read<()> {
        let Some(pacticipant) = self.ledger.pacticipant(self.name)? else {
            return Ok(());
        };
        let was_current = current_version(self.ledger, &pacticipant)?;
        let on_main = |version: &&Arc<Version>| {
            let main = pacticipant.main_branch.as_ref();
            main.is_some_and(|main| version.is_on(main))
        };
        let newest_on_main = self.left.iter().rfind(on_main);
        let current = match was_current {
            Some(current) if !self.goes(&current.number) => Some(current),
            _ => newest_on_main.or(self.left.last()).cloned(),
        };
        if let Some(current) = &current {
            let contracts = contract_entries(self.ledger, self.name, current, &[])?;
            entries.extend(contracts.into_iter().map(|(_, entry)| entry));
        }
        for provider in shown_last {
            let current = current.as_ref();
            if current.is_some_and(|current| current.content(provider).is_some()) {
                continue;
            }
            let newest = self
                .left
                .iter()
                .rev()
                .find_map(|version| version.content(provider));
            let bytes = match newest {
                Some(content) => self.ledger.content(self.name, provider, content)?,
                None => None,
            };
            let (provider, consumer) = ((*provider).clone(), self.name.clone());
            entries.push(match bytes {
                Some(bytes) => Entry::Contract {
                    provider,
                    consumer,
                    bytes,
                },
                None => Entry::ContractGone { provider, consumer },
            });
        }
        Ok(())
    }

    /// Puts the newest version that is left in the place of a head that is gone. In which order
    /// versions were put on a branch is known of the last one only.
    fn heads(&self, entries: &mut Vec<Entry>) -> Read<()> {
        let (ledger, name) = (self.ledger, self.name);
        let branches: BTreeSet<_> = self.gone.iter().flat_map(|it| &it.branches).collect();
        for branch in branches {
            let head = ledger.branch_head(name, branch)?;
            if let Some(head) = head.filter(|head| self.goes(&head.version)) {
                let next = self.left.iter().rfind(|version| version.is_on(branch));
                entries.push(match next {
                    Some(next) => {
                        let version = next.number.clone();
                        Entry::BranchHead(name.clone(), BranchHead { version, ..head })
                    }
                    None => Entry::BranchHeadGone(name.clone(), branch.clone()),
                });
            }
        }
        let tags: BTreeSet<_> = self.gone.iter().flat_map(|it| &it.tags).collect();
        for tag in tags {
            let head = ledger.tag_head(name, tag)?;
            if let Some(head) = head.filter(|head| self.goes(&head.version)) {
                let next = self.left.iter().rfind(|version| version.has_tag(tag));
                entries.push(match next {
                    Some(next) => {
                        let version = next.number.clone();
                        Entry::TagHead(name.clone(), TagHead { version, ..head })
                    }
                    None => Entry::TagHeadGone(name.clone(), tag.clone()),
                });
            }
        }
        let latest = ledger.latest_version(name)?;
        if latest.is_some_and(|latest| self.goes(&latest.number)) {
            let next = self.left.last().map(|version| version.number.clone());
            // The count of facts goes on: no number is given twice.
            entries.push(Entry::Latest(name.clone(), next, ledger.last_seq(name)?));
        }
        Ok(())
    }
}

/// What proved something, and is gone.
#[derive(Default)]
struct Evidence {
    /// The contents that nobody publishes any more.
    unpublished: BTreeSet<ContentKey>,
    /// Of each provider the sequences of the runs that are gone.
    runs: BTreeMap<PacticipantName, BTreeSet<Seq>>,
    /// The contents that succeeded in those runs.
    succeeded: BTreeSet<ContentKey>,
}

impl Evidence {
    fn lose(&mut self, provider: &PacticipantName, run: &Run) {
        let runs = self.runs.entry(provider.clone()).or_default();
        runs.insert(run.seq);
        let successes = run.results.iter().filter(|result| result.success);
        self.succeeded
            .extend(successes.map(|result| content_key(provider, result)));
    }

    /// Returns the first successes that change, provider by provider.
    fn judge(&self, ledger: &dyn Ledger, why: WhyGone, entries: &mut Vec<Entry>) -> Read<()> {
        let mut doubted: BTreeMap<&PacticipantName, Vec<(&ContentKey, Verified)>> = BTreeMap::new();
        for key in self.unpublished.union(&self.succeeded) {
            if why == WhyGone::Cleaned && self.is_there(ledger, key)? {
                continue;
            }
            let verified = ledger.verified(&key.provider, &key.consumer, &key.content)?;
            if verified != Verified::default() {
                doubted
                    .entry(&key.provider)
                    .or_default()
                    .push((key, verified));
            }
        }
        let none = BTreeSet::new();
        for (provider, doubted) in doubted {
            let gone = self.runs.get(provider).unwrap_or(&none);
            let mut runs = ledger.runs(provider)?;
            runs.retain(|run| !gone.contains(&run.seq));
            let proofs = proofs(&runs);
            for (key, before) in doubted {
                let proofs = proofs.get(&(&key.consumer, &key.content));
                let proofs = proofs.map_or(&[][..], Vec::as_slice);
                let mut after = match why {
                    _ if proofs.is_empty() && !self.is_there(ledger, key)? => Verified::default(),
                    WhyGone::Cleaned => before.clone(),
                    WhyGone::Deleted => without(&before, gone),
                };
                if why == WhyGone::Deleted {
                    for (run, wip) in proofs {
                        if let Some(version) = ledger.version(provider, &run.version)? {
                            after = with_success(after, &version, run.seq, *wip);
                        }
                    }
                }
                if after != before {
                    entries.push(Entry::Verified(key.clone(), after));
                }
            }
        }
        Ok(())
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

/// Returns first successes without those that some runs said.
fn without(verified: &Verified, gone: &BTreeSet<Seq>) -> Verified {
    let left = |first: &FirstSuccess| {
        let not_wip = first.not_wip.filter(|seq| !gone.contains(seq));
        let any = Some(first.any)
            .filter(|seq| !gone.contains(seq))
            .or(not_wip)?;
        Some(FirstSuccess { any, not_wip })
    };
    let branches = verified.branches.iter();
    let tags = verified.tags.iter();
    Verified {
        ever: verified.ever.as_ref().and_then(left),
        branches: branches
            .filter_map(|(name, first)| Some((name.clone(), left(first)?)))
            .collect(),
        tags: tags
            .filter_map(|(name, first)| Some((name.clone(), left(first)?)))
            .collect(),
    }
}
