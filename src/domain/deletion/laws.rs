//! What holds for every history: after a deletion everything that is derived is as if what is gone
//! had never been told.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::domain::fact::{PactFact, RunFact, VersionFact};
use crate::domain::pacticipant::Pacticipant;
use crate::domain::testing::{MemoryLedger, content, n};
use crate::domain::time::Seq;
use crate::domain::verification::{FirstSuccess, Run, VerificationResult};

/// Web and App need Api, Api needs Db and itself.
const CONSUMERS: [&str; 3] = ["Web", "App", "Api"];
const PROVIDERS: [&str; 2] = ["Api", "Db"];
const EVERYBODY: [&str; 4] = ["Web", "App", "Api", "Db"];
const BRANCHES: [&str; 3] = ["main", "feat", "fix"];
const TAGS: [&str; 2] = ["dev", "prod"];
const CONTENTS: [&str; 3] = ["a", "b", "c"];

/// A version that is published once, with all that is ever said of it.
#[derive(Clone, Debug)]
struct Published {
    name: &'static str,
    number: usize,
    branch: Option<&'static str>,
    tag: Option<&'static str>,
    pacts: BTreeMap<&'static str, &'static str>,
}

/// A run of a provider's verification; its build tells it from others.
#[derive(Clone, Debug)]
struct Verified {
    provider: &'static str,
    version: usize,
    build: usize,
    /// By consumer and content: whether it succeeded, and whether as work in progress.
    results: BTreeMap<(&'static str, &'static str), (bool, bool)>,
}

#[derive(Clone, Debug)]
enum Event {
    Published(Published),
    Verified(Verified),
}

/// What is said in one step of a history, by the place of words in the lists above.
type Said = (
    usize,
    usize,
    Option<usize>,
    Vec<(usize, usize)>,
    Vec<(usize, usize, u8)>,
);

fn said() -> impl Strategy<Value = Said> {
    (
        0..4_usize,
        0..3_usize,
        prop::option::of(0..2_usize),
        prop::collection::vec((0..2_usize, 0..3_usize), 0..3),
        prop::collection::vec((0..3_usize, 0..3_usize, 0..4_u8), 0..3),
    )
}

/// Returns a history: each step publishes a version, and a provider verifies as well.
fn history(steps: &[Said]) -> Vec<Event> {
    let mut events = Vec::new();
    for (number, (name, branch, tag, pacts, results)) in steps.iter().enumerate() {
        let name = EVERYBODY[*name];
        let is_consumer = CONSUMERS.contains(&name);
        let pacts = pacts.iter().filter(|_| is_consumer);
        events.push(Event::Published(Published {
            name,
            number,
            branch: Some(BRANCHES[*branch]),
            tag: tag.map(|tag| TAGS[tag]),
            pacts: pacts
                .map(|(provider, text)| (PROVIDERS[*provider], CONTENTS[*text]))
                .collect(),
        }));
        let results = results.iter().filter(|_| PROVIDERS.contains(&name));
        let results: BTreeMap<_, _> = results
            .map(|(consumer, text, outcome)| {
                let outcome = (*outcome > 0, *outcome == 3);
                ((CONSUMERS[*consumer], CONTENTS[*text]), outcome)
            })
            .collect();
        if !results.is_empty() {
            events.push(Event::Verified(Verified {
                provider: name,
                version: number,
                build: number,
                results,
            }));
        }
    }
    events
}

fn told(events: &[Event], but: Option<&str>) -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    for name in EVERYBODY.into_iter().filter(|name| but != Some(name)) {
        let mut described = Pacticipant::new(n(name), ledger.now());
        described.main_branch = Some(n("main"));
        ledger.tell(&Fact::Pacticipant(described));
    }
    for event in events {
        match event {
            Event::Published(published) => publish(&mut ledger, published),
            Event::Verified(verified) => verify(&mut ledger, verified),
        }
    }
    ledger
}

