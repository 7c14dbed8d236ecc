//! A private clone that a loss of power has damaged says so, and what to do: it is only a copy.

use std::fs;
use std::fs::File;
use std::path::Path;
use std::path::PathBuf;

use crate::support::team::STORE;
use crate::support::team::Shop;

/// A machine that names the store by its URL, and has asked it something.
fn shop() -> Shop {
    let mut shop = Shop::with_a_remote(&["web"]);
    let url = format!("file://{}", shop.sandbox.path(STORE).display());
    shop.sandbox.set("GIT_PACT_REPO", &url);
    shop.pact("web/1.json", "Web", "Orders", &["an order"]);
    shop.step("web", "publish 1.json -a 1 --branch main");
    shop.step("web", "describe-version -a Web -e 1");
    shop
}

/// Empties what lies below a part of the private clone, and returns where the clone is.
fn empty(shop: &Shop, part: &str) -> PathBuf {
    let cache = shop.sandbox.path("home/cache");
    let files = |below: &Path| -> Vec<PathBuf> {
        let entries = walkdir::WalkDir::new(below).into_iter();
        entries.map(|entry| entry.unwrap().into_path()).collect()
    };
    let is_clone = |path: &PathBuf| path.extension().is_some_and(|it| it == "git");
    let clone = files(&cache).into_iter().find(is_clone).unwrap();
    let mut emptied = 0;
    for path in files(&clone.join(part)).iter().filter(|it| it.is_file()) {
        // git makes its objects read-only.
        fs::remove_file(path).unwrap();
        File::create(path).unwrap();
        emptied += 1;
    }
    assert!(emptied > 0, "nothing is in {part}");
    clone
}

/// Expects that questions and writes name the clone until it is removed.
fn says_so(shop: &Shop, part: &str, lines: &[&str]) {
    let clone = empty(shop, part);
    let shown = shop.sandbox.scrubbed(clone.to_str().unwrap().into());
    for line in lines {
        let told = shop.run("web", line, 4).stderr;
        let sentence = format!("the local copy of the store is damaged: remove {shown}");
        assert!(told.contains(&sentence), "{line}: {told}");
        assert!(told.contains("and it is fetched again"), "{line}: {told}");
    }
    fs::remove_dir_all(clone).unwrap();
    for line in lines {
        shop.step("web", line.trim_end_matches(" --offline"));
    }
}

#[test]
fn a_local_copy_whose_objects_are_empty_is_said_to_be_damaged() {
    let lines = [
        "describe-version -a Web -e 1",
        "describe-version -a Web -e 1 --offline",
        "create-or-update-version -a Web -e 2 --branch main",
    ];
    says_so(&shop(), "objects", &lines);
}

#[test]
fn a_local_copy_whose_refs_are_empty_is_said_to_be_damaged() {
    let lines = [
        "describe-version -a Web -e 1",
        "describe-version -a Web -e 1 --offline",
        "create-or-update-version -a Web -e 2 --branch main",
    ];
    says_so(&shop(), "refs/remotes", &lines);
}

#[test]
fn a_local_copy_that_is_damaged_says_so_when_more_is_fetched() {
    let shop = shop();
    let other = shop.sandbox.git("orders");
    let store = shop.sandbox.path(STORE);
    other.run(&["clone", "--quiet", store.to_str().unwrap(), "."]);
    let line = "create-or-update-version -a Web -e 3 --branch main --repo .";
    shop.step("orders", line);
    says_so(&shop, "objects", &["describe-version -a Web -e 3"]);
}
