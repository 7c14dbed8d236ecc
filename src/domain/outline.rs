//! What an interaction says, place by place, in one form for all versions of the specification.
//!
//! A request has its query in one text (version 2) or by name (3 and 4); a rule is flat, `$.body.id`, or
//! grouped; a body stands bare, or in an envelope with its content type (4). Here the same is always written
//! the same, so that two pacts can be compared place by place, and a person reads one form:
//!
//! * names of headers are in small letters, methods in capitals, one value is not a list of one;
//! * paths have one spelling ([`JsonPath`]), rules one form ([`Rule`]);
//! * nothing is left out: what nobody knows stands under [`Field::Other`].
//!
//! The description and the provider states are not in it: they are what the interaction is known by.

mod path;
mod rule;
mod rules;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use percent_encoding::percent_decode_str;

use super::json::Json;
use super::pact::Interaction;
use super::pact::Kind;
use super::pact::List;

pub use path::JsonPath;
pub use path::Step;
pub use rule::Combine;
pub use rule::Matcher;
pub use rule::Rule;
pub use rules::Held;

/// What kind of interaction it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InteractionKind {
    /// A request, and the response to it.
    Http,
    /// A message that the provider sends.
    Message,
    /// A message to the provider, and the messages that it answers.
    SynchronousMessages,
    /// Another, by the name that it gives itself.
    Other(String),
}

/// The part of an interaction that something belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The interaction itself.
    Interaction,
    /// What the provider is asked.
    Request,
    /// What it answers; the number counts from 0 where there are several answers.
    Response(usize),
    /// What it sends without being asked.
    Message,
}

/// What of a part is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// Whether the interaction may fail without failing anybody's build (version 4).
    Pending,
    /// The states that the provider has to be in, where only they changed.
    States,
    /// The method of a request.
    Method,
    /// The path of a request.
    Path,
    /// A parameter of its query.
    Query,
    /// The status of a response.
    Status,
    /// A header.
    Header,
    /// A piece of the metadata of a message.
    Metadata,
    /// What the body is, where no header and no metadata says so.
    ContentType,
    /// The body, or the contents of a message.
    Body,
    /// How it gets there, and what a plugin makes of it.
    Transport,
    /// What is there for people and tools: comments, markup, ids.
    Remark,
    /// Something that no version of the specification knows.
    Other,
}

/// Where in an interaction something stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The part.
    pub side: Side,
    /// What of it.
    pub field: Field,
    /// The name of a header, a parameter, a piece of metadata; the path in a body; empty for what there is
    /// only one of.
    pub path: String,
}

/// What an interaction says, by place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    /// What kind it is.
    pub kind: InteractionKind,
    /// Values; a body stands as a whole under the path `$`.
    pub values: BTreeMap<Place, Json>,
    /// The matching rules.
    pub rules: BTreeMap<Place, Rule>,
    /// The generators.
    pub generators: BTreeMap<Place, Json>,
}

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

impl InteractionKind {
    /// Returns the kind of an interaction.
    #[must_use]
    pub fn of(interaction: &Interaction<'_>) -> Self {
        let json = interaction.json();
        match json.get("type").and_then(Json::as_str) {
            Some("Synchronous/HTTP") => Self::Http,
            Some("Asynchronous/Messages") => Self::Message,
            Some("Synchronous/Messages") => Self::SynchronousMessages,
            Some(other) => Self::Other(other.to_owned()),
            None if interaction.key().list == List::Messages => Self::Message,
            None => Self::Http,
        }
    }
}

impl fmt::Display for InteractionKind {
    /// Writes what it is in a word or two.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Http => f.write_str("request"),
            Self::Message => f.write_str("message"),
            Self::SynchronousMessages => f.write_str("synchronous message"),
            Self::Other(name) => f.write_str(name),
        }
    }
}

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
        outline
    }

    /// Returns all that it says of what a provider is held to, in a form that can be sorted: equal where two
    /// outlines of one kind say the same.
    #[must_use]
    pub fn said(&self) -> Vec<(&'static str, Place, String)> {
        let values = self.values.iter();
        let values = values.filter(|(place, _)| place.field != Field::Remark);
        let values = values.map(|(place, value)| ("value", place.clone(), value.canonical()));
        let rules = self.rules.iter();
        let rules = rules.map(|(place, rule)| ("rule", place.clone(), rule.to_json().canonical()));
        let generators = self.generators.iter();
        let generators = generators.map(|(place, it)| ("generator", place.clone(), it.canonical()));
        values.chain(rules).chain(generators).collect()
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

impl Place {
    /// Returns the place in words, e.g. `response header content-type`.
    #[must_use]
    pub fn name(&self) -> String {
        let side = match self.side {
            Side::Interaction => String::new(),
            Side::Response(index @ 1..) => format!("response {} ", index + 1),
            side => format!("{} ", side.word()),
        };
        let field = match self.field {
            Field::Transport | Field::Remark | Field::Other => "",
            field => field.word(),
        };
        let path = match self.field {
            Field::States => format!("\"{}\"", self.path),
            _ => self.path.clone(),
        };
        let gap = if field.is_empty() || path.is_empty() {
            ""
        } else {
            " "
        };
        format!("{side}{field}{gap}{path}").trim_end().to_owned()
    }
}

impl Field {
    /// Returns the word for it, or two.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::States => "provider state",
            Self::Method => "method",
            Self::Path => "path",
            Self::Query => "query",
            Self::Status => "status",
            Self::Header => "header",
            Self::Metadata => "metadata",
            Self::ContentType => "content type",
            Self::Body => "body",
            Self::Transport => "transport",
            Self::Remark => "remark",
            Self::Other => "other",
        }
    }
}

impl Side {
    /// Returns the word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Interaction => "interaction",
            Self::Request => "request",
            Self::Response(_) => "response",
            Self::Message => "message",
        }
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
