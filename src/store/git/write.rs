//! Builds commits: new blobs, the trees above them, one commit a branch.

use std::collections::BTreeMap;

use git2::ObjectType;
use git2::Oid;
use git2::Signature;
use git2::Time;

use super::super::Advance;
use super::super::Note;
use super::super::Snapshot;
use super::super::StoreError;
use super::GitStore;
use super::backend;
use super::damaged;
use super::oid;
use super::refs::sync;
use super::revision;
use super::tree;
use crate::record::change::Change;
use crate::record::change::Changes;
use crate::record::path::Branch;
use crate::record::path::RecordPath;

/// What becomes of the entries of one directory.
#[derive(Default)]
struct Directory<'a> {
    /// Whether what was in it is gone.
    emptied: bool,
    files: BTreeMap<&'a str, &'a Change>,
    directories: BTreeMap<&'a str, Directory<'a>>,
}

impl<'a> Directory<'a> {
    fn put(&mut self, path: &'a str, change: &'a Change) {
        match path.split_once('/') {
            Some((directory, rest)) => {
                self.directories
                    .entry(directory)
                    .or_default()
                    .put(rest, change);
            }
            None if *change == Change::NoDirectory => {
                self.directories.entry(path).or_default().emptied = true;
            }
            None => {
                self.files.insert(path, change);
            }
        }
    }
}

/// Builds one commit for each branch on which something is new.
pub(super) fn commit(
    store: &GitStore,
    base: &dyn Snapshot,
    changes: &Changes,
    note: &Note,
) -> Result<Vec<Advance>, StoreError> {
    let mut writer = Writer::new(store);
    let mut advances = Vec::new();
    for (branch, files) in changes {
        advances.extend(writer.branch(base, branch, files, note)?);
    }
    if store.synced {
        writer.sync()?;
    }
    Ok(advances)
}

/// Writes objects, and remembers which, so that they can be waited for.
pub(super) struct Writer<'a> {
    store: &'a GitStore,
    written: Vec<Oid>,
}

impl<'a> Writer<'a> {
    pub(super) fn new(store: &'a GitStore) -> Self {
        Self {
            store,
            written: Vec::new(),
        }
    }

    fn branch(
        &mut self,
        base: &dyn Snapshot,
        branch: &Branch,
        files: &BTreeMap<RecordPath, Change>,
        note: &Note,
    ) -> Result<Option<Advance>, StoreError> {
        let mut root = Directory::default();
        for (path, change) in files {
            root.put(path.as_str(), change);
        }
        let old = base.tip(branch)?;
        let parent = old.as_ref().map(oid).transpose()?;
        let before = parent.map(|parent| self.store.root(parent)).transpose()?;
        let after = match self.directory(branch, "", before, &root)? {
            Some(after) => after,
            None if before.is_none() => return Ok(None),
            None => self.object(ObjectType::Tree, &[])?,
        };
        if before == Some(after) {
            return Ok(None);
        }
        let new = self.commit(after, parent, note)?;
        Ok(Some(Advance {
            branch: branch.clone(),
            old,
            new: revision(new),
        }))
    }

    /// Returns the tree of a directory after its changes, or `None` if nothing is left in it.
    fn directory(
        &mut self,
        branch: &Branch,
        path: &str,
        before: Option<Oid>,
        changes: &Directory<'_>,
    ) -> Result<Option<Oid>, StoreError> {
        let raw = match before {
            Some(id) if !changes.emptied => self.store.tree(id)?,
            _ => [].into(),
        };
        let mut entries: BTreeMap<&str, (&str, Oid)> = BTreeMap::new();
        for entry in tree::entries(&raw) {
            let entry = entry.ok_or_else(|| damaged(branch, path, "it is a malformed tree"))?;
            entries.insert(entry.name, (entry.mode, entry.id));
        }
        for (name, change) in &changes.files {
            match change {
                Change::File(bytes) => {
                    let id = self.object(ObjectType::Blob, bytes)?;
                    entries.insert(name, (tree::FILE, id));
                }
                Change::NoFile | Change::NoDirectory => {
                    entries.remove(name);
                }
            }
        }
        for (name, directory) in &changes.directories {
            let below = entries
                .get(name)
                .filter(|(mode, _)| *mode == tree::DIRECTORY);
            let below = below.map(|(_, id)| *id);
            match self.directory(branch, &format!("{path}/{name}"), below, directory)? {
                Some(id) => entries.insert(name, (tree::DIRECTORY, id)),
                None => entries.remove(name),
            };
        }
        if entries.is_empty() {
            return Ok(None);
        }
        let entries = entries
            .into_iter()
            .map(|(name, (mode, id))| (name, mode, id));
        self.object(ObjectType::Tree, &tree::write(entries))
            .map(Some)
    }

    pub(super) fn object(&mut self, kind: ObjectType, bytes: &[u8]) -> Result<Oid, StoreError> {
        let id =
            self.store.odb()?.write(kind, bytes).map_err(|error| {
                backend(&format!("write a {kind} of {} bytes", bytes.len()), error)
            })?;
        self.written.push(id);
        Ok(id)
    }

    pub(super) fn commit(
        &mut self,
        tree: Oid,
        parent: Option<Oid>,
        note: &Note,
    ) -> Result<Oid, StoreError> {
        let failed = |error| backend("write a commit", error);
        let repository = &self.store.repository;
        let time = Time::new(note.at.epoch_seconds(), 0);
        let signature =
            Signature::new(&note.actor.name, &note.actor.email, &time).map_err(failed)?;
        let tree = repository.find_tree(tree).map_err(failed)?;
        let parent = parent
            .map(|id| repository.find_commit(id))
            .transpose()
            .map_err(failed)?;
        let parents: Vec<_> = parent.iter().collect();
        let id = repository
            .commit(None, &signature, &signature, &note.message, &tree, &parents)
            .map_err(failed)?;
        self.written.push(id);
        Ok(id)
    }

    /// Waits until everything that was written is on disk.
    pub(super) fn sync(&self) -> Result<(), StoreError> {
        let objects = self.store.repository.commondir().join("objects");
        for id in &self.written {
            let hex = id.to_string();
            sync(&objects.join(&hex[..2]).join(&hex[2..]))?;
        }
        Ok(())
    }
}
