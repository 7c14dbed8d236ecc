//! The requests for one build, at each service.

use super::*;
use crate::domain::owed::Owed;
use crate::domain::owed::WantedOwed;
use crate::domain::owed::builds;
use crate::domain::owed::owed;
use crate::domain::testing::MemoryLedger;

/// What is owed by Orders 7, on main, to Web and to App.
fn found() -> Vec<Owed> {
    let mut ledger = MemoryLedger::default();
    ledger.verify("Orders", "7", "main", &["Web=other:yes"]);
    ledger.publish("Web", "1", "main", &["Orders=a"]);
    ledger.publish("App", "1", "main", &["Orders=b"]);
    owed(&ledger, &WantedOwed::default()).unwrap()
}

fn made(
    service: Service,
    repository: &str,
    workflow: Option<&str>,
) -> Result<Rendered, CannotDispatch> {
    let found = found();
    let builds = builds(&found);
    assert_eq!(builds.len(), 1);
    let access = Access {
        service,
        api: "https://api.example.org/v/",
        token: "s3cret",
        workflow,
    };
    request(&access, &builds[0], repository)
}

fn body(request: &Rendered) -> Value {
    serde_json::from_str(request.body.as_ref().unwrap()).unwrap()
}

#[test]
fn github_is_told_what_the_documentation_has_its_webhooks_say() {
    for repository in [
        "https://github.com/shop/orders",
        "https://user:password@github.com/shop/orders.git",
        "git@github.com:shop/orders.git",
        "ssh://git@github.com/shop/orders.git",
        "shop/orders/",
    ] {
        let request = made(Service::Github, repository, None).unwrap();
        assert_eq!(
            request.url,
            "https://api.example.org/v/repos/shop/orders/dispatches"
        );
        assert_eq!(request.headers["authorization"], "Bearer s3cret");
        let body = body(&request);
        assert_eq!(body["event_type"], EVENT);
        let payload = body["client_payload"].as_object().unwrap();
        assert!(payload.len() <= 10);
        assert_eq!(payload["sha"], "7");
        assert_eq!(payload["branch"], "main");
        assert_eq!(
            payload["message"],
            "Verify contracts of Web, App by Orders version 7"
        );
        assert_eq!(payload["contracts"].as_array().unwrap().len(), 2);
        assert!(!request.body.unwrap().contains("s3cret"));
    }
    let request = made(Service::Github, "shop/orders", Some("verify.yml")).unwrap();
    assert_eq!(
        request.url,
        "https://api.example.org/v/repos/shop/orders/actions/workflows/verify.yml/dispatches"
    );
    assert_eq!(body(&request)["ref"], "main");
    let inputs = &body(&request)["inputs"];
    assert_eq!(
        (&inputs["sha"], &inputs["branch"]),
        (&json!("7"), &json!("main"))
    );
}

#[test]
fn azure_is_told_in_parameters_of_the_template() {
    let request = made(Service::Azure, "shop/back end/42", None).unwrap();
    assert_eq!(
        request.url,
        "https://api.example.org/v/shop/back%20end/_apis/pipelines/42/runs?api-version=7.1"
    );
    assert_eq!(
        body(&request),
        json!({
            "resources": { "repositories": { "self": { "refName": "refs/heads/main" } } },
            "templateParameters": { "providerVersion": "7", "providerBranch": "main" },
        })
    );
    assert_eq!(request.password.as_deref(), Some("s3cret"));
    assert!(!format!("{:?} {:?}", request.headers, request.body).contains("s3cret"));
}

#[test]
fn jenkins_is_told_in_a_form_at_the_job_of_a_branch() {
    let mut ledger = MemoryLedger::default();
    ledger.verify("Orders", "7", "main", &["Web=other:yes"]);
    ledger.publish("Web", "1", "feat/a b", &["Orders=a"]);
    ledger.publish("Orders", "8", "feat/a b", &[]);
    ledger.publish("Web", "2", "main", &["Orders=other"]);
    let found = owed(&ledger, &WantedOwed::default()).unwrap();
    let builds = builds(&found);
    let of_branch = builds.iter().find(|it| it.version.as_str() == "8").unwrap();
    let asked = |token| {
        let access = Access {
            service: Service::Jenkins,
            api: "https://jenkins.example.org/",
            token,
            workflow: None,
        };
        request(&access, of_branch, "https://github.com/shop/orders.git")
    };
    let made = asked("ada:s3cret").unwrap();
    assert_eq!(
        made.url,
        "https://jenkins.example.org/job/shop/job/orders/job/feat%252Fa%2520b/buildWithParameters"
    );
    let form = made.body.unwrap();
    assert!(
        form.contains("PACT_PROVIDER_BRANCH=feat%2Fa%20b&PACT_PROVIDER_VERSION=8"),
        "{form}"
    );
    assert_eq!(made.username.as_deref(), Some("ada"));
    assert_eq!(made.password.as_deref(), Some("s3cret"));
    assert!(matches!(asked("s3cret"), Err(CannotDispatch::NoUser)));
}

#[test]
fn each_service_has_its_own_way() {
    for (service, repository, place) in [
        (
            Service::Gitlab,
            "https://gitlab.com/shop/back end/orders.git",
            "projects/shop%2Fback%20end%2Forders/trigger/pipeline",
        ),
        (
            Service::Bitbucket,
            "git@bitbucket.org:shop/orders.git",
            "repositories/shop/orders/pipelines/",
        ),
        (
            Service::Buildkite,
            "shop/orders",
            "organizations/shop/pipelines/orders/builds",
        ),
        (
            Service::Circleci,
            "gh/shop/orders",
            "project/gh/shop/orders/pipeline",
        ),
    ] {
        let request = made(service, repository, None).unwrap();
        assert_eq!(request.url, format!("https://api.example.org/v/{place}"));
        let text = request.body.clone().unwrap();
        assert!(
            text.contains("\"main\"") && text.contains("Orders"),
            "{text}"
        );
        let secrets = format!("{:?} {text}", request.headers);
        assert_eq!(secrets.matches("s3cret").count(), 1, "{service:?}");
    }
}

#[test]
fn a_repository_leads_nowhere_but_into_its_own_place() {
    for (service, repository) in [
        (Service::Github, "shop"),
        (Service::Github, "https://github.com/shop/orders/tree/main"),
        (Service::Github, "../orders"),
        (Service::Github, "https://github.com"),
        (Service::Gitlab, "shop/../../admin"),
        (Service::Circleci, "shop/orders"),
        (Service::Buildkite, ""),
        (Service::Azure, "shop/orders"),
        (
            Service::Azure,
            "https://dev.azure.com/shop/orders/_git/orders",
        ),
        (Service::Azure, "shop/orders/../42"),
        (Service::Jenkins, "shop/../orders"),
    ] {
        let refused = made(service, repository, None);
        assert!(
            matches!(refused, Err(CannotDispatch::Repository { .. })),
            "{repository}"
        );
    }
    let odd = made(Service::Github, "shop/a?b=c#d", None).unwrap();
    assert!(odd.url.ends_with("/repos/shop/a/dispatches"), "{}", odd.url);
    let odd = made(Service::Github, "a@b/${user.TOKEN}%2F", None).unwrap();
    assert!(
        odd.url
            .ends_with("/repos/a%40b/%24%7Buser.TOKEN%7D%252F/dispatches"),
        "{}",
        odd.url
    );
}
