//! Pacticipants, their versions, branches and tags.

use serde_json::json;

use super::served;
use crate::support::sandbox::Sandbox;
use crate::support::server::Reply;

#[test]
fn a_pacticipant_is_created_changed_and_found() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    assert_eq!(
        server.get("/pacticipants/Order%20Service").json(),
        json!({ "error": "No pacticipant with name 'Order Service' found" })
    );
    let body = json!({ "name": "Order Service", "mainBranch": "main" });
    let created = server.send("POST", "/pacticipants", &body);
    assert_eq!(created.status, 201);
    let href = format!("{}/pacticipants/Order%20Service", server.base());
    assert_eq!(created.header("location"), href);
    // Who exists already is answered as it is.
    let again = server.send("POST", "/pacticipants", &json!({ "name": "Order Service" }));
    assert_eq!((again.status, again.json()), (201, created.json()));

    let changed = json!({ "displayName": "Orders" });
    let changed = server.send("PATCH", "/pacticipants/Order%20Service", &changed);
    assert_eq!(changed.status, 200);
    let document = server.get("/pacticipants/Order%20Service").json();
    assert_eq!(document, changed.json());
    assert_eq!(document["displayName"], "Orders");
    assert_eq!(document["mainBranch"], "main");
    assert_eq!(document["_links"]["self"]["href"], href);
    assert_eq!(
        document["_links"]["pb:version-tag"]["href"],
        format!("{href}/versions/{{version}}/tags/{{tag}}")
    );
    let all = server.get("/pacticipants").json();
    assert_eq!(all["_embedded"]["pacticipants"][0]["name"], "Order Service");
}

#[test]
fn a_version_is_created_by_whatever_is_said_of_it() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let branch = "/pacticipants/Web/branches/feat%2Fx/versions/1%2B2";
    let put = server.send("PUT", branch, &json!({}));
    assert_eq!(put.status, 201);
    assert_eq!(put.header("location"), format!("{}{branch}", server.base()));
    let again = server.send("PUT", branch, &json!({}));
    assert_eq!(again.status, 200);
    assert_eq!(server.get(branch).json(), again.json());
    let times = |reply: &Reply| {
        (
            reply.json()["createdAt"].clone(),
            reply.json()["updatedAt"].clone(),
        )
    };
    assert_eq!(times(&put), (times(&again).0, json!(null)));
    assert_eq!(times(&again).0, times(&again).1);

    let tag = "/pacticipants/Web/versions/1%2B2/tags/prod";
    assert_eq!(server.get(tag).status, 404);
    assert_eq!(server.ask("PUT", tag, &[], "").status, 201);
    assert_eq!(
        server.send("PUT", tag, &json!({ "name": "prod" })).status,
        200
    );
    assert_eq!(server.get(tag).json()["name"], "prod");

    let version = server.get("/pacticipants/Web/versions/1%2B2").json();
    assert_eq!(version["number"], "1+2");
    let all = server.get("/pacticipants").json();
    let listed = &all["_embedded"]["pacticipants"][0]["_embedded"];
    assert_eq!(listed["latest-version"]["number"], "1+2");
    let on = &version["_embedded"]["branchVersions"][0];
    assert_eq!(
        (&on["name"], &on["latest"]),
        (&json!("feat/x"), &json!(true))
    );
    assert_eq!(version["_embedded"]["tags"][0]["name"], "prod");
    for path in [
        "latest-version",
        "latest-version/prod",
        "branches/feat%2Fx/latest-version",
    ] {
        let latest = server.get(&format!("/pacticipants/Web/{path}")).json();
        assert_eq!(latest["number"], "1+2", "{path}");
    }
    assert_eq!(
        server.get("/pacticipants/Web/latest-version/none").status,
        404
    );
    let branches = server.get("/pacticipants/Web/branches?q=feat").json();
    assert_eq!(branches["page"]["totalElements"], 1);
    let none = server.get("/pacticipants/Web/branches?q=nothing").json();
    assert_eq!(none["page"]["totalElements"], 0);
}

#[test]
fn versions_are_listed_newest_first() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    for number in ["10", "9", "1.0.json"] {
        let path = format!("/pacticipants/Web/versions/{number}");
        assert_eq!(server.send("PUT", &path, &json!({})).status, 201);
    }
    let list = server.get("/pacticipants/Web/versions").json();
    let versions = list["_embedded"]["versions"].as_array().unwrap();
    let numbers: Vec<_> = versions
        .iter()
        .map(|it| it["number"].as_str().unwrap())
        .collect();
    assert_eq!(numbers, ["1.0.json", "9", "10"]);
}

#[test]
fn labels_come_and_go_and_stay_when_the_rest_is_replaced() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let body = json!({ "name": "Web", "displayName": "Shop", "mainBranch": "main" });
    server.send("POST", "/pacticipants", &body);
    for (label, status) in [("ios", 201), ("ios", 200), ("a%20b", 201)] {
        let path = format!("/pacticipants/Web/labels/{label}");
        assert_eq!(server.ask("PUT", &path, &[], "").status, status);
        assert_eq!(server.get(&path).status, 200);
    }
    let url = json!({ "repositoryUrl": "http://git.example/web" });
    let replaced = server.send("PUT", "/pacticipants/Web", &url).json();
    assert_eq!(replaced["displayName"], "Web");
    assert_eq!(replaced["mainBranch"], json!(null));
    assert_eq!(replaced["repositoryUrl"], "http://git.example/web");
    let labels = replaced["_embedded"]["labels"].as_array().unwrap();
    let names: Vec<_> = labels
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["a b", "ios"]);

    let labelled = server.get("/pacticipants/label/ios").json();
    assert_eq!(labelled["_embedded"]["pacticipants"][0]["name"], "Web");
    let path = "/pacticipants/Web/labels/ios";
    assert_eq!(server.ask("DELETE", path, &[], "").status, 204);
    assert_eq!(server.ask("DELETE", path, &[], "").status, 404);
    assert_eq!(server.get(path).status, 404);
    assert_eq!(server.send("PUT", "/pacticipants/New", &url).status, 404);
}

#[test]
fn a_version_that_is_taken_back_is_gone_from_lists_and_environments() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    for number in ["1", "2"] {
        let path = format!("/pacticipants/Web/branches/main/versions/{number}");
        assert_eq!(server.send("PUT", &path, &json!({})).status, 201);
    }
    let environment = json!({ "name": "prod", "production": true });
    let environment = server.send("POST", "/environments", &environment).json();
    let uuid = environment["uuid"].as_str().unwrap();
    let deployed = format!("/pacticipants/Web/versions/2/deployed-versions/environment/{uuid}");
    assert_eq!(server.send("POST", &deployed, &json!({})).status, 201);

    let path = "/pacticipants/Web/versions/2";
    assert_eq!(server.ask("DELETE", path, &[], "").status, 204);
    assert_eq!(server.ask("DELETE", path, &[], "").status, 404);
    assert_eq!(server.get(path).status, 404);
    let latest = server.get("/pacticipants/Web/latest-version").json();
    assert_eq!(latest["number"], "1");
    let here = format!("/environments/{uuid}/deployed-versions/currently-deployed");
    let here = server.get(&here).json();
    assert_eq!(here["_embedded"]["deployedVersions"], json!([]));
}
