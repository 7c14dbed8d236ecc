//! What holds for every history: a clean-up changes no answer about a version that stays, and what
//! is deleted leaves nothing behind that points to it.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::domain::can_i_deploy::can_i_deploy;
use crate::domain::content::ContentId;
use crate::domain::matrix::{Query, matrix};
use crate::domain::pacts_for_verification::{Request, SelectedPact, pacts_for_verification};
use crate::domain::rules::Rules;
use crate::domain::selector::{Destination, Selector};
use crate::domain::testing::{MemoryLedger, content, n};
use crate::domain::verification::Verified;

/// Web and App need Api, Api needs Db and itself.
const CONSUMERS: [&str; 3] = ["Web", "App", "Api"];
const PROVIDERS: [&str; 2] = ["Api", "Db"];
const EVERYBODY: [&str; 4] = ["Web", "App", "Api", "Db"];
const BRANCHES: [&str; 4] = ["", "main", "feat", "fix"];
const ENVIRONMENTS: [&str; 2] = ["prod", "test"];
const CONTENTS: [&str; 3] = ["c0", "c1", "c2"];
const TAGS: [&str; 2] = ["dev", "old"];
const BOTH: [Rules; 2] = [Rules::Strict, Rules::PactBroker];

/// Something that happens; small numbers, so that names meet.
#[derive(Clone, Debug)]
enum Event {
    Publish {
        consumer: usize,
        version: u8,
        branch: usize,
        tag: Option<usize>,
        providers: Vec<usize>,
    },
    Verify {
        provider: usize,
        version: u8,
        branch: usize,
        consumer: usize,
        content: u8,
        outcome: usize,
    },
    Deploy {
        name: usize,
        version: u8,
        environment: usize,
    },
    Release {
        name: usize,
        version: u8,
        environment: usize,
    },
}

fn event() -> impl Strategy<Value = Event> {
    let tag = prop::option::weighted(0.3, 0..2_usize);
    let providers = prop::collection::vec(0..2_usize, 0..3);
    let publish = (0..3_usize, 0..9_u8, 0..4_usize, tag, providers).prop_map(
        |(consumer, version, branch, tag, providers)| Event::Publish {
            consumer,
            version,
            branch,
            tag,
            providers,
        },
    );
    let verify = (
        0..2_usize,
        0..9_u8,
        0..4_usize,
        0..3_usize,
        0..3_u8,
        0..3_usize,
    )
        .prop_map(
            |(provider, version, branch, consumer, content, outcome)| Event::Verify {
                provider,
                version,
                branch,
                consumer,
                content,
                outcome,
            },
        );
    let place = || (0..4_usize, 0..9_u8, 0..2_usize);
    prop_oneof![
        5 => publish,
        5 => verify,
        2 => place().prop_map(|(name, version, environment)| Event::Deploy {
            name, version, environment
        }),
        1 => place().prop_map(|(name, version, environment)| Event::Release {
            name, version, environment
        }),
    ]
}

fn happen(ledger: &mut MemoryLedger, event: &Event) {
    let exists = |ledger: &MemoryLedger, name: usize, version: u8| {
        let version = n(&version.to_string());
        ledger
            .version(&n(EVERYBODY[name]), &version)
            .unwrap()
            .is_some()
    };
    match event {
        Event::Publish {
            consumer,
            version,
            branch,
            tag,
            providers,
        } => {
            // A version has one content for ever, as publishing sees to.
            let pacts: Vec<_> = providers
                .iter()
                .map(|provider| format!("{}=c{}", PROVIDERS[*provider], version % 3))
                .collect();
            let pacts: Vec<&str> = pacts.iter().map(String::as_str).collect();
            let tags: Vec<&str> = tag.iter().map(|tag| TAGS[*tag]).collect();
            let (version, branch) = (version.to_string(), BRANCHES[*branch]);
            ledger.publish_tagged(CONSUMERS[*consumer], &version, branch, &tags, &pacts);
        }
        Event::Verify {
            provider,
            version,
            branch,
            consumer,
            content,
            outcome,
        } => {
            let outcome = ["yes", "no", "wip"][*outcome];
            let result = format!("{}=c{content}:{outcome}", CONSUMERS[*consumer]);
            let (version, branch) = (version.to_string(), BRANCHES[*branch]);
            ledger.verify(PROVIDERS[*provider], &version, branch, &[&result]);
        }
        Event::Deploy {
            name,
            version,
            environment,
        } if exists(ledger, *name, *version) => {
            let place = ENVIRONMENTS[*environment];
            ledger.deploy(EVERYBODY[*name], &version.to_string(), place, "");
        }
        Event::Release {
            name,
            version,
            environment,
        } if exists(ledger, *name, *version) => {
            let place = ENVIRONMENTS[*environment];
            ledger.release(EVERYBODY[*name], &version.to_string(), place);
        }
        Event::Deploy { .. } | Event::Release { .. } => {}
    }
}

