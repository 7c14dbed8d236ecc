//! Decides what may be recorded of environments: deployments, releases, and the environments
//! themselves (spec: semantics §8; texts as the `pact-broker` command line prints them).

use std::sync::Arc;

use super::environment::{
    Contact, DeployedVersion, Environment, InvalidUuid, ReleasedVersion, Uuid,
};
use super::fact::{DeploymentFact, EnvironmentFact, Fact, ReleaseFact};
use super::ledger::{Ledger, Read, Unreadable};
use super::name::{ApplicationInstance, EnvironmentName, PacticipantName, VersionNumber};
use super::time::Timestamp;

/// Something cannot be recorded of an environment.
#[derive(Debug, thiserror::Error)]
pub enum EnvironmentRefusal {
    /// There is no environment of that name.
    #[error("No environment found with name '{name}'. {}", available(known))]
    NoSuchEnvironment {
        /// The name asked for.
        name: EnvironmentName,
        /// The environments that there are.
        known: Vec<EnvironmentName>,
    },
    /// There is no environment with that id.
    #[error("No environment found with UUID {uuid}. {}", available(known))]
    NoSuchUuid {
        /// The id asked for, which need not have the form of one.
        uuid: String,
        /// The environments that there are.
        known: Vec<EnvironmentName>,
    },
    /// The name is taken.
    #[error("name '{name}' is already used by an existing environment.")]
    NameTaken {
        /// The name.
        name: EnvironmentName,
    },
    /// There is no such pacticipant.
    #[error("No pacticipant with name '{name}' found.")]
    NoSuchPacticipant {
        /// The name asked for.
        name: PacticipantName,
    },
    /// There is no such version: publish its pacts or its verification first.
    #[error("{pacticipant} version {version} not found")]
    NoSuchVersion {
        /// The application.
        pacticipant: PacticipantName,
        /// The version asked for.
        version: VersionNumber,
    },
    /// Nothing of the application is deployed there.
    #[error(
        "{pacticipant} is not currently deployed to {environment} environment. Cannot record \
         undeployment."
    )]
    NotDeployed {
        /// The application.
        pacticipant: PacticipantName,
        /// The environment.
        environment: EnvironmentName,
    },
    /// It is deployed in other instances than the one named, or in several and none was named.
    #[error("{}", wrong_instance(pacticipant, environment, asked.as_ref(), instances))]
    WhichInstance {
        /// The application.
        pacticipant: PacticipantName,
        /// The environment.
        environment: EnvironmentName,
        /// The instance asked for.
        asked: Option<ApplicationInstance>,
        /// The instances that there are; `None` is the one without a name.
        instances: Vec<Option<ApplicationInstance>>,
    },
    /// The version is not released there.
    #[error(
        "{pacticipant} version {version} is not currently released in {environment} environment. \
         Cannot record support ended."
    )]
    NotReleased {
        /// The application.
        pacticipant: PacticipantName,
        /// The version.
        version: VersionNumber,
        /// The environment.
        environment: EnvironmentName,
    },
    /// The store could not be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

fn available(known: &[EnvironmentName]) -> String {
    if known.is_empty() {
        return "There are none yet: create one with create-environment --name NAME".to_owned();
    }
    let names: Vec<&str> = known.iter().map(EnvironmentName::as_str).collect();
    format!("Available options: {}", names.join(", "))
}

fn wrong_instance(
    pacticipant: &PacticipantName,
    environment: &EnvironmentName,
    asked: Option<&ApplicationInstance>,
    instances: &[Option<ApplicationInstance>],
) -> String {
    let named: Vec<&str> = instances
        .iter()
        .flatten()
        .map(ApplicationInstance::as_str)
        .collect();
    let omit = if instances.contains(&None) {
        "omit the application instance or "
    } else {
        ""
    };
    let specify = format!(
        "Please {omit}specify one of the following application instances to record the \
         undeployment from: {}",
        named.join(", ")
    );
    match asked {
        None => specify,
        Some(asked) if named.is_empty() => format!(
            "{pacticipant} is not currently deployed to application instance '{asked}' in \
             {environment} environment. Please omit the application instance."
        ),
        Some(asked) => format!(
            "{pacticipant} is not currently deployed to application instance '{asked}' in \
             {environment} environment. {specify}."
        ),
    }
}

