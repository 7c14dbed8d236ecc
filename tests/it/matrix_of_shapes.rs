//! Every kind of command says and records the same, byte for byte, wherever it is given: in a work tree,
//! a bare repository, a linked work tree, a repository that is the store itself, or one that knows
//! the store by its URL; each with all of its history, cut off, or without what git would fetch later.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

use crate::support::git::Git;
use crate::support::git::git_version;
use crate::support::team::STORE;
use crate::support::team::Shop;
use crate::support::team::words;

/// What a colleague has recorded before anybody cloned it.
const OPENING: &[&str] = &[
    "publish FIXTURES/pacts/orders/mobile-app-1.json -a 1 --branch main",
    "create-environment --name test",
    "create-environment --name production --production",
    "create-or-update-version -a Order+Service -e 0 --branch main",
    "record-verification --provider Order+Service -a 0 --branch main --consumer Mobile+App --success",
    "record-deployment -a Order+Service -e 0 --environment production",
];

/// The story: every kind of command, and its exit code.
const STORY: &[(i32, &str)] = &[
    (0, "init"),
    (
        0,
        "create-or-update-pacticipant --name Web --main-branch main",
    ),
    (
        0,
        "publish FIXTURES/pacts/orders/web-1.json -a 1 --branch main --tag dev",
    ),
    (3, "can-i-deploy -a Web -e 1 --to-environment production"),
    (
        0,
        "pull --provider Order+Service --provider-version-branch main --main-branch --to verify",
    ),
    (
        0,
        "record-verification --provider Order+Service --branch main -a 1 --results results.json",
    ),
    (
        0,
        "record-deployment -a Order+Service -e 1 --environment production",
    ),
    (
        0,
        "can-i-deploy -a Web -e 1 --to-environment production --output json",
    ),
    (0, "record-deployment -a Web -e 1 --environment test"),
    (0, "record-release -a Web -e 1 --environment production"),
    (
        0,
        "record-support-ended -a Web -e 1 --environment production",
    ),
    (0, "record-undeployment -a Web --environment test"),
    (0, "update-environment --name test --display-name Testing"),
    (0, "create-label -a Web --label front"),
    (0, "create-label -a Web --label back"),
    (0, "delete-label -a Web --label back"),
    (0, "create-version-tag -a Web -e 1 -t rc"),
    (0, "delete-version-tag -a Web -e 1 -t rc"),
    (0, "create-or-update-version -a Web -e 2 --branch feat/x"),
    (0, "delete-branch -a Web --branch feat/x"),
    (0, "delete-version -a Web -e 2"),
    (0, "create-or-update-pacticipant --name Gone"),
    (0, "delete-pacticipant --name Gone"),
    (0, "create-environment --name gone"),
    (0, "delete-environment --name gone"),
    (
        0,
        "create-or-update-webhook --uuid d2181b32-8b03-4daf -X POST https://example.org --contract-published",
    ),
    (
        0,
        "create-or-update-webhook --uuid d2181b33-8b03-4daf -X POST https://example.org --contract-published",
    ),
    (0, "delete-webhook --uuid d2181b33-8b03-4daf"),
    (
        1,
        "publish FIXTURES/pacts/orders/web-2.json -a 1 --branch main",
    ),
    (0, "fetch"),
    (
        0,
        "can-i-deploy -a Web -e 1 --to-environment production --offline",
    ),
    (0, "can-i-merge -a Web -e 1"),
    (0, "matrix -a Web -a Order+Service --output json"),
    (0, "matrix -a Web --at 2026-11-21T12:09:30Z"),
    (0, "list-latest-pact-versions --output json"),
    (0, "list-environments"),
    (0, "describe-environment --name test"),
    (0, "describe-pacticipant --name Web"),
    (0, "list-pacticipants"),
    (0, "describe-version -a Web -e 1 --output json"),
    (0, "list-versions -a Web"),
    (0, "list-branches -a Web"),
    (0, "list-webhooks"),
    (0, "describe-webhook --uuid d2181b32-8b03-4daf"),
    (0, "log"),
    (0, "log --environment production --output json"),
    (0, "status"),
    (0, "clean --dry-run"),
    // At the end, as what was kept is committed later than what was written at once.
    (
        0,
        "create-or-update-version -a Web -e 3 --branch main --offline",
    ),
    (0, "push"),
    (0, "list-versions -a Web"),
    (0, "doctor"),
];

