//! Every route of the server, by the description that it gives of itself.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::json;

use super::holds;
use super::oracle;
use super::store::BRANCH;
use super::store::CONSUMER;
use super::store::ENVIRONMENT;
use super::store::Hostile;
use super::store::LABEL;
use super::store::LINE;
use super::store::PROVIDER;
use super::store::PROVIDER_VERSION;
use super::store::TAG;
use super::store::TEXT;
use super::store::URL;
use super::store::VERSION;
use super::store::WEBHOOK;
use crate::support::server::Reply;
use crate::support::server::Server;

/// The headers that the server sends; one that is not among them was made by somebody else.
const HEADERS: [&str; 14] = [
    "access-control-allow-methods",
    "allow",
    "cache-control",
    "connection",
    "content-length",
    "content-security-policy",
    "content-type",
    "date",
    "location",
    "referrer-policy",
    "vary",
    "x-content-type-options",
    "x-pact-consumer-version",
    "x-request-id",
];

/// Returns a value as it stands in a path.
fn encoded(value: &str) -> String {
    let codes: Vec<String> = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
    codes.concat()
}

/// Returns a path with its places filled by what the store holds, or by what is worse.
fn filled(template: &str, ids: &BTreeMap<&str, String>, worse: bool) -> String {
    let mut path = String::new();
    for segment in template.split('/').skip(1) {
        path.push('/');
        let Some(place) = segment
            .strip_prefix('{')
            .and_then(|it| it.strip_suffix('}'))
        else {
            path.push_str(segment);
            continue;
        };
        let value = match place {
            "pacticipant" | "consumer" => CONSUMER,
            "provider" => PROVIDER,
            "version" => VERSION,
            "otherVersion" => "2",
            "branch" => BRANCH,
            "tag" | "environmentTag" | "providerTag" => TAG,
            "label" => LABEL,
            "environment" => ENVIRONMENT,
            "rel" => "webhook",
            "file" => "hal.js",
            "number" => "1",
            "metadata" => "Y3ZuPTE=",
            "uuid" if template.starts_with("/webhooks") => WEBHOOK,
            "uuid" | "sha" | "pactVersion" => ids[id(template, place)].as_str(),
            _ => panic!("{template} has a place {place} that nobody fills here"),
        };
        path.push_str(&encoded(if worse { LINE } else { value }));
    }
    let names = [CONSUMER, PROVIDER].map(encoded);
    let [consumer, provider] = names;
    match template {
        "/matrix" => path + &format!("?q[][pacticipant]={consumer}&q[][pacticipant]={provider}"),
        "/can-i-deploy" => {
            let (version, to) = (encoded(VERSION), encoded(ENVIRONMENT));
            path + &format!("?pacticipant={consumer}&version={version}&environment={to}")
        }
        _ => path,
    }
}

/// Returns whose id a place holds.
fn id<'a>(template: &str, place: &'a str) -> &'a str {
    match template.split('/').nth(1) {
        Some("deployed-versions") => "deployed",
        Some("released-versions") => "released",
        _ => place,
    }
}

/// Returns the ids that the server gave, as its documents say them.
fn ids(server: &Server) -> BTreeMap<&'static str, String> {
    let last = |href: &Value| {
        href.as_str()
            .unwrap()
            .rsplit('/')
            .next()
            .unwrap()
            .to_owned()
    };
    let environments = server.get("/environments").json();
    let environments = &environments["_embedded"]["environments"];
    let of = |environment: &Value| environment["uuid"].as_str().unwrap().to_owned();
    let named = environments
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["name"] == ENVIRONMENT);
    let uuid = of(named.unwrap());
    let first = |path: &str, list: &str| {
        let listed = server.get(&format!("/environments/{uuid}/{path}")).json();
        last(&listed["_embedded"][list][0]["_links"]["self"]["href"])
    };
    let latest = format!(
        "/pacts/provider/{}/consumer/{}/latest",
        encoded(PROVIDER),
        encoded(CONSUMER)
    );
    let pact = server.get(&latest).json();
    let content = last(&pact["_links"]["pb:pact-version"]["href"]);
    BTreeMap::from([
        (
            "deployed",
            first("deployed-versions/currently-deployed", "deployedVersions"),
        ),
        (
            "released",
            first("released-versions/currently-supported", "releasedVersions"),
        ),
        ("sha", content.clone()),
        ("pactVersion", content),
        ("uuid", uuid),
    ])
}

/// Returns a body in which every field that anybody reads is as bad as it can be.
fn body() -> Value {
    json!({
        "name": CONSUMER, "displayName": LINE, "mainBranch": BRANCH, "repositoryUrl": URL, "success": false,
        "providerApplicationVersion": PROVIDER_VERSION, "buildUrl": URL, "testResults": { "said": TEXT },
        "description": LINE, "events": [{ "name": LINE }], "request": { "method": LINE, "url": LINE, "body": TEXT },
        "consumerVersionSelectors": [{ "branch": LINE, "tag": TEXT }], "production": TEXT, "contacts": [LINE],
        "pacticipantName": CONSUMER, "pacticipantVersionNumber": LINE, "contracts": [{ "content": TEXT }],
        "applicationInstance": LINE, "currentlyDeployed": TEXT, "currentlySupported": TEXT,
    })
}

