//! Outputs of real verifiers, and what they prove.

use std::fmt::Write;

use serde_json::Value;
use serde_json::json;

use super::*;
use crate::domain::name::PacticipantName;

/// Returns a fixture of `fixtures/verifier`.
fn report(name: &str) -> Vec<u8> {
    let path = format!(
        "{}/fixtures/verifier/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read(path).unwrap()
}

/// Returns the name of a pacticipant.
fn name(text: &str) -> PacticipantName {
    text.parse().unwrap()
}

/// Returns the id of a content that is told from others by a number.
fn content(number: u8) -> ContentId {
    ContentId::from_digest([number; 32])
}

/// Returns a pact of `fixtures/pacts` as it would be pulled.
fn pulled(file: &str, number: u8) -> PulledPact {
    let path = format!("{}/fixtures/pacts/{file}.json", env!("CARGO_MANIFEST_DIR"));
    let pact: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let interactions = pact["interactions"].as_array().unwrap();
    PulledPact {
        consumer: name(pact["consumer"]["name"].as_str().unwrap()),
        content: content(number),
        pending: false,
        wip: false,
        interactions: interactions
            .iter()
            .map(|interaction| PulledInteraction {
                description: interaction["description"].as_str().unwrap().to_owned(),
                key: interaction["key"].as_str().map(str::to_owned),
            })
            .collect(),
    }
}

fn web_1() -> PulledPact {
    pulled("orders/web-1", 1)
}

fn web_2() -> PulledPact {
    pulled("orders/web-2", 2)
}

fn mobile() -> PulledPact {
    pulled("orders/mobile-app-1", 3)
}

/// Draws what a report proves of pacts, one line for each.
fn drawn(bytes: &[u8], provider: &str, pulled: &[PulledPact]) -> String {
    let output = VerifierOutput::parse(bytes).unwrap();
    let matched = match_results(&output, &name(provider), pulled);
    let mut text = String::new();
    for PactResult { result, pending } in &matched.results {
        let answer = match (result.success, pending) {
            (true, _) => "yes",
            (false, true) => "pending",
            (false, false) => "no",
        };
        let (consumer, short) = (&result.consumer, &result.content.short()[..2]);
        writeln!(text, "{consumer} {short}: {answer} {:?}", result.failures).unwrap();
    }
    for Unverified {
        consumer,
        content,
        why,
    } in &matched.unverified
    {
        let short = &content.short()[..2];
        writeln!(text, "{consumer} {short}: unknown, {why}").unwrap();
    }
    for stranger in &matched.strangers {
        writeln!(text, "stranger: {stranger}").unwrap();
    }
    for problem in &matched.problems {
        writeln!(text, "problem: {problem}").unwrap();
    }
    text
}

/// The same for a fixture and the pacts of Order Service.
fn orders(fixture: &str, pulled: &[PulledPact]) -> String {
    drawn(&report(fixture), "Order Service", pulled)
}

const INVOICE: &str = "a request for the invoice of an order";

#[test]
fn a_pact_succeeds_if_all_its_interactions_passed() {
    assert_eq!(
        orders("rust-pass", &[web_1(), mobile()]),
        "Web 01: yes []\nMobile App 03: yes []\n"
    );
    assert_eq!(orders("ruby-pass", &[web_1()]), "Web 01: yes []\n");
    assert_eq!(
        drawn(
            &report("rust-v4"),
            "Payments",
            &[pulled("payments/order-service-1", 4)]
        ),
        "Order Service 04: yes []\n"
    );
}

#[test]
fn every_form_tells_the_consumer_that_failed_from_the_one_that_did_not() {
    let given = format!("{INVOICE} (given order 42 exists)");
    for (fixture, failure) in [
        ("rust-fail", given.as_str()),
        ("rust-1.2-fail-colour", &given),
        ("rust-1.1-fail", &given),
        ("jvm-fail", &given),
        ("ruby-fail", &format!("Given order 42 exists {INVOICE}")),
        ("own", INVOICE),
    ] {
        assert_eq!(
            orders(fixture, &[web_2(), mobile()]),
            format!("Web 02: no [\"{failure}\"]\nMobile App 03: yes []\n"),
            "{fixture}"
        );
    }
}

#[test]
fn two_contents_of_a_consumer_are_told_apart_by_their_interactions() {
    let all = [web_1(), web_2(), mobile()];
    let expected = format!(
        "Web 01: yes []\nWeb 02: no [\"{INVOICE} (given order 42 exists)\"]\nMobile App 03: yes []\n"
    );
    assert_eq!(orders("rust-two-contents-colour", &all), expected);
    assert_eq!(
        orders("ruby-two", &all[..2]),
        format!("Web 01: yes []\nWeb 02: no [\"Given order 42 exists {INVOICE}\"]\n")
    );
    let both = orders("rust-two-contents-both-fail", &all);
    assert!(both.starts_with("Web 01: no [\"a request for an order (given order 42 exists)\"]\n"));
    assert!(both.contains("Web 02: no ["));
}

#[test]
fn if_it_cannot_be_told_which_content_failed_both_did() {
    let mut other = web_2();
    other.content = content(9);
    let text = orders("rust-fail", &[web_2(), other, mobile()]);
    assert!(text.contains("Web 02: no ["), "{text}");
    assert!(text.contains("Web 09: no ["), "{text}");
}

#[test]
fn one_success_is_not_enough_for_two_contents_that_look_alike() {
    let mut other = web_1();
    other.content = content(9);
    let unknown = "several contents of the consumer fit what was run; verify them apart";
    assert_eq!(
        orders("rust-pass", &[web_1(), other.clone()]),
        format!(
            "Web 01: unknown, {unknown}\nWeb 09: unknown, {unknown}\nstranger: Mobile App and Order Service\n"
        )
    );
    let twice: Vec<u8> = [report("ruby-pass"), report("ruby-pass")].concat();
    assert_eq!(
        drawn(&twice, "Order Service", &[web_1(), other]),
        "Web 01: yes []\nWeb 09: yes []\n"
    );
}

#[test]
fn keys_tell_contents_apart_that_have_the_same_descriptions() {
    let mut other = pulled("payments/order-service-1", 5);
    for interaction in &mut other.interactions {
        interaction.key = interaction.key.take().map(|key| key + "-new");
    }
    let pacts = [pulled("payments/order-service-1", 4), other];
    assert_eq!(
        drawn(&report("rust-v4"), "Payments", &pacts),
        "Order Service 04: yes []\n\
         Order Service 05: unknown, the report is about another content of the consumer\n"
    );
}

#[test]
fn what_was_run_may_have_been_a_part_of_a_larger_content() {
    let text = orders("ruby-pass", &[web_1(), web_2()]);
    assert!(text.contains("Web 01: unknown, several contents"), "{text}");
    assert!(text.contains("Web 02: unknown"), "{text}");
}

#[test]
fn what_was_not_run_is_not_verified() {
    assert_eq!(
        orders("rust-filtered", &[web_1(), mobile()]),
        "Web 01: unknown, not run: a request for an order, a request for an order, \
         a request to place an order\n\
         Mobile App 03: unknown, not run: a request for the orders of a customer\n"
    );
    let text = orders("rust-first-failure-only", &[web_2(), mobile()]);
    assert!(text.starts_with("Web 02: no ["));
    assert!(text.ends_with("Mobile App 03: unknown, the report does not mention the consumer\n"));
}

#[test]
fn a_report_that_is_a_success_in_total_proves_nothing_of_pacts_that_it_does_not_mention() {
    assert!(report("rust-nothing").ends_with(br#""result":true}"#));
    assert_eq!(
        orders("rust-nothing", &[web_1()]),
        "Web 01: unknown, the report does not mention the consumer\n"
    );
    assert_eq!(
        drawn(&report("rust-pass"), "Orders", &[web_1()]),
        "Web 01: unknown, the report does not mention the consumer\n\
         stranger: Mobile App and Order Service\nstranger: Web and Order Service\n"
    );
}

#[test]
fn a_report_about_another_content_proves_nothing() {
    assert_eq!(
        orders("ruby-pass", &[web_2()]),
        format!("Web 02: unknown, not run: {INVOICE}\n")
    );
    assert_eq!(
        drawn(&report("rust-fail"), "Order Service", &[web_1(), mobile()]),
        "Mobile App 03: yes []\n\
         Web 01: unknown, the report is about another content of the consumer\n\
         stranger: Web and Order Service\n"
    );
}

#[test]
fn a_pact_that_could_not_be_loaded_is_no_success() {
    assert_eq!(
        orders("rust-unreadable-file", &[web_1(), mobile()]),
        "Web 01: yes []\n\
         Mobile App 03: unknown, the report does not mention the consumer\n\
         problem: Failed to load pact: Failed to load pact from 'pacts' - Failed to parse Pact JSON\n"
    );
    assert_eq!(
        orders("jvm-load-failure", &[web_1(), mobile()]),
        "Web 01: yes []\n\
         Mobile App 03: no [\"Pact Load Failure: File pacts/Mobile App.json does not exist\"]\n"
    );
}

#[test]
fn a_pact_without_interactions_is_not_verified_by_running_it() {
    let mut empty = web_1();
    empty.interactions.clear();
    let run = br#"{"result": true, "output": ["\nVerifying a pact between Web and Order Service",
        "WARNING: Pact file has no interactions"], "interactionResults": []}"#;
    assert_eq!(
        drawn(run, "Order Service", &[empty]),
        "Web 01: unknown, the pact has no interactions\n"
    );
}

#[test]
fn errors_are_failures_too() {
    let text = orders("rust-provider-down", &[web_1(), mobile()]);
    assert!(text.contains("Web 01: no ["), "{text}");
    assert!(text.contains("Mobile App 03: no ["), "{text}");
    assert_eq!(
        orders("jvm-state-failure", &[mobile()]),
        "Mobile App 03: no [\"an interaction that could not be set up\"]\n"
    );
}

#[test]
fn a_failure_of_a_pending_interaction_is_a_failure_that_is_forgiven() {
    let mut backoffice = pulled("payments/order-service-1", 6);
    backoffice.consumer = name("Backoffice");
    backoffice.interactions.truncate(2);
    backoffice.interactions[0].key = None;
    backoffice.interactions[1] = PulledInteraction {
        description: "a request to refund a card".to_owned(),
        key: Some("refund".to_owned()),
    };
    let pacts = [backoffice, pulled("payments/order-service-1", 4)];
    assert_eq!(
        drawn(&report("rust-pending-interaction"), "Payments", &pacts),
        "Backoffice 06: pending [\"a request to refund a card (given the card is good for)\"]\n\
         Order Service 04: yes []\n"
    );
}

#[test]
fn a_failure_of_a_pending_pact_is_forgiven() {
    let mut web = web_2();
    web.pending = true;
    web.wip = true;
    let output = VerifierOutput::parse(&report("rust-fail")).unwrap();
    let matched = match_results(&output, &name("Order Service"), &[web]);
    let found = &matched.results[0];
    assert!(found.pending && found.result.wip && !found.result.success);
}

#[test]
fn our_own_form_may_say_which_content() {
    let mine = json!({"verifiedBy": "mine 1", "results": [
        {"consumer": "Web", "contentId": content(1), "success": true},
        {"consumer": "Web", "contentId": content(2), "success": false},
    ]});
    assert_eq!(
        drawn(
            mine.to_string().as_bytes(),
            "Order Service",
            &[web_1(), web_2()]
        ),
        "Web 01: yes []\nWeb 02: no []\n"
    );
    let vague = br#"{"consumer": "Web", "success": true}"#;
    let text = drawn(vague, "Order Service", &[web_1(), web_2()]);
    assert!(!text.contains("yes"), "{text}");
    assert_eq!(
        drawn(vague, "Order Service", &[web_1()]),
        "Web 01: yes []\n"
    );
}

#[test]
fn a_consumer_may_have_and_in_its_name() {
    let mine = json!({"result": true, "output": ["\nVerifying a pact between Tom and Jerry and Cat and Dog",
        "", "  a bone (0s loading, 1ms verification)"]});
    let pact = PulledPact {
        consumer: name("Tom and Jerry"),
        interactions: vec![PulledInteraction {
            description: "a bone".to_owned(),
            key: None,
        }],
        ..web_1()
    };
    let text = drawn(mine.to_string().as_bytes(), "Cat and Dog", &[pact]);
    assert_eq!(text, "Tom and Jerry 01: yes []\n");
}

#[test]
fn a_failure_without_an_interaction_counts_for_the_pact_of_which_nothing_was_run() {
    let failed = |heading: &str| {
        json!({"result": false, "output": [heading], "interactionResults": [],
            "errors": [{"interaction": "Could not verify the provided pact",
                "mismatch": {"type": "error", "message": "no plugin"}}]})
        .to_string()
    };
    assert_eq!(
        drawn(
            failed("\nVerifying a pact between Web and Order Service").as_bytes(),
            "Order Service",
            &[web_1()]
        ),
        "Web 01: no [\"Could not verify the provided pact: no plugin\"]\n"
    );
    assert!(matches!(
        VerifierOutput::parse(failed("").as_bytes()),
        Err(UnreadableOutput::Unattributable(_))
    ));
}

/// What is refused, and how the message begins.
const REFUSED: &[(&str, &str)] = &[
    ("", "the verification results are empty"),
    ("oops", "the verification results are not JSON"),
    (
        r#"{"result": true"#,
        "the verification results are not JSON",
    ),
    ("{}", "the verification results are of no known form"),
    (
        r#"{"result": "true"}"#,
        "the verification results are of no known form",
    ),
    (
        "[1]",
        "the verification results look like those of git-pact",
    ),
    (
        r#"[{"consumer": "Web", "sucess": true, "success": true}]"#,
        "the verification results look like those of git-pact",
    ),
    (
        r#"[{"consumer": "Web", "success": true, "failures": ["x"]}]"#,
        "the verification results contradict themselves: the pact of Web",
    ),
    (
        r#"{"result": false}"#,
        "the verification results contradict themselves: it failed, but nothing in it did",
    ),
    (
        r#"{"result": true, "interactionResults": [{"description": "x", "result": "OK"}]}"#,
        "the verification results contradict themselves: `x` has a result",
    ),
    (
        r#"{"result": false, "errors": [{"interaction": "Verifying a pact between A and B - x"}]}"#,
        "a failure cannot be tied to a pact: Verifying a pact between A and B - x",
    ),
    (
        r#"{"metaData": {"reportFormat": "1.0.0"}, "provider": {"name": "A"}, "execution": []}"#,
        "the verification results are in format 1.0.0 of pact-jvm",
    ),
    (
        r#"{"examples": [], "summary": {"pacts": [], "errors_outside_of_examples_count": 1}}"#,
        "a failure cannot be tied to a pact: an error outside",
    ),
];

#[test]
fn what_does_not_fit_together_is_refused() {
    for (text, expected) in REFUSED {
        let error = VerifierOutput::parse(text.as_bytes())
            .unwrap_err()
            .to_string();
        assert!(error.starts_with(expected), "{text}: {error}");
    }
}

#[test]
fn the_program_is_named_as_far_as_it_says() {
    for (fixture, expected) in [
        ("rust-pass", "pact_verifier"),
        ("ruby-pass", "pact-ruby"),
        ("jvm-fail", "pact-jvm 4.6.17"),
        ("own", "git-pact"),
    ] {
        let output = VerifierOutput::parse(&report(fixture)).unwrap();
        assert_eq!(output.verified_by, expected);
    }
}
