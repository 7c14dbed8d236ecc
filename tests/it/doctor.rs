//! `doctor`: what commands wrote is well; what somebody spoiled is named, and rebuilt where that can be.

use serde_json::Value;

use crate::support::team::STORE;
use crate::support::team::Shop;

/// A store in which there is something of every kind.
fn a_store() -> Shop {
    Shop::with_a_store(&["web", "orders"]).furnished()
}

/// Returns the one file of a branch whose path has a part in it.
fn path(shop: &Shop, branch: &str, part: &str) -> String {
    let listing = shop.store().run(&["ls-tree", "-r", "--name-only", branch]);
    let mut found = listing.lines().filter(|path| path.contains(part));
    let path = found
        .next()
        .unwrap_or_else(|| panic!("no {part} on {branch}: {listing}"));
    assert_eq!(found.next(), None, "{part} on {branch}");
    path.to_owned()
}

/// Returns what is wrong, as a program reads it.
fn problems(shop: &Shop) -> Vec<String> {
    let report = shop.json("web", "doctor", 1);
    assert_eq!(report["isHealthy"], false, "{report}");
    let problems = report["problems"].as_array().unwrap().iter();
    let text = |problem: &Value| {
        let path = problem["path"].as_str().unwrap_or("-");
        let curable = problem["canBeRepaired"].as_bool().unwrap();
        let mark = if curable { "+" } else { "!" };
        format!("{mark} {path}: {}", problem["problem"].as_str().unwrap())
    };
    problems.map(text).collect()
}

/// Spoils one file and returns what doctor says of it.
fn spoilt(branch: &str, part: &str, bytes: Option<&[u8]>) -> (Shop, String, Vec<String>) {
    let shop = a_store();
    let path = path(&shop, branch, part);
    shop.store().amend(branch, &path, bytes);
    let problems = problems(&shop);
    (shop, path, problems)
}

/// Expects that a repair puts everything right, as it was before somebody spoilt it.
fn is_repaired(shop: &Shop, branch: &str) {
    let store = shop.store();
    let repaired = shop.json("web", "doctor --repair", 0);
    assert_eq!(repaired["isHealthy"], true, "{repaired}");
    assert_ne!(
        repaired["repaired"].as_array().unwrap().len(),
        0,
        "{repaired}"
    );
    let (now, before) = (format!("{branch}^{{tree}}"), format!("{branch}~2^{{tree}}"));
    assert_eq!(
        store.run(&["rev-parse", &now]),
        store.run(&["rev-parse", &before]),
        "{}",
        store.run(&["diff", &before, &now])
    );
    let tip = store.run(&["rev-parse", branch]);
    shop.step("web", "doctor --repair");
    assert_eq!(store.run(&["rev-parse", branch]), tip, "nothing more to do");
}

#[test]
fn what_commands_wrote_is_well() {
    let shop = a_store();
    let well = shop.run("web", "doctor", 0);
    assert!(well.stdout.ends_with("all is well.\n"), "{well:?}");
    for line in [
        "record-undeployment -a Web --environment production",
        "record-support-ended -a Orders -e 7 --environment production",
        "clean --keep-days 0",
    ] {
        shop.step("web", line);
        shop.step("web", "doctor");
    }
    assert_eq!(
        shop.json("web", "doctor", 0)["problems"],
        serde_json::json!([])
    );
    let empty = Shop::with_a_store(&["web"]);
    empty.step("web", "doctor");
}

#[test]
fn what_follows_from_records_is_rebuilt() {
    for (branch, part) in [
        ("pact/app/Web", "heads/latest.json"),
        ("pact/app/Web", "heads/branches/0/d/main.json"),
        ("pact/app/Web", "heads/tags/"),
        ("pact/app/Orders", "verified/Web/"),
        ("pact/env/production", "latest.json"),
    ] {
        for bytes in [Some(&b"{"[..]), None] {
            let (shop, path, problems) = spoilt(branch, part, bytes);
            assert!(
                problems.iter().all(|it| it.starts_with('+')),
                "{problems:?}"
            );
            let is_named = problems[0].starts_with(&format!("+ {path}: it is damaged"));
            assert_eq!(is_named, bytes.is_some(), "{problems:?}");
            is_repaired(&shop, branch);
        }
    }
}

#[test]
fn a_head_that_is_not_on_its_branch_is_found_and_rebuilt() {
    let shop = a_store();
    let branch = "pact/app/Web";
    let head = path(&shop, branch, "heads/branches/0/d/main.json");
    let shows = shop.store().run(&["show", &format!("{branch}:{head}")]);
    let wrong = format!(
        "{}\n",
        shows.replace("\"version\": \"1\"", "\"version\": \"2\"")
    );
    shop.store().amend(branch, &head, Some(wrong.as_bytes()));
    assert_eq!(
        problems(&shop),
        ["+ -: branch main of Web has version 2 for its head, which is not on it"]
    );
    is_repaired(&shop, branch);
}

#[test]
fn a_contract_that_a_provider_is_not_shown_is_shown_again() {
    let branch = "pact/contracts/Orders";
    let (shop, _, problems) = spoilt(branch, "Web.json", None);
    assert_eq!(problems, ["+ -: Orders is shown no contract with Web"]);
    is_repaired(&shop, branch);
}

#[test]
fn a_record_is_never_made_up() {
    let branch = "pact/app/Web";
    let (shop, path, problems) = spoilt(branch, "2.version-", Some(b"{\"schema\": 1}"));
    // That it is not there for the others is not said a second time.
    assert_eq!(problems.len(), 1, "{problems:?}");
    let expected = format!("! {path}: it is damaged: missing field `number`");
    assert!(problems[0].starts_with(&expected), "{problems:?}");
    let tip = shop.store().run(&["rev-parse", branch]);
    let report = shop.run("web", "doctor --repair", 1);
    let command = format!("  git log --oneline {branch} -- {path}\n");
    assert!(report.stderr.contains(&command), "{report:?}");
    assert_eq!(shop.store().run(&["rev-parse", branch]), tip);
}