/// Reads an answer as its reader does; returns whether it says what was recorded.
fn read(reply: &Reply, place: &(&str, String)) -> bool {
    for (name, value) in &reply.headers {
        assert!(
            HEADERS.contains(&name.as_str()),
            "{place:?}: {name}: {value}"
        );
        let is_plain = |c: char| c.is_ascii_graphic() || c == ' ';
        assert!(value.chars().all(is_plain), "{place:?}: {name}: {value}");
    }
    let text = &reply.body;
    let policy = reply.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'"),
        "{place:?}: {reply:?}"
    );
    assert_eq!(
        reply.header("x-content-type-options"),
        "nosniff",
        "{place:?}"
    );
    let kind = reply.header("content-type").split(';').next().unwrap();
    match kind {
        "" => assert_eq!(text, "", "{place:?}"),
        "image/svg+xml" => holds(oracle::svg(text), place, text),
        "text/html" => holds(oracle::html(text), place, text),
        "text/css" | "text/javascript" => {}
        "text/csv" => holds(oracle::csv(text), place, text),
        "text/plain" if place.1 == "/metrics" => holds(oracle::measurements(text), place, text),
        "text/plain" => holds(oracle::terminal(text, &[]), place, text),
        kind => {
            assert!(
                kind == "application/json" || kind.ends_with("+json"),
                "{place:?}: {kind}"
            );
            let document = oracle::json(text);
            holds(document.clone().map(drop), place, text);
            let document = document.unwrap();
            holds(oracle::links(&document), place, text);
            return oracle::says_hostile_words(&document);
        }
    }
    false
}

/// Returns the routes: a method, a template, the kinds of document. Those that take away come last.
fn routes(server: &Server) -> Vec<(String, String, Vec<String>)> {
    let description = server.ask("GET", "/openapi.json", &[], "").json();
    let mut routes = Vec::new();
    for (template, methods) in description["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let Some(answers) = operation.get("responses").and_then(Value::as_object) else {
                continue;
            };
            let fine = answers.iter().filter(|(status, _)| status.starts_with('2'));
            let kinds = fine.filter_map(|(_, answer)| answer["content"].as_object());
            let kinds = kinds.flat_map(|kinds| kinds.keys().cloned()).collect();
            routes.push((method.to_uppercase(), template.clone(), kinds));
        }
    }
    let place = |method: &str| {
        ["GET", "POST", "PUT", "PATCH", "DELETE"]
            .iter()
            .position(|it| *it == method)
    };
    routes.sort_by_key(|(method, _, _)| place(method));
    routes
}

#[test]
fn nothing_that_the_server_answers_is_obeyed() {
    let hostile = Hostile::new();
    let server = Server::start(
        &hostile.sandbox,
        ".",
        &["--repo", "store.git", "--log", "json"],
    );
    let ids = ids(&server);
    let (mut asked, mut found, mut said) = (0, 0, 0);
    for (method, template, kinds) in routes(&server) {
        for worse in [false, true] {
            let path = filled(&template, &ids, worse);
            let usual = ["application/hal+json".to_owned()];
            let kinds = if kinds.is_empty() { &usual[..] } else { &kinds };
            for kind in kinds {
                let place = (method.as_str(), path.clone());
                let reply = match method.as_str() {
                    "GET" | "DELETE" => server.ask(&method, &path, &[("accept", kind)], ""),
                    _ => server.send(&method, &path, &body()),
                };
                assert_ne!(reply.status, 500, "{place:?}: {reply:?}");
                said += usize::from(read(&reply, &place));
                found += usize::from(method == "GET" && reply.status == 200);
                asked += 1;
            }
            let query = format!("{path}?q[]={}&{}=1", encoded(LINE), encoded(TEXT));
            let reply = server.ask(
                &method,
                &query,
                &[("accept", "text/html, application/problem+json")],
                "",
            );
            read(&reply, &(method.as_str(), query));
        }
    }
    assert!(
        asked > 250 && found > 70 && said > 50,
        "asked {asked}, found {found}, said {said}"
    );
    let log = server.log_with("/openapi.json");
    for line in log.lines() {
        holds(
            oracle::terminal(line, &[]).and(oracle::json(line).map(drop)),
            &"log",
            line,
        );
    }
}

#[test]
fn nobody_writes_a_line_of_the_log() {
    let hostile = Hostile::new();
    let server = Server::start(&hostile.sandbox, ".", &["--repo", "store.git"]);
    let agent = [
        ("user-agent", "\u{9b}::error::##[error]"),
        ("accept", "a\u{9b}##[b]"),
    ];
    for path in [
        encoded(LINE),
        "::error::##[error]".to_owned(),
        "%0a::error::x".to_owned(),
    ] {
        let reply = server.ask("GET", &format!("/{path}"), &agent, "");
        read(&reply, &("GET", path));
    }
    let reply = server.get("/last");
    assert_eq!(reply.status, 404);
    let log = server.log_with("/last");
    holds(oracle::terminal(&log, &[]), &"log", &log);
    assert!(
        log.lines().all(|line| line.starts_with("2026-11-21T")),
        "{log}"
    );
}
