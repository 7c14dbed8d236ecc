//! Reading many directories of records at once, on several threads.
//!
//! What cannot be read so stays unread: whoever reads it next does so file by file, fetches what a partial
//! clone lacks, and says what is wrong. So nothing here fails, and an answer does not depend on it.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::Mutex;
use std::thread;

use super::Leaf;
use crate::record::Record;
use crate::record::path::RecordPath;
use crate::store::recent::lock;

/// How many directories, at least, are worth a thread: to start one takes as long as to read some.
const WORTH_A_THREAD: usize = 32;

/// Reads the records of those directories that nobody remembers, if there are many.
pub(super) fn read<'l, 's: 'l, R, T, P>(leaves: impl Iterator<Item = &'l mut Leaf<'s, T, P>>)
where
    R: Record,
    T: From<R> + Send + Sync + 'static,
    P: Fn(&T) -> RecordPath + Sync + 's,
{
    let is_unknown = |leaf: &&mut Leaf<'_, T, P>| leaf.known.is_none() && leaf.directory.is_some();
    let unknown: Vec<_> = leaves.filter(is_unknown).collect();
    let worth = unknown.len() / WORTH_A_THREAD;
    if worth == 0 {
        return;
    }
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let next = Mutex::new(unknown.into_iter());
    let work = || {
        loop {
            let leaf = lock(&next).next();
            let Some(leaf) = leaf else { return };
            leaf.known = leaf.read::<R>();
            if leaf.known.is_none() {
                // It may be the first of many.
                lock(&next).by_ref().for_each(drop);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..worth.min(cores) {
            // Without it there is one thread less, and that is all.
            drop(thread::Builder::new().spawn_scoped(scope, work));
        }
        work();
    });
}

impl<T, P> Leaf<'_, T, P> {
    /// Returns all records in the directory and remembers them, if nothing is wrong with any.
    fn read<R>(&self) -> Option<Arc<[Arc<T>]>>
    where
        R: Record,
        T: From<R> + Send + Sync + 'static,
        P: Fn(&T) -> RecordPath,
    {
        let directory = self.directory.as_ref()?;
        let (mut records, mut length) = (Vec::new(), 0);
        directory.each_file(|name, bytes| {
            let record = self.root.record::<R, T>(&self.path.join(name), bytes);
            records.push(Arc::new(record.ok()?));
            length += bytes.len();
            Some(())
        })?;
        let records: Arc<[Arc<T>]> = records.into();
        directory.remember(&records, length);
        Some(records)
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
    use crate::store::recent_records::DirectoryContents;
    use crate::store::recent_records::RecentRecords;

    #[derive(Serialize, Deserialize)]
    struct Sample {
        number: u8,
    }

    impl Record for Sample {}

    /// Directories of one file each, which tells the id of its directory; those in the list are damaged.
    struct Numbered(&'static [u8]);

    impl DirectoryContents for Numbered {
        fn each_file(
            &self,
            id: &[u8],
            file: &mut dyn FnMut(&str, &[u8]) -> Option<()>,
        ) -> Option<()> {
            let number = id[0];
            let text = format!("{{\"schema\": 1, \"number\": {number}}}");
            let text = if self.0.contains(&number) { "{" } else { &text };
            file(&format!("{number}.json"), text.as_bytes())
        }
    }

    /// Returns of how many directories the records are known after so many were to be read.
    fn known(directories: u8, contents: Numbered) -> usize {
        let contents: Arc<dyn DirectoryContents> = Arc::new(contents);
        let path = RecordPath::in_tree("d");
        let web: PacticipantName = "Web".parse().unwrap();
        let root = Root {
            branch: Branch::app(&web),
            path: path.clone(),
            place: |known: &Sample| RecordPath::in_tree(&format!("d/{}.json", known.number)),
        };
        let recent = RecentRecords::default();
        let leaf = |number: u8| Leaf {
            root: &root,
            path: path.clone(),
            directory: Some(recent.of(&[number], path.clone(), Arc::clone(&contents))),
            known: None,
        };
        let mut leaves: Vec<_> = (0..directories).map(leaf).collect();
        read::<Sample, Sample, _>(leaves.iter_mut());
        let known = leaves.iter().enumerate().filter_map(|(place, leaf)| {
            let records = leaf.known.as_ref()?;
            assert_eq!(records.len(), 1);
            assert_eq!(usize::from(records[0].number), place);
            assert!(leaf.directory.as_ref()?.recall::<Sample>().is_some());
            Some(())
        });
        known.count()
    }

    #[test]
    fn many_directories_are_read_and_few_are_left_to_be_read_one_by_one() {
        assert_eq!(known(200, Numbered(&[])), 200);
        assert_eq!(known(5, Numbered(&[])), 0);
    }

    #[test]
    fn nothing_is_made_of_what_is_damaged() {
        assert!(known(200, Numbered(&[0])) < 200);
    }
}
