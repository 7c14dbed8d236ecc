//! `git pact run`: a broker for one command, and one push at its end.

mod command;
mod job;
mod signals;

use std::fs;

use serde_json::Value;
use serde_json::json;

use self::job::Job;
use crate::support::team::STORE;
use crate::support::team::Shop;

/// Where the pact of `Web` with `Orders` lies, by version.
fn place(version: &str) -> String {
    format!("/pacts/provider/Orders/consumer/Web/version/{version}")
}

/// Returns a pact with one interaction, which depends on a text.
fn pact(text: &str) -> Value {
    json!({
        "consumer": { "name": "Web" },
        "provider": { "name": "Orders" },
        "interactions": [{
            "description": format!("a request for {text}"),
            "request": { "method": "GET", "path": format!("/{text}") },
            "response": { "status": 200 },
        }],
    })
}

/// Says what a provider's build found out about a pact.
fn verify(job: &Job, pact: &Value, version: &str, success: bool) {
    let link = pact["_links"]["pb:publish-verification-results"]["href"].as_str();
    let (_, path) = link.unwrap().split_once("127.0.0.1").unwrap();
    let path = &path[path.find('/').unwrap()..];
    let body = json!({ "success": success, "providerApplicationVersion": version });
    let reply = job.send("POST", path, &body);
    assert_eq!(reply.status, 201, "{reply:?}");
}

/// Has the remote write down each push, and returns how many there were.
fn count_pushes(shop: &Shop) -> impl Fn() -> usize {
    let hook = format!("{STORE}/hooks/pre-receive");
    let hook = shop.sandbox.path(&hook);
    job::script(&hook, "cat > /dev/null\necho push >> ../pushes");
    let pushes = shop.sandbox.path("pushes");
    move || {
        fs::read_to_string(&pushes)
            .unwrap_or_default()
            .lines()
            .count()
    }
}

#[test]
fn what_a_command_publishes_is_seen_by_it_and_goes_out_in_one_push_at_its_end() {
    let shop = Shop::with_a_remote(&["ci"]);
    let pushes = count_pushes(&shop);
    let job = Job::start(&shop, "ci", &["--report", "report.json"]);
    for version in ["1", "2"] {
        assert_eq!(job.send("PUT", &place(version), &pact(version)).status, 201);
        let document = job.get(&place(version)).json();
        verify(&job, &document, "9", version == "2");
    }
    let environment = json!({ "name": "test", "production": false });
    let made = job.send("POST", "/environments", &environment).json();
    let matrix = job.get("/matrix?q[][pacticipant]=Web&q[][version]=2&latestby=cvpv");
    assert_eq!(matrix.json()["summary"]["deployable"], true);
    // Written again, it is known.
    assert_eq!(job.send("PUT", &place("1"), &pact("1")).status, 200);
    assert_eq!(
        (pushes(), shop.store().run(&["for-each-ref"])),
        (0, String::new())
    );

    let ended = job.end(0);
    assert_eq!(ended.status, Some(0), "{ended:?}");
    assert_eq!(pushes(), 1, "{ended:?}");
    for said in [
        "Recorded: 1 pact of Web 1, 1 pact of Web 2, 2 results of Orders 9 (1 failed), create \
         environment test\n",
        "in one push, one commit each: pact/app/Orders ",
    ] {
        assert!(ended.stderr.contains(said), "{ended:?}");
    }
    for branch in ["pact/app/Web", "pact/app/Orders", "pact/env/test"] {
        assert_eq!(shop.commits(branch), 1, "{branch}");
    }
    let known = shop.json("ci", "list-environments", 0);
    let listed = &known["_embedded"]["environments"];
    assert_eq!(listed[0]["uuid"], made["uuid"], "{known}");
    let status = shop.json("ci", "status", 0);
    assert_eq!(status["pending"], json!([]));
    let report = fs::read(shop.sandbox.path("ci/report.json")).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    assert_eq!(report["command"], 0);
    assert_eq!(report["state"], "landed");
    assert_eq!(report["recorded"]["results"][0]["success"], false);
    assert_eq!(report["push"]["attempts"], 1);
    shop.store().fsck();
}

