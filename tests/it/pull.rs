//! `git pact pull`: a directory for a verifier, and a manifest beside it.

use std::fs;

use serde_json::Value;

use crate::support::shop::attempt;
use crate::support::shop::empty_shop;
use crate::support::shop::fixture;
use crate::support::shop::listing;
use crate::support::shop::publish;
use crate::support::shop::run;
use crate::support::shop::shop;

const PULL: &str = "pull --provider Order_Service --to verify";

#[test]
fn the_directory_holds_what_was_published_and_the_manifest_says_what_it_is() {
    let sandbox = shop();
    let line = format!("{PULL} --provider-version-branch main --main-branch --branch feat");
    let output = run(&sandbox, "orders", &line);
    let directory = sandbox.path("orders/verify");
    assert_eq!(
        listing(&directory),
        ["Mobile%20App.json", "Web-bcddf0f4.json", "Web.json"]
    );
    for (file, pact) in [
        ("Mobile%20App.json", "mobile-app-1"),
        ("Web.json", "web-1"),
        ("Web-bcddf0f4.json", "web-2"),
    ] {
        let published = fs::read(fixture(&format!("pacts/orders/{pact}.json"))).unwrap();
        assert_eq!(fs::read(directory.join(file)).unwrap(), published, "{file}");
    }
    let manifest = fs::read(sandbox.path("orders/verify.git-pact.json")).unwrap();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    assert_eq!(manifest["provider"], "Order Service");
    assert_eq!(manifest["providerVersionBranch"], "main");
    assert_eq!(manifest["pacts"][2]["file"], "Web-bcddf0f4.json");
    assert_eq!(manifest["pacts"][2]["consumerVersions"][0], "2");
    assert_eq!(manifest["pacts"][2]["pending"], true);
    let told = "3 pacts to verify, 3 of them pending.\n\
                Written to verify; what they are is in verify.git-pact.json.\n";
    assert!(output.stderr.starts_with(told), "{output:?}");
}

#[test]
fn why_each_pact_is_there_is_told_in_the_words_of_the_broker() {
    let sandbox = shop();
    let line = "pull --provider Order_Service --branch feat --no-pending --to verify";
    let output = run(&sandbox, "orders", line);
    let expected = "\
Pact between Web (2) and Order Service (latest from branch feat)
  The pact at URL is being verified because the pact content belongs to the consumer version matching the following criterion:
      * latest version from branch 'feat' (2)
";
    // Where a pact can be read is not for this test to say.
    let start = output.stdout.find("The pact at ").unwrap() + "The pact at ".len();
    let end = output.stdout.find(" is being verified").unwrap();
    let told = format!("{}URL{}", &output.stdout[..start], &output.stdout[end..]);
    assert_eq!(told, expected);
}

#[test]
fn the_next_pull_leaves_nothing_of_the_one_before() {
    let sandbox = shop();
    let _ = run(&sandbox, "orders", PULL);
    let directory = sandbox.path("orders/verify");
    assert_eq!(listing(&directory), ["Mobile%20App.json", "Web.json"]);
    let output = run(&sandbox, "orders", &format!("{PULL} --branch nowhere"));
    assert!(listing(&directory).is_empty());
    assert_eq!(output.stdout, "");
    let why = "Nothing to verify: none of the 2 consumers of Order Service has a version with a \
               pact with it that the selectors match.";
    assert!(output.stderr.starts_with(why), "{output:?}");
    assert_eq!(
        listing(&sandbox.path("orders")),
        [".git", "verify", "verify.git-pact.json"]
    );
}

#[test]
fn what_was_not_pulled_is_named_and_stays() {
    let sandbox = shop();
    let directory = sandbox.path("orders/verify");
    fs::create_dir(&directory).unwrap();
    fs::write(directory.join("mine.json"), "{}").unwrap();
    let output = attempt(&sandbox, "orders", PULL);
    assert_eq!(output.status, Some(2), "{output:?}");
    assert!(
        output
            .stderr
            .contains("`mine.json` in it is not from an earlier pull"),
        "{output:?}"
    );
    assert_eq!(listing(&directory), ["mine.json"]);
}

