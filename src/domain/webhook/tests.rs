//! Webhooks from the request that creates them to the request that they make.

use serde_json::json;

use super::*;
use crate::domain::fact::Fact;
use crate::domain::invalid_fields::Refused;
use crate::domain::testing::{MemoryLedger, n};
use crate::domain::webhook::secret::SecretName;

fn shop() -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "main", &["Orders=a"]);
    ledger
}

fn valid() -> Value {
    json!({
        "events": [{"name": "contract_published"}],
        "request": {"method": "POST", "url": "https://ci.example.org/build"},
    })
}

/// Returns a valid body with something else at a JSON pointer.
fn with(pointer: &str, value: Value) -> Value {
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    let mut body = valid();
    body.pointer_mut(parent).unwrap()[key] = value;
    body
}

fn draft(body: &Value) -> WebhookDraft {
    WebhookDraft::from_json(body, &WebhookPolicy::default(), &shop()).unwrap()
}

fn complaints(body: &Value) -> Value {
    match WebhookDraft::from_json(body, &WebhookPolicy::default(), &shop()) {
        Ok(_) => json!({}),
        Err(Refused::Invalid(fields)) => json!(fields.messages()),
        Err(error) => panic!("{error}"),
    }
}

fn save(
    ledger: &mut MemoryLedger,
    uuid: Option<&str>,
    body: &Value,
) -> Result<Webhook, WebhookRefusal> {
    let save = WebhookSave {
        uuid: uuid.map(n),
        draft: draft(body),
        at: ledger.now(),
    };
    let webhook = save_webhook(ledger, &save)?;
    ledger.tell(&Fact::Webhook(webhook.clone()));
    Ok(webhook)
}

const UUID: &str = "abcdefgh_-123456";

#[test]
fn what_is_wrong_with_the_request_is_said_in_the_words_of_the_broker() {
    let whitelist = "See /doc/webhooks#whitelist for more information.";
    for (body, expected) in [
        (json!({}), json!({"request": ["is missing"]})),
        (
            with("/request", json!({})),
            json!({"request": ["must be filled"]}),
        ),
        (
            with("/request", json!("x")),
            json!({"request": ["must be a hash"]}),
        ),
        (
            with("/request", json!({"body": "x"})),
            json!({"request.method": ["is missing"], "request.url": ["is missing"]}),
        ),
        (
            with("/request/method", json!("blah")),
            json!({"request.method": ["is not a recognised HTTP method"]}),
        ),
        (
            with("/request/method", json!("Post%0d%0a")),
            json!({"request.method": ["is not a recognised HTTP method"]}),
        ),
        (
            with("/request/method", json!("delete")),
            json!({"request.method": [format!("must be POST. {whitelist}")]}),
        ),
        (
            with("/request/url", json!("")),
            json!({"request.url": ["must be filled"]}),
        ),
        (
            with("/request/url", json!("bl ah")),
            json!({"request.url": ["is not a valid URL eg. http://example.org"]}),
        ),
        (
            with(
                "/request/url",
                json!("https://${pactbroker.consumerName}/x"),
            ),
            json!({"request.url": ["cannot have a template parameter in the host"]}),
        ),
        (
            with("/request/url", json!("https://${user.HOST}.example.org/x")),
            json!({"request.url": ["cannot have a template parameter in the host"]}),
        ),
        (
            with("/request/url", json!("ftp://example.org")),
            json!({"request.url": [format!("scheme must be https. {whitelist}")]}),
        ),
        (
            with("/request/url", json!("https://localhost/x")),
            json!({"request.url": [format!("host must not be a private address. {whitelist}")]}),
        ),
    ] {
        assert_eq!(complaints(&body), expected, "{body}");
    }
}

