//! Objects as a whole, and whole directories of files: read from a file of their own or from a pack, and never
//! one that is too large.

use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::sync::OnceLock;

use git2::ObjectType;
use git2::Odb;
use git2::Oid;

use super::loose::LooseObjects;
use super::tree;
use crate::store::LARGEST_FILE;
use crate::store::recent_records::DirectoryContents;

/// An object was not read.
pub(super) enum Unread {
    /// It has so many bytes.
    TooLarge(u64),
    /// The file that it has to itself is no object, or cannot be read.
    Broken(io::Error),
    /// It is not in a pack, or not whole there.
    Packed(git2::Error),
}

/// Reads an object, which is thought to be of a kind, and returns what is made of its kind and its bytes.
pub(super) fn read<T>(
    odb: &Odb<'_>,
    loose: &LooseObjects,
    id: Oid,
    kind: ObjectType,
    made: impl FnOnce(ObjectType, &[u8]) -> T,
) -> Result<T, Unread> {
    let within_bounds = |bytes: u64| {
        if bytes <= LARGEST_FILE {
            Ok(())
        } else {
            Err(Unread::TooLarge(bytes))
        }
    };
    if let Some(loose) = loose.open(id).map_err(Unread::Broken)? {
        within_bounds(loose.bytes)?;
        let kind = loose.kind;
        let bytes = loose.content().map_err(Unread::Broken)?;
        return Ok(made(kind, &bytes));
    }
    if kind == ObjectType::Blob {
        // Its size is known before any of it is unpacked. To ask for that of each tree would
        // double the look-ups of a question, and git unpacked those whole on their way here.
        let (bytes, _) = odb.read_header(id).map_err(Unread::Packed)?;
        within_bounds(bytes as u64)?;
    }
    let object = odb.read(id).map_err(Unread::Packed)?;
    within_bounds(object.len() as u64)?;
    Ok(made(object.kind(), object.data()))
}

/// The directories of a repository. Nothing is opened before something is read.
pub(super) struct WholeDirectories {
    objects: PathBuf,
    /// The database; `None` if it cannot be opened.
    odb: OnceLock<Option<Odb<'static>>>,
    loose: LooseObjects,
}

impl WholeDirectories {
    /// Returns those in the repository of a directory.
    pub(super) fn of(common_dir: &Path) -> Self {
        Self {
            objects: common_dir.join("objects"),
            odb: OnceLock::new(),
            loose: LooseObjects::of(common_dir),
        }
    }

    fn odb(&self) -> Option<&Odb<'static>> {
        let open = || {
            let odb = Odb::new().ok()?;
            odb.add_disk_alternate(self.objects.to_str()?).ok()?;
            Some(odb)
        };
        self.odb.get_or_init(open).as_ref()
    }

    /// Returns what is made of the bytes of an object, if it is of a kind.
    fn read<T>(
        &self,
        id: Oid,
        kind: ObjectType,
        made: impl FnOnce(&[u8]) -> Option<T>,
    ) -> Option<T> {
        let made = |found, bytes: &[u8]| (found == kind).then(|| made(bytes))?;
        read(self.odb()?, &self.loose, id, kind, made).ok()?
    }
}

impl DirectoryContents for WholeDirectories {
    fn each_file(&self, id: &[u8], file: &mut dyn FnMut(&str, &[u8]) -> Option<()>) -> Option<()> {
        let directory = Oid::from_bytes(id).ok()?;
        self.read(directory, ObjectType::Tree, |bytes| {
            for entry in tree::entries(bytes) {
                let entry = entry.filter(|entry| entry.mode == tree::FILE)?;
                self.read(entry.id, ObjectType::Blob, |bytes| file(entry.name, bytes))?;
            }
            Some(())
        })
    }
}

#[cfg(test)]
mod tests {
    use git2::Repository;

    use super::*;

    fn names(directories: &WholeDirectories, id: Oid) -> Option<String> {
        let mut found = Vec::new();
        directories.each_file(id.as_bytes(), &mut |name, bytes| {
            found.push(format!("{name}={}", String::from_utf8_lossy(bytes)));
            Some(())
        })?;
        Some(found.join(" "))
    }

    #[test]
    fn all_files_of_a_directory_are_read_or_none() {
        let place = tempfile::tempdir().unwrap();
        let repository = Repository::init_bare(place.path()).unwrap();
        let directories = WholeDirectories::of(repository.path());
        let tree = |entries: &[(&str, &str, Oid)]| {
            let bytes = tree::write(entries.iter().copied());
            let odb = repository.odb().unwrap();
            odb.write(ObjectType::Tree, &bytes).unwrap()
        };
        let [one, two] = ["1", "2"].map(|text| repository.blob(text.as_bytes()).unwrap());
        let both = [("a", tree::FILE, one), ("b", tree::FILE, two)];
        let whole = tree(&both);
        assert_eq!(names(&directories, whole).as_deref(), Some("a=1 b=2"));
        assert_eq!(names(&directories, tree(&[])).as_deref(), Some(""));
        let absent = Oid::hash_object(ObjectType::Blob, b"absent").unwrap();
        for odd in [
            ("c", tree::FILE, absent),
            ("c", tree::FILE, whole),
            ("c", tree::DIRECTORY, whole),
            ("c", "120000", one),
        ] {
            let odd = tree(&[both[0], both[1], odd]);
            assert_eq!(names(&directories, odd), None);
        }
        assert_eq!(names(&directories, one), None);
        assert_eq!(names(&directories, absent), None);
    }

    #[test]
    fn what_is_too_large_is_not_read() {
        let place = tempfile::tempdir().unwrap();
        let repository = Repository::init_bare(place.path()).unwrap();
        let bytes = vec![b'a'; usize::try_from(LARGEST_FILE).unwrap() + 1];
        let large = repository.blob(&bytes).unwrap();
        let fits = repository.blob(&bytes[1..]).unwrap();
        let directories = WholeDirectories::of(repository.path());
        let length = |id| directories.read(id, ObjectType::Blob, |bytes| Some(bytes.len()));
        assert_eq!(length(fits), Some(bytes.len() - 1));
        assert_eq!(length(large), None);
    }
}
