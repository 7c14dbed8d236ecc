//! The store is the repository that one stands in, whatever shape that is in, and nothing of it
//! changes but what is git-pact's: not the work tree, the index, HEAD, the configuration, the
//! stash or another ref.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use walkdir::WalkDir;

use crate::support::git::Git;
use crate::support::git::git_version;
use crate::support::team::STORE;
use crate::support::team::Shop;

const PUBLISH: &str = "publish FIXTURES/pacts/orders/web-1.json -a 1 --branch main";
const DEPLOY: &str = "record-deployment -a Web -e 1 --environment test";
const QUESTION: &str = "can-i-deploy -a Web -e 1 --to-environment test";

/// Begins a history of two commits in a work tree.
fn begin(git: &Git) {
    for text in ["one\n", "two\n"] {
        fs::write(git.directory().join("notes.txt"), text).unwrap();
        git.run(&["add", "."]);
        git.run(&["commit", "--quiet", "--message", text]);
    }
    git.run(&["tag", "v1"]);
}

/// Leaves a stash, changes that are staged, changes since, and files that nobody knows.
fn make_dirty(git: &Git) {
    let write = |name: &str, text: &str| fs::write(git.directory().join(name), text).unwrap();
    write("notes.txt", "stashed\n");
    git.run(&["stash", "--quiet"]);
    write("notes.txt", "staged\n");
    write("added.txt", "staged\n");
    git.run(&["add", "."]);
    write("notes.txt", "changed since\n");
    write("untracked.txt", "untracked\n");
}

/// A repository without a remote: the store is here.
fn alone() -> Shop {
    let shop = Shop::with_a_remote(&[]);
    let git = shop.sandbox.git("code");
    git.run(&["init", "--quiet", "--initial-branch=main"]);
    begin(&git);
    shop
}

/// A remote with code of its own, in which a colleague has begun a store; nobody has cloned it.
fn with_colleague() -> Shop {
    let shop = Shop::with_a_remote(&["colleague"]);
    let colleague = shop.sandbox.git("colleague");
    begin(&colleague);
    colleague.run(&["push", "--quiet", "origin", "main", "v1"]);
    let line = "publish FIXTURES/pacts/orders/mobile-app-1.json -a 1 --branch main";
    shop.step("colleague", line);
    shop.step("colleague", "create-environment --name test");
    let store = shop.store();
    store.run(&["config", "uploadpack.allowFilter", "true"]);
    shop
}

/// Clones the remote over the transport that knows of depths and filters.
fn clone_as(shop: &Shop, options: &[&str]) -> Git {
    let url = format!("file://{}", shop.sandbox.path(STORE).display());
    let git = shop.sandbox.git("code");
    let mut arguments = vec!["clone", "--quiet"];
    arguments.extend(options);
    arguments.extend([url.as_str(), "."]);
    git.run(&arguments);
    git
}

/// Says whether a path below a directory of machines holds objects, or what is git-pact's.
fn is_of_the_store(path: &str) -> bool {
    path.contains("/objects/")
        || path.contains("refs/remotes/origin/pact/")
        || path.contains("refs/git-pact/")
        || path.contains("/git-pact/")
        || path.ends_with("/packed-refs")
}

/// Says whether a ref is git-pact's; without a remote its branches are.
fn is_our_ref(line: &str, is_alone: bool) -> bool {
    line.starts_with("refs/remotes/origin/pact/")
        || line.starts_with("refs/git-pact/")
        || (is_alone && line.starts_with("refs/heads/pact/"))
}

