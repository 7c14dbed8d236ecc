//! `--push-every`: a write is answered when it is on disk, and pushed later.

use std::fs;
use std::thread;
use std::time::Duration;

use serde_json::json;

use super::pact;
use crate::support::git::Git;
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;

/// An hour: longer than a test.
const LATER: &str = "1h";

fn prepared() -> (Sandbox, Git) {
    let sandbox = Sandbox::new();
    let remote = sandbox.remote("contracts.git");
    sandbox.clone_of("contracts.git", "clone");
    (sandbox, remote)
}

fn commits(remote: &Git, branch: &str) -> String {
    remote.run(&["rev-list", "--count", branch])
}

fn end(server: Server) {
    let id = server.id().to_string();
    let kill = std::process::Command::new("kill")
        .args(["-TERM", &id])
        .status();
    assert!(kill.unwrap().success());
    assert_eq!(server.wait(), Some(0));
}

#[test]
fn what_was_answered_is_seen_at_once_and_pushed_at_the_end_in_one_commit() {
    let (sandbox, remote) = prepared();
    let server = Server::start(&sandbox, "clone", &["--push-every", LATER]);
    for version in ["1", "2", "3"] {
        let path = format!("/pacts/provider/Orders/consumer/Web/version/{version}");
        let put = server.send("PUT", &path, &pact("Web", "Orders", version));
        assert_eq!(put.status, 201);
        assert_eq!(server.get(&path).status, 200);
        assert_eq!(
            server
                .send("PUT", &path, &pact("Web", "Orders", version))
                .status,
            200
        );
        let other = server.send("PUT", &path, &pact("Web", "Orders", "other"));
        assert_eq!(other.status, 409, "what is kept counts");
    }
    assert_eq!(remote.run(&["for-each-ref"]), "");
    end(server);
    assert_eq!(commits(&remote, "pact/app/Web"), "1");
    let status = sandbox.run("clone", &["status"]);
    assert!(!status.stdout.contains("Pending here"), "{status:?}");
}

#[test]
fn a_pact_that_names_nobody_is_kept_and_pushed_like_any_other() {
    let (sandbox, remote) = prepared();
    let server = Server::start(&sandbox, "clone", &["--push-every", LATER]);
    let path = "/pacts/provider/Orders/consumer/Web/version/1";
    let put = server.send("PUT", path, &json!({ "interactions": [] }));
    assert_eq!(put.status, 201);
    assert_eq!(server.get(path).status, 200);
    end(server);
    assert_eq!(commits(&remote, "pact/contracts/Orders"), "1");
}

#[test]
fn it_is_pushed_every_so_often() {
    let (sandbox, remote) = prepared();
    let server = Server::start(&sandbox, "clone", &["--push-every", "1s"]);
    let put = server.send("PUT", "/pacticipants/Web/versions/1", &json!({}));
    assert_eq!(put.status, 201);
    while remote
        .attempt(&["rev-parse", "--verify", "pact/app/Web"], b"")
        .is_err()
    {
        thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(server.get("/pacticipants/Web/versions/1").status, 200);
    end(server);
    assert_eq!(commits(&remote, "pact/app/Web"), "1");
}

#[test]
fn what_was_answered_survives_the_end_of_the_server_and_of_the_remote() {
    let (sandbox, remote) = prepared();
    let server = Server::start(&sandbox, "clone", &["--push-every", LATER]);
    let gone = sandbox.path("gone.git");
    fs::rename(sandbox.path("contracts.git"), &gone).unwrap();
    let put = server.send("PUT", "/pacticipants/Web/versions/1", &json!({}));
    assert_eq!(put.status, 201, "the remote is not needed for that");
    // Killed, not told.
    drop(server);
    fs::rename(&gone, sandbox.path("contracts.git")).unwrap();
    let pushed = sandbox.run("clone", &["push"]);
    assert_eq!(pushed.status, Some(0), "{pushed:?}");
    assert_eq!(commits(&remote, "pact/app/Web"), "1");
}

#[test]
fn what_others_made_impossible_is_kept_and_others_are_noticed() {
    let (sandbox, remote) = prepared();
    let options = ["--push-every", "1s", "--fetch-every", "1s"];
    let server = Server::start(&sandbox, "clone", &options);
    let path = "/pacts/provider/Orders/consumer/Web/version/1";
    let other = pact("Web", "Orders", "other").to_string();
    fs::write(sandbox.path("other.json"), other).unwrap();
    // Whoever is first wins; the other one is refused, here or there.
    let put = server.send("PUT", path, &pact("Web", "Orders", "a"));
    let arguments = ["publish", "other.json", "-a", "1"];
    let published = sandbox.run_with(".", &arguments, &[("GIT_PACT_REPO", "contracts.git")]);
    assert_eq!(put.status, 201);
    let arguments = ["create-or-update-pacticipant", "--name", "Late"];
    let late = sandbox.run_with(".", &arguments, &[("GIT_PACT_REPO", "contracts.git")]);
    assert_eq!(late.status, Some(0), "{late:?}");
    while server.get("/pacticipants/Late").status != 200 {
        thread::sleep(Duration::from_millis(50));
    }
    end(server);
    assert_eq!(commits(&remote, "pact/app/Web"), "1");
    let status = sandbox.run("clone", &["status"]);
    let kept = status.stdout.contains("publish version 1");
    assert_eq!(kept, published.status == Some(0), "{status:?}");
}

#[test]
fn a_push_needs_the_network() {
    let (sandbox, _) = prepared();
    let output = sandbox.run("clone", &["serve", "--push-every", "30s", "--offline"]);
    assert_eq!(output.status, Some(2), "{output:?}");
}
