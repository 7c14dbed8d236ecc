//! Pacts that a provider build has to verify (spec: semantics §6.4).

use serde_json::Value;
use serde_json::json;

use super::Address;
use super::address::shown;
use super::metadata::Metadata;
use super::template;
use crate::domain::name::PacticipantName;
use crate::domain::pacts_for_verification::SelectedPact;
use crate::domain::pacts_for_verification::VerificationNotice;

/// Returns the pacts that a build has to verify. Before what there is to say about each, every
/// pact has the notices that are given.
#[must_use]
pub fn for_verification(
    provider: &PacticipantName,
    pacts: &[SelectedPact],
    first: &[VerificationNotice],
    at: &Address,
) -> Value {
    let pacts: Vec<Value> = pacts.iter().map(|it| pact(it, first, at)).collect();
    json!({
        "_embedded": { "pacts": pacts },
        "_links": { "self": {
            "title": "Pacts to be verified",
            "href": at.to(template::FOR_VERIFICATION, &[provider.as_str()]),
        }},
    })
}

fn pact(pact: &SelectedPact, first: &[VerificationNotice], at: &Address) -> Value {
    let (provider, consumer, content) = (&pact.provider, &pact.consumer, &pact.content);
    let metadata = Metadata::of(pact).encoded();
    let values = [
        provider.as_str(),
        consumer.as_str(),
        shown(content),
        metadata.as_str(),
    ];
    let href = at.to(template::PACT_CONTENT_WITH_METADATA, &values);
    // Whoever opens work in progress from a report must get it as such, like the verifier.
    let readable = if pact.wip {
        href.clone()
    } else {
        at.content(template::PACT_CONTENT, provider, consumer, content)
    };
    let said = pact.notices(&readable);
    let notices = first.iter().chain(&said);
    let notices = notices.map(|it| json!({ "when": it.when, "text": it.text }));
    let mut properties = json!({ "notices": notices.collect::<Vec<_>>() });
    if let Some(pending) = pact.pending {
        properties["pending"] = pending.into();
    }
    if pact.wip {
        properties["wip"] = true.into();
    }
    json!({
        "shortDescription": pact.short_description(),
        "verificationProperties": properties,
        "_links": { "self": { "href": href, "name": pact.name() } },
    })
}
