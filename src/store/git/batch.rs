//! A batch of objects: built in memory, put on disk together.
//!
//! Waiting for the disk is most of what a write costs, and each file is waited for by itself. So a
//! few objects become files of their own, and many become one pack, as git does with what is pushed
//! to it (`receive.unpackLimit`). A pack appears under its name when it is on disk, whole: nobody
//! finds a part of it after a loss of power.

use std::collections::BTreeSet;
use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use git2::ObjectType;
use git2::Odb;
use git2::OdbLookupFlags;
use git2::Oid;
use git2::Repository;

use super::super::StoreError;
use super::GitStore;
use super::Object;
use super::backend;
use super::refs::sync;

/// How many objects make a pack: as many as git takes. Fewer would leave thousands of packs, and
/// whoever looks for an object looks into all of them.
const PACK: usize = 100;

/// The beginning of the names of directories that `git prune` clears away, if a crash left them.
const SCRATCH: &str = "tmp_objdir-git-pact-";

/// Objects that are built, and on disk only when the batch is written.
#[derive(Default)]
pub(super) struct Batch {
    /// In the order in which they were added: what an object names comes before it. Upkeep that
    /// finds the one has to find the other.
    objects: Vec<(Oid, Object)>,
    ids: HashSet<Oid>,
}

impl Batch {
    /// Adds an object, after those that it names, and returns its id.
    pub(super) fn add(
        &mut self,
        kind: ObjectType,
        bytes: impl Into<Arc<[u8]>>,
    ) -> Result<Oid, StoreError> {
        let bytes = bytes.into();
        let id = Oid::hash_object(kind, &bytes)
            .map_err(|error| backend(&format!("hash a {kind} of {} bytes", bytes.len()), error))?;
        if self.ids.insert(id) {
            self.objects.push((id, Object { kind, bytes }));
        }
        Ok(id)
    }

    /// Puts the objects into a store; if they are to be `synced`, returns when they are on disk.
    pub(super) fn write(self, store: &GitStore, synced: bool) -> Result<(), StoreError> {
        if self.objects.len() < PACK {
            self.write_files(store, synced)?;
        } else {
            self.write_pack(store, synced)?;
        }
        // The next write begins with the trees of this one.
        for (id, object) in &self.objects {
            store.objects.put(*id, object);
        }
        Ok(())
    }

    fn write_files(&self, store: &GitStore, synced: bool) -> Result<(), StoreError> {
        let odb = store.odb()?;
        let objects = store.repository.commondir().join("objects");
        let file = |id: &Oid| {
            let hex = id.to_string();
            objects.join(&hex[..2]).join(&hex[2..])
        };
        for (id, Object { kind, bytes }) in &self.objects {
            // What is there is not written again. A loss of power leaves objects that are there and empty.
            let file = file(id);
            // libgit2 knows the empty tree by heart and never looks at its file.
            let is_empty = || file.metadata().is_ok_and(|it| it.len() == 0);
            if odb.exists_ext(*id, OdbLookupFlags::NO_REFRESH)
                && (is_empty() || odb.read(*id).is_err())
            {
                let _ = fs::remove_file(file);
            }
            // git's upkeep takes away a directory that it emptied, also one about to be used.
            let written = odb.write(*kind, bytes).or_else(|_| odb.write(*kind, bytes));
            written.map_err(|error| {
                backend(&format!("write a {kind} of {} bytes", bytes.len()), error)
            })?;
        }
        if !synced {
            return Ok(());
        }
        let mut directories = BTreeSet::from([objects.clone()]);
        for (id, _) in &self.objects {
            let file = file(id);
            sync(&file)?;
            directories.extend(file.parent().map(Path::to_owned));
        }
        directories.iter().try_for_each(|directory| sync(directory))
    }

    fn write_pack(&self, store: &GitStore, synced: bool) -> Result<(), StoreError> {
        let count = self.objects.len();
        let failed = |error: io::Error| StoreError::Backend {
            action: format!("write a pack of {count} objects"),
            source: error.into(),
        };
        let objects = store.repository.commondir().join("objects");
        let packs = objects.join("pack");
        fs::create_dir_all(&packs).map_err(failed)?;
        let mut scratch = tempfile::Builder::new();
        let scratch = scratch.prefix(SCRATCH).tempdir_in(&objects);
        let scratch = scratch.map_err(failed)?;
        let name = self
            .pack_into(scratch.path())
            .map_err(|error| backend(&format!("make a pack of {count} objects"), error))?;
        // The index last: with it, the pack is there.
        for ending in ["pack", "idx"] {
            let file = PathBuf::from(format!("pack-{name}.{ending}"));
            let made = scratch.path().join(&file);
            if synced {
                sync(&made)?;
            }
            fs::rename(&made, packs.join(&file)).map_err(failed)?;
        }
        if synced {
            sync(&packs)?;
        }
        Ok(())
    }