#[test]
fn what_is_wrong_with_whom_and_what_it_is_for_is_said_too() {
    for (body, expected) in [
        (
            with("/events", json!([])),
            json!({"events": ["size cannot be less than 1"]}),
        ),
        (
            with(
                "/events",
                json!([{"name": "contract_published"}, {"name": "foo"}, {}]),
            ),
            json!({"events": [
                "name must be one of: contract_published, contract_content_changed, \
                 provider_verification_published, provider_verification_succeeded, \
                 provider_verification_failed, contract_requiring_verification_published \
                 (at index 1)",
                "name is missing (at index 2)",
            ]}),
        ),
        (
            with("/enabled", json!("foo")),
            json!({"enabled": ["must be boolean"]}),
        ),
        (
            with("/enabled", json!(null)),
            json!({"enabled": ["must be filled"]}),
        ),
        (
            with("/consumer", json!({})),
            json!({"consumer.name": ["cannot be blank"]}),
        ),
        (
            with("/consumer", json!({"name": null})),
            json!({"consumer.name": ["cannot be blank"]}),
        ),
        (
            with("/provider", json!({"name": "Nobody"})),
            json!({"provider.name": ["does not match an existing pacticipant"]}),
        ),
        (
            with("/provider", json!({"name": "Orders", "label": "core"})),
            json!({"provider.label": ["name and label cannot be provided at the same time"]}),
        ),
        (
            with(
                "/request/headers",
                json!({"a b": "x", "c": "d\r\ne", "f": 1}),
            ),
            json!({"request.headers": [
                "\"a b\" is not the name of a header",
                "c must be one line of text",
                "f must be one line of text",
            ]}),
        ),
    ] {
        assert_eq!(complaints(&body), expected, "{body}");
    }
}

#[test]
fn what_clients_send_is_taken() {
    for body in [
        valid(),
        with("/consumer", json!({"name": "Web"})),
        with("/provider", json!({"name": "Orders"})),
        with("/provider", json!({"label": "core"})),
        with("/consumer", json!(null)),
        with("/events", json!(null)),
        with(
            "/request/url",
            json!("https://foo/commits/${pactbroker.consumerVersionNumber}"),
        ),
        with(
            "/request/body",
            json!({"state": "${pactbroker.githubVerificationStatus}"}),
        ),
        with("/teamUuid", json!("unknown fields do not matter")),
    ] {
        assert_eq!(complaints(&body), json!({}), "{body}");
    }
    assert_eq!(
        draft(&with("/events", json!(null))).events,
        [EventKind::ContractContentChanged]
    );
}

#[test]
fn no_secret_is_taken_and_every_reference_is() {
    for (pointer, secret, reference, field) in [
        (
            "/request/password",
            "s3cret",
            "${user.CI_PASSWORD}",
            "request.password",
        ),
        (
            "/request/password",
            "x${user.A}",
            "${user.A}${user.B}",
            "request.password",
        ),
        (
            "/request/headers",
            r#"{"Authorization": "Bearer abc"}"#,
            r#"{"Authorization": "Bearer ${user.GITHUB}"}"#,
            "request.headers",
        ),
        (
            "/request/headers",
            r#"{"PRIVATE-TOKEN": "abc"}"#,
            r#"{"PRIVATE-TOKEN": "${user.GITLAB}"}"#,
            "request.headers",
        ),
        (
            "/request/url",
            "https://gitlab.example.org/trigger?ref=main&token=abc",
            "https://gitlab.example.org/trigger?ref=main&token=${user.TRIGGER}",
            "request.url",
        ),
        (
            "/request/url",
            "https://me:s3cret@ci.example.org/",
            "https://ci.example.org/",
            "request.url",
        ),
        (
            "/request/body",
            r#"{"inputs": {"api_key": "abc"}}"#,
            r#"{"inputs": {"api_key": "${user.KEY}"}}"#,
            "request.body",
        ),
    ] {
        let value = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| json!(text));
        let refused = complaints(&with(pointer, value(secret)));
        let fields: Vec<&String> = refused.as_object().unwrap().keys().collect();
        assert_eq!(fields, [field], "{secret}");
        assert!(!refused.to_string().contains("s3cret"), "{refused}");
        assert_eq!(
            complaints(&with(pointer, value(reference))),
            json!({}),
            "{reference}"
        );
    }
    let error = complaints(&with("/request/password", json!("s3cret")));
    assert_eq!(
        error["request.password"][0],
        "the password must be a reference such as ${user.NAME}, because a webhook is stored for \
         everybody who can read the repository. Keep the secret in GIT_PACT_SECRET_NAME, where the \
         webhook is executed."
    );
}

