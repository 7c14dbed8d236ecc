//! Questions in which only signed successes count.
//!
//! Such a question is asked twice. The first time everything is believed, to learn which runs it looks
//! at; then all that they rest on is looked up, in one run of git; the second time that decides. If the
//! store moved between the two, both are done again.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::Context;
use super::ask::Answer;
use super::ask::AskError;
use super::ask::ask;
use super::signatures::signatures;
use super::site::Site;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Read;
use crate::domain::ledger::Unreadable;
use crate::domain::matrix::MatrixError;
use crate::domain::matrix::Query;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::rules::Rules;
use crate::domain::signers::Backing;
use crate::domain::signers::Doubt;
use crate::domain::signers::NobodyKnows;
use crate::domain::signers::Signers;
use crate::domain::signers::Witness;
use crate::domain::verification::Run;
use crate::record::path;
use crate::record::path::Branch;
use crate::record::path::RecordPath;
use crate::store::Tips;
use crate::store::git::Moment;
use crate::store::git::provenance::Provenance;

/// How often the two are tried on a store that others keep writing to.
const PATIENCE: u32 = 5;

/// A run: its provider, the version that was verified, and which run of that it is.
type RunKey = (PacticipantName, VersionNumber, u32);

fn key(provider: &PacticipantName, run: &Run) -> RunKey {
    (provider.clone(), run.version.clone(), run.number)
}

/// Asks a question, with a witness who knows which successes are signed if only those count.
///
/// # Errors
///
/// Fails as the question does, and if git cannot look at signatures.
pub(super) fn believing<T>(
    site: &Site,
    context: &Context,
    moment: &Moment,
    query: &Query,
    question: impl Fn(&dyn Ledger, Rules, &dyn Witness) -> Result<T, MatrixError>,
) -> Result<Answer<T>, AskError<MatrixError>> {
    if !query.only_signed {
        return ask(site, context, moment, |ledger, rules| {
            question(ledger, rules, &NobodyKnows)
        });
    }
    for _ in 0..PATIENCE {
        let first = ask(site, context, moment, |ledger, rules| {
            let listener = Listener::default();
            question(ledger, rules, &listener)?;
            let asked = listener.asked.into_inner();
            let mut signers = BTreeMap::new();
            for (provider, ..) in &asked {
                let found = ledger.signers(provider)?;
                signers.insert(provider.clone(), found);
            }
            Ok((asked, signers))
        })?;
        let (asked, signers) = first.value;
        let tips = first.basis.tips;
        let known = Known::find(site, context, &asked, &signers, &tips)?;
        let second = ask(site, context, moment, |ledger, rules| {
            // The settings are part of what this is computed from.
            for provider in signers.keys() {
                ledger.signers(provider)?;
            }
            question(ledger, rules, &known)
        })?;
        let is_still =
            |(branch, tip): (_, &_)| second.basis.tips.get(branch).is_none_or(|it| it == tip);
        if tips.iter().all(is_still) {
            return Ok(second);
        }
    }
    Err(AskError::Restless { attempts: PATIENCE })
}

/// Believes everything, and remembers what it was asked about.
#[derive(Default)]
struct Listener {
    asked: RefCell<BTreeSet<RunKey>>,
}

impl Witness for Listener {
    fn doubt(&self, provider: &PacticipantName, run: &Run) -> Read<Option<Doubt>> {
        self.asked.borrow_mut().insert(key(provider, run));
        Ok(None)
    }
}

/// Knows of some runs whether they are signed; of others it believes nothing.
struct Known(BTreeMap<RunKey, Option<Doubt>>);

impl Witness for Known {
    fn doubt(&self, provider: &PacticipantName, run: &Run) -> Read<Option<Doubt>> {
        let known = self.0.get(&key(provider, run)).cloned();
        Ok(known.unwrap_or(Some(Doubt::NoHistory)))
    }
}

impl Known {
    /// Finds out who signed what runs rest on.
    fn find(
        site: &Site,
        context: &Context,
        asked: &BTreeSet<RunKey>,
        signers: &BTreeMap<PacticipantName, Option<Arc<Signers>>>,
        tips: &Tips,
    ) -> Result<Self, AskError<MatrixError>> {
        let mut found = BTreeMap::new();
        let mut commits = BTreeMap::new();
        let mut resting = Vec::new();
        for (provider, of_provider) in signers {
            let runs = asked.iter().filter(|(name, ..)| name == provider);
            let runs: Vec<&RunKey> = runs.collect();
            let Some(of_provider) = of_provider else {
                let nobody = |run: &&RunKey| ((*run).clone(), Some(Doubt::NobodyMaySign));
                found.extend(runs.iter().map(nobody));
                continue;
            };
            for (run, provenance) in provenances(site, provider, &runs, tips)? {
                let doubt = match provenance {
                    Provenance::Absent => Doubt::NotPushed,
                    Provenance::CutOff => Doubt::NoHistory,
                    Provenance::Commits(on) => {
                        let ids = on.iter().map(|commit| commit.revision.clone());
                        resting.push((run, of_provider, ids.collect::<Vec<_>>()));
                        commits.extend(on.into_iter().map(|it| (it.revision.clone(), it)));
                        continue;
                    }
                };
                found.insert(run, Some(doubt));
            }
        }
        let keys: Vec<&Signers> = signers.values().flatten().map(AsRef::as_ref).collect();
        let signatures = signatures(site, context, commits.values(), &keys)?;
        for (run, of_provider, on) in resting {
            let backing = |revision| {
                Some(Backing {
                    signature: signatures.get(revision)?.clone(),
                    at: commits.get(revision)?.at,
                })
            };
            let judged = on.iter().map(|revision| match backing(revision) {
                Some(backing) => of_provider.judge(&backing).err(),
                None => Some(Doubt::NoHistory),
            });
            // The oldest wrote it; it comes last.
            let doubt = judged.rev().flatten().next();
            found.insert(run, doubt);
        }
        Ok(Self(found))
    }
}

/// Returns what runs of a provider rest on, after fetching the history that is needed for it.
fn provenances(
    site: &Site,
    provider: &PacticipantName,
    runs: &[&RunKey],
    tips: &Tips,
) -> Result<Vec<(RunKey, Provenance)>, AskError<MatrixError>> {
    let branch = Branch::app(provider);
    let Some(tip) = tips.get(&branch).cloned().flatten() else {
        // There is no commit that could have been signed.
        let absent = |run: &&RunKey| ((*run).clone(), Provenance::Absent);
        return Ok(runs.iter().map(absent).collect());
    };
    let path = |(provider, version, number): &RunKey| path::run(provider, version, *number);
    let paths: Vec<RecordPath> = runs.iter().map(|run| path(run)).collect();
    let unreadable = |error| Unreadable {
        what: format!("the history of {branch}"),
        source: Box::new(error),
    };
    let look = || {
        site.store
            .provenance(&branch, &tip, &paths)
            .map_err(unreadable)
    };
    let mut found = look()?;
    let is_cut = |found: &Provenance| matches!(found, Provenance::CutOff);
    if found.values().any(is_cut) && site.remote_tips()?.is_some() {
        site.deepen(std::slice::from_ref(&branch))?;
        found = look()?;
    }
    let with_run = runs.iter().zip(&paths).map(|(run, path)| {
        let provenance = found.get(path).cloned();
        ((*run).clone(), provenance.unwrap_or(Provenance::CutOff))
    });
    Ok(with_run.collect())
}
