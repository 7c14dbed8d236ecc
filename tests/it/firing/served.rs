//! The server fires what it is told, and what others push: never in a request, with the log to be read.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde_json::Value;
use serde_json::json;

use super::SECRET;
use super::waits;
use crate::support::listener::Listener;
use crate::support::listener::answer;
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;
use crate::support::team::pact;

const UUID: &str = "abcdefgh_-123456";

fn sandbox() -> Sandbox {
    let mut sandbox = Sandbox::new();
    sandbox.remote("store.git");
    sandbox.set("GIT_PACT_SECRET_TOKEN", SECRET);
    sandbox
}

/// Starts a server of the store.
fn served(sandbox: &Sandbox, more: &[&str]) -> Server {
    let mut args = vec![
        "--repo",
        "store.git",
        "--webhook-scheme-whitelist",
        "http",
        "--webhook-host-whitelist",
        "127.0.0.1",
    ];
    args.extend(more);
    Server::start(sandbox, ".", &args)
}

fn save(server: &Server, listener: &Listener, event: &str) {
    let body = json!({
        "description": "Build Orders",
        "events": [{ "name": event }],
        "request": {
            "method": "POST",
            "url": format!("http://127.0.0.1:{}/build", listener.port()),
            "headers": { "Authorization": "Bearer ${user.TOKEN}" },
            "body": { "pact": "${pactbroker.pactUrl}", "result": "${pactbroker.verificationResultUrl}" },
        },
    });
    let saved = server.send("PUT", &format!("/webhooks/{UUID}"), &body);
    assert!([200, 201].contains(&saved.status), "{saved:?}");
}

/// Publishes as clients do, and returns what they are told.
fn publish(server: &Server, version: &str, wanted: &str) -> String {
    use base64::Engine;
    let content = pact("Web", "Orders", &[wanted]);
    let content = base64::engine::general_purpose::STANDARD.encode(content);
    let body = json!({
        "pacticipantName": "Web",
        "pacticipantVersionNumber": version,
        "branch": "main",
        "contracts": [{
            "consumerName": "Web",
            "providerName": "Orders",
            "specification": "pact",
            "contentType": "application/json",
            "content": content,
        }],
    });
    let reply = server.send("POST", "/contracts/publish", &body);
    assert_eq!(reply.status, 200, "{reply:?}");
    let notices = reply.json()["notices"].clone();
    let notices = notices.as_array().unwrap().iter();
    let texts: Vec<&str> = notices.map(|it| it["text"].as_str().unwrap()).collect();
    texts.join("\n")
}

/// Returns the path of a URL of the server that stands behind something in a text.
fn path_behind(server: &Server, text: &str, before: &str) -> String {
    let (_, after) = text.split_once(before).unwrap();
    let url = after.split_whitespace().next().unwrap();
    url.strip_prefix(&server.base()).unwrap().to_owned()
}

fn triggered(server: &Server, path: &str) -> Vec<Value> {
    let reply = server.get(path);
    assert_eq!(reply.status, 200, "{reply:?}");
    let all = reply.json()["_embedded"]["triggeredWebhooks"].clone();
    all.as_array().unwrap().clone()
}

#[test]
fn a_publication_is_told_of_its_webhooks_and_their_logs_come_to_be() {
    let sandbox = sandbox();
    let server = served(&sandbox, &["--retry-schedule", "0,0"]);
    // Clocks stand still here, so what was published just before may trigger the webhook, too.
    let asked = Mutex::new(BTreeMap::<String, u32>::new());
    let listener = Listener::start(move |request| {
        let mut asked = asked.lock().unwrap();
        let id = request.header("x-git-pact-delivery").to_owned();
        let times = asked.entry(id).or_default();
        let before = *times;
        *times += 1;
        answer(
            if before < 2 { "500 Oh" } else { "201 Created" },
            &[],
            "done",
        )
    });
    let before = publish(&server, "1", "a");
    assert!(!before.contains("triggered"), "{before}");
    save(&server, &listener, "contract_content_changed");
    let unchanged = publish(&server, "2", "a");
    let none = "  No enabled webhooks found for the detected events";
    assert!(unchanged.contains(none), "{unchanged}");
    let changed = publish(&server, "3", "b");
    let sentence = "  Webhook \"Build Orders\" triggered for event contract_content_changed.\n    View logs at ";
    assert!(changed.contains(sentence), "{changed}");
    assert!(!changed.contains("Configure separate"), "{changed}");
    let logs = path_behind(&server, &changed, "View logs at ");
    let log = waits("the log of a request that was answered", || {
        let reply = server.ask("GET", &logs, &[("accept", "text/plain")], "");
        let is_done = reply.status == 200 && reply.body.contains("201 Created");
        is_done.then_some(reply.body)
    });
    assert_eq!(log.matches("HTTP/1.1 500").count(), 2, "{log}");
    assert!(log.contains("INFO: authorization: **********"), "{log}");
    assert!(!log.contains("s3cr3t"), "{log}");
    let base = server.base();
    assert!(
        log.contains(&format!("{base}/pacts/provider/Orders")),
        "{log}"
    );

    let pair = "/pacts/provider/Orders/consumer/Web";
    let of_pact = triggered(&server, &format!("{pair}/version/3/triggered-webhooks"));
    assert_eq!(of_pact.len(), 1);
    assert_eq!(of_pact[0]["status"], "success");
    assert_eq!(of_pact[0]["attemptsMade"], 3);
    assert_eq!(of_pact[0]["eventName"], "contract_content_changed");
    let own = of_pact[0]["_links"]["pb:logs"]["href"].as_str().unwrap();
    let own = server.ask("GET", own.strip_prefix(&base).unwrap(), &[], "");
    assert_eq!((own.status, own.body), (200, log));
    let none = triggered(&server, &format!("{pair}/version/2/triggered-webhooks"));
    assert_eq!(none, [] as [Value; 0]);
    let status = server.get(&format!("{pair}/webhooks/status")).json();
    assert_eq!(status["summary"], json!({ "successful": 1, "failed": 0 }));
    let nobody = "/triggered-webhooks/nobody/logs";
    let nobody = server.ask("GET", nobody, &[("accept", "text/plain")], "");
    assert_eq!(nobody.status, 404);
    let page = server.ask(
        "GET",
        &format!("/webhooks/{UUID}"),
        &[("accept", "text/html")],
        "",
    );
    assert!(
        page.body.contains("success after 3 requests"),
        "{}",
        page.body
    );
}

