//! Finds and opens repositories, whatever their shape.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use git2::ErrorClass;
use git2::ErrorCode;
use git2::Repository;
use git2::RepositoryInitOptions;
use git2::RepositoryOpenFlags;

use super::super::StoreError;
use super::backend;
use crate::record::path::Branch;

/// A repository, opened, and whether a remote is the authority over its store.
pub struct Place {
    pub(super) repository: Repository,
    /// The remote that is the authority, if there is one.
    pub(super) remote: Option<RemoteName>,
    /// Whether it is a private clone, which can be made again.
    pub(super) is_copy: bool,
}

/// The name of a remote in the repository's configuration, e.g. `origin`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteName(pub String);

impl Place {
    /// Opens the repository at a path: a work tree, a bare repository, or what is inside `.git`.
    ///
    /// # Errors
    ///
    /// Fails if there is none, or none that can be read.
    pub fn at(path: &Path) -> Result<Self, StoreError> {
        Self::open(path, RepositoryOpenFlags::NO_SEARCH, &[])
    }

    /// Opens the repository that a directory lies in. None is looked for above one of the ceilings.
    ///
    /// # Errors
    ///
    /// Fails if there is none, or none that can be read.
    pub fn around(path: &Path, ceilings: &[PathBuf]) -> Result<Self, StoreError> {
        Self::open(path, RepositoryOpenFlags::empty(), ceilings)
    }

    fn open(
        path: &Path,
        flags: RepositoryOpenFlags,
        ceilings: &[PathBuf],
    ) -> Result<Self, StoreError> {
        // Objects are named by their content, and git checks them when they arrive.
        git2::opts::strict_hash_verification(false);
        let repository =
            Repository::open_ext(path, flags, ceilings).map_err(|error| open_error(path, error))?;
        share(&repository);
        let mut place = Self {
            repository,
            remote: None,
            is_copy: false,
        };
        place.remote = place.authority()?;
        Ok(place)
    }

    /// Returns the repository as the authority over its store, whatever remotes it has: a server is asked
    /// by those who push to it, and a mirror of it elsewhere is none of their business.
    #[must_use]
    pub fn as_authority(mut self) -> Self {
        self.remote = None;
        self
    }

    /// Returns the repository as a copy of what is somewhere else, which can be made again: nothing is lost with
    /// it, so nothing waits for the disk.
    #[must_use]
    pub fn as_copy(mut self) -> Self {
        self.is_copy = true;
        self
    }

    /// Also reads objects from a directory beside the repository's own: where git keeps those of a push
    /// until the hooks have let it in.
    ///
    /// # Errors
    ///
    /// Fails if the object database cannot be opened, or the directory is no text.
    pub fn with_objects_in(self, directory: &Path) -> Result<Self, StoreError> {
        let failed = |error| {
            let directory = directory.display();
            backend(
                &format!("read the objects of the push in {directory}"),
                error,
            )
        };
        let not_text = || git2::Error::from_str("the path is not UTF-8");
        let path = directory.to_str().ok_or_else(not_text).map_err(failed)?;
        let odb = self.repository.odb();
        odb.and_then(|odb| odb.add_disk_alternate(path))
            .map_err(failed)?;
        Ok(self)
    }

    /// Makes a bare repository that is its own authority, or opens the one that is there.
    ///
    /// # Errors
    ///
    /// Fails if the directory cannot be written.
    pub fn init_bare(path: &Path) -> Result<Self, StoreError> {
        let mut options = RepositoryInitOptions::new();
        options
            .bare(true)
            .mkpath(true)
            .external_template(false)
            .initial_head("main");
        Repository::init_opts(path, &options)
            .map_err(|error| backend(&format!("make a repository at {}", path.display()), error))?;
        Self::at(path)
    }

    /// Makes a bare repository in a directory that has nothing in it, and says whether it did.
    ///
    /// Empty files count for nothing: one of them may be where our own output is to go.
    ///
    /// # Errors
    ///
    /// Fails if the directory cannot be read or written.
    pub fn init_in_empty(path: &Path) -> Result<bool, StoreError> {
        let failed = |source: io::Error| StoreError::Backend {
            action: format!("look into {}", path.display()),
            source: source.into(),
        };
        if !path.is_dir() {
            return Ok(false);
        }
        for entry in fs::read_dir(path).map_err(failed)? {
            let found = entry.and_then(|entry| entry.metadata()).map_err(failed)?;
            if !found.is_file() || found.len() > 0 {
                return Ok(false);
            }
        }
        Self::init_bare(path)?;
        Ok(true)
    }

