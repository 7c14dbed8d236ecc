//! What people and their pages ask: differences, states, the dashboard, who works with whom,
//! numbers, and lists in pages.

use serde_json::Value;
use serde_json::json;

use super::pact;
use super::served;
use crate::support::sandbox::Sandbox;
use crate::support::server::Reply;
use crate::support::server::Server;

fn ok(reply: &Reply) {
    assert!((200..300).contains(&reply.status), "{}", reply.body);
}

fn publish(server: &Server, consumer: &str, version: &str, provider: &str, text: &str) {
    let path = format!("/pacts/provider/{provider}/consumer/{consumer}/version/{version}");
    ok(&server.send("PUT", &path, &pact(consumer, provider, text)));
}

fn ask_for(server: &Server, kind: &str, path: &str) -> Reply {
    server.ask("GET", path, &[("accept", kind)], "")
}

/// Returns one field of each element.
fn all(list: &Value, field: &str) -> Vec<String> {
    let list = list.as_array().unwrap_or_else(|| panic!("{list}"));
    let text = |it: &Value| it[field].as_str().unwrap().to_owned();
    list.iter().map(text).collect()
}

/// Web 1 and 2 have one pact with Orders, 3 has another.
fn three_versions(server: &Server) {
    for (version, text) in [("1", "a"), ("2", "a"), ("3", "b")] {
        publish(server, "Web", version, "Orders", text);
    }
}

const PACTS: &str = "/pacts/provider/Orders/consumer/Web";

#[test]
fn what_changed_is_told_as_text() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    three_versions(&server);
    let diff = |path: &str| ask_for(&server, "text/plain", &format!("{PACTS}{path}"));
    let told = diff("/version/3/diff/previous-distinct");
    assert_eq!(told.header("content-type"), "text/plain;charset=utf-8");
    let title = "# Diff between versions 2 and 3 of the pact between Web and Orders\n\n\
        The following changes were made less than a minute ago (";
    assert!(told.body.starts_with(title), "{}", told.body);
    assert!(
        told.body.contains("-        \"path\": \"/a\""),
        "{}",
        told.body
    );
    assert!(
        told.body.contains("+        \"path\": \"/b\""),
        "{}",
        told.body
    );
    let none = "No previous distinct version was found for Pact between Web (2) and Orders";
    assert_eq!(diff("/version/2/diff/previous-distinct").body, none);
    assert_eq!(diff("/version/9/diff/previous-distinct").status, 404);
    let hal = server.get(&format!("{PACTS}/version/3/diff/previous-distinct"));
    assert_eq!(hal.status, 406);

    let asked = diff("/version/3/diff/version/1").body;
    assert!(
        asked.starts_with("# Diff between versions 1 and 3"),
        "{asked}"
    );
    assert_eq!(diff("/version/3/diff/version/9").status, 404);

    let previous = server
        .get(&format!("{PACTS}/version/3/previous-distinct"))
        .json();
    let name = &previous["_links"]["self"]["name"];
    assert_eq!(name, "Pact between Web (2) and Orders");
    let first = server.get(&format!("{PACTS}/version/1/previous-distinct"));
    assert_eq!(first.status, 404);
}

#[test]
fn two_contents_are_compared_where_the_pact_says() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    three_versions(&server);
    let links = |version: &str| {
        let document = server.get(&format!("{PACTS}/version/{version}"));
        document.json()["_links"].clone()
    };
    let old = links("1")["pb:pact-version"]["name"]
        .as_str()
        .unwrap()
        .to_owned();
    let template = links("3")["pb:diff"]["href"].as_str().unwrap().to_owned();
    let path = template.strip_prefix(&server.base()).unwrap();
    let told = ask_for(&server, "text/plain", &path.replace("{pactVersion}", &old));
    let title = "# Diff between versions 2 and 3 of";
    assert!(told.body.starts_with(title), "{}", told.body);
    let nothing = ask_for(&server, "text/plain", &path.replace("{pactVersion}", "0"));
    assert_eq!(nothing.status, 404);
}

