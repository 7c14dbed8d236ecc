//! What somebody takes back: it is gone from the tips, with all that hung on it. The history keeps
//! it.
//!
//! Unlike a clean-up, a deletion takes what was proved along: what only a deleted version verified
//! is unverified again. What follows from facts is afterwards as if those that are gone had never
//! been told (spec: semantics §12).

mod everybody;
pub mod going;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::content::ContentId;
use super::entry::entries;
use super::fact::{Fact, VersionsGone, WhichResults, WhyGone};
use super::integration::Integration;
use super::ledger::{Ledger, Read, Unreadable};
use super::name::{BranchName, PacticipantName, TagName, VersionNumber};
use super::pacts::{Among, Pair};
use super::rules::Rules;
use super::verification_results::RecordedResult;

/// Something that somebody takes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// A version, with its tags, pacts and results, and where it was deployed and released.
    Version {
        /// Whose version it is.
        pacticipant: PacticipantName,
        /// The version.
        version: VersionNumber,
    },
    /// A tag of a version.
    Tag {
        /// Whose version it is.
        pacticipant: PacticipantName,
        /// The version.
        version: VersionNumber,
        /// The tag.
        tag: TagName,
    },
    /// A branch; the versions that are on it stay.
    Branch {
        /// Whose branch it is.
        pacticipant: PacticipantName,
        /// The branch.
        branch: BranchName,
    },
    /// Every branch but the main branch and some others.
    OtherBranches {
        /// Whose branches they are.
        pacticipant: PacticipantName,
        /// The others; those that nobody knows count for nothing.
        but: BTreeSet<BranchName>,
    },
    /// That a version is on a branch.
    BranchVersion {
        /// Whose version it is.
        pacticipant: PacticipantName,
        /// The version.
        version: VersionNumber,
        /// The branch.
        branch: BranchName,
    },
    /// The pact of a consumer version.
    Pact {
        /// Between whom it is.
        integration: Integration,
        /// The version of the consumer.
        version: VersionNumber,
    },
    /// Several pacts of a consumer with a provider; there need not be any.
    Pacts {
        /// Between whom they are.
        integration: Integration,
        /// The pacts of which versions.
        among: Among,
        /// Of these the newest only.
        latest: bool,
    },
    /// One result of a verification.
    Result {
        /// Between whom the pact is.
        integration: Integration,
        /// The provider version that was verified.
        version: VersionNumber,
        /// Which run of it.
        run: u32,
        /// The content that was verified.
        content: ContentId,
    },
    /// Everything between a consumer and a provider, and what is then without any use: versions
    /// without pacts and results, and pacticipants without versions.
    Integration(Integration),
    /// Every pacticipant, as each alone would be.
    Integrations,
    /// A pacticipant, with its versions, pacts, results, webhooks, and all that others have to do
    /// with it.
    Pacticipant(PacticipantName),
}

impl Deletion {
    /// Returns the deletion of a result.
    #[must_use]
    pub fn of_result(recorded: &RecordedResult) -> Self {
        Self::Result {
            integration: Integration {
                consumer: recorded.result.consumer.clone(),
                provider: recorded.provider.clone(),
            },
            version: recorded.run.version.clone(),
            run: recorded.run.number,
            content: recorded.result.content.clone(),
        }
    }
}