/// Changes to an environment; what is absent stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentUpdate {
    /// Which environment.
    pub uuid: Uuid,
    /// Its new name.
    pub name: Option<EnvironmentName>,
    /// Its new display name.
    pub display_name: Option<String>,
    /// Whether it is a production environment.
    pub production: Option<bool>,
    /// Whom to ask about it.
    pub contacts: Option<Vec<Contact>>,
    /// When this is said.
    pub at: Timestamp,
}

/// Which deployment has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undeployment {
    /// The application.
    pub pacticipant: PacticipantName,
    /// The environment.
    pub environment: EnvironmentName,
    /// The instance; none names the only one there is.
    pub instance: Option<ApplicationInstance>,
    /// When this is said.
    pub at: Timestamp,
}

/// Which release is not supported any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupportEnd {
    /// The application.
    pub pacticipant: PacticipantName,
    /// The version.
    pub version: VersionNumber,
    /// The environment.
    pub environment: EnvironmentName,
    /// When this is said.
    pub at: Timestamp,
}

type Decision = Result<Vec<Fact>, EnvironmentRefusal>;

/// Decides on a new environment.
///
/// # Errors
///
/// Refuses a name that is taken, unless everything else is the same too.
pub fn create_environment(ledger: &dyn Ledger, fact: &EnvironmentFact) -> Decision {
    if let Some(known) = ledger.environment(&fact.name)? {
        let same = known.display_name == fact.display_name
            && known.production == fact.production
            && known.contacts == fact.contacts;
        if !same {
            return Err(EnvironmentRefusal::NameTaken {
                name: fact.name.clone(),
            });
        }
    }
    Ok(vec![Fact::Environment(fact.clone())])
}

/// Decides on a change to an environment; a new name takes everything recorded there along.
///
/// # Errors
///
/// Refuses an unknown environment, and a new name that is taken.
pub fn update_environment(ledger: &dyn Ledger, update: &EnvironmentUpdate) -> Decision {
    let known = environment_by_uuid(ledger, &update.uuid)?;
    let name = update.name.clone().unwrap_or_else(|| known.name.clone());
    let renamed = name != known.name;
    if renamed && ledger.environment(&name)?.is_some() {
        return Err(EnvironmentRefusal::NameTaken { name });
    }
    let mut facts = vec![Fact::Environment(EnvironmentFact {
        name: name.clone(),
        uuid: Some(known.uuid.clone()),
        display_name: update.display_name.clone().or(known.display_name),
        production: update.production.unwrap_or(known.production),
        contacts: update.contacts.clone().unwrap_or(known.contacts),
        at: update.at,
    })];
    if renamed {
        for pacticipant in ledger.pacticipants_in(&known.name)? {
            for deployed in ledger.deployed(&known.name, &pacticipant)? {
                facts.push(Fact::Deployed(moved_deployment(&name, deployed)));
            }
            for released in ledger.released(&known.name, &pacticipant)? {
                facts.push(Fact::Released(moved_release(&name, released)));
            }
        }
        facts.push(Fact::EnvironmentDeleted(known.name));
    }
    Ok(facts)
}

fn moved_deployment(environment: &EnvironmentName, deployed: DeployedVersion) -> DeploymentFact {
    DeploymentFact {
        environment: environment.clone(),
        pacticipant: deployed.pacticipant,
        version: deployed.version,
        instance: deployed.instance,
        build_url: deployed.build_url,
        at: deployed.created_at,
    }
}

fn moved_release(environment: &EnvironmentName, released: ReleasedVersion) -> ReleaseFact {
    ReleaseFact {
        environment: environment.clone(),
        pacticipant: released.pacticipant,
        version: released.version,
        build_url: released.build_url,
        at: released.created_at,
    }
}

/// Decides on the end of an environment; what was recorded there goes with it.
///
/// # Errors
///
/// Refuses an unknown environment.
pub fn delete_environment(ledger: &dyn Ledger, uuid: &Uuid) -> Decision {
    let known = environment_by_uuid(ledger, uuid)?;
    Ok(vec![Fact::EnvironmentDeleted(known.name)])
}

/// Decides on a deployment: it replaces what the same instance ran before.
///
/// # Errors
///
/// Refuses an unknown environment, and a version that nobody mentioned before.
pub fn record_deployment(ledger: &dyn Ledger, fact: &DeploymentFact) -> Decision {
    known_version(ledger, &fact.pacticipant, &fact.version)?;
    known_environment(ledger, &fact.environment)?;
    Ok(vec![Fact::Deployed(fact.clone())])
}

