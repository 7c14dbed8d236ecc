//! Reading records, one or all of a directory, and saying which one it was where that fails.

mod ahead;

use std::sync::Arc;

use super::StoreLedger;
use crate::domain::ledger::Read;
use crate::domain::ledger::Unreadable;
use crate::record::Record;
use crate::record::RecordError;
use crate::record::about;
use crate::record::from_bytes;
use crate::record::path::Branch;
use crate::record::path::RecordPath;
use crate::store::Directory;
use crate::store::Item;
use crate::store::Recollection;

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
    pub(super) fn record_about<R: Record, T: From<R> + Send + Sync + 'static>(
        &self,
        branch: &Branch,
        path: &RecordPath,
        expected: &str,
        key: impl Fn(&T) -> &str,
    ) -> Read<Option<Arc<T>>> {
        let recollection = self.snapshot.recollection(branch, path);
        let recollection = recollection.map_err(|error| unreadable(branch, path, error))?;
        if let Some(known) = recollection.as_ref().and_then(Recollection::recall)
            && let [record] = &*known
        {
            return Ok(Some(Arc::clone(record)));
        }
        let Some(bytes) = self.bytes(branch, path)? else {
            return Ok(None);
        };
        let record = from_bytes::<R>(&bytes).and_then(|record| {
            let value = T::from(record);
            about(key(&value), expected)?;
            Ok(Arc::new(value))
        });
        let record = record.map_err(|error| unreadable(branch, path, error))?;
        if let Some(recollection) = recollection {
            recollection.remember(&Arc::from([Arc::clone(&record)]), bytes.len());
        }
        Ok(Some(record))
    }

    /// Returns every record below a directory, `depth` levels of directories down.
    ///
    /// Each has to lie where it belongs: one that does not stands in the place of another.
    pub(super) fn records<R: Record, T: From<R> + Send + Sync + 'static>(
        &self,
        branch: &Branch,
        path: &RecordPath,
        depth: u8,
        place: impl Fn(&T) -> RecordPath + Sync,
    ) -> Read<Vec<Arc<T>>> {
        let root = Root {
            branch: branch.clone(),
            path: path.clone(),
            place,
        };
        let mut records = self.records_below::<R, T, _>(&[root], depth)?;
        Ok(records.pop().unwrap_or_default())
    }

    /// Returns the same of several directories, one after the other.
    pub(super) fn records_below<R, T, P>(
        &self,
        roots: &[Root<P>],
        depth: u8,
    ) -> Read<Vec<Vec<Arc<T>>>>
    where
        R: Record,
        T: From<R> + Send + Sync + 'static,
        P: Fn(&T) -> RecordPath + Sync,
    {
        let mut leaves = Vec::new();
        for root in roots {
            let mut found = Vec::new();
            self.leaves(root, &root.path, depth, &mut found)?;
            leaves.push(found);
        }
        ahead::read::<R, T, P>(leaves.iter_mut().flatten());
        let records = |leaves: Vec<Leaf<'_, T, P>>| {
            let mut records = Vec::new();
            for leaf in leaves {
                self.add_records_in::<R, T, P>(leaf, &mut records)?;
            }
            Ok(records)
        };
        leaves.into_iter().map(records).collect()
    }

    /// Adds the directories `depth` levels below one, and what is remembered of them.
    fn leaves<'a, T: Send + Sync + 'static, P>(
        &self,
        root: &'a Root<P>,
        path: &RecordPath,
        depth: u8,
        leaves: &mut Vec<Leaf<'a, T, P>>,
    ) -> Read<()> {
        let branch = &root.branch;
        let directories = self.snapshot.directories(branch, path, depth);
        let directories = directories.map_err(|error| unreadable(branch, path, error))?;
        if let Some(directories) = directories {
            leaves.extend(directories.into_iter().map(|directory| Leaf {
                root,
                path: directory.path().clone(),
                known: directory.recollection.recall(),
                directory: Some(directory),
            }));
            return Ok(());
        }
        if depth == 0 {
            leaves.push(Leaf {
                root,
                path: path.clone(),
                directory: None,
                known: None,
            });
            return Ok(());
        }
        for item in self.list(branch, path)? {
            let path = path.join(&item.name);
            if !item.is_directory {
                return Err(unreadable(branch, &path, Misplaced));
            }
            self.leaves(root, &path, depth - 1, leaves)?;
        }
        Ok(())
    }

    /// Adds every record in a directory, which holds nothing else.
    fn add_records_in<R, T, P>(&self, leaf: Leaf<'_, T, P>, records: &mut Vec<Arc<T>>) -> Read<()>
    where
        R: Record,
        T: From<R> + Send + Sync + 'static,
        P: Fn(&T) -> RecordPath,
    {
        if let Some(known) = leaf.known {
            records.extend(known.iter().cloned());
            return Ok(());
        }
        let (branch, mut values, mut length) = (&leaf.root.branch, Vec::new(), 0);
        for item in self.list(branch, &leaf.path)? {
            let path = leaf.path.join(&item.name);
            if item.is_directory {
                return Err(unreadable(branch, &path, Misplaced));
            }
            let Some(bytes) = self.bytes(branch, &path)? else {
                continue;
            };
            let value = leaf.root.record::<R, T>(&path, &bytes);
            let value = value.map_err(|error| unreadable(branch, &path, error))?;
            values.push(Arc::new(value));
            length += bytes.len();
        }
        let values: Arc<[Arc<T>]> = values.into();
        if let Some(directory) = leaf.directory {
            directory.recollection.remember(&values, length);
        }
        records.extend(values.iter().cloned());
        Ok(())
    }
}

/// A directory of records of one kind.
pub(super) struct Root<P> {
    /// Its branch.
    pub(super) branch: Branch,
    /// Its path.
    pub(super) path: RecordPath,
    /// Says where a record of this kind belongs.
    pub(super) place: P,
}

