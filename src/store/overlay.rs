//! A snapshot with changes on top: what will be there once they are written.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::Directory;
use super::Item;
use super::KnownStanding;
use super::Recollection;
use super::Revision;
use super::Snapshot;
use super::StoreError;
use crate::record::change::Change;
use crate::record::change::Changes;
use crate::record::path::Branch;
use crate::record::path::RecordPath;

/// A snapshot as it will be after some changes.
///
/// Tips are those of the snapshot below: the changes are not committed.
pub struct Overlay<'a> {
    below: &'a dyn Snapshot,
    changes: Changes,
}

/// The changes that an overlay had at one time.
pub struct Savepoint(Changes);

impl<'a> Overlay<'a> {
    /// Returns a snapshot as it is, ready for changes.
    #[must_use]
    pub fn new(below: &'a dyn Snapshot) -> Self {
        Self {
            below,
            changes: Changes::new(),
        }
    }

    /// Puts a change on top of what is there.
    pub fn put(&mut self, branch: Branch, path: RecordPath, change: Change) {
        let files = self.changes.entry(branch).or_default();
        if change == Change::NoDirectory {
            files.retain(|known, _| !is_below(known.as_str(), path.as_str()));
        }
        files.insert(path, change);
    }

    /// Returns the changes so far, to go back to. The bytes of files are shared, not copied.
    #[must_use]
    pub fn savepoint(&self) -> Savepoint {
        Savepoint(self.changes.clone())
    }

    /// Takes away every change that was put since.
    pub fn go_back(&mut self, savepoint: Savepoint) {
        self.changes = savepoint.0;
    }

    /// Returns the snapshot that everything was put on.
    #[must_use]
    pub fn below(&self) -> &'a dyn Snapshot {
        self.below
    }

    /// Returns all changes, the last one for each path.
    #[must_use]
    pub fn into_changes(self) -> Changes {
        self.changes
    }

    fn of(&self, branch: &Branch) -> Option<&BTreeMap<RecordPath, Change>> {
        self.changes.get(branch)
    }

    /// Returns branches with those of a kind that only the changes bring into being.
    fn with_new(
        &self,
        mut branches: Vec<Branch>,
        is_kind: impl Fn(&Branch) -> bool,
    ) -> Vec<Branch> {
        // What is removed from a branch that is not there does not bring it into being.
        let adds = |files: &BTreeMap<_, _>| files.values().any(|c| matches!(c, Change::File(_)));
        let written = self.changes.iter().filter(|(_, files)| adds(files));
        let written = written.map(|(branch, _)| branch);
        branches.extend(written.filter(|branch| is_kind(branch)).cloned());
        branches.sort();
        branches.dedup();
        branches
    }
}

/// Says whether a path lies below a directory.
fn is_below(path: &str, directory: &str) -> bool {
    path.strip_prefix(directory)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// Says whether a path, or a directory that it lies in, was removed as a whole.
fn is_gone(files: &BTreeMap<RecordPath, Change>, path: &str) -> bool {
    let removed = files
        .iter()
        .filter(|(_, change)| **change == Change::NoDirectory);
    removed
        .into_iter()
        .any(|(gone, _)| gone.as_str() == path || is_below(path, gone.as_str()))
}

impl Snapshot for Overlay<'_> {
    fn tip(&self, branch: &Branch) -> Result<Option<Revision>, StoreError> {
        self.below.tip(branch)
    }

    fn branches(&self) -> Result<Vec<Branch>, StoreError> {
        Ok(self.with_new(self.below.branches()?, |_| true))
    }

    fn environments(&self) -> Result<Vec<Branch>, StoreError> {
        Ok(self.with_new(self.below.environments()?, Branch::is_environment))
    }

    fn file(&self, branch: &Branch, path: &RecordPath) -> Result<Option<Arc<[u8]>>, StoreError> {
        if let Some(files) = self.of(branch) {
            match files.get(path) {
                Some(Change::File(bytes)) => return Ok(Some(Arc::clone(bytes))),
                Some(Change::NoFile | Change::NoDirectory) => return Ok(None),
                None if is_gone(files, path.as_str()) => return Ok(None),
                None => {}
            }
        }
        self.below.file(branch, path)
    }

    fn list(&self, branch: &Branch, path: &RecordPath) -> Result<Vec<Item>, StoreError> {
        let Some(files) = self.of(branch) else {
            return self.below.list(branch, path);
        };
        let mut items = BTreeSet::new();
        if !is_gone(files, path.as_str()) {
            for item in self.below.list(branch, path)? {
                let full = path.join(&item.name);
                let kept = if item.is_directory {
                    let touched = files
                        .keys()
                        .any(|known| *known == full || is_below(known.as_str(), full.as_str()));
                    !touched || !self.list(branch, &full)?.is_empty()
                } else {
                    !files.contains_key(&full)
                };
                if kept {
                    items.insert(item);
                }
            }
        }
        let written = files
            .iter()
            .filter(|(_, change)| matches!(change, Change::File(_)));
        items.extend(written.filter_map(|(known, _)| Item::in_directory(path, known.as_str())));
        Ok(items.into_iter().collect())
    }

    fn recollection(
        &self,
        branch: &Branch,
        path: &RecordPath,
    ) -> Result<Option<Recollection>, StoreError> {
        match self.of(branch) {
            // Little is pending, and seldom.
            Some(_) => Ok(None),
            None => self.below.recollection(branch, path),
        }
    }

    fn known_standing(&self) -> Option<&KnownStanding> {
        // With changes on top it is another state.
        let below = self.below.known_standing();
        below.filter(|_| self.changes.is_empty())
    }

    fn directories(
        &self,
        branch: &Branch,
        path: &RecordPath,
        depth: u8,
    ) -> Result<Option<Vec<Directory>>, StoreError> {
        let is_touched = |files: &BTreeMap<RecordPath, Change>| {
            is_gone(files, path.as_str())
                || files
                    .keys()
                    .any(|known| is_below(known.as_str(), path.as_str()))
        };
        if self.of(branch).is_some_and(is_touched) {
            return Ok(None);
        }
        self.below.directories(branch, path, depth)
    }
}
