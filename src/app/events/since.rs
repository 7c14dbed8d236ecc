//! What was caused since a moment, on all branches: what a push that moved them from there to here caused.

use std::collections::BTreeMap;

use super::Caused;
use super::EventsError;
use super::by_branch;
use crate::app::cursor::Reached;
use crate::app::hook::BranchMove;
use crate::app::site::Site;
use crate::app::site::SiteError;
use crate::domain::time::Timestamp;
use crate::record::path::Branch;
use crate::record::path::Owner;
use crate::store::Revision;
use crate::store::StoreError;

/// From where on events are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// From the first commit on.
    Beginning,
    /// What was committed after a time, by the clocks of those who committed.
    After(Timestamp),
    /// What is on top of these commits; all of a branch that has none here.
    Reached(Reached),
    /// What is on top of a commit, and on other branches after its time.
    Commit(Revision),
}

/// What was told.
#[derive(Debug)]
pub struct Told {
    /// Up to which commit everything of each branch was told. A branch of which not all could be told is where
    /// it was; one of which nothing is here any more stays as well.
    pub reached: Reached,
    /// The branches that were there at the start and are not any more.
    pub gone: Vec<Branch>,
    /// Why not everything of a branch was told, for each of which it was not.
    pub failed: Vec<EventsError>,
}

/// Nothing can be told.
#[derive(Debug, thiserror::Error)]
pub enum SinceError {
    /// No branch has the commit.
    #[error("commit {0} is on no branch of an application")]
    Unknown(Revision),
    /// The store could not be brought up to date.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Tells what was caused since a start, oldest first. All of the history is brought here before.
///
/// # Errors
///
/// Fails if the store cannot be brought up to date or read; then nothing was told.
pub fn since(
    site: &Site,
    start: &Start,
    tell: &mut dyn FnMut(&Caused),
) -> Result<Told, SinceError> {
    // What was known at the time of a commit is asked of the environments, too.
    let mut branches = site.branches()?;
    branches.retain(|branch| !matches!(branch.owner(), Owner::Contracts(_)));
    site.deepen(&branches)?;
    branches.retain(|branch| matches!(branch.owner(), Owner::App(_)));
    let before = before(site, start, &branches)?;
    let mut moves = Vec::new();
    for branch in branches {
        let (old, new) = (before.get(&branch).cloned(), site.here(&branch)?);
        if new.is_some() && old != new {
            moves.push(BranchMove { branch, old, new });
        }
    }
    let mut gone = Vec::new();
    for branch in before.keys() {
        if site.here(branch)?.is_none() {
            gone.push(branch.clone());
        }
    }
    let failed = by_branch(site, &moves, tell);
    let mut reached = before;
    let is_whole = |branch: &Branch| failed.iter().all(|(other, _)| other != branch);
    for BranchMove { branch, new, .. } in moves {
        if let Some(new) = new.filter(|_| is_whole(&branch)) {
            reached.insert(branch, new);
        }
    }
    Ok(Told {
        reached,
        gone,
        failed: failed.into_iter().map(|(_, error)| error).collect(),
    })
}

/// Returns where those branches stood at a time whose commits cause events. Their history has to be here.
///
/// # Errors
///
/// Fails if the history cannot be read.
pub fn reached_at(
    site: &Site,
    time: Timestamp,
    branches: &[Branch],
) -> Result<Reached, StoreError> {
    let mut reached = Reached::new();
    for branch in branches {
        if let (Owner::App(_), Some(tip)) = (branch.owner(), site.store.tip_at(branch, time)?) {
            reached.insert(branch.clone(), tip);
        }
    }
    Ok(reached)
}

/// Returns where branches stood at the start.
fn before(site: &Site, start: &Start, branches: &[Branch]) -> Result<Reached, SinceError> {
    Ok(match start {
        Start::Beginning => BTreeMap::new(),
        Start::After(time) => reached_at(site, *time, branches)?,
        Start::Reached(reached) => {
            let mut reached = reached.clone();
            reached.retain(|branch, _| matches!(branch.owner(), Owner::App(_)));
            reached
        }
        Start::Commit(commit) => {
            let unknown = || SinceError::Unknown(commit.clone());
            if !site.store.has_commit(commit)? {
                return Err(unknown());
            }
            let time = site.store.find_commit(commit)?.at;
            let mut of_commit = None;
            for branch in branches {
                if site.store.contains(branch, commit, None)? {
                    of_commit = Some(branch.clone());
                    break;
                }
            }
            let branch = of_commit.ok_or_else(unknown)?;
            let mut reached = reached_at(site, time, branches)?;
            reached.insert(branch, commit.clone());
            reached
        }
    })
}
