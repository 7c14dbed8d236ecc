//! What the command of `git pact run` finds, and what becomes of its status.

use serde_json::json;

use super::Job;
use super::job::script;
use super::pact;
use super::place;
use crate::support::server::ask;
use crate::support::team::Shop;

#[test]
fn the_broker_knows_its_command_by_a_token_that_is_new_each_time() {
    let shop = Shop::with_a_store(&["ci"]);
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let job = Job::start(&shop, "ci", &[]);
        assert_eq!(job.variable("PACT_BROKER_USERNAME"), "");
        assert_eq!(job.variable("PACT_BROKER_PASSWORD"), "");
        assert!(job.variable("NO_PROXY").contains("127.0.0.1"));
        tokens.push(job.variable("PACT_BROKER_TOKEN").to_owned());
        assert!(job.address().ip().is_loopback());
        for headers in [&[][..], &[("authorization", "Bearer guessed")]] {
            let reply = ask(job.address(), "GET", "/pacticipants", headers, "");
            assert_eq!(reply.status, 401, "{reply:?}");
        }
        assert_eq!(job.get("/pacticipants").status, 200);
        let ended = job.end(0);
        assert!(!ended.stderr.contains(tokens.last().unwrap()), "{ended:?}");
    }
    assert_ne!(tokens[0], tokens[1]);
}

#[test]
fn without_a_token_the_broker_answers_everybody_on_this_machine() {
    let shop = Shop::with_a_store(&["ci"]);
    let job = Job::start(&shop, "ci", &["--no-token"]);
    assert_eq!(job.variable("PACT_BROKER_TOKEN"), "");
    assert!(job.address().ip().is_loopback());
    let body = pact("a").to_string();
    let headers = [("content-type", "application/json")];
    let put = ask(job.address(), "PUT", &place("1"), &headers, &body);
    assert_eq!(put.status, 201, "{put:?}");
    // A page of another site that has its own name mean this machine.
    let misused = [("host", "pacts.example")];
    let refused = ask(job.address(), "GET", "/pacticipants", &misused, "");
    assert_eq!(refused.status, 403, "{refused:?}");
    assert_eq!(job.end(0).status, Some(0));
}

#[test]
fn a_webhook_is_kept_and_never_executed() {
    let shop = Shop::with_a_store(&["ci"]);
    let job = Job::start(&shop, "ci", &[]);
    let webhook = json!({
        "events": [{ "name": "contract_content_changed" }],
        "request": { "method": "POST", "url": "http://127.0.0.1:1/build" },
    });
    let made = job.send("POST", "/webhooks", &webhook);
    assert_eq!(made.status, 201, "{made:?}");
    let uuid = made.json()["uuid"].as_str().unwrap().to_owned();
    let tried = job.send("POST", &format!("/webhooks/{uuid}/execute"), &json!({}));
    assert!(
        tried.body.contains("no webhook is executed here"),
        "{tried:?}"
    );
    assert_eq!(job.end(0).status, Some(0));
}

#[test]
fn git_pact_within_the_command_asks_the_store_and_sees_what_was_recorded() {
    let shop = Shop::with_a_remote(&["ci"]);
    shop.step("ci", "create-environment --name test");
    let program = env!("CARGO_BIN_EXE_git-pact");
    let ask = format!(
        "trap '(cd / && \"{program}\" can-i-deploy -a Web -e 1 --to-environment test)' USR1"
    );
    let mut job = Job::start_with(&shop, "ci", &[], &format!("{ask}\ntrap 'touch heard' USR2"));
    let name = job.variable("GIT_PACT_REPO").to_owned();
    assert!(std::path::Path::new(&name).is_absolute(), "{name}");
    assert_eq!(job.send("PUT", &place("1"), &pact("a")).status, 201);
    job.signal_command("-USR1");
    job.signal_command("-USR2");
    job.wait_for("heard");
    let ended = job.end(0);
    assert_eq!(ended.status, Some(0), "{ended:?}");
    // There is a pact, and nobody has verified it: the version is known.
    assert!(ended.stdout.contains("Orders"), "{ended:?}");
    assert!(ended.stderr.contains("pending here"), "{ended:?}");
}

#[test]
fn a_command_that_cannot_be_started_is_said_as_shells_do() {
    let shop = Shop::with_a_store(&["ci"]);
    let missing = shop.run("ci", "run -- no-such-program", 127);
    assert!(
        missing.stderr.contains("cannot start `no-such-program`"),
        "{missing:?}"
    );
    shop.write("ci/data", "no program");
    let _ = shop.run("ci", "run -- ./data", 126);
    let _ = shop.run("ci", "run", 2);
    let _ = shop.run("ci", "run true", 2);
}

#[test]
fn the_command_has_the_input_and_the_output() {
    let shop = Shop::with_a_store(&["ci"]);
    script(
        &shop.sandbox.path("ci/talk"),
        "echo to stdout\necho to stderr >&2\nexit 3",
    );
    let talked = shop.run("ci", "run -- ./talk", 3);
    assert_eq!(talked.stdout, "to stdout\n");
    assert!(talked.stderr.starts_with("to stderr\n"), "{talked:?}");
}
