//! What a store holds, how fresh what is here is, and what waits to be pushed.
//!
//! What cannot be read is a problem and is named; the rest is told all the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Context;
use super::ask::rules;
use super::fresh::Fresh;
use super::message::commit_message;
use super::pending;
use super::site::Site;
use super::site::SiteError;
use crate::domain::environment::DeployedVersion;
use crate::domain::environment::Environment;
use crate::domain::environment::ReleasedVersion;
use crate::domain::intent::Refusal;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Read;
use crate::domain::ledger::Unreadable;
use crate::domain::rules::Rules;
use crate::domain::time::Timestamp;
use crate::record::path::Branch;
use crate::record::path::Owner;
use crate::store::Actor;
use crate::store::Revision;
use crate::store::Snapshot;
use crate::store::StoreError;
use crate::store::Tips;
use crate::store::git::Moment;
use crate::store::ledger::StoreLedger;
use crate::store::overlay::Overlay;

/// What is known of a store.
#[derive(Debug)]
pub struct Status {
    /// What to call the store.
    pub store: String,
    /// How what is here compares with the remote.
    pub freshness: Freshness,
    /// Whose rules decide, and whether somebody set them.
    pub rules: Rules,
    /// Whether the rules are those that the store was set to.
    pub rules_are_set: bool,
    /// How many applications are known.
    pub applications: usize,
    /// How many of them have contracts as providers.
    pub providers: usize,
    /// The environments, by name, and what is in them.
    pub environments: Vec<EnvironmentStatus>,
    /// The newest commit on the branches of each kind.
    pub newest: Vec<Newest>,
    /// What waits to be pushed, first come first.
    pub pending: Vec<PendingWrite>,
    /// What cannot be read.
    pub problems: Vec<Unreadable>,
    /// The tips of the branches that were looked at.
    pub tips: Tips,
}

/// How what is here compares with the remote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// The repository is the store itself.
    Authority,
    /// All is as the remote has it; this many of its branches were not so before.
    Fetched {
        /// How many branches the remote has.
        branches: usize,
        /// How many were new or had moved.
        behind: usize,
    },
    /// The remote was not asked.
    Offline,
    /// An earlier moment was asked for.
    Past,
}

/// An environment, and what is in it.
#[derive(Clone, Debug)]
pub struct EnvironmentStatus {
    /// The environment.
    pub environment: Arc<Environment>,
    /// What is deployed, by application.
    pub deployed: Vec<DeployedVersion>,
    /// What is released and supported, by application.
    pub released: Vec<ReleasedVersion>,
}

/// The kinds of branches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// What applications recorded.
    Applications,
    /// The current contracts of providers.
    Contracts,
    /// What is where.
    Environments,
    /// The settings of the store.
    Settings,
}

/// The newest commit on the branches of one kind.
#[derive(Clone, Debug)]
pub struct Newest {
    /// The kind.
    pub kind: Kind,
    /// How many branches there are of it.
    pub branches: usize,
    /// The branch with the newest commit.
    pub branch: Branch,
    /// When that was made.
    pub at: Timestamp,
    /// By whom.
    pub actor: Actor,
    /// Its id.
    pub revision: Revision,
}

/// A write that waits to be pushed.
#[derive(Debug)]
pub struct PendingWrite {
    /// What it says.
    pub what: String,
    /// Why it would be refused now, if it would.
    pub refusal: Option<Refusal>,
}

/// The status cannot be found out.
#[derive(Debug, thiserror::Error)]
pub enum StatusError {
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

impl Status {
    /// Says whether nothing was ever recorded, or kept to be.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.newest.is_empty() && self.pending.is_empty()
    }
}

/// Finds out what a store holds at a moment.
///
/// # Errors
///
/// Fails if the remote cannot be reached, or the store cannot be opened at all. A record that cannot
/// be read is one of the [`Status::problems`].
pub fn status(site: &Site, context: &Context, moment: &Moment) -> Result<Status, StatusError> {
    let freshness = bring_up_to_date(site, moment)?;
    let fresh = Fresh::as_far_as_here(site, moment.clone());
    let newest = newest(site, &fresh)?;
    let mut overlay = Overlay::new(&fresh);
    let pending = match moment {
        Moment::Now => pending_writes(site, context, &mut overlay)?,
        Moment::At(_) | Moment::Tips(_) => Vec::new(),
    };
    let ledger = StoreLedger::new(&overlay);
    let mut problems = Problems(Vec::new());
    let rules_are_set = problems.or_none(ledger.rules().map(|rules| rules.is_some()));
    let applications = problems.or_none(ledger.pacticipants());
    for name in applications.iter().flatten() {
        // The records that every question about an application begins with.
        problems.or_none(ledger.pacticipant(name));
        problems.or_none(ledger.latest_version(name));
    }
    let environments = problems.or_none(ledger.environments());
    let mut places = Vec::new();
    for environment in environments.into_iter().flatten() {
        places.extend(problems.or_none(environment_status(&ledger, environment)));
    }
    let rules = problems.or_none(rules(&ledger, context));
    let branches = overlay.branches()?;
    let is_provider = |branch: &&Branch| matches!(branch.owner(), Owner::Contracts(_));
    Ok(Status {
        store: site.description.clone(),
        freshness,
        rules: rules.unwrap_or_default(),
        rules_are_set: rules_are_set.unwrap_or(false),
        applications: applications.map_or(0, |names| names.len()),
        providers: branches.iter().filter(is_provider).count(),
        environments: places,
        newest,
        pending,
        problems: problems.0,
        tips: fresh.tips(),
    })
}

