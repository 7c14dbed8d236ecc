//! What a contract says, as documentation: a part of the page of a contract.
//!
//! It says the same as [`crate::render::contract`] does for terminals, in the same order.

use std::fmt::Display;

use askama::Template;
use askama::filters::Safe;

use super::Markup;
use super::documentation;
use super::markup;
use super::state::State;
use super::word::count;
use crate::domain::pact::ProviderState;
use crate::domain::readable_pact::Binary;
use crate::domain::readable_pact::Body;
use crate::domain::readable_pact::Part;
use crate::domain::readable_pact::Piece;
use crate::domain::readable_pact::ReadableInteraction;
use crate::domain::readable_pact::ReadablePact;
use crate::domain::readable_pact::Sentence;
use crate::render::contract;
use crate::render::contract::EXACTNESS;

/// What a contract says.
#[derive(Template)]
#[template(path = "documentation.html", config = "src/render/page/askama.toml")]
struct Documentation<'a> {
    pact: &'a ReadablePact,
}

/// A sentence: our words, and what the document says as code.
#[derive(Clone, Debug, Template)]
#[template(
    source = "{% for piece in sentence.pieces %}{% match piece %}\
              {% when Piece::Words(words) %}{{ words }}\
              {% when Piece::Code(code) %}<code>{{ code }}</code>\
              {% endmatch %}{% endfor %}",
    ext = "html",
    config = "src/render/page/askama.toml"
)]
pub struct Said<'a> {
    sentence: &'a Sentence,
}

impl Documentation<'_> {
    fn interactions(&self) -> String {
        let interactions = &self.pact.interactions;
        let all = count(interactions.len(), "interaction");
        match interactions.iter().filter(|it| it.is_pending).count() {
            0 => all,
            pending => format!("{all}, {pending} of them pending"),
        }
    }

    fn name(state: &ProviderState) -> &str {
        match state.name.trim() {
            "" => "(without a name)",
            _ => &state.name,
        }
    }

    fn pending() -> Safe<State> {
        State::wait(
            "pending",
            "It may fail without failing the provider's build",
        )
    }

    fn size(binary: &Binary) -> String {
        count(binary.bytes, "byte")
    }

    /// Returns what takes place in a few words.
    fn summary(interaction: &ReadableInteraction) -> Markup {
        let sentence = interaction.summary();
        markup(&said(&sentence).0)
    }

    /// Returns what is said of an interaction beside its states and its parts.
    fn facts(interaction: &ReadableInteraction) -> Vec<(&'static str, &str)> {
        let facts = [
            ("Key", &interaction.key),
            ("Transport", &interaction.transport),
            ("Written by", &interaction.comments.test),
        ];
        let facts = facts.into_iter();
        facts
            .filter_map(|(name, value)| Some((name, value.as_deref()?)))
            .collect()
    }

    /// Says whether a part speaks of a body.
    fn has_body(part: &Part) -> bool {
        !matches!(part.body, Body::Unsaid) || !part.body_rules.is_empty()
    }

    /// Returns what holds of a body where no rule stands: of what, and what.
    fn otherwise(part: &Part) -> Option<(&'static str, &'static str)> {
        let begin = if part.body_rules.is_empty() {
            "all of it"
        } else {
            "all else"
        };
        matches!(part.body, Body::Text(_) | Body::Binary(_)).then(|| (begin, part.otherwise()))
    }
}

/// Returns what a contract says, to stand in a page below a heading of the first level.
#[must_use]
pub fn documentation(pact: &ReadablePact) -> Markup {
    markup(&Documentation { pact })
}

/// Returns the name of the place in the documentation where an interaction stands.
#[must_use]
pub fn anchor_of(number: impl Display) -> String {
    format!("interaction-{number}")
}

/// Returns a sentence as it stands in a page.
#[must_use]
pub fn said(sentence: &Sentence) -> Safe<Said<'_>> {
    Safe(Said { sentence })
}

#[cfg(test)]
mod tests;
