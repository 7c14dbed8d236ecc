//! `<pacticipant>/app.json`: what is known of an application.

use serde::Deserialize;
use serde::Serialize;

use super::Record;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::pacticipant::Pacticipant;
use crate::domain::time::Timestamp;

/// A pacticipant as a file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppRecord {
    name: PacticipantName,
    created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    display_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    main_branch: Option<BranchName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    repository_url: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    labels: Vec<String>,
}

impl Record for AppRecord {}

impl From<Pacticipant> for AppRecord {
    fn from(pacticipant: Pacticipant) -> Self {
        let Pacticipant {
            name,
            display_name,
            main_branch,
            repository_url,
            labels,
            created_at,
        } = pacticipant;
        Self {
            name,
            created_at,
            display_name,
            main_branch,
            repository_url,
            labels,
        }
    }
}

impl From<AppRecord> for Pacticipant {
    fn from(record: AppRecord) -> Self {
        let AppRecord {
            name,
            created_at,
            display_name,
            main_branch,
            repository_url,
            labels,
        } = record;
        Self {
            name,
            display_name,
            main_branch,
            repository_url,
            labels,
            created_at,
        }
    }
}