fn history(events: &[Event]) -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    for environment in ENVIRONMENTS {
        ledger.environment_named(environment);
    }
    for name in EVERYBODY {
        ledger.publish(name, "0", "main", &[]);
    }
    for event in events {
        happen(&mut ledger, event);
    }
    ledger
}

fn request() -> impl Strategy<Value = CleanRequest> {
    let keep = prop::sample::select(vec![
        json!({"branch": "feat"}),
        json!({"tag": "old"}),
        json!({"mainBranch": true, "pacticipant": "Api"}),
        json!({"pacticipant": "Web"}),
    ]);
    let names = prop::sample::subsequence(EVERYBODY.to_vec(), 0..3);
    let limit = prop::option::weighted(0.3, 0..4_usize);
    (prop::option::weighted(0.4, keep), names, limit).prop_map(|(keep, names, limit)| {
        CleanRequest {
            keep: keep.map(keep_of).into_iter().collect(),
            pacticipants: names.into_iter().map(n).collect(),
            limit,
            at: Timestamp::clamped(1_700_000_000),
        }
    })
}

fn keep_of(value: Value) -> Keep {
    serde_json::from_value::<Keep>(value)
        .unwrap()
        .checked()
        .unwrap()
}

/// Cleans and returns how many entries that made.
fn cleaned(ledger: &mut MemoryLedger, request: &CleanRequest) -> usize {
    let (fact, _) = clean(ledger, request, &|_, _| {}).unwrap();
    ledger.tell(&fact)
}

fn all_versions(ledger: &MemoryLedger) -> Vec<(PacticipantName, Arc<Version>)> {
    let names = ledger.pacticipants().unwrap();
    let of = |name: PacticipantName| {
        let versions = ledger.versions(&name).unwrap();
        versions
            .into_iter()
            .map(move |version| (name.clone(), version))
    };
    names.into_iter().flat_map(of).collect()
}

/// Returns everything that can be asked about some versions with somewhere to go, or about two of
/// them with each other.
fn questions(versions: &[(PacticipantName, Arc<Version>)]) -> Vec<Query> {
    let selector = |(name, version): &(PacticipantName, Arc<Version>)| {
        Selector::version(name.clone(), version.number.clone())
    };
    let destinations = [
        Destination::Environment(n("prod")),
        Destination::Environment(n("test")),
        Destination::MainBranch { latest: true },
        Destination::Tag {
            tag: n("dev"),
            latest: true,
        },
        Destination::Latest,
    ];
    let mut questions = Vec::new();
    for one in versions {
        for destination in &destinations {
            questions.push(Query::can_i_deploy(
                vec![selector(one)],
                destination.clone(),
            ));
        }
        for other in versions.iter().filter(|other| other.0 > one.0) {
            let both = vec![selector(one), selector(other)];
            questions.push(Query::can_i_deploy(both, Destination::None));
        }
    }
    questions
}

