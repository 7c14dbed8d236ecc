//! Texts as YAML has them, where the `pact-broker` command line shows YAML (spec: cli §4.10, §4.14).

use super::sink::terminal;

/// What a reader of YAML 1.1 takes for something other than text.
const WORDS: [&str; 12] = [
    "", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "=",
];

/// What cannot begin a text that is not quoted.
const INDICATORS: &str = "#,[]{}&*!|>'\"%@`";

/// Returns a text as a value: as it is, or in quotes where it would be read as something else.
#[must_use]
pub fn scalar(text: &str) -> String {
    if text.contains(char::is_control) || terminal::shown(text) != text {
        // What JSON escapes, YAML reads the same way, and so it does the codes that a terminal shows.
        return serde_json::Value::from(text).to_string();
    }
    if is_plain(text) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

fn is_plain(text: &str) -> bool {
    let is_dangling = |indicator: char| {
        let rest = text.strip_prefix(indicator);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    text.trim() == text
        && !WORDS.contains(&text.to_lowercase().as_str())
        && !text.starts_with(|c| INDICATORS.contains(c))
        && !is_dangling('-')
        && !is_dangling('?')
        && !text.contains(": ")
        && !text.ends_with(':')
        && !text.contains(" #")
        && !is_number(text)
        && !is_time(text)
}

fn is_number(text: &str) -> bool {
    let digits = text.trim_start_matches(['+', '-']);
    let digits = digits.replace(['_', ','], "");
    let lower = digits.to_lowercase();
    let is_special = matches!(lower.as_str(), ".inf" | ".nan");
    let is_other_base = ["0x", "0o", "0b"]
        .iter()
        .any(|base| lower.starts_with(base));
    // Rust reads the words `nan` and `infinity` as numbers, YAML does not.
    let is_decimal =
        lower.starts_with(|c: char| c.is_ascii_digit() || c == '.') && lower.parse::<f64>().is_ok();
    is_special || is_other_base || is_decimal
}

/// Says whether a text looks like a date, with or without a time, or like a time of day.
fn is_time(text: &str) -> bool {
    let first = text.split(['-', ':']).next().unwrap_or_default();
    let is_digits = !first.is_empty() && first.bytes().all(|byte| byte.is_ascii_digit());
    is_digits && first.len() < text.len() && !text.contains(char::is_alphabetic)
        || is_digits && first.len() == 4 && text[4..].starts_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_reads_as_itself_stands_without_quotes() {
        for text in [
            "Foo App",
            "http://git/foo",
            "feat/x-1",
            "-x",
            "3c1f6ad",
            "it's",
            "C#",
            "1.2.3",
            "Straße 🙂",
            "nan",
        ] {
            assert_eq!(scalar(text), text);
        }
    }

    #[test]
    fn a_text_that_reads_as_something_else_is_quoted() {
        for text in [
            "",
            "true",
            "No",
            "null",
            "~",
            "12",
            "-1.5",
            "1e3",
            "0x1f",
            ".5",
            "1_000",
            "- x",
            "? x",
            "-",
            "a: b",
            "a:",
            "a #b",
            " a",
            "a ",
            "*x",
            "&x",
            "[x]",
            "@x",
            "#x",
            "2026-01-01",
            "2026-01-01T00:00:00+00:00",
            "12:30",
        ] {
            assert_eq!(scalar(text), format!("'{text}'"));
        }
        assert_eq!(scalar("'x'"), "'''x'''");
        assert_eq!(scalar("a\nb"), r#""a\nb""#);
        assert_eq!(scalar("a\u{202e}b"), "\"a\u{202e}b\"");
        assert_eq!(scalar("a##[b]"), "\"a##[b]\"");
    }
}
