//! What of an application is in an environment, or in any.

use std::sync::Arc;

use super::deployment::known_environment;
use super::details::Deployed;
use super::details::Released;
use super::details::deployed;
use super::details::released;
use super::find_version::NotFound;
use super::ledger::Ledger;
use super::ledger::Read;
use super::name::EnvironmentName;
use super::name::PacticipantName;
use super::version::Version;
use super::versions::numbered;

/// Which presence is asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WantedPresence {
    /// Only in this environment.
    pub environment: Option<EnvironmentName>,
    /// What is deployed; if neither this nor the next is wanted, both are.
    pub deployed: bool,
    /// What is released and supported.
    pub released: bool,
}

/// What of an application is where.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Presence {
    /// What is deployed, by environment.
    pub deployed: Deployed,
    /// What is released and supported, by environment.
    pub released: Released,
}

impl Presence {
    /// Returns what of an application is where.
    ///
    /// # Errors
    ///
    /// Fails if there is no such environment, or if a record cannot be read.
    pub fn read(
        ledger: &dyn Ledger,
        name: &PacticipantName,
        wanted: &WantedPresence,
    ) -> Result<Self, NotFound> {
        let environments = match &wanted.environment {
            Some(environment) => vec![known_environment(ledger, environment)?],
            None => ledger.environments()?,
        };
        let mut presence = Self::default();
        if wanted.deployed || !wanted.released {
            presence.deployed = deployed(ledger, name, &environments)?;
        }
        if wanted.released || !wanted.deployed {
            presence.released = released(ledger, name, &environments)?;
        }
        Ok(presence)
    }

    /// Returns the versions that are somewhere, each once, newest first.
    ///
    /// # Errors
    ///
    /// Fails if a record cannot be read.
    pub fn versions(&self, ledger: &dyn Ledger, name: &PacticipantName) -> Read<Vec<Arc<Version>>> {
        let deployed = self.deployed.iter().map(|(_, it)| &it.version);
        let released = self.released.iter().map(|(_, it)| &it.version);
        numbered(ledger, name, deployed.chain(released))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::MemoryLedger;
    use crate::domain::testing::n;

    #[test]
    fn what_is_where_is_told_by_environment_and_by_how_it_came_there() {
        let mut ledger = MemoryLedger::default();
        ledger.environment_named("prod");
        ledger.environment_named("test");
        for number in ["9", "10", "11"] {
            ledger.publish("Web", number, "main", &[]);
        }
        ledger.deploy("Web", "9", "prod", "one");
        ledger.deploy("Web", "10", "prod", "two");
        ledger.release("Web", "10", "prod");
        ledger.release("Web", "11", "test");
        let numbers = |environment: Option<&str>, deployed, released| {
            let wanted = WantedPresence {
                environment: environment.map(n),
                deployed,
                released,
            };
            let presence = Presence::read(&ledger, &n("Web"), &wanted).unwrap();
            let versions = presence.versions(&ledger, &n("Web")).unwrap();
            let numbers = versions.iter().map(|version| version.number.to_string());
            numbers.collect::<Vec<_>>()
        };
        assert_eq!(numbers(Some("prod"), false, false), ["10", "9"]);
        assert_eq!(numbers(Some("prod"), false, true), ["10"]);
        assert_eq!(numbers(Some("test"), true, false), [""; 0]);
        assert_eq!(numbers(None, false, true), ["11", "10"]);
        assert_eq!(numbers(None, true, true), ["11", "10", "9"]);
        let nowhere = WantedPresence {
            environment: Some(n("nowhere")),
            ..WantedPresence::default()
        };
        let refused = Presence::read(&ledger, &n("Web"), &nowhere).unwrap_err();
        assert!(matches!(refused, NotFound::Environment(_)), "{refused}");
    }
}