impl<P> Root<P> {
    /// Returns the record in a file, if it belongs there.
    fn record<R, T>(&self, path: &RecordPath, bytes: &[u8]) -> Result<T, RecordError>
    where
        R: Record,
        T: From<R>,
        P: Fn(&T) -> RecordPath,
    {
        let value = T::from(from_bytes::<R>(bytes)?);
        about((self.place)(&value).as_str(), path.as_str())?;
        Ok(value)
    }
}

/// A directory below a root that holds nothing but records.
struct Leaf<'a, T, P> {
    root: &'a Root<P>,
    path: RecordPath,
    /// The directory as a whole, if somebody knows an id of its content.
    directory: Option<Directory>,
    /// Its records, once somebody has read them.
    known: Option<Arc<[Arc<T>]>>,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ledger::Ledger;
    use crate::domain::time::Timestamp;
    use crate::domain::version::Version;
    use crate::record::change::Change;
    use crate::record::change::Changes;
    use crate::record::path;
    use crate::store::Actor;
    use crate::store::Note;
    use crate::store::RecordStore;
    use crate::store::Snapshot;
    use crate::store::git::GitStore;
    use crate::store::git::Look;
    use crate::store::git::Moment;
    use crate::store::git::Place;
    use crate::store::overlay::Overlay;

    /// Writes a version with a build URL.
    fn write(store: &GitStore, url: &str) {
        let path = path::version(&"Web".parse().unwrap(), &"1".parse().unwrap());
        write_file(
            store,
            path,
            &format!(
                "{{\n  \"buildUrl\": \"{url}\",\n  \"createdAt\": \"2026-01-05T15:43:27+00:00\",\n  \
                 \"number\": \"1\",\n  \"schema\": 1,\n  \"seq\": 1\n}}\n"
            ),
        );
    }

    /// Returns what says that a version is the head of `main`.
    fn head(number: &str) -> (RecordPath, String) {
        let path = path::branch_head(&"Web".parse().unwrap(), &"main".parse().unwrap());
        let record = format!(
            "{{\n  \"branch\": \"main\",\n  \"schema\": 1,\n  \"since\": 1,\n  \"version\": \"{number}\"\n}}\n"
        );
        (path, record)
    }

    fn write_file(store: &GitStore, path: RecordPath, text: &str) {
        let mut changes = Changes::new();
        let of_branch = changes.entry(web()).or_default();
        of_branch.insert(path, Change::File(text.as_bytes().into()));
        let note = Note {
            actor: Actor {
                name: "Ada".to_owned(),
                email: "ada@example.org".to_owned(),
            },
            at: Timestamp::clamped(1_700_000_000),
            message: "write".to_owned(),
        };
        let advances = store.commit(&*store.snapshot(), &changes, &note).unwrap();
        store.advance(&advances).unwrap();
    }

    /// Returns the branch that all is written to.
    fn web() -> Branch {
        Branch::app(&"Web".parse().unwrap())
    }

    #[test]
    fn heads_are_looked_up_once_for_each_state() {
        let place = tempfile::tempdir().unwrap();
        let store = GitStore::new(Place::init_bare(place.path()).unwrap()).unwrap();
        let read = |snapshot: &dyn Snapshot| {
            let ledger = StoreLedger::new(snapshot);
            let head = ledger.branch_head(&"Web".parse().unwrap(), &"main".parse().unwrap());
            head.unwrap().map(|head| head.version.to_string())
        };
        let at_look = |number: u64| store.at_look(Look::of_nothing(number));
        assert_eq!(read(&at_look(1)), None);
        let (path, record) = head("1");
        write_file(&store, path, &record);
        // Whoever looks says that nothing moved.
        assert_eq!(read(&at_look(1)), None);
        assert_eq!(read(&at_look(2)).as_deref(), Some("1"));
        // With a change on top it is another state, which nobody remembers.
        let below = at_look(2);
        let (path, record) = head("2");
        let change = Change::File(record.as_bytes().into());
        let mut overlay = Overlay::new(&below);
        overlay.put(web(), path.clone(), change);
        assert_eq!(read(&overlay).as_deref(), Some("2"));
        assert_eq!(read(&at_look(2)).as_deref(), Some("1"));
        write_file(&store, path, &record);
        assert_eq!(read(&at_look(3)).as_deref(), Some("2"));
        assert_eq!(read(&store.at(Moment::Now)).as_deref(), Some("2"));
    }

    #[test]
    fn a_record_is_parsed_once_for_all_who_ask_while_nothing_moves() {
        let place = tempfile::tempdir().unwrap();
        let store = GitStore::new(Place::init_bare(place.path()).unwrap()).unwrap();
        let read = |moment: Option<u64>| -> Arc<Version> {
            let snapshot = match moment {
                Some(number) => store.at_look(Look::of_nothing(number)),
                None => store.at(Moment::Now),
            };
            let ledger = StoreLedger::new(&snapshot);
            let version = ledger.version(&"Web".parse().unwrap(), &"1".parse().unwrap());
            version.unwrap().unwrap()
        };
        write(&store, "https://ci.example.org/1");
        let first = read(Some(1));
        assert!(Arc::ptr_eq(&first, &read(Some(1))));
        assert!(Arc::ptr_eq(&first, &read(Some(2))));
        assert!(!Arc::ptr_eq(&first, &read(None)));
        assert_eq!(first, read(None));

        write(&store, "https://ci.example.org/2");
        let url = |version: &Version| version.build_url.as_ref().unwrap().clone();
        assert_eq!(url(&read(Some(3))), "https://ci.example.org/2");
        assert_eq!(url(&first), "https://ci.example.org/1");
    }
}
