//! What has become of a verification that was asked for: done, or owed, and what will become of it then.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Clears;
use super::Failure;
use super::Obstacle;
use super::Owed;
use super::Reason;
use super::State;
use super::live::Consumers;
use super::live::Provider;
use crate::domain::content::ContentId;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Read;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::time::Timestamp;
use crate::domain::verification::Run;

/// What is known of the runs of a provider.
pub(super) struct Outcomes<'a> {
    ledger: &'a dyn Ledger,
    provider: &'a Provider,
    /// The runs of each version that was asked about.
    of_version: BTreeMap<VersionNumber, Vec<Arc<Run>>>,
    /// All runs, oldest first, if somebody needed them.
    all: Option<Vec<Arc<Run>>>,
}

/// What the newest run of a version says of a content.
enum Result {
    Success,
    Failed(Failure),
    Nothing,
}

impl<'a> Outcomes<'a> {
    pub(super) fn new(ledger: &'a dyn Ledger, provider: &'a Provider) -> Self {
        Self {
            ledger,
            provider,
            of_version: BTreeMap::new(),
            all: None,
        }
    }

    /// Returns a verification that was asked for as it is owed; `None` if it is done.
    pub(super) fn of(
        &mut self,
        mut asked: Owed,
        consumers: &mut Consumers<'_>,
    ) -> Read<Option<Owed>> {
        let (consumer, content) = (asked.consumer.clone(), asked.content.clone());
        let Some(version) = asked.version.clone() else {
            let name = &self.provider.known.name;
            let verified = self.ledger.verified(name, &consumer, &content)?;
            // Whoever has no main branch verifies all the same, for what it deploys, or by tags.
            if verified.ever.is_some() {
                return Ok(None);
            }
            asked.state = State::NeverClears(self.obstacle());
            asked.since = self.since(&asked, consumers)?;
            return Ok(Some(asked));
        };
        asked.state = match self.result(&version, &consumer, &content)? {
            Result::Success => return Ok(None),
            Result::Failed(failure) => State::Failed(failure),
            Result::Nothing => self.prospect(&asked, &version)?,
        };
        asked.since = match &asked.state {
            State::Failed(failure) => {
                let at = failure.at;
                self.failing_since(&asked, at)?
            }
            _ => self.since(&asked, consumers)?,
        };
        Ok(Some(asked))
    }

    /// Tells why there is no version that could be verified.
    fn obstacle(&self) -> Obstacle {
        match (&self.provider.known.main_branch, self.provider.has_version) {
            (_, false) => Obstacle::NoVersion,
            (None, true) => Obstacle::NoMainBranch,
            (Some(branch), true) => Obstacle::NothingOnMainBranch(branch.clone()),
        }
    }

    /// Tells what will become of a version that nobody has verified with a content.
    fn prospect(&mut self, asked: &Owed, version: &VersionNumber) -> Read<State> {
        if !self.verifies(version)? {
            return Ok(State::NeverClears(Obstacle::NeverVerifies));
        }
        // What is in an environment is not built again by itself. A deployment is replaced by the next one; a
        // release stays until its support ends.
        let is_released = |reason: &Reason| matches!(reason, Reason::Released(_));
        let is_deployed = |reason: &Reason| matches!(reason, Reason::Deployed(_));
        let never = State::NeverClears(Obstacle::NoBuildWillCome);
        if asked.provider_reasons.iter().any(is_released) {
            return Ok(never);
        }
        if !asked.provider_reasons.iter().any(is_deployed)
            && let Some(branch) = &asked.branch
        {
            let branch = branch.clone();
            return Ok(State::WillClear(if asked.is_proposed() {
                Clears::NextBuildOfProposals(branch)
            } else {
                Clears::NextBuild(branch)
            }));
        }
        let main = self.provider.main.clone();
        let (Some(main), Some(branch)) = (main, &self.provider.known.main_branch) else {
            return Ok(never);
        };
        Ok(match self.result(&main, &asked.consumer, &asked.content)? {
            Result::Success => State::WillClear(Clears::Deployment(main)),
            Result::Nothing => State::WillClear(Clears::NextBuildAndDeployment(branch.clone())),
            Result::Failed(_) => never,
        })
    }

    /// Says whether the provider has ever recorded a verification. Reads all its runs only if neither the
    /// version in question nor the head of its main branch has one.
    fn verifies(&mut self, version: &VersionNumber) -> Read<bool> {
        let main = self.provider.main.clone();
        for number in main.iter().chain([version]) {
            if !self.runs_of(number)?.is_empty() {
                return Ok(true);
            }
        }
        Ok(!self.all()?.is_empty())
    }

    fn result(
        &mut self,
        version: &VersionNumber,
        consumer: &PacticipantName,
        content: &ContentId,
    ) -> Read<Result> {
        for run in self.runs_of(version)?.iter().rev() {
            let Some(result) = run.result(consumer, content) else {
                continue;
            };
            if result.success {
                return Ok(Result::Success);
            }
            return Ok(Result::Failed(Failure {
                run: run.number,
                at: run.created_at,
                build_url: run.build_url.clone(),
                wip: result.wip,
                interactions: result.failures.clone(),
            }));
        }
        Ok(Result::Nothing)
    }

    fn runs_of(&mut self, version: &VersionNumber) -> Read<&[Arc<Run>]> {
        if !self.of_version.contains_key(version) {
            let runs = self.ledger.runs_of(&self.provider.known.name, version)?;
            self.of_version.insert(version.clone(), runs);
        }
        Ok(self.of_version.get(version).map_or(&[], Vec::as_slice))
    }

    fn all(&mut self) -> Read<&[Arc<Run>]> {
        if self.all.is_none() {
            self.all = Some(self.ledger.runs(&self.provider.known.name)?);
        }
        Ok(self.all.as_deref().unwrap_or_default())
    }

    /// Returns since when something is not verified: since the content was first published, or since the version
    /// is in the environment if that was later. A branch always had a head.
    fn since(&mut self, asked: &Owed, consumers: &mut Consumers<'_>) -> Read<Timestamp> {
        let is_of_branch = asked.branch.is_some() || asked.version.is_none();
        if !is_of_branch {
            return Ok(asked.since);
        }
        let name = &self.provider.known.name;
        let verified = self
            .ledger
            .verified(name, &asked.consumer, &asked.content)?;
        let on_branch = asked.branch.as_ref();
        if on_branch.is_some_and(|branch| verified.branches.contains_key(branch)) {
            // An older version of the branch has verified it: the newer one is what is missing.
            return Ok(asked.since);
        }
        let first = consumers.first_published(&asked.consumer, name, &asked.content)?;
        Ok(first.map_or(asked.since, |first| first.min(asked.since)))
    }

    /// Returns since when a content fails: since the first failure behind which nothing succeeded.
    fn failing_since(&mut self, asked: &Owed, at: Timestamp) -> Read<Timestamp> {
        let mut since = at;
        for run in self.all()?.iter().rev() {
            match run.result(&asked.consumer, &asked.content) {
                Some(result) if result.success => break,
                Some(_) => since = since.min(run.created_at),
                None => {}
            }
        }
        Ok(since)
    }
}
