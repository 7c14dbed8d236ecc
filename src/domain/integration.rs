//! *Integrations*: which consumer has a pact with which provider, and what connects them.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::ledger::Ledger;
use super::ledger::Read;
use super::name::PacticipantName;
use super::pact_status::PactStatus;
use super::pacts::Among;
use super::pacts::PactPublication;
use super::pacts::Pair;
use super::time::Timestamp;
use super::verification_results::ProviderResults;
use super::verification_results::RecordedResult;

/// A consumer and a provider that have, or once had, a pact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Integration {
    /// The consumer.
    pub consumer: PacticipantName,
    /// The provider.
    pub provider: PacticipantName,
}

impl Integration {
    /// Says whether a pacticipant is one of the two.
    #[must_use]
    pub fn includes(&self, name: &PacticipantName) -> bool {
        self.consumer == *name || self.provider == *name
    }
}

/// An integration, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntegrationState {
    /// The integration.
    pub integration: Integration,
    /// Its latest pact; `None` if the consumer has dropped them all.
    pub pact: Option<PactPublication>,
    /// The latest result for that pact.
    pub latest: Option<RecordedResult>,
    /// What both mean.
    pub status: PactStatus,
    /// When its latest pact was published or any pact of it verified, whichever was later.
    pub updated_at: Option<Timestamp>,
}

/// Returns all integrations, by name of consumer and then provider, whatever the case. Lists the
/// consumers of every pacticipant, and reads no version.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn integrations(ledger: &dyn Ledger) -> Read<Vec<Integration>> {
    let mut found = Vec::new();
    for provider in ledger.pacticipants()? {
        for consumer in ledger.consumers_of(&provider)? {
            let provider = provider.clone();
            found.push(Integration { consumer, provider });
        }
    }
    found.sort_by_cached_key(by_name);
    Ok(found)
}

fn by_name(integration: &Integration) -> (String, String, Integration) {
    let folded = |name: &PacticipantName| name.as_str().to_lowercase();
    (
        folded(&integration.consumer),
        folded(&integration.provider),
        integration.clone(),
    )
}

/// Returns all integrations and where they stand, the one last updated first. Reads all runs of
/// every provider, and of each consumer what [`Pair::latest`] does.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn integration_states(ledger: &dyn Ledger) -> Read<Vec<IntegrationState>> {
    let mut states = Vec::new();
    for provider in ledger.pacticipants()? {
        let consumers = ledger.consumers_of(&provider)?;
        if consumers.is_empty() {
            continue;
        }
        let results = ProviderResults::read(ledger, &provider)?;
        for consumer in consumers {
            let provider = provider.clone();
            states.push(state(ledger, Integration { consumer, provider }, &results)?);
        }
    }
    states.sort_by_cached_key(|state| (Reverse(state.updated_at), by_name(&state.integration)));
    Ok(states)
}

fn state(
    ledger: &dyn Ledger,
    integration: Integration,
    results: &ProviderResults,
) -> Read<IntegrationState> {
    let pair = Pair {
        ledger,
        consumer: &integration.consumer,
        provider: &integration.provider,
    };
    let pact = pair.latest(&Among::All)?;
    let latest = pact
        .as_ref()
        .and_then(|pact| results.latest(&pact.consumer, &pact.content));
    let status = pact.as_ref().map_or(PactStatus::Never, |pact| {
        PactStatus::of(pact, latest.as_ref())
    });
    let verified_at = results.last_verified_at(&integration.consumer);
    let published_at = pact.as_ref().map(|pact| pact.created_at);
    Ok(IntegrationState {
        integration,
        updated_at: published_at.max(verified_at),
        pact,
        latest,
        status,
    })
}

/// Returns the integrations that connect a pacticipant with others, directly or through others, in
/// the order given.
///
/// With a `limit` no further ones are looked for once that many pacticipants are connected; what
/// was found in the last step stays, so that there may be more.
#[must_use]
pub fn connected<'a>(
    integrations: &'a [Integration],
    pacticipant: &PacticipantName,
    limit: Option<usize>,
) -> Vec<&'a Integration> {
    let mut names = BTreeSet::from([pacticipant]);
    loop {
        let includes = |found: &&Integration| names.iter().any(|name| found.includes(name));
        let found: Vec<_> = integrations.iter().filter(includes).collect();
        let before = names.len();
        for integration in &found {
            names.extend([&integration.consumer, &integration.provider]);
        }
        if names.len() == before || limit.is_some_and(|limit| names.len() >= limit) {
            return found;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::MemoryLedger;
    use crate::domain::testing::n;

    fn ledger() -> MemoryLedger {
        let mut ledger = MemoryLedger::default();
        ledger.publish("web", "1", "main", &["Shop=a", "mail=a"]);
        ledger.publish("Shop", "1", "main", &["Bank=a"]);
        ledger.publish("Zoo", "1", "main", &["Zoo=a"]);
        ledger.publish("App", "1", "main", &["Shop=a"]);
        ledger
    }

    fn pairs<'a>(found: impl IntoIterator<Item = &'a Integration>) -> Vec<String> {
        let name = |found: &Integration| format!("{}-{}", found.consumer, found.provider);
        found.into_iter().map(name).collect()
    }

    #[test]
    fn integrations_are_sorted_by_name_whatever_the_case() {
        let found = integrations(&ledger()).unwrap();
        assert_eq!(
            pairs(&found),
            ["App-Shop", "Shop-Bank", "web-mail", "web-Shop", "Zoo-Zoo"]
        );
    }

    #[test]
    fn a_pacticipant_is_connected_with_the_partners_of_its_partners() {
        let all = integrations(&ledger()).unwrap();
        let group = |name, limit| pairs(connected(&all, &n(name), limit));
        let net = ["App-Shop", "Shop-Bank", "web-mail", "web-Shop"];
        for name in ["mail", "Bank", "web", "Shop"] {
            assert_eq!(group(name, None), net, "{name}");
        }
        assert_eq!(group("Zoo", None), ["Zoo-Zoo"]);
        assert_eq!(group("Nobody", None), [""; 0]);
        assert_eq!(group("mail", Some(2)), ["web-mail"]);
        assert_eq!(group("mail", Some(3)), ["web-mail", "web-Shop"]);
    }

    #[test]
    fn the_integration_last_published_or_verified_is_first() {
        let mut ledger = ledger();
        ledger.publish("web", "2", "main", &["Shop=b"]);
        ledger.verify("Shop", "7", "main", &["App=a:no", "web=a:yes"]);
        ledger.verify("Bank", "7", "main", &["Shop=a:yes"]);
        let states = integration_states(&ledger).unwrap();
        let told: Vec<_> = states
            .iter()
            .map(|state| {
                let pair = pairs([&state.integration]).remove(0);
                let version = state.pact.as_ref().unwrap().version.number.clone();
                format!("{pair} {version} {}", state.status.as_str())
            })
            .collect();
        assert_eq!(
            told,
            [
                "Shop-Bank 1 success",
                "App-Shop 1 failed",
                "web-Shop 2 never",
                "Zoo-Zoo 1 never",
                "web-mail 1 never",
            ]
        );
    }
}
