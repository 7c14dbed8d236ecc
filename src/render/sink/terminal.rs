//! Text that people see: on a terminal, and in the log of a build.
//!
//! A terminal obeys control characters, and what sets the direction of text makes it lie. What runs a
//! build reads along, and obeys lines: GitHub's runner those that begin with `::name::` behind any blanks,
//! and it and others whatever has `##[name]` anywhere (Azure has `##vso[…]`, TeamCity `##teamcity[…]`).
//! Nobody knows whether such a program reads along (it does so outside of containers whose
//! environment does not say so), so what these obey is shown by its code everywhere.
//!
//! The codes are those of JSON: a document of JSON that is shown still says the same.

use std::borrow::Cow;

use crate::domain::deceptive::push_code;
use crate::domain::deceptive::visible;
use crate::domain::deceptive::visible_on_one_line;

/// Returns a text, one line or several, of which nothing is obeyed.
#[must_use]
pub fn shown(text: &str) -> Cow<'_, str> {
    let text = visible(text);
    if !text.contains("::") && !text.contains("##") {
        return text;
    }
    let lines = text.split('\n').map(disobeyed);
    Cow::Owned(lines.collect::<Vec<_>>().join("\n"))
}

/// Returns a text on one line, of which nothing is obeyed: line breaks and tabs, too, are shown by their
/// codes.
#[must_use]
pub fn shown_on_one_line(text: &str) -> String {
    disobeyed(&visible_on_one_line(text)).into_owned()
}

/// Returns a line that is meant to be obeyed, as it can be shown: of what stands in it nothing more is.
#[must_use]
pub fn instruction(line: &str) -> String {
    without_commands(&visible(line)).into_owned()
}

/// Returns a line that is no command to what runs a build, and has none in it.
fn disobeyed(line: &str) -> Cow<'_, str> {
    let words = line.trim_start();
    if words.starts_with("::") && words[2..].contains("::") {
        let indent = &line[..line.len() - words.len()];
        let line = format!("{indent}\\u003a{}", &words[1..]);
        return Cow::Owned(without_commands(&line).into_owned());
    }
    without_commands(line)
}

/// Returns a line in which no `##` begins a command.
fn without_commands(line: &str) -> Cow<'_, str> {
    if !has_command(line) {
        return Cow::Borrowed(line);
    }
    let mut broken = String::with_capacity(line.len() + 16);
    let mut rest = line;
    while let Some(at) = rest.find("##") {
        let (before, after) = rest.split_at(at + 1);
        broken.push_str(before);
        rest = after;
        if begins_command(after) {
            push_code('#', &mut broken);
            rest = &after[1..];
        }
    }
    broken.push_str(rest);
    Cow::Owned(broken)
}

fn has_command(line: &str) -> bool {
    let mut places = line.char_indices().map(|(at, _)| &line[at..]);
    places.any(|rest| rest.strip_prefix('#').is_some_and(begins_command))
}

/// Says whether a text, behind a `#`, makes a command of it: `#[…` or `#vso[…`.
fn begins_command(text: &str) -> bool {
    let name = text.strip_prefix('#');
    name.is_some_and(|name| {
        name.trim_start_matches(|c: char| c.is_ascii_alphabetic())
            .starts_with('[')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_a_command_to_what_runs_a_build() {
        for (text, expected) in [
            ("::error::x", "\\u003a:error::x"),
            (
                "a\n \t\u{a0}::set-output name=a::b",
                "a\n \t\u{a0}\\u003a:set-output name=a::b",
            ),
            (
                "::stop-commands::x\n::x::",
                "\\u003a:stop-commands::x\n\\u003a:x::",
            ),
            ("a ##[error]x", "a #\\u0023[error]x"),
            ("###[x]##[", "##\\u0023[x]#\\u0023["),
            ("##vso[task.x]", "#\\u0023vso[task.x]"),
            ("##teamcity[x]", "#\\u0023teamcity[x]"),
        ] {
            assert_eq!(shown(text), expected);
            assert_eq!(shown(expected), expected, "showing it twice shows it once");
        }
    }

    #[test]
    fn what_nobody_obeys_stays_as_it_is() {
        for text in [
            "",
            "Web::Api",
            "a ::error::x",
            "::1",
            "::ffff:1.2.3.4",
            "## Heading",
            "### [a link]",
            "#[test]",
            "Straße 🙂",
        ] {
            assert!(
                matches!(shown(text), Cow::Borrowed(_)) || shown(text) == text,
                "{text}"
            );
        }
    }

    #[test]
    fn an_instruction_holds_no_other() {
        assert_eq!(
            instruction("::error title=a::b ##[c]\u{1b}"),
            "::error title=a::b #\\u0023[c]\\u001b"
        );
    }

    #[test]
    fn a_line_stays_one() {
        assert_eq!(
            shown_on_one_line("::a\n::b\r\u{1b}[m\t##[c]"),
            "\\u003a:a\\u000a::b\\u000d\\u001b[m\\u0009#\\u0023[c]"
        );
    }

    #[test]
    fn a_document_says_the_same_when_it_is_shown() {
        let value = serde_json::json!({
            "::error::": ["##[x]\u{1b}\u{9b}\u{202e}", "\\##[\\", "\"##vso[\"", "::a::b\n::c::d"],
        });
        for document in [
            value.to_string(),
            serde_json::to_string_pretty(&value).unwrap(),
        ] {
            let shown = shown(&document);
            assert!(
                !shown.contains("##") && !shown.contains('\u{9b}'),
                "{shown}"
            );
            let read: serde_json::Value = serde_json::from_str(&shown).unwrap();
            assert_eq!(read, value);
        }
    }
}
