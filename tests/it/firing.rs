//! Webhooks that fire: from a job, from a hook of git and from the server, at least once, and no secret of
//! them anywhere.

mod hostile;
mod served;

use std::collections::BTreeSet;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::support::listener::Listener;
use crate::support::listener::Received;
use crate::support::listener::answer;
use crate::support::sandbox::Output;
use crate::support::team::STORE;
use crate::support::team::Shop;
use crate::support::team::words;

const UUID: &str = "abcdefgh_-123456";

/// What may be requested: plain HTTP from this machine.
const LOCAL: &str = "--webhook-scheme-whitelist http --webhook-host-whitelist 127.0.0.1";

/// The secret that the webhooks of these tests send.
const SECRET: &str = "s3cr3t+/\"t0ken\"";

/// Returns machines that have cloned a store, and a listener that a webhook for publications goes to.
fn shop(status: impl Fn(usize) -> &'static str + Send + 'static) -> (Shop, Listener) {
    let mut shop = Shop::with_a_remote(&["web", "ops", "cron"]);
    shop.sandbox.set("GIT_PACT_SECRET_TOKEN", SECRET);
    for number in 1..=3 {
        let file = format!("web/{number}.json");
        shop.pact(&file, "Web", "Orders", &[&number.to_string()]);
    }
    let asked = Mutex::new(0);
    let listener = Listener::start(move |request| {
        let mut asked = asked.lock().unwrap();
        *asked += 1;
        let echo = format!("{:?} {}", request.headers, request.body);
        answer(status(*asked), &["set-cookie: sid=abc"], &echo)
    });
    save(&shop, &listener, "");
    (shop, listener)
}

/// Saves the webhook, with more options.
fn save(shop: &Shop, listener: &Listener, options: &str) {
    shop.step(
        "ops",
        &format!(
            "create-or-update-webhook http://127.0.0.1:{}/build --uuid {UUID} -X POST --contract-published \
             -H Authorization:+Bearer+${{env.TOKEN}} -d ${{pactbroker.consumerVersionNumber}} {options}",
            listener.port()
        ),
    );
}

/// Runs what is due from a machine, at a time of the day, and returns what it says.
fn fire(shop: &Shop, machine: &str, at: &str, options: &str, status: i32) -> Output {
    let line = format!("webhooks run {LOCAL} {options}");
    let now = format!("2026-11-22T{at}Z");
    shop.run_with(machine, &line, status, &[("GIT_PACT_NOW", &now)])
}

fn ids(requests: &[Received]) -> Vec<String> {
    let id = |request: &Received| request.header("x-git-pact-delivery").to_owned();
    requests.iter().map(id).collect()
}

/// Returns what was triggered, as a machine sees it.
fn triggered(shop: &Shop, machine: &str) -> Vec<Value> {
    let all = shop.json(machine, "webhooks log", 0);
    let all = all["_embedded"]["triggeredWebhooks"].as_array().unwrap();
    all.clone()
}

#[test]
fn what_happens_after_the_first_run_is_fired_once_from_whatever_machine() {
    let (shop, listener) = shop(|_| "200 OK");
    shop.step("web", "publish 1.json -a 1 --branch main");
    let first = fire(&shop, "ops", "10:00:00", "", 0);
    assert!(
        first.stderr.contains("There is no request to make."),
        "{}",
        first.stderr
    );
    shop.step("web", "publish 2.json -a 2 --branch main");
    shop.step("web", "publish 3.json -a 3 --branch main");
    let second = fire(&shop, "cron", "10:01:00", "", 0);
    assert_eq!(second.stdout.lines().count(), 2, "{}", second.stdout);
    assert!(
        second
            .stdout
            .contains("contract_published of Web 2 (main) with Orders: success")
    );
    // Nobody does it again, be it there or elsewhere.
    let third = fire(&shop, "ops", "10:02:00", "", 0);
    assert_eq!(third.stdout, "");
    let requests = listener.received();
    let bodies: BTreeSet<&str> = requests.iter().map(|it| it.body.as_str()).collect();
    assert_eq!(bodies, BTreeSet::from(["2", "3"]));
    assert_eq!(requests.len(), 2);
    assert_eq!(
        requests[0].header("authorization"),
        format!("Bearer {SECRET}")
    );
    let known = triggered(&shop, "web");
    let known: BTreeSet<&str> = known
        .iter()
        .map(|it| it["uuid"].as_str().unwrap())
        .collect();
    let sent = ids(&requests);
    assert_eq!(known, sent.iter().map(String::as_str).collect());
    let log = shop
        .run("web", &format!("webhooks log {}", sent[0]), 0)
        .stdout;
    assert!(log.contains("INFO: authorization: **********"), "{log}");
    assert!(log.contains("INFO: set-cookie: **********"), "{log}");
    assert!(log.contains("HTTP/1.1 200 OK"), "{log}");
}

