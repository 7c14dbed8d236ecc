//! One page of each kind, of a small shop.

use serde_json::Value;
use serde_json::json;

use super::page;
use super::says;
use super::shop;
use crate::serve::pact;
use crate::serve::served;
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;

/// Creates an environment and deploys a version of Web to it; returns where it is.
fn production(server: &Server, version: &str) -> String {
    let body = json!({ "name": "prod", "displayName": "Production", "production": true });
    let created = server.send("POST", "/environments", &body).json();
    let uuid = created["uuid"].as_str().unwrap();
    let path = format!("/pacticipants/Web/versions/{version}/deployed-versions/environment/{uuid}");
    let deployed = server.send("POST", &path, &json!({ "applicationInstance": "blue" }));
    assert_eq!(deployed.status, 201, "{deployed:?}");
    format!("/environments/{uuid}")
}

#[test]
fn applications_are_listed_and_found() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    shop(&server);
    let label = server.send("PUT", "/pacticipants/Web/labels/mobile", &json!({}));
    assert_eq!(label.status, 201);
    let all = page(&server, "/pacticipants");
    says(
        &all,
        &[
            "2 applications",
            ">Orders</a>",
            ">Web</a>",
            ">2</a>",
            ">mobile<",
        ],
    );
    let found = page(&server, "/pacticipants?q=MOB");
    says(&found, &["1 application", ">Web</a>"]);
    assert!(!found.contains(">Orders</a>"), "{found}");
}

#[test]
fn an_application_shows_where_it_is_and_whom_it_works_with() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    shop(&server);
    let url = json!({ "repositoryUrl": "https://git.example/web", "mainBranch": "main" });
    assert_eq!(server.send("PATCH", "/pacticipants/Web", &url).status, 200);
    production(&server, "1");
    let web = page(&server, "/pacticipants/Web");
    says(
        &web,
        &[
            "<li><a href=\"/pacticipants\">Applications</a></li>",
            "<h1>Web</h1>",
            "<a href=\"https://git.example/web\" rel=\"external noopener noreferrer\">",
            "href=\"/history?application=Web\">",
            ">prod</a>",
            ">1</a>",
            "deployed as blue",
            "Providers that it needs",
            ">Orders</a>",
            ">changed since<",
            "Consumers that need it",
            "Nobody has published a contract with it.",
            "Newest versions",
            ">2</a>",
            "All 2 versions",
            "href=\"/pacticipants/Web/versions?branch=feat\">feat</a>",
        ],
    );
    let orders = page(&server, "/pacticipants/Orders");
    says(
        &orders,
        &[
            "It has published no contract.",
            "Consumers that need it",
            ">Web</a>",
        ],
    );
    let versions = page(&server, "/pacticipants/Web/versions?branch=feat");
    says(
        &versions,
        &["1 version on branch", ">2</a>", "newest of feat"],
    );
    assert!(!versions.contains("versions/1\""), "{versions}");
    let nobody = super::browse(&server, "/pacticipants/Nobody");
    assert_eq!(nobody.status, 404);
    says(
        &nobody.body,
        &["No pacticipant with name &#39;Nobody&#39; found"],
    );
}

#[test]
fn a_version_shows_its_contracts_and_what_it_verified() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    shop(&server);
    let web = page(&server, "/pacticipants/Web/versions/1");
    says(
        &web,
        &[
            "<h1>Web 1</h1>",
            "Contracts that it published",
            ">Orders</a>",
            ">verified<",
            "/version/1\">contract</a>",
            "/verification-results/",
            ">7</a>",
        ],
    );
    let orders = page(&server, "/pacticipants/Orders/versions/7");
    says(
        &orders,
        &["What it was found to honour", ">Web</a>", ">verified<"],
    );
    assert_eq!(
        super::browse(&server, "/pacticipants/Web/versions/9").status,
        404
    );
}

#[test]
fn an_environment_shows_what_runs_there_and_who_put_it_there() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    says(
        &page(&server, "/environments"),
        &["git pact create-environment"],
    );
    shop(&server);
    let environment = production(&server, "1");
    let all = page(&server, "/environments");
    says(
        &all,
        &[
            "href=\"/environments/",
            ">prod</a>",
            "Production",
            ">Web</a>",
            ">1</a>",
        ],
    );
    let one = page(&server, &environment);
    says(
        &one,
        &[
            "<h1>prod</h1>",
            "production",
            "What runs there",
            ">Web</a>",
            ">1</a>",
            "deployed as blue",
            "<td data-label=\"By\">Test",
        ],
    );
    let again = production_again(&server, &environment);
    assert_eq!(again.0, 201);
    let one = page(&server, &environment);
    says(
        &one,
        &[
            "What runs there",
            ">2</a>",
            "What ran there before",
            ">1</a>",
        ],
    );
}

