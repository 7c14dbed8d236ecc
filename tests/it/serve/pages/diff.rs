//! What changed between two contracts.

use serde_json::json;

use super::BROWSER;
use super::browse;
use super::page;
use super::says;
use crate::serve::served;
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;

const PACTS: &str = "/pacts/provider/Orders/consumer/Web";

/// Returns a pact that asks for an order and gets its number, and more.
fn pact(number: u32, more: &serde_json::Value) -> serde_json::Value {
    json!({
        "consumer": { "name": "Web" },
        "provider": { "name": "Orders" },
        "interactions": [{
            "description": "<b>an order",
            "providerState": "it exists",
            "request": { "method": "GET", "path": "/orders/1" },
            "response": { "status": 200, "body": { "id": number, "more": more } },
        }],
        "metadata": { "pactSpecification": { "version": "2.0.0" } },
    })
}

/// Publishes: Web 1 on main, and 2 and 3 with the same on feat; 1 is deployed to prod.
fn shop(server: &Server) {
    for (version, branch) in [("1", "main"), ("2", "feat"), ("3", "feat")] {
        let path = format!("/pacticipants/Web/branches/{branch}/versions/{version}");
        assert_eq!(server.send("PUT", &path, &json!({})).status, 201);
        let more = if version == "1" { "a" } else { "b" };
        let path = format!("{PACTS}/version/{version}");
        let number = u32::from(version != "1");
        let put = server.send("PUT", &path, &pact(number, &json!(more)));
        assert_eq!(put.status, 201);
    }
    let body = json!({ "name": "prod", "displayName": "Production", "production": true });
    let prod = server.send("POST", "/environments", &body).json();
    let prod = prod["uuid"].as_str().unwrap();
    let path = format!("/pacticipants/Web/versions/1/deployed-versions/environment/{prod}");
    assert_eq!(server.send("POST", &path, &json!({})).status, 201);
}

#[test]
fn what_changed_is_said_by_interaction_and_field_with_what_it_means() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    shop(&server);
    let diff = page(
        &server,
        &format!("{PACTS}/version/3/diff/previous-distinct"),
    );
    says(
        &diff,
        &[
            "<h1>What changed: Web → Orders</h1>",
            "name=\"from\" value=\"previous\"",
            "name=\"to\" value=\"3\"",
            "<dt>From</dt><dd><a href=\"/pacts/provider/Orders/consumer/Web/version/1\">1</a>",
            ">main</span>",
            "<dt>To</dt><dd><a href=\"/pacts/provider/Orders/consumer/Web/version/3\">3</a>",
            "1 changed",
            "It demands more: a provider that honours the old contract may break on this one.",
            "href=\"/matrix/provider/Orders/consumer/Web\">every result of the two</a>",
            ">~ changed</span> &lt;b&gt;an order",
            "<code>GET /orders/1</code> → <code>200</code>, given it exists",
            "/version/3#interaction-1\">in the contract</a>",
            "response body $.id",
            "<code>0</code>",
            "<code>1</code>",
            ">demands more</span>",
        ],
    );
    let first = page(
        &server,
        &format!("{PACTS}/version/1/diff/previous-distinct"),
    );
    says(
        &first,
        &[
            "it is the first contract of the two",
            "1 added",
            "There is no contract before it",
        ],
    );
    let same = page(&server, &format!("{PACTS}/version/3/diff/version/2"));
    says(&same, &["Nothing changed: both say the same."]);
}

#[test]
fn the_two_ends_can_be_chosen_as_on_a_command_line() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    shop(&server);
    let at = format!("{PACTS}/version/3/diff/previous-distinct");
    let offered = page(&server, &at);
    for value in [
        "current",
        "latest",
        "branch:main",
        "branch:feat",
        "environment:prod",
        "2",
    ] {
        assert!(
            offered.contains(&format!("<option value=\"{value}\">")),
            "{value}"
        );
    }
    let chosen = page(
        &server,
        &format!("{at}?from=branch%3Afeat&to=environment%3Aprod"),
    );
    says(
        &chosen,
        &[
            "name=\"from\" value=\"branch:feat\"",
            "name=\"to\" value=\"environment:prod\"",
            "/version/3\">3</a>",
            "/version/1\">1</a>",
        ],
    );
    let empty = page(&server, &format!("{at}?from=&to="));
    says(&empty, &["value=\"previous\"", "value=\"3\""]);
    for (query, status, sentence) in [
        (
            "from=7",
            404,
            "no version 7 of pacticipant &#39;Web&#39; found",
        ),
        (
            "to=branch:none",
            404,
            "there is no pact of Web with Orders for branch none",
        ),
        ("to=tag:%00", 400, "cannot hold the character U+0000"),
        ("from=environment:none", 404, "none"),
    ] {
        let reply = browse(&server, &format!("{at}?{query}"));
        assert_eq!(reply.status, status, "{query}: {reply:?}");
        says(&reply.body, &[sentence]);
    }
    assert_eq!(
        browse(
            &server,
            &format!("{PACTS}/version/9/diff/previous-distinct")
        )
        .status,
        404
    );
}

#[test]
fn programs_get_the_text_of_the_broker_at_the_same_addresses() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    shop(&server);
    let sha = |version: &str| {
        let pact = server.get(&format!("{PACTS}/version/{version}")).json();
        let href = pact["_links"]["pb:pact-version"]["href"]
            .as_str()
            .unwrap()
            .to_owned();
        href.rsplit('/').next().unwrap().to_owned()
    };
    let (old, new) = (sha("1"), sha("3"));
    for path in [
        format!("{PACTS}/version/3/diff/previous-distinct"),
        format!("{PACTS}/version/3/diff/version/1"),
        format!("{PACTS}/pact-version/{new}/diff/pact-version/{old}"),
    ] {
        let text = server.ask("GET", &path, &[("accept", "*/*")], "");
        assert_eq!(
            text.header("content-type"),
            "text/plain;charset=utf-8",
            "{path}"
        );
        says(&text.body, &["# Diff between versions 1 and 3", "## Links"]);
        let bare = server.ask("GET", &path, &[], "");
        assert_eq!(bare.body, text.body);
        let html = server.ask("GET", &path, &[("accept", BROWSER)], "");
        says(
            &html.body,
            &[
                "What changed: Web → Orders",
                "/version/1\">1</a>",
                "1 changed",
            ],
        );
    }
}
