//! Writes in a file in place of a push, and the trusted job that records them: nothing in a bundle is believed.

mod hostile;

use serde_json::Value;
use serde_json::json;

use crate::support::team::STORE;
use crate::support::team::Shop;

/// A store that the machine `trusted` may write, and a fork that may only read it, and has no token.
fn a_fork() -> Shop {
    let shop = Shop::with_a_remote(&["trusted", "fork"]);
    shop.pact("trusted/1.json", "Web", "Orders", &["an order"]);
    shop.pact("fork/2.json", "Web", "Orders", &["an order", "an invoice"]);
    shop.step("trusted", "publish 1.json -a 1 --branch main");
    shop.step(
        "trusted",
        "create-environment --name production --production",
    );
    shop
}

const PUBLISH: &str = "publish 2.json -a 2 --branch main --tag prod --bundle out/web.bundle";

fn tips(shop: &Shop) -> String {
    shop.store().run(&["for-each-ref"])
}

#[test]
fn a_fork_writes_a_file_and_the_trusted_job_records_it_once() {
    let shop = a_fork();
    let (before, here) = (
        tips(&shop),
        shop.sandbox
            .git("fork")
            .run(&["for-each-ref", "refs/git-pact", "refs/heads"]),
    );
    let written = shop.run("fork", PUBLISH, 0);
    assert!(
        written
            .stderr
            .contains("Nothing was pushed: out/web.bundle holds 1 write"),
        "{written:?}"
    );
    assert!(
        written.stderr.contains("git pact apply out/web.bundle"),
        "{written:?}"
    );
    assert_eq!(tips(&shop), before, "nothing was pushed");
    let fork = shop.sandbox.git("fork");
    assert_eq!(
        fork.run(&["for-each-ref", "refs/git-pact", "refs/heads"]),
        here,
        "nothing is kept"
    );
    let status = shop.json("fork", "status", 0);
    assert_eq!(status["pending"], json!([]));
    // git knows what it is, and that it needs nothing.
    let verified = fork.run(&["bundle", "list-heads", "out/web.bundle"]);
    assert!(verified.ends_with(" refs/git-pact/bundle"), "{verified}");

    // Written again, it is the same file.
    let bytes = std::fs::read(shop.sandbox.path("fork/out/web.bundle")).unwrap();
    shop.step("fork", PUBLISH);
    assert_eq!(
        std::fs::read(shop.sandbox.path("fork/out/web.bundle")).unwrap(),
        bytes
    );

    let apply = "apply ../fork/out/web.bundle -a Web --consumer-app-version abc --branch fork/feat";
    let dry = shop.run("trusted", &format!("{apply} --dry-run"), 0);
    assert!(
        dry.stdout.contains("publish version abc: Web with Orders"),
        "{dry:?}"
    );
    assert!(dry.stderr.contains("nothing was recorded"), "{dry:?}");
    assert_eq!(tips(&shop), before, "a dry run");

    let applied = shop.json("trusted", apply, 0);
    assert_eq!(applied["bundles"][0]["applied"], true);
    assert_eq!(applied["bundles"][0]["madeBy"], "Test <test@example.com>");
    assert_eq!(applied["write"]["state"], "landed");
    let version = shop.json("trusted", "describe-version -a Web -e abc", 0);
    let embedded = &version["_embedded"];
    assert_eq!(embedded["branchVersions"][0]["name"], "fork/feat");
    // A tag of a stranger counts for nothing.
    assert_eq!(embedded["tags"], json!([]));
    let message = shop
        .store()
        .run(&["log", "-1", "--format=%an%n%B", "pact/app/Web"]);
    assert!(message.starts_with("Test\n"), "{message}");
    assert!(
        message.contains("Applied from web.bundle, which says it is of Test <test@example.com>"),
        "{message}"
    );

    let after = tips(&shop);
    let again = shop.json("trusted", apply, 0);
    assert_eq!(again["write"]["state"], "nothing-new");
    assert_eq!(tips(&shop), after, "applied twice, recorded once");
    shop.store().fsck();
}

#[test]
fn several_commands_fill_one_bundle_and_one_push_records_them() {
    let shop = a_fork();
    shop.step("fork", PUBLISH);
    let bundled = |line: &str| {
        let run = shop.run("fork", &format!("{line} --bundle out/web.bundle"), 0);
        assert!(run.stderr.contains("Nothing was pushed"), "{run:?}");
    };
    // Each is decided on those before it: nobody else knows version 2.
    bundled("create-version-tag -a Web -e 2 --tag seen");
    bundled("record-deployment -a Web -e 2 --environment production");
    let verified = "record-verification --provider Orders -a 7 --branch main --consumer Web \
                    --consumer-version 2 --success";
    bundled(verified);
    let before = tips(&shop);
    let all = "apply ../fork/out/web.bundle -a Web -a Orders";
    // What is deployed is said by whoever deploys.
    let refused = shop.run("trusted", all, 1);
    assert!(
        refused
            .stderr
            .contains("deploy Web version 2 to production"),
        "{refused:?}"
    );
    assert_eq!(
        tips(&shop),
        before,
        "a bundle is recorded whole or not at all"
    );
    shop.step("trusted", &format!("{all} --deployments"));
    shop.step(
        "trusted",
        "can-i-deploy -a Orders -e 7 --to-environment production",
    );
    assert_eq!(shop.commits("pact/app/Orders"), 1);
    assert_eq!(shop.commits("pact/env/production"), 2);
}

