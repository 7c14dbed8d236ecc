//! `<provider>/verified/<consumer>/<content id>.json`: derived, when a content first succeeded.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use super::Record;
use crate::domain::name::BranchName;
use crate::domain::name::TagName;
use crate::domain::time::Seq;
use crate::domain::verification::FirstSuccess;
use crate::domain::verification::Verified;

/// First successes as a file.
#[derive(Debug, Serialize, Deserialize)]
pub struct VerifiedRecord {
    ever: FirstRecord,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    branches: BTreeMap<BranchName, FirstRecord>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    tags: BTreeMap<TagName, FirstRecord>,
}

impl Record for VerifiedRecord {}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FirstRecord {
    any: Seq,
    /// Absent where there was none; most often the same as `any`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    not_wip: Option<Seq>,
}

impl From<FirstSuccess> for FirstRecord {
    fn from(FirstSuccess { any, not_wip }: FirstSuccess) -> Self {
        Self { any, not_wip }
    }
}

impl From<FirstRecord> for FirstSuccess {
    fn from(FirstRecord { any, not_wip }: FirstRecord) -> Self {
        Self { any, not_wip }
    }
}

impl VerifiedRecord {
    /// Returns the record of first successes, or `None` if there was no success.
    #[must_use]
    pub fn new(verified: Verified) -> Option<Self> {
        Some(Self {
            ever: verified.ever?.into(),
            branches: verified
                .branches
                .into_iter()
                .map(|(k, v)| (k, v.into()))
                .collect(),
            tags: verified
                .tags
                .into_iter()
                .map(|(k, v)| (k, v.into()))
                .collect(),
        })
    }
}

impl From<VerifiedRecord> for Verified {
    fn from(record: VerifiedRecord) -> Self {
        Self {
            ever: Some(record.ever.into()),
            branches: record
                .branches
                .into_iter()
                .map(|(k, v)| (k, v.into()))
                .collect(),
            tags: record
                .tags
                .into_iter()
                .map(|(k, v)| (k, v.into()))
                .collect(),
        }
    }
}
