//! The branches that a remote had when it was last asked, kept beside the repository.
//!
//! A repository seldom has all branches of a store: only what its questions needed was fetched.
//! Without the network, this list tells a branch that does not exist from one that was left out.

use std::collections::BTreeSet;
use std::io;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use super::error::RemoteError;
use super::git::Git;
use super::names::RefName;

/// The folder in a repository in which git-pact keeps files of its own.
pub(super) const FOLDER: &str = "git-pact";

/// The file with the names, one a line, sorted.
const FILE: &str = "remote-branches";

impl Git {
    /// Remembers which branches the remote has.
    ///
    /// To read needs no permission to write, so where this cannot be kept it is forgotten; an older
    /// list that is kept is of an earlier moment, like everything else that was fetched then.
    pub fn remember_list<'a>(&self, names: impl Iterator<Item = &'a str>) {
        let names: BTreeSet<&str> = names.collect();
        let text: String = names.iter().flat_map(|name| [*name, "\n"]).collect();
        let known = std::fs::read(self.list_path());
        if known.is_ok_and(|known| known == text.as_bytes()) {
            return;
        }
        let _ = replace(&self.git_dir().join(FOLDER), &text);
    }

    /// Returns the branches that the remote had when it was last asked; `None` if it never was.
    ///
    /// # Errors
    ///
    /// Fails if there is a list that cannot be read.
    pub fn remembered_list(&self) -> Result<Option<RememberedList>, RemoteError> {
        let path = self.list_path();
        let failed = |source: io::Error| RemoteError::List {
            path: path.clone(),
            source,
        };
        match std::fs::read_to_string(&path) {
            Ok(names) => Ok(Some(RememberedList { names })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    fn list_path(&self) -> PathBuf {
        self.git_dir().join(FOLDER).join(FILE)
    }
}

/// The names of the branches that a remote had. There may be thousands, of which a question looks
/// for two or three, so they stay text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RememberedList {
    /// One a line.
    names: String,
}

impl RememberedList {
    /// Returns the full names, e.g. `refs/heads/pact/settings`, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.lines()
    }

    /// Says whether a branch is among them.
    #[must_use]
    pub fn contains(&self, name: &RefName) -> bool {
        self.names().any(|known| known == name.as_str())
    }
}

/// Puts a list in the place of another one, whole or not at all.
fn replace(folder: &Path, text: &str) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.persist(folder.join(FILE))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scratch;

    #[test]
    fn the_last_list_is_remembered_and_none_is_not_an_empty_one() {
        let scratch = Scratch::new();
        let git = scratch.git();
        assert_eq!(git.remembered_list().unwrap(), None);
        let [a, b] = ["refs/heads/pact/app/a", "refs/heads/pact/app/b"];
        git.remember_list([b, a].into_iter());
        git.remember_list([a].into_iter());
        let list = git.remembered_list().unwrap().unwrap();
        assert!(list.contains(&a.parse().unwrap()));
        assert!(!list.contains(&b.parse().unwrap()));
        git.remember_list([].into_iter());
        let list = git.remembered_list().unwrap().unwrap();
        assert_eq!(list.names().count(), 0);
    }

    #[test]
    fn a_damaged_list_is_an_error_and_no_list() {
        let scratch = Scratch::new();
        let git = scratch.git();
        git.remember_list(["refs/heads/pact/app/a"].into_iter());
        std::fs::write(git.list_path(), b"\xff\n").unwrap();
        assert!(git.remembered_list().is_err());
        git.remember_list([].into_iter());
        assert!(git.remembered_list().is_ok());
    }
}
