//! `outbox.json` on the private ref of webhooks: how far the events were looked at.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use super::Record;

/// How far the events were looked at.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutboxRecord {
    /// How many deliveries there ever were.
    pub taken: u64,
    /// The commit of each branch up to which all events were looked at, by the name of the branch; absent
    /// before anybody looked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<BTreeMap<String, String>>,
}

impl Record for OutboxRecord {}