#[test]
fn a_bundle_is_decided_again_on_what_the_store_is_by_then() {
    let shop = a_fork();
    // The current contract is this one, and it is not by the time that the result is recorded.
    let verify = "record-verification --provider Orders -a 7 --branch main --consumer Web --success \
                  --bundle orders.bundle";
    shop.step("fork", verify);
    shop.pact("trusted/2.json", "Web", "Orders", &["something else"]);
    shop.step("trusted", "publish 2.json -a 2 --branch main");
    shop.step("trusted", "apply ../fork/orders.bundle -a Orders");
    let gate = "can-i-deploy -a Orders -e 7 -a Web -e";
    shop.step("trusted", &format!("{gate} 1"));
    let _ = shop.run("trusted", &format!("{gate} 2"), 3);

    // Somebody else published other content for the same version meanwhile.
    shop.pact("fork/9.json", "Web", "Orders", &["an order", "a note"]);
    shop.step("fork", "publish 9.json -a 9 --bundle nine.bundle");
    shop.pact("trusted/9.json", "Web", "Orders", &["an order", "a letter"]);
    shop.step("trusted", "publish 9.json -a 9");
    let before = tips(&shop);
    let refused = shop.run("trusted", "apply ../fork/nine.bundle -a Web", 1);
    assert!(
        refused
            .stderr
            .contains("nothing of ../fork/nine.bundle is recorded"),
        "{refused:?}"
    );
    assert_eq!(tips(&shop), before);
}

#[test]
fn somebody_without_a_store_writes_bundles_too() {
    let shop = Shop::with_a_store(&["trusted", "nowhere"]);
    shop.pact("nowhere/1.json", "Web", "Orders", &["an order"]);
    let no_store = [("GIT_PACT_REPO", "")];
    let line = "publish 1.json -a 1 --branch main --bundle web.bundle";
    let _ = shop.run_with("nowhere", line, 0, &no_store);
    shop.step("trusted", "apply ../nowhere/web.bundle -a Web");
    assert_eq!(shop.commits("pact/app/Web"), 1);
    // A remote that nobody has seen, and nobody asks.
    let elsewhere = [("GIT_PACT_REPO", "https://pacts.example/store.git")];
    let line = "publish 1.json -a 2 --branch main --bundle two.bundle --offline";
    let _ = shop.run_with("nowhere", line, 0, &elsewhere);
    shop.step("trusted", "apply ../nowhere/two.bundle -a Web");
    assert_eq!(shop.commits("pact/app/Web"), 2);
}

#[test]
fn what_is_pending_goes_into_a_bundle_and_stays_pending() {
    let shop = a_fork();
    shop.step("fork", "publish 2.json -a 2 --branch feat --offline");
    let pushed = shop.run("fork", "push --bundle all.bundle", 0);
    assert!(
        pushed.stderr.contains("all.bundle holds 1 write"),
        "{pushed:?}"
    );
    let pending = &shop.json("fork", "status", 0)["pending"];
    assert_eq!(pending.as_array().map(Vec::len), Some(1), "{pending}");
    shop.step("trusted", "apply ../fork/all.bundle -a Web");
    let sent = shop.run("fork", "push", 0);
    assert!(sent.stderr.contains("Pushed 1 write"), "{sent:?}");
    assert_eq!(shop.commits("pact/app/Web"), 2, "recorded once");
}

#[test]
fn what_makes_no_sense_is_said() {
    let shop = a_fork();
    let _ = shop.run(
        "fork",
        "can-i-deploy -a Web -e 1 --to-environment production --bundle x",
        2,
    );
    let _ = shop.run("fork", "doctor --bundle x.bundle", 2);
    let _ = shop.run("fork", &format!("{PUBLISH} --sign"), 2);
    shop.step("fork", PUBLISH);
    let unsaid = shop.run("trusted", "apply ../fork/out/web.bundle", 2);
    assert!(unsaid.stderr.contains("--pacticipant"), "{unsaid:?}");
    let _ = shop.run(
        "trusted",
        "apply ../fork/out/web.bundle -a Web --trusted",
        2,
    );
    let other = shop.run("trusted", "apply ../fork/out/web.bundle -a Orders", 1);
    assert!(
        other.stderr.contains("it speaks for Web, and it may not"),
        "{other:?}"
    );
    // What is there and is no bundle is not overwritten.
    shop.write("fork/notes.txt", "mine");
    let kept = shop.run("fork", "publish 2.json -a 2 --bundle notes.txt", 4);
    assert!(kept.stderr.contains("could not read"), "{kept:?}");
    let notes = std::fs::read_to_string(shop.sandbox.path("fork/notes.txt")).unwrap();
    assert_eq!(notes, "mine");
}

#[test]
fn one_bad_bundle_of_several_stops_no_other() {
    let shop = a_fork();
    shop.step("fork", PUBLISH);
    shop.write("fork/out/broken.bundle", "# v2 git bundle\n");
    let line = "apply ../fork/out/broken.bundle ../fork/out/web.bundle ../fork/none.bundle -a Web";
    let applied: Value = shop.json("trusted", line, 4);
    let bundles = applied["bundles"].as_array().unwrap();
    let applied: Vec<_> = bundles.iter().map(|it| it["applied"].clone()).collect();
    assert_eq!(applied, [json!(false), json!(true), json!(false)]);
    assert_eq!(shop.commits("pact/app/Web"), 2);
    assert!(shop.list(STORE).contains(&"refs".to_owned()));
}