#[test]
fn work_in_progress_is_added_and_marked() {
    let sandbox = shop();
    let _ = run(
        &sandbox,
        "orders",
        "record-verification --provider Order_Service -a P1 --branch main --consumer Web \
         --consumer-version 1 --success",
    );
    let line = "pull --provider Order_Service --provider-version-branch main --main-branch \
                --consumer Web --include-wip-pacts-since 2026-01-01 --output json";
    let output = run(&sandbox, "orders", line);
    let answer: Value = serde_json::from_str(&output.stdout).unwrap();
    let pacts = answer["pacts"].as_array().unwrap();
    let marks: Vec<_> = pacts
        .iter()
        .map(|pact| (&pact["name"], &pact["pending"], &pact["wip"]))
        .map(|(name, pending, wip)| format!("{name} {pending} {wip}"))
        .collect();
    assert_eq!(
        marks,
        [
            r#""Pact between Web (1) and Order Service" false false"#,
            r#""Pact between Mobile App (1) and Order Service" true true"#,
            r#""Pact between Web (2) and Order Service" true true"#,
        ]
    );
    assert!(!sandbox.path("orders/verify").exists());
}

#[test]
fn a_saved_answer_is_given_again_byte_for_byte() {
    let sandbox = shop();
    let ask = "pull --provider Order_Service --output json";
    let before = run(&sandbox, "orders", ask);
    fs::write(sandbox.path("orders/answer.json"), &before.stdout).unwrap();
    publish(&sandbox, "orders/web-2.json", "3", "main");
    let now = run(&sandbox, "orders", ask);
    assert_ne!(now.stdout, before.stdout);
    let again = run(&sandbox, "orders", &format!("{ask} --at answer.json"));
    assert_eq!(again.stdout, before.stdout);
    // The third publication was at minute 2.
    let then = run(
        &sandbox,
        "orders",
        &format!("{ask} --at 2026-11-21T00:02:00Z"),
    );
    assert_eq!(then.stdout, before.stdout);
}

#[test]
fn a_store_by_its_url_gives_the_same_without_a_clone_of_ones_own() {
    let sandbox = shop();
    let ask = "pull --provider Order_Service --output json";
    let here = run(&sandbox, "orders", ask);
    sandbox.git("elsewhere");
    let remote = sandbox.path("contracts.git");
    let remote = remote.to_str().unwrap();
    for store in [remote.to_owned(), format!("file://{remote}")] {
        let there = run(&sandbox, "elsewhere", &format!("{ask} --repo {store}"));
        assert_eq!(there.stdout, here.stdout, "{store}");
    }
}

#[test]
fn what_makes_no_sense_is_refused() {
    let sandbox = shop();
    for (line, told) in [
        (
            "pull --provider Nobody --to verify",
            "no provider with name 'Nobody' found",
        ),
        (
            "pull --provider Order_Service",
            "no directory to write the pacts to",
        ),
        (
            "pull --provider Order_Service --environment moon --to verify",
            "environment with name 'moon' does not exist",
        ),
        (
            "pull --provider Order_Service --to ..",
            "give the directory by its name",
        ),
        ("pull --provider Order_Service --to .", "you stand in it"),
        (
            "pull --provider Order_Service --to verify --consumer-version-selectors [{}]",
            "must specify a value for environment or tag or branch",
        ),
    ] {
        let output = attempt(&sandbox, "orders", line);
        assert_eq!(output.status, Some(2), "{output:?}");
        assert!(output.stderr.contains(told), "{output:?}");
    }
    assert!(!sandbox.path("orders/verify").exists());
}

#[test]
fn a_provider_without_consumers_has_nothing_to_verify() {
    let sandbox = empty_shop();
    let _ = run(
        &sandbox,
        "orders",
        "create-or-update-pacticipant --name Order_Service --main-branch main",
    );
    let output = run(&sandbox, "orders", PULL);
    assert!(
        output
            .stderr
            .starts_with("Nothing to verify: no consumer has published a pact with Order Service."),
        "{output:?}"
    );
    assert!(listing(&sandbox.path("orders/verify")).is_empty());
}