/// Returns all that is not git-pact's: every file, and every ref.
fn surroundings(shop: &Shop, git: &Git, is_alone: bool) -> BTreeMap<String, Vec<u8>> {
    let is_bare = git.run(&["rev-parse", "--is-bare-repository"]) == "true";
    let mut found = BTreeMap::new();
    for root in [git.directory().to_owned(), shop.sandbox.path("code")] {
        for entry in WalkDir::new(&root) {
            let entry = entry.unwrap();
            let path = entry.path().display().to_string();
            let ours = is_of_the_store(&path) || (is_alone && path.contains("refs/heads/pact"));
            // Which commits a shallow clone ends at may change; that another becomes shallow not.
            if entry.file_type().is_file() && !ours && !path.ends_with(".git/shallow") {
                found.insert(path, fs::read(entry.path()).unwrap());
            }
        }
    }
    let format = "--format=%(refname) %(objectname) %(symref)";
    let refs = git.run(&["for-each-ref", format]);
    let others = refs.lines().filter(|line| !is_our_ref(line, is_alone));
    found.extend(others.map(|line| (line.to_owned(), Vec::new())));
    let mut said = vec![git.attempt(&["rev-parse", "--is-shallow-repository"], b"")];
    if !is_bare {
        said.push(git.attempt(&["status", "--porcelain=v2", "--branch"], b""));
        said.push(git.attempt(&["stash", "list"], b""));
    }
    found.insert("git says".to_owned(), format!("{said:?}").into_bytes());
    found
}

/// Publishes, deploys and asks in a directory, and checks what became of it and of all around it.
fn check(shop: &Shop, directory: &str, option: &str) {
    let git = shop.sandbox.git(directory);
    let is_alone = git.run(&["remote"]).is_empty();
    if is_alone {
        shop.step(
            directory,
            &format!("create-environment --name test {option}"),
        );
    }
    let before = surroundings(shop, &git, is_alone);
    assert!(before.len() > 5, "there is something to look after");

    shop.step(directory, &format!("{PUBLISH} {option}"));
    shop.step(directory, &format!("{DEPLOY} {option}"));
    let answer = shop.run(directory, &format!("{QUESTION} {option}"), 3);
    assert!(
        answer.stdout.contains("no version is currently recorded"),
        "{answer:?}"
    );

    let after = surroundings(shop, &git, is_alone);
    for (what, bytes) in &before {
        let now = after.get(what).map(|bytes| String::from_utf8_lossy(bytes));
        let then = String::from_utf8_lossy(bytes);
        assert_eq!(now, Some(then), "{what} changed");
    }
    let new: Vec<_> = after
        .keys()
        .filter(|key| !before.contains_key(*key))
        .collect();
    assert!(new.is_empty(), "new: {new:?}");

    let authority = if is_alone {
        shop.sandbox.git("code")
    } else {
        shop.store()
    };
    let found = authority.run(&["for-each-ref", "--format=%(refname)", "refs/heads/pact"]);
    assert!(found.contains("refs/heads/pact/app/Web"), "{found}");
    let deployed = authority.run(&["ls-tree", "-r", "--name-only", "pact/env/test"]);
    assert!(deployed.contains("test/deployed/Web/"), "{deployed}");
    authority.fsck();
}

#[test]
fn a_dirty_work_tree_without_a_remote_is_a_store() {
    let shop = alone();
    make_dirty(&shop.sandbox.git("code"));
    fs::create_dir(shop.sandbox.path("code/src")).unwrap();
    check(&shop, "code/src", "");
}

#[test]
fn a_bare_repository_is_a_store_named_by_its_path_or_stood_in() {
    for (directory, option) in [("code/refs", ""), ("elsewhere", "--repo ../code")] {
        let shop = Shop::with_a_remote(&[]);
        let git = shop.sandbox.git("code");
        git.run(&["init", "--quiet", "--bare"]);
        fs::create_dir_all(shop.sandbox.path(directory)).unwrap();
        if directory == "elsewhere" {
            // A repository of its own, which has nothing to do with it.
            shop.sandbox.git(directory).run(&["init", "--quiet"]);
            shop.step(
                directory,
                &format!("create-environment --name test {option}"),
            );
            shop.step(directory, &format!("{PUBLISH} {option}"));
            let here = shop.sandbox.git(directory).run(&["for-each-ref"]);
            assert_eq!(here, "");
            continue;
        }
        check(&shop, directory, option);
    }
}

