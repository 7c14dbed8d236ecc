//! The names that somebody may have meant who asked about one that is not there.
//!
//! The names of branches tell what there may be, without a look into any of them.

use std::sync::Arc;

use super::fresh::Fresh;
use super::site::Site;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Read;
use crate::domain::likely_name::likely_names;
use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::record::path::Branch;
use crate::record::path::Owner;
use crate::store::git::Moment;
use crate::store::ledger::StoreLedger;

/// Returns the pacticipants that may have been meant, the likeliest first; none if the one that is written
/// is there. One that was deleted has its branch still, so those that are likely are looked up.
///
/// What cannot be read is left out: a hint is not worth a failure.
#[must_use]
pub fn likely_pacticipants(site: &Site, written: &PacticipantName) -> Vec<PacticipantName> {
    let known = named(site, |branch| match branch.owner() {
        Owner::App(segment) | Owner::Contracts(segment) => segment.name(),
        Owner::Environment(_) | Owner::Settings => None,
    });
    existing(site, written, known, |ledger, name| {
        ledger.pacticipant(name)
    })
}

/// Returns the environments that may have been meant, likewise.
#[must_use]
pub fn likely_environments(site: &Site, written: &EnvironmentName) -> Vec<EnvironmentName> {
    let known = named(site, |branch| match branch.owner() {
        Owner::Environment(segment) => segment.name(),
        Owner::App(_) | Owner::Contracts(_) | Owner::Settings => None,
    });
    existing(site, written, known, |ledger, name| {
        ledger.environment(name)
    })
}

/// Returns those of the known names that are likely, and of something that is there.
fn existing<N, T>(
    site: &Site,
    written: &N,
    mut known: Vec<N>,
    look_up: impl Fn(&dyn Ledger, &N) -> Read<Option<Arc<T>>>,
) -> Vec<N>
where
    N: Ord + Clone + AsRef<str> + std::fmt::Display,
{
    known.sort();
    known.dedup();
    known.retain(|name| name != written);
    let fresh = Fresh::new(site, Moment::Now);
    let ledger = StoreLedger::new(&fresh);
    let is_there = |name: &&N| look_up(&ledger, name).is_ok_and(|found| found.is_some());
    if is_there(&written) {
        return Vec::new();
    }
    let likely = likely_names(written.as_ref(), &known).into_iter();
    likely.filter(is_there).cloned().collect()
}

/// Returns what branches tell that they are named after; a name that was cut is not told.
fn named<T: std::str::FromStr>(site: &Site, name: impl Fn(&Branch) -> Option<String>) -> Vec<T> {
    let branches = site.branches().unwrap_or_default();
    let names = branches.iter().filter_map(name);
    names.filter_map(|name| name.parse().ok()).collect()
}
