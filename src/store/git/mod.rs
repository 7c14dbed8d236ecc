//! Records in a git repository, through libgit2; no network.
//!
//! A store's branches are `refs/heads/pact/*` where the repository is the authority itself, and
//! `refs/remotes/<remote>/pact/*`, what was last seen, where a remote is. Work tree, index, HEAD,
//! configuration and the user's own branches are never touched (promise 5).

mod batch;
mod foreign;
pub mod history;
mod journal;
mod kept;
mod look;
mod loose;
mod objects;
mod open;
mod page;
mod private;
pub mod provenance;
mod queue;
mod received;
mod refs;
mod scratch;
mod snapshot;
mod tree;
mod whole;
mod write;

use std::cell::Cell;
use std::cell::RefCell;
use std::error::Error;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use git2::Direction;
use git2::ErrorClass;
use git2::ErrorCode;
use git2::ObjectType;
use git2::Odb;
use git2::Oid;
use git2::Repository;

use self::kept::KeptObjects;
pub use self::look::Look;
use self::loose::LooseObjects;
use self::objects::Object;
pub use self::objects::RecentObjects;
pub use self::open::Place;
pub use self::open::RemoteName;
pub use self::page::PageMove;
pub use self::private::Files;
pub use self::queue::Queue;
pub use self::received::NotGrown;
pub use self::snapshot::GitSnapshot;
pub use self::snapshot::Moment;
use self::snapshot::Refs;
use self::whole::Unread;
use self::whole::WholeDirectories;
use super::Advance;
use super::LARGEST_FILE;
use super::Note;
use super::RecordStore;
use super::Revision;
use super::Snapshot;
use super::StoreError;
use super::own_files::FOLDER;
use crate::record::change::Changes;
use crate::record::path::Branch;

/// Keeps records in a git repository.
pub struct GitStore {
    repository: Repository,
    /// The remote that is the authority, if there is one.
    remote: Option<RemoteName>,
    /// Whether it is a private clone, which can be made again.
    is_copy: bool,
    /// What the names of the store's refs begin with, e.g. `refs/heads/pact/`.
    prefix: String,
    /// Whether what is written has to survive a loss of power before it is reported.
    synced: bool,
    /// What was read of the refs since the last look, for those who ask for nothing newer.
    looked: RefCell<Option<(Look, Rc<Refs>)>>,
    /// What was read lately, here or by others who share it.
    objects: RecentObjects,
    /// What earlier questions left unpacked, where that is looked for.
    kept: KeptObjects,
    /// How many objects were read that neither remembered.
    unpacked: Cell<usize>,
    loose: LooseObjects,
    directories: Arc<WholeDirectories>,
}

impl GitStore {
    /// Returns the store in a repository.
    ///
    /// # Errors
    ///
    /// Fails if the repository's branches leave no room for the store's.
    pub fn new(place: Place) -> Result<Self, StoreError> {
        // What cannot be completed by who may only read is for whoever writes next.
        let _ = journal::recover(&place.repository);
        // A copy can be made again.
        let synced = place.remote.is_none() && !place.is_copy;
        let prefix = place.prefix();
        Ok(Self {
            loose: LooseObjects::of(place.repository.commondir()),
            directories: Arc::new(WholeDirectories::of(place.repository.commondir())),
            repository: place.repository,
            remote: place.remote,
            is_copy: place.is_copy,
            prefix,
            synced,
            looked: RefCell::default(),
            objects: RecentObjects::default(),
            kept: KeptObjects::default(),
            unpacked: Cell::default(),
        })
    }

    /// Returns the store with what others have read lately, who opened the same repository.
    #[must_use]
    pub fn sharing(self, objects: RecentObjects) -> Self {
        Self { objects, ..self }
    }

    /// Returns what was read lately, for whoever opens the same repository on another thread.
    #[must_use]
    pub fn recent_objects(&self) -> RecentObjects {
        self.objects.clone()
    }

    /// Reads what [`keep_objects`](Self::keep_objects) kept beside the repository before it looks into the repository.
    pub fn use_kept_objects(&mut self) {
        self.kept = KeptObjects::read(&self.own_folder());
    }

    /// Keeps the objects that were read, where they cost more to read than they do to keep.
    ///
    /// To read needs no permission to write: where they cannot be kept, they are unpacked again.
    pub fn keep_objects(&self) {
        if self.unpacked.replace(0) >= kept::WORTH_KEEPING {
            let _ = self
                .kept
                .keep(&self.own_folder(), self.objects.latest_first());
        }
    }

    fn own_folder(&self) -> PathBuf {
        self.repository.commondir().join(FOLDER)
    }

    /// Returns the directory that `git --git-dir` wants.
    #[must_use]
    pub fn git_dir(&self) -> &Path {
        self.repository.path()
    }

    /// Returns the directory that all linked work trees share.
    #[must_use]
    pub fn common_dir(&self) -> PathBuf {
        self.repository.commondir().to_owned()
    }

