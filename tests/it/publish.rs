//! `publish`: which files are taken, what becomes of them, and what is refused.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::fs::symlink;

use crate::support::team::STORE;
use crate::support::team::Shop;
use crate::support::team::pact;

/// Counts the pushes that reach the remote.
fn count_pushes(shop: &Shop) {
    let hook = shop.sandbox.path(STORE).join("hooks/pre-receive");
    let script = b"#!/bin/sh\ncat > /dev/null\necho push >> ../pushes\n";
    shop.write("contracts.git/hooks/pre-receive", script);
    fs::set_permissions(hook, fs::Permissions::from_mode(0o755)).unwrap();
}

fn pushes(shop: &Shop) -> usize {
    let pushes = fs::read_to_string(shop.sandbox.path("pushes"));
    pushes.unwrap_or_default().lines().count()
}

#[test]
fn a_folder_of_several_consumers_is_one_commit_a_branch_and_one_push() {
    let shop = Shop::with_a_remote(&["web"]);
    count_pushes(&shop);
    shop.pact("web/pacts/a.json", "Web", "Orders", &["an order"]);
    shop.pact(
        "web/pacts/deep/er/b.json",
        "Web",
        "Payments",
        &["a payment"],
    );
    shop.pact("web/pacts/deep/c.json", "Mobile", "Orders", &["an order"]);
    shop.pact(
        "web/pacts/no-extension",
        "Mobile",
        "Payments",
        &["a payment"],
    );
    let published = shop.json("web", "publish pacts -a 1 --branch main", 0);
    assert_eq!(published["pacts"].as_array().unwrap().len(), 4);
    assert_eq!(published["write"]["state"], "landed");
    let moved: Vec<&str> = published["write"]["branches"]
        .as_array()
        .unwrap()
        .iter()
        .map(|moved| moved["branch"].as_str().unwrap())
        .collect();
    let branches = [
        "pact/app/Mobile",
        "pact/app/Web",
        "pact/contracts/Orders",
        "pact/contracts/Payments",
    ];
    assert_eq!(moved, branches);
    for branch in branches {
        assert_eq!(shop.commits(branch), 1, "{branch}");
    }
    assert_eq!(pushes(&shop), 1);

    let again = shop.run("web", "publish pacts -a 1 --branch main", 0);
    assert!(again.stderr.contains("Nothing new"), "{again:?}");
    assert_eq!((shop.commits("--all"), pushes(&shop)), (4, 1));
    // The next version with the same contents changes no contract.
    shop.step("web", "publish pacts -a 2 --branch main");
    assert_eq!((shop.commits("--all"), pushes(&shop)), (6, 2));

    let orders = shop
        .store()
        .run(&["ls-tree", "-r", "--name-only", "pact/contracts/Orders"]);
    assert_eq!(orders, "Orders/Mobile.json\nOrders/Web.json");
    let bytes = shop
        .store()
        .run(&["show", "pact/contracts/Orders:Orders/Web.json"]);
    assert_eq!(bytes.as_bytes(), pact("Web", "Orders", &["an order"]));
}

