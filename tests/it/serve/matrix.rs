//! The matrix and can-i-deploy, with their verdicts.

use serde_json::Value;
use serde_json::json;

use super::pact;
use super::served;
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;

/// Version 1 of Web, on a branch and tagged, with a pact with Api, and an environment.
fn told(server: &Server) -> String {
    let put = |path: &str, body: &Value| {
        let reply = server.send("PUT", path, body);
        assert!(reply.status < 300, "{reply:?}");
    };
    put(
        "/pacts/provider/Api/consumer/Web/version/1",
        &pact("Web", "Api", "parcel"),
    );
    put("/pacticipants/Web/branches/main/versions/1", &json!({}));
    put("/pacticipants/Web/versions/1/tags/dev", &json!({}));
    let body = json!({ "name": "prod", "displayName": "Prod", "production": true });
    let created = server.send("POST", "/environments", &body);
    assert_eq!(created.status, 201);
    created.json()["uuid"].as_str().unwrap().to_owned()
}

/// Says what version 5 of Api made of its pacts, and deploys it to prod.
fn verify(sandbox: &Sandbox, result: &str) {
    let store = [("GIT_PACT_REPO", "store.git")];
    let verified = [
        "record-verification",
        "--provider",
        "Api",
        "--provider-version",
        "5",
        "--consumer",
        "Web",
        "--consumer-version",
        "1",
        result,
    ];
    let deployed = [
        "record-deployment",
        "--pacticipant",
        "Api",
        "--version",
        "5",
        "--environment",
        "prod",
    ];
    for arguments in [&verified[..], &deployed[..]] {
        let run = sandbox.run_with(".", arguments, &store);
        assert_eq!(run.status, Some(0), "{run:?}");
    }
}

const TO_PROD: &str = "/can-i-deploy?pacticipant=Web&version=1&environment=prod";

#[test]
fn a_version_can_be_deployed_once_what_it_needs_is_there() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let prod = told(&server);
    let unknown = server.get(TO_PROD).json();
    assert_eq!(unknown["summary"]["deployable"], Value::Null);
    let row = &unknown["matrix"][0];
    assert_eq!(row["provider"]["version"], Value::Null);
    assert_eq!(row["verificationResult"], Value::Null);

    verify(&sandbox, "--success");
    let known = server.get(TO_PROD).json();
    let text = "All required verification results are published and successful";
    assert_eq!(
        known["summary"],
        json!({ "deployable": true, "reason": text, "success": 1, "failed": 0, "unknown": 0 })
    );
    assert_eq!(
        known["notices"],
        json!([{ "type": "success", "text": text }])
    );
    let base = server.base();
    let branch = json!([{
        "name": "main",
        "latest": true,
        "_links": { "self": {
            "title": "Branch version",
            "name": "main",
            "href": format!("{base}/pacticipants/Web/branches/main/versions/1"),
        } },
    }]);
    let tag = format!("{base}/pacticipants/Web/versions/1/tags/dev");
    let row = &known["matrix"][0];
    assert_eq!(
        row["consumer"],
        json!({
            "name": "Web",
            "version": {
                "number": "1",
                "branch": "main",
                "branches": branch,
                "branchVersions": branch,
                "environments": [],
                "tags": [{ "name": "dev", "latest": true, "_links": { "self": { "href": tag } } }],
                "_links": { "self": { "href": format!("{base}/pacticipants/Web/versions/1") } },
            },
            "_links": { "self": { "href": format!("{base}/pacticipants/Web") } },
        })
    );
    let environment = &row["provider"]["version"]["environments"][0];
    assert_eq!(environment["displayName"], "Prod");
    let link = &environment["_links"]["self"];
    assert_eq!(link["href"], format!("{base}/environments/{prod}"));
    let href = row["pact"]["_links"]["self"]["href"].as_str().unwrap();
    assert_eq!(server.get(href.strip_prefix(&base).unwrap()).status, 200);
    assert_eq!(row["verificationResult"]["success"], true);
    let href = row["verificationResult"]["_links"]["self"]["href"].as_str();
    let href = href.unwrap().strip_prefix(&base).unwrap();
    // Which version is meant, of all that have the content.
    assert!(href.contains("/metadata/"), "{href}");
    assert_eq!(server.get(href).status, 200);
    assert_eq!(row.get("ignored"), None);
}

#[test]
fn a_failure_is_a_no_unless_it_is_ignored() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    told(&server);
    verify(&sandbox, "--fail");
    let failed = server.get(TO_PROD).json();
    assert_eq!(failed["summary"]["deployable"], false);
    let ignored = server.get(&format!("{TO_PROD}&ignore[][pacticipant]=Api"));
    let ignored = ignored.json();
    assert_eq!(ignored["summary"]["deployable"], true);
    assert_eq!(ignored["summary"]["ignored"], 1);
    assert_eq!(ignored["matrix"][0]["ignored"], true);
}

