//! Bundles: writes in a file, to be recorded by somebody else, somewhere else.
//!
//! A bundle of git with one commit, under `refs/git-pact/bundle`, whose files are intents in the order in which
//! they were decided: what lies under `refs/git-pact/pending`, in a file (docs/decisions/0016). It needs nothing
//! from elsewhere, and nothing in it is believed: what it says is decided again where it is recorded.
//!
//! Whoever reads one reads it in a repository of its own, which is gone afterwards.

use std::fs;
use std::io;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

use tempfile::TempDir;

use super::Context;
use super::disk::new_file_in;
use super::message::commit_message;
use super::regular_file;
use super::regular_file::NotRead;
use super::site;
use crate::domain::intent::Intent;
use crate::domain::pact::PactError;
use crate::domain::time::Timestamp;
use crate::record::RecordError;
use crate::record::from_bytes;
use crate::record::intent::IntentRecord;
use crate::record::private_ref::PrivateRef;
use crate::record::to_bytes;
use crate::remote::Bundle as GitBundle;
use crate::remote::Git;
use crate::remote::NotABundle;
use crate::remote::RemoteError;
use crate::store::Actor;
use crate::store::Note;
use crate::store::Revision;
use crate::store::StoreError;
use crate::store::git::Files;
use crate::store::git::GitStore;
use crate::store::git::Place;

/// The most bytes that a bundle has, as a file.
pub const LARGEST_BUNDLE: u64 = 64 << 20;

/// The most bytes that a bundle has when it is unpacked.
const LARGEST_CONTENT: u64 = 128 << 20;

/// The most intents that a bundle holds.
const MOST_INTENTS: usize = 10_000;

/// What a bundle says, and who says that he made it, and when. Nobody has looked whether that is true.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// The intents, in the order in which they were decided.
    pub intents: Vec<Intent>,
    /// Who made it.
    pub actor: Actor,
    /// When it was made.
    pub at: Timestamp,
}

/// A file is not a bundle of writes, or one could not be made.
#[derive(Debug, thiserror::Error)]
#[error("could not {action} {}", path.display())]
pub struct BundleError {
    /// What was to be done: `read` or `write`.
    action: &'static str,
    path: PathBuf,
    source: Why,
}

