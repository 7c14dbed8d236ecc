//! `provider-states list`: the states that consumers need a provider to be in.

use serde_json::Value;
use serde_json::json;

use crate::support::team::Shop;

/// Returns a pact in which each interaction needs a state.
fn pact(consumer: &str, states: &[Value]) -> String {
    let interaction = |(number, state): (usize, &Value)| {
        json!({
            "description": format!("request {number}"),
            "providerStates": [state],
            "request": { "method": "GET", "path": "/" },
            "response": { "status": 200 },
        })
    };
    let pact = json!({
        "consumer": { "name": consumer },
        "provider": { "name": "Orders" },
        "interactions": states.iter().enumerate().map(interaction).collect::<Vec<_>>(),
        "metadata": { "pactSpecification": { "version": "3.0.0" } },
    });
    pact.to_string()
}

fn shop() -> Shop {
    let shop = Shop::with_a_store(&["ci"]);
    let order = json!({ "name": "there is an order", "params": { "id": 7 } });
    let empty = json!({ "name": "there is nothing" });
    for (consumer, version, branch, states) in [
        ("Web", "1", "main", vec![order.clone(), empty.clone()]),
        ("Mobile App", "1", "main", vec![empty]),
        (
            "Web",
            "2",
            "feat",
            vec![json!({ "name": "there is a cart" })],
        ),
    ] {
        shop.write("ci/pact.json", pact(consumer, &states));
        shop.step(
            "ci",
            &format!("publish pact.json -a {version} --branch {branch}"),
        );
    }
    shop.step("ci", "create-environment --name production --production");
    shop.step(
        "ci",
        "record-deployment -a Web -e 2 --environment production",
    );
    shop
}

#[test]
fn states_are_listed_by_branch_and_environment() {
    let shop = shop();
    let listed = shop.run("ci", "broker provider-states list -r Orders", 0);
    assert_eq!(
        listed.stdout,
        "PROVIDER STATE    | CONSUMERS       | PARAMETERS\n\
         ------------------|-----------------|-----------\n\
         there is an order | Web             | {\"id\":7}  \n\
         there is nothing  | Mobile App, Web |           \n"
    );
    assert_eq!(listed.stderr, "");
    for more in ["--branch feat", "--environment production"] {
        let listed = shop.run(
            "ci",
            &format!("provider-states list --provider Orders {more}"),
            0,
        );
        let rows: Vec<&str> = listed.stdout.lines().skip(2).collect();
        assert_eq!(rows, ["there is a cart | Web       |           "], "{more}");
    }
    let cart = json!({ "providerStates": [{ "name": "there is a cart", "consumers": ["Web"] }] });
    for more in ["--json", "-o json"] {
        for face in ["", "broker "] {
            let line = format!("{face}provider-states list -r Orders --branch feat {more}");
            let listed = shop.run("ci", &line, 0);
            let document: Value = serde_json::from_str(&listed.stdout).unwrap();
            assert_eq!(document, cart, "{line}");
            assert_eq!(listed.stderr, "");
        }
    }
}

#[test]
fn no_state_is_said_and_what_is_unknown_is_an_error() {
    let shop = shop();
    let none = shop.run(
        "ci",
        "broker provider-states list -r Orders --branch nope",
        0,
    );
    assert_eq!(none.stdout, "");
    assert_eq!(
        none.stderr,
        "No consumer on branch nope needs Orders to be in a state.\n"
    );
    let none = shop.run("ci", "broker provider-states list -r Web --json", 0);
    assert_eq!(
        serde_json::from_str::<Value>(&none.stdout).unwrap(),
        json!({ "providerStates": [] })
    );

    let unknown = shop.run("ci", "broker provider-states list -r Order", 1);
    let said = "No pacticipant with name 'Order' found\nhint: did you mean `Orders`?\n";
    assert_eq!(unknown.stderr, said);
    let line = "provider-states list -r Orders --environment prod";
    let unknown = shop.run("ci", line, 2);
    let said = "No environment found with name 'prod'. Available options: production";
    assert!(unknown.stderr.contains(said), "{unknown:?}");
    let unknown = shop.run("ci", &format!("broker {line} --json"), 1);
    let document: Value = serde_json::from_str(&unknown.stdout).unwrap();
    assert_eq!(document["error"]["message"], said);
    let both = format!("broker {line} --branch main");
    let _ = shop.run("ci", &both, 1);
}
