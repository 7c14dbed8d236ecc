//! A snapshot that fetches what it lacks: an absent branch is absent on the remote too.
//!
//! Use cases fetch ahead what they know they will need, in one round trip. This is the net below
//! them: a branch that nobody thought of is fetched when it is first read, so that "there is
//! none" is never said of something that only was not fetched (promise 8). Without the network
//! it cannot be fetched; then it is an error to read it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::site::Site;
use super::site::SiteError;
use crate::record::path::Branch;
use crate::record::path::RecordPath;
use crate::remote::Work;
use crate::store::Directory;
use crate::store::Item;
use crate::store::KnownStanding;
use crate::store::Recollection;
use crate::store::Revision;
use crate::store::Snapshot;
use crate::store::StoreError;
use crate::store::Tips;
use crate::store::git::GitSnapshot;
use crate::store::git::Look;
use crate::store::git::Moment;

/// A snapshot of a site.
pub struct Fresh<'a> {
    site: &'a Site,
    snapshot: GitSnapshot<'a>,
    moment: Moment,
    /// Whether a branch that is not here although the remote has it is an error.
    complete: bool,
    /// The branches of which that is known.
    checked: RefCell<BTreeSet<Branch>>,
    /// The walk back to a moment in the past.
    walk: Option<Work>,
}

impl<'a> Fresh<'a> {
    /// Returns the snapshot of a moment.
    #[must_use]
    pub fn new(site: &'a Site, moment: Moment) -> Self {
        let walk = || site.progress.begin("looking up the past, branch by branch");
        Self {
            site,
            snapshot: site.store.at(moment.clone()),
            walk: matches!(moment, Moment::At(_)).then(walk),
            moment,
            complete: true,
            checked: RefCell::default(),
        }
    }

    /// Returns the snapshot of a moment as far as it is here, for those who only describe what is:
    /// without the network, a branch that was never fetched does not exist in it.
    #[must_use]
    pub fn as_far_as_here(site: &'a Site, moment: Moment) -> Self {
        Self {
            complete: false,
            ..Self::new(site, moment)
        }
    }

    /// Returns the same of now, where a look shows that nothing moved since the one before.
    #[must_use]
    pub fn at_look(site: &'a Site, look: Look) -> Self {
        Self {
            snapshot: site.store.at_look(look),
            ..Self::as_far_as_here(site, Moment::Now)
        }
    }

    /// Returns the tips of the branches that were asked for.
    #[must_use]
    pub fn tips(&self) -> Tips {
        self.snapshot.tips()
    }

    fn ensure(&self, branch: &Branch) -> Result<(), StoreError> {
        let ensured = match &self.moment {
            Moment::Now => self.site.refresh(std::slice::from_ref(branch)),
            Moment::At(_) => self.site.deepen(std::slice::from_ref(branch)),
            Moment::Tips(tips) => match tips.get(branch).cloned().flatten() {
                Some(tip) if self.site.store.find_commit(&tip).is_err() => {
                    self.site.deepen(std::slice::from_ref(branch))
                }
                _ => Ok(()),
            },
        };
        ensured.map_err(|error| not_fetched(branch, error))?;
        let is_past = matches!(self.moment, Moment::Tips(_));
        if self.complete && !is_past && !self.checked.borrow().contains(branch) {
            self.site.refuse_unfetched(branch).map_err(unknown)?;
            let mut checked = self.checked.borrow_mut();
            checked.insert(branch.clone());
            if let Some(walk) = &self.walk {
                walk.at(checked.len(), None);
            }
        }
        Ok(())
    }

    /// Reads something on a branch; once more after fetching what a partial clone lacks of it.
    fn read<T>(
        &self,
        branch: &Branch,
        read: impl Fn(&GitSnapshot<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.ensure(branch)?;
        match read(&self.snapshot) {
            Err(StoreError::Missing { id, what }) => {
                let complete = self.site.complete(branch);
                if complete.map_err(|error| not_fetched(branch, error))? {
                    return read(&self.snapshot);
                }
                Err(StoreError::Missing { id, what })
            }
            outcome => outcome,
        }
    }

    /// Returns branches with those of a kind that the remote has and nobody fetched yet.
    fn with_remote(
        &self,
        mut branches: Vec<Branch>,
        is_kind: impl Fn(&Branch) -> bool,
    ) -> Result<Vec<Branch>, StoreError> {
        if matches!(self.moment, Moment::Tips(_)) {
            return Ok(branches);
        }
        let remote = self
            .site
            .remote_tips()
            .map_err(|error| StoreError::Backend {
                action: "list the branches of the remote".to_owned(),
                source: error.into(),
            })?;
        let mut there: Vec<_> = remote
            .iter()
            .flat_map(|tips| tips.keys())
            .cloned()
            .collect();
        if remote.is_none() && self.complete {
            there.extend(self.site.remembered().map_err(unknown)?.unwrap_or_default());
        }
        branches.extend(there.into_iter().filter(is_kind));
        branches.sort();
        branches.dedup();
        Ok(branches)
    }
}

fn not_fetched(branch: &Branch, error: SiteError) -> StoreError {
    StoreError::Backend {
        action: format!("fetch {branch}"),
        source: error.into(),
    }
}

/// Returns the error of not knowing what the remote has.
fn unknown(error: SiteError) -> StoreError {
    match error {
        SiteError::Store(error) => error,
        error => StoreError::Backend {
            action: "find out which branches the remote has".to_owned(),
            source: error.into(),
        },
    }
}

impl Snapshot for Fresh<'_> {
    fn tip(&self, branch: &Branch) -> Result<Option<Revision>, StoreError> {
        self.read(branch, |snapshot| snapshot.tip(branch))
    }

    fn branches(&self) -> Result<Vec<Branch>, StoreError> {
        self.with_remote(self.snapshot.branches()?, |_| true)
    }

    fn environments(&self) -> Result<Vec<Branch>, StoreError> {
        self.with_remote(self.snapshot.environments()?, Branch::is_environment)
    }

    fn file(&self, branch: &Branch, path: &RecordPath) -> Result<Option<Arc<[u8]>>, StoreError> {
        self.read(branch, |snapshot| snapshot.file(branch, path))
    }

    fn list(&self, branch: &Branch, path: &RecordPath) -> Result<Vec<Item>, StoreError> {
        self.read(branch, |snapshot| snapshot.list(branch, path))
    }

    fn recollection(
        &self,
        branch: &Branch,
        path: &RecordPath,
    ) -> Result<Option<Recollection>, StoreError> {
        self.read(branch, |snapshot| snapshot.recollection(branch, path))
    }

    fn known_standing(&self) -> Option<&KnownStanding> {
        // Whatever is known was read in this way.
        self.snapshot.known_standing()
    }

    fn directories(
        &self,
        branch: &Branch,
        path: &RecordPath,
        depth: u8,
    ) -> Result<Option<Vec<Directory>>, StoreError> {
        self.read(branch, |snapshot| snapshot.directories(branch, path, depth))
    }
}