#[test]
fn by_the_rules_of_the_broker_any_comparison_is_with_the_previous_distinct_pact() {
    let sandbox = Sandbox::new();
    sandbox.remote("store.git");
    let args = ["--repo", "store.git", "--rules", "pact-broker"];
    let server = Server::start(&sandbox, ".", &args);
    three_versions(&server);
    let diff = |path: &str| ask_for(&server, "text/plain", &format!("{PACTS}{path}")).body;
    for other in ["1", "3", "9"] {
        let told = diff(&format!("/version/3/diff/version/{other}"));
        assert!(
            told.starts_with("# Diff between versions 2 and 3"),
            "{told}"
        );
    }
    let none = "No previous distinct version was found for Pact between Web (1) and Orders";
    assert_eq!(diff("/version/1/diff/version/3"), none);
}

#[test]
fn old_spellings_lead_to_the_same_pact() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let path = "/pact/provider/Orders/consumer/Web/version/1";
    let put = server.send("PUT", path, &pact("Web", "Orders", "a"));
    assert_eq!(put.status, 201, "{}", put.body);
    let document = server.get(&format!("{PACTS}/version/1")).json();
    for path in [
        "/pact/provider/Orders/consumer/Web/version/1",
        "/pact/provider/Orders/consumer/Web/latest",
        "/pacts/provider/Orders/consumer/Web/versions/1",
    ] {
        assert_eq!(server.get(path).json(), document, "{path}");
    }
}

#[test]
fn providers_are_told_the_states_that_consumers_need() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let mut document = pact("Web", "Orders", "a");
    let states = json!([{ "name": "an order", "params": { "id": 7 } }, { "name": "a user" }]);
    document["interactions"][0]["providerStates"] = states;
    ok(&server.send("PUT", &format!("{PACTS}/version/1"), &document));
    ok(&server.send(
        "PUT",
        "/pacticipants/Web/branches/main/versions/1",
        &json!({}),
    ));
    let states = |path: &str| {
        let path = format!("/pacts/provider/Orders/provider-states{path}");
        server.get(&path).json()["providerStates"].clone()
    };
    let needed = json!([
        { "name": "a user", "consumers": ["Web"] },
        { "name": "an order", "params": { "id": 7 }, "consumers": ["Web"] },
    ]);
    assert_eq!(states(""), needed);
    assert_eq!(states("/branch/main"), needed);
    assert_eq!(states("/branch/feat"), json!([]));
    assert_eq!(states("/environment/prod"), json!([]));
    assert_eq!(states("/environment/no%20name"), json!([]));
    let nobody = server.get("/pacts/provider/Nobody/provider-states");
    assert_eq!(nobody.status, 404);
    let error = json!({ "error": "No provider with name 'Nobody' found" });
    assert_eq!(nobody.json(), error);
}

/// Returns a server with two consumers of Orders, of which Web is verified.
fn dashboards(sandbox: &Sandbox) -> Server {
    let server = served(sandbox);
    publish(&server, "Web", "1", "Orders", "a");
    publish(&server, "App", "1", "Orders", "b");
    publish(&server, "Orders", "5", "Stock", "c");
    ok(&server.send("PUT", "/pacticipants/Web/versions/1/tags/dev", &json!({})));
    let links = server.get(&format!("{PACTS}/version/1")).json()["_links"].clone();
    let publish = links["pb:publish-verification-results"]["href"].clone();
    let path = publish
        .as_str()
        .unwrap()
        .strip_prefix(&server.base())
        .unwrap();
    let result = json!({ "success": true, "providerApplicationVersion": "5" });
    ok(&server.send("POST", path, &result));
    server
}

