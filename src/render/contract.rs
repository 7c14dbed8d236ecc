//! A pact as documentation, for a terminal and for programs; as Markdown it is in
//! [`super::sink::markdown`].
//!
//! All forms say the same, in the same order: who expects what of whom, the states that the provider has
//! to know, an index, and then each interaction with its parts.

mod json;
mod text;

use crate::domain::pact::ProviderState;
use crate::domain::pacts::PactPublication;
use crate::domain::readable_pact::Part;
use crate::domain::readable_pact::Piece;
use crate::domain::readable_pact::ReadablePact;
use crate::domain::readable_pact::Role;
use crate::domain::readable_pact::Sentence;

pub use self::json::ContractJson;
pub use self::text::Span;
pub use self::text::Tone;
pub use self::text::text;

/// What a reader has to know of everything that follows.
pub(super) const EXACTNESS: &str = "Where no rule stands, a value has to be exactly as it is shown. \
     What is sent in answer may have headers and fields beyond it.";

/// A contract to show.
#[derive(Clone, Copy, Debug)]
pub struct Contract<'a> {
    /// What it says.
    pub pact: &'a ReadablePact,
    /// Who published it, if it is from a store.
    pub publication: Option<&'a PactPublication>,
}

impl Contract<'_> {
    /// Returns what the contract is, in a sentence for each fact: its version, its specification, its
    /// content. What they hold is named first, the value comes second.
    pub(super) fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts = Vec::new();
        if let Some(publication) = self.publication {
            let version = &publication.version;
            facts.push(("Consumer version", version.number.to_string()));
            if !version.branches.is_empty() {
                let branches: Vec<&str> = version.branches.iter().map(AsRef::as_ref).collect();
                facts.push(("Branches", branches.join(", ")));
            }
            if !version.tags.is_empty() {
                let tags: Vec<&str> = version.tags.iter().map(AsRef::as_ref).collect();
                facts.push(("Tags", tags.join(", ")));
            }
            facts.push(("Published", publication.created_at.to_string()));
        }
        let specification = self.pact.specification.as_deref();
        facts.push((
            "Specification",
            specification.unwrap_or("not given").to_owned(),
        ));
        facts.push(("Content", self.pact.content.to_string()));
        facts
    }
}

/// Returns what has to be true before an interaction, as one text; nothing if nothing has.
pub(super) fn given(states: &[ProviderState]) -> String {
    let states: Vec<String> = states.iter().map(ToString::to_string).collect();
    states.join(" and ")
}

/// Returns what an interaction is called: its description, or that it has none.
pub(super) fn title(description: &str) -> &str {
    match description.trim() {
        "" => "(without a description)",
        _ => description,
    }
}

/// Returns what a part is called; a number tells several answers apart.
pub(super) fn heading(part: &Part) -> String {
    let name = match part.role {
        Role::Request => "Request",
        Role::Response => "Response",
        Role::Message => "Message",
    };
    match part.number {
        Some(number) => format!("{name} {number}"),
        None => name.to_owned(),
    }
}

/// Returns a sentence as it stands where what the document says needs not be told apart.
pub(super) fn plain(sentence: &Sentence) -> String {
    let pieces = sentence.pieces.iter().map(|piece| match piece {
        Piece::Words(words) => words.as_ref(),
        Piece::Code(code) => code,
    });
    pieces.collect()
}

/// Returns numbers as people list them.
pub(super) fn numbers(numbers: &[usize]) -> String {
    let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    numbers.join(", ")
}

#[cfg(test)]
pub(in crate::render) mod tests;
