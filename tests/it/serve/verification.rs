//! What a verifier does: ask which pacts to verify, get each, and publish what came out.

use serde_json::Value;
use serde_json::json;

use super::pact;
use super::served;
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;

const PAIR: &str = "/pacts/provider/Orders/consumer/Web";

/// Publishes a pact of Web with Orders, the version on a branch.
fn publish(server: &Server, version: &str, branch: &str, text: &str) {
    let path = format!("/pacticipants/Web/branches/{branch}/versions/{version}");
    assert_eq!(server.send("PUT", &path, &json!({})).status, 201);
    let put = server.send(
        "PUT",
        &format!("{PAIR}/version/{version}"),
        &pact("Web", "Orders", text),
    );
    assert_eq!(put.status, 201, "{put:?}");
}

fn for_verification(server: &Server, body: &Value) -> Vec<Value> {
    let answer = server.send("POST", "/pacts/provider/Orders/for-verification", body);
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["_embedded"]["pacts"]
        .as_array()
        .unwrap()
        .clone()
}

/// Follows a link of a document; returns the path below the server.
fn link(server: &Server, document: &Value, rel: &str) -> String {
    let href = document["_links"][rel]["href"].as_str().unwrap();
    href.strip_prefix(&server.base()).unwrap().to_owned()
}

/// Publishes a result where a document says.
fn report(server: &Server, pact: &Value, body: &Value) -> Value {
    let path = link(server, pact, "pb:publish-verification-results");
    let published = server.send("POST", &path, body);
    assert_eq!(published.status, 201, "{published:?}");
    let document = published.json();
    assert_eq!(
        published.header("location"),
        document["_links"]["self"]["href"]
    );
    document
}

#[test]
fn a_result_is_published_where_the_pact_says_and_found_by_number_version_and_content() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    publish(&server, "1", "main", "a");
    let document = server.get(&format!("{PAIR}/version/1")).json();
    let latest = server.get(&format!("{PAIR}/latest"));
    assert_eq!(latest.header("x-pact-consumer-version"), "1");
    let unknown = link(&server, &document, "pb:latest-verification-results");
    assert_eq!(server.get(&unknown).status, 404);
    let result = report(
        &server,
        &document,
        &json!({
            "success": true,
            "providerApplicationVersion": "5",
            "buildUrl": "http://ci.example/5",
            "verifiedBy": { "implementation": "pact-rust", "version": "1.2" },
        }),
    );
    assert_eq!(result["providerName"], "Orders");
    assert_eq!(result["providerApplicationVersion"], "5");
    assert_eq!(result["buildUrl"], "http://ci.example/5");
    assert_eq!(
        result["verifiedBy"],
        json!({ "implementation": "pact-rust", "version": "1.2" })
    );
    let numbered = link(&server, &result, "self");
    for path in [
        numbered.as_str(),
        unknown.as_str(),
        &format!("{PAIR}/version/1/verification-results/latest"),
        &format!("{PAIR}/latest/verification-results/latest"),
    ] {
        assert_eq!(server.get(path).json(), result, "{path}");
    }
    assert_eq!(server.get(&format!("{numbered}0")).status, 404);
    let all = server.get("/verification-results/consumer/Web/version/1/latest");
    assert_eq!(all.json()["success"], true);
    assert_eq!(
        all.json()["providerSummary"],
        json!({ "successful": ["Orders"], "failed": [], "unknown": [] })
    );
    assert_eq!(all.json()["_embedded"]["verificationResults"][0], result);

    // The pact that the result names is the one that was verified.
    let verified = server
        .get(&link(&server, &result, "pb:pact-version"))
        .json();
    assert_eq!(verified["_links"]["self"], document["_links"]["self"]);
}