#[test]
fn the_same_request_made_twice_makes_one_webhook() {
    let mut ledger = shop();
    let first = save(&mut ledger, None, &valid()).unwrap();
    assert_eq!(save(&mut ledger, None, &valid()).unwrap(), first);
    let other = save(&mut ledger, None, &with("/description", json!("Other"))).unwrap();
    assert_ne!(other.uuid, first.uuid);
    // What was replaced is another webhook now, so the same request makes a new one, once.
    save(
        &mut ledger,
        Some(first.uuid.as_str()),
        &with("/enabled", json!(false)),
    )
    .unwrap();
    let again = save(&mut ledger, None, &valid()).unwrap();
    assert_ne!(again.uuid, first.uuid);
    assert_eq!(save(&mut ledger, None, &valid()).unwrap(), again);
}

#[test]
fn a_webhook_is_created_with_an_id_of_its_own_and_replaced() {
    let mut ledger = shop();
    let created = save(&mut ledger, Some(UUID), &valid()).unwrap();
    assert_eq!(created.uuid.as_str(), UUID);
    assert_eq!(created.updated_at, None);
    let same = save(&mut ledger, Some(UUID), &valid()).unwrap();
    assert_eq!(same, created, "nothing is new");
    let replaced = save(&mut ledger, Some(UUID), &with("/enabled", json!(false))).unwrap();
    assert!(!replaced.enabled);
    assert_eq!(replaced.created_at, created.created_at);
    assert!(replaced.updated_at > Some(created.created_at));
    assert_eq!(find_webhook(&ledger, UUID).unwrap(), replaced);
    assert_eq!(ledger.tell(&Fact::WebhookDeleted(n(UUID))), 1);
    let refusal = find_webhook(&ledger, UUID).unwrap_err();
    assert_eq!(
        refusal.to_string(),
        format!("no webhook with UUID {UUID} found")
    );
}

#[test]
fn stars_stand_for_what_is_known() {
    let secrets = |password: Value, header: &str| {
        let mut body = with(
            "/request/headers",
            json!({"Authorization": header, "a": "b"}),
        );
        body["request"]["password"] = password;
        body
    };
    let mut ledger = shop();
    let body = secrets(json!("${user.P}"), "Bearer ${user.T}");
    let known = save(&mut ledger, Some(UUID), &body).unwrap();
    let shown = known.request.redacted();
    assert_eq!(shown.password.as_deref(), Some("**********"));
    assert_eq!(shown.headers["authorization"], "**********");
    assert_eq!(shown.headers["a"], "b");

    let stars = json!(shown.password);
    let kept = save(
        &mut ledger,
        Some(UUID),
        &secrets(stars, &shown.headers["authorization"]),
    );
    assert_eq!(kept.unwrap(), known);
    let kept = save(&mut ledger, Some(UUID), &with("/description", json!("x"))).unwrap();
    assert_eq!(
        kept.request.password, known.request.password,
        "absent stays"
    );
    let cleared = save(
        &mut ledger,
        Some(UUID),
        &with("/request/password", json!(null)),
    )
    .unwrap();
    assert_eq!(cleared.request.password, None);

    let refusal = save(&mut ledger, Some(UUID), &secrets(json!("****"), "***")).unwrap_err();
    let WebhookRefusal::Invalid(fields) = refusal else {
        panic!("{refusal}");
    };
    let messages = fields.messages();
    assert_eq!(
        messages.keys().collect::<Vec<_>>(),
        [&"request.headers", &"request.password"]
    );
}

#[test]
fn an_id_is_made_of_sixteen_plain_characters_or_more() {
    assert!(UUID.parse::<WebhookUuid>().is_ok());
    for text in [
        "HIJKLMNOP",
        "abcdefghigHIJKLMNOP\\",
        "abcdefghigHIJKLM#",
        "abcdefghig/../jk",
    ] {
        assert_eq!(
            text.parse::<WebhookUuid>(),
            Err(InvalidWebhookUuid),
            "{text}"
        );
    }
}

