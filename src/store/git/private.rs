//! Private refs: small trees below `refs/git-pact/` that move by compare-and-swap, synced to disk.
//!
//! Each state is a commit on top of the one before, so that a plain push is a compare-and-swap as well.

use std::collections::BTreeMap;

use git2::ErrorCode;
use git2::Oid;

use super::GitStore;
use super::backend;
use super::journal;
use super::journal::Move;
use super::oid;
use super::refs::lock_path;
use super::refs::move_locked;
use super::tree;
use crate::record::private_ref::PrivateRef;
use crate::store::Revision;
use crate::store::StoreError;

/// The files of a small tree, by their paths with slashes.
pub type Files = BTreeMap<String, Vec<u8>>;

impl GitStore {
    /// Returns where a private ref stands here, if there is one.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be read.
    pub fn private_tip(&self, name: &PrivateRef) -> Result<Option<Revision>, StoreError> {
        self.tip_of_ref(name.as_str())
    }

    /// Returns the cursors that are here, sorted.
    ///
    /// # Errors
    ///
    /// Fails if refs cannot be read.
    pub fn cursors(&self) -> Result<Vec<PrivateRef>, StoreError> {
        let failed = |error| backend("list the cursors", error);
        let glob = format!("{}*", PrivateRef::CURSORS);
        let mut references = self.repository.references_glob(&glob).map_err(failed)?;
        let mut cursors = Vec::new();
        for name in references.names() {
            cursors.extend(PrivateRef::parse_cursor(name.map_err(failed)?));
        }
        cursors.sort();
        Ok(cursors)
    }

    /// Returns all files of a commit. For small trees: they are read whole.
    ///
    /// # Errors
    ///
    /// Fails if they cannot be read, or are not plain files.
    pub fn private_files(&self, at: &Revision) -> Result<Files, StoreError> {
        let mut files = Files::new();
        self.files_below(self.root(oid(at)?)?, "", &mut files)?;
        Ok(files)
    }

    fn files_below(&self, id: Oid, directory: &str, files: &mut Files) -> Result<(), StoreError> {
        let unfit = |reason: &str| StoreError::Unfit {
            id: id.to_string(),
            what: "a directory".to_owned(),
            reason: reason.to_owned(),
        };
        let raw = self.tree(id)?;
        for entry in tree::entries(&raw) {
            let entry = entry.ok_or_else(|| unfit("it is malformed"))?;
            let path = tree::path(directory, entry.name);
            match (entry.directory(), entry.mode) {
                (Some(below), _) => self.files_below(below, &path, files)?,
                (None, tree::FILE) => {
                    let bytes = self.blob(entry.id, &path)?;
                    files.insert(path, bytes);
                }
                _ => return Err(unfit(&format!("{path} is no plain file"))),
            }
        }
        Ok(())
    }

    /// Says whether a commit is another one or was made on top of it, as far as the history is here.
    ///
    /// # Errors
    ///
    /// Fails if a commit cannot be read.
    pub fn is_on_top_of(&self, commit: &Revision, other: &Revision) -> Result<bool, StoreError> {
        let mut next = Some(commit.clone());
        while let Some(at) = next {
            if at == *other {
                return Ok(true);
            }
            next = self.find_commit(&at)?.parent;
        }
        Ok(false)
    }

    /// Moves a private ref to a commit if it is what it was, and says whether it has: somebody else may
    /// have been faster. It is on disk then.
    ///
    /// # Errors
    ///
    /// Fails with [`StoreError::Locked`] if another program holds its lock, and if the disk cannot be
    /// written.
    pub fn move_private(
        &self,
        name: &PrivateRef,
        old: Option<&Revision>,
        new: &Revision,
    ) -> Result<bool, StoreError> {
        let failed = |error| backend(&format!("move {name}"), error);
        let _ = journal::recover(&self.repository);
        // Compared under the lock: a ref that two processes make at once is made by both otherwise.
        let mut transaction = self.repository.transaction().map_err(failed)?;
        match transaction.lock_ref(name.as_str()) {
            Ok(()) => {}
            Err(error) if error.code() == ErrorCode::Locked => {
                return Err(StoreError::Locked {
                    what: name.to_string(),
                    lock: lock_path(self, name.as_str()),
                });
            }
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(false),
            Err(error) => return Err(failed(error)),
        }
        if self.private_tip(name)?.as_ref() != old {
            return Ok(false);
        }
        let one = Move {
            name: name.to_string(),
            old: old.map(oid).transpose()?,
            new: Some(oid(new)?),
        };
        move_locked(self, transaction, &[one], true)?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::super::Place;
    use super::*;
    use crate::domain::time::Timestamp;
    use crate::store::Actor;
    use crate::store::Note;

    fn note() -> Note {
        Note {
            actor: Actor {
                name: "Ada".to_owned(),
                email: "ada@example.org".to_owned(),
            },
            at: Timestamp::clamped(1_700_000_000),
            message: "Remember it".to_owned(),
        }
    }

    fn files(all: &[(&str, &str)]) -> Files {
        let file = |(path, text): &(&str, &str)| ((*path).to_owned(), text.as_bytes().to_vec());
        all.iter().map(file).collect()
    }

    #[test]
    fn what_is_kept_is_read_and_moves_only_from_where_it_was_seen() {
        let directory = tempfile::TempDir::new().unwrap();
        let store = GitStore::new(Place::init_bare(directory.path()).unwrap()).unwrap();
        let name = PrivateRef::cursor(&"a/b".parse().unwrap());
        assert_eq!(store.private_tip(&name).unwrap(), None);
        assert_eq!(store.cursors().unwrap(), []);

        let small = files(&[("a.json", "1"), ("b/c/d.json", "2"), ("b-", "3")]);
        let one = store.commit_folder(None, &small, &note()).unwrap().unwrap();
        assert_eq!(store.private_files(&one).unwrap(), small);
        let none = files(&[]);
        let two = store.commit_folder(Some(&one), &none, &note());
        let two = two.unwrap().unwrap();
        assert_eq!(store.private_files(&two).unwrap(), none);
        assert!(store.is_on_top_of(&two, &one).unwrap());
        assert!(!store.is_on_top_of(&one, &two).unwrap());

        let moved =
            |old: Option<&Revision>, new: &Revision| store.move_private(&name, old, new).unwrap();
        assert!(!moved(Some(&one), &two));
        assert!(moved(None, &one));
        assert!(!moved(None, &two));
        assert!(moved(Some(&one), &two));
        assert_eq!(store.private_tip(&name).unwrap(), Some(two));
        assert_eq!(store.cursors().unwrap(), [name]);
    }

    #[test]
    fn a_lock_that_was_left_behind_is_named() {
        let directory = tempfile::TempDir::new().unwrap();
        let store = GitStore::new(Place::init_bare(directory.path()).unwrap()).unwrap();
        let name = PrivateRef::dispatched();
        let one = store.commit_folder(None, &files(&[("a", "1")]), &note());
        let one = one.unwrap().unwrap();
        let lock = directory.path().join("refs/git-pact/dispatched.lock");
        std::fs::create_dir_all(lock.parent().unwrap()).unwrap();
        std::fs::write(&lock, "").unwrap();
        let error = store.move_private(&name, None, &one).unwrap_err();
        assert!(error.to_string().contains("dispatched.lock"), "{error}");
        std::fs::remove_file(&lock).unwrap();
        assert!(store.move_private(&name, None, &one).unwrap());
    }
}
