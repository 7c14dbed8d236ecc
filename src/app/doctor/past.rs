//! How branches came to be: each is a line of commits that has only grown, and where somebody may sign for
//! an application, who signed what is on its branch.

use std::collections::BTreeMap;

use super::Ailment;
use super::Unsigned;
use super::Warning;
use super::is_contract;
use super::root;
use crate::app::Context;
use crate::app::fresh::Fresh;
use crate::app::signatures::signatures;
use crate::app::site::Site;
use crate::app::site::SiteError;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Unreadable;
use crate::domain::signers::Backing;
use crate::domain::signers::Signature;
use crate::domain::signers::Signers;
use crate::record::path::Branch;
use crate::store::Revision;
use crate::store::StoreError;
use crate::store::git::Moment;
use crate::store::git::history::Commit;
use crate::store::ledger::StoreLedger;

/// What the past of a store shows.
#[derive(Default)]
pub(super) struct Past {
    pub(super) ailments: Vec<Ailment>,
    pub(super) warnings: Vec<Warning>,
    /// How many keys may sign.
    pub(super) signers: usize,
}

impl Past {
    /// Walks back every branch, as far as its history is here.
    pub(super) fn of(site: &Site, context: &Context) -> Result<Self, SiteError> {
        let mut past = Self::default();
        let fresh = Fresh::new(site, Moment::Now);
        // Signers that cannot be read are named with the other files.
        let all = StoreLedger::new(&fresh).all_signers().unwrap_or_default();
        past.signers = all.iter().map(|signers| signers.allowed.len()).sum();
        let mut of_signers: Vec<(Branch, &Signers, Vec<Commit>)> = Vec::new();
        for branch in site.branches()? {
            let unchecked = |error: StoreError| Ailment::Unchecked {
                branch: branch.clone(),
                why: Unreadable {
                    what: format!("the history of {branch}"),
                    source: Box::new(error),
                },
            };
            let commits = match commits(site, &branch) {
                Ok(commits) => commits,
                Err(error) => {
                    past.ailments.push(unchecked(error));
                    continue;
                }
            };
            match strangers(site, &branch, commits.first()) {
                Ok(strangers) => past.warnings.extend(strangers),
                Err(error) => past.ailments.push(unchecked(error)),
            }
            let merges = commits.iter().filter(|commit| commit.parents > 1);
            past.ailments.extend(merges.map(|commit| Ailment::Merged {
                branch: branch.clone(),
                revision: commit.revision.clone(),
            }));
            let is_own = |signers: &&Signers| Branch::app(&signers.pacticipant) == branch;
            if let Some(signers) = all.iter().map(AsRef::as_ref).find(is_own) {
                of_signers.push((branch, signers, commits));
            }
        }
        let all: Vec<&Signers> = all.iter().map(AsRef::as_ref).collect();
        let every = of_signers.iter().flat_map(|(.., commits)| commits);
        match signatures(site, context, every, &all) {
            Ok(signatures) => {
                for (branch, signers, commits) in &of_signers {
                    let warnings = warnings(branch, signers, commits, &signatures);
                    past.warnings.extend(warnings);
                }
            }
            Err(error) => past.ailments.push(Ailment::Unchecked {
                branch: Branch::settings(),
                why: Unreadable {
                    what: "who signed what".to_owned(),
                    source: Box::new(error),
                },
            }),
        }
        Ok(past)
    }
}

/// Returns the commits of a branch that are here, the newest first.
fn commits(site: &Site, branch: &Branch) -> Result<Vec<Commit>, StoreError> {
    let mut commits = Vec::new();
    let mut next = site.here(branch)?;
    while let Some(at) = next {
        let commit = site.store.find_commit(&at)?;
        let parent = commit.parent.clone();
        commits.push(commit);
        next = parent;
    }
    Ok(commits)
}

/// Returns what lies beside the directory of a branch's owner, where nothing of a store is. What a provider
/// keeps beside its contracts is its own.
fn strangers(
    site: &Site,
    branch: &Branch,
    tip: Option<&Commit>,
) -> Result<Vec<Warning>, StoreError> {
    let (Some(tip), false) = (tip, is_contract(branch)) else {
        return Ok(Vec::new());
    };
    let own = root(branch);
    let mut names = site.store.at_root(&tip.revision)?;
    names.retain(|name| name != own.as_str());
    let warning = |path| Warning::Stranger {
        branch: branch.clone(),
        path,
    };
    Ok(names.into_iter().map(warning).collect())
}

/// Returns what is not signed as it should be on a branch: for each kind of doubt how often, and where
/// last.
fn warnings(
    branch: &Branch,
    signers: &Signers,
    commits: &[Commit],
    signatures: &BTreeMap<Revision, Signature>,
) -> Vec<Warning> {
    let mut found: BTreeMap<&'static str, Unsigned> = BTreeMap::new();
    for commit in commits {
        let signature = signatures.get(&commit.revision).cloned();
        let backing = Backing {
            signature: signature.unwrap_or(Signature::Bad),
            at: commit.at,
        };
        if let Err(doubt) = signers.judge(&backing) {
            let known = found.entry(doubt.code()).or_insert_with(|| Unsigned {
                branch: branch.clone(),
                doubt,
                commits: 0,
                newest: commit.revision.clone(),
            });
            known.commits += 1;
        }
    }
    found.into_values().map(Warning::Unsigned).collect()
}
