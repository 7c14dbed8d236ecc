//! Webhooks: kept, shown without secrets, and tried out against somebody else's server.

use std::sync::mpsc;
use std::thread;

use serde_json::Value;
use serde_json::json;

use super::pact;
use super::served;
use crate::support::listener::Listener;
use crate::support::listener::answer;
use crate::support::listener::fixture;
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;

const UUID: &str = "abcdefgh_-123456";

/// Starts a server that may speak plain HTTP to what is named, with one secret.
fn outgoing(sandbox: &mut Sandbox, hosts: &[&str]) -> Server {
    sandbox.remote("store.git");
    sandbox.set("GIT_PACT_SECRET_TOKEN", "t0p \"secret\"");
    let mut args = vec!["--repo", "store.git", "--webhook-scheme-whitelist", "http"];
    for host in hosts {
        args.extend(["--webhook-host-whitelist", host]);
    }
    Server::start(sandbox, ".", &args)
}

fn webhook(url: &str) -> Value {
    json!({
        "description": "Build Orders",
        "events": [{ "name": "contract_content_changed" }],
        "request": { "method": "POST", "url": url },
    })
}

fn publish(server: &Server) {
    let path = "/pacts/provider/Orders/consumer/Web/version/1";
    let published = server.send("PUT", path, &pact("Web", "Orders", "a"));
    assert_eq!(published.status, 201);
}

/// Executes a webhook that is not kept.
fn execute(server: &Server, webhook: &Value) -> Value {
    let reply = server.send("POST", "/webhooks/execute", webhook);
    assert_eq!(reply.status, 200, "{reply:?}");
    reply.json()
}

#[test]
fn a_webhook_is_created_read_replaced_and_deleted() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    publish(&server);
    let mut body = webhook("https://ci.example.org/build");
    body["consumer"] = json!({ "name": "Web" });
    let created = server.send("POST", "/webhooks", &body);
    assert_eq!(created.status, 201);
    let document = created.json();
    let itself = document["_links"]["self"]["href"].as_str().unwrap();
    assert_eq!(created.header("location"), itself);
    let path = itself.strip_prefix(&server.base()).unwrap();
    assert_eq!(server.get(path).json(), document);
    assert_eq!(document["consumer"], json!({ "name": "Web" }));
    assert_eq!(document["events"], body["events"]);
    assert_eq!(document["request"], body["request"]);
    assert_eq!(document["enabled"], true);
    assert_eq!(document.get("provider"), None);
    let links = &document["_links"];
    assert_eq!(links["pb:execute"]["href"], format!("{itself}/execute"));
    assert_eq!(links["pb:consumer"]["name"], "Web");

    body["enabled"] = json!(false);
    let replaced = server.send("PUT", path, &body);
    assert_eq!(replaced.status, 200);
    assert_eq!(server.get(path).json()["enabled"], false);
    let new = server.send("PUT", &format!("/webhooks/{UUID}"), &body);
    assert_eq!(new.status, 201);
    assert_eq!(new.json()["uuid"], UUID);

    let list = server.get("/webhooks").json();
    let entries = list["_links"]["pb:webhooks"].as_array().unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!(
        entries[0]["title"],
        "A webhook for all pacts with consumer Web"
    );
    assert_eq!(entries[0]["name"], "Build Orders");

    let deleted = server.send("DELETE", path, &Value::Null);
    assert_eq!((deleted.status, deleted.body.as_str()), (204, ""));
    assert_eq!(server.get(path).status, 404);
    assert_eq!(server.send("DELETE", path, &Value::Null).status, 404);
    let execution = format!("{path}/execute");
    assert_eq!(server.send("POST", &execution, &json!({})).status, 404);
}

