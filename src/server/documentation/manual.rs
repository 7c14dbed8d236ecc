//! The routes as a manual for people: `docs/http.md`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;

use super::example::EXAMPLES;
use super::families::FAMILIES;
use super::families::Family;
use super::openapi::REFUSALS;
use super::operation::Operation;
use super::operation::operations;
use super::places;
use super::places::PLACES;
use super::schemas::SCHEMAS;

/// What is written by hand, with marks where the rest goes.
const TEMPLATE: &str = include_str!("http.md");

/// What is refused of every kind of request, and hence not said of each.
const USUAL: [u16; 9] = [400, 401, 403, 404, 406, 408, 413, 415, 503];

/// Returns the manual.
pub(super) fn text() -> String {
    TEMPLATE
        .replace("<!-- refusals -->\n", &refusals())
        .replace("<!-- places -->\n", &of_places())
        .replace("<!-- routes -->\n", &routes())
        .replace("<!-- schemas -->\n", &schemas())
}

fn refusals() -> String {
    let mut all = REFUSALS.to_vec();
    all.sort_unstable();
    let rows = all
        .iter()
        .map(|(status, about)| row(&[&status.to_string(), about]));
    table(&["status", "is said when"], rows)
}

fn of_places() -> String {
    let used: BTreeSet<&str> = FAMILIES
        .iter()
        .flat_map(Family::routes)
        .flat_map(|route| places::of(route.template.as_str()))
        .collect();
    let places = PLACES.iter().filter(|place| used.contains(place.name));
    let rows = places.map(|place| row(&[&format!("`{{{}}}`", place.name), place.about]));
    table(&["place", "is"], rows)
}

fn routes() -> String {
    let mut text = String::new();
    for family in FAMILIES {
        // A `String` takes whatever is written to it.
        let _ = writeln!(text, "### {}\n", family.title);
        let mut path = "";
        for operation in operations(family) {
            if operation.template().as_str() != path {
                path = operation.template().as_str();
                let _ = writeln!(text, "#### `{path}`\n");
            }
            text.push_str(&entry(&operation));
        }
    }
    text
}

fn entry(operation: &Operation) -> String {
    let mut text = format!("**{}**: {}.", operation.method(), operation.about());
    if operation.is_deprecated() {
        text.push_str(" Deprecated.");
    }
    text.push('\n');
    for parameter in operation.query() {
        let _ = writeln!(text, "* `?{}`: {}", parameter.name, parameter.about);
    }
    if let Some((types, schema, required)) = operation.body() {
        let kinds: Vec<String> = types.iter().map(|kind| format!("`{kind}`")).collect();
        let perhaps = if required { "" } else { ", or nothing" };
        let kinds = kinds.join(" or ");
        let _ = writeln!(text, "* body: {}{perhaps}, as {kinds}", reference(schema));
    }
    let _ = writeln!(text, "* answer: {}", answer(operation));
    text.push('\n');
    for example in EXAMPLES {
        if (&example.method, example.template) == (operation.method(), operation.template()) {
            let _ = writeln!(text, "```sh\ncurl {}\n```\n", example.arguments);
        }
    }
    text
}

/// Returns what an operation answers, but for what any is refused with.
fn answer(operation: &Operation) -> String {
    let statuses: Vec<String> = operation.successes().iter().map(u16::to_string).collect();
    let mut text = statuses.join(" or ");
    let has_document = |status: &u16| !matches!(status, 204 | 303);
    if operation.successes().iter().any(has_document) {
        let shown = operation
            .answers()
            .into_iter()
            .map(|(kind, schema)| match schema {
                Some(schema) => format!("{} as `{kind}`", reference(schema)),
                None => format!("`{kind}`"),
            });
        let _ = write!(text, ", {}", shown.collect::<Vec<_>>().join(", "));
    }
    let own = operation.refusals().into_iter();
    let own = own.filter(|status| !USUAL.contains(status) && *status != 500);
    for status in own {
        let _ = write!(text, "; {status}");
    }
    text
}

fn schemas() -> String {
    let mut text = String::new();
    for (name, schema) in SCHEMAS.iter().flatten() {
        let _ = writeln!(text, "### {name}\n");
        let about = schema["description"].as_str();
        let _ = writeln!(text, "{}\n", about.unwrap_or("See the OpenAPI document."));
        let Some(properties) = schema["properties"].as_object() else {
            continue;
        };
        let required = schema["required"].as_array().map(Vec::as_slice);
        let required = required.unwrap_or_default();
        let rows = properties.iter().map(|(field, schema)| {
            let is_required = required.iter().any(|known| known == field);
            let always = if is_required { "always" } else { "" };
            let about = schema["description"].as_str().unwrap_or_default();
            row(&[&format!("`{field}`"), &kind(schema), always, about])
        });
        text.push_str(&table(&["field", "kind", "", ""], rows));
        text.push('\n');
    }
    text
}

/// Returns what a value of a schema is, in a few words.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str() {
        return reference(name.rsplit('/').next().unwrap_or_default());
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        let kinds: Vec<String> = choices.iter().map(kind).collect();
        return kinds.join(" or ");
    }
    if let Some(value) = schema.get("const") {
        return format!("`{value}`");
    }
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<String> = values.iter().map(|value| format!("`{value}`")).collect();
        return values.join(" or ");
    }
    match &schema["type"] {
        Value::String(name) if name == "array" => format!("list: {}", kind(&schema["items"])),
        Value::String(name) => name.clone(),
        Value::Array(names) => {
            let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
            names.join(" or ")
        }
        _ => "anything".to_owned(),
    }
}

/// Returns a link to where a schema is described.
fn reference(schema: &str) -> String {
    format!("[{schema}](#{})", schema.to_lowercase())
}

fn table(header: &[&str], rows: impl Iterator<Item = String>) -> String {
    let line = "|---".repeat(header.len());
    format!("{}{line}|\n{}", row(header), rows.collect::<String>())
}

fn row(cells: &[&str]) -> String {
    format!("| {} |\n", cells.join(" | "))
}
