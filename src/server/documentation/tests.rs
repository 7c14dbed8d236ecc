//! What is said of the routes is complete, and the files in `docs` are what is said.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::example::EXAMPLES;
use super::families::FAMILIES;
use super::families::Family;
use super::manual;
use super::openapi;
use super::operation::Operation;
use super::operation::operations;
use super::places;
use super::places::PLACES;
use super::schemas::SCHEMAS;
use crate::server::negotiate::Media;
use crate::server::routes::ROUTES;
use crate::server::routes::Route;

fn all() -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().copied().flatten()
}

/// Expects a file in `docs` to hold a text, or writes it if the environment says so.
#[expect(
    clippy::disallowed_methods,
    reason = "whoever runs the tests says whether files are written"
)]
pub(crate) fn is_in(file: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("docs")
        .join(file);
    if std::env::var("GIT_PACT_BLESS").is_ok_and(|value| value == "1") {
        fs::write(&path, text).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == text,
        "docs/{file} is not what the code says. Write it anew:\n\
         GIT_PACT_BLESS=1 cargo test --lib documentation"
    );
}

#[test]
fn the_openapi_document_is_what_the_routes_say() {
    is_in("openapi.json", &openapi::TEXT);
}

#[test]
fn the_manual_is_what_the_routes_say() {
    let text = manual::text();
    assert!(!text.contains("<!-- routes"), "a mark is left over");
    is_in("http.md", &text);
}

#[test]
fn every_route_is_in_one_family() {
    let key = |route: &Route| (route.template, route.method.to_string(), route.about);
    let mut listed = BTreeSet::new();
    for route in FAMILIES.iter().flat_map(Family::routes) {
        assert!(listed.insert(key(route)), "{} twice", route.about);
    }
    let routed: BTreeSet<_> = all().map(key).collect();
    assert_eq!(listed, routed);
}

#[test]
fn operations_have_different_ids() {
    let mut ids = BTreeSet::new();
    for operation in FAMILIES.iter().flat_map(operations) {
        assert!(ids.insert(operation.id()), "{}", operation.id());
    }
}

#[test]
fn every_place_is_described() {
    for route in all() {
        for name in places::of(route.template.as_str()) {
            assert!(PLACES.iter().any(|place| place.name == name), "{name}");
        }
    }
}

#[test]
fn every_document_has_a_schema() {
    for route in all() {
        let is_page = route.notes.types.is_some();
        let is_hal = route.produces.contains(&Media::Hal) && !is_page;
        let expected = is_json(route) || is_hal && route.successes() != [204];
        let place = (&route.method, route.template.as_str());
        assert_eq!(route.notes.document.is_some(), expected, "{place:?}");
    }
}

fn is_json(route: &Route) -> bool {
    route.produces.contains(&Media::Json)
}

/// Adds the schemas that a value refers to.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(name) = fields.get("$ref").and_then(Value::as_str) {
                found.extend(
                    name.strip_prefix("#/components/schemas/")
                        .map(str::to_owned),
                );
            }
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[test]
fn schemas_are_there_if_and_only_if_something_refers_to_them() {
    let mut used = BTreeSet::new();
    references(&openapi::document(), &mut used);
    let known = SCHEMAS.iter().flatten().map(|(name, _)| name.clone());
    assert_eq!(used, known.collect());
}

#[test]
fn every_example_is_of_an_operation() {
    let operations: Vec<Operation> = FAMILIES.iter().flat_map(operations).collect();
    for example in EXAMPLES {
        let key = (&example.method, example.template);
        let mut fitting = operations.iter();
        let found = fitting.any(|it| (it.method(), it.template()) == key);
        assert!(found, "{}", example.arguments);
    }
}
