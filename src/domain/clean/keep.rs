//! Which versions a clean-up is to keep: selectors as the broker's own settings write them.
//!
//! Fields are read in either spelling, `maxAge` or `max_age`, and those that the broker does not
//! know are ignored, as there. A selector means the versions that meet all of its criteria. What
//! lives somewhere, is a head or is the latest is never dropped, so a selector for those is
//! understood and adds nothing.

use serde::{Deserialize, Serialize};

use super::super::name::{BranchName, EnvironmentName, PacticipantName, TagName};
use super::super::pacticipant::Pacticipant;
use super::super::time::Timestamp;
use super::super::version::Version;

const SECONDS_A_DAY: i64 = 24 * 60 * 60;

/// Says which versions to keep, beside those that are never dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the fields of the broker's settings"
)]
pub struct Keep {
    /// Only versions of this pacticipant.
    #[serde(
        alias = "pacticipantName",
        alias = "pacticipant_name",
        skip_serializing_if = "Option::is_none"
    )]
    pub pacticipant: Option<PacticipantName>,
    /// Versions on this branch; `true` is any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<OneOrAny<BranchName>>,
    /// Versions on their pacticipant's main branch.
    #[serde(alias = "main_branch", skip_serializing_if = "is_false")]
    pub main_branch: bool,
    /// Versions with this tag; `true` is any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<OneOrAny<TagName>>,
    /// Versions that are not older than so many days, the day of the clean-up not counted.
    #[serde(alias = "max_age", skip_serializing_if = "Option::is_none")]
    pub max_age: Option<u32>,
    /// The latest version, or the head of the branch or of the tag.
    #[serde(skip_serializing_if = "is_false")]
    pub latest: bool,
    /// What is in this environment.
    #[serde(
        alias = "environmentName",
        alias = "environment_name",
        skip_serializing_if = "Option::is_none"
    )]
    pub environment: Option<EnvironmentName>,
    /// What is deployed anywhere.
    #[serde(skip_serializing_if = "is_false")]
    pub deployed: bool,
    /// What is released anywhere.
    #[serde(skip_serializing_if = "is_false")]
    pub released: bool,
}

/// One by its name, or any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OneOrAny<T> {
    /// Any, if it is `true`; no criterion at all if it is `false`.
    Any(bool),
    /// The one with this name.
    One(T),
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// A selector that says nothing.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a selector has to say what to keep: pacticipant, branch, mainBranch, tag, latest, \
     environment, deployed, released or maxAge"
)]
pub struct SaysNothing;

impl Keep {
    /// Returns a selector of all versions that are not older than so many days.
    #[must_use]
    pub fn days(days: u32) -> Self {
        Self {
            max_age: Some(days),
            ..Self::default()
        }
    }

    /// Returns the selector, if it says anything.
    ///
    /// # Errors
    ///
    /// Fails if it has no criterion at all: it would keep everything.
    pub fn checked(self) -> Result<Self, SaysNothing> {
        let plain = Self {
            branch: self.branch.clone().filter(OneOrAny::is_criterion),
            tag: self.tag.clone().filter(OneOrAny::is_criterion),
            ..self
        };
        if plain == Self::default() {
            return Err(SaysNothing);
        }
        Ok(plain)
    }

    /// Says whether a version is to be kept for this selector.
    ///
    /// `at` is the moment of the clean-up. Its day counts as a whole: ages are in days.
    #[must_use]
    pub fn keeps(&self, pacticipant: &Pacticipant, version: &Version, at: Timestamp) -> bool {
        if self.latest || self.deployed || self.released || self.environment.is_some() {
            // The version is kept anyway if it is one of those.
            return false;
        }
        let main = pacticipant.main_branch.as_ref();
        let is_recent = |days: u32| {
            let today = at.epoch_seconds().div_euclid(SECONDS_A_DAY);
            let first = today.saturating_sub(i64::from(days));
            version.created_at.epoch_seconds().div_euclid(SECONDS_A_DAY) >= first
        };
        let is_it = |name: &PacticipantName| *name == pacticipant.name;
        self.pacticipant.as_ref().is_none_or(is_it)
            && OneOrAny::meets(self.branch.as_ref(), &version.branches)
            && OneOrAny::meets(self.tag.as_ref(), &version.tags)
            && (!self.main_branch || main.is_some_and(|main| version.is_on(main)))
            && self.max_age.is_none_or(is_recent)
    }
}

impl<T: PartialEq> OneOrAny<T> {
    fn is_criterion(&self) -> bool {
        !matches!(self, Self::Any(false))
    }

    fn meets(wanted: Option<&Self>, names: &[T]) -> bool {
        match wanted {
            None | Some(Self::Any(false)) => true,
            Some(Self::Any(true)) => !names.is_empty(),
            Some(Self::One(name)) => names.contains(name),
        }
    }
}
