//! Objects that were read lately, by id.
//!
//! An id names the same bytes for ever, so what is here never goes stale, and all who have the same
//! repository open can share it. How many bytes are kept is bounded; those that were asked for
//! longest ago leave first.

use std::fmt;
use std::sync::Arc;
use std::sync::Mutex;

use git2::ObjectType;
use git2::Oid;

use super::whole::WholeDirectories;
use crate::record::path::RecordPath;
use crate::store::recent::Recent;
use crate::store::recent::lock;
use crate::store::recent_records::Directory;
use crate::store::recent_records::RecentRecords;
use crate::store::recent_records::Recollection;

/// How many bytes are kept, at most.
const MOST_BYTES: usize = 64 << 20;

/// The largest object that is kept.
const LARGEST: usize = 1 << 20;

/// What an entry costs beside its bytes, about: its key, its links and its place in the table.
const OVERHEAD: usize = 128;

/// Objects that were read lately, and the records that directories among them hold; clones share them.
#[derive(Clone)]
pub struct RecentObjects {
    objects: Arc<Mutex<Recent<Oid, Object>>>,
    records: RecentRecords,
}

/// An object.
#[derive(Clone)]
pub(super) struct Object {
    /// What it is.
    pub(super) kind: ObjectType,
    /// What it holds.
    pub(super) bytes: Arc<[u8]>,
}

impl RecentObjects {
    /// Returns how many bytes they have; never more than 128 MiB.
    #[must_use]
    pub fn bytes(&self) -> usize {
        lock(&self.objects).bytes() + self.records.bytes()
    }

    /// Returns the directory at a path, to be read from a repository as a whole.
    pub(super) fn directory(
        &self,
        id: Oid,
        path: RecordPath,
        directories: &Arc<WholeDirectories>,
    ) -> Directory {
        let contents = Arc::clone(directories);
        Directory::new(self.recollection(id, path), contents)
    }

    /// Returns where the records of what lies at a path are remembered.
    pub(super) fn recollection(&self, id: Oid, path: RecordPath) -> Recollection {
        self.records.of(id.as_bytes(), path)
    }

    /// Returns an object, if it was read lately.
    pub(super) fn get(&self, id: Oid) -> Option<Object> {
        lock(&self.objects).get(&id)
    }

    /// Returns all of them with their ids, those that were asked for last before the others.
    pub(super) fn latest_first(&self) -> Vec<(Oid, Object)> {
        let objects = lock(&self.objects);
        let object = |(id, object): (&Oid, &Object)| (*id, object.clone());
        objects.latest_first().map(object).collect()
    }

    /// Remembers an object that was just read.
    pub(super) fn put(&self, id: Oid, object: &Object) {
        let bytes = object.bytes.len() + OVERHEAD;
        lock(&self.objects).put(id, object.clone(), bytes);
    }
}

impl Default for RecentObjects {
    fn default() -> Self {
        let objects = Recent::within(MOST_BYTES, LARGEST + OVERHEAD);
        Self {
            objects: Arc::new(Mutex::new(objects)),
            records: RecentRecords::default(),
        }
    }
}

impl fmt::Debug for RecentObjects {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RecentObjects({} bytes)", self.bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u32) -> Oid {
        let mut bytes = [0; 20];
        bytes[..4].copy_from_slice(&number.to_be_bytes());
        Oid::from_bytes(&bytes).unwrap()
    }

    fn blob(length: usize) -> Object {
        Object {
            kind: ObjectType::Blob,
            bytes: vec![0; length].into(),
        }
    }

    #[test]
    fn what_was_put_is_there_and_for_every_clone() {
        let objects = RecentObjects::default();
        objects.clone().put(id(1), &blob(10));
        assert_eq!(objects.get(id(1)).unwrap().bytes.len(), 10);
        assert!(objects.get(id(2)).is_none());
        objects.put(id(1), &blob(10));
        assert_eq!(objects.bytes(), 10 + OVERHEAD);
    }

    #[test]
    fn what_was_asked_for_longest_ago_leaves_first() {
        let objects = RecentObjects::default();
        let many = u32::try_from(MOST_BYTES / LARGEST).unwrap();
        for number in 0..many {
            objects.put(id(number), &blob(LARGEST));
            objects.get(id(0)).unwrap();
        }
        assert!(objects.bytes() <= MOST_BYTES);
        assert!(objects.get(id(0)).is_some());
        assert!(objects.get(id(1)).is_none());
        assert!(objects.get(id(many - 1)).is_some());
    }

    #[test]
    fn one_that_is_too_large_is_not_kept() {
        let objects = RecentObjects::default();
        objects.put(id(1), &blob(LARGEST + 1));
        assert_eq!(objects.bytes(), 0);
    }
}
