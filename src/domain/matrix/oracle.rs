//! A second opinion: the verdict worked out from raw events, in the most naive way.
//!
//! Shares nothing with the engine but its answer. It has no ledger, no selectors and no rows, and
//! knows only what the rules say in prose (spec: semantics §9).

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{LatestBy, Query, matrix};
use crate::domain::can_i_deploy::can_i_deploy;
use crate::domain::fact::Fact;
use crate::domain::ledger::Ledger;
use crate::domain::name::{ApplicationInstance, EnvironmentName, PacticipantName, VersionNumber};
use crate::domain::rules::Rules;
use crate::domain::selector::{Destination, Selector};
use crate::domain::testing::{MemoryLedger, n};

type App = usize;
type Number = usize;

/// What a version published: the content agreed with each provider.
type Pacts = BTreeMap<App, u8>;

#[derive(Clone, Debug)]
enum Event {
    Verified {
        provider: App,
        version: Number,
        consumer: App,
        content: u8,
        success: bool,
    },
    Deployed(App, Number, Option<&'static str>),
    Undeployed(App, Option<&'static str>),
    Released(App, Number),
    SupportEnded(App, Number),
}

/// All that ever happened: each application's versions, then everything else in order.
#[derive(Clone, Debug)]
struct World {
    apps: Vec<Vec<Pacts>>,
    events: Vec<Event>,
}

/// What is asked about: one version to be deployed, or several held against each other.
#[derive(Clone, Debug)]
enum Question {
    Deploy(App, Number),
    Between(Vec<(App, Number)>),
}

#[derive(Clone, Debug)]
struct Asked {
    question: Question,
    ignore: Option<(App, Option<Number>)>,
    merged: bool,
}

/// Something that must have been verified: by whom if anybody is there, and what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Demand {
    consumer: (App, Number),
    provider: (App, Option<Number>),
    result: Option<bool>,
}

impl World {
    fn exists(&self, (app, number): (App, Number)) -> bool {
        number < self.apps[app].len()
    }

    fn pacts(&self, (app, number): (App, Number)) -> Pacts {
        self.apps[app].get(number).cloned().unwrap_or_default()
    }

    fn live(&self, app: App) -> BTreeSet<Number> {
        let mut running = BTreeMap::new();
        let mut supported = BTreeSet::new();
        for event in &self.events {
            match event {
                Event::Deployed(of, number, instance) if *of == app => {
                    running.insert(*instance, *number);
                }
                Event::Undeployed(of, instance) if *of == app => {
                    running.remove(instance);
                }
                Event::Released(of, number) if *of == app => {
                    supported.insert(*number);
                }
                Event::SupportEnded(of, number) if *of == app => {
                    supported.remove(number);
                }
                _ => {}
            }
        }
        running.into_values().chain(supported).collect()
    }

    /// The last word of a provider version on a content.
    fn result(&self, of: App, agreed: u8, by: (App, Number)) -> Option<bool> {
        self.events.iter().rev().find_map(|event| match event {
            Event::Verified {
                provider,
                version,
                consumer,
                content,
                success,
            } if (*provider, *version) == by && *consumer == of && *content == agreed => {
                Some(*success)
            }
            _ => None,
        })
    }

    /// One pact against the versions of its provider that count.
    fn demands(
        &self,
        consumer: (App, Number),
        provider: App,
        content: u8,
        against: &BTreeSet<Number>,
        rules: Rules,
        merged: bool,
    ) -> Vec<Demand> {
        let of = |number: &Number| Demand {
            consumer,
            provider: (provider, Some(*number)),
            result: self.result(consumer.0, content, (provider, *number)),
        };
        let mut demands: Vec<_> = against.iter().map(of).collect();
        if rules == Rules::PactBroker {
            demands.retain(|demand| demand.result.is_some());
            if merged {
                demands.drain(..demands.len().saturating_sub(1));
            }
        }
        if demands.is_empty() {
            demands.push(Demand {
                consumer,
                provider: (provider, None),
                result: None,
            });
        }
        demands
    }

    fn deploy(&self, asked: (App, Number), rules: Rules, merged: bool) -> Vec<Demand> {
        let (app, number) = asked;
        let own = self.pacts(asked);
        let publishes_to_it = |other: &App| {
            let versions = self.apps[*other].iter();
            versions.clone().any(|pacts| pacts.contains_key(&app))
        };
        let everybody = 0..self.apps.len();
        let consumers: BTreeSet<App> = everybody.filter(publishes_to_it).collect();
        let partners: BTreeSet<App> = own.keys().chain(&consumers).copied().collect();
        if rules == Rules::PactBroker && partners.iter().all(|partner| *partner == app) {
            return self.alone(asked, merged);
        }
        let here = |other: App| {
            if other == app {
                let itself = [number].into_iter();
                itself.filter(|_| self.exists(asked)).collect()
            } else {
                self.live(other)
            }
        };
        let mut demands = Vec::new();
        for (provider, content) in &own {
            let against = here(*provider);
            demands.extend(self.demands(asked, *provider, *content, &against, rules, merged));
        }
        for consumer in consumers.into_iter().filter(|consumer| *consumer != app) {
            for live in self.live(consumer) {
                let pact = self.pacts((consumer, live)).get(&app).copied();
                if let Some(content) = pact {
                    let against = here(app);
                    let who = (consumer, live);
                    demands.extend(self.demands(who, app, content, &against, rules, merged));
                }
            }
        }
        demands
    }

