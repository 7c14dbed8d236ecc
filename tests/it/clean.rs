//! `git pact clean`: old versions leave the tips, what lives stays, and the history keeps all.

use std::thread;

use serde_json::Value;
use serde_json::json;

use crate::support::sandbox::Output;
use crate::support::team::Shop;

/// Half a year after everything else, so that all of it is old.
const LATER: (&str, &str) = ("GIT_PACT_NOW", "2027-06-01T00:00:00Z");

/// Web 1 to 6 on main and f1, f2 on feat, each with a pact of its own; Orders P1 to P4 on main.
/// Web 2 and Orders P2 are in production.
fn shop() -> Shop {
    let shop = Shop::with_a_remote(&["web", "orders"]);
    for (version, branch) in [
        ("1", "main"),
        ("2", "main"),
        ("3", "main"),
        ("f1", "feat"),
        ("f2", "feat"),
        ("4", "main"),
        ("5", "main"),
        ("6", "main"),
    ] {
        publish(&shop, "web", version, branch);
    }
    for (provider, version, result) in [
        ("P1", "1", "success"),
        ("P2", "2", "success"),
        ("P2", "f2", "fail"),
        ("P3", "3", "success"),
        ("P3", "6", "success"),
        ("P4", "5", "fail"),
    ] {
        shop.step(
            "orders",
            &format!(
                "record-verification --provider Orders -a {provider} --branch main --consumer Web \
                 --consumer-version {version} --{result}"
            ),
        );
    }
    for line in [
        "create-environment --name production --production",
        "record-deployment -a Web -e 2 --environment production",
        "record-deployment -a Orders -e P2 --environment production",
    ] {
        shop.step("web", line);
    }
    shop
}

fn publish(shop: &Shop, machine: &str, version: &str, branch: &str) {
    let file = format!("{machine}/{version}.json");
    shop.pact(&file, "Web", "Orders", &[&format!("wanted by {version}")]);
    let line = format!("publish {version}.json -a {version} --branch {branch}");
    shop.step(machine, &line);
}

fn clean(shop: &Shop, options: &str) -> Output {
    shop.run_with("web", &format!("clean {options}"), 0, &[LATER])
}

/// Returns the names of the files below a directory of a branch.
fn files(shop: &Shop, branch: &str, directory: &str) -> Vec<String> {
    let listing = shop.store().run(&["ls-tree", "-r", "--name-only", branch]);
    let name = |line: &str| {
        let inside = line.contains(&format!("/{directory}/"));
        let (_, name) = line.rsplit_once('/')?;
        let name = name.trim_end_matches(".json");
        let number = name.split_once(".version-").or(name.split_once(".run-"));
        inside.then(|| number.map_or(name, |(number, _)| number).to_owned())
    };
    let mut names: Vec<String> = listing.lines().filter_map(name).collect();
    names.sort();
    names
}

/// Asks what can be deployed, of every version that stays; the ids of commits left out.
fn answers(shop: &Shop, machine: &str, options: &str) -> Vec<(Value, Value)> {
    let mut answers = Vec::new();
    for (name, versions) in [("Web", ["2", "6", "f2"]), ("Orders", ["P2", "P4", "P4"])] {
        for version in versions {
            for to in ["--to-environment production", "--to main", "--to feat"] {
                let line = format!("can-i-deploy -a {name} -e {version} {to} {options}");
                let words = format!("{line} --output json");
                let output = shop
                    .sandbox
                    .run(machine, &words.split_whitespace().collect::<Vec<_>>());
                let mut answer: Value = serde_json::from_str(&output.stdout).unwrap();
                answer.as_object_mut().unwrap().remove("computedFrom");
                answers.push((json!([line, output.status]), answer));
            }
        }
    }
    answers
}

