//! The ledger of a store answers as the facts say that were told to it.
//!
//! Random facts take the real way (entries, files, overlay, commit, advance) and are told to a
//! model that searches through all of them for each answer. And what cannot be read is said to be
//! unreadable, never to be absent.

mod damage;
mod many;
mod model;
mod policies;
mod signing;
mod soundness;

use std::fmt::Debug;

use git_pact::domain::environment::Contact;
use git_pact::domain::events::EventKind;
use git_pact::domain::fact::DeploymentFact;
use git_pact::domain::fact::EnvironmentFact;
use git_pact::domain::fact::Fact;
use git_pact::domain::fact::PactFact;
use git_pact::domain::fact::ReleaseFact;
use git_pact::domain::fact::RunFact;
use git_pact::domain::fact::VersionFact;
use git_pact::domain::fact::VersionsGone;
use git_pact::domain::fact::WhyGone;
use git_pact::domain::ledger::Ledger;
use git_pact::domain::ledger::Read;
use git_pact::domain::name::ApplicationInstance;
use git_pact::domain::name::EnvironmentName;
use git_pact::domain::name::PacticipantName;
use git_pact::domain::name::VersionNumber;
use git_pact::domain::pacticipant::Pacticipant;
use git_pact::domain::rules::Rules;
use git_pact::domain::time::Timestamp;
use git_pact::domain::verification::VerificationResult;
use git_pact::domain::webhook::Body;
use git_pact::domain::webhook::Party;
use git_pact::domain::webhook::RequestTemplate;
use git_pact::domain::webhook::Webhook;
use git_pact::store::RecordStore;
use git_pact::store::ledger::StoreLedger;
use git_pact::store::memory::MemoryStore;
use git_pact::store::overlay::Overlay;
use proptest::collection::btree_map;
use proptest::collection::btree_set;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::sample::subsequence;

use self::model::Model;
use self::policies::policy;
use self::signing::signers;
use self::signing::signers_fact;
use self::soundness::assert_grows;
use self::soundness::assert_sound;
use crate::support::facts::at;
use crate::support::facts::content_id;
use crate::support::facts::n;
use crate::support::facts::note;
use crate::support::facts::pact;
use crate::support::facts::put_fact;
use crate::support::facts::record;
use crate::support::shape::Shape;

const APPLICATIONS: [&str; 3] = ["Order Service", "Web", "shop/till"];
const VERSIONS: [&str; 3] = ["1", "2", "3"];
const BRANCHES: [&str; 3] = ["feat/x", "main", "develop"];
const TAGS: [&str; 3] = ["prod", "main", "feat/x"];
const CONTENTS: [&str; 2] = ["a", "b"];
const ENVIRONMENTS: [&str; 2] = ["live", "test"];
const INSTANCES: [Option<&str>; 3] = [None, Some("blue"), Some("=")];
const WEBHOOKS: [&str; 2] = ["a-webhook-uuid-1", "A_webhook-uuid-2"];
const BUILDS: [&str; 2] = ["https://ci/1", "https://ci/2"];

/// Something to be told; what ends something is looked up when it is.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "there are few steps")]
enum Step {
    Tell(Fact),
    Undeploy(
        EnvironmentName,
        PacticipantName,
        Option<ApplicationInstance>,
    ),
    EndSupport(EnvironmentName, PacticipantName, VersionNumber),
}

fn names<T: std::str::FromStr<Err: Debug> + Clone + Debug + 'static>(
    texts: &'static [&'static str],
) -> impl Strategy<Value = T> {
    select(texts).prop_map(n)
}

fn build() -> impl Strategy<Value = Option<String>> {
    option::weighted(0.3, select(&BUILDS[..]).prop_map(str::to_owned))
}

/// A version as somebody may mention it; the consumer's name is in the bytes of its pacts.
fn version_fact() -> impl Strategy<Value = Fact> {
    let providers = subsequence(&APPLICATIONS[..], 0..=2);
    (
        select(&APPLICATIONS[..]),
        names(&VERSIONS),
        option::weighted(0.6, names(&BRANCHES)),
        subsequence(&TAGS[..], 0..=2),
        build(),
        vec((select(&CONTENTS[..]), any::<bool>()), 2),
        providers,
    )
        .prop_map(
            |(name, number, branch, tags, build_url, contents, providers)| {
                let publishes = providers.into_iter().zip(contents);
                let pact = |(provider, (content, indented)): (&str, (&str, bool))| PactFact {
                    provider: n(provider),
                    content: content_id(content),
                    // The same content may be published in other words.
                    bytes: pact(name, provider, if indented { "indented" } else { content }),
                };
                Fact::Version(VersionFact {
                    pacticipant: n(name),
                    number,
                    branch,
                    tags: tags.into_iter().map(n).collect(),
                    build_url,
                    pacts: publishes.map(pact).collect(),
                    at: at(0),
                })
            },
        )
}

