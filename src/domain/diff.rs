//! What changed between two contracts of a consumer and a provider, and what it means to the provider.
//!
//! Contracts are compared interaction by interaction and place by place, as [`outline`](super::outline) reads
//! them: what is only written otherwise is no change, neither is the order of interactions and of members,
//! nor what does not count for the content. `effect` has the table of what a change means.
//! [`super::broker_diff`] tells the same in the very text of the Ruby broker.

mod effect;
mod fields;
mod interactions;
mod states;
mod strictness;
#[cfg(test)]
mod tests;
mod text;

use similar::ChangeTag;
use similar::TextDiff;

use super::json::Json;
use super::outline::InteractionKind;
use super::outline::Place;
use super::pact::InteractionKey;
use super::pact::Kind;
use super::pact::Pact;

pub use effect::Effect;
pub use text::Line;
pub use text::Mark;

/// How many unchanged lines are shown around a changed one.
const CONTEXT_LINES: usize = 3;

/// What changed between two contents; nothing if they are the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PactDiff {
    /// The changes: first those of the whole pact, then its interactions by description and states.
    pub changes: Vec<Change>,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The pact follows another version of the specification.
    Specification {
        /// The version before.
        before: Option<String>,
        /// The version after.
        after: Option<String>,
        /// What it means.
        effect: Effect,
    },
    /// An interaction is new, gone or another.
    Interaction(InteractionChange),
    /// The contents differ, and no interaction does: it is written otherwise, such as with messages in
    /// another order; or the pact has no interactions at all.
    Document {
        /// The difference, line by line: `-`, `+` or a space, and the text; `@@` where lines are
        /// left out.
        lines: Vec<String>,
        /// What it means.
        effect: Effect,
    },
}

/// What became of an interaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InteractionChange {
    /// What kind it is.
    pub kind: InteractionKind,
    /// What it is known by.
    pub known: Known,
    /// What changed in it, by place; nothing if it is new, gone, or only has another description.
    pub fields: Vec<FieldChange>,
    /// The worst that it means.
    pub effect: Effect,
}

/// What an interaction is known by, before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// It was not there.
    New(InteractionKey),
    /// It is no longer there.
    Gone(InteractionKey),
    /// It is there before and after.
    Kept {
        /// What it was known by.
        before: InteractionKey,
        /// What it is known by.
        after: InteractionKey,
    },
}

/// What became of an interaction, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It says something else.
    Changed,
    /// It says the same under another description.
    Renamed,
}

/// A change at one place of an interaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// What of the place changed.
    pub aspect: Aspect,
    /// Where. In a body, as far up as one side has nothing of it.
    pub place: Place,
    /// What was there, if anything; of a provider state its parameters.
    pub before: Option<Json>,
    /// What is there, if anything.
    pub after: Option<Json>,
    /// What it means.
    pub effect: Effect,
}

/// What of a place changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    /// What stands there.
    Value,
    /// What it is held to.
    Rule,
    /// What makes it.
    Generator,
}

impl PactDiff {
    /// Returns what changed from one content to another.
    #[must_use]
    pub fn between(before: &Pact, after: &Pact) -> Self {
        if before.content_id() == after.content_id() {
            return Self::default();
        }
        let mut changes = Vec::new();
        let (old, new) = (before.specification(), after.specification());
        if old != new {
            changes.push(Change::Specification {
                effect: effect::of_specification(old.as_deref(), new.as_deref()),
                before: old,
                after: new,
            });
        }
        changes.extend(interactions::changes(Some(before), after));
        if changes.is_empty() {
            let is_read = [before, after].iter().all(|it| it.kind() != Kind::Other);
            changes.push(Change::Document {
                lines: line_diff(before.document(), after.document()),
                effect: if is_read {
                    Effect::None
                } else {
                    Effect::Unclear
                },
            });
        }
        Self { changes }
    }

    /// Returns what is new in the first contract of all: every interaction.
    #[must_use]
    pub fn of_first(pact: &Pact) -> Self {
        Self {
            changes: interactions::changes(None, pact),
        }
    }

    /// Returns the worst that a change means: what the whole means to a provider that honours the contract
    /// as it was.
    #[must_use]
    pub fn effect(&self) -> Effect {
        let effects = self.changes.iter().map(Change::effect);
        effects.max().unwrap_or_default()
    }
}

impl Change {
    /// Returns what the change means.
    #[must_use]
    pub fn effect(&self) -> Effect {
        match self {
            Self::Specification { effect, .. } | Self::Document { effect, .. } => *effect,
            Self::Interaction(change) => change.effect,
        }
    }
}

impl Known {
    /// Returns what it is known by: now, or at last if it is gone.
    #[must_use]
    pub fn key(&self) -> &InteractionKey {
        match self {
            Self::New(key) | Self::Gone(key) | Self::Kept { after: key, .. } => key,
        }
    }
}

impl InteractionChange {
    /// Returns what became of it.
    #[must_use]
    pub fn fate(&self) -> Fate {
        match self.known {
            Known::New(_) => Fate::Added,
            Known::Gone(_) => Fate::Removed,
            Known::Kept { .. } if self.fields.is_empty() => Fate::Renamed,
            Known::Kept { .. } => Fate::Changed,
        }
    }
}

impl Fate {
    /// Returns the word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Renamed => "renamed",
        }
    }
}

impl Aspect {
    /// Returns the word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Rule => "rule",
            Self::Generator => "generator",
        }
    }
}

/// Returns the lines that differ, with a few around them.
fn line_diff(before: &Json, after: &Json) -> Vec<String> {
    let (before, after) = (before.pretty(), after.pretty());
    let diff = TextDiff::from_lines(before.as_str(), after.as_str());
    let mut lines = Vec::new();
    for (index, group) in diff.grouped_ops(CONTEXT_LINES).iter().enumerate() {
        if index > 0 {
            lines.push("@@".to_owned());
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            let text = change.value().trim_end_matches('\n');
            lines.push(format!("{sign}{text}"));
        }
    }
    lines
}
