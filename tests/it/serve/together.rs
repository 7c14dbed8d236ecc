//! Several at a time: writers among each other, readers beside them, and a remote behind it all.

use std::fs::File;
use std::path::Path;
use std::thread;
use std::time::Duration;
use std::time::SystemTime;

use serde_json::json;

use super::pact;
use super::served;
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;

#[test]
fn writes_that_come_together_are_all_there_and_seen_at_once() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    thread::scope(|scope| {
        for consumer in 0..6 {
            let server = &server;
            scope.spawn(move || {
                for version in 0..4 {
                    let name = format!("Web{consumer}");
                    let path = format!("/pacts/provider/Orders/consumer/{name}/version/{version}");
                    let body = pact(&name, "Orders", &version.to_string());
                    assert_eq!(server.send("PUT", &path, &body).status, 201);
                    // Whoever was told that it is there finds it.
                    assert_eq!(server.get(&path).status, 200);
                }
            });
        }
    });
    for consumer in 0..6 {
        let list = server
            .get(&format!("/pacticipants/Web{consumer}/versions"))
            .json();
        let versions = list["_embedded"]["versions"].as_array().unwrap();
        assert_eq!(versions.len(), 4, "{consumer}");
    }
    let git = sandbox.git("store.git");
    git.run(&["fsck", "--strict", "--no-dangling"]);
}

#[test]
fn one_that_is_refused_does_not_stop_the_others() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let path = "/pacts/provider/Orders/consumer/Web/version/1";
    assert_eq!(
        server.send("PUT", path, &pact("Web", "Orders", "a")).status,
        201
    );
    thread::scope(|scope| {
        for number in 0..8 {
            let server = &server;
            scope.spawn(move || {
                if number % 2 == 0 {
                    let other = pact("Web", "Orders", &number.to_string());
                    assert_eq!(server.send("PUT", path, &other).status, 409);
                } else {
                    let path = format!("/pacticipants/Web/versions/v{number}");
                    assert_eq!(server.send("PUT", &path, &json!({})).status, 201);
                }
            });
        }
    });
    let list = server.get("/pacticipants/Web/versions").json();
    assert_eq!(list["_embedded"]["versions"].as_array().unwrap().len(), 5);
}

#[test]
fn what_is_answered_is_on_the_remote_and_others_are_noticed_by_the_next_write() {
    let sandbox = Sandbox::new();
    let remote = sandbox.remote("contracts.git");
    let url = format!("file://{}", sandbox.path("contracts.git").display());
    let server = Server::start(&sandbox, ".", &["--repo", &url]);
    let put = server.send("PUT", "/pacticipants/Web/versions/1", &json!({}));
    assert_eq!(put.status, 201);
    assert_eq!(remote.run(&["rev-list", "--count", "pact/app/Web"]), "1");
    assert_eq!(server.get("/pacticipants/Web/versions/1").status, 200);

    let arguments = [
        "create-or-update-version",
        "--pacticipant",
        "Web",
        "--version",
        "2",
    ];
    let other = sandbox.run_with(".", &arguments, &[("GIT_PACT_REPO", "contracts.git")]);
    assert_eq!(other.status, Some(0), "{other:?}");
    let put = server.send("PUT", "/pacticipants/Web/versions/3", &json!({}));
    assert_eq!(put.status, 201);
    assert_eq!(remote.run(&["rev-list", "--count", "pact/app/Web"]), "3");
    let list = server.get("/pacticipants/Web/versions").json();
    let versions = list["_embedded"]["versions"].as_array().unwrap();
    assert_eq!(versions.len(), 3);
}

#[test]
fn what_others_write_into_the_same_repository_is_seen_at_once() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    assert_eq!(server.get("/pacticipants/Web").status, 404);
    let arguments = ["create-or-update-pacticipant", "--name", "Web"];
    let other = sandbox.run_with(".", &arguments, &[("GIT_PACT_REPO", "store.git")]);
    assert_eq!(other.status, Some(0), "{other:?}");
    assert_eq!(server.get("/pacticipants/Web").status, 200);
}

/// Makes the directories of refs look as if nothing had been written for a while.
#[cfg(unix)]
fn settle(git_dir: &Path, ago: Duration) {
    let past = SystemTime::now() - ago;
    let set = |path: &Path| {
        if let Ok(file) = File::open(path) {
            file.set_modified(past).unwrap();
        }
    };
    set(&git_dir.join("packed-refs"));
    for directory in ["", "/git-pact", "/heads", "/heads/pact"] {
        set(&git_dir.join(format!("refs{directory}")));
    }
    for kind in ["app", "contracts", "env"] {
        set(&git_dir.join(format!("refs/heads/pact/{kind}")));
    }
}

#[cfg(unix)]
#[test]
fn an_answer_that_is_given_again_is_never_that_of_an_earlier_state() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let git = sandbox.git("store.git");
    let place = |version: u32| format!("/pacts/provider/Orders/consumer/Web/version/{version}");
    let publish = |version: u32| {
        let body = pact("Web", "Orders", &version.to_string());
        assert_eq!(server.send("PUT", &place(version), &body).status, 201);
    };
    let newest = || {
        let latest = server.get("/pacts/provider/Orders/consumer/Web/latest");
        latest.json()["_links"]["pb:consumer-version"]["name"].clone()
    };
    publish(1);
    settle(git.directory(), Duration::from_secs(3600));
    assert_eq!((newest(), newest()), (json!("1"), json!("1")));
    publish(2);
    assert_eq!(newest(), "2");
    // The state before had other times; the same question was asked of it.
    settle(git.directory(), Duration::from_secs(1800));
    assert_eq!((newest(), newest()), (json!("2"), json!("2")));
    git.run(&["pack-refs", "--all"]);
    assert_eq!(newest(), "2");
    settle(git.directory(), Duration::from_secs(900));
    assert_eq!((newest(), newest()), (json!("2"), json!("2")));
    // Somebody else, with git alone.
    git.run(&[
        "update-ref",
        "refs/heads/pact/app/Web",
        "refs/heads/pact/app/Web~1",
    ]);
    assert_eq!(newest(), "1");
}
