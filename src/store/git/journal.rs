//! What is being moved, written down first: whoever opens the repository after a crash completes it.
//!
//! A file system renames one file at a time, so refs move one by one, and whoever is killed between two of
//! them has moved half. That half would never be made whole: run again, the command finds its facts on
//! record. So, when all refs are locked and none of them has moved by somebody else's hand, where they go is
//! written to a file of its own, which the lock of the file system marks as being at work on. When the refs
//! are on disk, the file is removed. A file that nobody holds locked was left by a crash, and what it says is
//! done then: as a database plays its journal. It also says which locks of git its writer had taken and not
//! let go.
//!
//! A file that is not whole was cut off before any ref moved, and says nothing.

use std::fmt::Write as _;
use std::fs;
use std::fs::File;
use std::io;
use std::io::ErrorKind;
use std::io::Read;
use std::io::Write as _;
use std::path::Path;
use std::path::PathBuf;

use git2::ErrorCode;
use git2::Oid;
use git2::Repository;

use super::super::StoreError;
use super::super::own_files::FOLDER;
use super::backend;
use super::refs::sync_named;

/// The beginning of the names of journals.
const PREFIX: &str = "moving-";

/// The last line of a journal that is whole.
const END: &str = "end\n";

/// A ref, and where it goes; `None` is that there is no such ref.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Move {
    pub(super) name: String,
    pub(super) old: Option<Oid>,
    pub(super) new: Option<Oid>,
}

/// What is being moved.
pub(super) struct Journal {
    path: PathBuf,
    /// Holds the lock.
    file: File,
}

impl Journal {
    /// Writes down what the caller is about to move, and has locked.
    pub(super) fn write(repository: &Repository, moves: &[Move]) -> Result<Self, StoreError> {
        let folder = repository.commondir().join(FOLDER);
        Self::write_in(&folder, &text(moves)).map_err(|source| StoreError::Backend {
            action: format!("write down in {} what is to be moved", folder.display()),
            source: source.into(),
        })
    }

    fn write_in(folder: &Path, text: &str) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let mut made = tempfile::NamedTempFile::new_in(folder)?;
        // Where files cannot be locked, nobody takes it for one that was left behind.
        let _ = made.as_file().lock();
        made.write_all(text.as_bytes())?;
        let random = made.path().file_name().unwrap_or_default();
        let name = random.to_string_lossy();
        let path = folder.join(format!("{PREFIX}{}", name.trim_start_matches('.')));
        // Named before it is synced: who is killed meanwhile holds locks that it has to tell of.
        let file = made.persist(&path).map_err(|error| error.error)?;
        let journal = Self { path, file };
        let synced = journal.file.sync_all().and_then(|()| sync_folder(folder));
        if let Err(error) = synced {
            journal.end();
            return Err(error);
        }
        Ok(journal)
    }

    /// Everything is where it belongs.
    pub(super) fn end(self) {
        // One that stays is read again, and finds everything done.
        let _ = fs::remove_file(&self.path);
    }
}

/// Completes what was begun by writers that are no more.
///
/// # Errors
///
/// Fails if something cannot be completed; it is tried again by whoever comes next.
pub(super) fn recover(repository: &Repository) -> Result<(), StoreError> {
    let folder = repository.commondir().join(FOLDER);
    let Ok(entries) = fs::read_dir(&folder) else {
        return Ok(());
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if name.to_str().is_some_and(|name| name.starts_with(PREFIX)) {
            complete(repository, &entry.path())?;
        }
    }
    Ok(())
}

