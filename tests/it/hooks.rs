//! The hooks of git: what git-pact pushes is let in, what somebody made by hand is not, and who may write
//! is what the policy said before the push.
//!
//! Every remote of every test has the same hook ([`crate::support::sandbox::Sandbox::guard`]), so that
//! whatever a command of any of them pushes is shown to be let in.

mod forgeries;
mod install;
mod policy;
mod pre_push;

use std::os::unix::process::CommandExt;
use std::path::Path;

use rustix::process::Pid;
use rustix::process::Signal;
use rustix::process::kill_process_group;

use crate::support::sandbox::Output;
use crate::support::shop::done;
use crate::support::team::STORE;
use crate::support::team::Shop;

/// Returns a shop with something of every kind in its store, and the clones of three machines.
fn a_shop() -> Shop {
    Shop::with_a_remote(&["web", "orders", "forger"]).furnished()
}

/// Runs `git` as somebody on a machine would, with git-pact on the path; a minute passes.
fn git(shop: &Shop, machine: &str, args: &[&str], variables: &[(&str, &str)]) -> Output {
    let programs = Path::new(env!("CARGO_BIN_EXE_git-pact")).parent().unwrap();
    let path = std::env::var("PATH").unwrap();
    let mut command = shop.sandbox.command_of("git", machine, args);
    let output = command
        .env("PATH", format!("{}:{path}", programs.display()))
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    Output {
        stdout: shop.sandbox.scrubbed(output.stdout),
        stderr: shop.sandbox.scrubbed(output.stderr),
        status: output.status.code(),
    }
}

/// Returns the names and tips of the branches of the store, and how many objects there are in it.
fn held(shop: &Shop) -> (String, String) {
    let store = shop.store();
    let objects = shop.sandbox.path(STORE).join("objects");
    let files = walkdir::WalkDir::new(objects).into_iter();
    let files = files.filter(|it| it.as_ref().unwrap().file_type().is_file());
    (store.run(&["show-ref"]), files.count().to_string())
}

#[test]
fn whatever_a_command_writes_is_let_in() {
    let shop = a_shop();
    shop.pact("web/3.json", "Web", "Orders", &["a receipt"]);
    shop.pact("web/till.json", "Till", "Orders", &["a receipt"]);
    for (machine, line) in [
        // Several branches, several applications and several facts in one push.
        (
            "web",
            "publish 3.json till.json -a 3 --branch main --tag prod",
        ),
        ("web", "publish 1.json -a 4 --branch main --merge"),
        ("web", "publish 3.json -a 4 --branch main --merge"),
        ("web", "create-version-tag -a Web -e 1 --tag late"),
        ("web", "create-or-update-version -a Web -e 2 --branch main"),
        (
            "web",
            "create-or-update-pacticipant --name Web --main-branch trunk",
        ),
        ("web", "create-label -a Web --label core"),
        ("web", "delete-label -a Web --label core"),
        (
            "orders",
            "record-verification --provider Orders -a 8 --branch main --consumer Web --fail",
        ),
        // Offline, and out in one push.
        (
            "orders",
            "record-deployment -a Orders -e 7 --environment production --offline",
        ),
        (
            "orders",
            "record-deployment -a Orders -e 8 --environment production --offline",
        ),
        (
            "orders",
            "record-verification --provider Orders -a 9 --consumer Web --success --offline",
        ),
        ("orders", "push"),
        (
            "orders",
            "record-support-ended -a Orders -e 7 --environment production",
        ),
        (
            "orders",
            "record-release -a Orders -e 7 --environment production",
        ),
        (
            "orders",
            "record-undeployment -a Orders --environment production",
        ),
        ("web", "delete-version-tag -a Web -e 1 --tag late"),
        ("web", "delete-version -a Web -e 2"),
        ("web", "publish 2.json -a 2 --branch feat/x"),
        ("web", "delete-branch -a Web --branch feat/x"),
        ("web", "clean --keep-days 0"),
        (
            "web",
            "policy allow --branch pact/settings --branch pact/app/* --identity ada",
        ),
    ] {
        shop.step(machine, line);
    }
    let variables = [("GITEA_PUSHER_NAME", "ada")];
    for line in [
        "policy remove --branch pact/app/*",
        "policy remove --branch pact/settings",
        "delete-pacticipant --name Till",
        "doctor",
    ] {
        let _ = shop.run_with("web", line, 0, &variables);
    }
    shop.store().fsck();
}

#[test]
fn a_repair_is_let_in_and_what_was_wrong_before_is_not_held_against_a_push() {
    let shop = a_shop();
    let store = shop.store();
    let heads = ["ls-tree", "-r", "--name-only", "pact/app/Web", "Web/heads/"];
    let path = store.run(&heads);
    let path = path.lines().find(|path| path.contains("/tags/")).unwrap();
    store.amend("pact/app/Web", path, None);
    // The head of a tag is missing, and yet others may go on.
    shop.step("web", "fetch");
    shop.pact("web/3.json", "Web", "Orders", &["a receipt"]);
    shop.step("web", "publish 3.json -a 3 --branch main");
    let _ = shop.run("web", "doctor", 1);
    shop.step("web", "doctor --repair");
    shop.step("web", "doctor");
}

