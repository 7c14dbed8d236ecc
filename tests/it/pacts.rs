//! `get-pacts` and `list-latest-pact-versions`: which pacts there are, on both faces.

use std::fs;

use serde_json::Value;

use crate::support::team::Shop;
use crate::support::team::pact;

/// Returns a shop in which Web has published with Orders on two branches and Mobile App on one.
fn shop() -> Shop {
    let shop = Shop::with_a_store(&["ci"]);
    for (version, branch, wanted) in [
        ("1", "main", "an order"),
        ("2", "main", "a list"),
        ("3", "feat/cart", "a cart"),
        ("4", "main", "a list"),
    ] {
        shop.pact("ci/web.json", "Web", "Orders", &[wanted]);
        shop.step(
            "ci",
            &format!("publish web.json -a {version} --branch {branch}"),
        );
    }
    shop.pact("ci/app.json", "Mobile App", "Orders", &["an order"]);
    shop.step(
        "ci",
        "publish app.json -a 5556b8149bf8bac76bc30f50a8a2dd4c22c85f30 --branch main -t prod",
    );
    shop
}

/// Returns the first two columns of a table.
fn rows(table: &str) -> Vec<String> {
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(" | ").take(2).map(str::trim).collect();
        cells.join(" ")
    };
    table.lines().skip(2).map(row).collect()
}

#[test]
fn the_pacts_of_a_provider_are_listed_by_branch_and_consumer() {
    let shop = shop();
    let sha = "Mobile App 5556b8149bf8bac76bc30f50a8a2dd4c22c85f30";
    for (more, expected) in [
        ("", &[sha, "Web 1", "Web 2", "Web 4"][..]),
        ("--latest", &[sha, "Web 4"]),
        ("--consumer Web", &["Web 4", "Web 2", "Web 1"]),
        ("--consumer Web --latest", &["Web 4"]),
        ("--branch feat/cart", &["Web 3"]),
        ("--branch feat/cart --consumer Web --latest", &["Web 3"]),
        ("--branch feat/cart --consumer Mobile+App", &[]),
    ] {
        for face in ["", "broker "] {
            let listed = shop.run(
                "ci",
                &format!("{face}get-pacts --provider Orders {more}"),
                0,
            );
            assert_eq!(rows(&listed.stdout), expected, "{face}{more}");
        }
    }
    let listed = shop.run(
        "ci",
        "broker get-pacts --provider Orders --latest -o table",
        0,
    );
    let header = "CONSUMER   | VERSION                                  | BRANCHES | TAGS | PROVIDER \
                  | PUBLISHED                 | CONTENT \n";
    assert!(listed.stdout.starts_with(header), "{listed:?}");
    assert_eq!(listed.stderr, "");
    let line = "broker get-pacts --provider Orders --branch feat/cart -o json";
    let listed = shop.run("ci", line, 0);
    let said = "Left out: 1 consumer without a pact on the branch feat/cart.\n";
    assert_eq!(listed.stderr, said);
}

#[test]
fn a_clone_that_has_fetched_nothing_gets_what_it_asks_for_and_no_more() {
    let shop = Shop::with_a_remote(&["web", "orders"]);
    shop.pact("web/a.json", "Web", "Orders", &["an order"]);
    shop.pact("web/b.json", "Mobile App", "Payments", &["a payment"]);
    shop.step("web", "publish a.json b.json -a 1 --branch main");
    let listed = shop.run("orders", "get-pacts --provider Orders", 0);
    assert_eq!(rows(&listed.stdout), ["Web 1"]);
    let fetched = shop.sandbox.git("orders");
    let fetched = fetched.run(&["for-each-ref", "--format=%(refname:lstrip=3)"]);
    let branches = ["pact/app/Web", "pact/contracts/Orders"];
    assert_eq!(fetched.lines().collect::<Vec<_>>(), branches);
    let listed = shop.run("orders", "list-latest-pact-versions", 0);
    assert_eq!(rows(&listed.stdout), ["Mobile App 1", "Web 1"]);

    let gone = shop.sandbox.path("contracts.git");
    fs::rename(&gone, shop.sandbox.path("away.git")).unwrap();
    for command in ["get-pacts --provider Orders", "list-latest-pact-versions"] {
        // No network is not "no pacts".
        let failed = shop.run("orders", command, 4);
        assert_eq!(failed.stdout, "", "{failed:?}");
        let listed = shop.run("orders", &format!("{command} --offline"), 0);
        assert!(listed.stdout.contains("Web"), "{listed:?}");
    }
}

