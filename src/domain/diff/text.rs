//! A difference as lines for people.

use std::fmt::Write as _;

use super::Aspect;
use super::Change;
use super::Effect;
use super::Fate;
use super::FieldChange;
use super::InteractionChange;
use super::Known;
use super::PactDiff;
use crate::domain::json::Json;
use crate::domain::outline::Field;
use crate::domain::outline::Rule;

/// The most characters of a value that a line shows.
const LONGEST: usize = 120;

/// A line of a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// How it is marked.
    pub mark: Mark,
    /// What the change means that the line tells of; `None` of a line that goes on with another.
    pub effect: Option<Effect>,
    /// What it says, indented. Descriptions and states stand in it as they are, line breaks and all.
    pub text: String,
}

/// How a line is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Something is new.
    Added,
    /// Something is gone.
    Removed,
    /// Something is another.
    Changed,
    /// The line is there to understand others.
    Context,
}

impl PactDiff {
    /// Returns the changes as lines: one for each interaction, and below it one for each place.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        self.changes.iter().flat_map(Change::lines).collect()
    }

    /// Returns the changes as text of at most `limit` lines, and a line that says how many more
    /// there are. There is no final newline.
    #[must_use]
    pub fn render(&self, limit: usize) -> String {
        let mut lines: Vec<String> = self.lines().into_iter().map(|line| line.text).collect();
        let more = lines.len().saturating_sub(limit);
        lines.truncate(limit);
        let mut text = lines.join("\n");
        if more > 0 {
            let unit = if more == 1 { "line" } else { "lines" };
            write!(text, "\n… {more} more {unit}").expect("writing to a string does not fail");
        }
        text
    }
}

impl Change {
    /// Returns the change as lines.
    #[must_use]
    pub fn lines(&self) -> Vec<Line> {
        match self {
            Self::Specification {
                before,
                after,
                effect,
            } => {
                let name =
                    |version: &Option<String>| version.clone().unwrap_or_else(|| "none".to_owned());
                let (before, after) = (name(before), name(after));
                vec![Line {
                    mark: Mark::Changed,
                    effect: Some(*effect),
                    text: format!("specification changed: {before} to {after}"),
                }]
            }
            Self::Interaction(change) => change.lines(),
            Self::Document { lines, effect } => {
                let text = match effect {
                    Effect::None => "written otherwise, and says the same:",
                    _ => "changed:",
                };
                let mut told = vec![Line {
                    mark: Mark::Changed,
                    effect: Some(*effect),
                    text: text.to_owned(),
                }];
                told.extend(lines.iter().map(|line| Line {
                    mark: match line.as_bytes().first() {
                        Some(b'+') => Mark::Added,
                        Some(b'-') => Mark::Removed,
                        _ => Mark::Context,
                    },
                    effect: None,
                    text: format!("  {line}"),
                }));
                told
            }
        }
    }
}

impl InteractionChange {
    fn lines(&self) -> Vec<Line> {
        let word = self.fate().word();
        let key = self.known.key();
        let text = match &self.known {
            Known::Kept { before, .. } if before.description != key.description => {
                format!("{word}: \"{}\" to {key}", before.description)
            }
            _ => format!("{word}: {key}"),
        };
        let mark = match self.fate() {
            Fate::Added => Mark::Added,
            Fate::Removed => Mark::Removed,
            Fate::Changed | Fate::Renamed => Mark::Changed,
        };
        let mut lines = vec![Line {
            mark,
            effect: Some(self.effect),
            text,
        }];
        lines.extend(self.fields.iter().map(FieldChange::line));
        lines
    }
}

impl FieldChange {
    fn line(&self) -> Line {
        let name = self.name();
        let shown = |value: &Option<Json>| value.as_ref().map(|value| self.shown(value));
        let (mark, text) = match (shown(&self.before), shown(&self.after)) {
            (Some(before), Some(after)) => {
                (Mark::Changed, format!("  ~ {name}: {before} to {after}"))
            }
            (Some(before), None) => (Mark::Removed, format!("  - {name}: {before}")),
            (None, after) => {
                let after = after.unwrap_or_default();
                (Mark::Added, format!("  + {name}: {after}"))
            }
        };
        Line {
            mark,
            effect: Some(self.effect),
            text: text.trim_end_matches([' ', ':']).to_owned(),
        }
    }

    /// Returns what changed in words, e.g. `response body $.id, rule`.
    #[must_use]
    pub fn name(&self) -> String {
        match self.aspect {
            Aspect::Value => self.place.name(),
            aspect => format!("{}, {}", self.place.name(), aspect.word()),
        }
    }

    /// Returns a value of the change as it is shown: on one line, cut if it is long. A provider state without
    /// parameters shows nothing.
    #[must_use]
    pub fn shown(&self, value: &Json) -> String {
        let text = self.said(value);
        match text.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        }
    }

    /// Returns the same, all of it.
    #[must_use]
    pub fn said(&self, value: &Json) -> String {
        match (self.aspect, self.place.field) {
            (Aspect::Rule, _) => match Rule::read(value) {
                Some(rule) => rule.to_string(),
                None => value.compact(),
            },
            (_, Field::States) if *value == Json::Object([].into()) => String::new(),
            _ => value.compact(),
        }
    }
}
