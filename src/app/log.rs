//! The history of a store, walked back from the tips of its branches.
//!
//! Several branches are merged by the time of their commits, for people to read: nothing is decided
//! by that order.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::BinaryHeap;

use super::Context;
use super::fresh::Fresh;
use super::signatures::Signed;
use super::signatures::signatures;
use super::site::Site;
use super::site::SiteError;
use crate::domain::environment::Uuid;
use crate::domain::history::Event;
use crate::domain::history::Subject;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Unreadable;
use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::domain::signers::Signers;
use crate::domain::time::Timestamp;
use crate::record::event::FileChange;
use crate::record::event::UnreadableChange;
use crate::record::event::Whose;
use crate::record::event::events;
use crate::record::path::Branch;
use crate::record::path::Owner;
use crate::record::path::Segment;
use crate::store::Actor;
use crate::store::Revision;
use crate::store::Snapshot;
use crate::store::StoreError;
use crate::store::git::Moment;
use crate::store::git::history::Commit;
use crate::store::git::history::SignatureKind;
use crate::store::ledger::StoreLedger;

/// A history, newest first.
#[derive(Clone, Debug, Default)]
pub struct Log {
    /// What happened.
    pub entries: Vec<Entry>,
    /// The branches whose history was cut off before all of it was told, and where.
    pub cut: Vec<(Branch, Revision)>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When, by the clock of whoever recorded it.
    pub at: Timestamp,
    /// Who recorded it.
    pub actor: Actor,
    /// On which branch.
    pub branch: Branch,
    /// In which commit.
    pub revision: Revision,
    /// Who signed it, if anybody did.
    pub signed: Signed,
    /// What.
    pub event: Event,
}

/// The history cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// Nobody has ever mentioned the subject.
    #[error("there is no {kind} `{name}` in the store, and never was")]
    Unknown {
        /// What it should be.
        kind: &'static str,
        /// Its name.
        name: String,
    },
    /// A commit changed a record that cannot be read.
    #[error("could not read commit {revision} on {branch}")]
    Change {
        /// The branch.
        branch: Branch,
        /// The commit.
        revision: Revision,
        /// The record, and what is wrong with it.
        source: UnreadableChange,
    },
    /// A record could not be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The store could not be brought up to date.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What happened in the environments, commit by commit: the history of every application asks for it.
#[derive(Default)]
pub struct Told(RefCell<BTreeMap<Revision, Vec<Event>>>);

/// Returns the history of a subject up to a moment, newest first, with at most `limit` events.
///
/// # Errors
///
/// Fails if nobody has ever mentioned the subject, or if the history cannot be read.
pub fn log(
    site: &Site,
    context: &Context,
    subject: &Subject,
    moment: &Moment,
    limit: Option<usize>,
) -> Result<Log, LogError> {
    log_with(site, context, subject, moment, limit, None)
}

/// Returns the same, for one of many histories of a store: what was `told` before is not read again.
///
/// # Errors
///
/// See [`log`].
pub fn log_with(
    site: &Site,
    context: &Context,
    subject: &Subject,
    moment: &Moment,
    limit: Option<usize>,
    told: Option<&Told>,
) -> Result<Log, LogError> {
    let branches = branches(site, subject)?;
    site.deepen(&branches)?;
    let mut walk = Walk {
        told,
        ..Walk::default()
    };
    for branch in &branches {
        if let Some(tip) = tip(site, branch, moment)? {
            let commit = site.store.find_commit(&tip)?;
            let whose = whose(site, branch)?;
            walk.heads.extend(whose.map(|whose| Head {
                commit,
                branch: branch.clone(),
                whose,
            }));
        }
    }
    refuse_unknown(site, subject)?;
    let limit = limit.unwrap_or(usize::MAX);
    let reading = site.progress.begin("reading the history, commit by commit");
    for commits in 1.. {
        if walk.log.entries.len() >= limit {
            break;
        }
        let Some(head) = walk.heads.pop() else { break };
        walk.step(site, subject, head)?;
        reading.at(commits, None);
    }
    walk.log.entries.truncate(limit);
    walk.look_at_signatures(site, context)?;
    Ok(walk.log)
}

/// How far back it is looked who recorded something.
const FAR: usize = 1000;