#[test]
fn what_a_verifier_says_of_each_test_comes_back_as_it_was_reported() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    publish(&server, "1", "main", "a");
    let document = server.get(&format!("{PAIR}/version/1")).json();
    let id = document["interactions"][0]["_id"].clone();
    let rust = json!([{
        "interactionId": id,
        "success": false,
        "mismatches": [{ "attribute": "body", "identifier": "$.price", "description": "1 is not 1.0" }],
        "exceptions": [],
    }]);
    let ruby = json!({ "tests": [{ "status": "failed" }], "summary": { "testCount": 1 } });
    for (version, tests) in [("5", &rust), ("6", &ruby), ("7", &rust)] {
        let body = json!({
            "success": false,
            "providerApplicationVersion": version,
            "testResults": tests,
        });
        let reported = report(&server, &document, &body);
        assert_eq!(reported["testResults"], *tests);
        let found = server.get(&link(&server, &reported, "self")).json();
        assert_eq!(found, reported);
    }
    let all = server.get("/verification-results/consumer/Web/version/1/latest");
    let all = all.json()["_embedded"]["verificationResults"][0].clone();
    assert_eq!(all["testResults"], rust);
    let silent = json!({ "success": false, "providerApplicationVersion": "8" });
    let silent = report(&server, &document, &silent);
    assert_eq!(silent.get("testResults"), None);
}

#[test]
fn the_same_result_again_is_news_by_the_brokers_rules_alone() {
    for (rules, rows) in [("strict", 1), ("pact-broker", 2)] {
        let sandbox = Sandbox::new();
        let remote = sandbox.remote("contracts.git");
        sandbox.clone_of("contracts.git", "clone");
        let args = ["--rules", rules, "--push-every", "1h"];
        let server = Server::start(&sandbox, "clone", &args);
        publish(&server, "1", "main", "a");
        let document = server.get(&format!("{PAIR}/version/1")).json();
        let passed = json!({ "success": true, "providerApplicationVersion": "5" });
        for _ in 0..2 {
            report(&server, &document, &passed);
        }
        let query = "/matrix?q[][pacticipant]=Web&q[][pacticipant]=Orders";
        let count = |query: &str| server.get(query).json()["matrix"].as_array().unwrap().len();
        assert_eq!(count(query), rows, "{rules}");
        assert_eq!(count(&format!("{query}&latestby=cvpv")), 1);
        drop(server);
        // What is pending is decided again: each request stays one run.
        for _ in 0..2 {
            let pushed = sandbox.run("clone", &["push"]);
            assert_eq!(pushed.status, Some(0), "{pushed:?}");
        }
        let files = remote.run(&["ls-tree", "-r", "--name-only", "pact/app/Orders"]);
        assert_eq!(files.matches(".run-").count(), rows, "{files}");
    }
}

#[test]
fn a_later_failure_of_the_same_build_counts() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    publish(&server, "1", "main", "a");
    let document = server.get(&format!("{PAIR}/version/1")).json();
    let first = json!({ "success": true, "providerApplicationVersion": "5" });
    let succeeded = report(&server, &document, &first);
    let id = document["interactions"][0]["_id"].clone();
    let second = json!({
        "success": false,
        "providerApplicationVersion": "5",
        "testResults": [{ "interactionId": id, "success": false }],
    });
    let failed = report(&server, &document, &second);
    assert_eq!(failed["success"], false);
    assert_ne!(failed["_links"]["self"], succeeded["_links"]["self"]);
    let latest = link(&server, &document, "pb:latest-verification-results");
    assert_eq!(server.get(&latest).json(), failed);
    let earlier = link(&server, &succeeded, "self");
    assert_eq!(server.get(&earlier).json(), succeeded);
}

#[test]
fn a_result_that_cannot_be_used_is_refused_in_the_brokers_words() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    publish(&server, "1", "main", "a");
    let document = server.get(&format!("{PAIR}/version/1")).json();
    let path = link(&server, &document, "pb:publish-verification-results");
    let refused = server.send("POST", &path, &json!({}));
    assert_eq!(refused.status, 400);
    assert_eq!(
        refused.json(),
        json!({ "errors": {
            "success": ["is missing"],
            "providerApplicationVersion": ["is missing"],
        }})
    );
    let nothing = format!(
        "{PAIR}/pact-version/{}/verification-results",
        "0".repeat(40)
    );
    let body = json!({ "success": true, "providerApplicationVersion": "5" });
    assert_eq!(server.send("POST", &nothing, &body).status, 404);
}

