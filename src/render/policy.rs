//! Who may write which branch, as text and as JSON.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde::Serialize;

use super::table::table;
use crate::domain::name::Identity;
use crate::domain::policy::BranchPattern;
use crate::domain::policy::Policy;

/// Returns who may write which branch, a line for each rule; nothing if everybody may.
#[must_use]
pub fn text(policy: &Policy) -> String {
    let row = |(pattern, may): (&BranchPattern, &BTreeSet<Identity>)| {
        let names: Vec<&str> = may.iter().map(AsRef::as_ref).collect();
        vec![pattern.to_string(), names.join(", ")]
    };
    let rows: Vec<Vec<String>> = policy.rules.iter().map(row).collect();
    table(&["BRANCHES", "WRITTEN BY"], &rows)
}

/// A policy for programs.
#[derive(Debug, Serialize)]
pub struct PolicyJson<'a> {
    /// By pattern who may write.
    branches: &'a BTreeMap<BranchPattern, BTreeSet<Identity>>,
}

impl<'a> From<&'a Policy> for PolicyJson<'a> {
    fn from(policy: &'a Policy) -> Self {
        Self {
            branches: &policy.rules,
        }
    }
}
