//! What is taken back over HTTP is gone, and what is left is as if it had never been.

use serde_json::Value;
use serde_json::json;

use super::pact;
use super::served;
use crate::support::sandbox::Sandbox;
use crate::support::server::Reply;
use crate::support::server::Server;

const PAIR: &str = "/pacts/provider/Orders/consumer/Web";

fn delete(server: &Server, path: &str) -> Reply {
    server.ask("DELETE", path, &[], "")
}

/// Puts a version of Web on a branch, and publishes its pact with Orders.
fn publish(server: &Server, version: &str, branch: &str) {
    let path = format!("/pacticipants/Web/branches/{branch}/versions/{version}");
    assert_eq!(server.send("PUT", &path, &json!({})).status, 201);
    let path = format!("{PAIR}/version/{version}");
    let put = server.send("PUT", &path, &pact("Web", "Orders", version));
    assert_eq!(put.status, 201, "{put:?}");
}

/// Publishes a result for the pact of a version of Web, and returns where it is.
fn verify(server: &Server, version: &str) -> String {
    let pact = server.get(&format!("{PAIR}/version/{version}")).json();
    let href = &pact["_links"]["pb:publish-verification-results"]["href"];
    let path = href.as_str().unwrap().strip_prefix(&server.base()).unwrap();
    let body = json!({ "success": true, "providerApplicationVersion": "7" });
    let result = server.send("POST", path, &body);
    assert_eq!(result.status, 201, "{result:?}");
    let location = result.header("location").to_owned();
    location.strip_prefix(&server.base()).unwrap().to_owned()
}

/// Returns the versions of Web that have a pact with Orders, newest first.
fn with_pact(server: &Server) -> Vec<Value> {
    let list = server.get(&format!("{PAIR}/versions")).json();
    let pacts = list["_embedded"]["pacts"].as_array().unwrap().clone();
    let number = |pact: Value| pact["_embedded"]["consumerVersion"]["number"].clone();
    pacts.into_iter().map(number).collect()
}

#[test]
fn a_tag_is_taken_from_a_version_once() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    publish(&server, "1", "main");
    publish(&server, "2", "main");
    for version in ["1", "2"] {
        let path = format!("/pacticipants/Web/versions/{version}/tags/prod");
        assert_eq!(server.send("PUT", &path, &json!({})).status, 201);
    }
    let path = "/pacticipants/Web/versions/2/tags/prod";
    assert_eq!(delete(&server, path).status, 204);
    assert_eq!(server.get(path).status, 404);
    assert_eq!(delete(&server, path).status, 404);
    let latest = server.get("/pacticipants/Web/latest-version/prod").json();
    assert_eq!(latest["number"], "1");
    let log = sandbox.run(".", &["log", "--repo", "store.git"]);
    assert!(
        log.stdout.contains("took tag prod from Web version 2"),
        "{log:?}"
    );
}

#[test]
fn a_branch_is_deleted_and_its_versions_stay() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    for (version, branch) in [("1", "main"), ("2", "feat"), ("3", "feat"), ("4", "fix")] {
        publish(&server, version, branch);
    }
    let head = "/pacticipants/Web/branches/feat/latest-version";
    let path = "/pacticipants/Web/branches/feat/versions/3";
    assert_eq!(delete(&server, path).status, 204);
    assert_eq!(delete(&server, path).status, 404);
    assert_eq!(server.get(head).json()["number"], "2");
    assert_eq!(
        delete(&server, "/pacticipants/Web/branches/feat").status,
        204
    );
    assert_eq!(
        delete(&server, "/pacticipants/Web/branches/feat").status,
        404
    );
    assert_eq!(server.get("/pacticipants/Web/versions/2").status, 200);

    let others = delete(&server, "/pacticipants/Web/branches?exclude[]=none");
    assert_eq!(others.status, 202);
    let text = "Scheduled deletion of 1 branches for pacticipant Web. Remaining branches are: main";
    assert_eq!(
        others.json(),
        json!({ "notices": [{ "type": "success", "text": text }] })
    );
    assert_eq!(server.get("/pacticipants/Web/branches/fix").status, 404);
    assert_eq!(server.get("/pacticipants/Web/branches/main").status, 200);
}

