//! Upkeep: git packs what the server wrote, and neither readers nor writers mind.

use std::fs;
use std::thread;
use std::time::Duration;

use serde_json::json;

use super::pact;
use super::served;
use crate::support::git::Git;
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;

/// Writes so many versions of some applications, in order, a few at a time.
fn write_versions(server: &Server, number: usize) {
    thread::scope(|scope| {
        for application in 0..4 {
            scope.spawn(move || {
                for version in 0..number / 4 {
                    let path = format!("/pacticipants/App{application}/versions/{version}");
                    assert_eq!(server.send("PUT", &path, &json!({})).status, 201);
                }
            });
        }
    });
}

/// Returns how many packs a repository has.
fn packs(repository: &Git) -> usize {
    let entries = fs::read_dir(repository.directory().join("objects/pack")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name());
    let packs = names.filter(|name| name.to_string_lossy().ends_with(".idx"));
    packs.count()
}

/// Has git find at once that it is time.
fn be_eager(repository: &Git) {
    repository.run(&["config", "maintenance.gc.enabled", "false"]);
    repository.run(&["config", "maintenance.loose-objects.enabled", "true"]);
    repository.run(&["config", "maintenance.loose-objects.auto", "1"]);
}

#[test]
fn what_was_written_is_packed_when_it_is_quiet() {
    let sandbox = Sandbox::new();
    let repository = sandbox.remote("store.git");
    be_eager(&repository);
    let server = Server::start(&sandbox, ".", &["--repo", "store.git"]);
    write_versions(&server, 100);
    let packed = (0..600).any(|_| {
        thread::sleep(Duration::from_millis(100));
        packs(&repository) > 0
    });
    assert!(packed);
    let path = "/pacticipants/App3/versions/24";
    assert_eq!(server.get(path).status, 200);
    repository.fsck();
}

#[test]
fn readers_and_the_writer_do_not_mind_that_packs_change_under_them() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let repository = sandbox.git("store.git");
    let path = |version: usize| format!("/pacts/provider/Orders/consumer/Web/version/{version}");
    let publish = |version: usize| {
        let body = pact("Web", "Orders", &version.to_string());
        let reply = server.send("PUT", &path(version), &body);
        assert_eq!(reply.status, 201, "{reply:?}");
    };
    publish(0);
    thread::scope(|scope| {
        let writer = scope.spawn(|| (1..=40).for_each(publish));
        let reader = scope.spawn(|| {
            for _ in 0..40 {
                assert_eq!(server.get(&path(0)).status, 200);
                let question = "/matrix?q%5B%5D%5Bpacticipant%5D=Web&latestby=cvpv";
                assert_eq!(server.get(question).status, 200);
            }
        });
        for _ in 0..6 {
            // As the server has it done. Never `repack -a -d`: it drops what no ref leads to yet.
            repository.run(&["-c", "gc.packRefs=false", "gc", "--quiet"]);
        }
        writer.join().unwrap();
        reader.join().unwrap();
    });
    repository.run(&["gc", "--quiet"]);
    for version in 0..=40 {
        assert_eq!(server.get(&path(version)).status, 200, "{version}");
    }
    repository.fsck();
}
