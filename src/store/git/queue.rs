//! A private ref that keeps what waits to be pushed: files in order, synced to disk.
//!
//! The ref is below `refs/git-pact/`, which no clone, fetch or push of the user's takes along.

use std::sync::Arc;

use git2::ErrorCode;
use git2::ObjectType;
use git2::Oid;

use super::super::Note;
use super::super::StoreError;
use super::GitStore;
use super::backend;
use super::refs::sync;
use super::tree;
use super::write::Writer;

/// The private ref.
const QUEUE: &str = "refs/git-pact/pending";

/// What waits, and the state it was read in.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    at: Option<Oid>,
    /// The files, first come first.
    pub files: Vec<Arc<[u8]>>,
}

impl GitStore {
    /// Returns what waits to be pushed.
    ///
    /// # Errors
    ///
    /// Fails if it cannot be read.
    pub fn queue(&self) -> Result<Queue, StoreError> {
        let at = match self.repository.refname_to_id(QUEUE) {
            Ok(at) => at,
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(Queue::default()),
            Err(error) => return Err(backend("read what is pending", error)),
        };
        let raw = self.tree(self.root(at)?)?;
        let mut names = Vec::new();
        for entry in tree::entries(&raw) {
            let malformed = || StoreError::Missing {
                id: at.to_string(),
                what: format!("{QUEUE}, whose tree is malformed"),
            };
            let entry = entry.ok_or_else(malformed)?;
            names.push((entry.name.to_owned(), entry.id));
        }
        names.sort();
        let mut files = Vec::new();
        for (name, id) in names {
            files.push(self.blob(id, &name)?.into());
        }
        Ok(Queue {
            at: Some(at),
            files,
        })
    }

    /// Replaces what waits, if nobody else changed it since it was read.
    ///
    /// # Errors
    ///
    /// Fails with [`StoreError::QueueMoved`] if somebody did, and if the disk cannot be written.
    pub fn set_queue(
        &self,
        read: &Queue,
        files: &[Arc<[u8]>],
        note: &Note,
    ) -> Result<(), StoreError> {
        let failed = |error: git2::Error| match error.code() {
            // It is not what it was, or somebody is changing it just now.
            ErrorCode::Modified | ErrorCode::Exists | ErrorCode::NotFound | ErrorCode::Locked => {
                StoreError::QueueMoved
            }
            _ => backend("keep what is pending", error),
        };
        if files.is_empty() {
            return match self.repository.find_reference(QUEUE) {
                Ok(mut found) if found.target() == read.at => found.delete().map_err(failed),
                Err(error) if error.code() == ErrorCode::NotFound => match read.at {
                    Some(_) => Err(StoreError::QueueMoved),
                    None => Ok(()),
                },
                Ok(_) => Err(StoreError::QueueMoved),
                Err(error) => Err(failed(error)),
            };
        }
        let mut writer = Writer::new(self);
        let mut entries = Vec::new();
        for (index, file) in files.iter().enumerate() {
            let id = writer.object(ObjectType::Blob, file)?;
            entries.push((format!("{index:06}.json"), id));
        }
        let entries = entries
            .iter()
            .map(|(name, id)| (name.as_str(), tree::FILE, *id));
        let root = writer.object(ObjectType::Tree, &tree::write(entries))?;
        let commit = writer.commit(root, None, note)?;
        writer.sync()?;
        let reflog = "git-pact";
        match read.at {
            Some(old) => self
                .repository
                .reference_matching(QUEUE, commit, true, old, reflog),
            None => self.repository.reference(QUEUE, commit, false, reflog),
        }
        .map_err(failed)?;
        sync(&self.repository.commondir().join(QUEUE))
    }
}
