//! One interaction for people to read.

use super::fields::Extra;
use super::fields::Fields;
use super::part::Part;
use super::part::Role;
use super::part::Shape;
use super::sentence::Sentence;
use crate::domain::json::Json;
use crate::domain::pact::Interaction;
use crate::domain::pact::List;
use crate::domain::pact::ProviderState;

/// An interaction, or a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadableInteraction {
    /// Its number in the pact, from 1.
    pub number: usize,
    /// The id by which verifiers report on it.
    pub id: String,
    /// What it is about, in the consumer's words; empty if it does not say.
    pub description: String,
    /// What has to be true of the provider before it.
    pub states: Vec<ProviderState>,
    /// What takes place.
    pub kind: Kind,
    /// Whether it may fail without failing the provider's build.
    pub is_pending: bool,
    /// The key that its author gave it.
    pub key: Option<String>,
    /// How it gets to the provider, if it says so, e.g. `grpc`.
    pub transport: Option<String>,
    /// What its author says of it.
    pub comments: Comments,
    /// A text that a plugin wrote about it, to be read as it is.
    pub markup: Option<String>,
    /// The request and the response, or the message; a question may have several answers.
    pub parts: Vec<Part>,
    /// What plugins keep in it.
    pub plugins: Vec<Extra>,
    /// What else is said of it.
    pub extras: Vec<Extra>,
}

/// What takes place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A request and a response over HTTP.
    Http,
    /// A message that nobody asked for.
    Asynchronous,
    /// A message, and messages in answer to it.
    Synchronous,
    /// Something that nobody knows.
    Unknown(
        /// What it is called.
        String,
    ),
}

/// What an author says of an interaction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comments {
    /// Remarks.
    pub remarks: Vec<String>,
    /// The test that wrote it.
    pub test: Option<String>,
}

impl Kind {
    /// Returns what it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Http => "HTTP",
            Self::Asynchronous => "asynchronous message",
            Self::Synchronous => "synchronous messages",
            Self::Unknown(name) => name,
        }
    }

    /// Takes what an interaction says that it is, or else looks at what it has.
    fn take(list: List, fields: &mut Fields<'_>) -> Self {
        match fields.text("type") {
            Some("Synchronous/HTTP") => Self::Http,
            Some("Asynchronous/Messages") => Self::Asynchronous,
            Some("Synchronous/Messages") => Self::Synchronous,
            Some(other) => Self::Unknown(other.to_owned()),
            None if list == List::Messages => Self::Asynchronous,
            None if fields.has("contents") && !fields.has("request") => Self::Asynchronous,
            None => Self::Http,
        }
    }
}

impl ReadableInteraction {
    /// Returns an interaction in the form in which it is read.
    pub(super) fn of(number: usize, interaction: &Interaction<'_>, says_version_4: bool) -> Self {
        let json = interaction.json();
        let key = interaction.key();
        let mut fields = Fields::of(json).unwrap_or_default();
        let shape = match key.list {
            List::Interactions if says_version_4 || fields.has("type") => Shape::Enveloped,
            List::Interactions | List::Messages => Shape::Plain,
        };
        fields.take_as("description", Json::as_str);
        take_states(&mut fields);
        let text = |json: &Json| json.as_str().map(str::to_owned);
        let kind = Kind::take(key.list, &mut fields);
        let mut extras = Vec::new();
        let mut readable = Self {
            number,
            id: interaction.id(),
            description: key.description.clone(),
            states: key.states.clone(),
            is_pending: fields.take_as("pending", boolean).unwrap_or_default(),
            key: fields.take_as("key", text),
            transport: fields.take_as("transport", text),
            comments: comments(&mut fields, &mut extras),
            markup: fields.take_as("interactionMarkup", markup),
            plugins: plugins(&mut fields),
            parts: parts(&kind, &mut fields, shape),
            kind,
            extras,
        };
        fields.take_as("_id", Json::as_str);
        readable.extras.extend(fields.rest());
        if json.as_object().is_none() {
            readable.extras.push(Extra::of("interaction", json));
        }
        readable
    }

