//! `git pact site build`: pages that need no server.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::support::team::Shop;

const HOSTILE: &str = "<img src=x onerror=alert(1)>";

/// Web wants something of Orders, twice, and Orders of somebody whose name is an attack.
fn shop() -> Shop {
    let shop = Shop::with_a_remote(&["web", "other"]);
    shop.pact("web/1.json", "Web", "Orders", &["an order"]);
    shop.pact("web/2.json", "Web", "Orders", &["an order", "a list"]);
    shop.pact("web/3.json", "Orders", HOSTILE, &["<b>a payment</b>"]);
    for line in [
        "publish 1.json -a 1 --branch main",
        "publish 2.json -a 2 --branch main",
        "publish 2.json -a 3 --branch feat",
        "publish 3.json -a 7 --branch main",
        "record-verification --provider Orders -a 7 --branch main --consumer Web --success",
        "create-environment --name production",
        "record-deployment -a Web -e 1 --environment production",
        "record-deployment -a Orders -e 7 --environment production",
    ] {
        shop.step("web", line);
    }
    shop
}

fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = walkdir::WalkDir::new(root).into_iter().flatten();
    let files = entries.filter(|it| it.file_type().is_file());
    let file = |it: walkdir::DirEntry| {
        let inside = it.path().strip_prefix(root).unwrap();
        (inside.display().to_string(), fs::read(it.path()).unwrap())
    };
    files.map(file).collect()
}

/// Returns the directory of a name below another.
fn directory(shop: &Shop, above: &str, name: &str) -> String {
    let names = shop.list(&format!("web/out/{above}"));
    let of_it = |it: &String| it == name || it.starts_with(&format!("{name}~"));
    names.into_iter().find(of_it).expect("it has pages")
}

fn is_page(file: &str) -> bool {
    Path::new(file).extension().is_some_and(|it| it == "html")
}

/// Returns where the links and files of a page lead, from the root of the site.
fn links(file: &str, text: &str) -> Vec<String> {
    let attributes = ["href=\"", "src=\"", "data-names=\""].into_iter();
    let values = attributes.flat_map(|it| text.split(it).skip(1));
    let values = values.filter_map(|it| it.split('"').next());
    let paths = values.filter(|it| !it.starts_with('#'));
    let resolved = paths.map(|path| {
        assert!(
            !path.starts_with('/') && !path.contains(':'),
            "{file}: {path}"
        );
        let mut way: Vec<&str> = file.split('/').collect();
        way.pop();
        for step in path.split('#').next().unwrap().split('/') {
            match step {
                ".." => drop(way.pop().expect("within the site")),
                step => way.push(step),
            }
        }
        way.join("/")
    });
    resolved.collect()
}

#[test]
fn every_link_leads_to_a_file_and_no_file_is_without_a_link() {
    let shop = shop();
    let said = shop.run("web", "site build --to out", 0);
    assert!(said.stderr.contains("written, 0 removed"), "{said:?}");
    let files = files(&shop.sandbox.path("web/out"));
    let mut linked = Vec::new();
    for (file, bytes) in files.iter().filter(|(file, _)| is_page(file)) {
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(!text.contains("<img"), "{file}");
        for link in links(file, &text) {
            assert!(files.contains_key(&link), "{file} leads to {link}");
            linked.push(link);
        }
    }
    let own = ["index.html", ".nojekyll", "git-pact-site.json"];
    for file in files.keys().filter(|file| !own.contains(&file.as_str())) {
        assert!(linked.contains(file), "nothing leads to {file}");
    }
}

#[test]
fn badges_have_addresses_that_stay_and_say_how_it_is() {
    let shop = shop();
    shop.step("web", "site build --to out");
    let read = |file: &str| fs::read_to_string(shop.sandbox.path(&format!("web/out/{file}")));
    let [web, orders] = ["web", "orders"].map(|name| directory(&shop, "application", name));
    let pair = directory(&shop, &format!("contracts/{orders}"), "web");
    let contract = format!("contracts/{orders}/{pair}/badge.svg");
    let deploy = format!("application/{web}/can-i-deploy/production.svg");
    let merge = format!("application/{web}/can-i-merge.svg");
    assert!(
        read(&contract)
            .unwrap()
            .contains("web/orders pact: verified")
    );
    assert!(read(&deploy).unwrap().contains("main to production"));
    assert!(read(&merge).unwrap().contains("can-i-merge: success"));
    shop.pact("web/4.json", "Web", "Orders", &["a refund"]);
    shop.step("web", "publish 4.json -a 4 --branch main");
    shop.step("web", "site build --to out");
    assert!(
        read(&contract)
            .unwrap()
            .contains("web/orders pact: changed")
    );
    assert!(read(&merge).unwrap().contains("can-i-merge: unknown"));
}

