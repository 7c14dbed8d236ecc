//! The network of a small shop.

use super::*;
use crate::domain::fact::Fact;
use crate::domain::label::Labelling;
use crate::domain::label::labelled;
use crate::domain::testing::MemoryLedger;
use crate::domain::testing::n;

/// `web → Shop → Bank`, `web → mail`, `App → Shop`, `Zoo → Zoo`, and `Alone`.
fn shop() -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("prod");
    ledger.publish("web", "1", "main", &["Shop=a", "mail=m"]);
    ledger.publish("Shop", "1", "main", &["Bank=a"]);
    ledger.publish("App", "1", "main", &["Shop=b"]);
    ledger.publish("Zoo", "1", "main", &["Zoo=a"]);
    ledger.publish("Alone", "1", "main", &[]);
    ledger.verify("mail", "1", "main", &["web=m:yes"]);
    ledger.verify("Shop", "2", "main", &["web=a:yes", "App=b:no"]);
    ledger.publish("web", "2", "main", &["Shop=c", "mail=m"]);
    ledger
}

fn drawn(ledger: &MemoryLedger, wanted: &WantedNetwork) -> (String, Vec<String>) {
    let found = network(ledger, wanted).unwrap();
    let application = |it: &Application| {
        let asked_for = if it.is_asked_for { "*" } else { "" };
        let absent = if it.is_here { "" } else { "!" };
        let versions: Vec<_> = it.versions.iter().map(|it| format!(" {it}")).collect();
        format!("{absent}{}{asked_for}{}", it.name, versions.concat())
    };
    let joined = |numbers: &[VersionNumber]| {
        let numbers: Vec<_> = numbers.iter().map(VersionNumber::as_str).collect();
        numbers.join(",")
    };
    let contract = |it: &Contract| {
        format!(
            "{}@{} > {}@{} {}",
            it.integration.consumer,
            joined(&it.consumer_versions),
            it.integration.provider,
            joined(&it.provider_versions),
            it.status.as_str()
        )
    };
    let applications: Vec<_> = found.applications.iter().map(application).collect();
    let contracts = found.contracts.iter().map(contract).collect();
    (applications.join(", "), contracts)
}

fn around(names: &[&str], depth: usize) -> WantedNetwork {
    WantedNetwork {
        around: names.iter().map(|name| n(name)).collect(),
        depth,
        ..WantedNetwork::default()
    }
}

fn in_production() -> WantedNetwork {
    WantedNetwork {
        environment: Some(n("prod")),
        ..WantedNetwork::default()
    }
}

#[test]
fn everybody_is_there_with_the_newest_contract_of_every_two() {
    let (applications, contracts) = drawn(&shop(), &WantedNetwork::default());
    assert_eq!(applications, "Alone, App, Bank, mail, Shop, web, Zoo");
    assert_eq!(
        contracts,
        [
            "App@1 > Shop@2 failed",
            "Shop@1 > Bank@ never",
            "web@2 > mail@1 success",
            "web@2 > Shop@2 stale",
            "Zoo@1 > Zoo@ never",
        ]
    );
}

#[test]
fn a_neighbourhood_ends_where_it_is_asked_to() {
    for (names, depth, applications, contracts, hidden) in [
        (&["Shop"][..], 0, "Shop*", 0, 6),
        (&["Shop"], 1, "App, Bank, Shop*, web", 3, 3),
        (&["Shop"], 2, "App, Bank, mail, Shop*, web", 4, 2),
        (&["Shop"], 9, "App, Bank, mail, Shop*, web", 4, 2),
        (&["Alone"], 9, "Alone*", 0, 6),
        (&["Zoo"], 0, "Zoo*", 1, 6),
        (&["mail", "Bank"], 0, "Bank*, mail*", 0, 5),
        (&["mail", "Bank"], 1, "Bank*, mail*, Shop, web", 3, 3),
    ] {
        let wanted = around(names, depth);
        let found = drawn(&shop(), &wanted);
        assert_eq!(found.0, applications, "{names:?} {depth}");
        assert_eq!(found.1.len(), contracts, "{names:?} {depth}");
        assert_eq!(network(&shop(), &wanted).unwrap().hidden, hidden);
    }
}

