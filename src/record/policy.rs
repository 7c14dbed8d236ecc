//! `settings/policy.json`: who may write which branch.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde::Deserialize;
use serde::Serialize;

use super::Record;
use crate::domain::name::Identity;
use crate::domain::policy::BranchPattern;
use crate::domain::policy::Policy;

/// A policy as a file.
#[derive(Debug, Serialize, Deserialize)]
pub struct PolicyRecord {
    /// Who may write the branches that a pattern names.
    branches: BTreeMap<BranchPattern, BTreeSet<Identity>>,
}

impl Record for PolicyRecord {}

impl From<Policy> for PolicyRecord {
    fn from(policy: Policy) -> Self {
        Self {
            branches: policy.rules,
        }
    }
}

impl From<PolicyRecord> for Policy {
    fn from(record: PolicyRecord) -> Self {
        Self {
            rules: record.branches,
        }
    }
}