    /// Returns the name and address with which the repository's user commits, where configured.
    #[must_use]
    pub fn configured_actor(&self) -> (Option<String>, Option<String>) {
        let config = self.repository.config().ok();
        let value = |key| {
            config
                .as_ref()
                .and_then(|config| config.get_string(key).ok())
        };
        (value("user.name"), value("user.email"))
    }

    /// Returns how many bytes of objects are remembered, by all who share them: most of what an open
    /// store needs.
    #[must_use]
    pub fn remembered_bytes(&self) -> usize {
        self.objects.bytes()
    }

    /// Returns what the names of the store's refs begin with, e.g. `refs/remotes/origin/pact/`.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Says whether a plain `git fetch` of the user brings a branch here, and so would have.
    #[must_use]
    pub fn follows(&self, branch: &Branch) -> bool {
        let Some(RemoteName(name)) = &self.remote else {
            return false;
        };
        let Ok(remote) = self.repository.find_remote(name) else {
            return false;
        };
        let (there, here) = (format!("refs/heads/{branch}"), refs::ref_name(self, branch));
        remote.refspecs().any(|refspec| {
            refspec.direction() == Direction::Fetch
                && refspec.src_matches(&there)
                && refspec
                    .transform(&there)
                    .is_ok_and(|name| name.as_str().ok() == Some(here.as_str()))
        })
    }

    /// Says whether a commit is here.
    ///
    /// # Errors
    ///
    /// Fails if the object database cannot be opened, or the revision is none of git.
    pub fn has_commit(&self, at: &Revision) -> Result<bool, StoreError> {
        Ok(self.odb()?.exists(oid(at)?))
    }

    /// Says whether the repository has no work tree.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.repository.is_bare()
    }

    /// Says whether the history of the repository was cut short.
    #[must_use]
    pub fn is_shallow(&self) -> bool {
        // The library looks into the directory of a linked work tree, where it never is.
        self.repository.commondir().join("shallow").exists()
    }

    /// Says whether the repository was cloned with a filter, so that contents may be missing.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        let Ok(config) = self.repository.config() else {
            return false;
        };
        // The extension is what older versions of git wrote.
        let names = r"^(remote\..*\.promisor|extensions\.partialclone)$";
        let entries = config.entries(Some(names)).ok();
        entries.is_some_and(|mut entries| entries.next().is_some())
    }

    /// Returns a snapshot of a moment.
    #[must_use]
    pub fn at(&self, moment: Moment) -> GitSnapshot<'_> {
        GitSnapshot::new(self, moment)
    }

    /// Returns a snapshot of now, where a look shows that no ref moved since those before it: then
    /// what they read of refs is not read again. Nobody may move refs through this store meanwhile.
    #[must_use]
    pub fn at_look(&self, look: Look) -> GitSnapshot<'_> {
        let mut looked = self.looked.borrow_mut();
        let known = looked.take().filter(|(known, _)| *known == look);
        let (_, refs) = looked.insert(known.unwrap_or_else(|| (look, Refs::shared())));
        GitSnapshot::still(self, Rc::clone(refs))
    }

    /// Returns where a branch stands now.
    ///
    /// # Errors
    ///
    /// Fails if the ref cannot be read.
    pub fn tip(&self, branch: &Branch) -> Result<Option<Revision>, StoreError> {
        Ok(refs::tip(self, branch)?.map(revision))
    }

    fn odb(&self) -> Result<Odb<'_>, StoreError> {
        self.repository
            .odb()
            .map_err(|error| backend("open the object database", error))
    }

    /// Returns the bytes of an object that is of a kind; `what` says what it is needed for, where it
    /// cannot be read.
    fn object(
        &self,
        id: Oid,
        kind: ObjectType,
        what: impl Fn() -> String,
    ) -> Result<Arc<[u8]>, StoreError> {
        let unfit = |reason: String| StoreError::Unfit {
            id: id.to_string(),
            what: what(),
            reason,
        };
        let object = if let Some(recent) = self.objects.get(id) {
            recent
        } else {
            let object = match self.kept.get(id) {
                Some(kept) => kept,
                None => self.read(id, kind, &what, unfit)?,
            };
            self.objects.put(id, &object);
            object
        };
        if object.kind == kind {
            Ok(object.bytes)
        } else {
            Err(unfit(format!("it is a {}, not a {kind}", object.kind)))
        }
    }

    /// Reads an object from the repository.
    fn read(
        &self,
        id: Oid,
        kind: ObjectType,
        what: impl Fn() -> String,
        unfit: impl Fn(String) -> StoreError,
    ) -> Result<Object, StoreError> {
        self.unpacked.update(|count| count + 1);
        let odb = self.odb()?;
        let made = |kind, bytes: &[u8]| Object {
            kind,
            bytes: bytes.into(),
        };
        let object = whole::read(&odb, &self.loose, id, kind, made);
        object.map_err(|error| match error {
            Unread::TooLarge(bytes) => unfit(format!(
                "it has {bytes} bytes, more than the {LARGEST_FILE} that are read"
            )),
            Unread::Broken(error) => self.broken(id, &what(), &error),
            Unread::Packed(error) => self.unreadable(id, &what(), error),
        })
    }

    /// Returns the bytes of a file of our own, of any size.
    fn blob(&self, id: Oid, what: &str) -> Result<Vec<u8>, StoreError> {
        let broken = |error: io::Error| self.broken(id, what, &error);
        if let Some(loose) = self.loose.open(id).map_err(broken)? {
            return loose.content().map_err(broken);
        }
        let odb = self.odb()?;
        let object = odb
            .read(id)
            .map_err(|error| self.unreadable(id, what, error))?;
        Ok(object.data().to_vec())
    }

    /// Tells an object that is not here from one that is damaged, and both from a disk that fails.
    fn unreadable(&self, id: Oid, what: &str, error: git2::Error) -> StoreError {
        match (error.code(), error.class()) {
            (ErrorCode::NotFound, _) => StoreError::Missing {
                id: id.to_string(),
                what: what.to_owned(),
            },
            (_, ErrorClass::Os) => backend(&format!("read object {id} ({what})"), error),
            _ => self.spoilt(id, what, error.message()),
        }
    }

    /// The same of an object in a file of its own.
    fn broken(&self, id: Oid, what: &str, error: &io::Error) -> StoreError {
        let is_content = matches!(
            error.kind(),
            io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput
        );
        if is_content {
            return self.spoilt(id, what, &error.to_string());
        }
        StoreError::Backend {
            action: format!("read object {id} ({what})"),
            source: error.to_string().into(),
        }
    }

    fn spoilt(&self, id: Oid, what: &str, why: &str) -> StoreError {
        let unfit = StoreError::Unfit {
            id: id.to_string(),
            what: what.to_owned(),
            reason: format!("it is damaged: {why}"),
        };
        if self.is_copy {
            self.damage(unfit)
        } else {
            unfit
        }
    }

    /// Says of a private clone in which something cannot be read that it is damaged, as a loss of power
    /// leaves it, and what to do; of a repository of somebody else only what failed.
    #[must_use]
    pub fn damage(&self, error: impl Into<Box<dyn Error + Send + Sync>>) -> StoreError {
        let error = error.into();
        if self.is_copy {
            let path = self.common_dir();
            return StoreError::DamagedCopy {
                path,
                source: error,
            };
        }
        match error.downcast::<StoreError>() {
            Ok(error) => *error,
            Err(source) => StoreError::Backend {
                action: format!("read the repository at {}", self.common_dir().display()),
                source,
            },
        }
    }

    /// Returns the raw bytes of a tree.
    fn tree(&self, id: Oid) -> Result<Arc<[u8]>, StoreError> {
        self.object(id, ObjectType::Tree, || "a directory".to_owned())
    }

    /// Returns the id of the tree of a commit.
    fn root(&self, commit: Oid) -> Result<Oid, StoreError> {
        let raw = self.object(commit, ObjectType::Commit, || "a commit".to_owned())?;
        // Only the first line is of use here, and libgit2 would parse and keep them all.
        let hex = raw.strip_prefix(b"tree ").and_then(|it| it.get(..40));
        let tree = hex.and_then(|hex| Oid::from_str(std::str::from_utf8(hex).ok()?).ok());
        tree.ok_or_else(|| StoreError::Unfit {
            id: commit.to_string(),
            what: "a commit".to_owned(),
            reason: "it names no tree".to_owned(),
        })
    }
}

