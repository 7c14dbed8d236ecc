//! `git pact owed`: what has yet to be verified, why, and the builds that are started for it.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::support::listener::Listener;
use crate::support::listener::Received;
use crate::support::listener::answer;
use crate::support::team::Shop;

const TOKEN: &str = "t0ken-of-the-job";

/// Returns a shop in which Orders verified the first contract, and owes the second on its main branch and in
/// production; nobody has ever heard of Mail.
fn shop() -> Shop {
    let shop = Shop::with_a_remote(&["web", "orders"]);
    shop.pact("web/1.json", "Web", "Orders", &["an order"]);
    shop.pact("web/2.json", "Web", "Orders", &["an order", "an invoice"]);
    shop.pact("web/mail.json", "Web", "Mail", &["a letter"]);
    for (machine, line) in [
        ("web", "publish 1.json -a 1 --branch main"),
        (
            "orders",
            "record-verification --provider Orders -a 7 --branch main --consumer Web --success",
        ),
        ("web", "create-environment --name production --production"),
        (
            "orders",
            "record-deployment -a Orders -e 7 --environment production",
        ),
        (
            "orders",
            "record-verification --provider Orders -a 8 --branch main --consumer Web --success",
        ),
    ] {
        shop.step(machine, line);
    }
    shop
}

fn change(shop: &Shop) {
    shop.step("web", "publish 2.json mail.json -a 2 --branch main");
}

fn states(answer: &Value) -> Vec<(&str, &str, &str)> {
    let text = |value: &Value| {
        value
            .as_str()
            .map_or("-", |it| Box::leak(it.to_owned().into()))
    };
    let owed = answer["owed"].as_array().unwrap().iter();
    owed.map(|it| {
        (
            text(&it["provider"]),
            text(&it["providerVersion"]),
            text(&it["state"]),
        )
    })
    .collect()
}

#[test]
fn what_is_owed_is_listed_with_why_since_when_and_what_becomes_of_it() {
    let shop = shop();
    let nothing = shop.run("orders", "owed", 0);
    assert_eq!(nothing.stdout, "Nothing is owed.\n");
    change(&shop);
    let all = shop.json("orders", "owed", 3);
    assert_eq!(
        states(&all),
        [
            ("Mail", "-", "unverifiable"),
            ("Orders", "7", "unverified"),
            ("Orders", "8", "unverified")
        ]
    );
    assert_eq!(all["owed"][2]["since"], "2026-11-21T00:06:00+00:00");
    assert_eq!(all["owed"][2]["ageInSeconds"], 60);
    let text = shop.run("orders", "owed --provider Orders", 3).stdout;
    for words in [
        "Orders 7 (deployed in production) with Web 2 (head of main branch main)",
        "Orders 8 (head of main branch main) with Web 2",
        "unverified, will clear: the next build of the provider on main verifies it",
    ] {
        assert!(text.contains(words), "{text}");
    }
    let there = "owed --environment production";
    assert_eq!(states(&shop.json("web", there, 3)).len(), 1);
    let matrix = shop.run("web", "owed -o github-matrix", 0).stdout;
    assert_eq!(matrix.lines().count(), 1);
    let matrix: Value = serde_json::from_str(&matrix).unwrap();
    assert_eq!(matrix["include"].as_array().unwrap().len(), 2);
    assert_eq!(matrix["include"][1]["providerVersion"], "8");
    assert_eq!(matrix["include"][1]["providerBranch"], "main");

    shop.step(
        "orders",
        "record-verification --provider Orders -a 9 --branch main --consumer Web --fail",
    );
    let failed = shop.run("orders", "owed --provider Orders", 1).stdout;
    assert!(failed.contains("really failed: in run 1"), "{failed}");
    // A failure of the head leaves nothing to hope for of what is deployed.
    assert!(
        failed.contains("no build of this version comes by itself"),
        "{failed}"
    );
    shop.step("orders", "owed --exit-zero");
    shop.step(
        "orders",
        "record-verification --provider Orders -a 10 --branch main --consumer Web --success",
    );
    let text = shop.run("orders", "owed --provider Orders", 3).stdout;
    assert!(
        text.contains("version 10 has verified it and is yet to be deployed there"),
        "{text}"
    );
    shop.step(
        "orders",
        "record-deployment -a Orders -e 10 --environment production",
    );
    assert_eq!(
        states(&shop.json("orders", "owed --provider Orders", 0)),
        []
    );
    // The past is asked alike.
    let past = "owed --provider Orders --at 2026-11-21T00:06:30Z";
    assert_eq!(states(&shop.json("orders", past, 3)).len(), 2);
    let unknown = shop.run("orders", "owed --provider Order", 2).stderr;
    assert!(unknown.contains("Orders"), "{unknown}");
}

