//! `git pact hooks`: written where git looks, never over somebody else's, and of use at once.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::a_shop;
use super::git;
use crate::support::shop::done;
use crate::support::team::STORE;
use crate::support::team::Shop;

/// Returns a shop whose store has no hook.
fn bare() -> Shop {
    let shop = a_shop();
    shop.sandbox.unguard(STORE);
    shop
}

/// Returns a commit that no server with the hook lets in, on `it` of the forger.
fn forge(shop: &Shop) {
    let forger = shop.sandbox.git("forger");
    forger.run(&["fetch", "--quiet"]);
    forger.run(&["update-ref", "refs/heads/it", "origin/pact/app/Web"]);
    forger.amend("it", "Web/notes.txt", Some(b"mine"));
}

#[test]
fn what_is_installed_is_called_by_git() {
    let shop = bare();
    let install = ["hooks", "install", "--repo", &format!("../{STORE}")].map(str::to_owned);
    let dry = done(
        shop.sandbox
            .run("web", &[&install[..], &["--dry-run".to_owned()]].concat()),
    );
    assert!(
        dry.stdout.contains("pre-receive would be installed."),
        "{dry:?}"
    );
    assert!(!shop.sandbox.path(STORE).join("hooks/pre-receive").exists());
    let first = done(shop.sandbox.run("web", &install));
    assert_eq!(
        first.stdout,
        format!(
            "$TMP/{STORE}/hooks/pre-receive is installed.\n$TMP/{STORE}/hooks/post-receive is installed.\n"
        )
    );
    let again = done(shop.sandbox.run("web", &install));
    assert_eq!(
        again.stdout.matches("is there already.").count(),
        2,
        "{again:?}"
    );
    let hook = shop.sandbox.path(STORE).join("hooks/pre-receive");
    assert_eq!(
        fs::metadata(&hook).unwrap().permissions().mode() & 0o777,
        0o755
    );
    forge(&shop);
    let push = ["push", "origin", "it:refs/heads/pact/app/Web"];
    let refused = git(&shop, "forger", &push, &[]);
    assert_eq!(refused.status, Some(1), "{refused:?}");
    assert!(refused.stderr.contains("Web/notes.txt"), "{refused:?}");
    // On a server without git-pact nothing comes into the store, and all else does.
    let programs = [("PATH", "/usr/bin:/bin")];
    let mut lost = shop.sandbox.command_of("git", "forger", &push);
    let lost = lost.envs(programs).output().unwrap();
    let said = String::from_utf8(lost.stderr).unwrap();
    assert!(
        said.contains("git-pact is not installed on this server"),
        "{said}"
    );
    let mut other =
        shop.sandbox
            .command_of("git", "forger", &["push", "origin", "it:refs/heads/other"]);
    let other = other.envs(programs).output().unwrap();
    assert!(other.status.success(), "{other:?}");
    let removed = done(shop.sandbox.run(STORE, &["hooks", "remove"]));
    assert_eq!(
        removed.stdout.matches("is removed.").count(),
        2,
        "{removed:?}"
    );
    let _ = done(git(&shop, "forger", &push, &[]));
}

#[test]
fn somebody_elses_hook_stays() {
    let shop = bare();
    let hook = shop.sandbox.path(STORE).join("hooks/post-receive");
    fs::write(&hook, "#!/bin/sh\nexit 0\n").unwrap();
    for line in ["hooks install", "hooks remove"] {
        let refused = shop.run(STORE, line, 1);
        assert!(
            refused
                .stderr
                .contains("post-receive is there already, and not of git-pact"),
            "{refused:?}"
        );
        assert!(
            refused.stderr.contains("git-pact hook post-receive"),
            "{refused:?}"
        );
    }
    assert_eq!(fs::read_to_string(&hook).unwrap(), "#!/bin/sh\nexit 0\n");
    assert!(!hook.with_file_name("pre-receive").exists(), "all or none");
    shop.step(STORE, "hooks install pre-receive");
    let status = shop.run(STORE, "hooks status", 0);
    assert!(
        status.stdout.contains("pre-receive is installed."),
        "{status:?}"
    );
    assert!(
        status.stdout.contains("post-receive is not of git-pact."),
        "{status:?}"
    );
}

#[test]
fn hooks_are_put_where_git_looks() {
    let shop = bare();
    // As a hosting program has it: all repositories share a directory of hooks.
    let shared = shop.sandbox.path("shared-hooks");
    shop.store()
        .run(&["config", "core.hooksPath", shared.to_str().unwrap()]);
    shop.step(STORE, "hooks install");
    assert!(shared.join("pre-receive").exists());
    forge(&shop);
    let refused = git(
        &shop,
        "forger",
        &["push", "origin", "it:refs/heads/pact/app/Web"],
        &[],
    );
    assert!(refused.stderr.contains("Web/notes.txt"), "{refused:?}");
    // And where a program looks elsewhere, it can be told.
    shop.step(STORE, "hooks install pre-receive --dir ../custom_hooks");
    assert!(shop.sandbox.path("custom_hooks/pre-receive").exists());
    // In a work tree the path is meant from its top.
    shop.sandbox
        .git("web")
        .run(&["config", "core.hooksPath", ".hooks"]);
    fs::create_dir_all(shop.sandbox.path("web/deep")).unwrap();
    shop.step("web/deep", "hooks install");
    assert!(shop.sandbox.path("web/.hooks/pre-push").exists());
}

#[test]
fn the_variable_that_says_who_pushes_is_named_when_the_hook_is_installed() {
    let shop = bare();
    shop.step("web", "policy allow --branch pact/settings --identity ada");
    shop.step(STORE, "hooks install pre-receive --identity-from MY_USER");
    let line = "policy allow --branch pact/env/production --identity ada";
    let programs = std::path::Path::new(env!("CARGO_BIN_EXE_git-pact"))
        .parent()
        .unwrap();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    let as_told = |name, status| {
        shop.run_with(
            "web",
            line,
            status,
            &[("PATH", &path), (name, "ada"), ("LOGNAME", "ada")],
        )
    };
    let refused = as_told("GL_USERNAME", 4);
    assert!(
        refused
            .stderr
            .contains("somebody whom the server does not name"),
        "{refused:?}"
    );
    let _ = as_told("MY_USER", 0);
    for bad in ["x;y", "1A", "$(id)"] {
        let line = format!("hooks install pre-receive --identity-from {bad}");
        let refused = shop.run(STORE, &line, 2);
        assert!(
            refused.stderr.contains("is not the name of a variable"),
            "{refused:?}"
        );
    }
}
