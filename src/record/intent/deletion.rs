//! What is taken back, within an intent; `what` says what kind of thing. A
//! version has a form of its own, which is older.

use serde::Deserialize;
use serde::Serialize;

use super::Form;
use crate::domain::content::ContentId;
use crate::domain::deletion::Deletion;
use crate::domain::integration::Integration;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;
use crate::domain::pacts::Among;

/// Something that is taken back.
#[derive(Debug, Serialize, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    rename_all_fields = "camelCase",
    tag = "what"
)]
pub(super) enum DeletionForm {
    Tag {
        pacticipant: PacticipantName,
        version: VersionNumber,
        tag: TagName,
    },
    Branch {
        pacticipant: PacticipantName,
        branch: BranchName,
    },
    OtherBranches {
        pacticipant: PacticipantName,
        but: Vec<BranchName>,
    },
    BranchVersion {
        pacticipant: PacticipantName,
        version: VersionNumber,
        branch: BranchName,
    },
    Pact {
        consumer: PacticipantName,
        provider: PacticipantName,
        version: VersionNumber,
    },
    Pacts {
        consumer: PacticipantName,
        provider: PacticipantName,
        among: AmongForm,
        latest: bool,
    },
    Result {
        consumer: PacticipantName,
        provider: PacticipantName,
        version: VersionNumber,
        run: u32,
        content: ContentId,
    },
    Integration {
        consumer: PacticipantName,
        provider: PacticipantName,
    },
    Integrations,
    Pacticipant {
        name: PacticipantName,
    },
}

/// Among which versions pacts are meant.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum AmongForm {
    All,
    Untagged,
    Tagged(TagName),
    OnBranch(BranchName),
    OnMainBranch,
}

impl From<Among> for AmongForm {
    fn from(among: Among) -> Self {
        match among {
            Among::All => Self::All,
            Among::Untagged => Self::Untagged,
            Among::Tagged(tag) => Self::Tagged(tag),
            Among::OnBranch(branch) => Self::OnBranch(branch),
            Among::OnMainBranch => Self::OnMainBranch,
        }
    }
}

impl From<AmongForm> for Among {
    fn from(form: AmongForm) -> Self {
        match form {
            AmongForm::All => Self::All,
            AmongForm::Untagged => Self::Untagged,
            AmongForm::Tagged(tag) => Self::Tagged(tag),
            AmongForm::OnBranch(branch) => Self::OnBranch(branch),
            AmongForm::OnMainBranch => Self::OnMainBranch,
        }
    }
}

impl From<Deletion> for Form {
    fn from(deletion: Deletion) -> Self {
        Self::Delete(match deletion {
            Deletion::Version {
                pacticipant,
                version,
            } => {
                return Self::DeleteVersion {
                    pacticipant,
                    version,
                };
            }
            Deletion::Tag {
                pacticipant,
                version,
                tag,
            } => DeletionForm::Tag {
                pacticipant,
                version,
                tag,
            },
            Deletion::Branch {
                pacticipant,
                branch,
            } => DeletionForm::Branch {
                pacticipant,
                branch,
            },
            Deletion::OtherBranches { pacticipant, but } => DeletionForm::OtherBranches {
                pacticipant,
                but: but.into_iter().collect(),
            },
            Deletion::BranchVersion {
                pacticipant,
                version,
                branch,
            } => DeletionForm::BranchVersion {
                pacticipant,
                version,
                branch,
            },
            Deletion::Pact {
                integration: Integration { consumer, provider },
                version,
            } => DeletionForm::Pact {
                consumer,
                provider,
                version,
            },
            Deletion::Pacts {
                integration: Integration { consumer, provider },
                among,
                latest,
            } => DeletionForm::Pacts {
                consumer,
                provider,
                among: among.into(),
                latest,
            },
            Deletion::Result {
                integration: Integration { consumer, provider },
                version,
                run,
                content,
            } => DeletionForm::Result {
                consumer,
                provider,
                version,
                run,
                content,
            },
            Deletion::Integration(Integration { consumer, provider }) => {
                DeletionForm::Integration { consumer, provider }
            }
            Deletion::Integrations => DeletionForm::Integrations,
            Deletion::Pacticipant(name) => DeletionForm::Pacticipant { name },
        })
    }
}

impl From<DeletionForm> for Deletion {
    fn from(form: DeletionForm) -> Self {
        let pair = |consumer, provider| Integration { consumer, provider };
        match form {
            DeletionForm::Tag {
                pacticipant,
                version,
                tag,
            } => Self::Tag {
                pacticipant,
                version,
                tag,
            },
            DeletionForm::Branch {
                pacticipant,
                branch,
            } => Self::Branch {
                pacticipant,
                branch,
            },
            DeletionForm::OtherBranches { pacticipant, but } => Self::OtherBranches {
                pacticipant,
                but: but.into_iter().collect(),
            },
            DeletionForm::BranchVersion {
                pacticipant,
                version,
                branch,
            } => Self::BranchVersion {
                pacticipant,
                version,
                branch,
            },
            DeletionForm::Pact {
                consumer,
                provider,
                version,
            } => Self::Pact {
                integration: pair(consumer, provider),
                version,
            },
            DeletionForm::Pacts {
                consumer,
                provider,
                among,
                latest,
            } => Self::Pacts {
                integration: pair(consumer, provider),
                among: among.into(),
                latest,
            },
            DeletionForm::Result {
                consumer,
                provider,
                version,
                run,
                content,
            } => Self::Result {
                integration: pair(consumer, provider),
                version,
                run,
                content,
            },
            DeletionForm::Integration { consumer, provider } => {
                Self::Integration(pair(consumer, provider))
            }
            DeletionForm::Integrations => Self::Integrations,
            DeletionForm::Pacticipant { name } => Self::Pacticipant(name),
        }
    }
}