#[test]
fn webhooks_are_listed_for_whom_they_name() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    publish(&server);
    let lists = [
        "/webhooks/provider/Orders/consumer/Web",
        "/pacts/provider/Orders/consumer/Web/webhooks",
        "/webhooks/provider/Orders",
        "/webhooks/consumer/Web",
    ];
    for (index, path) in lists.into_iter().enumerate() {
        let body = webhook(&format!("https://ci.example.org/{index}"));
        assert_eq!(server.send("POST", path, &body).status, 201, "{path}");
    }
    for (path, title, count) in [
        (lists[0], "Webhooks", 2),
        (lists[1], "Pact webhooks", 2),
        (lists[2], "Webhooks", 1),
        (lists[3], "Webhooks", 1),
    ] {
        let links = server.get(path).json()["_links"].clone();
        assert_eq!(links["self"]["title"], title, "{path}");
        assert_eq!(
            links["pb:create"]["href"],
            format!("{}{path}", server.base())
        );
        let entries = links["pb:webhooks"].as_array().unwrap();
        assert_eq!(entries.len(), count, "{path}");
    }
    let of_pair = server.get(lists[0]).json();
    let of_pair = &of_pair["_links"]["pb:webhooks"][0];
    assert_eq!(
        of_pair["title"],
        "A webhook for the pact between Web and Orders"
    );
    for path in ["/webhooks/provider/Nobody", "/webhooks/consumer/Nobody"] {
        assert_eq!(server.get(path).status, 404);
        let body = webhook("https://ci.example.org");
        assert_eq!(server.send("POST", path, &body).status, 404);
        assert_eq!(server.send("POST", path, &json!({})).status, 400);
    }
}

#[test]
fn what_is_wrong_with_a_webhook_is_said_field_by_field() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let errors = |method: &str, path: &str, body: &Value| {
        let reply = server.send(method, path, body);
        assert_eq!(reply.status, 400, "{reply:?}");
        reply.json()["errors"].clone()
    };
    let missing = json!({ "request": ["is missing"] });
    assert_eq!(errors("POST", "/webhooks", &json!({})), missing);
    assert_eq!(errors("POST", "/webhooks/execute", &json!({})), missing);
    let wrong = errors("PUT", "/webhooks/short", &webhook("http://10.0.0.1"));
    let see = "See /doc/webhooks#whitelist for more information.";
    assert_eq!(
        wrong,
        json!({
            "request.url": [format!("scheme must be https. {see}")],
            "uuid": ["The UUID can only contain the characters A-Z, a-z, 0-9, _ and -, and must \
                      be 16 or more characters."],
        })
    );
    let private = errors("POST", "/webhooks", &webhook("https://[::ffff:10.0.0.1]/"));
    let refused = format!("host must not be a private address. {see}");
    assert_eq!(private, json!({ "request.url": [refused] }));
    let mut literal = webhook("https://ci.example.org");
    literal["request"]["headers"] = json!({ "Authorization": "Bearer abc", "Host": "a" });
    let text = errors("POST", "/webhooks", &literal)["request.headers"].to_string();
    assert!(text.contains("${user.NAME}"), "{text}");
    assert!(text.contains("Host is set by"), "{text}");
}