/// Runs `owed --dispatch github` against a listener.
fn dispatch(shop: &Shop, machine: &str, listener: &Listener, more: &str, status: i32) -> String {
    let api = format!("http://127.0.0.1:{}", listener.port());
    let variables = [("GITHUB_API_URL", api.as_str()), ("GITHUB_TOKEN", TOKEN)];
    let line = format!("owed --dispatch github {more}");
    let output = shop.run_with(machine, &line, status, &variables);
    let said = format!("{}{}", output.stdout, output.stderr);
    assert!(!said.contains(TOKEN), "{said}");
    said
}

fn shas(received: &[Received]) -> Vec<String> {
    let sha = |it: &Received| {
        let body: Value = serde_json::from_str(&it.body).unwrap();
        body["client_payload"]["sha"].as_str().unwrap().to_owned()
    };
    received.iter().map(sha).collect()
}

#[test]
fn a_build_is_started_once_for_each_version_that_owes_something() {
    let shop = shop();
    change(&shop);
    let github = Listener::start(|_| answer("204 No Content", &[], ""));
    let of_orders = "--provider Orders --repository Orders=https://github.com/shop/orders";
    let would = dispatch(
        &shop,
        "orders",
        &github,
        &format!("{of_orders} --dry-run"),
        0,
    );
    assert!(would.contains("/repos/shop/orders/dispatches"), "{would}");
    assert_eq!(github.received().len(), 0);
    let missing = dispatch(&shop, "orders", &github, "--provider Orders", 4);
    assert!(missing.contains("--repository Orders=URL"), "{missing}");

    let started = dispatch(&shop, "orders", &github, of_orders, 0);
    assert!(
        started.contains("started: Orders 7, 1 contract"),
        "{started}"
    );
    let received = github.received();
    assert_eq!(shas(&received), ["7", "8"]);
    assert_eq!(
        received[0].line,
        "POST /repos/shop/orders/dispatches HTTP/1.1"
    );
    assert_eq!(
        received[0].header("authorization"),
        format!("Bearer {TOKEN}")
    );
    // Neither this machine nor another starts them again before an hour is over.
    let again = dispatch(&shop, "orders", &github, of_orders, 0);
    assert!(again.contains("not again before"), "{again}");
    let url = format!("--repo file://{}", shop.store().directory().display());
    dispatch(&shop, "web", &github, &format!("{of_orders} {url}"), 0);
    assert_eq!(github.received().len(), 2);
    // What is owed anew is started at once, with all that the version owes.
    shop.pact("web/app.json", "App", "Orders", &["an order"]);
    shop.step("web", "publish app.json -a 1 --branch main");
    let more = dispatch(&shop, "web", &github, of_orders, 0);
    assert!(more.contains("started: Orders 8, 2 contracts"), "{more}");
    assert_eq!(github.received().len(), 4);
    // After the time it is started again, and then only after twice that time.
    dispatch(
        &shop,
        "web",
        &github,
        &format!("{of_orders} --again-after 1s"),
        0,
    );
    assert_eq!(github.received().len(), 6);
    let third = dispatch(
        &shop,
        "web",
        &github,
        &format!("{of_orders} --again-after 1m"),
        0,
    );
    assert!(third.contains("not again before"), "{third}");
    // Once it is verified, there is nothing to start.
    shop.step(
        "orders",
        "record-verification --provider Orders -a 9 --branch main --consumer Web --success",
    );
    shop.step(
        "orders",
        "record-verification --provider Orders -a 9 --branch main --consumer App --success",
    );
    let none = dispatch(
        &shop,
        "web",
        &github,
        &format!("{of_orders} --again-after 0s"),
        0,
    );
    assert!(none.contains("No build is owed."), "{none}");
}

