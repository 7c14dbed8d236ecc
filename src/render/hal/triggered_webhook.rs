//! Webhooks that were triggered: the broker's documents, and a little more.

use std::collections::BTreeSet;

use serde_json::Value;
use serde_json::json;

use super::Address;
use super::pacticipant;
use super::template;
use crate::domain::name::PacticipantName;
use crate::domain::time::Timestamp;
use crate::domain::webhook::Schedule;
use crate::domain::webhook::delivery::Delivery;
use crate::domain::webhook::delivery::DeliveryState;
use crate::domain::webhook::delivery::DeliveryStatus;

/// Returns the document of a webhook that was triggered. The broker has no `uuid`, `nextAttemptAt` and names
/// in it.
#[must_use]
pub fn triggered_webhook(delivery: &Delivery, schedule: &Schedule, at: &Address) -> Value {
    let logs = at.to(template::TRIGGERED_WEBHOOK_LOGS, &[delivery.uuid.as_str()]);
    let webhook = at.to(template::WEBHOOK, &[delivery.webhook.as_str()]);
    let title = &delivery.title;
    let context = &delivery.occasion.context;
    let mut document = json!({
        "name": title,
        "status": delivery.status().as_str(),
        "attemptsMade": delivery.attempts.len(),
        "attemptsRemaining": delivery.attempts_remaining(schedule),
        "triggerType": "resource_publication",
        "eventName": delivery.kind.as_str(),
        "triggeredAt": delivery.triggered_at.to_string(),
        "uuid": delivery.uuid,
        "webhookUuid": delivery.webhook,
        "eventId": delivery.event,
        "consumerName": context.consumer,
        "providerName": context.provider,
        "_links": {
            "pb:logs": { "href": logs, "title": "Webhook execution logs", "name": title },
            "logs": { "href": logs, "title": "DEPRECATED - Use pb:logs", "name": title },
            "pb:webhook": { "href": webhook, "title": "Webhook", "name": title },
        },
    });
    for (key, version) in [
        ("consumerVersionNumber", &context.consumer_version),
        ("providerVersionNumber", &context.provider_version),
    ] {
        if let Some(version) = version {
            document[key] = json!(version);
        }
    }
    if let DeliveryState::Open { due_at, .. } = &delivery.state {
        document["nextAttemptAt"] = due_at.to_string().into();
    }
    document
}

/// Returns a list of webhooks that were triggered, which is called something and is at a URL.
#[must_use]
pub fn list(
    deliveries: &[&Delivery],
    schedule: &Schedule,
    title: &str,
    itself: &str,
    at: &Address,
) -> Value {
    let all = deliveries.iter();
    let all: Vec<Value> = all.map(|it| triggered_webhook(it, schedule, at)).collect();
    json!({
        "_embedded": { "triggeredWebhooks": all },
        "_links": { "self": { "title": title, "href": itself } },
    })
}

/// Returns what became of the webhooks that a pair last triggered: of each webhook and event the newest.
/// `deliveries` are those of the pair, newest first.
#[must_use]
pub fn status(
    (consumer, provider): (&PacticipantName, &PacticipantName),
    deliveries: &[&Delivery],
    schedule: &Schedule,
    itself: &str,
    at: &Address,
) -> Value {
    let mut seen = BTreeSet::new();
    let newest = deliveries.iter().copied();
    let newest = newest.filter(|it| seen.insert((&it.webhook, it.kind)));
    let newest: Vec<&Delivery> = newest.collect();
    let count = |status| newest.iter().filter(|it| it.status() == status).count();
    let mut summary = json!({
        "successful": count(DeliveryStatus::Success),
        "failed": count(DeliveryStatus::Failure),
    });
    for (key, status) in [
        ("retrying", DeliveryStatus::Retrying),
        ("notRun", DeliveryStatus::NotRun),
    ] {
        if count(status) > 0 {
            summary[key] = count(status).into();
        }
    }
    let has_failed = |it: &&&Delivery| {
        [DeliveryStatus::Failure, DeliveryStatus::Retrying].contains(&it.status())
    };
    let errors = newest.iter().filter(has_failed).map(|it| {
        json!({
            "href": at.to(template::TRIGGERED_WEBHOOK_LOGS, &[it.uuid.as_str()]),
            "title": "Error logs",
            "name": it.title,
        })
    });
    let errors: Vec<Value> = errors.collect();
    let all: Vec<Value> = newest
        .iter()
        .map(|it| triggered_webhook(it, schedule, at))
        .collect();
    let values = [provider.as_str(), consumer.as_str()];
    json!({
        "summary": summary,
        "_embedded": { "triggeredWebhooks": all },
        "_links": {
            "self": { "title": "Webhooks status", "href": itself },
            "pb:error-logs": errors,
            "pb:pact-webhooks": {
                "title": format!("Webhooks for the pact between {consumer} and {provider}"),
                "href": at.to(template::PAIR_WEBHOOKS, &values),
            },
            "pb:consumer": pacticipant::link("Consumer", consumer, at),
            "pb:provider": pacticipant::link("Provider", provider, at),
        },
    })
}

/// Returns what a run of requests came to, for programs: what was triggered, of what requests were made, and
/// when the next is due.
#[must_use]
pub fn run(
    triggered: &[&Delivery],
    made: &[&Delivery],
    next_at: Option<Timestamp>,
    schedule: &Schedule,
    at: &Address,
) -> Value {
    let documents = |all: &[&Delivery]| -> Vec<Value> {
        let all = all.iter();
        all.map(|it| triggered_webhook(it, schedule, at)).collect()
    };
    json!({
        "triggered": documents(triggered),
        "requested": documents(made),
        "nextAttemptAt": next_at.map(|next| next.to_string()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Uuid;
    use crate::render::delivery::tests::answered;
    use crate::render::delivery::tests::delivery;

    #[test]
    fn of_each_webhook_and_event_the_newest_counts() {
        let schedule = Schedule::default();
        let mut old = delivery();
        old.record(answered(false), &schedule);
        let mut new = delivery();
        new.uuid = Uuid::derived(&["newer"]);
        new.record(answered(true), &schedule);
        let pair = (&"Web".parse().unwrap(), &"Orders".parse().unwrap());
        let at = Address::new("http://b");
        let shown = status(pair, &[&new, &old], &schedule, "http://b/x", &at);
        assert_eq!(shown["summary"], json!({ "successful": 1, "failed": 0 }));
        assert_eq!(shown["_links"]["pb:error-logs"], json!([]));
        let shown = status(pair, &[&old], &schedule, "http://b/x", &at);
        let summary = json!({ "successful": 0, "failed": 0, "retrying": 1 });
        assert_eq!(shown["summary"], summary);
        let logs = format!("http://b/triggered-webhooks/{}/logs", old.uuid);
        assert_eq!(shown["_links"]["pb:error-logs"][0]["href"], logs);
        let one = &shown["_embedded"]["triggeredWebhooks"][0];
        assert_eq!(one["attemptsMade"], 1);
        assert_eq!(one["attemptsRemaining"], 6);
        assert_eq!(one["nextAttemptAt"], "1970-01-01T00:00:10+00:00");
    }
}
