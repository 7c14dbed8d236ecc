//! *Cleaning*: which versions are old enough to leave the tips, and what goes with them.
//!
//! Only the tips shrink; the history keeps everything. Whatever a question about a version that
//! stays may need stays as well, so such a question has the same answer afterwards:
//!
//! * what is deployed or released, in whatever environment;
//! * the head of every branch and of every tag, the latest version, the newest on the main branch;
//! * the newest version that has a pact with each provider;
//! * what the selectors keep.
//!
//! Questions about *every* version of an application mean those on the tip, so they hear of fewer.
//! By the broker's rules an application that consumes nobody but itself asks such a question.

mod keep;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::entry::{Entry, entries};
use super::environment::Environment;
use super::fact::{Fact, VersionsGone, WhyGone};
use super::ledger::{Ledger, Read, Unreadable};
use super::name::{PacticipantName, VersionNumber};
use super::time::{Seq, Timestamp};
use super::version::Version;

pub use keep::{Keep, OneOrAny, SaysNothing};

/// How many days a version is kept where nothing is said: as many as the broker keeps it.
pub const USUAL_DAYS: u32 = 90;

/// What is to be cleaned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CleanRequest {
    /// What to keep, beside what is never dropped.
    pub keep: Vec<Keep>,
    /// Whose versions may go; everybody's if there is nobody here.
    pub pacticipants: Vec<PacticipantName>,
    /// How many versions may go at most, the oldest first.
    pub limit: Option<usize>,
    /// When this is asked; ages are counted from it.
    pub at: Timestamp,
}

/// What a clean-up comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    /// The applications that were looked at, by name.
    pub applications: Vec<CleanedApplication>,
    /// How many more versions would go if there were no limit.
    pub left_over: usize,
}

/// What a clean-up comes to for one application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CleanedApplication {
    /// The application.
    pub pacticipant: PacticipantName,
    /// The versions that go, oldest first.
    pub dropped: Vec<VersionNumber>,
    /// How many versions stay.
    pub kept: usize,
    /// How many verification runs go.
    pub runs: usize,
    /// How many contents go, which it published.
    pub contents: usize,
}

impl Cleaned {
    /// Returns how many versions go.
    #[must_use]
    pub fn dropped(&self) -> usize {
        self.applications.iter().map(|it| it.dropped.len()).sum()
    }

    /// Returns how many versions stay.
    #[must_use]
    pub fn kept(&self) -> usize {
        self.applications.iter().map(|it| it.kept).sum()
    }
}

/// Nothing can be cleaned.
#[derive(Debug, thiserror::Error)]
pub enum CannotClean {
    /// There is no such pacticipant.
    #[error("No pacticipant with name '{name}' found")]
    NoSuchPacticipant {
        /// The name asked for.
        name: PacticipantName,
    },
    /// A record that matters cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// Returns what to record for a clean-up, and what it comes to.
///
/// Reads every version of the applications that are cleaned, one application after the other;
/// `progress` is told how many of how many are done.
///
/// # Errors
///
/// Fails if a pacticipant that is named does not exist, or if a record cannot be read: what
/// cannot be read may be what must not be dropped.
pub fn clean(
    ledger: &dyn Ledger,
    request: &CleanRequest,
    progress: &dyn Fn(usize, usize),
) -> Result<(Fact, Cleaned), CannotClean> {
    let names = names(ledger, request)?;
    let environments = ledger.environments()?;
    let mut cleaned = Cleaned::default();
    let mut candidates = Vec::new();
    for (index, name) in names.iter().enumerate() {
        progress(index, names.len());
        let (kept, old) = sorted_out(ledger, &environments, request, name)?;
        candidates.extend(old.into_iter().map(|version| Candidate {
            created_at: version.created_at,
            application: index,
            seq: version.seq,
            number: version.number.clone(),
        }));
        cleaned.applications.push(CleanedApplication {
            pacticipant: name.clone(),
            dropped: Vec::new(),
            kept,
            runs: 0,
            contents: 0,
        });
    }
    progress(names.len(), names.len());
    candidates.sort();
    let limit = request.limit.unwrap_or(usize::MAX).min(candidates.len());
    cleaned.left_over = candidates.len() - limit;
    for stays in candidates.split_off(limit) {
        cleaned.applications[stays.application].kept += 1;
    }
    for goes in candidates {
        let application = &mut cleaned.applications[goes.application];
        application.dropped.push(goes.number);
    }
    let fact = Fact::VersionsGone(VersionsGone {
        versions: gone(&cleaned.applications),
        why: WhyGone::Cleaned,
    });
    count(&entries(ledger, &fact)?, &mut cleaned.applications);
    Ok((fact, cleaned))
}

/// A version that may go; the oldest is the least. The clock only puts applications in a row: the
/// versions of one application are in the order of their sequence, as far as its clock was right.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    created_at: Timestamp,
    application: usize,
    seq: Seq,
    number: VersionNumber,
}