#[test]
fn what_a_command_that_fails_found_out_is_pushed_all_the_same() {
    let shop = Shop::with_a_remote(&["ci"]);
    let job = Job::start(&shop, "ci", &[]);
    job.send("PUT", &place("1"), &pact("a"));
    let document = job.get(&place("1")).json();
    verify(&job, &document, "9", false);
    let ended = job.end(7);
    assert_eq!(ended.status, Some(7), "{ended:?}");
    assert!(ended.stderr.contains("(1 failed)"), "{ended:?}");
    assert_eq!(shop.commits("pact/app/Orders"), 1);
}

#[test]
fn a_command_that_publishes_nothing_leaves_no_trace() {
    let shop = Shop::with_a_remote(&["ci"]);
    let pushes = count_pushes(&shop);
    let job = Job::start(&shop, "ci", &[]);
    assert_eq!(job.get("/pacticipants").status, 200);
    let ended = job.end(0);
    assert_eq!(ended.status, Some(0), "{ended:?}");
    assert_eq!(ended.stderr, "Nothing new was recorded.\n");
    assert_eq!(pushes(), 0);
}

#[test]
fn in_a_dry_run_everything_succeeds_and_nothing_leaves() {
    let shop = Shop::with_a_remote(&["ci"]);
    shop.pact("ci/1.json", "Web", "Orders", &["an order"]);
    shop.step("ci", "publish 1.json -a 1 --branch main");
    shop.step("ci", "create-environment --name kept --offline");
    let before = shop.store().run(&["for-each-ref"]);
    let job = Job::start(&shop, "ci", &["--dry-run"]);
    assert_eq!(job.get(&place("1")).status, 200, "what there is is read");
    let known = job.get("/environments").json();
    assert_eq!(known["_embedded"]["environments"][0]["name"], "kept");
    assert_eq!(job.send("PUT", &place("2"), &pact("b")).status, 201);
    assert_eq!(job.get(&place("2")).status, 200);
    let copy = job.variable("GIT_PACT_REPO").to_owned();
    assert!(fs::metadata(&copy).is_ok());
    let ended = job.end(0);
    assert_eq!(ended.status, Some(0), "{ended:?}");
    let said = "Dry run, nothing is pushed or kept. This would be recorded: 1 pact of Web 2";
    assert!(ended.stderr.contains(said), "{ended:?}");
    assert_eq!(shop.store().run(&["for-each-ref"]), before);
    let status = shop.json("ci", "status", 0);
    assert_eq!(
        status["pending"].as_array().map(Vec::len),
        Some(1),
        "{status}"
    );
    assert!(fs::metadata(&copy).is_err(), "the copy is gone");
}

#[test]
fn what_others_made_impossible_meanwhile_is_said_and_kept_and_the_rest_is_pushed() {
    let shop = Shop::with_a_remote(&["ci", "other"]);
    shop.pact("other/1.json", "Web", "Orders", &["something else"]);
    let job = Job::start(&shop, "ci", &["--report", "report.json"]);
    assert_eq!(job.send("PUT", &place("1"), &pact("a")).status, 201);
    assert_eq!(job.send("PUT", &place("2"), &pact("a")).status, 201);
    shop.step("other", "publish 1.json -a 1 --branch main");
    let ended = job.end(0);
    assert_eq!(ended.status, Some(125), "{ended:?}");
    let said = "refused, and kept here: publish version 1: Web with Orders";
    assert!(ended.stderr.contains(said), "{ended:?}");
    assert!(
        ended.stderr.contains("Recorded: 1 pact of Web 2\n"),
        "{ended:?}"
    );
    assert_eq!(shop.commits("pact/app/Web"), 2);
    let report = fs::read(shop.sandbox.path("ci/report.json")).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    assert_eq!(
        report["refused"].as_array().map(Vec::len),
        Some(1),
        "{report}"
    );
    assert_eq!(report["pending"], 1);
    let status = shop.json("ci", "status", 0);
    assert_eq!(
        status["pending"].as_array().map(Vec::len),
        Some(1),
        "{status}"
    );
    // It is not the fault of the next command.
    let job = Job::start(&shop, "ci", &[]);
    let ended = job.end(0);
    assert_eq!(ended.status, Some(0), "{ended:?}");
}

