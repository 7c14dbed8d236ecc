//! What an interaction says, place by place, in one form for all versions of the specification.
//!
//! A request has its query in one text (version 2) or by name (3 and 4); a rule is flat, `$.body.id`, or
//! grouped; a body stands bare, or in an envelope with its content type (4). Here the same is always written
//! the same, so that two pacts can be compared place by place, and a person reads one form:
//!
//! * names of headers are in small letters, methods in capitals, one value is not a list of one;
//! * paths have one spelling ([`super::json_path`]), rules one form ([`Rule`]);
//! * nothing is left out: what nobody knows stands under [`Field::Other`].
//!
//! The description and the provider states are not in it: they are what the interaction is known by.

mod read;
mod rule;
mod rules;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use super::json::Json;
use super::pact::Interaction;
use super::pact::List;

pub use rule::Combine;
pub use rule::Matcher;
pub use rule::Rule;
pub use rules::Held;
use rules::Patterns;

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
    /// The rules of bodies again, to look one up.
    patterns: BTreeMap<Side, Patterns>,
}

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
