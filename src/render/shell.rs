//! Commands to copy into a shell: every name is quoted, and none can stand as an option.

use std::fmt;
use std::fmt::Display;
use std::fmt::Write;

use crate::domain::deceptive::deceives;

/// A command of git-pact, written for a POSIX shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLine(String);

impl CommandLine {
    /// Returns `git pact` with a subcommand.
    #[must_use]
    pub fn new(subcommand: &str) -> Self {
        Self(format!("git pact {subcommand}"))
    }

    /// Adds an option with a value, e.g. `--provider 'Order Service'`.
    #[must_use]
    pub fn option(mut self, option: &str, value: &impl Display) -> Self {
        let value = value.to_string();
        let joint = if value.starts_with('-') { "=" } else { " " };
        for part in [" --", option, joint, &quoted(&value)] {
            self.0.push_str(part);
        }
        self
    }

    /// Adds words that the reader is to complete, as they are.
    #[must_use]
    pub fn and(mut self, words: &str) -> Self {
        self.0.push(' ');
        self.0.push_str(words);
        self
    }
}

impl Display for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Returns a text as one word of a POSIX shell.
///
/// Nothing in it steers a terminal or what runs a build, so that it can be shown as it is: a character
/// that deceives is written by `printf`, and no two `#` stand together.
#[must_use]
pub fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-+=./:,@%".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    let mut word = String::from("'");
    for c in text.chars() {
        match c {
            '\'' => word.push_str(r"'\''"),
            '#' if word.ends_with('#') => word.push_str("''#"),
            c if deceives(c) && !matches!(c, '\n' | '\t') => {
                word.push_str("'\"$(printf '");
                for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                    write!(word, "\\{byte:03o}").expect("a string takes all that is written to it");
                }
                word.push_str("')\"'");
            }
            c => word.push(c),
        }
    }
    word.push('\'');
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_word_and_never_an_option() {
        for (name, expected) in [
            ("Web", "git pact pull --provider Web"),
            ("Order Service", "git pact pull --provider 'Order Service'"),
            ("-rf", "git pact pull --provider=-rf"),
            ("$(reboot)", "git pact pull --provider '$(reboot)'"),
            ("it's", r"git pact pull --provider 'it'\''s'"),
            ("a;b", "git pact pull --provider 'a;b'"),
            ("~", "git pact pull --provider '~'"),
            ("###[x]", "git pact pull --provider '#''#''#[x]'"),
            (
                "a\u{9b}b",
                "git pact pull --provider 'a'\"$(printf '\\302\\233')\"'b'",
            ),
        ] {
            let command = CommandLine::new("pull").option("provider", &name);
            assert_eq!(command.to_string(), expected);
        }
    }
}