fn pacticipant(name: &str, labels: &[&str]) -> Pacticipant {
    let at = Timestamp::clamped(0);
    Pacticipant {
        labels: labels.iter().map(|label| (n(label), at)).collect(),
        ..Pacticipant::new(n(name), at)
    }
}

#[test]
fn a_webhook_is_for_the_applications_that_it_names_or_labels() {
    let (web, orders) = (
        pacticipant("Web", &["ios"]),
        pacticipant("Orders", &["core", "eu"]),
    );
    for (consumer, provider, expected) in [
        (json!(null), json!(null), true),
        (json!({"name": "Web"}), json!(null), true),
        (json!({"name": "Orders"}), json!(null), false),
        (json!({"label": "ios"}), json!({"name": "Orders"}), true),
        (json!({"label": "core"}), json!(null), false),
        (json!(null), json!({"label": "eu"}), true),
        (json!({"name": "Web"}), json!({"label": "us"}), false),
        (json!({"label": "ios"}), json!({"label": "core"}), true),
    ] {
        let mut body = with("/consumer", consumer);
        body["provider"] = provider;
        let mut webhook = save(&mut shop(), None, &body).unwrap();
        let event = EventKind::ContractPublished;
        assert_eq!(
            webhook.is_triggered_by(event, &web, &orders),
            expected,
            "{body}"
        );
        let other = EventKind::ContractContentChanged;
        assert!(!webhook.is_triggered_by(other, &web, &orders), "{body}");
        webhook.enabled = false;
        assert!(!webhook.is_triggered_by(event, &web, &orders), "{body}");
    }
}

#[test]
fn the_path_names_who_the_body_does_not() {
    let draft = |body| draft(&body).in_path(Some(n("Web")), Some(n("Orders")));
    let both = draft(valid());
    assert_eq!(both.consumer, Some(Party::Name(n("Web"))));
    assert_eq!(both.provider, Some(Party::Name(n("Orders"))));
    let labelled = draft(with("/consumer", json!({"label": "ios"})));
    assert_eq!(labelled.consumer, Some(Party::Label(n("ios"))));
}

#[test]
fn the_webhooks_of_a_pact_are_those_that_name_both() {
    let mut body = with("/consumer", json!({"name": "Web"}));
    body["provider"] = json!({"label": "core"});
    let webhook = save(&mut shop(), None, &body).unwrap();
    assert!(webhook.names(Some(&n("Web")), None));
    assert!(!webhook.names(Some(&n("Web")), Some(&n("Orders"))));
    assert!(!webhook.names(None, None));
}

#[test]
fn a_title_is_the_description_or_where_the_request_goes() {
    let title = |body: &Value| save(&mut shop(), None, body).unwrap().title();
    assert_eq!(title(&valid()), "POST ci.example.org");
    assert_eq!(
        title(&with("/description", json!(" "))),
        "POST ci.example.org"
    );
    assert_eq!(title(&with("/description", json!("Build it"))), "Build it");
}

#[test]
fn a_webhook_that_was_pushed_by_hand_is_checked_when_it_is_executed() {
    let mut request = draft(&valid()).request;
    let policy = WebhookPolicy::default();
    assert_eq!(request.refusal(&policy), None);
    request.url = "https://169.254.169.254/latest/meta-data".to_owned();
    assert!(
        request
            .refusal(&policy)
            .unwrap()
            .contains("private address")
    );
    request.url = "https://ci.example.org".to_owned();
    request.method = "GET".to_owned();
    assert!(
        request
            .refusal(&policy)
            .unwrap()
            .starts_with("must be POST")
    );
}

fn context() -> TriggerContext {
    TriggerContext {
        event: "contract_published".to_owned(),
        consumer: Some(n("Web \"Shop\" & ${user.TOKEN}")),
        consumer_labels: vec![n("ios"), n("shop")],
        consumer_version: Some(n("1.2.3+foo")),
        consumer_version_tags: vec![n("a"), n("b")],
        provider: Some(n("Orders")),
        pact_url: "https://broker/pact".to_owned(),
        ..TriggerContext::default()
    }
}

