//! The hook in an application's own repository: it warns, and stops a push only if it is told to ask.

use std::fs;

use super::git;
use crate::support::sandbox::Output;
use crate::support::shop::done;
use crate::support::team::Shop;

/// Returns an application's repository with the hook, whose store is in the same remote.
fn an_application() -> Shop {
    let shop = Shop::with_a_remote(&["web", "orders"]);
    let web = shop.sandbox.git("web");
    web.run(&["checkout", "--quiet", "-b", "main"]);
    web.run(&["commit", "--quiet", "--allow-empty", "--message", "start"]);
    shop.step("web", "hooks install");
    shop
}

fn push(shop: &Shop, line: &str) -> Output {
    let words: Vec<&str> = line.split(' ').collect();
    git(shop, "web", &words, &[])
}

fn commit(shop: &Shop) -> String {
    let web = shop.sandbox.git("web");
    web.run(&["commit", "--quiet", "--allow-empty", "--message", "more"]);
    web.run(&["rev-parse", "HEAD"])
}

#[test]
fn records_that_nobody_sees_are_named_and_stop_nothing() {
    let shop = an_application();
    let quiet = done(push(&shop, "push origin main"));
    assert!(!quiet.stderr.contains("git-pact"), "{quiet:?}");
    shop.pact("web/1.json", "Web", "Orders", &["an order"]);
    shop.step("web", "publish 1.json -a 1 --branch main --offline");
    commit(&shop);
    let warned = done(push(&shop, "push origin main"));
    for expected in [
        "warning: 1 write of git-pact here, not pushed yet:",
        "publish version 1: Web with Orders",
        "Send them with `git pact push`.",
    ] {
        assert!(warned.stderr.contains(expected), "{warned:?}");
    }
    // Its own pushes run no hooks, so this one does not warn of itself.
    let sent = shop.run("web", "push", 0);
    assert!(!sent.stderr.contains("not pushed yet:"), "{sent:?}");
}

#[test]
fn a_no_stops_the_push_and_what_is_not_known_only_if_it_is_told_to() {
    let shop = an_application();
    let web = shop.sandbox.git("web");
    web.run(&["config", "pact.canIMerge", "true"]);
    let unnamed = done(push(&shop, "push origin main"));
    assert!(
        unnamed.stderr.contains("git config pact.pacticipant NAME"),
        "{unnamed:?}"
    );
    web.run(&["config", "pact.pacticipant", "Web"]);
    commit(&shop);
    // Nobody knows this version: a warning, or the end of it.
    let unknown = done(push(&shop, "push origin main"));
    assert!(
        unknown.stderr.contains("it is not known yet"),
        "{unknown:?}"
    );
    web.run(&["config", "pact.strict", "true"]);
    let head = commit(&shop);
    let strict = push(&shop, "push origin main");
    assert_eq!(strict.status, Some(1), "{strict:?}");
    web.run(&["config", "pact.strict", "false"]);

    shop.pact("web/1.json", "Web", "Orders", &["an order"]);
    shop.step("web", &format!("publish 1.json -a {head} --branch main"));
    let verify = "record-verification --provider Orders -a 7 --branch main --consumer Web";
    shop.step("orders", &format!("{verify} --fail"));
    let stopped = push(&shop, "push origin main");
    assert_eq!(stopped.status, Some(1), "{stopped:?}");
    assert!(
        stopped
            .stderr
            .contains("cannot be merged, says can-i-merge"),
        "{stopped:?}"
    );
    assert_eq!(
        stopped.stdout, "",
        "what git push prints for programs is its own"
    );
    let anyway = done(push(&shop, "push --no-verify origin main"));
    assert!(!anyway.stderr.contains("can-i-merge"), "{anyway:?}");
    shop.step("orders", &format!("{verify} --success"));
    let _ = done(push(&shop, "push origin main:refs/heads/copy"));
    // A commit that is no version: the newest one on the branch stands for it.
    commit(&shop);
    let _ = done(push(&shop, "push origin main"));
    shop.step(
        "orders",
        &format!("{verify} --fail --build-url https://ci/2"),
    );
    commit(&shop);
    let stopped = push(&shop, "push origin main");
    assert_eq!(stopped.status, Some(1), "{stopped:?}");
    // What is deleted, and what is no branch, is not asked about.
    let _ = done(push(&shop, "push origin HEAD:refs/tags/v1"));
}

#[test]
fn a_store_that_cannot_be_reached_is_a_warning() {
    let shop = an_application();
    let web = shop.sandbox.git("web");
    web.run(&["config", "pact.canIMerge", "true"]);
    web.run(&["config", "pact.pacticipant", "Web"]);
    let nowhere = shop.sandbox.path("nowhere.git");
    web.run(&["config", "pact.repo", nowhere.to_str().unwrap()]);
    let pushed = done(push(&shop, "push origin main"));
    assert!(pushed.stderr.contains("whether branch main"), "{pushed:?}");
    fs::create_dir(&nowhere).unwrap();
    web.run(&["config", "pact.strict", "true"]);
    commit(&shop);
    let pushed = push(&shop, "push origin main");
    assert_eq!(pushed.status, Some(1), "{pushed:?}");
}
