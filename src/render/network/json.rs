//! The network for programs.
//!
//! `applications` and `contracts` are sorted by name whatever its case; every consumer and provider is among
//! the applications. `status` is the word that the broker has for programs, `state` the one for people.

use serde::Serialize;

use super::state;
use crate::app::ask::Basis;
use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::network::Network;
use crate::render::computed_from::ComputedFrom;

/// The network, as JSON has it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NetworkJson<'a> {
    environment: Option<&'a EnvironmentName>,
    applications: Vec<ApplicationJson<'a>>,
    contracts: Vec<ContractJson<'a>>,
    hidden: usize,
    computed_from: ComputedFrom,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ApplicationJson<'a> {
    name: &'a PacticipantName,
    versions: &'a [VersionNumber],
    is_here: bool,
    is_asked_for: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ContractJson<'a> {
    consumer: &'a PacticipantName,
    consumer_versions: &'a [VersionNumber],
    provider: &'a PacticipantName,
    provider_versions: &'a [VersionNumber],
    status: &'static str,
    state: &'static str,
}

impl<'a> NetworkJson<'a> {
    /// Returns the network as JSON, with what it was computed from.
    #[must_use]
    pub fn new(network: &'a Network, basis: &Basis) -> Self {
        let applications = network.applications.iter().map(|it| ApplicationJson {
            name: &it.name,
            versions: &it.versions,
            is_here: it.is_here,
            is_asked_for: it.is_asked_for,
        });
        let contracts = network.contracts.iter().map(|it| ContractJson {
            consumer: &it.integration.consumer,
            consumer_versions: &it.consumer_versions,
            provider: &it.integration.provider,
            provider_versions: &it.provider_versions,
            status: it.status.as_str(),
            state: state(it.status),
        });
        Self {
            environment: network.environment.as_ref(),
            applications: applications.collect(),
            contracts: contracts.collect(),
            hidden: network.hidden,
            computed_from: ComputedFrom::from(basis),
        }
    }
}
