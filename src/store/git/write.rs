//! Builds commits: new blobs, the trees above them, one commit a branch.

use std::collections::BTreeMap;
use std::sync::Arc;

use git2::ObjectType;
use git2::Oid;
use git2::Signature;
use git2::Time;

use super::super::Actor;
use super::super::Advance;
use super::super::Note;
use super::super::Snapshot;
use super::super::StoreError;
use super::super::check_size;
use super::GitStore;
use super::backend;
use super::batch::Batch;
use super::damaged;
use super::oid;
use super::revision;
use super::tree;
use crate::domain::deceptive::deceives;
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
    writer.finish(store.synced)?;
    Ok(advances)
}

/// Builds objects, which are in the store when it is finished.
pub(super) struct Writer<'a> {
    store: &'a GitStore,
    batch: Batch,
}

impl<'a> Writer<'a> {
    pub(super) fn new(store: &'a GitStore) -> Self {
        Self {
            store,
            batch: Batch::default(),
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
            None => self.object(ObjectType::Tree, [])?,
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
                    check_size(branch, || format!("{path}/{name}"), bytes)?;
                    let id = self.object(ObjectType::Blob, Arc::clone(bytes))?;
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
        self.object(ObjectType::Tree, tree::write(entries))
            .map(Some)
    }

    pub(super) fn object(
        &mut self,
        kind: ObjectType,
        bytes: impl Into<Arc<[u8]>>,
    ) -> Result<Oid, StoreError> {
        self.batch.add(kind, bytes)
    }

    pub(super) fn commit(
        &mut self,
        tree: Oid,
        parent: Option<Oid>,
        note: &Note,
    ) -> Result<Oid, StoreError> {
        let failed = |error| backend("write a commit", error);
        let time = Time::new(note.at.epoch_seconds(), 0);
        let name = in_a_header(&note.actor.name, "git-pact");
        let email = in_a_header(&note.actor.email, "git-pact@localhost");
        let signature = Signature::new(&name, &email, &time).map_err(failed)?;
        let mut bytes = format!("tree {tree}\n").into_bytes();
        if let Some(parent) = parent {
            bytes.extend(format!("parent {parent}\n").into_bytes());
        }
        for role in ["author", "committer"] {
            bytes.extend([role.as_bytes(), b" ", signature.name_bytes()].concat());
            bytes.extend([b" <", signature.email_bytes()].concat());
            bytes.extend(format!("> {} +0000\n", time.seconds()).into_bytes());
        }
        bytes.extend([b"\n", in_a_message(&note.message).as_bytes()].concat());
        self.object(ObjectType::Commit, bytes)
    }

    /// Puts everything into the store; if it is to be `synced`, returns when it is on disk.
    pub(super) fn finish(self, synced: bool) -> Result<(), StoreError> {
        self.batch.write(self.store, synced)
    }
}

/// Returns a name or an address without what would end it there, and what repaints the terminal of
/// whoever reads the log; another text if nothing is left.
fn in_a_header(text: &str, otherwise: &str) -> String {
    let kept = Actor::fitting(text);
    // What git takes off both ends is no name either.
    let has_name = kept.chars().any(char::is_alphanumeric);
    if has_name { kept } else { otherwise.to_owned() }
}

/// Returns a message without what repaints a terminal. Its lines stay.
fn in_a_message(text: &str) -> String {
    let shown = |c: char| {
        if c != '\n' && deceives(c) {
            '\u{fffd}'
        } else {
            c
        }
    };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Place;
    use super::*;
    use crate::domain::time::Timestamp;
    use crate::store::Actor;

    #[test]
    fn a_commit_is_what_git_would_make_of_it() {
        let directory = tempfile::TempDir::new().unwrap();
        let store = GitStore::new(Place::init_bare(directory.path()).unwrap()).unwrap();
        let note = |name: &str| Note {
            actor: Actor {
                name: name.to_owned(),
                email: "ada@example.org".to_owned(),
            },
            at: Timestamp::clamped(1_700_000_000),
            message: "Say one thing\n\nand ümlauts".to_owned(),
        };
        for name in ["Ada", " Ada, Countess; of Lovelace. ", "Адa"] {
            let note = note(name);
            let mut writer = Writer::new(&store);
            let tree = writer.object(ObjectType::Tree, []).unwrap();
            let first = writer.commit(tree, None, &note).unwrap();
            let second = writer.commit(tree, Some(first), &note).unwrap();
            writer.finish(false).unwrap();

            let time = Time::new(1_700_000_000, 0);
            let signature = Signature::new(name, &note.actor.email, &time).unwrap();
            let tree = store.repository.find_tree(tree).unwrap();
            let commit = |parents: &[&git2::Commit<'_>]| {
                let (by, message) = (&signature, &note.message);
                let commit = store
                    .repository
                    .commit(None, by, by, message, &tree, parents);
                commit.unwrap()
            };
            assert_eq!(first, commit(&[]));
            let parent = store.repository.find_commit(first).unwrap();
            assert_eq!(second, commit(&[&parent]));
        }
    }

    #[test]
    fn a_commit_repaints_no_terminal_and_forges_no_header() {
        let directory = tempfile::TempDir::new().unwrap();
        let store = GitStore::new(Place::init_bare(directory.path()).unwrap()).unwrap();
        for (name, expected) in [
            ("Ann\u{1b}[2J <root>\nauthor Eve", "Ann[2J rootauthor Eve"),
            ("\u{202e}nnA", "nnA"),
            ("\0\n<>. ", "git-pact"),
            ("", "git-pact"),
        ] {
            let note = Note {
                actor: Actor {
                    name: name.to_owned(),
                    email: "a@b\n> 0 +0000\nencoding x".to_owned(),
                },
                at: Timestamp::clamped(1_700_000_000),
                message: "Say\u{1b}]0;x\u{7}\n\r\u{9b}31m\0".to_owned(),
            };
            let mut writer = Writer::new(&store);
            let tree = writer.object(ObjectType::Tree, []).unwrap();
            let id = writer.commit(tree, None, &note).unwrap();
            writer.finish(false).unwrap();
            let commit = store.repository.find_commit(id).unwrap();
            assert_eq!(commit.author().name(), Ok(expected), "{name:?}");
            assert_eq!(commit.author().email(), Ok("a@b 0 +0000encoding x"));
            assert_eq!(commit.parent_count(), 0);
            assert_eq!(commit.message_encoding(), Ok(None));
            assert_eq!(
                commit.message_raw(),
                Ok("Say\u{fffd}]0;x\u{fffd}\n\u{fffd}\u{fffd}31m\u{fffd}")
            );
        }
    }
}