    /// The broker's way with an application that has nobody but itself.
    fn alone(&self, asked: (App, Number), merged: bool) -> Vec<Demand> {
        let (app, number) = asked;
        if !self.exists(asked) {
            return Vec::new();
        }
        let everyone: BTreeSet<_> = (0..self.apps[app].len()).collect();
        let mut demands = BTreeSet::new();
        for version in &everyone {
            if let Some(content) = self.pacts((app, *version)).get(&app) {
                let who = (app, *version);
                let rules = Rules::PactBroker;
                let of_it = self.demands(who, app, *content, &everyone, rules, false);
                let about_it = |demand: &Demand| {
                    let by_it = demand.provider.1 == Some(number);
                    *version == number || by_it
                };
                demands.extend(of_it.into_iter().filter(about_it));
            }
        }
        let last = |demand: &Demand| {
            let newer = |other: &&Demand| {
                other.consumer == demand.consumer && other.provider.1 > demand.provider.1
            };
            !merged || demands.iter().find(newer).is_none()
        };
        demands.iter().copied().filter(last).collect()
    }

    fn between(&self, asked: &[(App, Number)], rules: Rules, merged: bool) -> Vec<Demand> {
        let asked: BTreeSet<_> = asked.iter().copied().collect();
        let names: BTreeSet<_> = asked.iter().map(|(app, _)| *app).collect();
        let mut demands = Vec::new();
        for who in &asked {
            for (provider, content) in self.pacts(*who) {
                if names.contains(&provider) {
                    let of_it = asked
                        .iter()
                        .filter(|it| it.0 == provider && self.exists(**it));
                    let against = of_it.map(|(_, number)| *number).collect();
                    demands.extend(self.demands(*who, provider, content, &against, rules, merged));
                }
            }
        }
        demands
    }

    /// The verdict, and how many say yes, no and nothing.
    fn verdict(&self, asked: &Asked, rules: Rules) -> (Option<bool>, [usize; 3]) {
        let versions = match &asked.question {
            Question::Deploy(app, number) => vec![(*app, *number)],
            Question::Between(versions) => versions.clone(),
        };
        let is_ignored = |app: App, number: Option<Number>| match asked.ignore {
            Some((of, None)) => of == app,
            Some((of, Some(version))) => {
                of == app && number == Some(version) && self.exists((of, version))
            }
            None => false,
        };
        let absent = versions.iter().any(|version| {
            let ignored = rules == Rules::PactBroker && is_ignored(version.0, None);
            !self.exists(*version) && !ignored
        });
        let mut demands = match &asked.question {
            Question::Deploy(app, number) => self.deploy((*app, *number), rules, asked.merged),
            Question::Between(versions) => self.between(versions, rules, asked.merged),
        };
        demands.retain(|demand| {
            let (consumer, number) = demand.consumer;
            let (provider, other) = demand.provider;
            !is_ignored(consumer, Some(number)) && !is_ignored(provider, other)
        });
        let count = |result| {
            demands
                .iter()
                .filter(|demand| demand.result == result)
                .count()
        };
        let [yes, no, open] = [Some(true), Some(false), None].map(count);
        let deployable = match (absent, rules) {
            (true, _) => Some(false),
            (false, Rules::Strict) if no > 0 => Some(false),
            (false, _) if open > 0 => None,
            (false, _) => Some(no == 0),
        };
        (deployable, [yes, no, open])
    }

