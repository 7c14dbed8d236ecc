//! Whether a provider that honours one contract may fail another: the table of it.
//!
//! A provider is verified by sending it the request of an interaction and holding its response against what
//! the consumer expects; a provider of messages is held to what it sends. So:
//!
//! | what changed | effect |
//! |---|---|
//! | an interaction is new | more |
//! | … and is pending | may |
//! | an interaction is gone | less |
//! | only its description | none |
//! | it is pending no more | more |
//! | it is pending now | less |
//! | a provider state is new | more: it has to be set up |
//! | a provider state is gone, or has other parameters | may |
//! | the method or the path of the request | more: something else is asked |
//! | its query, headers, metadata, body | may: the provider was never asked that |
//! | a rule of the request | none: the example is what the provider is sent |
//! | a generator of the request | may |
//! | a status, header, piece of metadata, member of an object is new in the answer | more |
//! | … is gone | less; more where all of it has to be equal |
//! | a member came or went in an object with a rule of another kind than type | may |
//! | … has another value and no rule | more |
//! | … has another value, and the same rule takes that | none |
//! | … has a value of another type, under a rule of type | more |
//! | a list has more or fewer elements and no rule | more |
//! | … and a rule | may |
//! | a rule is stricter (see [`super::strictness`]) | more |
//! | a rule is looser | less |
//! | a rule is another, and which is stricter cannot be told | may |
//! | a rule came or went with all that it was for | none: what came or went says it |
//! | a body of text that has rules for what is inside, or such a rule | may: a plugin or a parser reads it |
//! | what the body is, where no header says so | may |
//! | a rule for what nobody knows | may |
//! | a generator of the answer | none: the consumer's mock uses it |
//! | comments, markup, keys, ids | none |
//! | the version of the specification, within 2 to 4 | none |
//! | … from or to 1 or an unknown one | may: other rules are understood |
//! | transport, plugins, a kind or a field that nobody knows | may |
//!
//! "More" does not say that a provider breaks: it may do already what is demanded now. "None" and "less" do
//! say that the demands are met, as far as verifiers keep to the specification.

use std::ops::Bound;

use super::Aspect;
use super::strictness;
use super::strictness::Samples;
use crate::domain::json::Json;
use crate::domain::json_path::JsonPath;
use crate::domain::json_path::Step;
use crate::domain::outline::Field;
use crate::domain::outline::Held;
use crate::domain::outline::Outline;
use crate::domain::outline::Place;
use crate::domain::outline::Rule;
use crate::domain::outline::Side;

/// What a change means to a provider that honours the contract as it was; the worst is the greatest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It demands the same.
    #[default]
    None,
    /// It demands less.
    Less,
    /// It may demand more: only a verification tells.
    Unclear,
    /// It demands something that was not demanded.
    More,
}

impl Effect {
    /// Returns the word for it, as programs read it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Less => "less",
            Self::Unclear => "unclear",
            Self::More => "more",
        }
    }

    /// Returns what it says of a contract as a whole: a clause without full stop.
    #[must_use]
    pub fn clause(self) -> &'static str {
        match self {
            Self::None => "it demands the same of the provider",
            Self::Less => {
                "it demands less: a provider that honours the old contract honours this one"
            }
            Self::Unclear => {
                "it may demand more: only a verification tells whether a provider that honours the \
                 old contract honours this one"
            }
            Self::More => {
                "it demands more: a provider that honours the old contract may break on this one"
            }
        }
    }
}

/// Returns what it means that a pact follows another version of the specification.
pub(super) fn of_specification(before: Option<&str>, after: Option<&str>) -> Effect {
    let is_read_alike = |version: Option<&str>| {
        let major = version.and_then(|it| it.split('.').next());
        matches!(major, Some("2" | "3" | "4"))
    };
    if is_read_alike(before) && is_read_alike(after) {
        Effect::None
    } else {
        Effect::Unclear
    }
}

/// A change at a place, with all that its effect depends on.
pub(super) struct Changed<'a> {
    /// What of the place changed.
    pub(super) aspect: Aspect,
    /// Where.
    pub(super) place: &'a Place,
    /// The value before; not used for rules.
    pub(super) before: Option<&'a Json>,
    /// The value after.
    pub(super) after: Option<&'a Json>,
    /// The interaction before and after.
    pub(super) outlines: [&'a Outline; 2],
}

