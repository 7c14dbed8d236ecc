//! `log` and `status`: who said what, when, in which build, and what the store holds.

use std::fs;

use serde_json::Value;

use crate::support::team::STORE;
use crate::support::team::Shop;

/// A day in a shop, a minute a command.
fn a_day() -> Shop {
    let shop = Shop::with_a_remote(&["web", "orders"]);
    shop.pact("web/1.json", "Web", "Orders", &["an order"]);
    shop.pact("web/2.json", "Web", "Payments", &["a payment"]);
    let zoe = [("GIT_PACT_ACTOR", "Zoë <zoe@example.com>")];
    let line =
        "publish 1.json 2.json -a 1 --branch main --tag dev --build-url https://ci.example/1";
    let _ = shop.run_with("web", line, 0, &zoe);
    for (machine, line) in [
        ("web", "create-environment --name production --production"),
        (
            "orders",
            "record-verification --provider Orders -a 1 --branch main --consumer Web --fail",
        ),
        (
            "orders",
            "record-verification --provider Orders -a 1 --branch main --consumer Web --success",
        ),
        (
            "orders",
            "record-deployment -a Orders -e 1 --environment production",
        ),
        (
            "orders",
            "record-deployment -a Orders -e 2 --environment production",
        ),
        (
            "orders",
            "record-undeployment -a Orders --environment production",
        ),
        ("web", "record-release -a Web -e 1 --environment production"),
        (
            "web",
            "record-support-ended -a Web -e 1 --environment production",
        ),
        ("web", "init --rules pact-broker"),
    ] {
        if line.contains("-e 2") {
            shop.step(
                "orders",
                "create-or-update-version -a Orders -e 2 --branch main",
            );
        }
        shop.step(machine, line);
    }
    shop
}

/// Returns what happened, newest first: the minute, who, and what.
fn events(shop: &Shop, line: &str) -> Vec<String> {
    let log = shop.run("web", line, 0);
    let event = |line: &str| {
        let (time, rest) = line.split_once(' ').unwrap();
        let (commit, said) = rest.split_once(' ').unwrap();
        assert_eq!(commit.len(), 7, "{line}");
        format!("{} {said}", &time[14..16])
    };
    let lines = log.stdout.lines().filter(|line| !line.starts_with("    "));
    lines.map(event).collect()
}

#[test]
fn the_log_of_the_store_is_all_that_was_said_newest_first() {
    let shop = a_day();
    let id = |provider: &str| {
        let pulled = shop.json("web", &format!("pull --provider {provider} --latest"), 0);
        pulled["pacts"][0]["contentId"].as_str().unwrap()[..8].to_owned()
    };
    let (orders, payments) = (id("Orders"), id("Payments"));
    let expected = [
        "10 Test: set the rules of the store to pact-broker".to_owned(),
        "09 Test: ended the support of Web version 1 in production".to_owned(),
        "08 Test: released Web version 1 to production".to_owned(),
        "07 Test: undeployed Orders version 2 from production".to_owned(),
        "06 Test: deployed Orders version 2 to production in place of 1".to_owned(),
        "05 Test: recorded Orders version 2 (branch main)".to_owned(),
        "04 Test: deployed Orders version 1 to production".to_owned(),
        format!("03 Test: verified Orders version 1: Web {orders} passed"),
        format!("02 Test: verified Orders version 1 (branch main): Web {orders} failed"),
        "02 Test: described Orders: main branch main".to_owned(),
        "01 Test: created environment production (production)".to_owned(),
        format!(
            "00 Zoë: published Web version 1 (branch main, tag dev): pacts with Orders {orders}, \
             Payments {payments}"
        ),
        "00 Zoë: described Web: main branch main".to_owned(),
    ];
    assert_eq!(events(&shop, "log"), expected);
    assert_eq!(events(&shop, "log --limit 2"), expected[..2]);
    let built = shop.run("web", "log --pacticipant Web", 0);
    let line = "\n    build https://ci.example/1\n";
    assert!(built.stdout.contains(line), "{built:?}");

    let of = |line: &str| -> Vec<String> {
        let minute = |event: String| event[..2].to_owned();
        events(&shop, line).into_iter().map(minute).collect()
    };
    assert_eq!(of("log --pacticipant Web"), ["09", "08", "00", "00"]);
    assert_eq!(
        of("log -a Orders"),
        ["07", "06", "05", "04", "03", "02", "02"]
    );
    assert_eq!(
        of("log --provider Orders --consumer Web"),
        ["03", "02", "00"]
    );
    assert_eq!(of("log --provider Payments --consumer Web"), ["00"]);
    assert_eq!(
        of("log --environment production"),
        ["09", "08", "07", "06", "04", "01"]
    );
    for (line, word) in [
        ("log --pacticipant Nobody", "Nobody"),
        ("log --environment nowhere", "nowhere"),
        ("log --provider Orders", "--consumer"),
        (
            "log --pacticipant Web --environment production",
            "cannot be used with",
        ),
    ] {
        let refused = shop.run("web", line, 2);
        assert!(refused.stderr.contains(word), "{refused:?}");
    }
}

