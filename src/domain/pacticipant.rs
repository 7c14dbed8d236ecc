//! A *pacticipant* is an application that takes part in a pact.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::display_name::display_name;
use super::ledger::{Ledger, Read};
use super::name::{BranchName, LabelName, PacticipantName};
use super::time::Timestamp;

/// What is known of an application beside its versions.
///
/// A pacticipant comes into being when it is first mentioned: by a pact, a verification, a tag
/// or by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pacticipant {
    /// Its name, as first written.
    pub name: PacticipantName,
    /// A name for people to read, if one was given.
    pub display_name: Option<String>,
    /// The branch from which it is released, if it is known.
    pub main_branch: Option<BranchName>,
    /// Where its code is.
    pub repository_url: Option<String>,
    /// What its repository is called where the code is hosted.
    pub repository_name: Option<String>,
    /// The group, user or organisation to which its repository belongs.
    pub repository_namespace: Option<String>,
    /// Words to group it by, and when each was given.
    pub labels: BTreeMap<LabelName, Timestamp>,
    /// When it was first mentioned.
    pub created_at: Timestamp,
    /// When it was last described anew; `None` if it never was.
    pub updated_at: Option<Timestamp>,
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
            repository_name: None,
            repository_namespace: None,
            labels: BTreeMap::new(),
            created_at,
            updated_at: None,
        }
    }

    /// Returns a pacticipant as its own record has it, or a new one.
    ///
    /// # Errors
    ///
    /// Fails if the store cannot be read.
    pub fn recorded(ledger: &dyn Ledger, name: &PacticipantName, at: Timestamp) -> Read<Self> {
        Ok(match ledger.pacticipant(name)? {
            Some(known) if ledger.has_own_record(name)? => Self::clone(&known),
            _ => Self::new(name.clone(), at),
        })
    }

    /// Returns the name to show to people: the one given, else one made of its name.
    #[must_use]
    pub fn shown_name(&self) -> String {
        let given = self.display_name.clone();
        given.unwrap_or_else(|| display_name(self.name.as_str()))
    }
}

/// Returns all pacticipants, by name whatever its case. Reads them all.
///
/// # Errors
///
/// Fails if the store cannot be read.
pub fn pacticipants(ledger: &dyn Ledger) -> Read<Vec<Arc<Pacticipant>>> {
    let mut all = Vec::new();
    for name in ledger.pacticipants()? {
        all.extend(ledger.pacticipant(&name)?);
    }
    all.sort_by_cached_key(|pacticipant| {
        let name = pacticipant.name.as_str();
        (name.to_lowercase(), name.to_owned())
    });
    Ok(all)
}

/// The branches that become the main branch of an application that has none, when one of them is
/// first mentioned as branch or as tag (spec: semantics §3).
pub const USUAL_MAIN_BRANCHES: [&str; 3] = ["develop", "main", "master"];
