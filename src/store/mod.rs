//! Where records are kept: branches of files that only grow.
//!
//! A [`Snapshot`] is what was there at one moment; it never changes and is read lazily, path by
//! path. A write builds commits on top of a snapshot, which nobody sees, and then advances the
//! branches if nobody else has: objects first, refs last, with the expected old value. No type of
//! the library behind it leaves this module.

pub mod git;
mod known;
mod known_standing;
pub mod ledger;
pub mod memory;
pub mod overlay;
pub mod own_files;
pub mod recent;
mod recent_records;

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::domain::deceptive::deceives;
use crate::domain::time::Timestamp;
use crate::record::change::Changes;
use crate::record::path::Branch;
use crate::record::path::RecordPath;

pub use self::known_standing::KnownStanding;
pub use self::recent_records::Directory;
pub use self::recent_records::Recollection;

/// The most bytes that a file of a store has, or the list of a directory, which is more than a million
/// names. A larger one is neither written nor read: a hundred megabytes of one letter are but a hundred
/// kilobytes on their way here.
pub const LARGEST_FILE: u64 = 50 << 20;

/// One state of one branch. For git it is the id of a commit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(pub String);

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The state of each branch; a branch that does not exist is `None`.
pub type Tips = BTreeMap<Branch, Option<Revision>>;

/// Something in a directory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Item {
    /// Its encoded name.
    pub name: String,
    /// Whether it is a directory.
    pub is_directory: bool,
}

impl Item {
    /// Returns what a path shows of itself in a listing of a directory, if it lies below it.
    fn in_directory(directory: &RecordPath, path: &str) -> Option<Self> {
        let rest = path.strip_prefix(directory.as_str())?.strip_prefix('/')?;
        let (name, below) = rest
            .split_once('/')
            .map_or((rest, None), |(name, below)| (name, Some(below)));
        Some(Self {
            name: name.to_owned(),
            is_directory: below.is_some(),
        })
    }
}

/// What a store held at one moment.
pub trait Snapshot {
    /// Returns the state of a branch, or `None` if there is none.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    fn tip(&self, branch: &Branch) -> Result<Option<Revision>, StoreError>;

    /// Returns all branches of the store, sorted.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    fn branches(&self) -> Result<Vec<Branch>, StoreError>;

    /// Returns the branches of environments, sorted: nearly every question wants these few, and
    /// a store may have thousands of others.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    fn environments(&self) -> Result<Vec<Branch>, StoreError> {
        let mut branches = self.branches()?;
        branches.retain(Branch::is_environment);
        Ok(branches)
    }

    /// Returns the bytes of a file, or `None` if there is no such file.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read, never because the file is absent.
    fn file(&self, branch: &Branch, path: &RecordPath) -> Result<Option<Arc<[u8]>>, StoreError>;

    /// Returns where the record in a file is remembered, if there is such a file, and if questions come here one after
    /// the other: for one alone nothing is worth remembering.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    fn recollection(
        &self,
        _branch: &Branch,
        _path: &RecordPath,
    ) -> Result<Option<Recollection>, StoreError> {
        Ok(None)
    }

    /// Returns what was found out about the very state that this shows, if questions come here one after the other.
    fn known_standing(&self) -> Option<&KnownStanding> {
        None
    }

    /// Returns what is in a directory, sorted by name; nothing if there is no such directory.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    fn list(&self, branch: &Branch, path: &RecordPath) -> Result<Vec<Item>, StoreError>;

    /// Returns the directories so many levels below one (itself, if none), by path, each to be read as a
    /// whole; none if there is no such directory.
    ///
    /// `None` if that cannot be told of all of them: nobody has ids for what is in them, or something else is
    /// among them. Then each level has to be listed, and the question asked again of what is there.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    fn directories(
        &self,
        _branch: &Branch,
        _path: &RecordPath,
        _depth: u8,
    ) -> Result<Option<Vec<Directory>>, StoreError> {
        Ok(None)
    }
}

/// Who says what is written, when, and in which words the log shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Who says it.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
    /// The message of the commit: for people; nothing is ever parsed back from it.
    pub message: String,
}

/// Who says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// A name.
    pub name: String,
    /// An address.
    pub email: String,
}

impl Actor {
    /// Returns a name or an address without what would end it in a commit, and what repaints the terminal
    /// of whoever reads the log.
    #[must_use]
    pub fn fitting(text: &str) -> String {
        let fits = |c: &char| !deceives(*c) && !matches!(c, '<' | '>');
        text.chars().filter(fits).collect()
    }
}

/// One branch, moved from the state that was read to the one that was built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advance {
    /// The branch.
    pub branch: Branch,
    /// What it was when it was read.
    pub old: Option<Revision>,
    /// What it becomes.
    pub new: Revision,
}

