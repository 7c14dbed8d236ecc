//! The events of commits, from small histories.

use super::*;
use crate::domain::fact::{Fact, VersionFact};
use crate::domain::history::VersionNews;
use crate::domain::testing::{MemoryLedger, content, n};

/// Returns what happened between two states, as a commit tells it.
fn happened(before: &MemoryLedger, after: &MemoryLedger, names: &[&str]) -> Vec<history::Event> {
    let mut all = Vec::new();
    for name in names {
        let name: PacticipantName = n(name);
        for version in after.versions(&name).unwrap() {
            let known = before.version(&name, &version.number).unwrap();
            let is_new = |content: &_, provider| {
                known.as_ref().and_then(|it| it.content(provider)) != Some(content)
            };
            let pacts = version.pacts.iter();
            let published = pacts
                .filter(|(provider, it)| is_new(&it.content, *provider))
                .map(|(provider, it)| (provider.clone(), it.content.clone()));
            let is_known = |branch| known.as_ref().is_some_and(|it| it.is_on(branch));
            let branches = version.branches.iter().filter(|branch| !is_known(branch));
            let event = VersionEvent {
                pacticipant: name.clone(),
                number: version.number.clone(),
                published: published.collect(),
                news: VersionNews {
                    branches: branches.cloned().collect(),
                    ..VersionNews::default()
                },
            };
            if event.is_news() {
                all.push(history::Event::Version(event));
            }
        }
        let known = before.runs(&name).unwrap().len();
        let runs = after.runs(&name).unwrap();
        all.extend(runs.iter().skip(known).map(|run| history::Event::Verified {
            provider: name.clone(),
            run: Run::clone(run),
            version: VersionNews::default(),
        }));
    }
    all
}

/// Returns the events of a commit on the branch of an application.
fn caused(before: &MemoryLedger, after: &MemoryLedger, name: &str) -> Vec<BrokerEvent> {
    let mut happened = happened(before, after, &[name]);
    // Who publishes is mentioned as well; a verification brings its version along.
    if happened
        .iter()
        .any(|it| matches!(it, history::Event::Verified { .. }))
    {
        happened.retain(|it| match it {
            history::Event::Version(event) => !event.published.is_empty(),
            _ => true,
        });
    }
    broker_events(Around { before, after }, &happened).unwrap()
}

/// Returns the events of what is told to a ledger, in one commit.
fn when(
    ledger: &mut MemoryLedger,
    name: &str,
    tell: impl Fn(&mut MemoryLedger),
) -> Vec<BrokerEvent> {
    let before = ledger.clone();
    tell(ledger);
    caused(&before, ledger, name)
}

/// Returns kind and comment of each event, without those that are asked for per provider version.
fn lines(events: &[BrokerEvent]) -> Vec<String> {
    let line = |event: &BrokerEvent| match &event.comment {
        Some(comment) => format!("{} ({comment})", event.kind.as_str()),
        None => event.kind.as_str().to_owned(),
    };
    events.iter().map(line).collect()
}

const PUBLISHED: &str = "contract_published";
const CHANGED: &str = "contract_content_changed";

#[test]
fn the_first_pact_is_published_and_a_change_and_says_all_that_is_known_of_it() {
    let mut ledger = MemoryLedger::default();
    let mut fact = VersionFact {
        pacticipant: n("Web"),
        number: n("1"),
        branch: Some(n("feat")),
        tags: vec![n("dev"), n("qa")],
        build_url: Some("https://ci/1".to_owned()),
        pacts: Vec::new(),
        at: ledger.now(),
    };
    for text in ["Orders", "Billing"] {
        fact.pacts.push(crate::domain::fact::PactFact {
            provider: n(text),
            content: content("a"),
            bytes: Arc::from(text.as_bytes()),
        });
    }
    let events = when(&mut ledger, "Web", |ledger| {
        ledger.tell(&Fact::Version(fact.clone()));
    });
    let first = "first time any pact published for this consumer with consumer version tagged";
    let changed = format!("{CHANGED} ({first} dev, {first} qa)");
    let expected = [PUBLISHED, &changed, PUBLISHED, &changed];
    assert_eq!(lines(&events), expected);
    let context = &events[2].occasion.context;
    assert_eq!(context.event, PUBLISHED);
    assert_eq!(events[0].occasion.context.provider, Some(n("Billing")));
    assert_eq!(context.provider, Some(n("Orders")));
    assert_eq!(context.consumer, Some(n("Web")));
    assert_eq!(context.consumer_version, Some(n("1")));
    assert_eq!(context.consumer_version_branch, Some(n("feat")));
    assert_eq!(context.consumer_version_tags, [n("dev"), n("qa")]);
    assert_eq!(context.build_url.as_deref(), Some("https://ci/1"));
    assert_eq!(context.verification_success, None);
    assert_eq!(context.provider_version, None);
    assert_eq!(events[2].occasion.content, content("a"));
    assert_eq!(events[2].occasion.result, None);
}

