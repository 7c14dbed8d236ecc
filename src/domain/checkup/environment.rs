//! The records of one environment.

use super::{Finding, Problem};
use crate::domain::entry::Entry;
use crate::domain::ledger::{Ledger, Read};
use crate::domain::name::EnvironmentName;

/// Returns what does not fit among the entries on the branch of an environment.
///
/// # Errors
///
/// Fails if the versions that are there cannot be read.
pub fn environment(
    name: &EnvironmentName,
    entries: &[Entry],
    ledger: &dyn Ledger,
) -> Read<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut last = None;
    let mut counted = None;
    let mut is_described = false;
    let mut places = Vec::new();
    for entry in entries {
        match entry {
            Entry::Environment(_) => is_described = true,
            Entry::EnvironmentSeq(_, seq) => counted = Some(*seq),
            Entry::Deployed(_, it) => {
                last = last.max(Some(it.seq));
                places.push((&it.pacticipant, &it.version));
            }
            Entry::Released(_, it) => {
                last = last.max(Some(it.seq));
                places.push((&it.pacticipant, &it.version));
            }
            _ => {}
        }
    }
    if !is_described && !places.is_empty() {
        findings.push(Finding {
            problem: Problem::NoEnvironment(name.clone()),
            remedy: None,
        });
    }
    if let Some(is) = last
        && counted < Some(is)
    {
        findings.push(Finding {
            problem: Problem::EnvironmentSeq {
                environment: name.clone(),
                is,
                says: counted,
            },
            remedy: Some(Entry::EnvironmentSeq(name.clone(), is)),
        });
    }
    for (pacticipant, version) in places {
        if ledger.version(pacticipant, version)?.is_none() {
            findings.push(Finding {
                problem: Problem::Dangling {
                    environment: name.clone(),
                    pacticipant: pacticipant.clone(),
                    version: version.clone(),
                },
                remedy: None,
            });
        }
    }
    Ok(findings)
}
