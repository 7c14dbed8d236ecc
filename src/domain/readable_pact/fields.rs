//! The entries of an object, each taken once by whoever understands it; the rest is shown as it is.

use std::collections::BTreeMap;

use crate::domain::json::Json;

/// The entries of an object that nobody has taken yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields<'a> {
    left: BTreeMap<&'a str, &'a Json>,
}

/// Something in the document that has no place of its own, as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra {
    /// The name of the field; several names, joined by points, for one that lies deeper.
    pub name: String,
    /// What it holds: a text of several lines as it is, all else as JSON over several lines.
    pub text: String,
    /// Whether it is JSON.
    pub is_json: bool,
}

impl<'a> Fields<'a> {
    /// Returns the entries of an object, or `None` for any other value.
    pub(super) fn of(json: &'a Json) -> Option<Self> {
        let entries = json.as_object()?.iter();
        let left = entries.map(|(key, value)| (key.as_str(), value)).collect();
        Some(Self { left })
    }

    /// Takes an entry, whatever it holds.
    pub(super) fn take(&mut self, key: &str) -> Option<&'a Json> {
        self.left.remove(key)
    }

    /// Takes an entry if it can be read as what is expected there; otherwise it stays.
    pub(super) fn take_as<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(&'a Json) -> Option<T>,
    ) -> Option<T> {
        let value = read(self.left.get(key)?)?;
        self.left.remove(key);
        Some(value)
    }

    /// Takes an entry, whatever it holds, and gives it to others.
    pub(super) fn hand_over(&mut self, key: &'static str, others: &mut Self) {
        let taken = self.take(key);
        others.left.extend(taken.map(|value| (key, value)));
    }

    /// Takes a text.
    pub(super) fn text(&mut self, key: &str) -> Option<&'a str> {
        self.take_as(key, Json::as_str)
    }

    /// Takes an object.
    pub(super) fn object(&mut self, key: &str) -> Option<Fields<'a>> {
        self.take_as(key, Fields::of)
    }

    /// Says whether there is such an entry still.
    pub(super) fn has(&self, key: &str) -> bool {
        self.left.contains_key(key)
    }

    /// Returns what is left, by key.
    pub(super) fn left(&self) -> impl Iterator<Item = (&'a str, &'a Json)> {
        self.left.iter().map(|(key, value)| (*key, *value))
    }

    /// Returns what is left, as it is written.
    pub(super) fn rest(&self) -> Vec<Extra> {
        let left = self.left();
        left.map(|(key, value)| Extra::of(key, value)).collect()
    }

    /// Returns what is left as one line of JSON, or `None` if nothing is.
    pub(super) fn rest_on_one_line(&self) -> Option<String> {
        let left = self.left();
        let left: BTreeMap<_, _> = left
            .map(|(key, value)| (key.to_owned(), value.clone()))
            .collect();
        (!left.is_empty()).then(|| Json::Object(left).compact())
    }
}

impl Extra {
    /// Returns a field as it is written.
    pub(super) fn of(name: &str, json: &Json) -> Self {
        let name = name.to_owned();
        match json.as_str() {
            Some(text) if text.contains('\n') => Self {
                name,
                text: text.to_owned(),
                is_json: false,
            },
            _ => Self {
                name,
                text: json.pretty(),
                is_json: true,
            },
        }
    }

    /// Returns what is left of some fields, the texts of several lines in it for themselves, however deep
    /// they lie: schemas and descriptions are read, not deciphered.
    pub(super) fn with_texts_apart(fields: &Fields<'_>) -> Vec<Self> {
        let mut texts = Vec::new();
        let mut others = Vec::new();
        for (key, value) in fields.left() {
            let other = without_texts(key, value, &mut texts);
            others.extend(other.map(|it| Self::of(key, &it)));
        }
        texts.append(&mut others);
        texts
    }
}

/// Moves texts of several lines out of a value, and returns what is left of it, if anything.
fn without_texts(name: &str, json: &Json, texts: &mut Vec<Extra>) -> Option<Json> {
    match json {
        Json::String(text) if text.contains('\n') => {
            texts.push(Extra::of(name, json));
            None
        }
        Json::Object(entries) if !entries.is_empty() => {
            let kept = entries.iter().filter_map(|(key, value)| {
                let kept = without_texts(&format!("{name}.{key}"), value, texts)?;
                Some((key.clone(), kept))
            });
            let kept: BTreeMap<_, _> = kept.collect();
            (!kept.is_empty()).then_some(Json::Object(kept))
        }
        other => Some(other.clone()),
    }
}