#[test]
fn what_is_known_causes_nothing_and_what_only_adds_to_a_version_neither() {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "main", &["Orders=a"]);
    let again = |ledger: &mut MemoryLedger| ledger.publish("Web", "1", "main", &["Orders=a"]);
    assert_eq!(when(&mut ledger, "Web", again), []);
    let tag = |ledger: &mut MemoryLedger| {
        ledger.publish_tagged("Web", "1", "main", &["prod"], &["Orders=a"]);
    };
    assert_eq!(when(&mut ledger, "Web", tag), []);
    let deploy = |ledger: &mut MemoryLedger| {
        ledger.environment_named("live");
        ledger.deploy("Web", "1", "live", "");
    };
    assert_eq!(when(&mut ledger, "Web", deploy), []);
    // And one that is published under a new number is published, though it is the same.
    let anew = |ledger: &mut MemoryLedger| {
        ledger.publish_tagged("Web", "2", "main", &["prod"], &["Orders=a"]);
    };
    let events = when(&mut ledger, "Web", anew);
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].kind, EventKind::ContractPublished);
}

#[test]
fn the_events_of_a_commit_are_those_that_the_publisher_is_told() {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("live");
    ledger.verify("Orders", "1", "main", &[]);
    ledger.deploy("Orders", "1", "live", "");
    for (number, branch, tags, text) in [
        ("1", "main", vec![], "a"),
        ("2", "feat", vec!["dev"], "a"),
        ("3", "main", vec!["dev"], "b"),
        ("3", "main", vec!["dev"], "c"),
        ("4", "", vec![], "a"),
        ("5", "", vec!["dev", "prod"], "c"),
        ("6", "main", vec!["prod", "dev"], "c"),
        ("2", "feat", vec!["prod"], "b"),
    ] {
        let consumer = n("Web");
        let version = ledger.version(&consumer, &n(number)).unwrap();
        let all_tags = version.iter().flat_map(|version| version.tags.clone());
        let mut all_tags: Vec<_> = all_tags.collect();
        for tag in &tags {
            if !all_tags.contains(&n(tag)) {
                all_tags.push(n(tag));
            }
        }
        let last = ledger.last_seq(&consumer).unwrap();
        let branch_name = (!branch.is_empty()).then(|| n(branch));
        let told = events(
            &ledger,
            &PublishedContent {
                consumer: &consumer,
                version: &n(number),
                seq: version.as_ref().map_or(last.next(), |version| version.seq),
                branch: branch_name.as_ref(),
                tags: &all_tags,
                provider: &n("Orders"),
                content: &content(text),
                before: version.as_ref().and_then(|it| it.content(&n("Orders"))),
            },
        );
        let derived = when(&mut ledger, "Web", |ledger| {
            let pact = format!("Orders={text}");
            ledger.publish_tagged("Web", number, branch, &tags, &[&pact]);
        });
        let told: Vec<_> = told.unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(lines(&derived), told, "{number} {text}");
    }
}

