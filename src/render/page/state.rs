//! How things are, in a word and a colour. The word says it all; the colour only helps.

use askama::Template;
use askama::filters::Safe;

use crate::domain::integration_list::IntegrationRow;
use crate::domain::pact_status::PactStatus;
use crate::domain::verification::VerificationResult;

/// How something is.
#[derive(Clone, Debug, Template)]
#[template(
    source = "<span class=\"state {{ tone }}\" title=\"{{ meaning }}\">{{ word }}</span>",
    ext = "html",
    config = "src/render/page/askama.toml"
)]
pub struct State {
    word: &'static str,
    tone: &'static str,
    meaning: &'static str,
}

impl State {
    /// Returns something good.
    #[must_use]
    pub fn good(word: &'static str, meaning: &'static str) -> Safe<Self> {
        Self::of(word, "good", meaning)
    }

    /// Returns something bad.
    #[must_use]
    pub fn bad(word: &'static str, meaning: &'static str) -> Safe<Self> {
        Self::of(word, "bad", meaning)
    }

    /// Returns something that waits for somebody.
    #[must_use]
    pub fn wait(word: &'static str, meaning: &'static str) -> Safe<Self> {
        Self::of(word, "wait", meaning)
    }

    /// Returns something that nobody knows.
    #[must_use]
    pub fn none(word: &'static str, meaning: &'static str) -> Safe<Self> {
        Self::of(word, "none", meaning)
    }

    fn of(word: &'static str, tone: &'static str, meaning: &'static str) -> Safe<Self> {
        Safe(Self {
            word,
            tone,
            meaning,
        })
    }
}

/// Returns whether a pact is verified.
#[must_use]
pub fn of_pact(status: PactStatus) -> Safe<State> {
    match status {
        PactStatus::Never => State::none(
            "unverified",
            "Neither this contract nor one before it was ever verified",
        ),
        PactStatus::Success => State::good("verified", "The last verification was a success"),
        PactStatus::Stale => State::wait(
            "changed since",
            "The contract has changed since it was last verified with success",
        ),
        PactStatus::Failed => State::bad("failed", "The last verification failed"),
        PactStatus::FailedPending => State::wait(
            "pending",
            "The last verification failed, of a contract that was work in progress: it does not \
             fail the provider's build",
        ),
    }
}

/// Returns whether the newest pact of two is verified.
#[must_use]
pub fn of_row(row: &IntegrationRow) -> Safe<State> {
    if row.line.is_none() {
        return State::none(
            "dropped",
            "No version of the consumer has such a contract any more",
        );
    }
    of_pact(row.status())
}

/// Returns what a verification found out.
#[must_use]
pub fn of_result(result: &VerificationResult) -> Safe<State> {
    if result.success {
        State::good("verified", "The provider honours the contract")
    } else {
        State::bad("failed", "The provider does not honour the contract")
    }
}