/// Completes one journal, unless its writer is still at work.
fn complete(repository: &Repository, path: &Path) -> Result<(), StoreError> {
    let failed = |source: io::Error| StoreError::Backend {
        action: format!("complete what {} says was begun", path.display()),
        source: source.into(),
    };
    let mut file = match File::options().read(true).write(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    if file.try_lock().is_err() {
        return Ok(());
    }
    // Its writer may have ended, or somebody else have completed it, before it was locked here.
    let mut text = String::new();
    if !path.exists() || file.read_to_string(&mut text).is_err() {
        return Ok(());
    }
    for one in moves(&text).unwrap_or_default() {
        complete_one(repository, &one)?;
    }
    fs::remove_file(path).map_err(failed)
}

fn complete_one(repository: &Repository, Move { name, old, new }: &Move) -> Result<(), StoreError> {
    let failed = |error| backend(&format!("complete the move of {name}"), error);
    let common = repository.commondir();
    unlock(&common.join(format!("{name}.lock")), *new);
    let loose = common.join(name);
    if fs::metadata(&loose).is_ok_and(|it| it.is_file() && it.len() == 0) {
        // Its name was on disk before what is in it.
        let _ = fs::remove_file(&loose);
    } else {
        let now = match repository.refname_to_id(name) {
            Ok(id) => Some(id),
            Err(error) if error.code() == ErrorCode::NotFound => None,
            Err(error) => return Err(failed(error)),
        };
        if now != *old {
            return sync_named(common, [name.as_str()]);
        }
    }
    let mut transaction = repository.transaction().map_err(failed)?;
    transaction.lock_ref(name).map_err(failed)?;
    match new {
        Some(new) => transaction.set_target(name, *new, None, "git-pact"),
        None if old.is_some() => transaction.remove(name),
        None => Ok(()),
    }
    .map_err(failed)?;
    transaction.commit().map_err(failed)?;
    sync_named(common, [name.as_str()])
}

/// Removes a lock that the writer of a journal held: there is nothing in it, or where its ref was to go.
fn unlock(lock: &Path, new: Option<Oid>) {
    let Ok(held) = fs::read_to_string(lock) else {
        return;
    };
    let goal = new.map(|new| format!("{new}\n")).unwrap_or_default();
    if goal.starts_with(&held) {
        let _ = fs::remove_file(lock);
    }
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

fn text(moves: &[Move]) -> String {
    let id = |id: &Option<Oid>| id.map_or("-".to_owned(), |id| id.to_string());
    let mut text = String::new();
    for Move { name, old, new } in moves {
        writeln!(text, "{} {} {name}", id(old), id(new)).expect("memory takes it");
    }
    text + END
}

/// Returns what a journal says, if it is whole.
fn moves(text: &str) -> Option<Vec<Move>> {
    let id = |word: &str| match word {
        "-" => Some(None),
        hex => Oid::from_str(hex).ok().map(Some),
    };
    let one = |line: &str| {
        let mut words = line.splitn(3, ' ');
        let (old, new) = (id(words.next()?)?, id(words.next()?)?);
        let name = words.next()?.to_owned();
        name.starts_with("refs/").then_some(Move { name, old, new })
    };
    text.strip_suffix(END)?.lines().map(one).collect()
}

#[cfg(test)]
mod tests {
    use git2::ObjectType;
    use tempfile::TempDir;

    use super::*;

    const ONE: &str = "refs/heads/pact/app/One";
    const TWO: &str = "refs/heads/pact/app/Two";

    fn repository() -> (TempDir, Repository, [Oid; 2]) {
        let directory = TempDir::new().unwrap();
        let repository = Repository::init_bare(directory.path()).unwrap();
        let ids = {
            let odb = repository.odb().unwrap();
            [b"1", b"2"].map(|text| odb.write(ObjectType::Blob, text).unwrap())
        };
        for name in [ONE, TWO] {
            repository.reference(name, ids[0], false, "").unwrap();
        }
        (directory, repository, ids)
    }

    fn both([old, new]: [Oid; 2]) -> Vec<Move> {
        let one = |name: &str| Move {
            name: name.to_owned(),
            old: Some(old),
            new: Some(new),
        };
        vec![one(ONE), one(TWO)]
    }

    fn journals(repository: &Repository) -> usize {
        fs::read_dir(repository.path().join(FOLDER))
            .unwrap()
            .count()
    }

    #[test]
    fn what_is_written_is_read_and_what_is_cut_off_says_nothing() {
        let (_directory, _, ids) = repository();
        let mut all = both(ids);
        all[0].old = None;
        all[1].new = None;
        let written = text(&all);
        assert_eq!(moves(&written), Some(all));
        for length in 0..written.len() {
            assert_eq!(moves(&written[..length]), None, "{length}");
        }
    }

    #[test]
    fn what_a_crash_left_half_done_is_completed_with_its_locks() {
        let (_directory, repository, ids) = repository();
        drop(Journal::write(&repository, &both(ids)).unwrap());
        repository.reference(ONE, ids[1], true, "").unwrap();
        let lock = repository.path().join(format!("{TWO}.lock"));
        fs::write(&lock, &ids[1].to_string()[..7]).unwrap();
        recover(&repository).unwrap();
        for name in [ONE, TWO] {
            assert_eq!(repository.refname_to_id(name).unwrap(), ids[1]);
        }
        assert!(!lock.exists());
        assert_eq!(journals(&repository), 0);
    }

    #[test]
    fn a_ref_that_lost_its_content_with_the_power_gets_it_back() {
        let (_directory, repository, ids) = repository();
        drop(Journal::write(&repository, &both(ids)).unwrap());
        fs::write(repository.path().join(ONE), "").unwrap();
        recover(&repository).unwrap();
        assert_eq!(repository.refname_to_id(ONE).unwrap(), ids[1]);
    }

    #[test]
    fn who_is_still_at_work_is_left_alone() {
        let (_directory, repository, ids) = repository();
        let journal = Journal::write(&repository, &both(ids)).unwrap();
        recover(&repository).unwrap();
        assert_eq!(repository.refname_to_id(ONE).unwrap(), ids[0]);
        assert_eq!(journals(&repository), 1);
        journal.end();
        assert_eq!(journals(&repository), 0);
    }

    #[test]
    fn what_somebody_has_moved_since_stays_there_and_the_lock_of_another_is_not_ours() {
        let (_directory, repository, ids) = repository();
        let other = repository.odb().unwrap().write(ObjectType::Blob, b"3");
        let other = other.unwrap();
        drop(Journal::write(&repository, &both(ids)).unwrap());
        repository.reference(ONE, other, true, "").unwrap();
        let lock = repository.path().join(format!("{TWO}.lock"));
        fs::write(&lock, format!("{other}\n")).unwrap();
        assert!(recover(&repository).is_err());
        assert_eq!(repository.refname_to_id(ONE).unwrap(), other);
        assert!(lock.exists());
        assert_eq!(journals(&repository), 1);
    }
}
