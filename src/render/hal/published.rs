//! What came of publishing contracts.

use serde_json::Value;
use serde_json::json;

use super::Address;
use super::pact;
use super::pacticipant;
use super::tag;
use super::version;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;
use crate::domain::notice::Notice;
use crate::domain::publish::ConsumerPublication;
use crate::domain::publish::Refusal;

/// Contracts that were published.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// What became of them, and what to tell people.
    pub publication: &'a ConsumerPublication,
    /// The version of the consumer.
    pub number: &'a VersionNumber,
    /// The tags that were asked for.
    pub tags: &'a [TagName],
}

/// Returns the answer to contracts that were published.
#[must_use]
pub fn published(shown: &Shown<'_>, at: &Address) -> Value {
    let Shown {
        publication,
        number,
        tags,
    } = *shown;
    let ConsumerPublication {
        consumer,
        pacts,
        notices,
    } = publication;
    let tags: Vec<Value> = tags
        .iter()
        .map(|it| tag::link(consumer, number, it, at))
        .collect();
    let contracts: Vec<Value> = pacts
        .iter()
        .map(|it| pact::link("Pact", &it.provider, consumer, number, at))
        .collect();
    json!({
        "notices": notices,
        "logs": notices.iter().map(log).collect::<Vec<_>>(),
        "_embedded": {
            "pacticipant": pacticipant::short(consumer, at),
            "version": version::short(consumer, number, at),
        },
        "_links": {
            "pb:pacticipant": pacticipant::link("Pacticipant", consumer, at),
            "pb:pacticipant-version": version::link("Pacticipant version", consumer, number, at),
            "pb:pacticipant-version-tags": tags,
            "pb:contracts": contracts,
        },
    })
}

/// Returns a notice as older clients read it.
fn log(notice: &Notice) -> Value {
    json!({
        "level": notice.kind,
        "message": notice.text,
        "deprecationWarning": "Replaced by notices",
    })
}

/// Returns the answer to contracts that were refused.
#[must_use]
pub fn refused(refusals: &[Refusal], at: &Address) -> Value {
    let notices = refusals
        .iter()
        .flat_map(|it| it.broker_notices(at.as_str()));
    let texts = refusals.iter().map(|it| it.text(at.as_str()));
    json!({
        "notices": notices.collect::<Vec<_>>(),
        "errors": { "contracts": texts.collect::<Vec<_>>() },
    })
}
