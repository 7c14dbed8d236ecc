//! Intents as files: what was said offline, waiting to be pushed.
//!
//! They lie under a private ref and are read again by the same machine, by this version of the
//! program or a later one, so they carry a schema like every record. Contracts keep their bytes.

mod deletion;
mod pacticipant;
mod policy;
mod publication;
mod verification;
mod version;
mod webhook;

use serde::Deserialize;
use serde::Serialize;

use self::deletion::DeletionForm;
use self::pacticipant::PacticipantForm;
use self::policy::PolicyForm;
use self::publication::PublicationForm;
use self::verification::VerificationForm;
use self::version::VersionForm;
use self::webhook::WebhookForm;
use super::Record;
use super::signers::SignerRecord;
use crate::domain::clean::CleanRequest;
use crate::domain::clean::Keep;
use crate::domain::deletion::Deletion;
use crate::domain::deployment::EnvironmentUpdate;
use crate::domain::deployment::SupportEnd;
use crate::domain::deployment::Undeployment;
use crate::domain::environment::Contact;
use crate::domain::environment::Uuid;
use crate::domain::fact::DeploymentFact;
use crate::domain::fact::EnvironmentFact;
use crate::domain::fact::ReleaseFact;
use crate::domain::fact::VersionMention;
use crate::domain::intent::Intent;
use crate::domain::label::Labelling;
use crate::domain::name::ApplicationInstance;
use crate::domain::name::EnvironmentName;
use crate::domain::name::LabelName;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::pact::PactError;
use crate::domain::rules::Rules;
use crate::domain::time::Timestamp;
use crate::domain::webhook::WebhookUuid;

/// An intent as a file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IntentRecord(Form);

/// One form for each intent; the field `intent` says which.
#[derive(Debug, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    rename_all_fields = "camelCase",
    tag = "intent"
)]
enum Form {
    Publish(PublicationForm),
    RecordVerification(VerificationForm),
    DescribePacticipant(PacticipantForm),
    CreatePacticipant(PacticipantForm),
    AddLabel {
        pacticipant: PacticipantName,
        label: LabelName,
        at: Timestamp,
    },
    RemoveLabel {
        pacticipant: PacticipantName,
        label: LabelName,
        at: Timestamp,
    },
    DescribeVersion(VersionForm),
    OverwriteVersion(VersionForm),
    MentionVersion {
        pacticipant: PacticipantName,
        version: VersionNumber,
        at: Timestamp,
    },
    CreateEnvironment {
        name: EnvironmentName,
        display_name: Option<String>,
        production: bool,
        contacts: Vec<Contact>,
        at: Timestamp,
    },
    UpdateEnvironment {
        uuid: Uuid,
        name: Option<EnvironmentName>,
        display_name: Option<String>,
        production: Option<bool>,
        contacts: Option<Vec<Contact>>,
        at: Timestamp,
    },
    DeleteEnvironment {
        uuid: Uuid,
    },
    RecordDeployment {
        environment: EnvironmentName,
        pacticipant: PacticipantName,
        version: VersionNumber,
        instance: Option<ApplicationInstance>,
        build_url: Option<String>,
        at: Timestamp,
    },
    RecordUndeployment {
        environment: EnvironmentName,
        pacticipant: PacticipantName,
        instance: Option<ApplicationInstance>,
        at: Timestamp,
    },
    RecordRelease {
        environment: EnvironmentName,
        pacticipant: PacticipantName,
        version: VersionNumber,
        build_url: Option<String>,
        at: Timestamp,
    },
    RecordSupportEnded {
        environment: EnvironmentName,
        pacticipant: PacticipantName,
        version: VersionNumber,
        at: Timestamp,
    },
    DeleteVersion {
        pacticipant: PacticipantName,
        version: VersionNumber,
    },
    Delete(DeletionForm),
    Clean {
        keep: Vec<Keep>,
        pacticipants: Vec<PacticipantName>,
        limit: Option<usize>,
        at: Timestamp,
    },
    SaveWebhook(WebhookForm),
    DeleteWebhook {
        uuid: WebhookUuid,
    },
    AllowSigner {
        pacticipant: PacticipantName,
        signer: SignerRecord,
    },
    RemoveSigner {
        pacticipant: PacticipantName,
        signer: String,
    },
    SetRules {
        rules: Rules,
    },
    ChangePolicy(PolicyForm),
}