/// Deploys version 2 of Web in place of the other.
fn production_again(server: &Server, environment: &str) -> (u16, Value) {
    let uuid = environment.rsplit('/').next().unwrap();
    let path = format!("/pacticipants/Web/versions/2/deployed-versions/environment/{uuid}");
    let deployed = server.send("POST", &path, &json!({ "applicationInstance": "blue" }));
    (deployed.status, deployed.json())
}

#[test]
fn a_history_says_who_recorded_what_and_is_of_whom_it_is_asked() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    shop(&server);
    production(&server, "1");
    let all = page(&server, "/history");
    says(
        &all,
        &[
            ">Test</span>",
            "verified Orders version 7",
            "published Web version 1",
            "deployed Web version 1 to prod",
            "created environment prod",
        ],
    );
    let of_web = page(&server, "/history?application=Web");
    says(
        &of_web,
        &["<h1>History of Web</h1>", "deployed Web version 1 to prod"],
    );
    assert!(!of_web.contains("created environment"), "{of_web}");
    let of_two = page(&server, "/history?consumer=Web&provider=Orders");
    says(&of_two, &["verified Orders", "published Web"]);
    let past = page(&server, "/history?at=2026-11-20");
    says(
        &past,
        &[
            "This is how it was at the end of 2026-11-20",
            "Nothing was recorded.",
        ],
    );
    assert_eq!(
        super::browse(&server, "/history?application=Nobody").status,
        404
    );
}

#[test]
fn the_matrix_has_a_form_and_says_what_is_wrong_with_a_question() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    shop(&server);
    let empty = page(&server, "/matrix");
    says(
        &empty,
        &[
            "<option value=\"Web\"></option>",
            "name=\"q[][pacticipant]\"",
            "Show the matrix",
        ],
    );
    assert!(!empty.contains("<table"), "{empty}");
    // As a form is sent: with what was left empty.
    let sent = "/matrix?q[][pacticipant]=Web&q[][version]=&q[][branch]=&q[][pacticipant]=&q[][version]=\
                &q[][branch]=&latestby=cvpv&environment=";
    let answer = page(&server, sent);
    says(
        &answer,
        &[
            "value=\"Web\" list=\"applications\"",
            "value=\"cvpv\" selected",
            "2 rows",
            ">Web</a>",
            ">2</a>",
            ">feat<",
            ">unverified<",
            ">1</a>",
            ">verified<",
        ],
    );
    assert!(!answer.contains("The answer"), "{answer}");
    let deploying = page(
        &server,
        "/matrix?q[][pacticipant]=Web&latestby=cvp&tag=prod",
    );
    says(
        &deploying,
        &[
            "aria-label=\"The answer\"",
            "What would change that",
            "git pact ",
        ],
    );
    let wrong = page(&server, "/matrix?q[][pacticipant]=Nobody");
    says(&wrong, &["role=\"alert\"", "Nobody"]);
    assert!(!wrong.contains("<table"), "{wrong}");
    let pair = page(&server, "/matrix/provider/Orders/consumer/Web");
    says(&pair, &["<h1>Matrix of Web → Orders</h1>", "2 rows"]);
}

#[test]
fn whether_a_version_can_be_deployed_is_said_in_plain_words() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    shop(&server);
    production(&server, "1");
    let empty = page(&server, "/can-i-deploy?pacticipant=Web");
    says(
        &empty,
        &[
            "value=\"Web\"",
            "<option value=\"prod\">prod</option>",
            "Can I deploy?</button>",
        ],
    );
    let no = page(
        &server,
        "/can-i-deploy?pacticipant=Web&version=2&environment=prod&to=",
    );
    says(
        &no,
        &[
            "value=\"prod\" selected",
            "Not yet: something is not verified.",
            "There is no verified pact between",
            "What would change that",
            "git pact record-deployment --pacticipant Orders",
        ],
    );
    let wrong = page(
        &server,
        "/can-i-deploy?pacticipant=Web&version=9&environment=prod",
    );
    says(
        &wrong,
        &[
            "it cannot be deployed",
            "git pact publish ./pacts --consumer-app-version 9",
        ],
    );
    let wrong = page(
        &server,
        "/can-i-deploy?pacticipant=Nobody&version=9&environment=prod",
    );
    says(
        &wrong,
        &["role=\"alert\"", "does not match an existing pacticipant"],
    );
    assert!(!wrong.contains("The answer"), "{wrong}");
}