#[test]
fn what_happened_before_the_first_run_is_fired_if_somebody_says_since_when() {
    let (shop, listener) = shop(|_| "200 OK");
    shop.step("web", "publish 1.json -a 1 --branch main");
    let _ = fire(&shop, "ops", "10:00:00", "", 0);
    let rehearsed = fire(&shop, "ops", "10:01:00", "--since 2026-11-20 --dry-run", 0);
    assert!(
        rehearsed
            .stdout
            .contains("Web 1 (main) with Orders: not run"),
        "{}",
        rehearsed.stdout
    );
    assert_eq!(listener.received().len(), 0);
    assert_eq!(triggered(&shop, "ops").len(), 0);
    for _ in 0..2 {
        let _ = fire(&shop, "ops", "10:02:00", "--since 2026-11-20", 0);
        assert_eq!(listener.received().len(), 1);
    }
    let wrong = shop.run("ops", &format!("webhooks run {LOCAL} --since whenever"), 2);
    assert!(
        wrong.stderr.contains("`whenever` is no time"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn a_request_that_fails_is_made_again_when_it_is_due_until_it_is_given_up() {
    let (shop, listener) = shop(|_| "503 Service Unavailable");
    let _ = fire(&shop, "ops", "10:00:00", "", 0);
    shop.step("web", "publish 1.json -a 1 --branch main");
    let schedule = "--retry-schedule 10,60";
    for (at, requests, status) in [
        ("10:10:00", 1, 1),
        ("10:10:09", 1, 0),
        ("10:10:10", 2, 1),
        ("10:11:09", 2, 0),
        ("10:11:10", 3, 1),
        ("12:00:00", 3, 0),
    ] {
        let _ = fire(&shop, "cron", at, schedule, status);
        assert_eq!(listener.received().len(), requests, "{at}");
    }
    let all = triggered(&shop, "ops");
    assert_eq!(all[0]["status"], "failure");
    assert_eq!(all[0]["attemptsMade"], 3);
    assert_eq!(all[0]["attemptsRemaining"], 0);
    assert_eq!(
        ids(&listener.received())
            .iter()
            .collect::<BTreeSet<_>>()
            .len(),
        1
    );
    let given_up = shop.run("ops", "webhooks log --status failure", 0).stdout;
    assert_eq!(given_up.lines().count(), 3, "{given_up}");
    let none = shop.run("ops", "webhooks log --status retrying", 0);
    assert_eq!(none.stdout, "");
}

#[test]
fn a_run_waits_for_what_is_made_again_if_it_is_asked_to() {
    let (shop, listener) = shop(|asked| {
        if asked < 3 {
            "500 Oh"
        } else {
            "204 No Content"
        }
    });
    let _ = fire(&shop, "ops", "10:00:00", "", 0);
    shop.step("web", "publish 1.json -a 1 --branch main");
    let done = fire(
        &shop,
        "ops",
        "10:10:00",
        "--until-done --retry-schedule 0,0",
        0,
    );
    assert!(
        done.stdout.contains("success after 3 requests"),
        "{}",
        done.stdout
    );
    assert_eq!(listener.received().len(), 3);
    let json = fire(&shop, "ops", "10:20:00", "--output json", 0).stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["requested"].as_array().unwrap().len(), 0);
    assert_eq!(json["nextAttemptAt"], Value::Null);
}

#[test]
fn what_nobody_wants_any_more_is_not_requested() {
    let (shop, listener) = shop(|_| "500 Oh");
    let _ = fire(&shop, "ops", "10:00:00", "", 0);
    shop.step("web", "publish 1.json -a 1 --branch main");
    let _ = fire(&shop, "ops", "10:10:00", "", 1);
    assert_eq!(listener.received().len(), 1);
    shop.step("ops", &format!("delete-webhook --uuid {UUID}"));
    let _ = fire(&shop, "ops", "10:20:00", "", 0);
    assert_eq!(listener.received().len(), 1);
    let all = shop.run("ops", "webhooks log", 0).stdout;
    assert!(all.contains("| failure |"), "{all}");
    let id = triggered(&shop, "ops")[0]["uuid"].clone();
    let log = shop.run("ops", &format!("webhooks log {}", id.as_str().unwrap()), 0);
    assert!(
        log.stdout.contains("the webhook was deleted"),
        "{}",
        log.stdout
    );
}

#[test]
fn who_dies_between_a_request_and_its_record_has_it_made_again_with_the_same_id() {
    let mut shop = Shop::with_a_store(&["web", "ops"]);
    shop.sandbox.set("GIT_PACT_SECRET_TOKEN", SECRET);
    shop.pact("web/1.json", "Web", "Orders", &["1"]);
    let victim: Arc<Mutex<Option<u32>>> = Arc::default();
    let killed = Arc::clone(&victim);
    let listener = Listener::start(move |_| {
        if let Some(id) = killed.lock().unwrap().take() {
            let id = id.to_string();
            let done = std::process::Command::new("kill")
                .args(["-9", &id])
                .status();
            assert!(done.unwrap().success());
        }
        answer("200 OK", &[], "")
    });
    save(&shop, &listener, "");
    let _ = fire(&shop, "ops", "10:00:00", "", 0);
    shop.step("web", "publish 1.json -a 1 --branch main");
    let line = format!("webhooks run {LOCAL}");
    let mut command = shop.sandbox.command("ops", &words(&line));
    command.env("GIT_PACT_NOW", "2026-11-22T10:10:00Z");
    command.stdout(Stdio::null()).stderr(Stdio::null());
    // The listener waits until it knows whom to kill.
    let mut about = victim.lock().unwrap();
    let mut child = command.spawn().unwrap();
    *about = Some(child.id());
    drop(about);
    assert!(!child.wait().unwrap().success());
    let all = triggered(&shop, "ops");
    assert_eq!(all[0]["status"], "not_run");
    // It is still claimed, and the next run leaves it alone.
    let _ = fire(&shop, "ops", "10:11:59", "", 0);
    let _ = fire(&shop, "ops", "10:12:00", "", 0);
    let requests = ids(&listener.received());
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0], requests[1]);
    assert_eq!(triggered(&shop, "ops")[0]["status"], "success");
}

