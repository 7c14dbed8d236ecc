//! An environment, and what runs there.

use std::sync::Arc;

use super::environment::DeployedVersion;
use super::environment::Ended;
use super::environment::Environment;
use super::environment::ReleasedVersion;
use super::environment::Uuid;
use super::ledger::Ledger;
use super::ledger::Read;

/// An environment, and what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentOverview {
    /// The environment.
    pub environment: Arc<Environment>,
    /// What is deployed, by name of application.
    pub deployed: Vec<DeployedVersion>,
    /// What is released and supported, by name of application.
    pub released: Vec<ReleasedVersion>,
    /// What has ended last, the last first.
    pub ended: Vec<Ended>,
}

impl EnvironmentOverview {
    /// Returns an environment and what is in it.
    ///
    /// # Errors
    ///
    /// Fails if a record cannot be read.
    pub fn read(ledger: &dyn Ledger, environment: Arc<Environment>) -> Read<Self> {
        let name = &environment.name;
        let (mut deployed, mut released) = (Vec::new(), Vec::new());
        for application in ledger.pacticipants_in(name)? {
            deployed.extend(ledger.deployed(name, &application)?);
            released.extend(ledger.released(name, &application)?);
        }
        Ok(Self {
            deployed,
            released,
            ended: ledger.ended(name)?,
            environment,
        })
    }

    /// Returns every environment and what is in it, by name.
    ///
    /// # Errors
    ///
    /// Fails if a record cannot be read.
    pub fn all(ledger: &dyn Ledger) -> Read<Vec<Self>> {
        let environments = ledger.environments()?.into_iter();
        environments.map(|it| Self::read(ledger, it)).collect()
    }

    /// Returns the ids of what is deployed and released.
    pub fn uuids(&self) -> impl Iterator<Item = &Uuid> {
        let deployed = self.deployed.iter().map(|it| &it.uuid);
        deployed.chain(self.released.iter().map(|it| &it.uuid))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::MemoryLedger;
    use crate::domain::testing::n;

    #[test]
    fn an_environment_is_looked_at_with_what_runs_there() {
        let mut ledger = MemoryLedger::default();
        ledger.environment_named("prod");
        ledger.environment_named("test");
        ledger.publish("Web", "1", "main", &[]);
        ledger.publish("App", "2", "main", &[]);
        ledger.deploy("Web", "1", "prod", "");
        ledger.release("App", "2", "prod");
        let all = EnvironmentOverview::all(&ledger).unwrap();
        let [prod, test] = &*all else {
            panic!("{all:?}")
        };
        assert_eq!(prod.environment.name, n("prod"));
        assert_eq!((prod.deployed.len(), prod.released.len()), (1, 1));
        assert_eq!(prod.uuids().count(), 2);
        assert_eq!(test.uuids().count(), 0);
    }
}
