//! What happened, and who said so.

use askama::Template;
use askama::filters::Safe;

use super::Page;
use super::links::Links;
use super::place::PairPlace;
use super::place::Place;
use super::word;
use super::word::Anchor;
use super::word::Outside;
use crate::app::log::Entry;
use crate::app::log::Log;
use crate::domain::history::Event;
use crate::domain::history::Subject;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::signers::Signature;
use crate::render::log::build_url;
use crate::render::log::sentence;
use crate::render::signers::signed_by;

/// How many events are in a part of a history.
pub const PART: usize = 50;

/// The farthest part that is looked up: whoever wants to know more asks `git pact log`.
pub const FARTHEST: usize = 40;

/// How many digits of a commit are shown.
const DIGITS: usize = 10;

/// A part of a history.
#[derive(Template)]
#[template(path = "history.html", config = "src/render/page/askama.toml")]
struct History<'a> {
    rows: Vec<Row<'a>>,
    log: &'a Log,
    newer: Option<String>,
    older: Option<String>,
    is_cut_short: bool,
}

/// One event.
struct Row<'a> {
    entry: &'a Entry,
    what: Safe<Anchor>,
    build: Option<Safe<Outside>>,
    signed: Option<String>,
}

impl Row<'_> {
    fn commit(&self) -> &str {
        let id = &self.entry.revision.0;
        id.get(..DIGITS).unwrap_or(id)
    }
}

/// Returns the page of a part of a history. `log` has all events up to the end of that part, and one
/// more if there is one.
#[must_use]
pub fn page(subject: &Subject, part: usize, log: &Log, links: &Links) -> Page {
    let of_part = |part| Place::History {
        subject: subject.clone(),
        part,
    };
    let before = (part - 1) * PART;
    let shown = log.entries.iter().skip(before).take(PART);
    let is_more = log.entries.len() > before + PART;
    let main = History {
        rows: shown.map(|entry| row(entry, links)).collect(),
        log,
        newer: (part > 1).then(|| links.to(&of_part(part - 1))).flatten(),
        older: (is_more && part < FARTHEST)
            .then(|| links.to(&of_part(part + 1)))
            .flatten(),
        is_cut_short: is_more && part >= FARTHEST,
    };
    Page::new(of_part(part), &main)
}

fn row<'a>(entry: &'a Entry, links: &Links) -> Row<'a> {
    let text = sentence(&entry.event);
    let signed = &entry.signed;
    Row {
        entry,
        what: match place(&entry.event) {
            Some(place) => links.anchor(&place, &text),
            None => word::text(&text),
        },
        build: build_url(&entry.event).map(|url| word::outside(url, "build")),
        signed: (signed.signature != Signature::Absent).then(|| signed_by(signed)),
    }
}

/// Returns the page of what an event is about, if it left something to look at.
fn place(event: &Event) -> Option<Place> {
    let version = |name: &PacticipantName, number: &VersionNumber| Place::Version {
        application: name.clone(),
        number: number.clone(),
    };
    Some(match event {
        Event::Described { pacticipant, .. } => Place::Application(pacticipant.name.clone()),
        Event::Version(event) => version(&event.pacticipant, &event.number),
        Event::Verified { provider, run, .. } => version(provider, &run.version),
        Event::Deployed { deployed, .. } | Event::Undeployed { deployed, .. } => {
            version(&deployed.pacticipant, &deployed.version)
        }
        Event::Released { released, .. } | Event::SupportEnded { released, .. } => {
            version(&released.pacticipant, &released.version)
        }
        Event::TagRemoved {
            pacticipant,
            version: number,
            ..
        } => version(pacticipant, number),
        Event::ResultsDeleted {
            provider,
            version: number,
            ..
        } => version(provider, number),
        Event::PactsDeleted {
            consumer, provider, ..
        } => Place::latest_contract(PairPlace {
            consumer: consumer.clone(),
            provider: provider.clone(),
        }),
        Event::VersionsGone { pacticipant, .. }
        | Event::TakenOffBranch { pacticipant, .. }
        | Event::BranchDeleted { pacticipant, .. }
        | Event::SignersChanged { pacticipant, .. } => Place::Application(pacticipant.clone()),
        Event::EnvironmentCreated(it) | Event::EnvironmentUpdated(it) => Place::Environment {
            uuid: it.uuid.clone(),
            name: it.name.clone(),
        },
        Event::WebhookSaved(webhook) => Place::Webhook(webhook.uuid.clone()),
        Event::PacticipantDeleted(_)
        | Event::EnvironmentDeleted(_)
        | Event::WebhookDeleted(_)
        | Event::RulesSet(_)
        | Event::PolicySet(_) => return None,
    })
}
