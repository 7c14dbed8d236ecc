//! Repositories of every shape that a store may find itself in, and what surrounds it there.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use git_pact::record::change::Changes;
use git_pact::store::Advance;
use git_pact::store::Note;
use git_pact::store::RecordStore;
use git_pact::store::Snapshot;
use git_pact::store::StoreError;
use git_pact::store::git::GitStore;
use git_pact::store::git::Place;
use tempfile::TempDir;
use walkdir::WalkDir;

use super::git::Git;

/// A repository, in a directory that goes away with it.
pub(crate) struct Shape {
    /// The directory of everything that belongs to it; linked work trees, say.
    directory: TempDir,
    /// Where the store is opened.
    git: Git,
}

impl Shape {
    /// A bare repository, as on a server.
    pub(crate) fn bare() -> Self {
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("store.git");
        Place::init_bare(&path).unwrap();
        let git = Git::at(path);
        Self { directory, git }
    }

    /// A repository with a work tree in the middle of work: changes that are staged, changes that
    /// are not, files that nobody knows, a stash, a tag.
    pub(crate) fn dirty() -> Self {
        let directory = TempDir::new().unwrap();
        let path = directory.path().join("shop");
        fs::create_dir(&path).unwrap();
        let git = Git::at(path);
        git.run(&["init", "--initial-branch=main"]);
        let write = |name: &str, text: &str| fs::write(git.directory().join(name), text).unwrap();
        write("code.rs", "fn one() {}\n");
        write("notes.txt", "one\n");
        git.run(&["add", "."]);
        git.run(&["commit", "-m", "Begin"]);
        git.run(&["tag", "v1"]);
        git.run(&["config", "user.name", "Somebody"]);
        write("notes.txt", "stashed\n");
        git.run(&["stash"]);
        write("code.rs", "fn staged() {}\n");
        git.run(&["add", "code.rs"]);
        write("code.rs", "fn changed_since() {}\n");
        write("new.rs", "fn untracked() {}\n");
        Self { directory, git }
    }

    /// A work tree linked to another repository.
    pub(crate) fn linked() -> Self {
        let Self { directory, git } = Self::dirty();
        git.run(&["worktree", "add", "-b", "topic", "../linked"]);
        let git = Git::at(directory.path().join("linked"));
        Self { directory, git }
    }

    /// A clone, in which what a remote has is what counts.
    pub(crate) fn clone_of_a_remote() -> Self {
        let Self { directory, git } = Self::dirty();
        git.run(&["clone", "--bare", ".", "../remote.git"]);
        git.run(&["clone", "../remote.git", "../clone"]);
        let git = Git::at(directory.path().join("clone"));
        Self { directory, git }
    }

    /// Returns the store in it.
    pub(crate) fn store(&self) -> GitStore {
        GitStore::new(Place::at(self.git.directory()).unwrap()).unwrap()
    }

    /// Returns the store in it, of which another program takes care all the time.
    pub(crate) fn tended_store(&self) -> TendedStore {
        TendedStore {
            store: self.store(),
            git: self.git.clone(),
        }
    }

    /// Returns the `git` of it.
    pub(crate) fn git(&self) -> &Git {
        &self.git
    }

    /// Returns a path beside it that goes away with it.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Returns every file and every ref that is not the store's: HEAD, index, work tree,
    /// configuration, hooks, stash, other branches, tags.
    pub(crate) fn surroundings(&self) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::new();
        for entry in WalkDir::new(self.directory.path()) {
            let entry = entry.unwrap();
            let path = entry.path();
            let relative = path.strip_prefix(self.directory.path()).unwrap();
            if entry.file_type().is_file() && !is_of_the_store(relative) {
                found.insert(relative.display().to_string(), fs::read(path).unwrap());
            }
        }
        found.extend(self.other_refs());
        found
    }

    /// Returns every ref that is not the store's.
    pub(crate) fn other_refs(&self) -> BTreeMap<String, Vec<u8>> {
        let format = "--format=%(refname) %(objectname) %(symref)";
        let refs = self.git.run(&["for-each-ref", format]);
        let others = refs.lines().filter(|line| !line.contains("/pact/"));
        let entry = |line: &str| (line.to_owned(), Vec::new());
        others.map(entry).collect()
    }
}

/// Says whether a file holds objects, or refs of the store, or all refs at once.
fn is_of_the_store(path: &Path) -> bool {
    let path = path.display().to_string();
    path.contains("/objects/")
        || path.ends_with("/packed-refs")
        || path.contains("/refs/heads/pact/")
        || path.contains("/refs/remotes/origin/pact/")
}

/// A git store in which refs and objects are packed after every write.
pub(crate) struct TendedStore {
    store: GitStore,
    git: Git,
}

impl RecordStore for TendedStore {
    fn snapshot(&self) -> Box<dyn Snapshot + '_> {
        self.store.snapshot()
    }

    fn commit(
        &self,
        base: &dyn Snapshot,
        changes: &Changes,
        note: &Note,
    ) -> Result<Vec<Advance>, StoreError> {
        self.store.commit(base, changes, note)
    }

    fn advance(&self, advances: &[Advance]) -> Result<(), StoreError> {
        let outcome = self.store.advance(advances);
        self.git.run(&["pack-refs", "--all"]);
        self.git.run(&["gc", "--quiet"]);
        outcome
    }
}
