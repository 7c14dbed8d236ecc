//! What a commit took from the branch of an application: one event for each thing that was taken
//! back, however many files that changed.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::Change;
use super::FileChange;
use super::UnreadableChange;
use crate::domain::fact::WhyGone;
use crate::domain::history::Event;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;
use crate::domain::verification::Run;
use crate::domain::verification::VerificationResult;
use crate::domain::version::BranchHead;
use crate::domain::version::Version;
use crate::record::from_bytes;
use crate::record::head::BranchHeadRecord;
use crate::record::head::LatestRecord;
use crate::record::run::RunRecord;

/// What a commit took from the branch of an application.
#[derive(Default)]
pub(super) struct Gone {
    versions: Vec<Version>,
    runs: Vec<(VersionNumber, Vec<VerificationResult>)>,
    contents: usize,
    /// The branches that nothing is left of.
    branches: BTreeSet<BranchName>,
    off_branches: BTreeMap<BranchName, Vec<VersionNumber>>,
    tags: Vec<(VersionNumber, TagName)>,
    pacts: BTreeMap<PacticipantName, Vec<VersionNumber>>,
    /// How many facts the commit counts, and how many of them a file shows that it wrote.
    counted: u64,
    written: u64,
}

impl Gone {
    /// Takes a file of no other kind down.
    pub(super) fn add(
        &mut self,
        change: &FileChange<'_>,
        path: &str,
    ) -> Result<(), UnreadableChange> {
        if path.starts_with("contents/") && change.after.is_none() {
            self.contents += 1;
        } else if path.starts_with("heads/branches/") && change.after.is_none() {
            let before = change.read::<BranchHeadRecord, BranchHead>()?.before;
            self.branches.extend(before.map(|head| head.branch));
        } else if path == "heads/latest.json" {
            // Only compared, so what it looked like before it is not held against anybody.
            let seq = |bytes: Option<&[u8]>| {
                let record = bytes.map(from_bytes::<LatestRecord>);
                record.and_then(Result::ok).map_or(0, |latest| latest.seq.0)
            };
            self.counted = seq(change.after).saturating_sub(seq(change.before));
        }
        Ok(())
    }

    /// Takes down what a version has lost, if anything, and says whether it has.
    pub(super) fn add_version(&mut self, change: &Change<Version>) -> bool {
        let Some(before) = &change.before else {
            self.written += 1;
            return false;
        };
        let Some(after) = &change.after else {
            self.versions.push(before.clone());
            return true;
        };
        let number = &before.number;
        let known = self.losses();
        for branch in before.branches.iter().filter(|name| !after.is_on(name)) {
            let versions = self.off_branches.entry(branch.clone()).or_default();
            versions.push(number.clone());
        }
        for tag in before.tags.iter().filter(|name| !after.has_tag(name)) {
            self.tags.push((number.clone(), tag.clone()));
        }
        for provider in before.pacts.keys() {
            if after.content(provider).is_none() {
                let versions = self.pacts.entry(provider.clone()).or_default();
                versions.push(number.clone());
            }
        }
        let has_lost = self.losses() > known;
        self.written += u64::from(!has_lost);
        has_lost
    }

    /// Returns how many losses of versions that stay are known.
    fn losses(&self) -> usize {
        let branches: usize = self.off_branches.values().map(Vec::len).sum();
        let pacts: usize = self.pacts.values().map(Vec::len).sum();
        branches + self.tags.len() + pacts
    }

    /// Takes down which results of a run are gone. Returns the run if it is new.
    pub(super) fn add_run(
        &mut self,
        change: &FileChange<'_>,
    ) -> Result<Option<Run>, UnreadableChange> {
        let Change { before, after } = change.read::<RunRecord, Run>()?;
        let Some(before) = before else {
            self.written += 1;
            return Ok(after);
        };
        let is_left = |result: &VerificationResult| {
            let after = after.as_ref();
            after.is_some_and(|run| run.result(&result.consumer, &result.content).is_some())
        };
        let gone = before.results.into_iter().filter(|it| !is_left(it));
        self.runs.push((before.version, gone.collect()));
        Ok(None)
    }

    /// Returns the events, those that took most first.
    pub(super) fn events(mut self, pacticipant: &PacticipantName) -> Vec<Event> {
        let name = || pacticipant.clone();
        // A clean-up states no fact, so it is not counted.
        let why = if self.counted > self.written {
            WhyGone::Deleted
        } else {
            WhyGone::Cleaned
        };
        let mut events = Vec::new();
        self.versions.sort_by_key(|version| version.seq);
        let versions = self.versions.iter();
        let versions: Vec<_> = versions.map(|version| version.number.clone()).collect();
        let is_gone = |number: &VersionNumber| versions.contains(number);
        let (with_versions, results): (Vec<_>, Vec<_>) = self
            .runs
            .into_iter()
            .partition(|(number, _)| is_gone(number));
        if !versions.is_empty() {
            events.push(Event::VersionsGone {
                pacticipant: name(),
                versions,
                why,
                runs: with_versions.len(),
                contents: self.contents,
            });
        }
        for (provider, versions) in self.pacts {
            events.push(Event::PactsDeleted {
                consumer: name(),
                provider,
                versions,
            });
        }
        for (branch, versions) in self.off_branches {
            events.push(if self.branches.contains(&branch) {
                Event::BranchDeleted {
                    pacticipant: name(),
                    branch,
                }
            } else {
                Event::TakenOffBranch {
                    pacticipant: name(),
                    versions,
                    branch,
                }
            });
        }
        for (version, tag) in self.tags {
            events.push(Event::TagRemoved {
                pacticipant: name(),
                version,
                tag,
            });
        }
        for (version, results) in results {
            events.push(Event::ResultsDeleted {
                provider: name(),
                version,
                results,
            });
        }
        events
    }
}
