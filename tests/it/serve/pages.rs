//! The pages that people look at.

mod diff;
mod network;
mod things;

use serde_json::json;

use super::pact;
use super::served;
use crate::support::sandbox::Sandbox;
use crate::support::server::Reply;
use crate::support::server::Server;

/// What browsers ask pages with.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// Asks as a browser does.
fn browse(server: &Server, path: &str) -> Reply {
    server.ask("GET", path, &[("accept", BROWSER)], "")
}

/// Asks as a browser does, for a page that is there.
#[track_caller]
fn page(server: &Server, path: &str) -> String {
    let reply = browse(server, path);
    assert_eq!(reply.status, 200, "{path}: {reply:?}");
    assert_eq!(reply.header("content-type"), "text/html;charset=utf-8");
    let policy = reply.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self';"));
    assert!(!policy.contains("unsafe"), "{policy}");
    reply.body
}

/// Fails unless a page says each of some things, one after the other.
#[track_caller]
fn says(page: &str, expected: &[&str]) {
    let mut rest = page;
    for text in expected {
        let Some(at) = rest.find(text) else {
            panic!("{text:?} is not there, or not behind what goes before: {page}");
        };
        rest = &rest[at + text.len()..];
    }
}

/// Publishes: Web 1 on main and Web 2 on feat with Orders, which has verified the first as version 7.
fn shop(server: &Server) {
    for (version, branch) in [("1", "main"), ("2", "feat")] {
        let path = format!("/pacticipants/Web/branches/{branch}/versions/{version}");
        assert_eq!(server.send("PUT", &path, &json!({})).status, 201);
        let path = format!("/pacts/provider/Orders/consumer/Web/version/{version}");
        let put = server.send("PUT", &path, &pact("Web", "Orders", version));
        assert_eq!(put.status, 201);
        if version == "1" {
            let put = put.json();
            let results = put["_links"]["pb:publish-verification-results"]["href"].as_str();
            let results = results.unwrap().strip_prefix(&server.base()).unwrap();
            let body = json!({ "success": true, "providerApplicationVersion": "7" });
            assert_eq!(server.send("POST", results, &body).status, 201);
        }
    }
}

#[test]
fn the_index_says_who_works_with_whom_and_how_that_fares() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let empty = page(&server, "/");
    says(
        &empty,
        &[
            "<h1>Integrations</h1>",
            "Nobody has published a contract yet",
            "git pact publish",
        ],
    );
    shop(&server);
    let index = page(&server, "/");
    says(
        &index,
        &[
            "href=\"/assets/style.css\"",
            "href=\"/\" aria-current=\"true\">Integrations</a>",
            "href=\"/hal-browser/browser.html#/\">API explorer</a>",
            "1 integration",
            "href=\"/pacticipants/Web\">Web</a>",
            "href=\"/pacticipants/Orders\">Orders</a>",
            ">changed since<",
            "href=\"/pacts/provider/Orders/consumer/Web/latest\">contract</a>",
            "href=\"/pacticipants/Web/versions/2\">2</a>",
            ">feat<",
            "href=\"/pacticipants/Orders/versions/7\">7</a>",
            "by strict rules.",
            "<code>pact/app/Web</code>",
        ],
    );
    let none = page(&server, "/?q=nobody&sort=state");
    says(
        &none,
        &[
            "value=\"nobody\"",
            "value=\"state\" selected",
            "0 integrations",
        ],
    );
    assert!(!none.contains("<table"), "{none}");
    let found = page(&server, "/?q=oRD");
    says(&found, &["1 integration", ">Orders</a>"]);
}