/// Returns what a provider has to verify, for builds and selectors of every kind.
fn selections(ledger: &MemoryLedger) -> Vec<Vec<SelectedPact>> {
    let selectors = [
        json!([]),
        json!([{"mainBranch": true}, {"deployedOrReleased": true}]),
        json!([{"branch": "feat", "fallbackBranch": "fix"}]),
        json!([{"latest": true}]),
        json!([{"tag": "dev", "latest": true}]),
    ];
    let builds = [
        json!({}),
        json!({"providerVersionBranch": "main"}),
        json!({"providerVersionBranch": "new"}),
        json!({"providerVersionTags": ["dev", "new"]}),
    ];
    let mut selections = Vec::new();
    for provider in PROVIDERS {
        for build in &builds {
            for selectors in &selectors {
                let mut body = build.clone();
                body["includePendingStatus"] = json!(true);
                body["includeWipPactsSince"] = json!("2020-01-01");
                body["consumerVersionSelectors"] = selectors.clone();
                let request = Request::from_json(n(provider), &body, ledger).unwrap();
                for rules in BOTH {
                    selections.push(pacts_for_verification(ledger, &request, rules).unwrap());
                }
            }
        }
    }
    selections
}

/// Fails if a record points to what is not there.
fn assert_nothing_dangles(ledger: &MemoryLedger) {
    for name in ledger.pacticipants().unwrap() {
        let newest = ledger.versions(&name).unwrap().last().cloned();
        assert_eq!(ledger.latest_version(&name).unwrap(), newest);
        for head in ledger.branch_heads(&name).unwrap() {
            let version = ledger.version(&name, &head.version).unwrap().unwrap();
            assert!(version.is_on(&head.branch));
        }
        for head in ledger.tag_heads(&name).unwrap() {
            let version = ledger.version(&name, &head.version).unwrap().unwrap();
            assert!(version.has_tag(&head.tag));
        }
        for run in ledger.runs(&name).unwrap() {
            assert!(ledger.version(&name, &run.version).unwrap().is_some());
        }
        for environment in ENVIRONMENTS {
            let environment = n(environment);
            for deployed in ledger.deployed(&environment, &name).unwrap() {
                assert!(ledger.version(&name, &deployed.version).unwrap().is_some());
            }
            for released in ledger.released(&environment, &name).unwrap() {
                assert!(ledger.version(&name, &released.version).unwrap().is_some());
            }
        }
    }
    for (name, version) in all_versions(ledger) {
        for (provider, pact) in &version.pacts {
            assert!(
                ledger
                    .content(&name, provider, &pact.content)
                    .unwrap()
                    .is_some()
            );
            assert!(ledger.contract(provider, &name).unwrap().is_some());
        }
        for branch in &version.branches {
            assert!(ledger.branch_head(&name, branch).unwrap().is_some());
        }
    }
}

/// Returns every key that a content may have in these worlds.
fn keys() -> Vec<(PacticipantName, PacticipantName, ContentId)> {
    let mut keys = Vec::new();
    for consumer in CONSUMERS {
        for provider in PROVIDERS {
            for text in CONTENTS {
                keys.push((n(consumer), n(provider), content(text)));
            }
        }
    }
    keys
}