/// A place where records are kept.
pub trait RecordStore {
    /// Returns what is there now.
    fn snapshot(&self) -> Box<dyn Snapshot + '_>;

    /// Builds one commit for each branch that changes, on top of a snapshot's tips.
    ///
    /// Nothing is visible yet. A branch on which nothing is new gets no commit.
    ///
    /// # Errors
    ///
    /// Fails if the objects cannot be read or written.
    fn commit(
        &self,
        base: &dyn Snapshot,
        changes: &Changes,
        note: &Note,
    ) -> Result<Vec<Advance>, StoreError>;

    /// Makes commits visible, all of them or none.
    ///
    /// # Errors
    ///
    /// Fails with [`StoreError::Moved`] if a branch is not what it was when it was read. After any
    /// failure the branches are as they were.
    fn advance(&self, advances: &[Advance]) -> Result<(), StoreError>;
}

/// Fails if nobody would read a file that is to be written.
fn check_size(
    branch: &Branch,
    path: impl FnOnce() -> String,
    bytes: &[u8],
) -> Result<(), StoreError> {
    if bytes.len() as u64 <= LARGEST_FILE {
        return Ok(());
    }
    Err(StoreError::TooLarge {
        branch: branch.clone(),
        path: path().trim_start_matches('/').to_owned(),
        bytes: bytes.len(),
    })
}

/// Reading or writing a store went wrong.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody wrote first: read again, decide again.
    #[error("{branch} moved while it was being written")]
    Moved {
        /// The branch.
        branch: Branch,
    },
    /// Another program holds the lock of a branch or of what is pending, or died while it did.
    #[error("{what} is locked by another program ({})", lock.display())]
    Locked {
        /// The branch, or what else it is.
        what: String,
        /// The file that is the lock.
        lock: PathBuf,
    },
    /// Another process changed what waits to be pushed: read again, decide again.
    #[error("another process changed what is pending")]
    QueueMoved,
    /// There is no repository.
    #[error("there is no git repository at {}", path.display())]
    NoRepository {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The repository uses a format that git-pact cannot read.
    #[error("cannot open the repository at {}: {reason}", path.display())]
    Unsupported {
        /// Where the repository is.
        path: PathBuf,
        /// What about it.
        reason: String,
    },
    /// A branch in the way of all branches of the store.
    #[error(
        "a branch named `{name}` is in the way of the store's branches, which begin with `pact/`"
    )]
    NameClash {
        /// The name of the branch.
        name: String,
    },
    /// Somebody works on a branch of the store.
    #[error("{branch} is checked out at {}", path.display())]
    CheckedOut {
        /// The branch.
        branch: Branch,
        /// Where.
        path: PathBuf,
    },
    /// The remote has a branch, or may have it, of which nothing is here.
    #[error("{branch} was not fetched here")]
    NotFetched {
        /// The branch.
        branch: Branch,
    },
    /// The remote has more of a branch than is here.
    #[error("{branch} has moved on the remote since it was fetched here")]
    Outdated {
        /// The branch.
        branch: Branch,
    },
    /// An object is not here: the repository is partial, shallow or damaged.
    #[error("object {id} is missing ({what})")]
    Missing {
        /// The id of the object.
        id: String,
        /// What it was needed for.
        what: String,
    },
    /// An object is here, and not what it is needed for.
    #[error("object {id} cannot be used ({what}): {reason}")]
    Unfit {
        /// The id of the object.
        id: String,
        /// What it was needed for.
        what: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A file to be written is larger than any that is read.
    #[error(
        "{path} on {branch} would have {bytes} bytes, more than the {LARGEST_FILE} that are read"
    )]
    TooLarge {
        /// The branch.
        branch: Branch,
        /// The path.
        path: String,
        /// How large it would be.
        bytes: usize,
    },
    /// Something on a branch is not what the store puts there.
    #[error("{path} on {branch} is damaged: {reason}")]
    Damaged {
        /// The branch.
        branch: Branch,
        /// The path.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A private clone is damaged, which is only a copy of what the remote has.
    #[error(
        "the local copy of the store is damaged: remove {}, and it is fetched again",
        path.display()
    )]
    DamagedCopy {
        /// Where it is.
        path: PathBuf,
        /// What cannot be read.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The place where the records are kept failed.
    #[error("could not {action}")]
    Backend {
        /// What was being done, e.g. `read tree 4b825dc`.
        action: String,
        /// What the backend said.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl StoreError {
    /// Says whether it is what was to be read that is wrong, not the store as a whole.
    #[must_use]
    pub fn is_of_the_object(&self) -> bool {
        matches!(
            self,
            Self::Damaged { .. } | Self::Missing { .. } | Self::Unfit { .. }
        )
    }
}
