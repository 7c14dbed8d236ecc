//! What an event triggers, and what becomes of it.

use serde_json::Value;
use serde_json::json;

use super::*;
use crate::domain::testing::MemoryLedger;
use crate::domain::testing::content;
use crate::domain::testing::n;
use crate::domain::webhook::TriggerContext;
use crate::domain::webhook::WebhookDraft;
use crate::domain::webhook::WebhookPolicy;
use crate::domain::webhook::WebhookSave;
use crate::domain::webhook::execution::ExecutionOutcome;
use crate::domain::webhook::execution::ShownRequest;
use crate::domain::webhook::save_webhook;

const COMMIT: &str = "3c1f6ad";

fn at(seconds: i64) -> Timestamp {
    Timestamp::clamped(seconds)
}

/// A webhook that was created at 1000.
fn webhook(change: &Value) -> Arc<Webhook> {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "main", &["Orders=a"]);
    let mut body = json!({
        "events": [{ "name": "contract_published" }],
        "request": { "method": "POST", "url": "https://ci.example.org" },
    });
    for (key, value) in change.as_object().unwrap() {
        body[key] = value.clone();
    }
    let save = WebhookSave {
        uuid: None,
        draft: WebhookDraft::from_json(&body, &WebhookPolicy::default(), &ledger).unwrap(),
        at: at(1000),
    };
    Arc::new(save_webhook(&ledger, &save).unwrap())
}

fn event(kind: EventKind) -> BrokerEvent {
    BrokerEvent {
        kind,
        comment: None,
        run: None,
        deployed: vec![n("7"), n("8")],
        occasion: Occasion {
            context: TriggerContext {
                consumer: Some(n("Web")),
                consumer_labels: vec![n("mobile")],
                consumer_version: Some(n("1")),
                provider: Some(n("Orders")),
                ..TriggerContext::default()
            },
            content: content("a"),
            result: None,
        },
    }
}

/// What a publication at a time triggers of one webhook.
fn of(webhook: &Arc<Webhook>, happened: i64) -> Vec<Delivery> {
    let occurrence = Occurrence {
        event: &event(EventKind::ContractPublished),
        commit: COMMIT,
        at: at(happened),
        even_if_created_since: false,
    };
    triggered(occurrence, std::slice::from_ref(webhook), at(2000))
}

fn one() -> Delivery {
    of(&webhook(&json!({})), 2000).remove(0)
}

