//! Deletions that reach into the records of several applications, told as facts about each.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::fact::{Fact, WhichResults};
use super::super::integration::Integration;
use super::super::ledger::{Ledger, Read};
use super::super::name::{PacticipantName, VersionNumber};
use super::super::rules::Rules;
use super::super::verification::VerificationResult;
use super::super::version::Version;
use super::super::webhook::{Party, Webhook};
use super::{pacts_deleted, versions_deleted, versions_with_pact};

/// Returns what to record for an integration that is gone: its pacts, results and webhooks, and
/// whatever has no use without them.
///
/// By the broker's rules that is every version of either side that has neither pacts nor results,
/// whatever became of it. Under strict rules it is only what the deletion has left without, and
/// what is deployed or released nowhere.
pub(super) fn integration(
    ledger: &dyn Ledger,
    integration: &Integration,
    rules: Rules,
) -> Read<Vec<Fact>> {
    let Integration { consumer, provider } = integration;
    let mut facts = pacts_deleted(integration, versions_with_pact(ledger, integration)?);
    facts.push(results_deleted(provider, consumer));
    let is_between = |webhook: &Webhook| {
        is_named(webhook.consumer.as_ref(), consumer)
            && is_named(webhook.provider.as_ref(), provider)
    };
    facts.extend(webhooks_deleted(ledger, is_between)?);
    let sides = BTreeSet::from([consumer, provider]);
    for name in sides {
        let orphans = Orphans::of(ledger, integration, name, rules)?;
        if !orphans.versions.is_empty() {
            facts.push(versions_deleted(name, orphans.versions));
        }
        if orphans.pacticipant {
            facts.push(Fact::PacticipantDeleted(name.clone()));
        }
    }
    Ok(facts)
}

/// Returns what to record for a pacticipant that is gone. Reads the runs of every provider.
pub(super) fn pacticipant(ledger: &dyn Ledger, name: &PacticipantName) -> Read<Vec<Fact>> {
    let mut facts = Vec::new();
    for consumer in ledger.consumers_of(name)? {
        let as_provider = Integration {
            consumer,
            provider: name.clone(),
        };
        let versions = versions_with_pact(ledger, &as_provider)?;
        facts.extend(pacts_deleted(&as_provider, versions));
    }
    for provider in ledger.pacticipants()? {
        if provider == *name {
            continue;
        }
        // A provider keeps results for pacts that were deleted, so nothing else names them all.
        let runs = ledger.runs(&provider)?;
        let mut results = runs.iter().flat_map(|run| &run.results);
        if results.any(|result| result.consumer == *name) {
            facts.push(results_deleted(&provider, name));
        }
    }
    let is_of = |webhook: &Webhook| {
        is_named(webhook.consumer.as_ref(), name) || is_named(webhook.provider.as_ref(), name)
    };
    facts.extend(webhooks_deleted(ledger, is_of)?);
    facts.push(Fact::PacticipantDeleted(name.clone()));
    Ok(facts)
}

fn results_deleted(provider: &PacticipantName, consumer: &PacticipantName) -> Fact {
    Fact::ResultsDeleted {
        provider: provider.clone(),
        consumer: consumer.clone(),
        which: WhichResults::All,
    }
}

fn is_named(party: Option<&Party>, name: &PacticipantName) -> bool {
    matches!(party, Some(Party::Name(named)) if named == name)
}

/// Returns that webhooks are gone. Those for a label are for others, too, and stay.
fn webhooks_deleted(ledger: &dyn Ledger, goes: impl Fn(&Webhook) -> bool) -> Read<Vec<Fact>> {
    let webhooks = ledger.webhooks()?.into_iter();
    let gone = webhooks.filter(|webhook| goes(webhook));
    Ok(gone
        .map(|webhook| Fact::WebhookDeleted(webhook.uuid.clone()))
        .collect())
}

/// What of one side is left without any use when an integration is gone.
struct Orphans {
    versions: BTreeSet<VersionNumber>,
    /// Whether the pacticipant itself is.
    pacticipant: bool,
}

impl Orphans {
    fn of(
        ledger: &dyn Ledger,
        integration: &Integration,
        name: &PacticipantName,
        rules: Rules,
    ) -> Read<Self> {
        let every = ledger.versions(name)?;
        let mut versions = BTreeSet::new();
        for version in &every {
            let use_of = UseOf::read(ledger, integration, name, version)?;
            let is_orphan = match rules {
                Rules::PactBroker => !use_of.others,
                Rules::Strict => {
                    !use_of.others && use_of.integration && !is_anywhere(ledger, name, version)?
                }
            };
            if is_orphan {
                versions.insert(version.number.clone());
            }
        }
        let is_own = |party: Option<&Party>| is_named(party, name);
        let webhooks = ledger.webhooks()?;
        let has_webhook = webhooks.iter().any(|webhook| {
            let (consumer, provider) = (webhook.consumer.as_ref(), webhook.provider.as_ref());
            let goes = is_named(consumer, &integration.consumer)
                && is_named(provider, &integration.provider);
            !goes && (is_own(consumer) || is_own(provider))
        });
        let consumers = ledger.consumers_of(name)?;
        let goes = |consumer: &PacticipantName| {
            *name == integration.provider && *consumer == integration.consumer
        };
        let has_consumers = consumers.iter().any(|consumer| !goes(consumer));
        Ok(Self {
            pacticipant: versions.len() == every.len() && !has_consumers && !has_webhook,
            versions,
        })
    }
}

/// What a version has pacts and results for.
struct UseOf {
    integration: bool,
    others: bool,
}

impl UseOf {
    fn read(
        ledger: &dyn Ledger,
        integration: &Integration,
        name: &PacticipantName,
        version: &Arc<Version>,
    ) -> Read<Self> {
        let (is_consumer, is_provider) =
            (*name == integration.consumer, *name == integration.provider);
        let pact = |with: &PacticipantName| is_consumer && *with == integration.provider;
        let result = |it: &VerificationResult| is_provider && it.consumer == integration.consumer;
        let runs = ledger.runs_of(name, &version.number)?;
        let results = || runs.iter().flat_map(|run| &run.results);
        let mut providers = version.pacts.keys();
        Ok(Self {
            integration: providers.clone().any(pact) || results().any(result),
            others: providers.any(|with| !pact(with)) || results().any(|it| !result(it)),
        })
    }
}

/// Says whether a version is deployed or released in some environment.
fn is_anywhere(ledger: &dyn Ledger, name: &PacticipantName, version: &Version) -> Read<bool> {
    for environment in ledger.environments()? {
        let deployed = ledger.deployed(&environment.name, name)?;
        let released = ledger.released(&environment.name, name)?;
        if deployed.iter().any(|it| it.version == version.number)
            || released.iter().any(|it| it.version == version.number)
        {
            return Ok(true);
        }
    }
    Ok(false)
}
