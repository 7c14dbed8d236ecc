//! The versions that matter: heads of branches, and what is deployed or released.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::Reason;
use super::WantedOwed;
use crate::domain::content::ContentId;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Read;
use crate::domain::name::BranchName;
use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::pacticipant::Pacticipant;
use crate::domain::proposals::proposals;
use crate::domain::time::Timestamp;
use crate::domain::version::Version;

/// A version of a provider that matters.
pub(super) struct Side {
    /// `None` if the provider has none that could be verified.
    pub(super) version: Option<VersionNumber>,
    pub(super) reason: Reason,
    /// Since when it does.
    pub(super) since: Timestamp,
}

/// A provider, and what of it matters.
pub(super) struct Provider {
    pub(super) known: Arc<Pacticipant>,
    /// The head of the main branch first.
    pub(super) sides: Vec<Side>,
    /// The branches beside the main one.
    pub(super) branches: BTreeSet<BranchName>,
    /// The version at the head of the main branch.
    pub(super) main: Option<VersionNumber>,
    /// Whether it has a version at all.
    pub(super) has_version: bool,
}

/// A version of a consumer that matters.
#[derive(Clone)]
pub(super) struct Live {
    pub(super) version: Arc<Version>,
    pub(super) reason: Reason,
    /// Since when it does.
    pub(super) since: Timestamp,
}

/// The consumers that were looked at so far.
pub(super) struct Consumers<'a> {
    ledger: &'a dyn Ledger,
    environments: &'a [EnvironmentName],
    known: BTreeMap<PacticipantName, Vec<Live>>,
    versions: BTreeMap<PacticipantName, Vec<Arc<Version>>>,
}

/// Returns the providers that are wanted.
pub(super) fn providers(ledger: &dyn Ledger, wanted: &WantedOwed) -> Read<Vec<PacticipantName>> {
    if wanted.providers.is_empty() {
        return ledger.pacticipants();
    }
    Ok(wanted.providers.iter().cloned().collect())
}

impl Provider {
    /// Reads what matters of a provider; `None` if nobody consumes it.
    pub(super) fn read(
        ledger: &dyn Ledger,
        environments: &[EnvironmentName],
        name: &PacticipantName,
    ) -> Read<Option<Self>> {
        let Some(known) = ledger.pacticipant(name)? else {
            return Ok(None);
        };
        if ledger.consumers_of(name)?.is_empty() {
            return Ok(None);
        }
        let mut sides = Vec::new();
        let main_branch = known.main_branch.clone();
        let head = match &main_branch {
            Some(branch) => ledger.branch_head(name, branch)?,
            None => None,
        };
        let main = head.map(|head| head.version);
        if let (Some(branch), Some(number)) = (&main_branch, &main)
            && let Some(version) = ledger.version(name, number)?
        {
            sides.push(Side {
                version: Some(number.clone()),
                reason: Reason::MainBranch(branch.clone()),
                since: version.created_at,
            });
        } else {
            sides.push(Side {
                version: None,
                reason: Reason::Latest,
                since: known.created_at,
            });
        }
        for (number, reason, since) in placed(ledger, environments, name)? {
            sides.push(Side {
                version: Some(number),
                reason,
                since,
            });
        }
        let mut branches = BTreeSet::new();
        for head in ledger.branch_heads(name)? {
            if Some(&head.branch) == main_branch.as_ref() {
                continue;
            }
            if let Some(version) = ledger.version(name, &head.version)? {
                sides.push(Side {
                    version: Some(head.version),
                    reason: Reason::MatchingBranch(head.branch.clone()),
                    since: version.created_at,
                });
                branches.insert(head.branch);
            }
        }
        let has_version = ledger.latest_version(name)?.is_some();
        Ok(Some(Self {
            known,
            sides,
            branches,
            main,
            has_version,
        }))
    }
}

