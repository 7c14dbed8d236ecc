//! Publishing pacts, and reading what was published.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use serde_json::json;

use super::pact;
use super::served;
use crate::support::sandbox::Sandbox;
use crate::support::server::Reply;
use crate::support::server::Server;

fn publish(server: &Server, version: &str, content: &Value) -> Reply {
    let body = json!({
        "pacticipantName": "Web",
        "pacticipantVersionNumber": version,
        "branch": "main",
        "tags": ["dev"],
        "contracts": [{
            "consumerName": "Web",
            "providerName": "Orders",
            "specification": "pact",
            "contentType": "application/json",
            "content": STANDARD.encode(content.to_string()),
        }],
    });
    server.send("POST", "/contracts/publish", &body)
}

#[test]
fn what_is_published_is_found_by_version_tag_branch_and_content() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let published = publish(&server, "1", &pact("Web", "Orders", "a"));
    assert_eq!(published.status, 200, "{published:?}");
    let answer = published.json();
    let href = format!(
        "{}/pacts/provider/Orders/consumer/Web/version/1",
        server.base()
    );
    assert_eq!(answer["_links"]["pb:contracts"][0]["href"], href);
    let notices = answer["notices"].as_array().unwrap();
    assert!(
        notices
            .iter()
            .any(|it| it["text"] == format!("  View the published pact at {href}")),
        "{notices:?}"
    );
    assert_eq!(answer["logs"].as_array().unwrap().len(), notices.len());

    let pair = "/pacts/provider/Orders/consumer/Web";
    let document = server.get(&format!("{pair}/version/1")).json();
    assert_eq!(document["interactions"][0]["request"]["path"], "/a");
    assert_eq!(
        document["interactions"][0]["_id"].as_str().unwrap().len(),
        40
    );
    let content = document["_links"]["pb:pact-version"]["name"]
        .as_str()
        .unwrap();
    assert_eq!(content.len(), 40);
    for path in [
        "latest".to_owned(),
        "latest/dev".to_owned(),
        "branch/main/latest".to_owned(),
        format!("pact-version/{content}"),
    ] {
        assert_eq!(
            server.get(&format!("{pair}/{path}")).json(),
            document,
            "{path}"
        );
    }
    let unknown = "0".repeat(40);
    for path in [
        "latest/prod",
        "latest-untagged",
        "version/2",
        &format!("pact-version/{unknown}"),
    ] {
        assert_eq!(server.get(&format!("{pair}/{path}")).status, 404, "{path}");
    }
}

#[test]
fn other_content_for_the_same_version_is_refused() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    assert_eq!(
        publish(&server, "1", &pact("Web", "Orders", "a")).status,
        200
    );
    assert_eq!(
        publish(&server, "1", &pact("Web", "Orders", "a")).status,
        200
    );
    let refused = publish(&server, "1", &pact("Web", "Orders", "b"));
    assert_eq!(refused.status, 409);
    assert_eq!(
        refused.header("content-type"),
        "application/json;charset=utf-8"
    );
    let text = refused.json()["errors"]["contracts"][0].clone();
    assert_eq!(refused.json()["notices"][0]["text"], text);
    let path = "/pacts/provider/Orders/consumer/Web/version/1";
    let put = server.send("PUT", path, &pact("Web", "Orders", "b"));
    assert_eq!((put.status, put.json()), (409, json!({ "error": text })));
}

#[test]
fn a_pact_is_put_with_the_numbers_as_they_were_written() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let path = "/pacts/provider/Orders/consumer/Web/version/1";
    let body = r#"{"consumer":{"name":"Web"},"interactions":[
        {"description":"n","response":{"body":[1.0,1e2,12345678901234567890123]}}]}"#;
    let put = server.ask("PUT", path, &[("content-type", "application/json")], body);
    assert_eq!(put.status, 201, "{put:?}");
    assert!(
        put.body.contains("[1.0,1e2,12345678901234567890123]"),
        "{put:?}"
    );
    let again = server.ask("PUT", path, &[("content-type", "application/json")], body);
    assert_eq!((again.status, again.body), (200, put.body));
    let other = server.send("PUT", path, &pact("Shop", "Orders", "a"));
    assert_eq!(other.status, 400);
    let text = "name in pact 'Shop' does not match name in URL path 'Web'.";
    assert_eq!(
        other.json(),
        json!({ "errors": { "consumer.name": [text] } })
    );
}

#[test]
fn all_that_is_wrong_with_a_publication_is_told_at_once() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let contract = |more: Value| {
        let mut contract = json!({
            "consumerName": "Web",
            "providerName": "Orders",
            "specification": "pact",
            "contentType": "application/json",
            "content": STANDARD.encode(pact("Web", "Orders", "a").to_string()),
        });
        contract
            .as_object_mut()
            .unwrap()
            .append(&mut more.as_object().unwrap().clone());
        contract
    };
    let wrong = |body: Value| {
        let refused = server.send("POST", "/contracts/publish", &body);
        assert_eq!(refused.status, 400, "{refused:?}");
        refused.json()["errors"].clone()
    };
    assert_eq!(
        wrong(json!({})),
        json!({
            "pacticipantName": ["is missing"],
            "pacticipantVersionNumber": ["is missing"],
            "contracts": ["is missing"],
        })
    );
    let one = |more: Value| {
        let errors = wrong(json!({
            "pacticipantName": "Web",
            "pacticipantVersionNumber": "1",
            "contracts": [contract(more)],
        }));
        errors["contracts"].clone()
    };
    assert_eq!(
        one(json!({ "specification": "oas", "onConflict": "sum" })),
        json!([
            "specification must be one of: pact (at index 0)",
            "onConflict must be one of: overwrite, merge (at index 0)",
        ])
    );
    assert_eq!(
        one(json!({ "content": "%" })),
        json!([
            "is not valid Base64 (at index 0)",
            "content could not be parsed as application/json (at index 0)",
        ])
    );
    assert_eq!(
        one(json!({ "consumerName": "Shop" })),
        json!([
            "consumer name in contract content ('Web') must match consumerName in contract \
             params ('Shop') (at index 0)",
            "consumerName ('Shop') must match pacticipantName ('Web') (at index 0)",
        ])
    );
    // Nothing of it was recorded.
    assert_eq!(server.get("/pacticipants/Web").status, 404);
}

#[test]
fn a_pact_may_name_nobody_however_long_the_names_in_its_url_are() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let (consumer, provider) = ("c".repeat(255), "p".repeat(255));
    let path = format!("/pacts/provider/{provider}/consumer/{consumer}/version/1");
    for nobody in [
        json!({ "interactions": [] }),
        json!({ "interactions": [], "consumer": {}, "provider": "me" }),
    ] {
        let put = server.send("PUT", &path, &nobody);
        assert_eq!(put.status, 201, "{put:?}");
        let pacticipants = server.get("/pacticipants").json();
        let pacticipants = pacticipants["_embedded"]["pacticipants"].as_array();
        let names = pacticipants.unwrap().iter().map(|it| &it["name"]);
        let names: Vec<_> = names.collect();
        assert_eq!(names, [&json!(consumer), &json!(provider)]);
        let integrations = server.get("/integrations").json();
        let integration = &integrations["_embedded"]["integrations"][0];
        assert_eq!(integration["consumer"]["name"], consumer);
        let deleted = server.ask("DELETE", &path, &[], "");
        assert_eq!(deleted.status, 200, "{deleted:?}");
    }
}
