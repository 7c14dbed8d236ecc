//! `<pacticipant>/versions/a/b/<number>.version-<family>.json`: a version and what it published.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use super::Record;
use crate::domain::content::ContentId;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;
use crate::domain::time::Seq;
use crate::domain::time::Timestamp;
use crate::domain::version::Publication;
use crate::domain::version::Version;

/// A version as a file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VersionRecord {
    number: VersionNumber,
    seq: Seq,
    created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    updated_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    build_url: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    branches: Vec<BranchName>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<TagName>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pacts: BTreeMap<PacticipantName, PublicationRecord>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PublicationRecord {
    content: ContentId,
    /// Absent where the pact was published when the version was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    created_at: Option<Timestamp>,
}

impl Record for VersionRecord {}

impl From<Version> for VersionRecord {
    fn from(version: Version) -> Self {
        let created_at = version.created_at;
        let publication = |publication: Publication| PublicationRecord {
            content: publication.content,
            created_at: Some(publication.created_at).filter(|at| *at != created_at),
        };
        Self {
            number: version.number,
            seq: version.seq,
            created_at,
            updated_at: version.updated_at,
            build_url: version.build_url,
            branches: version.branches,
            tags: version.tags,
            pacts: version
                .pacts
                .into_iter()
                .map(|(name, p)| (name, publication(p)))
                .collect(),
        }
    }
}

impl From<VersionRecord> for Version {
    fn from(record: VersionRecord) -> Self {
        let publication = |publication: PublicationRecord| Publication {
            content: publication.content,
            created_at: publication.created_at.unwrap_or(record.created_at),
        };
        Self {
            number: record.number,
            seq: record.seq,
            created_at: record.created_at,
            updated_at: record.updated_at,
            build_url: record.build_url,
            branches: record.branches,
            tags: record.tags,
            pacts: record
                .pacts
                .into_iter()
                .map(|(name, p)| (name, publication(p)))
                .collect(),
        }
    }
}
