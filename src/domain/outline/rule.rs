//! One matching rule: what a value may be instead of the example.

use std::collections::BTreeMap;
use std::fmt;

use crate::domain::json::Json;

/// What a value at a place is held to. There is at least one matcher, and their order means nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// How several matchers go together.
    pub combine: Combine,
    /// The matchers, each once, sorted by their text.
    pub matchers: Vec<Matcher>,
}

/// How several matchers go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Combine {
    /// A value has to please them all.
    And,
    /// A value has to please one.
    Or,
}

/// One thing that a value is held to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matcher {
    /// Its name, such as `type` or `regex`.
    pub name: String,
    /// What else it says, such as `min`.
    pub details: BTreeMap<String, Json>,
}

impl Rule {
    /// Returns the rule that a document spells, flat or in a group; `None` if it holds nobody to anything.
    #[must_use]
    pub fn read(json: &Json) -> Option<Self> {
        let matchers = match json.get("matchers") {
            Some(Json::Array(matchers)) => matchers.as_slice(),
            _ => std::slice::from_ref(json),
        };
        let mut matchers: Vec<Matcher> = matchers.iter().filter_map(Matcher::read).collect();
        matchers.sort_by_cached_key(ToString::to_string);
        matchers.dedup();
        let combine = json.get("combine").and_then(Json::as_str);
        let is_or = combine.is_some_and(|combine| combine.eq_ignore_ascii_case("or"));
        let combine = if is_or && matchers.len() > 1 {
            Combine::Or
        } else {
            Combine::And
        };
        (!matchers.is_empty()).then_some(Self { combine, matchers })
    }

    /// Returns the only matcher; `None` if there are several.
    #[must_use]
    pub fn only(&self) -> Option<&Matcher> {
        match self.matchers.as_slice() {
            [matcher] => Some(matcher),
            _ => None,
        }
    }

    /// Returns the rule as JSON: a matcher alone, or several with how they go together.
    #[must_use]
    pub fn to_json(&self) -> Json {
        if let Some(matcher) = self.only() {
            return matcher.to_json();
        }
        let combine = match self.combine {
            Combine::And => "AND",
            Combine::Or => "OR",
        };
        let matchers = self.matchers.iter().map(Matcher::to_json).collect();
        let entries = [
            ("combine".to_owned(), Json::String(combine.to_owned())),
            ("matchers".to_owned(), Json::Array(matchers)),
        ];
        Json::Object(entries.into())
    }
}

impl Matcher {
    /// Reads a matcher. Early libraries leave out the name where the rest says it.
    fn read(json: &Json) -> Option<Self> {
        let mut details = json.as_object()?.clone();
        let name = match details.remove("match") {
            Some(Json::String(name)) => name,
            Some(other) => other.compact(),
            None if details.contains_key("regex") => "regex".to_owned(),
            None if details.contains_key("min") || details.contains_key("max") => "type".to_owned(),
            None if details.is_empty() => return None,
            None => String::new(),
        };
        Some(Self { name, details })
    }

    fn to_json(&self) -> Json {
        let mut entries = self.details.clone();
        entries.insert("match".to_owned(), Json::String(self.name.clone()));
        Json::Object(entries)
    }
}

impl fmt::Display for Matcher {
    /// Writes `type`, `type, min 1` or `regex "^a$"`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        for (detail, value) in &self.details {
            if *detail == self.name {
                write!(f, " {}", value.compact())?;
            } else {
                let comma = if self.name.is_empty() { "" } else { ", " };
                write!(f, "{comma}{detail} {}", value.compact())?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Rule {
    /// Writes the matchers with `and` or `or` between them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.combine {
            Combine::And => " and ",
            Combine::Or => " or ",
        };
        for (index, matcher) in self.matchers.iter().enumerate() {
            if index > 0 {
                f.write_str(word)?;
            }
            write!(f, "{matcher}")?;
        }
        Ok(())
    }
}
