//! `git pact events`: what was caused since some moment, and cursors that go on where they ended.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use serde_json::Value;
use serde_json::json;

use crate::support::team::Shop;
use crate::support::team::words;

const CURSORS: &str = "refs/git-pact/cursors/";

/// Returns a shop in which a contract was published and verified, and then changed on a branch.
fn shop(machines: &[&str]) -> Shop {
    let shop = Shop::with_a_remote(machines);
    shop.pact("web/1.json", "Web", "Orders", &["an order"]);
    shop.pact("web/2.json", "Web", "Orders", &["an order", "an invoice"]);
    shop.step("web", "publish 1.json -a 1 --branch main");
    shop.step(
        "orders",
        "record-verification --provider Orders -a 7 --branch main --consumer Web --success",
    );
    shop.step("web", "publish 2.json -a 2 --branch feat/x");
    shop
}

/// Returns the events that a command tells as JSON, a line each.
fn events(shop: &Shop, machine: &str, line: &str) -> Vec<Value> {
    let output = shop.run(machine, &format!("events -o json {line}"), 0);
    let lines = output.stdout.lines();
    lines.map(|it| serde_json::from_str(it).unwrap()).collect()
}

fn names(events: &[Value]) -> Vec<&str> {
    events
        .iter()
        .map(|event| event["eventName"].as_str().unwrap())
        .collect()
}

fn url(shop: &Shop) -> String {
    format!("--repo file://{}", shop.store().directory().display())
}

const FIRST: [&str; 6] = [
    "contract_published",
    "contract_content_changed",
    "provider_verification_published",
    "provider_verification_succeeded",
    "contract_published",
    "contract_requiring_verification_published",
];

#[test]
fn the_history_tells_what_it_has_caused_from_wherever_one_asks() {
    let shop = shop(&["web", "orders"]);
    let all = events(&shop, "web", "");
    assert_eq!(names(&all)[..6], FIRST);
    assert_eq!(names(&all)[6..], ["contract_content_changed"]);
    assert_eq!(all[5]["providerVersionNumber"], "7");
    assert_eq!(all, events(&shop, "orders", ""));
    // A clone that has the tips alone.
    assert_eq!(all, events(&shop, "orders", &url(&shop)));

    let first = all[0]["commit"]["id"].as_str().unwrap();
    assert_eq!(events(&shop, "web", &format!("--since {first}")), all[2..]);
    assert_eq!(
        events(&shop, "web", "--since 2026-11-21T00:00:00Z"),
        all[2..]
    );
    assert_eq!(events(&shop, "web", "--since today"), all);
    assert_eq!(events(&shop, "web", "--since now"), [] as [Value; 0]);
    let tips = json!({ "tips": { "pact/app/Web": first } }).to_string();
    let output = shop
        .sandbox
        .run("web", &["events", "-o", "json", "--since", &tips]);
    assert_eq!(output.stdout.lines().count(), 5, "{output:?}");

    shop.step("web", "events --since now --save-tips tips.json");
    shop.step("web", "publish 2.json -a 3 --branch main");
    assert_eq!(events(&shop, "web", "--since tips.json").len(), 2);

    // By what they are about.
    assert_eq!(events(&shop, "web", "--provider Orders").len(), 9);
    for none in ["--consumer Orders", "--provider Web", "-a Nobody"] {
        assert_eq!(events(&shop, "web", none), [] as [Value; 0], "{none}");
    }
    let some = "-a Orders --event contract_published --event provider_verification_succeeded";
    assert_eq!(
        names(&events(&shop, "web", some)),
        [FIRST[0], FIRST[3], FIRST[0], FIRST[0]]
    );
    let text = shop
        .run("web", "events --since 2026-11-21T00:01:30Z", 0)
        .stdout;
    assert!(
        text.contains("contract_published: Web 2 (feat/x) with Orders"),
        "{text}"
    );
    let nonsense = shop.run("web", "events --since nonsense", 2).stderr;
    assert!(
        nonsense.contains("neither a time, nor a cursor"),
        "{nonsense}"
    );
    let _ = shop.run("web", &format!("events --since {}", "a".repeat(40)), 2);
}