#[test]
fn a_linked_work_tree_is_its_repository() {
    let shop = alone();
    let git = shop.sandbox.git("code");
    git.run(&["worktree", "add", "--quiet", "-b", "topic", "../linked"]);
    make_dirty(&shop.sandbox.git("linked"));
    check(&shop, "linked", "");

    let shop = with_colleague();
    let git = clone_as(&shop, &[]);
    git.run(&["worktree", "add", "--quiet", "-b", "topic", "../linked"]);
    make_dirty(&shop.sandbox.git("linked"));
    check(&shop, "linked", "");
}

#[test]
fn a_dirty_clone_stays_dirty() {
    let shop = with_colleague();
    make_dirty(&clone_as(&shop, &[]));
    check(&shop, "code", "");
}

#[test]
fn a_shallow_clone_has_all_that_is_asked() {
    let shop = with_colleague();
    let git = clone_as(&shop, &["--depth=1"]);
    assert_eq!(git.run(&["rev-list", "--count", "HEAD"]), "1");
    make_dirty(&git);
    check(&shop, "code", "");
    assert_eq!(git.run(&["rev-list", "--count", "HEAD"]), "1");
}

#[test]
fn a_partial_clone_has_all_that_is_asked_and_stays_partial() {
    for options in [
        &["--filter=tree:0"][..],
        // What a CI service makes of "partial and shallow", all branches in it.
        &["--filter=blob:none", "--depth=1", "--no-single-branch"],
    ] {
        let shop = with_colleague();
        let git = clone_as(&shop, &[options, &["--no-checkout"]].concat());
        let missing = || git.run(&["rev-list", "--objects", "--missing=print", "HEAD"]);
        assert!(missing().contains("\n?"), "{}", missing());
        let question = "can-i-deploy -a Mobile+App --main-branch --to-environment test";
        if git_version() < (2, 36) {
            let refused = shop.run("code", question, 4);
            assert!(refused.stderr.contains("install git 2.36"), "{refused:?}");
            println!("SKIPPED: this git is too old to complete a partial clone");
            continue;
        }
        let _ = shop.run("code", question, 3);
        check(&shop, "code", "");
        assert!(missing().contains("\n?"), "{}", missing());
        let log = shop.run("code", "log", 0);
        let first = "published Mobile App version 1";
        assert!(log.stdout.contains(first), "{options:?} {log:?}");
        // What was fetched is whole: the remote is not needed for it any more.
        fs::rename(shop.sandbox.path(STORE), shop.sandbox.path("gone.git")).unwrap();
        let _ = shop.run("code", &format!("{QUESTION} --offline"), 3);
        shop.step("code", "log --offline");
    }
}

#[test]
fn a_detached_head_stays_where_it_is() {
    let shop = with_colleague();
    let git = clone_as(&shop, &[]);
    git.run(&["checkout", "--quiet", "--detach", "HEAD~1"]);
    check(&shop, "code", "");
}

#[test]
fn a_rebase_can_go_on_afterwards() {
    let shop = with_colleague();
    let git = clone_as(&shop, &[]);
    git.run(&["checkout", "--quiet", "-b", "topic", "HEAD~1"]);
    fs::write(git.directory().join("notes.txt"), "mine\n").unwrap();
    git.run(&["commit", "--quiet", "--all", "--message", "mine"]);
    let stopped = git.attempt(&["rebase", "main"], b"");
    assert!(stopped.is_err(), "{stopped:?}");
    check(&shop, "code", "");
    git.run(&["checkout", "--theirs", "notes.txt"]);
    git.run(&["add", "."]);
    git.run(&["-c", "core.editor=true", "rebase", "--continue"]);
    assert_eq!(git.run(&["rev-list", "--count", "topic"]), "3");
}

#[test]
fn an_index_lock_is_in_nobodys_way() {
    let shop = with_colleague();
    let git = clone_as(&shop, &[]);
    fs::write(git.directory().join(".git/index.lock"), "").unwrap();
    check(&shop, "code", "");
}

