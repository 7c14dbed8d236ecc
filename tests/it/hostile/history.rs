//! Histories that somebody rewrote: force-pushed, put back, deleted. Nobody answers from the one or the
//! other before somebody decides; what is gone is named record by record, and both ways out work as they
//! are printed.

use std::process::Command;

use super::gate;
use super::run;
use super::says;
use crate::support::git::Git;
use crate::support::sandbox::Output;
use crate::support::team::STORE;
use crate::support::team::Shop;

/// The gate that is a yes before and after.
const GATE: [&str; 7] = gate("2");

/// The branch that most of this is about.
const WEB: &str = "pact/app/Web";

/// A remote in which Web 1 and 2 may be deployed, and a machine that has seen all of it.
fn a_remote() -> Shop {
    let shop = Shop::with_a_remote(&["ci", "other"]);
    shop.pact("ci/1.json", "Web", "Orders", &["an order"]);
    shop.pact("ci/2.json", "Web", "Orders", &["an order", "an invoice"]);
    for line in [
        "publish 1.json -a 1 --branch main",
        "record-verification --provider Orders -a 7 --branch main --consumer Web --success",
        "create-environment --name production --production",
        "record-deployment -a Orders -e 7 --environment production",
        "publish 2.json -a 2 --branch main",
        "record-verification --provider Orders -a 7 --branch main --consumer Web --success",
        "fetch",
    ] {
        shop.step("ci", line);
    }
    let _ = run(&shop, "ci", &GATE, 0);
    shop
}

fn reference(branch: &str) -> String {
    format!("refs/heads/{branch}")
}

/// Gives a branch another history with the first commit's tree, and returns where it is now.
fn force(remote: &Git, branch: &str) -> String {
    let first = remote.run(&["rev-list", "--max-parents=0", branch]);
    let tree = format!("{first}^{{tree}}");
    let other = remote.run(&["commit-tree", "-m", "Another history", &tree]);
    remote.run(&["update-ref", &reference(branch), &other]);
    other
}

/// Rewrites a branch in every way, seen from a clone of somebody's and from a private one, which has the
/// tips alone; hands over the way, and whether the clone is private.
fn in_every_way(then: impl Fn(&Shop, &str, bool)) {
    for how in ["forced", "put back", "deleted"] {
        for is_private in [false, true] {
            let mut shop = a_remote();
            if is_private {
                let url = format!("file://{}", shop.sandbox.path(STORE).display());
                shop.sandbox.set("GIT_PACT_REPO", &url);
                let _ = run(&shop, "ci", &GATE, 0);
            }
            let remote = shop.store();
            match how {
                "forced" => drop(force(&remote, WEB)),
                "put back" => {
                    remote.run(&["update-ref", &reference(WEB), &format!("{WEB}~1")]);
                }
                _ => drop(remote.run(&["update-ref", "-d", &reference(WEB)])),
            }
            then(&shop, how, is_private);
            remote.fsck();
        }
    }
}

/// Returns the command that puts back what is gone, as it is printed.
fn restoring(output: &Output) -> String {
    let is_it = |line: &&str| line.starts_with("hint: git ") && line.contains(" push ");
    let line = output.stderr.lines().find(is_it);
    let line = line.unwrap_or_else(|| panic!("no way back in {output:?}"));
    line.trim_start_matches("hint: ").to_owned()
}

/// Runs a command as somebody would who copies it from the terminal.
fn in_a_shell(shop: &Shop, machine: &str, command: &str) {
    let directory = shop.sandbox.path("");
    let command = command.replace("$TMP", directory.to_str().unwrap().trim_end_matches('/'));
    let output = Command::new("sh")
        .args(["-c", &command])
        .current_dir(shop.sandbox.path(machine))
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(output.status.success(), "{command}: {output:?}");
}

#[test]
fn who_rewrote_a_branch_stops_every_command_that_needs_it() {
    let shop = a_remote();
    let remote = shop.store();
    let before = remote.run(&["rev-parse", "pact/app/Web"]);
    let now = force(&remote, "pact/app/Web");
    for words in [
        &GATE[..],
        &["publish", "2.json", "-a", "3", "--branch", "main"],
        &["create-or-update-version", "-a", "Web", "-e", "3"],
        &[
            "record-deployment",
            "-a",
            "Web",
            "-e",
            "2",
            "--environment",
            "production",
        ],
        &["matrix", "-a", "Web"],
        &["pull", "--provider", "Orders", "--to", "pulled"],
        &["status"],
        &["log"],
        &["fetch"],
        &["describe-version", "-a", "Web"],
    ] {
        let refused = run(&shop, "ci", words, 4);
        says(
            &refused,
            &[
                "history was rewritten on the remote origin",
                &format!("pact/app/Web went from {before} to {now}"),
                "gone or changed: ",
                "version 2 of Web",
                "the pact of Web with Orders",
                "git pact fetch --accept-rewritten",
            ],
        );
        assert!(!refused.stderr.contains("version 1 of Web"), "{refused:?}");
    }
    assert_eq!(remote.run(&["rev-parse", "pact/app/Web"]), now);
    // Nobody who has never seen it is concerned.
    let fresh = run(&shop, "other", &["status"], 0);
    assert!(!fresh.stderr.contains("rewritten"), "{fresh:?}");
    // Without the network it is known that it moved, and no more.
    let offline = [&GATE[..], &["--offline"]].concat();
    says(&run(&shop, "ci", &offline, 4), &["has moved on the remote"]);
}

