//! The records that files and directories were found to hold, as long as their contents are the same.
//!
//! A content has an id that nothing else has, so what is here never goes stale, and all who have the
//! same store open can share it. To read the records of a directory again takes one look-up, where it
//! took one for each file, and its JSON. How many bytes are kept is bounded; what was asked for longest
//! ago leaves first.
//!
//! What is not remembered can be read by the same id, with no look-up of a path.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::sync::Mutex;

use super::recent::Recent;
use super::recent::lock;
use crate::record::path::RecordPath;

/// How many bytes the files of all those records may have, at most.
const MOST_BYTES: usize = 64 << 20;

/// How many bytes the files of a directory may have, at most.
const LARGEST: usize = 1 << 20;

/// What an entry costs beside its records, about: its key, its links and its place in the table.
const OVERHEAD: usize = 128;

/// The records that were read lately; clones share them.
#[derive(Clone)]
pub(super) struct RecentRecords(Arc<Mutex<Recent<Key, Records>>>);

/// A content, and where it lies: the same files are wrong elsewhere.
type Key = (Box<[u8]>, RecordPath);

/// An `Arc<[Arc<T>]>`, of the kind that somebody read it as.
type Records = Arc<dyn Any + Send + Sync>;

impl RecentRecords {
    /// Returns how many bytes their files have; never more than 64 MiB.
    pub(super) fn bytes(&self) -> usize {
        lock(&self.0).bytes()
    }

    /// Returns where the records of what lies at a path are remembered, by the id of its content.
    pub(super) fn of(&self, id: &[u8], path: RecordPath) -> Recollection {
        Recollection {
            recent: self.clone(),
            key: (id.into(), path),
        }
    }
}

impl Default for RecentRecords {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Recent::within(MOST_BYTES, LARGEST))))
    }
}

impl fmt::Debug for RecentRecords {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RecentRecords({} bytes)", self.bytes())
    }
}

/// Reads whole directories by the ids of their contents, on whichever thread asks.
pub(super) trait DirectoryContents: Send + Sync {
    /// Hands on the name and the bytes of each file of a directory, by name, as long as that is answered by
    /// `Some`. Returns `None` if it was not, or if anything else is not as it should be, which whoever
    /// reads the files one by one will find, and can say.
    fn each_file(&self, id: &[u8], file: &mut dyn FnMut(&str, &[u8]) -> Option<()>) -> Option<()>;
}

/// Where the records of a file or a directory are remembered, as long as its content is the same.
pub struct Recollection {
    recent: RecentRecords,
    key: Key,
}

impl Recollection {
    /// Returns all its records, if somebody found lately that they are of a kind.
    pub(super) fn recall<T: Send + Sync + 'static>(&self) -> Option<Arc<[Arc<T>]>> {
        let found = lock(&self.recent.0).get(&self.key)?;
        found.downcast_ref().cloned()
    }

    /// Remembers all its records, and how many bytes their files have.
    pub(super) fn remember<T: Send + Sync + 'static>(&self, records: &Arc<[Arc<T>]>, bytes: usize) {
        let (_, path) = &self.key;
        let bytes = bytes + path.as_str().len() + OVERHEAD;
        lock(&self.recent.0).put(self.key.clone(), Arc::new(Arc::clone(records)), bytes);
    }
}

/// A directory as a whole: where its records are remembered, and from where they are read.
pub struct Directory {
    pub(super) recollection: Recollection,
    contents: Arc<dyn DirectoryContents>,
}

impl Directory {
    /// Returns the directory whose records are remembered somewhere, and who reads it.
    pub(super) fn new(recollection: Recollection, contents: Arc<dyn DirectoryContents>) -> Self {
        Self {
            recollection,
            contents,
        }
    }

    /// Returns where it lies.
    #[must_use]
    pub fn path(&self) -> &RecordPath {
        let (_, path) = &self.recollection.key;
        path
    }

    /// Hands on each of its files, see [`DirectoryContents::each_file`].
    pub(super) fn each_file(&self, mut file: impl FnMut(&str, &[u8]) -> Option<()>) -> Option<()> {
        let (id, _) = &self.recollection.key;
        self.contents.each_file(id, &mut file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(recent: &RecentRecords, id: &[u8], path: &str) -> Recollection {
        recent.of(id, RecordPath::in_tree(path))
    }

    #[test]
    fn records_are_remembered_of_one_content_at_one_path_and_of_one_kind() {
        let recent = RecentRecords::default();
        let records: Arc<[Arc<u8>]> = Arc::new([Arc::new(7)]);
        of(&recent, b"1", "a").remember(&records, 10);
        let recalled = of(&recent, b"1", "a").recall::<u8>();
        assert_eq!(recalled, Some(records));
        assert_eq!(of(&recent, b"1", "a").recall::<u16>(), None);
        assert_eq!(of(&recent, b"1", "b").recall::<u8>(), None);
        assert_eq!(of(&recent, b"2", "a").recall::<u8>(), None);
        assert_eq!(recent.clone().bytes(), 10 + 1 + OVERHEAD);
    }

    #[test]
    fn what_is_too_large_is_not_kept() {
        let recent = RecentRecords::default();
        let recollection = of(&recent, b"1", "a");
        let records: Arc<[Arc<u8>]> = Arc::new([Arc::new(7)]);
        recollection.remember(&records, LARGEST);
        assert_eq!(recollection.recall::<u8>(), None);
        assert_eq!(recent.bytes(), 0);
    }
}
