//! Where rules and generators hold: read from the flat form of version 2 and the grouped one of 3 and 4.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Field;
use super::Outline;
use super::Place;
use super::Rule;
use super::rule::Matcher;
use crate::domain::json::Json;
use crate::domain::json_path::JsonPath;
use crate::domain::json_path::Step;

/// What a value is held to, as far as it can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held<'a> {
    /// To be the example, as no rule says anything else. An object may have more than its example.
    ToExample,
    /// To be the example and nothing more, as a rule says.
    ToEquality,
    /// To a rule.
    To(Cow<'a, Rule>),
    /// To a rule of what it is part of, of which verifiers make different things.
    Unclear,
}

impl Outline {
    /// Returns what the value at a place is held to.
    ///
    /// In a body, the longest path goes before others, and of those the most exact; a rule that speaks of a
    /// type or of equality holds for all that is inside, too, but not how many elements a list has.
    #[must_use]
    pub fn held(&self, place: &Place) -> Held<'_> {
        if place.field != Field::Body {
            return match self.rules.get(place) {
                Some(rule) => held_to(Cow::Borrowed(rule)),
                None => Held::ToExample,
            };
        }
        let Some(path) = JsonPath::parse(&place.path) else {
            return Held::Unclear;
        };
        let patterns = self.patterns.get(&place.side);
        match patterns.and_then(|patterns| patterns.heaviest(&path)) {
            None => Held::ToExample,
            Some((depth, rule)) if depth == path.0.len() => held_to(Cow::Borrowed(rule)),
            Some((_, rule)) => handed_down(rule),
        }
    }
}

/// The rules of a body by the steps of their paths: thousands of rules are asked for thousands of places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Patterns {
    rule: Option<Rule>,
    further: BTreeMap<Step, Patterns>,
}

impl Patterns {
    /// Adds a rule.
    pub(super) fn add(&mut self, path: &JsonPath, rule: Rule) {
        let mut place = self;
        for step in &path.0 {
            place = place.further.entry(step.clone()).or_default();
        }
        place.rule = Some(rule);
    }

    /// Returns the rule whose path is the longest of those that lead to a place, and of these has the most
    /// exact steps; and how long that path is.
    fn heaviest(&self, path: &JsonPath) -> Option<(usize, &Rule)> {
        let mut reached = vec![(0, self)];
        let mut heaviest = self.rule.as_ref().map(|rule| (0, rule));
        for (depth, step) in path.0.iter().enumerate() {
            let mut next: Vec<(usize, &Self)> = Vec::new();
            for (exact, place) in reached {
                let at = |step| place.further.get(step);
                let any_index = match step {
                    Step::Index(_) => at(&Step::AnyIndex),
                    _ => None,
                };
                let any_key = at(&Step::AnyKey).filter(|_| *step != Step::AnyKey);
                let is_exact = matches!(step, Step::Key(_) | Step::Index(_));
                next.extend(at(step).map(|place| (exact + usize::from(is_exact), place)));
                next.extend(
                    [any_index, any_key]
                        .into_iter()
                        .flatten()
                        .map(|it| (exact, it)),
                );
            }
            let rules = next
                .iter()
                .filter_map(|(exact, place)| Some((*exact, place.rule.as_ref()?)));
            if let Some((_, rule)) = rules.max_by_key(|(exact, _)| *exact) {
                heaviest = Some((depth + 1, rule));
            }
            reached = next;
        }
        heaviest
    }
}

fn held_to(rule: Cow<'_, Rule>) -> Held<'_> {
    match rule.only() {
        Some(only) if only.name == "equality" => Held::ToEquality,
        _ => Held::To(rule),
    }
}

/// Returns what a rule of a list or an object means for what is inside.
fn handed_down(rule: &Rule) -> Held<'_> {
    match rule.only().map(|only| only.name.as_str()) {
        Some("equality") => Held::ToEquality,
        Some("type") => {
            let matcher = Matcher {
                name: "type".to_owned(),
                details: [].into(),
            };
            Held::To(Cow::Owned(Rule {
                combine: rule.combine,
                matchers: vec![matcher],
            }))
        }
        _ => Held::Unclear,
    }
}

/// Returns what `matchingRules` or `generators` hold, each with the field and the path that it is for.
pub(super) fn entries(json: &Json) -> Vec<(Field, String, &Json)> {
    let mut found = Vec::new();
    for (key, value) in json.as_object().into_iter().flatten() {
        if key.starts_with('$') {
            let (field, path) = flat(key).unwrap_or_else(|| (Field::Other, key.clone()));
            found.push((field, path, value));
            continue;
        }
        match (field_of(key), value.as_object()) {
            (Some(field), Some(group)) if !is_entry(value) => {
                let entries = group.iter();
                found.extend(entries.map(|(path, value)| (field, path_in(field, path), value)));
            }
            (Some(field), _) => found.push((field, root_of(field), value)),
            (None, _) => found.push((Field::Other, key.clone(), value)),
        }
    }
    found
}

/// Says whether a group is no group, but the one entry that it could have.
fn is_entry(json: &Json) -> bool {
    let is_list = |key| json.get(key).and_then(Json::as_array).is_some();
    let is_text = |key| json.get(key).and_then(Json::as_str).is_some();
    is_list("matchers") || is_text("match") || is_text("type")
}

/// Reads the path of a rule in the flat form, which begins with what it is for.
fn flat(text: &str) -> Option<(Field, String)> {
    let mut path = JsonPath::parse(text)?;
    if path.0.is_empty() {
        return None;
    }
    let Step::Key(field) = path.0.remove(0) else {
        return None;
    };
    let field = field_of(&field)?;
    let path = match field {
        Field::Body => path.to_string(),
        _ => match path.0.first() {
            Some(Step::Key(name)) => name_in(field, name),
            _ => String::new(),
        },
    };
    Some((field, path))
}

fn field_of(name: &str) -> Option<Field> {
    match name {
        "body" | "content" | "contents" => Some(Field::Body),
        "header" | "headers" => Some(Field::Header),
        "query" => Some(Field::Query),
        "path" => Some(Field::Path),
        "method" => Some(Field::Method),
        "status" => Some(Field::Status),
        "metadata" | "metaData" => Some(Field::Metadata),
        _ => None,
    }
}

fn root_of(field: Field) -> String {
    match field {
        Field::Body => "$".to_owned(),
        _ => String::new(),
    }
}

/// Returns a path of a group in its one spelling.
fn path_in(field: Field, text: &str) -> String {
    match field {
        Field::Body => JsonPath::parse(text).map_or_else(|| text.to_owned(), |it| it.to_string()),
        Field::Path | Field::Method | Field::Status => String::new(),
        _ => match JsonPath::parse(text).and_then(|path| path.0.into_iter().next()) {
            Some(Step::Key(name)) => name_in(field, &name),
            _ => name_in(field, text),
        },
    }
}

/// Returns the name of a header or a parameter; which of its values is meant makes no difference.
fn name_in(field: Field, text: &str) -> String {
    let is_index =
        |it: &str| it == "*" || (!it.is_empty() && it.bytes().all(|b| b.is_ascii_digit()));
    let name = match text.strip_suffix(']').and_then(|it| it.rsplit_once('[')) {
        Some((name, index)) if is_index(index) => name,
        _ => text,
    };
    match field {
        Field::Header => name.to_lowercase(),
        _ => name.to_owned(),
    }
}
