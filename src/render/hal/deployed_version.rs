//! Versions that are deployed or released in an environment.

use serde_json::Value;
use serde_json::json;

use super::Address;
use super::environment;
use super::pacticipant;
use super::template;
use super::version;
use crate::domain::environment::DeployedVersion;
use crate::domain::environment::Environment;
use crate::domain::environment::ReleasedVersion;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::time::Timestamp;

/// Returns the document of a deployment, which may have ended.
#[must_use]
pub fn deployed(
    environment: &Environment,
    deployed: &DeployedVersion,
    ended_at: Option<Timestamp>,
    at: &Address,
) -> Value {
    let mut document = deployed_entry(deployed, ended_at, at);
    document["_embedded"]["environment"] = environment::environment(environment, at);
    document
}

/// Returns a deployment as an entry of a list about its environment.
#[must_use]
pub fn deployed_entry(
    deployed: &DeployedVersion,
    ended_at: Option<Timestamp>,
    at: &Address,
) -> Value {
    let mut document = json!({
        "uuid": deployed.uuid,
        "currentlyDeployed": ended_at.is_none(),
        "createdAt": deployed.created_at,
        "_embedded": embedded(&deployed.pacticipant, &deployed.version, at),
        "_links": { "self": { "href": at.uuid(template::DEPLOYED_VERSION, &deployed.uuid) } },
    });
    if let Some(instance) = &deployed.instance {
        document["applicationInstance"] = instance.as_str().into();
        // What the instance was called before, and clients still read.
        document["target"] = instance.as_str().into();
    }
    if let Some(ended_at) = ended_at {
        document["undeployedAt"] = ended_at.to_string().into();
    }
    document
}

/// Returns the document of a release, whose support may have ended.
#[must_use]
pub fn released(
    environment: &Environment,
    released: &ReleasedVersion,
    ended_at: Option<Timestamp>,
    at: &Address,
) -> Value {
    let mut document = released_entry(released, ended_at, at);
    document["_embedded"]["environment"] = environment::environment(environment, at);
    document
}

/// Returns a release as an entry of a list about its environment.
#[must_use]
pub fn released_entry(
    released: &ReleasedVersion,
    ended_at: Option<Timestamp>,
    at: &Address,
) -> Value {
    let mut document = json!({
        "uuid": released.uuid,
        "currentlySupported": ended_at.is_none(),
        "createdAt": released.created_at,
        "_embedded": embedded(&released.pacticipant, &released.version, at),
        "_links": { "self": { "href": at.uuid(template::RELEASED_VERSION, &released.uuid) } },
    });
    let times = [
        ("supportEndedAt", ended_at),
        ("updatedAt", released.updated_at),
    ];
    for (name, time) in times {
        if let Some(time) = time {
            document[name] = time.to_string().into();
        }
    }
    document
}

fn embedded(name: &PacticipantName, number: &VersionNumber, at: &Address) -> Value {
    json!({
        "pacticipant": pacticipant::short(name, at),
        "version": version::short(name, number, at),
    })
}

/// Returns a list of deployments or releases, as found at a URL.
#[must_use]
pub fn list(kind: &str, title: &str, entries: &[Value], itself: &str) -> Value {
    json!({
        "_embedded": { kind: entries },
        "_links": { "self": { "title": title, "href": itself } },
    })
}