#[test]
fn who_is_overtaken_while_the_hook_looks_decides_again() {
    let shop = a_shop();
    let program = env!("CARGO_BIN_EXE_git-pact");
    // Somebody is faster, once, between the look of the one who pushes and that of the hook.
    let script = format!(
        "#!/bin/sh\nif mkdir overtaken 2>/dev/null; then\n\
         env -u GIT_QUARANTINE_PATH -u GIT_OBJECT_DIRECTORY -u GIT_ALTERNATE_OBJECT_DIRECTORIES \\\n\
         '{program}' create-or-update-version --repo \"$PWD\" -a Web -e faster >&2 </dev/null\nfi\n\
         exec '{program}' hook pre-receive\n"
    );
    std::fs::write(shop.sandbox.path(STORE).join("hooks/pre-receive"), script).unwrap();
    let written = shop.run("web", "create-or-update-version -a Web -e slower", 0);
    assert!(written.stderr.contains("after 2 attempts"), "{written:?}");
    let known = shop.run("web", "list-versions -a Web", 0);
    for version in ["faster", "slower"] {
        assert!(known.stdout.contains(version), "{known:?}");
    }
}

#[test]
fn a_whole_store_can_be_pushed_to_a_new_server_in_one_go() {
    let shop = a_shop();
    shop.sandbox.remote("new.git");
    let new = shop.sandbox.path("new.git");
    let _ = done(git(
        &shop,
        STORE,
        &[
            "push",
            "--quiet",
            new.to_str().unwrap(),
            "refs/heads/pact/*:refs/heads/pact/*",
        ],
        &[],
    ));
    let tips = |name: &str| shop.sandbox.git(name).run(&["show-ref"]);
    assert_eq!(tips("new.git"), tips(STORE));
}

#[test]
fn branches_that_are_not_of_the_store_are_nobodys_business() {
    let shop = a_shop();
    let forger = shop.sandbox.git("forger");
    forger.run(&["commit", "--quiet", "--allow-empty", "--message", "start"]);
    for name in [
        "refs/heads/main",
        "refs/tags/v1",
        "refs/heads/feature./x",
        "refs/pact/app/Web",
    ] {
        let refspec = format!("HEAD:{name}");
        let _ = done(git(
            &shop,
            "forger",
            &["push", "--quiet", "origin", &refspec],
            &[],
        ));
    }
    let _ = done(git(
        &shop,
        "forger",
        &["push", "--quiet", "origin", ":refs/heads/feature./x"],
        &[],
    ));
}

#[test]
fn a_push_over_the_network_is_judged_alike() {
    let shop = a_shop();
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let base = shop.sandbox.path("");
    let listen = [
        format!("--port={port}"),
        format!("--base-path={}", base.display()),
    ];
    let mut daemon = shop.sandbox.command_of(
        "git",
        "home",
        &[
            "daemon",
            "--listen=127.0.0.1",
            "--export-all",
            "--enable=receive-pack",
            &listen[0],
            &listen[1],
        ],
    );
    let mut daemon = daemon.process_group(0).spawn().unwrap();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert_eq!(daemon.try_wait().unwrap(), None, "git daemon has ended");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let url = format!("git://127.0.0.1:{port}/{STORE}");
    let forger = shop.sandbox.git("forger");
    forger.run(&["fetch", "--quiet"]);
    forger.run(&["update-ref", "refs/heads/it", "origin/pact/app/Web"]);
    forger.amend("it", "Web/notes.txt", Some(b"mine"));
    let before = held(&shop);
    let refused = git(
        &shop,
        "forger",
        &["push", &url, "it:refs/heads/pact/app/Web"],
        &[],
    );
    let after = held(&shop);
    forger.run(&["update-ref", "refs/heads/it", "origin/pact/app/Web~1"]);
    let rewound = git(
        &shop,
        "forger",
        &["push", "--force", &url, "it:refs/heads/pact/app/Web"],
        &[],
    );
    // What listens was started by what was started.
    kill_process_group(Pid::from_child(&daemon), Signal::KILL).unwrap();
    daemon.wait().unwrap();
    assert_eq!(refused.status, Some(1), "{refused:?}");
    assert!(
        refused
            .stderr
            .contains("Web/notes.txt: nothing of a store lies at such a path"),
        "{refused:?}"
    );
    assert!(
        rewound.stderr.contains("its history was rewritten"),
        "{rewound:?}"
    );
    assert_eq!(after, before, "nothing is left of a push that was refused");
}
