//! The provider's part: which pacts are pulled and why, and what is recorded of what a verifier
//! found.

use serde_json::Value;
use serde_json::json;

use crate::support::team::Shop;
use crate::support::team::pact;

/// Three versions of Web, of which the first and the last want the same, and one of Mobile.
///
/// Web 1 is deployed and Mobile 1 released to production; Web 2 is on a branch and has a tag.
fn consumers() -> Shop {
    let shop = Shop::with_a_store(&["ci"]);
    shop.pact("ci/a.json", "Web", "Orders", &["an order"]);
    shop.pact("ci/b.json", "Web", "Orders", &["an order", "an invoice"]);
    shop.pact("ci/m.json", "Mobile", "Orders", &["a list"]);
    for line in [
        "publish a.json -a 1 --branch main",
        "publish b.json -a 2 --branch feat/x --tag dev",
        "publish a.json -a 3 --branch main",
        "publish m.json -a 1 --branch main",
        "create-environment --name production --production",
        "create-environment --name test",
        "record-deployment -a Web -e 1 --environment production",
        "record-release -a Mobile -e 1 --environment production",
    ] {
        shop.step("ci", line);
    }
    shop
}

/// Returns which versions a pull selects, e.g. `Web 1,3`, and marks what is pending or WIP.
fn selected(shop: &Shop, options: &str) -> Vec<String> {
    let pulled = shop.json("ci", &format!("pull --provider Orders {options}"), 0);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let one = |pact: &Value| {
        let choices = pact["choices"].as_array().unwrap();
        let mut versions: Vec<String> = choices
            .iter()
            .map(|choice| text(&choice["consumerVersion"]))
            .collect();
        versions.sort();
        versions.dedup();
        let pending = if pact["pending"] == true {
            " pending"
        } else {
            ""
        };
        let wip = if pact["wip"] == true { " WIP" } else { "" };
        let consumer = text(&pact["consumer"]);
        format!("{consumer} {}{pending}{wip}", versions.join(","))
    };
    pulled["pacts"]
        .as_array()
        .unwrap()
        .iter()
        .map(one)
        .collect()
}

#[test]
fn every_kind_of_selector_selects() {
    let shop = consumers();
    for (options, expected) in [
        ("--main-branch", &["Mobile 1", "Web 3"][..]),
        ("--branch feat/x", &["Web 2"]),
        (
            "--branch feat/x --branch main",
            &["Mobile 1", "Web 2", "Web 3"],
        ),
        (
            "--matching-branch --provider-version-branch feat/x",
            &["Web 2"],
        ),
        ("--tag dev", &["Web 2"]),
        ("--latest", &["Mobile 1", "Web 3"]),
        ("--deployed", &["Web 1"]),
        ("--released", &["Mobile 1"]),
        ("--deployed-or-released", &["Mobile 1", "Web 1"]),
        ("--environment production", &["Mobile 1", "Web 1"]),
        ("--deployed --environment test", &[]),
        ("--main-branch --consumer Web", &["Web 3"]),
        // The same content is verified once, for all who want it.
        ("--main-branch --deployed", &["Mobile 1", "Web 1,3"]),
        ("", &["Mobile 1", "Web 1,3"]),
        (
            r#"--consumer-version-selectors [{"branch":"none","fallbackBranch":"main"}]"#,
            &["Mobile 1", "Web 3"],
        ),
        (
            r#"--consumer-version-selectors {"consumer":"Web","latest":true} --tag dev"#,
            &["Web 2", "Web 3"],
        ),
    ] {
        let found = selected(&shop, &format!("--no-pending {options}"));
        assert_eq!(found, expected, "{options}");
    }
    let nothing = shop.run(
        "ci",
        "pull --provider Orders --deployed --environment test --to ./v",
        0,
    );
    assert!(nothing.stderr.contains("Nothing to verify"), "{nothing:?}");
    assert!(shop.list("ci/v").is_empty());
    for (line, why) in [
        ("pull --provider Nobody --latest --to ./v", "Nobody"),
        ("pull --provider Orders --latest", "--to DIR"),
        (
            "pull --provider Orders --environment nowhere --to ./v",
            "nowhere",
        ),
        (
            r#"pull --provider Orders --consumer-version-selectors {"x":1} --to ./v"#,
            "x",
        ),
    ] {
        let refused = shop.run("ci", line, 2);
        assert!(refused.stderr.contains(why), "{line} {refused:?}");
    }
}