/// What is wrong with a bundle.
#[derive(Debug, thiserror::Error)]
pub(super) enum Why {
    /// The file is not read.
    #[error(transparent)]
    File(#[from] NotRead),
    /// It is something else.
    #[error(transparent)]
    NotABundle(#[from] NotABundle),
    /// git cannot make or unpack it.
    #[error(transparent)]
    Git(#[from] RemoteError),
    /// What is in it is not what a bundle holds.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file in it is no intent.
    #[error("write {0} in it cannot be read")]
    Record(usize, #[source] RecordError),
    /// A pact in it is none.
    #[error("a pact of write {0} in it cannot be read")]
    Pact(usize, #[source] PactError),
    /// It would be larger than what is read.
    #[error("it would have {bytes} bytes, more than the {most} that are read: write another one")]
    TooLarge {
        /// How large it would be.
        bytes: usize,
        /// How large it may be.
        most: u64,
    },
    /// It would hold more than what is read.
    #[error(
        "it would hold {0} writes, more than the {MOST_INTENTS} that are read: write another one"
    )]
    TooMany(usize),
    /// It changed between two looks.
    #[error("it changed while it was being read")]
    Changed,
    /// The disk does not let us.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl BundleError {
    pub(super) fn reading(path: &Path, source: impl Into<Why>) -> Self {
        Self {
            action: "read",
            path: path.to_owned(),
            source: source.into(),
        }
    }

    pub(super) fn writing(path: &Path, source: impl Into<Why>) -> Self {
        Self {
            action: "write",
            path: path.to_owned(),
            source: source.into(),
        }
    }
}

/// A place to pack and unpack bundles in.
pub struct Bench {
    /// Dropped with everything that was unpacked.
    _directory: TempDir,
    store: GitStore,
    git: Git,
}

impl Bench {
    /// Makes a place, which is gone when it is dropped.
    ///
    /// # Errors
    ///
    /// Fails if there is no place for temporary files.
    pub fn new(context: &Context) -> Result<Self, StoreError> {
        let failed = |error: io::Error| StoreError::Backend {
            action: "make a directory for temporary files".to_owned(),
            source: error.into(),
        };
        let directory = TempDir::with_prefix("git-pact-").map_err(failed)?;
        let store = GitStore::new(Place::init_bare(directory.path())?.as_copy())?;
        let git = site::git(store.common_dir(), context);
        Ok(Self {
            _directory: directory,
            store,
            git,
        })
    }

    /// Reads a bundle.
    ///
    /// # Errors
    ///
    /// Fails if the file is something else, damaged, or larger than what is read.
    pub fn read(&self, path: &Path) -> Result<Bundle, BundleError> {
        let bytes = regular_file::read(path, LARGEST_BUNDLE)
            .map_err(|error| BundleError::reading(path, error))?;
        self.parse(path, &bytes)
    }

    /// Reads a bundle from the bytes of a file.
    ///
    /// # Errors
    ///
    /// As [`Bench::read`].
    pub fn parse(&self, path: &Path, bytes: &[u8]) -> Result<Bundle, BundleError> {
        self.unpacked(bytes)
            .map_err(|error| BundleError::reading(path, error))
    }

    fn unpacked(&self, bytes: &[u8]) -> Result<Bundle, Why> {
        let name = PrivateRef::bundle().to_string();
        let bundle = GitBundle::parse(bytes, &name.parse().map_err(RemoteError::from)?)?;
        self.git.unbundle(&bundle)?;
        let at = Revision(bundle.tip.to_string());
        let files = self
            .store
            .foreign_files(&at, MOST_INTENTS, LARGEST_CONTENT)?;
        let commit = self.store.find_commit(&at)?;
        let read = |(index, file): (usize, &Arc<[u8]>)| -> Result<Intent, Why> {
            let number = index + 1;
            let record: IntentRecord =
                from_bytes(file).map_err(|error| Why::Record(number, error))?;
            Intent::try_from(record).map_err(|error| Why::Pact(number, error))
        };
        Ok(Bundle {
            intents: files
                .iter()
                .enumerate()
                .map(read)
                .collect::<Result<_, _>>()?,
            actor: commit.actor,
            at: commit.at,
        })
    }

    /// Returns the bytes of a bundle.
    fn packed(&self, bundle: &Bundle) -> Result<Vec<u8>, Why> {
        let file = |(index, intent): (usize, &Intent)| {
            let bytes = to_bytes(&IntentRecord::from(intent.clone()));
            (format!("{index:06}.json"), bytes)
        };
        let files: Files = bundle.intents.iter().enumerate().map(file).collect();
        if files.len() > MOST_INTENTS {
            return Err(Why::TooMany(files.len()));
        }
        within(files.values().map(Vec::len).sum(), LARGEST_CONTENT)?;
        let note = Note {
            actor: bundle.actor.clone(),
            at: bundle.at,
            message: commit_message(&bundle.intents.iter().collect::<Vec<_>>()),
        };
        let name = PrivateRef::bundle();
        let old = self.store.private_tip(&name)?;
        // On top of nothing, so there is a commit: only the same as before makes none.
        if let Some(new) = self.store.commit_folder(None, &files, &note)? {
            self.store.move_private(&name, old.as_ref(), &new)?;
        }
        let name = name.to_string().parse().map_err(RemoteError::from)?;
        let bytes = self.git.bundle(&name)?;
        within(bytes.len(), LARGEST_BUNDLE)?;
        Ok(bytes)
    }

    /// Writes a bundle into a file, whole or not at all, in the place of what was there.
    ///
    /// # Errors
    ///
    /// Fails if it would be larger than what is read, or the disk cannot be written.
    pub fn write(&self, path: &Path, bundle: &Bundle) -> Result<(), BundleError> {
        let written = self.packed(bundle).and_then(|bytes| {
            replace(path, &bytes)?;
            Ok(())
        });
        written.map_err(|error| BundleError::writing(path, error))
    }
}

/// Fails unless there are at most so many bytes.
fn within(bytes: usize, most: u64) -> Result<(), Why> {
    if bytes as u64 > most {
        return Err(Why::TooLarge { bytes, most });
    }
    Ok(())
}

/// Puts a file in the place of another in one step, on disk.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(directory)?;
    let mut file = new_file_in(directory)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
