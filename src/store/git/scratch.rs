//! A copy of a store to try things on: all of its branches, none of its objects.

use std::fs;
use std::io;
use std::path::Path;

use git2::Repository;

use super::super::StoreError;
use super::GitStore;
use super::Place;
use super::backend;
use super::oid;
use crate::store::Snapshot;
use crate::store::git::Moment;

impl GitStore {
    /// Makes a bare repository with what is here now. It has no remote, so it is a store of its own.
    ///
    /// Objects are read from here, and what is written there stays there.
    ///
    /// # Errors
    ///
    /// Fails if the branches cannot be read, or the directory cannot be written.
    pub fn copy_to(&self, path: &Path) -> Result<(), StoreError> {
        let failed = |error| backend(&format!("copy the store to {}", path.display()), error);
        Place::init_bare(path)?;
        self.lend_objects(path)
            .map_err(|error| StoreError::Backend {
                action: format!("copy the store to {}", path.display()),
                source: error.into(),
            })?;
        // Opened again: who borrows is read when a repository is opened.
        let copy = Repository::open_bare(path).map_err(failed)?;
        let snapshot = self.at(Moment::Now);
        for branch in snapshot.branches()? {
            if let Some(tip) = snapshot.tip(&branch)? {
                let name = format!("refs/heads/{branch}");
                copy.reference(&name, oid(&tip)?, false, "copied")
                    .map_err(failed)?;
            }
        }
        Ok(())
    }

    /// Has another repository read its objects here, and know what is not here of the history.
    fn lend_objects(&self, path: &Path) -> io::Result<()> {
        let here = self.common_dir();
        let objects = here.join("objects");
        let mut line = objects.into_os_string().into_encoded_bytes();
        line.push(b'\n');
        fs::write(path.join("objects/info/alternates"), line)?;
        match fs::copy(here.join("shallow"), path.join("shallow")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}