#[test]
fn a_webhook_is_tried_out_with_the_latest_pact_and_a_secret_that_nobody_sees() {
    let mut sandbox = Sandbox::new();
    let server = outgoing(&mut sandbox, &["127.0.0.1"]);
    publish(&server);
    let listener = Listener::start(|request| {
        let echo = json!({ "you said": request.headers, "and": request.body });
        let header = format!("x-echo: {}", request.header("x-auth-token"));
        answer("201 Created", &[&header], &echo.to_string())
    });
    let mut body = webhook(&format!(
        "http://127.0.0.1:{}/build?of=${{pactbroker.consumerName}}&key=${{user.TOKEN}}",
        listener.port()
    ));
    body["request"]["headers"] = json!({ "X-Auth-Token": "${user.TOKEN}" });
    body["request"]["username"] = json!("me");
    body["request"]["password"] = json!("${user.TOKEN}");
    body["request"]["body"] = json!({
        "pact": "${pactbroker.pactUrl}",
        "event": "${pactbroker.eventName}",
        "secret": "${user.TOKEN}",
    });
    let path = format!("/webhooks/{UUID}");
    assert_eq!(server.send("PUT", &path, &body).status, 201);
    let reply = server.send("POST", &format!("{path}/execute"), &json!({}));
    assert_eq!(reply.status, 200);

    let asked = &listener.received()[0];
    let query = "of=Web&key=t0p+%22secret%22";
    assert_eq!(asked.line, format!("POST /build?{query} HTTP/1.1"));
    assert_eq!(asked.header("x-auth-token"), "t0p \"secret\"");
    assert_eq!(asked.header("authorization"), "Basic bWU6dDBwICJzZWNyZXQi");
    assert_eq!(asked.header("content-type"), "application/json");
    assert!(asked.header("user-agent").starts_with("git-pact/"));
    let sent: Value = serde_json::from_str(&asked.body).unwrap();
    assert_eq!(sent["event"], "test");
    assert_eq!(sent["secret"], "t0p \"secret\"");
    let pact = sent["pact"].as_str().unwrap();
    let pact = pact.strip_prefix(&server.base()).unwrap();
    assert_eq!(server.get(pact).json()["consumer"]["name"], "Web");

    for leak in ["t0p", "bWU6dDBwICJzZWNyZXQi"] {
        assert!(!reply.body.contains(leak), "{}", reply.body);
    }
    let document = reply.json();
    assert_eq!(document["success"], true);
    assert_eq!(
        document["request"]["headers"]["authorization"],
        "**********"
    );
    assert_eq!(document["request"]["url"], "/build?of=Web&key=**********");
    assert_eq!(document["response"]["status"], 201);
    assert_eq!(document["response"]["headers"]["x-echo"], "**********");
    assert_eq!(
        document["_links"]["webhook"]["href"],
        format!("{}{path}", server.base())
    );
    let logs = document["logs"].as_str().unwrap();
    assert!(logs.contains("INFO: HTTP/1.1 201 Created\n"), "{logs}");
}

#[test]
fn a_failure_is_an_answer_too() {
    let mut sandbox = Sandbox::new();
    let server = outgoing(&mut sandbox, &["127.0.0.1"]);
    let failing = Listener::start(|_| answer("500 Internal Server Error", &[], "no"));
    let url = format!("http://127.0.0.1:{}", failing.port());
    let failed = execute(&server, &webhook(&url));
    assert_eq!(failed["success"], false);
    assert_eq!(failed["response"]["status"], 500);
    assert_eq!(failed["response"]["body"], "no");
    assert_eq!(failed["_links"].get("webhook"), None);
    let asked = &failing.received()[0];
    assert_eq!(
        (asked.header("content-length"), asked.body.as_str()),
        ("0", "")
    );
    // Nothing listens on port 1.
    let nobody = execute(&server, &webhook("http://127.0.0.1:1"));
    assert_eq!(nobody["success"], false);
    assert!(nobody["error"]["message"].is_string(), "{nobody}");
}

#[test]
fn what_is_answered_is_not_shown_where_hosts_are_not_listed() {
    let mut sandbox = Sandbox::new();
    sandbox.remote("store.git");
    sandbox.set("PACT_BROKER_WEBHOOK_SCHEME_WHITELIST", "https http");
    let args = ["--repo", "store.git", "--webhook-allow-private-addresses"];
    let server = Server::start(&sandbox, ".", &args);
    let listener = Listener::start(|_| answer("200 OK", &["x-inside: yes"], "what is inside"));
    let url = format!("http://127.0.0.1:{}", listener.port());
    for (url, success) in [(url.as_str(), true), ("http://127.0.0.1:1", false)] {
        let document = execute(&server, &webhook(url));
        assert_eq!(document["success"], success);
        assert_eq!(document.get("response"), None);
        assert_eq!(document.get("error"), None);
        let message = document["message"].as_str().unwrap();
        assert!(message.contains("--webhook-host-whitelist"), "{message}");
        let text = document.to_string();
        assert!(
            !text.contains("inside") && !text.contains("refused"),
            "{text}"
        );
    }
}

