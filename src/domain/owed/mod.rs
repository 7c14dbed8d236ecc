//! Which verifications are owed: of which provider version, against which contract, why it matters, since when,
//! and what will become of it.
//!
//! A verification is owed for a provider version that matters against a content that matters beside it, as
//! long as its newest run has no success for it:
//!
//! | the provider version is | and the content is that of |
//! |---|---|
//! | the head of its main branch | the head of the consumer's main branch, whatever is deployed or released of the consumer, and what it [proposes](super::proposals) on other branches |
//! | deployed in, or released to, an environment | the head of the consumer's main branch, and what is in the same environment of the consumer |
//! | the head of another branch | the head of the consumer's branch of the same name, unless its main branch has the same content |
//!
//! What is proposed is asked of the main branch alone, though the broker fires for what is deployed and released, too
//! (spec: semantics §5): `can-i-merge` asks no more, and a build of each version that is live anywhere for each push to
//! a branch would cost more than it tells. What is merged is owed by those versions.
//!
//! A consumer whose main branch is not known, or has no version, counts with its latest version, as for the
//! current contract.

mod builds;
mod live;
mod outcome;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

pub use self::builds::Build;
pub use self::builds::builds;
use self::live::Consumers;
use self::live::Provider;
use self::live::providers;
use self::outcome::Outcomes;
use super::content::ContentId;
use super::deployment::known_environment;
use super::find_version::NotFound;
use super::find_version::known_pacticipant;
use super::ledger::Ledger;
use super::ledger::Read;
use super::name::BranchName;
use super::name::EnvironmentName;
use super::name::PacticipantName;
use super::name::VersionNumber;
use super::pacticipant::Pacticipant;
use super::time::Timestamp;

/// Which of what is owed is wanted; by default all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WantedOwed {
    /// By these providers; by all if there is none.
    pub providers: BTreeSet<PacticipantName>,
    /// To these consumers; to all if there is none.
    pub consumers: BTreeSet<PacticipantName>,
    /// By what is deployed in, or released to, this environment.
    pub environment: Option<EnvironmentName>,
}

/// A verification that is owed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owed {
    /// The provider.
    pub provider: Arc<Pacticipant>,
    /// The version that has to be verified; `None` if there is none that it could be.
    pub version: Option<VersionNumber>,
    /// The branch of which that version is the head, if it is owed for that; the main branch first.
    pub branch: Option<BranchName>,
    /// The consumer.
    pub consumer: PacticipantName,
    /// What was agreed.
    pub content: ContentId,
    /// The consumer versions that have it and matter, newest first.
    pub consumer_versions: Vec<VersionNumber>,
    /// Why the provider version matters.
    pub provider_reasons: BTreeSet<Reason>,
    /// Why the consumer versions do.
    pub consumer_reasons: BTreeSet<Reason>,
    /// Since when it is owed.
    pub since: Timestamp,
    /// What will become of it.
    pub state: State,
}

/// Why a version matters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It is the head of the main branch.
    MainBranch(BranchName),
    /// It is the latest version of an application of which no main branch is known.
    Latest,
    /// It is deployed there.
    Deployed(EnvironmentName),
    /// It is released there, and supported.
    Released(EnvironmentName),
    /// It is the head of a branch of which the other has one of the same name.
    MatchingBranch(BranchName),
    /// It is the head of a branch, and its contract is not merged yet.
    Proposed(BranchName),
}

/// What will become of a verification that is owed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Nobody has verified it yet, and somebody will.
    WillClear(Clears),
    /// Nobody has verified it, and as things are nobody ever will.
    NeverClears(Obstacle),
    /// It was verified, and failed.
    Failed(Failure),
}

/// What clears a verification that is owed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clears {
    /// The next build of the provider on a branch.
    NextBuild(BranchName),
    /// The same, if it takes in what is only proposed.
    NextBuildOfProposals(BranchName),
    /// The deployment of a version that has verified it.
    Deployment(VersionNumber),
    /// The next build on the main branch, and the deployment of what it makes.
    NextBuildAndDeployment(BranchName),
}

/// Why nobody will ever verify something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// Only its consumers have ever mentioned the provider.
    NoVersion,
    /// Which branch the provider is released from is not known.
    NoMainBranch,
    /// No version of the provider was ever on its main branch.
    NothingOnMainBranch(BranchName),
    /// The provider has versions, and never recorded any verification.
    NeverVerifies,
    /// The version is not the head of a branch, so no build of it will come, and none that is newer verified it.
    NoBuildWillCome,
}

/// A failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Which run of the provider version failed last.
    pub run: u32,
    /// When that was.
    pub at: Timestamp,
    /// The build that ran it.
    pub build_url: Option<String>,
    /// Whether the pact was verified as work in progress, which breaks no build.
    pub wip: bool,
    /// The interactions that failed, by description.
    pub interactions: Vec<String>,
}

impl Owed {
    /// Says whether a build of the provider version can settle it: there is such a version, it did not fail
    /// already, and no newer one that has verified it only waits to be deployed.
    #[must_use]
    pub fn awaits_a_build(&self) -> bool {
        let is_settled = matches!(
            self.state,
            State::Failed(_) | State::WillClear(Clears::Deployment(_))
        );
        self.version.is_some() && !is_settled
    }

