//! Laws of events, on random histories: they do not depend on when and in what portions one asks.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use git_pact::app::Context;
use git_pact::app::events::events;
use git_pact::app::hook::BranchMove;
use git_pact::app::site::Site;
use git_pact::domain::events::PublishedContent;
use git_pact::domain::fact::DeploymentFact;
use git_pact::domain::fact::EnvironmentFact;
use git_pact::domain::fact::Fact;
use git_pact::domain::fact::PactFact;
use git_pact::domain::fact::RunFact;
use git_pact::domain::fact::VersionFact;
use git_pact::domain::ledger::Ledger;
use git_pact::domain::verification::VerificationResult;
use git_pact::record::path::Branch;
use git_pact::render::events::json_line;
use git_pact::render::hal::Address;
use git_pact::store::Note;
use git_pact::store::RecordStore;
use git_pact::store::Revision;
use git_pact::store::ledger::StoreLedger;
use git_pact::store::overlay::Overlay;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

use crate::support::facts::at;
use crate::support::facts::content_id;
use crate::support::facts::n;
use crate::support::facts::note;
use crate::support::facts::pact;
use crate::support::facts::put_fact;
use crate::support::sandbox::Sandbox;

/// Something that one commit a branch records.
#[derive(Clone, Debug)]
enum Step {
    /// A consumer publishes a content with the provider.
    Publish(
        &'static str,
        u8,
        &'static str,
        Option<&'static str>,
        &'static str,
    ),
    /// The provider verifies a content of a consumer.
    Verify(u8, &'static str, &'static str, &'static str, bool),
    /// A version of the provider is deployed.
    Deploy(u8),
}

const CONSUMERS: [&str; 2] = ["App", "Web"];
const PROVIDER: &str = "Orders";
const CONTENTS: [&str; 2] = ["a", "b"];
const BRANCHES: [&str; 2] = ["main", "feat"];

fn step() -> impl Strategy<Value = Step> {
    let consumer = || select(&CONSUMERS[..]);
    let content = || select(&CONTENTS[..]);
    let branch = || select(&BRANCHES[..]);
    let tag = proptest::option::of(select(&["dev", "prod"][..]));
    prop_oneof![
        4 => (consumer(), 1u8..5, branch(), tag, content())
            .prop_map(|(name, number, branch, tag, content)| Step::Publish(name, number, branch, tag, content)),
        3 => (1u8..4, branch(), consumer(), content(), any::<bool>())
            .prop_map(|(number, branch, consumer, content, success)| {
                Step::Verify(number, branch, consumer, content, success)
            }),
        1 => (1u8..4).prop_map(Step::Deploy),
    ]
}

impl Step {
    /// Returns the branch on which the events of the step are.
    fn owner(&self) -> &'static str {
        match self {
            Self::Publish(consumer, ..) => consumer,
            Self::Verify(..) => PROVIDER,
            Self::Deploy(_) => "",
        }
    }

    fn facts(&self, seconds: i64) -> Vec<Fact> {
        let at = at(seconds);
        let version = |name: &str, number: u8, branch: &str| VersionFact {
            pacticipant: n(name),
            number: n(&number.to_string()),
            branch: Some(n(branch)),
            tags: Vec::new(),
            build_url: None,
            pacts: Vec::new(),
            at,
        };
        match *self {
            Self::Publish(consumer, number, branch, tag, content) => {
                let pact = PactFact {
                    provider: n(PROVIDER),
                    content: content_id(content),
                    bytes: pact(consumer, PROVIDER, content),
                };
                vec![Fact::Version(VersionFact {
                    tags: tag.into_iter().map(n).collect(),
                    pacts: vec![pact],
                    ..version(consumer, number, branch)
                })]
            }
            Self::Verify(number, branch, consumer, content, success) => {
                let result = VerificationResult {
                    consumer: n(consumer),
                    content: content_id(content),
                    success,
                    wip: false,
                    failures: Vec::new(),
                    tests: None,
                };
                let run = RunFact {
                    provider: n(PROVIDER),
                    version: n(&number.to_string()),
                    build_url: Some(format!("https://ci/{seconds}")),
                    verified_by: None,
                    results: vec![result],
                    request: None,
                    at,
                };
                vec![
                    Fact::Version(version(PROVIDER, number, branch)),
                    Fact::Run(run),
                ]
            }
            Self::Deploy(number) => vec![
                Fact::Environment(EnvironmentFact {
                    name: n("live"),
                    uuid: None,
                    display_name: None,
                    production: true,
                    contacts: Vec::new(),
                    at: self::at(0),
                }),
                Fact::Deployed(DeploymentFact {
                    environment: n("live"),
                    pacticipant: n(PROVIDER),
                    version: n(&number.to_string()),
                    instance: None,
                    build_url: None,
                    at,
                }),
            ],
        }
    }
}