#[test]
fn one_that_cannot_be_started_does_not_stop_the_others_and_is_tried_again() {
    let shop = shop();
    shop.step(
        "orders",
        "create-or-update-pacticipant --name Mail --main-branch main --repository-url https://github.com/shop/mail",
    );
    shop.step(
        "orders",
        "create-or-update-pacticipant --name Orders --repository-url git@github.com:shop/orders.git",
    );
    shop.step(
        "orders",
        "create-or-update-version -a Mail -e 1 --branch main",
    );
    change(&shop);
    let github = Listener::start(|received: &Received| {
        if received.line.contains("/mail/") {
            answer("404 Not Found", &[], &format!("no such place, {TOKEN}"))
        } else {
            answer("204 No Content", &[], "")
        }
    });
    let said = dispatch(&shop, "web", &github, "", 4);
    assert!(
        said.contains("failed: Mail 1, 1 contract: answered 404"),
        "{said}"
    );
    assert!(said.contains("started: Orders 8"), "{said}");
    assert_eq!(github.received().len(), 3);
    let json = dispatch(&shop, "web", &github, "-o json", 4);
    let json: Value = serde_json::from_str(&json).unwrap();
    let became = json["builds"].as_array().unwrap().iter();
    let became: Vec<_> = became.map(|it| it["became"].as_str().unwrap()).collect();
    assert_eq!(became, ["failed", "started before", "started before"]);
    assert_eq!(github.received().len(), 4);
    // A redirect is no answer, and nobody is followed.
    let elsewhere =
        Listener::start(|_| answer("302 Found", &["location: http://127.0.0.1:1/"], ""));
    let said = dispatch(&shop, "web", &elsewhere, "--provider Mail", 4);
    assert!(said.contains("answered 302"), "{said}");
    let no_token = shop.run("web", "owed --dispatch gitlab", 2).stderr;
    assert!(
        no_token.contains("GITLAB_TRIGGER_TOKEN or CI_JOB_TOKEN"),
        "{no_token}"
    );
}

#[test]
fn what_could_not_be_remembered_is_started_again_and_no_token_is_shown() {
    let shop = shop();
    change(&shop);
    let github = Listener::start(|_| answer("204 No Content", &[], ""));
    let of_orders = "--provider Orders --repository Orders=shop/orders";
    let hook = shop.store().directory().join("hooks/pre-receive");
    fs::write(&hook, "#!/bin/sh\ngrep -qv refs/git-pact/\n").unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    let said = dispatch(&shop, "web", &github, of_orders, 4);
    assert!(said.contains("started: Orders 8"), "{said}");
    assert!(said.contains("will be started again"), "{said}");
    fs::remove_file(&hook).unwrap();
    for _ in 0..2 {
        dispatch(&shop, "web", &github, of_orders, 0);
    }
    assert_eq!(shas(&github.received()), ["7", "8", "7", "8"]);

    // GitLab wants its token in the body.
    let line = format!("owed --dispatch gitlab --dry-run --again-after 0s {of_orders}");
    let variables = [("CI_JOB_TOKEN", TOKEN)];
    let would = shop.run_with("web", &line, 0, &variables).stdout;
    assert!(
        would.contains("/projects/shop%2Forders/trigger/pipeline"),
        "{would}"
    );
    assert!(
        would.contains("\"token\":\"*") && !would.contains(TOKEN),
        "{would}"
    );
    let offline = shop.run_with("web", "owed --dispatch gitlab --offline", 2, &variables);
    assert!(
        offline.stderr.contains("leaves the network alone"),
        "{offline:?}"
    );
}

#[test]
fn azure_and_jenkins_are_asked_by_a_user_whose_token_nobody_sees() {
    let shop = shop();
    change(&shop);
    let service = Listener::start(|received| {
        let user = received.header("authorization").to_owned();
        answer("403 Forbidden", &[], &format!("not you: {user} {TOKEN}"))
    });
    let url = format!("http://127.0.0.1:{}", service.port());
    // Base64 of `git-pact:…` and of `ada:…`.
    for (name, place, token, basic) in [
        ("azure", "shop/orders/42", TOKEN.to_owned(), "Z2l0LXBhY3Q6"),
        ("jenkins", "shop/orders", format!("ada:{TOKEN}"), "YWRhOn"),
    ] {
        let line = format!(
            "owed --dispatch {name} --provider Orders --repository Orders={place} --api-url {url}"
        );
        let variables = [("GIT_PACT_DISPATCH_TOKEN", token.as_str())];
        let would = shop.run_with("web", &format!("{line} --dry-run"), 0, &variables);
        let failed = shop.run_with("web", &line, 4, &variables);
        let said = format!("{would:?} {failed:?}");
        assert!(said.contains("answered 403 not you: "), "{said}");
        assert!(!said.contains(TOKEN) && !said.contains(basic), "{said}");
        let received = service.received();
        let last = received.last().unwrap();
        assert!(
            last.header("authorization")
                .starts_with(&format!("Basic {basic}")),
            "{name}"
        );
    }
    let lines: Vec<String> = service.received().into_iter().map(|it| it.line).collect();
    assert!(lines.contains(
        &"POST /shop/orders/_apis/pipelines/42/runs?api-version=7.1 HTTP/1.1".to_owned()
    ));
    assert!(
        lines.contains(
            &"POST /job/shop/job/orders/job/main/buildWithParameters HTTP/1.1".to_owned()
        )
    );
    let nowhere = shop
        .run_with("web", "owed --dispatch jenkins --dry-run", 2, &[])
        .stderr;
    assert!(
        nowhere.contains("--api-url, or set JENKINS_URL"),
        "{nowhere}"
    );
}
