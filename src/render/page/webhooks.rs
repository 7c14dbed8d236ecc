//! Webhooks: what is asked of whom, and when.

use askama::Template;
use askama::filters::Safe;

use super::Page;
use super::links::Links;
use super::place::Place;
use super::state::State;
use super::word;
use super::word::Anchor;
use crate::domain::webhook::Body;
use crate::domain::webhook::Party;
use crate::domain::webhook::RequestTemplate;
use crate::domain::webhook::Webhook;
use crate::domain::webhook::delivery::Delivery;
use crate::domain::webhook::delivery::DeliveryStatus;
use crate::render::delivery;
use crate::render::events::sentence;

/// All webhooks.
#[derive(Template)]
#[template(path = "webhooks.html", config = "src/render/page/askama.toml")]
struct Webhooks<'a> {
    all: Vec<&'a Webhook>,
    links: &'a Links,
}

impl Webhooks<'_> {
    fn anchor(&self, webhook: &Webhook) -> Safe<Anchor> {
        let place = Place::Webhook(webhook.uuid.clone());
        self.links.anchor(&place, &webhook.title())
    }
}

/// Returns the page of all webhooks.
#[must_use]
pub fn all<'a>(all: impl Iterator<Item = &'a Webhook>, links: &Links) -> Page {
    let all = all.collect();
    Page::new(Place::Webhooks, &Webhooks { all, links })
}

/// One webhook.
#[derive(Template)]
#[template(path = "webhook.html", config = "src/render/page/askama.toml")]
struct OneWebhook<'a> {
    it: &'a Webhook,
    /// Without what it keeps secret.
    request: RequestTemplate,
    body: Option<String>,
    /// What it was triggered for, newest first; `None` where that is not told.
    deliveries: Option<&'a [&'a Delivery]>,
    links: &'a Links,
}

/// Returns the page of a webhook, with what it was triggered for, newest first, where that is told.
#[must_use]
pub fn one(it: &Webhook, deliveries: Option<&[&Delivery]>, links: &Links) -> Page {
    let request = it.request.redacted();
    let body = request.body.as_ref().map(|body| match body {
        Body::Json(value) => {
            serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string())
        }
        Body::Text(text) => text.clone(),
    });
    let main = OneWebhook {
        it,
        request,
        body,
        deliveries,
        links,
    };
    Page::new(Place::Webhook(it.uuid.clone()), &main)
}

/// Returns which applications in a role a webhook is for.
fn party(party: Option<&Party>, links: &Links) -> Safe<Anchor> {
    match party {
        None => word::text("any"),
        Some(Party::Name(name)) => links.application(name),
        Some(Party::Label(label)) => word::text(&format!("any with label {label}")),
    }
}

fn state(webhook: &Webhook) -> Safe<State> {
    if webhook.enabled {
        State::good(
            "enabled",
            "The request is made when something happens that it waits for",
        )
    } else {
        State::none("disabled", "The request is never made")
    }
}

/// Returns what became of a delivery, in a word.
fn became(delivery: &Delivery) -> Safe<State> {
    match delivery.status() {
        DeliveryStatus::Success => State::good("success", "A request was answered"),
        DeliveryStatus::Failure => State::bad("failure", "It was given up"),
        DeliveryStatus::Retrying => State::wait("retrying", "A request failed, and is made again"),
        DeliveryStatus::NotRun => State::none("not run", "No request was made yet"),
    }
}

/// Returns what a delivery is about.
fn said(delivery: &Delivery) -> String {
    sentence(delivery.kind, &delivery.occasion.context)
}

/// Returns the log of the requests of a delivery.
fn log(delivery: &Delivery) -> String {
    delivery::log(delivery, "")
}