    /// Tells a ledger all that happened.
    fn ledger(&self) -> MemoryLedger {
        let mut ledger = MemoryLedger::default();
        let prod: EnvironmentName = n("prod");
        ledger.environment_named("prod");
        // Applications take turns, so that no order of names goes with an order of time.
        for version in 0..3 {
            for (app, versions) in self.apps.iter().enumerate() {
                if let Some(pacts) = versions.get(version) {
                    let pact = |(provider, content)| format!("{}=c{content}", name(provider));
                    let pacts: Vec<_> = pacts.iter().map(|(p, c)| pact((*p, c))).collect();
                    let pacts: Vec<_> = pacts.iter().map(String::as_str).collect();
                    ledger.publish(&name(app), &version.to_string(), "", &pacts);
                }
            }
        }
        for event in &self.events {
            match event {
                Event::Verified {
                    provider,
                    version,
                    consumer,
                    content,
                    success,
                } => {
                    let outcome = if *success { "yes" } else { "no" };
                    let result = format!("{}=c{content}:{outcome}", name(*consumer));
                    ledger.verify(&name(*provider), &version.to_string(), "", &[&result]);
                }
                Event::Deployed(app, version, instance) => {
                    let instance = instance.unwrap_or_default();
                    ledger.deploy(&name(*app), &version.to_string(), "prod", instance);
                }
                Event::Released(app, version) => {
                    ledger.release(&name(*app), &version.to_string(), "prod");
                }
                Event::Undeployed(app, instance) => {
                    let running = ledger.deployed(&prod, &n(&name(*app))).unwrap();
                    for deployed in running {
                        if deployed.instance.as_ref().map(ApplicationInstance::as_str) == *instance
                        {
                            let environment = prod.clone();
                            ledger.tell(&Fact::Undeployed {
                                environment,
                                deployed,
                                at: ledger.now(),
                            });
                        }
                    }
                }
                Event::SupportEnded(app, version) => {
                    let supported = ledger.released(&prod, &n(&name(*app))).unwrap();
                    for released in supported {
                        if released.version.as_str() == version.to_string() {
                            let environment = prod.clone();
                            ledger.tell(&Fact::SupportEnded {
                                environment,
                                released,
                                at: ledger.now(),
                            });
                        }
                    }
                }
            }
        }
        ledger
    }
}

fn name(app: App) -> String {
    ["Zoo", "App", "Mid", "Bee"][app].to_owned()
}

impl Asked {
    fn query(&self) -> Query {
        let app = |app: App| -> PacticipantName { n(&name(app)) };
        let number = |number: Number| -> VersionNumber { n(&number.to_string()) };
        let version = |(of, which): &(App, Number)| Selector::version(app(*of), number(*which));
        let (selectors, destination) = match &self.question {
            Question::Deploy(of, which) => (
                vec![version(&(*of, *which))],
                Destination::Environment(n("prod")),
            ),
            Question::Between(versions) => {
                (versions.iter().map(version).collect(), Destination::None)
            }
        };
        let mut query = Query::can_i_deploy(selectors, destination);
        if self.merged {
            query.latest_by = LatestBy::ConsumerVersionAndProvider;
        }
        query.ignore = match self.ignore {
            Some((of, Some(which))) => vec![version(&(of, which))],
            Some((of, None)) => vec![Selector::every_version(app(of))],
            None => Vec::new(),
        };
        query
    }
}

fn apps() -> impl Strategy<Value = Vec<Vec<Pacts>>> {
    let pacts = prop::collection::btree_map(0..4usize, 0..2u8, 0..3);
    prop::collection::vec(prop::collection::vec(pacts, 1..4), 4)
}

fn events() -> impl Strategy<Value = Vec<(u8, App, Number, App, u8)>> {
    let event = (0..12u8, 0..4usize, 0..3usize, 0..4usize, 0..8u8);
    prop::collection::vec(event, 0..40)
}

fn world() -> impl Strategy<Value = World> {
    (apps(), events()).prop_map(|(apps, drawn)| {
        let mut events = Vec::new();
        for (kind, app, number, other, rest) in drawn {
            let number = number % apps[app].len();
            let instance = [None, Some("blue")][usize::from(rest % 2)];
            events.push(match kind {
                0..=5 => Event::Verified {
                    provider: app,
                    version: number,
                    consumer: other,
                    content: rest % 2,
                    success: rest < 6,
                },
                6..=8 => Event::Deployed(app, number, instance),
                9 => Event::Undeployed(app, instance),
                10 => Event::Released(app, number),
                _ => Event::SupportEnded(app, number),
            });
        }
        World { apps, events }
    })
}

fn asked() -> impl Strategy<Value = Asked> {
    let version = || (0..4usize, prop_oneof![9 => 0..3usize, 1 => Just(9)]);
    let question = prop_oneof![
        2 => version().prop_map(|(app, number)| Question::Deploy(app, number)),
        1 => prop::collection::vec(version(), 2..4).prop_map(Question::Between),
    ];
    let ignore = prop::option::weighted(0.3, (0..4usize, prop::option::of(0..3usize)));
    (question, ignore, any::<bool>()).prop_map(|(question, ignore, merged)| Asked {
        question,
        ignore,
        merged,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn the_engine_agrees_with_the_oracle_under_both_rule_sets(world in world(), asked in asked()) {
        let ledger = world.ledger();
        for rules in [Rules::Strict, Rules::PactBroker] {
            let answer = matrix(&ledger, &asked.query(), rules).unwrap();
            let verdict = can_i_deploy(&answer);
            let counts = verdict.counts;
            let engine = (verdict.deployable, [counts.success, counts.failed, counts.unknown]);
            prop_assert_eq!(engine, world.verdict(&asked, rules), "{:?}", rules);
        }
    }

    #[test]
    fn strict_never_says_yes_where_somebody_live_was_never_verified(
        world in world(), app in 0..4usize, number in 0..3usize,
    ) {
        let asked = Asked { question: Question::Deploy(app, number), ignore: None, merged: true };
        let answer = matrix(&world.ledger(), &asked.query(), Rules::Strict).unwrap();
        if can_i_deploy(&answer).deployable == Some(true) {
            for (provider, content) in world.pacts((app, number)) {
                for live in world.live(provider).into_iter().filter(|_| provider != app) {
                    prop_assert_eq!(world.result(app, content, (provider, live)), Some(true));
                }
            }
        }
    }
}
