//! Reading an interaction of any version of the specification into an outline.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use super::Field;
use super::InteractionKind;
use super::Outline;
use super::Place;
use super::Rule;
use super::Side;
use super::rules;
use crate::domain::json::Json;
use crate::domain::json_path::JsonPath;
use crate::domain::pact::Interaction;
use crate::domain::pact::Kind;

/// What is said elsewhere, or in the outline by another name.
const NAMED: [&str; 7] = [
    "description",
    "providerState",
    "providerStates",
    "provider_state",
    "request",
    "response",
    "type",
];

/// The fields that only people and tools read.
const REMARKS: [&str; 4] = ["_id", "comments", "interactionMarkup", "key"];

impl Outline {
    /// Returns what an interaction of a pact of a kind says.
    #[must_use]
    pub fn of(kind: Kind, interaction: &Interaction<'_>) -> Self {
        let json = interaction.json();
        let mut outline = Self {
            kind: InteractionKind::of(interaction),
            values: BTreeMap::new(),
            rules: BTreeMap::new(),
            generators: BTreeMap::new(),
            patterns: BTreeMap::new(),
        };
        let has_envelopes = kind == Kind::V4 || json.get("type").is_some();
        let is_message = outline.kind == InteractionKind::Message;
        for (name, value) in json.as_object().into_iter().flatten() {
            let (field, path) = match name.as_str() {
                _ if *value == Json::Null => continue,
                name if NAMED.contains(&name) => continue,
                name if is_message && is_of_a_part(name) => continue,
                "pending" if *value == Json::Bool(false) => continue,
                "pending" => (Field::Pending, ""),
                "transport" | "pluginConfiguration" => (Field::Transport, name.as_str()),
                name if REMARKS.contains(&name) => (Field::Remark, name),
                name => (Field::Other, name),
            };
            outline.set(Side::Interaction, field, path, value.clone());
        }
        if is_message {
            outline.add(Side::Message, json, has_envelopes);
        }
        if let Some(request) = json.get("request") {
            outline.add(Side::Request, request, has_envelopes);
        }
        let responses = match json.get("response") {
            Some(Json::Array(responses)) => responses.as_slice(),
            Some(response) => std::slice::from_ref(response),
            None => &[],
        };
        for (index, response) in responses.iter().enumerate() {
            outline.add(Side::Response(index), response, has_envelopes);
        }
        for (place, rule) in &outline.rules {
            let path = JsonPath::parse(&place.path).filter(|_| place.field == Field::Body);
            if let Some(path) = path {
                let patterns = outline.patterns.entry(place.side).or_default();
                patterns.add(&path, rule.clone());
            }
        }
        outline
    }

    fn set(&mut self, side: Side, field: Field, path: impl Into<String>, value: Json) {
        let path = path.into();
        self.values.insert(Place { side, field, path }, value);
    }

    /// Adds what a part says.
    fn add(&mut self, side: Side, part: &Json, has_envelopes: bool) {
        let Some(entries) = part.as_object() else {
            return self.set(side, Field::Other, "", part.clone());
        };
        for (name, value) in entries {
            match name.as_str() {
                _ if *value == Json::Null => {}
                name if side == Side::Message && !is_of_a_part(name) => {}
                "method" => self.set(side, Field::Method, "", in_capitals(value)),
                "path" => self.set(side, Field::Path, "", value.clone()),
                "status" => self.set(side, Field::Status, "", value.clone()),
                "query" => {
                    for (name, value) in query(value) {
                        self.set(side, Field::Query, name, value);
                    }
                }
                "headers" => self.add_named(side, Field::Header, value),
                "metadata" | "metaData" => self.add_named(side, Field::Metadata, value),
                "matchingRules" => {
                    let found = rules::entries(value).into_iter();
                    let found = found.filter_map(|(field, path, rule)| {
                        let place = Place { side, field, path };
                        Rule::read(rule).map(|rule| (place, rule))
                    });
                    self.rules.extend(found);
                }
                "generators" => {
                    let found = rules::entries(value).into_iter();
                    let found = found.map(|(field, path, generator)| {
                        (Place { side, field, path }, generator.clone())
                    });
                    self.generators.extend(found);
                }
                "body" | "contents" => {}
                _ => self.set(side, Field::Other, name.as_str(), value.clone()),
            }
        }
        let body = entries.get("body").filter(|_| side != Side::Message);
        if let Some(body) = body.or_else(|| entries.get("contents")) {
            self.add_body(side, body, has_envelopes);
        }
    }

