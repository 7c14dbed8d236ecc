//! What is taken back: what goes with it, and what takes its place.
//!
//! Whatever follows from facts is as if those that are gone had never been told. With a version go
//! its runs, and where it was deployed or released; with its last publication a content. A head or
//! a latest version that goes is followed by the newest that is left. What only a deleted run
//! proved is not proved any more; a clean-up lets it stand.
//!
//! A deletion counts as a fact about its application, a clean-up does not: it says nothing that was
//! not known, so the two can be told apart in the history.

mod contracts;
mod evidence;
mod leaving;
mod tests_left;

use std::collections::BTreeSet;

use super::super::fact::{VersionsGone, WhichResults, WhyGone};
use super::super::ledger::{Ledger, Read};
use super::super::name::{BranchName, PacticipantName, TagName, VersionNumber};
use super::super::verification::{Run, VerificationResult};
use super::super::version::Version;
use super::Entry;

pub(in crate::domain) use self::contracts::shown as shown_contract;

use self::evidence::Evidence;
use self::leaving::{Leaving, one_more_fact, places};
use self::tests_left::UnusedTests;

/// Returns what has to be stored once versions are gone; nothing if they are gone already, with all that
/// there was of them.
pub(super) fn gone_entries(ledger: &dyn Ledger, fact: &VersionsGone) -> Read<Vec<Entry>> {
    let mut entries = Vec::new();
    let mut evidence = Evidence::default();
    for (name, numbers) in &fact.versions {
        let stays = |version: &mut Version| !numbers.contains(&version.number);
        let leaving = Leaving::new(ledger, name, fact.why, stays)?;
        let is_lost = |number: &VersionNumber| numbers.contains(number) && leaving.is_lost(number);
        if fact.why == WhyGone::Deleted && numbers.iter().any(is_lost) {
            places(ledger, name, is_lost, &mut entries)?;
            contracts::left_over(&leaving, &mut entries)?;
        }
        leaving.entries(&mut entries, &mut evidence)?;
    }
    evidence.judge(ledger, fact.why, &mut entries)?;
    Ok(entries)
}

/// Returns what has to be stored once a version has lost a tag.
pub(super) fn tag_removed_entries(
    ledger: &dyn Ledger,
    name: &PacticipantName,
    number: &VersionNumber,
    tag: &TagName,
) -> Read<Vec<Entry>> {
    changed_entries(ledger, name, |version| {
        if version.number == *number {
            version.tags.retain(|known| known != tag);
        }
    })
}

/// Returns what has to be stored once a version is not on a branch any more.
pub(super) fn off_branch_entries(
    ledger: &dyn Ledger,
    name: &PacticipantName,
    number: &VersionNumber,
    branch: &BranchName,
) -> Read<Vec<Entry>> {
    changed_entries(ledger, name, |version| {
        if version.number == *number {
            version.branches.retain(|known| known != branch);
        }
    })
}

/// Returns what has to be stored once branches are gone.
pub(super) fn branches_deleted_entries(
    ledger: &dyn Ledger,
    name: &PacticipantName,
    branches: &BTreeSet<BranchName>,
) -> Read<Vec<Entry>> {
    let mut entries = Vec::new();
    let mut evidence = Evidence::default();
    let stays = |version: &mut Version| {
        version.branches.retain(|branch| !branches.contains(branch));
        true
    };
    let leaving = Leaving::new(ledger, name, WhyGone::Deleted, stays)?;
    leaving.entries(&mut entries, &mut evidence)?;
    let known = ledger.pacticipant(name)?;
    let main = known.as_ref().and_then(|it| it.main_branch.as_ref());
    if main.is_some_and(|main| branches.contains(main)) {
        contracts::without_main(&leaving, &mut entries)?;
    }
    if !entries.is_empty() {
        evidence.forget_branches(ledger, name, branches)?;
        evidence.judge(ledger, WhyGone::Deleted, &mut entries)?;
    }
    Ok(entries)
}

