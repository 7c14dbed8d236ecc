//! A folder of bundles as a store: jobs that share nothing but files, with results and a gate.

use std::fs;

use serde_json::json;

use crate::support::server::Server;
use crate::support::team::Shop;

/// Jobs that share a folder and nothing else. It has an environment.
fn a_folder() -> Shop {
    let shop = Shop::with_a_store(&["web", "orders", "deploy", "bucket"]);
    shop.pact("web/1.json", "Web", "Orders", &["an order"]);
    shop.pact("web/2.json", "Web", "Orders", &["an order", "an invoice"]);
    write(
        &shop,
        "deploy",
        "create-environment --name production --production",
        "production",
    );
    shop
}

const STORE: &str = "--repo ../bucket";

/// Runs a command that writes one more bundle into the folder.
fn write(shop: &Shop, machine: &str, line: &str, name: &str) {
    shop.step(
        machine,
        &format!("{line} {STORE} --bundle ../bucket/{name}.bundle"),
    );
}

/// Puts Orders 7 into production, by a bundle in the folder.
fn deploy(shop: &Shop) {
    let line = "record-deployment -a Orders -e 7 --environment production";
    write(shop, "deploy", line, "deploy-7");
}

/// The contract of Web 1, verified by Orders 7, which is in production.
fn played() -> Shop {
    let shop = a_folder();
    write(&shop, "web", "publish 1.json -a 1 --branch main", "web-1");
    write(&shop, "orders", VERIFY, "orders-7");
    deploy(&shop);
    shop
}

const VERIFY: &str =
    "record-verification --provider Orders -a 7 --branch main --consumer Web --success";
const CAN: &str = "can-i-deploy --to-environment production --repo ../bucket -a Web -e";

#[test]
fn three_jobs_share_a_folder_and_have_results_and_a_gate() {
    let shop = a_folder();
    write(&shop, "web", "publish 1.json -a 1 --branch main", "web-1");
    let _ = shop.run("deploy", &format!("{CAN} 1"), 3);
    shop.step(
        "orders",
        &format!("pull --provider Orders --to pacts {STORE}"),
    );
    assert_eq!(shop.list("orders/pacts").len(), 1);
    write(&shop, "orders", VERIFY, "orders-7");
    deploy(&shop);
    shop.step("deploy", &format!("{CAN} 1"));
    write(
        &shop,
        "deploy",
        "record-deployment -a Web -e 1 --environment production",
        "deploy-1",
    );

    // A breaking change.
    write(&shop, "web", "publish 2.json -a 2 --branch main", "web-2");
    let _ = shop.run("deploy", &format!("{CAN} 2"), 3);
    let fails = VERIFY
        .replace("--success", "--fail")
        .replace("-a 7", "-a 8");
    write(
        &shop,
        "orders",
        &format!("{fails} --consumer-version 2"),
        "orders-8",
    );
    write(
        &shop,
        "deploy",
        "record-deployment -a Orders -e 8 --environment production",
        "deploy-8",
    );
    let _ = shop.run("deploy", &format!("{CAN} 2"), 1);
    let log = shop.run("deploy", &format!("log {STORE}"), 0).stdout;
    assert!(
        log.contains("deployed Orders version 8 to production"),
        "{log}"
    );
    // One file is a store, too: what it says, and no more.
    let one = shop
        .run(
            "web",
            "list-versions -a Web --repo ../bucket/web-2.bundle",
            0,
        )
        .stdout;
    assert!(one.contains('2') && !one.contains("| 1 "), "{one}");
}

#[test]
fn the_same_files_give_the_same_answer_on_every_machine_and_at_any_time() {
    let mut shop = played();
    let gate = format!("{CAN} 1");
    let here = shop.json("web", &gate, 0);
    shop.sandbox.set(
        "XDG_CACHE_HOME",
        shop.sandbox.path("other-cache").to_str().unwrap(),
    );
    fs::rename(shop.sandbox.path("bucket"), shop.sandbox.path("moved")).unwrap();
    let there = shop.json("orders", &gate.replace("../bucket", "../moved"), 0);
    assert_eq!(here["computedFrom"], there["computedFrom"]);
    assert!(
        here["computedFrom"].to_string().contains("pact/app/Web"),
        "{here}"
    );
}

#[test]
fn clocks_that_differ_lose_nothing() {
    let shop = a_folder();
    // The provider's clock is a day behind that of the consumer, whose contract it verifies.
    write(&shop, "web", "publish 1.json -a 1 --branch main", "web-1");
    let late = [("GIT_PACT_NOW", "2026-11-20T00:00:00Z")];
    let line = format!("{VERIFY} {STORE} --bundle ../bucket/orders-7.bundle");
    let _ = shop.run_with("orders", &line, 0, &late);
    let line = "record-deployment -a Orders -e 7 --environment production";
    let line = format!("{line} {STORE} --bundle ../bucket/deploy-7.bundle");
    let _ = shop.run_with("deploy", &line, 0, &late);
    shop.step("deploy", &format!("{CAN} 1"));
}

