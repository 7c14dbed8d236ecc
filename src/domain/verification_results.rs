//! What is known of the verification of pacts: the latest results, and each by its number.
//!
//! A result belongs to a content, so the latest one of a pact is the newest of all that any
//! provider version has for its content. There is no index of that: every question here reads
//! all runs of the provider once, and [`ProviderResults`] keeps them for the next.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::btree_map::Entry;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use sha2::Digest;
use sha2::Sha256;

use super::content::ContentId;
use super::ledger::Ledger;
use super::ledger::Read;
use super::name::PacticipantName;
use super::name::VersionNumber;
use super::pacts::PactPublication;
use super::test_results::TestResults;
use super::time::Timestamp;
use super::verification::Run;
use super::verification::VerificationResult;

/// How many numbers each run has for its results.
const NUMBERS_OF_A_RUN: u64 = 1_000_000;

/// The number of a result: the sequence of its run in the provider's history, and six digits.
///
/// Two results of one provider never share a number. The digits are a hash, so that of two
/// providers, whose histories count alike, two given results share one at odds of one in a million
/// at most. A number never changes, and is exact in a 64-bit float for nine billion facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResultNumber(u64);

impl fmt::Display for ResultNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for ResultNumber {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// A result, and the run that found it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedResult {
    /// The provider that was verified.
    pub provider: PacticipantName,
    /// The run; it says which version was verified, when and by what.
    pub run: Arc<Run>,
    /// What was found.
    pub result: VerificationResult,
}

impl RecordedResult {
    /// Returns its number.
    #[must_use]
    pub fn number(&self) -> ResultNumber {
        let results = self.run.results.iter();
        let numbered = results.zip(numbers(&self.provider, &self.run));
        let mut own = numbered.filter(|(result, _)| {
            (&result.consumer, &result.content) == (&self.result.consumer, &self.result.content)
        });
        own.next().map_or(ResultNumber(0), |(_, number)| number)
    }
}

impl RecordedResult {
    /// Returns what the verifier found out test by test, as it reported it; if it did not, the
    /// interactions that failed in the form in which a verifier reports them.
    ///
    /// # Errors
    ///
    /// Fails if a record cannot be read.
    pub fn test_results(&self, ledger: &dyn Ledger) -> Read<Option<Arc<TestResults>>> {
        let failures = &self.result.failures;
        match &self.result.tests {
            Some(id) => ledger.test_results(&self.provider, id),
            None if failures.is_empty() => Ok(None),
            None => Ok(Some(Arc::new(TestResults::of_failures(failures)))),
        }
    }
}

/// Returns the numbers of the results of a run, in the order of the results.
///
/// Each takes the first free number from its hash on, in the order of the hashes, so that the
/// numbers do not depend on the order of the results. A run has fewer than a million.
fn numbers(provider: &PacticipantName, run: &Run) -> Vec<ResultNumber> {
    let hashes = run.results.iter().map(|result| hash(provider, result));
    let mut order: Vec<_> = hashes.enumerate().collect();
    order.sort_by_key(|(_, hash)| *hash);
    let first = run.seq.0.saturating_mul(NUMBERS_OF_A_RUN);
    let mut taken = BTreeSet::new();
    let mut numbers = vec![ResultNumber(first); run.results.len()];
    for (index, hash) in order {
        let mut digits = hash % NUMBERS_OF_A_RUN;
        while !taken.insert(digits) {
            digits = (digits + 1) % NUMBERS_OF_A_RUN;
        }
        numbers[index] = ResultNumber(first.saturating_add(digits));
    }
    numbers
}

fn hash(provider: &PacticipantName, result: &VerificationResult) -> u64 {
    let text = format!("{provider}\n{}\n{}", result.consumer, result.content);
    let digest: [u8; 32] = Sha256::digest(text).into();
    let (head, _) = digest
        .split_first_chunk()
        .expect("a digest has 32 bytes, more than 8");
    u64::from_be_bytes(*head)
}

/// All results of one provider.
#[derive(Clone, Debug)]
pub struct ProviderResults {
    provider: PacticipantName,
    /// Oldest first.
    runs: Vec<Arc<Run>>,
}

/// The results of the providers that were asked about so far: of many questions about one provider, the
/// first reads its runs.
#[derive(Debug, Default)]
pub struct ResultsByProvider(BTreeMap<PacticipantName, ProviderResults>);

impl ResultsByProvider {
    /// Returns the results of some providers, any of which may be named several times. Reads all their
    /// runs, at once.
    ///
    /// # Errors
    ///
    /// Fails if a record cannot be read.
    pub fn read<'a>(
        ledger: &dyn Ledger,
        providers: impl Iterator<Item = &'a PacticipantName>,
    ) -> Read<Self> {
        let providers: BTreeSet<_> = providers.cloned().collect();
        let providers: Vec<_> = providers.into_iter().collect();
        let runs = ledger.runs_of_each(&providers)?;
        let results = providers.into_iter().zip(runs).map(|(provider, runs)| {
            let name = provider.clone();
            (name, ProviderResults { provider, runs })
        });
        Ok(Self(results.collect()))
    }

    /// Returns all results of a provider. Reads all its runs, if nobody asked about it before.
    ///
    /// # Errors
    ///
    /// Fails if a record cannot be read.
    pub fn of(
        &mut self,
        ledger: &dyn Ledger,
        provider: &PacticipantName,
    ) -> Read<&ProviderResults> {
        match self.0.entry(provider.clone()) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(place) => Ok(place.insert(ProviderResults::read(ledger, provider)?)),
        }
    }
}

