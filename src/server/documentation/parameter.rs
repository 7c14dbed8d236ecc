//! Parameters of queries.

use serde_json::Value;
use serde_json::json;

/// A parameter of a query.
///
/// What is lenient here is lenient in the broker: a flag is set by `true` and by nothing else, so
/// any text may be given for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parameter {
    /// Its name.
    pub(super) name: &'static str,
    /// What it asks for.
    pub(super) about: &'static str,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Count,
    Texts,
}

impl Parameter {
    /// Returns a parameter that is any text.
    pub(crate) const fn text(name: &'static str, about: &'static str) -> Self {
        Self::new(name, about, Kind::Text)
    }

    /// Returns a parameter that is a number, counted from 1.
    pub(crate) const fn count(name: &'static str, about: &'static str) -> Self {
        Self::new(name, about, Kind::Count)
    }

    /// Returns a parameter that can be given several times.
    pub(crate) const fn texts(name: &'static str, about: &'static str) -> Self {
        Self::new(name, about, Kind::Texts)
    }

    const fn new(name: &'static str, about: &'static str, kind: Kind) -> Self {
        Self { name, about, kind }
    }

    /// Returns the parameter as an OpenAPI document has it.
    pub(super) fn openapi(&self) -> Value {
        let schema = match self.kind {
            Kind::Text => json!({ "type": "string" }),
            Kind::Count => json!({ "type": "integer", "minimum": 1 }),
            Kind::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        };
        json!({
            "name": self.name,
            "in": "query",
            "description": self.about,
            "schema": schema,
        })
    }
}

/// Which page of a list, and how long a page is.
pub(super) const PAGING: &[Parameter] = &[
    Parameter::count("page", "Which page, counted from 1."),
    Parameter::count(
        "size",
        "How many entries a page has; 100 unless it is said.",
    ),
    Parameter::count("pageNumber", "An older word for `page`."),
    Parameter::count("pageSize", "An older word for `size`."),
];
