//! Networks small, hostile and too large.

use super::*;
use crate::domain::network::network;
use crate::domain::testing::MemoryLedger;
use crate::domain::testing::n;
use crate::render::page::tests::NAME;
use crate::render::page::tests::assert_is_text;
use crate::render::page::tests::links;

fn shown(ledger: &MemoryLedger, place: &NetworkPlace) -> Page {
    let network = network(ledger, &place.wanted()).unwrap();
    let names = NetworkNames {
        applications: vec![n(NAME)],
        environments: vec![n("prod")],
    };
    page(&network, place, &names, &links())
}

#[test]
fn names_are_text_in_the_picture_and_in_the_table() {
    let mut ledger = MemoryLedger::default();
    ledger.publish(NAME, NAME, NAME, &["Orders=a"]);
    ledger.environment_named("prod");
    ledger.deploy(NAME, NAME, "prod", "");
    assert_is_text(&shown(&ledger, &NetworkPlace::default()));
    let place = NetworkPlace {
        application: Some(n(NAME)),
        depth: Some(7),
        environment: Some(n("prod")),
    };
    let page = shown(&ledger, &place);
    assert_is_text(&page);
    let html = &page.main.0;
    for text in [
        "role=\"region\" aria-label=\"Picture of the network",
        "<option selected>7</option>",
        "Not there, but wanted",
        "--depth 7 --environment prod --output svg|mermaid|dot|json",
    ] {
        assert!(html.contains(text), "{text}: {html}");
    }
    // Only presentation attributes: no style that a policy would have to allow.
    assert!(!html.contains("style="), "{html}");
}

#[test]
fn what_is_too_large_for_a_picture_is_a_table() {
    let mut ledger = MemoryLedger::default();
    for number in 0..=crate::render::network::svg::MOST_APPLICATIONS {
        ledger.publish(&format!("app-{number}"), "1", "main", &["Orders=a"]);
    }
    let html = shown(&ledger, &NetworkPlace::default()).main.0;
    assert!(
        html.contains("There is no picture: 502 applications"),
        "{html}"
    );
    assert!(!html.contains("<svg") && html.contains(">app-500</a>"));
    let around = NetworkPlace {
        application: Some(n("app-7")),
        ..NetworkPlace::default()
    };
    let html = shown(&ledger, &around).main.0;
    assert!(html.contains("<svg") && html.contains(">500 applications farther away</a>"));
}

#[test]
fn an_empty_network_says_so() {
    let html = shown(&MemoryLedger::default(), &NetworkPlace::default())
        .main
        .0;
    assert!(html.contains("0 applications, 0 contracts."), "{html}");
    assert!(!html.contains("<svg") && !html.contains("<table"));
}