fn run_fact() -> impl Strategy<Value = Fact> {
    let result = (
        names(&APPLICATIONS),
        select(&CONTENTS[..]),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(consumer, content, success, wip)| VerificationResult {
            consumer,
            content: content_id(content),
            success,
            wip,
            failures: Vec::new(),
            tests: None,
        });
    (
        names(&APPLICATIONS),
        names(&VERSIONS),
        build(),
        vec(result, 0..3),
    )
        .prop_map(|(provider, version, build_url, mut results)| {
            results.dedup_by(|a, b| (&a.consumer, &a.content) == (&b.consumer, &b.content));
            Fact::Run(RunFact {
                provider,
                version,
                build_url,
                verified_by: None,
                results,
                request: None,
                at: at(0),
            })
        })
}

fn pacticipant_fact() -> impl Strategy<Value = Fact> {
    (
        names(&APPLICATIONS),
        names(&BRANCHES),
        option::of(Just("The Shop".to_owned())),
    )
        .prop_map(|(name, main_branch, display_name)| {
            Fact::Pacticipant(Pacticipant {
                main_branch: Some(main_branch),
                display_name,
                labels: [(n("b"), at(0)), (n("a"), at(7))].into(),
                ..Pacticipant::new(name, at(0))
            })
        })
}

/// Returns a made-up webhook.
fn webhook(uuid: &str, enabled: bool) -> Webhook {
    Webhook {
        uuid: n(uuid),
        description: None,
        enabled,
        events: vec![EventKind::ContractPublished],
        consumer: Some(Party::Name(n(APPLICATIONS[0]))),
        provider: Some(Party::Label(n("core"))),
        request: RequestTemplate {
            method: "POST".to_owned(),
            url: "https://ci.example.org".to_owned(),
            headers: [("accept".to_owned(), "*/*".to_owned())].into(),
            body: Some(Body::Json(
                serde_json::json!({"pact": "${pactbroker.pactUrl}"}),
            )),
            username: None,
            password: Some("${user.CI}".to_owned()),
        },
        created_at: at(0),
        updated_at: None,
    }
}

fn webhook_fact() -> impl Strategy<Value = Fact> {
    let uuid = || select(&WEBHOOKS[..]);
    prop_oneof![
        2 => (uuid(), any::<bool>()).prop_map(|(id, enabled)| Fact::Webhook(webhook(id, enabled))),
        1 => uuid().prop_map(|id| Fact::WebhookDeleted(n(id))),
    ]
}

fn environment_fact() -> impl Strategy<Value = Fact> {
    (
        names(&ENVIRONMENTS),
        any::<bool>(),
        option::of(Just("Joan".to_owned())),
    )
        .prop_map(|(name, production, contact)| {
            Fact::Environment(EnvironmentFact {
                name,
                uuid: None,
                display_name: None,
                production,
                contacts: vec![Contact {
                    name: contact,
                    ..Contact::default()
                }],
                at: at(0),
            })
        })
}

/// One or two versions of one or two applications are taken back.
fn deletion_fact() -> impl Strategy<Value = Fact> {
    let numbers = btree_set(names::<VersionNumber>(&VERSIONS), 1..3);
    btree_map(names::<PacticipantName>(&APPLICATIONS), numbers, 1..3).prop_map(|versions| {
        Fact::VersionsGone(VersionsGone {
            versions,
            why: WhyGone::Deleted,
        })
    })
}

