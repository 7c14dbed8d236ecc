//! An application or a version with all that a description of it shows, gathered once for every
//! face that shows it.

use std::sync::Arc;

use super::environment::DeployedVersion;
use super::environment::Environment;
use super::environment::ReleasedVersion;
use super::ledger::Ledger;
use super::ledger::Read;
use super::name::BranchName;
use super::name::PacticipantName;
use super::name::VersionNumber;
use super::pacticipant::Pacticipant;
use super::standing::head_branches;
use super::version::Version;

/// What is deployed of a pacticipant, and where.
pub type Deployed = Vec<(Arc<Environment>, DeployedVersion)>;

/// What is released of a pacticipant and supported, and where.
pub type Released = Vec<(Arc<Environment>, ReleasedVersion)>;

/// A pacticipant, its newest version, and what of it is deployed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacticipantDetails {
    /// The pacticipant.
    pub pacticipant: Arc<Pacticipant>,
    /// Its newest version.
    pub latest: Option<Arc<Version>>,
    /// What is deployed of it, by environment.
    pub deployed: Deployed,
}

impl PacticipantDetails {
    /// Returns a pacticipant in detail, or `None` if nobody has mentioned it.
    ///
    /// # Errors
    ///
    /// Fails if a record cannot be read.
    pub fn read(ledger: &dyn Ledger, name: &PacticipantName) -> Read<Option<Self>> {
        let known = ledger.pacticipant(name)?;
        known.map(|known| Self::of(ledger, known)).transpose()
    }

    /// Returns a pacticipant that is known in detail.
    ///
    /// # Errors
    ///
    /// Fails if a record cannot be read.
    pub fn of(ledger: &dyn Ledger, pacticipant: Arc<Pacticipant>) -> Read<Self> {
        let name = &pacticipant.name;
        Ok(Self {
            latest: ledger.latest_version(name)?,
            deployed: deployed(ledger, name, &ledger.environments()?)?,
            pacticipant,
        })
    }
}

/// A version, and where it can be and is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionDetails {
    /// Whose version it is.
    pub pacticipant: PacticipantName,
    /// The version.
    pub version: Arc<Version>,
    /// Its branches of which it is the head, in the order in which it was put on them.
    pub heads: Vec<BranchName>,
    /// All environments, by name.
    pub environments: Vec<Arc<Environment>>,
    /// Where it is deployed.
    pub deployed: Deployed,
    /// Where it is released and supported.
    pub released: Released,
}

impl VersionDetails {
    /// Returns a version in detail, or `None` if it was never mentioned.
    ///
    /// # Errors
    ///
    /// Fails if a record cannot be read.
    pub fn read(
        ledger: &dyn Ledger,
        name: &PacticipantName,
        number: &VersionNumber,
    ) -> Read<Option<Self>> {
        let Some(version) = ledger.version(name, number)? else {
            return Ok(None);
        };
        let environments = ledger.environments()?;
        let mut deployed = deployed(ledger, name, &environments)?;
        deployed.retain(|(_, deployed)| deployed.version == *number);
        let mut released = released(ledger, name, &environments)?;
        released.retain(|(_, released)| released.version == *number);
        Ok(Some(Self {
            pacticipant: name.clone(),
            heads: head_branches(ledger, name, &version)?,
            version,
            environments,
            deployed,
            released,
        }))
    }
}

/// Returns what is deployed of a pacticipant, by environment.
pub(super) fn deployed(
    ledger: &dyn Ledger,
    name: &PacticipantName,
    environments: &[Arc<Environment>],
) -> Read<Deployed> {
    let mut found = Vec::new();
    for environment in environments {
        let deployed = ledger.deployed(&environment.name, name)?.into_iter();
        found.extend(deployed.map(|deployed| (Arc::clone(environment), deployed)));
    }
    Ok(found)
}

/// Returns what is released of a pacticipant and supported, by environment.
pub(super) fn released(
    ledger: &dyn Ledger,
    name: &PacticipantName,
    environments: &[Arc<Environment>],
) -> Read<Released> {
    let mut found = Vec::new();
    for environment in environments {
        let released = ledger.released(&environment.name, name)?.into_iter();
        found.extend(released.map(|released| (Arc::clone(environment), released)));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::MemoryLedger;
    use crate::domain::testing::n;

    fn shop() -> MemoryLedger {
        let mut ledger = MemoryLedger::default();
        ledger.environment_named("prod");
        ledger.environment_named("test");
        ledger.publish("Web", "1", "main", &["Orders=a"]);
        ledger.publish("Web", "1", "feat", &[]);
        ledger.publish("Web", "2", "main", &["Orders=b"]);
        ledger.deploy("Web", "1", "prod", "");
        ledger.deploy("Web", "2", "test", "");
        ledger.release("Web", "1", "test");
        ledger
    }

    #[test]
    fn a_version_is_told_with_its_own_places_only() {
        let found = VersionDetails::read(&shop(), &n("Web"), &n("1"));
        let found = found.unwrap().unwrap();
        assert_eq!(found.heads, [n("feat")]);
        let deployed = found.deployed.iter().map(|(at, _)| at.name.as_str());
        assert_eq!(deployed.collect::<Vec<_>>(), ["prod"]);
        let released = found.released.iter().map(|(at, _)| at.name.as_str());
        assert_eq!(released.collect::<Vec<_>>(), ["test"]);
        assert_eq!(found.environments.len(), 2);
        let absent = VersionDetails::read(&shop(), &n("Web"), &n("3"));
        assert_eq!(absent.unwrap(), None);
    }

    #[test]
    fn a_provider_that_only_its_consumers_know_is_told_without_a_version() {
        let found = PacticipantDetails::read(&shop(), &n("Web"))
            .unwrap()
            .unwrap();
        assert_eq!(found.latest.unwrap().number, n("2"));
        assert_eq!(found.deployed.len(), 2);
        let mentioned = PacticipantDetails::read(&shop(), &n("Orders"));
        assert_eq!(mentioned.unwrap().unwrap().latest, None);
        let nobody = PacticipantDetails::read(&shop(), &n("Nobody"));
        assert_eq!(nobody.unwrap(), None);
    }
}
