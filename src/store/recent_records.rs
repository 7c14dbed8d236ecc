//! The records that directories were found to hold, as long as their contents are the same.
//!
//! A content has an id that nothing else has, so what is here never goes stale, and all who have the
//! same store open can share it. To read the records of a directory again takes one look-up, where it
//! took one for each file, and its JSON. How many bytes are kept is bounded; what was asked for longest
//! ago leaves first.

use std::any::Any;
use std::any::TypeId;
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

/// The records of directories that were read lately; clones share them.
#[derive(Clone)]
pub(super) struct RecentRecords(Arc<Mutex<Recent<Key, Records>>>);

/// A content, where it lies (the same files are wrong elsewhere), and the kind of its records.
type Key = (Box<[u8]>, RecordPath, TypeId);

/// An `Arc<[Arc<T>]>`, of the kind in the key.
type Records = Arc<dyn Any + Send + Sync>;

impl RecentRecords {
    /// Returns how many bytes their files have; never more than 64 MiB.
    pub(super) fn bytes(&self) -> usize {
        lock(&self.0).bytes()
    }

    /// Returns where the records are remembered of a directory with the content of an id.
    pub(super) fn of(&self, id: &[u8], path: &RecordPath) -> DirectoryMemory {
        DirectoryMemory {
            recent: self.clone(),
            id: id.into(),
            path: path.clone(),
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

/// Where the records of a directory are remembered, as long as its content is the same.
#[derive(Debug)]
pub struct DirectoryMemory {
    recent: RecentRecords,
    id: Box<[u8]>,
    path: RecordPath,
}

impl DirectoryMemory {
    fn key<T: 'static>(&self) -> Key {
        (self.id.clone(), self.path.clone(), TypeId::of::<T>())
    }

    /// Returns all records of the directory, if somebody found lately that they are of a kind.
    pub(super) fn recall<T: Send + Sync + 'static>(&self) -> Option<Arc<[Arc<T>]>> {
        let found = lock(&self.recent.0).get(&self.key::<T>())?;
        found.downcast_ref().cloned()
    }

    /// Remembers all records of the directory, and how many bytes their files have.
    pub(super) fn remember<T: Send + Sync + 'static>(&self, records: &[Arc<T>], bytes: usize) {
        let records: Arc<[Arc<T>]> = records.into();
        let key = self.key::<T>();
        let bytes = bytes + self.path.as_str().len() + OVERHEAD;
        lock(&self.recent.0).put(key, Arc::new(records), bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_remembered_of_one_content_at_one_path_and_of_one_kind() {
        let recent = RecentRecords::default();
        let (here, there) = (RecordPath::in_tree("a"), RecordPath::in_tree("b"));
        let records: Arc<[Arc<u8>]> = Arc::new([Arc::new(7)]);
        recent.of(b"1", &here).remember(&records, 10);
        assert_eq!(recent.of(b"1", &here).recall::<u8>(), Some(records));
        assert_eq!(recent.of(b"1", &here).recall::<u16>(), None);
        assert_eq!(recent.of(b"1", &there).recall::<u8>(), None);
        assert_eq!(recent.of(b"2", &here).recall::<u8>(), None);
        assert_eq!(recent.clone().bytes(), 10 + 1 + OVERHEAD);
    }

    #[test]
    fn what_is_too_large_is_not_kept() {
        let recent = RecentRecords::default();
        let memory = recent.of(b"1", &RecordPath::in_tree("a"));
        memory.remember(&[Arc::new(7_u8)], LARGEST);
        assert_eq!(memory.recall::<u8>(), None);
        assert_eq!(recent.bytes(), 0);
    }
}
