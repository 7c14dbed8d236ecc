//! What a push brings, looked at before it is let in: commits one after the other, and what each changes.
//!
//! Stricter than a reader: a tree that two programs could read differently is damage.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use git2::ObjectType;
use git2::Oid;

use super::super::Revision;
use super::super::StoreError;
use super::GitStore;
use super::damaged;
use super::history::Changed;
use super::history::DEEPEST;
use super::history::named_parents;
use super::oid;
use super::revision;
use super::tree;
use super::tree::RawEntry;
use crate::record::path::Branch;

/// A branch has not only grown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotGrown {
    /// What the branch was before is not below it now.
    #[error("its history was rewritten: {old} is not below {new}")]
    Rewritten {
        /// What it was.
        old: Revision,
        /// What it is to be.
        new: Revision,
    },
    /// A commit has several parents.
    #[error("it is a merge: a commit of a store has one parent, so that all see one order")]
    Merge {
        /// The commit.
        at: Revision,
    },
}

impl GitStore {
    /// Returns the commits that a branch has grown by, the oldest first.
    ///
    /// # Errors
    ///
    /// Fails if a commit cannot be read. The inner error says that it has not only grown.
    pub fn growth(
        &self,
        old: Option<&Revision>,
        new: &Revision,
    ) -> Result<Result<Vec<Revision>, NotGrown>, StoreError> {
        let old_id = old.map(oid).transpose()?;
        let mut commits = Vec::new();
        let mut next = Some(oid(new)?);
        while next != old_id {
            let (Some(id), old) = (next, old) else {
                // The first commit of all, and the old one was not met on the way there.
                return Ok(Err(NotGrown::Rewritten {
                    old: old.unwrap_or(new).clone(),
                    new: new.clone(),
                }));
            };
            commits.push(revision(id));
            let commit = self.object(id, ObjectType::Commit, || "a commit".to_owned())?;
            let parents = named_parents(id, &commit)?;
            if let [_, _, ..] = parents[..] {
                return Ok(Err(NotGrown::Merge { at: revision(id) }));
            }
            next = parents.first().copied();
            if next.is_none() && old.is_none() {
                break;
            }
        }
        commits.reverse();
        Ok(Ok(commits))
    }

    /// Returns the files that a commit changes, by path.
    ///
    /// # Errors
    ///
    /// Fails with [`StoreError::Damaged`] where a tree is not as a store has it: names out of order or
    /// twice, a name that is none, a mode other than that of a file or a directory, an empty directory.
    /// Fails with [`StoreError::Unfit`] where something is larger than what is read.
    pub fn brought(
        &self,
        branch: &Branch,
        before: Option<&Revision>,
        after: &Revision,
    ) -> Result<Vec<Changed>, StoreError> {
        let before = before.map(|it| self.root(oid(it)?)).transpose()?;
        let after = self.root(oid(after)?)?;
        let mut comparison = Comparison {
            store: self,
            branch,
            changed: Vec::new(),
        };
        comparison.directory("", before, Some(after), 0)?;
        Ok(comparison.changed)
    }
}

/// Two states of a branch, compared directory by directory; equal ones are not entered.
struct Comparison<'a> {
    store: &'a GitStore,
    branch: &'a Branch,
    changed: Vec<Changed>,
}

impl Comparison<'_> {
    fn directory(
        &mut self,
        path: &str,
        before: Option<Oid>,
        after: Option<Oid>,
        depth: usize,
    ) -> Result<(), StoreError> {
        if before == after {
            return Ok(());
        }
        if depth > DEEPEST {
            return Err(damaged(self.branch, path, "it lies too deep"));
        }
        let read = |id: Option<Oid>| id.map_or_else(|| Ok([].into()), |id| self.store.tree(id));
        let (before, after): (Arc<[u8]>, Arc<[u8]>) = (read(before)?, read(after)?);
        // What was there before is not judged here.
        let old: BTreeMap<&str, RawEntry<'_>> = tree::entries(&before)
            .map_while(|entry| entry.map(|entry| (entry.name, entry)))
            .collect();
        let new = self.strictly(path, &after)?;
        let names: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
        for name in names {
            let (old, new) = (old.get(name).copied(), new.get(name).copied());
            if old == new {
                continue;
            }
            let path = tree::path(path, name);
            let tree = |entry: Option<RawEntry<'_>>| entry.and_then(RawEntry::directory);
            if let Some(new) = tree(new)
                && self.store.tree(new)?.is_empty()
            {
                return Err(damaged(self.branch, &path, "it is an empty directory"));
            }
            self.directory(&path, tree(old), tree(new), depth + 1)?;
            let file = |entry: Option<RawEntry<'_>>| match entry {
                None => Ok(None),
                Some(entry) => self.store.content(self.branch, &path, entry),
            };
            // One that was damaged, and is replaced, is as good as none.
            let (before, after) = (file(old).unwrap_or_default(), file(new)?);
            if before.is_some() || after.is_some() {
                self.changed.push(Changed {
                    path,
                    before,
                    after,
                });
            }
        }
        Ok(())
    }

    /// Returns the entries of a tree whose names are as a store has them.
    fn strictly<'t>(
        &self,
        path: &str,
        tree: &'t [u8],
    ) -> Result<BTreeMap<&'t str, RawEntry<'t>>, StoreError> {
        let wrong =
            |name: &str, reason: &str| damaged(self.branch, &tree::path(path, name), reason);
        let mut entries: BTreeMap<&str, RawEntry<'_>> = BTreeMap::new();
        let mut last: Vec<u8> = Vec::new();
        for entry in tree::entries(tree) {
            let Some(entry) = entry else {
                return Err(wrong("", "its directory is malformed"));
            };
            if matches!(entry.name, "" | "." | "..") || entry.name.contains('/') {
                return Err(wrong(entry.name, "its name is none"));
            }
            let mut key = entry.name.as_bytes().to_vec();
            key.extend((entry.mode == tree::DIRECTORY).then_some(b'/'));
            if key <= last || entries.contains_key(entry.name) {
                return Err(wrong(
                    entry.name,
                    "its name is there twice, or out of order",
                ));
            }
            last = key;
            entries.insert(entry.name, entry);
        }
        Ok(entries)
    }
}
