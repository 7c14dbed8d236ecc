//! The explorer of the API, and what each relation means.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use walkdir::WalkDir;

use super::served;
use crate::support::sandbox::Sandbox;

/// What browsers ask pages with.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

#[test]
fn a_browser_is_led_to_a_page_that_needs_nothing_from_elsewhere() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let accept = [("accept", "text/html, application/json")];
    let led = server.ask("GET", "/labels?page=2", &accept, "");
    assert_eq!(led.status, 303);
    let (page, shown) = led.header("location").split_once('#').unwrap();
    assert_eq!(shown, "/labels?page=2");
    assert_eq!(page, format!("{}/hal-browser/browser.html", server.base()));

    let accept = [("accept", BROWSER)];
    let page = server.ask("GET", "/hal-browser/browser.html", &accept, "");
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), "text/html;charset=utf-8");
    let policy = page.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self';"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"), "{policy}");
    for (file, kind) in [
        ("explorer.css", "text/css;charset=utf-8"),
        ("explorer.js", "text/javascript;charset=utf-8"),
    ] {
        assert!(page.body.contains(&format!("=\"{file}\"")), "{file}");
        let file = server.ask(
            "GET",
            &format!("/hal-browser/{file}"),
            &[("accept", "*/*")],
            "",
        );
        assert_eq!((file.status, file.header("content-type")), (200, kind));
    }
    let other = server.ask("GET", "/hal-browser/other.js", &[("accept", "*/*")], "");
    assert_eq!(other.status, 404);
    for path in ["/hal-browser", "/hal-browser/"] {
        let home = server.ask("GET", path, &accept, "");
        assert_eq!(home.status, 303);
        assert!(
            home.header("location")
                .ends_with("/hal-browser/browser.html")
        );
    }
}

/// Returns the relations that the program names anywhere.
fn relations() -> BTreeSet<String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeSet::new();
    for entry in WalkDir::new(source) {
        let entry = entry.unwrap();
        if entry.path().extension().is_none_or(|it| it != "rs") {
            continue;
        }
        let text = fs::read_to_string(entry.path()).unwrap();
        for start in ["\"pb:", "\"beta:"] {
            let rest = text.split(start).skip(1);
            let names = rest.filter_map(|rest| rest.split('"').next());
            let is_name = |name: &&str| {
                let usual = |c: char| c.is_ascii_lowercase() || c == '-';
                !name.is_empty() && name.chars().all(usual)
            };
            found.extend(names.filter(is_name).map(str::to_owned));
        }
    }
    found
}

#[test]
fn every_relation_of_a_document_is_explained() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let relations = relations();
    assert!(relations.contains("provider-pacts-for-verification"));
    assert!(relations.len() > 70, "{relations:?}");
    for name in relations {
        let help = server.get(&format!("/doc/{name}?context=index"));
        let kind = help.header("content-type");
        assert_eq!(
            kind, "application/hal+json;charset=utf-8",
            "{name} is not explained"
        );
        assert!(
            !help.json()["uses"].as_array().unwrap().is_empty(),
            "{name}"
        );
    }
}

#[test]
fn help_is_a_page_for_people_and_a_document_for_programs() {
    let sandbox = Sandbox::new();
    let server = served(&sandbox);
    let accept = [("accept", BROWSER)];
    let page = server.ask("GET", "/doc/webhooks?context=index", &accept, "");
    assert_eq!(page.header("content-type"), "text/html;charset=utf-8");
    assert!(page.body.contains("<h1>pb:webhooks</h1>"), "{}", page.body);
    let policy = page.header("content-security-policy");
    assert!(policy.contains("style-src 'self'"), "{policy}");

    let evil = "/doc/%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    let unknown = server.ask("GET", evil, &accept, "");
    assert_eq!(unknown.status, 200);
    assert!(unknown.body.contains("/doc/webhooks\">pb:webhooks</a>"));
    assert!(!unknown.body.contains("alert"), "{}", unknown.body);
}
