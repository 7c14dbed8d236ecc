//! Tells a pact from the other documents that lie beside it in a folder.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde_json::error::Category;

use crate::domain::json::{Json, without_byte_order_mark};

/// What a document looks like at first glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recognised {
    /// It has what a pact has; it may still be wrong inside.
    Pact,
    /// It is JSON, but something else, e.g. `a package.json`.
    SomethingElse(&'static str),
    /// It is not JSON at all, or breaks off.
    NotJson,
}

/// What a document is by the keys at its top, if it is no pact.
const BY_KEY: [(&[&str], &str); 9] = [
    (&["openapi"], "an OpenAPI document"),
    (&["swagger"], "an OpenAPI document"),
    (&["asyncapi"], "an AsyncAPI document"),
    (&["lockfileVersion"], "a package-lock.json"),
    (&["name", "dependencies"], "a package.json"),
    (&["name", "devDependencies"], "a package.json"),
    (&["name", "scripts"], "a package.json"),
    (&["compilerOptions"], "a tsconfig.json"),
    (&["$schema"], "a document with a JSON schema of its own"),
];

/// Returns what a document looks like, by its outermost keys only.
///
/// Cheap: nothing is kept of what is inside.
#[must_use]
#[expect(
    clippy::zero_sized_map_values,
    reason = "serde reads an object as a map"
)]
pub fn recognise(bytes: &[u8]) -> Recognised {
    let bytes = without_byte_order_mark(bytes);
    match serde_json::from_slice::<BTreeMap<String, IgnoredAny>>(bytes) {
        Ok(keys) => match by_keys(|key| keys.contains_key(key)) {
            Some(what) => Recognised::SomethingElse(what),
            None => Recognised::Pact,
        },
        Err(error) if error.classify() == Category::Data => {
            match serde_json::from_slice::<IgnoredAny>(bytes) {
                Ok(_) => Recognised::SomethingElse(by_first_byte(bytes)),
                Err(_) => Recognised::NotJson,
            }
        }
        Err(_) => Recognised::NotJson,
    }
}

/// Returns what a document is, unless it may be a pact.
pub(super) fn something_else(document: &Json) -> Option<&'static str> {
    match document.as_object() {
        Some(entries) => by_keys(|key| entries.contains_key(key)),
        None => no_object(document),
    }
}

/// Returns what a document is, unless it is an object.
pub(super) fn no_object(document: &Json) -> Option<&'static str> {
    match document {
        Json::Object(_) => None,
        other => Some(by_first_byte(other.compact().as_bytes())),
    }
}

/// An object with a consumer, a provider or a list of interactions is a pact, if maybe half of one.
fn by_keys(has: impl Fn(&str) -> bool) -> Option<&'static str> {
    let of_a_pact = ["consumer", "provider", "interactions", "messages"];
    if of_a_pact.into_iter().any(&has) {
        return None;
    }
    let known = BY_KEY
        .iter()
        .find(|(keys, _)| keys.iter().all(|key| has(key)));
    Some(known.map_or(
        "a JSON object without consumer, provider and interactions",
        |(_, what)| what,
    ))
}

fn by_first_byte(json: &[u8]) -> &'static str {
    match json.trim_ascii_start().first() {
        Some(b'[') => "a JSON array",
        Some(b'"') => "a JSON string",
        Some(b'n') => "a JSON null",
        Some(b't' | b'f') => "a JSON boolean",
        _ => "a JSON number",
    }
}
