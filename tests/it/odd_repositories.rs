//! Repositories that are put together in unusual ways work like any other, or are refused when they are
//! opened, with a sentence that says what to do.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use walkdir::WalkDir;

use crate::support::git::Git;
use crate::support::git::git_version;
use crate::support::sandbox::Output;
use crate::support::team::STORE;
use crate::support::team::Shop;
use crate::support::team::words;

/// What is played in each of them, with exit codes.
const STORY: &[(i32, &str)] = &[
    (
        0,
        "publish FIXTURES/pacts/orders/web-1.json -a 1 --branch main",
    ),
    (3, "can-i-deploy -a Web -e 1 --to-environment test"),
    (0, "create-or-update-version -a Web -e 2 --branch main"),
    (0, "log"),
    (0, "list-versions -a Web"),
    (0, "matrix -a Web --output json"),
];

/// Returns a remote with code, and a store that a colleague has begun.
fn with_colleague() -> Shop {
    let shop = Shop::with_a_remote(&["colleague"]);
    let colleague = shop.sandbox.git("colleague");
    fs::write(colleague.directory().join("notes.txt"), "one\n").unwrap();
    colleague.run(&["add", "."]);
    colleague.run(&["commit", "--quiet", "--message", "one"]);
    colleague.run(&["push", "--quiet", "origin", "main"]);
    for line in [
        "publish FIXTURES/pacts/orders/mobile-app-1.json -a 1 --branch main",
        "create-or-update-version -a Web -e 0 --branch main",
        "create-environment --name test",
    ] {
        step(&shop, "colleague".as_ref(), line);
    }
    shop
}

/// Runs a command line in a directory, always at the same time.
fn attempt(shop: &Shop, directory: &Path, line: &str) -> Output {
    let now = "2026-11-21T12:00:00Z";
    let mut command = shop.sandbox.command("", &words(line));
    command.current_dir(shop.sandbox.path("").join(directory));
    let output = command.env("GIT_PACT_NOW", now).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Output {
        stdout: text(output.stdout),
        stderr: text(output.stderr),
        status: output.status.code(),
    }
}

fn run(shop: &Shop, directory: &Path, line: &str, status: i32) -> Output {
    let output = attempt(shop, directory, line);
    assert_eq!(
        output.status,
        Some(status),
        "{}: {line}: {output:?}",
        directory.display()
    );
    output
}

/// The same, where all that matters is that it ends well.
fn step(shop: &Shop, directory: &Path, line: &str) {
    let _ = run(shop, directory, line, 0);
}

/// Plays in a repository; returns what commands that read say, and what the store holds.
fn play(shop: &Shop, directory: &Path, store: &Git) -> String {
    let mut told = String::new();
    for (status, line) in STORY {
        let output = run(shop, directory, line, *status);
        if ["publish", "create"]
            .iter()
            .all(|verb| !line.starts_with(verb))
        {
            told += &output.stdout;
        }
    }
    let sound = run(shop, directory, "doctor", 0);
    assert!(sound.stdout.contains("all is well"), "{sound:?}");
    store.fsck();
    told + &store.run(&["for-each-ref", "refs/heads/pact"])
}

/// Returns a directory of the sandbox in which there is a clone of the remote.
fn clone<'a>(shop: &Shop, directory: &'a str, options: &[&str]) -> (Git, &'a Path) {
    let git = shop.sandbox.git(directory);
    let remote = shop.sandbox.path(STORE);
    let remote = remote.to_str().unwrap();
    git.run(&[&["clone", "--quiet"], options, &[remote, "."]].concat());
    (git, Path::new(directory))
}

/// Plays in a clone that was made somehow, and in an ordinary one.
fn check(make: impl Fn(&Shop) -> &'static Path) {
    let plain = with_colleague();
    let (_, directory) = clone(&plain, "plain", &[]);
    let expected = play(&plain, directory, &plain.store());
    let shop = with_colleague();
    let directory = make(&shop);
    assert_eq!(play(&shop, directory, &shop.store()), expected);
}

/// Plays in a repository that is the store itself, and in an ordinary clone.
fn check_authority(make: impl Fn(&Shop) -> Git) {
    let plain = with_colleague();
    let (_, directory) = clone(&plain, "plain", &[]);
    let expected = play(&plain, directory, &plain.store());
    let shop = with_colleague();
    let store = make(&shop);
    assert_eq!(play(&shop, store.directory(), &store), expected);
}

/// Makes the store of a colleague one that is here.
fn here(shop: &Shop, options: &[&str]) -> Git {
    let (git, _) = clone(shop, "here", &[options, &["--bare"]].concat());
    git.run(&["remote", "remove", "origin"]);
    git
}

