//! The names of the refs below `refs/git-pact/`: what programs remember about a store, not what it holds.
//!
//! No clone, fetch or push of the user's takes them along. What is pending has a ref of its own there, which
//! never leaves its repository and is not one of these.

use std::fmt;

use super::path::encode;
use crate::domain::name::CursorName;

/// The full name of a private ref, e.g. `refs/git-pact/cursors/nightly`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PrivateRef(String);

impl PrivateRef {
    /// What the names of all cursors begin with.
    pub const CURSORS: &'static str = "refs/git-pact/cursors/";

    /// Returns the ref that says how far somebody has read the events.
    #[must_use]
    pub fn cursor(name: &CursorName) -> Self {
        Self(format!("{}{}", Self::CURSORS, encode(name.as_str())))
    }

    /// Returns the ref that says which builds were started for which verifications.
    #[must_use]
    pub fn dispatched() -> Self {
        Self("refs/git-pact/dispatched".to_owned())
    }

    /// Returns the ref that says which requests of webhooks are to be made, and which were.
    #[must_use]
    pub fn webhooks() -> Self {
        Self("refs/git-pact/webhooks".to_owned())
    }

    /// Returns the ref that a bundle holds: writes that are to be recorded somewhere else. It stands in a file,
    /// and in no repository that anybody keeps.
    #[must_use]
    pub fn bundle() -> Self {
        Self("refs/git-pact/bundle".to_owned())
    }

    /// Returns the cursor that a ref of this full name is, if it is one.
    #[must_use]
    pub fn parse_cursor(name: &str) -> Option<Self> {
        let segment = name.strip_prefix(Self::CURSORS)?;
        let is_one = !segment.is_empty() && !segment.contains('/');
        is_one.then(|| Self(name.to_owned()))
    }

    /// Returns the full name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PrivateRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_has_a_ref_whatever_its_name_is_made_of() {
        let ref_of = |name: &str| PrivateRef::cursor(&name.parse().unwrap());
        assert_eq!(ref_of("nightly").as_str(), "refs/git-pact/cursors/nightly");
        for name in ["a/b", "..", "-x", "a.lock", "Ünï 🙂"] {
            let cursor = ref_of(name);
            assert_eq!(PrivateRef::parse_cursor(cursor.as_str()), Some(cursor));
        }
        for other in [
            "refs/git-pact/pending",
            PrivateRef::CURSORS,
            "refs/git-pact/cursors/a/b",
        ] {
            assert_eq!(PrivateRef::parse_cursor(other), None, "{other}");
        }
    }
}