#[test]
fn a_pact_is_pending_until_a_branch_has_verified_it_and_wip_if_nobody_selected_it() {
    let shop = consumers();
    shop.step(
        "ci",
        "create-or-update-version -a Orders -e 0 --branch feat/old",
    );
    let options = "--main-branch --provider-version-branch main";
    assert_eq!(
        selected(&shop, options),
        ["Mobile 1 pending", "Web 3 pending"]
    );
    let line = "record-verification --provider Orders -a 1 --branch main --consumer Web --success";
    shop.step("ci", line);
    assert_eq!(selected(&shop, options), ["Mobile 1 pending", "Web 3"]);
    // It is for a branch that began before that, and not for one that begins now.
    let branch = |name: &str| format!("--main-branch --provider-version-branch {name}");
    let found = selected(&shop, &branch("feat/old"));
    assert_eq!(found, ["Mobile 1 pending", "Web 3 pending"]);
    let found = selected(&shop, &branch("feat/new"));
    assert_eq!(found, ["Mobile 1 pending", "Web 3"]);
    let wip = format!("{options} --include-wip-pacts-since 2026-01-01");
    let expected = ["Mobile 1 pending", "Web 3", "Web 2 pending WIP"];
    assert_eq!(selected(&shop, &wip), expected);
    let since = format!("{options} --include-wip-pacts-since 2027-01-01");
    assert_eq!(selected(&shop, &since), expected[..2]);
    let line = "record-verification --provider Orders -a 1 --branch main \
                --consumer Web --consumer-version 2 --success";
    shop.step("ci", line);
    assert_eq!(selected(&shop, &wip), expected[..2]);

    let text = shop.run(
        "ci",
        &format!("pull --provider Orders {options} --to ./v"),
        0,
    );
    let why = "latest version from the main branch 'main' (3)";
    assert!(text.stdout.contains(why), "{text:?}");
    assert!(
        text.stderr
            .contains("2 pacts to verify, 1 of them pending."),
        "{text:?}"
    );
}

#[test]
fn a_pull_replaces_what_it_left_and_nothing_else() {
    let shop = consumers();
    let pull = |options: &str, status: i32| {
        let line = format!("pull --provider Orders {options} --to ./out/verify");
        shop.run("ci", &line, status)
    };
    let _ = pull("--main-branch", 0);
    assert_eq!(shop.list("ci/out"), ["verify", "verify.git-pact.json"]);
    assert_eq!(shop.list("ci/out/verify"), ["Mobile.json", "Web.json"]);
    let bytes = std::fs::read(shop.sandbox.path("ci/out/verify/Web.json")).unwrap();
    assert_eq!(bytes, pact("Web", "Orders", &["an order"]));
    let manifest = std::fs::read(shop.sandbox.path("ci/out/verify.git-pact.json")).unwrap();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    assert_eq!(manifest["schema"], 1);
    assert_eq!(manifest["pacts"][1]["file"], "Web.json");
    assert_eq!(manifest["pacts"][1]["consumerVersions"], json!(["3"]));

    // Two contents of one consumer are two files.
    let _ = pull("--main-branch --tag dev --consumer Web", 0);
    let files = shop.list("ci/out/verify");
    assert_eq!(files.len(), 2, "{files:?}");
    assert!(
        files.iter().all(|file| file.starts_with("Web")),
        "{files:?}"
    );

    shop.write("ci/out/verify/mine.json", "{}");
    let refused = pull("--main-branch", 2);
    assert!(
        refused
            .stderr
            .contains("`mine.json` in it is not from an earlier pull"),
        "{refused:?}"
    );
    std::fs::remove_file(shop.sandbox.path("ci/out/verify/mine.json")).unwrap();
    shop.write(&format!("ci/out/verify/{}", files[0]), "{}");
    let refused = pull("--main-branch", 2);
    assert!(refused.stderr.contains(&files[0]), "{refused:?}");
    assert_eq!(shop.list("ci/out/verify"), files);

    shop.write("ci/by-hand/pact.json", "{}");
    let refused = shop.run("ci", "pull --provider Orders --latest --to by-hand", 2);
    assert!(refused.stderr.contains("pact.json"), "{refused:?}");
    let refused = shop.run("ci", "pull --provider Orders --latest --to .", 2);
    assert!(refused.stderr.contains("cannot pull into"), "{refused:?}");
}