#[test]
fn patterns_and_files_may_be_mixed_and_overlap() {
    let shop = Shop::with_a_store(&["web"]);
    shop.pact("web/pacts/web-orders.json", "Web", "Orders", &["an order"]);
    shop.pact(
        "web/pacts/web-payments.json",
        "Web",
        "Payments",
        &["a payment"],
    );
    shop.pact(
        "web/pacts/app-orders.json",
        "Mobile",
        "Orders",
        &["an order"],
    );
    let line = "publish pacts/web-*.json pacts/web-orders.json -a 1";
    let published = shop.json("web", line, 0);
    let providers: Vec<&str> = published["pacts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pact| pact["provider"].as_str().unwrap())
        .collect();
    assert_eq!(providers, ["Orders", "Payments"]);
    let nothing = shop.run("web", "publish pacts/*.txt -a 1", 2);
    assert!(nothing.stderr.contains("that matches"), "{nothing:?}");
}

#[test]
fn every_kind_of_pact_keeps_its_bytes() {
    let shop = Shop::with_a_store(&["any"]);
    for (fixture, version) in [
        ("v1/till-1.json", "Till"),
        ("orders/web-1.json", "Web"),
        ("messages/mailer-1.json", "Mailer"),
        ("payments/order-service-1.json", "Order Service"),
        ("plugin/order-service-1.json", "Order Service"),
    ] {
        let line = format!("publish FIXTURES/pacts/{fixture} -a 1 --branch main");
        let published = shop.json("any", &line, 0);
        let found = &published["pacts"][0];
        assert_eq!(found["consumer"], version);
        let notices = published["notices"].to_string();
        let place = notices.split("pact at ").nth(1).unwrap();
        let stored = shop
            .store()
            .run(&["show", place.split('"').next().unwrap()]);
        let path = format!("{}/fixtures/pacts/{fixture}", env!("CARGO_MANIFEST_DIR"));
        let given = fs::read_to_string(path).unwrap();
        assert_eq!(stored, given.trim_end_matches('\n'), "{fixture}");
    }
}

#[test]
fn other_content_for_a_version_is_refused_with_the_difference_and_nothing_is_recorded() {
    let shop = Shop::with_a_store(&["web"]);
    shop.pact(
        "web/old/orders.json",
        "Web",
        "Orders",
        &["an order", "a list"],
    );
    shop.step("web", "publish old -a 1 --branch main");
    shop.pact(
        "web/new/orders.json",
        "Web",
        "Orders",
        &["an order", "an invoice"],
    );
    shop.pact("web/new/payments.json", "Web", "Payments", &["a payment"]);
    let before = shop.store().run(&["for-each-ref"]);
    let refused = shop.run("web", "publish new -a 1 --branch main", 1);
    assert_eq!(refused.stdout, "");
    for words in [
        "Cannot change the content of the pact for Web version 1 and provider Orders",
        "added: \"an invoice\"",
        "removed: \"a list\"",
        "nothing of this command was recorded",
    ] {
        assert!(refused.stderr.contains(words), "{words} {refused:?}");
    }
    assert!(!refused.stderr.contains("\"an order\""), "{refused:?}");
    assert_eq!(shop.store().run(&["for-each-ref"]), before);
    // Another order of keys and interactions is no other content.
    shop.pact(
        "web/same/orders.json",
        "Web",
        "Orders",
        &["a list", "an order"],
    );
    let same = shop.run("web", "publish same -a 1 --branch main", 0);
    assert!(same.stderr.contains("Nothing new"), "{same:?}");
}

#[test]
fn shards_merge_to_the_pact_that_one_process_would_have_written() {
    let shop = Shop::with_a_store(&["web"]);
    let shard = |name: &str, status: i32, more: &str| {
        let line = format!("publish FIXTURES/pacts/shards/{name}.json -a 1 --branch main {more}");
        shop.run("web", &line, status)
    };
    assert!(
        shard("web-orders", 0, "--merge")
            .stderr
            .contains("Recorded")
    );
    let alone = shard("web-checkout", 1, "");
    assert!(alone.stderr.contains("removed:"), "{alone:?}");
    let merged = shard("web-checkout", 0, "--merge");
    assert!(
        merged
            .stdout
            .contains("Pact content merged with existing content"),
        "{merged:?}"
    );
    // In any order, any number of times.
    assert!(
        shard("web-orders", 0, "--merge")
            .stderr
            .contains("Nothing new")
    );
    let id = |line: &str| shop.json("web", line, 0)["pacts"][0]["contentId"].clone();
    let whole = id("publish FIXTURES/pacts/orders/web-1.json -a 2");
    assert_eq!(
        id("publish FIXTURES/pacts/shards/web-orders.json -a 1 --merge"),
        whole
    );
    // An interaction that is there already and differs is not merged away.
    shop.pact("web/a.json", "Web", "Payments", &["a payment"]);
    shop.step("web", "publish a.json -a 3");
    let text = String::from_utf8(pact("Web", "Payments", &["a payment"])).unwrap();
    shop.write("web/b.json", text.replace("200", "404"));
    let refused = shop.run("web", "publish b.json -a 3 --merge", 1);
    assert!(refused.stderr.contains("a payment"), "{refused:?}");
}

#[test]
fn a_version_has_branch_tags_and_build() {
    let shop = Shop::with_a_store(&["web"]);
    shop.pact("web/a.json", "Web", "Orders", &["an order"]);
    let line = "publish a.json -a 1 --branch feat/cart --tag dev -t green -g \
                --build-url https://ci.example/1";
    let published = shop.run("web", line, 0);
    let said = "Created Web version 1 with branch feat/cart and tags dev, green, feat/cart";
    assert!(published.stdout.contains(said), "{published:?}");
    let log = shop.json("web", "log --pacticipant Web", 0);
    let event = &log["events"][0];
    assert_eq!(event["branches"], serde_json::json!(["feat/cart"]));
    assert_eq!(
        event["tags"],
        serde_json::json!(["dev", "green", "feat/cart"])
    );
    assert_eq!(event["buildUrl"], "https://ci.example/1");
    for selector in [
        "--latest dev",
        "--all green",
        "--branch feat/cart",
        "--all prod",
    ] {
        let rows = shop.json("web", &format!("matrix -a Web {selector} -a Orders"), 0);
        let rows = rows["matrix"].as_array().unwrap().len();
        assert_eq!(rows, usize::from(selector != "--all prod"), "{selector}");
    }
    let refused = shop.run("web", "publish a.json -a 2 -g", 2);
    assert!(refused.stderr.contains("needs a branch"), "{refused:?}");
    let refused = shop.run("web", "publish a.json", 2);
    assert!(
        refused.stderr.contains("--consumer-app-version"),
        "{refused:?}"
    );
}

/// Returns the environment of a fixture; its event file is put into the sandbox.
fn ci(shop: &Shop, fixture: &str) -> Vec<(String, String)> {
    let path = format!("{}/fixtures/ci/{fixture}.env", env!("CARGO_MANIFEST_DIR"));
    let mut variables = Vec::new();
    for line in fs::read_to_string(path).unwrap().lines() {
        if let Some(event) = line.strip_prefix("#event ") {
            shop.write("event.json", event);
        } else if !line.starts_with('#') {
            let (name, value) = line.split_once('=').unwrap();
            variables.push((name.to_owned(), value.to_owned()));
        }
    }
    let event = shop.sandbox.path("event.json").display().to_string();
    variables.retain(|(name, _)| name != "GITHUB_EVENT_PATH");
    variables.push(("GITHUB_EVENT_PATH".to_owned(), event));
    variables
}

#[test]
fn version_branch_and_build_are_found_out_on_ci() {
    let shop = Shop::with_a_store(&["web"]);
    shop.pact("pact.json", "Web", "Orders", &["an order"]);
    let code = shop.sandbox.git("web");
    code.run(&["init", "--quiet", "--initial-branch=feat/here"]);
    code.run(&["commit", "--quiet", "--allow-empty", "--message", "begin"]);
    let head = code.run(&["rev-parse", "HEAD"]);
    let source = "5f2d1c0b9a8e7f6d5c4b3a29181706f5e4d3c2b1";
    let run = |fixture: &str, status: i32| {
        let variables = ci(&shop, fixture);
        let variables: Vec<(&str, &str)> = variables
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        shop.run_with("web", "publish ../pact.json -r", status, &variables)
    };
    for (fixture, version, branch, build) in [
        (
            "github-pull-request",
            source,
            Some("fix/total"),
            "github.com/shop/orders/actions/runs/9001",
        ),
        (
            "github-merge-queue",
            source,
            None,
            "github.com/shop/orders/actions/runs/9001",
        ),
        (
            "gitlab-merged-results",
            source,
            Some("fix/total"),
            "gitlab.com/shop/orders/-/jobs/31",
        ),
        ("laptop", &head, Some("feat/here"), ""),
    ] {
        let output = run(fixture, 0);
        let found = format!("Detected {version} from");
        assert!(output.stderr.contains(&found), "{fixture} {output:?}");
        let found = branch.map_or(
            "warning: no branch: this is a build of the merge queue".to_owned(),
            |branch| format!("Detected {branch} from"),
        );
        assert!(output.stderr.contains(&found), "{fixture} {output:?}");
        let log = shop.run("web", "log", 0);
        assert!(
            log.stdout.contains(&format!("Web version {version}")),
            "{log:?}"
        );
        assert!(log.stdout.contains(build), "{log:?}");
    }
    code.run(&["checkout", "--quiet", "--detach"]);
    let detached = run("laptop-detached", 0);
    assert!(
        detached.stderr.contains("no branch is checked out"),
        "{detached:?}"
    );
    fs::remove_dir_all(shop.sandbox.path("web/.git")).unwrap();
    let nowhere = run("nowhere", 2);
    assert!(nowhere.stderr.contains("give the version"), "{nowhere:?}");
}

#[test]
fn what_is_no_pact_is_named_and_never_skipped_in_silence() {
    let shop = Shop::with_a_store(&["web"]);
    let nothing = shop.run("web", "publish missing -a 1", 2);
    assert!(
        nothing.stderr.contains("no file or folder missing"),
        "{nothing:?}"
    );
    fs::create_dir(shop.sandbox.path("web/pacts")).unwrap();
    let empty = shop.run("web", "publish pacts -a 1", 2);
    assert!(
        empty.stderr.contains("there is no pact in pacts"),
        "{empty:?}"
    );

    let whole = pact("Web", "Orders", &["an order"]);
    let text = String::from_utf8(whole.clone()).unwrap();
    let mut broken = whole.clone();
    broken.extend(b"\xff");
    let twice = text.replacen('{', "{\"consumer\": {\"name\": \"Other\"},", 1);
    let cases: [(&str, &[u8], &str); 5] = [
        ("other.json", b"{\"name\": \"web\"}", "not a pact"),
        ("text.txt", b"read me", "JSON"),
        ("utf8.json", &broken, "not UTF-8"),
        ("twice.json", twice.as_bytes(), "appears twice"),
        (
            "large.json",
            &vec![b' '; 11 << 20],
            "more than the 10485760",
        ),
    ];
    for (name, bytes, why) in cases {
        shop.write(&format!("web/pacts/{name}"), bytes);
        let refused = shop.run("web", &format!("publish pacts/{name} -a 1"), 2);
        assert!(refused.stderr.contains(name), "{refused:?}");
        assert!(refused.stderr.contains(why), "{name} {refused:?}");
    }
    symlink("../secret.json", shop.sandbox.path("web/pacts/link.json")).unwrap();
    shop.write("web/secret.json", &whole);
    let refused = shop.run("web", "publish pacts/link.json -a 1", 2);
    assert!(refused.stderr.contains("symbolic link"), "{refused:?}");

    // A pact that cannot be read would go missing unnoticed, so nothing at all is published.
    shop.write("web/pacts/web.json", [b"\xef\xbb\xbf", &whole[..]].concat());
    let refused = shop.run("web", "publish pacts -a 1", 2);
    for (name, _, why) in &cases[2..] {
        let line = refused.stderr.lines().find(|line| line.contains(name));
        assert!(line.is_some_and(|line| line.contains(why)), "{refused:?}");
        fs::remove_file(shop.sandbox.path("web/pacts").join(name)).unwrap();
    }
    assert_eq!(shop.store().run(&["for-each-ref"]), "");

    // What is something else is named, and the pact among it, with a byte order mark, published.
    let published = shop.run("web", "publish pacts -a 1", 0);
    for (name, _, why) in &cases[..2] {
        let line = published.stderr.lines().find(|line| line.contains(name));
        assert!(
            line.is_some_and(|line| line.contains(why)),
            "{name} {published:?}"
        );
    }
    assert!(
        published.stderr.contains("link.json is not published"),
        "{published:?}"
    );
    let mark = "the byte order mark at the start of the pact is not kept";
    assert!(published.stderr.contains(mark), "{published:?}");
    let stored = shop
        .store()
        .run(&["show", "pact/contracts/Orders:Orders/Web.json"]);
    assert_eq!(stored.as_bytes(), whole);
}

/// Names that would deceive a careless program, each told from every other.
fn strange_names() -> Vec<String> {
    let mut names: Vec<String> = [
        "Order Service",
        "shop/web",
        "a/../b",
        "..",
        ".git",
        "v1.2.",
        "CON",
        "nul.json",
        "--help",
        "-rf",
        "Ünï cödé",
        "日本語",
        "🙂 shop 👩‍🚀",
        "web.lock",
        "100%",
        "$(id) `id`; 'x' \"y\"",
    ]
    .map(str::to_owned)
    .into();
    names.push("x".repeat(255));
    names.push("é".repeat(255));
    names
}

#[test]
fn strange_names_round_trip_from_publish_to_log() {
    let shop = Shop::with_a_remote(&["ci"]);
    let names = strange_names();
    let pairs = || names.iter().zip(names.iter().cycle().skip(1));
    for (number, (consumer, provider)) in pairs().enumerate() {
        let file = format!("ci/pacts/{number}.json");
        shop.pact(&file, consumer, provider, &["an order"]);
    }
    let published = shop.json("ci", "publish pacts -a 1 --branch main", 0);
    assert_eq!(published["pacts"].as_array().unwrap().len(), names.len());
    shop.store().fsck();

    // The rest is asked of the remote as it lies there.
    fs::create_dir(shop.sandbox.path("verify")).unwrap();
    let run = |words: &[&str], status: i32| {
        let words = [words, &["--repo", "../contracts.git"]].concat();
        let output = shop.sandbox.run("verify", &words);
        assert_eq!(output.status, Some(status), "{words:?} {output:?}");
        output
    };
    for (number, (consumer, provider)) in pairs().enumerate() {
        let of_provider = format!("--provider={provider}");
        let directory = format!("{number}");
        let to = format!("--to={directory}");
        let _ = run(&["pull", &of_provider, "--latest", &to], 0);
        let files = shop.list(&format!("verify/{directory}"));
        assert_eq!(files.len(), 1, "{files:?}");
        let pulled = fs::read(shop.sandbox.path("verify").join(&directory).join(&files[0]));
        assert_eq!(pulled.unwrap(), pact(consumer, provider, &["an order"]));

        let results = serde_json::json!([{ "consumer": consumer, "success": true }]);
        shop.write("verify/results.json", results.to_string());
        let manifest = format!("{directory}.git-pact.json");
        let recorded = run(
            &[
                "record-verification",
                &of_provider,
                "--provider-app-version=-e 1/..",
                "--results=results.json",
                "--manifest",
                &manifest,
                "--output=json",
            ],
            0,
        );
        let recorded: serde_json::Value = serde_json::from_str(&recorded.stdout).unwrap();
        assert_eq!(recorded["results"][0]["consumer"], **consumer);

        let of_consumer = format!("--pacticipant={consumer}");
        let of_both = format!("--pacticipant={provider}");
        let yes = run(
            &[
                "can-i-deploy",
                &of_consumer,
                "--version=1",
                &of_both,
                "--version=-e 1/..",
                "--output=json",
            ],
            0,
        );
        let yes: serde_json::Value = serde_json::from_str(&yes.stdout).unwrap();
        let row = &yes["matrix"][0];
        assert_eq!(row["consumer"]["name"], **consumer);
        assert_eq!(row["provider"]["name"], **provider);
        assert_eq!(row["provider"]["version"]["number"], "-e 1/..");

        let log = run(
            &[
                "log",
                &of_provider,
                &format!("--consumer={consumer}"),
                "-o=json",
            ],
            0,
        );
        let log: serde_json::Value = serde_json::from_str(&log.stdout).unwrap();
        let events = log["events"].as_array().unwrap();
        assert_eq!(events.len(), 2, "{log}");
        assert_eq!(events[0]["pacticipant"], **provider);
        assert_eq!(events[1]["pacticipant"], **consumer);
    }
    shop.store().fsck();
    // And another machine can fetch it all.
    let clone = shop.sandbox.clone_of(STORE, "clone");
    let status = shop.json("clone", "status", 0);
    assert_eq!(status["applications"], names.len());
    clone.fsck();
}