impl RecordStore for GitStore {
    fn snapshot(&self) -> Box<dyn Snapshot + '_> {
        Box::new(self.at(Moment::Now))
    }

    fn commit(
        &self,
        base: &dyn Snapshot,
        changes: &Changes,
        note: &Note,
    ) -> Result<Vec<Advance>, StoreError> {
        write::commit(self, base, changes, note)
    }

    fn advance(&self, advances: &[Advance]) -> Result<(), StoreError> {
        refs::advance(self, advances)
    }
}

/// Returns the id that a revision is in git.
fn oid(revision: &Revision) -> Result<Oid, StoreError> {
    Oid::from_str(&revision.0).map_err(|error| backend(&format!("read revision {revision}"), error))
}

fn revision(id: Oid) -> Revision {
    Revision(id.to_string())
}

fn backend(action: &str, error: git2::Error) -> StoreError {
    StoreError::Backend {
        action: action.to_owned(),
        source: error.into(),
    }
}

/// Returns the error of something on a branch that the store did not put there.
fn damaged(branch: &Branch, path: &str, reason: &str) -> StoreError {
    StoreError::Damaged {
        branch: branch.clone(),
        path: path.to_owned(),
        reason: reason.to_owned(),
    }
}

/// Returns the error of an entry that is neither a file nor a directory, as git shows its mode.
fn odd_mode(branch: &Branch, path: &str, mode: &str) -> StoreError {
    let what = match mode {
        "120000" => "a symbolic link",
        "160000" => "a commit of another repository",
        "100755" => "a program",
        _ => "neither a file nor a directory",
    };
    damaged(branch, path, &format!("it has mode {mode}: it is {what}"))
}
