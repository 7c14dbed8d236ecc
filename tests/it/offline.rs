//! Writes without the network: seen here and by nobody else, sent with the next write that has it,
//! and never dropped.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::json;

use crate::support::team::STORE;
use crate::support::team::Shop;

/// Two machines; Web 1 has been published and there is an environment.
fn two_machines() -> Shop {
    let shop = Shop::with_a_remote(&["web", "orders"]);
    shop.pact("web/1.json", "Web", "Orders", &["an order"]);
    shop.step("web", "publish 1.json -a 1 --branch main");
    shop.step("web", "create-environment --name production --production");
    shop
}

/// Counts the pushes that reach the remote from now on.
fn count_pushes(shop: &Shop) -> impl Fn() -> usize {
    let hook = format!("{STORE}/hooks/pre-receive");
    shop.write(
        &hook,
        "#!/bin/sh\ncat > /dev/null\necho push >> ../pushes\n",
    );
    let hook = shop.sandbox.path(&hook);
    fs::set_permissions(hook, fs::Permissions::from_mode(0o755)).unwrap();
    let pushes = shop.sandbox.path("pushes");
    move || {
        fs::read_to_string(&pushes)
            .unwrap_or_default()
            .lines()
            .count()
    }
}

const CAN: &str = "can-i-deploy -a Web -e 1 --to-environment production";

#[test]
fn what_is_pending_is_seen_here_and_by_nobody_else_and_goes_out_in_one_push() {
    let shop = two_machines();
    let pushes = count_pushes(&shop);
    let tips = shop.store().run(&["for-each-ref"]);
    shop.step("orders", "fetch");
    let verified = "record-verification --provider Orders -a 1 --branch main --consumer Web \
                    --success --offline";
    let kept = shop.run("orders", verified, 0);
    assert!(
        kept.stderr
            .contains("Kept here, not pushed yet (1 pending)"),
        "{kept:?}"
    );
    let again = shop.run("orders", verified, 0);
    assert!(again.stderr.contains("Nothing new"), "{again:?}");
    // One write builds on another: the second needs the first.
    let deployed = "record-deployment -a Orders -e 1 --environment production --offline";
    let kept = shop.run("orders", deployed, 0);
    assert!(
        kept.stderr.contains("not pushed yet (2 pending)"),
        "{kept:?}"
    );
    assert_eq!(
        shop.store().run(&["for-each-ref"]),
        tips,
        "the remote is as it was"
    );

    // Reads here see it, online or not, and say so.
    for more in ["--offline", ""] {
        let yes = shop.run("orders", &format!("{CAN} {more}"), 0);
        assert!(
            yes.stderr.contains("2 writes that are pending here"),
            "{yes:?}"
        );
        let json = shop.json("orders", &format!("{CAN} {more}"), 0);
        assert_eq!(json["computedFrom"]["pending"], 2);
    }
    let _ = shop.run("web", CAN, 3);
    let status = shop.run("orders", "status", 0);
    assert!(
        status
            .stdout
            .contains("Pending here, to be sent with `git pact push`:"),
        "{status:?}"
    );
    let lines = status
        .stdout
        .lines()
        .filter(|line| line.starts_with("  * "));
    assert_eq!(lines.count(), 2, "{status:?}");
    assert!(
        status
            .stdout
            .contains("production (production) | Orders      | 1"),
        "{status:?}"
    );
    assert_eq!(shop.json("web", "status", 0)["pending"], json!([]));

    // The next write takes them along.
    assert_eq!(pushes(), 0);
    let sent = shop.run("orders", "create-environment --name test", 0);
    assert!(
        sent.stderr
            .contains("Pushed 2 writes that had been pending."),
        "{sent:?}"
    );
    assert_eq!(pushes(), 1);
    assert_eq!(shop.commits("pact/app/Orders"), 1);
    assert_eq!(shop.commits("pact/env/production"), 2);
    let _ = shop.run("web", CAN, 0);
    let status = shop.json("orders", "status", 0);
    assert_eq!(status["pending"], json!([]));
    let nothing = shop.run("orders", "push", 0);
    assert!(nothing.stderr.contains("Nothing new"), "{nothing:?}");
    assert_eq!(pushes(), 1);
    shop.store().fsck();
}

#[test]
fn what_a_clone_keeps_survives_fetches_and_gc_and_no_git_command_takes_it_along() {
    let shop = two_machines();
    shop.step(
        "web",
        "record-deployment -a Web -e 1 --environment production --offline",
    );
    let git = shop.sandbox.git("web");
    git.run(&["fetch", "--quiet", "--prune"]);
    git.run(&["gc", "--quiet", "--prune=now"]);
    git.run(&["push", "--quiet", "--all", "origin"]);
    let store = shop.store().run(&["for-each-ref", "--format=%(refname)"]);
    assert!(!store.contains("git-pact"), "{store}");
    shop.step("web", "fetch");
    let status = shop.json("web", "status", 0);
    assert_eq!(status["pending"].as_array().unwrap().len(), 1, "{status}");
    shop.step("web", "push");
    assert_eq!(shop.commits("pact/env/production"), 2);
}

