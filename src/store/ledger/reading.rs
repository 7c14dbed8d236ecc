//! Reading records, one or all of a directory, and saying which one it was where that fails.

use std::sync::Arc;

use super::StoreLedger;
use crate::domain::ledger::Read;
use crate::domain::ledger::Unreadable;
use crate::record::Record;
use crate::record::about;
use crate::record::from_bytes;
use crate::record::path::Branch;
use crate::record::path::RecordPath;
use crate::store::DirectoryMemory;
use crate::store::Item;

impl StoreLedger<'_> {
    pub(super) fn bytes(&self, branch: &Branch, path: &RecordPath) -> Read<Option<Arc<[u8]>>> {
        self.snapshot
            .file(branch, path)
            .map_err(|error| unreadable(branch, path, error))
    }

    pub(super) fn list(&self, branch: &Branch, path: &RecordPath) -> Read<Vec<Item>> {
        self.snapshot
            .list(branch, path)
            .map_err(|error| unreadable(branch, path, error))
    }

    pub(super) fn record<R: Record>(&self, branch: &Branch, path: &RecordPath) -> Read<Option<R>> {
        let bytes = self.bytes(branch, path)?;
        let parsed = bytes.map(|bytes| from_bytes(&bytes));
        parsed
            .transpose()
            .map_err(|error| unreadable(branch, path, error))
    }

    /// Returns the record at a path, if it is about what the path says.
    pub(super) fn record_about<R: Record, T: From<R>>(
        &self,
        branch: &Branch,
        path: &RecordPath,
        expected: &str,
        key: impl Fn(&T) -> &str,
    ) -> Read<Option<T>> {
        let Some(record) = self.record::<R>(branch, path)? else {
            return Ok(None);
        };
        let value = T::from(record);
        about(key(&value), expected).map_err(|error| unreadable(branch, path, error))?;
        Ok(Some(value))
    }

    /// Returns every record below a directory, `depth` levels of directories down.
    ///
    /// Each has to lie where it belongs: one that does not stands in the place of another.
    pub(super) fn records<R: Record, T: From<R> + Send + Sync + 'static>(
        &self,
        branch: &Branch,
        path: &RecordPath,
        depth: u8,
        place: &dyn Fn(&T) -> RecordPath,
    ) -> Read<Vec<Arc<T>>> {
        if depth == 0 {
            return self.records_in::<R, T>(branch, path, place);
        }
        let mut values = Vec::new();
        for item in self.list(branch, path)? {
            let path = path.join(&item.name);
            if !item.is_directory {
                return Err(unreadable(branch, &path, Misplaced));
            }
            values.extend(self.records::<R, T>(branch, &path, depth - 1, place)?);
        }
        Ok(values)
    }

    /// Returns every record in a directory, which holds nothing else.
    fn records_in<R: Record, T: From<R> + Send + Sync + 'static>(
        &self,
        branch: &Branch,
        directory: &RecordPath,
        place: &dyn Fn(&T) -> RecordPath,
    ) -> Read<Vec<Arc<T>>> {
        let memory = self.snapshot.memory(branch, directory);
        let memory = memory.map_err(|error| unreadable(branch, directory, error))?;
        if let Some(known) = memory.as_ref().and_then(DirectoryMemory::recall) {
            return Ok(known.to_vec());
        }
        let (mut values, mut length) = (Vec::new(), 0);
        for item in self.list(branch, directory)? {
            let path = directory.join(&item.name);
            if item.is_directory {
                return Err(unreadable(branch, &path, Misplaced));
            }
            let Some(bytes) = self.bytes(branch, &path)? else {
                continue;
            };
            let failed = |error| unreadable(branch, &path, error);
            let value = T::from(from_bytes::<R>(&bytes).map_err(failed)?);
            about(place(&value).as_str(), path.as_str()).map_err(failed)?;
            values.push(Arc::new(value));
            length += bytes.len();
        }
        if let Some(memory) = memory {
            memory.remember(&values, length);
        }
        Ok(values)
    }
}

/// Something lies where nothing of its kind belongs.
#[derive(Debug, thiserror::Error)]
#[error("nothing of this kind belongs here")]
pub(super) struct Misplaced;

/// Returns records for whoever does not share them.
pub(super) fn owned<T: Clone>(records: Vec<Arc<T>>) -> Vec<T> {
    records.into_iter().map(Arc::unwrap_or_clone).collect()
}

pub(super) fn unreadable(
    branch: &Branch,
    path: &RecordPath,
    source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> Unreadable {
    Unreadable {
        what: format!("{path} on {branch}"),
        source: source.into(),
    }
}
