//! Reading many directories of records at once: where there are very many, one thread reads files, and another
//! one makes records of them.
//!
//! Two that read files would wait for each other: all of libgit2 has one lock for windows into packs.
//!
//! What cannot be read so stays unread: whoever reads it next does so file by file, fetches what a partial
//! clone lacks, and says what is wrong. So nothing here fails, and an answer does not depend on it.

use std::sync::Arc;
use std::sync::mpsc;
use std::sync::mpsc::TrySendError;
use std::thread;

use super::Leaf;
use crate::record::Record;
use crate::record::path::RecordPath;

/// How many directories, at least, are read so. To read fewer one by one leaves their files in memory for those
/// who look for a single one.
const MANY: usize = 32;

/// How many are worth another thread. On a busy machine it takes milliseconds to get one going and to wait for
/// its end.
const WORTH_A_THREAD: usize = 500;

/// How many bytes are handed over at a time, about.
const BATCH: usize = 64 << 10;

/// How many bytes the files of a directory may have; those of a larger one are read one by one.
const LARGEST: usize = 4 << 20;

/// How many batches may wait. While they do, the thread that reads makes records, too.
const WAITING: usize = 2;

/// Reads the records of those directories that nobody remembers, if there are many.
pub(super) fn read<'l, 's: 'l, R, T, P>(leaves: impl Iterator<Item = &'l mut Leaf<'s, T, P>>)
where
    R: Record,
    T: From<R> + Send + Sync + 'static,
    P: Fn(&T) -> RecordPath + Sync + 's,
{
    let is_unknown = |leaf: &&mut Leaf<'_, T, P>| leaf.known.is_none() && leaf.directory.is_some();
    let unknown: Vec<_> = leaves.filter(is_unknown).collect();
    if unknown.len() < MANY {
        return;
    }
    let has_help = unknown.len() >= WORTH_A_THREAD
        && thread::available_parallelism().is_ok_and(|cores| cores.get() > 1);
    let (send, received) = mpsc::sync_channel::<Batch<'l, 's, T, P>>(WAITING);
    thread::scope(|scope| {
        // Without another thread, this one does all of it.
        if has_help {
            let helper = move || received.iter().for_each(Batch::make_records::<R>);
            drop(thread::Builder::new().spawn_scoped(scope, helper));
        } else {
            drop(received);
        }
        let hand_over = |batch: Batch<'l, 's, T, P>| match send.try_send(batch) {
            Ok(()) => {}
            Err(TrySendError::Full(batch) | TrySendError::Disconnected(batch)) => {
                batch.make_records::<R>();
            }
        };
        let mut batch = Batch::new();
        for leaf in unknown {
            if batch.read(leaf).is_none() {
                // It may be the first of many.
                break;
            }
            if batch.bytes.len() >= BATCH {
                hand_over(std::mem::replace(&mut batch, Batch::new()));
            }
        }
        batch.make_records::<R>();
        drop(send);
    });
}

/// The files of some directories.
struct Batch<'l, 's, T, P> {
    /// The directories, and how many files each has.
    leaves: Vec<(&'l mut Leaf<'s, T, P>, usize)>,
    /// The files of all of them, by name, and how many bytes each has.
    files: Vec<(String, usize)>,
    /// All those bytes.
    bytes: Vec<u8>,
}

impl<'l, 's, T, P> Batch<'l, 's, T, P> {
    fn new() -> Self {
        Self {
            leaves: Vec::new(),
            files: Vec::new(),
            bytes: Vec::new(),
        }
    }

    /// Adds the files of a directory, if all of them can be read.
    fn read(&mut self, leaf: &'l mut Leaf<'s, T, P>) -> Option<()> {
        let (files, bytes) = (self.files.len(), self.bytes.len());
        let read = leaf.directory.as_ref()?.each_file(|name, content| {
            if self.bytes.len() - bytes + content.len() > LARGEST {
                return None;
            }
            self.files.push((name.to_owned(), content.len()));
            self.bytes.extend_from_slice(content);
            Some(())
        });
        if read.is_none() {
            self.files.truncate(files);
            self.bytes.truncate(bytes);
            return None;
        }
        self.leaves.push((leaf, self.files.len() - files));
        Some(())
    }

