//! The webhook commands, on both faces (spec: cli §4.21 to §4.24).

use serde_json::Value;
use serde_json::json;

use crate::support::listener::Listener;
use crate::support::listener::answer;
use crate::support::team::Shop;

const UUID: &str = "abcdefgh_-123456";

/// A store with a pact between Web and Orders.
fn shop() -> Shop {
    let shop = Shop::with_a_store(&["ops"]);
    shop.pact("pacts/web.json", "Web", "Orders", &["a"]);
    shop.step("ops", "publish ../pacts/web.json -a 1 --branch main");
    shop
}

/// Returns a webhook that is created with these options, as it is shown.
fn created(shop: &Shop, options: &str) -> Value {
    let line = format!("create-webhook https://ci.example.org/build -X POST {options} -o json");
    let output = shop.run("ops", &line, 0);
    serde_json::from_str(&output.stdout).unwrap()
}

/// Says what a line prints, which is to end well.
fn stdout(shop: &Shop, line: &str) -> String {
    shop.run("ops", line, 0).stdout
}

#[test]
fn a_webhook_is_created_from_the_options_of_curl() {
    let shop = shop();
    let body = r#"-d {"x":1}"#;
    let webhook = created(
        &shop,
        &format!(
            "--contract-content-changed --description A -H A:+b -H C:d {body} --consumer Web \
             --provider Orders --user u:${{user.P}}"
        ),
    );
    assert_eq!(webhook["description"], "A");
    assert_eq!(webhook["enabled"], true);
    assert_eq!(
        webhook["events"],
        json!([{ "name": "contract_content_changed" }])
    );
    assert_eq!(webhook["consumer"], json!({ "name": "Web" }));
    assert_eq!(webhook["provider"], json!({ "name": "Orders" }));
    let request = json!({
        "method": "POST",
        "url": "https://ci.example.org/build",
        "headers": { "a": "b", "c": "d" },
        "body": { "x": 1 },
        "username": "u",
        "password": "**********",
    });
    assert_eq!(webhook["request"], request);
    let uuid = webhook["uuid"].as_str().unwrap();
    assert_eq!(
        webhook["_links"]["self"]["href"],
        format!("/webhooks/{uuid}")
    );
    let described = shop.json("ops", &format!("broker describe-webhook --uuid {uuid}"), 0);
    assert_eq!(described, webhook);
}

#[test]
fn headers_are_given_one_by_one_or_at_once_and_a_short_u_is_the_user_of_the_request() {
    let shop = shop();
    let options = "-X POST --contract_published -u me --consumer-label mobile --provider-label x";
    let url = "https://ci.example.org/build";
    // On our face a list ends with its first value, so that the address may come anywhere.
    let ours = format!("create-webhook -H A:b -H C:d -H E:f {url} {options}");
    let webhook = shop.json("ops", &ours, 0);
    let theirs = format!("broker create-webhook {url} -H A:b C:d -H E:f {options}");
    assert_eq!(shop.json("ops", &theirs, 0), webhook);
    assert_eq!(
        webhook["request"]["headers"],
        json!({ "a": "b", "c": "d", "e": "f" })
    );
    assert_eq!(webhook["request"]["username"], "me");
    assert_eq!(webhook["consumer"], json!({ "label": "mobile" }));
    assert_eq!(webhook["provider"], json!({ "label": "x" }));
}

