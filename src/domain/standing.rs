//! What versions stand for at the moment: which branches and tags mean them, and where they are.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::environment::Environment;
use super::ledger::Ledger;
use super::ledger::Read;
use super::matrix::Matrix;
use super::name::BranchName;
use super::name::EnvironmentName;
use super::name::PacticipantName;
use super::name::TagName;
use super::name::VersionNumber;
use super::version::Version;
use super::versions::numbered;

/// What a version stands for at the moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The branches of which it is the head, in the order in which it was put on them.
    pub head_branches: Vec<BranchName>,
    /// The tags of which it is the newest version, sorted.
    pub head_tags: Vec<TagName>,
    /// Where it is deployed, or released and supported; each once, in the ledger's order.
    pub environments: Vec<Arc<Environment>>,
}

/// The versions of a matrix, each with what it stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standings(BTreeMap<PacticipantName, BTreeMap<VersionNumber, Standing>>);

impl Standings {
    /// Returns what the versions in the rows to show stand for.
    ///
    /// Reads the heads of their branches and tags, and what of their pacticipants is in every
    /// environment.
    ///
    /// # Errors
    ///
    /// Fails if a record cannot be read.
    pub fn of(ledger: &dyn Ledger, matrix: &Matrix) -> Read<Self> {
        let mut standings = Self::default();
        for row in matrix.shown() {
            standings.add(ledger, &row.consumer, &row.consumer_version)?;
            if let Some(version) = &row.provider_version {
                standings.add(ledger, &row.provider, version)?;
            }
        }
        let environments = ledger.environments()?;
        for (name, versions) in &mut standings.0 {
            add_environments(ledger, &environments, name, versions)?;
        }
        Ok(standings)
    }

    /// Returns what a version stands for; nothing if it is none of the matrix.
    #[must_use]
    pub fn get(&self, name: &PacticipantName, number: &VersionNumber) -> Option<&Standing> {
        self.0.get(name)?.get(number)
    }

    fn add(&mut self, ledger: &dyn Ledger, name: &PacticipantName, version: &Version) -> Read<()> {
        let versions = self.0.entry(name.clone()).or_default();
        if !versions.contains_key(&version.number) {
            let standing = Standing {
                head_branches: head_branches(ledger, name, version)?,
                head_tags: head_tags(ledger, name, version)?,
                environments: Vec::new(),
            };
            versions.insert(version.number.clone(), standing);
        }
        Ok(())
    }
}

fn add_environments(
    ledger: &dyn Ledger,
    environments: &[Arc<Environment>],
    name: &PacticipantName,
    versions: &mut BTreeMap<VersionNumber, Standing>,
) -> Read<()> {
    for environment in environments {
        let deployed = ledger.deployed(&environment.name, name)?;
        let released = ledger.released(&environment.name, name)?;
        let deployed = deployed.iter().map(|deployed| &deployed.version);
        for number in deployed.chain(released.iter().map(|released| &released.version)) {
            if let Some(standing) = versions.get_mut(number)
                && !standing.environments.contains(environment)
            {
                standing.environments.push(Arc::clone(environment));
            }
        }
    }
    Ok(())
}

/// Returns the branches of which a version is the head, in the order in which it was put on them.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn head_branches(
    ledger: &dyn Ledger,
    name: &PacticipantName,
    version: &Version,
) -> Read<Vec<BranchName>> {
    let mut branches = Vec::new();
    for branch in &version.branches {
        let head = ledger.branch_head(name, branch)?;
        if head.is_some_and(|head| head.version == version.number) {
            branches.push(branch.clone());
        }
    }
    Ok(branches)
}

/// Returns the tags of which a version is the newest, sorted.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn head_tags(
    ledger: &dyn Ledger,
    name: &PacticipantName,
    version: &Version,
) -> Read<Vec<TagName>> {
    let mut tags = Vec::new();
    for tag in &version.tags {
        let head = ledger.tag_head(name, tag)?;
        if head.is_some_and(|head| head.version == version.number) {
            tags.push(tag.clone());
        }
    }
    tags.sort();
    Ok(tags)
}

/// Returns the versions of a pacticipant that are deployed in an environment, or released to it
/// and supported: each once, newest first.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn versions_in(
    ledger: &dyn Ledger,
    environment: &EnvironmentName,
    name: &PacticipantName,
) -> Read<Vec<Arc<Version>>> {
    let deployed = ledger.deployed(environment, name)?;
    let released = ledger.released(environment, name)?;
    let deployed = deployed.iter().map(|deployed| &deployed.version);
    let released = released.iter().map(|released| &released.version);
    numbered(ledger, name, deployed.chain(released))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::MemoryLedger;
    use crate::domain::testing::n;

    #[test]
    fn what_is_in_an_environment_is_there_once_whatever_brought_it() {
        let mut ledger = MemoryLedger::default();
        ledger.environment_named("prod");
        ledger.environment_named("test");
        for number in ["9", "10", "11"] {
            ledger.publish("Web", number, "main", &["Orders=a"]);
        }
        ledger.deploy("Web", "9", "prod", "one");
        ledger.deploy("Web", "10", "prod", "two");
        ledger.release("Web", "10", "prod");
        let versions = |environment: &str| {
            let found = versions_in(&ledger, &n(environment), &n("Web")).unwrap();
            let numbers = found.iter().map(|version| version.number.to_string());
            numbers.collect::<Vec<_>>()
        };
        assert_eq!(versions("prod"), ["10", "9"]);
        assert_eq!(versions("test"), [""; 0]);
    }
}
