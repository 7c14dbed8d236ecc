//! The *matrix*: which consumer versions were verified by which provider versions.
//!
//! A question passes through typed stages: [`Query`] (as asked), [`ResolvedSelector`] (what was
//! found), [`Row`] (a pact and a result, or none), and then
//! [`can_i_deploy`](super::can_i_deploy::can_i_deploy()). A question about one version costs a
//! few look-ups for each of its integrations; only selectors without a version, and those that
//! mean all versions of a tag or a branch, read whole histories.

mod facts;
mod latest_by;
#[cfg(test)]
mod oracle;
mod query;
mod resolve;
mod rows;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod watched;

use std::cmp::Ordering;
use std::sync::Arc;

pub use query::{DEFAULT_LIMIT, LatestBy, MatrixError, Query, Refusal};

use super::content::ContentId;
use super::ledger::Ledger;
use super::name::{PacticipantName, VersionNumber};
use super::rules::Rules;
use super::selector::ResolvedSelector;
use super::signers::{NobodyKnows, Unbelieved, Witness};
use super::time::Seq;
use super::time::Timestamp;
use super::verification::Run;
use super::verification_results::RecordedResult;
use super::version::Version;
use facts::Facts;

/// The answer of the matrix.
#[derive(Clone, Debug)]
pub struct Matrix {
    /// The rules that it was made by.
    pub rules: Rules,
    /// The question.
    pub query: Query,
    /// What was found for its selectors, then what follows from its destination.
    pub selectors: Vec<ResolvedSelector>,
    /// What was found for what it ignores.
    pub ignore: Vec<ResolvedSelector>,
    /// The pairs that the selected versions are part of, sorted.
    pub integrations: Vec<Integration>,
    /// Every row that decides, then those that are ignored; each part sorted by consumer, newest
    /// version, provider, newest version, newest result.
    pub rows: Vec<Row>,
}

/// A consumer and a provider that have a pact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Integration {
    /// The consumer.
    pub consumer: PacticipantName,
    /// The provider.
    pub provider: PacticipantName,
    /// Whether a version that was asked about is the consumer, so that it needs the provider.
    pub required: bool,
}

/// One pact of a consumer version, and what one provider version made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The consumer.
    pub consumer: PacticipantName,
    /// Its version.
    pub consumer_version: Arc<Version>,
    /// The provider.
    pub provider: PacticipantName,
    /// Its version; `None` if none is selected that exists, or (pact-broker rules) if none of
    /// those selected has a result.
    pub provider_version: Option<Arc<Version>>,
    /// What they agreed.
    pub content: ContentId,
    /// When the consumer version published it.
    pub published_at: Timestamp,
    /// What was found; `None` if it is not verified.
    pub verification: Option<RowVerification>,
    /// The success that is on record in place of that, and is not believed.
    pub unbelieved: Option<Unbelieved>,
    /// Whether the question said to ignore it.
    pub ignored: bool,
    /// Whether to show it: `success` and `limit` of the question let it through.
    pub shown: bool,
}

/// What a run found out about the pact of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowVerification {
    /// Whether the provider version honours it.
    pub success: bool,
    /// The run, with its number, its time and its build.
    pub run: Arc<Run>,
}

impl Matrix {
    /// Returns the rows to show.
    pub fn shown(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.shown)
    }
}

impl Row {
    /// Returns the result: yes, no, or none yet.
    #[must_use]
    pub fn success(&self) -> Option<bool> {
        self.verification
            .as_ref()
            .map(|verification| verification.success)
    }

    /// Returns the number of the provider version.
    #[must_use]
    pub fn provider_number(&self) -> Option<&VersionNumber> {
        self.provider_version
            .as_ref()
            .map(|version| &version.number)
    }

    /// Returns the result with the run that found it, as others ask for it.
    #[must_use]
    pub fn recorded_result(&self) -> Option<RecordedResult> {
        let run = &self.verification.as_ref()?.run;
        Some(RecordedResult {
            provider: self.provider.clone(),
            run: Arc::clone(run),
            result: run.result(&self.consumer, &self.content)?.clone(),
        })
    }

    /// Returns when something last happened to the row: by the clock, then whether it was
    /// published or verified, then where in the history of who did so.
    ///
    /// Within one second each application did one thing after the other, but which of two was
    /// first is not known. What nobody has verified yet is most likely new.
    fn last_action(&self) -> (Timestamp, bool, Seq) {
        let run = self.verification.as_ref().map(|found| &found.run);
        match run.filter(|run| run.created_at >= self.published_at) {
            Some(run) => (run.created_at, false, run.seq),
            None => (self.published_at, true, self.consumer_version.seq),
        }
    }

    fn run_number(&self) -> Option<u32> {
        self.verification
            .as_ref()
            .map(|verification| verification.run.number)
    }

    /// Compares by consumer, newest version, provider, no version, newest version, newest result.
    fn by_place(&self, other: &Self) -> Ordering {
        let order = |row: &Self| row.provider_version.as_ref().map(|version| version.seq);
        let absent_first = match (order(self), order(other)) {
            (Some(one), Some(another)) => another.cmp(&one),
            (one, another) => one.cmp(&another),
        };
        self.consumer
            .cmp(&other.consumer)
            .then_with(|| other.consumer_version.seq.cmp(&self.consumer_version.seq))
            .then_with(|| self.provider.cmp(&other.provider))
            .then(absent_first)
            .then_with(|| other.run_number().cmp(&self.run_number()))
    }

    /// Compares by last action, the newest first; one run's results by the consumer's own order.
    fn by_last_action(&self, other: &Self) -> Ordering {
        other
            .last_action()
            .cmp(&self.last_action())
            .then_with(|| other.consumer_version.seq.cmp(&self.consumer_version.seq))
    }
}

/// Answers a question from the ledger.
///
/// # Errors
///
/// Fails with [`MatrixError::Refused`] if the question makes no sense, and with
/// [`MatrixError::Unreadable`] if a record that it needs is damaged, or is mentioned and missing.
pub fn matrix(ledger: &dyn Ledger, query: &Query, rules: Rules) -> Result<Matrix, MatrixError> {
    matrix_believing(ledger, query, rules, &NobodyKnows)
}

/// Answers a question from the ledger, and where only signed successes count, from a witness of those.
///
/// # Errors
///
/// Fails as [`matrix()`] does, and if the witness does.
pub fn matrix_believing(
    ledger: &dyn Ledger,
    query: &Query,
    rules: Rules,
    witness: &dyn Witness,
) -> Result<Matrix, MatrixError> {
    let mut facts = Facts::new(ledger, query.only_signed.then_some(witness));
    let refusals = query.refusals(&mut facts)?;
    if !refusals.is_empty() {
        return Err(MatrixError::Refused(refusals));
    }
    let resolved = resolve::resolve(&mut facts, query)?;
    let rows = rows::rows(&mut facts, query, &resolved, rules)?;
    Ok(Matrix {
        rules,
        query: query.clone(),
        selectors: resolved.selectors,
        ignore: resolved.ignore,
        integrations: resolved.integrations,
        rows,
    })
}
