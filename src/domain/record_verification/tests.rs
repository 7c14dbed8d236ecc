//! What a report makes known, rule by rule.

use proptest::prelude::{any, prop, proptest};

use super::super::pacticipant::Pacticipant;
use super::super::testing::{MemoryLedger, content, n};
use super::*;

fn result(consumer: &str, pact: ReportedPact, success: bool) -> ReportedResult {
    ReportedResult {
        consumer: n(consumer),
        pact,
        success,
        wip: false,
        failures: Vec::new(),
        tests: None,
    }
}

fn report(ledger: &MemoryLedger, results: Vec<ReportedResult>) -> Report {
    Report {
        provider: n("Api"),
        version: n("7"),
        branch: Some(n("main")),
        tags: Vec::new(),
        build_url: None,
        verified_by: None,
        results,
        request: None,
        at: ledger.now(),
    }
}

fn recording(ledger: &MemoryLedger, results: Vec<ReportedResult>) -> Recording {
    let report = report(ledger, results);
    record_verification(ledger, &report, Rules::Strict).unwrap()
}

fn refusal(ledger: &MemoryLedger, reported: ReportedResult) -> String {
    let report = report(ledger, vec![reported]);
    let refused = record_verification(ledger, &report, Rules::Strict);
    refused.unwrap_err().to_string()
}

fn record(ledger: &mut MemoryLedger, recording: &Recording) -> usize {
    let entries = recording.facts.iter().map(|fact| ledger.tell(fact));
    entries.sum()
}

fn one_consumer() -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "main", &["Api=a"]);
    ledger.publish("Web", "2", "feat", &["Api=b"]);
    ledger
}

#[test]
fn a_request_is_recorded_once_and_the_next_one_that_says_the_same_is_another_run() {
    let mut ledger = one_consumer();
    let mut requested = |request: Option<&str>| {
        let mut report = report(&ledger, vec![result("Web", ReportedPact::Current, true)]);
        report.request = request.map(|id| RequestId(id.to_owned()));
        let recording = record_verification(&ledger, &report, Rules::PactBroker).unwrap();
        record(&mut ledger, &recording);
        ledger.runs(&n("Api")).unwrap().len()
    };
    let runs = ["one", "one", "two", "one", "two"].map(|id| requested(Some(id)));
    assert_eq!(runs, [1, 1, 2, 2, 2]);
    assert_eq!(requested(None), 2, "who says no id says nothing new");
}

#[test]
fn one_run_holds_the_results_for_several_consumers() {
    let mut ledger = one_consumer();
    ledger.publish("App", "1", "main", &["Api=c"]);
    let results = vec![
        result("Web", ReportedPact::OfVersion(n("2")), false),
        result("App", ReportedPact::Content(content("c")), true),
    ];
    let recording = recording(&ledger, results);
    assert!(!recording.is_known);
    assert_eq!(recording.facts.len(), 2);
    record(&mut ledger, &recording);
    let runs = ledger.runs_of(&n("Api"), &n("7")).unwrap();
    assert_eq!(runs.len(), 1);
    assert!(runs[0].result(&n("App"), &content("c")).unwrap().success);
    assert!(!runs[0].result(&n("Web"), &content("b")).unwrap().success);
    let version = ledger.version(&n("Api"), &n("7")).unwrap().unwrap();
    assert!(version.is_on(&n("main")));
}

#[test]
fn the_same_report_again_is_known_in_whatever_order() {
    let mut ledger = one_consumer();
    let first = result("Web", ReportedPact::OfVersion(n("1")), true);
    let second = result("Web", ReportedPact::OfVersion(n("2")), true);
    let recorded = recording(&ledger, vec![first.clone(), second.clone()]);
    assert!(!recorded.is_known);
    assert!(record(&mut ledger, &recorded) > 0);
    let mut again = recording(&ledger, vec![second, first]);
    assert!(again.is_known);
    assert_eq!(record(&mut ledger, &again), 0);
    again = recording(
        &ledger,
        vec![result("Web", ReportedPact::OfVersion(n("2")), false)],
    );
    assert!(!again.is_known, "a run with another outcome is news");
}

#[test]
fn only_a_consumer_means_its_current_contract() {
    let current = || vec![result("Web", ReportedPact::Current, true)];
    let content_now =
        |ledger: &MemoryLedger| recording(ledger, current()).results[0].content.clone();
    let mut ledger = one_consumer();
    assert_eq!(content_now(&ledger), content("a"), "of its main branch");

    let mut without_main = MemoryLedger::default();
    without_main.publish("Web", "1", "trunk", &["Api=a"]);
    without_main.publish("Web", "2", "feat", &["Api=b"]);
    assert_eq!(
        content_now(&without_main),
        content("b"),
        "of its latest version"
    );

    let mut web = Pacticipant::new(n("Web"), ledger.now());
    web.main_branch = Some(n("never"));
    ledger.tell(&Fact::Pacticipant(web));
    assert_eq!(
        content_now(&ledger),
        content("b"),
        "nothing was ever on the main branch"
    );
}