/// Nothing can be deleted.
#[derive(Debug, thiserror::Error)]
pub enum DeletionRefusal {
    /// There is no such pacticipant. The text is the broker's.
    #[error("No {role} with name '{name}' found")]
    NoSuchPacticipant {
        /// What it was to be: `pacticipant`, `consumer` or `provider`.
        role: &'static str,
        /// The name asked for.
        name: PacticipantName,
    },
    /// There is no such version.
    #[error("no version {version} of pacticipant '{pacticipant}' found")]
    NoSuchVersion {
        /// Whose version was asked for.
        pacticipant: PacticipantName,
        /// The version asked for.
        version: VersionNumber,
    },
    /// The version does not have the tag, or there is no such version.
    #[error("version {version} of pacticipant '{pacticipant}' has no tag '{tag}'")]
    NoSuchTag {
        /// Whose version was asked for.
        pacticipant: PacticipantName,
        /// The version asked for.
        version: VersionNumber,
        /// The tag asked for.
        tag: TagName,
    },
    /// There is no such branch, or the version is not on it.
    #[error("no branch '{branch}' of pacticipant '{pacticipant}' found{}", of_version(version.as_ref()))]
    NoSuchBranch {
        /// Whose branch was asked for.
        pacticipant: PacticipantName,
        /// The branch asked for.
        branch: BranchName,
        /// The version that was to be on it.
        version: Option<VersionNumber>,
    },
    /// The version has no pact with the provider, or there is no such version.
    #[error("no pact between {} ({version}) and {} found", integration.consumer, integration.provider)]
    NoSuchPact {
        /// Between whom a pact was asked for.
        integration: Integration,
        /// The version of the consumer.
        version: VersionNumber,
    },
    /// There is no such result.
    #[error(
        "no result of run {run} of {} version {version} found for a pact of {}",
        integration.provider,
        integration.consumer
    )]
    NoSuchResult {
        /// Between whom a pact was to be verified.
        integration: Integration,
        /// The provider version.
        version: VersionNumber,
        /// Which run of it.
        run: u32,
    },
    /// The store could not be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

fn of_version(version: Option<&VersionNumber>) -> String {
    version.map_or(String::new(), |version| format!(" with version {version}"))
}

/// Returns what to record for what is taken back, in this order.
///
/// # Errors
///
/// Refuses if it is not there.
pub fn delete(
    ledger: &dyn Ledger,
    asked: &Deletion,
    rules: Rules,
) -> Result<Vec<Fact>, DeletionRefusal> {
    match asked {
        Deletion::Version {
            pacticipant,
            version,
        } => delete_version(ledger, pacticipant, version),
        Deletion::Tag {
            pacticipant,
            version,
            tag,
        } => remove_tag(ledger, pacticipant, version, tag),
        Deletion::Branch {
            pacticipant,
            branch,
        } => delete_branch(ledger, pacticipant, branch),
        Deletion::OtherBranches { pacticipant, but } => {
            let (branches, _) = sorted_branches(ledger, pacticipant, but)?;
            Ok(branches_deleted(pacticipant, branches))
        }
        Deletion::BranchVersion {
            pacticipant,
            version,
            branch,
        } => take_off_branch(ledger, pacticipant, version, branch),
        Deletion::Pact {
            integration,
            version,
        } => delete_pact(ledger, integration, version),
        Deletion::Pacts {
            integration,
            among,
            latest,
        } => delete_pacts(ledger, integration, among, *latest),
        Deletion::Result {
            integration,
            version,
            run,
            content,
        } => delete_result(ledger, integration, version, *run, content),
        Deletion::Integration(integration) => {
            known(ledger, "consumer", &integration.consumer)?;
            known(ledger, "provider", &integration.provider)?;
            Ok(everybody::integration(ledger, integration, rules)?)
        }
        Deletion::Integrations => {
            let mut facts = Vec::new();
            for name in ledger.pacticipants()? {
                facts.extend(everybody::pacticipant(ledger, &name)?);
            }
            Ok(facts)
        }
        Deletion::Pacticipant(name) => {
            let facts = everybody::pacticipant(ledger, name)?;
            known(ledger, "pacticipant", name).or_else(|no| left_over(ledger, &facts, no))?;
            Ok(facts)
        }
    }
}

