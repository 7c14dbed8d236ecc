//! Webhooks, as people read them.

use super::table::table;
use super::yaml::scalar;
use crate::domain::events::EventKind;
use crate::domain::webhook::Body;
use crate::domain::webhook::Party;
use crate::domain::webhook::Webhook;

/// Returns the table of `list-webhooks`, in the order given.
#[must_use]
pub fn list(webhooks: &[&Webhook]) -> String {
    let party = |party: &Option<Party>| match party {
        None => String::new(),
        Some(Party::Name(name)) => name.to_string(),
        Some(Party::Label(label)) => format!("label {label}"),
    };
    let row = |webhook: &&Webhook| {
        let events = webhook.events.iter().map(|event| event.as_str());
        vec![
            webhook.uuid.to_string(),
            webhook.title(),
            party(&webhook.consumer),
            party(&webhook.provider),
            events.collect::<Vec<_>>().join(", "),
            webhook.enabled.to_string(),
        ]
    };
    let rows: Vec<_> = webhooks.iter().map(row).collect();
    let header = [
        "UUID",
        "DESCRIPTION",
        "CONSUMER",
        "PROVIDER",
        "EVENTS",
        "ENABLED",
    ];
    table(&header, &rows)
}

/// Returns the lines of `describe-webhook`: YAML, as the `pact-broker` command line describes
/// things. Credentials are shown as stars.
#[must_use]
pub fn describe(webhook: &Webhook) -> String {
    let mut lines = vec![
        format!("Uuid: {}", scalar(webhook.uuid.as_str())),
        format!("Description: {}", scalar(&webhook.title())),
        format!("Enabled: {}", webhook.enabled),
    ];
    for (role, party) in [
        ("Consumer", &webhook.consumer),
        ("Provider", &webhook.provider),
    ] {
        match party {
            None => {}
            Some(Party::Name(name)) => lines.push(format!("{role}: {}", scalar(name.as_str()))),
            Some(Party::Label(label)) => {
                lines.push(format!("{role} Label: {}", scalar(label.as_str())));
            }
        }
    }
    lines.push("Events:".to_owned());
    let events = webhook.events.iter().copied().map(EventKind::as_str);
    lines.extend(events.map(|event| format!("- {event}")));
    let request = webhook.request.redacted();
    lines.push("Request:".to_owned());
    lines.push(format!("  Method: {}", scalar(&request.method)));
    lines.push(format!("  Url: {}", scalar(&request.url)));
    if !request.headers.is_empty() {
        lines.push("  Headers:".to_owned());
    }
    let headers = request.headers.iter();
    lines.extend(headers.map(|(name, value)| format!("    {}: {}", scalar(name), scalar(value))));
    match &request.body {
        None => {}
        // JSON is YAML.
        Some(Body::Json(value)) => lines.push(format!("  Body: {value}")),
        Some(Body::Text(text)) => lines.push(format!("  Body: {}", scalar(text))),
    }
    for (key, value) in [
        ("Username", &request.username),
        ("Password", &request.password),
    ] {
        lines.extend(value.iter().map(|it| format!("  {key}: {}", scalar(it))));
    }
    lines.push(format!("Created At: '{}'", webhook.created_at));
    if let Some(updated_at) = webhook.updated_at {
        lines.push(format!("Updated At: '{updated_at}'"));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::domain::time::Timestamp;
    use crate::domain::webhook::RequestTemplate;

    fn webhook() -> Webhook {
        Webhook {
            uuid: "abcdefgh_-123456".parse().unwrap(),
            description: None,
            enabled: true,
            events: vec![
                EventKind::ContractPublished,
                EventKind::ProviderVerificationFailed,
            ],
            consumer: Some(Party::Label("mobile".parse().unwrap())),
            provider: Some(Party::Name("Order Service".parse().unwrap())),
            request: RequestTemplate {
                method: "POST".to_owned(),
                url: "https://ci.example.org/build".to_owned(),
                headers: BTreeMap::from([
                    ("accept".to_owned(), "*/*".to_owned()),
                    ("x-token".to_owned(), "Bearer ${user.CI}".to_owned()),
                ]),
                body: Some(Body::Json(json!({ "pact": "${pactbroker.pactUrl}" }))),
                username: Some("me".to_owned()),
                password: Some("${user.PASSWORD}".to_owned()),
            },
            created_at: Timestamp::clamped(0),
            updated_at: None,
        }
    }

    #[test]
    fn webhooks_are_listed_with_their_ids() {
        let shown = list(&[&webhook()]);
        let row = shown.lines().nth(2).unwrap().split(" | ");
        let row: Vec<&str> = row.map(str::trim_end).collect();
        assert_eq!(
            row,
            [
                "abcdefgh_-123456",
                "POST ci.example.org",
                "label mobile",
                "Order Service",
                "contract_published, provider_verification_failed",
                "true",
            ]
        );
        assert_eq!(list(&[]), "");
    }

    #[test]
    fn a_webhook_is_described_without_its_credentials() {
        let expected = "\
Uuid: abcdefgh_-123456
Description: POST ci.example.org
Enabled: true
Consumer Label: mobile
Provider: Order Service
Events:
- contract_published
- provider_verification_failed
Request:
  Method: POST
  Url: https://ci.example.org/build
  Headers:
    accept: '*/*'
    x-token: '**********'
  Body: {\"pact\":\"${pactbroker.pactUrl}\"}
  Username: me
  Password: '**********'
Created At: '1970-01-01T00:00:00+00:00'";
        assert_eq!(describe(&webhook()), expected);
    }
}
