//! The records of one application, and the contracts that a provider is shown.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Finding, Problem};
use crate::domain::content::ContentId;
use crate::domain::entry::{ContentKey, Entry, shown_contract, with_success};
use crate::domain::ledger::{Ledger, Read};
use crate::domain::name::{BranchName, PacticipantName, TagName, VersionNumber};
use crate::domain::pact::Pact;
use crate::domain::test_results::TestResultsId;
use crate::domain::time::Seq;
use crate::domain::verification::{Run, Verified};
use crate::domain::version::{BranchHead, TagHead, Version};

/// The entries on the branch of one application, each kind for itself.
#[derive(Default)]
struct Own<'a> {
    /// Oldest first.
    versions: Vec<&'a Version>,
    /// Oldest first.
    runs: Vec<&'a Run>,
    contents: BTreeSet<&'a ContentKey>,
    tests: BTreeSet<&'a TestResultsId>,
    latest: Option<(Option<VersionNumber>, Seq)>,
    branches: BTreeMap<&'a BranchName, &'a BranchHead>,
    tags: BTreeMap<&'a TagName, &'a TagHead>,
    verified: BTreeMap<&'a ContentKey, &'a Verified>,
}

impl<'a> Own<'a> {
    fn of(entries: &'a [Entry]) -> Self {
        let mut own = Self::default();
        for entry in entries {
            match entry {
                Entry::Version(_, version) => own.versions.push(version),
                Entry::Run(_, run) => own.runs.push(run),
                Entry::Content(key, _) => drop(own.contents.insert(key)),
                Entry::TestResults(_, results) => drop(own.tests.insert(results.id())),
                Entry::Latest(_, version, seq) => own.latest = Some((version.clone(), *seq)),
                Entry::BranchHead(_, head) => drop(own.branches.insert(&head.branch, head)),
                Entry::TagHead(_, head) => drop(own.tags.insert(&head.tag, head)),
                Entry::Verified(key, verified) => drop(own.verified.insert(key, verified)),
                _ => {}
            }
        }
        own.versions.sort_by_key(|version| version.seq);
        own.runs.sort_by_key(|run| run.seq);
        own
    }

    fn version(&self, number: &VersionNumber) -> Option<&'a Version> {
        let mut versions = self.versions.iter().copied();
        versions.find(|version| version.number == *number)
    }
}

/// Returns what does not fit among the entries on the branch of an application.
#[must_use]
pub fn application(name: &PacticipantName, entries: &[Entry]) -> Vec<Finding> {
    let own = Own::of(entries);
    let mut findings = Vec::new();
    facts(name, &own, &mut findings);
    order(name, &own, &mut findings);
    branch_heads(name, &own, &mut findings);
    tag_heads(name, &own, &mut findings);
    successes(name, &own, &mut findings);
    findings
}

/// What facts point to has to be there.
fn facts(name: &PacticipantName, own: &Own<'_>, findings: &mut Vec<Finding>) {
    let mut lost = |problem| {
        findings.push(Finding {
            problem,
            remedy: None,
        });
    };
    for version in &own.versions {
        for (provider, pact) in &version.pacts {
            let key = ContentKey {
                consumer: name.clone(),
                provider: provider.clone(),
                content: pact.content.clone(),
            };
            if !own.contents.contains(&key) {
                lost(Problem::NoContent {
                    consumer: name.clone(),
                    version: version.number.clone(),
                    provider: provider.clone(),
                    content: pact.content.clone(),
                });
            }
        }
    }
    let numbers: BTreeSet<_> = own.versions.iter().map(|it| &it.number).collect();
    for run in &own.runs {
        if !numbers.contains(&run.version) {
            lost(Problem::NoVersion {
                provider: name.clone(),
                version: run.version.clone(),
                run: run.number,
            });
        }
        for tests in run.results.iter().filter_map(|it| it.tests.as_ref()) {
            if !own.tests.contains(tests) {
                lost(Problem::NoTests {
                    provider: name.clone(),
                    version: run.version.clone(),
                    run: run.number,
                    tests: tests.clone(),
                });
            }
        }
    }
}