#[test]
fn objects_may_be_borrowed_from_another_repository() {
    check(|shop| clone(shop, "code", &["--shared"]).1);
    check(|shop| {
        let colleague = shop.sandbox.path("colleague");
        let reference = ["--reference", colleague.to_str().unwrap()];
        clone(shop, "code", &reference).1
    });
    check_authority(|shop| here(shop, &["--shared"]));
}

#[test]
fn what_is_lent_and_taken_away_again_is_an_error_and_no_absence() {
    let shop = with_colleague();
    let store = here(&shop, &["--shared"]);
    fs::rename(shop.sandbox.path(STORE), shop.sandbox.path("gone.git")).unwrap();
    for line in [
        "can-i-deploy -a Web -e 0 --to-environment test",
        "list-versions -a Web",
    ] {
        let refused = run(&shop, store.directory(), line, 4);
        assert!(refused.stderr.contains("missing"), "{refused:?}");
    }
}

#[test]
fn nobody_replaces_or_grafts_a_record() {
    let twist = |git: &Git, tip: &str| {
        let tip = git.run(&["rev-parse", tip]);
        let tree = git.feed(&["mktree"], b"");
        let other = git.run(&["commit-tree", &tree, "-m", "Nothing"]);
        git.run(&["replace", &tip, &other]);
        fs::create_dir_all(git.directory().join("info")).unwrap();
        fs::write(git.directory().join("info/grafts"), format!("{tip}\n")).unwrap();
    };
    check(|shop| {
        let (git, directory) = clone(shop, "code", &["--bare"]);
        step(shop, directory, "fetch");
        twist(&git, "refs/remotes/origin/pact/app/Web");
        directory
    });
    let shop = with_colleague();
    let plain = run(&shop, "colleague".as_ref(), "list-versions -a Web", 0);
    let store = here(&shop, &[]);
    twist(&store, "pact/app/Web");
    let told = run(&shop, store.directory(), "list-versions -a Web", 0);
    assert_eq!(told.stdout, plain.stdout);
}

#[test]
fn refs_and_objects_may_be_packed_in_every_way_that_git_knows() {
    let pack = |git: &Git| {
        git.run(&["pack-refs", "--all", "--prune"]);
        git.run(&["gc", "--quiet"]);
        git.run(&["commit-graph", "write", "--reachable", "--split=replace"]);
        git.run(&["multi-pack-index", "write"]);
        let info = git.directory().join("objects/info");
        assert!(info.join("commit-graphs").is_dir());
        assert!(
            git.directory()
                .join("objects/pack/multi-pack-index")
                .is_file()
        );
        assert!(!git.directory().join("refs/heads/pact").exists());
    };
    check_authority(|shop| {
        let git = here(shop, &[]);
        pack(&git);
        git
    });
    check(|shop| {
        let (git, directory) = clone(shop, "code", &["--bare"]);
        step(shop, directory, "fetch");
        pack(&git);
        directory
    });
}

#[test]
fn a_work_tree_may_be_sparse_elsewhere_or_a_submodule() {
    check(|shop| {
        let (git, directory) = clone(shop, "code", &["--sparse"]);
        git.run(&["sparse-checkout", "set", "nothing"]);
        directory
    });
    check(|shop| {
        let apart = shop.sandbox.path("apart");
        let option = format!("--separate-git-dir={}", apart.display());
        clone(shop, "code", &[&option]).1
    });
    check(|shop| {
        let outer = shop.sandbox.git("outer");
        outer.run(&["init", "--quiet"]);
        let remote = shop.sandbox.path(STORE);
        let add = [
            "-c",
            "protocol.file.allow=always",
            "submodule",
            "--quiet",
            "add",
        ];
        outer.run(&[&add[..], &[remote.to_str().unwrap(), "inner"]].concat());
        let inner = shop.sandbox.path("outer/inner/.git");
        assert!(inner.is_file(), "its repository lies within the other");
        Path::new("outer/inner")
    });
    check(|shop| {
        let (git, _) = clone(shop, "code.git", &["--bare"]);
        git.run(&["worktree", "add", "--quiet", "../code", "main"]);
        Path::new("code")
    });
}

