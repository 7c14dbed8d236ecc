//! A *consumer version selector* says whose pacts a provider build wants to verify.
//!
//! What the broker writes as one object with twelve optional fields is one [`Criterion`] here:
//! a selector that holds two of them, or none, cannot be made. [`parse`] reads the broker's
//! form and refuses what it refuses, in its words.

mod parse;

use std::collections::BTreeMap;
use std::fmt;

use super::ledger::Unreadable;
use super::name::{BranchName, EnvironmentName, PacticipantName, TagName};

pub use self::parse::parse;

/// The name of the field that holds selectors in a request, as the broker's messages cite it.
pub const FIELD: &str = "consumerVersionSelectors";

/// One way to choose pacts of a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsumerVersionSelector {
    /// The only consumer whose pacts are meant; all of them if there is none.
    pub consumer: Option<PacticipantName>,
    /// Which of its versions.
    pub criterion: Criterion,
}

/// Which versions of a consumer are meant (spec: semantics §6.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Criterion {
    /// The head of the consumer's main branch.
    MainBranch,
    /// The head of a branch. `matchingBranch` is one of these, with the provider's own branch.
    Branch {
        /// The branch.
        branch: BranchName,
        /// The branch to look at where a consumer has no pact on the first.
        fallback: Option<BranchName>,
    },
    /// The head of every branch.
    EachBranch,
    /// The newest version with a tag.
    LatestWithTag {
        /// The tag.
        tag: TagName,
        /// The tag to look for where there is no pact with the first.
        fallback: Option<TagName>,
    },
    /// Every version with a tag.
    AllWithTag(TagName),
    /// The newest version that has a pact with the provider.
    Latest,
    /// What is deployed now, in one environment or in any.
    Deployed(Option<EnvironmentName>),
    /// What is released and supported, in one environment or in any.
    Released(Option<EnvironmentName>),
    /// Both of these.
    DeployedOrReleased(Option<EnvironmentName>),
    /// What is in an environment, deployed or released.
    InEnvironment(EnvironmentName),
}

impl ConsumerVersionSelector {
    /// Returns a selector that is not limited to one consumer.
    #[must_use]
    pub fn of_all(criterion: Criterion) -> Self {
        Self {
            consumer: None,
            criterion,
        }
    }
}

/// A field of a request that cannot be used, in the broker's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidField {
    /// The field of the request.
    pub field: &'static str,
    /// Which element of it, counted from 0, if it is a list and one element is to blame.
    pub index: Option<usize>,
    /// What is wrong, without the index.
    pub message: String,
}

impl fmt::Display for InvalidField {
    /// Writes the message as the broker does, with the index at its end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.index {
            Some(index) => write!(f, "{} (at index {index})", self.message),
            None => write!(f, "{}", self.message),
        }
    }
}

/// Everything that is wrong with the fields of a request; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidFields(pub Vec<InvalidField>);

impl InvalidFields {
    /// Returns the messages of each field, in the order in which they were found.
    #[must_use]
    pub fn messages(&self) -> BTreeMap<&'static str, Vec<String>> {
        let mut messages: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for invalid in &self.0 {
            let of_field = messages.entry(invalid.field).or_default();
            of_field.push(invalid.to_string());
        }
        messages
    }
}

impl fmt::Display for InvalidFields {
    /// Writes all messages on one line, each after the name of its field.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, invalid) in self.0.iter().enumerate() {
            let separator = if position == 0 { "" } else { "; " };
            write!(f, "{separator}{}: {invalid}", invalid.field)?;
        }
        Ok(())
    }
}

/// A request could not be understood.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// It breaks rules; the caller has to change it.
    #[error("{0}")]
    Invalid(InvalidFields),
    /// Whether it breaks a rule could not be found out.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

#[cfg(test)]
mod tests;