/// Facts have places in the order of their own, and the count of facts is past all of them.
fn order(name: &PacticipantName, own: &Own<'_>, findings: &mut Vec<Finding>) {
    let mut places: BTreeMap<Seq, Vec<String>> = BTreeMap::new();
    for version in &own.versions {
        let place = places.entry(version.seq).or_default();
        place.push(format!("version {}", version.number));
    }
    for run in &own.runs {
        let place = places.entry(run.seq).or_default();
        place.push(format!("run {} of version {}", run.number, run.version));
    }
    let last = places.keys().next_back().copied();
    for (seq, facts) in places {
        if facts.len() > 1 {
            findings.push(Finding {
                problem: Problem::SameSeq {
                    pacticipant: name.clone(),
                    seq,
                    facts,
                },
                remedy: None,
            });
        }
    }
    let newest = own.versions.last().map(|version| version.number.clone());
    let known = own.latest.as_ref().map(|(_, seq)| *seq);
    let Some(seq) = last.max(known) else {
        return;
    };
    let is = (newest, seq);
    if own.latest.as_ref() != Some(&is) {
        let remedy = Entry::Latest(name.clone(), is.0.clone(), is.1);
        findings.push(Finding {
            problem: Problem::Latest {
                pacticipant: name.clone(),
                is,
                says: own.latest.clone(),
            },
            remedy: Some(remedy),
        });
    }
}

/// The head of a branch is on it. Which of those on it was put there last only the head knows; the
/// newest stands in.
fn branch_heads(name: &PacticipantName, own: &Own<'_>, findings: &mut Vec<Finding>) {
    let mut branches: BTreeSet<&BranchName> = own.branches.keys().copied().collect();
    branches.extend(own.versions.iter().flat_map(|version| &version.branches));
    for branch in branches {
        let head = own.branches.get(branch).copied();
        let on_it: Vec<&Version> = own
            .versions
            .iter()
            .copied()
            .filter(|it| it.is_on(branch))
            .collect();
        let is_among = |head: &BranchHead| on_it.iter().any(|it| it.number == head.version);
        if head.is_some_and(is_among) {
            continue;
        }
        let remedy = match (on_it.first(), on_it.last()) {
            (None, _) => Entry::BranchHeadGone(name.clone(), branch.clone()),
            (Some(oldest), newest) => {
                let head = BranchHead {
                    branch: branch.clone(),
                    version: newest.unwrap_or(oldest).number.clone(),
                    since: head.map_or(oldest.seq, |head| head.since),
                    oldest: head.map_or(oldest.seq, |head| head.oldest),
                };
                Entry::BranchHead(name.clone(), head)
            }
        };
        findings.push(Finding {
            problem: Problem::BranchHead {
                pacticipant: name.clone(),
                branch: branch.clone(),
                says: head.map(|head| head.version.clone()),
            },
            remedy: Some(remedy),
        });
    }
}

/// The head of a tag is the newest version with it.
fn tag_heads(name: &PacticipantName, own: &Own<'_>, findings: &mut Vec<Finding>) {
    let mut tags: BTreeSet<&TagName> = own.tags.keys().copied().collect();
    tags.extend(own.versions.iter().flat_map(|version| &version.tags));
    for tag in tags {
        let head = own.tags.get(tag).copied();
        let mut tagged = own.versions.iter().filter(|version| version.has_tag(tag));
        let oldest = tagged.next();
        let newest = tagged.next_back().or(oldest);
        if newest.map(|version| &version.number) == head.map(|head| &head.version) {
            continue;
        }
        let remedy = match (oldest, newest) {
            (Some(oldest), Some(newest)) => Entry::TagHead(
                name.clone(),
                TagHead {
                    tag: tag.clone(),
                    version: newest.number.clone(),
                    since: head.map_or(oldest.seq, |head| head.since),
                },
            ),
            _ => Entry::TagHeadGone(name.clone(), tag.clone()),
        };
        findings.push(Finding {
            problem: Problem::TagHead {
                pacticipant: name.clone(),
                tag: tag.clone(),
                says: head.map(|head| head.version.clone()),
            },
            remedy: Some(remedy),
        });
    }
}

