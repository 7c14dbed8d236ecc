//! What somebody made by hand is refused, each kind for its reason, and nothing is left of it.

use std::process::Stdio;

use serde_json::Value;

use super::a_shop;
use super::git;
use super::held;
use crate::support::git::Git;
use crate::support::sandbox::Output;
use crate::support::shop::done;
use crate::support::team::STORE;
use crate::support::team::Shop;

/// What becomes of the bytes of a file; none stand for no file.
type Becomes<'a> = dyn Fn(Option<Vec<u8>>) -> Option<Vec<u8>> + 'a;

/// Returns the one file of a branch whose path has a part in it.
fn path(forger: &Git, branch: &str, part: &str) -> String {
    let branch = format!("origin/{branch}");
    let listing = forger.run(&["ls-tree", "-r", "--name-only", &branch]);
    let found = listing.lines().find(|path| path.contains(part));
    found
        .unwrap_or_else(|| panic!("no {part} on {branch}: {listing}"))
        .to_owned()
}

/// Pushes a commit of a forger, and returns what became of it after it was seen to leave nothing behind.
fn push(shop: &Shop, branch: &str, options: &[&str]) -> Output {
    let before = held(shop);
    let refspec = format!("refs/heads/it:refs/heads/{branch}");
    let words = [&["push", "origin"], options, &[&refspec]].concat();
    let pushed = git(shop, "forger", &words, &[]);
    assert_eq!(pushed.status, Some(1), "{pushed:?}");
    assert_eq!(held(shop), before, "{pushed:?}");
    assert!(!pushed.stderr.contains('\u{1b}'), "{pushed:?}");
    pushed
}

/// Returns a forger who stands on a branch as everybody knows it.
fn on(shop: &Shop, branch: &str) -> Git {
    let forger = shop.sandbox.git("forger");
    forger.run(&["fetch", "--quiet"]);
    forger.run(&["update-ref", "refs/heads/it", &format!("origin/{branch}")]);
    forger
}

