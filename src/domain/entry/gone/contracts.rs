//! Which contract a provider is shown once others are gone.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::super::content::ContentId;
use super::super::super::ledger::Read;
use super::super::super::name::{BranchName, PacticipantName};
use super::super::super::pact::Pact;
use super::super::super::pacticipant::Pacticipant;
use super::super::super::time::Timestamp;
use super::super::super::version::Version;
use super::super::Entry;
use super::leaving::Leaving;

/// Adds the contracts that are shown in place of those that are gone.
///
/// A contract that the loss has nothing to do with stays as it is, whatever led to it.
pub(super) fn entries(leaving: &Leaving<'_>, entries: &mut Vec<Entry>) -> Read<()> {
    let (ledger, consumer) = (leaving.ledger, leaving.name);
    let pacticipant = ledger.pacticipant(consumer)?;
    let main = pacticipant.as_ref().and_then(|it| it.main_branch.as_ref());
    let versions = leaving.before.iter();
    let providers: BTreeSet<_> = versions.flat_map(|version| version.pacts.keys()).collect();
    for provider in providers {
        let before = shown(&leaving.before, main, provider);
        let after = shown(&leaving.after, main, provider);
        let Some(shows) = ledger.contract(provider, consumer)? else {
            continue;
        };
        if before == after && is_published(leaving, &leaving.after, provider, &shows)? {
            continue;
        }
        let bytes = match after {
            Some(content) => ledger.content(consumer, provider, content)?,
            None => None,
        };
        match bytes {
            Some(bytes) if bytes == shows => {}
            Some(bytes) => entries.push(contract(provider.clone(), consumer, bytes)),
            None => entries.extend(unshown(leaving, provider.clone(), entries)?),
        }
    }
    Ok(())
}

/// Adds what takes the place of contracts that are shown and are gone from the branch of their consumer.
///
/// There are none, unless the remote died when it had moved that branch and not yet those of the contracts:
/// then whoever deletes again makes it whole (promise 3).
pub(super) fn left_over(leaving: &Leaving<'_>, entries: &mut Vec<Entry>) -> Read<()> {
    let (ledger, consumer) = (leaving.ledger, leaving.name);
    let pacticipant = ledger.pacticipant(consumer)?;
    let main = pacticipant.as_ref().and_then(|it| it.main_branch.as_ref());
    for provider in ledger.pacticipants()? {
        let Some(shows) = ledger.contract(&provider, consumer)? else {
            continue;
        };
        // What versions publish is as it was left, and of what cannot be read nobody knows.
        if is_published(leaving, &leaving.before, &provider, &shows)? {
            continue;
        }
        let Ok(pact) = Pact::parse_between(&shows, consumer, &provider) else {
            continue;
        };
        if ledger.content(consumer, &provider, pact.content_id())? == Some(shows) {
            continue;
        }
        let after = shown(&leaving.after, main, &provider);
        let bytes = after.map(|content| ledger.content(consumer, &provider, content));
        entries.extend(match bytes.transpose()?.flatten() {
            Some(bytes) => vec![contract(provider, consumer, bytes)],
            None => unshown(leaving, provider, entries)?,
        });
    }
    Ok(())
}

/// Adds the contracts that are shown once the main branch is gone: those of the latest versions.
///
/// They may be behind a branch that is gone already, as [`left_over`] says.
pub(super) fn without_main(leaving: &Leaving<'_>, entries: &mut Vec<Entry>) -> Read<()> {
    let (ledger, consumer) = (leaving.ledger, leaving.name);
    let versions = leaving.after.iter();
    let providers: BTreeSet<_> = versions.flat_map(|version| version.pacts.keys()).collect();
    for provider in providers {
        let Some(content) = shown(&leaving.after, None, provider) else {
            continue;
        };
        let shows = ledger.contract(provider, consumer)?;
        let bytes = ledger.content(consumer, provider, content)?;
        if let Some(bytes) = bytes.filter(|bytes| shows.is_some_and(|shows| shows != *bytes)) {
            let contract = contract(provider.clone(), consumer, bytes);
            if !entries.contains(&contract) {
                entries.push(contract);
            }
        }
    }
    Ok(())
}

fn contract(provider: PacticipantName, consumer: &PacticipantName, bytes: Arc<[u8]>) -> Entry {
    Entry::Contract {
        provider,
        consumer: consumer.clone(),
        bytes,
    }
}

/// Returns that a provider is shown no contract any more; it stays known.
fn unshown(
    leaving: &Leaving<'_>,
    provider: PacticipantName,
    entries: &[Entry],
) -> Read<Vec<Entry>> {
    let known = known_without(leaving, &provider, entries)?;
    let consumer = leaving.name.clone();
    let gone = Entry::ContractGone { provider, consumer };
    Ok(known.into_iter().chain([gone]).collect())
}

/// Returns the content that a provider is shown of versions that were published one after the
/// other: the first, and then each that is current, as `version_entries` does.
pub(in crate::domain) fn shown<'a>(
    versions: &'a [Arc<Version>],
    main: Option<&BranchName>,
    provider: &PacticipantName,
) -> Option<&'a ContentId> {
    let mut shown = None;
    let mut main_began = false;
    for version in versions {
        let is_on_main = main.is_some_and(|main| version.is_on(main));
        main_began |= is_on_main;
        let is_current = is_on_main || !main_began;
        match version.content(provider) {
            Some(content) if is_current || shown.is_none() => shown = Some(content),
            _ => {}
        }
    }
    shown
}

/// Says whether one of these versions publishes a contract.
fn is_published(
    leaving: &Leaving<'_>,
    versions: &[Arc<Version>],
    provider: &PacticipantName,
    shows: &Arc<[u8]>,
) -> Read<bool> {
    let versions = versions.iter();
    let contents: BTreeSet<_> = versions.filter_map(|it| it.content(provider)).collect();
    for content in contents {
        let bytes = leaving.ledger.content(leaving.name, provider, content)?;
        if bytes.as_ref() == Some(shows) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns the record of a provider whom nobody would mention any more: it stays known, since its
/// first pact (spec: semantics §12).
///
/// Consumers whose contracts go by `entries`, before this one, mention nobody any more either.
fn known_without(
    leaving: &Leaving<'_>,
    provider: &PacticipantName,
    entries: &[Entry],
) -> Read<Option<Entry>> {
    let ledger = leaving.ledger;
    let consumers = ledger.consumers_of(provider)?;
    let goes = |name: &PacticipantName| {
        let gone = |entry: &Entry| {
            matches!(entry, Entry::ContractGone { provider: p, consumer }
                if p == provider && consumer == name)
        };
        name == leaving.name || entries.iter().any(gone)
    };
    let others = consumers.iter().any(|name| !goes(name));
    if others || ledger.has_own_record(provider)? {
        return Ok(None);
    }
    let pacts = leaving
        .before
        .iter()
        .filter_map(|it| it.pacts.get(provider));
    let since = pacts.map(|pact| pact.created_at).min();
    let since = since.unwrap_or(Timestamp::clamped(0));
    let known = Pacticipant::new(provider.clone(), since);
    Ok(Some(Entry::Pacticipant(known)))
}
