//! Fetches between real repositories.

use super::super::testing::Scratch;
use super::super::testing::branch;
use super::*;

const PREFIX: &str = "refs/remotes/origin/pact/";
const SHOP: &str = "refs/remotes/origin/pact/app/shop";

fn fetch(scratch: &Scratch, names: &[&str], depth: Depth) -> Result<Fetched, RemoteError> {
    let names: Vec<_> = names.iter().map(|name| branch(name)).collect();
    scratch
        .git()
        .fetch(&scratch.remote_by_url(), &names, PREFIX, depth)
}

fn changes(result: Result<Fetched, RemoteError>) -> Vec<Rewritten> {
    match result {
        Err(RemoteError::HistoryRewritten { changes, .. }) => changes,
        other => panic!("history was rewritten, but: {other:?}"),
    }
}

#[test]
fn a_tip_comes_alone_and_later_brings_what_is_new() {
    let scratch = Scratch::new();
    for expected in [1, 4, 7] {
        let tip = scratch.remote_grows("pact/app/shop", 3);
        fetch(&scratch, &["app/shop"], Depth::Tip).unwrap();
        assert_eq!(scratch.local_tip(SHOP), Some(tip));
        assert_eq!(scratch.local_history(SHOP), expected);
    }
    fetch(&scratch, &["app/shop"], Depth::Tip).unwrap();
}

#[test]
fn old_and_new_branches_are_fetched_together() {
    let scratch = Scratch::new();
    scratch.remote_grows("pact/app/shop", 3);
    fetch(&scratch, &["app/shop"], Depth::Tip).unwrap();
    let shop = scratch.remote_grows("pact/app/shop", 1);
    let test = scratch.remote_grows("pact/env/test", 5);
    fetch(&scratch, &["app/shop", "env/test"], Depth::Tip).unwrap();
    assert_eq!(scratch.local_tip(SHOP), Some(shop));
    assert_eq!(
        scratch.local_tip("refs/remotes/origin/pact/env/test"),
        Some(test)
    );
    assert_eq!(
        scratch.local_history("refs/remotes/origin/pact/env/test"),
        1
    );
}

#[test]
fn a_shallow_history_can_be_completed() {
    let scratch = Scratch::new();
    scratch.remote_grows("pact/app/shop", 3);
    fetch(&scratch, &["app/shop"], Depth::Tip).unwrap();
    let tip = scratch.remote_grows("pact/app/shop", 2);
    fetch(&scratch, &["app/shop"], Depth::Full).unwrap();
    assert_eq!(scratch.local_tip(SHOP), Some(tip));
    assert_eq!(scratch.local_history(SHOP), 5);
    fetch(&scratch, &["app/shop"], Depth::Full).unwrap();
}

#[test]
fn a_history_cut_by_somebody_else_is_not_taken_for_a_rewritten_one() {
    let scratch = Scratch::new();
    scratch.remote_grows("pact/app/shop", 3);
    fetch(&scratch, &["app/shop"], Depth::Tip).unwrap();
    let tip = scratch.remote_grows("pact/app/shop", 3);
    let url = scratch.remote_by_url().to_string();
    scratch.plain(&[
        "--git-dir=local.git",
        "fetch",
        "--depth=1",
        &url,
        "refs/heads/pact/app/shop",
    ]);
    fetch(&scratch, &["app/shop"], Depth::Tip).unwrap();
    assert_eq!(scratch.local_tip(SHOP), Some(tip));
}

#[test]
fn a_rewritten_history_is_reported_and_not_taken() {
    for depth in [Depth::Tip, Depth::AsIs, Depth::Full] {
        let scratch = Scratch::new();
        let old = scratch.remote_grows("pact/app/shop", 3);
        scratch.remote_grows("pact/env/test", 1);
        fetch(&scratch, &["app/shop", "env/test"], depth).unwrap();
        let new = scratch.remote_commit(&[], "another root");
        scratch.set_remote("pact/app/shop", &new);
        let test = scratch.remote_grows("pact/env/test", 1);
        let rewritten = Rewritten {
            name: branch("app/shop"),
            old: old.clone(),
            new: Some(new.clone()),
        };
        let names = ["app/shop", "env/test"];
        assert_eq!(
            changes(fetch(&scratch, &names, depth)),
            std::slice::from_ref(&rewritten),
            "{depth:?}"
        );
        assert_eq!(scratch.local_tip(SHOP), Some(old));
        assert_eq!(
            scratch.local_tip("refs/remotes/origin/pact/env/test"),
            Some(test)
        );
    }
}

