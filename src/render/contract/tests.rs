//! Every recorded shape of a pact, as text and as JSON.

use serde_json::Value;
use serde_json::json;

use super::*;
use crate::domain::pact::Pact;

/// All pacts of `fixtures/pacts`.
pub(in crate::render) const RECORDED: [&str; 12] = [
    "messages/mailer-1",
    "orders/mobile-app-1",
    "orders/web-1",
    "orders/web-2",
    "payments/order-service-1",
    "plugin/order-service-1",
    "shapes/answers-1",
    "shapes/bodies-1",
    "shapes/odd-1",
    "shapes/rules-1",
    "shards/web-checkout",
    "v1/till-1",
];

/// Returns a recorded pact as it is read.
pub(in crate::render) fn recorded(file: &str) -> ReadablePact {
    let path = format!("{}/fixtures/pacts/{file}.json", env!("CARGO_MANIFEST_DIR"));
    let bytes = std::fs::read(path).unwrap();
    ReadablePact::of(&Pact::parse(&bytes).unwrap())
}

/// Returns a pact with as many interactions as somebody may have.
pub(in crate::render) fn large() -> ReadablePact {
    let interaction = |number: usize| {
        json!({
            "description": format!("a request for order {number:03}"),
            "providerState": format!("order {} exists", number % 10),
            "request": { "method": "GET", "path": format!("/orders/{number}") },
            "response": {
                "status": 200,
                "body": { "id": number },
                "matchingRules": { "$.body.id": { "match": "integer" } },
            },
        })
    };
    let interactions: Vec<Value> = (1..=500).map(interaction).collect();
    let pact = json!({
        "consumer": { "name": "Web" },
        "provider": { "name": "Orders" },
        "interactions": interactions,
        "metadata": { "pactSpecification": { "version": "2.0.0" } },
    });
    ReadablePact::of(&Pact::parse(pact.to_string().as_bytes()).unwrap())
}

fn shown(pact: &ReadablePact) -> String {
    let contract = Contract {
        pact,
        publication: None,
    };
    text(&contract).into_iter().map(|span| span.text).collect()
}

fn document(pact: &ReadablePact) -> Value {
    let contract = Contract {
        pact,
        publication: None,
    };
    serde_json::to_value(ContractJson::new(&contract, None)).unwrap()
}

/// Asserts that lines stand in a text in this order.
pub(in crate::render) fn stands(text: &str, lines: &[&str]) {
    let mut rest = text.lines();
    for line in lines {
        assert!(rest.any(|it| it.trim() == line.trim()), "{line}\n{text}");
    }
}

#[test]
fn a_contract_begins_with_whom_it_is_between_and_an_index() {
    let text = shown(&recorded("orders/web-2"));
    let expected = "\
What Web expects of Order Service
  Specification  2.0.0
  Content        ";
    assert!(text.starts_with(expected), "{text}");
    stands(
        &text,
        &[
            "Where no rule stands, a value has to be exactly as it is shown. What is sent in answer \
             may have headers and fields beyond it.",
            "States of Order Service",
            "STATE                   | PARAMETERS | INTERACTIONS",
            "order 42 exists         |            | 1, 3",
            "order 99 does not exist |            | 2",
            "Interactions",
            "# | INTERACTION                           | GIVEN                   | WHAT",
            "1 | a request for an order                | order 42 exists         | get /orders/42 → 200",
            "4 | a request to place an order           |                         | post /orders → 201",
        ],
    );
}

#[test]
fn an_interaction_shows_what_is_asked_what_is_answered_and_what_may_differ() {
    let text = shown(&recorded("orders/web-1"));
    let expected = "
1. a request for an order
  Given  order 42 exists
  Request
    method  get
    path    /orders/42
    headers
      Accept  application/json
  Response
    status  200
    headers
      Content-Type  application/json
    body (application/json)
      {
        \"id\": 42,
        \"items\": [
          {
            \"quantity\": 2,
            \"sku\": \"TEA-01\"
          }
        ],
        \"status\": \"paid\",
        \"total\": 59.9
      }
      id                                 any number
      items                              at least 1 element, each like the example
      items › each element › each field  of the same type as the example, and so is all that is in it
      status                             any text that matches `^(open|paid|shipped)$`
      total                              any number
      all else: exactly as in the example; there may be further fields