#[test]
fn nobody_waits_for_the_requests_of_webhooks_and_there_are_not_too_many() {
    let mut sandbox = Sandbox::new();
    let server = outgoing(&mut sandbox, &["127.0.0.1"]);
    let (release, released) = mpsc::channel::<()>();
    let listener = Listener::start(move |_| {
        // Comes back once the other end is gone.
        released.recv().ok();
        answer("200 OK", &[], "")
    });
    let body = webhook(&format!("http://127.0.0.1:{}", listener.port()));
    let (tell, told) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..9 {
            let (tell, server, body) = (tell.clone(), &server, &body);
            scope.spawn(move || {
                let reply = server.send("POST", "/webhooks/execute", body);
                tell.send(reply.status).unwrap();
            });
        }
        // All others are still waiting for the listener.
        assert_eq!(told.recv(), Ok(503));
        publish(&server);
        assert_eq!(server.get("/pacticipants/Web").status, 200);
        drop(release);
        let rest: Vec<u16> = told.iter().take(8).collect();
        assert_eq!(rest, [200; 8]);
    });
}

#[test]
fn a_redirect_is_not_followed() {
    let mut sandbox = Sandbox::new();
    let server = outgoing(&mut sandbox, &["127.0.0.1"]);
    let inside = Listener::start(|_| answer("200 OK", &[], "inside"));
    let port = inside.port();
    for status in ["301 Moved Permanently", "307 Temporary Redirect"] {
        let outside = Listener::start(move |_| {
            let location = format!("location: http://127.0.0.1:{port}/");
            answer(status, &[&location], "")
        });
        let url = format!("http://127.0.0.1:{}", outside.port());
        let document = execute(&server, &webhook(&url));
        assert_eq!(document["success"], false);
        let status: u16 = status[..3].parse().unwrap();
        assert_eq!(document["response"]["status"], status);
        assert_eq!(outside.received().len(), 1);
    }
    assert_eq!(inside.received().len(), 0);
}

#[test]
fn a_name_is_refused_for_the_address_that_it_stands_for() {
    let mut sandbox = Sandbox::new();
    let server = outgoing(&mut sandbox, &[]);
    let listener = Listener::start(|_| answer("200 OK", &[], "inside"));
    let port = listener.port();
    // Neither is an address as it is written, and both are this machine.
    for host in ["localhost.", "2130706433", "0x7f.1"] {
        let document = execute(&server, &webhook(&format!("http://{host}:{port}/")));
        assert_eq!(document["success"], false, "{document}");
    }
    let document = execute(&server, &webhook(&format!("http://2130706433:{port}/")));
    let message = document["error"]["message"].as_str().unwrap();
    assert!(message.contains("a private address"), "{message}");
    assert_eq!(listener.received().len(), 0);
}

#[test]
fn a_webhook_that_was_pushed_by_hand_is_held_against_the_rules_when_it_is_executed() {
    let mut sandbox = Sandbox::new();
    let server = outgoing(&mut sandbox, &["127.0.0.1"]);
    let listener = Listener::start(|_| answer("200 OK", &[], ""));
    let path = format!("/webhooks/{UUID}");
    let url = format!("http://127.0.0.1:{}/", listener.port());
    assert_eq!(server.send("PUT", &path, &webhook(&url)).status, 201);
    let git = sandbox.clone_of("store.git", "by-hand");
    git.run(&["checkout", "--quiet", "pact/settings"]);
    let file = git
        .directory()
        .join(format!("settings/webhooks/{UUID}.json"));
    let stored = std::fs::read_to_string(&file).unwrap();
    for (changed, reason) in [
        (
            stored.replace("http://127.0.0.1", "http://localhost"),
            "host must be in the whitelist",
        ),
        (stored.replace("\"POST\"", "\"GET\""), "must be POST"),
        (
            stored.replace("http://127.0.0.1", "http://me:pw@127.0.0.1"),
            "cannot hold a user",
        ),
        (
            stored.replace("127.0.0.1:", "127.0.0.1:${user.OTHER}"),
            "is not a valid URL",
        ),
        (
            stored.replace("/\"", "/${user.OTHER}\""),
            "set GIT_PACT_SECRET_OTHER",
        ),
    ] {
        assert_ne!(changed, stored, "{reason}");
        std::fs::write(&file, changed).unwrap();
        git.run(&["commit", "--quiet", "--all", "--message", "by hand"]);
        git.run(&["push", "--quiet", "origin", "pact/settings"]);
        let reply = server.send("POST", &format!("{path}/execute"), &json!({}));
        assert_eq!(reply.status, 200);
        let document = reply.json();
        assert_eq!(document["success"], false);
        let message = document["error"]["message"].as_str().unwrap();
        assert!(message.contains(reason), "{message}");
        assert!(document["logs"].as_str().unwrap().contains(reason));
    }
    assert_eq!(listener.received().len(), 0);
}