#[test]
fn a_report_without_a_current_contract_is_told_what_to_say() {
    let mut ledger = one_consumer();
    ledger.publish("Web", "3", "main", &["Other=a"]);
    ledger.publish("App", "1", "trunk", &["Other=a"]);
    let current = |ledger: &MemoryLedger, consumer: &str| {
        refusal(ledger, result(consumer, ReportedPact::Current, true))
    };
    assert_eq!(
        current(&ledger, "Web"),
        "Web has no current contract with Api, because version 3, the latest on its main branch \
         main, has no pact with it; say which version of Web was verified with --consumer-version"
    );
    assert_eq!(
        current(&ledger, "App"),
        "App has no current contract with Api, because its latest version 1 has no pact with it; \
         say which version of App was verified with --consumer-version"
    );
    assert_eq!(
        current(&ledger, "Nobody"),
        "Nobody has no current contract with Api, because it has never published anything; say \
         which version of Nobody was verified with --consumer-version"
    );
}

#[test]
fn a_result_for_a_pact_that_nobody_published_is_refused() {
    let mut ledger = one_consumer();
    ledger.publish("Web", "3", "feat", &["Other=z"]);
    let unknown = content("z");
    let refused = refusal(
        &ledger,
        result("Web", ReportedPact::Content(unknown.clone()), true),
    );
    assert_eq!(
        refused,
        format!(
            "no pact between Web and Api has the content {unknown}; publish the pact first, or say \
             which version of Web was verified with --consumer-version"
        )
    );
    assert_eq!(
        refusal(
            &ledger,
            result("Web", ReportedPact::OfVersion(n("3")), true)
        ),
        "version 3 of Web has no pact with Api; publish the pact first, or check --consumer-version"
    );
    assert_eq!(
        refusal(
            &ledger,
            result("Web", ReportedPact::OfVersion(n("9")), true)
        ),
        "there is no version 9 of Web, whose pact with Api was to be verified; publish the pact \
         first, or check --consumer-version"
    );
}

#[test]
fn two_results_for_one_content_are_one_that_fails_if_either_does() {
    let mut ledger = one_consumer();
    ledger.publish("Web", "3", "feat", &["Api=b"]);
    let mut failed = result("Web", ReportedPact::OfVersion(n("3")), false);
    failed.failures = vec!["a list of parcels".to_owned()];
    failed.wip = true;
    let passed = result("Web", ReportedPact::OfVersion(n("2")), true);
    let recording = recording(&ledger, vec![passed, failed.clone(), failed]);
    assert_eq!(recording.results.len(), 1);
    assert!(!recording.results[0].success);
    assert!(
        !recording.results[0].wip,
        "one of them was not work in progress"
    );
    assert_eq!(recording.results[0].failures, ["a list of parcels"]);
}

#[test]
fn a_build_that_verified_nothing_still_states_its_version() {
    let ledger = one_consumer();
    let recording = recording(&ledger, Vec::new());
    assert!(matches!(recording.facts.as_slice(), [Fact::Version(_)]));
    assert!(!recording.is_known);
}

#[test]
fn a_tag_of_the_provider_deploys_it_only_by_the_rules_of_the_broker() {
    let mut ledger = one_consumer();
    ledger.environment_named("prod");
    let mut report = report(&ledger, Vec::new());
    report.tags = vec![n("prod")];
    let facts = |rules| {
        record_verification(&ledger, &report, rules)
            .unwrap()
            .facts
            .len()
    };
    assert_eq!(facts(Rules::Strict), 1);
    assert_eq!(facts(Rules::PactBroker), 2);
}

proptest! {
    #[test]
    fn what_was_recorded_is_known(
        outcomes in prop::collection::vec((0..3_usize, any::<bool>(), any::<bool>()), 1..6),
    ) {
        let mut ledger = one_consumer();
        let pacts = [
            ReportedPact::OfVersion(n("1")),
            ReportedPact::OfVersion(n("2")),
            ReportedPact::Current,
        ];
        let results: Vec<_> = outcomes
            .into_iter()
            .map(|(pact, success, wip)| ReportedResult {
                wip,
                ..result("Web", pacts[pact].clone(), success)
            })
            .collect();
        let first = recording(&ledger, results.clone());
        record(&mut ledger, &first);
        let again = recording(&ledger, results);
        assert!(again.is_known);
        assert_eq!(again.results, first.results);
    }
}
