//! Where in a body something stands, or a rule holds: a JSON path in one spelling.
//!
//! Pact libraries write `$.a.b`, `$['a']['b']` and `$["a"].b` for the same. Here it is parsed into steps,
//! and written in one way: `$.a["b c"][0][*].*`.

use std::fmt;

use crate::domain::json::Json;

/// A path from the root of a value to what is inside it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct JsonPath(pub Vec<Step>);

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// What an object holds under a key.
    Key(String),
    /// An element of a list, counted from 0.
    Index(usize),
    /// Whatever an object holds.
    AnyKey,
    /// Every element of a list.
    AnyIndex,
}

impl JsonPath {
    /// Returns the path that a text spells, or `None` if it is one that pacts do not have.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut rest = text.strip_prefix('$')?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let (step, behind) = if let Some(behind) = rest.strip_prefix('.') {
                plain_key(behind)?
            } else {
                bracket(rest.strip_prefix('[')?)?
            };
            steps.push(step);
            rest = behind;
        }
        Some(Self(steps))
    }

    /// Returns the path of what stands one step further.
    #[must_use]
    pub fn then(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// Returns what stands at the path in a value: several where a step means any, none where the value
    /// has no such place.
    #[must_use]
    pub fn found_in<'a>(&self, value: &'a Json) -> Vec<&'a Json> {
        let mut found = vec![value];
        for step in &self.0 {
            found = found
                .into_iter()
                .flat_map(|value| step.taken(value))
                .collect();
        }
        found
    }
}

impl Step {
    fn taken<'a>(&self, value: &'a Json) -> Vec<&'a Json> {
        match (self, value) {
            (Self::Key(key), value) => value.get(key).into_iter().collect(),
            (Self::Index(index), Json::Array(elements)) => {
                elements.get(*index).into_iter().collect()
            }
            (Self::AnyKey | Self::AnyIndex, Json::Array(elements)) => elements.iter().collect(),
            (Self::AnyKey, Json::Object(entries)) => entries.values().collect(),
            _ => Vec::new(),
        }
    }
}

/// Reads a step that begins behind a dot.
fn plain_key(text: &str) -> Option<(Step, &str)> {
    let end = text.find(['.', '[']).unwrap_or(text.len());
    let (key, rest) = text.split_at(end);
    match key {
        "" => None,
        "*" => Some((Step::AnyKey, rest)),
        key => Some((Step::Key(key.to_owned()), rest)),
    }
}

/// Reads a step that begins behind a bracket.
fn bracket(text: &str) -> Option<(Step, &str)> {
    for quote in ['\'', '"'] {
        if let Some(text) = text.strip_prefix(quote) {
            let end = [quote, ']'].iter().collect::<String>();
            let (key, rest) = text.split_once(&end)?;
            let escaped = format!("\\{quote}");
            return Some((Step::Key(key.replace(&escaped, &quote.to_string())), rest));
        }
    }
    let (inside, rest) = text.split_once(']')?;
    match inside {
        "*" => Some((Step::AnyIndex, rest)),
        digits => Some((Step::Index(digits.parse().ok()?), rest)),
    }
}

impl fmt::Display for JsonPath {
    /// Writes the path in its one spelling.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("$")?;
        for step in &self.0 {
            let is_plain = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
            match step {
                Step::Key(key) if !key.is_empty() && key.chars().all(is_plain) => {
                    write!(f, ".{key}")?;
                }
                Step::Key(key) => write!(f, "[\"{}\"]", key.replace('"', "\\\""))?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::AnyKey => f.write_str(".*")?,
                Step::AnyIndex => f.write_str("[*]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> JsonPath {
        JsonPath::parse(text).unwrap()
    }

    #[test]
    fn a_path_has_one_spelling() {
        for (text, expected) in [
            ("$", "$"),
            ("$.a.b", "$.a.b"),
            ("$['a'][\"b\"]", "$.a.b"),
            ("$.items[*].*", "$.items[*].*"),
            ("$['*'][3]", "$[\"*\"][3]"),
            ("$['it\\'s'].x-y", "$[\"it's\"].x-y"),
            ("$['a.b']", "$[\"a.b\"]"),
            ("$['say \"x\"']", "$[\"say \\\"x\\\"\"]"),
        ] {
            assert_eq!(path(text).to_string(), expected, "{text}");
            assert_eq!(path(expected), path(text), "{text}");
        }
        for text in ["", "a", "$a", "$..a", "$.", "$[", "$[a]", "$['a"] {
            assert_eq!(JsonPath::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_pattern_finds_what_it_means() {
        let value = Json::parse(br#"{"items":[{"sku":1},{"sku":2},{}],"x":{"a":3}}"#).unwrap();
        for (text, expected) in [
            ("$.items[*].sku", "1 2"),
            ("$.items[1].sku", "2"),
            ("$.x.*", "3"),
            ("$.nothing.x", ""),
            ("$.x[*]", ""),
        ] {
            let found = path(text).found_in(&value);
            let found: Vec<_> = found.iter().map(|value| value.compact()).collect();
            assert_eq!(found.join(" "), expected, "{text}");
        }
    }
}
