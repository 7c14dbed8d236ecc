//! Environments, and what is deployed and released there.

use serde_json::Value;
use serde_json::json;

use super::served;
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;

fn environment(server: &Server, name: &str) -> String {
    let body = json!({ "name": name, "displayName": "Prod", "production": true });
    let created = server.send("POST", "/environments", &body);
    assert_eq!(created.status, 201);
    let uuid = created.json()["uuid"].as_str().unwrap().to_owned();
    let location = format!("{}/environments/{uuid}", server.base());
    assert_eq!(created.header("location"), location);
    uuid
}

#[test]
fn an_environment_is_created_replaced_and_deleted() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let uuid = environment(&server, "prod");
    environment(&server, "test");
    let taken = json!({ "name": "prod", "production": true });
    let text = "name 'prod' is already used by an existing environment.";
    for again in [
        server.send("POST", "/environments", &taken),
        server.send(
            "POST",
            "/environments",
            &json!({ "name": "prod", "displayName": "Prod", "production": true }),
        ),
    ] {
        assert_eq!(again.status, 400);
        assert_eq!(again.json(), json!({ "errors": { "name": [text] } }));
    }
    let path = format!("/environments/{uuid}");
    let live = json!({ "name": "live", "production": false });
    let put = server.send("PUT", &path, &live);
    assert_eq!(put.status, 200);
    assert_eq!(server.get(&path).json()["name"], "live");
    let list = server.get("/environments").json();
    let links = list["_links"]["pb:environments"].as_array().unwrap();
    assert_eq!(links.len(), 2);
    assert_eq!(links[0]["name"], "live");
    let deleted = server.send("DELETE", &path, &Value::Null);
    assert_eq!((deleted.status, deleted.body.as_str()), (204, ""));
    assert_eq!(server.get(&path).status, 404);
    assert_eq!(server.send("DELETE", &path, &Value::Null).status, 404);
}

#[test]
fn what_is_wrong_with_an_environment_is_said_in_the_brokers_words() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let uuid = environment(&server, "prod");
    let one_of = "must be one of: true, false";
    let contact = |contact: Value| json!({ "name": "e", "production": true, "contacts": contact });
    let cases = [
        (
            json!({ "name": "e", "production": "yes" }),
            json!({ "production": [one_of] }),
        ),
        (
            json!({ "name": "e", "production": null }),
            json!({ "production": ["must be filled"] }),
        ),
        (
            json!({ "name": "a\nb", "production": true, "displayName": "a\nb" }),
            json!({
                "displayName": ["cannot contain multiple lines"],
                "name": ["cannot contain multiple lines"],
            }),
        ),
        (
            contact(json!("me")),
            json!({ "contacts": ["must be an array"] }),
        ),
        (
            contact(json!(["me"])),
            json!({ "contacts": ["must be a hash (at index 0)"] }),
        ),
        (
            contact(json!([{ "name": "me" }, { "details": "here" }])),
            json!({
                "contacts": ["name is missing (at index 1)", "details must be a hash (at index 1)"],
            }),
        ),
        (
            json!({ "name": "prod" }),
            json!({
                "name": ["name 'prod' is already used by an existing environment."],
                "production": ["is missing"],
            }),
        ),
    ];
    for (body, errors) in cases {
        let reply = server.send("POST", "/environments", &body);
        assert_eq!(reply.status, 400, "{body}");
        assert_eq!(reply.json(), json!({ "errors": errors }), "{body}");
    }
    // What a `PUT` does not say is as if it had been created so.
    let path = format!("/environments/{uuid}");
    let put = server.send("PUT", &path, &json!({ "name": "live", "production": true }));
    assert_eq!(put.json()["displayName"], "Live");
    assert_eq!(put.json()["contacts"], Value::Null);
}

#[test]
fn a_deployment_replaces_the_one_before_and_ends() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let uuid = environment(&server, "prod");
    let deploy = |version: &str, body: &Value| {
        let path =
            format!("/pacticipants/Web/versions/{version}/deployed-versions/environment/{uuid}");
        server.send("POST", &path, body)
    };
    assert_eq!(deploy("1", &json!({})).status, 404);
    for version in ["1", "2"] {
        server.send(
            "PUT",
            &format!("/pacticipants/Web/versions/{version}"),
            &json!({}),
        );
    }
    // Where it can be deployed, clients read from the version.
    let version = server.get("/pacticipants/Web/versions/1").json();
    let record = &version["_links"]["pb:record-deployment"][0];
    assert_eq!(record["name"], "prod");
    assert!(record["href"].as_str().unwrap().ends_with(&uuid));

    let first = deploy("1", &json!({}));
    assert_eq!(first.status, 201);
    assert_eq!(deploy("1", &json!({})).json()["uuid"], first.json()["uuid"]);
    let blue = deploy("1", &json!({ "applicationInstance": "blue" }));
    assert_eq!(blue.json()["target"], "blue");
    let second = deploy("2", &json!({}));
    let list = format!("/environments/{uuid}/deployed-versions/currently-deployed");
    let deployed = server.get(&list).json();
    let deployed = deployed["_embedded"]["deployedVersions"]
        .as_array()
        .unwrap();
    let uuids: Vec<_> = deployed.iter().map(|it| it["uuid"].clone()).collect();
    assert_eq!(
        uuids,
        [second.json()["uuid"].clone(), blue.json()["uuid"].clone()]
    );
    let blue_only = server
        .get(&format!("{list}?applicationInstance=blue"))
        .json();
    assert_eq!(
        blue_only["_embedded"]["deployedVersions"]
            .as_array()
            .unwrap()
            .len(),
        1
    );

    let itself = format!(
        "/deployed-versions/{}",
        second.json()["uuid"].as_str().unwrap()
    );
    assert_eq!(server.get(&itself).json(), second.json());
    for neither in [json!(true), json!("false"), json!(0)] {
        let back = server.send("PATCH", &itself, &json!({ "currentlyDeployed": neither }));
        assert_eq!(back.status, 422, "{neither}");
    }
    let types = [("content-type", "application/json")];
    let body = r#"{"currentlyDeployed":false}"#;
    assert_eq!(server.ask("PATCH", &itself, &types, body).status, 415);
    let ended = server.send("PATCH", &itself, &json!({ "currentlyDeployed": false }));
    assert_eq!(ended.status, 200);
    assert_eq!(ended.json()["currentlyDeployed"], false);
    let rest = server.get(&list).json();
    assert_eq!(
        rest["_embedded"]["deployedVersions"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn releases_stand_beside_one_another() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let uuid = environment(&server, "shop");
    for (version, status) in [("1", 201), ("2", 201), ("1", 200)] {
        let path = format!("/pacticipants/App/versions/{version}");
        server.send("PUT", &path, &json!({}));
        let path = format!("{path}/released-versions/environment/{uuid}");
        assert_eq!(server.send("POST", &path, &json!({})).status, status);
    }
    let list = format!("/environments/{uuid}/released-versions/currently-supported");
    let supported = server
        .get(&format!("{list}?pacticipant=App&version=1"))
        .json();
    let supported = &supported["_embedded"]["releasedVersions"][0];
    assert_eq!(supported["_embedded"]["version"]["number"], "1");
    let itself = format!("/released-versions/{}", supported["uuid"].as_str().unwrap());
    let ended = server.send("PATCH", &itself, &json!({ "currentlySupported": false }));
    assert_eq!(ended.json()["currentlySupported"], false);
    let rest = server.get(&list).json();
    let rest = rest["_embedded"]["releasedVersions"].as_array().unwrap();
    assert_eq!(rest.len(), 1);
}