/// Where the commands are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// In a work tree.
    WorkTree,
    /// In a bare clone.
    Bare,
    /// In a work tree that is linked to a clone.
    Linked,
    /// In a bare repository that is the store itself.
    Authority,
    /// In no repository: the store is named by its URL, and has a private clone.
    Url,
}

/// How much of the history is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum History {
    Full,
    /// Its tips.
    Shallow,
    /// All of it, but for the contents of files.
    Partial,
}

impl History {
    /// Returns the options of `git clone`.
    fn options(self) -> &'static [&'static str] {
        match self {
            Self::Full => &[],
            Self::Shallow => &["--depth=1"],
            Self::Partial => &["--filter=blob:none"],
        }
    }
}

/// Where a play is on, and the option that names the store there.
struct Stage {
    shop: Shop,
    directory: &'static str,
    option: String,
    store: &'static str,
}

/// Returns the time of a step, the same in every play.
fn time(step: usize) -> String {
    format!("2026-11-21T{:02}:{:02}:00Z", 12 + step / 60, step % 60)
}

/// Returns the address of the remote over the transport that knows of depths and filters.
fn url(shop: &Shop) -> String {
    format!("file://{}", shop.sandbox.path(STORE).display())
}

/// Returns a remote in which a colleague has begun.
fn opening() -> Shop {
    let shop = Shop::with_a_remote(&["colleague"]);
    let colleague = shop.sandbox.git("colleague");
    for text in ["one\n", "two\n"] {
        fs::write(colleague.directory().join("notes.txt"), text).unwrap();
        colleague.run(&["add", "."]);
        colleague.run(&["commit", "--quiet", "--message", text]);
    }
    colleague.run(&["push", "--quiet", "origin", "main"]);
    shop.store()
        .run(&["config", "uploadpack.allowFilter", "true"]);
    for (step, line) in OPENING.iter().enumerate() {
        let now = time(step);
        let _ = shop.run_with("colleague", line, 0, &[("GIT_PACT_NOW", &now)]);
    }
    shop
}

fn clone(shop: &Shop, directory: &str, options: &[&str]) -> Git {
    let git = shop.sandbox.git(directory);
    let url = url(shop);
    git.run(&[&["clone", "--quiet"], options, &[url.as_str(), "."]].concat());
    git
}

/// Returns the private clone, once there is one.
fn private_clone(shop: &Shop) -> PathBuf {
    let cache = shop.sandbox.path("home/cache/git-pact");
    let mut found = fs::read_dir(cache).unwrap();
    found.next().unwrap().unwrap().path()
}

/// Gives the private clone as much history as is wanted.
fn reclone(shop: &Shop, history: History) {
    let path = private_clone(shop);
    let git = Git::at(&path);
    let all = "+refs/heads/pact/*:refs/remotes/origin/pact/*";
    match history {
        History::Shallow => {
            assert_eq!(git.run(&["rev-parse", "--is-shallow-repository"]), "true");
        }
        History::Full => {
            git.run(&["fetch", "--quiet", "--unshallow", "origin", all]);
        }
        History::Partial => {
            fs::remove_dir_all(&path).unwrap();
            fs::create_dir(&path).unwrap();
            git.run(&["init", "--quiet", "--bare"]);
            git.run(&["remote", "add", "origin", &url(shop)]);
            git.run(&["fetch", "--quiet", "--filter=blob:none", "origin", all]);
        }
    }
}