#[test]
fn several_runs_at_the_same_time_make_each_request_once() {
    let (shop, listener) = shop(|_| "200 OK");
    let _ = fire(&shop, "ops", "10:00:00", "", 0);
    for number in 10..30 {
        shop.step("web", &format!("publish 1.json -a {number} --branch main"));
    }
    thread::scope(|scope| {
        for machine in ["web", "ops", "cron"] {
            let shop = &shop;
            scope.spawn(move || fire(shop, machine, "10:30:00", "", 0));
        }
    });
    let requests = ids(&listener.received());
    assert_eq!(requests.len(), 20);
    assert_eq!(requests.iter().collect::<BTreeSet<_>>().len(), 20);
    let all = triggered(&shop, "ops");
    assert!(all.iter().all(|it| it["status"] == "success"), "{all:?}");
}

#[test]
fn the_hook_of_the_store_makes_requests_if_it_was_installed_so() {
    let (mut shop, listener) = shop(|_| "200 OK");
    let programs = std::path::Path::new(env!("CARGO_BIN_EXE_git-pact"))
        .parent()
        .unwrap();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    shop.sandbox.set("PATH", &path);
    // The server's own variables say what may be requested.
    shop.sandbox
        .set("PACT_BROKER_WEBHOOK_SCHEME_WHITELIST", "http");
    shop.sandbox
        .set("PACT_BROKER_WEBHOOK_HOST_WHITELIST", "127.0.0.1");
    // A secret of whoever pushes is none of the server's.
    let url = format!("http://127.0.0.1:{}/build", listener.port());
    let body = "-d ${pactbroker.consumerVersionNumber}";
    shop.step(
        "ops",
        &format!(
            "create-or-update-webhook {url} --uuid {UUID} -X POST --contract-published {body}"
        ),
    );
    shop.step(STORE, "hooks install post-receive");
    shop.step("web", "publish 1.json -a 1 --branch main");
    assert_eq!(listener.received().len(), 0);
    shop.step(STORE, "hooks install post-receive --fire-webhooks");
    shop.step("web", "publish 2.json -a 2 --branch main");
    let requests = listener.received();
    assert_eq!(requests.len(), 1, "{requests:?}");
    assert_eq!(requests[0].body, "2");
    shop.step("web", "publish 3.json -a 3 --branch main");
    assert_eq!(listener.received().len(), 2);
    let refused = shop.run(STORE, "hooks install pre-receive --fire-webhooks", 2);
    assert!(
        refused.stderr.contains("is for post-receive"),
        "{}",
        refused.stderr
    );
}

#[test]
fn a_variable_is_sent_only_if_whoever_runs_it_names_it_and_the_hosts() {
    let (mut shop, listener) = shop(|_| "200 OK");
    shop.sandbox.set("FORGE_TOKEN", "f0rge");
    let url = format!("http://127.0.0.1:{}/build", listener.port());
    shop.step(
        "ops",
        &format!("create-or-update-webhook {url} --uuid {UUID} -X POST --contract-published -H Authorization:+${{env.FORGE_TOKEN}}"),
    );
    let _ = fire(&shop, "ops", "10:00:00", "", 0);
    shop.step("web", "publish 1.json -a 1 --branch main");
    let unknown = fire(&shop, "ops", "10:10:00", "--retry-schedule 0", 1);
    assert!(
        unknown.stderr.contains("set GIT_PACT_SECRET_FORGE_TOKEN"),
        "{}",
        unknown.stderr
    );
    assert_eq!(listener.received().len(), 0);
    let nowhere = "webhooks run --webhook-env FORGE_TOKEN";
    let refused = shop.run("ops", nowhere, 2);
    assert!(
        refused.stderr.contains("--webhook-host-whitelist"),
        "{}",
        refused.stderr
    );
    shop.step("web", "publish 2.json -a 2 --branch main");
    let _ = fire(&shop, "ops", "10:20:00", "--webhook-env FORGE_TOKEN", 0);
    assert_eq!(listener.received()[0].header("authorization"), "f0rge");
}

/// Waits for something that comes to be, and fails if it does not.
fn waits<T>(what: &str, look: impl Fn() -> Option<T>) -> T {
    for _ in 0..3000 {
        if let Some(found) = look() {
            return found;
        }
        thread::sleep(Duration::from_millis(20));
    }
    panic!("{what} never came to be");
}