#[test]
fn what_is_refused_by_then_stays_pending_and_is_named() {
    let shop = two_machines();
    shop.pact("web/mine.json", "Web", "Orders", &["mine"]);
    shop.pact("orders/theirs.json", "Web", "Orders", &["theirs"]);
    shop.step("web", "publish mine.json -a 2 --branch main --offline");
    shop.step(
        "web",
        "record-deployment -a Web -e 1 --environment production --offline",
    );
    shop.step("orders", "publish theirs.json -a 2 --branch main");

    let why = "version 2 of Web has another pact with Orders already";
    let status = shop.run("web", "status", 0);
    assert!(
        status
            .stdout
            .contains(&format!("would be refused now: {why}")),
        "{status:?}"
    );
    let pushed = shop.run("web", "push", 1);
    assert!(
        pushed
            .stderr
            .contains("Pushed 1 write that had been pending."),
        "{pushed:?}"
    );
    assert!(
        pushed.stderr.contains("refused now and stays pending"),
        "{pushed:?}"
    );
    assert!(pushed.stderr.contains(why), "{pushed:?}");
    // Others' words are as they were; ours wait; and writes go on.
    let stored = shop
        .store()
        .run(&["show", "pact/contracts/Orders:Orders/Web.json"]);
    assert!(stored.contains("theirs"), "{stored}");
    let other = shop.run("web", "create-environment --name test", 0);
    assert!(
        other.stderr.contains("refused now and stays pending"),
        "{other:?}"
    );
    let status = shop.json("web", "status", 0);
    assert_eq!(status["pending"].as_array().unwrap().len(), 1, "{status}");
    assert!(status["pending"].to_string().contains(why), "{status}");
    // No answer is made of what is refused.
    let pulled = shop.json("web", "pull --provider Orders --main-branch", 0);
    assert_eq!(pulled["pacts"].as_array().unwrap().len(), 1);
    let tree = shop.store().run(&["rev-parse", "pact/app/Web"]);
    let _ = shop.run("web", "push", 1);
    assert_eq!(shop.store().run(&["rev-parse", "pact/app/Web"]), tree);
}

#[test]
fn without_a_remote_there_is_nothing_to_wait_for() {
    let shop = Shop::with_a_store(&["web"]);
    shop.pact("web/1.json", "Web", "Orders", &["an order"]);
    let landed = shop.json("web", "publish 1.json -a 1 --offline", 0);
    assert_eq!(landed["write"]["state"], "landed");
    assert_eq!(shop.json("web", "status", 0)["pending"], json!([]));
    let fetched = shop.run("web", "fetch", 0);
    assert!(fetched.stderr.contains("nothing to fetch"), "{fetched:?}");
    for line in ["push --offline", "fetch --offline"] {
        let refused = shop.run("web", line, 2);
        assert!(
            refused.stderr.contains("leave out --offline"),
            "{refused:?}"
        );
    }
}

#[test]
fn a_store_named_by_url_keeps_what_is_pending_in_its_private_clone() {
    let mut shop = two_machines();
    let url = format!("file://{}", shop.sandbox.path(STORE).display());
    shop.sandbox.set("GIT_PACT_REPO", &url);
    fs::create_dir(shop.sandbox.path("empty")).unwrap();
    // Nothing was fetched yet: it is not said that there is nothing.
    let unknown = shop.sandbox.run(
        "empty",
        &["can-i-deploy", "-a", "Web", "-e", "1", "--offline"],
    );
    assert_ne!(unknown.status, Some(0), "{unknown:?}");
    shop.step("empty", "fetch");
    let line = "record-deployment -a Web -e 1 --environment production";
    fs::rename(shop.sandbox.path(STORE), shop.sandbox.path("gone.git")).unwrap();
    let failed = shop.run("empty", line, 4);
    assert!(failed.stderr.contains("error:"), "{failed:?}");
    shop.step("empty", &format!("{line} --offline"));
    let status = shop.run("empty", "status --offline", 0);
    assert!(
        status
            .stdout
            .contains("production (production) | Web         | 1"),
        "{status:?}"
    );
    fs::rename(shop.sandbox.path("gone.git"), shop.sandbox.path(STORE)).unwrap();
    let pushed = shop.run("empty", "push", 0);
    assert!(
        pushed
            .stderr
            .contains("Pushed 1 write that had been pending."),
        "{pushed:?}"
    );
    assert_eq!(shop.commits("pact/env/production"), 2);
}

#[test]
fn a_kept_result_is_about_the_contract_that_was_current_when_it_was_kept() {
    let shop = two_machines();
    shop.step("orders", "fetch");
    shop.step(
        "orders",
        "record-verification --provider Orders -a 1 --branch main --consumer Web --success --offline",
    );
    shop.pact("web/2.json", "Web", "Orders", &["something else"]);
    shop.step("web", "publish 2.json -a 2 --branch main");
    shop.step("orders", "push");
    shop.step("orders", "can-i-deploy -a Orders -e 1 -a Web -e 1");
    let _ = shop.run("orders", "can-i-deploy -a Orders -e 1 -a Web -e 2", 3);
}