fn step() -> impl Strategy<Value = Step> {
    let place = || (names(&ENVIRONMENTS), names(&APPLICATIONS));
    let instance = || select(&INSTANCES[..]).prop_map(|instance| instance.map(n));
    let deployed = (place(), names(&VERSIONS), instance(), build());
    let deployed = deployed.prop_map(
        |((environment, pacticipant), version, instance, build_url)| {
            Fact::Deployed(DeploymentFact {
                environment,
                pacticipant,
                version,
                instance,
                build_url,
                at: at(0),
            })
        },
    );
    let released = (place(), names(&VERSIONS), build());
    let released = released.prop_map(|((environment, pacticipant), version, build_url)| {
        Fact::Released(ReleaseFact {
            environment,
            pacticipant,
            version,
            build_url,
            at: at(0),
        })
    });
    let rules = select(&[Rules::Strict, Rules::PactBroker][..]);
    let forgotten = (names(&APPLICATIONS), names(&VERSIONS));
    let forgotten = forgotten.prop_map(|(name, number)| Fact::BuildForgotten(name, number));
    let undeploy = (place(), instance());
    let end = (place(), names(&VERSIONS));
    prop_oneof![
        8 => version_fact().prop_map(Step::Tell),
        1 => forgotten.prop_map(Step::Tell),
        4 => run_fact().prop_map(Step::Tell),
        1 => pacticipant_fact().prop_map(Step::Tell),
        2 => environment_fact().prop_map(Step::Tell),
        1 => names(&ENVIRONMENTS).prop_map(Fact::EnvironmentDeleted).prop_map(Step::Tell),
        3 => deployed.prop_map(Step::Tell),
        2 => released.prop_map(Step::Tell),
        1 => rules.prop_map(Fact::Rules).prop_map(Step::Tell),
        1 => policy().prop_map(Fact::Policy).prop_map(Step::Tell),
        2 => deletion_fact().prop_map(Step::Tell),
        1 => webhook_fact().prop_map(Step::Tell),
        1 => signers_fact().prop_map(Step::Tell),
        1 => undeploy.prop_map(|((place, name), instance)| Step::Undeploy(place, name, instance)),
        1 => end.prop_map(|((place, name), version)| Step::EndSupport(place, name, version)),
    ]
}

/// What is told in a day: several writes, each of several steps, with seconds between them.
fn writes() -> impl Strategy<Value = Vec<Vec<(Step, i64)>>> {
    vec(vec((step(), select(&[0, 5, 60][..])), 1..4), 1..12)
}

/// Returns the fact of a step, or `None` if there is nothing for it to end.
fn fact(step: &Step, now: Timestamp, ledger: &dyn Ledger) -> Option<Fact> {
    match step {
        Step::Tell(fact) => Some(stamped(fact, now)),
        Step::Undeploy(environment, name, instance) => {
            let deployed = ledger.deployed(environment, name).unwrap();
            let deployed = deployed
                .into_iter()
                .find(|known| known.instance == *instance)?;
            let environment = environment.clone();
            Some(Fact::Undeployed {
                environment,
                deployed,
                at: now,
            })
        }
        Step::EndSupport(environment, name, version) => {
            let released = ledger.released(environment, name).unwrap();
            let released = released
                .into_iter()
                .find(|known| known.version == *version)?;
            let environment = environment.clone();
            Some(Fact::SupportEnded {
                environment,
                released,
                at: now,
            })
        }
    }
}

/// Returns a fact as it is said at a moment.
fn stamped(fact: &Fact, now: Timestamp) -> Fact {
    let mut fact = fact.clone();
    match &mut fact {
        Fact::Version(fact) => fact.at = now,
        Fact::Run(fact) => fact.at = now,
        Fact::Environment(fact) => fact.at = now,
        Fact::Deployed(fact) => fact.at = now,
        Fact::Released(fact) => fact.at = now,
        _ => {}
    }
    fact
}

/// Returns facts after which there is a record of every kind, all about Web and its version 1.
fn one_of_everything() -> Vec<Fact> {
    let (pacticipant, version) = (n::<PacticipantName>("Web"), n::<VersionNumber>("1"));
    let environment: EnvironmentName = n("live");
    vec![
        Fact::Version(VersionFact {
            pacticipant: pacticipant.clone(),
            number: version.clone(),
            branch: Some(n("main")),
            tags: vec![n("prod")],
            build_url: None,
            pacts: vec![PactFact {
                provider: pacticipant.clone(),
                content: content_id("a"),
                bytes: pact("Web", "Web", "a"),
            }],
            at: at(0),
        }),
        Fact::Run(RunFact {
            provider: pacticipant.clone(),
            version: version.clone(),
            build_url: None,
            verified_by: None,
            results: vec![VerificationResult {
                consumer: pacticipant.clone(),
                content: content_id("a"),
                success: true,
                wip: false,
                failures: Vec::new(),
                tests: None,
            }],
            request: None,
            at: at(0),
        }),
        Fact::Environment(EnvironmentFact {
            name: environment.clone(),
            uuid: None,
            display_name: None,
            production: true,
            contacts: Vec::new(),
            at: at(0),
        }),
        Fact::Deployed(DeploymentFact {
            environment: environment.clone(),
            pacticipant: pacticipant.clone(),
            version: version.clone(),
            instance: None,
            build_url: None,
            at: at(0),
        }),
        Fact::Released(ReleaseFact {
            environment,
            pacticipant,
            version,
            build_url: None,
            at: at(0),
        }),
        Fact::Rules(Rules::Strict),
        Fact::Webhook(webhook(WEBHOOKS[0], true)),
        Fact::Signers(signers("Web", &[1])),
    ]
}

