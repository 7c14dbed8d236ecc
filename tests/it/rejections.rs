//! What a remote refuses: what is tried again is tried again, what is not is said at once, with
//! the server's own words, and nothing is half recorded.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::support::sandbox::Output;
use crate::support::sandbox::Sandbox;

const PACT: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/fixtures/pacts/orders/web-1.json"
);

fn prepared() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.remote("contracts.git");
    sandbox.clone_of("contracts.git", "web");
    sandbox
}

fn publish(sandbox: &Sandbox, more: &[&str]) -> Output {
    let mut arguments = vec!["publish", PACT, "-a", "1", "--branch", "main"];
    arguments.extend(more);
    sandbox.run("web", &arguments)
}

fn hook(sandbox: &Sandbox, name: &str, script: &str) {
    let path = sandbox.path("contracts.git/hooks").join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn branches(sandbox: &Sandbox) -> String {
    let git = sandbox.git("contracts.git");
    git.run(&["for-each-ref", "--format=%(refname)"])
}

#[test]
fn a_policy_is_shown_in_its_own_words_and_not_tried_again() {
    let sandbox = prepared();
    hook(
        &sandbox,
        "pre-receive",
        "echo tried >> ../tried; printf 'only on \\033[31mweekdays\\n' >&2; exit 1",
    );
    let output = publish(&sandbox, &[]);
    assert_eq!(output.status, Some(4), "{output:?}");
    assert!(output.stderr.contains("only on"), "{output:?}");
    assert!(
        !output.stderr.contains('\u{1b}'),
        "control characters are escaped: {output:?}"
    );
    assert!(output.stderr.contains("nothing was recorded"), "{output:?}");
    assert_eq!(branches(&sandbox), "");
    let tried = fs::read_to_string(sandbox.path("tried")).unwrap_or_default();
    assert!(tried.lines().count() <= 1, "{tried}");
}

#[test]
fn one_branch_that_is_refused_takes_the_others_back() {
    let sandbox = prepared();
    hook(
        &sandbox,
        "update",
        "case $1 in refs/heads/pact/contracts/*) echo 'ask the provider' >&2; exit 1;; esac",
    );
    let output = publish(&sandbox, &[]);
    assert_eq!(output.status, Some(4), "{output:?}");
    assert!(output.stderr.contains("ask the provider"), "{output:?}");
    assert_eq!(branches(&sandbox), "");
}

#[test]
fn what_cannot_be_pushed_can_be_kept_and_goes_out_later() {
    let sandbox = prepared();
    hook(&sandbox, "pre-receive", "exit 1");
    assert_eq!(publish(&sandbox, &["--offline"]).status, Some(0));
    assert_eq!(sandbox.run("web", &["push"]).status, Some(4));
    sandbox.unguard("contracts.git");
    let pushed = sandbox.run("web", &["push"]);
    assert_eq!(pushed.status, Some(0), "{pushed:?}");
    assert!(
        pushed
            .stderr
            .contains("Pushed 1 write that had been pending."),
        "{pushed:?}"
    );
    assert!(branches(&sandbox).contains("refs/heads/pact/app/Web"));
    let again = publish(&sandbox, &[]);
    assert!(again.stderr.contains("Nothing new"), "{again:?}");
}

#[test]
fn a_branch_in_the_way_is_named() {
    for name in ["pact", "pact/app"] {
        let sandbox = prepared();
        let web = sandbox.git("web");
        web.run(&["commit", "--quiet", "--allow-empty", "--message", "start"]);
        // Made there: a hook of a server would not have let it in.
        let refspec = format!("HEAD:refs/heads/{name}");
        let remote = sandbox.git("contracts.git");
        remote.run(&["fetch", "--quiet", "../web", &refspec]);
        let output = publish(&sandbox, &[]);
        assert_eq!(output.status, Some(4), "{output:?}");
        assert!(output.stderr.contains(&format!("`{name}`")), "{output:?}");
    }
}

#[test]
fn a_remote_that_is_gone_fails_at_once_and_offline_still_answers() {
    let sandbox = prepared();
    assert_eq!(publish(&sandbox, &[]).status, Some(0));
    let environment = ["create-environment", "--name", "test"];
    assert_eq!(sandbox.run("web", &environment).status, Some(0));
    fs::rename(sandbox.path("contracts.git"), sandbox.path("elsewhere.git")).unwrap();
    let output = sandbox.run("web", &["list-environments"]);
    assert_eq!(output.status, Some(4), "{output:?}");
    let offline = sandbox.run("web", &["list-environments", "--offline"]);
    assert_eq!(offline.status, Some(0), "{offline:?}");
    assert!(offline.stdout.contains("test"), "{offline:?}");
}

#[test]
fn a_history_that_was_rewritten_is_noticed() {
    let sandbox = prepared();
    assert_eq!(publish(&sandbox, &[]).status, Some(0));
    let remote = sandbox.git("contracts.git");
    let tree = remote.run(&["rev-parse", "pact/app/Web^{tree}"]);
    let other = remote.run(&["commit-tree", "-m", "rewritten", tree.trim()]);
    remote.run(&["update-ref", "refs/heads/pact/app/Web", other.trim()]);
    let output = publish(&sandbox, &["--tag", "more"]);
    assert_eq!(output.status, Some(4), "{output:?}");
    assert!(
        output.stderr.contains("history was rewritten"),
        "{output:?}"
    );
    let now = remote.run(&["rev-parse", "pact/app/Web"]);
    assert_eq!(now, other, "nothing was pushed on top of it, or over it");
}

#[test]
fn a_lock_that_was_left_behind_on_the_remote_is_named_and_nothing_is_lost() {
    let sandbox = prepared();
    let lock = sandbox.path("contracts.git/refs/heads/pact/app/Web.lock");
    fs::create_dir_all(lock.parent().unwrap()).unwrap();
    fs::write(&lock, "").unwrap();
    let stuck = publish(&sandbox, &[]);
    assert_eq!(stuck.status, Some(4), "{stuck:?}");
    assert!(
        stuck.stderr.contains("that nobody else writes"),
        "{stuck:?}"
    );
    assert!(stuck.stderr.contains("pact/app/Web.lock"), "{stuck:?}");
    assert!(stuck.stderr.contains("git pact push"), "{stuck:?}");
    fs::remove_file(lock).unwrap();
    let sent = sandbox.run("web", &["push"]);
    assert_eq!(sent.status, Some(0), "{sent:?}");
    assert!(branches(&sandbox).contains("refs/heads/pact/app/Web"));
}
