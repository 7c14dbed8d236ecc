//! What a machine can be like: configuration that changes what git does and says, clocks that are wrong,
//! objects that stand for others, repositories that are not where they seem to be.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::nothing_was_run;
use super::run;
use super::says;
use crate::support::git::Git;
use crate::support::team::STORE;
use crate::support::team::Shop;
use crate::support::team::pact;

/// Whether Web 1 fits what is there.
const GATE: [&str; 9] = [
    "can-i-deploy",
    "-a",
    "Web",
    "-e",
    "1",
    "-a",
    "Orders",
    "-e",
    "7",
];

/// Publishes, verifies and asks; all of it goes well.
fn a_day(shop: &Shop, machine: &str) {
    shop.pact(&format!("{machine}/x.json"), "Web", "Orders", &["an order"]);
    for line in [
        "publish x.json -a 1 --branch main",
        "record-verification --provider Orders -a 7 --branch main --consumer Web --success",
        "create-environment --name test",
        "record-deployment -a Orders -e 7 --environment test",
        "can-i-deploy -a Web -e 1 --to-environment test",
        "pull --provider Orders --latest --to pulled",
        "log",
        "matrix -a Web",
        "status",
        "doctor",
        "fetch --history",
    ] {
        shop.step(machine, line);
    }
    let bytes = fs::read(shop.sandbox.path(machine).join("pulled/Web.json")).unwrap();
    assert_eq!(bytes, pact("Web", "Orders", &["an order"]));
}

