//! Names of refs and ids of objects as `git` prints and takes them: text that was checked once.
//!
//! A [`RefName`] is a full name (`refs/…`), so it can never be taken for an option, a revision
//! expression or a pattern. An [`ObjectId`] is hexadecimal text of a SHA-1 (40 digits) or a SHA-256
//! (64 digits) repository.

use std::fmt;
use std::str::FromStr;

/// The full name of a ref, e.g. `refs/heads/pact/app/shop`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RefName(String);

/// The text given cannot be the full name of a ref.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not the full name of a git ref")]
pub struct InvalidRefName {
    /// The text as it was given.
    pub text: String,
}

impl RefName {
    /// Returns the name, e.g. `refs/heads/pact/app/shop`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RefName {
    type Err = InvalidRefName;

    /// Applies the rules of `git check-ref-format` to a name that begins with `refs/`.
    fn from_str(text: &str) -> Result<Self, InvalidRefName> {
        let component = |part: &str| {
            !part.is_empty()
                && !part.starts_with('.')
                && !part.ends_with('.')
                && part.strip_suffix(".lock").is_none()
        };
        let forbidden = |c: char| {
            c.is_ascii_control() || matches!(c, ' ' | '~' | '^' | ':' | '?' | '*' | '[' | '\\')
        };
        let valid = text
            .strip_prefix("refs/")
            .is_some_and(|rest| rest.split('/').all(component))
            && !text.contains(forbidden)
            && !text.contains("..")
            && !text.contains("@{");
        if valid {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidRefName {
                text: text.to_owned(),
            })
        }
    }
}

impl fmt::Display for RefName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The id of a git object: 40 or 64 lower-case hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(String);

/// The text given is not the id of a git object.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not the id of a git object")]
pub struct InvalidObjectId {
    /// The text as it was given.
    pub text: String,
}

impl ObjectId {
    /// Returns the hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ObjectId {
    type Err = InvalidObjectId;

    /// Refuses the null id as well: to git it means "no object".
    fn from_str(text: &str) -> Result<Self, InvalidObjectId> {
        let digits = text.bytes().all(|b| b.is_ascii_hexdigit());
        let null = text.bytes().all(|b| b == b'0');
        if matches!(text.len(), 40 | 64) && digits && !null {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(InvalidObjectId {
                text: text.to_owned(),
            })
        }
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A ref that is to move, and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// The ref that is to move.
    pub name: RefName,
    /// Where it was when the new commit was built, or `None` if it did not exist.
    pub old: Option<ObjectId>,
    /// The commit that it is to point at.
    pub new: ObjectId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ref_name_is_full_and_plain() {
        for text in [
            "refs/heads/pact",
            "refs/heads/pact/app/Order%20Service",
            "refs/heads/pact/app/-x",
            "refs/heads/pact/app/é+1",
        ] {
            assert_eq!(text.parse::<RefName>().unwrap().as_str(), text);
        }
    }

    #[test]
    fn what_git_could_take_for_something_else_is_no_ref_name() {
        for text in [
            "",
            "main",
            "-x",
            "--upload-pack=touch X",
            "+refs/heads/a",
            "refs/",
            "refs/heads/",
            "refs//a",
            "refs/heads/a b",
            "refs/heads/a:b",
            "refs/heads/*",
            "refs/heads/a^",
            "refs/heads/a~1",
            "refs/heads/a..b",
            "refs/heads/.a",
            "refs/heads/a.",
            "refs/heads/a.lock",
            "refs/heads/a.lock/b",
            "refs/heads/a@{1}",
            "refs/heads/a\nb",
            "refs/heads/a\\b",
        ] {
            assert!(text.parse::<RefName>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn an_object_id_has_forty_or_sixty_four_digits() {
        for length in [40, 64] {
            let text = "aB".repeat(length / 2);
            let id: ObjectId = text.parse().unwrap();
            assert_eq!(id.as_str(), text.to_lowercase());
        }
        for text in ["", "abc", &"g".repeat(40), &"0".repeat(40), &"a".repeat(41)] {
            assert!(text.parse::<ObjectId>().is_err(), "{text:?}");
        }
    }
}