    /// Says whether it is only proposed: nothing that is live, or agreed, depends on it.
    #[must_use]
    pub fn is_proposed(&self) -> bool {
        let mut reasons = self.consumer_reasons.iter();
        reasons.all(|reason| matches!(reason, Reason::Proposed(_)))
    }
}

/// Returns the verifications that are owed, the oldest first.
///
/// Looks up the heads, what is in each environment and the runs of what matters. Reads all versions of a consumer,
/// and all runs of a provider, only if something between the two is owed.
///
/// # Errors
///
/// Fails if nobody has mentioned an application asked for, if there is no such environment, or if a record
/// cannot be read.
pub fn owed(ledger: &dyn Ledger, wanted: &WantedOwed) -> Result<Vec<Owed>, NotFound> {
    for name in wanted.providers.iter().chain(&wanted.consumers) {
        known_pacticipant(ledger, name)?;
    }
    if let Some(name) = &wanted.environment {
        known_environment(ledger, name)?;
    }
    let environments: Vec<EnvironmentName> = ledger
        .environments()?
        .iter()
        .map(|it| it.name.clone())
        .collect();
    let mut consumers = Consumers::new(ledger, &environments);
    let mut found = Vec::new();
    for provider in providers(ledger, wanted)? {
        let Some(provider) = Provider::read(ledger, &environments, &provider)? else {
            continue;
        };
        let mut outcomes = Outcomes::new(ledger, &provider);
        for consumer in ledger.consumers_of(&provider.known.name)? {
            if !wanted.consumers.is_empty() && !wanted.consumers.contains(&consumer) {
                continue;
            }
            for asked in asked(&provider, &mut consumers, &consumer)? {
                let is_wanted = wanted
                    .environment
                    .as_ref()
                    .is_none_or(|wanted| asked.is_in(wanted));
                if is_wanted {
                    found.extend(outcomes.of(asked, &mut consumers)?);
                }
            }
        }
    }
    found.sort_by(|a, b| a.key().cmp(&b.key()));
    Ok(found)
}

impl Owed {
    fn key(&self) -> impl Ord {
        (
            self.since,
            self.provider.name.clone(),
            self.consumer.clone(),
            self.version.clone(),
            self.content.to_string(),
        )
    }

    fn is_in(&self, environment: &EnvironmentName) -> bool {
        self.provider_reasons.iter().any(|reason| match reason {
            Reason::Deployed(name) | Reason::Released(name) => name == environment,
            _ => false,
        })
    }
}

/// Returns what a provider has to have verified for a consumer, whether it has or not; the state is yet to
/// be found out.
fn asked(
    provider: &Provider,
    consumers: &mut Consumers<'_>,
    consumer: &PacticipantName,
) -> Read<Vec<Owed>> {
    let mut asked = BTreeMap::<(Option<VersionNumber>, String), Owed>::new();
    let name = &provider.known.name;
    let lives = consumers.of(consumer, name, &provider.branches)?;
    for side in &provider.sides {
        for live in lives.iter().filter(|live| side.reason.meets(&live.reason)) {
            let Some(pact) = live.version.pacts.get(name) else {
                continue;
            };
            let since = side.since.max(live.since).max(pact.created_at);
            let owed = asked
                .entry((side.version.clone(), pact.content.to_string()))
                .or_insert_with(|| Owed {
                    provider: Arc::clone(&provider.known),
                    version: side.version.clone(),
                    branch: None,
                    consumer: consumer.clone(),
                    content: pact.content.clone(),
                    consumer_versions: Vec::new(),
                    provider_reasons: BTreeSet::new(),
                    consumer_reasons: BTreeSet::new(),
                    since,
                    state: State::NeverClears(Obstacle::NoVersion),
                });
            owed.since = owed.since.min(since);
            owed.provider_reasons.insert(side.reason.clone());
            owed.consumer_reasons.insert(live.reason.clone());
            if !owed.consumer_versions.contains(&live.version.number) {
                owed.consumer_versions.push(live.version.number.clone());
            }
            if let Reason::MainBranch(branch) | Reason::MatchingBranch(branch) = &side.reason {
                owed.branch.get_or_insert_with(|| branch.clone());
            }
        }
    }
    Ok(asked.into_values().collect())
}

impl Reason {
    /// Says whether a provider version that matters for this has to honour a content that matters for
    /// another reason.
    fn meets(&self, of_consumer: &Self) -> bool {
        match (self, of_consumer) {
            (Self::MatchingBranch(one), Self::MatchingBranch(other)) => one == other,
            (Self::MatchingBranch(_), _) | (_, Self::MatchingBranch(_)) => false,
            (Self::MainBranch(_) | Self::Latest, _) => true,
            (Self::Proposed(_), _) | (_, Self::Proposed(_)) => false,
            (_, Self::MainBranch(_) | Self::Latest) => true,
            (
                Self::Deployed(one) | Self::Released(one),
                Self::Deployed(other) | Self::Released(other),
            ) => one == other,
        }
    }
}