#[test]
fn the_log_is_the_same_from_every_clone_and_says_where_its_knowledge_ends() {
    let shop = a_day();
    let log = shop.run("web", "log --output json", 0);
    let json: Value = serde_json::from_str(&log.stdout).unwrap();
    let events = json["events"].as_array().unwrap();
    assert_eq!(events.len(), 13);
    assert_eq!(events[12]["actor"]["email"], "zoe@example.com");
    assert_eq!(events[11]["buildUrl"], "https://ci.example/1");

    let url = format!("file://{}", shop.sandbox.path(STORE).display());
    let shallow = shop.sandbox.git("shallow");
    shallow.run(&[
        "clone",
        "--quiet",
        "--depth=1",
        "--no-single-branch",
        &url,
        ".",
    ]);
    let cut = shop.run("shallow", "log --offline", 0);
    assert!(
        cut.stderr
            .contains("is not here: run this without --offline"),
        "{cut:?}"
    );
    assert!(!cut.stdout.contains("deployed"), "{cut:?}");
    assert_eq!(
        shop.run("shallow", "log --output json", 0).stdout,
        log.stdout
    );
    assert_eq!(
        shop.run("shallow", "log --output json --offline", 0).stdout,
        log.stdout
    );

    fs::create_dir(shop.sandbox.path("empty")).unwrap();
    shop.step("empty", &format!("status --repo {url}"));
    let cut = shop.run("empty", &format!("log --offline --repo {url}"), 0);
    assert!(cut.stderr.contains("`git pact fetch --history`"), "{cut:?}");
    shop.step("empty", &format!("fetch --history --repo {url}"));
    let whole = shop.run(
        "empty",
        &format!("log --offline --output json --repo {url}"),
        0,
    );
    assert_eq!(whole.stdout, log.stdout);
}

#[test]
fn the_status_says_what_there_is_how_fresh_it_is_and_who_was_last() {
    let shop = a_day();
    shop.sandbox.clone_of(STORE, "new");
    // Another machine moves one branch.
    shop.step(
        "orders",
        "record-deployment -a Orders -e 2 --environment production",
    );
    let behind = shop.json("new", "status --offline", 0);
    assert_eq!(behind["freshness"]["state"], "offline");
    let status = shop.json("new", "status", 0);
    assert_eq!(status["freshness"]["state"], "fetched");
    assert_eq!(status["freshness"]["branches"], 6);
    assert_eq!(status["freshness"]["behind"], 1);
    assert_eq!(shop.json("new", "status", 0)["freshness"]["behind"], 0);
    assert_eq!(
        (&status["applications"], &status["providers"]),
        (&3.into(), &2.into())
    );
    assert_eq!(
        (&status["computedFrom"]["rules"], &status["rulesAreSet"]),
        (&"pact-broker".into(), &true.into())
    );
    assert_eq!(status["environments"][0]["deployed"][0]["version"], "2");
    assert_eq!(status["newest"][0]["kind"], "applications");

    let text = shop.run("new", "status", 0);
    for line in [
        "Store: origin ($TMP/contracts.git)",
        "What is here is what the remote has.",
        "Rules: pact-broker",
        "Applications: 3, 2 of them with contracts as provider",
        "production (production) | Orders      | 2       | deployed",
    ] {
        assert!(text.stdout.contains(line), "{line}\n{}", text.stdout);
    }
}

#[test]
fn an_empty_store_is_not_mistaken_for_one_that_is_not_known() {
    let shop = Shop::with_a_remote(&["web"]);
    let empty = shop.run("web", "status", 0);
    assert!(empty.stdout.contains("It is empty."), "{empty:?}");
    let log = shop.run("web", "log", 0);
    assert!(log.stderr.contains("Nothing was recorded."), "{log:?}");
    let offline = shop.run("web", "status --offline", 0);
    assert_ne!(offline.stdout, empty.stdout);
    fs::create_dir(shop.sandbox.path("empty")).unwrap();
    let nowhere = shop.run("empty", "status", 2);
    assert!(
        nowhere.stderr.contains("no store: give --repo"),
        "{nowhere:?}"
    );
}

#[test]
fn the_status_names_what_cannot_be_read_and_tells_the_rest() {
    let shop = Shop::with_a_store(&["web"]);
    shop.pact("web/1.json", "Web", "Orders", &["an order"]);
    shop.step("web", "publish 1.json -a 1 --branch main");
    shop.step("web", "create-environment --name production");
    let planted: [(&str, &str, &[u8]); 1] = [(
        "100644",
        "production/environment.json",
        b"{\"schema\": 99}\n",
    )];
    shop.store()
        .plant("refs/heads/pact/env/production", &planted);
    let status = shop.run("web", "status", 4);
    assert!(
        status.stdout.contains("Applications: 2, 1 of them"),
        "{status:?}"
    );
    assert!(
        status.stderr.contains("production/environment.json"),
        "{status:?}"
    );
    let json = shop.json("web", "status", 4);
    assert_eq!(json["problems"].as_array().unwrap().len(), 1, "{json}");
}
