//! The routes as an OpenAPI document.

use std::sync::LazyLock;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use super::families::FAMILIES;
use super::operation::operations;
use super::places::PLACES;
use super::schemas::SCHEMAS;

/// The document, as it is served and as it is in `docs/openapi.json`.
pub(in crate::server) static TEXT: LazyLock<String> = LazyLock::new(|| {
    let text = serde_json::to_string_pretty(&document());
    text.expect("a document with texts for keys is JSON") + "\n"
});

/// Why a request is refused, by status; what is refused without a body is last.
pub(super) const REFUSALS: &[(u16, &str)] = &[
    (400, "The request makes no sense; the body says why"),
    (401, "Credentials are missing or wrong"),
    (
        403,
        "The credentials are not for this, or a page of another site asks",
    ),
    (404, "There is no such thing"),
    (408, "The body did not arrive in time"),
    (409, "It contradicts what there is"),
    (413, "The body is too large"),
    (422, "It cannot be done"),
    (500, "The server is to blame; its log says why"),
    (503, "The store cannot be reached or is busy: try again"),
    (406, "None of the kinds that are asked for"),
    (415, "The body is of a type that cannot be read here"),
];

/// Returns the document. Its server is wherever it was read.
pub(super) fn document() -> Value {
    let mut paths = Map::new();
    for operation in FAMILIES.iter().flat_map(operations) {
        let path = operation.template().as_str().to_owned();
        let method = operation.method().as_str().to_ascii_lowercase();
        let item = paths.entry(path).or_insert_with(|| json!({}));
        item[method] = operation.openapi();
    }
    let tags = FAMILIES.iter().map(|it| json!({ "name": it.title }));
    let places = PLACES.iter();
    let places = places.map(|place| (place.name.to_owned(), place.openapi()));
    let schemas = SCHEMAS.iter().flatten();
    let schemas = schemas.map(|(name, schema)| (name.clone(), schema.clone()));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "git-pact",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The HTTP API of the Pact Broker, answered from a git repository.",
            "license": { "name": "MIT", "identifier": "MIT" },
        },
        "servers": [{ "url": "./" }],
        "tags": tags.collect::<Vec<_>>(),
        "security": [{}, { "basic": [] }, { "token": [] }],
        "paths": paths,
        "components": {
            "parameters": places.collect::<Map<_, _>>(),
            "responses": responses(),
            "schemas": schemas.collect::<Map<_, _>>(),
            "securitySchemes": {
                "basic": { "type": "http", "scheme": "basic" },
                "token": { "type": "http", "scheme": "bearer" },
            },
        },
    })
}

fn responses() -> Value {
    let errors = json!({ "schema": { "$ref": "#/components/schemas/Errors" } });
    let problem = json!({ "schema": { "$ref": "#/components/schemas/Problem" } });
    let refused = json!({ "schema": { "$ref": "#/components/schemas/Refused" } });
    let responses = REFUSALS.iter().map(|(status, about)| {
        let mut response = json!({ "description": about });
        let errors = if *status == 409 { &refused } else { &errors };
        if !matches!(status, 406 | 415) {
            response["content"] = json!({
                "application/hal+json": errors,
                "application/json": errors,
                "application/problem+json": problem,
            });
        }
        (status.to_string(), response)
    });
    let mut responses: Map<String, Value> = responses.collect();
    let location = json!({ "description": "The explorer.", "schema": { "type": "string" } });
    let explorer = json!({
        "description": "A browser is led to the explorer",
        "headers": { "Location": location },
    });
    responses.insert("303".to_owned(), explorer);
    Value::Object(responses)
}