#[test]
fn the_configuration_may_be_that_of_one_work_tree_or_of_a_group() {
    check(|shop| {
        let (git, directory) = clone(shop, "code", &[]);
        git.run(&["config", "core.repositoryFormatVersion", "1"]);
        git.run(&["config", "extensions.worktreeConfig", "true"]);
        git.run(&["config", "--worktree", "user.name", "Me"]);
        directory
    });
    check_authority(|shop| {
        let git = here(shop, &[]);
        git.run(&["config", "core.sharedRepository", "group"]);
        git
    });
    let shop = Shop::with_a_remote(&[]);
    let git = shop.sandbox.git("group");
    git.run(&["init", "--quiet", "--bare", "--shared=group"]);
    step(&shop, git.directory(), "create-environment --name test");
    for entry in WalkDir::new(git.directory().join("objects")) {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        let wanted = if entry.file_type().is_dir() {
            0o070
        } else {
            0o040
        };
        assert_eq!(mode & wanted, wanted, "{entry:?}: {mode:o}");
    }
}

#[test]
fn a_head_may_be_anywhere() {
    for head in ["refs/heads/unborn", "refs/heads/pact/app/Web"] {
        check_authority(|shop| {
            let git = here(shop, &[]);
            git.run(&["symbolic-ref", "HEAD", head]);
            git
        });
    }
    check(|shop| {
        let (git, directory) = clone(shop, "code", &[]);
        git.run(&["checkout", "--quiet", "--detach", "origin/pact/app/Web"]);
        directory
    });
}

#[test]
fn a_path_may_hold_anything_that_a_file_system_takes() {
    for name in [
        b"two words".as_slice(),
        b"two\nlines",
        b"\xff\xfe",
        b"-dash",
        b"quo\"te's $(touch x) `y`",
        b"co:lon",
        "\u{fc}n\u{ef}\u{202e}".as_bytes(),
    ] {
        let name = Path::new(OsStr::from_bytes(name));
        let shop = with_colleague();
        let path = shop.sandbox.path("").join(name);
        fs::rename(shop.sandbox.path("colleague"), &path).unwrap();
        let told = play(&shop, name, &shop.store());
        let store = with_colleague();
        let path = store.sandbox.path("").join(name);
        fs::rename(store.sandbox.path(STORE), &path).unwrap();
        assert_eq!(play(&store, name, &Git::at(&path)), told, "{name:?}");
    }
}

#[test]
fn a_format_that_is_not_known_is_refused_with_what_to_do() {
    for (settings, said) in [
        (
            &[
                ("core.repositoryFormatVersion", "1"),
                ("extensions.frobnicate", "true"),
            ][..],
            "frobnicate",
        ),
        (&[("core.repositoryFormatVersion", "2")], "version 2"),
    ] {
        let shop = Shop::with_a_remote(&["code"]);
        let git = shop.sandbox.git("code");
        for (key, value) in settings {
            git.run(&["config", key, value]);
        }
        for (directory, option) in [("code", ""), ("", "--repo code")] {
            for line in ["status", "create-environment --name test"] {
                let refused = run(&shop, directory.as_ref(), &format!("{line} {option}"), 4);
                assert!(refused.stderr.contains(said), "{refused:?}");
                assert!(
                    refused.stderr.contains("use a newer git-pact"),
                    "{refused:?}"
                );
                assert!(!refused.stderr.contains("ref-format"), "{refused:?}");
            }
        }
    }
}

#[test]
fn sha_256_is_refused_wherever_it_is_met() {
    let shop = Shop::with_a_remote(&[]);
    for (name, option) in [
        ("code", ""),
        ("empty.git", "--bare"),
        ("full.git", "--bare"),
    ] {
        let git = shop.sandbox.git(name);
        let init = ["init", "--quiet", "--object-format=sha256", option];
        git.run(&init[..if option.is_empty() { 3 } else { 4 }]);
    }
    let full = shop.sandbox.git("full.git");
    let tree = full.feed(&["mktree"], b"");
    let commit = full.run(&["commit-tree", &tree, "-m", "Begin"]);
    full.run(&["update-ref", "refs/heads/pact/app/Web", &commit]);
    let url = |name: &str| format!("--repo file://{}", shop.sandbox.path(name).display());
    let [empty, full] = ["empty.git", "full.git"].map(url);
    let write = "create-environment --name test";
    for (directory, line) in [
        ("code", "status".to_owned()),
        ("code", write.to_owned()),
        ("", "status --repo code".to_owned()),
        (
            "",
            "can-i-deploy -a Web -e 1 --to-environment test --repo full.git".to_owned(),
        ),
        ("", format!("status {full}")),
        (
            "",
            format!("can-i-deploy -a Web -e 1 --to-environment test {full}"),
        ),
        ("", format!("{write} {full}")),
        ("", format!("{write} {empty}")),
    ] {
        let refused = run(&shop, directory.as_ref(), &line, 4);
        for words in ["SHA-1", "--object-format=sha1"] {
            assert!(refused.stderr.contains(words), "{line}: {refused:?}");
        }
    }
    // What the code is kept in matters only where it is asked.
    let code = shop.sandbox.git("code");
    code.run(&["commit", "--quiet", "--allow-empty", "--message", "one"]);
    let store = format!("--repo file://{}", shop.sandbox.path(STORE).display());
    let publish = "publish FIXTURES/pacts/orders/web-1.json";
    step(&shop, "code".as_ref(), &format!("{publish} -a 1 {store}"));
    let unknown = run(&shop, "code".as_ref(), &format!("{publish} -r {store}"), 2);
    assert!(
        unknown.stderr.contains("give the version (cannot open"),
        "{unknown:?}"
    );
}

