//! What somebody else packed, read with bounds: a commit of its own with files beside each other.

use std::sync::Arc;

use super::super::StoreError;
use super::GitStore;
use super::backend;
use super::oid;
use super::tree;
use crate::store::Revision;

impl GitStore {
    /// Returns the files of a commit of somebody else, in the order of their names: no more than so many, with no
    /// more than so many bytes all together.
    ///
    /// # Errors
    ///
    /// Fails with [`StoreError::Unfit`] if there are more, if the commit has a history, or if it holds anything
    /// but plain files; and if an object cannot be read.
    pub fn foreign_files(
        &self,
        at: &Revision,
        most_files: usize,
        most_bytes: u64,
    ) -> Result<Vec<Arc<[u8]>>, StoreError> {
        let unfit = |reason: String| StoreError::Unfit {
            id: at.to_string(),
            what: "a bundle".to_owned(),
            reason,
        };
        if self.find_commit(at)?.parents > 0 {
            return Err(unfit("it has a history".to_owned()));
        }
        let raw = self.tree(self.root(oid(at)?)?)?;
        let mut found = Vec::new();
        for entry in tree::entries(&raw) {
            let entry = entry.ok_or_else(|| unfit("its list of files is malformed".to_owned()))?;
            if entry.mode != tree::FILE {
                let name = entry.name.escape_debug();
                return Err(unfit(format!("{name} in it is no plain file")));
            }
            if found.len() == most_files {
                return Err(unfit(format!("it holds more than {most_files} files")));
            }
            found.push(entry);
        }
        found.sort_by_key(|entry| entry.name);
        let odb = self.odb()?;
        let mut files = Vec::new();
        let mut left = most_bytes;
        for entry in found {
            // Its size is known before any of it is unpacked.
            let size = odb.read_header(entry.id);
            let (size, _) = size.map_err(|error| backend("read a bundle", error))?;
            left = left.checked_sub(size as u64).ok_or_else(|| {
                unfit(format!(
                    "it holds more than the {most_bytes} bytes that are read"
                ))
            })?;
            files.push(self.blob(entry.id, "a file of a bundle")?.into());
        }
        Ok(files)
    }
}
