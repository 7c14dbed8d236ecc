//! What changed between two contents of a pact, in the very text of the Ruby Pact Broker.
//!
//! People who read broker answers know this form, and programs may compare it, so it agrees with
//! the broker byte for byte, oddities included. [`super::diff`] tells the same to people in fewer
//! lines. The broker's oddities are these:
//!
//! * only what the older document has is looked at: a key that is new is not shown;
//! * elements of a list are compared by position, after the interactions were sorted by their text;
//! * `1` and `1.0` are the same, though they are different contents.
//!
//! One thing differs: a document with neither interactions nor messages is shown with sorted keys,
//! because the order in which it was written is not kept.

mod lines;
mod text;

use super::json::{Json, Number};

/// Returns what changed from the document of one pact to that of another; empty if nothing that the broker looks at did.
#[must_use]
pub fn broker_diff(before: &Json, after: &Json) -> String {
    let (before, after) = (sorted(before), sorted(after));
    match difference(&before, &after) {
        None => String::new(),
        Some(Difference { before, after }) => {
            let text = |side: &Option<Shown<'_>>| side.as_ref().map(text::shown);
            lines::diff(
                &text(&before).unwrap_or_default(),
                &text(&after).unwrap_or_default(),
            )
        }
    }
}

/// The parts of two values that differ.
struct Difference<'a> {
    /// What is shown of the older value; `None` if there is none.
    before: Option<Shown<'a>>,
    /// What is shown of the newer value.
    after: Option<Shown<'a>>,
}

/// What is shown of a value.
enum Shown<'a> {
    /// Dots, in the place of an element of a list that is the same.
    Same,
    /// All of it.
    Whole(&'a Json),
    /// These entries of an object.
    Object(Vec<(&'a str, Shown<'a>)>),
    /// These elements of a list.
    Array(Vec<Shown<'a>>),
}

/// Returns how two values differ, or `None` if they do not.
fn difference<'a>(before: &'a Json, after: &'a Json) -> Option<Difference<'a>> {
    match (before, after) {
        (Json::Object(old), Json::Object(new)) => {
            let (mut before, mut after) = (Vec::new(), Vec::new());
            for (key, old) in old {
                if let Some(entry) = difference_with(Some(old), new.get(key)) {
                    before.extend(entry.before.map(|shown| (key.as_str(), shown)));
                    after.extend(entry.after.map(|shown| (key.as_str(), shown)));
                }
            }
            let found = !before.is_empty();
            found.then_some(Difference {
                before: Some(Shown::Object(before)),
                after: Some(Shown::Object(after)),
            })
        }
        (Json::Array(old), Json::Array(new)) => {
            let (mut before, mut after) = (Vec::new(), Vec::new());
            let mut found = false;
            for index in 0..old.len().max(new.len()) {
                let element = difference_with(old.get(index), new.get(index));
                found |= element.is_some();
                let element = element.unwrap_or(Difference {
                    before: Some(Shown::Same),
                    after: Some(Shown::Same),
                });
                before.extend(element.before);
                after.extend(element.after);
            }
            found.then_some(Difference {
                before: Some(Shown::Array(before)),
                after: Some(Shown::Array(after)),
            })
        }
        _ => (!are_equal(before, after)).then_some(Difference {
            before: Some(Shown::Whole(before)),
            after: Some(Shown::Whole(after)),
        }),
    }
}

/// Returns how two values differ, one of which may be missing.
fn difference_with<'a>(
    before: Option<&'a Json>,
    after: Option<&'a Json>,
) -> Option<Difference<'a>> {
    match (before, after) {
        (Some(before), Some(after)) => difference(before, after),
        (before, after) => Some(Difference {
            before: before.map(Shown::Whole),
            after: after.map(Shown::Whole),
        }),
    }
}

/// Says whether the broker takes two values, not both lists or objects, for the same.
fn are_equal(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Number(one), Json::Number(other)) => one.equals_in_ruby(other),
        _ => one == other,
    }
}

/// Returns a document as the broker prepares it: without the ids of interactions, and with the
/// interactions, or else the messages, in the order of their text.
fn sorted(document: &Json) -> Json {
    let mut document = document.clone();
    let Json::Object(fields) = &mut document else {
        return document;
    };
    for list in ["interactions", "messages"] {
        if let Some(Json::Array(elements)) = fields.get_mut(list) {
            for element in elements {
                if let Json::Object(entries) = element {
                    entries.remove("_id");
                }
            }
        }
    }
    let has = |list: &str| {
        !matches!(
            fields.get(list),
            None | Some(Json::Null | Json::Bool(false))
        )
    };
    let list = if has("interactions") {
        "interactions"
    } else {
        "messages"
    };
    if let Some(Json::Array(elements)) = fields.get_mut(list) {
        elements.sort_by_cached_key(|element| element.compact_with(Number::in_ruby));
    }
    document
}

#[cfg(test)]
mod tests;
