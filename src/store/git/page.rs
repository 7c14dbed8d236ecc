//! Files on a branch that is not the store's own: the page that a forge shows of the repository, and sites.
//!
//! It is written as records are: objects first, the branch last and only if it is what it was. All else on
//! the branch stays as it is, whatever its names are made of.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use git2::ErrorCode;
use git2::ObjectType;
use git2::Oid;

use super::GitStore;
use super::backend;
use super::oid;
use super::refs;
use super::revision;
use super::tree;
use super::write::Writer;
use crate::store::Note;
use crate::store::Revision;
use crate::store::StoreError;

/// What came of moving a branch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum PageMove {
    /// It is where it should be.
    Moved,
    /// Somebody was faster; it was left where it is.
    Lost,
    /// A work tree has it checked out, and would undo what is written; it was left where it is.
    CheckedOut(PathBuf),
}

impl GitStore {
    /// Returns the name of the branch that the repository shows, in full; `None` if it shows a commit.
    #[must_use]
    pub fn shown_branch(&self) -> Option<String> {
        let head = self.repository.find_reference("HEAD").ok()?;
        Some(head.symbolic_target().ok().flatten()?.to_owned())
    }

    /// Returns where a branch of any kind stands, by its full name.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be read.
    pub fn tip_of_ref(&self, name: &str) -> Result<Option<Revision>, StoreError> {
        match self.repository.refname_to_id(name) {
            Ok(id) => Ok(Some(revision(id))),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(backend(&format!("read {name}"), error)),
        }
    }

    /// Returns the bytes of a file of a commit, by its path with slashes, if it is there.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be read, or is no plain file.
    pub fn page(&self, at: &Revision, name: &str) -> Result<Option<Arc<[u8]>>, StoreError> {
        let mut raw = self.tree(self.root(oid(at)?)?)?;
        let (above, own) = name.rsplit_once('/').unwrap_or(("", name));
        for directory in above.split('/').filter(|it| !it.is_empty()) {
            let entry = tree::find(&raw, directory).ok().flatten();
            let Some(inside) = entry.and_then(tree::RawEntry::directory) else {
                return Ok(None);
            };
            raw = self.tree(inside)?;
        }
        match tree::file(&raw, own) {
            Ok(None) => Ok(None),
            Ok(Some(id)) => self
                .object(id, ObjectType::Blob, || name.to_owned())
                .map(Some),
            Err(reason) => Err(StoreError::Unfit {
                id: at.to_string(),
                what: name.to_owned(),
                reason: reason.to_owned(),
            }),
        }
    }

    /// Builds a commit on top of another in which a file, by its path with slashes, has these bytes. Nothing is
    /// visible yet.
    ///
    /// # Errors
    ///
    /// Fails if the objects cannot be read or written, or if something else than a file or a directory is in the way.
    pub fn commit_page(
        &self,
        on: Option<&Revision>,
        name: &str,
        bytes: &[u8],
        note: &Note,
    ) -> Result<Revision, StoreError> {
        let parent = on.map(oid).transpose()?;
        let before = match parent {
            Some(parent) => self.tree(self.root(parent)?)?,
            None => [].into(),
        };
        let mut writer = Writer::new(self);
        let blob = writer.object(ObjectType::Blob, bytes.to_vec())?;
        let after = self.with_page(&mut writer, &before, name, blob)?;
        let after = after.ok_or_else(|| StoreError::Unfit {
            id: on.map_or_else(String::new, Revision::to_string),
            what: name.to_owned(),
            reason: "its place in the tree is taken, or malformed".to_owned(),
        })?;
        let commit = writer.commit(after, parent, note)?;
        writer.finish(self.synced)?;
        Ok(revision(commit))
    }

    /// Writes a tree in which a file has a blob, and the trees above it; `None` if there is no place for it.
    fn with_page(
        &self,
        writer: &mut Writer<'_>,
        before: &[u8],
        path: &str,
        blob: Oid,
    ) -> Result<Option<Oid>, StoreError> {
        let after = match path.split_once('/') {
            None => tree::with_entry(before, path, tree::FILE, blob),
            Some((name, below)) => {
                let entry = tree::find(before, name).ok().flatten();
                let inside = match entry.and_then(tree::RawEntry::directory) {
                    Some(inside) => self.tree(inside)?,
                    None => [].into(),
                };
                match self.with_page(writer, &inside, below, blob)? {
                    Some(inside) => tree::with_entry(before, name, tree::DIRECTORY, inside),
                    None => None,
                }
            }
        };
        after
            .map(|tree| writer.object(ObjectType::Tree, tree))
            .transpose()
    }

    /// Builds a commit on top of another that holds these files and nothing else, by their paths with slashes;
    /// `None` if the other one does already. Nothing is visible yet.
    ///
    /// # Errors
    ///
    /// Fails if the objects cannot be read or written.
    pub fn commit_folder(
        &self,
        on: Option<&Revision>,
        files: &BTreeMap<String, Vec<u8>>,
        note: &Note,
    ) -> Result<Option<Revision>, StoreError> {
        let parent = on.map(oid).transpose()?;
        let mut writer = Writer::new(self);
        let files: Vec<_> = files
            .iter()
            .map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
            .collect();
        let root = folder(&mut writer, &files)?;
        if let Some(parent) = parent
            && self.root(parent)? == root
        {
            return Ok(None);
        }
        let commit = writer.commit(root, parent, note)?;
        writer.finish(self.synced)?;
        Ok(Some(revision(commit)))
    }