#[test]
fn each_live_provider_version_without_a_result_is_asked_for_with_the_reasons() {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("live");
    ledger.environment_named("test");
    ledger.publish("Web", "1", "main", &["Orders=a"]);
    ledger.verify("Orders", "old", "main", &["Web=a:no"]);
    ledger.verify("Orders", "released", "", &[]);
    ledger.verify("Orders", "head", "main", &[]);
    ledger.verify("Orders", "feature", "feat", &[]);
    ledger.deploy("Orders", "head", "live", "blue");
    ledger.deploy("Orders", "head", "live", "green");
    ledger.deploy("Orders", "old", "test", "");
    ledger.release("Orders", "released", "live");
    let asked = |events: &[BrokerEvent]| -> Vec<String> {
        let asked = events
            .iter()
            .filter(|it| it.kind == EventKind::ContractRequiringVerificationPublished);
        let line = |event: &BrokerEvent| {
            let context = &event.occasion.context;
            format!(
                "{} on {:?}: {}",
                context.provider_version.as_ref().unwrap(),
                context
                    .provider_version_branch
                    .as_ref()
                    .map(ToString::to_string),
                context.provider_version_descriptions.join(", ")
            )
        };
        asked.map(line).collect()
    };
    let head = r#"head on Some("main"): latest from main branch, deployed in live"#;
    let released = "released on None: released in live";
    // A failure is a result, too.
    let same = when(&mut ledger, "Web", |it| {
        it.publish("Web", "2", "main", &["Orders=a"]);
    });
    assert_eq!(asked(&same), [head, released]);
    let other = when(&mut ledger, "Web", |it| {
        it.publish("Web", "3", "main", &["Orders=b"]);
    });
    let old = r#"old on Some("main"): deployed in test"#;
    assert_eq!(asked(&other), [head, old, released]);
    assert_eq!(other[0].deployed, [n("head"), n("old")]);
    let kinds: Vec<_> = other.iter().map(|event| event.kind.as_str()).collect();
    let asking = "contract_requiring_verification_published";
    assert_eq!(kinds, [PUBLISHED, asking, asking, asking, CHANGED]);
    // None of a provider that nobody has built yet.
    let new = when(&mut ledger, "Web", |it| {
        it.publish("Web", "4", "main", &["New=b"]);
    });
    assert_eq!(asked(&new), [""; 0]);
}

#[test]
fn a_provider_of_itself_is_asked_for_the_version_that_publishes() {
    let mut ledger = MemoryLedger::default();
    let events = when(&mut ledger, "Self", |it| {
        it.publish("Self", "1", "main", &["Self=a"]);
    });
    let kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
    let asking = "contract_requiring_verification_published";
    assert_eq!(kinds, [PUBLISHED, asking, CHANGED]);
    assert_eq!(events[1].occasion.context.provider_version, Some(n("1")));
}

#[test]
fn a_publication_tells_what_the_main_branch_of_the_provider_says_of_the_content() {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "main", &["Orders=a"]);
    let status = |ledger: &MemoryLedger, number: &str| {
        let mut ledger = ledger.clone();
        let events = when(&mut ledger, "Web", |it| {
            it.publish("Web", number, "main", &["Orders=a"]);
        });
        let occasion = &events[0].occasion;
        let version = occasion.context.provider_version.clone();
        assert_eq!(version.is_some(), occasion.result.is_some());
        let version = version.map(|version| version.to_string());
        (version, occasion.context.verification_success)
    };
    let some = |number: &str, success| (Some(number.to_owned()), Some(success));
    assert_eq!(status(&ledger, "2"), (None, None));
    ledger.verify("Orders", "f", "feat", &["Web=a:no"]);
    assert_eq!(status(&ledger, "2"), (None, None));
    ledger.verify("Orders", "1", "main", &["Web=a:no"]);
    assert_eq!(status(&ledger, "2"), some("1", false));
    ledger.verify("Orders", "2", "main", &[]);
    ledger.verify("Orders", "g", "feat", &["Web=a:yes"]);
    assert_eq!(status(&ledger, "2"), some("1", false));
    ledger.verify("Orders", "3", "main", &["Web=a:yes"]);
    ledger.verify("Orders", "1", "main", &["Web=a:no"]);
    assert_eq!(status(&ledger, "2"), some("3", true));
}