proptest! {
    #[test]
    fn a_clean_up_changes_no_answer_about_a_version_that_stays(
        events in prop::collection::vec(event(), 0..60),
        request in request(),
    ) {
        let before = history(&events);
        let mut after = before.clone();
        cleaned(&mut after, &request);
        let kept = all_versions(&after);
        for query in questions(&kept) {
            for rules in BOTH {
                let then = matrix(&before, &query, rules).unwrap();
                if rules == Rules::PactBroker && then.selectors.len() == 1 {
                    // Who consumes nobody but itself is held against every version of itself there.
                    continue;
                }
                let now = matrix(&after, &query, rules).unwrap();
                assert_eq!(can_i_deploy(&now), can_i_deploy(&then), "{rules:?} {query:?}");
                assert_eq!(now.rows, then.rows);
            }
        }
        assert_eq!(selections(&after), selections(&before));
        for provider in PROVIDERS {
            let consumers = |ledger: &MemoryLedger| ledger.consumers_of(&n(provider)).unwrap();
            assert_eq!(consumers(&after), consumers(&before));
            for consumer in consumers(&after) {
                let shown = after.contract(&n(provider), &consumer).unwrap();
                assert_eq!(shown, before.contract(&n(provider), &consumer).unwrap());
                // A provider can report about what it is shown.
                let is_shown = |it: &Option<Arc<[u8]>>| it.is_some() && *it == shown;
                for text in CONTENTS {
                    let content = content(text);
                    let then = before.content(&consumer, &n(provider), &content).unwrap();
                    let now = after.content(&consumer, &n(provider), &content).unwrap();
                    assert_eq!(is_shown(&now), is_shown(&then));
                }
            }
        }
        for (name, version) in kept {
            assert_eq!(before.version(&name, &version.number).unwrap(), Some(Arc::clone(&version)));
            let runs = |ledger: &MemoryLedger| ledger.runs_of(&name, &version.number).unwrap();
            assert_eq!(runs(&after), runs(&before));
        }
    }

    #[test]
    fn a_clean_up_leaves_nothing_for_the_next_one(
        events in prop::collection::vec(event(), 0..60),
        request in request(),
    ) {
        let mut ledger = history(&events);
        let request = CleanRequest { limit: None, ..request };
        cleaned(&mut ledger, &request);
        assert_nothing_dangles(&ledger);
        assert_eq!(cleaned(&mut ledger, &request), 0);
    }

    #[test]
    fn a_success_is_known_for_as_long_as_its_content_or_its_run_is(
        events in prop::collection::vec(event(), 0..60),
        request in request(),
    ) {
        let before = history(&events);
        let mut after = before.clone();
        cleaned(&mut after, &request);
        for (consumer, provider, content) in keys() {
            let was = before.verified(&provider, &consumer, &content).unwrap();
            let is = after.verified(&provider, &consumer, &content).unwrap();
            let published = after.content(&consumer, &provider, &content).unwrap().is_some();
            let succeeded = after.runs(&provider).unwrap().iter().any(|run| {
                run.result(&consumer, &content).is_some_and(|it| it.success)
            });
            if published || succeeded {
                assert_eq!(is, was, "{consumer} {provider}");
            } else {
                assert_eq!(is, Verified::default(), "{consumer} {provider}");
            }
        }
    }

    #[test]
    fn what_is_deleted_leaves_nothing_behind(
        events in prop::collection::vec(event(), 0..60),
        deleted in prop::collection::vec((0..4_usize, 0..9_u8), 1..12),
    ) {
        let mut ledger = history(&events);
        let mut versions: BTreeMap<PacticipantName, BTreeSet<VersionNumber>> = BTreeMap::new();
        for (name, number) in deleted {
            let numbers = versions.entry(n(EVERYBODY[name])).or_default();
            numbers.insert(n(&number.to_string()));
        }
        let fact = Fact::VersionsGone(VersionsGone { versions, why: WhyGone::Deleted });
        ledger.tell(&fact);
        assert_eq!(ledger.tell(&fact), 0);
        assert_nothing_dangles(&ledger);
        for (consumer, provider, content) in keys() {
            // First successes are those that the runs that are left would have given.
            let runs = ledger.runs(&provider).unwrap();
            let proofs: Vec<_> = runs
                .iter()
                .filter_map(|run| run.result(&consumer, &content).map(|result| (run, result)))
                .filter(|(_, result)| result.success)
                .collect();
            let verified = ledger.verified(&provider, &consumer, &content).unwrap();
            let first = proofs.iter().map(|(run, _)| run.seq).min();
            assert_eq!(verified.ever.map(|first| first.any), first);
            let not_wip = proofs.iter().filter(|(_, result)| !result.wip);
            let not_wip = not_wip.map(|(run, _)| run.seq).min();
            assert_eq!(verified.ever.and_then(|first| first.not_wip), not_wip);
            for (branch, first) in &verified.branches {
                let on_branch = proofs.iter().filter(|(run, _)| {
                    let version = ledger.version(&provider, &run.version).unwrap().unwrap();
                    version.is_on(branch)
                });
                assert_eq!(on_branch.map(|(run, _)| run.seq).min(), Some(first.any));
            }
            let shown = ledger.contract(&provider, &consumer).unwrap();
            let versions = ledger.versions(&consumer).unwrap();
            let has_pact = versions.iter().any(|it| it.content(&provider).is_some());
            assert_eq!(shown.is_some(), has_pact, "{consumer} {provider}");
        }
    }
}
