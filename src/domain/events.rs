//! What happens when a pact is published, in the broker's names and words (spec: semantics §5,
//! "Events of a publication"). Webhooks and people go by it; no decision does.

mod commit;
mod required;

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::content::ContentId;
use super::ledger::{Ledger, Read};
use super::name::{BranchName, PacticipantName, TagName, VersionNumber};
use super::time::Seq;
use super::version::Version;

use self::required::requires_verification;

pub use self::commit::{Around, BrokerEvent, broker_events};
pub use self::required::{RequiredVerification, required_verifications};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What.
    pub kind: EventKind,
    /// Why it is thought so.
    pub comment: Option<String>,
}

/// The kinds of events. The first three are caused by a publication, the others by a verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A pact was published, changed or not.
    ContractPublished,
    /// A live provider version was never verified against the content.
    ContractRequiringVerificationPublished,
    /// The content differs from the one before.
    ContractContentChanged,
    /// A provider version was verified, whatever came out.
    ProviderVerificationPublished,
    /// A provider version honours the content.
    ProviderVerificationSucceeded,
    /// A provider version does not honour the content.
    ProviderVerificationFailed,
}

/// A pact as it is about to be published.
#[derive(Clone, Copy, Debug)]
pub struct PublishedContent<'a> {
    /// The consumer.
    pub consumer: &'a PacticipantName,
    /// The consumer version.
    pub version: &'a VersionNumber,
    /// The place of that version in the consumer's history.
    pub seq: Seq,
    /// The branch that the version is put on.
    pub branch: Option<&'a BranchName>,
    /// All tags that the version will have.
    pub tags: &'a [TagName],
    /// The provider.
    pub provider: &'a PacticipantName,
    /// What was agreed.
    pub content: &'a ContentId,
    /// What the version had agreed with the provider before.
    pub before: Option<&'a ContentId>,
}

impl EventKind {
    /// Every kind, in the order in which the broker lists them.
    pub const ALL: [Self; 6] = [
        Self::ContractPublished,
        Self::ContractContentChanged,
        Self::ProviderVerificationPublished,
        Self::ProviderVerificationSucceeded,
        Self::ProviderVerificationFailed,
        Self::ContractRequiringVerificationPublished,
    ];

    /// Returns the kind that has a name of the broker's.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Returns the broker's name for the event.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ContractPublished => "contract_published",
            Self::ContractRequiringVerificationPublished => {
                "contract_requiring_verification_published"
            }
            Self::ContractContentChanged => "contract_content_changed",
            Self::ProviderVerificationPublished => "provider_verification_published",
            Self::ProviderVerificationSucceeded => "provider_verification_succeeded",
            Self::ProviderVerificationFailed => "provider_verification_failed",
        }
    }
}

impl fmt::Display for Event {
    /// Writes the event as in the broker's notices: its name, and the comment in brackets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.as_str())?;
        match &self.comment {
            Some(comment) => write!(f, " ({comment})"),
            None => Ok(()),
        }
    }
}

/// Which events somebody wants to hear of; by default all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Those of a pacticipant, as consumer or as provider.
    pub pacticipant: Option<PacticipantName>,
    /// Those of a consumer.
    pub consumer: Option<PacticipantName>,
    /// Those of a provider.
    pub provider: Option<PacticipantName>,
    /// Those of these kinds; of all if there is none.
    pub kinds: Vec<EventKind>,
}

impl EventFilter {
    /// Says whether an event is among them.
    #[must_use]
    pub fn lets_in(&self, event: &BrokerEvent) -> bool {
        let said = &event.occasion.context;
        let is = |wanted: &Option<PacticipantName>, found: &Option<PacticipantName>| {
            wanted.is_none() || wanted == found
        };
        is(&self.consumer, &said.consumer)
            && is(&self.provider, &said.provider)
            && (is(&self.pacticipant, &said.consumer) || is(&self.pacticipant, &said.provider))
            && (self.kinds.is_empty() || self.kinds.contains(&event.kind))
    }
}