#[test]
fn a_result_triggers_webhooks_and_its_document_leads_to_them() {
    let sandbox = sandbox();
    let server = served(&sandbox, &["--retry-schedule", "never"]);
    let listener = Listener::start(|_| answer("500 Oh", &[], ""));
    let _ = publish(&server, "1", "a");
    save(&server, &listener, "provider_verification_failed");
    let pact = server
        .get("/pacts/provider/Orders/consumer/Web/latest")
        .json();
    let url = pact["_links"]["pb:publish-verification-results"]["href"]
        .as_str()
        .unwrap();
    let path = url.strip_prefix(&server.base()).unwrap();
    let result = json!({ "success": false, "providerApplicationVersion": "7" });
    let recorded = server.send("POST", path, &result);
    assert_eq!(recorded.status, 201, "{recorded:?}");
    let of_result = recorded.json()["_links"]["pb:triggered-webhooks"]["href"].clone();
    let of_result = of_result
        .as_str()
        .unwrap()
        .strip_prefix(&server.base())
        .unwrap();
    let one = waits("a request that was given up", || {
        let all = triggered(&server, of_result);
        all.into_iter().find(|it| it["status"] == "failure")
    });
    assert_eq!(one["providerVersionNumber"], "7");
    let requests = listener.received();
    assert_eq!(requests.len(), 1);
    assert!(
        requests[0].body.contains("/verification-results/"),
        "{}",
        requests[0].body
    );
    let log = server.log_with("given up after 1 request");
    assert!(!log.contains("s3cr3t"), "{log}");
}

#[test]
fn what_is_pushed_past_the_server_fires_too_and_what_is_left_the_next_server_makes() {
    let sandbox = sandbox();
    let first = served(&sandbox, &["--fetch-every", "1s", "--retry-schedule", "0"]);
    let dead = Listener::start(|_| answer("500 Oh", &[], ""));
    save(&first, &dead, "contract_published");
    let content = pact("Web", "Orders", &["a"]);
    std::fs::write(sandbox.path("web.json"), content).unwrap();
    let done = sandbox.run(
        ".",
        &["publish", "--repo", "store.git", "web.json", "-a", "1"],
    );
    assert_eq!(done.status, Some(0), "{}", done.stderr);
    let of_pact = "/pacts/provider/Orders/consumer/Web/version/1/triggered-webhooks";
    let _ = waits("a request that failed", || {
        let all = triggered(&first, of_pact);
        all.into_iter().find(|it| it["attemptsMade"] == 2)
    });
    drop(first);
    // One that makes no requests by itself leaves all as it is.
    let silent = served(&sandbox, &["--no-webhooks"]);
    let alive = Listener::start(|_| answer("200 OK", &[], ""));
    save(&silent, &alive, "contract_published");
    let told = publish(&silent, "2", "b");
    assert!(!told.contains("View logs at"), "{told}");
    drop(silent);
    assert_eq!(alive.received().len(), 0);
    let second = served(&sandbox, &[]);
    let _ = waits("the request that was left", || {
        let path = "/pacts/provider/Orders/consumer/Web/version/2/triggered-webhooks";
        let all = triggered(&second, path);
        all.into_iter().find(|it| it["status"] == "success")
    });
    assert_eq!(alive.received().len(), 1);
}

#[test]
fn a_server_on_a_fresh_machine_goes_on_where_the_last_one_ended() {
    let mut sandbox = sandbox();
    let url = format!("file://{}", sandbox.path("store.git").display());
    let start = |sandbox: &Sandbox| {
        let local = "--webhook-scheme-whitelist http --webhook-host-whitelist 127.0.0.1";
        let mut args = vec!["--repo", &url];
        args.extend(local.split(' '));
        Server::start(sandbox, ".", &args)
    };
    let listener = Listener::start(|_| answer("200 OK", &[], ""));
    let first = start(&sandbox);
    save(&first, &listener, "contract_published");
    let _ = publish(&first, "1", "a");
    let of = |version: u32| {
        format!("/pacts/provider/Orders/consumer/Web/version/{version}/triggered-webhooks")
    };
    let success = |server: &Server, version| {
        let all = triggered(server, &of(version));
        all.into_iter().find(|it| it["status"] == "success")
    };
    let _ = waits("the first request", || success(&first, 1));
    drop(first);
    std::fs::write(sandbox.path("web.json"), pact("Web", "Orders", &["b"])).unwrap();
    let line = ["publish", "--repo", "store.git", "web.json", "-a", "2"];
    let done = sandbox.run(".", &line);
    assert_eq!(done.status, Some(0), "{}", done.stderr);
    let cache = sandbox.path("home/another");
    sandbox.set("XDG_CACHE_HOME", cache.to_str().unwrap());
    let second = start(&sandbox);
    let _ = waits("the request for what happened meanwhile", || {
        success(&second, 2)
    });
    assert_eq!(listener.received().len(), 2);
    // What the first one did is known to the second.
    assert!(success(&second, 1).is_some());
}