#[test]
fn a_contract_shows_who_has_it_and_how_it_fares() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    shop(&server);
    let latest = page(&server, "/pacts/provider/Orders/consumer/Web/latest");
    says(
        &latest,
        &[
            "<h1>Contract of Web with Orders</h1>",
            ">2</a>",
            ">unverified<",
            ">feat</a>",
            "Last different before",
            "version/1\">1</a>",
            "/version/2/pact.json\">As JSON</a>",
            "/version/2/diff/previous-distinct\">What changed</a>",
            "It was never verified.",
        ],
    );
    let first = page(&server, "/pacts/provider/Orders/consumer/Web/version/1");
    says(
        &first,
        &[
            "<h1>Contract of Web 1 with Orders</h1>",
            ">verified<",
            "Newest version",
            ">7</a>",
        ],
    );
    let raw = super::browse(
        &server,
        "/pacts/provider/Orders/consumer/Web/version/1/pact.json",
    );
    assert_eq!(raw.header("content-type"), "application/json;charset=utf-8");
    assert_eq!(raw.json(), pact("Web", "Orders", "1"));
    let none = super::browse(&server, "/pacts/provider/Orders/consumer/Web/version/9");
    assert_eq!(none.status, 404);
}

#[test]
fn a_verification_shows_what_did_not_match() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    shop(&server);
    let latest = server
        .get("/pacts/provider/Orders/consumer/Web/latest")
        .json();
    let results = latest["_links"]["pb:publish-verification-results"]["href"].as_str();
    let results = results.unwrap().strip_prefix(&server.base()).unwrap();
    let id = latest["interactions"][0]["_id"].as_str().unwrap();
    let body = json!({
        "success": false,
        "providerApplicationVersion": "8",
        "buildUrl": "https://ci.example/8",
        "testResults": [{
            "interactionId": id, "success": false,
            "mismatches": [{ "attribute": "status", "description": "expected 200 but was 500" }],
        }],
    });
    let posted = server.send("POST", results, &body);
    assert_eq!(posted.status, 201, "{posted:?}");
    let posted = posted.json();
    let own = posted["_links"]["self"]["href"].as_str().unwrap();
    let own = own.strip_prefix(&server.base()).unwrap();
    let shown = page(&server, own);
    says(
        &shown,
        &[
            ">failed<",
            ">Orders</a>",
            ">8</a>",
            ">Web 2</a>",
            "https://ci.example/8",
            "1 interaction, 1 of them failed",
            "a request for 2",
            "<code>status</code>",
            "expected 200 but was 500",
        ],
    );
    assert_eq!(super::browse(&server, &format!("{own}1")).status, 404);
}

#[test]
fn webhooks_are_shown_without_their_secrets() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    shop(&server);
    let body = json!({
        "description": "Build Orders",
        "provider": { "name": "Orders" },
        "events": [{ "name": "contract_content_changed" }],
        "request": {
            "method": "POST", "url": "https://ci.example.org/build",
            "headers": { "Authorization": "Bearer ${user.TOKEN}" },
            "body": { "pact": "${pactbroker.pactUrl}" },
        },
    });
    let path = "/webhooks/abcdefgh_-123456";
    assert_eq!(server.send("PUT", path, &body).status, 201);
    let all = page(&server, "/webhooks");
    says(
        &all,
        &[
            &format!("href=\"{path}\">Build Orders</a>"),
            "any",
            ">Orders</a>",
            "contract_content_changed",
        ],
    );
    let one = page(&server, path);
    says(
        &one,
        &[
            "Build Orders",
            ">enabled<",
            "POST https://ci.example.org/build",
            "**********",
        ],
    );
    assert!(!one.contains("TOKEN"), "{one}");
    assert_eq!(
        super::browse(&server, "/webhooks/abcdefgh_-123457").status,
        404
    );
}