/// Returns who recorded each of some deployments and releases in an environment, by their ids, as it
/// was at a moment. Whatever was recorded more than a thousand commits before is left out.
///
/// # Errors
///
/// Fails if the history cannot be read.
pub fn recorders(
    site: &Site,
    environment: &EnvironmentName,
    moment: &Moment,
    mut wanted: BTreeSet<&Uuid>,
) -> Result<BTreeMap<Uuid, Actor>, LogError> {
    let branch = Branch::environment(environment);
    site.deepen(std::slice::from_ref(&branch))?;
    let (mut found, mut walk) = (BTreeMap::new(), Walk::default());
    let subject = Subject::Environment(environment.clone());
    if let Some(tip) = tip(site, &branch, moment)? {
        let commit = site.store.find_commit(&tip)?;
        let whose = Whose::Environment(environment.clone());
        walk.heads.push(Head {
            commit,
            branch,
            whose,
        });
    }
    for _ in 0..FAR {
        let Some(head) = walk.heads.pop().filter(|_| !wanted.is_empty()) else {
            break;
        };
        walk.step(site, &subject, head)?;
        for entry in walk.log.entries.drain(..) {
            let uuid = match &entry.event {
                Event::Deployed { deployed, .. } => &deployed.uuid,
                Event::Released { released, .. } => &released.uuid,
                _ => continue,
            };
            if wanted.remove(uuid) {
                found.insert(uuid.clone(), entry.actor);
            }
        }
    }
    Ok(found)
}

/// Returns where a branch stood at a moment.
fn tip(site: &Site, branch: &Branch, moment: &Moment) -> Result<Option<Revision>, LogError> {
    Ok(match moment {
        Moment::Now => site.here(branch)?,
        Moment::At(_) | Moment::Tips(_) => site.store.at(moment.clone()).tip(branch)?,
    })
}

/// The branches that are walked, and what was told so far.
#[derive(Default)]
struct Walk<'a> {
    told: Option<&'a Told>,
    heads: BinaryHeap<Head>,
    log: Log,
    /// The commits that were told and have a signature.
    signed: BTreeMap<Revision, Commit>,
}

/// The newest commit of a branch that was not told yet.
struct Head {
    commit: Commit,
    branch: Branch,
    whose: Whose,
}

impl Head {
    /// The newest commit is the greatest, then the first branch by name.
    fn key(&self) -> (Timestamp, std::cmp::Reverse<&Branch>) {
        (self.commit.at, std::cmp::Reverse(&self.branch))
    }
}