/// Refuses to take back what is not there, unless something is left of it: a remote that dies may have
/// moved the branch of an application and not yet the others. Whoever deletes again makes it whole
/// (promise 3).
fn left_over(
    ledger: &dyn Ledger,
    facts: &[Fact],
    refusal: DeletionRefusal,
) -> Result<(), DeletionRefusal> {
    for fact in facts {
        if !entries(ledger, fact)?.is_empty() {
            return Ok(());
        }
    }
    Err(refusal)
}

fn known(
    ledger: &dyn Ledger,
    role: &'static str,
    name: &PacticipantName,
) -> Result<(), DeletionRefusal> {
    match ledger.pacticipant(name)? {
        Some(_) => Ok(()),
        None => Err(DeletionRefusal::NoSuchPacticipant {
            role,
            name: name.clone(),
        }),
    }
}

fn delete_version(
    ledger: &dyn Ledger,
    pacticipant: &PacticipantName,
    version: &VersionNumber,
) -> Result<Vec<Fact>, DeletionRefusal> {
    let numbers = BTreeSet::from([version.clone()]);
    let facts = vec![versions_deleted(pacticipant, numbers)];
    if ledger.version(pacticipant, version)?.is_none() {
        let refusal = DeletionRefusal::NoSuchVersion {
            pacticipant: pacticipant.clone(),
            version: version.clone(),
        };
        left_over(ledger, &facts, refusal)?;
    }
    Ok(facts)
}

fn versions_deleted(name: &PacticipantName, numbers: BTreeSet<VersionNumber>) -> Fact {
    Fact::VersionsGone(VersionsGone {
        versions: BTreeMap::from([(name.clone(), numbers)]),
        why: WhyGone::Deleted,
    })
}

fn remove_tag(
    ledger: &dyn Ledger,
    pacticipant: &PacticipantName,
    version: &VersionNumber,
    tag: &TagName,
) -> Result<Vec<Fact>, DeletionRefusal> {
    let known = ledger.version(pacticipant, version)?;
    let (pacticipant, version, tag) = (pacticipant.clone(), version.clone(), tag.clone());
    if !known.is_some_and(|known| known.has_tag(&tag)) {
        return Err(DeletionRefusal::NoSuchTag {
            pacticipant,
            version,
            tag,
        });
    }
    Ok(vec![Fact::TagRemoved {
        pacticipant,
        version,
        tag,
    }])
}

fn delete_branch(
    ledger: &dyn Ledger,
    pacticipant: &PacticipantName,
    branch: &BranchName,
) -> Result<Vec<Fact>, DeletionRefusal> {
    let facts = branches_deleted(pacticipant, BTreeSet::from([branch.clone()]));
    if ledger.branch_head(pacticipant, branch)?.is_none() {
        let refusal = DeletionRefusal::NoSuchBranch {
            pacticipant: pacticipant.clone(),
            branch: branch.clone(),
            version: None,
        };
        left_over(ledger, &facts, refusal)?;
    }
    Ok(facts)
}

fn branches_deleted(name: &PacticipantName, branches: BTreeSet<BranchName>) -> Vec<Fact> {
    if branches.is_empty() {
        return Vec::new();
    }
    vec![Fact::BranchesDeleted {
        pacticipant: name.clone(),
        branches,
    }]
}

/// Returns the branches of a pacticipant that are not to be kept, and those that are, the one that
/// was used last at the end: the main branch and those named.
///
/// # Errors
///
/// Fails if there is no such pacticipant, or if the store cannot be read.
pub fn sorted_branches(
    ledger: &dyn Ledger,
    name: &PacticipantName,
    but: &BTreeSet<BranchName>,
) -> Result<(BTreeSet<BranchName>, Vec<BranchName>), DeletionRefusal> {
    known(ledger, "pacticipant", name)?;
    let pacticipant = ledger.pacticipant(name)?;
    let main = pacticipant.and_then(|known| known.main_branch.clone());
    let mut gone = BTreeSet::new();
    let mut kept = Vec::new();
    for head in ledger.branch_heads(name)? {
        if main.as_ref() == Some(&head.branch) || but.contains(&head.branch) {
            let version = ledger.version(name, &head.version)?;
            kept.push((version.map(|version| version.seq), head.branch));
        } else {
            gone.insert(head.branch);
        }
    }
    kept.sort();
    Ok((gone, kept.into_iter().map(|(_, branch)| branch).collect()))
}

