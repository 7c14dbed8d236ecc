//! What is pending survives what happens at the same time: other processes that keep writes in the
//! same clone, and connections that end before the remote has answered.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread;

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

fn publish(sandbox: &Sandbox, version: &str, more: &[&str]) -> Output {
    let mut arguments = vec!["publish", PACT, "-a", version, "--branch", "main"];
    arguments.extend(more);
    sandbox.run("web", &arguments)
}

fn script(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn writes_that_are_kept_at_the_same_time_are_all_kept() {
    let sandbox = prepared();
    thread::scope(|scope| {
        for version in ["1", "2", "3", "4", "5", "6"] {
            let sandbox = &sandbox;
            scope.spawn(move || {
                let output = publish(sandbox, version, &["--offline"]);
                assert_eq!(output.status, Some(0), "{output:?}");
            });
        }
    });
    let output = sandbox.run("web", &["push"]);
    assert_eq!(output.status, Some(0), "{output:?}");
    assert!(
        output.stderr.contains("6 writes that had been pending"),
        "{output:?}"
    );
}

#[test]
fn what_is_kept_while_a_push_is_under_way_stays_pending() {
    let sandbox = prepared();
    assert_eq!(publish(&sandbox, "1", &["--offline"]).status, Some(0));
    let program = env!("CARGO_BIN_EXE_git-pact");
    let hook = format!(
        "unset GIT_DIR GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY\n\
         cd '{}' && '{program}' publish '{PACT}' -a 2 --branch main --offline >&2",
        sandbox.path("web").display()
    );
    script(&sandbox.path("contracts.git/hooks/pre-receive"), &hook);
    let output = sandbox.run("web", &["push"]);
    assert_eq!(output.status, Some(0), "{output:?}");

    sandbox.unguard("contracts.git");
    let status = sandbox.run("web", &["status", "--offline"]);
    assert!(status.stdout.contains("publish version 2"), "{status:?}");
    assert!(!status.stdout.contains("publish version 1"), "{status:?}");
    let output = sandbox.run("web", &["push"]);
    assert!(
        output.stderr.contains("1 write that had been pending"),
        "{output:?}"
    );
}

#[test]
fn a_write_that_landed_before_the_connection_ended_has_landed() {
    let mut sandbox = prepared();
    for arguments in [
        &["publish", PACT, "-a", "1", "--branch", "main"][..],
        &["create-environment", "--name", "prod"],
        &[
            "record-deployment",
            "-a",
            "Web",
            "-e",
            "1",
            "--environment",
            "prod",
        ],
    ] {
        let output = sandbox.run("web", arguments);
        assert_eq!(output.status, Some(0), "{output:?}");
    }
    // The push arrives, and nobody hears of it.
    let path = std::env::var("PATH").unwrap();
    let real = std::env::split_paths(&path).map(|folder| folder.join("git"));
    let real = real.into_iter().find(|git| git.exists()).unwrap();
    let cut = format!(
        "case \" $* \" in *' push '*) '{0}' \"$@\" >/dev/null 2>&1; \
         echo 'fatal: the remote end hung up unexpectedly' >&2; exit 128;; esac\n\
         exec '{0}' \"$@\"",
        real.display()
    );
    script(&sandbox.path("bin/git"), &cut);
    let with_cut = format!("{}:{path}", sandbox.path("bin").display());
    sandbox.set("PATH", &with_cut);
    // Decided again it would be refused: there is nothing left to undeploy.
    let undeploy = ["record-undeployment", "-a", "Web", "--environment", "prod"];
    let output = sandbox.run("web", &undeploy);
    assert_eq!(output.status, Some(0), "{output:?}");
    assert!(output.stderr.contains("Recorded in"), "{output:?}");
    let output = sandbox.run("web", &undeploy);
    assert_eq!(output.status, Some(1), "{output:?}");
}

#[test]
fn what_is_pending_goes_out_although_what_is_new_is_refused() {
    let sandbox = prepared();
    assert_eq!(publish(&sandbox, "1", &[]).status, Some(0));
    let delete = ["delete-pacticipant", "--name", "Web"];
    let kept = sandbox.run("web", &[&delete[..], &["--offline"]].concat());
    assert_eq!(kept.status, Some(0), "{kept:?}");

    // With what waits there is no such pacticipant any more.
    let again = sandbox.run("web", &delete);
    assert_ne!(again.status, Some(0), "{again:?}");
    let status = sandbox.run("web", &["status"]);
    assert!(!status.stdout.contains("pending"), "{status:?}");
    let gone = sandbox.run("web", &["delete-pacticipant", "--name", "Web"]);
    assert!(gone.stderr.contains("not found"), "{gone:?}");
    let log = sandbox
        .git("contracts.git")
        .run(&["log", "--format=%s", "--all"]);
    assert!(log.contains("delete"), "{log}");
}