#[test]
fn every_way_to_the_matrix_has_the_same_row() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    told(&server);
    verify(&sandbox, "--success");
    let row = server.get(TO_PROD).json()["matrix"].clone();
    assert_eq!(row.as_array().unwrap().len(), 1);
    let web = "q[][pacticipant]=Web&q[][version]=1";
    for path in [
        format!("/matrix?{web}&latestby=cvpv&environment=prod"),
        format!("/matrix.json?{web}&latestby=cvp&environment=prod"),
        format!("/matrix?{web}&q[][pacticipant]=Api&q[][latest]=true"),
        "/matrix?q%5B%5D%5Bpacticipant%5D=Web&q%5B%5D%5Bpacticipant%5D=Api&success[]=true"
            .to_owned(),
        "/matrix/provider/Api/consumer/Web".to_owned(),
        "/pacticipants/Web/branches/main/latest-version/can-i-deploy/to-environment/prod"
            .to_owned(),
    ] {
        let reply = server.get(&path);
        assert_eq!(reply.status, 200, "{path}");
        assert_eq!(reply.json()["matrix"], row, "{path}");
    }
    let none = server.get("/matrix?q[][pacticipant]=Web&q[][pacticipant]=Api&success[]=false");
    assert_eq!(none.json()["matrix"], json!([]));
    let tagged = server.get("/pacticipants/Web/latest-version/dev/can-i-deploy/to/prod");
    assert_eq!(tagged.json()["summary"]["unknown"], 1);
    for path in [
        "/pacticipants/Web/latest-version/none/can-i-deploy/to/prod",
        "/pacticipants/Web/branches/none/latest-version/can-i-deploy/to-environment/prod",
        "/pacticipants/Web/branches/main/latest-version/can-i-deploy/to-environment/none",
        "/matrix/provider/Nobody/consumer/Web",
    ] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
}

#[test]
fn a_matrix_can_be_read_as_plain_text() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    told(&server);
    let text = server.ask("GET", TO_PROD, &[("accept", "text/plain")], "");
    assert_eq!(text.status, 200);
    let expected = "\
CONSUMER | C_VERSION | REVISION | PROVIDER | P_VERSION | NUMBER | SUCCESS
---------|-----------|----------|----------|-----------|--------|--------
Web      | 1         | 1        | Api      |           |        |        

Deployable: nil
Reason: There is no verified pact between version 1 of Web and a version of Api currently in prod \
(no version is currently recorded as deployed/released in this environment)
";
    assert_eq!(text.body, expected);
    let picture = server.ask("GET", TO_PROD, &[("accept", "image/png")], "");
    assert_eq!(picture.status, 406);
    let posted = server.send("POST", "/can-i-deploy", &json!({}));
    assert_eq!(posted.status, 405);
}

#[test]
fn a_question_that_makes_no_sense_is_refused_in_the_brokers_words() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    told(&server);
    let web = "/matrix?q[][pacticipant]=Web&q[][version]=1";
    let both = "Cannot specify more than one of tag, environment and mainBranch.";
    for (path, error) in [
        ("/matrix", "Please provide 1 or more version selectors."),
        (
            "/matrix?q[][pacticipant]=Nobody",
            "Pacticipant Nobody not found",
        ),
        (&format!("{web}&environment=prod&mainBranch=true"), both),
        (
            &format!("{web}&environment=none"),
            "Environment with name 'none' does not exist",
        ),
        (&format!("{web}&limit=0"), "The limit must be 1 or greater."),
    ] {
        let refused = server.get(path);
        assert_eq!(refused.status, 400, "{path}");
        assert_eq!(refused.json(), json!({ "errors": [error] }), "{path}");
    }
    let place = "Must specify either an environment or a 'to' tag.";
    for (query, errors) in [
        (
            "",
            json!({ "pacticipant": ["is missing"], "version": ["is missing"], "": [place] }),
        ),
        (
            "pacticipant=Nobody&version=1&to=prod",
            json!({ "pacticipant": ["does not match an existing pacticipant"] }),
        ),
        (
            "pacticipant=Web&version=1&environment=none",
            json!({ "environment": ["with name 'none' does not exist"] }),
        ),
        (
            "pacticipant=Web&version=1&environment=prod&to=prod",
            json!({ "": ["Cannot specify both a 'to' tag and an environment."] }),
        ),
    ] {
        let refused = server.get(&format!("/can-i-deploy?{query}"));
        assert_eq!(refused.status, 400, "{query}");
        assert_eq!(refused.json(), json!({ "errors": errors }), "{query}");
    }
}
