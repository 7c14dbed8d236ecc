//! The names that somebody may have meant who asked about one that is not there.
//!
//! The names of branches tell what there may be, without a look into any of them; only what is
//! likely is looked up.

use super::Context;
use super::ask::AskError;
use super::ask::ask;
use super::site::Site;
use crate::domain::ledger::Unreadable;
use crate::domain::likely_name::likely_names;
use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::record::path::Branch;
use crate::record::path::Owner;
use crate::store::git::Moment;

/// Returns the pacticipants of the moment that may have been meant, the likeliest first.
///
/// # Errors
///
/// Fails if the store cannot be asked.
pub fn likely_pacticipants(
    site: &Site,
    context: &Context,
    moment: &Moment,
    written: &PacticipantName,
) -> Result<Vec<PacticipantName>, AskError<Unreadable>> {
    let mut known: Vec<PacticipantName> = named(site, |branch| match branch.owner() {
        Owner::App(segment) | Owner::Contracts(segment) => segment.name(),
        Owner::Environment(_) | Owner::Settings => None,
    })?;
    known.sort();
    known.dedup();
    let likely = likely_names(written.as_str(), &known);
    let answer = ask(site, context, moment, |ledger, _| {
        let mut existing = Vec::new();
        for name in &likely {
            if ledger.pacticipant(name)?.is_some() {
                existing.push(PacticipantName::clone(name));
            }
        }
        Ok(existing)
    });
    Ok(answer?.value)
}

/// Returns the environments of the moment that may have been meant, the likeliest first.
///
/// # Errors
///
/// Fails if the store cannot be asked.
pub fn likely_environments(
    site: &Site,
    context: &Context,
    moment: &Moment,
    written: &EnvironmentName,
) -> Result<Vec<EnvironmentName>, AskError<Unreadable>> {
    let known: Vec<EnvironmentName> = named(site, |branch| match branch.owner() {
        Owner::Environment(segment) => segment.name(),
        Owner::App(_) | Owner::Contracts(_) | Owner::Settings => None,
    })?;
    let likely = likely_names(written.as_str(), &known);
    let answer = ask(site, context, moment, |ledger, _| {
        let mut existing = Vec::new();
        for name in &likely {
            if ledger.environment(name)?.is_some() {
                existing.push(EnvironmentName::clone(name));
            }
        }
        Ok(existing)
    });
    Ok(answer?.value)
}

/// Returns what branches tell that they are named after; a name that was cut is not told.
fn named<T: std::str::FromStr>(
    site: &Site,
    name: impl Fn(&Branch) -> Option<String>,
) -> Result<Vec<T>, AskError<Unreadable>> {
    let branches = site.branches()?;
    let names = branches.iter().filter_map(name);
    Ok(names.filter_map(|name| name.parse().ok()).collect())
}
