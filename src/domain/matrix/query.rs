//! What is asked of the matrix, and why a question may be refused (spec: semantics §9.1).

use std::num::NonZeroUsize;

use super::facts::Facts;
use crate::domain::environment::is_of_a_new_broker;
use crate::domain::ledger::{Read, Unreadable};
use crate::domain::name::{EnvironmentName, PacticipantName, TagName, VersionNumber};
use crate::domain::selector::{Destination, Selector};
use crate::domain::time::Seq;

/// How many rows are shown where the question does not say.
pub const DEFAULT_LIMIT: NonZeroUsize = NonZeroUsize::new(100).expect("100 is not zero");

/// A question to the matrix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The versions asked about.
    pub selectors: Vec<Selector>,
    /// What they are to meet.
    pub destination: Destination,
    /// What not to take into account.
    pub ignore: Vec<Selector>,
    /// Which rows stand for others.
    pub latest_by: LatestBy,
    /// Only rows with one of these results, `None` being "no result"; all rows if absent.
    pub success: Option<Vec<Option<bool>>>,
    /// The number of rows to show; those where something happened last.
    pub limit: NonZeroUsize,
    /// Whether the environments that a new broker has are there, with nothing in them, where nobody
    /// ever created them.
    pub as_a_new_broker: bool,
    /// Whether a success counts only if it is signed by somebody who may sign for the provider. A failure
    /// counts whoever says so.
    pub only_signed: bool,
}

/// Which row stands for several: the one with the newest provider version.
///
/// Unless it is [`LatestBy::None`], only the latest result of each provider version counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LatestBy {
    /// Every result is a row, also the overruled ones.
    #[default]
    None,
    /// `cvpv`: one row for each consumer version and provider version.
    ConsumerVersionAndProviderVersion,
    /// `cvp`: one row for each consumer version and provider.
    ConsumerVersionAndProvider,
    /// `cp`: one row for each consumer and provider.
    ConsumerAndProvider,
}

impl Query {
    /// Returns the question that `can-i-deploy` and `can-i-merge` ask (spec: semantics §9.1, cli §6).
    ///
    /// With an environment, and between several selectors, every provider version counts; the
    /// other destinations mean one version of each provider.
    #[must_use]
    pub fn can_i_deploy(selectors: Vec<Selector>, destination: Destination) -> Self {
        let every_version =
            matches!(destination, Destination::Environment(_)) || selectors.len() > 1;
        let latest_by = if every_version {
            LatestBy::ConsumerVersionAndProviderVersion
        } else {
            LatestBy::ConsumerVersionAndProvider
        };
        Self {
            latest_by,
            ..Self::matrix(selectors, destination)
        }
    }

    /// Returns the question for every result that there is.
    #[must_use]
    pub fn matrix(selectors: Vec<Selector>, destination: Destination) -> Self {
        Self {
            selectors,
            destination,
            ignore: Vec::new(),
            latest_by: LatestBy::None,
            success: None,
            limit: DEFAULT_LIMIT,
            as_a_new_broker: false,
            only_signed: false,
        }
    }

    /// Returns why the question is refused, in the broker's order; empty if it is not.
    pub(super) fn refusals(&self, facts: &mut Facts) -> Read<Vec<Refusal>> {
        let mut refusals = Vec::new();
        let contradicts = |selector: &&Selector| selector.latest && selector.version.is_some();
        for selector in self.selectors.iter().filter(contradicts) {
            refusals.push(Refusal::VersionAndLatest(selector.pacticipant.clone()));
        }
        for selector in &self.selectors {
            if facts.pacticipant(&selector.pacticipant)?.is_none() {
                refusals.push(Refusal::UnknownPacticipant(selector.pacticipant.clone()));
            }
        }
        if self.selectors.is_empty() {
            refusals.push(Refusal::NoSelectors);
        }
        for selector in self.ignore.iter().filter(contradicts) {
            refusals.push(Refusal::VersionAndLatestToIgnore(
                selector.pacticipant.clone(),
            ));
        }
        if let Destination::Environment(name) = &self.destination
            && facts.ledger.environment(name)?.is_none()
            && !self.presumes(name, facts)?
        {
            refusals.push(Refusal::UnknownEnvironment(name.clone()));
        }
        Ok(refusals)
    }