#[test]
fn what_is_old_leaves_the_tips_and_what_lives_stays() {
    let shop = shop();
    let before = shop.commits("--all");
    let plan = clean(&shop, "--dry-run");
    assert_eq!(
        plan.stdout,
        "\
APPLICATION | GONE | KEPT | RUNS | CONTENTS | VERSIONS
------------|------|------|------|----------|---------
Orders      | 2    | 2    | 3    | 0        | P1 to P3
Web         | 5    | 3    | 0    | 5        | 1 to 5  
"
    );
    assert_eq!(
        plan.stderr,
        "\nWould take 7 versions off the tips and leave 5 versions. Nothing was written.\n"
    );
    assert_eq!(clean(&shop, "--dry-run"), plan, "a dry run changes nothing");
    assert_eq!(shop.commits("--all"), before);

    let done = clean(&shop, "");
    assert_eq!(done.stdout, plan.stdout);
    assert!(
        done.stderr
            .contains("Took 7 versions off the tips and left 5 versions."),
        "{done:?}"
    );
    assert_eq!(
        shop.commits("--all"),
        before + 2,
        "one commit for each of the two branches"
    );
    assert_eq!(files(&shop, "pact/app/Web", "versions"), ["2", "6", "f2"]);
    assert_eq!(
        files(&shop, "pact/app/Web", "Orders").len(),
        3,
        "their contents"
    );
    assert_eq!(files(&shop, "pact/app/Orders", "versions"), ["P2", "P4"]);
    assert_eq!(
        files(&shop, "pact/app/Orders", "runs"),
        ["P2=1", "P2=2", "P4=1"]
    );
    let verified = files(&shop, "pact/app/Orders", "verified/Web");
    assert_eq!(
        verified.len(),
        2,
        "2 stays verified, and 6 though P3 is gone: {verified:?}"
    );

    let again = clean(&shop, "");
    assert_eq!(again.stdout, "");
    assert_eq!(
        again.stderr,
        "Nothing to clean: the tips hold 5 versions, all to be kept.\n"
    );
    assert_eq!(shop.commits("--all"), before + 2);
    shop.store().fsck();
}

#[test]
fn what_stays_is_answered_as_before_also_in_a_clone_of_the_tips_only() {
    let shop = shop();
    let before = answers(&shop, "orders", "");
    let pull = "pull --provider Orders --provider-version-branch main --include-wip-pacts-since \
                2020-01-01";
    let pulled = shop.json("orders", pull, 0);
    let _ = clean(&shop, "");
    assert_eq!(answers(&shop, "orders", ""), before);
    let url = format!(
        "--repo file://{}",
        shop.sandbox.path("contracts.git").display()
    );
    let there: Vec<_> = answers(&shop, "orders", &url)
        .into_iter()
        .map(|it| it.1)
        .collect();
    let expected: Vec<_> = before.into_iter().map(|it| it.1).collect();
    assert_eq!(there, expected, "from the private, shallow clone of a URL");
    assert_eq!(shop.json("orders", pull, 0)["pacts"], pulled["pacts"]);
    // What has left is not there, which is a no and never a yes.
    let gone = shop.run(
        "orders",
        "can-i-deploy -a Web -e 3 --to-environment production",
        1,
    );
    assert!(
        gone.stdout.contains("published for version 3 of Web"),
        "{gone:?}"
    );
}

#[test]
fn the_history_still_tells_and_answers() {
    let shop = shop();
    let asked = "can-i-deploy -a Web -e 3 --to-environment production --output json";
    let saved = shop.run("orders", asked, 3).stdout;
    shop.write("orders/answer.json", &saved);
    let _ = clean(&shop, "");
    let _ = shop.run("orders", asked, 1);
    let then = shop.run("orders", &format!("{asked} --at answer.json"), 3);
    assert_eq!(then.stdout, saved, "byte for byte");

    let log = shop.run("orders", "log -a Web", 0).stdout;
    let told: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("left the tip"))
        .collect();
    let [told] = told.as_slice() else {
        panic!("{log}")
    };
    assert!(
        told.ends_with("Test: cleaned Web: 5 versions (1 to 5) left the tip, with 5 contents"),
        "{told}"
    );
    assert!(
        log.contains("published Web version 3 (branch main): pact with Orders"),
        "{log}"
    );
    let log = shop
        .run("orders", "log --provider Orders --consumer Web", 0)
        .stdout;
    assert!(!log.contains("left the tip"), "{log}");
    assert!(log.contains("verified Orders version P1"), "{log}");
    let log = shop.json("orders", "log -a Orders --limit 1", 0);
    let event = &log["events"][0];
    assert_eq!(event["event"], "versions-cleaned");
    assert_eq!(event["versions"], json!(["P1", "P3"]));
    assert_eq!(event["runs"], 3);
}

