//! Who works with whom, as a picture.

use serde_json::json;

use super::browse;
use super::page;
use super::says;
use super::shop;
use crate::serve::pact;
use crate::serve::served;
use crate::support::sandbox::Sandbox;

#[test]
fn the_network_is_a_picture_and_a_table_that_says_the_same() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let empty = page(&server, "/network");
    says(
        &empty,
        &["<h1>Network</h1>", "0 applications, 0 contracts."],
    );
    shop(&server);
    let path = "/pacts/provider/Far/consumer/Orders/version/7";
    assert_eq!(
        server.send("PUT", path, &pact("Orders", "Far", "x")).status,
        201
    );
    let all = page(&server, "/network");
    says(
        &all,
        &[
            "href=\"/network\" aria-current=\"true\">Network</a>",
            "3 applications, 2 contracts: 1 changed since, 1 unverified.",
            "<div class=\"picture\" tabindex=\"0\" role=\"region\"",
            "<svg xmlns=\"http://www.w3.org/2000/svg\"",
            "<a href=\"/pacts/provider/Orders/consumer/Web/latest\"",
            "<a href=\"/pacticipants/Far\"",
            "</svg>",
            "<table class=\"cards\" id=\"contracts\">",
            "href=\"/pacticipants/Web\">Web</a>",
            "href=\"/pacticipants/Web/versions/2\">2</a>",
            ">changed since<",
            "href=\"/pacts/provider/Orders/consumer/Web/version/2\">contract</a>",
            "git pact network --output svg|mermaid|dot|json",
        ],
    );
    assert!(!all.contains("style="), "{all}");
    let around = page(&server, "/network?application=Web&depth=1&environment=");
    says(
        &around,
        &[
            "name=\"application\" value=\"Web\"",
            "<option selected>1</option>",
            "href=\"/network?application=Web&amp;depth=2\">1 application farther away</a>",
            ">Orders</a>",
        ],
    );
    assert!(!around.contains("/pacticipants/Far\""), "{around}");
}

#[test]
fn the_network_of_an_environment_is_what_runs_there() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    shop(&server);
    let body = json!({ "name": "prod", "displayName": "Production", "production": true });
    let prod = server.send("POST", "/environments", &body).json();
    let prod = prod["uuid"].as_str().unwrap();
    let path = format!("/pacticipants/Web/versions/1/deployed-versions/environment/{prod}");
    assert_eq!(server.send("POST", &path, &json!({})).status, 201);
    let there = page(&server, "/network?environment=prod");
    says(
        &there,
        &[
            "<option selected>prod</option>",
            "2 applications in prod, 1 contract: 1 unverified.",
            "Orders (not here)",
            "Not there, but wanted",
            ">Orders</a>",
        ],
    );
    for (query, status, sentence) in [
        (
            "application=Nobody",
            404,
            "No pacticipant with name &#39;Nobody&#39; found",
        ),
        ("environment=none", 404, "none"),
        (
            "application=Web&depth=far",
            400,
            "`far` is no number of contracts",
        ),
        ("application=%00", 400, "cannot hold the character U+0000"),
    ] {
        let reply = browse(&server, &format!("/network?{query}"));
        assert_eq!(reply.status, status, "{query}: {reply:?}");
        says(&reply.body, &[sentence]);
    }
    // Without an application, nothing is near to anything.
    page(&server, "/network?depth=far");
}
