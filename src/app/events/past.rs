//! The store as it was around a commit: one branch at that commit, the others at its time.
//!
//! Commits on different branches have no order but that of their clocks. So another branch is taken as
//! of the newest commit on it that was made by the time of the one in question, which is what `--at`
//! shows. Branches only grow, so whoever asks later sees the same.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::rc::Rc;
use std::sync::Arc;

use crate::app::fresh::Fresh;
use crate::app::site::Site;
use crate::domain::content::ContentId;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Unreadable;
use crate::domain::name::PacticipantName;
use crate::domain::time::Timestamp;
use crate::record::path::Branch;
use crate::record::path::RecordPath;
use crate::store::Directory;
use crate::store::Item;
use crate::store::Revision;
use crate::store::Snapshot;
use crate::store::StoreError;
use crate::store::Tips;
use crate::store::git::Moment;
use crate::store::ledger::StoreLedger;

/// The histories of branches, walked back as far as somebody asked.
pub(super) struct Histories<'a> {
    site: &'a Site,
    walked: RefCell<BTreeMap<Branch, History>>,
}

/// The history of a branch as far as it was walked.
#[derive(Default)]
struct History {
    /// The commits, newest first, each with the earliest time of those up to it, so that the first one
    /// that was made by some time is found by halving.
    commits: Vec<(Timestamp, Revision)>,
    /// The commit to go on with.
    next: Option<Revision>,
}

impl<'a> Histories<'a> {
    pub(super) fn new(site: &'a Site) -> Self {
        Self {
            site,
            walked: RefCell::default(),
        }
    }

    /// Returns the newest commit of a branch that was made by a time.
    ///
    /// # Errors
    ///
    /// Fails if the history cannot be read, or is cut off before that time.
    fn at(&self, branch: &Branch, time: Timestamp) -> Result<Option<Revision>, StoreError> {
        let mut walked = self.walked.borrow_mut();
        let history = match walked.entry(branch.clone()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(History {
                commits: Vec::new(),
                next: self.site.store.tip(branch)?,
            }),
        };
        let earliest = |history: &History| history.commits.last().map(|(at, _)| *at);
        while earliest(history).is_none_or(|at| at > time) {
            let Some(next) = history.next.take() else {
                break;
            };
            let commit = self.site.store.find_commit(&next)?;
            if commit.is_cut && commit.at > time {
                let what = format!("the history of {branch} before {}", commit.at);
                return Err(StoreError::Missing {
                    id: format!("parent of {next}"),
                    what,
                });
            }
            let at = earliest(history).map_or(commit.at, |at| at.min(commit.at));
            history.commits.push((at, next));
            history.next = commit.parent;
        }
        let index = history.commits.partition_point(|(at, _)| *at > time);
        Ok(history.commits.get(index).map(|(_, it)| it.clone()))
    }

    /// Returns the commit on top of another one that was returned before; on top of `None` it is the
    /// first one of the branch.
    fn after(&self, branch: &Branch, commit: Option<&Revision>) -> Option<Revision> {
        let walked = self.walked.borrow();
        let commits = &walked.get(branch)?.commits;
        let index = match commit {
            Some(commit) => commits.iter().position(|(_, it)| it == commit)?,
            None => commits.len(),
        };
        let (_, newer) = commits.get(index.checked_sub(1)?)?;
        Some(newer.clone())
    }
}

/// The store as it was at a time, but for some branches.
pub(super) struct Past<'a> {
    histories: &'a Histories<'a>,
    time: Timestamp,
    /// The branches that are not as of that time.
    pinned: BTreeMap<Branch, Option<Revision>>,
    /// The branches that were looked at.
    seen: RefCell<BTreeMap<Branch, Rc<Fresh<'a>>>>,
}