#[test]
fn json_is_the_brokers_document() {
    let shop = shop();
    let listed = shop.json("ci", "broker get-pacts --provider Orders --latest", 0);
    let expected = serde_json::json!([
        {
            "title": "Pact between Mobile App (5556b8149bf8bac76bc30f50a8a2dd4c22c85f30) and Orders",
            "name": "Mobile App",
            "href": "/pacts/provider/Orders/consumer/Mobile%20App/version/5556b8149bf8bac76bc30f50a8a2dd4c22c85f30",
        },
        {
            "title": "Pact between Web (4) and Orders",
            "name": "Web",
            "href": "/pacts/provider/Orders/consumer/Web/version/4",
        },
    ]);
    assert_eq!(listed["pacts"], expected);
    assert_eq!(listed["_links"]["pb:pacts"], expected);
    let itself = &listed["_links"]["self"]["href"];
    assert_eq!(itself, "/pacts/provider/Orders/branch/latest");
    let line = "get-pacts --provider Orders --consumer Web --branch feat/cart";
    let listed = shop.json("ci", line, 0);
    let number = &listed["_embedded"]["pacts"][0]["_embedded"]["consumerVersion"]["number"];
    assert_eq!(number, "3");
    let itself = &listed["_links"]["self"]["href"];
    assert_eq!(
        itself,
        "/pacts/provider/Orders/consumer/Web/branch/feat%2Fcart"
    );
}

#[test]
fn pacts_are_downloaded_as_they_were_published_and_nowhere_else() {
    let shop = shop();
    shop.pact("ci/odd.json", "../../evil", "Orders", &["an order"]);
    shop.step("ci", "publish odd.json -a 1 --branch main");
    let line = "broker get-pacts --provider Orders --download";
    let downloaded = shop.run("ci", line, 0);
    let said = "4 files written to pacts; what they are is in pacts.git-pact.json.\n";
    assert_eq!(downloaded.stderr, said);
    let files = shop.list("ci/pacts");
    let web = &files[2];
    assert!(web.starts_with("Web-"), "{files:?}");
    let names = [
        "%2E%2E%2F.%2E%2Fevil.json",
        "Mobile%20App.json",
        web,
        "Web.json",
    ];
    assert_eq!(files, names);
    let bytes = fs::read(shop.sandbox.path("ci/pacts/Mobile%20App.json")).unwrap();
    assert_eq!(bytes, pact("Mobile App", "Orders", &["an order"]));
    assert_eq!(shop.list("."), ["ci", "contracts.git", "home"]);
    let manifest = fs::read(shop.sandbox.path("ci/pacts.git-pact.json")).unwrap();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    let web = manifest["pacts"].as_array().unwrap().iter();
    let versions: Vec<&Value> = web
        .filter(|file| file["consumer"] == "Web")
        .map(|file| &file["consumerVersions"])
        .collect();
    assert_eq!(
        versions,
        [&serde_json::json!(["1"]), &serde_json::json!(["2", "4"])]
    );

    // Again, into a directory of another name, and never over somebody else's files.
    shop.step("ci", &format!("{line} --latest"));
    assert_eq!(shop.list("ci/pacts").len(), 3);
    let branch = "get-pacts --provider Orders --branch feat/cart --download --download-dir in/cart";
    shop.step("ci", branch);
    assert_eq!(shop.list("ci/in/cart"), ["Web.json"]);
    shop.write("ci/pacts/notes.txt", "mine");
    let refused = shop.run("ci", line, 1);
    assert!(
        refused
            .stderr
            .contains("`notes.txt` in it is not from an earlier pull"),
        "{refused:?}"
    );
    assert_eq!(shop.list("ci/pacts").len(), 4);
}