/// Decides on an undeployment.
///
/// # Errors
///
/// Refuses an unknown environment or pacticipant, where nothing is deployed, and where it is not
/// clear which instance is meant.
pub fn record_undeployment(ledger: &dyn Ledger, asked: &Undeployment) -> Decision {
    let Undeployment {
        pacticipant,
        environment,
        instance,
        at,
    } = asked;
    known_environment(ledger, environment)?;
    let deployed = ledger.deployed(environment, pacticipant)?;
    if deployed.is_empty() {
        known_pacticipant(ledger, pacticipant)?;
        return Err(EnvironmentRefusal::NotDeployed {
            pacticipant: pacticipant.clone(),
            environment: environment.clone(),
        });
    }
    match deployed
        .iter()
        .find(|deployed| deployed.instance == *instance)
    {
        Some(found) => Ok(vec![Fact::Undeployed {
            environment: environment.clone(),
            deployed: found.clone(),
            at: *at,
        }]),
        None => Err(EnvironmentRefusal::WhichInstance {
            pacticipant: pacticipant.clone(),
            environment: environment.clone(),
            asked: instance.clone(),
            instances: deployed
                .into_iter()
                .map(|deployed| deployed.instance)
                .collect(),
        }),
    }
}

/// Decides on a release: it stands beside others.
///
/// # Errors
///
/// Refuses an unknown environment, and a version that nobody mentioned before.
pub fn record_release(ledger: &dyn Ledger, fact: &ReleaseFact) -> Decision {
    known_version(ledger, &fact.pacticipant, &fact.version)?;
    known_environment(ledger, &fact.environment)?;
    Ok(vec![Fact::Released(fact.clone())])
}

/// Decides on the end of support for a released version.
///
/// # Errors
///
/// Refuses an unknown environment or pacticipant, and a version that is not released there.
pub fn record_support_ended(ledger: &dyn Ledger, asked: &SupportEnd) -> Decision {
    let SupportEnd {
        pacticipant,
        version,
        environment,
        at,
    } = asked;
    known_environment(ledger, environment)?;
    let mut released = ledger.released(environment, pacticipant)?.into_iter();
    let Some(released) = released.find(|released| released.version == *version) else {
        known_pacticipant(ledger, pacticipant)?;
        return Err(EnvironmentRefusal::NotReleased {
            pacticipant: pacticipant.clone(),
            version: version.clone(),
            environment: environment.clone(),
        });
    };
    Ok(vec![Fact::SupportEnded {
        environment: environment.clone(),
        released,
        at: *at,
    }])
}

/// How somebody names an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnvironmentReference {
    /// By what may be its id.
    Uuid(String),
    /// By its name.
    Name(EnvironmentName),
}

/// Returns the environment that somebody names.
///
/// # Errors
///
/// Refuses an id or a name that no environment has.
pub fn find_environment(
    ledger: &dyn Ledger,
    reference: &EnvironmentReference,
) -> Result<Environment, EnvironmentRefusal> {
    match reference {
        EnvironmentReference::Name(name) => {
            known_environment(ledger, name).map(Arc::unwrap_or_clone)
        }
        EnvironmentReference::Uuid(text) => match text.parse() {
            Ok(uuid) => environment_by_uuid(ledger, &uuid),
            Err(InvalidUuid(uuid)) => Err(no_such_uuid(ledger, uuid)?),
        },
    }
}

/// Returns the environment with an id.
///
/// # Errors
///
/// Refuses an id that no environment has.
pub fn environment_by_uuid(
    ledger: &dyn Ledger,
    uuid: &Uuid,
) -> Result<Environment, EnvironmentRefusal> {
    let environments = ledger.environments()?;
    let found = environments
        .iter()
        .find(|environment| environment.uuid == *uuid);
    match found {
        Some(environment) => Ok(Environment::clone(environment)),
        None => Err(no_such_uuid(ledger, uuid.to_string())?),
    }
}

fn no_such_uuid(ledger: &dyn Ledger, uuid: String) -> Read<EnvironmentRefusal> {
    let known = names(ledger)?;
    Ok(EnvironmentRefusal::NoSuchUuid { uuid, known })
}

/// Returns an environment by its name.
///
/// # Errors
///
/// Fails if there is none, with the names of those that there are.
pub fn known_environment(
    ledger: &dyn Ledger,
    name: &EnvironmentName,
) -> Result<Arc<Environment>, EnvironmentRefusal> {
    match ledger.environment(name)? {
        Some(known) => Ok(known),
        None => Err(EnvironmentRefusal::NoSuchEnvironment {
            name: name.clone(),
            known: names(ledger)?,
        }),
    }
}