fn answered(success: bool, seconds: i64) -> Execution {
    Execution {
        at: at(seconds),
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
fn an_event_triggers_the_webhooks_that_wait_for_it_and_are_for_the_pair() {
    for (change, triggers) in [
        (json!({}), true),
        (json!({ "enabled": false }), false),
        (
            json!({ "events": [{ "name": "provider_verification_failed" }] }),
            false,
        ),
        (json!({ "consumer": { "name": "Web" } }), true),
        (json!({ "consumer": { "name": "Orders" } }), false),
        (json!({ "consumer": { "label": "mobile" } }), true),
        (json!({ "provider": { "label": "mobile" } }), false),
        (json!({ "provider": { "name": "Orders" } }), true),
    ] {
        let is_triggered = !of(&webhook(&change), 2000).is_empty();
        assert_eq!(is_triggered, triggers, "{change}");
    }
}

#[test]
fn a_samethat_was_created_well_after_an_event_is_not_triggered_by_it() {
    let webhook = webhook(&json!({}));
    for (happened, triggers) in [(1000, true), (940, true), (939, false)] {
        assert_eq!(!of(&webhook, happened).is_empty(), triggers, "{happened}");
    }
    let occurrence = Occurrence {
        event: &event(EventKind::ContractPublished),
        commit: COMMIT,
        at: at(0),
        even_if_created_since: true,
    };
    assert_eq!(triggered(occurrence, &[webhook], at(2000)).len(), 1);
}

#[test]
fn the_id_follows_from_the_event_and_the_sameand_from_nothing_else() {
    let same = webhook(&json!({}));
    let one = one();
    assert_eq!(of(&same, 1999)[0].uuid, one.uuid);
    let other = webhook(&json!({ "description": "another" }));
    assert_ne!(of(&other, 2000)[0].uuid, one.uuid);
    let occurrence = Occurrence {
        event: &event(EventKind::ContractPublished),
        commit: "another",
        at: at(2000),
        even_if_created_since: false,
    };
    let elsewhere = triggered(occurrence, &[same], at(2000));
    assert_ne!(elsewhere[0].uuid, one.uuid);
}

#[test]
fn what_speaks_of_the_deployed_version_is_triggered_for_each() {
    let parameter = "${pactbroker.currentlyDeployedProviderVersionNumber}";
    for request in [
        json!({ "method": "POST", "url": format!("https://ci.example.org/{parameter}") }),
        json!({ "method": "POST", "url": "https://ci.example.org", "body": { "v": parameter } }),
    ] {
        let all = of(&webhook(&json!({ "request": request })), 2000);
        let versions = all.iter().map(|it| {
            let context = &it.occasion.context;
            context.currently_deployed_provider_version.clone().unwrap()
        });
        assert!(versions.eq([n("7"), n("8")]));
        assert_ne!(all[0].uuid, all[1].uuid);
    }
}

#[test]
fn a_request_that_fails_is_made_again_on_schedule_until_it_is_given_up() {
    let schedule = Schedule::default();
    let mut delivery = one();
    assert!(delivery.is_due(at(2000)));
    assert_eq!(delivery.status(), DeliveryStatus::NotRun);
    assert_eq!(delivery.attempts_remaining(&schedule), 7);
    let mut now = 2000;
    for wait in [10, 60, 120, 300, 600, 1200] {
        delivery.record(answered(false, now), &schedule);
        assert_eq!(delivery.status(), DeliveryStatus::Retrying);
        assert!(!delivery.is_due(at(now + wait - 1)));
        now += wait;
        assert!(delivery.is_due(at(now)));
    }
    assert_eq!(delivery.attempts_remaining(&schedule), 1);
    delivery.record(answered(false, now), &schedule);
    assert_eq!(delivery.status(), DeliveryStatus::Failure);
    assert_eq!(delivery.due_at(at(now)), None);
    assert_eq!(delivery.attempts.len(), 7);
    assert_eq!(delivery.attempts_remaining(&schedule), 0);
}

#[test]
fn a_request_that_succeeds_is_not_made_again_whatever_another_one_comes_to() {
    let schedule = Schedule::default();
    let mut delivery = one();
    delivery.record(answered(false, 2000), &schedule);
    delivery.record(answered(true, 2010), &schedule);
    assert_eq!(delivery.status(), DeliveryStatus::Success);
    assert_eq!(delivery.due_at(at(9999)), None);
    delivery.record(answered(false, 2011), &schedule);
    assert_eq!(delivery.status(), DeliveryStatus::Success);
    assert_eq!(delivery.attempts.len(), 3);
}

#[test]
fn who_has_claimed_a_delivery_makes_it_alone_but_not_for_ever() {
    let (me, you) = (Uuid::derived(&["me"]), Uuid::derived(&["you"]));
    let mut delivery = one();
    delivery.claim(&me, at(2000));
    assert!(delivery.is_claimed_by(&me));
    assert!(!delivery.is_claimed_by(&you));
    assert!(!delivery.is_due(at(2000 + CLAIM - 1)));
    assert!(delivery.is_due(at(2000 + CLAIM)));
    delivery.claim(&you, at(2000 + CLAIM));
    assert!(!delivery.is_claimed_by(&me));
    delivery.record(answered(false, 2130), &Schedule::default());
    assert!(!delivery.is_claimed_by(&you));
    assert_eq!(delivery.due_at(at(2130)), Some(at(2140)));
}

#[test]
fn nobody_waits_for_what_a_clock_wrote_that_is_far_ahead() {
    let far = 4_000_000_000;
    let mut delivery = one();
    delivery.claim(&Uuid::derived(&["me"]), at(far));
    assert!(delivery.is_due(at(2000)));
    delivery.record(answered(false, far), &Schedule::default());
    assert!(delivery.is_due(at(2001)));
    // Clocks that differ by a little do.
    let mut delivery = one();
    delivery.record(answered(false, 2000), &Schedule::default());
    assert!(!delivery.is_due(at(1950)));
}

#[test]
fn what_nobody_wants_any_more_is_not_made() {
    let mut delivery = one();
    delivery.drop_unless_wanted(Some(&webhook(&json!({}))));
    assert!(delivery.is_open());
    let mut disabled = delivery.clone();
    disabled.drop_unless_wanted(Some(&webhook(&json!({ "enabled": false }))));
    assert_eq!(disabled.state, DeliveryState::Dropped(Dropped::Disabled));
    delivery.drop_unless_wanted(None);
    assert_eq!(delivery.state, DeliveryState::Dropped(Dropped::Deleted));
    assert_eq!(delivery.status(), DeliveryStatus::Failure);
    let mut settled = one();
    settled.record(answered(true, 2000), &Schedule::default());
    settled.drop_unless_wanted(None);
    assert_eq!(settled.status(), DeliveryStatus::Success);
}

#[test]
fn what_is_settled_is_kept_for_a_time_and_up_to_a_number() {
    let mut all = BTreeMap::new();
    for number in 1..=1003_u64 {
        let mut delivery = one();
        delivery.uuid = Uuid::derived(&[&number.to_string()]);
        delivery.number = number;
        if number != 1 {
            delivery.record(answered(true, 2000), &Schedule::default());
        }
        all.insert(delivery.uuid.clone(), delivery);
    }
    let gone = |all: &BTreeMap<Uuid, Delivery>, now: i64| {
        let mut numbers: Vec<u64> = outlived(all, at(now))
            .iter()
            .map(|uuid| all[uuid].number)
            .collect();
        numbers.sort_unstable();
        numbers
    };
    // The first one is open.
    assert_eq!(gone(&all, 2000), [2, 3]);
    assert_eq!(gone(&all, 2000 + KEPT_FOR), [2, 3]);
    assert_eq!(gone(&all, 2001 + KEPT_FOR).len(), 1002);
}

#[test]
fn whoever_publishes_knows_where_the_log_will_be() {
    let delivery = one();
    let pact = (&n("Web"), &n("1"), &n("Orders"), &content("a"));
    let known = log_id(EventKind::ContractPublished, pact, &delivery.webhook);
    assert_eq!(delivery.log_id(), Some(known));
    assert!(delivery.is_of_pair(&n("Web"), &n("Orders")));
    assert!(delivery.is_of_publication(&n("1")));
    assert!(!delivery.is_of_publication(&n("2")));
}
