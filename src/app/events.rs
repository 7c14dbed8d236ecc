//! The broker's events that commits have caused: a range of commits on each branch, oldest first.
//!
//! Nothing is remembered: events are derived from the commits, each time anew, and are the same each
//! time. So what a range causes is what its parts cause, wherever it is cut.
//!
//! The commits of one branch are told in their order. Those of several branches are put together by
//! their times, then by the names of the branches; nothing depends on that order.

mod past;
pub mod since;

use std::collections::VecDeque;

use self::past::Histories;
use self::past::Past;
use super::hook::BranchMove;
use super::log::LogError;
use super::log::happened;
use super::log::whose;
use super::site::Site;
use crate::domain::environment::Uuid;
use crate::domain::events::Around;
use crate::domain::events::BrokerEvent;
use crate::domain::events::broker_events;
use crate::domain::history::Event;
use crate::domain::ledger::Unreadable;
use crate::record::event::Whose;
use crate::record::path::Branch;
use crate::record::path::Owner;
use crate::store::Revision;
use crate::store::git::history::Commit;
use crate::store::ledger::StoreLedger;

/// One of the broker's events, and the commit that caused it.
#[derive(Clone, Debug)]
pub struct Caused {
    /// The branch of the commit.
    pub branch: Branch,
    /// The commit.
    pub commit: Commit,
    /// The event.
    pub event: BrokerEvent,
}

impl Caused {
    /// Returns the id of the event: the same for whoever derives it.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.event.id(&self.commit.revision.0)
    }
}

/// What the commits of a branch have caused cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum EventsError {
    /// What was the tip of the branch is not in its history any more.
    #[error(
        "the history of {branch} was rewritten: {old}, which was its tip, is not below {new}; what \
         the commits between them caused is not told"
    )]
    Rewritten {
        /// The branch.
        branch: Branch,
        /// What was the tip.
        old: Revision,
        /// What is the tip.
        new: Revision,
    },
    /// Not all of the commits are here.
    #[error(
        "the history of {branch} before {revision} is not here; run `git pact fetch --history`"
    )]
    Cut {
        /// The branch.
        branch: Branch,
        /// The oldest commit that is here.
        revision: Revision,
    },
    /// What happened in a commit cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// What was known at a commit cannot be read.
    #[error("could not find out what commit {revision} on {branch} caused")]
    Ledger {
        /// The branch.
        branch: Branch,
        /// The commit.
        revision: Revision,
        /// The record, and what is wrong with it.
        source: Unreadable,
    },
}

/// Tells what the commits caused by which branches have moved, one event after the other.
///
/// A branch that was deleted caused nothing. Returns why the rest of what a branch caused was not
/// told, for each of which it was not; the other branches are told all the same.
pub fn events(
    site: &Site,
    moves: &[BranchMove],
    tell: &mut dyn FnMut(&Caused),
) -> Vec<EventsError> {
    let failed = by_branch(site, moves, tell).into_iter();
    failed.map(|(_, error)| error).collect()
}

/// The same, with the branch of each failure.
pub(super) fn by_branch(
    site: &Site,
    moves: &[BranchMove],
    tell: &mut dyn FnMut(&Caused),
) -> Vec<(Branch, EventsError)> {
    let mut failed = Vec::new();
    let mut queues: Vec<Queue> = Vec::new();
    for moved in moves {
        match Queue::of(site, moved) {
            Ok(queue) => queues.extend(queue),
            Err(error) => failed.push((moved.branch.clone(), error)),
        }
    }
    queues.sort_by(|a, b| a.branch.cmp(&b.branch));
    let histories = Histories::new(site);
    let reading = site.progress.begin("reading the history, commit by commit");
    let mut count = 0;
    // The first of those that are equal is the minimum: the first by name.
    while let Some(queue) = queues
        .iter_mut()
        .filter(|queue| !queue.commits.is_empty())
        .min_by_key(|queue| queue.commits.front().map(|commit| commit.at))
    {
        let Some(commit) = queue.commits.pop_front() else {
            break;
        };
        match queue.caused(site, &histories, &commit) {
            Ok(events) => {
                for event in events {
                    tell(&Caused {
                        branch: queue.branch.clone(),
                        commit: commit.clone(),
                        event,
                    });
                }
            }
            Err(error) => {
                failed.push((queue.branch.clone(), error));
                queue.commits.clear();
            }
        }
        count += 1;
        reading.at(count, None);
    }
    failed
}

/// The commits of a branch that were not told yet, oldest first.
struct Queue {
    branch: Branch,
    whose: Whose,
    commits: VecDeque<Commit>,
}

impl Queue {
    /// Returns what a move of a branch brought; `None` if nothing of that kind causes events.
    fn of(site: &Site, moved: &BranchMove) -> Result<Option<Self>, EventsError> {
        let BranchMove { branch, old, new } = moved;
        let (Owner::App(_), Some(new)) = (branch.owner(), new) else {
            return Ok(None);
        };
        let mut commits = VecDeque::new();
        let mut next = Some(new.clone());
        while next != *old {
            let Some(at) = next.take() else {
                return Err(EventsError::Rewritten {
                    branch: branch.clone(),
                    old: old.clone().unwrap_or_else(|| new.clone()),
                    new: new.clone(),
                });
            };
            let commit = site.store.find_commit(&at).map_err(LogError::from)?;
            if commit.is_cut {
                return Err(EventsError::Cut {
                    branch: branch.clone(),
                    revision: at,
                });
            }
            next.clone_from(&commit.parent);
            commits.push_front(commit);
        }
        let whose = whose(site, branch)?;
        Ok(whose.map(|whose| Self {
            branch: branch.clone(),
            whose,
            commits,
        }))
    }

    /// Returns what a commit caused.
    fn caused(
        &self,
        site: &Site,
        histories: &Histories<'_>,
        commit: &Commit,
    ) -> Result<Vec<BrokerEvent>, EventsError> {
        let branch = &self.branch;
        let happened = happened(site, branch, &self.whose, commit)?;
        let causes = |event: &Event| match event {
            Event::Version(event) => !event.published.is_empty(),
            Event::Verified { .. } => true,
            _ => false,
        };
        if !happened.iter().any(causes) {
            return Ok(Vec::new());
        }
        let at_that_time = Past::new(histories, commit.at);
        let before = at_that_time.with(branch, commit.parent.as_ref());
        let derive = || {
            let mut after = at_that_time.with(branch, Some(&commit.revision));
            for event in &happened {
                if let Event::Verified { provider, run, .. } = event {
                    for result in &run.results {
                        after = after.knowing(&result.consumer, provider, &result.content)?;
                    }
                }
            }
            let around = Around {
                before: &StoreLedger::new(&before),
                after: &StoreLedger::new(&after),
            };
            broker_events(around, &happened)
        };
        derive().map_err(|source| EventsError::Ledger {
            branch: branch.clone(),
            revision: commit.revision.clone(),
            source,
        })
    }
}