#[test]
fn programs_get_what_they_got_and_browsers_a_page() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let expected = server.get("/");
    assert!(expected.json()["_links"].is_object());
    for accept in [
        "*/*",
        "application/json",
        "application/hal+json, application/json, text/html",
        "application/hal+json, text/html;q=0.9, */*;q=0.8",
    ] {
        let reply = server.ask("GET", "/", &[("accept", accept)], "");
        assert_eq!(reply.body, expected.body, "{accept}");
        assert_eq!(reply.header("vary"), "Accept");
    }
    let bare = server.ask("GET", "/", &[], "");
    assert_eq!(bare.body, expected.body);
    let head = server.ask("HEAD", "/", &[("accept", BROWSER)], "");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert_eq!(head.header("content-type"), "text/html;charset=utf-8");

    for (file, kind) in [
        ("style.css", "text/css;charset=utf-8"),
        ("comfort.js", "text/javascript;charset=utf-8"),
        ("icon.svg", "image/svg+xml;charset=utf-8"),
    ] {
        let path = format!("/assets/{file}");
        for accept in [
            "*/*",
            "text/css,*/*;q=0.1",
            "image/svg+xml,image/*,*/*;q=0.8",
        ] {
            let reply = server.ask("GET", &path, &[("accept", accept)], "");
            assert_eq!((reply.status, reply.header("content-type")), (200, kind));
        }
    }
    assert_eq!(browse(&server, "/assets/other.css").status, 404);
}

#[test]
fn what_goes_wrong_is_said_in_a_page() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    for (path, status, title, sentence) in [
        ("/nowhere", 404, "Not found", "not found on this server"),
        (
            "/?at=soon",
            400,
            "That question cannot be answered",
            "`soon` is no time",
        ),
        (
            "/?at=2999-01-01",
            400,
            "That question cannot be answered",
            "is in the future",
        ),
        ("/diagnostic/%ff", 404, "Not found", "not found"),
    ] {
        let reply = browse(&server, path);
        assert_eq!(reply.status, status, "{reply:?}");
        assert_eq!(reply.header("content-type"), "text/html;charset=utf-8");
        says(&reply.body, &[&format!("<h1>{title}</h1>"), sentence]);
        let program = server.get(path);
        assert_ne!(program.header("content-type"), "text/html;charset=utf-8");
    }
    let not_there = server.get("/nowhere").body;
    assert_eq!(
        not_there,
        "{\"error\":\"The requested document was not found on this server.\"}"
    );
}

#[test]
fn a_page_shows_any_day_of_the_past_and_so_do_its_links() {
    let mut sandbox = Sandbox::new();
    sandbox.set("GIT_PACT_NOW", "2026-11-10T12:00:00Z");
    let server = served(&sandbox);
    shop(&server);
    drop(server);
    sandbox.set("GIT_PACT_NOW", "2026-11-21T12:00:00Z");
    let server = Server::start(&sandbox, ".", &["--repo", "store.git"]);
    let then = page(&server, "/?at=2026-11-09&q=Web&page=2");
    says(
        &then,
        &[
            "href=\"/pacticipants?at=2026-11-09\">Applications</a>",
            "<form class=\"past\" action=\"/\" method=\"get\">",
            "<input type=\"hidden\" name=\"q\" value=\"Web\">",
            "name=\"at\" value=\"2026-11-09\"",
            "This is how it was at the end of 2026-11-09 (UTC).",
            "href=\"/?q=Web&amp;page=2\">Show how it is now</a>",
            "Nobody has published a contract yet",
        ],
    );
    let later = page(&server, "/?at=2026-11-10%2012:30");
    says(&later, &["on 2026-11-10 at 12:30 (UTC)", "1 integration"]);
    assert!(
        later.contains("?at=2026-11-10%2012%3A30\">Web</a>"),
        "{later}"
    );

    // A clone that came without the history says so, and never that there was nothing.
    let url = format!("file://{}", sandbox.path("store.git").display());
    let server = Server::start(&sandbox, ".", &["--repo", &url]);
    says(&page(&server, "/"), &["1 integration"]);
    let before = browse(&server, "/?at=2026-11-09");
    assert_eq!(before.status, 404, "{before:?}");
    says(
        &before.body,
        &["does not go back that far", "git pact fetch --history"],
    );
    let fetched = sandbox.run(".", &["fetch", "--history", "--repo", &url]);
    assert_eq!(fetched.status, Some(0), "{fetched:?}");
    let then = page(&server, "/?at=2026-11-09");
    says(&then, &["Nobody has published a contract yet"]);
}