#[test]
fn a_label_asks_for_all_that_have_it() {
    let mut ledger = shop();
    for name in ["web", "mail"] {
        let labelling = Labelling {
            pacticipant: n(name),
            label: n("front"),
            at: ledger.now(),
        };
        let fact = Fact::Pacticipant(labelled(&ledger, &labelling).unwrap());
        ledger.tell(&fact);
    }
    let wanted = |label: &str| WantedNetwork {
        label: Some(n(label)),
        ..WantedNetwork::default()
    };
    let found = drawn(&ledger, &wanted("front"));
    assert_eq!(found.0, "mail*, web*");
    assert_eq!(found.1, ["web@2 > mail@1 success"]);
    assert_eq!(drawn(&ledger, &wanted("none")), (String::new(), Vec::new()));
}

#[test]
fn in_an_environment_every_version_there_has_to_honour_the_contract() {
    let mut ledger = shop();
    let state = |ledger: &MemoryLedger| {
        let (applications, contracts) = drawn(ledger, &in_production());
        format!("{applications}: {}", contracts.join("; "))
    };
    assert_eq!(state(&ledger), ": ");
    ledger.deploy("web", "1", "prod", "");
    let expected = "!mail, !Shop, web 1: web@1 > mail@ never; web@1 > Shop@ never";
    assert_eq!(state(&ledger), expected);
    ledger.deploy("Shop", "2", "prod", "");
    ledger.release("mail", "1", "prod");
    let both = "mail 1, Shop 2, web 1: web@1 > mail@1 success; web@1 > Shop@2";
    assert_eq!(state(&ledger), format!("{both} success"));
    ledger.verify("Shop", "2", "main", &["web=a:no"]);
    assert_eq!(state(&ledger), format!("{both} failed"));
    ledger.verify("Shop", "2", "main", &["web=a:yes"]);
    assert_eq!(state(&ledger), format!("{both} success"));
    // Another version of the provider beside it, which nobody verified; then one of the consumer.
    ledger.release("Shop", "1", "prod");
    let rest = "Shop@1 > Bank@ never; web@1 > mail@1 success; web@1 > Shop@2,1 never";
    let expected = format!("!Bank, mail 1, Shop 2 1, web 1: {rest}");
    assert_eq!(state(&ledger), expected);
    ledger.verify("Shop", "1", "main", &["web=a:yes"]);
    ledger.deploy("web", "2", "prod", "two");
    assert!(state(&ledger).ends_with("web@2,1 > mail@1 success; web@2,1 > Shop@2,1 never"));
}

#[test]
fn a_neighbourhood_in_an_environment_has_whom_it_is_asked_for() {
    let mut ledger = shop();
    ledger.deploy("web", "1", "prod", "");
    let wanted = WantedNetwork {
        environment: Some(n("prod")),
        ..around(&["Shop", "App"], 1)
    };
    let found = drawn(&ledger, &wanted);
    assert_eq!(found.0, "!App*, !Shop*, web 1");
    assert_eq!(found.1, ["web@1 > Shop@ never"]);
}

#[test]
fn nobody_is_invented() {
    let refused = network(&shop(), &around(&["Nobody"], 1)).unwrap_err();
    assert!(matches!(refused, NotFound::Pacticipant { .. }), "{refused}");
    let wanted = WantedNetwork {
        environment: Some(n("nowhere")),
        ..WantedNetwork::default()
    };
    let refused = network(&shop(), &wanted).unwrap_err();
    assert!(matches!(refused, NotFound::Environment(_)), "{refused}");
}

#[test]
fn contracts_are_counted_by_how_soon_somebody_has_to_look() {
    let found = network(&shop(), &WantedNetwork::default()).unwrap();
    let counts = found.counts();
    let counts: Vec<_> = counts
        .iter()
        .map(|(it, count)| (it.as_str(), *count))
        .collect();
    let expected = [("failed", 1), ("stale", 1), ("never", 2), ("success", 1)];
    assert_eq!(counts, expected);
    let edges = found.edges();
    assert_eq!(edges, [(1, 4), (4, 2), (5, 3), (5, 4), (6, 6)]);
}