impl Changed<'_> {
    /// Returns what the change means.
    pub(super) fn effect(&self) -> Effect {
        match (self.place.side, self.aspect) {
            (Side::Interaction, _) => self.of_interaction(),
            (Side::Request, Aspect::Value) => match self.place.field {
                Field::Method | Field::Path => Effect::More,
                _ => Effect::Unclear,
            },
            (Side::Request, Aspect::Generator) => Effect::Unclear,
            (Side::Request, Aspect::Rule) | (_, Aspect::Generator) => Effect::None,
            (_, Aspect::Rule) => self.of_rule(),
            (_, Aspect::Value) => self.of_answer(),
        }
    }

    fn of_interaction(&self) -> Effect {
        let is_set = |value: Option<&Json>| value == Some(&Json::Bool(true));
        match self.place.field {
            Field::Remark => Effect::None,
            Field::Pending if is_set(self.after) => Effect::Less,
            Field::Pending if is_set(self.before) => Effect::More,
            _ => Effect::Unclear,
        }
    }

    /// Returns what another value in an answer means.
    fn of_answer(&self) -> Effect {
        let Place { field, path, .. } = self.place;
        if matches!(field, Field::Other | Field::ContentType) || self.is_in_text() {
            return Effect::Unclear;
        }
        let [_, outline] = self.outlines;
        let path = JsonPath::parse(path).filter(|_| *field == Field::Body);
        let last = path.as_ref().and_then(|path| path.0.last());
        let is_element = matches!(last, Some(Step::Index(_)));
        let (Some(before), Some(after)) = (self.before, self.after) else {
            let is_gone = self.after.is_none();
            return match self.above().map(|above| outline.held(&above)) {
                Some(Held::Unclear) => Effect::Unclear,
                Some(Held::To(rule)) if is_element || !is_of_type(&rule) => Effect::Unclear,
                None | Some(Held::ToExample | Held::To(_)) if is_gone && !is_element => {
                    Effect::Less
                }
                // Also whatever comes or goes where all of it has to be equal.
                _ => Effect::More,
            };
        };
        match outline.held(self.place) {
            Held::ToExample | Held::ToEquality => Effect::More,
            Held::Unclear => Effect::Unclear,
            Held::To(rule) => strictness::takes_another(&rule, before, after),
        }
    }

    /// Says whether a body is text with rules for what is inside: XML, form data, or what a plugin reads.
    fn is_in_text(&self) -> bool {
        self.place.field == Field::Body
            && self.outlines.into_iter().any(|outline| {
                let root = Place {
                    path: "$".to_owned(),
                    ..self.place.clone()
                };
                let behind = (Bound::Excluded(&root), Bound::Unbounded);
                let next = outline.rules.range(behind).next().map(|(at, _)| at);
                matches!(outline.values.get(&root), Some(Json::String(_)))
                    && next.is_some_and(|at| at.side == root.side && at.field == Field::Body)
            })
    }

    /// Returns the place of the list or object around a place in a body.
    fn above(&self) -> Option<Place> {
        if self.place.field != Field::Body {
            return None;
        }
        let mut path = JsonPath::parse(&self.place.path)?;
        path.0.pop()?;
        Some(Place {
            path: path.to_string(),
            ..self.place.clone()
        })
    }

    /// Returns what another rule for an answer means.
    fn of_rule(&self) -> Effect {
        if self.place.field == Field::Other || self.is_in_text() {
            return Effect::Unclear;
        }
        let [before, after] = self.outlines;
        let (Some(old), Some(new)) = (values_at(before, self.place), values_at(after, self.place))
        else {
            return Effect::Unclear;
        };
        if old.is_empty() || new.is_empty() {
            // What came or went with it says so, and where there was never anything, there is no effect.
            return Effect::None;
        }
        let samples = Samples::new(&old, &new);
        strictness::of(&before.held(self.place), &after.held(self.place), samples)
    }
}

/// Says whether a rule leaves to each member of an object what it is.
fn is_of_type(rule: &Rule) -> bool {
    rule.only().is_some_and(|only| only.name == "type")
}

/// Returns the examples that a rule is for; `None` if its path cannot be read.
fn values_at<'a>(outline: &'a Outline, place: &Place) -> Option<Vec<&'a Json>> {
    if place.field != Field::Body {
        return Some(outline.values.get(place).into_iter().collect());
    }
    let path = JsonPath::parse(&place.path)?;
    let root = Place {
        path: "$".to_owned(),
        ..place.clone()
    };
    let body = outline.values.get(&root);
    Some(body.map_or_else(Vec::new, |body| path.found_in(body)))
}
