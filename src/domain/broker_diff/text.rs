//! A value as the broker writes it before it compares lines.
//!
//! Ruby's `JSON.pretty_generate`, whose text is then changed three times, strings and all: an
//! empty object or list is spread over two lines, and a list ends in a comma, so that a last
//! element that stays last is not a changed line.

use super::Shown;
use crate::domain::json::{Json, Number, quoted};

/// What stands for an element that is the same.
const SAME: &str = "... ";

/// What a regular expression of Ruby takes for white space.
const SPACE: [char; 6] = [' ', '\t', '\r', '\n', '\x0b', '\x0c'];

/// Returns the text of what is shown.
pub(super) fn shown(shown: &Shown<'_>) -> String {
    let mut text = String::new();
    write(shown, 0, &mut text);
    let text = spread(&text, '{', '}');
    let text = spread(&text, '[', ']');
    with_list_commas(&text)
}

/// Returns a text with a comma at the end of every list.
fn with_list_commas(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(line) = rest.find('\n') {
        out.push_str(&rest[..line]);
        if ends_list(&rest[line..]) {
            out.push(',');
        }
        out.push('\n');
        rest = &rest[line + 1..];
    }
    out + rest
}

/// Returns a text without the commas at the ends of lists, where line and bracket did not change.
pub(super) fn without_list_commas(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(comma) = rest.find(',') {
        out.push_str(&rest[..comma]);
        rest = &rest[comma + 1..];
        if !ends_list(rest) {
            out.push(',');
        }
    }
    out + rest
}

fn write(shown: &Shown<'_>, depth: usize, out: &mut String) {
    match shown {
        Shown::Same => out.push_str(SAME),
        Shown::Whole(Json::Object(entries)) => {
            let entries = entries.iter().map(|(key, json)| (key.as_str(), json));
            let entries = entries.map(|(key, json)| (key, Shown::Whole(json)));
            write(&Shown::Object(entries.collect()), depth, out);
        }
        Shown::Whole(Json::Array(elements)) => {
            let elements = elements.iter().map(Shown::Whole);
            write(&Shown::Array(elements.collect()), depth, out);
        }
        Shown::Whole(json) => out.push_str(&json.compact_with(Number::in_ruby)),
        Shown::Object(entries) => block(('{', '}'), entries, depth, out, |(key, value), out| {
            out.push_str(&quoted(key));
            out.push_str(": ");
            write(value, depth + 1, out);
        }),
        Shown::Array(elements) => block(('[', ']'), elements, depth, out, |element, out| {
            write(element, depth + 1, out);
        }),
    }
}

/// Writes items one to a line, between brackets.
fn block<T>(
    (open, close): (char, char),
    items: &[T],
    depth: usize,
    out: &mut String,
    write_item: impl Fn(&T, &mut String),
) {
    let new_line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    };
    out.push(open);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        new_line(out, depth + 1);
        write_item(item, out);
    }
    if !items.is_empty() {
        new_line(out, depth);
    }
    out.push(close);
}

/// Returns a text with every empty pair of brackets spread over two lines.
fn spread(text: &str, open: char, close: char) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(open) {
        out.push_str(&rest[..=at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.trim_start_matches(SPACE).strip_prefix(close) {
            out.push_str("\n  ");
            out.push(close);
            rest = after;
        }
    }
    out + rest
}

/// Says whether a text begins with a new line on which a list ends.
fn ends_list(text: &str) -> bool {
    text.starts_with('\n') && text.trim_start_matches(SPACE).starts_with(']')
}
