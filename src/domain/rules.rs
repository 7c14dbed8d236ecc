//! The two rule sets that every decision takes (design §5, `docs/compatibility.md`).

use serde::{Deserialize, Serialize};

/// Whose rules decide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rules {
    /// What is right: every live version must be verified, a failure is a "no" whatever else is
    /// unknown, a fallback branch works for each consumer.
    #[default]
    Strict,
    /// What the Ruby Pact Broker 2.120 does, hole for hole.
    PactBroker,
}