#[test]
fn of_the_verifications_of_a_contract_the_newest_and_the_failed_have_pages() {
    let shop = shop();
    let build = || {
        shop.step("web", "site build --to out");
        let files = files(&shop.sandbox.path("web/out"));
        let is_one = |file: &&String| file.contains("/verification/");
        files.keys().filter(is_one).cloned().collect::<Vec<_>>()
    };
    let [first] = &*build() else {
        panic!("one was recorded")
    };
    let verify = "record-verification --provider Orders --branch main --consumer Web";
    shop.step("web", &format!("{verify} -a 8 --success"));
    let [second] = &*build() else {
        panic!("an older success has no page")
    };
    assert_ne!(first, second);
    shop.step("web", &format!("{verify} -a 9 --fail"));
    shop.step("web", &format!("{verify} -a 10 --success"));
    assert_eq!(build().len(), 2);
}

#[test]
fn the_same_store_gives_the_same_files_and_only_what_changed_is_written() {
    let shop = shop();
    shop.step("web", "site build --to out");
    let first = files(&shop.sandbox.path("web/out"));
    shop.step("other", "site build --to out");
    assert_eq!(files(&shop.sandbox.path("other/out")), first);
    let again = shop.run("web", "site build --to out", 0);
    assert!(again.stderr.contains("Nothing new"), "{again:?}");

    shop.write("web/out/CNAME", "shop.example");
    shop.step("web", "record-undeployment -a Web --environment production");
    shop.step("web", "delete-environment --name production");
    let changed = shop.run("web", "site build --to out", 0);
    assert!(!changed.stderr.contains(" 0 removed"), "{changed:?}");
    let second = files(&shop.sandbox.path("web/out"));
    assert!(second.contains_key("CNAME"), "what is not ours stays");
    assert!(!second.contains_key("environment/production.html"));
    let is_same = |file: &str| first.get(file) == second.get(file);
    assert!(!is_same("environments/index.html") && is_same("webhooks/index.html"));

    let other = shop.run("other", "site build --to out --offline", 0);
    assert!(other.stderr.contains("Nothing new"), "{other:?}");
}

#[test]
fn a_past_day_and_a_directory_of_somebody_else() {
    let shop = shop();
    shop.write("web/mine/thesis.txt", "years");
    let refused = shop.run("web", "site build --to mine", 2);
    assert!(refused.stderr.contains("thesis.txt"), "{refused:?}");
    assert_eq!(shop.list("web/mine"), ["thesis.txt"]);
    shop.step("web", "site build --to past --at 2001-01-01");
    let index = fs::read_to_string(shop.sandbox.path("web/past/index.html")).unwrap();
    assert!(
        index.contains("Nobody has published a contract yet"),
        "{index}"
    );
}

#[test]
fn a_site_is_pushed_to_a_branch_of_its_own() {
    let shop = shop();
    let pushed = shop.run("web", "site build --to out --push gh-pages", 0);
    assert!(pushed.stderr.contains("It is on gh-pages"), "{pushed:?}");
    let store = shop.store();
    let there = store.run(&["ls-tree", "-r", "--name-only", "gh-pages"]);
    let there: Vec<&str> = there.lines().collect();
    let here = files(&shop.sandbox.path("web/out"));
    assert_eq!(there.len(), here.len());
    assert!(
        there.iter().all(|file| here.contains_key(*file)),
        "{there:?}"
    );
    let index = store.run(&["show", "gh-pages:index.html"]);
    assert_eq!(
        index.trim_end().as_bytes(),
        here["index.html"].trim_ascii_end()
    );
    let again = shop.run("other", "site build --to out --push gh-pages", 0);
    assert!(again.stderr.contains("on gh-pages already"), "{again:?}");
    assert_eq!(store.run(&["rev-list", "--count", "gh-pages"]).trim(), "1");

    store.plant("refs/heads/main", &[("100644", "notes.txt", b"mine")]);
    for branch in ["main", "pact/app/Web", "pact"] {
        let refused = shop.run(
            "web",
            &format!("site build --to out --push {branch}"),
            if branch == "main" { 1 } else { 2 },
        );
        assert!(refused.stderr.contains(branch), "{refused:?}");
    }
    assert_eq!(store.run(&["show", "main:notes.txt"]).trim(), "mine");
    store.fsck();
}
