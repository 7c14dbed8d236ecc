//! The names that people give to things: one line of text each, parsed once, never a path.
//!
//! A name may hold slashes, dots, spaces and emoji; `record::path` turns it into a path.
//! What no name may hold is what would deceive a reader of a terminal or a log: control
//! characters, line breaks, and what turns the direction of writing.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::deceptive::deceives;

/// The longest name, in characters.
const MAX_CHARS: usize = 255;

/// From how many zeros on a version is no commit: as many as a SHA-1 has digits.
const NULL_ID: usize = 40;

/// The text given cannot be a name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidName {
    /// There was nothing but white space.
    #[error("{what} cannot be blank")]
    Blank {
        /// What was to be named, e.g. `a pacticipant name`.
        what: &'static str,
    },
    /// There was a character that a name cannot hold.
    #[error("{what} cannot hold the character U+{code:04X} (at position {position})")]
    Character {
        /// What was to be named.
        what: &'static str,
        /// The code point.
        code: u32,
        /// Where it stands, counted in characters from 1.
        position: usize,
    },
    /// There was more text than a name can have.
    #[error("{what} cannot be longer than {MAX_CHARS} characters (it has {chars})")]
    TooLong {
        /// What was to be named.
        what: &'static str,
        /// How long the text is, in characters.
        chars: usize,
    },
    /// It is what git writes where there is no commit, e.g. for the push that deleted a branch.
    #[error(
        "{what} cannot be {NULL_ID} or more zeros: that is how git writes that there is no commit"
    )]
    NoCommit {
        /// What was to be named.
        what: &'static str,
    },
}

/// Returns the text if it can be a name.
fn checked(text: String, what: &'static str, spaces: bool) -> Result<String, InvalidName> {
    if text.trim().is_empty() {
        return Err(InvalidName::Blank { what });
    }
    let chars = text.chars().count();
    if chars > MAX_CHARS {
        return Err(InvalidName::TooLong { what, chars });
    }
    let is_refused = |c: char| deceives(c) || (!spaces && c.is_whitespace());
    match text.chars().enumerate().find(|(_, c)| is_refused(*c)) {
        Some((index, c)) => Err(InvalidName::Character {
            what,
            code: c.into(),
            position: index + 1,
        }),
        None => Ok(text),
    }
}

/// Returns the text unless it is the id of no commit.
fn a_commit_if_any(text: String, what: &'static str) -> Result<String, InvalidName> {
    if text.len() >= NULL_ID && text.bytes().all(|byte| byte == b'0') {
        return Err(InvalidName::NoCommit { what });
    }
    Ok(text)
}

/// Declares a newtype over one line of text, which another check may have to pass.
macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $what:literal, spaces: $spaces:literal $(, and: $check:ident)?) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Returns the text of the name.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidName;

            fn try_from(text: String) -> Result<Self, InvalidName> {
                let text = checked(text, $what, $spaces)?;
                $(let text = $check(text, $what)?;)?
                Ok(Self(text))
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidName;

            fn from_str(text: &str) -> Result<Self, InvalidName> {
                Self::try_from(text.to_owned())
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

name! {
    /// Names a pacticipant, whether it acts as consumer or as provider.
    PacticipantName, "a pacticipant name", spaces: true
}
name! {
    /// Numbers a version of a pacticipant: a commit, a semantic version, any one line.
    VersionNumber, "a version number", spaces: true, and: a_commit_if_any
}
name! {
    /// Names a branch of a pacticipant's own repository.
    BranchName, "a branch name", spaces: true
}
name! {
    /// Names a tag on a version of a pacticipant.
    TagName, "a tag name", spaces: true
}
name! {
    /// Names a label of a pacticipant: a word to group applications by.
    LabelName, "a label", spaces: true
}
name! {
    /// Names an environment; the broker allows no white space in it.
    EnvironmentName, "an environment name", spaces: false
}
name! {
    /// Names who pushes to a store, as the server that was pushed to knows them.
    Identity, "an identity", spaces: true
}
name! {
    /// Names how far somebody has read the events: a cursor.
    CursorName, "the name of a cursor", spaces: true
}
name! {
    /// Names one of several instances of an application in one environment.
    ApplicationInstance, "an application instance", spaces: true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Result<PacticipantName, InvalidName> {
        text.parse()
    }

    #[test]
    fn a_name_may_look_like_a_path_an_option_or_a_smile() {
        for text in ["shop/web", "..", ".git", "CON", "-x", "Ünï 🙂", "a\\b:c"] {
            assert_eq!(name(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn a_name_is_one_line_that_deceives_nobody() {
        assert_eq!(
            name(" \t "),
            Err(InvalidName::Blank {
                what: "a pacticipant name"
            })
        );
        for (text, code) in [
            ("a\nb", 0x0a),
            ("a\u{1b}[31m", 0x1b),
            ("a\u{202e}b", 0x202e),
            ("a\u{200f}b", 0x200f),
            ("a\0", 0),
            ("a\t", 9),
            ("a\u{9b}31m", 0x9b),
            ("a\u{2028}", 0x2028),
        ] {
            let what = "a pacticipant name";
            assert_eq!(
                name(text),
                Err(InvalidName::Character {
                    what,
                    code,
                    position: 2
                })
            );
        }
    }

    #[test]
    fn a_name_has_at_most_255_characters() {
        assert!(name(&"é".repeat(255)).is_ok());
        assert!(matches!(
            name(&"é".repeat(256)),
            Err(InvalidName::TooLong { chars: 256, .. })
        ));
    }

    #[test]
    fn a_version_is_not_the_commit_that_there_is_none() {
        for zeros in [40, 64] {
            let text = "0".repeat(zeros);
            let what = "a version number";
            assert_eq!(
                text.parse::<VersionNumber>(),
                Err(InvalidName::NoCommit { what })
            );
            assert!(text.parse::<TagName>().is_ok());
        }
        for text in ["0", "0000", "0.0.0", "latest"] {
            assert!(text.parse::<VersionNumber>().is_ok(), "{text}");
        }
    }

    #[test]
    fn an_environment_name_has_no_spaces() {
        assert!("prod uction".parse::<EnvironmentName>().is_err());
        assert!("prod-eu".parse::<EnvironmentName>().is_ok());
    }
}