    /// Makes the private clone of a remote, or opens the one that is there. Fetches nothing.
    ///
    /// # Errors
    ///
    /// Fails if the directory cannot be written.
    pub fn private_clone(path: &Path, url: &str) -> Result<Self, StoreError> {
        let place = match Self::at(path) {
            Err(StoreError::NoRepository { .. }) => Self::init_bare(path)?,
            place => place?,
        };
        let failed = |error| backend(&format!("set up the clone at {}", path.display()), error);
        if place.remote_url("origin").is_none() {
            match place.repository.remote("origin", url) {
                Err(error) if error.code() != ErrorCode::Exists => return Err(failed(error)),
                _ => {}
            }
        }
        Ok(Self {
            is_copy: true,
            ..Self::at(path)?
        })
    }

    /// Returns the remote that is the authority.
    #[must_use]
    pub fn remote(&self) -> Option<&RemoteName> {
        self.remote.as_ref()
    }

    /// Returns the URL of a remote.
    #[must_use]
    pub fn remote_url(&self, name: &str) -> Option<String> {
        let remote = self.repository.find_remote(name).ok()?;
        remote.url().ok().map(str::to_owned)
    }

    /// Returns the addresses that a remote is configured to be pushed to, if they are said apart.
    #[must_use]
    pub fn push_urls(&self, name: &str) -> Vec<String> {
        let mut urls = Vec::new();
        let key = format!("remote.{name}.pushurl");
        if let Ok(config) = self.repository.config()
            && let Ok(entries) = config.multivar(&key, None)
        {
            let _ = entries.for_each(|entry| urls.extend(entry.value().ok().map(str::to_owned)));
        }
        urls
    }

    /// Returns the directory of the repository: `.git`, or the bare repository itself.
    #[must_use]
    pub fn git_dir(&self) -> PathBuf {
        self.repository.path().to_owned()
    }

    /// Returns the directory that all linked work trees share.
    #[must_use]
    pub fn common_dir(&self) -> PathBuf {
        self.repository.commondir().to_owned()
    }

    /// Returns the directory that somebody works in; none of a bare repository.
    #[must_use]
    pub fn work_tree(&self) -> Option<PathBuf> {
        self.repository.workdir().map(Path::to_owned)
    }

    /// Returns the commit that is checked out and the branch, unless HEAD is detached.
    #[must_use]
    pub fn head(&self) -> (Option<String>, Option<String>) {
        let Ok(head) = self.repository.head() else {
            return (None, None);
        };
        let commit = head.target().map(|id| id.to_string());
        let branch = head.shorthand().ok().filter(|_| head.is_branch());
        (commit, branch.map(str::to_owned))
    }

    /// Returns the first line of the message of the commit that is checked out, if it merges others.
    #[must_use]
    pub fn head_merge(&self) -> Option<String> {
        let head = self.repository.head().ok()?.peel_to_commit().ok()?;
        if head.parent_count() < 2 {
            return None;
        }
        let message = String::from_utf8_lossy(head.message_bytes()).into_owned();
        message.lines().next().map(str::to_owned)
    }

    /// Returns the one remote, or `origin` of several; none makes the repository its own authority.
    fn authority(&self) -> Result<Option<RemoteName>, StoreError> {
        let failed = |error| backend("list the remotes", error);
        let remotes = self.repository.remotes().map_err(failed)?;
        let names: Vec<&str> = remotes
            .iter()
            .filter_map(|name| name.ok().flatten())
            .collect();
        let origin = names.iter().find(|name| **name == "origin");
        Ok(origin
            .or(names.first())
            .map(|name| RemoteName((*name).to_owned())))
    }

    /// Returns what the names of the store's refs begin with.
    pub(super) fn prefix(&self) -> String {
        match &self.remote {
            None => Branch::REFS.to_owned(),
            Some(RemoteName(name)) => format!("refs/remotes/{name}/{}", Branch::ROOT),
        }
    }
}