impl<'a> Consumers<'a> {
    pub(super) fn new(ledger: &'a dyn Ledger, environments: &'a [EnvironmentName]) -> Self {
        Self {
            ledger,
            environments,
            known: BTreeMap::new(),
            versions: BTreeMap::new(),
        }
    }

    /// Returns the versions of a consumer that matter to a provider with such branches, newest first.
    pub(super) fn of(
        &mut self,
        consumer: &PacticipantName,
        provider: &PacticipantName,
        branches: &BTreeSet<BranchName>,
    ) -> Read<Vec<Live>> {
        if !self.known.contains_key(consumer) {
            let lives = self.read(consumer)?;
            self.known.insert(consumer.clone(), lives);
        }
        let mut lives = self.known.get(consumer).cloned().unwrap_or_default();
        let content = |live: &Live| live.version.content(provider).cloned();
        let main: Option<ContentId> = lives.first().and_then(content);
        for branch in branches {
            let Some(version) = self.ledger.version_at_head(consumer, branch)? else {
                continue;
            };
            if version.content(provider) != main.as_ref() {
                lives.push(Live {
                    since: version.created_at,
                    version,
                    reason: Reason::MatchingBranch(branch.clone()),
                });
            }
        }
        for proposal in proposals(self.ledger, provider, consumer)? {
            lives.push(Live {
                version: proposal.version,
                reason: Reason::Proposed(proposal.branch),
                since: proposal.published,
            });
        }
        lives.sort_by_key(|live| std::cmp::Reverse(live.version.seq));
        Ok(lives)
    }

    /// Returns when a consumer first published a content. Reads all its versions, once.
    pub(super) fn first_published(
        &mut self,
        consumer: &PacticipantName,
        provider: &PacticipantName,
        content: &ContentId,
    ) -> Read<Option<Timestamp>> {
        if !self.versions.contains_key(consumer) {
            let versions = self.ledger.versions(consumer)?;
            self.versions.insert(consumer.clone(), versions);
        }
        let versions = self.versions.get(consumer).into_iter().flatten();
        let mut pacts = versions.filter_map(|version| version.pacts.get(provider));
        Ok(pacts
            .find(|pact| pact.content == *content)
            .map(|pact| pact.created_at))
    }

    /// Returns what matters of a consumer to every provider: the one of the main branch first.
    fn read(&self, name: &PacticipantName) -> Read<Vec<Live>> {
        let ledger = self.ledger;
        let known = ledger.pacticipant(name)?;
        let main_branch = known.and_then(|known| known.main_branch.clone());
        let head = match &main_branch {
            Some(branch) => ledger.branch_head(name, branch)?,
            None => None,
        };
        let mut lives = Vec::new();
        let mut add = |version: Option<Arc<Version>>, reason: Reason, since: Option<Timestamp>| {
            lives.extend(version.map(|version| Live {
                since: since.unwrap_or(version.created_at),
                version,
                reason,
            }));
        };
        match (main_branch, head) {
            (Some(branch), Some(head)) => {
                let version = ledger.version(name, &head.version)?;
                add(version, Reason::MainBranch(branch), None);
            }
            _ => add(ledger.latest_version(name)?, Reason::Latest, None),
        }
        for (number, reason, since) in placed(ledger, self.environments, name)? {
            add(ledger.version(name, &number)?, reason, Some(since));
        }
        Ok(lives)
    }
}

/// Returns what is deployed and released of an application, and since when.
fn placed(
    ledger: &dyn Ledger,
    environments: &[EnvironmentName],
    name: &PacticipantName,
) -> Read<Vec<(VersionNumber, Reason, Timestamp)>> {
    let mut placed = Vec::new();
    for environment in environments {
        for it in ledger.deployed(environment, name)? {
            placed.push((
                it.version,
                Reason::Deployed(environment.clone()),
                it.created_at,
            ));
        }
        for it in ledger.released(environment, name)? {
            placed.push((
                it.version,
                Reason::Released(environment.clone()),
                it.created_at,
            ));
        }
    }
    Ok(placed)
}
