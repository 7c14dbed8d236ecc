//! Where versions are, and which ones branches and tags mean, as long as nothing moves.
//!
//! An answer about a version says that of each version in it, in every environment: dozens of look-ups for one
//! question, and the same ones for the next. Each is no larger than what it was read from.

use std::cell::OnceCell;
use std::sync::Arc;

use super::known::Known;
use crate::domain::environment::DeployedVersion;
use crate::domain::environment::Environment;
use crate::domain::environment::ReleasedVersion;
use crate::domain::version::BranchHead;
use crate::domain::version::TagHead;

/// Answers of one kind, by the two names that they are about.
pub(super) type ByNames<V> = Known<10_000, String, String, V>;

/// What was found of one state of the store.
#[derive(Default)]
pub struct KnownStanding {
    /// All of them, sorted.
    pub(super) environments: OnceCell<Vec<Arc<Environment>>>,
    /// By environment and pacticipant.
    pub(super) deployed: ByNames<Vec<DeployedVersion>>,
    /// By environment and pacticipant.
    pub(super) released: ByNames<Vec<ReleasedVersion>>,
    /// By pacticipant and branch.
    pub(super) branch_heads: ByNames<Option<BranchHead>>,
    /// By pacticipant and tag.
    pub(super) tag_heads: ByNames<Option<TagHead>>,
}