impl Record for IntentRecord {}

impl From<Intent> for IntentRecord {
    fn from(intent: Intent) -> Self {
        Self(Form::from(intent))
    }
}

impl TryFrom<IntentRecord> for Intent {
    type Error = PactError;

    fn try_from(record: IntentRecord) -> Result<Self, PactError> {
        Self::try_from(record.0)
    }
}

impl From<Intent> for Form {
    #[expect(clippy::too_many_lines, reason = "one arm for each intent")]
    fn from(intent: Intent) -> Self {
        match intent {
            Intent::Publish(request) => Self::Publish(request.into()),
            Intent::RecordVerification(report) => Self::RecordVerification(report.into()),
            Intent::DescribePacticipant(update) => Self::DescribePacticipant(update.into()),
            Intent::CreatePacticipant(update) => Self::CreatePacticipant(update.into()),
            Intent::AddLabel(Labelling {
                pacticipant,
                label,
                at,
            }) => Self::AddLabel {
                pacticipant,
                label,
                at,
            },
            Intent::RemoveLabel(Labelling {
                pacticipant,
                label,
                at,
            }) => Self::RemoveLabel {
                pacticipant,
                label,
                at,
            },
            Intent::DescribeVersion(fact) => Self::DescribeVersion(fact.into()),
            Intent::OverwriteVersion(fact) => Self::OverwriteVersion(fact.into()),
            Intent::MentionVersion(VersionMention {
                pacticipant,
                number: version,
                at,
            }) => Self::MentionVersion {
                pacticipant,
                version,
                at,
            },
            Intent::CreateEnvironment(EnvironmentFact {
                name,
                display_name,
                production,
                contacts,
                at,
                uuid: _,
            }) => Self::CreateEnvironment {
                name,
                display_name,
                production,
                contacts,
                at,
            },
            Intent::UpdateEnvironment(EnvironmentUpdate {
                uuid,
                name,
                display_name,
                production,
                contacts,
                at,
            }) => Self::UpdateEnvironment {
                uuid,
                name,
                display_name,
                production,
                contacts,
                at,
            },
            Intent::DeleteEnvironment(uuid) => Self::DeleteEnvironment { uuid },
            Intent::RecordDeployment(DeploymentFact {
                environment,
                pacticipant,
                version,
                instance,
                build_url,
                at,
            }) => Self::RecordDeployment {
                environment,
                pacticipant,
                version,
                instance,
                build_url,
                at,
            },
            Intent::RecordUndeployment(Undeployment {
                pacticipant,
                environment,
                instance,
                at,
            }) => Self::RecordUndeployment {
                environment,
                pacticipant,
                instance,
                at,
            },
            Intent::RecordRelease(ReleaseFact {
                environment,
                pacticipant,
                version,
                build_url,
                at,
            }) => Self::RecordRelease {
                environment,
                pacticipant,
                version,
                build_url,
                at,
            },
            Intent::RecordSupportEnded(SupportEnd {
                pacticipant,
                version,
                environment,
                at,
            }) => Self::RecordSupportEnded {
                environment,
                pacticipant,
                version,
                at,
            },
            Intent::Delete(deletion) => deletion.into(),
            Intent::Clean(CleanRequest {
                keep,
                pacticipants,
                limit,
                at,
            }) => Self::Clean {
                keep,
                pacticipants,
                limit,
                at,
            },
            Intent::SaveWebhook(save) => Self::SaveWebhook(save.into()),
            Intent::DeleteWebhook(uuid) => Self::DeleteWebhook { uuid },
            Intent::AllowSigner(pacticipant, signer) => Self::AllowSigner {
                pacticipant,
                signer: signer.into(),
            },
            Intent::RemoveSigner(pacticipant, signer) => Self::RemoveSigner {
                pacticipant,
                signer,
            },
            Intent::SetRules(rules) => Self::SetRules { rules },
            Intent::ChangePolicy(change) => Self::ChangePolicy(change.into()),
        }
    }
}