    fn add_named(&mut self, side: Side, field: Field, values: &Json) {
        let Some(entries) = values.as_object() else {
            return self.set(side, field, "", values.clone());
        };
        for (name, value) in entries {
            match field {
                Field::Header => self.set(side, field, name.to_lowercase(), header(value)),
                _ => self.set(side, field, name.as_str(), value.clone()),
            }
        }
    }

    /// Adds a body, out of its envelope if it is in one. Headers and metadata are there already.
    fn add_body(&mut self, side: Side, body: &Json, has_envelopes: bool) {
        let envelope = body.as_object().filter(|_| has_envelopes);
        let Some(envelope) = envelope.filter(|it| it.is_empty() || it.contains_key("content"))
        else {
            return self.set(side, Field::Body, "$", body.clone());
        };
        let content = envelope.get("content");
        for (name, value) in envelope {
            let is_default = match name.as_str() {
                "content" => continue,
                "contentType" => {
                    self.says_content_type(side, value)
                        || content.is_some_and(|it| is_json_by_itself(it, value))
                }
                "encoded" => *value == Json::Bool(false),
                _ => false,
            };
            if !is_default {
                let path = if name == "contentType" { "" } else { name };
                self.set(side, Field::ContentType, path, value.clone());
            }
        }
        if let Some(content) = content {
            self.set(side, Field::Body, "$", content.clone());
        }
    }

    /// Says whether a header or the metadata gives the same content type.
    fn says_content_type(&self, side: Side, value: &Json) -> bool {
        let at = |field, path: &str| {
            let path = path.to_owned();
            self.values.get(&Place { side, field, path })
        };
        let said = at(Field::Header, "content-type").or(at(Field::Metadata, "contentType"));
        said == Some(value)
    }
}

/// Says whether a field belongs to a part, where the interaction and its part are one: in a message.
fn is_of_a_part(name: &str) -> bool {
    matches!(
        name,
        "contents" | "metadata" | "metaData" | "matchingRules" | "generators"
    )
}

fn in_capitals(method: &Json) -> Json {
    match method {
        Json::String(method) => Json::String(method.to_uppercase()),
        other => other.clone(),
    }
}

/// Returns the values of a header as one text, as they travel.
fn header(value: &Json) -> Json {
    let text = match value {
        Json::Array(values) => {
            let texts: Option<Vec<&str>> = values.iter().map(Json::as_str).collect();
            texts.map(|texts| texts.join(","))
        }
        other => other.as_str().map(str::to_owned),
    };
    let trimmed = |text: String| {
        let values: Vec<&str> = text.split(',').map(str::trim).collect();
        Json::String(values.join(", "))
    };
    text.map_or_else(|| value.clone(), trimmed)
}

/// Returns the parameters of a query by name; those that are given several times as a list.
fn query(value: &Json) -> BTreeMap<String, Json> {
    let mut values: BTreeMap<String, Vec<Json>> = BTreeMap::new();
    match value {
        Json::String(text) => {
            let decoded = |text: &str| {
                let text = text.replace('+', " ");
                percent_decode_str(&text).decode_utf8_lossy().into_owned()
            };
            for pair in text.split('&').filter(|pair| !pair.is_empty()) {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                let value = Json::String(decoded(value));
                values.entry(decoded(name)).or_default().push(value);
            }
        }
        Json::Object(entries) => {
            for (name, value) in entries {
                let several = match value {
                    Json::Array(several) => several.clone(),
                    one => vec![one.clone()],
                };
                values.insert(name.clone(), several);
            }
        }
        other => drop(values.insert(String::new(), vec![other.clone()])),
    }
    let one_or_all = |mut values: Vec<Json>| match values.len() {
        1 => values.remove(0),
        _ => Json::Array(values),
    };
    let values = values.into_iter();
    values
        .map(|(name, values)| (name, one_or_all(values)))
        .collect()
}

/// Says whether a content type says no more of a content than that it is the JSON that it is.
fn is_json_by_itself(content: &Json, content_type: &Json) -> bool {
    let is_json = content_type
        .as_str()
        .is_some_and(|it| it.split(';').next() == Some("application/json"));
    is_json && !matches!(content, Json::String(_))
}