impl<'a> Past<'a> {
    /// Returns the store as it was at a time.
    pub(super) fn new(histories: &'a Histories<'a>, time: Timestamp) -> Self {
        Self {
            histories,
            time,
            pinned: BTreeMap::new(),
            seen: RefCell::default(),
        }
    }

    /// Returns the same with a branch at a commit.
    pub(super) fn with(&self, branch: &Branch, commit: Option<&Revision>) -> Self {
        let mut pinned = self.pinned.clone();
        pinned.insert(branch.clone(), commit.cloned());
        Self {
            pinned,
            ..Self::new(self.histories, self.time)
        }
    }

    /// Sees to it that a pact is known by now: whoever verified it had it, whatever the clocks say.
    ///
    /// The consumer's branch is taken as of the first commit from then on that has the content; as it
    /// was at the time, if none has it any more.
    ///
    /// # Errors
    ///
    /// Fails if the history cannot be read.
    pub(super) fn knowing(
        self,
        consumer: &PacticipantName,
        provider: &PacticipantName,
        content: &ContentId,
    ) -> Result<Self, Unreadable> {
        let branch = Branch::app(consumer);
        let mut past = self.with(&branch, self.commit(&branch)?.as_ref());
        loop {
            let ledger = StoreLedger::new(&past);
            if ledger.content(consumer, provider, content)?.is_some() {
                return Ok(past);
            }
            let commit = past.pinned.get(&branch).cloned().flatten();
            match self.histories.after(&branch, commit.as_ref()) {
                Some(newer) => past = self.with(&branch, Some(&newer)),
                None => return Ok(self),
            }
        }
    }

    fn commit(&self, branch: &Branch) -> Result<Option<Revision>, Unreadable> {
        self.tip(branch).map_err(|error| Unreadable {
            what: format!("the history of {branch}"),
            source: error.into(),
        })
    }

    /// Returns a branch as it was.
    fn branch(&self, branch: &Branch) -> Result<Rc<Fresh<'a>>, StoreError> {
        if let Some(seen) = self.seen.borrow().get(branch) {
            return Ok(Rc::clone(seen));
        }
        let commit = match self.pinned.get(branch) {
            Some(pinned) => pinned.clone(),
            None => self.histories.at(branch, self.time)?,
        };
        let tips = Tips::from([(branch.clone(), commit)]);
        let seen = Rc::new(Fresh::new(self.histories.site, Moment::Tips(tips)));
        let mut all = self.seen.borrow_mut();
        all.insert(branch.clone(), Rc::clone(&seen));
        Ok(seen)
    }

    /// Returns those branches that were there.
    fn existing(&self, branches: Vec<Branch>) -> Result<Vec<Branch>, StoreError> {
        let mut existing = Vec::new();
        for branch in branches {
            if self.tip(&branch)?.is_some() {
                existing.push(branch);
            }
        }
        Ok(existing)
    }
}

impl Snapshot for Past<'_> {
    fn tip(&self, branch: &Branch) -> Result<Option<Revision>, StoreError> {
        self.branch(branch)?.tip(branch)
    }

    fn branches(&self) -> Result<Vec<Branch>, StoreError> {
        let now = self.histories.site.store.at(Moment::Now);
        self.existing(now.branches()?)
    }

    fn environments(&self) -> Result<Vec<Branch>, StoreError> {
        let now = self.histories.site.store.at(Moment::Now);
        self.existing(now.environments()?)
    }

    fn file(&self, branch: &Branch, path: &RecordPath) -> Result<Option<Arc<[u8]>>, StoreError> {
        self.branch(branch)?.file(branch, path)
    }

    fn list(&self, branch: &Branch, path: &RecordPath) -> Result<Vec<Item>, StoreError> {
        self.branch(branch)?.list(branch, path)
    }

    fn directories(
        &self,
        branch: &Branch,
        path: &RecordPath,
        depth: u8,
    ) -> Result<Option<Vec<Directory>>, StoreError> {
        self.branch(branch)?.directories(branch, path, depth)
    }
}