/// Every success of a run is counted.
fn successes(name: &PacticipantName, own: &Own<'_>, findings: &mut Vec<Finding>) {
    let mut counted: BTreeMap<ContentKey, Verified> = BTreeMap::new();
    for run in &own.runs {
        let Some(version) = own.version(&run.version) else {
            continue;
        };
        for result in run.results.iter().filter(|result| result.success) {
            let key = ContentKey {
                consumer: result.consumer.clone(),
                provider: name.clone(),
                content: result.content.clone(),
            };
            let known = own.verified.get(&key).copied();
            let entry = counted.entry(key);
            let so_far = entry.or_insert_with(|| known.cloned().unwrap_or_default());
            *so_far = with_success(std::mem::take(so_far), version, run.seq, result.wip);
        }
    }
    for (key, verified) in counted {
        if own.verified.get(&key).copied() == Some(&verified) {
            continue;
        }
        findings.push(Finding {
            problem: Problem::Verified {
                provider: key.provider.clone(),
                consumer: key.consumer.clone(),
                content: key.content.clone(),
            },
            remedy: Some(Entry::Verified(key, verified)),
        });
    }
}

/// Returns what does not fit among the contracts that a provider is shown.
///
/// `shown` are the entries on its branch of contracts, `publishers` those who publish a contract with it.
///
/// # Errors
///
/// Fails if the records of a consumer cannot be read.
pub fn contracts(
    provider: &PacticipantName,
    shown: &[Entry],
    publishers: &BTreeSet<PacticipantName>,
    ledger: &dyn Ledger,
) -> Read<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut bytes: BTreeMap<PacticipantName, Arc<[u8]>> = BTreeMap::new();
    for entry in shown {
        if let Entry::Contract {
            consumer,
            bytes: it,
            ..
        } = entry
        {
            bytes.insert(consumer.clone(), Arc::clone(it));
        }
    }
    let mut consumers: BTreeSet<PacticipantName> = bytes.keys().cloned().collect();
    consumers.extend(publishers.iter().cloned());
    for consumer in consumers {
        let content = bytes.get(&consumer).and_then(|bytes| {
            let pact = Pact::parse_between(bytes, &consumer, provider).ok()?;
            Some(pact.content_id().clone())
        });
        if let Some(content) = &content {
            let known = ledger.content(&consumer, provider, content)?;
            if known.as_ref() == bytes.get(&consumer) {
                continue;
            }
        }
        let remedy = contract_of(ledger, &consumer, provider)?;
        findings.push(Finding {
            problem: Problem::Contract {
                provider: provider.clone(),
                consumer,
                shown: content,
            },
            remedy,
        });
    }
    Ok(findings)
}

/// Returns the contract that a provider is to be shown.
fn contract_of(
    ledger: &dyn Ledger,
    consumer: &PacticipantName,
    provider: &PacticipantName,
) -> Read<Option<Entry>> {
    let pacticipant = ledger.pacticipant(consumer)?;
    let main = pacticipant.as_ref().and_then(|it| it.main_branch.as_ref());
    let versions = ledger.versions(consumer)?;
    let content: Option<&ContentId> = shown_contract(&versions, main, provider);
    let bytes = match content {
        Some(content) => ledger.content(consumer, provider, content)?,
        None => None,
    };
    Ok(bytes.map(|bytes| Entry::Contract {
        provider: provider.clone(),
        consumer: consumer.clone(),
        bytes,
    }))
}