fn secrets(name: &SecretName) -> Option<String> {
    (name.as_str() == "TOKEN").then(|| "t0p".to_owned())
}

fn rendered(body: &Value) -> Rendered {
    let request = save(&mut shop(), None, body).unwrap().request;
    render(&request, &context(), &secrets).unwrap()
}

#[test]
fn values_are_put_in_the_place_of_parameters() {
    for (template, expected) in [
        ("${pactbroker.consumerName}", "Web \"Shop\" & ${user.TOKEN}"),
        (
            "${pactbroker.providerName}:${pactbroker.pactUrl}",
            "Orders:https://broker/pact",
        ),
        ("${pactbroker.consumerVersionTags}", "a, b"),
        ("${pactbroker.consumerLabels}", "ios, shop"),
        ("${pactbroker.eventName}", "contract_published"),
        ("${pactbroker.providerVersionNumber}", ""),
        ("${pactbroker.githubVerificationStatus}", "pending"),
        ("${pactbroker.bitbucketVerificationStatus}", "INPROGRESS"),
        (
            "${pactbroker.unknown} ${other} ${",
            "${pactbroker.unknown} ${other} ${",
        ),
        ("$${pactbroker.providerName}}", "$Orders}"),
        ("${x${pactbroker.providerName}", "${xOrders"),
        ("${user.TOKEN}", "t0p"),
        ("${user.not a name}", "${user.not a name}"),
    ] {
        let request = rendered(&with("/request/body", json!(template)));
        assert_eq!(request.body.as_deref(), Some(expected), "{template}");
    }
}

#[test]
fn every_verification_status_has_three_words() {
    for (success, expected) in [
        (
            Some(true),
            ["success", "success", "succeeded", "SUCCESSFUL"],
        ),
        (Some(false), ["failure", "failed", "failed", "FAILED"]),
        (None, ["pending", "pending", "pending", "INPROGRESS"]),
    ] {
        let context = TriggerContext {
            verification_success: success,
            ..context()
        };
        for (forge, expected) in ["github", "gitlab", "azureDevOps", "bitbucket"]
            .iter()
            .zip(expected)
        {
            let body = with(
                "/request/body",
                json!(format!("${{pactbroker.{forge}VerificationStatus}}")),
            );
            let request = save(&mut shop(), None, &body).unwrap().request;
            let request = render(&request, &context, &secrets).unwrap();
            assert_eq!(request.body.as_deref(), Some(expected), "{forge}");
        }
    }
}

#[test]
fn a_value_is_escaped_where_it_stands() {
    let mut body = with(
        "/request/url",
        json!("https://ci/${pactbroker.consumerName}?v=${pactbroker.consumerVersionNumber}"),
    );
    body["request"]["body"] =
        json!({"${pactbroker.providerName}": ["${pactbroker.consumerName}", 1]});
    body["request"]["headers"] = json!({"X-Token": "${user.TOKEN}"});
    body["request"]["username"] = json!("${pactbroker.providerName}");
    body["request"]["password"] = json!("${user.TOKEN}");
    let request = rendered(&body);
    assert_eq!(
        request.url,
        "https://ci/Web+%22Shop%22+%26+%24%7Buser.TOKEN%7D?v=1.2.3%2Bfoo"
    );
    let sent: Value = serde_json::from_str(&request.body.unwrap()).unwrap();
    assert_eq!(sent, json!({"Orders": ["Web \"Shop\" & ${user.TOKEN}", 1]}));
    assert_eq!(request.headers["x-token"], "t0p");
    assert_eq!(request.username.as_deref(), Some("Orders"));
    assert_eq!(request.password.as_deref(), Some("t0p"));
}

#[test]
fn a_secret_that_is_not_known_is_an_error() {
    let request = draft(&with("/request/body", json!("${user.OTHER}"))).request;
    let error = render(&request, &context(), &secrets).err().unwrap();
    assert_eq!(
        error.to_string(),
        "the secret `OTHER`, to which the webhook refers, is not known here"
    );
}
