//! Where in a body a rule applies, as a reader says it.
//!
//! Rules have paths such as `$.items[*].sku` or `$['a b'][0]`. They are read generously: what is no
//! path in the end stays as it was written.

use std::fmt;

use crate::domain::json::Json;
use crate::domain::json_path;
use crate::domain::json_path::JsonPath;

/// A place in a value; without steps it is all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The way to it, from the outside.
    pub steps: Vec<Step>,
}

/// A step on the way to a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Into a field; of XML also `@name` for an attribute and `#text`.
    Field(String),
    /// To an element of a list, counted from 0.
    Element(usize),
    /// To every element of a list.
    EachElement,
    /// Into every field.
    EachField,
    /// To what has to be among the elements in one of several ways, counted from 1.
    Variant(usize),
    /// Along a path that cannot be read, as it is written.
    AsWritten(String),
}

impl Place {
    /// Returns the place that a path leads to.
    pub(super) fn parse(path: &str) -> Self {
        let steps = match JsonPath::parse(path) {
            Some(path) => path.0.into_iter().map(Step::from).collect(),
            None => vec![Step::AsWritten(path.to_owned())],
        };
        Self { steps }
    }

    /// Returns a field.
    pub(super) fn field(name: &str) -> Self {
        let steps = vec![Step::Field(name.to_owned())];
        Self { steps }
    }

    /// Returns the field that the way begins with, and the rest of it; `None` if it does not begin so.
    pub(super) fn split_field(&self) -> Option<(&str, Self)> {
        match self.steps.split_first() {
            Some((Step::Field(name), rest)) => {
                let steps = rest.to_vec();
                Some((name, Self { steps }))
            }
            _ => None,
        }
    }

    /// Returns the place to which a further way leads from here.
    #[must_use]
    pub(super) fn then(&self, further: impl IntoIterator<Item = Step>) -> Self {
        let mut steps = self.steps.clone();
        steps.extend(further);
        Self { steps }
    }

    /// Returns what stands at the place in a value, if that is one thing; of elements it is the first.
    pub(super) fn find<'a>(&self, value: &'a Json) -> Option<&'a Json> {
        let step = |value: &'a Json, step: &Step| match step {
            Step::Field(name) => value.get(name),
            Step::Element(index) => value.as_array()?.get(*index),
            Step::EachElement => value.as_array()?.first(),
            Step::EachField | Step::Variant(_) | Step::AsWritten(_) => None,
        };
        self.steps.iter().try_fold(value, step)
    }

    /// Says whether it is all of the value.
    #[must_use]
    pub fn is_all(&self) -> bool {
        self.steps.is_empty()
    }
}

impl From<json_path::Step> for Step {
    fn from(step: json_path::Step) -> Self {
        match step {
            json_path::Step::Key(name) => Self::Field(name),
            json_path::Step::Index(index) => Self::Element(index),
            json_path::Step::AnyKey => Self::EachField,
            json_path::Step::AnyIndex => Self::EachElement,
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) if name.trim() == name && !name.is_empty() => f.write_str(name),
            Self::Field(name) => write!(f, "\"{name}\""),
            Self::Element(index) => write!(f, "element {}", index.saturating_add(1)),
            Self::EachElement => f.write_str("each element"),
            Self::EachField => f.write_str("each field"),
            Self::Variant(number) => write!(f, "variant {number}"),
            Self::AsWritten(path) => f.write_str(path),
        }
    }
}

impl fmt::Display for Place {
    /// Writes the steps with ` › ` between them, e.g. `items › each element › sku`; nothing for all.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.steps.iter().enumerate() {
            let gap = if index == 0 { "" } else { " › " };
            write!(f, "{gap}{step}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_said_in_steps() {
        for (path, said) in [
            ("$", ""),
            ("$.id", "id"),
            ("$.items[*].sku", "items › each element › sku"),
            ("$.items[0].*", "items › element 1 › each field"),
            ("$['a b'][\"c.d\"]", "a b › c.d"),
            ("$['it's'].x", "it's › x"),
            (r"$['it\'s'].x", "it's › x"),
            ("$[*]", "each element"),
            ("$.order['@id']", "order › @id"),
            ("$['']", "\"\""),
            ("$.é.ü", "é › ü"),
        ] {
            assert_eq!(Place::parse(path).to_string(), said, "{path}");
        }
    }

    #[test]
    fn what_is_no_path_stays_as_it_is_written() {
        for path in [
            "",
            "id",
            "$id",
            "$.",
            "$..x",
            "$[",
            "$[x]",
            "$['x'",
            "$.a[1",
            "$[-1]",
            "$.a]",
            "$[99999999999999999999999]",
        ] {
            let place = Place::parse(path);
            let is_written = matches!(place.steps.as_slice(), [Step::AsWritten(_)]);
            assert!(is_written || path == "$.a]", "{path}: {place}");
            assert!(path.ends_with(&place.to_string()), "{path}: {place}");
        }
    }
}