fn script(shop: &Shop, path: &str, text: &str) {
    shop.write(path, format!("#!/bin/sh\n{text}\n"));
    let path = shop.sandbox.path(path);
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn what_is_configured_changes_neither_what_is_done_nor_what_is_said() {
    let shop = Shop::with_a_remote(&["ci"]);
    let clone = shop.sandbox.git("ci");
    for hook in [
        "pre-push",
        "post-commit",
        "reference-transaction",
        "post-checkout",
        "pre-commit",
    ] {
        script(&shop, &format!("ci/hooks/{hook}"), "touch PWNED; exit 1");
        script(
            &shop,
            &format!("ci/.git/hooks/{hook}"),
            "touch PWNED; exit 1",
        );
    }
    // A hook that moves refs along is the repository's own; it is asked where we move them.
    for hook in [
        "ci/hooks/reference-transaction",
        "ci/.git/hooks/reference-transaction",
    ] {
        fs::remove_file(shop.sandbox.path(hook)).unwrap();
    }
    script(&shop, "ci/monitor", "touch PWNED");
    for (key, value) in [
        ("alias.fetch", "!touch PWNED"),
        ("alias.push", "!touch PWNED"),
        ("alias.ls-remote", "!touch PWNED"),
        ("core.hooksPath", "hooks"),
        ("core.fsmonitor", "./monitor"),
        ("core.pager", "touch PWNED"),
        ("pager.log", "touch PWNED"),
        ("core.editor", "touch PWNED"),
        ("core.autocrlf", "true"),
        ("core.eol", "crlf"),
        ("core.quotePath", "false"),
        ("core.commentChar", "W"),
        ("commit.gpgSign", "true"),
        ("push.gpgSign", "if-asked"),
        ("gpg.program", "./monitor"),
        ("log.showSignature", "true"),
        ("user.useConfigOnly", "true"),
        ("fetch.prune", "true"),
        ("fetch.pruneTags", "true"),
        ("fetch.output", "compact"),
        ("fetch.recurseSubmodules", "true"),
        ("push.default", "nothing"),
        ("push.followTags", "true"),
        ("push.recurseSubmodules", "on-demand"),
        ("transfer.hideRefs", "refs/tags"),
        ("color.ui", "always"),
        ("advice.detachedHead", "false"),
        ("i18n.commitEncoding", "latin1"),
        ("i18n.logOutputEncoding", "latin1"),
        ("diff.external", "./monitor"),
        ("submodule.recurse", "true"),
        ("gc.auto", "1"),
    ] {
        clone.run(&["config", key, value]);
    }
    a_day(&shop, "ci");
    nothing_was_run(&shop);
    shop.store().fsck();
    assert_eq!(clone.run(&["config", "--get", "core.autocrlf"]), "true");
}

#[test]
fn bytes_are_those_of_the_object_whatever_filters_are_there() {
    let shop = Shop::with_a_remote(&["ci"]);
    let clone = shop.sandbox.git("ci");
    clone.run(&["config", "core.autocrlf", "true"]);
    clone.run(&["config", "filter.shout.clean", "tr a-z A-Z"]);
    clone.run(&["config", "filter.shout.smudge", "tr a-z A-Z"]);
    shop.write("ci/.gitattributes", "* text eol=crlf filter=shout ident\n");
    let bytes = String::from_utf8(pact("Web", "Orders", &["an order"])).unwrap();
    let bytes = bytes
        .replace('\n', "\r\n")
        .replace("\"status\"", "\"id\": \"$Id$\", \"status\"");
    shop.write("ci/x.json", &bytes);
    shop.step("ci", "publish x.json -a 1 --branch main");
    shop.step("ci", "pull --provider Orders --latest --to pulled");
    let pulled = fs::read_to_string(shop.sandbox.path("ci/pulled/Web.json")).unwrap();
    assert_eq!(pulled, bytes);
    let stored = ["show", "pact/contracts/Orders:Orders/Web.json"];
    assert_eq!(shop.store().run(&stored), bytes);
}

#[test]
fn somebody_without_a_name_can_record_all_the_same() {
    let mut shop = Shop::with_a_remote(&["ci"]);
    shop.sandbox.set("GIT_PACT_ACTOR", "");
    a_day(&shop, "ci");
    let authors = shop.store().run(&["log", "--all", "--format=%an <%ae>"]);
    assert!(
        authors
            .lines()
            .all(|author| author == "git-pact <git-pact@localhost>"),
        "{authors}"
    );
    let config = fs::read_to_string(shop.sandbox.path("ci/.git/config")).unwrap();
    assert!(!config.contains("git-pact"), "{config}");
}

#[test]
fn clocks_decide_nothing() {
    let shop = Shop::with_a_store(&["ci"]);
    for (version, now) in [
        ("1", "2026-11-21T00:00:00Z"),
        ("2", "2099-01-01T00:00:00Z"),
        ("3", "1970-01-02T00:00:00Z"),
        ("4", "2026-11-20T00:00:00Z"),
    ] {
        shop.pact("ci/x.json", "Web", "Orders", &["an order", version]);
        let line = format!("publish x.json -a {version} --branch main");
        let _ = shop.run_with("ci", &line, 0, &[("GIT_PACT_NOW", now)]);
        let latest = shop.json("ci", "describe-version -a Web", 0);
        assert_eq!(latest["number"], version, "{latest}");
        let shown = shop
            .store()
            .run(&["show", "pact/contracts/Orders:Orders/Web.json"]);
        assert!(
            shown.contains(&format!("\"description\": \"{version}\"")),
            "{shown}"
        );
        let verify = "record-verification --provider Orders -a 7 --consumer Web --success";
        let _ = shop.run_with("ci", verify, 0, &[("GIT_PACT_NOW", now)]);
    }
    // A failure that claims to be older than the success before it is the newest word all the same.
    let fail = "record-verification --provider Orders -a 7 --consumer Web --fail";
    let past = [("GIT_PACT_NOW", "1980-01-01T00:00:00Z")];
    let _ = shop.run_with("ci", fail, 0, &past);
    let gate = [
        "can-i-deploy",
        "-a",
        "Web",
        "-e",
        "4",
        "-a",
        "Orders",
        "-e",
        "7",
    ];
    let _ = run(&shop, "ci", &gate, 1);
    shop.step("ci", "doctor");
}

#[test]
fn an_object_that_stands_for_another_is_not_believed() {
    let shop = Shop::with_a_remote(&["ci"]);
    a_day(&shop, "ci");
    let replace = |git: &Git, branch: &str| {
        let tip = git.run(&["rev-parse", branch]);
        let empty = git.feed(&["mktree"], b"");
        let other = git.run(&["commit-tree", "-m", "Another history", &empty]);
        git.run(&["replace", &tip, &other]);
        let listing = git.run(&["ls-tree", "-r", branch]);
        assert_eq!(listing, "", "git itself believes it");
    };
    replace(&shop.store(), "pact/app/Web");
    replace(&shop.sandbox.git("ci"), "origin/pact/app/Web");
    let _ = run(&shop, "ci", &GATE, 0);
    let _ = run(&shop, "ci", &["log", "-a", "Web"], 0);
    let _ = run(&shop, "ci", &["doctor"], 0);
    shop.step("ci", "publish x.json -a 2 --branch main");
    let _ = run(&shop, "ci", &GATE, 0);
    let _ = run(&shop, "ci", &["doctor"], 0);
}

#[test]
fn a_submodule_that_is_not_there_is_not_its_parent() {
    let shop = Shop::with_a_remote(&["ci"]);
    a_day(&shop, "ci");
    fs::create_dir(shop.sandbox.path("ci/contracts")).unwrap();
    let refused = run(&shop, "ci", &["status", "--repo", "contracts"], 4);
    says(&refused, &["there is no git repository at", "contracts"]);
    // Half a repository is none.
    fs::create_dir(shop.sandbox.path("ci/contracts/.git")).unwrap();
    let refused = run(&shop, "ci", &["status", "--repo", "contracts"], 4);
    says(&refused, &["contracts"]);
    shop.write("ci/contracts/.git/HEAD", "ref: refs/heads/../../x\n");
    let _ = run(&shop, "ci", &["status", "--repo", "contracts"], 4);
}

#[test]
fn offline_a_partial_clone_says_what_is_missing() {
    let shop = Shop::with_a_remote(&["ci"]);
    a_day(&shop, "ci");
    let store = shop.store();
    store.run(&["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", shop.sandbox.path(STORE).display());
    let partial = shop.sandbox.git("partial");
    partial.run(&["clone", "--quiet", "--filter=blob:none", &url, "."]);
    let offline = [&GATE[..], &["--offline"]].concat();
    let refused = run(&shop, "partial", &offline, 4);
    says(&refused, &["is missing", "--offline"]);
    let matrix = ["matrix", "-a", "Web", "--offline"];
    says(&run(&shop, "partial", &matrix, 4), &["is missing"]);
    let _ = run(&shop, "partial", &GATE, 0);
    let _ = run(&shop, "partial", &offline, 0);
}

#[test]
fn a_branch_or_a_file_in_the_way_is_named() {
    for name in ["pact", "pact/app", "pact/env", "pact/contracts"] {
        let shop = Shop::with_a_store(&["ci"]);
        shop.pact("ci/x.json", "Web", "Orders", &["an order"]);
        let store = shop.store();
        let empty = store.feed(&["mktree"], b"");
        let commit = store.run(&["commit-tree", "-m", "In the way", &empty]);
        store.run(&["update-ref", &format!("refs/heads/{name}"), &commit]);
        let refused = run(&shop, "ci", &["publish", "x.json", "-a", "1"], 4);
        says(
            &refused,
            &[&format!("`{name}`"), "in the way", "rename that branch"],
        );
        assert_eq!(
            store.run(&["for-each-ref", "--format=%(refname:short)"]),
            name
        );
    }
}
