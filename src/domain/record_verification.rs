//! What to record when a provider version was verified (spec: semantics §7).
//!
//! A result belongs to the *content* of a pact, so it holds for every version of the consumer that
//! has it, past and future. One run records all that one build found out. A result for a content
//! that nobody published is refused: it could not have been verified.

use std::collections::BTreeMap;

use super::content::ContentId;
use super::deployments_by_tag::deployments_by_tag;
use super::entry::entries;
use super::fact::{Fact, RunFact, VersionFact};
use super::ledger::{Ledger, Read, Unreadable};
use super::name::{BranchName, PacticipantName, TagName, VersionNumber};
use super::rules::Rules;
use super::test_results::TestResults;
use super::time::Timestamp;
use super::verification::{RequestId, VerificationResult};
use super::version::Version;

/// What one build of a provider reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The provider.
    pub provider: PacticipantName,
    /// The version that was verified; created if nobody has mentioned it.
    pub version: VersionNumber,
    /// The branch that it is on.
    pub branch: Option<BranchName>,
    /// The tags that it has.
    pub tags: Vec<TagName>,
    /// The build that verified it.
    pub build_url: Option<String>,
    /// The program that verified, e.g. `pact_verifier 1.2.3`.
    pub verified_by: Option<String>,
    /// What was found, for one consumer or for several.
    pub results: Vec<ReportedResult>,
    /// Which request says so, if the same again from another one is another run.
    pub request: Option<RequestId>,
    /// When this is said.
    pub at: Timestamp,
}

/// What a build found out about one pact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportedResult {
    /// The consumer whose pact it is.
    pub consumer: PacticipantName,
    /// Which of its pacts.
    pub pact: ReportedPact,
    /// Whether the provider honours it.
    pub success: bool,
    /// Whether the pact was verified as work in progress.
    pub wip: bool,
    /// The interactions that failed, by description.
    pub failures: Vec<String>,
    /// What was found out test by test, if the verifier reported that.
    pub tests: Option<TestResults>,
}

/// Says which pact of a consumer with the provider was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportedPact {
    /// The one with this content.
    Content(ContentId),
    /// The one of this consumer version.
    OfVersion(VersionNumber),
    /// The consumer's current contract: the one of the head of its main branch, or of its latest
    /// version if no version was ever on its main branch (design §3).
    Current,
}

/// What to record for a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// The facts, to be recorded in this order.
    pub facts: Vec<Fact>,
    /// What is recorded, one result for each consumer and content, sorted by them.
    pub results: Vec<VerificationResult>,
    /// Whether all of this is known, so that nothing has to be stored.
    pub is_known: bool,
}

/// A report cannot be recorded.
#[derive(Debug, thiserror::Error)]
pub enum CannotRecord {
    /// No version of the consumer ever published the content.
    #[error(
        "no pact between {consumer} and {provider} has the content {content}; publish the pact \
         first, or say which version of {consumer} was verified with --consumer-version"
    )]
    UnknownContent {
        /// The consumer.
        consumer: PacticipantName,
        /// The provider.
        provider: PacticipantName,
        /// The content.
        content: ContentId,
    },
    /// The consumer version was never mentioned.
    #[error(
        "there is no version {version} of {consumer}, whose pact with {provider} was to be \
         verified; publish the pact first, or check --consumer-version"
    )]
    UnknownVersion {
        /// The consumer.
        consumer: PacticipantName,
        /// Its version.
        version: VersionNumber,
        /// The provider.
        provider: PacticipantName,
    },
    /// The consumer version has no pact with the provider.
    #[error(
        "version {version} of {consumer} has no pact with {provider}; publish the pact first, or \
         check --consumer-version"
    )]
    NoPact {
        /// The consumer.
        consumer: PacticipantName,
        /// Its version.
        version: VersionNumber,
        /// The provider.
        provider: PacticipantName,
    },
    /// The consumer has no current contract with the provider.
    #[error(
        "{consumer} has no current contract with {provider}, because {why}; say which version of \
         {consumer} was verified with --consumer-version"
    )]
    NoCurrentContract {
        /// The consumer.
        consumer: PacticipantName,
        /// The provider.
        provider: PacticipantName,
        /// The version that was looked at, if there is one.
        why: WhyNotCurrent,
    },
    /// A record that matters cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// Why a consumer has no current contract with a provider.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WhyNotCurrent {
    /// It has no versions at all.
    #[error("it has never published anything")]
    NoVersion,
    /// The head of its main branch has no pact with the provider.
    #[error("version {version}, the latest on its main branch {branch}, has no pact with it")]
    NotOnMainBranch {
        /// The main branch.
        branch: BranchName,
        /// The head of it.
        version: VersionNumber,
    },
    /// Its latest version has no pact with the provider, and it has no main branch.
    #[error("its latest version {0} has no pact with it")]
    NotInLatest(VersionNumber),
}

