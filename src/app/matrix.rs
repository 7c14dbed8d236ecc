//! The matrix of a moment, with what it needs fetched ahead.
//!
//! A fetch costs a round trip and a look-up costs none, so what a question will look at is
//! fetched in two steps: what the question names, then the counterparties that this names. What
//! they miss, [`super::fresh`] fetches when it is read.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Context;
use super::ask::Answer;
use super::ask::AskError;
use super::fresh::Fresh;
use super::site::Site;
use super::trust::believing;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Read;
use crate::domain::matrix::Matrix;
use crate::domain::matrix::MatrixError;
use crate::domain::matrix::Query;
use crate::domain::matrix::matrix_believing;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::selector::Destination;
use crate::domain::selector::Selector;
use crate::domain::standing::Standings;
use crate::domain::version::Version;
use crate::record::path::Branch;
use crate::store::Revision;
use crate::store::Tips;
use crate::store::git::Moment;
use crate::store::ledger::StoreLedger;

/// How much is looked up for a matrix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Its rows.
    Rows,
    /// Its rows, and what their versions stand for at the moment.
    Standings,
}

/// Returns the matrix of a moment.
///
/// # Errors
///
/// Fails if the question makes no sense, or if it cannot be answered.
pub fn matrix(
    site: &Site,
    context: &Context,
    moment: &Moment,
    query: &Query,
) -> Result<Answer<Matrix>, AskError<MatrixError>> {
    let answer = matrix_in_detail(site, context, moment, query, Detail::Rows)?;
    Ok(Answer {
        value: answer.value.0,
        basis: answer.basis,
    })
}

/// Returns the matrix of a moment and, if that is asked for, what the versions in its rows stand
/// for.
///
/// # Errors
///
/// Fails if the question makes no sense, or if it cannot be answered.
pub fn matrix_in_detail(
    site: &Site,
    context: &Context,
    moment: &Moment,
    query: &Query,
    detail: Detail,
) -> Result<Answer<(Matrix, Standings)>, AskError<MatrixError>> {
    fetch_ahead(site, moment, query)?;
    if detail == Detail::Standings && *moment == Moment::Now {
        // What is deployed anywhere is part of them.
        let mut branches = site.branches()?;
        branches.retain(Branch::is_environment);
        site.refresh(&branches)?;
    }
    believing(site, context, moment, query, |ledger, rules, witness| {
        let matrix = matrix_believing(ledger, query, rules, witness)?;
        let standings = match detail {
            Detail::Rows => Standings::default(),
            Detail::Standings => Standings::of(ledger, &matrix)?,
        };
        Ok((matrix, standings))
    })
}

/// Fetches the branches that a question will look at, in as few round trips as can be.
fn fetch_ahead(site: &Site, moment: &Moment, query: &Query) -> Result<(), AskError<MatrixError>> {
    if site.remote_tips()?.is_none() {
        return Ok(());
    }
    let fetch = |branches: &[Branch]| match moment {
        Moment::At(_) => site.deepen(branches),
        Moment::Now | Moment::Tips(_) => site.refresh(branches),
    };
    if let Moment::Tips(tips) = moment {
        return Ok(site.deepen(&absent(site, tips))?);
    }
    fetch(&named(query))?;
    let snapshot = Fresh::new(site, moment.clone());
    let counterparties = counterparties(&StoreLedger::new(&snapshot), query)?;
    Ok(fetch(&counterparties)?)
}

/// Returns the branches of which the commits asked for are not here.
fn absent(site: &Site, tips: &Tips) -> Vec<Branch> {
    let is_absent = |(_, tip): &(&Branch, &Option<Revision>)| {
        let tip = tip.as_ref();
        tip.is_some_and(|tip| site.store.find_commit(tip).is_err())
    };
    let absent = tips.iter().filter(is_absent);
    absent.map(|(branch, _)| branch.clone()).collect()
}

/// Returns the branches that a question names.
fn named(query: &Query) -> Vec<Branch> {
    let mut branches = vec![Branch::settings()];
    for selector in &query.selectors {
        branches.push(Branch::app(&selector.pacticipant));
        branches.push(Branch::contracts(&selector.pacticipant));
    }
    branches.extend(query.ignore.iter().map(|it| Branch::app(&it.pacticipant)));
    if let Destination::Environment(environment) = &query.destination {
        branches.push(Branch::environment(environment));
    }
    branches
}

/// Returns the branches of those who have a pact with what is asked about.
fn counterparties(ledger: &dyn Ledger, query: &Query) -> Read<Vec<Branch>> {
    let mut names: BTreeSet<PacticipantName> = BTreeSet::new();
    // Several selectors with nowhere to go are only held against each other.
    if query.destination != Destination::None || query.selectors.len() == 1 {
        for selector in &query.selectors {
            for version in likely_versions(ledger, selector)? {
                names.extend(version.pacts.keys().cloned());
            }
            names.extend(ledger.consumers_of(&selector.pacticipant)?);
        }
    }
    Ok(names.iter().map(Branch::app).collect())
}

/// Returns the versions that a selector means, or more: only what is fetched depends on it.
fn likely_versions(ledger: &dyn Ledger, selector: &Selector) -> Read<Vec<Arc<Version>>> {
    let name = &selector.pacticipant;
    let head = |branch: &BranchName| Ok(ledger.branch_head(name, branch)?.map(|head| head.version));
    let number = if let Some(number) = &selector.version {
        Some(number.clone())
    } else if !selector.latest {
        return ledger.versions(name);
    } else if let Some(branch) = &selector.branch {
        head(branch)?
    } else if selector.main_branch {
        let pacticipant = ledger.pacticipant(name)?;
        let main = pacticipant.and_then(|it| it.main_branch.clone());
        main.map(|branch| head(&branch)).transpose()?.flatten()
    } else if let Some(tag) = &selector.tag {
        ledger.tag_head(name, tag)?.map(|head| head.version)
    } else {
        return Ok(ledger.latest_version(name)?.into_iter().collect());
    };
    match number {
        Some(number) => Ok(ledger.version(name, &number)?.into_iter().collect()),
        None => Ok(Vec::new()),
    }
}