#[test]
fn where_nothing_was_triggered_there_is_nothing_to_tell() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    publish(&server);
    let pair = "/pacts/provider/Orders/consumer/Web";
    let status = server.get(&format!("{pair}/webhooks/status")).json();
    assert_eq!(status["summary"], json!({ "successful": 0, "failed": 0 }));
    assert_eq!(status["_embedded"]["triggeredWebhooks"], json!([]));
    let pact = server.get(&format!("{pair}/version/1")).json();
    let follow = |link: &Value| {
        let href = link["href"].as_str().unwrap();
        server.get(href.strip_prefix(&server.base()).unwrap())
    };
    let triggered = follow(&pact["_links"]["pb:triggered-webhooks"]);
    assert_eq!(
        triggered.json()["_embedded"]["triggeredWebhooks"],
        json!([])
    );
    let results = &pact["_links"]["pb:publish-verification-results"]["href"];
    let results = results.as_str().unwrap().strip_prefix(&server.base());
    let result = json!({ "success": true, "providerApplicationVersion": "3" });
    let result = server.send("POST", results.unwrap(), &result).json();
    let triggered = follow(&result["_links"]["pb:triggered-webhooks"]);
    assert_eq!(triggered.status, 200);
    assert_eq!(
        triggered.json()["_embedded"]["triggeredWebhooks"],
        json!([])
    );
    for nowhere in [
        format!("{pair}/version/2/triggered-webhooks"),
        "/pacts/provider/Orders/consumer/Nobody/webhooks/status".to_owned(),
    ] {
        assert_eq!(server.get(&nowhere).status, 404, "{nowhere}");
    }
}

#[test]
fn a_certificate_is_trusted_only_from_an_authority_that_is_known() {
    let sandbox = Sandbox::new();
    sandbox.remote("store.git");
    let listener = Listener::start_tls(|_| answer("200 OK", &[], "done"));
    let webhook = webhook(&format!("https://127.0.0.1:{}", listener.port()));
    let usual = [
        "--repo",
        "store.git",
        "--webhook-host-whitelist",
        "127.0.0.1",
    ];
    let server = Server::start(&sandbox, ".", &usual);
    let refused = execute(&server, &webhook);
    assert_eq!(refused["success"], false);
    let message = refused["error"]["message"].as_str().unwrap();
    assert!(message.contains("certificate"), "{message}");
    drop(server);
    let authority = fixture("authority.pem");
    let known = ["--webhook-certificates", authority.to_str().unwrap()];
    let server = Server::start(&sandbox, ".", &[&usual[..], &known[..]].concat());
    let trusted = execute(&server, &webhook);
    assert_eq!(trusted["response"]["body"], "done", "{trusted}");
    assert_eq!(listener.received().len(), 1);
}

#[test]
fn a_list_of_hosts_that_cannot_be_read_is_said_before_anything_is_served() {
    let mut sandbox = Sandbox::new();
    sandbox.remote("store.git");
    let args = ["serve", "--repo", "store.git", "--bind", "127.0.0.1:0"];
    let regular = ["--webhook-host-whitelist", "/.*/"];
    let refused = sandbox.run(".", &[&args[..], &regular[..]].concat());
    assert_eq!(refused.status, Some(2), "{refused:?}");
    sandbox.set("PACT_BROKER_WEBHOOK_HOST_WHITELIST", "ci.example.org /.*/");
    let refused = sandbox.run(".", &args);
    assert_eq!(refused.status, Some(2));
    assert!(
        refused.stderr.contains("`/.*/` is not a host"),
        "{refused:?}"
    );
}
