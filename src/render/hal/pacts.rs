//! Lists of pacts: of everybody, of a provider, of a pair.

use serde_json::Value;
use serde_json::json;

use super::Address;
use super::curies;
use super::pacticipant;
use super::template;
use super::version;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::pacts::Among;
use crate::domain::pacts::PactPublication;

fn href(pact: &PactPublication, at: &Address) -> String {
    at.pact(&pact.provider, &pact.consumer, &pact.version.number)
}

/// Returns the latest pact of every pair.
#[must_use]
pub fn latest(pacts: &[PactPublication], at: &Address) -> Value {
    let documents: Vec<Value> = pacts.iter().map(|it| latest_of_pair(it, at)).collect();
    let links = pacts.iter().map(|it| {
        let title = format!("Latest pact between {} and {}", it.consumer, it.provider);
        json!({ "title": title, "href": latest_href(it, at) })
    });
    let links: Vec<Value> = links.collect();
    let mut deprecated = links.clone();
    for link in &mut deprecated {
        link["name"] = "DEPRECATED - please use the pb:pacts relation".into();
    }
    json!({
        "pacts": documents,
        "_links": {
            "self": { "href": at.to(template::LATEST_PACTS, &[]) },
            "pb:pacts": links,
            "pacts": deprecated,
            "curies": curies(at, "pacts"),
        },
    })
}

/// Returns where to go on once pacts of a pair are deleted: to the newest that is left.
#[must_use]
pub fn deleted(left: Option<&PactPublication>, at: &Address) -> Value {
    let mut document = json!({ "_links": { "index": { "href": at.as_str() } } });
    if let Some(left) = left {
        document["_links"]["pb:latest-pact-version"] =
            json!({ "title": "Latest pact", "href": latest_href(left, at) });
    }
    document
}

fn latest_href(pact: &PactPublication, at: &Address) -> String {
    let values = [pact.provider.as_str(), pact.consumer.as_str()];
    at.to(template::LATEST_PACT, &values)
}

fn latest_of_pair(pact: &PactPublication, at: &Address) -> Value {
    let PactPublication {
        consumer,
        provider,
        version,
        ..
    } = pact;
    let to = |name| json!({ "self": { "href": at.pacticipant(name) } });
    json!({
        "createdAt": pact.created_at,
        "_embedded": {
            "consumer": {
                "name": consumer,
                "_embedded": { "version": version::short(consumer, &version.number, at) },
                "_links": to(consumer),
            },
            "provider": { "name": provider, "_links": to(provider) },
        },
        "_links": { "self": [{ "href": latest_href(pact, at) }, { "href": href(pact, at) }] },
    })
}

/// Returns the title of a list of pacts of a provider.
#[must_use]
pub fn title_of_provider(provider: &PacticipantName, latest: bool, among: &Among) -> String {
    let which = if latest { "Latest" } else { "All" };
    let suffix = match among {
        Among::Tagged(tag) => format!(" with consumer version tag '{tag}'"),
        Among::OnBranch(branch) => format!(" with consumer version branch '{branch}'"),
        // The broker says no more of main branches.
        Among::All | Among::Untagged | Among::OnMainBranch => String::new(),
    };
    format!("{which} pact versions for the provider {provider}{suffix}")
}

/// Returns a list of pacts of a provider with a title, as found at a URL.
#[must_use]
pub fn of_provider(
    provider: &PacticipantName,
    title: &str,
    pacts: &[PactPublication],
    itself: &str,
    at: &Address,
) -> Value {
    let links = |before: &str| -> Vec<Value> {
        let links = pacts.iter().map(|it| {
            let title = format!("{before}{}", it.name());
            json!({ "title": title, "name": it.consumer, "href": href(it, at) })
        });
        links.collect()
    };
    let deprecated = "DEPRECATED - please use the pb:pacts relation. ";
    json!({ "_links": {
        "self": { "title": title, "href": itself },
        "pb:provider": { "name": provider, "href": at.pacticipant(provider) },
        "pb:pacts": links(""),
        "provider": {
            "title": provider,
            "name": "DEPRECATED - please use the pb:provider relation",
            "href": at.pacticipant(provider),
        },
        "pacts": links(deprecated),
    }})
}

/// Returns the pacts of a pair, newest first, as found at a URL.
#[must_use]
pub fn of_pair(
    consumer: &PacticipantName,
    provider: &PacticipantName,
    pacts: &[PactPublication],
    itself: &str,
    at: &Address,
) -> Value {
    json!({
        "_embedded": { "pacts": embedded(pacts, at) },
        "_links": {
            "self": {
                "title": format!("All versions of the pact between {consumer} and {provider}"),
                "href": itself,
            },
            "consumer": pacticipant::link("Consumer", consumer, at),
            "provider": pacticipant::link("Provider", provider, at),
            "pact-versions": links("Pact", pacts, at),
        },
    })
}

/// Returns the pacts of a pair whose versions have a tag, newest first, as found at a URL.
#[must_use]
pub fn of_pair_tagged(
    consumer: &PacticipantName,
    provider: &PacticipantName,
    tag: &TagName,
    pacts: &[PactPublication],
    itself: &str,
    at: &Address,
) -> Value {
    let title =
        format!("All versions of the pact between {consumer} and {provider} with tag {tag}");
    json!({
        "_embedded": { "pacts": embedded(pacts, at) },
        "_links": {
            "self": { "title": title, "href": itself },
            "pb:consumer": pacticipant::link("Consumer", consumer, at),
            "pb:provider": pacticipant::link("Provider", provider, at),
            "pb:pact-versions": links("Pact version", pacts, at),
        },
    })
}

fn embedded(pacts: &[PactPublication], at: &Address) -> Vec<Value> {
    let documents = pacts.iter().map(|it| {
        json!({
            "createdAt": it.created_at,
            "_embedded": {
                "consumerVersion": version::short(&it.consumer, &it.version.number, at),
            },
            "_links": { "self": { "title": it.name(), "href": href(it, at) } },
        })
    });
    documents.collect()
}

fn links(title: &str, pacts: &[PactPublication], at: &Address) -> Vec<Value> {
    let links = pacts.iter().map(|it| {
        let day = version::day(it.created_at);
        let name = format!("Version {} - {day}", it.version.number);
        json!({ "title": title, "name": name, "href": href(it, at) })
    });
    links.collect()
}