fn known_pacticipant(
    ledger: &dyn Ledger,
    name: &PacticipantName,
) -> Result<(), EnvironmentRefusal> {
    match ledger.pacticipant(name)? {
        Some(_) => Ok(()),
        None => Err(EnvironmentRefusal::NoSuchPacticipant { name: name.clone() }),
    }
}

fn known_version(
    ledger: &dyn Ledger,
    pacticipant: &PacticipantName,
    version: &VersionNumber,
) -> Result<(), EnvironmentRefusal> {
    match ledger.version(pacticipant, version)? {
        Some(_) => Ok(()),
        None => Err(EnvironmentRefusal::NoSuchVersion {
            pacticipant: pacticipant.clone(),
            version: version.clone(),
        }),
    }
}

fn names(ledger: &dyn Ledger) -> Read<Vec<EnvironmentName>> {
    let environments = ledger.environments()?;
    Ok(environments
        .iter()
        .map(|environment| environment.name.clone())
        .collect())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{MemoryLedger, n};
    use super::*;

    fn world() -> MemoryLedger {
        let mut ledger = MemoryLedger::default();
        ledger.environment_named("prod");
        ledger.publish("Web", "1", "main", &["Orders=a"]);
        ledger.publish("Web", "2", "main", &["Orders=a"]);
        ledger
    }

    fn deployment(version: &str, environment: &str) -> DeploymentFact {
        DeploymentFact {
            environment: n(environment),
            pacticipant: n("Web"),
            version: n(version),
            instance: None,
            build_url: None,
            at: Timestamp::clamped(0),
        }
    }

    fn versions_in(ledger: &MemoryLedger, environment: &str) -> Vec<String> {
        let deployed = ledger.deployed(&n(environment), &n("Web")).unwrap();
        deployed
            .iter()
            .map(|deployed| deployed.version.to_string())
            .collect()
    }

    #[test]
    fn a_deployment_needs_an_environment_and_a_version() {
        let ledger = world();
        let refusal = record_deployment(&ledger, &deployment("1", "nope")).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "No environment found with name 'nope'. Available options: prod"
        );
        let refusal = record_deployment(&ledger, &deployment("9", "prod")).unwrap_err();
        assert_eq!(refusal.to_string(), "Web version 9 not found");
        let refusal = record_deployment(&ledger, &deployment("9", "nope")).unwrap_err();
        assert_eq!(refusal.to_string(), "Web version 9 not found");
        assert_eq!(
            record_deployment(&ledger, &deployment("1", "prod"))
                .unwrap()
                .len(),
            1
        );
    }

    #[test]
    fn a_deployment_replaces_the_one_of_its_instance_only() {
        let mut ledger = world();
        ledger.deploy("Web", "1", "prod", "");
        ledger.deploy("Web", "1", "prod", "blue");
        ledger.deploy("Web", "2", "prod", "");
        assert_eq!(versions_in(&ledger, "prod"), ["1", "2"]);
        assert_eq!(ledger.tell(&Fact::Deployed(deployment("2", "prod"))), 0);
    }

    #[test]
    fn an_undeployment_must_say_which_instance() {
        let mut ledger = world();
        let mut asked = Undeployment {
            pacticipant: n("Web"),
            environment: n("prod"),
            instance: None,
            at: Timestamp::clamped(0),
        };
        let refusal = record_undeployment(&ledger, &asked).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "Web is not currently deployed to prod environment. Cannot record undeployment."
        );
        ledger.deploy("Web", "1", "prod", "blue");
        let refusal = record_undeployment(&ledger, &asked).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "Please specify one of the following application instances to record the \
             undeployment from: blue"
        );
        asked.instance = Some(n("red"));
        let not_there = "Web is not currently deployed to application instance 'red' in prod \
                         environment. Please";
        let refusal = record_undeployment(&ledger, &asked).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            format!(
                "{not_there} specify one of the following application instances to record the \
                 undeployment from: blue."
            )
        );
        ledger.deploy("Web", "1", "prod", "");
        let refusal = record_undeployment(&ledger, &asked).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            format!(
                "{not_there} omit the application instance or specify one of the following \
                 application instances to record the undeployment from: blue."
            )
        );
        asked.instance = Some(n("blue"));
        let facts = record_undeployment(&ledger, &asked).unwrap();
        assert_eq!(ledger.tell(&facts[0]), 3);
        assert_eq!(versions_in(&ledger, "prod"), ["1"]);
        asked.instance = None;
        for fact in record_undeployment(&ledger, &asked).unwrap() {
            ledger.tell(&fact);
        }
        assert!(versions_in(&ledger, "prod").is_empty());
        asked.pacticipant = n("Nobody");
        let refusal = record_undeployment(&ledger, &asked).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "No pacticipant with name 'Nobody' found."
        );
    }

    #[test]
    fn an_environment_is_found_by_its_name_and_by_its_id() {
        let ledger = world();
        let by_name = |name| find_environment(&ledger, &EnvironmentReference::Name(n(name)));
        let by_uuid = |uuid: &str| {
            let reference = EnvironmentReference::Uuid(uuid.to_owned());
            find_environment(&ledger, &reference)
        };
        let found = by_name("prod").unwrap();
        let shouted = found.uuid.as_str().to_uppercase();
        assert_eq!(by_uuid(&shouted).unwrap(), found);
        assert!(by_name("nope").is_err());
        for uuid in ["zzz", "16926ef3-590f-4e3f-838e-719717aa88c9"] {
            assert_eq!(
                by_uuid(uuid).unwrap_err().to_string(),
                format!("No environment found with UUID {uuid}. Available options: prod")
            );
        }
    }

    #[test]
    fn support_ends_for_what_is_released() {
        let mut ledger = world();
        let asked = SupportEnd {
            pacticipant: n("Web"),
            version: n("1"),
            environment: n("prod"),
            at: Timestamp::clamped(0),
        };
        let refusal = record_support_ended(&ledger, &asked).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "Web version 1 is not currently released in prod environment. Cannot record support \
             ended."
        );
        let of_nobody = SupportEnd {
            pacticipant: n("Nobody"),
            ..asked.clone()
        };
        let refusal = record_support_ended(&ledger, &of_nobody).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "No pacticipant with name 'Nobody' found."
        );
        ledger.release("Web", "1", "prod");
        let first = ledger.released(&n("prod"), &n("Web")).unwrap()[0]
            .uuid
            .clone();
        for fact in record_support_ended(&ledger, &asked).unwrap() {
            ledger.tell(&fact);
        }
        assert!(ledger.released(&n("prod"), &n("Web")).unwrap().is_empty());
        ledger.release("Web", "1", "prod");
        assert_eq!(
            ledger.released(&n("prod"), &n("Web")).unwrap()[0].uuid,
            first
        );
    }

    #[test]
    fn an_environment_is_created_once_and_keeps_what_an_update_leaves_out() {
        let mut ledger = world();
        let at = Timestamp::clamped(0);
        let fact = |production| EnvironmentFact {
            name: n("prod"),
            uuid: None,
            display_name: None,
            production,
            contacts: Vec::new(),
            at,
        };
        assert!(create_environment(&ledger, &fact(false)).is_ok());
        assert!(create_environment(&ledger, &fact(true)).is_err());
        let created = ledger.environment(&n("prod")).unwrap().unwrap();
        let (uuid, created_at) = (created.uuid.clone(), created.created_at);
        assert_eq!(created.updated_at, None);
        let update = |name: Option<&str>, production| EnvironmentUpdate {
            uuid: uuid.clone(),
            name: name.map(n),
            display_name: None,
            production,
            contacts: None,
            at,
        };
        for fact in update_environment(&ledger, &update(None, Some(true))).unwrap() {
            ledger.tell(&fact);
        }
        ledger.deploy("Web", "1", "prod", "blue");
        for fact in update_environment(&ledger, &update(Some("live"), None)).unwrap() {
            ledger.tell(&fact);
        }
        let renamed = ledger.environment(&n("live")).unwrap().unwrap();
        assert!(renamed.production && renamed.uuid == uuid);
        assert_eq!(renamed.created_at, created_at);
        assert_eq!(renamed.updated_at, Some(at));
        assert_eq!(versions_in(&ledger, "live"), ["1"]);
        assert!(ledger.environment(&n("prod")).unwrap().is_none());
    }

    #[test]
    fn an_environment_made_again_starts_empty_and_has_another_id() {
        let mut ledger = world();
        ledger.deploy("Web", "1", "prod", "");
        let uuid = ledger
            .environment(&n("prod"))
            .unwrap()
            .unwrap()
            .uuid
            .clone();
        for fact in delete_environment(&ledger, &uuid).unwrap() {
            ledger.tell(&fact);
        }
        ledger.environment_named("prod");
        assert!(versions_in(&ledger, "prod").is_empty());
        assert_ne!(ledger.environment(&n("prod")).unwrap().unwrap().uuid, uuid);
    }
}
