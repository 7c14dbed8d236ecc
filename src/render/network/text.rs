//! The network for a terminal: a table of contracts, and who has none.

use super::headline;
use super::joined;
use super::state;
use crate::domain::name::VersionNumber;
use crate::domain::network::Contract;
use crate::domain::network::Network;
use crate::render::table::one_line;
use crate::render::table::table;

/// Returns the network as text, without a final newline.
#[must_use]
pub fn text(network: &Network) -> String {
    let mut parts = Vec::new();
    if !network.contracts.is_empty() {
        let rows: Vec<_> = network.contracts.iter().map(row).collect();
        parts.push(table(
            &["CONSUMER", "VERSION", "PROVIDER", "VERSION", "STATE"],
            &rows,
        ));
    }
    let has_contract = |name| {
        network
            .contracts
            .iter()
            .any(|it| it.integration.includes(name))
    };
    let without = network.applications.iter().map(|it| &it.name);
    let without: Vec<_> = without.filter(|name| !has_contract(name)).collect();
    if !without.is_empty() {
        parts.push(one_line(&format!(
            "Without a contract: {}",
            joined(&without)
        )));
    }
    let absent = network.applications.iter().filter(|it| !it.is_here);
    let absent: Vec<_> = absent.map(|it| &it.name).collect();
    if let (Some(environment), false) = (&network.environment, absent.is_empty()) {
        let absent = format!("Not in {environment}: {}", joined(&absent));
        parts.push(one_line(&absent));
    }
    parts.push(format!("{}.", headline(network)));
    parts.join("\n\n")
}

fn row(contract: &Contract) -> Vec<String> {
    let versions = |versions: &[VersionNumber]| match versions {
        [] => "-".to_owned(),
        versions => joined(versions),
    };
    vec![
        contract.integration.consumer.to_string(),
        versions(&contract.consumer_versions),
        contract.integration.provider.to_string(),
        versions(&contract.provider_versions),
        state(contract.status).to_owned(),
    ]
}
