//! Characters that deceive a reader of a terminal or a log, and how they are shown instead.
//!
//! Descriptions, URLs and sentences may hold any character, and so may what a server says. Whoever shows
//! them asks here which of them a terminal would obey.

use std::borrow::Cow;
use std::fmt::Write;

/// Says whether a character could steer a terminal, end a line, or turn around what stands beside it:
/// control characters (C0, DEL, C1), separators of lines, and all that sets the direction of text.
///
/// Line breaks and tabs are among them: where they may stand is for the caller to say.
#[must_use]
pub fn deceives(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

/// Returns a text in which every character that deceives stands as its code, `\u001b`; line breaks and
/// tabs stay.
///
/// That is how JSON has it, so a document of JSON still says the same.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    let is_hidden = |c: char| deceives(c) && !matches!(c, '\n' | '\t');
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(coded(text, is_hidden))
}

/// Returns a text on one line: line breaks and tabs stand as their codes, too.
#[must_use]
pub fn visible_on_one_line(text: &str) -> String {
    coded(text, deceives)
}

/// Returns a text in which some characters stand as their codes.
fn coded(text: &str, is_hidden: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_hidden(c) {
            push_code(c, &mut shown);
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Adds the code of a character: none that deceives needs two of JSON's units.
pub fn push_code(c: char, out: &mut String) {
    write!(out, "\\u{:04x}", u32::from(c)).expect("a string takes all that is written to it");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_shown_by_its_code() {
        assert_eq!(
            visible("a\u{1b}]0;x\u{7}\u{9b}2J\u{7f}\r\n\tb\u{202e}\u{2028}\u{200f}"),
            "a\\u001b]0;x\\u0007\\u009b2J\\u007f\\u000d\n\tb\\u202e\\u2028\\u200f"
        );
        assert_eq!(visible_on_one_line("a\r\n\tb"), "a\\u000d\\u000a\\u0009b");
        assert!(matches!(visible("Straße 🙂\n"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_document_says_the_same_with_all_made_visible() {
        let text: String = ('\u{0}'..='\u{ffff}').collect();
        let document = serde_json::to_string(&text).unwrap();
        let shown = visible(&document);
        assert!(!shown.contains(deceives));
        assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), text);
    }
}
