//! The readers of requests, opened for fuzzers.

use serde_json::Map;
use serde_json::Value;

use super::paging::Paging;
use super::rack_query::Query;
use super::resource;
use crate::domain::describe_pacticipant::PacticipantUpdate;
use crate::domain::describe_version::patch_version;
use crate::domain::describe_version::put_version;
use crate::domain::time::Timestamp;
use crate::domain::webhook::WebhookDraft;
use crate::domain::webhook::WebhookPolicy;
use crate::store::RecordStore;
use crate::store::ledger::StoreLedger;
use crate::store::memory::MemoryStore;

/// A query is read or refused; so is the question that it asks.
pub(crate) fn query(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let Ok(query) = Query::parse(text) else {
        return;
    };
    let again = Query::parse(text);
    assert_eq!(again.as_ref(), Ok(&query));
    drop(Paging::of(&query));
    resource::fuzz::query(&query);
}

/// A body is read or refused, by whichever resource it is sent to.
pub(crate) fn body(bytes: &[u8]) {
    let Ok(body) = serde_json::from_slice::<Map<String, Value>>(bytes) else {
        return;
    };
    resource::fuzz::body(&body);
    let body = Value::Object(body);
    let now = Timestamp::clamped(0);
    let name = || "Web".parse().expect("it is a name");
    let number = || "1".parse().expect("it is a number");
    drop(PacticipantUpdate::from_put(name(), &body, now));
    drop(PacticipantUpdate::from_patch(name(), &body, now));
    drop(PacticipantUpdate::from_post(&body, now));
    drop(put_version(name(), number(), &body, now));
    drop(patch_version(name(), number(), &body, now));
    let store = MemoryStore::default();
    let snapshot = store.snapshot();
    let ledger = StoreLedger::new(&*snapshot);
    let draft = WebhookDraft::from_json(&body, &WebhookPolicy::default(), &ledger);
    drop(draft);
}
