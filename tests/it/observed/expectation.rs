//! Whether what a program printed is what a table says.

use std::collections::BTreeMap;

use serde_json::Value;

use super::text::fits;

/// What a pointer leads to that must not be there.
const ABSENT: &str = "$absent";

/// Returns the first line that is expected and not there; others may stand between them.
pub(super) fn missing<'a>(expected: &'a [String], text: &str) -> Option<&'a str> {
    let mut lines = text.lines();
    let mut expected = expected.iter();
    let absent = expected.find(|pattern| !lines.any(|line| fits(pattern, line)));
    absent.map(String::as_str)
}

/// Returns what is wrong with a text that must have these lines and no others.
pub(super) fn difference(expected: &[String], text: &str) -> Option<String> {
    let lines: Vec<&str> = text.lines().collect();
    let pairs = expected.iter().zip(&lines).enumerate();
    for (index, (pattern, line)) in pairs {
        if !fits(pattern, line) {
            let number = index + 1;
            return Some(format!(
                "line {number} is     {line:?}\n  and not           {pattern:?}"
            ));
        }
    }
    if let Some(pattern) = expected.get(lines.len()) {
        return Some(format!("after the last line {pattern:?} is missing"));
    }
    let more = lines.get(expected.len())?;
    Some(format!("there is a line too many: {more:?}"))
}

/// Returns the document that a text is.
pub(super) fn document(text: &str) -> Result<Value, String> {
    let mut documents = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    match (documents.next(), documents.next()) {
        (Some(Ok(document)), None) => Ok(document),
        (None, _) => Err("stdout is empty, and no JSON".to_owned()),
        (Some(Err(error)), _) => Err(format!("stdout is no JSON: {error}")),
        (Some(_), Some(_)) => Err("stdout goes on after the document".to_owned()),
    }
}

/// Returns the values of a document that are not as expected.
pub(super) fn wrong_values(expected: &BTreeMap<String, Value>, document: &Value) -> Vec<String> {
    let wrong = expected.iter().filter_map(|(pointer, expected)| {
        let found = document.pointer(pointer);
        let right = match (expected.as_str(), found) {
            (Some(ABSENT), found) => found.is_none(),
            (Some(pattern), Some(Value::String(found))) => fits(pattern, found),
            (_, found) => found == Some(expected),
        };
        let found = found.map_or("nothing".to_owned(), Value::to_string);
        (!right).then(|| format!("{pointer} is {found} and not {expected}"))
    });
    wrong.collect()
}

/// Says whether a text ends with a document that begins on a line of its own.
pub(super) fn ends_with_a_document(text: &str) -> bool {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with(['{', '[']) && document(&text[start..]).is_ok() {
            return true;
        }
        start += line.len();
    }
    false
}

/// Returns what a document says about the exit code that goes with it.
///
/// Nothing if it does not speak of that.
pub(super) fn success(document: &Value) -> Option<bool> {
    match document.pointer("/summary/deployable") {
        Some(deployable) => Some(deployable == &Value::Bool(true)),
        None => document.get("error").map(|_| false),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn lines(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|line| (*line).to_owned()).collect()
    }

    #[test]
    fn lines_are_sought_in_their_order() {
        assert_eq!(missing(&lines(&["a", "c"]), "a\nb\nc\n"), None);
        let expected = lines(&["c", "a"]);
        assert_eq!(missing(&expected, "a\nb\nc\n"), Some("a"));
    }

    #[test]
    fn exactly_these_lines_means_no_more_and_no_fewer() {
        assert_eq!(difference(&lines(&["a", "b"]), "a\nb\n"), None);
        assert!(difference(&lines(&["a", "b"]), "a\n").is_some());
        assert!(difference(&lines(&["a"]), "a\nb\n").is_some());
        assert!(difference(&lines(&["b"]), "a\n").is_some());
    }

    #[test]
    fn a_document_is_one_and_nothing_follows_it() {
        assert_eq!(document("{}\n"), Ok(json!({})));
        assert!(document("").is_err());
        assert!(document("{}\n{}\n").is_err());
        assert!(ends_with_a_document("Waiting\n{\n\"a\": 1}\n"));
        assert!(!ends_with_a_document("{}\nmore\n"));
    }

    #[test]
    fn values_are_sought_by_pointer() {
        let found = json!({ "a": { "b": "x/1" }, "c": null });
        let expected = |pointer: &str, value: Value| BTreeMap::from([(pointer.to_owned(), value)]);
        for (pointer, value, right) in [
            ("/a/b", json!("…/1"), true),
            ("/a/b", json!("…/2"), false),
            ("/c", json!(null), true),
            ("/d", json!(null), false),
            ("/d", json!(ABSENT), true),
            ("/c", json!(ABSENT), false),
        ] {
            let wrong = wrong_values(&expected(pointer, value), &found);
            assert_eq!(wrong.is_empty(), right, "{wrong:?}");
        }
    }
}
