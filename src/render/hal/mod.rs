//! The documents of the HTTP API: answers of the domain as HAL (spec: http-api §1, §4).
//!
//! Pure: a document is a function of an answer and of the [`Address`] that its links begin with.
//! One file a family of documents. Every URL is spelled once, in [`template`]: the server routes
//! by the same templates that links are made from, so that no link can lead nowhere.

pub mod address;
pub mod branch;
pub mod dashboard;
pub mod dependencies;
pub mod deployed_version;
pub mod environment;
pub mod for_verification;
pub mod index;
pub mod integration;
pub mod label;
pub mod link;
pub mod matrix;
pub mod metadata;
pub mod metrics;
pub mod pact;
pub mod pacticipant;
pub mod pacts;
pub mod page;
pub mod provider_states;
pub mod published;
pub mod relation;
pub mod tag;
pub mod template;
pub mod triggered_webhook;
pub mod verification_result;
pub mod version;
pub mod webhook;
pub mod webhook_execution;

pub use address::Address;
pub use template::Template;

use serde_json::Value;
use serde_json::json;

/// Returns the link to the documentation of a document's relations.
fn curies(at: &Address, context: &str) -> Value {
    let href = format!("{}?context={context}", at.to(template::DOC, &[]));
    json!([{ "name": "pb", "href": href, "templated": true }])
}
