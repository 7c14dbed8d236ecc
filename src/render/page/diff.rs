//! What changed between two contracts, and whether a provider may break on it.

use std::collections::BTreeMap;

use askama::Template;
use askama::filters::Safe;

use super::Markup;
use super::Page;
use super::documentation::anchor_of;
use super::documentation::said;
use super::links::AT;
use super::links::Links;
use super::markup;
use super::place::PairPlace;
use super::place::Place;
use super::place::Words;
use super::state::State;
use super::word;
use super::word::Anchor;
use crate::domain::comparison::Comparison;
use crate::domain::comparison::Contract;
use crate::domain::comparison::Origin;
use crate::domain::diff::Aspect;
use crate::domain::diff::Change;
use crate::domain::diff::Effect;
use crate::domain::diff::Fate;
use crate::domain::diff::FieldChange;
use crate::domain::diff::InteractionChange;
use crate::domain::diff::Known;
use crate::domain::find_pact::WhichPact;
use crate::domain::json::Json;
use crate::domain::outline::Field;
use crate::domain::pact::InteractionKey;
use crate::domain::pact::ProviderState;
use crate::domain::pacts::PactPublication;
use crate::domain::readable_pact::ReadableInteraction;
use crate::domain::readable_pact::ReadablePact;
use crate::render::contract;
use crate::render::diff::verdict;

/// The most characters of a value that stand on one line.
const LONGEST: usize = 60;

/// What somebody filled in to choose two contracts, and what can be chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DiffFields {
    /// The contract to begin with.
    pub from: String,
    /// The contract that became of it.
    pub to: String,
    /// What contracts can be called.
    pub offered: Vec<WhichPact>,
}

/// What changed between two contracts.
#[derive(Template)]
#[template(path = "diff.html", config = "src/render/page/askama.toml")]
struct Diff<'a> {
    comparison: &'a Comparison,
    fields: &'a DiffFields,
    links: &'a Links,
    /// Where the choice is sent; `None` where nobody would answer it.
    form: Option<(String, Words)>,
    pair: PairPlace,
    changes: Vec<Shown<'a>>,
}

/// A change as it is shown.
enum Shown<'a> {
    /// Of the specification that is followed.
    Specification {
        before: &'a str,
        after: &'a str,
        effect: Effect,
    },
    /// Of the document, in which no interaction changed.
    Document { lines: &'a [String], effect: Effect },
    /// Of an interaction.
    Interaction(ShownInteraction<'a>),
}

/// An interaction that changed.
struct ShownInteraction<'a> {
    change: &'a InteractionChange,
    key: &'a InteractionKey,
    /// What it was called, if that was something else.
    renamed: Option<&'a str>,
    /// What takes place, where that is known.
    summary: Option<Markup>,
    /// Where it is documented.
    place: Option<String>,
}

/// The interactions of a contract by what they are known by; `None` of those that share it.
type ByKey<'a> = BTreeMap<(&'a str, &'a [ProviderState]), Option<&'a ReadableInteraction>>;

/// A value before or after a change.
struct Value {
    text: String,
    is_long: bool,
}

impl Diff<'_> {
    /// Returns what all of it means: the kind of note, and the sentence.
    fn verdict(&self) -> (&'static str, String) {
        let effect = self.comparison.diff.effect();
        let tone = match effect {
            Effect::None => "",
            Effect::Less => "good",
            Effect::Unclear => "warn",
            Effect::More => "bad",
        };
        (tone, verdict(effect))
    }

    /// Returns what became of how many interactions, e.g. `1 added, 2 changed`.
    fn counts(&self) -> String {
        let fates = [Fate::Added, Fate::Removed, Fate::Changed, Fate::Renamed];
        let counts = fates.into_iter().filter_map(|fate| {
            let changes = self.changes.iter();
            let same = changes
                .filter(|it| matches!(it, Shown::Interaction(it) if it.change.fate() == fate));
            match same.count() {
                0 => None,
                count => Some(format!("{count} {}", fate.word())),
            }
        });
        counts.collect::<Vec<_>>().join(", ")
    }

    fn published(contract: &Contract) -> Option<&PactPublication> {
        match &contract.origin {
            Origin::Published(pact) => Some(pact),
            Origin::Document(_) => None,
        }
    }

    /// Returns the number of a version, which leads to its contract.
    fn end(&self, pact: &PactPublication) -> Safe<Anchor> {
        let number = &pact.version.number;
        let place = Place::contract(self.pair.clone(), number.clone());
        self.links.anchor(&place, number)
    }

    /// Returns the way to what verifications found out.
    fn results(&self) -> Safe<Anchor> {
        let place = Place::PairMatrix(self.pair.clone());
        self.links.anchor(&place, "every result of the two")
    }

    fn effect(effect: Effect) -> Safe<State> {
        match effect {
            Effect::None => State::none("demands the same", "It means nothing to the provider"),
            Effect::Less => State::good(
                "demands less",
                "A provider that honours the old contract honours this, too",
            ),
            Effect::Unclear => State::wait(
                "may demand more",
                "Only a verification tells whether a provider breaks on it",
            ),
            Effect::More => State::bad(
                "demands more",
                "A provider that honours the old contract may break on this",
            ),
        }
    }

    fn effect_of(change: &FieldChange) -> Safe<State> {
        Self::effect(change.effect)
    }

    /// Returns the sign of a fate, which stands before its word.
    fn sign(fate: Fate) -> &'static str {
        match fate {
            Fate::Added => "+",
            Fate::Removed => "−",
            Fate::Changed | Fate::Renamed => "~",
        }
    }

    /// Returns what became of a place.
    fn fate(change: &FieldChange) -> &'static str {
        let fate = match (&change.before, &change.after) {
            (Some(_), Some(_)) => Fate::Changed,
            (Some(_), None) => Fate::Removed,
            (None, _) => Fate::Added,
        };
        fate.word()
    }

    /// Returns the kind of a line of a document.
    fn tone(line: &str) -> &'static str {
        match line.as_bytes().first() {
            Some(b'+') => "added",
            Some(b'-') => "removed",
            _ => "",
        }
    }

    fn before(change: &FieldChange) -> Option<Value> {
        let before = change.before.as_ref();
        before.map(|value| Self::value(change, value))
    }

    fn after(change: &FieldChange) -> Option<Value> {
        let after = change.after.as_ref();
        after.map(|value| Self::value(change, value))
    }

    /// Returns a value of a change: on one line if it is short, else as a document.
    fn value(change: &FieldChange, value: &Json) -> Value {
        let line = change.said(value);
        let is_plain = change.aspect == Aspect::Rule || change.place.field == Field::States;
        let is_long = line.chars().count() > LONGEST;
        let text = match value {
            Json::Object(_) | Json::Array(_) if is_long && !is_plain => value.pretty(),
            _ => line,
        };
        Value { text, is_long }
    }
}

