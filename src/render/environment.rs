//! Environments, and what runs in them.

use serde::Serialize;

use super::table::table;
use crate::domain::display_name::display_name;
use crate::domain::environment::Contact;
use crate::domain::environment::DeployedVersion;
use crate::domain::environment::Environment;
use crate::domain::environment::ReleasedVersion;
use crate::domain::environment::Uuid;
use crate::domain::name::ApplicationInstance;
use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::time::Timestamp;

/// An environment as JSON, in the broker's words.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentJson {
    uuid: Uuid,
    name: EnvironmentName,
    display_name: String,
    production: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contacts: Vec<Contact>,
    created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated_at: Option<Timestamp>,
}

impl From<&Environment> for EnvironmentJson {
    fn from(environment: &Environment) -> Self {
        Self {
            uuid: environment.uuid.clone(),
            name: environment.name.clone(),
            display_name: environment.shown_name(),
            production: environment.production,
            contacts: environment.contacts.clone(),
            created_at: environment.created_at,
            updated_at: environment.updated_at,
        }
    }
}

/// Returns the table of `list-environments`.
#[must_use]
pub fn list(environments: &[&Environment]) -> String {
    let row = |environment: &&Environment| {
        vec![
            environment.uuid.to_string(),
            environment.name.to_string(),
            environment.shown_name(),
            environment.production.to_string(),
        ]
    };
    let rows: Vec<_> = environments.iter().map(row).collect();
    table(&["UUID", "NAME", "DISPLAY NAME", "PRODUCTION"], &rows)
}

/// Returns the lines of `describe-environment`.
#[must_use]
pub fn describe(environment: &Environment) -> String {
    let mut lines = vec![
        format!("Uuid: {}", environment.uuid),
        format!("Name: {}", environment.name),
        format!("Display Name: {}", environment.shown_name()),
        format!("Production: {}", environment.production),
        format!("Created At: '{}'", environment.created_at),
    ];
    if !environment.contacts.is_empty() {
        lines.push("Contacts:".to_owned());
    }
    for contact in &environment.contacts {
        let name = contact.name.as_deref().unwrap_or_default();
        lines.push(format!("- Name: {name}"));
        if !contact.details.is_empty() {
            lines.push("  Details:".to_owned());
        }
        for (kind, detail) in &contact.details {
            let detail = detail.as_str().map_or(detail.to_string(), str::to_owned);
            lines.push(format!("    {}: {detail}", display_name(kind)));
        }
    }
    lines.join("\n")
}

/// A deployed version as JSON.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeployedJson {
    uuid: Uuid,
    pacticipant: PacticipantName,
    version: VersionNumber,
    environment: EnvironmentName,
    #[serde(skip_serializing_if = "Option::is_none")]
    application_instance: Option<ApplicationInstance>,
    currently_deployed: bool,
    created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    build_url: Option<String>,
}

impl DeployedJson {
    /// Returns a deployed version as JSON; `current` is false once it was undeployed.
    #[must_use]
    pub fn new(environment: &EnvironmentName, deployed: &DeployedVersion, current: bool) -> Self {
        Self {
            uuid: deployed.uuid.clone(),
            pacticipant: deployed.pacticipant.clone(),
            version: deployed.version.clone(),
            environment: environment.clone(),
            application_instance: deployed.instance.clone(),
            currently_deployed: current,
            created_at: deployed.created_at,
            build_url: deployed.build_url.clone(),
        }
    }
}

/// A released version as JSON.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReleasedJson {
    uuid: Uuid,
    pacticipant: PacticipantName,
    version: VersionNumber,
    environment: EnvironmentName,
    currently_supported: bool,
    created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    build_url: Option<String>,
}

impl ReleasedJson {
    /// Returns a released version as JSON; `current` is false once its support ended.
    #[must_use]
    pub fn new(environment: &EnvironmentName, released: &ReleasedVersion, current: bool) -> Self {
        Self {
            uuid: released.uuid.clone(),
            pacticipant: released.pacticipant.clone(),
            version: released.version.clone(),
            environment: environment.clone(),
            currently_supported: current,
            created_at: released.created_at,
            build_url: released.build_url.clone(),
        }
    }
}
