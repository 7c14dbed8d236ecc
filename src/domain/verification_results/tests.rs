//! Latest results, results by number, and that no two of a provider share one.

use proptest::prelude::*;

use super::*;
use crate::domain::pacts::Pair;
use crate::domain::testing::MemoryLedger;
use crate::domain::testing::content;
use crate::domain::testing::n;
use crate::domain::time::Seq;
use crate::domain::time::Timestamp;

fn ledger() -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "main", &["Shop=a", "mail=m", "Bank=k"]);
    ledger.publish("Web", "2", "main", &["Shop=a"]);
    ledger.publish("App", "1", "main", &["Shop=a"]);
    ledger.verify("Shop", "2", "main", &["Web=a:no", "App=a:yes"]);
    ledger.verify("Shop", "1", "main", &["Web=a:yes"]);
    ledger.verify("mail", "7", "main", &["Web=m:no"]);
    ledger
}

/// Writes a result as `version=success`.
fn told(result: Option<&RecordedResult>) -> String {
    match result {
        Some(found) => format!("{}={}", found.run.version, found.result.success),
        None => "-".to_owned(),
    }
}

#[test]
fn the_latest_result_of_a_content_is_the_newest_of_any_provider_version() {
    let ledger = ledger();
    let (shop, web) = (&n("Shop"), &n("Web"));
    for (number, latest) in [("1", "1=true"), ("2", "1=true")] {
        let pair = Pair {
            ledger: &ledger,
            consumer: web,
            provider: shop,
        };
        let pact = pair.of_version(&n(number)).unwrap().unwrap();
        assert_eq!(
            told(latest_result(&ledger, &pact).unwrap().as_ref()),
            latest
        );
    }
    let results = ProviderResults::read(&ledger, shop).unwrap();
    let all: Vec<_> = results.newest_first(web, &content("a")).collect();
    let all: Vec<_> = all.iter().map(|result| told(Some(result))).collect();
    assert_eq!(all, ["1=true", "2=false"]);
    assert_eq!(told(results.latest(web, &content("b")).as_ref()), "-");
}

#[test]
fn a_consumer_version_has_a_result_for_each_of_its_pacts_or_none() {
    let results = |number| results_of_consumer_version(&ledger(), &n("Web"), &n(number)).unwrap();
    let told: Vec<_> = results("1")
        .unwrap()
        .iter()
        .map(|known| format!("{} {}", known.pact.provider, told(known.latest.as_ref())))
        .collect();
    assert_eq!(told, ["Bank -", "mail 7=false", "Shop 1=true"]);
    assert_eq!(results("9"), None);
}

#[test]
fn a_result_is_found_again_by_its_number() {
    let ledger = ledger();
    let results = ProviderResults::read(&ledger, &n("Shop")).unwrap();
    let found = results.latest(&n("App"), &content("a")).unwrap();
    let number = found.number();
    assert_eq!(results.numbered(number), Some(found.clone()));
    assert_eq!(number.to_string().parse(), Ok(number));
    assert_eq!(results.numbered(ResultNumber(number.0 + 1)), None);
    assert_eq!(results.numbered(ResultNumber(7)), None);
    // Numbers stand in addresses, so they are for ever.
    assert_eq!(number.0 % NUMBERS_OF_A_RUN, 599_955);
}

#[test]
fn results_of_one_run_with_the_same_hash_still_have_numbers_of_their_own() {
    let mut run = run(&[]);
    run.results = (0..2_000)
        .map(|index| result(&format!("App {index}"), "a"))
        .collect();
    let digits = |result| hash(&n("Shop"), result) % NUMBERS_OF_A_RUN;
    let hashes: BTreeSet<_> = run.results.iter().map(digits).collect();
    assert!(hashes.len() < 2_000, "no two are the same");
    let numbers: BTreeSet<_> = numbers(&n("Shop"), &run).into_iter().collect();
    assert_eq!(numbers.len(), 2_000);
}

fn result(consumer: &str, text: &str) -> VerificationResult {
    VerificationResult {
        consumer: n(consumer),
        content: content(text),
        success: true,
        wip: false,
        failures: Vec::new(),
        tests: None,
    }
}

fn run(results: &[(String, String)]) -> Run {
    Run {
        version: n("1"),
        number: 1,
        seq: Seq(12),
        created_at: Timestamp::clamped(0),
        build_url: None,
        verified_by: None,
        request: None,
        results: results.iter().map(|(c, t)| result(c, t)).collect(),
    }
}

proptest! {
    #[test]
    fn numbers_of_a_run_differ_and_do_not_depend_on_the_order_of_its_results(
        named in prop::collection::btree_set(("[A-Z]{1,2}", "[a-z]{1,2}"), 0..40)
    ) {
        let named: Vec<_> = named.into_iter().collect();
        let mut reversed = named.clone();
        reversed.reverse();
        let (one, mut other) = (numbers(&n("P"), &run(&named)), numbers(&n("P"), &run(&reversed)));
        prop_assert_eq!(one.iter().collect::<BTreeSet<_>>().len(), named.len());
        other.reverse();
        prop_assert_eq!(&one, &other);
        for number in one {
            prop_assert_eq!(number.0 / NUMBERS_OF_A_RUN, 12);
        }
    }
}
