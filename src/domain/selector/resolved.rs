//! What was found for a selector, and the broker's words for it (spec: semantics §9.5).

use std::sync::Arc;

use super::Selector;
use crate::domain::name::{BranchName, PacticipantName, VersionNumber};
use crate::domain::version::Version;

/// One thing found for a selector. A selector that means several versions gives one for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResolvedSelector {
    /// What was asked for.
    pub asked: Selector,
    /// Why it was asked for.
    pub origin: Origin,
    /// What was found.
    pub found: Found,
    /// The branch to speak of: the one asked for, or the main branch that was found.
    pub branch: Option<BranchName>,
    /// Whether the question said to ignore it.
    pub ignored: bool,
}

/// Why a selector is part of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Somebody asked for it.
    Specified,
    /// It follows from the destination.
    Inferred,
    /// Somebody asked to ignore it.
    Ignore,
}

/// What a selector means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Every version of the pacticipant; they are not listed.
    EveryVersion,
    /// This version.
    Version {
        /// The version.
        version: Arc<Version>,
        /// Whether the selector means others too.
        one_of_many: bool,
    },
    /// The pacticipant has no such version.
    NoVersion,
    /// There is no such pacticipant; only an ignore selector may name one.
    NoPacticipant,
}

impl ResolvedSelector {
    /// Returns whose versions are meant.
    #[must_use]
    pub fn pacticipant(&self) -> &PacticipantName {
        &self.asked.pacticipant
    }

    /// Returns the version that was found.
    #[must_use]
    pub fn version(&self) -> Option<&Arc<Version>> {
        match &self.found {
            Found::Version { version, .. } => Some(version),
            _ => None,
        }
    }

    /// Says whether somebody asked for it.
    #[must_use]
    pub fn is_specified(&self) -> bool {
        self.origin == Origin::Specified
    }

    /// Says whether this ignore selector covers a pacticipant, or this version of it.
    #[must_use]
    pub fn covers(&self, pacticipant: &PacticipantName, version: Option<&VersionNumber>) -> bool {
        let number = self.version().map(|version| &version.number);
        let this_version = number.is_some() && number == version;
        self.pacticipant() == pacticipant && (self.asked.is_name_only() || this_version)
    }

    /// Returns the number to show: the one found, else the one asked for.
    fn number(&self) -> Option<&VersionNumber> {
        match &self.found {
            Found::Version { version, .. } => Some(&version.number),
            _ => self.asked.version.as_ref(),
        }
    }

    /// Returns what is meant, e.g. `the latest version of Web with tag prod (1)`.
    ///
    /// The first criterion that applies gives the words: tag with latest, main branch, branch,
    /// latest, tag, environment, number.
    #[must_use]
    pub fn description(&self) -> String {
        let name = self.pacticipant();
        let asked = &self.asked;
        let number = self.number();
        let one_of_many = matches!(
            self.found,
            Found::Version {
                one_of_many: true,
                ..
            }
        );
        let the_version = if one_of_many {
            "one of the versions"
        } else {
            "the version"
        };
        let found = match number {
            Some(number) => format!("({number})"),
            None => "(no such version exists)".to_owned(),
        };

        if let (true, Some(tag)) = (asked.latest, &asked.tag) {
            return format!("the latest version of {name} with tag {tag} {found}");
        }
        if asked.main_branch && number.is_none() {
            let which = if asked.latest { "the latest" } else { "any" };
            return format!(
                "{which} version of {name} from the main branch (no versions exist for this branch)"
            );
        }
        if let Some(branch) = &self.branch {
            let which = match (asked.latest, number) {
                (true, _) => "the latest version",
                (false, Some(_)) => the_version,
                (false, None) => "a version",
            };
            return format!("{which} of {name} from branch {branch} {found}");
        }
        if asked.latest {
            return format!("the latest version of {name} {found}");
        }
        if let Some(tag) = &asked.tag {
            return format!("a version of {name} with tag {tag} {found}");
        }
        if let Some(environment) = &asked.environment {
            return match number {
                Some(_) => format!("{the_version} of {name} currently in {environment} {found}"),
                None => format!(
                    "a version of {name} currently in {environment} \
                     (no version is currently recorded as deployed/released in this environment)"
                ),
            };
        }
        match (number, &self.found) {
            (Some(number), Found::NoVersion) => {
                format!("version {number} of {name} (no such version exists)")
            }
            (Some(number), _) => version_of(name, number),
            (None, Found::NoPacticipant) => {
                format!("{} (no such pacticipant exists)", any_version_of(name))
            }
            (None, _) => any_version_of(name),
        }
    }

    /// Returns the sentence that says that no such version exists.
    #[must_use]
    pub fn does_not_exist(&self) -> String {
        let name = self.pacticipant();
        let asked = &self.asked;
        if let Some(tag) = &asked.tag {
            format!("No version with tag {tag} exists for {name}")
        } else if let Some(branch) = &self.branch {
            format!("No version of {name} from branch {branch} exists")
        } else if asked.main_branch {
            format!("No version of {name} from the main branch exists")
        } else if let Some(environment) = &asked.environment {
            format!(
                "No version of {name} is currently recorded as deployed or released \
                 in environment {environment}"
            )
        } else if let Some(number) = &asked.version {
            format!(
                "No pacts or verifications have been published for {}",
                version_of(name, number)
            )
        } else {
            format!("No pacts or verifications have been published for {name}")
        }
    }
}

/// Returns the words for one version.
pub(in crate::domain) fn version_of(name: &PacticipantName, number: &VersionNumber) -> String {
    format!("version {number} of {name}")
}

/// Returns the words for a pacticipant of which no version is meant in particular.
pub(in crate::domain) fn any_version_of(name: &PacticipantName) -> String {
    format!("any version of {name}")
}