/// Returns what has to be stored once versions of a consumer have no pact with a provider.
pub(super) fn pacts_deleted_entries(
    ledger: &dyn Ledger,
    consumer: &PacticipantName,
    provider: &PacticipantName,
    numbers: &BTreeSet<VersionNumber>,
) -> Read<Vec<Entry>> {
    changed_entries(ledger, consumer, |version| {
        if numbers.contains(&version.number) {
            version.pacts.remove(provider);
        }
    })
}

/// Returns what has to be stored once versions have lost something, and stay.
fn changed_entries(
    ledger: &dyn Ledger,
    name: &PacticipantName,
    change: impl Fn(&mut Version),
) -> Read<Vec<Entry>> {
    let mut entries = Vec::new();
    let mut evidence = Evidence::default();
    let stays = |version: &mut Version| {
        change(version);
        true
    };
    let leaving = Leaving::new(ledger, name, WhyGone::Deleted, stays)?;
    leaving.entries(&mut entries, &mut evidence)?;
    evidence.judge(ledger, WhyGone::Deleted, &mut entries)?;
    Ok(entries)
}

/// Returns what has to be stored once results are gone. A run without a result goes as well.
pub(super) fn results_deleted_entries(
    ledger: &dyn Ledger,
    provider: &PacticipantName,
    consumer: &PacticipantName,
    which: &WhichResults,
) -> Read<Vec<Entry>> {
    let runs = match which {
        WhichResults::All => ledger.runs(provider)?,
        WhichResults::One { version, run, .. } => {
            let mut runs = ledger.runs_of(provider, version)?;
            runs.retain(|known| known.number == *run);
            runs
        }
    };
    let goes = |result: &VerificationResult| {
        let is_meant = match which {
            WhichResults::All => true,
            WhichResults::One { content, .. } => result.content == *content,
        };
        is_meant && result.consumer == *consumer
    };
    let mut entries = Vec::new();
    let mut evidence = Evidence::default();
    let touched: BTreeSet<_> = runs.iter().map(|run| run.seq).collect();
    let mut unused = UnusedTests::default();
    for run in runs {
        let (gone, left): (Vec<_>, Vec<_>) = run.results.iter().cloned().partition(&goes);
        if gone.is_empty() {
            continue;
        }
        evidence.lose(provider, run.seq, &gone);
        unused.lose(&gone);
        entries.push(if left.is_empty() {
            Entry::RunGone(provider.clone(), run.version.clone(), run.number)
        } else {
            let mut run = Run::clone(&run);
            run.results = left;
            Entry::Run(provider.clone(), run)
        });
    }
    unused.judge(ledger, provider, &mut entries, |run, result| {
        !touched.contains(&run.seq) || !goes(result)
    })?;
    if !entries.is_empty() {
        let latest = ledger.latest_version(provider)?;
        let latest = latest.map(|version| version.number.clone());
        entries.push(one_more_fact(ledger, provider, latest)?);
    }
    evidence.judge(ledger, WhyGone::Deleted, &mut entries)?;
    Ok(entries)
}

/// Returns what has to be stored once a pacticipant is gone: nothing is left of it but the count of
/// facts, so that no number is given twice. There may be something left of one that is gone already.
pub(super) fn pacticipant_deleted_entries(
    ledger: &dyn Ledger,
    name: &PacticipantName,
) -> Read<Vec<Entry>> {
    let every = |_: &mut Version| false;
    let leaving = Leaving::new(ledger, name, WhyGone::Deleted, every)?;
    let mut entries = Vec::new();
    // Of versions that were lost on the way nothing is left to point to, either.
    places(ledger, name, |number| leaving.is_lost(number), &mut entries)?;
    contracts::left_over(&leaving, &mut entries)?;
    let mut evidence = Evidence::default();
    leaving.entries(&mut entries, &mut evidence)?;
    evidence.judge(ledger, WhyGone::Deleted, &mut entries)?;
    if ledger.has_own_record(name)? {
        entries.push(Entry::PacticipantGone(name.clone()));
        entries.push(one_more_fact(ledger, name, None)?);
    }
    Ok(entries)
}
