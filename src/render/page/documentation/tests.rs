//! Every recorded shape of a pact as documentation, and what must not become markup.

use serde_json::json;

use super::*;
use crate::domain::pact::Pact;
use crate::render::contract::tests::RECORDED;
use crate::render::contract::tests::large;
use crate::render::contract::tests::recorded;
use crate::render::page::escape::Visible;
use crate::render::page::tests::NAME;

/// Fails unless a text has each of some pieces, one after the other.
#[track_caller]
fn says(text: &str, expected: &[&str]) {
    let mut rest = text;
    for piece in expected {
        let Some(at) = rest.find(piece) else {
            panic!("{piece:?} is not there, or not behind what goes before: {text}");
        };
        rest = &rest[at + piece.len()..];
    }
}

fn shown(pact: &serde_json::Value) -> String {
    let pact = Pact::parse(pact.to_string().as_bytes()).unwrap();
    documentation(&ReadablePact::of(&pact)).0
}

#[test]
fn a_contract_is_read_from_its_states_over_an_index_to_each_interaction() {
    let page = documentation(&recorded("orders/web-2")).0;
    says(
        &page,
        &[
            "<h2 id=\"documentation\">What Web expects of Order Service</h2>",
            "<dt>Specification</dt><dd>2.0.0</dd>",
            "<h2>States of Order Service</h2>",
            "<th scope=\"row\">order 42 exists</th>",
            "<a href=\"#interaction-1\">1</a>, <a href=\"#interaction-3\">3</a>",
            "<h2>Interactions</h2>",
            "<a href=\"#interaction-1\">1. a request for an order</a>",
            "<code>get /orders/42</code> → <code>200</code>",
            "<details class=\"interaction\" id=\"interaction-1\" open>",
            "<dt>Given</dt><dd>order 42 exists",
            "<h4>Request</h4>",
            "<dt>header <code>Accept</code></dt><dd><code>application/json</code></dd>",
            "<h4>Response</h4>",
            "<h5>Body <code>application/json</code></h5>",
            "&quot;total&quot;: 59.9",
            "<dt><code>status</code></dt><dd>any text that matches <code>^(open|paid|shipped)$</code></dd>",
            "<dt>all else</dt><dd>exactly as in the example; there may be further fields</dd>",
            "id=\"interaction-4\"",
            "<p class=\"rule\">any text that matches <code>^/orders/\\d+$</code></p>",
        ],
    );
}

#[test]
fn every_recorded_pact_is_shown_with_all_its_interactions_and_bodies() {
    for file in RECORDED {
        let pact = recorded(file);
        let page = documentation(&pact).0;
        let escaped = |text: &str| {
            let mut shown = String::new();
            askama::filters::Escaper::write_escaped_str(&Visible, &mut shown, text).unwrap();
            shown
        };
        for it in &pact.interactions {
            let place = format!("id=\"{}\"", anchor_of(it.number));
            let heading = format!(
                "<h3>{}. {}</h3>",
                it.number,
                escaped(contract::title(&it.description))
            );
            says(&page, &[&place, &heading]);
            for part in &it.parts {
                if let Body::Text(text) = &part.body {
                    let body = format!("<pre>{}</pre>", escaped(&text.text));
                    assert!(page.contains(&body), "{file}: {body}");
                }
            }
        }
        for left in ["<img", "<script", "style=\"", "\u{202e}", "\u{1b}"] {
            assert!(!page.contains(left), "{file}: {left}");
        }
    }
}

#[test]
fn what_a_contract_says_is_text_wherever_it_stands() {
    let page = shown(&json!({
        "consumer": { "name": NAME },
        "provider": { "name": NAME },
        "interactions": [{
            "type": "Synchronous/HTTP",
            "key": NAME,
            "description": NAME,
            "pending": true,
            "transport": NAME,
            "comments": { "text": [NAME], "testname": NAME },
            "interactionMarkup": { "markup": NAME, "markupType": "HTML" },
            "providerStates": [{ "name": NAME, "params": { NAME: NAME } }],
            "pluginConfiguration": { NAME: { NAME: NAME } },
            "request": {
                "method": NAME,
                "path": NAME,
                "query": { NAME: [NAME, ""] },
                "headers": { NAME: [NAME] },
                "body": { "contentType": NAME, "encoded": false, "content": NAME },
                "matchingRules": {
                    "path": { "matchers": [{ "match": "regex", "regex": NAME }] },
                    "body": { (NAME): { "matchers": [{ "match": NAME }] } },
                },
                "generators": { "body": { (NAME): { "type": NAME } } },
                NAME: NAME,
            },
            "response": {
                "status": 200,
                "body": { "contentType": "image/png", "encoded": "base64", "content": "iVBORw==" },
            },
            NAME: NAME,
        }],
        "metadata": {
            "pactSpecification": { "version": "4.0" },
            "plugins": [{ "name": NAME, "version": NAME, "configuration": { NAME: NAME } }],
        },
        NAME: NAME,
    }));
    assert!(
        !page.contains("<img") && !page.contains("<script"),
        "{page}"
    );
    let shown = "&lt;script&gt;a&lt;/script&gt;&amp;amp;";
    assert!(page.matches(shown).count() > 30, "{page}");
    says(
        &page,
        &[
            "1 interaction, 1 of them pending",
            ">pending</span>",
            "<h5>Body <code>image/png</code>: 4 bytes</h5>",
            "<dt>all of it</dt><dd>exactly as in the example</dd>",
            "<h2>What else the document says</h2>",
        ],
    );
}

#[test]
fn what_has_no_name_says_so() {
    let page = documentation(&recorded("shapes/odd-1")).0;
    says(
        &page,
        &[
            "<th scope=\"row\">(without a name)</th>",
            ">1. (without a description)</a>",
            "<dt>Given</dt><dd>(without a name)",
        ],
    );
}

#[test]
fn messages_and_empty_contracts_have_a_form_too() {
    let page = documentation(&recorded("messages/mailer-1")).0;
    says(&page, &["asynchronous message", "<h4>Message</h4>"]);
    let empty = shown(&json!({ "consumer": { "name": "a" }, "provider": { "name": "b" } }));
    says(&empty, &["not given", "There are none."]);
    assert!(!empty.contains("<table") && !empty.contains("<details"));
}

#[test]
fn five_hundred_interactions_make_a_page_of_a_megabyte_at_most() {
    let page = documentation(&large()).0;
    says(&page, &["500 interactions", "id=\"interaction-500\""]);
    assert!(page.len() < 1_000_000, "{}", page.len());
}