/// Whether the content is another than before, and how that is put.
enum Change {
    Changed(String),
    Unchanged(Option<String>),
}

/// Returns what happens when a content is published, in the broker's order.
///
/// Reads all versions of the consumer only if neither its newest version nor the heads of the
/// tags tell what was published before.
///
/// # Errors
///
/// Fails if a record that it builds on cannot be read.
pub fn events(ledger: &dyn Ledger, published: &PublishedContent<'_>) -> Read<Vec<Event>> {
    let change = change(ledger, published)?;
    let (changed, unchanged) = match change {
        Change::Changed(comment) => (Some(comment), None),
        Change::Unchanged(comment) => (None, comment),
    };
    let mut events = vec![Event {
        kind: EventKind::ContractPublished,
        comment: unchanged.clone(),
    }];
    if requires_verification(ledger, published)? {
        events.push(Event {
            kind: EventKind::ContractRequiringVerificationPublished,
            comment: unchanged,
        });
    }
    if changed.is_some() {
        events.push(Event {
            kind: EventKind::ContractContentChanged,
            comment: changed,
        });
    }
    Ok(events)
}

fn change(ledger: &dyn Ledger, published: &PublishedContent<'_>) -> Read<Change> {
    match published.before {
        Some(before) if before == published.content => return Ok(Change::Unchanged(None)),
        Some(_) => {
            let (consumer, version) = (published.consumer, published.version);
            return Ok(Change::Changed(format!(
                "pact content modified since previous publication for {consumer} version {version}"
            )));
        }
        None => {}
    }
    let mut reasons = Vec::new();
    if published.tags.is_empty() {
        match previous(ledger, published, None)? {
            None => reasons.push("first time untagged pact published".to_owned()),
            Some(content) if content != *published.content => {
                reasons.push("pact content has changed since previous untagged version".to_owned());
            }
            Some(_) => {}
        }
    }
    for tag in published.tags {
        match previous(ledger, published, Some(tag))? {
            None => reasons.push(format!(
                "first time any pact published for this consumer with consumer version tagged {tag}"
            )),
            Some(content) if content != *published.content => reasons.push(format!(
                "pact content has changed since the last consumer version tagged with {tag}"
            )),
            Some(_) => {}
        }
    }
    if !reasons.is_empty() {
        return Ok(Change::Changed(reasons.join(", ")));
    }
    let tags: Vec<_> = published.tags.iter().map(TagName::as_str).collect();
    // Without tags the broker leaves a gap where they would stand.
    let noun = if tags.len() == 1 {
        "version with tag"
    } else {
        "versions with tags"
    };
    Ok(Change::Unchanged(Some(format!(
        "pact content is the same as previous {noun} {} and no new tags were applied",
        tags.join(", ")
    ))))
}

/// Returns what the newest older version with a tag (or with none) agreed with the provider.
fn previous(
    ledger: &dyn Ledger,
    published: &PublishedContent<'_>,
    tag: Option<&TagName>,
) -> Read<Option<ContentId>> {
    let consumer = published.consumer;
    let content_of = |version: &Arc<Version>| {
        let is_one = match tag {
            Some(tag) => version.has_tag(tag),
            None => version.tags.is_empty(),
        };
        let is_older = version.seq < published.seq && version.number != *published.version;
        let content = version.content(published.provider);
        content.filter(|_| is_one && is_older).cloned()
    };
    let likely = match tag {
        Some(tag) => match ledger.tag_head(consumer, tag)? {
            Some(head) => ledger.version(consumer, &head.version)?,
            None => return Ok(None),
        },
        None => ledger.latest_version(consumer)?,
    };
    if let Some(content) = likely.as_ref().and_then(content_of) {
        return Ok(Some(content));
    }
    let versions = ledger.versions(consumer)?;
    Ok(versions.iter().rev().find_map(content_of))
}

#[cfg(test)]
mod tests;