/// Returns what is said of a commit that changes files of a branch; each is a part of a path, and what
/// becomes of its bytes.
fn said(shop: &Shop, branch: &str, edits: &[(&str, &Becomes<'_>)]) -> String {
    let forger = on(shop, branch);
    for (part, edit) in edits {
        let listing = forger.run(&["ls-tree", "-r", "--name-only", "it"]);
        let known = listing
            .lines()
            .find(|path| path.contains(part))
            .map(str::to_owned);
        let before = known
            .as_ref()
            .map(|path| forger.run(&["show", &format!("it:{path}")]) + "\n");
        let path = known.unwrap_or_else(|| (*part).to_owned());
        let after = edit(before.map(String::into_bytes));
        forger.amend("it", &path, after.as_deref());
    }
    push(shop, branch, &[]).stderr
}

/// Returns the bytes of a record with a field changed, as git-pact would have written it.
fn with(field: &str, value: Value) -> impl Fn(Option<Vec<u8>>) -> Option<Vec<u8>> {
    let field = field.to_owned();
    move |before| {
        let mut record: Value = serde_json::from_slice(&before.unwrap()).unwrap();
        record[field.as_str()] = value.clone();
        record.sort_all_objects();
        let mut bytes = serde_json::to_vec_pretty(&record).unwrap();
        bytes.push(b'\n');
        Some(bytes)
    }
}

fn gone(_: Option<Vec<u8>>) -> Option<Vec<u8>> {
    None
}

#[test]
fn a_branch_only_grows() {
    let shop = a_shop();
    let forger = on(&shop, "pact/app/Web");
    let before = held(&shop);
    let deleted = git(
        &shop,
        "forger",
        &["push", "origin", ":refs/heads/pact/app/Web"],
        &[],
    );
    assert!(
        deleted
            .stderr
            .contains("pact/app/Web: a branch of a store is not deleted"),
        "{deleted:?}"
    );
    forger.run(&["update-ref", "refs/heads/it", "origin/pact/app/Web~1"]);
    let rewound = push(&shop, "pact/app/Web", &["--force"]);
    assert!(
        rewound
            .stderr
            .contains("pact/app/Web: its history was rewritten"),
        "{rewound:?}"
    );
    let tree = forger.run(&["rev-parse", "origin/pact/app/Web^{tree}"]);
    let parents = ["-p", "origin/pact/app/Web", "-p", "origin/pact/app/Orders"];
    let merge = [
        &["commit-tree", "-m", "merge"],
        &parents[..],
        &[tree.as_str()],
    ]
    .concat();
    let merge = forger.run(&merge);
    forger.run(&["update-ref", "refs/heads/it", &merge]);
    let merged = push(&shop, "pact/app/Web", &[]);
    assert!(merged.stderr.contains("it is a merge"), "{merged:?}");
    let other = forger.run(&["commit-tree", "-m", "anew", &tree]);
    forger.run(&["update-ref", "refs/heads/it", &other]);
    let anew = push(&shop, "pact/app/Web", &["--force"]);
    assert!(
        anew.stderr.contains("its history was rewritten"),
        "{anew:?}"
    );
    let stranger = push(&shop, "pact/notes/Web", &[]);
    assert!(
        stranger
            .stderr
            .contains("pact/notes/Web: a store has no such branch"),
        "{stranger:?}"
    );
    assert_eq!(held(&shop), before);
}

#[test]
fn only_records_in_their_places_are_let_in() {
    let shop = a_shop();
    let text = |text: &'static str| move |_: Option<Vec<u8>>| Some(text.as_bytes().to_vec());
    for (branch, part, edit, expected) in [
        (
            "pact/app/Web",
            "Web/notes.txt",
            &text("mine") as &dyn Fn(_) -> _,
            "Web/notes.txt: nothing of a store lies at such a path",
        ),
        (
            "pact/app/Web",
            "README.md",
            &text("mine"),
            "README.md: nothing of a store lies at such a path",
        ),
        (
            "pact/app/Web",
            "Web/app.json",
            &text("{}"),
            "Web/app.json: it is damaged",
        ),
        (
            "pact/app/Web",
            "Web/app.json",
            &|before| Some([before.unwrap(), b" ".to_vec()].concat()),
            "Web/app.json: it was not written by git-pact",
        ),
        (
            "pact/app/Web",
            "Web/app.json",
            &with("name", "Other".into()),
            "it belongs at Other/app.json on pact/app/Other",
        ),
        (
            "pact/app/Web",
            "heads/latest.json",
            &with("schema", 99.into()),
            "it has schema 99",
        ),
        (
            "pact/contracts/Orders",
            "Orders/Web.json",
            &text(
                "{\"consumer\":{\"name\":\"Till\"},\"provider\":{\"name\":\"Orders\"},\"interactions\":[]}",
            ),
            "Orders/Web.json:",
        ),
        (
            "pact/contracts/Orders",
            "Orders/notes.txt",
            &text("mine"),
            "Orders/notes.txt: nothing of a store lies at such a path",
        ),
        (
            "pact/settings",
            "settings/store.json",
            &with("rules", "mine".into()),
            "settings/store.json: it is damaged",
        ),
        (
            "pact/settings",
            "settings/mine.json",
            &text("{}"),
            "settings/mine.json: nothing of a store lies at such a path",
        ),
        (
            "pact/env/production",
            "production/environment.json",
            &text("[]"),
            "production/environment.json: it is damaged",
        ),
    ] {
        let said = said(&shop, branch, &[(part, edit)]);
        assert!(said.contains(expected), "{branch} {part}: {said}");
        assert!(
            said.contains("hint: records are written by git pact alone"),
            "{said}"
        );
    }
}

#[test]
fn a_provider_may_keep_its_workflow_beside_its_contracts() {
    let shop = a_shop();
    let forger = on(&shop, "pact/contracts/Orders");
    forger.amend("it", ".github/workflows/verify.yml", Some(b"on: push\n"));
    let refspec = "refs/heads/it:refs/heads/pact/contracts/Orders";
    let _ = done(git(&shop, "forger", &["push", "origin", refspec], &[]));
    shop.pact("web/3.json", "Web", "Orders", &["a receipt"]);
    shop.step("web", "publish 3.json -a 3 --branch main");
}

#[test]
fn facts_are_never_changed_and_have_their_places_in_the_order() {
    let shop = a_shop();
    let fields: Vec<Value> = vec![
        serde_json::json!("2020-01-01T00:00:00+00:00"),
        serde_json::json!(9),
        serde_json::json!([]),
    ];
    let counts = |seq: u64| with("seq", seq.into());
    let forger = on(&shop, "pact/app/Web");
    let version = path(&forger, "pact/app/Web", "/versions/");
    for (branch, edits, expected) in [
        (
            "pact/app/Web",
            vec![(
                version.as_str(),
                &with("createdAt", fields[0].clone()) as &dyn Fn(_) -> _,
            )],
            "was recorded before, and its time was changed",
        ),
        (
            "pact/app/Web",
            vec![(version.as_str(), &with("seq", fields[1].clone()))],
            "has place 9 in the order",
        ),
        (
            "pact/app/Orders",
            vec![("/runs/", &with("verifiedBy", "me".into()))],
            "run 1 of version 7 was recorded before, and its record was changed",
        ),
        (
            "pact/app/Orders",
            vec![("heads/latest.json", &counts(0))],
            "the count of what was recorded goes back",
        ),
        (
            "pact/app/Orders",
            vec![("heads/latest.json", &counts(u64::MAX))],
            "the count of what was recorded leaps",
        ),
        (
            "pact/app/Orders",
            vec![("heads/latest.json", &gone)],
            "the count of what was recorded is gone",
        ),
        (
            "pact/env/production",
            vec![("deployed/Web", &with("version", "2".into()))],
            "the deployment of Web version 2 was recorded before",
        ),
        (
            "pact/env/production",
            vec![("released/Orders", &with("buildUrl", "https://x".into()))],
            "the release of Orders version 7",
        ),
    ] {
        let said = said(&shop, branch, &edits);
        assert!(said.contains(expected), "{branch}: {expected}: {said}");
    }
}

#[test]
fn what_follows_from_facts_is_what_they_say() {
    let shop = a_shop();
    let forger = on(&shop, "pact/app/Web");
    let second = path(&forger, "pact/app/Web", "/2.version");
    let content: Value = {
        let record = forger.run(&["show", &format!("origin/pact/app/Web:{second}")]);
        let record: Value = serde_json::from_str(&record).unwrap();
        record["pacts"]["Orders"]["content"].clone()
    };
    let content = format!("/{}", content.as_str().unwrap());
    for (branch, edits, expected) in [
        (
            "pact/app/Web",
            vec![(
                "heads/latest.json",
                &with("version", "1".into()) as &dyn Fn(_) -> _,
            )],
            "the latest of Web is version 2",
        ),
        (
            "pact/app/Web",
            vec![("heads/branches/0/d/main.json", &with("version", "2".into()))],
            "branch main of Web has version 2 for its head, which is not on it",
        ),
        (
            "pact/app/Web",
            vec![("heads/tags", &with("version", "1".into()))],
            "tag dev of Web has version 1 for its head",
        ),
        (
            "pact/app/Web",
            vec![(content.as_str(), &gone)],
            "Web version 2 publishes content",
        ),
        (
            "pact/app/Web",
            vec![
                ("/1.version", &gone),
                ("heads/branches/0/d/main.json", &gone),
            ],
            "Web version 1 is in environment production, and not there",
        ),
        (
            "pact/app/Orders",
            vec![("/verified/", &gone)],
            "Orders verified content",
        ),
        (
            "pact/app/Orders",
            vec![("/versions/", &gone)],
            "run 1 of Orders verified version 7, which is not there",
        ),
        (
            "pact/contracts/Orders",
            vec![("Orders/Web.json", &gone)],
            "Orders is shown no contract with Web",
        ),
        (
            "pact/contracts/Orders",
            vec![("Orders/Web.json", &|_| {
                Some(crate::support::team::pact("Web", "Orders", &["a lie"]))
            })],
            "which Web has not published",
        ),
        (
            "pact/env/production",
            vec![("production/environment.json", &gone)],
            "something is recorded in environment production, which is not there",
        ),
    ] {
        let said = said(&shop, branch, &edits);
        assert!(said.contains(expected), "{branch}: {expected}: {said}");
    }
}

#[test]
fn another_pact_for_the_same_version_is_refused() {
    let shop = a_shop();
    // Made where nobody looks, by the program itself: the record is sound, and yet it replaces another.
    let forger = on(&shop, "pact/app/Web");
    let first = path(&forger, "pact/app/Web", "/1.version");
    let record = forger.run(&["show", &format!("origin/pact/app/Web:{first}")]);
    let second = path(&forger, "pact/app/Web", "/2.version");
    let other = forger.run(&["show", &format!("origin/pact/app/Web:{second}")]);
    let other: Value = serde_json::from_str(&other).unwrap();
    // The pact of version 2 has all of that of version 1: a merge might have made it. The other way round
    // something is lost.
    let lost: Value = serde_json::from_str(&record).unwrap();
    let latest = with("seq", 3.into());
    let fewer = with("pacts", lost["pacts"].clone());
    let said = said(
        &shop,
        "pact/app/Web",
        &[("/2.version", &fewer), ("heads/latest.json", &latest)],
    );
    assert!(
        said.contains("version 2 was recorded before, and its pact was changed"),
        "{said}"
    );
    assert_ne!(other["pacts"], lost["pacts"]);
}

#[test]
fn a_success_that_nobody_had_is_refused() {
    let shop = a_shop();
    let first = serde_json::json!({ "any": 1, "notWip": 1 });
    let said = said(
        &shop,
        "pact/app/Orders",
        &[("/verified/", &with("ever", first))],
    );
    assert!(said.contains("which is no such run"), "{said}");
}

#[test]
fn modes_and_trees_are_those_of_a_store() {
    let shop = a_shop();
    let forger = on(&shop, "pact/app/Web");
    let blob = forger.feed(&["hash-object", "-w", "--stdin"], b"x");
    let root = "origin/pact/app/Web";
    let web = forger.run(&["rev-parse", &format!("{root}:Web")]);
    let listing = forger.run(&["ls-tree", &web]);
    let app = forger.run(&["rev-parse", &format!("{root}:Web/app.json")]);
    let commit = forger.run(&["rev-parse", root]);
    let empty = forger.feed(&["mktree"], b"");
    let changed = |from: &str, to: &str| listing.replace(from, to);
    for (tree, expected) in [
        (
            changed("100644 blob", "120000 blob"),
            "Web/app.json: it has mode 120000",
        ),
        (
            changed("100644 blob", "100755 blob"),
            "Web/app.json: it has mode 100755",
        ),
        (
            format!("{listing}\n160000 commit {commit}\tsub"),
            "Web/sub: it has mode 160000",
        ),
        (
            format!("{listing}\n040000 tree {empty}\tempty"),
            "Web/empty: it is an empty directory",
        ),
        (
            format!("{listing}\n100644 blob {blob}\t.."),
            "its name is none",
        ),
        (
            format!("{listing}\n100644 blob {blob}\tcontents"),
            "its name is there twice",
        ),
        (
            format!("{listing}\n100644 blob {blob}\t\u{1b}[2J"),
            "Web/ [2J: nothing of a store",
        ),
        (
            format!("{listing}\n100644 blob {app}\tApp.json"),
            "Web/App.json: nothing of a store",
        ),
    ] {
        let tree = forger.feed(&["mktree", "--missing"], format!("{tree}\n").as_bytes());
        let top = forger.feed(&["mktree"], format!("040000 tree {tree}\tWeb\n").as_bytes());
        let commit = forger.run(&["commit-tree", "-p", root, "-m", "forged", &top]);
        forger.run(&["update-ref", "refs/heads/it", &commit]);
        let said = push(&shop, "pact/app/Web", &[]).stderr;
        assert!(said.contains(expected), "{expected}: {said}");
    }
}

#[test]
fn what_belongs_together_may_come_in_any_order_and_not_apart() {
    let shop = a_shop();
    shop.sandbox.remote("other.git");
    let other = shop.sandbox.path("other.git");
    let other = other.to_str().unwrap();
    let push = |branches: &[&str]| {
        let refspecs: Vec<String> = branches
            .iter()
            .map(|it| format!("{it}:refs/heads/{it}"))
            .collect();
        let mut words = vec!["push", "--atomic", other];
        words.extend(refspecs.iter().map(String::as_str));
        git(&shop, STORE, &words, &[])
    };
    let alone = push(&["pact/env/production"]);
    assert!(
        alone
            .stderr
            .contains("Web version 1 is in environment production, and not there"),
        "{alone:?}"
    );
    let alone = push(&["pact/app/Web"]);
    assert!(
        alone
            .stderr
            .contains("Orders is shown no contract with Web"),
        "{alone:?}"
    );
    let alone = push(&["pact/contracts/Orders"]);
    assert!(
        alone.stderr.contains("which Web has not published"),
        "{alone:?}"
    );
    let _ = done(push(&[
        "pact/env/production",
        "pact/contracts/Orders",
        "pact/app/Web",
        "pact/app/Orders",
    ]));
}

#[test]
fn a_forgery_is_found_under_commits_that_undo_it() {
    let shop = a_shop();
    let forger = on(&shop, "pact/app/Web");
    forger.amend("it", "Web/notes.txt", Some(b"mine"));
    let bad = forger.run(&["rev-parse", "--short=7", "it"]);
    forger.amend("it", "Web/notes.txt", None);
    let said = push(&shop, "pact/app/Web", &[]).stderr;
    assert!(
        said.contains(&format!("commit {bad}: Web/notes.txt")),
        "{said}"
    );
}

#[test]
fn what_git_says_of_a_push_is_read_strictly() {
    let shop = a_shop();
    let (a, b) = ("a".repeat(40), "b".repeat(40));
    for (hook, line) in [
        (
            "pre-receive",
            format!("{a} {b} refs/heads/pact/app/\u{1b}[31mWeb\n"),
        ),
        (
            "pre-receive",
            format!("{a} --upload-pack=x refs/heads/pact/app/Web\n"),
        ),
        ("pre-receive", format!("{a} {b} refs/heads/pact/app/Web")),
        ("pre-receive", "\n".to_owned()),
        // Well written, and yet no commit that is here.
        (
            "pre-receive",
            format!("{} {b} refs/heads/pact/app/New\n", "0".repeat(40)),
        ),
        ("post-receive", format!("{a} {b}\n")),
        ("pre-push", format!("{a} {b}\n")),
    ] {
        let mut words = vec!["hook", hook];
        if hook == "pre-push" {
            words.extend(["origin", "url"]);
        }
        let mut command = shop.sandbox.command(STORE, &words);
        let mut child = command
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), line.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(4), "{line:?}: {said}");
        assert!(!said.contains('\u{1b}'), "{said}");
    }
}