fn publish(ledger: &mut MemoryLedger, published: &Published) {
    let pact = |(provider, text): (&&str, &&str)| PactFact {
        provider: n(provider),
        content: content(text),
        bytes: text.as_bytes().into(),
    };
    let mut fact = VersionFact {
        pacticipant: n(published.name),
        number: n(&published.number.to_string()),
        branch: published.branch.map(n),
        tags: Vec::new(),
        build_url: None,
        pacts: published.pacts.iter().map(pact).collect(),
        at: ledger.now(),
    };
    ledger.tell(&Fact::Version(fact.clone()));
    // A minute later, so that no tag becomes a branch.
    fact.tags.extend(published.tag.map(n::<TagName>));
    fact.at = ledger.now();
    ledger.tell(&Fact::Version(fact));
}

fn verify(ledger: &mut MemoryLedger, verified: &Verified) {
    let results = verified.results.iter();
    let results = results.map(|((consumer, text), (success, wip))| VerificationResult {
        consumer: n(consumer),
        content: content(text),
        success: *success,
        wip: *wip,
        failures: Vec::new(),
        tests: None,
    });
    let fact = Fact::Run(RunFact {
        provider: n(verified.provider),
        version: n(&verified.version.to_string()),
        build_url: Some(verified.build.to_string()),
        verified_by: None,
        results: results.collect(),
        request: None,
        at: ledger.now(),
    });
    ledger.tell(&fact);
}

