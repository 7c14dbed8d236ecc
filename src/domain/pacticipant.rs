//! A *pacticipant* is an application that takes part in a pact.

use super::name::{BranchName, PacticipantName};
use super::time::Timestamp;

/// What is known of an application beside its versions.
///
/// A pacticipant comes into being when it is first mentioned: by a pact, a verification, a tag
/// or by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pacticipant {
    /// Its name, as first written.
    pub name: PacticipantName,
    /// A name for people to read; where absent the name itself is shown.
    pub display_name: Option<String>,
    /// The branch from which it is released, if it is known.
    pub main_branch: Option<BranchName>,
    /// Where its code is.
    pub repository_url: Option<String>,
    /// Words to group it by, in the order in which they were added.
    pub labels: Vec<String>,
    /// When it was first mentioned.
    pub created_at: Timestamp,
}

impl Pacticipant {
    /// Returns a pacticipant of which only the name is known.
    #[must_use]
    pub fn new(name: PacticipantName, created_at: Timestamp) -> Self {
        Self {
            name,
            display_name: None,
            main_branch: None,
            repository_url: None,
            labels: Vec::new(),
            created_at,
        }
    }
}

/// The branches that become the main branch of an application that has none, when one of them is
/// first mentioned as branch or as tag (spec: semantics §3).
pub const USUAL_MAIN_BRANCHES: [&str; 3] = ["develop", "main", "master"];
