//! The network of applications and contracts: a picture, and forms of it for other programs and for
//! terminals.
//!
//! How a contract fares is said in colour, and without it: by a pattern of the line, and by a mark or a word.
//! Names of applications are anybody's; in every form they stand for themselves alone.

pub mod dot;
pub mod json;
mod layout;
pub mod mermaid;
pub mod readme;
pub mod svg;
pub mod text;

use crate::domain::network::Contract;
use crate::domain::network::Network;
use crate::domain::pact_status::PactStatus;

/// Returns the words that people read for a status.
#[must_use]
pub fn state(status: PactStatus) -> &'static str {
    match status {
        PactStatus::Never => "unverified",
        PactStatus::Success => "verified",
        PactStatus::Stale => "changed since",
        PactStatus::Failed => "failed",
        PactStatus::FailedPending => "failed (pending)",
    }
}

/// Returns the colour of a status: as far from white as from black, so that it is seen on either.
fn colour(status: PactStatus) -> &'static str {
    match status {
        PactStatus::Never => "#848d97",
        PactStatus::Success => "#2da44e",
        PactStatus::Stale => "#c27803",
        PactStatus::Failed => "#e5534b",
        PactStatus::FailedPending => "#a475f9",
    }
}

/// Returns what the network is, in a sentence without full stop: e.g. `2 applications, 1 contract: 1 failed`.
#[must_use]
pub fn headline(network: &Network) -> String {
    let place = match &network.environment {
        Some(name) => format!(" in {name}"),
        None => String::new(),
    };
    let applications = counted(network.applications.len(), "application");
    let contracts = counted(network.contracts.len(), "contract");
    let counts = network.counts();
    let counts = counts.iter();
    let counts: Vec<_> = counts
        .map(|(status, count)| format!("{count} {}", state(*status)))
        .collect();
    let colon = if counts.is_empty() { "" } else { ": " };
    format!(
        "{applications}{place}, {contracts}{colon}{}",
        counts.join(", ")
    )
}

fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

/// Returns what there is to say of a contract, e.g. `Web (1) → Orders (7): verified`.
fn sentence(contract: &Contract) -> String {
    let versions = |versions: &[_]| match versions {
        [] => String::new(),
        versions => format!(" ({})", joined(versions)),
    };
    format!(
        "{}{} → {}{}: {}",
        contract.integration.consumer,
        versions(&contract.consumer_versions),
        contract.integration.provider,
        versions(&contract.provider_versions),
        state(contract.status)
    )
}

fn joined<T: ToString>(parts: &[T]) -> String {
    let parts: Vec<_> = parts.iter().map(ToString::to_string).collect();
    parts.join(", ")
}
