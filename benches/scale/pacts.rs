//! Pacts to publish: those of a store, and others made from them.

use serde_json::Value;

use git_pact::domain::ledger::Ledger;
use git_pact::domain::name::PacticipantName;
use git_pact::domain::version::Version;
use git_pact::store::git::GitStore;
use git_pact::store::git::Moment;
use git_pact::store::git::Place;
use git_pact::store::ledger::StoreLedger;

use super::generate::Made;
use super::measure::Result;

/// Returns the pacts that a version which is asked about has published: of the two in question,
/// the one with more.
pub(crate) fn pacts_of(made: &Made) -> Result<Vec<Vec<u8>>> {
    let store = GitStore::new(Place::at(&made.path)?)?;
    let snapshot = store.at(Moment::Now);
    let ledger = StoreLedger::new(&snapshot);
    let ask = &made.ask;
    let mut most = Vec::new();
    for (consumer, version) in [
        (&ask.pacticipant, &ask.version),
        (&ask.consumer, &ask.consumer_version),
    ] {
        let consumer = consumer.parse()?;
        if let Some(version) = ledger.version(&consumer, &version.parse()?)? {
            let pacts = published(&ledger, &consumer, &version)?;
            if pacts.len() > most.len() {
                most = pacts;
            }
        }
    }
    Ok(most)
}

fn published(
    ledger: &dyn Ledger,
    consumer: &PacticipantName,
    version: &Version,
) -> Result<Vec<Vec<u8>>> {
    let mut pacts = Vec::new();
    for (provider, pact) in &version.pacts {
        let bytes = ledger.content(consumer, provider, &pact.content)?;
        pacts.extend(bytes.map(|bytes| bytes.to_vec()));
    }
    Ok(pacts)
}

/// Returns a pact with another content: its first interaction is described otherwise.
pub(crate) fn with_change(pact: &[u8], number: usize) -> Result<Vec<u8>> {
    let mut pact: Value = serde_json::from_slice(pact)?;
    let first = pact
        .pointer_mut("/interactions/0/description")
        .ok_or("a pact of the store has no interaction")?;
    *first = Value::from(format!("change number {number}"));
    Ok(serde_json::to_vec_pretty(&pact)?)
}

/// Returns a pact between others.
pub(crate) fn with_consumer(pact: &[u8], consumer: &str, provider: &str) -> Result<Vec<u8>> {
    let mut pact: Value = serde_json::from_slice(pact)?;
    pact["consumer"]["name"] = Value::from(consumer);
    pact["provider"]["name"] = Value::from(provider);
    Ok(serde_json::to_vec_pretty(&pact)?)
}
