//! A lock that a killed git left behind: it is in nobody's way who does not need what it locks, and who does is
//! told where it is and what to do.
//!
//! The one on the remote is in `rejections.rs`.

use std::fs;
use std::path::PathBuf;

use crate::support::team::Shop;

const VERSION: &str = "create-or-update-version -a Web --branch main -e";

/// A clone that has seen what is on the remote, and has something that waits; its refs are packed.
fn shop() -> Shop {
    let shop = Shop::with_a_remote(&["web", "other"]);
    shop.step("web", &format!("{VERSION} 1"));
    shop.step("web", "create-environment --name test");
    shop.step("web", "fetch");
    shop.step("web", &format!("{VERSION} 2 --offline"));
    shop.sandbox.git("web").run(&["pack-refs", "--all"]);
    shop
}

/// Leaves a lock behind.
fn lock(shop: &Shop, path: &str) -> PathBuf {
    let lock = shop.sandbox.path(path);
    fs::create_dir_all(lock.parent().unwrap()).unwrap();
    fs::write(&lock, "").unwrap();
    lock
}

/// Runs a line, which has to name the lock and say that it can be removed, and works without it.
fn is_named(shop: &Shop, machine: &str, line: &str, path: &str) {
    let lock = lock(shop, path);
    let stuck = shop.run(machine, line, 4);
    let name = path.strip_prefix(machine).unwrap();
    let said = stuck.stderr.replace("//", "/");
    assert!(said.contains(name), "{name}: {stuck:?}");
    assert!(said.contains("remove "), "{name}: {stuck:?}");
    assert!(lock.exists(), "it may be somebody's");
    fs::remove_file(lock).unwrap();
    shop.step(machine, line);
}

#[test]
fn a_lock_of_what_is_not_needed_is_in_nobodys_way() {
    let shop = shop();
    let places = [
        "web/.git/config.lock",
        "web/.git/index.lock",
        "web/.git/HEAD.lock",
        "web/.git/shallow.lock",
        "web/.git/packed-refs.lock",
        "contracts.git/config.lock",
        "contracts.git/HEAD.lock",
        "contracts.git/packed-refs.lock",
    ];
    let locks: Vec<PathBuf> = places.iter().map(|path| lock(&shop, path)).collect();
    shop.step("web", &format!("{VERSION} 3 --offline"));
    shop.step("web", "status");
    shop.step("web", "list-environments --offline");
    fs::remove_file(&locks[4]).unwrap();
    shop.step("web", "push");
    lock(&shop, places[4]);
    shop.step("web", &format!("{VERSION} 4"));
    assert!(locks.iter().all(|lock| lock.exists()));
}

#[test]
fn a_lock_of_a_branch_is_named_where_the_repository_is_the_authority() {
    let shop = Shop::with_a_store(&["web"]);
    shop.step("web", &format!("{VERSION} 1"));
    let lock = lock(&shop, "contracts.git/refs/heads/pact/app/Web.lock");
    let stuck = shop.run("web", &format!("{VERSION} 2"), 4);
    assert!(
        stuck.stderr.contains("refs/heads/pact/app/Web.lock"),
        "{stuck:?}"
    );
    assert!(stuck.stderr.contains("remove it"), "{stuck:?}");
    fs::remove_file(lock).unwrap();
    shop.step("web", &format!("{VERSION} 2"));
}

#[test]
fn a_lock_of_what_waits_is_named_when_something_is_kept() {
    let line = format!("{VERSION} 3 --offline");
    is_named(&shop(), "web", &line, "web/.git/refs/git-pact/pending.lock");
}

#[test]
fn what_was_sent_is_not_left_waiting_because_packed_refs_are_locked() {
    let shop = shop();
    is_named(&shop, "web", "push", "web/.git/packed-refs.lock");
    let status = shop.run("web", "status", 0);
    assert!(!status.stdout.contains("pending"), "{status:?}");
    let waiting = shop
        .sandbox
        .git("web")
        .run(&["for-each-ref", "refs/git-pact"]);
    assert_eq!(waiting, "");
}

#[test]
fn a_lock_of_what_was_last_seen_is_named_when_more_is_fetched() {
    let shop = shop();
    let lock = "web/.git/refs/remotes/origin/pact/app/Web.lock";
    shop.step("other", &format!("{VERSION} 9"));
    is_named(&shop, "web", "fetch", lock);
    let store = shop.store();
    store.run(&["update-ref", "-d", "refs/heads/pact/env/test"]);
    shop.sandbox.git("web").run(&["pack-refs", "--all"]);
    let accept = "fetch --accept-rewritten";
    is_named(&shop, "web", accept, "web/.git/packed-refs.lock");
}