#[test]
fn a_verifier_asks_gets_and_reports_until_nothing_is_pending() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    publish(&server, "1", "main", "a");
    let path = "/pacticipants/Orders/branches/main/versions/5";
    assert_eq!(server.send("PUT", path, &json!({})).status, 201);
    let question = json!({
        "providerVersionBranch": "main",
        "includePendingStatus": true,
        "consumerVersionSelectors": [{ "branch": "main" }],
    });
    let pacts = for_verification(&server, &question);
    assert_eq!(pacts.len(), 1, "{pacts:?}");
    assert_eq!(pacts[0]["shortDescription"], "latest from branch main");
    assert_eq!(pacts[0]["verificationProperties"]["pending"], true);
    assert!(pacts[0]["verificationProperties"].get("wip").is_none());
    assert_eq!(
        pacts[0]["_links"]["self"]["name"],
        "Pact between Web (1) and Orders"
    );
    let document = server.get(&link(&server, &pacts[0], "self")).json();
    let results = link(&server, &document, "pb:publish-verification-results");
    assert!(results.contains("/metadata/"), "{results}");
    let body = json!({ "success": true, "providerApplicationVersion": "5" });
    report(&server, &document, &body);
    let pacts = for_verification(&server, &question);
    assert_eq!(pacts[0]["verificationProperties"]["pending"], false);
}

#[test]
fn a_success_as_work_in_progress_leaves_the_pact_work_in_progress() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    publish(&server, "1", "main", "a");
    publish(&server, "2", "feat", "b");
    let path = "/pacticipants/Orders/branches/main/versions/5";
    assert_eq!(server.send("PUT", path, &json!({})).status, 201);
    let question = json!({
        "providerVersionBranch": "main",
        "includePendingStatus": true,
        "includeWipPactsSince": "2020-01-01",
        "consumerVersionSelectors": [{ "branch": "main" }],
    });
    let is_wip = |pact: &Value| pact["verificationProperties"]["wip"] == true;
    for _ in 0..2 {
        let pacts = for_verification(&server, &question);
        let wip: Vec<_> = pacts.iter().filter(|pact| is_wip(pact)).collect();
        assert_eq!(wip.len(), 1, "{pacts:?}");
        let document = server.get(&link(&server, wip[0], "self")).json();
        assert_eq!(
            document["_links"]["self"]["name"],
            "Pact between Web (2) and Orders"
        );
        let body = json!({ "success": true, "providerApplicationVersion": "5" });
        report(&server, &document, &body);
    }
    // Without the metadata it is a result like any other.
    let document = server.get(&format!("{PAIR}/version/2")).json();
    let body = json!({ "success": true, "providerApplicationVersion": "6" });
    let path = "/pacticipants/Orders/branches/main/versions/6";
    assert_eq!(server.send("PUT", path, &json!({})).status, 201);
    report(&server, &document, &body);
    let pacts = for_verification(&server, &question);
    assert!(!pacts.iter().any(is_wip), "{pacts:?}");
}

#[test]
fn verifiers_that_ask_for_nothing_get_the_usual_pacts_and_a_warning() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let path = "/pacts/provider/Orders/for-verification";
    let unknown = server.get(path);
    assert_eq!(unknown.status, 404);
    assert_eq!(
        unknown.json(),
        json!({ "error": "No provider with name 'Orders' found" })
    );
    publish(&server, "1", "main", "a");
    let answer = server.get(path).json();
    assert_eq!(
        answer["_links"]["self"]["href"],
        format!("{}{path}", server.base())
    );
    let notices = &answer["_embedded"]["pacts"][0]["verificationProperties"]["notices"];
    let first = notices[0]["text"].as_str().unwrap();
    assert!(first.starts_with("WARNING"), "{notices}");
    let wrong = json!({ "consumerVersionSelectors": [{}] });
    let refused = server.send("POST", path, &wrong);
    assert_eq!(refused.status, 400);
    assert!(refused.json()["errors"]["consumerVersionSelectors"].is_array());
}