#[test]
fn a_cursor_goes_on_where_it_ended_on_whichever_machine() {
    let shop = shop(&["web", "orders"]);
    let refs = || {
        shop.store()
            .run(&["for-each-ref", "--format=%(refname)", CURSORS])
    };
    let all = events(&shop, "web", "--cursor nightly");
    assert_eq!(names(&all)[..6], FIRST);
    assert_eq!(refs(), format!("{CURSORS}nightly"));
    for machine in ["web", "orders"] {
        assert_eq!(events(&shop, machine, "--cursor nightly"), [] as [Value; 0]);
    }
    // What is new is told once, though it is filtered, and by whichever clone.
    shop.step("web", "publish 2.json -a 3 --branch main");
    let new = events(&shop, "orders", &format!("--cursor nightly {}", url(&shop)));
    assert_eq!(names(&new), [FIRST[0], FIRST[5]]);
    assert_eq!(events(&shop, "web", "--cursor nightly"), [] as [Value; 0]);
    // To look from a cursor moves it nowhere.
    shop.step("web", "publish 1.json -a 4 --branch main");
    for _ in 0..2 {
        assert_eq!(events(&shop, "web", "--since nightly").len(), 2);
    }
    assert_eq!(
        events(&shop, "web", "--cursor late --since now"),
        [] as [Value; 0]
    );
    assert_eq!(
        events(&shop, "web", "--cursor nightly --consumer Nobody"),
        [] as [Value; 0]
    );
    assert_eq!(events(&shop, "web", "--cursor nightly"), [] as [Value; 0]);

    let listed = shop.json("orders", "events --list-cursors", 0);
    let listed: Vec<_> = listed["cursors"].as_array().unwrap().iter().collect();
    assert_eq!(listed.len(), 2);
    assert_eq!(listed[0]["name"], "late");
    assert_eq!(listed[0]["tips"], listed[1]["tips"]);
    shop.step("web", "events --remove-cursor late");
    let _ = shop.run("orders", "events --remove-cursor late", 2);
    let table = shop.run("orders", "events --list-cursors", 0).stdout;
    assert!(
        table.contains("nightly") && !table.contains("late"),
        "{table}"
    );
    // It begins anew under the same name.
    assert_eq!(events(&shop, "orders", "--cursor late").len(), 11);
    // Nothing that only reads has made a ref.
    assert_eq!(refs().lines().count(), 2);
}

#[test]
fn what_was_not_written_out_is_told_again() {
    let shop = shop(&["web", "orders"]);
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let line = words("events -o json --cursor nightly");
    let mut command = shop.sandbox.command("web", &line);
    let ended = command.stdout(full).stderr(Stdio::null()).status().unwrap();
    assert_eq!(ended.code(), Some(4));
    assert_eq!(shop.store().run(&["for-each-ref", CURSORS]), "");
    let first = events(&shop, "web", "--cursor nightly");
    assert_eq!(first.len(), 7);
    // Nor is the cursor moved where the remote does not take it.
    shop.step("web", "publish 2.json -a 3 --branch main");
    let hook = shop.store().directory().join("hooks/pre-receive");
    fs::write(&hook, "#!/bin/sh\necho read only >&2\nexit 1\n").unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    let output = shop.run("web", "events --cursor nightly", 4);
    assert_eq!(output.stdout.lines().count(), 2, "{output:?}");
    assert!(output.stderr.contains("read only"), "{output:?}");
    assert!(
        output.stderr.contains("refs/git-pact/cursors/nightly"),
        "{output:?}"
    );
    fs::remove_file(&hook).unwrap();
    assert_eq!(events(&shop, "web", "--cursor nightly").len(), 2);
    assert_eq!(events(&shop, "web", "--cursor nightly").len(), 0);
}

#[test]
fn a_branch_that_was_rewritten_is_said_and_the_others_are_told() {
    let shop = shop(&["web", "orders"]);
    let store = format!("--repo {}", shop.store().directory().display());
    let tell = |status| shop.run("web", &format!("events --cursor c {store}"), status);
    assert_eq!(tell(0).stdout.lines().count(), 7);
    let web = "refs/heads/pact/app/Web";
    let before = shop.store().run(&["rev-parse", web]);
    shop.store().run(&["update-ref", web, &format!("{web}~1")]);
    shop.step(
        "orders",
        "record-verification --provider Orders -a 8 --branch main --consumer Web --success",
    );
    for lines in [2, 0] {
        let output = tell(4);
        assert_eq!(output.stdout.lines().count(), lines, "{output:?}");
        assert!(
            output
                .stderr
                .contains("history of pact/app/Web was rewritten"),
            "{output:?}"
        );
    }
    // Restored from a clone it goes on, and a branch that is gone is said to be.
    shop.store().run(&["update-ref", web, &before]);
    assert_eq!(tell(0).stdout, "");
    shop.store().run(&["update-ref", "-d", web]);
    let output = tell(0);
    assert!(
        output.stderr.contains("pact/app/Web is not there any more"),
        "{output:?}"
    );
}