#[test]
fn own_results_are_recorded_for_what_was_pulled() {
    let shop = consumers();
    shop.step("ci", "pull --provider Orders --main-branch --to ./verify");
    let results = json!([
        { "consumer": "Web", "success": false, "failures": ["an order"] },
        { "consumer": "Mobile", "success": true },
        { "consumer": "Stranger", "success": true },
    ]);
    shop.write("ci/results.json", results.to_string());
    let line = "record-verification --provider Orders -a 1 --branch main --tag dev \
                --build-url https://ci.example/7 --results results.json";
    let recorded = shop.run("ci", line, 0);
    assert!(
        recorded.stdout.contains("Failed for Web:\n  * an order"),
        "{recorded:?}"
    );
    assert!(recorded.stderr.contains("Stranger"), "{recorded:?}");
    assert!(
        recorded
            .stderr
            .contains("2 results of Orders version 1, 1 failed"),
        "{recorded:?}"
    );
    let line = "can-i-deploy -a Web -e 3 -a Orders --latest dev";
    let no = shop.run("ci", line, 1);
    assert!(no.stderr.contains("failed: an order"), "{no:?}");
    assert!(no.stdout.contains("https://ci.example/7"), "{no:?}");
    let _ = shop.run(
        "ci",
        "can-i-deploy -a Mobile -e 1 -a Orders --branch main",
        0,
    );
    // The pact of version 2 was not among them.
    let _ = shop.run("ci", "can-i-deploy -a Web -e 2 -a Orders -e 1", 3);
}

#[test]
fn a_rerun_adds_a_run_and_the_newest_counts() {
    let shop = consumers();
    let record = |more: &str| {
        let line = format!("record-verification --provider Orders -a 1 --consumer Web {more}");
        shop.run("ci", &line, 0)
    };
    let can = |status: i32| shop.run("ci", "can-i-deploy -a Web -e 3 -a Orders -e 1", status);
    let runs = || {
        let runs = [
            "ls-tree",
            "-r",
            "--name-only",
            "pact/app/Orders",
            "Orders/runs/",
        ];
        shop.store().run(&runs).lines().count()
    };
    shop.step("ci", "create-or-update-version -a Orders -e 1");
    let _ = can(3);
    let _ = record("--fail");
    let _ = can(1);
    let _ = record("--success");
    let _ = can(0);
    assert_eq!(runs(), 2);
    let again = record("--success");
    assert!(again.stderr.contains("Nothing new"), "{again:?}");
    assert_eq!(runs(), 2);
    let _ = record("--fail --build-url https://ci.example/9");
    let no = can(1);
    assert!(
        no.stdout
            .contains("run 3 of version 1, https://ci.example/9 (failure)"),
        "{no:?}"
    );
    // Without a version it is the current contract; with one, or the content, that.
    let other = record("--consumer-version 2 --success --output json");
    let id = serde_json::from_str::<Value>(&other.stdout).unwrap();
    let id = id["results"][0]["contentId"].as_str().unwrap().to_owned();
    let _ = shop.run("ci", "can-i-deploy -a Web -e 2 -a Orders -e 1", 0);
    let _ = record(&format!("--content {id} --fail"));
    let _ = shop.run("ci", "can-i-deploy -a Web -e 2 -a Orders -e 1", 1);
    for (more, why) in [
        ("--consumer Nobody --success", "Nobody"),
        ("--consumer Web --consumer-version 9 --success", "9"),
        (
            &format!("--consumer Web --content {} --success", "0".repeat(64)),
            "000",
        ),
    ] {
        let line = format!("record-verification --provider Orders -a 1 {more}");
        let refused = shop.run("ci", &line, 1);
        assert!(refused.stderr.contains(why), "{refused:?}");
    }
}