#[test]
fn a_branch_put_back_to_an_earlier_commit_is_rewritten_too() {
    let scratch = Scratch::new();
    let first = scratch.remote_grows("pact/app/shop", 1);
    scratch.remote_grows("pact/app/shop", 2);
    fetch(&scratch, &["app/shop"], Depth::AsIs).unwrap();
    scratch.set_remote("pact/app/shop", &first);
    let found = changes(fetch(&scratch, &["app/shop"], Depth::AsIs));
    assert_eq!(found[0].new, Some(first));
}

#[test]
fn a_deleted_branch_is_reported_and_a_branch_that_never_was_is_absent() {
    let scratch = Scratch::new();
    let old = scratch.remote_grows("pact/app/shop", 2);
    let test = scratch.remote_grows("pact/env/test", 1);
    let fetched = fetch(&scratch, &["app/shop", "app/none", "env/test"], Depth::Tip).unwrap();
    assert_eq!(fetched.absent, BTreeSet::from([branch("app/none")]));
    assert_eq!(
        scratch.local_tip("refs/remotes/origin/pact/env/test"),
        Some(test)
    );
    scratch.plain(&[
        "--git-dir=remote.git",
        "update-ref",
        "-d",
        "refs/heads/pact/app/shop",
    ]);
    let found = changes(fetch(&scratch, &["app/shop", "env/test"], Depth::Tip));
    let deleted = Rewritten {
        name: branch("app/shop"),
        old: old.clone(),
        new: None,
    };
    assert_eq!(found, std::slice::from_ref(&deleted));
    assert_eq!(scratch.local_tip(SHOP), Some(old));
}

#[test]
fn the_configured_refspec_of_a_named_remote_forces_nothing() {
    let scratch = Scratch::new();
    let remote = Remote::Named("origin".parse().unwrap());
    let url = scratch.remote_by_url().to_string();
    scratch.plain(&["--git-dir=local.git", "config", "remote.origin.url", &url]);
    let forced = "+refs/heads/*:refs/remotes/origin/*";
    scratch.plain(&[
        "--git-dir=local.git",
        "config",
        "remote.origin.fetch",
        forced,
    ]);
    scratch.plain(&["--git-dir=local.git", "config", "fetch.prune", "true"]);
    let old = scratch.remote_grows("pact/app/shop", 2);
    let names = [branch("app/shop")];
    scratch
        .git()
        .fetch(&remote, &names, PREFIX, Depth::AsIs)
        .unwrap();
    let new = scratch.remote_commit(&[], "another root");
    scratch.set_remote("pact/app/shop", &new);
    changes(scratch.git().fetch(&remote, &names, PREFIX, Depth::AsIs));
    assert_eq!(scratch.local_tip(SHOP), Some(old));
}

#[test]
fn a_partial_clone_gets_the_contents_too() {
    let scratch = Scratch::new();
    scratch.plain(&[
        "--git-dir=remote.git",
        "config",
        "uploadpack.allowFilter",
        "true",
    ]);
    scratch.remote_grows("main", 1);
    let url = scratch.remote_by_url().to_string();
    std::fs::remove_dir_all(scratch.local()).unwrap();
    scratch.plain(&[
        "clone",
        "--quiet",
        "--bare",
        "--filter=blob:none",
        &url,
        "local.git",
    ]);
    scratch.remote_grows("pact/app/shop", 3);
    let remote = Remote::Named("origin".parse().unwrap());
    scratch
        .git()
        .fetch(&remote, &[branch("app/shop")], PREFIX, Depth::AsIs)
        .unwrap();
    let list = [
        "--git-dir=local.git",
        "rev-list",
        "--objects",
        "--missing=print",
        SHOP,
    ];
    let objects = scratch.plain(&list);
    assert_eq!(objects.lines().count(), 9);
    assert!(!objects.contains('?'), "{objects}");
}