impl ProviderResults {
    /// Returns all results of a provider. Reads all its runs.
    ///
    /// # Errors
    ///
    /// Fails if a record cannot be read.
    pub fn read(ledger: &dyn Ledger, provider: &PacticipantName) -> Read<Self> {
        Ok(Self {
            provider: provider.clone(),
            runs: ledger.runs(provider)?,
        })
    }

    /// Returns when a pact of a consumer was last verified, whatever its content.
    #[must_use]
    pub fn last_verified_at(&self, consumer: &PacticipantName) -> Option<Timestamp> {
        let of_consumer = |result: &VerificationResult| result.consumer == *consumer;
        let mut runs = self.runs.iter().rev();
        runs.find(|run| run.results.iter().any(of_consumer))
            .map(|run| run.created_at)
    }

    /// Returns the latest result for a content, whichever provider version it is of.
    #[must_use]
    pub fn latest(
        &self,
        consumer: &PacticipantName,
        content: &ContentId,
    ) -> Option<RecordedResult> {
        self.newest_first(consumer, content).next()
    }

    /// Returns every result for a content, newest first.
    pub fn newest_first<'a>(
        &'a self,
        consumer: &'a PacticipantName,
        content: &'a ContentId,
    ) -> impl Iterator<Item = RecordedResult> + 'a {
        self.runs.iter().rev().filter_map(move |run| {
            let result = run.result(consumer, content)?;
            Some(self.recorded(run, result))
        })
    }

    /// Returns the result with a number, if there is one.
    #[must_use]
    pub fn numbered(&self, number: ResultNumber) -> Option<RecordedResult> {
        let seq = number.0 / NUMBERS_OF_A_RUN;
        let run = self.runs.iter().find(|run| run.seq.0 == seq)?;
        let mut numbers = numbers(&self.provider, run).into_iter();
        let index = numbers.position(|known| known == number)?;
        Some(self.recorded(run, &run.results[index]))
    }

    fn recorded(&self, run: &Arc<Run>, result: &VerificationResult) -> RecordedResult {
        RecordedResult {
            provider: self.provider.clone(),
            run: Arc::clone(run),
            result: result.clone(),
        }
    }
}

/// A pact of a consumer version, and what is known of its verification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PactResult {
    /// The pact.
    pub pact: PactPublication,
    /// The latest result for its content; `None` if it was never verified.
    pub latest: Option<RecordedResult>,
    /// What that one says of each test.
    pub tests: Option<Arc<TestResults>>,
}

/// Returns the latest result of a pact. Reads all runs of its provider.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn latest_result(ledger: &dyn Ledger, pact: &PactPublication) -> Read<Option<RecordedResult>> {
    let results = ProviderResults::read(ledger, &pact.provider)?;
    Ok(results.latest(&pact.consumer, &pact.content))
}

/// Returns what the provider's main branch says of a content: the result of its head, else the latest
/// one of any version on it; `None` if there is none, or no main branch (spec: semantics §10).
///
/// Reads the runs of the head only, if that has a result; else all runs of the provider.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn result_on_main_branch(
    ledger: &dyn Ledger,
    provider: &PacticipantName,
    consumer: &PacticipantName,
    content: &ContentId,
) -> Read<Option<RecordedResult>> {
    let known = ledger.pacticipant(provider)?;
    let Some(branch) = known.and_then(|known| known.main_branch.clone()) else {
        return Ok(None);
    };
    let Some(head) = ledger.branch_head(provider, &branch)? else {
        return Ok(None);
    };
    let of_head = result_of_version(ledger, provider, &head.version, consumer, content)?;
    if of_head.is_some() {
        return Ok(of_head);
    }
    let results = ProviderResults::read(ledger, provider)?;
    for recorded in results.newest_first(consumer, content) {
        let version = ledger.version(provider, &recorded.run.version)?;
        if version.is_some_and(|version| version.is_on(&branch)) {
            return Ok(Some(recorded));
        }
    }
    Ok(None)
}

/// Returns what counts of one provider version for a content: the result of its newest run that
/// has one. Reads the runs of that version only.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn result_of_version(
    ledger: &dyn Ledger,
    provider: &PacticipantName,
    number: &VersionNumber,
    consumer: &PacticipantName,
    content: &ContentId,
) -> Read<Option<RecordedResult>> {
    let runs = ledger.runs_of(provider, number)?;
    Ok(runs.into_iter().rev().find_map(|run| {
        let result = run.result(consumer, content)?.clone();
        Some(RecordedResult {
            provider: provider.clone(),
            run,
            result,
        })
    }))
}

/// Returns every pact of a consumer version with its latest result, by name of provider whatever
/// its case; `None` if there is no such version. Reads all runs of all its providers.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn results_of_consumer_version(
    ledger: &dyn Ledger,
    consumer: &PacticipantName,
    number: &VersionNumber,
) -> Read<Option<Vec<PactResult>>> {
    let Some(version) = ledger.version(consumer, number)? else {
        return Ok(None);
    };
    let mut providers: Vec<_> = version.pacts.keys().collect();
    providers.sort_by_cached_key(|name| name.as_str().to_lowercase());
    let mut results = Vec::new();
    for provider in providers {
        if let Some(pact) = PactPublication::of(consumer, provider, Arc::clone(&version)) {
            let latest = latest_result(ledger, &pact)?;
            let tests = match &latest {
                Some(recorded) => recorded.test_results(ledger)?,
                None => None,
            };
            results.push(PactResult {
                pact,
                latest,
                tests,
            });
        }
    }
    Ok(Some(results))
}

#[cfg(test)]
mod tests;
