//! The oldest `git` that will do, and how a `git` says which it is.

use std::fmt;

/// The oldest git that understands what is asked of it: settings in the environment
/// (`GIT_CONFIG_COUNT`) keep credentials out of the process list since 2.31.
pub(super) const MINIMUM: GitVersion = GitVersion {
    major: 2,
    minor: 31,
};

/// The oldest git that can fetch again what a partial clone left out (`git fetch --refetch`).
pub(super) const REFETCH: GitVersion = GitVersion {
    major: 2,
    minor: 36,
};

/// A version of git, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct GitVersion {
    major: u32,
    minor: u32,
}

impl GitVersion {
    /// Reads what `git version` prints, e.g. `git version 2.39.5 (Apple Git-154)`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let number = text.trim().strip_prefix("git version ")?;
        let mut parts = number.split(['.', '-', ' ']);
        let mut part = || parts.next()?.parse().ok();
        Some(Self {
            major: part()?,
            minor: part()?,
        })
    }
}

impl fmt::Display for GitVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_build_of_git_says_its_number() {
        for (text, major, minor) in [
            ("git version 2.47.3\n", 2, 47),
            ("git version 2.39.5 (Apple Git-154)", 2, 39),
            ("git version 2.45.0.windows.1", 2, 45),
            ("git version 2.55.0-618-g1a3e64c6", 2, 55),
            ("git version 3.0-rc1", 3, 0),
        ] {
            assert_eq!(GitVersion::parse(text), Some(GitVersion { major, minor }));
        }
        assert_eq!(GitVersion::parse("hub version 2.1"), None);
    }

    #[test]
    fn a_git_of_2020_is_too_old() {
        assert!(GitVersion::parse("git version 2.30.9").unwrap() < MINIMUM);
        assert!(GitVersion::parse("git version 2.31.0").unwrap() >= MINIMUM);
    }
}