/// What is taken back, the history without it, and who is gone altogether.
type Taken = (Deletion, Vec<Event>, Option<&'static str>);

/// Takes something back that an event said; `None` if the event said nothing of the kind.
fn taken(events: &[Event], place: usize, kind: u8) -> Option<Taken> {
    match &events[place] {
        Event::Verified(_) => result_taken(events, place),
        Event::Published(it) if kind == 6 => Some(pacticipant_taken(events, it.name)),
        Event::Published(it) if kind >= 3 => pacts_taken(events, it, kind),
        Event::Published(it) => mark_taken(events, it, kind),
    }
}

/// Returns a history in which publications have changed.
fn changed(events: &[Event], change: impl Fn(&mut Published)) -> Vec<Event> {
    let mut left = events.to_vec();
    for event in &mut left {
        if let Event::Published(published) = event {
            change(published);
        }
    }
    left
}

/// A tag, a branch, or that the version is on the branch.
fn mark_taken(events: &[Event], it: &Published, kind: u8) -> Option<Taken> {
    let (pacticipant, version) = (n(it.name), n(&it.number.to_string()));
    let branch = n(it.branch?);
    let left = changed(events, |known| {
        let is_it = known.number == it.number;
        match kind {
            0 if is_it => known.tag = None,
            1 if known.name == it.name && known.branch == it.branch => known.branch = None,
            2 if is_it => known.branch = None,
            _ => {}
        }
    });
    let asked = match kind {
        0 => Deletion::Tag {
            pacticipant,
            version,
            tag: n(it.tag?),
        },
        1 => Deletion::Branch {
            pacticipant,
            branch,
        },
        _ => Deletion::BranchVersion {
            pacticipant,
            version,
            branch,
        },
    };
    Some((asked, left, None))
}

/// The version, or its pact with a provider, or all those pacts.
fn pacts_taken(events: &[Event], it: &Published, kind: u8) -> Option<Taken> {
    let (pacticipant, version) = (n(it.name), n(&it.number.to_string()));
    if kind == 5 {
        let mut left = events.to_vec();
        left.retain(|event| match event {
            Event::Published(known) => known.number != it.number,
            Event::Verified(known) => known.version != it.number,
        });
        let asked = Deletion::Version {
            pacticipant,
            version,
        };
        return Some((asked, left, None));
    }
    let (provider, _) = it.pacts.first_key_value()?;
    let left = changed(events, |known| {
        if known.name == it.name && (kind == 4 || known.number == it.number) {
            known.pacts.remove(provider);
        }
    });
    let integration = Integration {
        consumer: pacticipant,
        provider: n(provider),
    };
    let asked = match kind {
        3 => Deletion::Pact {
            integration,
            version,
        },
        _ => Deletion::Pacts {
            integration,
            among: Among::All,
            latest: false,
        },
    };
    Some((asked, left, None))
}

fn result_taken(events: &[Event], place: usize) -> Option<Taken> {
    let mut left = events.to_vec();
    let Event::Verified(it) = &mut left[place] else {
        return None;
    };
    let ((consumer, text), _) = it.results.pop_first()?;
    let asked = Deletion::Result {
        integration: Integration {
            consumer: n(consumer),
            provider: n(it.provider),
        },
        version: n(&it.version.to_string()),
        run: 1,
        content: content(text),
    };
    if it.results.is_empty() {
        left.remove(place);
    }
    Some((asked, left, None))
}

fn pacticipant_taken(events: &[Event], name: &'static str) -> Taken {
    let mut left = changed(events, |known| {
        known.pacts.remove(name);
    });
    left.retain_mut(|event| match event {
        Event::Published(known) => known.name != name,
        Event::Verified(known) => {
            known.results.retain(|(consumer, _), _| *consumer != name);
            known.provider != name && !known.results.is_empty()
        }
    });
    (Deletion::Pacticipant(n(name)), left, Some(name))
}

/// Returns all that is known, with runs named by their builds: sequences count what is gone.
fn known_to(ledger: &MemoryLedger) -> Vec<String> {
    let mut known = Vec::new();
    for name in EVERYBODY {
        let name: PacticipantName = n(name);
        let described = ledger.pacticipant(&name).unwrap();
        known.push(format!(
            "{name} {:?}",
            described.map(|it| it.main_branch.clone())
        ));
        for version in ledger.versions(&name).unwrap() {
            let contents: Vec<_> = version
                .pacts
                .iter()
                .map(|(p, it)| (p, &it.content))
                .collect();
            known.push(format!(
                "{name} {} {:?} {:?} {contents:?}",
                version.number, version.branches, version.tags
            ));
        }
        let latest = ledger.latest_version(&name).unwrap();
        known.push(format!("latest {:?}", latest.map(|it| it.number.clone())));
        let heads = ledger.branch_heads(&name).unwrap().into_iter();
        known.extend(heads.map(|head| format!("{} is {}", head.branch, head.version)));
        let heads = ledger.tag_heads(&name).unwrap().into_iter();
        known.extend(heads.map(|head| format!("{} is {}", head.tag, head.version)));
        let runs = ledger.runs(&name).unwrap();
        known.extend(runs.iter().map(|run| {
            format!(
                "{name} {} {:?} {:?}",
                run.version, run.build_url, run.results
            )
        }));
    }
    for provider in PROVIDERS {
        let provider: PacticipantName = n(provider);
        let runs = ledger.runs(&provider).unwrap();
        let build = |seq: Seq| {
            let run: Option<&std::sync::Arc<Run>> = runs.iter().find(|run| run.seq == seq);
            run.map(|run| run.build_url.clone())
        };
        let first = |it: &FirstSuccess| (build(it.any), it.not_wip.map(build));
        for consumer in CONSUMERS {
            let consumer: PacticipantName = n(consumer);
            let shown = ledger.contract(&provider, &consumer).unwrap();
            known.push(format!("{provider} is shown {shown:?} by {consumer}"));
            for text in CONTENTS {
                let content = content(text);
                let stored = ledger.content(&consumer, &provider, &content).unwrap();
                let verified = ledger.verified(&provider, &consumer, &content).unwrap();
                let branches = verified.branches.iter().map(|(name, it)| (name, first(it)));
                let tags = verified.tags.iter().map(|(name, it)| (name, first(it)));
                known.push(format!(
                    "{consumer} {provider} {text} {} {:?} {:?} {:?}",
                    stored.is_some(),
                    verified.ever.as_ref().map(first),
                    branches.collect::<Vec<_>>(),
                    tags.collect::<Vec<_>>(),
                ));
            }
        }
    }
    known
}

proptest! {
    #[test]
    fn after_a_deletion_all_is_as_if_what_is_gone_had_never_been_told(
        steps in prop::collection::vec(said(), 1..24),
        place in any::<prop::sample::Index>(),
        kind in 0..7_u8,
    ) {
        let events = history(&steps);
        let place = place.index(events.len());
        if let Some((asked, left, gone)) = taken(&events, place, kind) {
            let mut ledger = told(&events, None);
            for fact in delete(&ledger, &asked, Rules::Strict).unwrap() {
                ledger.tell(&fact);
                // Told again it is no news.
                prop_assert_eq!(ledger.tell(&fact), 0, "{:?}", fact);
            }
            prop_assert_eq!(known_to(&ledger), known_to(&told(&left, gone)), "{:?}", asked);
        }
    }
}
