//! What is said of a version, within an intent.

use serde::Deserialize;
use serde::Serialize;

use crate::domain::fact::VersionFact;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;
use crate::domain::time::Timestamp;

/// A version without pacts.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct VersionForm {
    pacticipant: PacticipantName,
    number: VersionNumber,
    branch: Option<BranchName>,
    tags: Vec<TagName>,
    build_url: Option<String>,
    at: Timestamp,
}

impl From<VersionFact> for VersionForm {
    fn from(fact: VersionFact) -> Self {
        let VersionFact {
            pacticipant,
            number,
            branch,
            tags,
            build_url,
            at,
            pacts: _,
        } = fact;
        Self {
            pacticipant,
            number,
            branch,
            tags,
            build_url,
            at,
        }
    }
}

impl From<VersionForm> for VersionFact {
    fn from(form: VersionForm) -> Self {
        let VersionForm {
            pacticipant,
            number,
            branch,
            tags,
            build_url,
            at,
        } = form;
        Self {
            pacticipant,
            number,
            branch,
            tags,
            build_url,
            pacts: Vec::new(),
            at,
        }
    }
}
