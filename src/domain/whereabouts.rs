//! Deployments and releases by their ids: where they are, or were until they ended.

use super::environment::{
    DeployedVersion, Ended, EndedVersion, Environment, ReleasedVersion, Uuid,
};
use super::ledger::{Ledger, Read};
use super::name::{EnvironmentName, PacticipantName};
use super::time::Timestamp;

/// A deployment or a release, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed<T> {
    /// The environment.
    pub environment: Environment,
    /// What is, or was, there.
    pub version: T,
    /// When it ended, if it did.
    pub ended_at: Option<Timestamp>,
}

/// Returns the deployment with an id; one that has ended as long as its environment remembers it.
///
/// Reads what is deployed in every environment.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn deployment(ledger: &dyn Ledger, uuid: &Uuid) -> Read<Option<Placed<DeployedVersion>>> {
    let current = |environment: &EnvironmentName, name: &PacticipantName| {
        let deployed = ledger.deployed(environment, name)?;
        Ok(deployed.into_iter().find(|it| it.uuid == *uuid))
    };
    let ended = |what| match what {
        EndedVersion::Deployed(it) if it.uuid == *uuid => Some(it),
        _ => None,
    };
    placed(ledger, current, ended)
}

/// Returns the release with an id; one that has ended as long as its environment remembers it.
///
/// Reads what is released to every environment.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn release(ledger: &dyn Ledger, uuid: &Uuid) -> Read<Option<Placed<ReleasedVersion>>> {
    let current = |environment: &EnvironmentName, name: &PacticipantName| {
        let released = ledger.released(environment, name)?;
        Ok(released.into_iter().find(|it| it.uuid == *uuid))
    };
    let ended = |what| match what {
        EndedVersion::Released(it) if it.uuid == *uuid => Some(it),
        _ => None,
    };
    placed(ledger, current, ended)
}

fn placed<T>(
    ledger: &dyn Ledger,
    current: impl Fn(&EnvironmentName, &PacticipantName) -> Read<Option<T>>,
    ended: impl Fn(EndedVersion) -> Option<T>,
) -> Read<Option<Placed<T>>> {
    for environment in ledger.environments()? {
        let place = |version, ended_at| Placed {
            environment: Environment::clone(&environment),
            version,
            ended_at,
        };
        for name in ledger.pacticipants_in(&environment.name)? {
            if let Some(version) = current(&environment.name, &name)? {
                return Ok(Some(place(version, None)));
            }
        }
        for Ended { what, at } in ledger.ended(&environment.name)? {
            if let Some(version) = ended(what) {
                return Ok(Some(place(version, Some(at))));
            }
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::super::fact::Fact;
    use super::super::testing::{MemoryLedger, n};
    use super::*;

    fn town() -> MemoryLedger {
        let mut ledger = MemoryLedger::default();
        ledger.environment_named("prod");
        ledger.publish("Web", "1", "main", &[]);
        ledger.publish("Web", "2", "main", &[]);
        ledger
    }

    #[test]
    fn a_deployment_is_found_after_another_took_its_place() {
        let mut ledger = town();
        ledger.deploy("Web", "1", "prod", "");
        let first = ledger.deployed(&n("prod"), &n("Web")).unwrap().remove(0);
        let found = |ledger: &MemoryLedger| deployment(ledger, &first.uuid).unwrap().unwrap();
        assert_eq!(found(&ledger).ended_at, None);
        let now = ledger.now();
        ledger.deploy("Web", "2", "prod", "");
        assert_eq!(found(&ledger).ended_at, Some(now));
        assert_eq!(found(&ledger).version, first);
        assert_eq!(deployment(&ledger, &Uuid::derived(&["x"])).unwrap(), None);
    }

    #[test]
    fn an_environment_remembers_the_last_that_ended() {
        let mut ledger = town();
        ledger.deploy("Web", "1", "prod", "");
        let first = ledger.deployed(&n("prod"), &n("Web")).unwrap().remove(0);
        for _ in 0..Ended::KEPT / 2 {
            ledger.deploy("Web", "2", "prod", "");
            ledger.deploy("Web", "1", "prod", "");
        }
        assert!(deployment(&ledger, &first.uuid).unwrap().is_some());
        ledger.deploy("Web", "2", "prod", "");
        assert_eq!(deployment(&ledger, &first.uuid).unwrap(), None);
        assert_eq!(ledger.ended(&n("prod")).unwrap().len(), Ended::KEPT);
    }

    #[test]
    fn a_release_that_ended_is_the_same_when_it_is_made_again() {
        let mut ledger = town();
        ledger.release("Web", "1", "prod");
        let first = ledger.released(&n("prod"), &n("Web")).unwrap().remove(0);
        let ended_at = ledger.now();
        ledger.tell(&Fact::SupportEnded {
            environment: n("prod"),
            released: first.clone(),
            at: ended_at,
        });
        let found = release(&ledger, &first.uuid).unwrap().unwrap();
        assert_eq!(found.ended_at, Some(ended_at));
        let again_at = ledger.now();
        ledger.release("Web", "1", "prod");
        let found = release(&ledger, &first.uuid).unwrap().unwrap();
        assert_eq!(found.ended_at, None);
        assert_eq!(found.version.created_at, first.created_at);
        assert_eq!(found.version.updated_at, Some(again_at));
        assert!(ledger.ended(&n("prod")).unwrap().is_empty());
    }
}