/// Lets others write what is made from now on, if the repository is shared with them. The library does
/// not heed `core.sharedRepository`: the directories that it makes would keep everybody else out.
#[cfg(unix)]
fn share(repository: &Repository) {
    use std::sync::atomic::AtomicU32;
    use std::sync::atomic::Ordering;

    use rustix::fs::Mode;
    use rustix::process::umask;

    /// The mask is that of the whole process: it is set once, and not under another thread's feet.
    static SHARED: AtomicU32 = AtomicU32::new(0);
    let config = repository.config().ok();
    let value = config.and_then(|config| config.get_string("core.sharedRepository").ok());
    let shared = value.map_or(0, |value| shared_with(&value));
    if SHARED.fetch_or(shared, Ordering::SeqCst) & shared != shared {
        // To look at the mask is to set it.
        let mask = umask(Mode::from_raw_mode(0o077));
        umask(mask.difference(Mode::from_raw_mode(shared)));
    }
}

#[cfg(not(unix))]
fn share(_: &Repository) {}

/// Returns what others may do with files, and hence with directories, as git understands the setting.
#[cfg(unix)]
fn shared_with(value: &str) -> u32 {
    let files = match value.to_ascii_lowercase().as_str() {
        "1" | "group" | "true" | "yes" | "on" => 0o660,
        "2" | "all" | "world" | "everybody" => 0o664,
        value if value.len() > 1 && value.starts_with('0') => {
            u32::from_str_radix(value, 8).unwrap_or(0)
        }
        _ => 0,
    };
    // Who may read a directory has to get into it.
    (files | (files & 0o444) >> 2) & 0o077
}

/// Says what is wrong with a repository that does not open.
fn open_error(path: &Path, error: git2::Error) -> StoreError {
    let path = path.to_owned();
    let unsupported = |reason: &str| StoreError::Unsupported {
        path: path.clone(),
        reason: reason.to_owned(),
    };
    match (error.class(), error.code()) {
        (_, ErrorCode::NotFound) => StoreError::NoRepository { path },
        (_, ErrorCode::Owner) => {
            let owned = belongs_to_another(error.message()).unwrap_or("<path>");
            unsupported(&format!(
                "it belongs to another user; if you trust it, add {owned} as `safe.directory` to \
                 ~/.gitconfig, the only file of yours where git-pact looks for it: `git config --file \
                 ~/.gitconfig --add safe.directory <path>`"
            ))
        }
        (ErrorClass::Repository, _) if error.message().contains("unknown object format") => {
            unsupported(&format!(
                "{}; git-pact reads SHA-1 repositories only: keep the contracts in another \
                 repository, made with `git init --object-format=sha1`, and name that one",
                error.message()
            ))
        }
        (ErrorClass::Repository, _) if error.message().contains("refstorage") => {
            unsupported(&format!(
                "{}; git-pact reads repositories with ref files: clone it with \
                 `git clone --ref-format=files`, or name it by URL",
                error.message()
            ))
        }
        (ErrorClass::Repository, _) if error.message().contains("unsupported") => {
            unsupported(&format!(
                "{}; use a newer git-pact, or name it by URL (file://…): then the git program reads it",
                error.message()
            ))
        }
        _ => StoreError::Backend {
            action: format!("open the repository at {}", path.display()),
            source: error.into(),
        },
    }
}

/// Returns the path that has to be trusted: the work tree, or the bare repository.
fn belongs_to_another(message: &str) -> Option<&str> {
    let path = message.strip_prefix("repository path '")?;
    let path = path.strip_suffix("' is not owned by current user")?;
    Some(path.trim_end_matches('/'))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::shared_with;

    #[test]
    fn a_repository_is_shared_as_git_understands_it() {
        for (value, others) in [
            ("group", 0o070),
            ("true", 0o070),
            ("1", 0o070),
            ("world", 0o075),
            ("2", 0o075),
            ("0640", 0o050),
            ("0660", 0o070),
            ("umask", 0),
            ("false", 0),
            ("0", 0),
            ("0999", 0),
        ] {
            assert_eq!(shared_with(value), others, "{value}");
        }
    }
}
