//! What a git store held at one moment: commits, read lazily.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use git2::ObjectType;
use git2::Oid;

use super::super::Directory;
use super::super::Item;
use super::super::KnownStanding;
use super::super::Recollection;
use super::super::Revision;
use super::super::Snapshot;
use super::super::StoreError;
use super::super::Tips;
use super::super::known::Known;
use super::GitStore;
use super::damaged;
use super::odd_mode;
use super::oid;
use super::refs;
use super::revision;
use super::tree;
use crate::domain::time::Timestamp;
use crate::record::path::Branch;
use crate::record::path::RecordPath;

/// What a git store held at one moment.
///
/// A ref is read when its branch is first asked for and never again, and so is the list of all
/// branches, so that every answer from one snapshot sees one state of each branch.
/// [`GitSnapshot::tips`] says which were asked for.
pub struct GitSnapshot<'a> {
    store: &'a GitStore,
    refs: Rc<Refs>,
    moment: Moment,
}

/// What was read of refs.
#[derive(Default)]
pub(super) struct Refs {
    /// The commits that were looked up, with their trees.
    seen: RefCell<BTreeMap<Branch, Option<Seen>>>,
    /// The branches whose names begin in some way, once somebody asked for them.
    listed: RefCell<BTreeMap<&'static str, Vec<Branch>>>,
    /// What was found out, if many snapshots share this.
    shared: Option<Shared>,
}

/// What was found out while nothing moves.
#[derive(Default)]
struct Shared {
    /// To follow a path takes a tree for each segment, and questions that come one after the other follow the same
    /// paths again. So many are some four megabytes.
    places: Known<20_000, Branch, RecordPath, Found>,
    standing: KnownStanding,
}

/// What lies at a path: a directory or a file, and its id; `None` if nothing does.
type Found = Option<(bool, Oid)>;

impl Refs {
    /// Returns what many snapshots will share.
    pub(super) fn shared() -> Rc<Self> {
        Rc::new(Self {
            shared: Some(Shared::default()),
            ..Self::default()
        })
    }
}

/// Which state of its branches a snapshot shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moment {
    /// What the refs say.
    Now,
    /// The newest commits that were made by then.
    At(Timestamp),
    /// These commits; branches that are not among them do not exist.
    Tips(Tips),
}

#[derive(Clone, Copy)]
struct Seen {
    commit: Oid,
    root: Oid,
}

impl<'a> GitSnapshot<'a> {
    pub(super) fn new(store: &'a GitStore, moment: Moment) -> Self {
        Self {
            store,
            refs: Rc::default(),
            moment,
        }
    }

    /// Returns the snapshot of a store whose refs are as others have read them.
    pub(super) fn still(store: &'a GitStore, refs: Rc<Refs>) -> Self {
        Self {
            refs,
            ..Self::new(store, Moment::Now)
        }
    }

    /// Returns the tips of the branches that were asked for so far: what the answers came from.
    /// Where refs are as others have read them, those that they asked for are among them.
    #[must_use]
    pub fn tips(&self) -> Tips {
        let seen = self.refs.seen.borrow();
        let tip = |seen: &Option<Seen>| seen.map(|seen| revision(seen.commit));
        seen.iter()
            .map(|(branch, seen)| (branch.clone(), tip(seen)))
            .collect()
    }

    fn seen(&self, branch: &Branch) -> Result<Option<Seen>, StoreError> {
        if let Some(seen) = self.refs.seen.borrow().get(branch) {
            return Ok(*seen);
        }
        let commit = match &self.moment {
            Moment::Now => refs::tip(self.store, branch)?,
            Moment::At(time) => match self.store.tip_at(branch, *time)? {
                Some(tip) => Some(oid(&tip)?),
                None => None,
            },
            Moment::Tips(tips) => match tips.get(branch).cloned().flatten() {
                Some(tip) => Some(oid(&tip)?),
                None => None,
            },
        };
        let seen = match commit {
            Some(commit) => Some(Seen {
                commit,
                root: self.store.root(commit)?,
            }),
            None => None,
        };
        self.refs.seen.borrow_mut().insert(branch.clone(), seen);
        Ok(seen)
    }

    /// Returns the branches whose names begin in some way, as they were when somebody first asked.
    fn listed_now(&self, beginning: &'static str) -> Result<Vec<Branch>, StoreError> {
        if let Some(branches) = self.refs.listed.borrow().get(beginning) {
            return Ok(branches.clone());
        }
        let mut branches = refs::branches(self.store, beginning)?;
        // Somebody may have made a branch since this snapshot saw that there is none.
        let seen = self.refs.seen.borrow();
        branches.retain(|branch| !matches!(seen.get(branch), Some(None)));
        let mut listed = self.refs.listed.borrow_mut();
        listed.insert(beginning, branches.clone());
        Ok(branches)
    }