#[test]
fn a_branch_that_is_checked_out_is_not_moved_under_its_work_tree() {
    let shop = alone();
    shop.step("code", PUBLISH);
    let git = shop.sandbox.git("code");
    git.run(&["worktree", "add", "--quiet", "../looked-at", "pact/app/Web"]);
    let before = git.run(&["for-each-ref"]);
    let refused = shop.run("code", &format!("{PUBLISH} --tag more"), 4);
    assert!(refused.stderr.contains("pact/app/Web"), "{refused:?}");
    assert!(refused.stderr.contains("$TMP/looked-at"), "{refused:?}");
    assert!(
        refused.stderr.contains("check out another branch there"),
        "{refused:?}"
    );
    assert_eq!(git.run(&["for-each-ref"]), before);
    // Looking is no harm.
    shop.step("code", "status");
    git.run(&["worktree", "remove", "../looked-at"]);
    shop.step("code", &format!("{PUBLISH} --tag more"));
}

#[test]
fn in_a_clone_a_branch_of_the_store_may_be_checked_out() {
    let shop = with_colleague();
    let git = clone_as(&shop, &[]);
    shop.step("code", PUBLISH);
    git.run(&["checkout", "--quiet", "pact/app/Web"]);
    check(&shop, "code", "");
    let said = git.run(&["status"]);
    assert!(
        said.contains("nothing to commit, working tree clean"),
        "{said}"
    );
}

#[test]
fn what_a_hook_exports_points_nowhere() {
    let mut shop = with_colleague();
    // Whoever git says it is.
    shop.sandbox.set("GIT_PACT_ACTOR", "");
    let git = clone_as(&shop, &[]);
    git.run(&["config", "user.name", "Configured"]);
    git.run(&["config", "user.email", "configured@example.com"]);
    let elsewhere = shop.sandbox.git("elsewhere");
    elsewhere.run(&["init", "--quiet"]);
    begin(&elsewhere);
    let before = surroundings(&shop, &elsewhere, false);

    let path = |name: &str| shop.sandbox.path(name).display().to_string();
    let [directory, index, tree] =
        ["elsewhere/.git", "elsewhere/.git/index", "elsewhere"].map(path);
    let objects = path("elsewhere/.git/objects");
    let variables = [
        ("GIT_DIR", directory.as_str()),
        ("GIT_COMMON_DIR", directory.as_str()),
        ("GIT_INDEX_FILE", index.as_str()),
        ("GIT_WORK_TREE", tree.as_str()),
        ("GIT_OBJECT_DIRECTORY", objects.as_str()),
        ("GIT_QUARANTINE_PATH", objects.as_str()),
        ("GIT_PREFIX", "src/"),
        ("GIT_AUTHOR_NAME", "Somebody Else"),
        ("GIT_AUTHOR_EMAIL", "else@example.com"),
        ("GIT_AUTHOR_DATE", "2001-01-01T00:00:00Z"),
        ("GIT_COMMITTER_NAME", "Somebody Else"),
        ("GIT_COMMITTER_EMAIL", "else@example.com"),
        ("GIT_COMMITTER_DATE", "2001-01-01T00:00:00Z"),
    ];
    let _ = shop.run_with("code", PUBLISH, 0, &variables);
    let _ = shop.run_with("code", DEPLOY, 0, &variables);
    let _ = shop.run_with("code", QUESTION, 3, &variables);
    let _ = shop.run_with("code", &format!("{QUESTION} --offline"), 3, &variables);

    assert_eq!(surroundings(&shop, &elsewhere, false), before);
    let format = "--format=%an <%ae> %cn <%ce> %as";
    let who = shop.store().run(&["log", "-1", format, "pact/app/Web"]);
    let me = "Configured <configured@example.com>";
    assert_eq!(who, format!("{me} {me} 2026-11-21"));
}

