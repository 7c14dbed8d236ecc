//! Labels of pacticipants.

use serde_json::Value;
use serde_json::json;

use super::Address;
use super::pacticipant;
use super::template;
use crate::domain::name::LabelName;
use crate::domain::name::PacticipantName;
use crate::domain::time::Timestamp;

/// Returns a label as the pacticipant's own document embeds it.
#[must_use]
pub fn short(name: &PacticipantName, label: &LabelName, at: &Address) -> Value {
    let href = at.to(template::LABEL, &[name.as_str(), label.as_str()]);
    let link = json!({ "title": "Label", "name": label, "href": href });
    json!({ "name": label, "_links": { "self": link } })
}

/// Returns the document of a label.
#[must_use]
pub fn label(
    name: &PacticipantName,
    label: &LabelName,
    created_at: Timestamp,
    at: &Address,
) -> Value {
    let mut document = short(name, label, at);
    document["createdAt"] = created_at.to_string().into();
    document["_links"]["pacticipant"] = pacticipant::link("Pacticipant", name, at);
    document
}

/// Returns the list of labels that pacticipants have.
#[must_use]
pub fn labels(labels: &[LabelName], at: &Address) -> Value {
    let documents = labels.iter().map(|label| json!({ "name": label }));
    json!({
        "_embedded": { "labels": documents.collect::<Vec<_>>() },
        "_links": { "self": { "title": "Labels", "href": at.to(template::LABELS, &[]) } },
    })
}
