//! Integrations: consumers and providers that have a pact.

use serde_json::Value;
use serde_json::json;

use super::Address;
use super::template;
use crate::domain::integration::Integration;

/// Returns all integrations, as found at a URL.
#[must_use]
pub fn integrations(known: &[Integration], itself: &str, at: &Address) -> Value {
    let documents: Vec<Value> = known.iter().map(|it| integration(it, at)).collect();
    json!({
        "_embedded": { "integrations": documents },
        "_links": { "self": { "title": "All integrations", "href": itself } },
    })
}

fn integration(known: &Integration, at: &Address) -> Value {
    let Integration { consumer, provider } = known;
    let values = [provider.as_str(), consumer.as_str()];
    let to = |template| at.to(template, &values);
    json!({
        "consumer": { "name": consumer },
        "provider": { "name": provider },
        "_links": {
            "pb:dashboard": {
                "title": "BETA: Pacts to show on the dashboard",
                "href": to(template::PAIR_DASHBOARD),
            },
            "pb:matrix": {
                "title": format!(
                    "Matrix of pacts/verification results for {consumer} and {provider}"
                ),
                // Without scheme and host, as the broker has it.
                "href": Address::new(at.context_path()).to(template::PAIR_MATRIX, &values),
            },
            "pb:group": { "href": at.pacticipant(consumer) },
            "pb:delete_integration": {
                "title": format!("Delete the integration between {consumer} and {provider}"),
                "href": to(template::INTEGRATION),
            },
        },
    })
}