fn stage(place: Place, history: History) -> Stage {
    let shop = opening();
    // Other branches have to come along to be cut off, too.
    let all = ["--no-single-branch"];
    let options = [history.options(), &all].concat();
    let (mut option, mut store) = (String::new(), STORE);
    let directory = match place {
        Place::WorkTree => {
            clone(&shop, "code", &options);
            "code"
        }
        Place::Bare => {
            clone(&shop, "code", &[&options[..], &["--bare"]].concat());
            "code"
        }
        Place::Linked => {
            let git = clone(&shop, "code", &options);
            git.run(&["worktree", "add", "--quiet", "-b", "topic", "../linked"]);
            "linked"
        }
        Place::Authority => {
            let code = ["--bare", "--single-branch"];
            let git = clone(&shop, "code", &[history.options(), &code].concat());
            // What is cut off of the store itself is gone: here it is the code's history alone.
            git.run(&[
                "fetch",
                "--quiet",
                "origin",
                "refs/heads/pact/*:refs/heads/pact/*",
            ]);
            git.run(&["remote", "remove", "origin"]);
            store = "code";
            "code"
        }
        Place::Url => {
            fs::create_dir(shop.sandbox.path("code")).unwrap();
            option = format!("--repo {}", url(&shop));
            shop.step("code", &format!("fetch {option}"));
            reclone(&shop, history);
            "code"
        }
    };
    let results = format!("{directory}/results.json");
    shop.copy("verifier/rust-pass.json", &results);
    Stage {
        shop,
        directory,
        option,
        store,
    }
}

impl Stage {
    /// Returns what reading commands said and what is in the store at the end, but for what the
    /// store is called.
    fn play(&self) -> String {
        let mut told = String::new();
        for (step, (status, line)) in STORY.iter().enumerate() {
            let now = time(OPENING.len() + step);
            let arguments = words(&format!("{line} {}", self.option));
            let output =
                self.shop
                    .sandbox
                    .run_with(self.directory, &arguments, &[("GIT_PACT_NOW", &now)]);
            assert_eq!(output.status, Some(*status), "{line}: {output:?}");
            writeln!(told, "$ {line}").unwrap();
            for line in output.stdout.lines().filter(|line| !names_the_store(line)) {
                writeln!(told, "{line}").unwrap();
            }
        }
        let store = self.shop.sandbox.git(self.store);
        let branches = store.run(&["for-each-ref", "--format=%(refname)", "refs/heads/pact"]);
        for branch in branches.lines() {
            let tree = store.run(&["ls-tree", "-r", branch]);
            writeln!(told, "{branch}\n{tree}").unwrap();
        }
        store.fsck();
        told
    }
}

/// Says whether a line is about where the store is.
fn names_the_store(line: &str) -> bool {
    let words = ["$TMP", "the store itself", "what the remote has"];
    words.iter().any(|words| line.contains(words))
}

/// Returns what is said and recorded in the plainest of shapes.
fn plainest() -> &'static str {
    static TOLD: OnceLock<String> = OnceLock::new();
    TOLD.get_or_init(|| stage(Place::WorkTree, History::Full).play())
}

fn check(place: Place, history: History) {
    if history == History::Partial && git_version() < (2, 36) {
        println!("SKIPPED: this git is too old to complete a partial clone");
        return;
    }
    let stage = stage(place, history);
    let told = stage.play();
    for (line, expected) in told.lines().zip(plainest().lines()) {
        assert_eq!(line, expected, "{place:?} {history:?}");
    }
    assert_eq!(told.len(), plainest().len(), "{place:?} {history:?}");
    if place == Place::Url {
        Git::at(private_clone(&stage.shop)).fsck();
    }
}

#[test]
fn the_plainest_shape_says_a_lot() {
    let told = plainest();
    for words in [
        "Computer says no",
        "\"deployable\": true",
        "refs/heads/pact/settings",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
}

#[test]
fn a_work_tree_may_be_shallow_or_partial() {
    check(Place::WorkTree, History::Shallow);
    check(Place::WorkTree, History::Partial);
}

#[test]
fn a_bare_clone_says_the_same_whatever_it_has() {
    check(Place::Bare, History::Full);
    check(Place::Bare, History::Shallow);
    check(Place::Bare, History::Partial);
}

#[test]
fn a_linked_work_tree_says_the_same_whatever_it_has() {
    check(Place::Linked, History::Full);
    check(Place::Linked, History::Shallow);
    check(Place::Linked, History::Partial);
}

#[test]
fn a_store_that_is_here_says_the_same_whatever_it_has() {
    check(Place::Authority, History::Full);
    // A partial one has nobody to fetch the rest from.
    check(Place::Authority, History::Shallow);
}

#[test]
fn a_private_clone_says_the_same_whatever_it_has() {
    check(Place::Url, History::Full);
    check(Place::Url, History::Shallow);
    check(Place::Url, History::Partial);
}