impl TryFrom<Form> for Intent {
    type Error = PactError;

    #[expect(clippy::too_many_lines, reason = "one arm for each intent")]
    fn try_from(form: Form) -> Result<Self, PactError> {
        Ok(match form {
            Form::Publish(form) => Self::Publish(form.try_into()?),
            Form::RecordVerification(form) => Self::RecordVerification(form.into()),
            Form::DescribePacticipant(form) => Self::DescribePacticipant(form.into()),
            Form::CreatePacticipant(form) => Self::CreatePacticipant(form.into()),
            Form::AddLabel {
                pacticipant,
                label,
                at,
            } => Self::AddLabel(Labelling {
                pacticipant,
                label,
                at,
            }),
            Form::RemoveLabel {
                pacticipant,
                label,
                at,
            } => Self::RemoveLabel(Labelling {
                pacticipant,
                label,
                at,
            }),
            Form::DescribeVersion(form) => Self::DescribeVersion(form.into()),
            Form::OverwriteVersion(form) => Self::OverwriteVersion(form.into()),
            Form::MentionVersion {
                pacticipant,
                version,
                at,
            } => Self::MentionVersion(VersionMention {
                pacticipant,
                number: version,
                at,
            }),
            Form::CreateEnvironment {
                name,
                display_name,
                production,
                contacts,
                at,
            } => {
                let uuid = None;
                Self::CreateEnvironment(EnvironmentFact {
                    name,
                    uuid,
                    display_name,
                    production,
                    contacts,
                    at,
                })
            }
            Form::UpdateEnvironment {
                uuid,
                name,
                display_name,
                production,
                contacts,
                at,
            } => Self::UpdateEnvironment(EnvironmentUpdate {
                uuid,
                name,
                display_name,
                production,
                contacts,
                at,
            }),
            Form::DeleteEnvironment { uuid } => Self::DeleteEnvironment(uuid),
            Form::RecordDeployment {
                environment,
                pacticipant,
                version,
                instance,
                build_url,
                at,
            } => Self::RecordDeployment(DeploymentFact {
                environment,
                pacticipant,
                version,
                instance,
                build_url,
                at,
            }),
            Form::RecordUndeployment {
                environment,
                pacticipant,
                instance,
                at,
            } => Self::RecordUndeployment(Undeployment {
                pacticipant,
                environment,
                instance,
                at,
            }),
            Form::RecordRelease {
                environment,
                pacticipant,
                version,
                build_url,
                at,
            } => Self::RecordRelease(ReleaseFact {
                environment,
                pacticipant,
                version,
                build_url,
                at,
            }),
            Form::RecordSupportEnded {
                environment,
                pacticipant,
                version,
                at,
            } => Self::RecordSupportEnded(SupportEnd {
                pacticipant,
                version,
                environment,
                at,
            }),
            Form::DeleteVersion {
                pacticipant,
                version,
            } => Self::Delete(Deletion::Version {
                pacticipant,
                version,
            }),
            Form::Delete(form) => Self::Delete(form.into()),
            Form::Clean {
                keep,
                pacticipants,
                limit,
                at,
            } => Self::Clean(CleanRequest {
                keep,
                pacticipants,
                limit,
                at,
            }),
            Form::SaveWebhook(form) => Self::SaveWebhook(form.into()),
            Form::DeleteWebhook { uuid } => Self::DeleteWebhook(uuid),
            Form::AllowSigner {
                pacticipant,
                signer,
            } => Self::AllowSigner(pacticipant, signer.into()),
            Form::RemoveSigner {
                pacticipant,
                signer,
            } => Self::RemoveSigner(pacticipant, signer),
            Form::SetRules { rules } => Self::SetRules(rules),
            Form::ChangePolicy(form) => Self::ChangePolicy(form.into()),
        })
    }
}

#[cfg(test)]
mod tests;