/// Returns the answer to every question there is, as text; an id is whatever it is.
fn answers(ledger: &dyn Ledger) -> Vec<String> {
    let mut answers = vec![
        shown("pacticipants", ledger.pacticipants()),
        shown("rules", ledger.rules()),
        shown("policy", ledger.policy()),
        shown("signers", ledger.signers(&n("Web"))),
        shown("all signers", ledger.all_signers()),
        shown("webhooks", ledger.webhooks()),
        shown("webhook", ledger.webhook(&n(WEBHOOKS[0]))),
    ];
    for name in APPLICATIONS {
        answers.extend(answers_about(ledger, name));
    }
    let environments = ledger.environments().map(|environments| {
        let names = environments
            .iter()
            .map(|environment| environment.name.clone());
        names.collect::<Vec<_>>()
    });
    answers.push(shown("environments", environments));
    for name in ENVIRONMENTS {
        let environment: EnvironmentName = n(name);
        let known = ledger.environment(&environment).unwrap();
        let told = known.as_ref().map(|known| {
            let display_name = &known.display_name;
            (
                display_name,
                known.production,
                &known.contacts,
                known.created_at,
            )
        });
        answers.push(format!("{name}: {told:?}"));
        answers.extend([
            shown(
                &format!("{name} seq"),
                ledger.last_environment_seq(&environment),
            ),
            shown(&format!("in {name}"), ledger.pacticipants_in(&environment)),
        ]);
        for ended in ledger.ended(&environment).unwrap() {
            answers.push(format!(
                "ended in {name}: {:?} {:?}",
                ended.version(),
                ended.at
            ));
        }
        for pacticipant in APPLICATIONS.map(n::<PacticipantName>) {
            for known in ledger.deployed(&environment, &pacticipant).unwrap() {
                let when = (known.seq, known.created_at, known.build_url);
                let what = (&pacticipant, known.version, known.instance);
                answers.push(format!("deployed in {name}: {what:?} {when:?}"));
            }
            for known in ledger.released(&environment, &pacticipant).unwrap() {
                let when = (known.seq, known.created_at, known.build_url);
                let what = (&pacticipant, known.version);
                answers.push(format!("released to {name}: {what:?} {when:?}"));
            }
        }
    }
    answers
}

fn answers_about(ledger: &dyn Ledger, name: &str) -> Vec<String> {
    let of = |what: &str| format!("{what} of {name}");
    let pacticipant: PacticipantName = n(name);
    let mut answers = vec![
        shown(name, ledger.pacticipant(&pacticipant)),
        shown(&of("own record"), ledger.has_own_record(&pacticipant)),
        shown(&of("consumers"), ledger.consumers_of(&pacticipant)),
        shown(&of("versions"), ledger.versions(&pacticipant)),
        shown(&of("latest"), ledger.latest_version(&pacticipant)),
        shown(&of("seq"), ledger.last_seq(&pacticipant)),
        shown(&of("branches"), ledger.branch_heads(&pacticipant)),
        shown(&of("tags"), ledger.tag_heads(&pacticipant)),
        shown(&of("runs"), ledger.runs(&pacticipant)),
    ];
    for number in VERSIONS {
        let version = ledger.version(&pacticipant, &n(number));
        let runs = ledger.runs_of(&pacticipant, &n(number));
        answers.push(shown(&of(number), version));
        answers.push(shown(&of(&format!("runs of {number}")), runs));
    }
    for branch in BRANCHES {
        let head = ledger.branch_head(&pacticipant, &n(branch));
        answers.push(shown(&of(&format!("branch {branch}")), head));
    }
    for tag in TAGS {
        let head = ledger.tag_head(&pacticipant, &n(tag));
        answers.push(shown(&of(&format!("tag {tag}")), head));
    }
    for other in APPLICATIONS.map(n::<PacticipantName>) {
        let contract = ledger.contract(&pacticipant, &other);
        answers.push(shown(&of(&format!("contract with {other}")), contract));
        for content in CONTENTS {
            let id = content_id(content);
            let bytes = ledger.content(&other, &pacticipant, &id);
            let verified = ledger.verified(&pacticipant, &other, &id);
            answers.push(shown(&of(&format!("{content} of {other} for")), bytes));
            answers.push(shown(
                &of(&format!("{content} of {other} verified by")),
                verified,
            ));
        }
    }
    answers
}

fn shown<T: Debug>(question: &str, answer: Read<T>) -> String {
    format!("{question}: {:?}", answer.unwrap())
}