#[test]
fn nobody_answers_from_a_part_of_the_files() {
    let shop = played();
    let whole = fs::read(shop.sandbox.path("bucket/web-1.bundle")).unwrap();
    // Half of a file, as a copy that is under way leaves it.
    shop.write("bucket/web-1.bundle", &whole[..whole.len() / 2]);
    let half = shop.run("deploy", &format!("{CAN} 1"), 4);
    assert!(half.stderr.contains("web-1.bundle"), "{half:?}");
    // One that others build on is not there.
    fs::remove_file(shop.sandbox.path("bucket/web-1.bundle")).unwrap();
    let gap = shop.run("deploy", &format!("{CAN} 1"), 4);
    assert!(
        gap.stderr
            .contains("orders-7.bundle cannot be recorded beside"),
        "{gap:?}"
    );
    assert!(gap.stderr.contains("copy all of them"), "{gap:?}");
    shop.write("bucket/web-1.bundle", &whole);
    shop.step("deploy", &format!("{CAN} 1"));
    // Two that contradict each other: whoever reads is told, for nobody told those who wrote.
    shop.pact("web/other.json", "Web", "Orders", &["something else"]);
    fs::create_dir(shop.sandbox.path("aside")).unwrap();
    let line = "publish other.json -a 1 --branch main --repo ../aside --bundle ../bucket/x.bundle";
    shop.step("web", line);
    let contradiction = shop.run("deploy", &format!("{CAN} 1"), 4);
    assert!(
        contradiction.stderr.contains("x.bundle cannot be recorded"),
        "{contradiction:?}"
    );
}

#[test]
fn what_is_read_from_bundles_is_not_written() {
    let shop = played();
    let before = shop.list("bucket");
    for line in [
        "publish 2.json -a 2 --branch main",
        "create-environment --name test",
        "delete-version -a Web -e 1",
        "events --cursor nightly",
    ] {
        let refused = shop.run("web", &format!("{line} {STORE}"), 4);
        assert!(
            refused.stderr.contains("can only be read"),
            "{line}: {refused:?}"
        );
        assert!(refused.stderr.contains("--bundle"), "{line}: {refused:?}");
    }
    // Nor by what is run with it as its store, whether it asks the server or the folder.
    let line = format!("run {STORE} -- sh -c");
    let mut words = crate::support::team::words(&line);
    words.push(format!(
        "'{}' publish 2.json -a 2",
        env!("CARGO_BIN_EXE_git-pact")
    ));
    let ran = shop.sandbox.run("web", &words);
    assert_eq!(ran.status, Some(4), "{ran:?}");
    assert!(ran.stderr.contains("can only be read"), "{ran:?}");
    assert_eq!(shop.list("bucket"), before);
    // A folder without bundles is none, and no answer comes of it.
    fs::create_dir(shop.sandbox.path("empty")).unwrap();
    let _ = shop.run("web", "status --repo ../empty", 4);
}

#[test]
fn a_server_shows_a_folder_and_lets_nobody_write() {
    let shop = played();
    let server = Server::start(&shop.sandbox, "web", &["--repo", "../bucket"]);
    let matrix = server
        .get("/matrix?q[][pacticipant]=Web&q[][pacticipant]=Orders")
        .json();
    assert_eq!(matrix["summary"]["deployable"], true, "{matrix}");
    let put = server.send("PUT", "/pacticipants/Web/versions/1/tags/x", &json!({}));
    assert_eq!(put.status, 403, "{put:?}");
    assert!(
        put.json().to_string().contains("can only be read"),
        "{put:?}"
    );
}

#[test]
fn many_bundles_become_one() {
    let shop = played();
    fs::create_dir(shop.sandbox.path("aside")).unwrap();
    let all = shop.list("bucket").join(" ../bucket/");
    let one =
        format!("apply ../bucket/{all} --trusted --repo ../aside --bundle ../aside/all.bundle");
    let _ = shop.run("deploy", &format!("{one} --dry-run"), 2);
    let packed = shop.run("deploy", &one, 0);
    assert!(packed.stderr.contains("holds 4 writes"), "{packed:?}");
    shop.step(
        "deploy",
        &format!("{CAN} 1").replace("../bucket", "../aside"),
    );
}

#[test]
fn a_folder_moves_into_a_repository() {
    let shop = played();
    shop.sandbox.remote("new.git");
    let bundles = shop.list("bucket").join(" ../bucket/");
    let line = format!("apply ../bucket/{bundles} --trusted --repo ../new.git");
    let applied = shop.run("deploy", &line, 0);
    assert!(
        applied
            .stdout
            .contains("publish version 1: Web with Orders"),
        "{applied:?}"
    );
    let gate = "can-i-deploy -a Web -e 1 --to-environment production --repo ../new.git";
    shop.step("deploy", gate);
}