    /// Gives each directory its records, and has them remembered, if nothing is wrong with any of them.
    fn make_records<R>(self)
    where
        R: Record,
        T: From<R> + Send + Sync + 'static,
        P: Fn(&T) -> RecordPath,
    {
        let (mut files, mut bytes) = (&self.files[..], &self.bytes[..]);
        for (leaf, count) in self.leaves {
            let (own, others) = files.split_at(count);
            let length = own.iter().map(|(_, length)| length).sum();
            let (content, rest) = bytes.split_at(length);
            (files, bytes) = (others, rest);
            leaf.known = leaf.records::<R>(own, content);
            if let (Some(directory), Some(records)) = (&leaf.directory, &leaf.known) {
                directory.recollection.remember(records, length);
            }
        }
    }
}

impl<T, P> Leaf<'_, T, P> {
    /// Returns the records in some files, each of so many bytes, if nothing is wrong with any of them.
    fn records<R>(&self, files: &[(String, usize)], mut bytes: &[u8]) -> Option<Arc<[Arc<T>]>>
    where
        R: Record,
        T: From<R>,
        P: Fn(&T) -> RecordPath,
    {
        let mut records = Vec::with_capacity(files.len());
        for (name, length) in files {
            let (content, rest) = bytes.split_at(*length);
            bytes = rest;
            let record = self.root.record::<R, T>(&self.path.join(name), content);
            records.push(Arc::new(record.ok()?));
        }
        Some(records.into())
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde::Serialize;

    use super::super::Root;
    use super::*;
    use crate::domain::name::PacticipantName;
    use crate::record::path::Branch;
    use crate::store::Directory;
    use crate::store::recent_records::DirectoryContents;
    use crate::store::recent_records::RecentRecords;

    #[derive(Serialize, Deserialize)]
    struct Sample {
        number: u16,
    }

    impl Record for Sample {}

    /// Directories of one file each, which tells the id of its directory; those in the list are damaged.
    struct Numbered(&'static [u16]);

    impl DirectoryContents for Numbered {
        fn each_file(
            &self,
            id: &[u8],
            file: &mut dyn FnMut(&str, &[u8]) -> Option<()>,
        ) -> Option<()> {
            let number = u16::from_be_bytes(id.try_into().unwrap());
            let text = format!("{{\"schema\": 1, \"number\": {number}}}");
            let text = if self.0.contains(&number) { "{" } else { &text };
            file(&format!("{number}.json"), text.as_bytes())
        }
    }

    /// Returns of how many directories the records are known after so many were to be read.
    fn known(directories: u16, contents: Numbered) -> usize {
        let contents: Arc<dyn DirectoryContents> = Arc::new(contents);
        let path = RecordPath::in_tree("d");
        let web: PacticipantName = "Web".parse().unwrap();
        let root = Root {
            branch: Branch::app(&web),
            path: path.clone(),
            place: |known: &Sample| RecordPath::in_tree(&format!("d/{}.json", known.number)),
        };
        let recent = RecentRecords::default();
        let leaf = |number: u16| Leaf {
            root: &root,
            path: path.clone(),
            directory: Some(Directory::new(
                recent.of(&number.to_be_bytes(), path.clone()),
                Arc::clone(&contents),
            )),
            known: None,
        };
        let mut leaves: Vec<_> = (0..directories).map(leaf).collect();
        read::<Sample, Sample, _>(leaves.iter_mut());
        let known = leaves.iter().enumerate().filter_map(|(place, leaf)| {
            let records = leaf.known.as_ref()?;
            assert_eq!(records.len(), 1);
            assert_eq!(usize::from(records[0].number), place);
            assert!(
                leaf.directory
                    .as_ref()?
                    .recollection
                    .recall::<Sample>()
                    .is_some()
            );
            Some(())
        });
        known.count()
    }

    #[test]
    fn many_directories_are_read_and_few_are_left_to_be_read_one_by_one() {
        assert_eq!(known(700, Numbered(&[])), 700);
        assert_eq!(known(200, Numbered(&[])), 200);
        assert_eq!(known(5, Numbered(&[])), 0);
    }

    #[test]
    fn nothing_is_made_of_what_is_damaged() {
        assert_eq!(known(700, Numbered(&[300])), 699);
        assert_eq!(known(200, Numbered(&[100])), 199);
    }
}
