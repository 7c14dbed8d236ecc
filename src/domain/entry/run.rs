//! Verification runs, and the first successes that pending and WIP are decided by.

use std::sync::Arc;

use super::super::fact::RunFact;
use super::super::ledger::{Ledger, Read};
use super::super::name::PacticipantName;
use super::super::time::Seq;
use super::super::verification::{FirstSuccess, Run, VerificationResult, Verified};
use super::super::version::Version;
use super::{ContentKey, Entry};

/// Returns what has to be stored for a run of a provider's verification.
pub(super) fn run_entries(ledger: &dyn Ledger, fact: &RunFact) -> Read<Vec<Entry>> {
    let provider = &fact.provider;
    let runs = ledger.runs_of(provider, &fact.version)?;
    let says_the_same = |run: &Arc<Run>| {
        run.results == fact.results
            && run.build_url == fact.build_url
            && run.verified_by == fact.verified_by
    };
    let still_counts = |run: &Arc<Run>| {
        let newer = runs.iter().filter(|other| other.number > run.number);
        let overruled = |other: &Arc<Run>| {
            let again = |result: &VerificationResult| {
                other.result(&result.consumer, &result.content).is_some()
            };
            run.results.iter().any(again)
        };
        !newer.into_iter().any(overruled)
    };
    let is_known = |run: &Arc<Run>| match &fact.request {
        Some(request) if request.is_to_be_signed() => {
            says_the_same(run) && still_counts(run) && run.request == fact.request
        }
        Some(request) => run.request.as_ref() == Some(request),
        None => says_the_same(run) && still_counts(run),
    };
    if runs.iter().any(is_known) {
        return Ok(Vec::new());
    }
    let seq = ledger.last_seq(provider)?.next();
    let Some(version) = ledger.version(provider, &fact.version)? else {
        // The use case states the version first; without it there is nothing to hang the run on.
        return Ok(Vec::new());
    };
    let mut entries = Vec::new();
    for result in fact.results.iter().filter(|result| result.success) {
        let before = ledger.verified(provider, &result.consumer, &result.content)?;
        let after = with_success(before.clone(), &version, seq, result.wip);
        if after != before {
            entries.push(Entry::Verified(content_key(provider, result), after));
        }
    }
    let latest = ledger
        .latest_version(provider)?
        .map_or(version.number.clone(), |latest| latest.number.clone());
    entries.push(Entry::Latest(provider.clone(), Some(latest), seq));
    let run = Run {
        version: fact.version.clone(),
        number: runs.iter().map(|run| run.number).max().unwrap_or(0) + 1,
        seq,
        created_at: fact.at,
        build_url: fact.build_url.clone(),
        verified_by: fact.verified_by.clone(),
        results: fact.results.clone(),
        request: fact.request.clone(),
    };
    entries.push(Entry::Run(provider.clone(), run));
    Ok(entries)
}

/// Returns the first successes that change because a verified version got a branch or a tag.
pub(super) fn reassigned_successes(
    ledger: &dyn Ledger,
    provider: &PacticipantName,
    version: &Version,
) -> Read<Vec<Entry>> {
    let mut changed: Vec<(ContentKey, Verified)> = Vec::new();
    for run in ledger.runs_of(provider, &version.number)? {
        for result in run.results.iter().filter(|result| result.success) {
            let key = content_key(provider, result);
            let before = match changed.iter().position(|(known, _)| *known == key) {
                Some(index) => changed.swap_remove(index).1,
                None => ledger.verified(provider, &result.consumer, &result.content)?,
            };
            changed.push((key, with_success(before, version, run.seq, result.wip)));
        }
    }
    let mut entries = Vec::new();
    for (key, verified) in changed {
        if ledger.verified(provider, &key.consumer, &key.content)? != verified {
            entries.push(Entry::Verified(key, verified));
        }
    }
    Ok(entries)
}

/// Returns the content that a result of a provider is about.
pub(super) fn content_key(provider: &PacticipantName, result: &VerificationResult) -> ContentKey {
    ContentKey {
        consumer: result.consumer.clone(),
        provider: provider.clone(),
        content: result.content.clone(),
    }
}

/// Returns the first successes as they are after a version succeeded.
pub(in crate::domain) fn with_success(
    mut verified: Verified,
    version: &Version,
    seq: Seq,
    wip: bool,
) -> Verified {
    let first = |known: Option<FirstSuccess>| {
        let not_wip = (!wip).then_some(seq);
        match known {
            None => FirstSuccess { any: seq, not_wip },
            Some(known) => FirstSuccess {
                any: known.any.min(seq),
                not_wip: known.not_wip.into_iter().chain(not_wip).min(),
            },
        }
    };
    verified.ever = Some(first(verified.ever));
    for branch in &version.branches {
        let known = verified.branches.get(branch).copied();
        verified.branches.insert(branch.clone(), first(known));
    }
    for tag in &version.tags {
        let known = verified.tags.get(tag).copied();
        verified.tags.insert(tag.clone(), first(known));
    }
    verified
}