#[test]
fn contents_that_the_users_own_fetch_left_behind_are_brought() {
    let scratch = Scratch::new();
    let allow = ["config", "uploadpack.allowFilter", "true"];
    scratch.plain(&[&["--git-dir=remote.git"][..], &allow].concat());
    scratch.remote_grows("pact/app/shop", 3);
    let url = scratch.remote_by_url().to_string();
    let dir = "--git-dir=local.git";
    for (key, value) in [
        ("remote.origin.url", url.as_str()),
        ("remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"),
        ("remote.origin.promisor", "true"),
        ("remote.origin.partialCloneFilter", "blob:none"),
    ] {
        scratch.plain(&[dir, "config", key, value]);
    }
    scratch.plain(&[dir, "fetch", "--quiet", "origin"]);
    let objects = || scratch.plain(&[dir, "rev-list", "--objects", "--missing=print", SHOP]);
    assert_eq!(objects().matches('?').count(), 3);
    let remote = Remote::Named("origin".parse().unwrap());
    let names = [branch("app/shop")];
    scratch.git().refetch(&remote, &names, PREFIX).unwrap();
    assert_eq!(objects().matches('?').count(), 0);
}

#[test]
fn a_thousand_branches_fit() {
    let scratch = Scratch::new();
    let tip = scratch.remote_grows("pact/app/0", 1);
    let names: Vec<_> = (0..1000)
        .map(|n| format!("app/{n}-{}", "x".repeat(150)))
        .collect();
    let mut lines: Vec<_> = names
        .iter()
        .map(|name| format!("{tip} refs/heads/pact/{name}"))
        .collect();
    lines.sort();
    let header = "# pack-refs with: peeled fully-peeled sorted ";
    let packed = format!("{header}\n{}\n", lines.join("\n"));
    std::fs::write(scratch.remote_dir().join("packed-refs"), packed).unwrap();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    fetch(&scratch, &names, Depth::Tip).unwrap();
    let known = scratch
        .git()
        .local_tips(&[PREFIX.trim_end_matches('/').to_owned()])
        .unwrap();
    assert_eq!(known.len(), 1000);
}

#[test]
fn jobs_that_share_a_clone_take_turns() {
    let scratch = Scratch::new();
    let names: Vec<_> = (0..6).map(|n| format!("app/{n}")).collect();
    for name in &names {
        scratch.remote_grows(&format!("pact/{name}"), 2);
    }
    std::thread::scope(|scope| {
        for name in &names {
            let scratch = &scratch;
            scope.spawn(move || fetch(scratch, &[name], Depth::Tip).unwrap());
        }
    });
}

#[test]
fn malformed_objects_are_not_taken() {
    let scratch = Scratch::new();
    let file = scratch.folder().join("file");
    std::fs::write(&file, "x").unwrap();
    let blob = scratch.plain(&["--git-dir=remote.git", "hash-object", "-w", "file"]);
    // A tree with an entry named `.git`, as `git mktree` would make it.
    let mut tree = b"100644 .git\0".to_vec();
    tree.extend(
        (0..40)
            .step_by(2)
            .map(|at| u8::from_str_radix(&blob[at..at + 2], 16).unwrap()),
    );
    std::fs::write(&file, tree).unwrap();
    let dir = "--git-dir=remote.git";
    let tree = scratch.plain(&[
        dir,
        "hash-object",
        "-w",
        "-t",
        "tree",
        "--literally",
        "file",
    ]);
    let tip = scratch
        .plain(&[dir, "commit-tree", &tree, "-m", "bad"])
        .parse()
        .unwrap();
    scratch.set_remote("pact/app/shop", &tip);
    let result = fetch(&scratch, &["app/shop"], Depth::Tip);
    assert!(
        matches!(result, Err(RemoteError::Failed { .. })),
        "{result:?}"
    );
    assert_eq!(scratch.local_tip(SHOP), None);
}

#[test]
fn a_remote_that_is_not_there_is_said_to_be_so() {
    let scratch = Scratch::new();
    std::fs::remove_dir_all(scratch.remote_dir()).unwrap();
    let result = fetch(&scratch, &["app/shop"], Depth::Tip);
    assert!(
        matches!(result, Err(RemoteError::Unreachable { .. })),
        "{result:?}"
    );
}
