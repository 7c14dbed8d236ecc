//! `git pact network` and `git pact site readme`: who has contracts with whom, and where people see it.

use std::fs;

use serde_json::json;

use crate::support::team::STORE;
use crate::support::team::Shop;

/// Web wants something of Orders and Mail; Orders of Bank. Orders honours it, Mail does not.
fn fill(shop: &Shop) {
    shop.pact("web/1.json", "Web", "Orders", &["an order"]);
    shop.pact("web/2.json", "Web", "Mail", &["a letter"]);
    shop.pact("web/3.json", "Orders", "Bank", &["a payment"]);
    for line in [
        "publish 1.json 2.json -a 1 --branch main",
        "publish 3.json -a 7 --branch main",
        "record-verification --provider Orders -a 7 --branch main --consumer Web --success",
        "record-verification --provider Mail -a 3 --branch main --consumer Web --fail",
        "create-or-update-pacticipant --name Alone",
        "create-environment --name production",
        "record-deployment -a Web -e 1 --environment production",
        "record-deployment -a Orders -e 7 --environment production",
    ] {
        shop.step("web", line);
    }
}

fn shop() -> Shop {
    let shop = Shop::with_a_remote(&["web"]);
    fill(&shop);
    shop
}

fn page(shop: &Shop, branch: &str) -> String {
    shop.store().run(&["show", &format!("{branch}:README.md")])
}

#[test]
fn a_table_shows_who_has_contracts_with_whom_and_how_they_fare() {
    let shop = shop();
    let expected = "\
CONSUMER | VERSION | PROVIDER | VERSION | STATE     
---------|---------|----------|---------|-----------
Orders   | 7       | Bank     | -       | unverified
Web      | 1       | Mail     | 3       | failed    
Web      | 1       | Orders   | 7       | verified  

Without a contract: Alone

5 applications, 3 contracts: 1 failed, 1 unverified, 1 verified.
";
    assert_eq!(shop.run("web", "network", 0).stdout, expected);
    let near = shop.run("web", "network -a Mail", 0);
    assert!(
        near.stdout
            .ends_with("2 applications, 1 contract: 1 failed.\n"),
        "{near:?}"
    );
    assert!(
        near.stderr
            .contains("3 applications farther away not shown"),
        "{near:?}"
    );
    let there = shop
        .run("web", "network --environment production", 0)
        .stdout;
    assert!(
        there.contains("\nNot in production: Bank, Mail\n"),
        "{there}"
    );
    assert!(
        there.contains("Web      | 1       | Mail     | -       | unverified"),
        "{there}"
    );
    let before = shop
        .run("web", "network --at 2026-11-21T00:01:30Z", 0)
        .stdout;
    assert!(
        before.ends_with("4 applications, 3 contracts: 3 unverified.\n"),
        "{before}"
    );
}