#[test]
fn the_dashboard_shows_what_matters_and_whether_it_is_verified() {
    let sandbox = Sandbox::new();
    let server = dashboards(&sandbox);
    let pair = server.get("/dashboard/provider/Orders/consumer/Web").json();
    assert_eq!(pair["items"].as_array().unwrap().len(), 1);
    let item = &pair["items"][0];
    assert_eq!(item["verificationStatus"], "success");
    assert_eq!(item["provider"]["version"]["number"], "5");
    assert_eq!(all(&item["pactTags"], "name"), ["dev"]);
    let link = item["latestVerificationResult"]["_links"]["self"]["href"].as_str();
    let path = link.unwrap().strip_prefix(&server.base()).unwrap();
    assert_eq!(server.get(path).json()["success"], true);

    let whole = server.get("/dashboard").json();
    assert_eq!(whole["items"].as_array().unwrap().len(), 3);
    assert_eq!(whole["page"], Value::Null);
    let page = server.get("/dashboard?size=2&page=2").json();
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    assert_eq!(page["page"]["totalElements"], 3);
    let text = ask_for(&server, "text/plain", "/dashboard").body;
    assert!(text.starts_with("CONSUMER_NAME | C_VERSION"), "{text}");
    assert_eq!(text.lines().count(), 5);
    let nobody = server.get("/dashboard/provider/Orders/consumer/Nobody");
    assert_eq!(nobody.status, 404);
}

#[test]
fn who_works_with_whom_is_a_table() {
    let sandbox = Sandbox::new();
    let server = dashboards(&sandbox);
    publish(&server, "Far", "1", "Away", "x");
    let table = |path: &str| ask_for(&server, "text/csv", path).body;
    let group = "1,App,1,1,0,1,2\n2,Orders,1,1,0,2,3\n3,Stock,1,1,0,3,0\n4,Web,1,1,0,4,2\n";
    assert_eq!(table("/groups/App"), group);
    assert_eq!(table("/groups/Far"), "1,Far,1,1,0,1,2\n2,Away,1,1,0,2,0\n");
    assert_eq!(
        table("/groups/App?maxPacticipants=2"),
        "1,App,1,1,0,1,2\n2,Orders,1,1,0,2,0\n"
    );
    assert_eq!(table("/relationships").lines().count(), 6);
    assert_eq!(table("/relationships.csv"), table("/relationships"));
    assert_eq!(server.get("/groups/App").status, 406);
    assert_eq!(ask_for(&server, "text/csv", "/groups/Nobody").status, 404);
}

#[test]
fn what_is_kept_is_counted() {
    let sandbox = Sandbox::new();
    let server = dashboards(&sandbox);
    let metrics = server.get("/metrics").json();
    let count = |pointer: &str| metrics.pointer(pointer).unwrap().as_i64().unwrap();
    assert_eq!(count("/pacticipants/count"), 4);
    assert_eq!(count("/integrations/count"), 3);
    assert_eq!(count("/pactPublications/count"), 3);
    assert_eq!(count("/verificationResults/successCount"), 1);
    assert_eq!(count("/verificationResults/failureCount"), 0);
    assert_eq!(count("/tags/count"), 1);
    assert_eq!(count("/interactions/latestInteractionsCount"), 3);
    assert!(metrics["pactPublications"]["first"].is_string());
    let distribution = &metrics["verificationResultsPerPactVersion"]["distribution"];
    assert_eq!(*distribution, json!({ "1": 1 }));
    assert_eq!(
        server.get("/diagnostic/status/dependencies").json()["database"]["ok"],
        true
    );
}