#[test]
fn a_remote_may_keep_its_refs_in_tables_and_what_is_opened_may_not() {
    if git_version() < (2, 45) {
        println!("SKIPPED: this git is too old to make a repository with reftables");
        return;
    }
    let shop = Shop::with_a_remote(&[]);
    let remote = shop.sandbox.git("tables.git");
    remote.run(&["init", "--quiet", "--bare", "--ref-format=reftable"]);
    let code = shop.sandbox.git("code");
    code.run(&[
        "clone",
        "--quiet",
        "--ref-format=files",
        "../tables.git",
        ".",
    ]);
    step(&shop, "code".as_ref(), "create-environment --name test");
    let url = format!("--repo file://{}", remote.directory().display());
    step(
        &shop,
        "".as_ref(),
        &format!("create-environment --name more {url}"),
    );
    let told = run(&shop, "code".as_ref(), "list-environments", 0);
    assert!(told.stdout.contains("more"), "{told:?}");
    let tables = shop.sandbox.git("tables");
    tables.run(&[
        "clone",
        "--quiet",
        "--ref-format=reftable",
        "../tables.git",
        ".",
    ]);
    for (directory, line) in [("tables", "status"), ("", "status --repo tables.git")] {
        let refused = run(&shop, directory.as_ref(), line, 4);
        for words in ["--ref-format=files", "by URL"] {
            assert!(refused.stderr.contains(words), "{refused:?}");
        }
    }
    step(&shop, "tables".as_ref(), &format!("status {url}"));
}

#[test]
fn a_repository_of_somebody_else_is_refused_until_it_is_trusted() {
    let shop = Shop::with_a_remote(&["code"]);
    let path = shop.sandbox.path("code");
    let chown = Command::new("chown")
        .args(["-R", "12345"])
        .arg(&path)
        .output();
    if !chown.unwrap().status.success() {
        println!("SKIPPED: this user may not give files away (not root?), so");
        println!(
            "SKIPPED: a_repository_of_somebody_else_is_refused_until_it_is_trusted proves nothing here"
        );
        return;
    }
    fs::create_dir(path.join("below")).unwrap();
    for directory in ["code", "code/below"] {
        let refused = run(&shop, directory.as_ref(), "status", 4);
        let path = path.canonicalize().unwrap();
        let said = format!("add {} as `safe.directory` to ~/.gitconfig", path.display());
        assert!(refused.stderr.contains(&said), "{refused:?}");
    }
    let settings = format!(
        "[safe]\n\tdirectory = {}\n",
        path.canonicalize().unwrap().display()
    );
    shop.write("home/.gitconfig", &settings);
    step(&shop, "code".as_ref(), "status --offline");
    // The program looks there, too, unless it is told to look elsewhere.
    let mut command = shop
        .sandbox
        .command("code", &["create-environment", "--name", "test"]);
    let written = command.env_remove("GIT_CONFIG_GLOBAL").output().unwrap();
    assert!(written.status.success(), "{written:?}");
}

#[test]
fn no_repository_is_looked_for_above_a_ceiling() {
    let mut shop = Shop::with_a_remote(&["home/dotfiles"]);
    fs::create_dir_all(shop.sandbox.path("home/dotfiles/a/b")).unwrap();
    let inner = Path::new("home/dotfiles/a/b");
    step(&shop, inner, "status");
    let ceiling = shop.sandbox.path("home/dotfiles/a");
    let elsewhere = shop.sandbox.path("elsewhere");
    let ceilings = std::env::join_paths([&elsewhere, &ceiling]).unwrap();
    shop.sandbox
        .set("GIT_CEILING_DIRECTORIES", ceilings.to_str().unwrap());
    let nowhere = run(&shop, inner, "status", 2);
    assert!(nowhere.stderr.contains("no store"), "{nowhere:?}");
    // The ceiling itself is looked at where one stands.
    step(&shop, "home/dotfiles".as_ref(), "status");
}