/// A store with the fixtures of Order Service that its verifier reports are about.
fn order_service() -> Shop {
    let shop = Shop::with_a_store(&["ci"]);
    for (fixture, version) in [("web-2", "web-2"), ("mobile-app-1", "app-1")] {
        let line =
            format!("publish FIXTURES/pacts/orders/{fixture}.json -a {version} --branch main");
        shop.step("ci", &line);
    }
    shop.step(
        "ci",
        "pull --provider Order+Service --main-branch --to ./verify",
    );
    shop
}

const RECORD: &str =
    "record-verification --provider Order+Service -a 1 --branch main --results results.json";

#[test]
fn what_a_verifier_did_not_prove_is_named_and_not_recorded() {
    for (report, status, recorded, unproven) in [
        ("rust-fail", 0, 2, &[][..]),
        ("rust-first-failure-only", 0, 1, &["Mobile App"]),
        ("ruby-fail", 0, 2, &[]),
        ("rust-nothing", 4, 0, &["Mobile App", "Web"]),
        // The report of another run, with the version of Web before.
        ("ruby-two", 0, 1, &["Mobile App"]),
    ] {
        let shop = order_service();
        shop.copy(&format!("verifier/{report}.json"), "ci/results.json");
        let output = shop.run("ci", RECORD, status);
        let count =
            output.stdout.matches("passed").count() + output.stdout.matches("failed").count();
        assert_eq!(count, recorded, "{report} {output:?}");
        for consumer in unproven {
            let named = format!("nothing is recorded for {consumer}");
            assert!(output.stderr.contains(&named), "{report} {output:?}");
        }
        if unproven.contains(&"Mobile App") {
            let question = "can-i-deploy -a Mobile+App -e app-1 -a Order+Service --latest";
            let unknown = shop
                .sandbox
                .run("ci", &crate::support::team::words(question));
            let is_yes = unknown.status == Some(0);
            assert!(!is_yes, "{report}: a yes from nothing {unknown:?}");
        }
    }
}

#[test]
fn a_report_needs_the_manifest_of_its_pull_and_the_files_as_they_were() {
    let shop = order_service();
    shop.copy("verifier/rust-fail.json", "ci/results.json");
    let refused = shop.run("ci", &RECORD.replace("Order+Service", "Other"), 2);
    assert!(refused.stderr.contains("Other"), "{refused:?}");
    shop.step(
        "ci",
        "pull --provider Order+Service --main-branch --to ./again",
    );
    let refused = shop.run("ci", RECORD, 2);
    assert!(refused.stderr.contains("--manifest FILE"), "{refused:?}");
    let manifest = format!("{RECORD} --manifest again.git-pact.json");
    shop.pact("ci/again/Web.json", "Web", "Order Service", &["less"]);
    let refused = shop.run("ci", &manifest, 2);
    assert!(
        refused.stderr.contains("was changed since it was pulled"),
        "{refused:?}"
    );
    shop.write("ci/results.json", "no report");
    let refused = shop.run(
        "ci",
        &format!("{RECORD} --manifest verify.git-pact.json"),
        2,
    );
    assert!(refused.stderr.contains("results.json"), "{refused:?}");
    let log = shop.run("ci", "log", 0);
    assert!(!log.stdout.contains("verified"), "{log:?}");
    shop.copy("verifier/rust-fail.json", "ci/results.json");
    shop.step("ci", &format!("{RECORD} --manifest verify.git-pact.json"));
}
