//! What webhooks were triggered, and what became of it: a line, a table, a log.

use super::events::sentence;
use super::table::one_line;
use super::table::table;
use super::webhook_log;
use crate::domain::webhook::delivery::Delivery;
use crate::domain::webhook::delivery::DeliveryState;
use crate::domain::webhook::delivery::Dropped;

/// Returns a delivery on one line: its id, what it is, and what became of it.
#[must_use]
pub fn line(delivery: &Delivery) -> String {
    one_line(&format!(
        "{} {}: {} of {}: {}",
        delivery.uuid,
        delivery.title,
        delivery.kind.as_str(),
        sentence(delivery.kind, &delivery.occasion.context),
        became(delivery)
    ))
}

/// Returns what became of a delivery, in a few words.
#[must_use]
pub fn became(delivery: &Delivery) -> String {
    let requests = match delivery.attempts.len() {
        1 => "1 request".to_owned(),
        number => format!("{number} requests"),
    };
    match &delivery.state {
        DeliveryState::Open { due_at, .. } if delivery.attempts.is_empty() => {
            format!("not run, due at {due_at}")
        }
        DeliveryState::Open { due_at, .. } => {
            format!("failed, {requests} so far, the next at {due_at}")
        }
        DeliveryState::Succeeded if delivery.attempts.len() == 1 => "success".to_owned(),
        DeliveryState::Succeeded => format!("success after {requests}"),
        DeliveryState::Failed => format!("given up after {requests}"),
        DeliveryState::Dropped(Dropped::Deleted) => {
            format!("given up after {requests}: the webhook was deleted")
        }
        DeliveryState::Dropped(Dropped::Disabled) => {
            format!("given up after {requests}: the webhook was disabled")
        }
    }
}

/// Returns deliveries as a table; nothing if there are none.
#[must_use]
pub fn list(deliveries: &[&Delivery]) -> String {
    let rows = deliveries.iter().map(|delivery| {
        vec![
            delivery.uuid.to_string(),
            delivery.triggered_at.to_string(),
            delivery.status().as_str().to_owned(),
            delivery.attempts.len().to_string(),
            delivery.title.clone(),
            delivery.kind.as_str().to_owned(),
            sentence(delivery.kind, &delivery.occasion.context),
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let header = [
        "ID",
        "TRIGGERED AT",
        "STATUS",
        "REQUESTS",
        "WEBHOOK",
        "EVENT",
        "OF",
    ];
    table(&header, &rows)
}

/// Returns the logs of the requests of a delivery, oldest first, as the broker shows them; nothing if none
/// was made. `base` is the URL of the server.
#[must_use]
pub fn log(delivery: &Delivery, base: &str) -> String {
    let attempts = delivery.attempts.iter();
    let logs = attempts.map(|attempt| webhook_log::log(attempt, Some(&delivery.webhook), base));
    let logs: Vec<String> = logs.collect();
    logs.join("\n")
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::domain::content::ContentId;
    use crate::domain::environment::Uuid;
    use crate::domain::events::EventKind;
    use crate::domain::time::Timestamp;
    use crate::domain::webhook::Occasion;
    use crate::domain::webhook::Schedule;
    use crate::domain::webhook::TriggerContext;
    use crate::domain::webhook::execution::Execution;
    use crate::domain::webhook::execution::ExecutionOutcome;
    use crate::domain::webhook::execution::ShownRequest;

    pub(in crate::render) fn delivery() -> Delivery {
        Delivery {
            uuid: Uuid::derived(&["delivery"]),
            number: 1,
            event: Uuid::derived(&["event"]),
            kind: EventKind::ContractPublished,
            webhook: "abcdefgh_-123456".parse().unwrap(),
            title: "Build\nOrders".to_owned(),
            occasion: Occasion {
                context: TriggerContext {
                    consumer: "Web".parse().ok(),
                    consumer_version: "1".parse().ok(),
                    provider: "Orders".parse().ok(),
                    ..TriggerContext::default()
                },
                content: ContentId::from_digest([7; 32]),
                result: None,
            },
            triggered_at: Timestamp::clamped(0),
            attempts: Vec::new(),
            state: DeliveryState::Open {
                due_at: Timestamp::clamped(0),
                claim: None,
            },
        }
    }

    pub(in crate::render) fn answered(success: bool) -> Execution {
        Execution {
            at: Timestamp::clamped(0),
            event: "contract_published".to_owned(),
            request: ShownRequest {
                method: "POST".to_owned(),
                url: "https://ci.example.org".to_owned(),
                headers: BTreeMap::new(),
                body: None,
            },
            outcome: ExecutionOutcome::Answered {
                success,
                response: None,
            },
        }
    }

    #[test]
    fn a_delivery_is_one_line_whatever_it_is_called() {
        let mut delivery = delivery();
        let schedule = Schedule::default();
        let end = |delivery: &Delivery| {
            let line = line(delivery);
            assert_eq!(line.lines().count(), 1);
            let (_, end) = line.split_once("of Web 1 with Orders: ").unwrap();
            end.to_owned()
        };
        assert_eq!(end(&delivery), "not run, due at 1970-01-01T00:00:00+00:00");
        delivery.record(answered(false), &schedule);
        assert_eq!(
            end(&delivery),
            "failed, 1 request so far, the next at 1970-01-01T00:00:10+00:00"
        );
        let mut disabled = delivery.clone();
        disabled.drop_unless_wanted(None);
        assert_eq!(
            end(&disabled),
            "given up after 1 request: the webhook was deleted"
        );
        delivery.record(answered(true), &schedule);
        assert_eq!(end(&delivery), "success after 2 requests");
        assert_eq!(log(&delivery, "").matches("Webhook context").count(), 2);
    }
}
