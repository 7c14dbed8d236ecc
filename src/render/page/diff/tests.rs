//! Differences of recorded pacts, and names that would like to be markup.

use serde_json::json;

use super::*;
use crate::domain::comparison::Document;
use crate::domain::comparison::compare_documents;
use crate::domain::pact::Pact;
use crate::domain::testing::n;
use crate::render::page::tests::NAME;
use crate::render::page::tests::assert_is_text;
use crate::render::page::tests::links;

fn document(pact: &serde_json::Value) -> Document {
    Document {
        name: NAME.to_owned(),
        pact: Pact::parse(pact.to_string().as_bytes()).unwrap(),
    }
}

fn shown(comparison: &Comparison) -> Page {
    let place = Place::Diff {
        pair: PairPlace {
            consumer: comparison.consumer.clone(),
            provider: comparison.provider.clone(),
        },
        version: n("2"),
        from: None,
    };
    let fields = DiffFields {
        from: NAME.to_owned(),
        to: NAME.to_owned(),
        offered: vec![WhichPact::Branch(n(NAME))],
    };
    page(place, comparison, &fields, &links())
}

fn pact(interactions: &serde_json::Value) -> serde_json::Value {
    json!({
        "consumer": { "name": NAME },
        "provider": { "name": NAME },
        "interactions": interactions,
    })
}

fn interaction(description: &str, body: &serde_json::Value) -> serde_json::Value {
    json!({
        "description": description,
        "providerState": NAME,
        "request": { "method": "GET", "path": NAME },
        "response": { "status": 200, "body": body, "matchingRules": { "$.body.b": { "match": NAME } } },
    })
}

#[test]
fn what_changed_is_text_wherever_it_stands() {
    let gone = format!("{NAME} gone");
    let new = format!("{NAME} new");
    let before = pact(&json!([
        interaction(NAME, &json!({ "a": 1, "b": NAME })),
        interaction(&gone, &json!(NAME)),
    ]));
    let after = pact(&json!([
        interaction(
            NAME,
            &json!({ "a": "x".repeat(200), "b": NAME, NAME: NAME })
        ),
        interaction(&new, &json!([NAME])),
    ]));
    let compared = compare_documents(document(&before), document(&after)).unwrap();
    let page = shown(&compared);
    assert_is_text(&page);
    let html = &page.main.0;
    for text in [
        "<div class=\"note bad\">",
        "It demands more: a provider that honours the old contract may break on this one.",
        "1 added, 1 removed, 1 changed",
        ">+ added</span>",
        ">− removed</span>",
        ">~ changed</span>",
        ">demands more</span>",
        ">demands less</span>",
        "<code>1</code>",
        "<pre>&quot;xxx",
        "<span class=\"soft\">nothing</span>",
    ] {
        assert!(html.contains(text), "{text}: {html}");
    }
}

#[test]
fn what_is_only_written_otherwise_is_shown_line_by_line() {
    let one = json!({ "consumer": { "name": "a" }, "provider": { "name": "b" }, "x": 1 });
    let two = json!({ "consumer": { "name": "a" }, "provider": { "name": "b" }, "x": NAME });
    let same = compare_documents(document(&one), document(&one)).unwrap();
    let html = shown(&same).main.0;
    assert!(
        html.contains("Nothing changed: both say the same."),
        "{html}"
    );
    let other = compare_documents(document(&one), document(&two)).unwrap();
    let html = shown(&other).main.0;
    for text in [
        "Something that is no interaction",
        "<span class=\"removed\">-  &quot;x&quot;: 1",
        "<span class=\"added\">+  &quot;x&quot;: &quot;",
    ] {
        assert!(html.contains(text), "{text}: {html}");
    }
    assert!(!html.contains("<img"), "{html}");
}