/// What could not be read, gathered.
struct Problems(Vec<Unreadable>);

impl Problems {
    /// Returns what was read, or remembers why it was not.
    fn or_none<T>(&mut self, read: Read<T>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(problem) => {
                // One damaged record is in the way of several questions.
                let is_known = |known: &Unreadable| known.what == problem.what;
                if !self.0.iter().any(is_known) {
                    self.0.push(problem);
                }
                None
            }
        }
    }
}

/// Fetches everything in one round trip and says what that changed.
fn bring_up_to_date(site: &Site, moment: &Moment) -> Result<Freshness, StatusError> {
    if site.authority.is_none() {
        return Ok(match moment {
            Moment::Now => Freshness::Authority,
            Moment::At(_) | Moment::Tips(_) => Freshness::Past,
        });
    }
    let Some(tips) = site.remote_tips()? else {
        return Ok(match moment {
            Moment::Now => Freshness::Offline,
            Moment::At(_) | Moment::Tips(_) => Freshness::Past,
        });
    };
    let branches: Vec<Branch> = tips.keys().cloned().collect();
    let mut behind = 0;
    for branch in &branches {
        if site.here(branch)?.as_ref() != tips.get(branch) {
            behind += 1;
        }
    }
    match moment {
        Moment::Now => site.refresh(&branches)?,
        Moment::At(_) => {
            site.deepen(&branches)?;
            return Ok(Freshness::Past);
        }
        Moment::Tips(_) => return Ok(Freshness::Past),
    }
    Ok(Freshness::Fetched {
        branches: branches.len(),
        behind,
    })
}

/// Returns the newest commit of each kind of branch. Of the same age the first by name is taken.
fn newest(site: &Site, fresh: &Fresh<'_>) -> Result<Vec<Newest>, StoreError> {
    let mut kinds: BTreeMap<Kind, Newest> = BTreeMap::new();
    for branch in fresh.branches()? {
        let Some(revision) = fresh.tip(&branch)? else {
            continue;
        };
        let commit = site.store.find_commit(&revision)?;
        let kind = match branch.owner() {
            Owner::App(_) => Kind::Applications,
            Owner::Contracts(_) => Kind::Contracts,
            Owner::Environment(_) => Kind::Environments,
            Owner::Settings => Kind::Settings,
        };
        let found = Newest {
            kind,
            branches: 1,
            branch,
            at: commit.at,
            actor: commit.actor,
            revision,
        };
        match kinds.get_mut(&kind) {
            None => {
                kinds.insert(kind, found);
            }
            Some(known) => {
                let branches = known.branches + 1;
                if found.at > known.at {
                    *known = found;
                }
                known.branches = branches;
            }
        }
    }
    Ok(kinds.into_values().collect())
}

fn environment_status(
    ledger: &dyn Ledger,
    environment: Arc<Environment>,
) -> Read<EnvironmentStatus> {
    let mut deployed = Vec::new();
    let mut released = Vec::new();
    for name in ledger.pacticipants_in(&environment.name)? {
        deployed.extend(ledger.deployed(&environment.name, &name)?);
        released.extend(ledger.released(&environment.name, &name)?);
    }
    Ok(EnvironmentStatus {
        environment,
        deployed,
        released,
    })
}

/// Puts what is pending on a snapshot, one on top of the other, and says what would be refused.
fn pending_writes(
    site: &Site,
    context: &Context,
    overlay: &mut Overlay<'_>,
) -> Result<Vec<PendingWrite>, Unreadable> {
    if site.authority.is_none() {
        return Ok(Vec::new());
    }
    let mut writes = Vec::new();
    for intent in pending::read(site)?.intents {
        let refusal = pending::put(&intent, context, overlay, &pending::links()).err();
        if !intent.stands_alone() {
            continue;
        }
        let what = commit_message(&[&intent]);
        writes.push(PendingWrite {
            what: what.trim_end().to_owned(),
            refusal,
        });
    }
    Ok(writes)
}
