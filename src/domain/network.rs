//! The network: which applications there are, who has a contract with whom, and how each contract fares.
//!
//! Of an environment it is what runs there: a contract is verified if every version of the provider that
//! is there honours it. Elsewhere it is the newest contract of each two, as the list of integrations has it.
//! Both lists are sorted by name whatever its case, so that the same state of the store gives the same
//! network.

mod contracts;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use self::contracts::Source;
use super::deployment::known_environment;
use super::find_version::NotFound;
use super::find_version::known_pacticipant;
use super::integration::Integration;
use super::label::pacticipants_labelled;
use super::ledger::Ledger;
use super::name::EnvironmentName;
use super::name::LabelName;
use super::name::PacticipantName;
use super::name::VersionNumber;
use super::pact_status::PactStatus;

/// Which part of the network is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WantedNetwork {
    /// These applications and those near them; with neither these nor a label, all of them.
    pub around: BTreeSet<PacticipantName>,
    /// The applications with this label and those near them.
    pub label: Option<LabelName>,
    /// How many contracts away "near" is: with 0, only contracts among those asked for.
    pub depth: usize,
    /// Only what is deployed or released there.
    pub environment: Option<EnvironmentName>,
}

/// Applications and the contracts between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// The environment whose network it is; `None` for that of the newest contracts.
    pub environment: Option<EnvironmentName>,
    /// The applications, sorted.
    pub applications: Vec<Application>,
    /// The contracts, by consumer and then provider. Both are among the applications.
    pub contracts: Vec<Contract>,
    /// How many applications are farther away than was asked for.
    pub hidden: usize,
}

/// An application in the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// Its name.
    pub name: PacticipantName,
    /// Its versions in the environment, newest first; empty where none was asked about.
    pub versions: Vec<VersionNumber>,
    /// Whether it is in the environment, or only wanted there by a consumer.
    pub is_here: bool,
    /// Whether the network is the one around it.
    pub is_asked_for: bool,
}

/// A contract between two applications, which may be one and the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contract {
    /// The two.
    pub integration: Integration,
    /// How it fares; of several, that which fares worst.
    pub status: PactStatus,
    /// The versions of the consumer that have it, newest first; none if the consumer has dropped it.
    pub consumer_versions: Vec<VersionNumber>,
    /// The versions of the provider that it was looked at with, newest first: that which last verified
    /// it, or those in the environment.
    pub provider_versions: Vec<VersionNumber>,
}

impl Network {
    /// Returns how many contracts have each status, those that need somebody soonest first.
    #[must_use]
    pub fn counts(&self) -> Vec<(PactStatus, usize)> {
        let count = |status| {
            let contracts = self.contracts.iter();
            contracts.filter(|it| it.status == status).count()
        };
        let counts = BY_URGENCY.map(|status| (status, count(status)));
        counts.into_iter().filter(|(_, count)| *count > 0).collect()
    }

    /// Returns the contracts as pairs of places in the list of applications.
    #[must_use]
    pub fn edges(&self) -> Vec<(usize, usize)> {
        let named = self.applications.iter().enumerate();
        let places: BTreeMap<_, _> = named.map(|(place, it)| (&it.name, place)).collect();
        let pairs = self.contracts.iter().filter_map(|contract| {
            let consumer = places.get(&contract.integration.consumer)?;
            let provider = places.get(&contract.integration.provider)?;
            Some((*consumer, *provider))
        });
        pairs.collect()
    }
}

/// Every status, the one that needs somebody soonest first.
pub const BY_URGENCY: [PactStatus; 5] = [
    PactStatus::Failed,
    PactStatus::Stale,
    PactStatus::FailedPending,
    PactStatus::Never,
    PactStatus::Success,
];

/// Returns the network, or the part of it that is wanted.
///
/// Lists the consumers of every pacticipant, or the versions of all that is in the environment. Of the
/// contracts that are shown, reads all runs of the providers and what [`super::pacts::Pair::latest`] does,
/// or the runs of the provider's versions in the environment.
///
/// # Errors
///
/// Fails if nobody has mentioned an application asked for, if there is no such environment, or if a
/// record cannot be read.
pub fn network(ledger: &dyn Ledger, wanted: &WantedNetwork) -> Result<Network, NotFound> {
    for name in &wanted.around {
        known_pacticipant(ledger, name)?;
    }
    let mut asked_for = wanted.around.clone();
    if let Some(label) = &wanted.label {
        let labelled = pacticipants_labelled(ledger, label)?;
        asked_for.extend(labelled.iter().map(|it| it.name.clone()));
    }
    let source = match &wanted.environment {
        Some(name) => {
            known_environment(ledger, name)?;
            Source::of_environment(ledger, name)?
        }
        None => Source::newest(ledger)?,
    };

    let integrations = source.integrations();
    let mut names: BTreeSet<_> = source.applications().collect();
    for integration in &integrations {
        names.extend([&integration.consumer, &integration.provider].map(Clone::clone));
    }
    names.extend(asked_for.iter().cloned());
    let all = names.len();
    if !wanted.around.is_empty() || wanted.label.is_some() {
        names = near(&asked_for, &integrations, wanted.depth);
    }
    let is_shown = |it: &Integration| names.contains(&it.consumer) && names.contains(&it.provider);
    let shown: Vec<_> = integrations.into_iter().filter(is_shown).collect();
    let hidden = all - names.len();

    let application = |name: PacticipantName| Application {
        versions: source.versions_of(&name),
        is_here: source.has(&name),
        is_asked_for: asked_for.contains(&name),
        name,
    };
    let mut applications: Vec<_> = names.into_iter().map(application).collect();
    applications.sort_by_cached_key(|it| by_name(&it.name));
    let mut contracts = source.contracts(ledger, shown)?;
    contracts.sort_by_cached_key(|it| {
        let Integration { consumer, provider } = &it.integration;
        (by_name(consumer), by_name(provider))
    });
    Ok(Network {
        environment: wanted.environment.clone(),
        applications,
        contracts,
        hidden,
    })
}

fn by_name(name: &PacticipantName) -> (String, PacticipantName) {
    (name.as_str().to_lowercase(), name.clone())
}

/// Returns some applications and all that are at most some contracts away from one of them.
fn near(
    asked_for: &BTreeSet<PacticipantName>,
    integrations: &[Integration],
    depth: usize,
) -> BTreeSet<PacticipantName> {
    let mut partners: BTreeMap<&PacticipantName, Vec<&PacticipantName>> = BTreeMap::new();
    for Integration { consumer, provider } in integrations {
        partners.entry(consumer).or_default().push(provider);
        partners.entry(provider).or_default().push(consumer);
    }
    let mut found = asked_for.clone();
    let mut last: Vec<_> = asked_for.iter().collect();
    for _ in 0..depth {
        let next = last.iter().filter_map(|name| partners.get(name)).flatten();
        last = next
            .copied()
            .filter(|name| found.insert((*name).clone()))
            .collect();
        if last.is_empty() {
            break;
        }
    }
    found
}
