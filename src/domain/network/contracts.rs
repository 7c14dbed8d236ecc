//! The contracts of the network, and how each fares: the newest of every two, or those of what is in an
//! environment.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use super::BY_URGENCY;
use super::Contract;
use crate::domain::content::ContentId;
use crate::domain::integration::Integration;
use crate::domain::integration::integrations;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Read;
use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::pact_status::PactStatus;
use crate::domain::pact_status::status_by;
use crate::domain::pacts::Among;
use crate::domain::pacts::Pair;
use crate::domain::verification::Run;
use crate::domain::verification_results::ResultsByProvider;
use crate::domain::version::Version;
use crate::domain::versions::numbered;

/// Where the contracts are taken from.
pub(super) enum Source {
    /// The newest of every two.
    Newest {
        applications: Vec<PacticipantName>,
        integrations: Vec<Integration>,
    },
    /// Those of what is in an environment, by application, newest first.
    Environment(BTreeMap<PacticipantName, Vec<Arc<Version>>>),
}

impl Source {
    pub(super) fn newest(ledger: &dyn Ledger) -> Read<Self> {
        Ok(Self::Newest {
            applications: ledger.pacticipants()?,
            integrations: integrations(ledger)?,
        })
    }

    pub(super) fn of_environment(ledger: &dyn Ledger, name: &EnvironmentName) -> Read<Self> {
        let mut there = BTreeMap::new();
        for pacticipant in ledger.pacticipants_in(name)? {
            let deployed = ledger.deployed(name, &pacticipant)?;
            let released = ledger.released(name, &pacticipant)?;
            let numbers = deployed.iter().map(|it| &it.version);
            let numbers = numbers.chain(released.iter().map(|it| &it.version));
            let versions = numbered(ledger, &pacticipant, numbers)?;
            there.insert(pacticipant, versions);
        }
        Ok(Self::Environment(there))
    }

    pub(super) fn applications(&self) -> impl Iterator<Item = PacticipantName> {
        let (listed, there) = match self {
            Self::Newest { applications, .. } => (Some(applications), None),
            Self::Environment(there) => (None, Some(there.keys())),
        };
        let listed = listed.into_iter().flatten();
        listed.chain(there.into_iter().flatten()).cloned()
    }

    pub(super) fn integrations(&self) -> Vec<Integration> {
        let there = match self {
            Self::Newest { integrations, .. } => return integrations.clone(),
            Self::Environment(there) => there,
        };
        let mut found = Vec::new();
        for (consumer, versions) in there {
            for provider in versions.iter().flat_map(|version| version.pacts.keys()) {
                found.push(Integration {
                    consumer: consumer.clone(),
                    provider: provider.clone(),
                });
            }
        }
        found.sort();
        found.dedup();
        found
    }

    /// Says whether an application is in the environment; everywhere, all of them are.
    pub(super) fn has(&self, name: &PacticipantName) -> bool {
        match self {
            Self::Newest { .. } => true,
            Self::Environment(there) => there.contains_key(name),
        }
    }

    pub(super) fn versions_of(&self, name: &PacticipantName) -> Vec<VersionNumber> {
        match self {
            Self::Newest { .. } => Vec::new(),
            Self::Environment(there) => numbers(there.get(name)),
        }
    }

    /// Returns the contracts of some integrations.
    pub(super) fn contracts(
        &self,
        ledger: &dyn Ledger,
        integrations: Vec<Integration>,
    ) -> Read<Vec<Contract>> {
        match self {
            Self::Newest { .. } => newest(ledger, integrations),
            Self::Environment(there) => together(ledger, there, integrations),
        }
    }
}

/// Returns the newest contract of each, as the list of integrations has it.
fn newest(ledger: &dyn Ledger, integrations: Vec<Integration>) -> Read<Vec<Contract>> {
    let providers = integrations.iter().map(|it| &it.provider);
    let mut known = ResultsByProvider::read(ledger, providers)?;
    let contract = |integration: Integration| {
        let results = known.of(ledger, &integration.provider)?;
        let pair = Pair {
            ledger,
            consumer: &integration.consumer,
            provider: &integration.provider,
        };
        let line = status_by(&pair, &Among::All, results)?;
        let status = line.as_ref().map_or(PactStatus::Never, |line| line.status);
        let consumer = line.as_ref().map(|line| line.pact.version.number.clone());
        let provider = line.and_then(|line| line.latest);
        Ok(Contract {
            integration,
            status,
            consumer_versions: consumer.into_iter().collect(),
            provider_versions: provider
                .map(|it| it.run.version.clone())
                .into_iter()
                .collect(),
        })
    };
    integrations.into_iter().map(contract).collect()
}

/// Returns how each of what is in one place fares with each of what else is there.
fn together(
    ledger: &dyn Ledger,
    there: &BTreeMap<PacticipantName, Vec<Arc<Version>>>,
    integrations: Vec<Integration>,
) -> Read<Vec<Contract>> {
    let mut runs: BTreeMap<(PacticipantName, VersionNumber), Vec<Arc<Run>>> = BTreeMap::new();
    let mut contracts = Vec::new();
    for integration in integrations {
        let Integration { consumer, provider } = &integration;
        let provider_versions = numbers(there.get(provider));
        let mut consumer_versions = Vec::new();
        let mut statuses = Vec::new();
        for version in there.get(consumer).into_iter().flatten() {
            let Some(pact) = version.pacts.get(provider) else {
                continue;
            };
            consumer_versions.push(version.number.clone());
            for number in &provider_versions {
                let runs = match runs.entry((provider.clone(), number.clone())) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(place) => place.insert(ledger.runs_of(provider, number)?),
                };
                statuses.push(status_with(runs, consumer, &pact.content));
            }
        }
        let worst = BY_URGENCY.into_iter().find(|it| statuses.contains(it));
        contracts.push(Contract {
            // Where there is no provider, nothing is known of how it fares.
            status: worst.unwrap_or(PactStatus::Never),
            consumer_versions,
            provider_versions,
            integration,
        });
    }
    Ok(contracts)
}

/// Returns what the newest run of a provider version says of a content, if one says anything.
fn status_with(runs: &[Arc<Run>], consumer: &PacticipantName, content: &ContentId) -> PactStatus {
    let mut newest = runs.iter().rev();
    match newest.find_map(|run| run.result(consumer, content)) {
        None => PactStatus::Never,
        Some(result) if result.success => PactStatus::Success,
        Some(result) if result.wip => PactStatus::FailedPending,
        Some(_) => PactStatus::Failed,
    }
}

fn numbers(versions: Option<&Vec<Arc<Version>>>) -> Vec<VersionNumber> {
    let versions = versions.into_iter().flatten();
    versions.map(|version| version.number.clone()).collect()
}