    /// Makes a pack and its index in a directory, and returns what their names have in common.
    fn pack_into(&self, directory: &Path) -> Result<String, git2::Error> {
        // Apart from the store's own objects: nothing of it has to be looked up, or can get in.
        let odb = Odb::new()?;
        odb.add_new_mempack_backend(1)?;
        for (_, Object { kind, bytes }) in &self.objects {
            odb.write(*kind, bytes)?;
        }
        let apart = Repository::from_odb(odb)?;
        let mut pack = apart.packbuilder()?;
        for (id, _) in &self.objects {
            pack.insert_object(*id, None)?;
        }
        pack.write(directory, 0)?;
        let name = pack.name()?;
        name.map(str::to_owned)
            .ok_or_else(|| git2::Error::from_str("the pack has no name"))
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::super::Place;
    use super::*;

    fn store() -> (TempDir, GitStore) {
        let directory = TempDir::new().unwrap();
        let place = Place::init_bare(directory.path()).unwrap();
        (directory, GitStore::new(place).unwrap())
    }

    /// Writes so many blobs and says how many packs and how many files that made.
    fn files(number: usize) -> (usize, usize) {
        let (directory, store) = store();
        let mut batch = Batch::default();
        let text = |index| format!("blob number {index}").into_bytes();
        let ids: Vec<Oid> = (0..number)
            .map(|index| batch.add(ObjectType::Blob, text(index)).unwrap())
            .collect();
        batch.write(&store, true).unwrap();
        // Opened anew, so that nothing is remembered.
        let store = GitStore::new(Place::at(directory.path()).unwrap()).unwrap();
        for (index, id) in ids.into_iter().enumerate() {
            assert_eq!(store.blob(id, "a blob").unwrap(), text(index));
        }
        let below = walkdir::WalkDir::new(directory.path().join("objects"));
        let files = below.into_iter().map(Result::unwrap);
        let files: Vec<_> = files.filter(|entry| entry.file_type().is_file()).collect();
        let packs = files.iter().filter(|entry| {
            let ending = entry.path().extension();
            ending.is_some_and(|ending| ending == "pack")
        });
        (packs.count(), files.len())
    }

    #[test]
    fn few_objects_are_files_and_many_are_a_pack() {
        assert_eq!(files(0), (0, 0));
        assert_eq!(files(PACK - 1), (0, PACK - 1));
        // The pack and its index, and nothing that was made on the way.
        assert_eq!(files(PACK), (1, 2));
    }

    #[test]
    fn what_is_in_a_batch_twice_is_one_object() {
        let mut batch = Batch::default();
        let first = batch.add(ObjectType::Blob, *b"one").unwrap();
        let again = batch.add(ObjectType::Blob, *b"one").unwrap();
        assert_eq!(first, again);
        assert_eq!(batch.objects.len(), 1);
    }

    #[test]
    fn an_object_that_lost_its_content_with_the_power_is_written_again() {
        let (directory, store) = store();
        let mut batch = Batch::default();
        let id = batch.add(ObjectType::Blob, *b"one").unwrap();
        let hex = id.to_string();
        let file = directory.path().join("objects").join(&hex[..2]);
        fs::create_dir(&file).unwrap();
        fs::write(file.join(&hex[2..]), "").unwrap();
        batch.write(&store, true).unwrap();
        let store = GitStore::new(Place::at(directory.path()).unwrap()).unwrap();
        assert_eq!(store.blob(id, "a blob").unwrap(), b"one");
    }

    #[test]
    fn the_same_pack_may_be_written_twice() {
        let (directory, store) = store();
        for _ in 0..2 {
            let mut batch = Batch::default();
            for index in 0..PACK {
                batch
                    .add(ObjectType::Blob, format!("{index}").into_bytes())
                    .unwrap();
            }
            batch.write(&store, true).unwrap();
        }
        let packs = fs::read_dir(directory.path().join("objects/pack")).unwrap();
        assert_eq!(packs.count(), 2);
    }
}
