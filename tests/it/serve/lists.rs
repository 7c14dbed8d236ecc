//! Lists of pacts: of everybody, of a provider, of a pair.

use serde_json::Value;
use serde_json::json;

use super::pact;
use super::served;
use crate::support::sandbox::Sandbox;
use crate::support::server::Server;

/// Publishes pacts with Orders: of Web 1 and 2 on main, of Web 3 on feat with a tag, and of App 1.
fn shop(server: &Server) {
    let app = json!({ "mainBranch": "main" });
    assert_eq!(server.send("PATCH", "/pacticipants/Web", &app).status, 201);
    for (name, version, branch) in [
        ("Web", "1", "main"),
        ("Web", "2", "main"),
        ("Web", "3", "feat"),
        ("App", "1", "other"),
    ] {
        let path = format!("/pacticipants/{name}/branches/{branch}/versions/{version}");
        assert_eq!(server.send("PUT", &path, &json!({})).status, 201);
        let path = format!("/pacts/provider/Orders/consumer/{name}/version/{version}");
        let document = pact(name, "Orders", version);
        assert_eq!(server.send("PUT", &path, &document).status, 201);
    }
    let path = "/pacticipants/Web/versions/3/tags/dev";
    assert_eq!(server.send("PUT", path, &json!({})).status, 201);
}

/// Returns one field of each element.
fn all(list: &Value, field: &str) -> Vec<String> {
    let list = list.as_array().unwrap_or_else(|| panic!("{list}"));
    let text = |it: &Value| it[field].as_str().unwrap().to_owned();
    list.iter().map(text).collect()
}

#[test]
fn the_pacts_of_a_provider_are_listed_by_tag_branch_and_age() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    assert_eq!(server.get("/pacts/provider/Orders/latest").status, 404);
    shop(&server);
    let table: [(&str, &str, &[&str]); 8] = [
        (
            "",
            "All pact versions for the provider Orders",
            &["App (1)", "Web (1)", "Web (2)", "Web (3)"],
        ),
        (
            "/latest",
            "Latest pact versions for the provider Orders",
            &["App (1)", "Web (3)"],
        ),
        (
            "/latest/dev",
            "Latest pact versions for the provider Orders with consumer version tag 'dev'",
            &["Web (3)"],
        ),
        (
            "/tag/dev",
            "All pact versions for the provider Orders with consumer version tag 'dev'",
            &["Web (3)"],
        ),
        (
            "/branch/main",
            "All pact versions for the provider Orders with consumer version branch 'main'",
            &["Web (1)", "Web (2)"],
        ),
        (
            "/branch/main/latest",
            "Latest pact versions for the provider Orders with consumer version branch 'main'",
            &["Web (2)"],
        ),
        (
            "/branch",
            "All pact versions for the provider Orders",
            &["Web (1)", "Web (2)"],
        ),
        (
            "/branch/latest",
            "Latest pact versions for the provider Orders",
            &["Web (2)"],
        ),
    ];
    for (path, title, versions) in table {
        let path = format!("/pacts/provider/Orders{path}");
        let links = server.get(&path).json()["_links"].clone();
        assert_eq!(links["self"]["title"], title, "{path}");
        let name = |version: &&str| format!("Pact between {version} and Orders");
        let names: Vec<String> = versions.iter().map(name).collect();
        assert_eq!(all(&links["pb:pacts"], "title"), names, "{path}");
        assert_eq!(
            all(&links["pacts"], "href"),
            all(&links["pb:pacts"], "href")
        );
    }
}

#[test]
fn the_pacts_of_a_pair_are_listed_newest_first() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    shop(&server);
    let pair = "/pacts/provider/Orders/consumer/Web";
    let table: [(&str, &str, &[&str]); 6] = [
        ("versions", "pact-versions", &["3", "2", "1"]),
        ("tag/dev", "pb:pact-versions", &["3"]),
        ("branch/main", "pact-versions", &["2", "1"]),
        ("branch/main/latest/versions", "pact-versions", &["2"]),
        ("branch/versions", "pact-versions", &["2", "1"]),
        ("branch/latest/versions", "pact-versions", &["2"]),
    ];
    for (path, rel, versions) in table {
        let document = server.get(&format!("{pair}/{path}")).json();
        let href = |version: &&str| format!("{}{pair}/version/{version}", server.base());
        let hrefs: Vec<String> = versions.iter().map(href).collect();
        assert_eq!(all(&document["_links"][rel], "href"), hrefs, "{path}");
        let embedded = document["_embedded"]["pacts"].as_array().unwrap();
        let number = |it: &Value| it["_embedded"]["consumerVersion"]["number"].clone();
        let numbers: Vec<Value> = embedded.iter().map(number).collect();
        assert_eq!(json!(numbers), json!(versions), "{path}");
    }
    let stranger = server.get("/pacts/provider/Orders/consumer/Stranger/versions");
    assert_eq!(stranger.status, 404);
}

#[test]
fn the_newest_pact_of_every_pair_is_listed() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let empty = server.get("/pacts/latest").json();
    assert_eq!(empty["pacts"], json!([]));
    shop(&server);
    let document = server.get("/pacts/latest").json();
    let versions: Vec<_> = document["pacts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["_embedded"]["consumer"]["_embedded"]["version"]["number"])
        .collect();
    assert_eq!(versions, ["1", "3"]);
    let itself = document["pacts"][1]["_links"]["self"].clone();
    let pair = format!("{}/pacts/provider/Orders/consumer/Web", server.base());
    assert_eq!(
        all(&itself, "href"),
        [format!("{pair}/latest"), format!("{pair}/version/3")]
    );
    assert_eq!(
        all(&document["_links"]["pb:pacts"], "title"),
        [
            "Latest pact between App and Orders",
            "Latest pact between Web and Orders"
        ]
    );
}