impl Shown<'_> {
    fn effect(&self) -> Safe<State> {
        Diff::effect(match self {
            Self::Specification { effect, .. } | Self::Document { effect, .. } => *effect,
            Self::Interaction(it) => it.change.effect,
        })
    }

    fn says_the_same(&self) -> bool {
        matches!(
            self,
            Self::Document {
                effect: Effect::None,
                ..
            }
        )
    }
}

/// Returns the page of what changed. `place` is where it is: that of two versions, or of one and the last that was
/// different.
#[must_use]
pub fn page(place: Place, comparison: &Comparison, fields: &DiffFields, links: &Links) -> Page {
    let form = links.form(&place).map(|(action, mut words)| {
        words.retain(|(name, _)| name == AT);
        (action, words)
    });
    let pair = PairPlace {
        consumer: comparison.consumer.clone(),
        provider: comparison.provider.clone(),
    };
    let sides = [comparison.from.as_ref(), Some(&comparison.to)];
    let readable = sides.map(|side| side.map(|it| ReadablePact::of(&it.pact)));
    let side = |index: usize| {
        let contract = sides[index]?;
        let version = Diff::published(contract)?.version.number.clone();
        let place = Place::contract(pair.clone(), version);
        Some((links.to(&place)?, by_key(readable[index].as_ref()?)))
    };
    let sides = [side(0), side(1)];
    let changes = comparison.diff.changes.iter();
    let changes = changes.map(|change| shown(change, &sides)).collect();
    let main = Diff {
        comparison,
        fields,
        links,
        form,
        pair,
        changes,
    };
    Page::new(place, &main)
}

fn by_key(pact: &ReadablePact) -> ByKey<'_> {
    let mut found = ByKey::new();
    for it in &pact.interactions {
        let key = (it.description.as_str(), it.states.as_slice());
        found
            .entry(key)
            .and_modify(|it| *it = None)
            .or_insert(Some(it));
    }
    found
}

/// Returns a change as it is shown; an interaction is documented with the contract that has it: the newer one,
/// unless it is gone.
fn shown<'a>(change: &'a Change, sides: &[Option<(String, ByKey<'_>)>; 2]) -> Shown<'a> {
    let name = |version: &'a Option<String>| version.as_deref().unwrap_or("none");
    match change {
        Change::Specification {
            before,
            after,
            effect,
        } => Shown::Specification {
            before: name(before),
            after: name(after),
            effect: *effect,
        },
        Change::Document { lines, effect } => Shown::Document {
            lines,
            effect: *effect,
        },
        Change::Interaction(change) => {
            let key = change.known.key();
            let side = &sides[usize::from(change.fate() != Fate::Removed)];
            let known = side.as_ref().and_then(|(href, by_key)| {
                let it = by_key.get(&(key.description.as_str(), key.states.as_slice()))?;
                Some((href, (*it)?))
            });
            Shown::Interaction(ShownInteraction {
                change,
                key,
                renamed: match &change.known {
                    Known::Kept { before, .. } if before.description != key.description => {
                        Some(&before.description)
                    }
                    _ => None,
                },
                summary: known.map(|(_, it)| markup(&said(&it.summary()).0)),
                place: known.map(|(href, it)| format!("{href}#{}", anchor_of(it.number))),
            })
        }
    }
}

#[cfg(test)]
mod tests;