fn take_off_branch(
    ledger: &dyn Ledger,
    pacticipant: &PacticipantName,
    version: &VersionNumber,
    branch: &BranchName,
) -> Result<Vec<Fact>, DeletionRefusal> {
    let known = ledger.version(pacticipant, version)?;
    let (pacticipant, version, branch) = (pacticipant.clone(), version.clone(), branch.clone());
    if !known.is_some_and(|known| known.is_on(&branch)) {
        return Err(DeletionRefusal::NoSuchBranch {
            pacticipant,
            branch,
            version: Some(version),
        });
    }
    Ok(vec![Fact::TakenOffBranch {
        pacticipant,
        version,
        branch,
    }])
}

fn delete_pact(
    ledger: &dyn Ledger,
    integration: &Integration,
    version: &VersionNumber,
) -> Result<Vec<Fact>, DeletionRefusal> {
    let known = ledger.version(&integration.consumer, version)?;
    if !known.is_some_and(|known| known.pacts.contains_key(&integration.provider)) {
        return Err(DeletionRefusal::NoSuchPact {
            integration: integration.clone(),
            version: version.clone(),
        });
    }
    Ok(pacts_deleted(
        integration,
        BTreeSet::from([version.clone()]),
    ))
}

fn delete_pacts(
    ledger: &dyn Ledger,
    integration: &Integration,
    among: &Among,
    latest: bool,
) -> Result<Vec<Fact>, DeletionRefusal> {
    let Integration { consumer, provider } = integration;
    known(ledger, "consumer", consumer)?;
    known(ledger, "provider", provider)?;
    let pair = Pair {
        ledger,
        consumer,
        provider,
    };
    let pacts = if latest {
        pair.latest(among)?.into_iter().collect()
    } else {
        pair.newest_first(among)?
    };
    let versions = pacts.into_iter().map(|pact| pact.version.number.clone());
    Ok(pacts_deleted(integration, versions.collect()))
}

fn pacts_deleted(integration: &Integration, versions: BTreeSet<VersionNumber>) -> Vec<Fact> {
    if versions.is_empty() {
        return Vec::new();
    }
    vec![Fact::PactsDeleted {
        consumer: integration.consumer.clone(),
        provider: integration.provider.clone(),
        versions,
    }]
}

fn delete_result(
    ledger: &dyn Ledger,
    integration: &Integration,
    version: &VersionNumber,
    run: u32,
    content: &ContentId,
) -> Result<Vec<Fact>, DeletionRefusal> {
    let Integration { consumer, provider } = integration.clone();
    let runs = ledger.runs_of(&provider, version)?;
    let known = runs.iter().find(|known| known.number == run);
    if known.is_none_or(|known| known.result(&consumer, content).is_none()) {
        return Err(DeletionRefusal::NoSuchResult {
            integration: integration.clone(),
            version: version.clone(),
            run,
        });
    }
    Ok(vec![Fact::ResultsDeleted {
        provider,
        consumer,
        which: WhichResults::One {
            version: version.clone(),
            run,
            content: content.clone(),
        },
    }])
}

/// Returns the versions of a consumer that have a pact with a provider.
fn versions_with_pact(
    ledger: &dyn Ledger,
    integration: &Integration,
) -> Read<BTreeSet<VersionNumber>> {
    let versions = ledger.versions(&integration.consumer)?;
    let has_pact = versions
        .iter()
        .filter(|it| it.pacts.contains_key(&integration.provider));
    Ok(has_pact.map(|version| version.number.clone()).collect())
}