#[test]
fn versions_are_listed_in_pages_and_by_where_they_are() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    for version in ["1", "2", "3"] {
        let path = format!("/pacticipants/Web/branches/main/versions/{version}");
        ok(&server.send("PUT", &path, &json!({})));
    }
    ok(&server.send("PUT", "/pacticipants/Web/versions/2/tags/dev", &json!({})));
    let prod = json!({ "name": "prod", "displayName": "Production", "production": true });
    let prod = server.send("POST", "/environments", &prod).json();
    let uuid = prod["uuid"].as_str().unwrap();
    let environments = |query: &str| {
        let document = server.get(&format!("/environments{query}")).json();
        all(&document["_embedded"]["environments"], "name")
    };
    assert_eq!(environments(""), ["prod"]);
    assert_eq!(environments("?name=prod"), ["prod"]);
    assert_eq!(environments("?name=test"), [""; 0]);
    let path = format!("/pacticipants/Web/versions/1/deployed-versions/environment/{uuid}");
    ok(&server.send("POST", &path, &json!({})));
    let numbers = |path: &str| {
        let document = server.get(&format!("/pacticipants/Web{path}")).json();
        all(&document["_embedded"]["versions"], "number")
    };
    assert_eq!(numbers("/versions"), ["3", "2", "1"]);
    assert_eq!(numbers("/versions?size=2"), ["3", "2"]);
    assert_eq!(numbers("/versions?pageNumber=2&pageSize=2"), ["1"]);
    assert_eq!(numbers("/branches/main/versions?size=1&page=3"), ["1"]);
    assert_eq!(numbers("/tags/dev/versions"), ["2"]);
    assert_eq!(numbers(&format!("/environments/{uuid}/versions")), ["1"]);
    let page = server.get("/pacticipants/Web/versions?size=2").json();
    let next = page["_links"]["next"]["href"].as_str().unwrap();
    let next = next.strip_prefix(&server.base()).unwrap();
    let last = server.get(next).json();
    assert_eq!(last["page"]["number"], 2);
    assert_eq!(last["_links"]["next"], Value::Null);
    for path in [
        "/tags/none/versions",
        "/branches/none/versions",
        "/environments/x/versions",
    ] {
        let path = format!("/pacticipants/Web{path}");
        assert_eq!(server.get(&path).status, 404, "{path}");
    }
    let wrong = server.get("/pacticipants/Web/versions?size=0");
    assert_eq!(wrong.status, 400);
    let expected = json!({ "errors": { "size": ["must be greater than or equal to 1"] } });
    assert_eq!(wrong.json(), expected);
}

#[test]
fn pacticipants_and_labels_are_found_by_part_of_their_name_and_in_pages() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    for (name, label) in [("web", "ui"), ("App", "ui"), ("Orders", "core")] {
        let path = format!("/pacticipants/{name}/labels/{label}");
        ok(&server.send("PUT", &path, &json!({})));
    }
    let names = |path: &str| {
        let document = server.get(path).json();
        all(&document["_embedded"]["pacticipants"], "name")
    };
    assert_eq!(names("/pacticipants"), ["App", "Orders", "web"]);
    assert_eq!(names("/pacticipants?q=WE"), ["web"]);
    assert_eq!(names("/pacticipants?size=2&page=2"), ["web"]);
    assert_eq!(names("/pacticipants/label/ui"), ["App", "web"]);
    let labels = server.get("/labels").json();
    assert_eq!(all(&labels["_embedded"]["labels"], "name"), ["core", "ui"]);
    let page = server.get("/labels?size=1").json();
    assert_eq!(all(&page["_embedded"]["labels"], "name"), ["core"]);
}

#[test]
fn the_first_clients_asked_what_to_verify_in_a_query() {
    let sandbox = Sandbox::new();
    let server = dashboards(&sandbox);
    let pacts = |query: &str| {
        let path = format!("/pacts/provider/Orders/for-verification?{query}");
        server.get(&path).json()["_embedded"]["pacts"].clone()
    };
    let found = pacts("consumer_version_selectors[][tag]=dev&include_pending_status=false");
    assert_eq!(found.as_array().unwrap().len(), 1);
    let name = found[0]["_links"]["self"]["name"].as_str().unwrap();
    assert!(name.contains("Web (1)"), "{name}");
    assert_eq!(found[0]["verificationProperties"]["pending"], Value::Null);
    assert_eq!(pacts("").as_array().unwrap().len(), 2);
    let wrong = "/pacts/provider/Orders/for-verification?include_pending_status=maybe";
    let expected = json!({ "errors": {
        "includePendingStatus": ["must be one of: true, false"],
    }});
    assert_eq!(server.get(wrong).json(), expected);
}
