//! What is wrong with the fields of a request, in the broker's words.
//!
//! A field of an object in the request is named with a dot: `request.url`.

use std::collections::BTreeMap;
use std::fmt;

use super::ledger::Unreadable;

/// A field of a request that cannot be used, in the broker's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidField {
    /// The field of the request.
    pub field: &'static str,
    /// Which element of it, counted from 0, if it is a list and one element is to blame.
    pub index: Option<usize>,
    /// What is wrong, without the index.
    pub message: String,
}

impl InvalidField {
    /// Returns what is wrong with a field as a whole.
    #[must_use]
    pub fn new(field: &'static str, message: impl Into<String>) -> Self {
        Self {
            field,
            index: None,
            message: message.into(),
        }
    }
}

impl fmt::Display for InvalidField {
    /// Writes the message as the broker does, with the index at its end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.index {
            Some(index) => write!(f, "{} (at index {index})", self.message),
            None => write!(f, "{}", self.message),
        }
    }
}

/// Everything that is wrong with the fields of a request; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidFields(pub Vec<InvalidField>);

impl InvalidFields {
    /// Returns the messages of each field, in the order in which they were found.
    #[must_use]
    pub fn messages(&self) -> BTreeMap<&'static str, Vec<String>> {
        let mut messages: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for invalid in &self.0 {
            let of_field = messages.entry(invalid.field).or_default();
            of_field.push(invalid.to_string());
        }
        messages
    }
}

impl fmt::Display for InvalidFields {
    /// Writes all messages on one line, each after the name of its field.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, invalid) in self.0.iter().enumerate() {
            let separator = if position == 0 { "" } else { "; " };
            write!(f, "{separator}{}: {invalid}", invalid.field)?;
        }
        Ok(())
    }
}

/// A request could not be understood.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// It breaks rules; the caller has to change it.
    #[error("{0}")]
    Invalid(InvalidFields),
    /// Whether it breaks a rule could not be found out.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}
