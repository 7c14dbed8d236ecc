//! Badges: pictures of our own, also of what is not there.

use serde_json::json;

use super::pact;
use super::served;
use crate::support::sandbox::Sandbox;
use crate::support::server::Reply;
use crate::support::server::Server;

/// Asks as browsers do for a picture in a page.
fn picture(server: &Server, path: &str) -> Reply {
    server.ask(
        "GET",
        path,
        &[("accept", "image/avif,image/*,*/*;q=0.8")],
        "",
    )
}

/// Returns what a badge says to people who cannot see it.
fn words(server: &Server, path: &str) -> String {
    let reply = picture(server, path);
    assert_eq!(reply.status, 200, "{path}: {reply:?}");
    assert_eq!(
        reply.header("content-type"),
        "image/svg+xml;charset=utf-8",
        "{path}"
    );
    let (_, words) = reply.body.split_once("aria-label=\"").unwrap();
    words.split_once('"').unwrap().0.to_owned()
}

fn told(server: &Server) {
    let put = |path: &str, body| assert!(server.send("PUT", path, &body).status < 300, "{path}");
    put(
        "/pacts/provider/Api/consumer/Web/version/1",
        pact("Web", "Api", "parcel"),
    );
    put("/pacticipants/Web/branches/main/versions/1", json!({}));
    put("/pacticipants/Web/versions/1/tags/dev", json!({}));
    let created = server.send(
        "POST",
        "/environments",
        &json!({ "name": "prod", "production": true }),
    );
    assert_eq!(created.status, 201);
}

fn verify(server: &Server, success: bool) {
    let pact = server.get("/pacts/provider/Api/consumer/Web/version/1");
    let results = pact.json()["_links"]["pb:publish-verification-results"]["href"].clone();
    let path = results.as_str().unwrap().replace(&server.base(), "");
    let body = json!({ "success": success, "providerApplicationVersion": "5" });
    assert_eq!(server.send("POST", &path, &body).status, 201);
}

#[test]
fn the_badge_of_a_pact_changes_with_its_results() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    told(&server);
    let latest = "/pacts/provider/Api/consumer/Web/latest/badge";
    assert_eq!(words(&server, latest), "web/api pact: unknown");
    verify(&server, true);
    assert_eq!(words(&server, latest), "web/api pact: verified");
    verify(&server, false);
    for (path, expected) in [
        (latest, "web/api pact: failed"),
        (
            "/pacts/provider/Api/consumer/Web/latest/badge.svg?label=consumer",
            "web pact: failed",
        ),
        (
            "/pacts/provider/Api/consumer/Web/latest/dev/badge.svg",
            "web/api pact: failed",
        ),
        (
            "/pacts/provider/Api/consumer/Web/latest-untagged/badge",
            "pact not found: unknown",
        ),
        (
            "/pacts/provider/Api/consumer/Nobody/latest/badge.svg",
            "pact not found: unknown",
        ),
        (
            "/matrix/provider/Api/latest/main/consumer/Web/latest/dev/badge",
            "web (dev)/api (main) pact: unknown",
        ),
    ] {
        assert_eq!(words(&server, path), expected, "{path}");
    }
    // A tag may be called as the end of a picture's name; then it is no picture.
    let tagged = picture(&server, "/pacts/provider/Api/consumer/Web/latest/dev.svg");
    assert_eq!(tagged.status, 404);
}

#[test]
fn a_badge_says_whether_a_head_can_be_deployed_or_merged() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    told(&server);
    let deploy = "/pacticipants/Web/branches/main/latest-version/can-i-deploy/to-environment";
    for (path, expected) in [
        (format!("{deploy}/prod/badge"), "can-i-deploy: main to prod"),
        (
            format!("{deploy}/prod/badge.svg?label=a%20%26%20b"),
            "a &amp; b: main to prod",
        ),
        (format!("{deploy}/none/badge"), "environment: not found"),
        (
            deploy.replace("main", "none") + "/prod/badge",
            "branch: not found",
        ),
        (
            deploy.replace("Web", "Nobody") + "/prod/badge",
            "pacticipant: not found",
        ),
        (
            "/pacticipants/Web/latest-version/dev/can-i-deploy/to/live/badge".to_owned(),
            "can-i-deploy: dev to live",
        ),
        (
            "/pacticipants/Web/latest-version/none/can-i-deploy/to/live/badge".to_owned(),
            "version: not found",
        ),
        (
            "/pacticipants/Web/main-branch/can-i-merge/badge.svg".to_owned(),
            "can-i-merge: unknown",
        ),
        (
            "/pacticipants/Api/main-branch/can-i-merge/badge".to_owned(),
            "main branch version: not found",
        ),
    ] {
        assert_eq!(words(&server, &path), expected, "{path}");
    }
    let merge = picture(&server, "/pacticipants/Web/main-branch/can-i-merge/badge");
    assert_eq!(merge.header("cache-control"), "max-age=30");
    let deploy = picture(&server, &format!("{deploy}/prod/badge"));
    assert_eq!(deploy.header("cache-control"), "no-cache");
}
