//! Lists of pacts for people, and the broker's document of those of a provider.

use serde_json::Value;

use super::hal::Address;
use super::hal::pacts;
use super::hal::template;
use super::table::USUAL_WIDTH;
use super::table::capped_table;
use super::table::table;
use crate::app::pacts::Wanted;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::pacts::PactPublication;

/// Returns the table of `list-latest-pact-versions` as the `pact-broker` command line prints it; nothing
/// if there are no pacts (spec: cli §4.20).
#[must_use]
pub fn latest_versions(pacts: &[PactPublication]) -> String {
    let columns = ["CONSUMER", "CONSUMER_VERSION", "PROVIDER", "CREATED_AT"];
    let row = |pact: &PactPublication| {
        vec![
            pact.consumer.to_string(),
            pact.version.number.to_string(),
            pact.provider.to_string(),
            pact.created_at.to_string(),
        ]
    };
    let rows: Vec<_> = pacts.iter().map(row).collect();
    capped_table(&columns.map(|name| (name, USUAL_WIDTH)), &rows)
}

/// Returns a table of pacts with what is known of their versions; nothing if there are none.
#[must_use]
pub fn list(pacts: &[PactPublication]) -> String {
    let columns = [
        "CONSUMER",
        "VERSION",
        "BRANCHES",
        "TAGS",
        "PROVIDER",
        "PUBLISHED",
        "CONTENT",
    ];
    let row = |pact: &PactPublication| {
        vec![
            pact.consumer.to_string(),
            pact.version.number.to_string(),
            joined(&pact.version.branches),
            joined(&pact.version.tags),
            pact.provider.to_string(),
            pact.created_at.to_string(),
            pact.content.short().to_string(),
        ]
    };
    let rows: Vec<_> = pacts.iter().map(row).collect();
    table(&columns, &rows)
}

fn joined<T: ToString>(names: &[T]) -> String {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    names.join(", ")
}

/// Returns the broker's document of the pacts that were wanted. The links of those of all consumers are
/// also `pacts`, where clients of the Rust command line look for them.
#[must_use]
pub fn document(wanted: &Wanted, list: &[PactPublication]) -> Value {
    let at = Address::new("");
    let itself = itself(wanted, &at);
    let provider = &wanted.provider;
    if let Some(consumer) = &wanted.consumer {
        return pacts::of_pair(consumer, provider, list, &itself, &at);
    }
    let title = pacts::title_of_provider(provider, wanted.latest, &wanted.among());
    let mut document = pacts::of_provider(provider, &title, list, &itself, &at);
    document["pacts"] = document["_links"]["pb:pacts"].clone();
    document
}

/// Returns where the broker has such a list.
fn itself(wanted: &Wanted, at: &Address) -> String {
    let template = match (&wanted.consumer, &wanted.branch, wanted.latest) {
        (None, None, false) => template::MAIN_BRANCH_PROVIDER_PACTS,
        (None, None, true) => template::LATEST_MAIN_BRANCH_PROVIDER_PACTS,
        (None, Some(_), false) => template::BRANCH_PROVIDER_PACTS,
        (None, Some(_), true) => template::LATEST_BRANCH_PROVIDER_PACTS,
        (Some(_), None, false) => template::MAIN_BRANCH_PACT_VERSIONS,
        (Some(_), None, true) => template::LATEST_MAIN_BRANCH_PACT_VERSIONS,
        (Some(_), Some(_), false) => template::BRANCH_PACT_VERSIONS,
        (Some(_), Some(_), true) => template::LATEST_BRANCH_PACT_VERSIONS,
    };
    let mut values = vec![wanted.provider.as_str()];
    values.extend(wanted.consumer.as_ref().map(PacticipantName::as_str));
    values.extend(wanted.branch.as_ref().map(BranchName::as_str));
    at.to(template, &values)
}
