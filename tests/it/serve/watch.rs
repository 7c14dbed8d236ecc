//! What the server says of itself: its log, its measurements, and how what it depends on is.

use std::fs;

use serde_json::Value;
use serde_json::json;

use super::served;
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;

/// What Prometheus 3 asks with.
const PROMETHEUS: &str = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,\
    application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;q=0.3,\
    text/plain;version=0.0.4;q=0.2,*/*;q=0.1";

/// The path of the diagnosis.
const DEPENDENCIES: &str = "/diagnostic/status/dependencies";

fn served_with(sandbox: &Sandbox, more: &[&str]) -> Server {
    sandbox.remote("store.git");
    let mut args = vec!["--repo", "store.git"];
    args.extend(more);
    Server::start(sandbox, ".", &args)
}

/// Returns the measurements, as Prometheus gets them.
fn measured(server: &Server) -> String {
    let page = server.ask("GET", "/metrics", &[("accept", PROMETHEUS)], "");
    assert_eq!(page.status, 200);
    assert_eq!(
        page.header("content-type"),
        "text/plain; version=0.0.4; charset=utf-8"
    );
    page.body
}

/// Returns one measurement.
fn value(page: &str, sample: &str) -> f64 {
    let line = page.lines().find_map(|line| {
        let rest = line.strip_prefix(sample)?;
        rest.strip_prefix(' ')
    });
    let line = line.unwrap_or_else(|| panic!("no {sample} in\n{page}"));
    line.parse().unwrap()
}

#[test]
fn the_log_has_a_line_for_each_request_and_no_secrets() {
    let sandbox = Sandbox::new();
    let server = served_with(&sandbox, &["--log", "json"]);
    let started: Value = serde_json::from_str(server.said.trim()).unwrap();
    assert_eq!(started["event"], "serving");

    let headers = [("authorization", "Basic aGlkZGVuOmhpZGRlbg==")];
    let asked = server.ask("GET", "/matrix?password=hidden", &headers, "");
    server.send(
        "POST",
        "/pacticipants",
        &json!({ "name": "hidden\r\nname" }),
    );
    let path = "/pacticipants/A%0Ab/versions/1";
    let given = [("x-request-id", "from-a-proxy.7")];
    let put = server.ask("PUT", path, &given, "{}");
    assert_eq!(put.header("x-request-id"), "from-a-proxy.7");
    server.get("/diagnostic/status/heartbeat");
    server.get("/no/such/path");

    let log = server.log_with("/no/such/path");
    assert!(!log.contains("hidden"), "{log}");
    assert!(!log.contains("aGlk"), "{log}");
    assert!(!log.contains("heartbeat"), "{log}");
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let requests: Vec<&Value> = lines.iter().filter(|it| it["event"] == "request").collect();
    let first = requests[0];
    assert_eq!(first["path"], "/matrix");
    assert_eq!(first["method"], "GET");
    assert_eq!(first["status"], asked.status);
    assert_eq!(first["bytes"], asked.body.len());
    assert_eq!(first["id"], asked.header("x-request-id"));
    assert_eq!(first["level"], "info");
    assert!(first["milliseconds"].as_f64().unwrap() > 0.0, "{first}");
    assert_eq!(requests[2]["path"], path);
    assert_eq!(requests[2]["id"], "from-a-proxy.7");
    assert_eq!(requests[3]["route"], Value::Null);
    assert_eq!(requests.len(), 4);
    let ids: Vec<&Value> = requests.iter().map(|it| &it["id"]).collect();
    assert_ne!(ids[0], ids[1]);
}

#[test]
fn the_log_says_what_was_written() {
    let sandbox = Sandbox::new();
    let server = served_with(&sandbox, &["--log-level", "debug"]);
    let web = json!({ "name": "Web" });
    assert_eq!(server.send("POST", "/pacticipants", &web).status, 201);
    server.get("/diagnostic/status/heartbeat");
    let log = server.log_with("heartbeat");
    let wrote = "wrote in one go: requests 1, refused 0, branches 1, lost races 0, ";
    assert!(log.contains(wrote), "{log}");
    assert!(log.contains(" info  POST /pacticipants 201 "), "{log}");
    assert!(
        log.contains(" debug GET /diagnostic/status/heartbeat 200 "),
        "{log}"
    );
}

#[test]
fn a_server_that_is_asked_to_be_quiet_says_where_it_is_and_no_more() {
    let sandbox = Sandbox::new();
    let silent = served_with(&sandbox, &["--log", "none"]);
    assert!(silent.said.starts_with("Serving "), "{}", silent.said);
    assert_eq!(silent.get("/").status, 200);
    let quiet = served_with(&sandbox, &["--log-level", "error"]);
    assert_eq!(quiet.get("/").status, 200);
    plant_damage(&sandbox);
    assert_eq!(silent.get("/environments").status, 500);
    assert_eq!(quiet.get("/environments").status, 500);
    let log = quiet.log_with("/environments");
    assert_eq!(log.lines().count(), 1, "{log}");
    assert!(log.contains(" error GET /environments 500 "), "{log}");
    // What the client is not told: which record it is.
    assert!(log.contains("prod"), "{log}");
    assert_eq!(silent.log_with(""), "");
}

/// Plants an environment that cannot be read.
fn plant_damage(sandbox: &Sandbox) {
    let path = "prod/environment.json";
    sandbox.git("store.git").plant(
        "refs/heads/pact/env/prod",
        &[("100644", path, b"{ no record".as_slice())],
    );
}

#[test]
fn prometheus_reads_what_was_asked_and_what_became_of_it() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let web = json!({ "name": "Web" });
    server.send("POST", "/pacticipants", &web);
    for name in ["Web", "Web", "Unknown"] {
        server.get(&format!("/pacticipants/{name}"));
    }
    server.ask("BREW", "/no/such/path", &[], "");
    let page = measured(&server);
    let requests = |labels: &str| {
        let name = "git_pact_http_requests_total";
        value(&page, &format!("{name}{{{labels}}}"))
    };
    let one = "route=\"/pacticipants/{pacticipant}\",method=\"GET\"";
    for (labels, count) in [
        (format!("{one},status=\"2xx\""), 2.0),
        (format!("{one},status=\"4xx\""), 1.0),
        (
            "route=\"/pacticipants\",method=\"POST\",status=\"2xx\"".to_owned(),
            1.0,
        ),
        (
            "route=\"none\",method=\"OTHER\",status=\"4xx\"".to_owned(),
            1.0,
        ),
    ] {
        let counted = requests(&labels);
        assert!((counted - count).abs() < 0.1, "{labels}: {counted}");
    }
    let durations = "git_pact_http_request_duration_seconds";
    let all = value(&page, &format!("{durations}_bucket{{{one},le=\"+Inf\"}}"));
    assert!((all - 3.0).abs() < 0.1, "{all}");
    let landed = value(&page, "git_pact_writes_total{outcome=\"landed\"}");
    assert!((landed - 1.0).abs() < 0.1, "{landed}");
    assert!(value(&page, "git_pact_last_write_timestamp_seconds") > 0.0);
    // The page itself is being asked for.
    let running = value(&page, "git_pact_http_requests_in_progress");
    assert!((running - 1.0).abs() < 0.1, "{running}");
    assert!(page.contains("git_pact_build_info{version=\""), "{page}");
    assert!(page.contains("git_pact_object_cache_bytes "), "{page}");
    for line in page.lines().filter(|line| !line.starts_with('#')) {
        let (_, number) = line.rsplit_once(' ').unwrap();
        assert!(number.parse::<f64>().is_ok(), "{line}");
    }
}

#[test]
fn a_store_without_a_remote_depends_on_nothing_else() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let healthy = server.get(DEPENDENCIES);
    assert_eq!(healthy.status, 200);
    assert_eq!(
        healthy.json(),
        json!({
            "database": { "ok": true },
            "_links": { "self": { "href": format!("{}{DEPENDENCIES}", server.base()) } },
        })
    );
    plant_damage(&sandbox);
    let damaged = server.get(DEPENDENCIES);
    assert_eq!(damaged.status, 500);
    assert_eq!(damaged.json()["database"]["ok"], false);
    assert!(!damaged.body.contains("prod"), "{damaged:?}");
    let log = server.log_with(DEPENDENCIES);
    assert!(log.contains("prod"), "{log}");
}

#[test]
fn a_remote_that_cannot_be_reached_is_said_until_it_can() {
    let sandbox = Sandbox::new();
    sandbox.remote("remote.git");
    sandbox.clone_of("remote.git", "clone");
    let server = Server::start(&sandbox, "clone", &[]);
    let healthy = server.get(DEPENDENCIES);
    assert_eq!(healthy.status, 200);
    assert_eq!(healthy.json()["remote"]["ok"], true);
    assert!(
        healthy.json()["remote"]["secondsSinceFetch"].is_u64(),
        "{healthy:?}"
    );

    let (remote, away) = (sandbox.path("remote.git"), sandbox.path("away.git"));
    fs::rename(&remote, &away).unwrap();
    let web = json!({ "name": "Web" });
    assert_eq!(server.send("POST", "/pacticipants", &web).status, 503);
    let failing = server.get(DEPENDENCIES);
    assert_eq!(failing.status, 500);
    assert_eq!(failing.json()["database"]["ok"], true);
    assert_eq!(failing.json()["remote"]["ok"], false);
    let log = server.log_with("could not write");
    assert!(
        log.contains(" error could not write: requests 1, "),
        "{log}"
    );

    fs::rename(&away, &remote).unwrap();
    assert_eq!(server.send("POST", "/pacticipants", &web).status, 201);
    let healthy = server.get(DEPENDENCIES);
    assert_eq!(healthy.status, 200);
    assert!(
        healthy.json()["remote"]["secondsSincePush"].is_u64(),
        "{healthy:?}"
    );
    let page = measured(&server);
    assert!(value(&page, "git_pact_fetches_total{outcome=\"fetched\"}") > 0.0);
}