#[test]
fn no_pact_is_said_and_somebody_unknown_is_an_error() {
    let shop = shop();
    let none = shop.run("ci", "broker get-pacts --provider Orders --branch nope", 0);
    assert_eq!(none.stdout, "");
    let said = "There is no pact with Orders on the branch nope of its consumers.\n";
    assert_eq!(none.stderr, said);
    let none = shop.run("ci", "get-pacts --provider Web", 0);
    assert!(
        none.stderr
            .starts_with("Nobody has published a pact with Web.\n"),
        "{none:?}"
    );
    let listed = shop.json("ci", "broker get-pacts --provider Web", 0);
    assert_eq!(listed["pacts"], serde_json::json!([]));

    for (more, name, likely) in [
        (
            "--provider orders",
            "orders",
            "hint: did you mean `Orders`?\n",
        ),
        ("--provider Nobody", "Nobody", ""),
        (
            "--provider Orders --consumer Wep",
            "Wep",
            "hint: did you mean `Web`?\n",
        ),
    ] {
        let unknown = shop.run("ci", &format!("get-pacts {more}"), 2);
        let said = format!("error: No pacticipant with name '{name}' found\n{likely}");
        assert_eq!(unknown.stderr, said);
        let unknown = shop.run("ci", &format!("broker get-pacts {more} -o json"), 1);
        let document: Value = serde_json::from_str(&unknown.stdout).unwrap();
        let message = format!("No pacticipant with name '{name}' found");
        assert_eq!(document["error"]["message"], message);
    }
}

#[test]
fn the_newest_pact_of_everybody_is_listed_as_the_ruby_program_does() {
    let shop = shop();
    let listed = shop.run("ci", "broker list-latest-pact-versions", 0);
    assert_eq!(
        listed.stdout,
        "CONSUMER   | CONSUMER_VERSION               | PROVIDER | CREATED_AT               \n\
         -----------|--------------------------------|----------|--------------------------\n\
         Mobile App | 5556b8149bf8bac76bc30f50a8a... | Orders   | 2026-11-21T00:04:00+00:00\n\
         Web        | 4                              | Orders   | 2026-11-21T00:03:00+00:00\n"
    );
    assert_eq!(listed.stderr, "");
    let json = shop.run("ci", "broker list-latest-pact-versions -o json", 0);
    assert_eq!(json.stdout.lines().count(), 1);
    let document: Value = serde_json::from_str(&json.stdout).unwrap();
    let web = &document["pacts"][1];
    assert_eq!(web["createdAt"], "2026-11-21T00:03:00+00:00");
    assert_eq!(web["_embedded"]["consumer"]["name"], "Web");
    assert_eq!(
        web["_embedded"]["consumer"]["_embedded"]["version"]["number"],
        "4"
    );
    assert_eq!(web["_embedded"]["provider"]["name"], "Orders");
    assert_eq!(shop.json("ci", "list-latest-pact-versions", 0), document);

    let ours = shop.run("ci", "list-latest-pact-versions", 0);
    assert!(
        ours.stdout
            .contains("5556b8149bf8bac76bc30f50a8a2dd4c22c85f30"),
        "{ours:?}"
    );
    assert!(ours.stdout.contains(" | main     | prod | "), "{ours:?}");
    let empty = Shop::with_a_store(&["ci"]);
    let listed = empty.run("ci", "broker list-latest-pact-versions", 0);
    assert_eq!((listed.stdout.as_str(), listed.stderr.as_str()), ("\n", ""));
}