#[test]
fn a_body_is_read_from_a_file_and_is_json_if_it_reads_as_such() {
    let shop = shop();
    shop.write("ops/body.json", r#"{"a": ["${pactbroker.pactUrl}"]}"#);
    shop.write("ops/body.txt", "pact=${pactbroker.pactUrl}");
    let body = |data: &str| {
        let webhook = created(&shop, &format!("--contract-published --data {data}"));
        webhook["request"]["body"].clone()
    };
    assert_eq!(
        body("@body.json"),
        json!({ "a": ["${pactbroker.pactUrl}"] })
    );
    assert_eq!(body("@body.txt"), "pact=${pactbroker.pactUrl}");
    assert_eq!(body("as-it-is"), "as-it-is");
    let line = "create-webhook https://ci.example.org -X POST --contract-published -d @nope.json";
    let absent = shop.run("ops", line, 2);
    assert!(absent.stderr.contains("nope.json"), "{}", absent.stderr);
}

#[test]
fn every_event_has_an_option() {
    let shop = shop();
    let all = [
        "contract_content_changed",
        "contract_published",
        "contract_requiring_verification_published",
        "provider_verification_published",
        "provider_verification_succeeded",
        "provider_verification_failed",
    ];
    let options = all.map(|event| format!("--{}", event.replace('_', "-")));
    let webhook = created(&shop, &options.join(" "));
    assert_eq!(
        webhook["events"],
        all.iter()
            .map(|name| json!({ "name": name }))
            .collect::<Value>()
    );
    let without = "create-webhook https://ci.example.org -X POST";
    for (line, status) in [(without.to_owned(), 2), (format!("broker {without}"), 1)] {
        let output = shop.run("ops", &line, status);
        assert_eq!(output.stdout, "");
        let sentence = "You must specify at least one of --contract-content-changed, ";
        assert!(output.stderr.contains(sentence), "{}", output.stderr);
    }
}

#[test]
fn what_is_saved_is_told_in_the_words_of_the_broker_and_who_makes_its_requests() {
    let shop = shop();
    let options = "https://example.org/hook -X POST --contract-content-changed";
    let output = shop.run("ops", &format!("broker create-webhook {options}"), 0);
    assert_eq!(output.stdout, "Webhook \"POST example.org\" created\n");
    assert!(
        output
            .stderr
            .starts_with("Its requests are made by git pact serve, or by git pact webhooks run"),
        "{}",
        output.stderr
    );
    let line = format!("broker create-webhook {options} --description A");
    assert_eq!(stdout(&shop, &line), "Webhook \"A\" created\n");
    let put = format!("create-or-update-webhook {options} --uuid {UUID}");
    let line = format!("broker {put} --consumer Web --provider Orders");
    assert_eq!(
        stdout(&shop, &line),
        "Webhook \"POST example.org\" created\n"
    );
    let line = format!("broker {put} --description B");
    assert_eq!(stdout(&shop, &line), "Webhook \"B\" updated\n");
    let line = format!("{put} --description B");
    assert_eq!(
        stdout(&shop, &line),
        format!("Webhook \"B\" updated with UUID {UUID}\n")
    );
    assert_eq!(
        stdout(&shop, &format!("broker {put} -o id")),
        format!("{UUID}\n")
    );
    let team = shop.run("ops", &format!("broker {put} --team-uuid x"), 0);
    assert!(team.stderr.contains("--team-uuid is ignored"), "{team:?}");
    // What is not said is not kept.
    let known = shop.json("ops", &format!("describe-webhook --uuid {UUID}"), 0);
    assert_eq!(known["description"], "POST example.org");
    assert!(known["consumer"].is_null());
}

#[test]
fn a_webhook_that_brings_a_secret_is_refused_and_told_what_to_write() {
    let shop = shop();
    let options = "https://example.org/hook -X POST --contract-content-changed";
    for secret in [
        "--user u:p4ss",
        "-u u:p4ss",
        "-H Authorization:+Bearer+p4ss",
        "-H X-Auth-Token:p4ss",
        r#"-d {"api_token":"p4ss"}"#,
    ] {
        let line = format!("broker create-webhook {options} {secret}");
        let output = shop.run("ops", &line, 1);
        for advice in ["${user.NAME}", "GIT_PACT_SECRET_NAME"] {
            assert!(output.stdout.contains(advice), "{output:?}");
        }
        let told = format!("{}{}", output.stdout, output.stderr);
        assert!(!told.contains("p4ss"), "{told}");
    }
    let error = shop.json("ops", &format!("broker create-webhook {options} -u u:p"), 1);
    let message = error["error"]["message"].as_str().unwrap();
    assert!(message.starts_with("request.password: "), "{message}");
    assert_eq!(shop.store().run(&["branch", "--list", "pact/settings"]), "");
}

#[test]
fn what_makes_no_webhook_is_refused() {
    let shop = shop();
    let create = "broker create-webhook https://example.org/hook";
    let request = "-X POST --contract-published";
    let line = format!("{create} --contract-published");
    assert_eq!(
        shop.run("ops", &line, 1).stderr,
        "No value provided for required options '--request'\n"
    );
    let line = format!("{create} {request} --consumer Nobody");
    assert_eq!(
        shop.run("ops", &line, 1).stdout,
        "consumer.name: does not match an existing pacticipant\n"
    );
    for (options, problem) in [
        ("--consumer Web --consumer-label a", "--consumer-label"),
        ("--provider Orders --provider-label a", "--provider-label"),
        ("-H nonsense", "a header is a name and a value"),
    ] {
        let output = shop.run("ops", &format!("{create} {request} {options}"), 1);
        assert!(output.stderr.contains(problem), "{}", output.stderr);
    }
    let line = format!("broker create-or-update-webhook https://a.example {request} --uuid short");
    let output = shop.run("ops", &line, 1);
    assert!(
        output.stderr.contains("must be 16 or more characters"),
        "{}",
        output.stderr
    );
}

#[test]
fn webhooks_are_listed_and_described_with_their_ids() {
    let shop = shop();
    let none = shop.run("ops", "list-webhooks", 0);
    assert_eq!(none.stdout, "");
    assert!(none.stderr.contains("create-webhook"), "{}", none.stderr);
    assert_eq!(stdout(&shop, "broker list-webhooks"), "\n");
    let put = format!(
        "create-or-update-webhook https://example.org/hook -X POST --contract-published --uuid {UUID} \
         --consumer Web --description Build -H X-Token:${{user.T}}"
    );
    shop.step("ops", &put);
    let expected = format!(
        "\
UUID             | DESCRIPTION | CONSUMER | PROVIDER | EVENTS             | ENABLED
-----------------|-------------|----------|----------|--------------------|--------
{UUID} | Build       | Web      |          | contract_published | true   
"
    );
    for line in ["list-webhooks", "broker list-webhooks"] {
        assert_eq!(stdout(&shop, line), expected);
    }
    let list = shop.json("ops", "broker list-webhooks", 0);
    let entry = json!([{
        "title": "A webhook for all pacts with consumer Web",
        "name": "Build",
        "href": format!("/webhooks/{UUID}"),
    }]);
    assert_eq!(list["_links"]["pb:webhooks"], entry);
    let expected = format!(
        "\
Uuid: {UUID}
Description: Build
Enabled: true
Consumer: Web
Events:
- contract_published
Request:
  Method: POST
  Url: https://example.org/hook
  Headers:
    x-token: '**********'
Created At: '2026-11-21T00:03:00+00:00'
"
    );
    let line = format!("describe-webhook --uuid {UUID}");
    assert_eq!(stdout(&shop, &line), expected);
}

#[test]
fn a_webhook_that_is_not_there_is_named() {
    let shop = shop();
    for uuid in ["w1", UUID] {
        let sentence = format!("no webhook with UUID {uuid} found\n");
        for command in ["describe-webhook", "test-webhook"] {
            let line = format!("{command} --uuid {uuid}");
            let theirs = shop.run("ops", &format!("broker {line}"), 1);
            assert_eq!(theirs.stdout, sentence);
            let ours = shop.run("ops", &line, 2);
            assert_eq!(ours.stderr, format!("error: {sentence}"));
        }
        let line = format!("delete-webhook --uuid {uuid}");
        let theirs = shop.run("ops", &format!("broker {line}"), 0);
        assert_eq!(theirs.stdout, "");
        assert_eq!(theirs.stderr, sentence);
        let _ = shop.run("ops", &line, 1);
    }
}

#[test]
fn a_webhook_is_deleted() {
    let shop = shop();
    let put = format!(
        "create-or-update-webhook https://example.org/hook -X POST --contract-published --uuid {UUID}"
    );
    shop.step("ops", &put);
    let delete = format!("delete-webhook --uuid {UUID}");
    let theirs = shop.run("ops", &format!("broker {delete}"), 0);
    assert_eq!(
        theirs.stdout,
        format!("Webhook with UUID {UUID} successfully deleted\n")
    );
    assert_eq!(theirs.stderr, "");
    shop.step("ops", &put);
    assert_eq!(
        stdout(&shop, &delete),
        "Webhook \"POST example.org\" deleted from $TMP/contracts.git/\n"
    );
    let _ = shop.run("ops", &format!("describe-webhook --uuid {UUID}"), 2);
}

/// Somebody else's server, and a webhook that makes a request to it.
fn shop_and_receiver(status: &'static str) -> (Shop, Listener) {
    let shop = shop();
    let receiver = Listener::start(move |_| answer(status, &[], "t0p, you said"));
    let port = receiver.port();
    let put = format!(
        r#"create-or-update-webhook http://127.0.0.1:{port}/build -X POST --contract-published
        --uuid {UUID} -H X-Token:${{user.TOKEN}} -d {{"pact":"${{pactbroker.pactUrl}}"}}"#
    );
    shop.step("ops", &put);
    (shop, receiver)
}

const SECRET: [(&str, &str); 1] = [("GIT_PACT_SECRET_TOKEN", "t0p")];

#[test]
fn a_webhook_is_tried_out_from_this_machine() {
    let (shop, receiver) = shop_and_receiver("200 OK");
    let test = format!("test-webhook --uuid {UUID} --webhook-scheme-whitelist http");
    let listed =
        format!("{test} --webhook-host-whitelist 127.0.0.1 --base-url https://pacts.test/b/");
    let output = shop.run_with("ops", &listed, 0, &SECRET);
    for line in [
        format!(
            "INFO: HTTP/1.1 POST http://127.0.0.1:{}/build\n",
            receiver.port()
        ),
        "INFO: x-token: **********\n".to_owned(),
        "INFO: HTTP/1.1 200 OK\n".to_owned(),
        "INFO: **********, you said\n".to_owned(),
    ] {
        assert!(output.stdout.contains(&line), "{}", output.stdout);
    }
    assert!(!output.stdout.contains("t0p"), "{}", output.stdout);
    let host = "webhook POST 127.0.0.1: answered 200\n";
    assert_eq!(output.stderr, host);
    let requests = receiver.received();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].header("x-token"), "t0p");
    let pact = r#"{"pact":"https://pacts.test/b/pacts/provider/Orders/consumer/Web/pact-version/"#;
    assert!(requests[0].body.starts_with(pact), "{}", requests[0].body);
    // Nothing of it is kept, and on the broker's face nothing else is done.
    let before = shop.commits("--all");
    let theirs = shop.run_with("ops", &format!("broker {listed}"), 0, &SECRET);
    assert!(theirs.stdout.contains("HTTP/1.1 200 OK"), "{theirs:?}");
    assert_eq!(shop.commits("--all"), before);
    let document = shop.run_with("ops", &format!("broker {listed} -o json"), 0, &SECRET);
    let document: Value = serde_json::from_str(&document.stdout).unwrap();
    assert_eq!(document["success"], true);
    assert_eq!(document["response"]["status"], 200);
}