#[test]
fn what_is_larger_than_what_is_read_is_refused_by_its_size() {
    let shop = a_shop();
    let too_many = (50 << 20) + 1;
    let names = (0..too_many / 4000).map(|number| format!("{number:04000}"));
    let more = "more than the 52428800 that are read";
    // As a file each, and packed.
    for limit in ["1000", "1"] {
        let config = ["config", "receive.unpackLimit", limit];
        shop.store().run(&config);
        let large = |_: Option<Vec<u8>>| Some(vec![b' '; too_many]);
        let file = said(&shop, "pact/app/Web", &[("Web/app.json", &large)]);
        assert!(file.contains("(Web/app.json on pact/app/Web)"), "{file}");
        assert!(file.contains(&format!("52428801 bytes, {more}")), "{file}");

        let forger = on(&shop, "pact/app/Web");
        let blob = forger.feed(&["hash-object", "-w", "--stdin"], b"x");
        let entries = names
            .clone()
            .map(|name| format!("100644 blob {blob}\t{name}\n"));
        let large = forger.feed(&["mktree"], entries.collect::<String>().as_bytes());
        let top = format!("040000 tree {large}\tWeb\n");
        let top = forger.feed(&["mktree"], top.as_bytes());
        let root = "origin/pact/app/Web";
        let commit = forger.run(&["commit-tree", "-p", root, "-m", "large", &top]);
        forger.run(&["update-ref", "refs/heads/it", &commit]);
        let directory = push(&shop, "pact/app/Web", &[]).stderr;
        for part in [&format!("object {large} cannot be used"), more] {
            assert!(directory.contains(part), "{directory}");
        }
    }
}