#[test]
fn selectors_days_names_and_a_limit_say_how_much_goes() {
    let shop = shop();
    let gone = |options: &str| -> Vec<Value> {
        let line = format!("clean --dry-run {options} --output json");
        let output = shop.run_with("web", &line, 0, &[LATER]);
        let answer: Value = serde_json::from_str(&output.stdout).unwrap();
        assert_eq!(answer["dryRun"], true);
        let applications = answer["applications"].as_array().unwrap();
        let of = |it: &Value| it["versionsDropped"].as_array().unwrap().clone();
        applications.iter().flat_map(of).collect()
    };
    assert_eq!(gone(""), ["P1", "P3", "1", "3", "f1", "4", "5"]);
    assert_eq!(gone("--pacticipant Orders"), ["P1", "P3"]);
    assert_eq!(gone("-a Orders --keep-days 192"), [] as [&str; 0]);
    assert_eq!(gone("-a Orders --keep-days 191"), ["P1", "P3"]);
    assert_eq!(
        gone(r#"--keep {"branch":"feat"}"#),
        ["P1", "P3", "1", "3", "4", "5"]
    );
    assert_eq!(gone(r#"--keep [{"main_branch":true}]"#), ["f1"]);
    assert_eq!(
        gone(r#"--keep {"pacticipantName":"Web","branch":true} --keep {"latest":true}"#),
        ["P1", "P3"]
    );
    assert_eq!(
        gone("--limit 3"),
        ["1", "3", "f1"],
        "the oldest of all applications"
    );
    let line = "clean --limit 3 --dry-run";
    let limited = shop.run_with("web", line, 0, &[LATER]);
    assert!(
        limited
            .stderr
            .contains("4 more versions would go without --limit"),
        "{limited:?}"
    );
    for (options, complaint) in [
        ("--keep {}", "a selector has to say what to keep"),
        (
            r#"--keep {"maxage":3}"#,
            "a selector has to say what to keep",
        ),
        (r#"--keep {"maxAge":"old"}"#, "invalid type"),
        ("--limit 0", "number would be zero"),
        ("--keep everything", "not a JSON object"),
        ("-a Nobody", "No pacticipant with name 'Nobody' found"),
    ] {
        let refused = shop.run("web", &format!("clean {options}"), 2);
        assert!(refused.stderr.contains(complaint), "{options}: {refused:?}");
    }
}

#[test]
fn there_is_nothing_to_clean_in_an_empty_store_or_within_the_usual_days() {
    let empty = Shop::with_a_remote(&["web"]);
    let none = empty.run("web", "clean", 0);
    assert_eq!(
        none.stderr,
        "Nothing to clean: the tips hold 0 versions, all to be kept.\n"
    );
    let shop = shop();
    let none = shop.json("web", "clean", 0);
    assert_eq!(none["versionsDropped"], 0);
    assert_eq!(none["versionsKept"], 12);
}

#[test]
fn a_clean_up_may_be_kept_offline_and_is_decided_again_when_it_goes_out() {
    let shop = shop();
    shop.step("web", "fetch");
    let kept = clean(&shop, "--offline");
    assert!(
        kept.stderr.contains("Kept here, not pushed yet"),
        "{kept:?}"
    );
    let gone = shop.run("web", "can-i-deploy -a Web -e 3 --to feat --offline", 1);
    assert_eq!(gone.status, Some(1), "questions here see it");
    // Meanwhile somebody goes back to what would have gone.
    shop.step(
        "orders",
        "record-deployment -a Web -e 3 --environment production",
    );
    shop.step("web", "push");
    assert_eq!(files(&shop, "pact/app/Web", "versions"), ["3", "6", "f2"]);
}

#[test]
fn a_publication_at_the_same_time_is_not_lost() {
    let shop = shop();
    thread::scope(|scope| {
        let cleaning = scope.spawn(|| clean(&shop, ""));
        for version in ["7", "8", "9"] {
            publish(&shop, "orders", version, "main");
        }
        let _ = cleaning.join().unwrap();
    });
    let versions = files(&shop, "pact/app/Web", "versions");
    for version in ["2", "9", "f2"] {
        assert!(
            versions.iter().any(|it| it == version),
            "{version}: {versions:?}"
        );
    }
    // By the clock of the clean-up they are all old: who comes before it is heads for a moment only.
    let log = shop.store().run(&["log", "--format=%s", "pact/app/Web"]);
    for version in ["7", "8"] {
        assert!(
            log.contains(&format!("publish version {version}:")),
            "{log}"
        );
    }
    assert!(!versions.iter().any(|it| it == "1"), "{versions:?}");
    let _ = clean(&shop, "");
    let after = files(&shop, "pact/app/Web", "versions");
    assert!(after.iter().any(|it| it == "9"), "{after:?}");
    shop.store().fsck();
}

#[test]
fn a_number_that_was_cleaned_may_be_published_again_as_a_new_version() {
    let shop = shop();
    let _ = clean(&shop, "");
    shop.pact("web/1.json", "Web", "Orders", &["something else"]);
    shop.step("web", "publish 1.json -a 1 --branch main");
    let log = shop.run("web", "log -a Web", 0).stdout;
    let told = log
        .lines()
        .filter(|it| it.contains("published Web version 1 "));
    assert_eq!(told.count(), 2, "both are told: {log}");
    // What is on the tip is not to be overwritten, as ever.
    shop.pact("web/2.json", "Web", "Orders", &["something else"]);
    let _ = shop.run("web", "publish 2.json -a 2 --branch main", 1);
}
