//! Webhooks: what is requested when something happens.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use super::Address;
use super::Template;
use super::pacticipant;
use super::template;
use crate::domain::name::PacticipantName;
use crate::domain::webhook::Body;
use crate::domain::webhook::Party;
use crate::domain::webhook::RequestTemplate;
use crate::domain::webhook::Webhook;

/// Returns the document of a webhook. Credentials are shown as stars.
#[must_use]
pub fn webhook(webhook: &Webhook, at: &Address) -> Value {
    let events = webhook.events.iter();
    let events: Vec<Value> = events
        .map(|event| json!({ "name": event.as_str() }))
        .collect();
    let mut document = json!({
        "uuid": webhook.uuid,
        "description": webhook.title(),
        "enabled": webhook.enabled,
        "request": request(&webhook.request.redacted()),
        "events": events,
        "createdAt": webhook.created_at.to_string(),
        "_links": links(webhook, at),
    });
    for (role, party) in [
        ("consumer", &webhook.consumer),
        ("provider", &webhook.provider),
    ] {
        match party {
            None => {}
            Some(Party::Name(name)) => document[role] = json!({ "name": name }),
            Some(Party::Label(label)) => document[role] = json!({ "label": label }),
        }
    }
    if let Some(updated_at) = webhook.updated_at.filter(|it| *it != webhook.created_at) {
        document["updatedAt"] = updated_at.to_string().into();
    }
    document
}

fn request(request: &RequestTemplate) -> Value {
    let mut document = Map::new();
    let mut add = |key: &str, value: Value| document.insert(key.to_owned(), value);
    add("method", request.method.as_str().into());
    add("url", request.url.as_str().into());
    if !request.headers.is_empty() {
        add("headers", json!(request.headers));
    }
    match &request.body {
        None => None,
        Some(Body::Json(value)) => add("body", value.clone()),
        Some(Body::Text(text)) => add("body", text.as_str().into()),
    };
    if let Some(username) = &request.username {
        add("username", username.as_str().into());
    }
    if let Some(password) = &request.password {
        add("password", password.as_str().into());
    }
    Value::Object(document)
}

fn links(webhook: &Webhook, at: &Address) -> Value {
    let mut links = json!({
        "self": { "title": webhook.title(), "href": href(webhook, at) },
        "pb:execute": {
            "title": "Test the execution of the webhook with the latest matching pact or \
                      verification by sending a POST request to this URL",
            "href": at.to(template::WEBHOOK_EXECUTION, &[webhook.uuid.as_str()]),
        },
        "pb:webhooks": { "title": "All webhooks", "href": at.to(template::WEBHOOKS, &[]) },
    });
    for (party, role, title) in [
        (&webhook.consumer, "consumer", "Consumer"),
        (&webhook.provider, "provider", "Provider"),
    ] {
        match party {
            None => {}
            Some(Party::Name(name)) => {
                links[format!("pb:{role}")] = pacticipant::link(title, name, at);
            }
            Some(Party::Label(label)) => {
                let values = [label.as_str()];
                links[format!("pb:{role}s")] = json!({
                    "title": format!("{title}s by label"),
                    "name": label,
                    "href": at.to(template::PACTICIPANTS_WITH_LABEL, &values),
                });
            }
        }
    }
    if let (Some(Party::Name(consumer)), Some(Party::Name(provider))) =
        (&webhook.consumer, &webhook.provider)
    {
        links["pb:pact-webhooks"] = json!({
            "title": format!("All webhooks for consumer {consumer} and provider {provider}"),
            "href": of_pair(template::PACT_WEBHOOKS, consumer, provider, at),
        });
    }
    links
}

/// Returns the URL of a webhook.
#[must_use]
pub fn href(webhook: &Webhook, at: &Address) -> String {
    at.to(template::WEBHOOK, &[webhook.uuid.as_str()])
}

/// Returns a list of webhooks, which is called something and is at a URL.
#[must_use]
pub fn webhooks(webhooks: &[&Webhook], title: &str, itself: &str, at: &Address) -> Value {
    let entries = webhooks.iter().map(|webhook| {
        json!({
            "title": scope(webhook),
            "name": webhook.title(),
            "href": href(webhook, at),
        })
    });
    let entries: Vec<Value> = entries.collect();
    json!({
        "_links": {
            "self": { "title": title, "href": itself },
            "pb:create": { "title": "POST to create a webhook", "href": itself },
            "pb:webhooks": entries,
            "curies": [{
                "name": "pb",
                "href": format!("{}/doc/webhooks-{{rel}}", at.as_str()),
                "templated": true,
            }],
        },
    })
}

/// Returns which pacts a webhook is for, in words.
fn scope(webhook: &Webhook) -> String {
    let named = |party: &Option<Party>, plural: &str| match party {
        None => None,
        Some(Party::Name(name)) => Some(name.to_string()),
        Some(Party::Label(label)) => Some(format!("{plural}labeled '{label}'")),
    };
    let both = webhook.consumer.is_some() && webhook.provider.is_some();
    let plural = |text: &'static str| if both { text } else { "" };
    let consumer = named(&webhook.consumer, plural("consumers "));
    let provider = named(&webhook.provider, plural("providers "));
    match (consumer, provider) {
        (Some(consumer), Some(provider)) => {
            format!("A webhook for the pact between {consumer} and {provider}")
        }
        (None, Some(provider)) => format!("A webhook for all pacts with provider {provider}"),
        (Some(consumer), None) => format!("A webhook for all pacts with consumer {consumer}"),
        (None, None) => "A webhook for all pacts".to_owned(),
    }
}

fn of_pair(
    template: Template,
    consumer: &PacticipantName,
    provider: &PacticipantName,
    at: &Address,
) -> String {
    at.to(template, &[provider.as_str(), consumer.as_str()])
}