    /// Says whether an environment that is not there is taken to be. One that was deleted is not.
    fn presumes(&self, name: &EnvironmentName, facts: &Facts) -> Read<bool> {
        let new = self.as_a_new_broker && is_of_a_new_broker(name);
        Ok(new && facts.ledger.last_environment_seq(name)? == Seq::default())
    }
}

impl Destination {
    /// Returns the destination that the separate options of the broker's API add up to.
    ///
    /// # Errors
    ///
    /// Returns all that contradicts itself: more than one of tag, environment and main branch; an
    /// environment and latest.
    pub fn from_options(
        environment: Option<EnvironmentName>,
        tag: Option<TagName>,
        main_branch: bool,
        latest: bool,
    ) -> Result<Self, Vec<Refusal>> {
        let mut refusals = Vec::new();
        let named = [environment.is_some(), tag.is_some(), main_branch];
        if named.into_iter().filter(|named| *named).count() > 1 {
            refusals.push(Refusal::ManyDestinations);
        }
        if latest && environment.is_some() {
            refusals.push(Refusal::LatestAndEnvironment);
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }
        Ok(match (environment, tag) {
            (Some(environment), _) => Self::Environment(environment),
            (None, Some(tag)) => Self::Tag { tag, latest },
            (None, None) if main_branch => Self::MainBranch { latest },
            (None, None) if latest => Self::Latest,
            (None, None) => Self::None,
        })
    }
}

/// Why a question makes no sense, in the broker's words (spec: semantics §9.1, cli §4.2).
///
/// Some can only be found while the words of a request are parsed into a [`Query`]; they are here
/// so that the texts are in one place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There was a criterion without a name.
    #[error("Please specify the pacticipant name")]
    NoPacticipantName,
    /// One version was named, and the latest asked for.
    #[error("A version number and latest flag cannot both be specified for {0}")]
    VersionAndLatest(PacticipantName),
    /// Nobody has ever mentioned the pacticipant.
    #[error("Pacticipant {0} not found")]
    UnknownPacticipant(PacticipantName),
    /// Nothing was asked about.
    #[error("Please provide 1 or more version selectors.")]
    NoSelectors,
    /// There was a version to ignore, but not of what.
    #[error("Please specify the pacticipant name to ignore")]
    NoPacticipantNameToIgnore,
    /// As [`Refusal::VersionAndLatest`], for an ignore selector.
    #[error("A version number and latest flag cannot both be specified for {0} to ignore")]
    VersionAndLatestToIgnore(PacticipantName),
    /// More than one destination was given.
    #[error("Cannot specify more than one of tag, environment and mainBranch.")]
    ManyDestinations,
    /// What is in an environment is not chosen by age.
    #[error("Cannot specify both latest=true and an environment.")]
    LatestAndEnvironment,
    /// There is no such environment.
    #[error("Environment with name '{0}' does not exist")]
    UnknownEnvironment(EnvironmentName),
    /// The limit was zero, negative or no number.
    #[error("The limit must be 1 or greater.")]
    LimitTooSmall,
}

/// Why there is no matrix.
#[derive(Debug, thiserror::Error)]
pub enum MatrixError {
    /// The question makes no sense; every reason why.
    #[error("{}", texts(.0).join("\n"))]
    Refused(Vec<Refusal>),
    /// The store could not be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

fn texts(refusals: &[Refusal]) -> Vec<String> {
    refusals.iter().map(Refusal::to_string).collect()
}

/// A record names a version of which there is no record.
#[derive(Debug, thiserror::Error)]
#[error("it is mentioned by another record, but there is no record of it")]
struct Dangling;

/// Returns the error for a version that others mention and that is not there.
///
/// To leave it out could turn a "no" into a "yes" (promise 8).
pub(super) fn dangling(pacticipant: &PacticipantName, number: &VersionNumber) -> Unreadable {
    Unreadable {
        what: format!("version {number} of {pacticipant}"),
        source: Box::new(Dangling),
    }
}
