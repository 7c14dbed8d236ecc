//! `<pacticipant>/app.json`: what is known of an application.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde::Deserialize;
use serde::Serialize;

use super::Record;
use crate::domain::name::BranchName;
use crate::domain::name::LabelName;
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    repository_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    repository_namespace: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    labels: BTreeSet<LabelName>,
    /// When each label was given; absent where that was when the pacticipant was created.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    labelled_at: BTreeMap<LabelName, Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    updated_at: Option<Timestamp>,
}

impl Record for AppRecord {}

impl From<Pacticipant> for AppRecord {
    fn from(pacticipant: Pacticipant) -> Self {
        let Pacticipant {
            name,
            display_name,
            main_branch,
            repository_url,
            repository_name,
            repository_namespace,
            labels,
            created_at,
            updated_at,
        } = pacticipant;
        Self {
            name,
            created_at,
            display_name,
            main_branch,
            repository_url,
            repository_name,
            repository_namespace,
            labels: labels.keys().cloned().collect(),
            labelled_at: labels
                .into_iter()
                .filter(|(_, at)| *at != created_at)
                .collect(),
            updated_at,
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
            repository_name,
            repository_namespace,
            labels,
            labelled_at,
            updated_at,
        } = record;
        let given = |label: LabelName| {
            let at = labelled_at.get(&label).copied();
            (label, at.unwrap_or(created_at))
        };
        Self {
            name,
            display_name,
            main_branch,
            repository_url,
            repository_name,
            repository_namespace,
            labels: labels.into_iter().map(given).collect(),
            created_at,
            updated_at,
        }
    }
}
