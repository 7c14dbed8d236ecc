//! How the server behaves whatever it is asked: kinds of documents, errors, addresses, its end.

use std::process::Command;

use serde_json::json;

use super::served;
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;

#[test]
fn the_index_says_where_everything_is() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    assert_eq!(
        server.said.trim(),
        format!("Serving {} on {}", "store.git", server.base())
            .replace("store.git", &store_path(&sandbox))
    );
    for path in ["/", "/?", "/?a=b"] {
        let index = server.get(path);
        assert_eq!(index.status, 200);
        assert_eq!(
            index.header("content-type"),
            "application/hal+json;charset=utf-8"
        );
        assert_eq!(index.header("vary"), "Accept");
        let publish = &index.json()["_links"]["pb:publish-contracts"]["href"];
        assert_eq!(*publish, format!("{}/contracts/publish", server.base()));
    }
    assert_eq!(
        server.get("/diagnostic/status/heartbeat").json()["ok"],
        true
    );
}

fn store_path(sandbox: &Sandbox) -> String {
    let path = sandbox.path("store.git").canonicalize().unwrap();
    format!("{}/", path.display())
}

#[test]
fn errors_have_the_shapes_that_clients_read() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let gone = server.get("/pacticipants/Web/versions/1");
    assert_eq!(gone.status, 404);
    assert_eq!(
        gone.header("content-type"),
        "application/json;charset=utf-8"
    );
    let text = "The requested document was not found on this server.";
    assert_eq!(gone.json(), json!({ "error": text }));
    assert_eq!(server.get("/no/such/path").json(), json!({ "error": text }));

    let accept = [("accept", "application/hal+json, application/problem+json")];
    let problem = server.ask("GET", "/no/such/path", &accept, "");
    assert_eq!(
        problem.header("content-type"),
        "application/problem+json;charset=utf-8"
    );
    assert_eq!(problem.json()["detail"], text);

    let wrong = server.send("POST", "/environments", &json!({ "name": "a b" }));
    assert_eq!(wrong.status, 400);
    assert_eq!(
        wrong.json(),
        json!({ "errors": {
            "name": ["cannot contain spaces"],
            "production": ["is missing"],
        }})
    );
    let broken = server.ask("POST", "/pacticipants", &[], "{");
    assert_eq!(broken.status, 400);
    assert!(broken.json()["error"].is_string());
    let deep = "[".repeat(5000);
    let deep = server.ask("POST", "/pacticipants", &[], &deep);
    assert_eq!(deep.status, 400);
    assert_eq!(server.get("/pacticipants?q=1&q[]=2").status, 400);
}

#[test]
fn methods_and_types_that_are_not_there_are_refused() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    for method in ["PUT", "DELETE"] {
        let refused = server.ask(method, "/pacticipants", &[], "");
        assert_eq!((refused.status, refused.body.as_str()), (405, ""));
        assert_eq!(refused.header("allow"), "GET, POST, OPTIONS");
    }
    let plain = [("content-type", "text/plain")];
    assert_eq!(
        server.ask("POST", "/pacticipants", &plain, "{}").status,
        415
    );
    let html = [("accept", "text/html")];
    assert_eq!(server.ask("GET", "/labels", &html, "").status, 406);
    assert_eq!(server.ask("GET", "/pacticipants", &html, "").status, 200);
    // Where there is no page, a browser is led to the explorer.
    let browser = [("accept", "text/html, application/json")];
    let browser = server.ask("GET", "/labels", &browser, "");
    assert_eq!(browser.status, 303);
    assert!(browser.header("location").ends_with("#/labels"));
    assert_eq!(server.get("/pacticipants.json").status, 200);
    assert_eq!(server.get("/pacticipants/").status, 200);
    assert_eq!(server.get("//pacticipants").status, 404);
}

#[test]
fn the_head_of_an_answer_can_be_had_alone() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    for path in [
        "/",
        "/diagnostic/status/heartbeat",
        "/pacticipants",
        "/gone",
    ] {
        let whole = server.get(path);
        let head = server.ask("HEAD", path, &[("accept", "application/hal+json")], "");
        assert_eq!(head.status, whole.status, "{path}");
        assert_eq!(head.body, "", "{path}");
        let length = whole.body.len().to_string();
        assert_eq!(head.header("content-length"), length, "{path}");
        assert_eq!(head.header("content-type"), whole.header("content-type"));
    }
    let only_posted = server.ask("HEAD", "/contracts/publish", &[], "");
    assert_eq!(only_posted.status, 405);
}

#[test]
fn links_begin_with_the_address_that_the_client_sees() {
    let sandbox = Sandbox::new();
    sandbox.remote("store.git");
    let args = [
        "--repo",
        "store.git",
        "--base-url",
        "https://broker.example/pacts",
    ];
    let server = Server::start(&sandbox, ".", &args);
    let index = server.get("/pacts/").json();
    assert_eq!(
        index["_links"]["self"]["href"],
        "https://broker.example/pacts"
    );
    assert_eq!(server.get("/pacticipants").status, 200);
    drop(server);

    let server = Server::start(&sandbox, ".", &["--repo", "store.git"]);
    let proxied = [
        ("x-forwarded-host", "outside"),
        ("x-forwarded-proto", "https"),
    ];
    let index = server.ask("GET", "/", &proxied, "").json();
    assert_eq!(index["_links"]["self"]["href"], "https://outside");
}

#[cfg(unix)]
#[test]
fn a_server_that_is_told_to_stop_ends_well() {
    let sandbox = Sandbox::new();
    for signal in ["-TERM", "-INT"] {
        let server = served(&sandbox);
        let created = server.send("POST", "/pacticipants", &json!({ "name": "Web" }));
        assert_eq!(created.status, 201);
        let id = server.id().to_string();
        let told = Command::new("kill").args([signal, &id]).status().unwrap();
        assert!(told.success());
        assert_eq!(server.wait(), Some(0));
    }
}
