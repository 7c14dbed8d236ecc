//! A pact as documentation: everything that it says, laid out for people to read.
//!
//! All versions of the specification become one form. Matching rules are sentences and stand with what
//! they are about; what no rule speaks of has to be exactly as in the example. Nothing is left out and
//! nothing fails: what has an unexpected shape is shown as it is written.
//!
//! Interactions are sorted by what they are about, not as the file has them: that order is the one in which
//! tests happened to run, and no part of what was agreed. So the same content reads the same, and its
//! interactions keep their numbers.

mod body;
mod fields;
mod generator;
mod interaction;
mod matcher;
mod part;
mod place;
mod rule;
mod sentence;

use std::collections::BTreeMap;

use super::content::ContentId;
use super::json::Json;
use super::name::PacticipantName;
use super::pact::Interaction;
use super::pact::Pact;
use super::pact::ProviderState;

use self::fields::Fields;

pub use self::body::Binary;
pub use self::body::Body;
pub use self::body::Language;
pub use self::body::Text;
pub use self::fields::Extra;
pub use self::interaction::Comments;
pub use self::interaction::Kind;
pub use self::interaction::ReadableInteraction;
pub use self::part::Item;
pub use self::part::Part;
pub use self::part::Role;
pub use self::place::Place;
pub use self::place::Step;
pub use self::rule::Rule;
pub use self::rule::RuleKind;
pub use self::sentence::Piece;
pub use self::sentence::Sentence;

/// A pact for people to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadablePact {
    /// The consumer.
    pub consumer: PacticipantName,
    /// The provider.
    pub provider: PacticipantName,
    /// The identity of what was agreed.
    pub content: ContentId,
    /// The version of the specification as written, if it is.
    pub specification: Option<String>,
    /// The states that the provider has to know, by name and parameters.
    pub states: Vec<StateInUse>,
    /// The interactions and messages, by description and states.
    pub interactions: Vec<ReadableInteraction>,
    /// The plugins without which nobody can verify it.
    pub plugins: Vec<Plugin>,
    /// What else the document says at its top; its metadata is left to it.
    pub extras: Vec<Extra>,
}

/// A state of the provider, and the interactions that begin in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateInUse {
    /// The state.
    pub state: ProviderState,
    /// The numbers of the interactions, in order.
    pub interactions: Vec<usize>,
}

/// A plugin, and what the pact keeps for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plugin {
    /// Its name; empty if it has none.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
    /// What was configured: each text of several lines for itself, and the rest as JSON.
    pub configuration: Vec<Extra>,
}

impl ReadablePact {
    /// Returns a pact in the form in which it is read.
    #[must_use]
    pub fn of(pact: &Pact) -> Self {
        let mut fields = Fields::of(pact.document()).unwrap_or_default();
        for known in ["consumer", "provider", "metadata"] {
            fields.take(known);
        }
        for list in ["interactions", "messages"] {
            fields.take_as(list, Json::as_array);
        }
        let interactions = interactions(pact);
        Self {
            consumer: pact.consumer().clone(),
            provider: pact.provider().clone(),
            content: pact.content_id().clone(),
            specification: pact.specification(),
            states: states(&interactions),
            interactions,
            plugins: plugins(pact.document()),
            extras: fields.rest(),
        }
    }

    /// Returns as much of it as is about interactions whose description has a text in it, whatever the
    /// case. They keep their numbers.
    #[must_use]
    pub fn about(mut self, text: &str) -> Self {
        let wanted = text.to_lowercase();
        let is_meant =
            |it: &ReadableInteraction| it.description.to_lowercase().contains(wanted.as_str());
        self.interactions.retain(is_meant);
        self.states = states(&self.interactions);
        self
    }
}

/// Returns the interactions in the order in which they are read, numbered from 1.
fn interactions(pact: &Pact) -> Vec<ReadableInteraction> {
    let says_version_4 = pact.specification().is_some_and(|it| it.starts_with('4'));
    let mut sorted = pact.interactions();
    sorted.sort_by_cached_key(|interaction: &Interaction<'_>| {
        let key = interaction.key().clone();
        let json = interaction.json().canonical();
        (key.description.to_lowercase(), key, json)
    });
    let numbered = sorted.iter().zip(1..);
    let readable = numbered
        .map(|(interaction, number)| ReadableInteraction::of(number, interaction, says_version_4));
    readable.collect()
}

/// Returns the states that interactions begin in, by name and parameters.
fn states(interactions: &[ReadableInteraction]) -> Vec<StateInUse> {
    let mut used: BTreeMap<&ProviderState, Vec<usize>> = BTreeMap::new();
    for interaction in interactions {
        for state in &interaction.states {
            let numbers = used.entry(state).or_default();
            // One may ask twice for the same.
            if numbers.last() != Some(&interaction.number) {
                numbers.push(interaction.number);
            }
        }
    }
    let used = used.into_iter().map(|(state, interactions)| StateInUse {
        state: state.clone(),
        interactions,
    });
    used.collect()
}

/// Returns the plugins that the metadata of a version 4 pact names.
fn plugins(document: &Json) -> Vec<Plugin> {
    let listed = document.get("metadata").and_then(|it| it.get("plugins"));
    let listed = listed.and_then(Json::as_array).unwrap_or_default();
    let plugin = |json: &Json| {
        let mut fields = Fields::of(json).unwrap_or_default();
        let text = |it: &Json| it.as_str().map(str::to_owned);
        let name = fields.take_as("name", text);
        Plugin {
            name: name.unwrap_or_else(|| json.compact()),
            version: fields.take_as("version", text),
            configuration: Extra::with_texts_apart(&fields),
        }
    };
    listed.iter().map(plugin).collect()
}

#[cfg(test)]
mod tests;
