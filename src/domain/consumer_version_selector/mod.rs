//! A *consumer version selector* says whose pacts a provider build wants to verify.
//!
//! What the broker writes as one object with twelve optional fields is one [`Criterion`] here:
//! a selector that holds two of them, or none, cannot be made. [`parse`] reads the broker's
//! form and refuses what it refuses, in its words.

mod parse;

use super::name::{BranchName, EnvironmentName, PacticipantName, TagName};

pub use self::parse::parse;
pub use super::invalid_fields::{InvalidField, InvalidFields, Refused};

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

#[cfg(test)]
mod tests;