#[test]
fn a_real_hook_may_publish_what_is_committed() {
    let shop = with_colleague();
    let git = clone_as(&shop, &[]);
    git.run(&["worktree", "add", "--quiet", "-b", "topic", "../linked"]);
    let program = env!("CARGO_BIN_EXE_git-pact");
    let pact = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/fixtures/pacts/orders/web-1.json"
    );
    let script = format!("#!/bin/sh\nexec '{program}' publish '{pact}' -a 1 --branch topic >&2\n");
    for hook in ["pre-commit", "pre-push"] {
        let path = git.directory().join(".git/hooks").join(hook);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, &script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let linked = shop.sandbox.git("linked");
    fs::write(linked.directory().join("notes.txt"), "three\n").unwrap();
    linked.run(&["commit", "--quiet", "--all", "--message", "three"]);
    assert_eq!(
        linked.run(&["show", "--format=", "--name-only"]),
        "notes.txt"
    );
    assert_eq!(shop.commits("pact/app/Web"), 1);
    let said = shop
        .store()
        .run(&["log", "-1", "--format=%s", "pact/app/Web"]);
    assert!(said.contains("Web"), "{said}");
    // And a push that begins by publishing does not begin itself again.
    linked.run(&["push", "--quiet", "origin", "topic"]);
    assert_eq!(shop.commits("topic"), 3);
    assert_eq!(linked.run(&["status", "--porcelain"]), "");
}

#[test]
fn offline_nobody_needs_the_git_program() {
    let shop = with_colleague();
    clone_as(&shop, &[]);
    shop.step("code", PUBLISH);
    let answer = shop.run("code", QUESTION, 3);
    let nothing = [("PATH", "")];
    let offline = format!("{QUESTION} --offline");
    let alone = shop.run_with("code", &offline, 3, &nothing);
    assert_eq!(alone.stdout, answer.stdout);
    for line in [
        "status",
        "log",
        "matrix -a Web",
        "pull --provider Order+Service --main-branch --to ./verify",
        "list-environments",
        "record-deployment -a Web -e 1 --environment test",
    ] {
        let _ = shop.run_with("code", &format!("{line} --offline"), 0, &nothing);
    }
    let online = shop.run_with("code", QUESTION, 4, &nothing);
    assert!(online.stderr.contains("git"), "{online:?}");
}

#[test]
fn reading_needs_no_permission_to_write() {
    let shop = with_colleague();
    clone_as(&shop, &[]);
    shop.step("code", PUBLISH);
    let answer = shop.run("code", QUESTION, 3);
    let code = shop.sandbox.path("code");
    permit(&code, 0o555, 0o444);
    if fs::write(code.join("probe"), "").is_ok() {
        println!("SKIPPED: this user may write into read-only directories (root?), so");
        println!("SKIPPED: reading_needs_no_permission_to_write proves nothing here");
    } else {
        // Nothing is new on the remote, so nothing has to be written for a fresh answer either.
        let online = shop.run("code", QUESTION, 3);
        assert_eq!(online.stdout, answer.stdout);
        for line in [
            QUESTION,
            "status",
            "log",
            "matrix -a Web",
            "list-environments",
        ] {
            let offline = format!("{line} --offline");
            let status = if line == QUESTION { 3 } else { 0 };
            let _ = shop.run("code", &offline, status);
        }
        let refused = shop.run("code", &format!("{DEPLOY} --offline"), 4);
        assert!(refused.stderr.contains("error:"), "{refused:?}");
    }
    permit(&code, 0o755, 0o644);
}

/// Sets the permissions of directories and files.
fn permit(root: &Path, directories: u32, files: u32) {
    for entry in WalkDir::new(root).contents_first(directories & 0o200 == 0) {
        let entry = entry.unwrap();
        let mode = if entry.file_type().is_dir() {
            directories
        } else {
            files
        };
        fs::set_permissions(entry.path(), fs::Permissions::from_mode(mode)).unwrap();
    }
}