#[test]
fn a_webhook_that_fails_is_a_no_and_to_the_broker_s_program_only_told() {
    let (shop, receiver) = shop_and_receiver("500 Internal Server Error");
    let test = format!("test-webhook --uuid {UUID} --webhook-scheme-whitelist http");
    let allowed = format!("{test} --webhook-allow-private-addresses");
    let failed = "Webhook execution failed";
    let ours = shop.run_with("ops", &allowed, 1, &SECRET);
    assert!(ours.stdout.contains(failed), "{}", ours.stdout);
    assert!(ours.stderr.contains("answered 500"), "{}", ours.stderr);
    let theirs = shop.run_with("ops", &format!("broker {allowed}"), 0, &SECRET);
    assert!(theirs.stdout.contains(failed), "{}", theirs.stdout);
    assert_eq!(receiver.received().len(), 2);
    // What is not allowed is not even tried.
    for (line, secrets, reason) in [
        (&test, &SECRET[..], "must not be a private address"),
        (&allowed, &[][..], "set GIT_PACT_SECRET_TOKEN"),
    ] {
        let output = shop.run_with("ops", line, 1, secrets);
        assert!(output.stdout.contains(reason), "{}", output.stdout);
    }
    assert_eq!(receiver.received().len(), 2);
}

#[test]
fn a_webhook_is_stored_where_the_whole_team_finds_it() {
    let shop = Shop::with_a_remote(&["ops", "web"]);
    let put = format!(
        "create-or-update-webhook https://example.org/hook -X POST --contract-published --uuid {UUID}"
    );
    shop.step("ops", &put);
    let line = format!("describe-webhook --uuid {UUID}");
    let known = shop.json("web", &line, 0);
    assert_eq!(known["request"]["url"], "https://example.org/hook");
    // Offline it is kept until the next push, and seen here meanwhile.
    let offline = shop.run("web", &format!("{put} --description Later --offline"), 0);
    assert!(offline.stderr.contains("not pushed yet"), "{offline:?}");
    let here = shop.json("web", &format!("{line} --offline"), 0);
    assert_eq!(here["description"], "Later");
    let there = shop.json("ops", &line, 0);
    assert_eq!(there["description"], "POST example.org");
    shop.step("web", "push");
    let there = shop.json("ops", &line, 0);
    assert_eq!(there["description"], "Later");
}