/// Returns whose versions may go, sorted.
fn names(ledger: &dyn Ledger, request: &CleanRequest) -> Result<Vec<PacticipantName>, CannotClean> {
    if request.pacticipants.is_empty() {
        return Ok(ledger.pacticipants()?);
    }
    let names: BTreeSet<_> = request.pacticipants.iter().collect();
    for name in &names {
        if ledger.pacticipant(name)?.is_none() {
            let name = (*name).clone();
            return Err(CannotClean::NoSuchPacticipant { name });
        }
    }
    Ok(names.into_iter().cloned().collect())
}

/// Returns how many versions of an application have to stay, and those that need not.
fn sorted_out(
    ledger: &dyn Ledger,
    environments: &[Arc<Environment>],
    request: &CleanRequest,
    name: &PacticipantName,
) -> Read<(usize, Vec<Arc<Version>>)> {
    let Some(pacticipant) = ledger.pacticipant(name)? else {
        return Ok((0, Vec::new()));
    };
    let versions = ledger.versions(name)?;
    let mut kept = live(ledger, environments, name)?;
    let main = pacticipant.main_branch.as_ref();
    let on_main = |version: &&Arc<Version>| main.is_some_and(|main| version.is_on(main));
    let newest_on_main = versions.iter().rfind(on_main);
    kept.extend(newest_on_main.map(|version| version.number.clone()));
    let mut providers = BTreeSet::new();
    for version in versions.iter().rev() {
        for provider in version.pacts.keys() {
            if providers.insert(provider) {
                kept.insert(version.number.clone());
            }
        }
    }
    let stays = |version: &Arc<Version>| {
        let mut selectors = request.keep.iter();
        kept.contains(&version.number)
            || selectors.any(|keep| keep.keeps(&pacticipant, version, request.at))
    };
    let every = versions.len();
    let old: Vec<_> = versions.into_iter().filter(|it| !stays(it)).collect();
    Ok((every - old.len(), old))
}

/// Returns the versions that other records point to: heads, the latest, and what is somewhere.
fn live(
    ledger: &dyn Ledger,
    environments: &[Arc<Environment>],
    name: &PacticipantName,
) -> Read<BTreeSet<VersionNumber>> {
    let mut live = BTreeSet::new();
    live.extend(ledger.latest_version(name)?.map(|it| it.number.clone()));
    let branches = ledger.branch_heads(name)?;
    live.extend(branches.into_iter().map(|head| head.version));
    let tags = ledger.tag_heads(name)?;
    live.extend(tags.into_iter().map(|head| head.version));
    for environment in environments {
        let deployed = ledger.deployed(&environment.name, name)?;
        live.extend(deployed.into_iter().map(|deployed| deployed.version));
        let released = ledger.released(&environment.name, name)?;
        live.extend(released.into_iter().map(|released| released.version));
    }
    Ok(live)
}

fn gone(applications: &[CleanedApplication]) -> BTreeMap<PacticipantName, BTreeSet<VersionNumber>> {
    let mut gone = BTreeMap::new();
    for application in applications.iter().filter(|it| !it.dropped.is_empty()) {
        let numbers = application.dropped.iter().cloned().collect();
        gone.insert(application.pacticipant.clone(), numbers);
    }
    gone
}

/// Counts what goes beside versions.
fn count(entries: &[Entry], applications: &mut [CleanedApplication]) {
    for entry in entries {
        let name = match entry {
            Entry::RunGone(name, ..) => name,
            Entry::ContentGone(key) => &key.consumer,
            _ => continue,
        };
        let known = applications.binary_search_by(|it| it.pacticipant.cmp(name));
        if let Ok(place) = known {
            match entry {
                Entry::RunGone(..) => applications[place].runs += 1,
                _ => applications[place].contents += 1,
            }
        }
    }
}
