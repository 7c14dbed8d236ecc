//! A private ref that keeps what waits to be pushed: files in order, synced to disk.
//!
//! The ref is below `refs/git-pact/`, which no clone, fetch or push of the user's takes along.

use std::collections::HashMap;
use std::sync::Arc;

use git2::ErrorCode;
use git2::ObjectType;
use git2::Oid;

use super::super::Note;
use super::super::StoreError;
use super::GitStore;
use super::backend;
use super::journal;
use super::journal::Move;
use super::refs::lock_path;
use super::refs::move_locked;
use super::tree;
use super::write::Writer;

/// The private ref.
const QUEUE: &str = "refs/git-pact/pending";

/// What waits, and the state it was read in.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    at: Option<Oid>,
    /// The object that each file is.
    ids: Vec<Oid>,
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
        let Some(at) = self.queue_tip()? else {
            return Ok(Queue::default());
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
        let mut queue = Queue {
            at: Some(at),
            ..Queue::default()
        };
        for (name, id) in names {
            queue.files.push(self.blob(id, &name)?.into());
            queue.ids.push(id);
        }
        Ok(queue)
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
        let failed = |error| backend("keep what is pending", error);
        let mut next = None;
        if !files.is_empty() {
            let mut writer = Writer::new(self);
            next = Some(commit(&mut writer, read, files, note)?);
            writer.finish(true)?;
        }
        let _ = journal::recover(&self.repository);
        // Compared under the lock: a ref that two processes make at once is made by both otherwise.
        let mut transaction = self.repository.transaction().map_err(failed)?;
        transaction
            .lock_ref(QUEUE)
            .map_err(|error| match error.code() {
                ErrorCode::Locked => StoreError::Locked {
                    what: "what is pending".to_owned(),
                    lock: lock_path(self, QUEUE),
                },
                ErrorCode::NotFound => StoreError::QueueMoved,
                _ => failed(error),
            })?;
        if self.queue_tip()? != read.at {
            return Err(StoreError::QueueMoved);
        }
        if next.is_none() && read.at.is_none() {
            return Ok(());
        }
        let one = Move {
            name: QUEUE.to_owned(),
            old: read.at,
            new: next,
        };
        move_locked(self, transaction, &[one], true)
    }

    /// Returns the commit that holds what waits, if anything does.
    fn queue_tip(&self) -> Result<Option<Oid>, StoreError> {
        match self.repository.refname_to_id(QUEUE) {
            Ok(at) => Ok(Some(at)),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(backend("read what is pending", error)),
        }
    }
}

/// Returns a commit of its own with these files, in their order.
///
/// Those that were read are on disk: a server keeps one after the other, and hundreds may wait.
fn commit(
    writer: &mut Writer<'_>,
    read: &Queue,
    files: &[Arc<[u8]>],
    note: &Note,
) -> Result<Oid, StoreError> {
    let known = read.files.iter().map(|file| &**file).zip(&read.ids);
    let known: HashMap<&[u8], &Oid> = known.collect();
    let mut entries = Vec::new();
    for (index, file) in files.iter().enumerate() {
        let id = match known.get(&**file) {
            Some(id) => **id,
            None => writer.object(ObjectType::Blob, Arc::clone(file))?,
        };
        entries.push((format!("{index:06}.json"), id));
    }
    let entries = entries
        .iter()
        .map(|(name, id)| (name.as_str(), tree::FILE, *id));
    let root = writer.object(ObjectType::Tree, tree::write(entries))?;
    writer.commit(root, None, note)
}