    /// Returns what takes place in a few words, e.g. `GET /orders` → `200`.
    #[must_use]
    pub fn summary(&self) -> Sentence {
        let value = |part: &Part| {
            let line: Vec<&str> = part
                .line()
                .filter_map(|it| it.values.first().map(String::as_str))
                .collect();
            line.join(" ")
        };
        let lines: Vec<String> = self.parts.iter().map(value).collect();
        match (&self.kind, lines.as_slice()) {
            (Kind::Http, [request, response]) if !request.is_empty() && !response.is_empty() => {
                let request = Sentence::default().code(request);
                request.then(" → ").code(response)
            }
            (Kind::Http, _) => {
                let said = lines.into_iter().find(|it| !it.is_empty());
                said.map_or_else(
                    || Sentence::words("HTTP"),
                    |it| Sentence::default().code(it),
                )
            }
            (Kind::Asynchronous, _) => Sentence::words("asynchronous message"),
            (Kind::Synchronous, parts) => match parts.len().saturating_sub(1) {
                1 => Sentence::words("message and answer"),
                answers => Sentence::words(format!("message and {answers} answers")),
            },
            (Kind::Unknown(name), _) => Sentence::default().code(name),
        }
    }
}

fn boolean(json: &Json) -> Option<bool> {
    match json {
        Json::Bool(value) => Some(*value),
        _ => None,
    }
}

/// Takes the states that were read, which are the first that there are; others stay.
fn take_states(fields: &mut Fields<'_>) {
    let mut is_read = false;
    for name in ["providerStates", "providerState", "provider_state"] {
        let is_none = fields.take_as(name, nothing).is_some();
        if !is_none && !is_read {
            is_read = fields.take(name).is_some();
        }
    }
}

/// Says that there is nothing in a value.
fn nothing(json: &Json) -> Option<()> {
    let is_nothing = match json {
        Json::Null => true,
        Json::String(text) => text.is_empty(),
        Json::Array(elements) => elements.is_empty(),
        Json::Object(entries) => entries.is_empty(),
        Json::Bool(_) | Json::Number(_) => false,
    };
    is_nothing.then_some(())
}

/// Takes the comments; those of no known kind go to `extras`.
fn comments(fields: &mut Fields<'_>, extras: &mut Vec<Extra>) -> Comments {
    let Some(mut comments) = fields.object("comments") else {
        return Comments::default();
    };
    let remarks = comments.take_as("text", |json| match json {
        Json::String(text) => Some(vec![text.clone()]),
        Json::Array(remarks) => {
            let remarks = remarks.iter().map(|it| it.as_str().map(str::to_owned));
            remarks.collect()
        }
        _ => None,
    });
    let test = comments.text("testname").map(str::to_owned);
    let more = comments.left();
    extras.extend(more.map(|(key, value)| Extra::of(&format!("comments.{key}"), value)));
    Comments {
        remarks: remarks.unwrap_or_default(),
        test,
    }
}

/// Reads what a plugin wrote; in which markup is of no matter, for it is shown as it is.
fn markup(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text.clone()),
        other => other.get("markup")?.as_str().map(str::to_owned),
    }
}

/// Takes what plugins keep.
fn plugins(fields: &mut Fields<'_>) -> Vec<Extra> {
    let kept = fields.object("pluginConfiguration");
    kept.map(|kept| Extra::with_texts_apart(&kept))
        .unwrap_or_default()
}

/// Takes the parts, in the order in which they take place.
fn parts(kind: &Kind, fields: &mut Fields<'_>, shape: Shape) -> Vec<Part> {
    let mut parts = Vec::new();
    match kind {
        Kind::Http => {
            for (role, key) in [(Role::Request, "request"), (Role::Response, "response")] {
                let part = fields.object(key);
                parts.extend(part.map(|part| Part::of_http(role, part, shape)));
            }
        }
        Kind::Synchronous => {
            let request = fields.object("request");
            parts.extend(request.map(|it| Part::of_message(Role::Request, it, shape)));
            let responses = fields.take_as("response", |json| match json {
                Json::Array(responses) => responses.iter().map(Fields::of).collect(),
                one => Fields::of(one).map(|one| vec![one]),
            });
            let responses: Vec<Fields<'_>> = responses.unwrap_or_default();
            let is_only = responses.len() == 1;
            for (response, number) in responses.into_iter().zip(1..) {
                let mut part = Part::of_message(Role::Response, response, shape);
                part.number = (!is_only).then_some(number);
                parts.push(part);
            }
        }
        Kind::Asynchronous => {
            // The message is not apart from the interaction.
            let mut message = Fields::default();
            for key in [
                "contents",
                "metadata",
                "metaData",
                "matchingRules",
                "generators",
            ] {
                fields.hand_over(key, &mut message);
            }
            parts.push(Part::of_message(Role::Message, message, shape));
        }
        Kind::Unknown(_) => {}
    }
    parts
}
