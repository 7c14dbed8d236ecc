//! `<pacticipant>/heads/…`: derived entries that say which version is latest, where.

use serde::Deserialize;
use serde::Serialize;

use super::Record;
use crate::domain::name::BranchName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;
use crate::domain::time::Seq;
use crate::domain::version::BranchHead;
use crate::domain::version::TagHead;

/// `heads/latest.json`: the newest version, and the sequence of the last fact.
#[derive(Debug, Serialize, Deserialize)]
pub struct LatestRecord {
    /// The newest version; absent if every version was deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<VersionNumber>,
    /// The sequence of the last fact about the pacticipant.
    pub seq: Seq,
}

impl Record for LatestRecord {}

/// `heads/branches/a/b/<branch>.json`.
#[derive(Debug, Serialize, Deserialize)]
pub struct BranchHeadRecord {
    branch: BranchName,
    version: VersionNumber,
    since: Seq,
    /// Absent if it is the same: usually a version is new when it is put on a branch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    oldest: Option<Seq>,
}

impl Record for BranchHeadRecord {}

impl From<BranchHead> for BranchHeadRecord {
    fn from(
        BranchHead {
            branch,
            version,
            since,
            oldest,
        }: BranchHead,
    ) -> Self {
        Self {
            branch,
            version,
            since,
            oldest: (oldest != since).then_some(oldest),
        }
    }
}

impl From<BranchHeadRecord> for BranchHead {
    fn from(
        BranchHeadRecord {
            branch,
            version,
            since,
            oldest,
        }: BranchHeadRecord,
    ) -> Self {
        Self {
            branch,
            version,
            since,
            oldest: oldest.unwrap_or(since),
        }
    }
}

/// `heads/tags/a/b/<tag>.json`.
#[derive(Debug, Serialize, Deserialize)]
pub struct TagHeadRecord {
    tag: TagName,
    version: VersionNumber,
    since: Seq,
}

impl Record for TagHeadRecord {}

impl From<TagHead> for TagHeadRecord {
    fn from(
        TagHead {
            tag,
            version,
            since,
        }: TagHead,
    ) -> Self {
        Self {
            tag,
            version,
            since,
        }
    }
}

impl From<TagHeadRecord> for TagHead {
    fn from(
        TagHeadRecord {
            tag,
            version,
            since,
        }: TagHeadRecord,
    ) -> Self {
        Self {
            tag,
            version,
            since,
        }
    }
}