#[test]
fn pacts_are_deleted_one_by_one_and_by_branch_and_all() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    for (version, branch) in [("1", "main"), ("2", "feat"), ("3", "feat"), ("4", "main")] {
        publish(&server, version, branch);
    }
    let path = format!("{PAIR}/version/4");
    let deleted = delete(&server, &path);
    assert_eq!(deleted.status, 200);
    let latest = format!("{}{PAIR}/latest", server.base());
    assert_eq!(
        deleted.json(),
        json!({ "_links": {
            "index": { "href": server.base() },
            "pb:latest-pact-version": { "title": "Latest pact", "href": latest },
        }})
    );
    assert_eq!(delete(&server, &path).status, 404);
    assert_eq!(server.get("/pacticipants/Web/versions/4").status, 200);
    assert_eq!(with_pact(&server), ["3", "2", "1"]);

    let head = format!("{PAIR}/branch/feat/latest/versions");
    assert_eq!(delete(&server, &head).status, 200);
    assert_eq!(with_pact(&server), ["2", "1"]);
    assert_eq!(delete(&server, &format!("{PAIR}/branch/feat")).status, 200);
    assert_eq!(with_pact(&server), ["1"]);
    assert_eq!(delete(&server, &format!("{PAIR}/versions")).status, 204);
    assert_eq!(with_pact(&server), Vec::<Value>::new());
    // The provider stays known, and there is nothing for it to verify.
    let list = server.get("/pacts/provider/Orders/latest");
    assert_eq!(list.status, 200);
    let unknown = delete(&server, "/pacts/provider/Nobody/consumer/Web/versions");
    assert_eq!(
        (unknown.status, unknown.json()),
        (
            404,
            json!({ "error": "No provider with name 'Nobody' found" })
        )
    );
}

#[test]
fn a_result_is_deleted_by_its_number_and_as_the_latest() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    publish(&server, "1", "main");
    let path = verify(&server, "1");
    assert_eq!(delete(&server, &path).status, 204);
    assert_eq!(server.get(&path).status, 404);
    assert_eq!(delete(&server, &path).status, 404);
    verify(&server, "1");
    let latest = format!("{PAIR}/latest/verification-results/latest");
    assert_eq!(server.get(&latest).status, 200);
    assert_eq!(delete(&server, &latest).status, 204);
    assert_eq!(delete(&server, &latest).status, 404);
    let question = "/matrix?q[][pacticipant]=Web&q[][version]=1&latestby=cvp&latest=true";
    let summary = &server.get(question).json()["summary"];
    assert_eq!(summary["unknown"], 1, "{summary}");
}

#[test]
fn a_pacticipant_goes_with_all_of_its_own_and_may_come_again() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let environment = json!({ "name": "prod", "production": true });
    assert_eq!(
        server.send("POST", "/environments", &environment).status,
        201
    );
    publish(&server, "1", "main");
    verify(&server, "1");
    assert_eq!(delete(&server, "/pacticipants/Web").status, 204);
    assert_eq!(
        delete(&server, "/pacticipants/Web").json(),
        json!({ "error": "No pacticipant with name 'Web' found" })
    );
    let all = server.get("/pacticipants").json();
    let all = all["_embedded"]["pacticipants"].as_array().unwrap().clone();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0]["name"], "Orders");
    let log = sandbox.run(".", &["log", "--repo", "store.git"]);
    assert!(log.stdout.contains("deleted Web\n"), "{log:?}");
    // Nothing of it is verified when it comes again.
    publish(&server, "1", "main");
    let question = "/matrix?q[][pacticipant]=Web&q[][version]=1&latestby=cvp&latest=true";
    assert_eq!(server.get(question).json()["summary"]["success"], 0);
    sandbox
        .git("store.git")
        .run(&["fsck", "--strict", "--no-dangling"]);
}

#[test]
fn integrations_are_listed_and_deleted_with_who_is_left_without_any() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    publish(&server, "1", "main");
    verify(&server, "1");
    let list = server.get("/integrations").json();
    let first = &list["_embedded"]["integrations"][0];
    assert_eq!(first["consumer"]["name"], "Web");
    assert_eq!(first["provider"]["name"], "Orders");
    let path = "/integrations/provider/Orders/consumer/Web";
    assert_eq!(
        first["_links"]["pb:delete_integration"]["href"],
        format!("{}{path}", server.base())
    );
    // As the broker does, which has no document to give.
    let hal = server.ask("DELETE", path, &[("accept", "application/hal+json")], "");
    assert_eq!(hal.status, 406);
    assert_eq!(delete(&server, path).status, 204);
    for name in ["Web", "Orders"] {
        assert_eq!(server.get(&format!("/pacticipants/{name}")).status, 404);
    }
    publish(&server, "1", "main");
    assert_eq!(delete(&server, "/integrations").status, 204);
    let list = server.get("/integrations").json();
    assert_eq!(list["_embedded"]["integrations"], json!([]));
}

#[test]
fn a_pact_is_patched_with_interactions_it_lacks() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let path = format!("{PAIR}/version/1");
    let send = |body: &Value| {
        let json = [("content-type", "application/json")];
        server.ask("PATCH", &path, &json, &body.to_string())
    };
    let patched = |text: &str| send(&pact("Web", "Orders", text));
    assert_eq!(patched("a").status, 201);
    let both = patched("b");
    assert_eq!(both.status, 200, "{both:?}");
    assert_eq!(both.json()["interactions"].as_array().unwrap().len(), 2);
    assert_eq!(patched("b").json(), both.json());
    let mut other = pact("Web", "Orders", "b");
    other["interactions"][0]["request"]["method"] = json!("PUT");
    assert_eq!(send(&other).status, 409);
    assert_eq!(server.get(&path).json(), both.json());
}