    /// Moves a branch of this repository, by its full name, if it is what it was and nobody works on it.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be moved although nobody else has moved it.
    pub fn move_ref(
        &self,
        name: &str,
        old: Option<&Revision>,
        new: &Revision,
    ) -> Result<PageMove, StoreError> {
        if let Some(path) = refs::work_tree_on(self, name) {
            return Ok(PageMove::CheckedOut(path));
        }
        let new = oid(new)?;
        let moved = match old {
            Some(old) => {
                let old = oid(old)?;
                self.repository
                    .reference_matching(name, new, true, old, "git-pact")
            }
            None => self.repository.reference(name, new, false, "git-pact"),
        };
        match moved {
            Ok(_) => {}
            // Not found: what was seen there was deleted.
            Err(error)
                if matches!(
                    error.code(),
                    ErrorCode::Modified | ErrorCode::Exists | ErrorCode::NotFound
                ) =>
            {
                return Ok(PageMove::Lost);
            }
            Err(error) => return Err(backend(&format!("move {name}"), error)),
        }
        if self.synced {
            refs::sync_named(self.repository.commondir(), [name])?;
        }
        Ok(PageMove::Moved)
    }
}

/// Builds the tree of files that are sorted by their paths, so that those of a directory stand together.
fn folder(writer: &mut Writer<'_>, files: &[(&str, &[u8])]) -> Result<Oid, StoreError> {
    let mut entries = Vec::new();
    let mut rest = files;
    while let [(path, bytes), behind @ ..] = rest {
        let Some((name, _)) = path.split_once('/') else {
            let blob = writer.object(ObjectType::Blob, bytes.to_vec())?;
            entries.push((*path, tree::FILE, blob));
            rest = behind;
            continue;
        };
        let within = |path: &'_ str| {
            path.strip_prefix(name)
                .is_some_and(|it| it.starts_with('/'))
        };
        let end = rest.partition_point(|(path, _)| within(path));
        let inside = rest[..end].iter();
        let inside: Vec<_> = inside
            .map(|(path, bytes)| (&path[name.len() + 1..], *bytes))
            .collect();
        entries.push((name, tree::DIRECTORY, folder(writer, &inside)?));
        rest = &rest[end..];
    }
    writer.object(ObjectType::Tree, tree::write(entries.into_iter()))
}

#[cfg(test)]
mod tests {
    use super::super::Place;
    use super::*;
    use crate::domain::time::Timestamp;
    use crate::store::Actor;

    fn note() -> Note {
        Note {
            actor: Actor {
                name: "Ada".to_owned(),
                email: "ada@example.org".to_owned(),
            },
            at: Timestamp::clamped(1_700_000_000),
            message: "Show it".to_owned(),
        }
    }

    #[test]
    fn a_file_is_put_beside_what_is_there() {
        let directory = tempfile::TempDir::new().unwrap();
        let store = GitStore::new(Place::init_bare(directory.path()).unwrap()).unwrap();
        let mut at = None;
        for (name, bytes) in [
            ("b.md", "1"),
            ("README.md", "2"),
            ("z", "3"),
            ("README.md", "4"),
            (".github/workflows/a.yml", "5"),
            (".github/workflows/b.yml", "6"),
            (".github/workflows/a.yml", "7"),
        ] {
            let new = store
                .commit_page(at.as_ref(), name, bytes.as_bytes(), &note())
                .unwrap();
            at = Some(new);
        }
        let at = at.unwrap();
        for (name, expected) in [
            ("b.md", Some("1")),
            ("README.md", Some("4")),
            ("z", Some("3")),
            ("a", None),
            (".github/workflows/a.yml", Some("7")),
            (".github/workflows/b.yml", Some("6")),
            (".github/a.yml", None),
            ("z/a.yml", None),
        ] {
            let found = store.page(&at, name).unwrap();
            assert_eq!(found.as_deref(), expected.map(str::as_bytes), "{name}");
        }
        // As git has it.
        let commit = store.repository.find_commit(oid(&at).unwrap()).unwrap();
        let tree = commit.tree().unwrap();
        let names: Vec<_> = tree
            .iter()
            .map(|it| it.name().unwrap().to_owned())
            .collect();
        assert_eq!(names, [".github", "README.md", "b.md", "z"]);
        let mut builder = store.repository.treebuilder(Some(&tree)).unwrap();
        let same = builder.insert("z", tree.get_name("z").unwrap().id(), 0o100_644);
        assert!(same.is_ok());
        drop(same);
        assert_eq!(builder.write().unwrap(), tree.id());
    }

    #[test]
    fn a_branch_moves_only_from_where_it_was_seen() {
        let directory = tempfile::TempDir::new().unwrap();
        let store = GitStore::new(Place::init_bare(directory.path()).unwrap()).unwrap();
        let commit =
            |on: Option<&Revision>, bytes: &[u8]| store.commit_page(on, "a", bytes, &note());
        let one = commit(None, b"1").unwrap();
        let two = commit(Some(&one), b"2").unwrap();
        let name = "refs/heads/main";
        let put = |old: Option<&Revision>, new: &Revision| store.move_ref(name, old, new).unwrap();
        assert_eq!(put(Some(&one), &two), PageMove::Lost);
        assert_eq!(put(None, &one), PageMove::Moved);
        assert_eq!(put(None, &two), PageMove::Lost);
        assert_eq!(put(Some(&two), &one), PageMove::Lost);
        assert_eq!(put(Some(&one), &two), PageMove::Moved);
        assert_eq!(store.tip_of_ref(name).unwrap(), Some(two));
    }
}
