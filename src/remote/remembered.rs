//! The branches that a remote had when it was last asked, kept beside the repository.
//!
//! A repository seldom has all branches of a store as they are: only what its questions needed was
//! fetched. Without the network, this list tells a branch that does not exist from one that was
//! left out, and one that is as it was last seen from one that has moved on since.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use super::error::RemoteError;
use super::git::Git;
use super::names::ObjectId;
use super::names::RefName;
use crate::store::own_files::FOLDER;
use crate::store::own_files::replace;

/// The file: a name and a commit a line, sorted.
const FILE: &str = "remote-branches";

impl Git {
    /// Remembers which branches the remote has, and where they are.
    ///
    /// To read needs no permission to write, so where this cannot be kept it is forgotten; an older
    /// list that is kept is of an earlier moment, like everything else that was fetched then.
    pub fn remember_list(&self, tips: &BTreeMap<RefName, ObjectId>) {
        let mut text = String::new();
        for (name, id) in tips {
            text.extend([name.as_str(), " ", id.as_str(), "\n"]);
        }
        let known = std::fs::read(self.list_path());
        if known.is_ok_and(|known| known == text.as_bytes()) {
            return;
        }
        let _ = replace(&self.git_dir().join(FOLDER), FILE, text.as_bytes());
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
            Ok(lines) => Ok(Some(RememberedList { lines })),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    fn list_path(&self) -> PathBuf {
        self.git_dir().join(FOLDER).join(FILE)
    }
}

/// The branches that a remote had. There may be thousands, of which a question looks for a few, so
/// they stay text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RememberedList {
    /// A name and a commit a line.
    lines: String,
}

impl RememberedList {
    /// Returns the full names, e.g. `refs/heads/pact/settings`, with the commits, sorted by name.
    pub fn tips(&self) -> impl Iterator<Item = (&str, &str)> {
        self.lines.lines().filter_map(|line| line.split_once(' '))
    }

    /// Returns the commit of a branch, if it is among them.
    #[must_use]
    pub fn tip(&self, name: &RefName) -> Option<&str> {
        let found = self.tips().find(|(known, _)| *known == name.as_str());
        found.map(|(_, tip)| tip)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scratch;
    use super::*;

    fn tips(tips: &[(&str, char)]) -> BTreeMap<RefName, ObjectId> {
        let tip = |(name, digit): &(&str, char)| {
            let id = digit.to_string().repeat(40);
            (name.parse().unwrap(), id.parse().unwrap())
        };
        tips.iter().map(tip).collect()
    }

    #[test]
    fn the_last_list_is_remembered_and_none_is_not_an_empty_one() {
        let scratch = Scratch::new();
        let git = scratch.git();
        assert_eq!(git.remembered_list().unwrap(), None);
        let [a, b] = ["refs/heads/pact/app/a", "refs/heads/pact/app/b"];
        git.remember_list(&tips(&[(b, '1'), (a, '1')]));
        git.remember_list(&tips(&[(a, '2')]));
        let list = git.remembered_list().unwrap().unwrap();
        assert_eq!(list.tip(&a.parse().unwrap()), Some(&*"2".repeat(40)));
        assert_eq!(list.tip(&b.parse().unwrap()), None);
        git.remember_list(&tips(&[]));
        let list = git.remembered_list().unwrap().unwrap();
        assert_eq!(list.tips().count(), 0);
    }

    #[test]
    fn a_damaged_list_is_an_error_and_no_list() {
        let scratch = Scratch::new();
        let git = scratch.git();
        git.remember_list(&tips(&[("refs/heads/pact/app/a", '1')]));
        std::fs::write(git.list_path(), b"\xff\n").unwrap();
        assert!(git.remembered_list().is_err());
        git.remember_list(&tips(&[]));
        assert!(git.remembered_list().is_ok());
    }
}