/// Returns what to record for a report: the provider version, what follows from its tags, and
/// one run with all results, if there is any.
///
/// Results for the same content are one result, which is a success only if all of them are.
///
/// # Errors
///
/// Fails if a result is for a pact that is not known, or if a record cannot be read.
pub fn record_verification(
    ledger: &dyn Ledger,
    report: &Report,
    rules: Rules,
) -> Result<Recording, CannotRecord> {
    let results = results(ledger, report)?;
    let mut facts = vec![Fact::Version(VersionFact {
        pacticipant: report.provider.clone(),
        number: report.version.clone(),
        branch: report.branch.clone(),
        tags: report.tags.clone(),
        // The build that verifies a version need not be the one that made it.
        build_url: None,
        pacts: Vec::new(),
        at: report.at,
    })];
    facts.extend(deployments_by_tag(
        ledger,
        &report.provider,
        &report.version,
        &report.tags,
        report.at,
        rules,
    )?);
    for tests in report.results.iter().filter_map(|it| it.tests.as_ref()) {
        if results
            .iter()
            .any(|it| it.tests.as_ref() == Some(tests.id()))
        {
            facts.push(Fact::TestResults(report.provider.clone(), tests.clone()));
        }
    }
    if !results.is_empty() {
        facts.push(Fact::Run(RunFact {
            provider: report.provider.clone(),
            version: report.version.clone(),
            build_url: report.build_url.clone(),
            verified_by: report.verified_by.clone(),
            results: results.clone(),
            request: report.request.clone(),
            at: report.at,
        }));
    }
    Ok(Recording {
        is_known: all_known(ledger, &facts)?,
        facts,
        results,
    })
}

/// Says whether nothing has to be stored for any of the facts. Each may be judged alone: if an
/// earlier one is new, the answer is no whatever the later ones build on.
fn all_known(ledger: &dyn Ledger, facts: &[Fact]) -> Read<bool> {
    for fact in facts {
        if !entries(ledger, fact)?.is_empty() {
            return Ok(false);
        }
    }
    Ok(true)
}

fn results(ledger: &dyn Ledger, report: &Report) -> Result<Vec<VerificationResult>, CannotRecord> {
    let mut merged: BTreeMap<_, VerificationResult> = BTreeMap::new();
    for reported in &report.results {
        let content = content(ledger, &report.provider, reported)?;
        let result = VerificationResult {
            consumer: reported.consumer.clone(),
            content: content.clone(),
            success: reported.success,
            wip: reported.wip,
            failures: reported.failures.clone(),
            tests: reported.tests.as_ref().map(|tests| tests.id().clone()),
        };
        merged
            .entry((reported.consumer.clone(), content))
            .and_modify(|known| join(known, &result))
            .or_insert(result);
    }
    Ok(merged.into_values().collect())
}

/// Adds a result to another one for the same content. It is no longer only work in progress if
/// one of them was not. The tests of a failure say more than those of a success.
fn join(known: &mut VerificationResult, other: &VerificationResult) {
    if known.tests.is_none() || known.success && !other.success {
        known.tests.clone_from(&other.tests);
    }
    known.success &= other.success;
    known.wip &= other.wip;
    for failure in &other.failures {
        if !known.failures.contains(failure) {
            known.failures.push(failure.clone());
        }
    }
}

fn content(
    ledger: &dyn Ledger,
    provider: &PacticipantName,
    reported: &ReportedResult,
) -> Result<ContentId, CannotRecord> {
    let consumer = &reported.consumer;
    match &reported.pact {
        ReportedPact::Content(content) => {
            if ledger.content(consumer, provider, content)?.is_none() {
                return Err(CannotRecord::UnknownContent {
                    consumer: consumer.clone(),
                    provider: provider.clone(),
                    content: content.clone(),
                });
            }
            Ok(content.clone())
        }
        ReportedPact::OfVersion(number) => {
            let Some(version) = ledger.version(consumer, number)? else {
                return Err(CannotRecord::UnknownVersion {
                    consumer: consumer.clone(),
                    version: number.clone(),
                    provider: provider.clone(),
                });
            };
            content_of(&version, provider).ok_or_else(|| CannotRecord::NoPact {
                consumer: consumer.clone(),
                version: number.clone(),
                provider: provider.clone(),
            })
        }
        ReportedPact::Current => {
            current(ledger, consumer, provider)?.map_err(|why| CannotRecord::NoCurrentContract {
                consumer: consumer.clone(),
                provider: provider.clone(),
                why,
            })
        }
    }
}

fn content_of(version: &Version, provider: &PacticipantName) -> Option<ContentId> {
    version.content(provider).cloned()
}

/// Returns the content of a consumer's current contract.
fn current(
    ledger: &dyn Ledger,
    consumer: &PacticipantName,
    provider: &PacticipantName,
) -> Read<Result<ContentId, WhyNotCurrent>> {
    let pacticipant = ledger.pacticipant(consumer)?;
    let main = pacticipant.and_then(|pacticipant| pacticipant.main_branch.clone());
    if let Some(branch) = main
        && let Some(head) = ledger.branch_head(consumer, &branch)?
    {
        let version = ledger.version(consumer, &head.version)?;
        let content = version.and_then(|version| content_of(&version, provider));
        return Ok(content.ok_or(WhyNotCurrent::NotOnMainBranch {
            branch,
            version: head.version,
        }));
    }
    let Some(latest) = ledger.latest_version(consumer)? else {
        return Ok(Err(WhyNotCurrent::NoVersion));
    };
    let content = content_of(&latest, provider);
    Ok(content.ok_or_else(|| WhyNotCurrent::NotInLatest(latest.number.clone())))
}

#[cfg(test)]
mod tests;
