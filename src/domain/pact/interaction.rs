//! One interaction or message of a pact, and the key by which people and tools know it.

use std::fmt;

use crate::domain::content::hex;
use crate::domain::json::Json;

/// One interaction or message, as it stands in the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interaction<'a> {
    key: InteractionKey,
    json: &'a Json,
}

/// What an interaction is known by: no two of a pact should share it.
///
/// Order is that of the text, for answers that do not depend on the order of a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct InteractionKey {
    /// The list that it is in.
    pub list: List,
    /// What it is about, in the consumer's words; empty if it does not say.
    pub description: String,
    /// What has to be true of the provider before it.
    pub states: Vec<ProviderState>,
}

/// The lists that a pact can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum List {
    /// `interactions`: all but the messages of version 3.
    Interactions,
    /// `messages`: version 3 only.
    Messages,
}

/// A state that the provider has to be in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ProviderState {
    /// Its name.
    pub name: String,
    /// Its parameters as canonical JSON; `None` if there are none.
    pub params: Option<String>,
}

impl List {
    /// Returns the field of the document that holds the list.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Self::Interactions => "interactions",
            Self::Messages => "messages",
        }
    }
}

impl<'a> Interaction<'a> {
    pub(super) fn new(list: List, json: &'a Json) -> Self {
        let description = json.get("description").and_then(Json::as_str);
        let key = InteractionKey {
            list,
            description: description.unwrap_or_default().to_owned(),
            states: provider_states(json),
        };
        Self { key, json }
    }

    /// Returns what it is known by.
    #[must_use]
    pub fn key(&self) -> &InteractionKey {
        &self.key
    }

    /// Returns the id by which verifiers report on it: 40 hexadecimal digits that depend on all
    /// of it, or the one that it came with.
    #[must_use]
    pub fn id(&self) -> String {
        use sha2::Digest;
        if let Some(id) = self.json.get("_id").and_then(Json::as_str) {
            return id.to_owned();
        }
        let digest = sha2::Sha256::digest(self.json.canonical());
        hex(&digest[..20])
    }

    /// Returns all of it.
    #[must_use]
    pub fn json(&self) -> &'a Json {
        self.json
    }
}

/// Returns the states, from a list of objects (versions 3 and 4) or one text (1 and 2).
///
/// One text and a list of that one name are the same.
fn provider_states(interaction: &Json) -> Vec<ProviderState> {
    let one = |json: &Json| match json {
        Json::Object(_) => ProviderState {
            name: text_of(json.get("name").unwrap_or(&Json::Null)),
            params: json
                .get("params")
                .filter(|params| !is_nothing(params))
                .map(Json::canonical),
        },
        other => ProviderState {
            name: text_of(other),
            params: None,
        },
    };
    let found = ["providerStates", "providerState", "provider_state"]
        .iter()
        .filter_map(|field| interaction.get(field))
        .find(|states| !is_nothing(states));
    match found {
        Some(Json::Array(states)) => states.iter().map(one).collect(),
        Some(state) => vec![one(state)],
        None => Vec::new(),
    }
}

fn is_nothing(json: &Json) -> bool {
    match json {
        Json::Null => true,
        Json::String(text) => text.is_empty(),
        Json::Array(elements) => elements.is_empty(),
        Json::Object(entries) => entries.is_empty(),
        Json::Bool(_) | Json::Number(_) => false,
    }
}

fn text_of(json: &Json) -> String {
    match json {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        other => other.canonical(),
    }
}

impl InteractionKey {
    /// Returns the states as one text, or `None` if there are none.
    #[must_use]
    pub fn state(&self) -> Option<String> {
        let names: Vec<_> = self.states.iter().map(ToString::to_string).collect();
        (!names.is_empty()).then(|| names.join(" and "))
    }
}

impl fmt::Display for ProviderState {
    /// Writes the name, and the parameters if there are any.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.params {
            Some(params) => write!(f, "{} {params}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

impl fmt::Display for InteractionKey {
    /// Writes `"description" given "state"`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.description)?;
        match self.state() {
            Some(state) => write!(f, " given \"{state}\""),
            None => Ok(()),
        }
    }
}
