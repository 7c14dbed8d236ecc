//! Which pacts are found among versions on branches, with tags and without, some of which dropped one.

use super::*;
use crate::domain::fact::Fact;
use crate::domain::fact::VersionFact;
use crate::domain::testing::MemoryLedger;
use crate::domain::testing::content;
use crate::domain::testing::n;

/// Writes pacts as `consumer/version`.
fn named(pacts: impl IntoIterator<Item = PactPublication>) -> Vec<String> {
    let name = |pact: PactPublication| format!("{}/{}", pact.consumer, pact.version.number);
    pacts.into_iter().map(name).collect()
}

/// Puts a version that exists on a branch.
fn put_on(ledger: &mut MemoryLedger, consumer: &str, version: &str, branch: &str) {
    let fact = VersionFact {
        pacticipant: n(consumer),
        number: n(version),
        branch: Some(n(branch)),
        tags: Vec::new(),
        build_url: None,
        pacts: Vec::new(),
        at: ledger.now(),
    };
    ledger.tell(&Fact::Version(fact));
}

fn ledger() -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    ledger.publish("web", "1", "main", &["Shop=a"]);
    ledger.publish_tagged("web", "2", "main", &["prod"], &["Shop=a", "Mail=m"]);
    ledger.publish_tagged("web", "3", "side", &["test"], &["Shop=b"]);
    ledger.publish_tagged("web", "4", "side", &["prod", "test"], &[]);
    ledger.publish("web", "5", "main", &["Shop=b"]);
    ledger.publish_tagged("web", "6", "side", &["test"], &["Mail=m"]);
    put_on(&mut ledger, "web", "2", "side");
    ledger.publish("App", "1", "main", &["Shop=a"]);
    ledger.publish("Zoo", "1", "", &["Shop=a"]);
    ledger
}

fn among(text: &str) -> Among {
    match text.split_once(' ') {
        Some(("tag", tag)) => Among::Tagged(n(tag)),
        Some(("branch", branch)) => Among::OnBranch(n(branch)),
        _ if text == "main" => Among::OnMainBranch,
        _ if text == "untagged" => Among::Untagged,
        _ => Among::All,
    }
}

#[test]
fn the_latest_pact_of_a_pair_is_the_newest_there_is() {
    let ledger = ledger();
    let (consumer, provider) = (&n("web"), &n("Shop"));
    let pair = Pair {
        ledger: &ledger,
        consumer,
        provider,
    };
    for (text, latest, all) in [
        ("all", "5", "5 3 2 1"),
        ("tag prod", "2", "2"),
        ("tag test", "3", "3"),
        ("tag none", "", ""),
        ("untagged", "5", "5 1"),
        ("branch main", "5", "5 2 1"),
        ("branch side", "3", "3 2"),
        ("branch none", "", ""),
        ("main", "5", "5 2 1"),
    ] {
        let numbers = |pacts: Vec<PactPublication>| {
            let numbers: Vec<_> = pacts.iter().map(|p| p.version.number.to_string()).collect();
            numbers.join(" ")
        };
        let found = pair.latest(&among(text)).unwrap();
        assert_eq!(numbers(found.into_iter().collect()), latest, "{text}");
        assert_eq!(
            numbers(pair.newest_first(&among(text)).unwrap()),
            all,
            "{text}"
        );
    }
}

#[test]
fn a_pact_is_found_by_version_by_content_and_by_its_neighbours() {
    let ledger = ledger();
    let (consumer, provider) = (&n("web"), &n("Shop"));
    let pair = Pair {
        ledger: &ledger,
        consumer,
        provider,
    };
    let of = |number: &str| pair.of_version(&n(number)).unwrap();
    assert_eq!(of("3").unwrap().name(), "Pact between web (3) and Shop");
    assert_eq!((of("4"), of("9")), (None, None));

    let with = |text: &str| named(pair.with_content(&content(text)).unwrap());
    assert_eq!(with("a"), ["web/2"]);
    assert_eq!(with("b"), ["web/5"]);
    assert_eq!(with("m"), [""; 0]);

    let (one, two, five) = (of("1").unwrap(), of("2").unwrap(), of("5").unwrap());
    assert_eq!(named(pair.previous_distinct(&five).unwrap()), ["web/2"]);
    assert_eq!(named(pair.previous_distinct(&two).unwrap()), [""; 0]);
    assert_eq!(named(pair.next(&one).unwrap()), ["web/2"]);
    assert_eq!(named(pair.next(&two).unwrap()), ["web/3"]);
    assert_eq!(named(pair.next(&five).unwrap()), [""; 0]);
}

#[test]
fn a_provider_has_one_latest_pact_of_each_consumer_by_name_whatever_its_case() {
    let ledger = ledger();
    for (text, latest, all) in [
        (
            "all",
            "App/1 web/5 Zoo/1",
            "App/1 web/1 web/2 web/3 web/5 Zoo/1",
        ),
        ("tag test", "web/3", "web/3"),
        // The head of `side` is what was put there last.
        ("branch side", "web/2", "web/2 web/3"),
        ("branch main", "App/1 web/5", "App/1 web/1 web/2 web/5"),
        ("main", "App/1 web/5", "App/1 web/1 web/2 web/5"),
    ] {
        let found = latest_pacts_of_provider(&ledger, &n("Shop"), &among(text)).unwrap();
        assert_eq!(named(found).join(" "), latest, "{text}");
        let found = pacts_of_provider(&ledger, &n("Shop"), &among(text)).unwrap();
        assert_eq!(named(found).join(" "), all, "{text}");
    }
}

#[test]
fn a_branch_whose_head_dropped_the_pact_has_no_latest_for_its_provider() {
    let mut ledger = ledger();
    put_on(&mut ledger, "web", "4", "other");
    put_on(&mut ledger, "web", "3", "dropped");
    put_on(&mut ledger, "web", "4", "dropped");
    let latest = |text| latest_pacts_of_provider(&ledger, &n("Shop"), &among(text)).unwrap();
    assert_eq!(named(latest("branch dropped")), [""; 0]);
    let (consumer, provider) = (&n("web"), &n("Shop"));
    let pair = Pair {
        ledger: &ledger,
        consumer,
        provider,
    };
    let latest = pair.latest(&among("branch dropped")).unwrap();
    assert_eq!(named(latest), ["web/3"]);
}

#[test]
fn all_latest_pacts_are_sorted_by_consumer_then_provider() {
    let found = latest_pacts(&ledger()).unwrap();
    let names: Vec<_> = found.iter().map(PactPublication::name).collect();
    assert_eq!(
        names,
        [
            "Pact between App (1) and Shop",
            "Pact between web (6) and Mail",
            "Pact between web (5) and Shop",
            "Pact between Zoo (1) and Shop",
        ]
    );
}
