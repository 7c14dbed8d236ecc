//! The objects that a question reads, found by watching it: what `git cat-file` is given to read.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use git_pact::domain::ledger::Ledger;
use git_pact::record::path::Branch;
use git_pact::record::path::RecordPath;
use git_pact::store::Item;
use git_pact::store::Revision;
use git_pact::store::Snapshot;
use git_pact::store::StoreError;
use git_pact::store::git::GitSnapshot;
use git_pact::store::git::GitStore;
use git_pact::store::git::Moment;
use git_pact::store::git::Place;
use git_pact::store::ledger::StoreLedger;

use super::measure::Result;
use super::world::World;
use super::world::output;

/// A snapshot that remembers what was looked up in it.
struct Watched<'a> {
    snapshot: GitSnapshot<'a>,
    /// What the names of the store's refs begin with.
    prefix: &'a str,
    /// Revisions as git takes them: a commit, and each directory and file on the way to a path.
    looked_up: RefCell<BTreeSet<String>>,
}

impl Watched<'_> {
    fn note(&self, branch: &Branch, path: Option<&RecordPath>) {
        let mut looked_up = self.looked_up.borrow_mut();
        let mut revision = format!("{}{}", self.prefix, branch.as_str());
        looked_up.insert(revision.clone());
        let Some(path) = path else { return };
        revision.push(':');
        looked_up.insert(revision.clone());
        for (index, segment) in path.as_str().split('/').enumerate() {
            let _ = write!(revision, "{}{segment}", if index == 0 { "" } else { "/" });
            looked_up.insert(revision.clone());
        }
    }
}

impl Snapshot for Watched<'_> {
    fn tip(&self, branch: &Branch) -> std::result::Result<Option<Revision>, StoreError> {
        self.note(branch, None);
        self.snapshot.tip(branch)
    }

    fn branches(&self) -> std::result::Result<Vec<Branch>, StoreError> {
        self.snapshot.branches()
    }

    fn file(
        &self,
        branch: &Branch,
        path: &RecordPath,
    ) -> std::result::Result<Option<Arc<[u8]>>, StoreError> {
        self.note(branch, Some(path));
        self.snapshot.file(branch, path)
    }

    fn list(
        &self,
        branch: &Branch,
        path: &RecordPath,
    ) -> std::result::Result<Vec<Item>, StoreError> {
        self.note(branch, Some(path));
        self.snapshot.list(branch, path)
    }
}

/// Asks questions of a store and returns the ids of the objects that they read, one a line.
pub(crate) fn read_by(
    world: &World,
    repository: &Path,
    ask: impl FnOnce(&dyn Ledger) -> Result<()>,
) -> Result<String> {
    let store = GitStore::new(Place::at(repository)?)?;
    let watched = Watched {
        snapshot: store.at(Moment::Now),
        prefix: store.prefix(),
        looked_up: RefCell::default(),
    };
    ask(&StoreLedger::new(&watched))?;
    let revisions = watched.looked_up.into_inner();
    let revisions: Vec<String> = revisions.into_iter().collect();
    let check = ["cat-file", "--batch-check=%(objectname)"];
    let found = output(
        &mut world.git(repository, &check),
        revisions.join("\n").as_bytes(),
    )?;
    // What is not there shows as `<revision> missing`: the question found that out from its trees.
    let ids: BTreeSet<&str> = found.lines().filter(|line| !line.contains(' ')).collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    Ok(ids.join("\n") + "\n")
}