2. a request for an order
";
    assert!(text.contains(expected), "{text}");
    stands(
        &text,
        &["Location  /orders/43 — any text that matches `^/orders/\\d+$`"],
    );
}

#[test]
fn messages_bodies_and_plugins_are_shown() {
    stands(
        &shown(&recorded("shapes/answers-1")),
        &[
            "Transport  websocket",
            "Request",
            "metadata",
            "priority  3 — any integer",
            "order  made anew each time: a random integer from `1` to `9`",
            "Response 1",
            "Response 2",
        ],
    );
    stands(
        &shown(&recorded("shapes/bodies-1")),
        &[
            "body: none, or null",
            "<picture id=\"7\">tea</picture>",
            "pictures › picture › #text  of the same type as the example, and so is all that is in it",
            "body (text/plain)",
            "by bike",
            "body: empty",
            "body (image/png): 8 bytes",
            "the whole  content of the type `image/png`",
        ],
    );
    stands(
        &shown(&recorded("plugin/order-service-1")),
        &[
            "Transport  grpc",
            "message ReserveReply {",
            "body (application/protobuf;message=.stock.ReserveRequest): 10 bytes",
            "For plugins",
            "Plugin protobuf 0.5.4",
            "rpc Reserve (ReserveRequest) returns (ReserveReply);",
        ],
    );
    stands(
        &shown(&recorded("shapes/rules-1")),
        &[
            "Pending: it may fail",
            "Every rule of the specification, once.",
        ],
    );
}

#[test]
fn a_line_from_a_contract_stays_one() {
    let text = shown(&recorded("shapes/odd-1"));
    let heading = "3. </code></pre><script>alert(1)</script>\\u000a\\u001b[2J```\\u000a::error::x \
                   #\\u0023[error]y @team ![](http://x.example) | a \\u202e row";
    stands(&text, &[heading, "````` "]);
    assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'));
}

#[test]
fn every_recorded_contract_is_a_document_that_says_the_same() {
    for file in RECORDED {
        let pact = recorded(file);
        let document = document(&pact);
        let interactions = document["interactions"].as_array().unwrap();
        assert_eq!(interactions.len(), pact.interactions.len(), "{file}");
        let text = shown(&pact);
        for interaction in interactions {
            let description = interaction["description"].as_str().unwrap();
            let shown = crate::render::sink::terminal::shown_on_one_line(description);
            assert!(text.contains(&shown), "{file}: {description}");
        }
        assert_eq!(document.get("computedFrom"), None);
    }
}

#[test]
fn a_document_has_rules_with_what_they_are_about() {
    let document = document(&recorded("shapes/rules-1"));
    assert_eq!(
        document["providerStates"],
        json!([{ "name": "a shop exists", "params": { "shop": 3 }, "interactions": [1] }])
    );
    let interaction = &document["interactions"][0];
    assert_eq!(interaction["type"], "Synchronous/HTTP");
    assert_eq!(interaction["summary"], "POST /shops/3/orders → 200");
    assert_eq!(interaction["test"], "EveryRuleTest.asks");
    let response = &interaction["parts"][1];
    assert_eq!(
        response["status"],
        json!({
            "name": "status",
            "values": ["200"],
            "exact": false,
            "rules": [{
                "kind": "matching",
                "path": "$",
                "place": "",
                "says": "any status of success (2xx)",
            }],
        })
    );
    assert_eq!(response["body"]["is"], "text");
    assert_eq!(response["body"]["contentType"], "application/json");
    let rules = response["bodyRules"].as_array().unwrap();
    let made = rules.iter().filter(|it| it["kind"] == "generator").count();
    assert_eq!((rules.len(), made), (19, 3));
}

#[test]
fn a_large_contract_is_shown_whole() {
    let pact = large();
    let text = shown(&pact);
    assert!(text.contains("\n500. a request for order 500\n"));
    stands(
        &text,
        &[
            "order 0 exists |            | 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 140, 150, 160, 170, 180, 190, 200, 210, 220, 230, 240, 250, 260, 270, 280, 290, 300, 310, 320, 330, 340, 350, 360, 370, 380, 390, 400, 410, 420, 430, 440, 450, 460, 470, 480, 490, 500",
        ],
    );
    assert_eq!(
        document(&pact)["interactions"].as_array().unwrap().len(),
        500
    );
}
