//! The ways to write a value: for machines to compare, and for people to read.

use super::{Json, Number};

impl Json {
    /// Returns the one text that all equal values share: keys sorted, no white space, strings
    /// escaped only where JSON demands it, numbers in their normal form.
    #[must_use]
    pub fn canonical(&self) -> String {
        self.compact_with(Number::canonical)
    }

    /// Returns the value on one line, keys sorted; numbers are as they were written.
    #[must_use]
    pub fn compact(&self) -> String {
        self.compact_with(|number| number.as_str().to_owned())
    }

    /// Returns the value on one line, keys sorted, with numbers in a form of the caller's choice.
    #[must_use]
    pub fn compact_with(&self, number: fn(&Number) -> String) -> String {
        let mut text = String::new();
        self.write_line(&mut text, number);
        text
    }

    /// Returns the value over several lines, keys sorted, two spaces to a level, without a final
    /// newline; numbers are as they were written.
    #[must_use]
    pub fn pretty(&self) -> String {
        let mut text = String::new();
        self.write_lines(&mut text, 0);
        text
    }

    fn write_line(&self, out: &mut String, number: fn(&Number) -> String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Number(value) => out.push_str(&number(value)),
            Self::String(text) => out.push_str(&quoted(text)),
            Self::Array(elements) => {
                out.push('[');
                for (index, element) in elements.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    element.write_line(out, number);
                }
                out.push(']');
            }
            Self::Object(entries) => {
                out.push('{');
                for (index, (key, value)) in entries.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    out.push_str(&quoted(key));
                    out.push(':');
                    value.write_line(out, number);
                }
                out.push('}');
            }
        }
    }

    fn write_lines(&self, out: &mut String, depth: usize) {
        match self {
            Self::Array(elements) if !elements.is_empty() => {
                for (index, element) in elements.iter().enumerate() {
                    out.push(if index == 0 { '[' } else { ',' });
                    new_line(out, depth + 1);
                    element.write_lines(out, depth + 1);
                }
                new_line(out, depth);
                out.push(']');
            }
            Self::Object(entries) if !entries.is_empty() => {
                for (index, (key, value)) in entries.iter().enumerate() {
                    out.push(if index == 0 { '{' } else { ',' });
                    new_line(out, depth + 1);
                    out.push_str(&quoted(key));
                    out.push_str(": ");
                    value.write_lines(out, depth + 1);
                }
                new_line(out, depth);
                out.push('}');
            }
            short => out.push_str(&short.compact()),
        }
    }
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.push_str(&"  ".repeat(depth));
}

/// Returns a text as JSON: `"`, `\` and control characters escaped, all else as it is.
pub(in crate::domain) fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a string is written to memory")
}
