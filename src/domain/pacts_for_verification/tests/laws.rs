//! What holds for every history and every request.

use proptest::prelude::{any, prop, prop_oneof, proptest};
use proptest::strategy::{Just, Strategy};
use serde_json::json;

use super::*;

/// Something that happens; small numbers and letters, so that names meet.
#[derive(Clone, Debug)]
enum Event {
    Publish {
        consumer: u8,
        version: u8,
        branch: u8,
        tag: bool,
        content: u8,
    },
    Verify {
        version: u8,
        branch: u8,
        consumer: u8,
        content: u8,
        outcome: u8,
    },
    Deploy {
        consumer: u8,
        version: u8,
    },
}

const BRANCHES: [&str; 4] = ["", "main", "feat", "fix"];
const CONSUMERS: [&str; 2] = ["Web", "App"];

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (0..2_u8, 0..5_u8, 0..4_u8, any::<bool>()).prop_map(
            |(consumer, version, branch, tag)| {
                // A version has one content for ever, as the broker sees to.
                let content = version % 3;
                Event::Publish { consumer, version, branch, tag, content }
            }
        ),
        3 => (0..4_u8, 0..4_u8, 0..2_u8, 0..3_u8, 0..3_u8).prop_map(
            |(version, branch, consumer, content, outcome)| {
                Event::Verify { version, branch, consumer, content, outcome }
            }
        ),
        1 => (0..2_u8, 0..5_u8).prop_map(|(consumer, version)| Event::Deploy { consumer, version }),
    ]
}

fn happen(ledger: &mut MemoryLedger, event: &Event) {
    let consumer_name = |consumer: u8| CONSUMERS[usize::from(consumer)];
    let branch_name = |branch: u8| BRANCHES[usize::from(branch)];
    match *event {
        Event::Publish {
            consumer,
            version,
            branch,
            tag,
            content,
        } => {
            let tags: &[&str] = if tag { &["dev"] } else { &[] };
            let pact = format!("Api=c{content}");
            ledger.publish_tagged(
                consumer_name(consumer),
                &version.to_string(),
                branch_name(branch),
                tags,
                &[&pact],
            );
        }
        Event::Verify {
            version,
            branch,
            consumer,
            content,
            outcome,
        } => {
            let outcome = ["yes", "no", "wip"][usize::from(outcome)];
            let result = format!("{}=c{content}:{outcome}", consumer_name(consumer));
            ledger.verify("Api", &version.to_string(), branch_name(branch), &[&result]);
        }
        Event::Deploy { consumer, version } => {
            let version = version.to_string();
            ledger.deploy(consumer_name(consumer), &version, "prod", "");
        }
    }
}

fn history(events: &[Event]) -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("prod");
    ledger.publish("Api", "0", "main", &[]);
    for event in events {
        happen(&mut ledger, event);
    }
    ledger
}

fn selector() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!({"mainBranch": true}),
        json!({"branch": "feat"}),
        json!({"branch": "fix", "fallbackBranch": "feat"}),
        json!({"branch": true, "consumer": "Web"}),
        json!({"tag": "dev"}),
        json!({"tag": "gone", "latest": true, "fallbackTag": "dev"}),
        json!({"latest": true}),
        json!({"deployed": true}),
        json!({"environment": "prod"}),
    ])
}

fn build() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!({}),
        json!({"providerVersionBranch": "main"}),
        json!({"providerVersionBranch": "feat"}),
        json!({"providerVersionTags": ["dev", "fix"]}),
    ])
}

fn rules() -> impl Strategy<Value = Rules> {
    prop_oneof![Just(Rules::Strict), Just(Rules::PactBroker)]
}

fn with(build: &Value, selectors: &[Value]) -> Value {
    let mut body = build.clone();
    body["includeWipPactsSince"] = json!("2020-01-01");
    body["consumerVersionSelectors"] = json!(selectors);
    body
}

type Key = (PacticipantName, ContentId);

fn key(pact: &SelectedPact) -> Key {
    (pact.consumer.clone(), pact.content.clone())
}

/// Returns what was found, without the words.
fn found(pacts: &[SelectedPact]) -> Vec<(Key, VersionNumber, bool, Option<bool>)> {
    let found = |pact: &SelectedPact| (key(pact), pact.version.clone(), pact.wip, pact.pending);
    pacts.iter().map(found).collect()
}

proptest! {
    #[test]
    fn a_content_of_a_consumer_is_listed_once_selected_or_in_progress(
        events in prop::collection::vec(event(), 0..20),
        selectors in prop::collection::vec(selector(), 0..4),
        build in build(),
        rules in rules(),
    ) {
        let ledger = history(&events);
        let pacts = select(&ledger, &with(&build, &selectors), rules);
        let keys: BTreeSet<_> = pacts.iter().map(key).collect();
        assert_eq!(keys.len(), pacts.len());
        assert!(pacts.is_sorted_by_key(|pact| pact.wip), "work in progress comes last");
        assert!(pacts.iter().all(|pact| !pact.choices.is_empty()));
        assert!(pacts.iter().all(|pact| !pact.wip || pact.pending == Some(true)));
        for pact in &pacts {
            assert!(pact.choices.iter().any(|choice| choice.version == pact.version));
        }
    }

    #[test]
    fn the_order_of_the_selectors_does_not_matter(
        events in prop::collection::vec(event(), 0..20),
        selectors in prop::collection::vec(selector(), 0..4),
        build in build(),
        rules in rules(),
    ) {
        let ledger = history(&events);
        let forwards = select(&ledger, &with(&build, &selectors), rules);
        let reversed: Vec<_> = selectors.into_iter().rev().collect();
        assert_eq!(select(&ledger, &with(&build, &reversed), rules), forwards);
    }

    #[test]
    fn asking_for_the_same_twice_finds_the_same(
        events in prop::collection::vec(event(), 0..20),
        selectors in prop::collection::vec(selector(), 1..4),
        build in build(),
    ) {
        let ledger = history(&events);
        let once = with(&build, &selectors);
        let twice = with(&build, &[selectors.clone(), selectors].concat());
        let strict = select(&ledger, &once, Rules::Strict);
        assert_eq!(select(&ledger, &twice, Rules::Strict), strict);
        let broker = |body| found(&select(&ledger, body, Rules::PactBroker));
        assert_eq!(broker(&twice), broker(&once), "only the words repeat themselves");
    }

    #[test]
    fn a_pact_that_may_fail_no_more_never_may_again(
        events in prop::collection::vec(event(), 1..25),
        build in build(),
    ) {
        // A branch or tag that has begun: one that has not yet can still lose what it inherits.
        let mut ledger = history(&[]);
        ledger.publish_tagged("Api", "0", "feat", &["dev", "fix"], &[]);
        let mut settled = BTreeSet::new();
        for event in &events {
            happen(&mut ledger, event);
            let all = with(&build, &[json!({"branch": true}), json!({"tag": "dev"})]);
            for pact in select(&ledger, &all, Rules::Strict) {
                match pact.pending {
                    Some(false) => drop(settled.insert(key(&pact))),
                    _ if pact.wip => {}
                    _ => assert!(!settled.contains(&key(&pact)), "{event:?}"),
                }
            }
        }
    }
}
