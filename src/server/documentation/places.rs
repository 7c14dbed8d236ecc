//! What stands in the places of paths.

use serde_json::Value;
use serde_json::json;

/// A place of a template, and what may stand there.
pub(super) struct Place {
    /// Its name.
    pub(super) name: &'static str,
    /// What stands there.
    pub(super) about: &'static str,
    schema: &'static str,
    examples: &'static [&'static str],
}

const fn name(name: &'static str, about: &'static str, examples: &'static [&'static str]) -> Place {
    Place {
        name,
        about,
        schema: "Name",
        examples,
    }
}

const fn key(name: &'static str, about: &'static str, schema: &'static str) -> Place {
    Place {
        name,
        about,
        schema,
        examples: &[],
    }
}

/// All places, in the order of their names.
pub(super) const PLACES: &[Place] = &[
    name(
        "branch",
        "A branch of the pacticipant or consumer.",
        &["main"],
    ),
    name("consumer", "The name of a consumer.", &["Web"]),
    key(
        "environment",
        "The name of an environment.",
        "EnvironmentName",
    ),
    name(
        "environmentTag",
        "The tag that stands for an environment.",
        &["prod"],
    ),
    name(
        "file",
        "A file of the explorer.",
        &["explorer.css", "explorer.js"],
    ),
    name("label", "A label of pacticipants.", &["team-a"]),
    key(
        "metadata",
        "What a verifier was told with a pact, as the link to the pact has it.",
        "Opaque",
    ),
    key(
        "number",
        "The number of a result, as the link to it has it.",
        "Opaque",
    ),
    name("otherVersion", "Another version of the consumer.", &["2"]),
    name("pacticipant", "The name of a pacticipant.", &["Web"]),
    key(
        "pactVersion",
        "The id of another content, as links have it.",
        "Opaque",
    ),
    name("provider", "The name of a provider.", &["Orders"]),
    name(
        "providerTag",
        "A tag of versions of the provider.",
        &["prod"],
    ),
    key("rel", "A relation, with or without `pb:`.", "Text"),
    key("sha", "The id of a content, as links have it.", "Opaque"),
    name("tag", "A tag of versions.", &["prod"]),
    key("uuid", "The id of the thing, as its document has it.", "Id"),
    name("version", "The number of a version.", &["1"]),
];

impl Place {
    /// Returns the place as an OpenAPI document has it.
    pub(super) fn openapi(&self) -> Value {
        let mut place = json!({
            "name": self.name,
            "in": "path",
            "required": true,
            "description": self.about,
            "schema": { "$ref": format!("#/components/schemas/{}", self.schema) },
        });
        for example in self.examples {
            place["examples"][*example] = json!({ "value": example });
        }
        place
    }
}

/// Returns the names of the places of a path, in its order.
pub(super) fn of(path: &str) -> impl Iterator<Item = &str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next())
}