type Tips = BTreeMap<Branch, Revision>;

/// A store, and where its branches were after each step.
struct Told {
    _sandbox: Sandbox,
    site: Site,
    tips: Vec<Tips>,
}

impl Told {
    fn nothing() -> Self {
        let sandbox = Sandbox::new();
        sandbox.remote("store.git");
        let context = Context {
            working_directory: sandbox.path("."),
            seed: 1,
            ..Context::default()
        };
        let path = sandbox.path("store.git");
        Self {
            site: Site::receiving(&path, &[], &context).unwrap(),
            _sandbox: sandbox,
            tips: vec![Tips::new()],
        }
    }

    fn tell(&mut self, step: &Step, seconds: i64) {
        let store = &self.site.store;
        let snapshot = store.snapshot();
        let mut overlay = Overlay::new(&*snapshot);
        for fact in step.facts(seconds) {
            put_fact(&mut overlay, &fact);
        }
        let note = Note {
            at: at(seconds),
            ..note()
        };
        let advances = store
            .commit(&*snapshot, &overlay.into_changes(), &note)
            .unwrap();
        store.advance(&advances).unwrap();
        let mut tips = self.tips.last().unwrap().clone();
        tips.extend(advances.into_iter().map(|it| (it.branch, it.new)));
        self.tips.push(tips);
    }

    /// Returns what whoever publishes is told of events, without what is no news.
    fn announced(&self, step: &Step) -> Option<BTreeSet<String>> {
        let Step::Publish(consumer, number, branch, tag, content) = *step else {
            return None;
        };
        let snapshot = self.site.store.snapshot();
        let ledger = StoreLedger::new(&*snapshot);
        let (consumer, provider) = (n(consumer), n(PROVIDER));
        let number = n(&number.to_string());
        let known = ledger.version(&consumer, &number).unwrap();
        let before = known.as_ref().and_then(|known| known.content(&provider));
        let content = content_id(content);
        if before == Some(&content) {
            return Some(BTreeSet::new());
        }
        let mut tags = known
            .as_ref()
            .map_or(Vec::new(), |known| known.tags.clone());
        tags.extend(tag.map(n).filter(|tag| !tags.contains(tag)));
        let next = || ledger.last_seq(&consumer).unwrap().next();
        let published = PublishedContent {
            consumer: &consumer,
            version: &number,
            seq: known.as_ref().map_or_else(next, |known| known.seq),
            branch: Some(&n(branch)),
            tags: &tags,
            provider: &provider,
            content: &content,
            before,
        };
        let told = git_pact::domain::events::events(&ledger, &published).unwrap();
        Some(told.iter().map(ToString::to_string).collect())
    }

    fn of(steps: &[(Step, i64)]) -> Self {
        let mut told = Self::nothing();
        for (step, seconds) in steps {
            told.tell(step, *seconds);
        }
        told
    }

    /// Returns the events between two states, each once.
    fn caused(&self, from: usize, to: usize) -> BTreeSet<String> {
        let (old, new) = (&self.tips[from], &self.tips[to]);
        let changed = new
            .iter()
            .filter(|(branch, tip)| old.get(*branch) != Some(*tip));
        let moves: Vec<BranchMove> = changed
            .map(|(branch, tip)| BranchMove {
                branch: branch.clone(),
                old: old.get(branch).cloned(),
                new: Some(tip.clone()),
            })
            .collect();
        let address = Address::new("");
        let mut lines = Vec::new();
        let failed = events(&self.site, &moves, &mut |caused| {
            lines.push(json_line(caused, &address));
        });
        assert!(failed.is_empty(), "{failed:?}");
        let all: BTreeSet<String> = lines.iter().cloned().collect();
        assert_eq!(all.len(), lines.len(), "an event twice: {lines:#?}");
        all
    }

    fn all(&self) -> BTreeSet<String> {
        self.caused(0, self.tips.len() - 1)
    }
}