#[test]
fn what_cannot_be_pushed_is_kept_and_goes_out_later() {
    let shop = Shop::with_a_remote(&["ci"]);
    let job = Job::start(&shop, "ci", &[]);
    assert_eq!(job.send("PUT", &place("1"), &pact("a")).status, 201);
    fs::rename(shop.sandbox.path(STORE), shop.sandbox.path("gone.git")).unwrap();
    let ended = job.end(0);
    assert_eq!(ended.status, Some(4), "{ended:?}");
    for said in ["Not pushed: 1 pact of Web 1", "git pact push"] {
        assert!(ended.stderr.contains(said), "{ended:?}");
    }
    fs::rename(shop.sandbox.path("gone.git"), shop.sandbox.path(STORE)).unwrap();
    shop.step("ci", "push");
    assert_eq!(shop.commits("pact/app/Web"), 1);
}

#[test]
fn offline_everything_is_kept() {
    let shop = Shop::with_a_remote(&["ci"]);
    shop.step("ci", "create-environment --name test");
    let job = Job::start(&shop, "ci", &["--offline"]);
    assert_eq!(job.send("PUT", &place("1"), &pact("a")).status, 201);
    assert_eq!(job.get(&place("1")).status, 200);
    let ended = job.end(0);
    assert_eq!(ended.status, Some(0), "{ended:?}");
    assert!(
        ended.stderr.contains("(1 write pending): 1 pact of Web 1"),
        "{ended:?}"
    );
    shop.step("ci", "push");
    assert_eq!(shop.commits("pact/app/Web"), 1);
}

#[test]
fn where_the_repository_is_the_store_itself_it_is_written_at_once() {
    let shop = Shop::with_a_store(&["ci"]);
    let job = Job::start(&shop, "ci", &[]);
    assert_eq!(job.send("PUT", &place("1"), &pact("a")).status, 201);
    assert_eq!(shop.commits("pact/app/Web"), 1);
    let ended = job.end(0);
    assert_eq!(ended.status, Some(0), "{ended:?}");
    assert!(ended.stderr.contains("1 pact of Web 1"), "{ended:?}");
}

/// Publishes a pact of a version of `Web` on a branch.
fn publish(shop: &Shop, text: &str, version: &str, branch: &str) {
    shop.write(&format!("ci/{text}.json"), pact(text).to_string());
    shop.step(
        "ci",
        &format!("publish {text}.json -a {version} --branch {branch}"),
    );
}

#[test]
fn a_library_gets_what_is_proposed_on_the_main_branch_if_it_knows_of_pending() {
    let shop = Shop::with_a_remote(&["ci"]);
    publish(&shop, "orders", "1", "main");
    publish(&shop, "invoices", "2", "feat/x");
    let recorded =
        "record-verification --provider Orders -a 7 --branch main --consumer Web --success";
    shop.step("ci", recorded);
    let selected = |job: &Job, branch: &str, pending: bool| {
        let body = json!({
            "providerVersionBranch": branch,
            "includePendingStatus": pending,
            "consumerVersionSelectors": [{ "mainBranch": true }],
        });
        let reply = job.send("POST", "/pacts/provider/Orders/for-verification", &body);
        let pacts = reply.json()["_embedded"]["pacts"].clone();
        pacts.as_array().unwrap().clone()
    };
    let job = Job::start(&shop, "ci", &[]);
    assert_eq!(selected(&job, "main", true).len(), 1);
    let _ = job.end(0);

    let job = Job::start(&shop, "ci", &["--include-proposed"]);
    assert_eq!(selected(&job, "main", false).len(), 1);
    assert_eq!(selected(&job, "feat/y", true).len(), 1);
    let pacts = selected(&job, "main", true);
    assert_eq!(pacts.len(), 2);
    let about = &pacts[1]["verificationProperties"];
    assert_eq!(
        (&about["pending"], &about["wip"]),
        (&json!(true), &json!(true))
    );
    let link = pacts[1]["_links"]["self"]["href"].as_str().unwrap();
    let (_, path) = link.split_once("127.0.0.1").unwrap();
    let document = job.get(&path[path.find('/').unwrap()..]).json();
    verify(&job, &document, "7", false);
    let ended = job.end(0);
    assert_eq!(ended.status, Some(0), "{ended:?}");
    // The answer stands between what is proposed and the main branch.
    let _ = shop.run("ci", "can-i-merge -a Web -e 2", 1);
    let owed = shop.json("ci", "owed", 0);
    assert_eq!(owed["owed"][0]["failure"]["workInProgress"], true, "{owed}");
}