#[test]
fn what_draws_gets_it_in_its_own_form() {
    let shop = shop();
    for (output, begins) in [
        ("svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" "),
        ("mermaid", "flowchart LR\n  n0[\"Alone\"]\n"),
        ("dot", "digraph network {\n"),
        ("json", "{\n  \"environment\": null,\n"),
    ] {
        let shown = shop
            .run("web", &format!("network --output {output}"), 0)
            .stdout;
        assert!(shown.starts_with(begins), "{shown}");
        let again = shop.run(
            "web",
            &format!("network --format {output} --to x.{output}"),
            0,
        );
        assert_eq!(again.stdout, "");
        let file = fs::read_to_string(shop.sandbox.path(&format!("web/x.{output}"))).unwrap();
        assert_eq!(file, shown);
    }
    let document = shop.json("web", "network -a Mail --environment production", 0);
    assert_eq!(
        document["contracts"],
        json!([{
            "consumer": "Web", "consumerVersions": ["1"], "provider": "Mail", "providerVersions": [],
            "status": "never", "state": "unverified",
        }])
    );
    assert_eq!(
        document["applications"][0],
        json!({ "name": "Mail", "versions": [], "isHere": false, "isAskedFor": true })
    );
}

#[test]
fn who_asks_for_what_is_not_there_is_told() {
    let shop = shop();
    let nobody = shop.run("web", "network -a Oders", 2);
    assert!(nobody.stderr.contains("Orders"), "{nobody:?}");
    let nowhere = shop.run("web", "network --environment prod", 2);
    assert!(nowhere.stderr.contains("prod"), "{nowhere:?}");
}

#[test]
fn the_page_is_written_where_the_remote_shows_it_and_only_if_something_is_new() {
    let shop = shop();
    let printed = shop.run("web", "site readme --stdout", 0).stdout;
    let first = shop.run("web", "site readme", 0);
    assert!(
        first.stderr.starts_with("Wrote README.md on main ("),
        "{first:?}"
    );
    assert_eq!(page(&shop, "main"), printed.trim_end());
    assert!(
        printed.contains("\n```mermaid\nflowchart LR\n"),
        "{printed}"
    );
    assert!(
        printed.contains("| `Web` | `1` | `Mail` | `3` | failed |\n"),
        "{printed}"
    );
    let again = shop.run("web", "site readme", 0);
    assert!(again.stderr.starts_with("Nothing new:"), "{again:?}");
    assert_eq!(shop.commits("main"), 1);

    // What somebody writes around it stays, and so does everything else on the branch.
    let around = format!("# Us\r\n\n{printed}\nthe end");
    shop.store()
        .amend("main", "README.md", Some(around.as_bytes()));
    shop.store().amend("main", "src/x.rs", Some(b"x"));
    shop.step(
        "web",
        "record-verification --provider Bank -a 1 --branch main --consumer Orders --success",
    );
    shop.step("web", "site readme");
    let now = page(&shop, "main");
    assert!(
        now.starts_with("# Us\r\n\n<!-- git-pact:begin -->\n"),
        "{now}"
    );
    assert!(now.ends_with("<!-- git-pact:end -->\n\nthe end"), "{now}");
    assert!(
        now.contains("| `Orders` | `7` | `Bank` | `1` | verified |"),
        "{now}"
    );
    assert_eq!(shop.store().run(&["show", "main:src/x.rs"]), "x");
    assert_eq!(shop.commits("main"), 4);
    shop.store().fsck();

    // The clone is as it was: no branch, no file.
    let clone = shop.sandbox.git("web");
    assert_eq!(clone.run(&["for-each-ref", "refs/heads"]), "");
    assert!(!shop.sandbox.path("web/README.md").exists());
}

#[test]
fn a_page_that_is_not_ours_and_a_branch_of_the_store_are_left_alone() {
    let shop = shop();
    let theirs = ("100644", "README.md", b"# Us\n".as_slice());
    shop.store().plant("refs/heads/main", &[theirs]);
    let refused = shop.run("web", "site readme", 1);
    assert!(
        refused
            .stderr
            .contains("README.md on `main` is left as it is"),
        "{refused:?}"
    );
    assert!(
        refused.stderr.contains("<!-- git-pact:begin -->"),
        "{refused:?}"
    );
    assert_eq!(page(&shop, "main"), "# Us");
    for branch in ["pact", "pact/app/Web", "a..b"] {
        let refused = shop.run("web", &format!("site readme --branch {branch}"), 2);
        assert!(refused.stderr.contains(branch), "{refused:?}");
    }
    let refused = shop.run("web", "site readme --branch docs --offline", 2);
    assert!(refused.stderr.contains("offline"), "{refused:?}");
    shop.step(
        "web",
        "site readme --branch docs --link-to https://pact.example/",
    );
    let link = "[failed](<https://pact.example/pacts/provider/Mail/consumer/Web/latest>)";
    assert!(page(&shop, "docs").contains(link));
    assert_eq!(shop.commits("docs"), 1);

    let file = shop.sandbox.path("web/mine.md");
    fs::write(&file, "# Mine\n").unwrap();
    let _ = shop.run("web", "site readme --to mine.md", 1);
    assert_eq!(fs::read_to_string(&file).unwrap(), "# Mine\n");
    shop.step("web", "site readme --to other.md");
    assert!(shop.sandbox.path("web/other.md").exists());
}

#[test]
fn a_repository_that_is_the_store_itself_is_written_unless_somebody_works_there() {
    let bare = Shop::with_a_store(&["web"]);
    fill(&bare);
    bare.step("web", "site readme");
    bare.step("web", "site readme");
    assert_eq!(bare.commits("main"), 1);
    bare.store().fsck();

    let mut shop = Shop::with_a_store(&["web"]);
    let own = shop.sandbox.git("own");
    own.run(&["init", "--quiet", "--initial-branch=main"]);
    let path = shop.sandbox.path("own");
    shop.sandbox.set("GIT_PACT_REPO", path.to_str().unwrap());
    fill(&shop);
    let refused = shop.run("web", "site readme", 1);
    assert!(
        refused.stderr.contains("`main` is checked out at "),
        "{refused:?}"
    );
    shop.step("web", "site readme --branch pages");
    assert_eq!(own.run(&["status", "--porcelain"]), "");
    assert_eq!(own.run(&["rev-list", "--count", "pages"]), "1");
}

#[test]
fn a_private_clone_writes_the_page_without_the_history_of_the_branch() {
    let mut shop = shop();
    let first = ("100644", "notes", b"1".as_slice());
    shop.store().plant("refs/heads/main", &[first]);
    for number in ["2", "3"] {
        shop.store().amend("main", "notes", Some(number.as_bytes()));
    }
    let url = format!("file://{}", shop.sandbox.path(STORE).display());
    shop.sandbox.set("GIT_PACT_REPO", &url);
    shop.step("web", "site readme");
    shop.step("web", "site readme");
    assert_eq!(shop.commits("main"), 4);
    assert_eq!(shop.store().run(&["show", "main:notes"]), "3");
    shop.store().fsck();
}
