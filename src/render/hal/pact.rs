//! Pacts: what was agreed, with links to all that is about it.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::json;

use super::Address;
use super::address::encoded;
use super::address::shown;
use super::curies;
use super::pacticipant;
use super::template;
use super::version;
use crate::domain::json::Json;
use crate::domain::json::JsonError;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::pact::Pact;
use crate::domain::version::Publication;

/// A pact that a consumer version has published.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// The consumer.
    pub consumer: &'a PacticipantName,
    /// Its version.
    pub number: &'a VersionNumber,
    /// The provider.
    pub provider: &'a PacticipantName,
    /// What was published when.
    pub publication: &'a Publication,
    /// The pact.
    pub pact: &'a Pact,
    /// What a verifier was told with it, to come back with its results.
    pub metadata: Option<&'a str>,
}

/// Returns the document of a pact, as text: the pact as it was published, its numbers as they
/// were written, with an id for each interaction and with links.
///
/// # Errors
///
/// Never in practice: links are JSON.
pub fn pact(shown: &Shown<'_>, at: &Address) -> Result<String, JsonError> {
    let ids = shown.pact.interactions();
    let ids: Vec<(&Json, String)> = ids.iter().map(|it| (it.json(), it.id())).collect();
    let mut document = shown
        .pact
        .document()
        .as_object()
        .cloned()
        .unwrap_or_default();
    for list in ["interactions", "messages"] {
        if let Some(Json::Array(interactions)) = document.get_mut(list) {
            for interaction in interactions {
                add_id(interaction, &ids);
            }
        }
    }
    let created_at = shown.publication.created_at.to_string();
    document.insert("createdAt".to_owned(), Json::String(created_at));
    let links = Json::parse(links(shown, at).to_string().as_bytes())?;
    document.insert("_links".to_owned(), links);
    Ok(Json::Object(document).compact())
}

/// Gives an interaction the id by which verifiers report on it, if it has none of its own.
fn add_id(interaction: &mut Json, ids: &[(&Json, String)]) {
    let id = ids.iter().find(|(json, _)| *json == interaction);
    let id = id.map(|(_, id)| Json::String(id.clone()));
    if let (Json::Object(fields), Some(id)) = (interaction, id) {
        let fields: &mut BTreeMap<String, Json> = fields;
        fields.entry("_id".to_owned()).or_insert(id);
    }
}

/// Returns what a pact is called in links: `Pact between Web (1) and Orders`.
#[must_use]
pub fn title(
    provider: &PacticipantName,
    consumer: &PacticipantName,
    number: &VersionNumber,
) -> String {
    format!("Pact between {consumer} ({number}) and {provider}")
}

/// Returns a link to a pact, as what it is there.
#[must_use]
pub fn link(
    what: &str,
    provider: &PacticipantName,
    consumer: &PacticipantName,
    number: &VersionNumber,
    at: &Address,
) -> Value {
    json!({
        "title": what,
        "name": title(provider, consumer, number),
        "href": at.pact(provider, consumer, number),
    })
}

fn links(pact: &Shown<'_>, at: &Address) -> Value {
    let Shown {
        consumer,
        number,
        provider,
        publication,
        ..
    } = *pact;
    let content = &publication.content;
    let pair = [provider.as_str(), consumer.as_str()];
    let of_pair = |template| at.to(template, &pair);
    let of_version = |template| at.to(template, &[pair[0], pair[1], number.as_str()]);
    let of_content = |template| at.content(template, provider, consumer, content);
    let tag = |rest: &[&str]| {
        let values: Vec<&str> = [consumer.as_str(), number.as_str()]
            .into_iter()
            .chain(rest.iter().copied())
            .collect();
        at.to(template::TAG, &values)
    };
    let matrix = format!(
        "{}?q%5B%5D%5Bpacticipant%5D={}&q%5B%5D%5Bversion%5D={}&latestby=cvpv",
        at.to(template::MATRIX, &[]),
        encoded(consumer.as_str()),
        encoded(number.as_str()),
    );
    json!({
        "self": link("Pact", provider, consumer, number, at),
        "pb:consumer": pacticipant::link("Consumer", consumer, at),
        "pb:consumer-version": version::link("Consumer version", consumer, number, at),
        "pb:provider": pacticipant::link("Provider", provider, at),
        "pb:pact-version": {
            "title": "Pact content version permalink",
            "name": shown(content),
            "href": of_content(template::PACT_CONTENT),
        },
        "pb:latest-pact-version": {
            "title": "Latest version of this pact",
            "href": of_pair(template::LATEST_PACT),
        },
        "pb:all-pact-versions": {
            "title": "All versions of this pact",
            "href": of_pair(template::PACT_VERSIONS),
        },
        "pb:latest-untagged-pact-version": {
            "title": "Latest untagged version of this pact",
            "href": of_pair(template::LATEST_UNTAGGED_PACT),
        },
        "pb:latest-tagged-pact-version": {
            "title": "Latest tagged version of this pact",
            "href": of_pair(template::LATEST_TAGGED_PACT),
            "templated": true,
        },
        "pb:previous-distinct": {
            "title": "Previous distinct version of this pact",
            "href": of_version(template::PREVIOUS_DISTINCT),
        },
        "pb:diff-previous-distinct": {
            "title": "Diff with previous distinct version of this pact",
            "href": of_version(template::DIFF_PREVIOUS_DISTINCT),
        },
        "pb:diff": {
            "title": "Diff with another specified version of this pact",
            "href": of_content(template::CONTENT_DIFF),
            "templated": true,
        },
        "pb:pact-webhooks": {
            "title": format!("Webhooks for the pact between {consumer} and {provider}"),
            "href": of_pair(template::PACT_WEBHOOKS),
        },
        // The broker names the provider here, and so do its clients' recordings.
        "pb:consumer-webhooks": {
            "title": format!("Webhooks for all pacts with provider {provider}"),
            "href": at.to(template::CONSUMER_WEBHOOKS, &[provider.as_str()]),
        },
        "pb:tag-prod-version": {
            "title": "PUT to this resource to tag this consumer version as 'production'",
            "href": tag(&["prod"]),
        },
        "pb:tag-version": {
            "title": "PUT to this resource to tag this consumer version",
            "href": tag(&[]),
        },
        "pb:publish-verification-results": {
            "title": "Publish verification results",
            "href": publish_results(pact, at),
        },
        "pb:latest-verification-results": {
            "href": of_content(template::LATEST_VERIFICATION_RESULTS),
        },
        "pb:triggered-webhooks": {
            "title": "Webhooks triggered by the publication of this pact",
            "href": of_version(template::TRIGGERED_WEBHOOKS),
        },
        "pb:matrix-for-consumer-version": {
            "title": "View matrix rows for the consumer version to which this pact belongs",
            "href": matrix,
        },
        "curies": curies(at, "pact"),
    })
}

/// Returns where results for a pact are published: below the metadata, if it was read there.
fn publish_results(pact: &Shown<'_>, at: &Address) -> String {
    let (provider, consumer) = (pact.provider, pact.consumer);
    let content = &pact.publication.content;
    match pact.metadata {
        None => at.content(template::VERIFICATION_RESULTS, provider, consumer, content),
        Some(metadata) => {
            let values = [
                provider.as_str(),
                consumer.as_str(),
                shown(content),
                metadata,
            ];
            at.to(template::VERIFICATION_RESULTS_WITH_METADATA, &values)
        }
    }
}
