//! Matching rules and generators of a part of an interaction, each with what it is about.
//!
//! Version 2 has one flat list, `$.body.id`; versions 3 and 4 group by what a rule is about, and may have
//! several rules for one place, all or one of which has to hold.

use std::borrow::Cow;

use super::fields::Fields;
use super::generator;
use super::matcher;
use super::place::Place;
use super::place::Step;
use super::sentence::Sentence;
use crate::domain::json::Json;

/// What has to be true of a value, or how it comes to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What kind of rule it is.
    pub kind: RuleKind,
    /// Where it applies, within what it stands with.
    pub place: Place,
    /// The path as it is written; empty if it has none.
    pub written: String,
    /// What it says.
    pub sentence: Sentence,
}

/// The kinds of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleKind {
    /// It says what is accepted in place of the example.
    Matching,
    /// It says what takes the place of the example when the contract is used.
    Generator,
}

/// What of a request, a response or a message a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Method,
    Path,
    Query,
    Header,
    Status,
    Metadata,
    Body,
    /// Something that nobody knows; its name is the first step of the place.
    Other,
}

impl Subject {
    /// Returns what a name in a document stands for.
    fn named(name: &str) -> Self {
        match name {
            "method" => Self::Method,
            "path" => Self::Path,
            "query" => Self::Query,
            "header" | "headers" => Self::Header,
            "status" => Self::Status,
            "metadata" => Self::Metadata,
            "body" | "contents" | "content" => Self::Body,
            _ => Self::Other,
        }
    }

    /// Returns what the example has at a place, if that is known. All but bodies and what goes with messages is
    /// text.
    fn example<'a>(self, place: &Place, body: Option<&'a Json>) -> Option<Cow<'a, Json>> {
        match self {
            Self::Body => place.find(body?).map(Cow::Borrowed),
            Self::Method | Self::Path | Self::Query | Self::Header => {
                Some(Cow::Owned(Json::String(String::new())))
            }
            Self::Status | Self::Metadata | Self::Other => None,
        }
    }

    /// Says whether it has parts with names that are known without a path, as headers do.
    fn has_names(self) -> bool {
        matches!(self, Self::Query | Self::Header | Self::Metadata)
    }
}

/// Returns the rules that `matchingRules` or `generators` hold, each with what it is about. `body` is the
/// example of the body, if it is JSON.
pub(super) fn rules(
    kind: RuleKind,
    fields: &Fields<'_>,
    body: Option<&Json>,
) -> Vec<(Subject, Rule)> {
    let mut rules = Vec::new();
    for (key, json) in fields.left() {
        let subject = Subject::named(key);
        if key.starts_with('$') {
            rules.extend(flat(kind, key, json, body));
        } else if subject == Subject::Other || json.as_object().is_none() {
            rules.extend(explained(kind, Place::field(key), key, json, None).map(other));
        } else if is_rule(kind, json) {
            let place = Place::default();
            let example = subject.example(&place, body);
            let explained = explained(kind, place, "", json, example.as_deref());
            rules.extend(explained.map(|it| (subject, it)));
        } else {
            rules.extend(grouped(kind, subject, json, body));
        }
    }
    rules
}

fn other(rule: Rule) -> (Subject, Rule) {
    (Subject::Other, rule)
}

/// Returns rules of version 2, whose path says what they are about.
fn flat(
    kind: RuleKind,
    path: &str,
    json: &Json,
    body: Option<&Json>,
) -> impl Iterator<Item = (Subject, Rule)> + use<> {
    let place = Place::parse(path);
    let (subject, place) = match place.split_field() {
        Some((name, within)) if Subject::named(name) != Subject::Other => {
            (Subject::named(name), within)
        }
        _ => (Subject::Other, place),
    };
    let example = subject.example(&place, body);
    explained(kind, place, path, json, example.as_deref()).map(move |rule| (subject, rule))
}

/// Returns rules of versions 3 and 4 about one subject, by path.
fn grouped(
    kind: RuleKind,
    subject: Subject,
    json: &Json,
    body: Option<&Json>,
) -> Vec<(Subject, Rule)> {
    let mut rules = Vec::new();
    for (path, json) in Fields::of(json).unwrap_or_default().left() {
        let place = match path {
            "" => Place::default(),
            name if subject.has_names() && !name.starts_with('$') => named_place(name),
            path => Place::parse(path),
        };
        let example = subject.example(&place, body);
        let explained = explained(kind, place, path, json, example.as_deref());
        rules.extend(explained.map(|rule| (subject, rule)));
    }
    rules
}

/// Returns the place of something with a name, of which an element may be meant: `limit[0]`.
fn named_place(name: &str) -> Place {
    let (bare, index) = name.find('[').map_or((name, ""), |at| name.split_at(at));
    let within = Place::parse(&format!("${index}"));
    let is_understood = !within
        .steps
        .iter()
        .any(|it| matches!(it, Step::AsWritten(_)));
    if is_understood {
        Place::field(bare).then(within.steps)
    } else {
        Place::field(name)
    }
}

/// Says whether an object is a rule itself, rather than rules by path.
fn is_rule(kind: RuleKind, json: &Json) -> bool {
    let holds = |key: &str, is_such: fn(&Json) -> bool| json.get(key).is_some_and(is_such);
    match kind {
        RuleKind::Matching => {
            holds("matchers", |it| it.as_array().is_some())
                || holds("match", |it| it.as_object().is_none())
        }
        RuleKind::Generator => holds("type", |it| it.as_str().is_some()),
    }
}

/// Returns what a rule says, and the rules that are within it.
fn explained(
    kind: RuleKind,
    place: Place,
    path: &str,
    json: &Json,
    example: Option<&Json>,
) -> impl Iterator<Item = Rule> + use<> {
    let (sentence, within) = match kind {
        RuleKind::Matching => (matcher::all(json, example), variants(&place, json)),
        RuleKind::Generator => (generator::explained(json), Vec::new()),
    };
    let rule = Rule {
        kind,
        place,
        written: path.to_owned(),
        sentence,
    };
    std::iter::once(rule).chain(within)
}

/// Returns the rules of the ways in which an element of a list may be, one of each of which has to be there.
fn variants(place: &Place, json: &Json) -> Vec<Rule> {
    let mut rules = Vec::new();
    let matchers = json.get("matchers").and_then(Json::as_array);
    let matchers = matchers.unwrap_or(std::slice::from_ref(json));
    let variants = matchers.iter().filter_map(|it| it.get("variants"));
    let variants = variants.filter_map(Json::as_array).flatten();
    for (variant, number) in variants.zip(1..) {
        for (kind, key) in [
            (RuleKind::Matching, "rules"),
            (RuleKind::Generator, "generators"),
        ] {
            let listed = variant.get(key).and_then(Fields::of).unwrap_or_default();
            for (path, json) in listed.left() {
                let further = std::iter::once(Step::Variant(number));
                let place = place.then(further.chain(Place::parse(path).steps));
                rules.extend(explained(kind, place, path, json, None));
            }
        }
    }
    rules
}