#[test]
fn what_is_gone_can_be_put_back_as_the_hint_says() {
    in_every_way(|shop, how, is_private| {
        let refused = run(shop, "ci", &GATE, 4);
        says(&refused, &["history was rewritten", "version 2 of Web"]);
        let command = restoring(&refused);
        // A shallow clone has the records, but nothing that git would push.
        assert!(command.contains("--git-dir=") || is_private, "{command}");
        let is_forced = command.contains("--force-with-lease=");
        assert_eq!(is_forced, how == "forced", "{command}");
        if is_forced {
            // Whoever administers the server lets it in: its hook refuses whatever does not grow.
            shop.sandbox.unguard(STORE);
        }
        in_a_shell(shop, "ci", &command);
        let now = shop.store().run(&["rev-parse", WEB]);
        let was = format!("{WEB} went from {now}");
        let deleted = format!("{WEB} was deleted; it was at {now}");
        let is_restored = refused.stderr.contains(&was) || refused.stderr.contains(&deleted);
        assert!(is_restored, "{how} {is_private} {now} {refused:?}");
        let _ = run(shop, "ci", &GATE, 0);
    });
}

#[test]
fn what_is_gone_can_be_accepted_and_is_told_once_more() {
    in_every_way(|shop, how, _| {
        let _ = run(shop, "ci", &GATE, 4);
        let accepted = run(shop, "ci", &["fetch", "--accept-rewritten"], 0);
        says(&accepted, &["accepted: pact/app/Web", "version 2 of Web"]);
        let again = run(shop, "ci", &["fetch", "--accept-rewritten"], 0);
        assert!(!again.stderr.contains("accepted"), "{again:?}");
        // Web 2 is not there any more: that is no yes.
        let gate = shop.sandbox.run("ci", &GATE);
        assert!(matches!(gate.status, Some(1..=3)), "{how} {gate:?}");
        // And life goes on.
        let publish = ["publish", "2.json", "-a", "2", "--branch", "main"];
        let _ = run(shop, "ci", &publish, 0);
        let _ = run(shop, "ci", &GATE, 0);
    });
}

#[test]
fn several_branches_are_told_together_and_all_records_are_counted() {
    let shop = a_remote();
    for version in 3..20 {
        shop.step("ci", &format!("publish 2.json -a {version} --branch main"));
    }
    let remote = shop.store();
    force(&remote, "pact/app/Web");
    remote.run(&["update-ref", "-d", &reference("pact/env/production")]);
    remote.run(&["update-ref", "-d", &reference("pact/contracts/Orders")]);
    let refused = run(&shop, "ci", &["fetch"], 4);
    says(
        &refused,
        &[
            "\n  pact/app/Web went from ",
            "\n  pact/env/production was deleted; it was at ",
            "Orders version 7 deployed to production",
            "environment production",
            "\n  pact/contracts/Orders was deleted",
            "the contract of Web with Orders",
            "and 9 more",
        ],
    );
    let restores = refused.stderr.matches("hint: git --git-dir=").count();
    assert_eq!(restores, 3, "{refused:?}");
    let accepted = run(&shop, "ci", &["fetch", "--accept-rewritten"], 0);
    assert_eq!(
        accepted.stderr.matches("accepted: ").count(),
        3,
        "{accepted:?}"
    );
}

#[test]
fn records_that_are_all_still_there_are_said_to_be() {
    let shop = a_remote();
    let remote = shop.store();
    let tree = remote.run(&["rev-parse", "pact/app/Web^{tree}"]);
    let other = remote.run(&["commit-tree", "-m", "Squashed", &tree]);
    remote.run(&["update-ref", &reference("pact/app/Web"), &other]);
    let refused = run(&shop, "ci", &GATE, 4);
    says(&refused, &["no record is gone"]);
    let _ = run(&shop, "ci", &["fetch", "--accept-rewritten"], 0);
    let _ = run(&shop, "ci", &GATE, 0);
}

#[test]
fn there_is_nothing_to_accept_where_everything_grew() {
    let shop = a_remote();
    let accepted = run(&shop, "ci", &["fetch", "--accept-rewritten"], 0);
    assert!(!accepted.stderr.contains("accepted"), "{accepted:?}");
    let bare = Shop::with_a_store(&["web"]);
    let _ = run(&bare, "web", &["fetch", "--accept-rewritten"], 0);
}