/// Fails with the answers that differ, not with all of them.
fn assert_same(found: &dyn Ledger, expected: &dyn Ledger, when: &str) {
    let (found, expected) = (answers(found), answers(expected));
    let pairs = found.iter().zip(&expected);
    let differ: Vec<_> = pairs
        .filter(|(found, expected)| found != expected)
        .collect();
    assert!(differ.is_empty(), "{when}: {differ:#?}");
    assert_eq!(found.len(), expected.len(), "{when}");
}

/// Tells everything to a store and to the model, and compares after each write.
fn agrees_with_the_model(store: &dyn RecordStore, writes: &[Vec<(Step, i64)>]) {
    let mut model = Model::default();
    let mut seconds = 0;
    for write in writes {
        let snapshot = store.snapshot();
        let mut overlay = Overlay::new(&*snapshot);
        for (step, pause) in write {
            seconds += pause;
            let told = fact(step, at(seconds), &StoreLedger::new(&overlay));
            let Some(fact) = told else { continue };
            let entries = put_fact(&mut overlay, &fact);
            assert_eq!(model.tell(&fact), entries > 0, "is it news? {fact:?}");
            assert_eq!(put_fact(&mut overlay, &fact), 0, "told again: {fact:?}");
        }
        assert_same(&StoreLedger::new(&overlay), &model, "before the commit");
        let changes = overlay.into_changes();
        let advances = store.commit(&*snapshot, &changes, &note()).unwrap();
        store.advance(&advances).unwrap();
        let after = store.snapshot();
        assert_same(&StoreLedger::new(&*after), &model, "after the commit");
        assert_sound(&*after);
        assert_grows(&*snapshot, &*after);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_ledger_in_memory_agrees_with_the_model(writes in writes()) {
        agrees_with_the_model(&MemoryStore::default(), &writes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn the_ledger_in_git_agrees_with_the_model(writes in writes()) {
        let shape = Shape::bare();
        agrees_with_the_model(&shape.store(), &writes);
        shape.git().fsck();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_told_twice_makes_no_commit(steps in vec(step(), 1..20)) {
        let store = MemoryStore::default();
        for (minute, step) in (0..).zip(&steps) {
            let snapshot = store.snapshot();
            let fact = fact(step, at(minute * 60), &StoreLedger::new(&*snapshot));
            let Some(fact) = fact else { continue };
            record(&store, std::slice::from_ref(&fact));
            // Said again later it is still no news.
            let later = stamped(&fact, at(minute * 60 + 30));
            prop_assert_eq!(record(&store, &[fact, later.clone()]), 0, "{:?}", later);
        }
    }

    #[test]
    fn one_commit_for_each_fact_or_one_for_all_says_the_same(steps in vec(step(), 1..12)) {
        let (one_by_one, at_once) = (MemoryStore::default(), MemoryStore::default());
        let mut facts = Vec::new();
        for (minute, step) in (0..).zip(&steps) {
            let snapshot = one_by_one.snapshot();
            let fact = fact(step, at(minute * 60), &StoreLedger::new(&*snapshot));
            let Some(fact) = fact else { continue };
            record(&one_by_one, std::slice::from_ref(&fact));
            facts.push(fact);
        }
        record(&at_once, &facts);
        let (one_by_one, at_once) = (one_by_one.snapshot(), at_once.snapshot());
        assert_same(&StoreLedger::new(&*at_once), &StoreLedger::new(&*one_by_one), "at once");
    }
}

#[test]
fn a_main_branch_that_nothing_is_on_makes_the_newest_version_current() {
    let publish = |number: &str, branch: &str, content: &str| {
        Fact::Version(VersionFact {
            pacticipant: n("Web"),
            number: n(number),
            branch: Some(n(branch)),
            tags: Vec::new(),
            build_url: None,
            pacts: vec![PactFact {
                provider: n("Orders"),
                content: content_id(content),
                bytes: pact("Web", "Orders", content),
            }],
            at: at(0),
        })
    };
    let store = MemoryStore::default();
    let current = || {
        let snapshot = store.snapshot();
        let contract = StoreLedger::new(&*snapshot).contract(&n("Orders"), &n("Web"));
        contract.unwrap().unwrap()
    };
    record(
        &store,
        &[publish("1", "main", "a"), publish("2", "feat/x", "b")],
    );
    assert_eq!(current(), pact("Web", "Orders", "a"));
    let renamed = Pacticipant {
        main_branch: Some(n("trunk")),
        ..Pacticipant::new(n("Web"), at(0))
    };
    record(&store, &[Fact::Pacticipant(renamed)]);
    assert_eq!(current(), pact("Web", "Orders", "b"));
}
