//! A contract with all that is known about it: who has it, how it fares, what came before.

use std::sync::Arc;

use super::content::ContentId;
use super::integration::Integration;
use super::ledger::Ledger;
use super::ledger::Read;
use super::name::BranchName;
use super::name::TagName;
use super::name::VersionNumber;
use super::pact_status::PactStatus;
use super::pacts::Among;
use super::pacts::PactPublication;
use super::pacts::Pair;
use super::standing::head_branches;
use super::standing::head_tags;
use super::test_results::TestResults;
use super::verification_results::ProviderResults;
use super::verification_results::RecordedResult;
use super::verification_results::ResultNumber;

/// How many results and other versions are told.
pub const MOST: usize = 20;

/// A contract, and what is known about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContractOverview {
    /// The contract, as a version published it.
    pub pact: PactPublication,
    /// The branches whose head that version is.
    pub head_branches: Vec<BranchName>,
    /// The tags of which it is the newest version.
    pub head_tags: Vec<TagName>,
    /// Whether this content is verified.
    pub status: PactStatus,
    /// The newest results for its content, the newest first.
    pub results: Vec<RecordedResult>,
    /// How many results there are for it.
    pub all_results: usize,
    /// The newest version before with other content.
    pub previous_distinct: Option<PactPublication>,
    /// The contract of the newest version, if this is an older one.
    pub newest: Option<PactPublication>,
    /// Other versions with the same content, the newest first.
    pub same: Vec<PactPublication>,
    /// How many others there are.
    pub all_same: usize,
}

impl ContractOverview {
    /// Returns the contract of a version with a provider, or of the newest version that has one; `None`
    /// if there is none. Reads all versions of the consumer and all runs of the provider.
    ///
    /// # Errors
    ///
    /// Fails if a record cannot be read.
    pub fn read(
        ledger: &dyn Ledger,
        integration: &Integration,
        version: Option<&VersionNumber>,
    ) -> Read<Option<Self>> {
        let (consumer, provider) = (&integration.consumer, &integration.provider);
        let pair = Pair {
            ledger,
            consumer,
            provider,
        };
        let pacts = pair.newest_first(&Among::All)?;
        let pact = match version {
            Some(number) => pacts.iter().find(|pact| pact.version.number == *number),
            None => pacts.first(),
        };
        let Some(pact) = pact.cloned() else {
            return Ok(None);
        };
        let results = ProviderResults::read(ledger, provider)?;
        let mut results: Vec<_> = results.newest_first(consumer, &pact.content).collect();
        let all_results = results.len();
        results.truncate(MOST);
        let is_older = |it: &&PactPublication| it.version.seq < pact.version.seq;
        let mut before = pacts.iter().filter(is_older);
        let previous_distinct = before.find(|it| it.content != pact.content).cloned();
        let is_other = |it: &&PactPublication| it.version.number != pact.version.number;
        let same = pacts.iter().filter(is_other);
        let mut same: Vec<_> = same
            .filter(|it| it.content == pact.content)
            .cloned()
            .collect();
        let all_same = same.len();
        same.truncate(MOST);
        Ok(Some(Self {
            head_branches: head_branches(ledger, consumer, &pact.version)?,
            head_tags: head_tags(ledger, consumer, &pact.version)?,
            status: PactStatus::of(&pact, results.first()),
            results,
            all_results,
            previous_distinct,
            newest: pacts.first().filter(is_other).cloned(),
            same,
            all_same,
            pact,
        }))
    }
}

/// What a verification found out about a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultOverview {
    /// The result.
    pub recorded: RecordedResult,
    /// What the verifier found out test by test, as far as that is kept.
    pub tests: Option<Arc<TestResults>>,
    /// The newest version of the consumer with that content, if it has one any more.
    pub pact: Option<PactPublication>,
}

impl ResultOverview {
    /// Returns the result with a number for one of the contents that `is_meant`; `None` if there is none.
    /// Reads all runs of the provider.
    ///
    /// # Errors
    ///
    /// Fails if a record cannot be read.
    pub fn read(
        ledger: &dyn Ledger,
        integration: &Integration,
        is_meant: impl Fn(&ContentId) -> bool,
        number: ResultNumber,
    ) -> Read<Option<Self>> {
        let (consumer, provider) = (&integration.consumer, &integration.provider);
        let recorded = ProviderResults::read(ledger, provider)?.numbered(number);
        let fits =
            |it: &RecordedResult| it.result.consumer == *consumer && is_meant(&it.result.content);
        let Some(recorded) = recorded.filter(fits) else {
            return Ok(None);
        };
        let pair = Pair {
            ledger,
            consumer,
            provider,
        };
        Ok(Some(Self {
            tests: recorded.test_results(ledger)?,
            pact: pair.with_content(&recorded.result.content)?,
            recorded,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::MemoryLedger;
    use crate::domain::testing::n;

    fn shop() -> MemoryLedger {
        let mut ledger = MemoryLedger::default();
        ledger.publish("Web", "1", "main", &["Orders=a"]);
        ledger.publish("Web", "2", "feat", &["Orders=b"]);
        ledger.publish_tagged("Web", "3", "main", &["prod"], &["Orders=b"]);
        ledger.verify("Orders", "7", "main", &["Web=a:yes"]);
        ledger.verify("Orders", "8", "main", &["Web=a:no"]);
        ledger
    }

    fn pair() -> Integration {
        Integration {
            consumer: n("Web"),
            provider: n("Orders"),
        }
    }

    #[test]
    fn a_contract_is_looked_at_with_what_came_before_and_after() {
        let read = |version: Option<&str>| {
            let version = version.map(n);
            ContractOverview::read(&shop(), &pair(), version.as_ref()).unwrap()
        };
        let newest = read(None).unwrap();
        assert_eq!(newest.pact.version.number, n("3"));
        assert_eq!(
            (newest.head_branches, newest.head_tags),
            (vec![n("main")], vec![n("prod")])
        );
        assert_eq!(newest.status, PactStatus::Never);
        assert_eq!(newest.previous_distinct.unwrap().version.number, n("1"));
        assert_eq!((newest.newest, newest.all_same), (None, 1));
        let first = read(Some("1")).unwrap();
        assert_eq!((first.status, first.all_results), (PactStatus::Failed, 2));
        assert_eq!(first.results[0].run.version, n("8"));
        assert_eq!(first.previous_distinct, None);
        assert_eq!(first.newest.unwrap().version.number, n("3"));
        assert_eq!(read(Some("9")), None);
    }

    #[test]
    fn a_result_is_found_by_its_number_and_what_it_is_of() {
        let ledger = shop();
        let first = ContractOverview::read(&ledger, &pair(), Some(&n("1")));
        let first = first.unwrap().unwrap();
        let number = first.results[1].number();
        let of = |content: &ContentId| {
            let is_meant = |it: &ContentId| it == content;
            ResultOverview::read(&ledger, &pair(), is_meant, number).unwrap()
        };
        let found = of(&first.pact.content).unwrap();
        assert!(found.recorded.result.success);
        assert_eq!(found.pact, Some(first.pact));
        assert_eq!(of(&crate::domain::testing::content("b")), None);
    }
}