impl PartialEq for Head {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Head {}

impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Head {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

impl Walk<'_> {
    /// Finds out who signed what is told: nothing is looked up if nobody did.
    fn look_at_signatures(&mut self, site: &Site, context: &Context) -> Result<(), LogError> {
        let told = self.log.entries.iter();
        let told = told.filter_map(|entry| self.signed.get(&entry.revision));
        let told: Vec<&Commit> = told.collect();
        if told.is_empty() {
            return Ok(());
        }
        let here = Fresh::as_far_as_here(site, Moment::Now);
        let all = StoreLedger::new(&here).all_signers()?;
        let all: Vec<&Signers> = all.iter().map(AsRef::as_ref).collect();
        let found = signatures(site, context, told, &all)?;
        for entry in &mut self.log.entries {
            if let Some(signature) = found.get(&entry.revision) {
                entry.signed = Signed::new(signature.clone(), entry.at, &entry.branch, &all);
            }
        }
        Ok(())
    }

    /// Returns what happened in a commit, from memory if it is there.
    fn happened(
        &self,
        site: &Site,
        branch: &Branch,
        whose: &Whose,
        commit: &Commit,
    ) -> Result<Vec<Event>, LogError> {
        let told = self.told.filter(|_| branch.is_environment());
        let known = told.and_then(|told| told.0.borrow().get(&commit.revision).cloned());
        if let Some(known) = known {
            return Ok(known);
        }
        let found = happened(site, branch, whose, commit)?;
        if let Some(Told(told)) = told {
            told.borrow_mut()
                .insert(commit.revision.clone(), found.clone());
        }
        Ok(found)
    }

    /// Tells one commit, and goes on to the one before it.
    fn step(&mut self, site: &Site, subject: &Subject, head: Head) -> Result<(), LogError> {
        let Head {
            commit,
            branch,
            whose,
        } = head;
        if commit.is_cut {
            // Without the commit before it, everything in it would look new.
            self.log.cut.push((branch, commit.revision));
            return Ok(());
        }
        let told = self.happened(site, &branch, &whose, &commit)?;
        let told = told.into_iter().filter_map(|event| event.about(subject));
        if commit.signature != SignatureKind::Absent {
            self.signed.insert(commit.revision.clone(), commit.clone());
        }
        // Within a commit the last thing said is the newest.
        let told: Vec<Event> = told.collect();
        self.log
            .entries
            .extend(told.into_iter().rev().map(|event| Entry {
                at: commit.at,
                actor: commit.actor.clone(),
                branch: branch.clone(),
                revision: commit.revision.clone(),
                signed: Signed::nobody(),
                event,
            }));
        if let Some(parent) = &commit.parent {
            let commit = site.store.find_commit(parent)?;
            self.heads.push(Head {
                commit,
                branch,
                whose,
            });
        }
        Ok(())
    }
}

/// Returns what happened in a commit of a branch.
///
/// # Errors
///
/// Fails if a record that it changed cannot be read.
pub(super) fn happened(
    site: &Site,
    branch: &Branch,
    whose: &Whose,
    commit: &Commit,
) -> Result<Vec<Event>, LogError> {
    let parent = commit.parent.as_ref();
    let changed = match site.store.changed(branch, parent, &commit.revision) {
        Err(StoreError::Missing { .. }) if site.complete(branch)? => {
            site.store.changed(branch, parent, &commit.revision)?
        }
        changed => changed?,
    };
    let file_changes: Vec<FileChange<'_>> = changed
        .iter()
        .map(|changed| FileChange {
            path: &changed.path,
            before: changed.before.as_deref(),
            after: changed.after.as_deref(),
        })
        .collect();
    events(whose, &file_changes).map_err(|source| LogError::Change {
        branch: branch.clone(),
        revision: commit.revision.clone(),
        source,
    })
}

/// Returns the branches on which something about a subject may have been recorded.
fn branches(site: &Site, subject: &Subject) -> Result<Vec<Branch>, LogError> {
    let mut all = site.branches()?;
    let is_environment = |branch: &Branch| matches!(branch.owner(), Owner::Environment(_));
    Ok(match subject {
        Subject::Store => {
            all.retain(|branch| !matches!(branch.owner(), Owner::Contracts(_)));
            all
        }
        Subject::Pacticipant(name) => {
            all.retain(|branch| is_environment(branch) || *branch == Branch::app(name));
            all
        }
        Subject::Integration { provider, consumer } => {
            let mut both = vec![Branch::app(consumer), Branch::app(provider)];
            both.dedup();
            both
        }
        Subject::Environment(name) => vec![Branch::environment(name)],
    })
}

/// Returns whose branch it is; `None` for what tells nothing of its own.
pub(super) fn whose(site: &Site, branch: &Branch) -> Result<Option<Whose>, LogError> {
    let here = Fresh::new(site, Moment::Now);
    let ledger = StoreLedger::new(&here);
    // A name that was cut to fit into a path is only in its record, and in none that is left if
    // an environment was deleted.
    let or_cut = |segment: &Segment| segment.name().unwrap_or_else(|| segment.0.clone());
    Ok(match branch.owner() {
        Owner::Contracts(_) => None,
        Owner::Settings => Some(Whose::Settings),
        Owner::App(segment) => {
            let mut name: Option<PacticipantName> = or_cut(&segment).parse().ok();
            if segment.name().is_none() {
                let names = ledger.pacticipants()?;
                let found = names.into_iter().find(|name| Branch::app(name) == *branch);
                name = found.or(name);
            }
            name.map(Whose::App)
        }
        Owner::Environment(segment) => {
            let mut name: Option<EnvironmentName> = or_cut(&segment).parse().ok();
            if segment.name().is_none() {
                let environments = ledger.environments()?;
                let mut names = environments.iter().map(|environment| &environment.name);
                let found = names.find(|name| Branch::environment(name) == *branch);
                name = found.cloned().or(name);
            }
            name.map(Whose::Environment)
        }
    })
}

/// Fails if nobody has ever mentioned a subject.
fn refuse_unknown(site: &Site, subject: &Subject) -> Result<(), LogError> {
    let unknown = |kind, name: &str| LogError::Unknown {
        kind,
        name: name.to_owned(),
    };
    let pacticipants = match subject {
        Subject::Store => vec![],
        Subject::Pacticipant(name) => vec![name],
        Subject::Integration { provider, consumer } => vec![consumer, provider],
        Subject::Environment(name) => {
            return match site.here(&Branch::environment(name))? {
                Some(_) => Ok(()),
                None => Err(unknown("environment", name.as_str())),
            };
        }
    };
    for name in pacticipants {
        let contracts = Branch::contracts(name);
        site.refresh(std::slice::from_ref(&contracts))?;
        if site.here(&Branch::app(name))?.is_none() && site.here(&contracts)?.is_none() {
            return Err(unknown("pacticipant", name.as_str()));
        }
    }
    Ok(())
}
