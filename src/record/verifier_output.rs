//! What verifiers write about a run, read into one shape, and tied to the pacts that were pulled.
//!
//! Four forms are read: the JSON report of `pact_verifier` (Rust, and everything built on it), that
//! of pact-ruby (`--format json`), that of pact-jvm, and git-pact's own. None but the last names the
//! content that was verified, and the first not even the consumer beside each result. So reading
//! keeps what was *observed* ([`VerifierOutput`]), and [`match_results`] decides what it proves.
//!
//! Invariant: a success needs evidence for every interaction of the pact. A pact that was filtered
//! out, not loaded or not mentioned is unverified, whatever the report says in total.

mod jvm;
mod matching;
mod own;
mod ruby;
mod rust;
#[cfg(test)]
mod tests;

use serde_json::Value;

use crate::domain::content::ContentId;

pub use matching::Matched;
pub use matching::PactResult;
pub use matching::PulledInteraction;
pub use matching::PulledPact;
pub use matching::Unverified;
pub use matching::Why;
pub use matching::match_results;

/// What a verifier observed in one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierOutput {
    /// The program that verified, e.g. `pact-jvm 4.6.17`, as far as it says.
    pub verified_by: String,
    /// What was observed, one entry for each pact that was tried, in the order of the run.
    pub pacts: Vec<VerifiedPact>,
    /// What went wrong before it was known which pact it concerned, for people to read.
    pub problems: Vec<String>,
}

/// What was observed of one pact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedPact {
    /// Whose pact it is.
    pub parties: Parties,
    /// The content; only git-pact's own form can tell.
    pub content: Option<ContentId>,
    /// What was run of it.
    pub ran: Ran,
    /// Failures of the pact as a whole, not of one interaction.
    pub failures: Vec<Failure>,
}

/// The consumer and the provider of a pact, as a verifier says them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parties {
    /// Each by name; a report of one provider need not repeat it.
    Named {
        /// The consumer.
        consumer: String,
        /// The provider.
        provider: Option<String>,
    },
    /// `Web and Order Service`. Names may hold ` and `, so only who knows the provider can split it.
    Sentence(String),
}

/// What was run of a pact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ran {
    /// All of it, with one outcome.
    Whole {
        /// Whether the provider honours the pact.
        success: bool,
    },
    /// These interactions, perhaps not all.
    Interactions(Vec<InteractionResult>),
}

/// What was observed of one interaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InteractionResult {
    /// How the verifier calls it.
    pub title: Title,
    /// The key that the pact gives it (V4).
    pub key: Option<String>,
    /// The names of its provider states, where they are told apart from the title.
    pub states: Vec<String>,
    /// What came of it.
    pub outcome: Outcome,
}

/// How a verifier calls an interaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Title {
    /// By its description.
    Description(String),
    /// By a sentence that ends with the description: `Given a customer a request for a name`.
    /// Upper and lower case may have changed.
    Sentence(String),
    /// Not at all: it failed before it began.
    Unknown,
}

/// What came of an interaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The provider did as expected.
    Passed,
    /// It did not.
    Failed,
    /// It did not, but the pact or the interaction is pending.
    FailedPending,
}

/// Something that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What, for people to read.
    pub text: String,
    /// Whether it is forgiven because the pact or the interaction is pending.
    pub pending: bool,
}

/// The text given does not say what a verifier found.
#[derive(Debug, thiserror::Error)]
pub enum UnreadableOutput {
    /// It is not JSON.
    #[error("the verification results are not JSON")]
    NotJson(#[from] serde_json::Error),
    /// There is nothing in it.
    #[error("the verification results are empty")]
    Empty,
    /// It is JSON, but not of a form that is known.
    #[error(
        "the verification results are of no known form; expected the JSON report of pact_verifier, \
         pact-ruby or pact-jvm, or git-pact's own list of {{\"consumer\", \"success\"}}"
    )]
    UnknownForm,
    /// The form is known, but not this version of it.
    #[error("the verification results are in format {version} of {form}, which is not known")]
    UnknownVersion {
        /// Which form.
        form: &'static str,
        /// The version found.
        version: String,
    },
    /// A field is missing or of the wrong type.
    #[error("the verification results look like those of {form}, but cannot be read")]
    Shape {
        /// Which form.
        form: &'static str,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// The parts do not fit together.
    #[error("the verification results contradict themselves: {0}")]
    Contradiction(String),
    /// Something failed, and whose pact it was cannot be told.
    #[error("a failure cannot be tied to a pact: {0}")]
    Unattributable(String),
}

impl VerifierOutput {
    /// Reads what a verifier wrote.
    ///
    /// pact-ruby writes one JSON document for each pact into the same file; the other forms are one
    /// document.
    ///
    /// # Errors
    ///
    /// [`UnreadableOutput`] if the text is not of a known form, or if a failure in it could belong
    /// to any pact.
    pub fn parse(bytes: &[u8]) -> Result<Self, UnreadableOutput> {
        let documents = serde_json::Deserializer::from_slice(bytes)
            .into_iter::<Value>()
            .collect::<Result<Vec<_>, _>>()?;
        let has = |value: &Value, keys: &[&str]| keys.iter().all(|key| value.get(key).is_some());
        match documents.as_slice() {
            [] => Err(UnreadableOutput::Empty),
            several
                if several
                    .iter()
                    .all(|value| has(value, &["examples", "summary"])) =>
            {
                ruby::read(several)
            }
            [one] if has(one, &["execution", "metaData"]) => jvm::read(one),
            [one] if one["result"].is_boolean() => rust::read(one),
            [one] if one.is_array() || has(one, &["success"]) || has(one, &["results"]) => {
                own::read(one)
            }
            _ => Err(UnreadableOutput::UnknownForm),
        }
    }
}

impl VerifiedPact {
    /// Says whether something of it failed, pending or not.
    #[must_use]
    pub fn failed(&self) -> bool {
        !self.failures().is_empty() || self.ran == (Ran::Whole { success: false })
    }

    /// Returns everything of it that failed, in the order of the run, each text once.
    #[must_use]
    pub fn failures(&self) -> Vec<Failure> {
        let mut failures = self.failures.clone();
        if let Ran::Interactions(interactions) = &self.ran {
            failures.extend(interactions.iter().filter_map(InteractionResult::failure));
        }
        failures
    }
}

impl InteractionResult {
    /// Returns its failure, if it failed.
    fn failure(&self) -> Option<Failure> {
        (self.outcome != Outcome::Passed).then(|| Failure {
            text: self.label(),
            pending: self.outcome == Outcome::FailedPending,
        })
    }

    /// Returns its name for people: `a request for an order (given order 42 exists)`.
    fn label(&self) -> String {
        let title = match &self.title {
            Title::Description(text) | Title::Sentence(text) => text,
            Title::Unknown => "an interaction that could not be set up",
        };
        if self.states.is_empty() {
            title.to_owned()
        } else {
            format!("{title} (given {})", self.states.join(" and "))
        }
    }
}