#[test]
fn a_result_speaks_of_the_newest_version_that_has_the_content() {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "main", &["Orders=a"]);
    ledger.publish("Web", "2", "feat", &["Orders=a"]);
    ledger.publish("Web", "3", "main", &["Orders=b"]);
    ledger.publish("App", "7", "main", &["Orders=a"]);
    let results = ["Web=a:yes", "Web=b:no", "App=a:wip"];
    let events = when(&mut ledger, "Orders", |it| {
        it.verify("Orders", "P", "main", &results);
    });
    let line = |event: &BrokerEvent| {
        let context = &event.occasion.context;
        format!(
            "{} {} {}",
            event.kind.as_str(),
            context.consumer.as_ref().unwrap(),
            context.consumer_version.as_ref().unwrap()
        )
    };
    let lines: Vec<_> = events.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "provider_verification_published Web 2",
            "provider_verification_succeeded Web 2",
            "provider_verification_published Web 3",
            "provider_verification_failed Web 3",
            "provider_verification_published App 7",
            "provider_verification_succeeded App 7",
        ]
    );
    let context = &events[3].occasion.context;
    assert_eq!(context.event, "provider_verification_failed");
    assert_eq!(context.provider_version, Some(n("P")));
    assert_eq!(context.provider_version_branch, Some(n("main")));
    assert_eq!(context.verification_success, Some(false));
    assert_eq!(events[3].run, Some(1));
    let numbers: BTreeSet<_> = events.iter().filter_map(|it| it.occasion.result).collect();
    assert_eq!(numbers.len(), 3);
}

#[test]
fn a_result_for_a_pact_that_nobody_has_any_more_is_told_without_a_version() {
    let mut ledger = MemoryLedger::default();
    let events = when(&mut ledger, "Orders", |it| {
        it.verify("Orders", "P", "main", &["Web=a:no"]);
    });
    assert_eq!(events.len(), 2);
    let occasion = &events[1].occasion;
    assert_eq!(occasion.context.consumer, Some(n("Web")));
    assert_eq!(occasion.context.consumer_version, None);
    assert_eq!(occasion.context.provider_version, Some(n("P")));
    assert_eq!(occasion.content, content("a"));
}

#[test]
fn versions_that_share_a_commit_cause_what_they_would_have_caused_alone() {
    let steps: [(&str, &[&str], &str); 4] = [
        ("9", &[], "a"),
        ("8", &["dev"], "b"),
        ("7", &["dev"], "b"),
        ("6", &[], "a"),
    ];
    let tell = |ledger: &mut MemoryLedger, (number, tags, text): (&str, &[&str], &str)| {
        ledger.publish_tagged("Web", number, "main", tags, &[&format!("Orders={text}")]);
    };
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "0", "main", &["Orders=a"]);
    let mut together = ledger.clone();
    let together = when(&mut together, "Web", |ledger| {
        for step in steps {
            tell(ledger, step);
        }
    });
    let mut alone = Vec::new();
    for step in steps {
        alone.extend(when(&mut ledger, "Web", |ledger| tell(ledger, step)));
    }
    assert_eq!(lines(&together), lines(&alone));
    assert_eq!(together.len(), 5, "one of the four is a change");
}

#[test]
fn an_id_names_one_event_and_depends_on_nothing_but_the_commit() {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("live");
    ledger.verify("Orders", "1", "main", &[]);
    ledger.verify("Orders", "2", "main", &[]);
    ledger.deploy("Orders", "1", "live", "");
    let mut all = when(&mut ledger, "Web", |it| {
        it.publish("Web", "1", "main", &["Orders=a", "Billing=a"]);
    });
    all.extend(when(&mut ledger, "Orders", |it| {
        it.verify("Orders", "3", "main", &["Web=a:yes", "App=a:yes"]);
    }));
    let ids: BTreeSet<_> = all.iter().map(|event| event.id("c")).collect();
    assert_eq!(ids.len(), all.len());
    assert!(!ids.contains(&all[0].id("d")));
    for event in &all {
        // What else was known then does not count.
        let mut other = event.clone();
        other.deployed.clear();
        other.occasion.context.consumer_labels.push(n("label"));
        other.occasion.context.verification_success = None;
        match event.kind {
            kind if kind.is_of_verification() => other.occasion.context.consumer_version = None,
            EventKind::ContractRequiringVerificationPublished => {}
            _ => other.occasion.context.provider_version = Some(n("9")),
        }
        assert_eq!(other.id("c"), event.id("c"));
    }
}