    fn beginning(&self, beginning: &'static str) -> Result<Vec<Branch>, StoreError> {
        match &self.moment {
            Moment::Now => self.listed_now(beginning),
            Moment::At(_) => {
                let mut existed = Vec::new();
                for branch in refs::branches(self.store, beginning)? {
                    if self.seen(&branch)?.is_some() {
                        existed.push(branch);
                    }
                }
                Ok(existed)
            }
            Moment::Tips(tips) => {
                let present = tips.iter().filter(|(branch, tip)| {
                    tip.is_some() && branch.as_str().starts_with(beginning)
                });
                Ok(present.map(|(branch, _)| branch.clone()).collect())
            }
        }
    }

    /// Returns what lies at a path.
    fn find(&self, branch: &Branch, path: &RecordPath) -> Result<Found, StoreError> {
        let follow = || self.follow(branch, path);
        match &self.refs.shared {
            Some(shared) => shared.places.recall(branch, path, follow),
            None => follow(),
        }
    }

    /// Returns what lies at a path, tree by tree.
    fn follow(&self, branch: &Branch, path: &RecordPath) -> Result<Found, StoreError> {
        let Some(seen) = self.seen(branch)? else {
            return Ok(None);
        };
        let mut found = (true, seen.root);
        for segment in path.as_str().as_bytes().split(|&byte| byte == b'/') {
            let (true, id) = found else { return Ok(None) };
            let tree = self.store.tree(id)?;
            let malformed = |()| damaged(branch, path.as_str(), "its directory is malformed");
            let Some(entry) = tree::find(&tree, segment).map_err(malformed)? else {
                return Ok(None);
            };
            found = match entry.mode {
                tree::FILE => (false, entry.id),
                tree::DIRECTORY => (true, entry.id),
                mode => return Err(odd_mode(branch, path.as_str(), mode)),
            };
        }
        Ok(Some(found))
    }
}

impl Snapshot for GitSnapshot<'_> {
    fn tip(&self, branch: &Branch) -> Result<Option<Revision>, StoreError> {
        Ok(self.seen(branch)?.map(|seen| revision(seen.commit)))
    }

    fn branches(&self) -> Result<Vec<Branch>, StoreError> {
        self.beginning("")
    }

    fn environments(&self) -> Result<Vec<Branch>, StoreError> {
        self.beginning(Branch::ENVIRONMENTS)
    }

    fn file(&self, branch: &Branch, path: &RecordPath) -> Result<Option<Arc<[u8]>>, StoreError> {
        match self.find(branch, path)? {
            None => Ok(None),
            Some((true, _)) => Err(damaged(branch, path.as_str(), "it is a directory")),
            Some((false, id)) => {
                let what = || format!("{path} on {branch}");
                self.store.object(id, ObjectType::Blob, what).map(Some)
            }
        }
    }

    fn recollection(
        &self,
        branch: &Branch,
        path: &RecordPath,
    ) -> Result<Option<Recollection>, StoreError> {
        if self.refs.shared.is_none() {
            return Ok(None);
        }
        let Some((false, id)) = self.find(branch, path)? else {
            return Ok(None);
        };
        Ok(Some(self.store.objects.recollection(id, path.clone())))
    }

    fn known_standing(&self) -> Option<&KnownStanding> {
        let shared = self.refs.shared.as_ref();
        shared.map(|shared| &shared.standing)
    }

    fn list(&self, branch: &Branch, path: &RecordPath) -> Result<Vec<Item>, StoreError> {
        let id = match self.find(branch, path)? {
            None => return Ok(Vec::new()),
            Some((false, _)) => return Err(damaged(branch, path.as_str(), "it is a file")),
            Some((true, id)) => id,
        };
        let tree = self.store.tree(id)?;
        let mut items = Vec::new();
        for entry in tree::entries(&tree) {
            let entry =
                entry.ok_or_else(|| damaged(branch, path.as_str(), "it is a malformed tree"))?;
            items.push(Item {
                name: entry.name.to_owned(),
                is_directory: entry.mode == tree::DIRECTORY,
            });
        }
        items.sort();
        Ok(items)
    }

    fn directories(
        &self,
        branch: &Branch,
        path: &RecordPath,
        depth: u8,
    ) -> Result<Option<Vec<Directory>>, StoreError> {
        let mut found = match self.find(branch, path)? {
            None => return Ok(Some(Vec::new())),
            Some((false, _)) => return Ok(None),
            Some((true, id)) => vec![(path.clone(), id)],
        };
        for _ in 0..depth {
            let mut below = Vec::new();
            for (path, id) in found {
                let tree = self.store.tree(id)?;
                for entry in tree::entries(&tree) {
                    let directory = entry.and_then(|entry| Some((entry.name, entry.directory()?)));
                    let Some((name, id)) = directory else {
                        return Ok(None);
                    };
                    below.push((path.join(name), id));
                }
            }
            found = below;
        }
        let (objects, directories) = (&self.store.objects, &self.store.directories);
        let directory = |(path, id)| objects.directory(id, path, directories);
        Ok(Some(found.into_iter().map(directory).collect()))
    }
}
