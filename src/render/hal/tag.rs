//! Tags of versions.

use serde_json::Value;
use serde_json::json;

use super::Address;
use super::pacticipant;
use super::version;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;
use crate::domain::time::Timestamp;

/// Returns a tag as the version's own document embeds it.
#[must_use]
pub fn short(name: &PacticipantName, number: &VersionNumber, tag: &TagName, at: &Address) -> Value {
    json!({ "name": tag, "_links": { "self": link(name, number, tag, at) } })
}

/// Returns a link to a tag.
#[must_use]
pub fn link(name: &PacticipantName, number: &VersionNumber, tag: &TagName, at: &Address) -> Value {
    json!({ "title": "Tag", "name": tag, "href": at.tag(name, number, tag) })
}

/// Returns the document of a tag that was put on a version.
#[must_use]
pub fn tag(
    name: &PacticipantName,
    number: &VersionNumber,
    tag: &TagName,
    created_at: Timestamp,
    at: &Address,
) -> Value {
    let mut document = short(name, number, tag, at);
    document["createdAt"] = created_at.to_string().into();
    document["_links"]["version"] = version::link("Version", name, number, at);
    document["_links"]["pacticipant"] = pacticipant::link("Pacticipant", name, at);
    document
}
