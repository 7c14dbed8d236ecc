//! `<environment>/…`: the environment, what is deployed there, what is released to it.

use serde::Deserialize;
use serde::Serialize;

use super::Record;
use crate::domain::environment::Contact;
use crate::domain::environment::DeployedVersion;
use crate::domain::environment::Ended;
use crate::domain::environment::EndedVersion;
use crate::domain::environment::Environment;
use crate::domain::environment::ReleasedVersion;
use crate::domain::environment::Uuid;
use crate::domain::name::ApplicationInstance;
use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::time::Seq;
use crate::domain::time::Timestamp;

/// `environment.json`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentRecord {
    uuid: Uuid,
    name: EnvironmentName,
    production: bool,
    created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    display_name: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    contacts: Vec<Contact>,
    /// Absent as long as nothing was changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    updated_at: Option<Timestamp>,
}

impl Record for EnvironmentRecord {}

impl From<Environment> for EnvironmentRecord {
    fn from(environment: Environment) -> Self {
        let Environment {
            uuid,
            name,
            display_name,
            production,
            contacts,
            created_at,
            updated_at,
        } = environment;
        Self {
            uuid,
            name,
            production,
            created_at,
            display_name,
            contacts,
            updated_at,
        }
    }
}

impl From<EnvironmentRecord> for Environment {
    fn from(record: EnvironmentRecord) -> Self {
        let EnvironmentRecord {
            uuid,
            name,
            production,
            created_at,
            display_name,
            contacts,
            updated_at,
        } = record;
        Self {
            uuid,
            name,
            display_name,
            production,
            contacts,
            created_at,
            updated_at,
        }
    }
}

/// `latest.json`: the sequence of the last fact about the environment.
#[derive(Debug, Serialize, Deserialize)]
pub struct EnvironmentLatestRecord {
    /// The sequence.
    pub seq: Seq,
}

impl Record for EnvironmentLatestRecord {}

/// `deployed/<pacticipant>/<instance>.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "DeployedForm", into = "DeployedForm")]
pub struct DeployedRecord(DeployedVersion);

impl Record for DeployedRecord {
    /// 1: `uuid` in place of `environment`.
    const SCHEMA: u32 = 2;
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DeployedForm {
    /// The id of the environment, from which that of the deployment follows. All deployments share it, so git
    /// packs it once; the other shares nothing with any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    environment: Option<Uuid>,
    /// The id of the deployment, unless it follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    uuid: Option<Uuid>,
    pacticipant: PacticipantName,
    version: VersionNumber,
    seq: Seq,
    created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    instance: Option<ApplicationInstance>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    build_url: Option<String>,
}

/// Nothing says what a deployment is known by.
#[derive(Debug, thiserror::Error)]
#[error("neither `environment` nor `uuid` is there")]
struct Nameless;

impl From<DeployedVersion> for DeployedRecord {
    fn from(deployed: DeployedVersion) -> Self {
        Self(deployed)
    }
}

impl From<DeployedRecord> for DeployedVersion {
    fn from(record: DeployedRecord) -> Self {
        record.0
    }
}

impl From<DeployedRecord> for DeployedForm {
    fn from(DeployedRecord(deployed): DeployedRecord) -> Self {
        let DeployedVersion {
            uuid,
            environment,
            pacticipant,
            version,
            instance,
            seq,
            created_at,
            build_url,
        } = deployed;
        let environment = environment.filter(|environment| {
            uuid == DeployedVersion::id(environment, &pacticipant, &version, instance.as_ref(), seq)
        });
        Self {
            uuid: environment.is_none().then_some(uuid),
            environment,
            pacticipant,
            version,
            seq,
            created_at,
            instance,
            build_url,
        }
    }
}

impl TryFrom<DeployedForm> for DeployedRecord {
    type Error = Nameless;

    fn try_from(form: DeployedForm) -> Result<Self, Nameless> {
        let DeployedForm {
            environment,
            uuid,
            pacticipant,
            version,
            seq,
            created_at,
            instance,
            build_url,
        } = form;
        let (uuid, environment) = match (uuid, environment) {
            (Some(uuid), _) => (uuid, None),
            (None, Some(environment)) => {
                let instance = instance.as_ref();
                let uuid = DeployedVersion::id(&environment, &pacticipant, &version, instance, seq);
                (uuid, Some(environment))
            }
            (None, None) => return Err(Nameless),
        };
        Ok(Self(DeployedVersion {
            uuid,
            environment,
            pacticipant,
            version,
            instance,
            seq,
            created_at,
            build_url,
        }))
    }
}

/// `released/<pacticipant>/<version>.json`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReleasedRecord {
    uuid: Uuid,
    pacticipant: PacticipantName,
    version: VersionNumber,
    seq: Seq,
    created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    build_url: Option<String>,
    /// Absent unless it was released again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    updated_at: Option<Timestamp>,
}

impl Record for ReleasedRecord {}

impl From<ReleasedVersion> for ReleasedRecord {
    fn from(released: ReleasedVersion) -> Self {
        let ReleasedVersion {
            uuid,
            pacticipant,
            version,
            seq,
            created_at,
            build_url,
            updated_at,
        } = released;
        Self {
            uuid,
            pacticipant,
            version,
            seq,
            created_at,
            build_url,
            updated_at,
        }
    }
}

impl From<ReleasedRecord> for ReleasedVersion {
    fn from(record: ReleasedRecord) -> Self {
        let ReleasedRecord {
            uuid,
            pacticipant,
            version,
            seq,
            created_at,
            build_url,
            updated_at,
        } = record;
        Self {
            uuid,
            pacticipant,
            version,
            seq,
            created_at,
            build_url,
            updated_at,
        }
    }
}

/// `ended.json`: what has ended last in an environment, the last first.
#[derive(Debug, Serialize, Deserialize)]
pub struct EndedRecord {
    ended: Vec<EndedForm>,
}

impl Record for EndedRecord {
    /// 1: of what was deployed, that of [`DeployedRecord`].
    const SCHEMA: u32 = 2;
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
enum EndedForm {
    Deployed {
        what: DeployedRecord,
        ended_at: Timestamp,
    },
    Released {
        what: ReleasedRecord,
        ended_at: Timestamp,
    },
}

impl From<Vec<Ended>> for EndedRecord {
    fn from(ended: Vec<Ended>) -> Self {
        let form = |Ended { what, at: ended_at }| match what {
            EndedVersion::Deployed(what) => {
                let what = what.into();
                EndedForm::Deployed { what, ended_at }
            }
            EndedVersion::Released(what) => {
                let what = what.into();
                EndedForm::Released { what, ended_at }
            }
        };
        let ended = ended.into_iter().map(form).collect();
        Self { ended }
    }
}

impl From<EndedRecord> for Vec<Ended> {
    fn from(record: EndedRecord) -> Self {
        let ended = |form| match form {
            EndedForm::Deployed { what, ended_at } => Ended {
                what: EndedVersion::Deployed(what.into()),
                at: ended_at,
            },
            EndedForm::Released { what, ended_at } => Ended {
                what: EndedVersion::Released(what.into()),
                at: ended_at,
            },
        };
        record.ended.into_iter().map(ended).collect()
    }
}