/// Returns an event as whoever publishes is told of it.
fn name_and_comment(line: &str) -> String {
    let event: Value = serde_json::from_str(line).unwrap();
    let name = event["eventName"].as_str().unwrap();
    match event["comment"].as_str() {
        Some(comment) => format!("{name} ({comment})"),
        None => name.to_owned(),
    }
}

/// Steps a second or more apart. Only what was published is verified.
fn in_order() -> impl Strategy<Value = Vec<(Step, i64)>> {
    vec((step(), 1i64..100), 1..16).prop_map(|steps| {
        let (mut now, mut published) = (0, BTreeSet::new());
        let mut timed = Vec::new();
        for (step, pause) in steps {
            match step {
                Step::Publish(consumer, .., content) => {
                    published.insert((consumer, content));
                }
                Step::Verify(_, _, consumer, content, _)
                    if !published.contains(&(consumer, content)) =>
                {
                    continue;
                }
                Step::Verify(..) | Step::Deploy(_) => {}
            }
            now += pause;
            timed.push((step, now));
        }
        timed
    })
}

/// Steps of machines whose clocks disagree.
fn with_bad_clocks() -> impl Strategy<Value = Vec<(Step, i64)>> {
    vec((step(), 0i64..20), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn what_a_range_causes_is_what_its_parts_cause(steps in with_bad_clocks(), cut in 0usize..12) {
        let told = Told::of(&steps);
        let end = told.tips.len() - 1;
        let cut = cut.min(end);
        let (first, second) = (told.caused(0, cut), told.caused(cut, end));
        prop_assert!(first.is_disjoint(&second));
        let both: BTreeSet<String> = first.union(&second).cloned().collect();
        prop_assert_eq!(both, told.all());
    }

    #[test]
    fn who_asks_after_each_step_hears_what_who_asks_in_the_end_hears(steps in in_order()) {
        let mut told = Told::nothing();
        let mut heard = BTreeSet::new();
        for (index, (step, seconds)) in steps.iter().enumerate() {
            told.tell(step, *seconds);
            heard.extend(told.caused(index, index + 1));
        }
        prop_assert_eq!(heard, told.all());
    }

    #[test]
    fn a_commit_causes_what_whoever_published_was_told(steps in in_order()) {
        let mut told = Told::nothing();
        for (index, (step, seconds)) in steps.iter().enumerate() {
            let announced = told.announced(step);
            told.tell(step, *seconds);
            if let Some(announced) = announced {
                let caused = told.caused(index, index + 1);
                let caused: BTreeSet<String> = caused.iter().map(|line| name_and_comment(line)).collect();
                prop_assert_eq!(caused, announced, "{:?}", step);
            }
        }
    }

    #[test]
    fn it_does_not_matter_which_branch_was_pushed_first(steps in in_order()) {
        let told = Told::of(&steps);
        let mut sorted = steps.clone();
        sorted.sort_by_key(|(step, _)| step.owner());
        let other = Told::of(&sorted);
        prop_assert_eq!(other.all(), told.all());
    }
}

#[test]
fn the_histories_of_the_laws_cause_every_kind_of_event() {
    let steps = [
        Step::Publish("Web", 1, "main", None, "a"),
        Step::Verify(1, "main", "Web", "a", true),
        Step::Publish("Web", 2, "main", None, "b"),
        Step::Verify(2, "main", "Web", "b", false),
    ];
    let steps: Vec<_> = steps.into_iter().zip(1..).collect();
    let all = Told::of(&steps).all();
    for kind in git_pact::domain::events::EventKind::ALL {
        let name = format!("\"{}\"", kind.as_str());
        assert!(
            all.iter().any(|line| line.contains(&name)),
            "{name}: {all:#?}"
        );
    }
}

#[test]
fn a_result_knows_the_pact_that_it_is_for_though_the_clock_of_the_publisher_was_ahead() {
    let steps = [
        (Step::Publish("Web", 1, "main", None, "b"), 1),
        (Step::Publish("Web", 2, "main", None, "a"), 500),
        (Step::Publish("Web", 3, "main", None, "a"), 501),
        (Step::Verify(1, "main", "Web", "a", true), 100),
    ];
    let told = Told::of(&steps);
    let verified = told.caused(3, 4);
    assert_eq!(verified.len(), 2);
    // The first one that had it, whatever came after.
    let knows = |line: &String| line.contains(r#""consumerVersionNumber":"2""#);
    assert!(verified.iter().all(knows), "{verified:#?}");
}