#[test]
fn what_is_lost_is_told_from_what_is_damaged() {
    let (_, _, problems) = spoilt("pact/app/Web", "2.version-", None);
    assert_eq!(
        problems,
        [
            "+ -: the latest of Web is version 1, after 2 facts, but version 2, after 2 facts is \
             said to be",
            "+ -: branch feat/x of Web has version 2 for its head, which is not on it",
            "+ -: tag dev of Web has version 2 for its head, which is not the newest with it",
        ]
    );
    let (_, _, problems) = spoilt("pact/app/Orders", "7.version-", None);
    let lost = "! -: run 1 of Orders verified version 7, which is not there";
    assert!(problems.contains(&lost.to_owned()), "{problems:?}");
    let dangles = "! -: Orders version 7 is in environment production, and not there";
    assert!(problems.contains(&dangles.to_owned()), "{problems:?}");
}

#[test]
fn a_content_is_what_its_id_says() {
    let shop = a_store();
    let branch = "pact/app/Web";
    let listing = shop.store().run(&["ls-tree", "-r", "--name-only", branch]);
    let content = listing
        .lines()
        .find(|path| path.contains("contents/"))
        .unwrap();
    let pact = br#"{"consumer":{"name":"Web"},"provider":{"name":"Orders"},"interactions":[]}"#;
    shop.store().amend(branch, content, Some(pact));
    let problems = problems(&shop);
    assert!(
        problems[0].starts_with(&format!("! {content}: its content is ")),
        "{problems:?}"
    );
    shop.store().amend(branch, content, None);
    let lost = shop.run("web", "doctor", 1);
    assert!(lost.stdout.contains("which is not there"), "{lost:?}");
}

#[test]
fn what_is_not_ours_is_named_and_left_alone() {
    let shop = a_store();
    let (branch, store) = ("pact/app/Web", shop.store());
    let app = path(&shop, branch, "Web/app.json");
    let says = store.run(&["show", &format!("{branch}:{app}")]);
    store.amend(branch, &app, Some(says.replace("  ", "\t").as_bytes()));
    store.amend(branch, "Web/notes.txt", Some(b"hello"));
    store.amend(branch, "Web/heads/latest.json", Some(b"{\"schema\": 99}\n"));
    let moved = path(&shop, branch, "2.version-");
    let bytes = store.run(&["show", &format!("{branch}:{moved}")]);
    store.amend(
        branch,
        "Web/versions/0/0/2.json",
        Some(format!("{bytes}\n").as_bytes()),
    );
    let mut problems = problems(&shop);
    problems.sort();
    let expected = [
        "! Web/app.json: it was not written by git-pact",
        "! Web/heads/latest.json: it has schema 99, and this git-pact reads up to 1",
        "! Web/notes.txt: nothing of a store lies at such a path",
        &format!("! Web/versions/0/0/2.json: it belongs at {moved} on {branch}"),
    ];
    assert_eq!(problems.len(), expected.len(), "{problems:#?}");
    for (problem, expected) in problems.iter().zip(expected) {
        assert!(problem.starts_with(expected), "{problem}");
    }
    let tip = store.run(&["rev-parse", branch]);
    let _ = shop.run("web", "doctor --repair", 1);
    assert_eq!(store.run(&["rev-parse", branch]), tip);
}

#[test]
fn what_lies_beside_the_records_is_named_and_no_fault_of_them() {
    let shop = a_store();
    let store = shop.store();
    for (branch, path) in [
        ("pact/app/Web", "README.md"),
        ("pact/env/production", "notes/a.txt"),
        ("pact/settings", "CODEOWNERS"),
        // What a provider keeps beside its contracts is its own.
        ("pact/contracts/Orders", ".github/workflows/verify.yml"),
    ] {
        store.amend(branch, path, Some(b"mine"));
    }
    let report = shop.json("web", "doctor", 0);
    assert_eq!(report["isHealthy"], true, "{report}");
    let warnings = report["warnings"].as_array().unwrap().iter();
    let named: Vec<_> = warnings
        .map(|it| ["branch", "path", "code"].map(|field| it[field].as_str().unwrap()))
        .collect();
    assert_eq!(
        named,
        [
            ["pact/app/Web", "README.md", "stranger"],
            ["pact/env/production", "notes", "stranger"],
            ["pact/settings", "CODEOWNERS", "stranger"],
        ]
    );
    let told = shop.run("web", "doctor", 0);
    let expected = "pact/app/Web: README.md is not of git-pact, which reads nothing of it";
    assert!(told.stderr.contains(expected), "{told:?}");
}

#[test]
fn a_repair_of_a_clone_goes_to_the_remote() {
    let shop = Shop::with_a_remote(&["web"]);
    shop.pact("web/1.json", "Web", "Orders", &["an order"]);
    shop.step("web", "publish 1.json -a 1 --branch main");
    let store = shop.sandbox.git(STORE);
    store.amend("pact/app/Web", "Web/heads/latest.json", None);
    let _ = shop.run("web", "doctor", 1);
    let repaired = shop.run("web", "doctor --repair", 0);
    assert!(
        repaired.stderr.contains("Put right: 1 problem."),
        "{repaired:?}"
    );
    let said = store.run(&["log", "-1", "--format=%s", "pact/app/Web"]);
    assert_eq!(said, "rebuild what follows from the records");
    let _ = shop.run("web", "doctor --repair --offline", 2);
}
