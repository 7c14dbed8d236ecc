//! Pictures of a small shop, of names that mean harm, and of nothing.

use super::*;
use crate::domain::network::Application;
use crate::domain::network::Contract;
use crate::domain::testing::n;

/// Returns an application; `!` before its name says that it is absent, `*` that it is asked for.
fn application(text: &str, versions: &[&str]) -> Application {
    let name = text.trim_start_matches(['!', '*']);
    Application {
        name: n(name),
        versions: versions.iter().map(|it| n(it)).collect(),
        is_here: !text.starts_with('!'),
        is_asked_for: text.starts_with('*'),
    }
}

fn contract(consumer: &str, provider: &str, status: PactStatus) -> Contract {
    Contract {
        integration: Integration {
            consumer: n(consumer),
            provider: n(provider),
        },
        status,
        consumer_versions: Vec::new(),
        provider_versions: Vec::new(),
    }
}

/// Three applications with contracts of four states.
pub(in crate::render::network) fn shop() -> Network {
    Network {
        environment: Some(n("prod")),
        applications: vec![
            application("!Bank", &[]),
            application("*Shop", &[]),
            application("Web", &["2", "1"]),
        ],
        contracts: vec![
            contract("Shop", "Bank", PactStatus::Never),
            contract("Shop", "Shop", PactStatus::FailedPending),
            contract("Web", "Bank", PactStatus::Stale),
            Contract {
                consumer_versions: vec![n("2"), n("1")],
                provider_versions: vec![n("7")],
                ..contract("Web", "Shop", PactStatus::Success)
            },
        ],
        hidden: 0,
    }
}

/// Names that would end a text in one form or another.
pub(in crate::render::network) fn hostile() -> Network {
    let names = [
        "\"]; n9 [URL=\"x\" \\N <b> &amp;",
        "%%{init: {\"securityLevel\": \"loose\"}}%%",
        "</title><script>alert(1)</script>",
        "`x` **b** #quot; | n0 --> n1",
        "end",
    ];
    let contracts = names.windows(2);
    let contracts = contracts.map(|pair| contract(pair[0], pair[1], PactStatus::Failed));
    Network {
        environment: None,
        contracts: contracts.collect(),
        applications: names
            .iter()
            .map(|name| application(name, &["<1>"]))
            .collect(),
        hidden: 0,
    }
}

const LINKS: NetworkLinks<'static> = NetworkLinks {
    application: &|name| Some(format!("/pacticipants/{name}?a&b")),
    contract: &|_| Some("\" onclick=\"x".to_owned()),
};

/// Returns the names of the elements of a document, of which each ends what it began, with the names of
/// their attributes; fails if it is not well-formed.
fn elements(document: &str) -> Vec<String> {
    let mut open = Vec::new();
    let mut found = Vec::new();
    let mut rest = document.trim_end();
    while let Some(at) = rest.find('<') {
        let text = &rest[..at];
        assert!(!text.contains('>'), "{text}");
        let entities = text.split('&').skip(1);
        for entity in entities {
            let name = entity.split(';').next().unwrap();
            assert!(
                ["amp", "lt", "gt", "quot", "#39"].contains(&name),
                "{entity}"
            );
        }
        let (tag, behind) = rest[at + 1..].split_once('>').unwrap();
        rest = behind;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name.to_owned()), "{tag}");
            continue;
        }
        let is_empty = tag.ends_with('/');
        let tag = tag.trim_end_matches('/');
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        let mut line = name.to_owned();
        let mut pairs = attributes;
        while let Some((key, behind)) = pairs.split_once("=\"") {
            let (value, behind) = behind.split_once('"').unwrap();
            assert!(!value.contains('<'), "{value}");
            line = format!("{line} {}", key.trim());
            pairs = behind;
        }
        assert_eq!(pairs.trim(), "", "{tag}");
        if !is_empty {
            open.push(name.to_owned());
        }
        found.push(line);
    }
    assert!(open.is_empty() && rest.is_empty(), "{open:?} {rest}");
    found
}

#[test]
fn every_application_and_every_contract_is_a_link_that_says_what_it_is() {
    let picture = svg(&shop(), &LINKS).unwrap();
    let found = elements(&picture);
    let links = found.iter().filter(|it| it.starts_with("a "));
    let links: Vec<_> = links.collect();
    assert_eq!(links, vec!["a href class"; 7]);
    for says in [
        "aria-label=\"Network: 3 applications in prod, 4 contracts: 1 changed since, 1 failed (pending), \
         1 unverified, 1 verified\"",
        "<title>Web (2, 1) → Shop (7): verified</title>",
        "<title>Web → Bank: changed since</title>",
        "<title>Bank (not here)</title>",
        "href=\"/pacticipants/Web?a&amp;b\"",
    ] {
        assert!(picture.contains(says), "{says} in {picture}");
    }
    let without = svg(&shop(), &NetworkLinks::NONE).unwrap();
    assert!(!without.contains("href"), "{without}");
    assert_eq!(elements(&without).len(), found.len());
}

#[test]
fn a_state_is_told_without_its_colour() {
    let line = |status| {
        let network = Network {
            applications: vec![application("A", &[]), application("B", &[])],
            contracts: vec![contract("A", "B", status)],
            ..Network::default()
        };
        let picture = svg(&network, &NetworkLinks::NONE).unwrap();
        let line = picture
            .lines()
            .find(|line| line.contains("network-contract"));
        let line = line.unwrap().replace(super::super::colour(status), "");
        let (_, drawn) = line.split_once("</title>").unwrap();
        drawn.to_owned()
    };
    let mut lines: Vec<_> = BY_URGENCY.map(line).into_iter().collect();
    lines.sort();
    lines.dedup();
    assert_eq!(lines.len(), BY_URGENCY.len(), "{lines:#?}");
}

#[test]
fn a_name_ends_no_element_and_no_value() {
    let picture = svg(&hostile(), &LINKS).unwrap();
    let names: std::collections::BTreeSet<_> = elements(&picture)
        .iter()
        .map(|it| it.split(' ').next().unwrap().to_owned())
        .collect();
    let known = ["a", "circle", "g", "path", "rect", "svg", "text", "title"];
    assert_eq!(
        names.iter().collect::<Vec<_>>(),
        known.iter().collect::<Vec<_>>()
    );
    for no in ["<script", " onclick=\"", " style=", " id=", "url("] {
        assert!(!picture.contains(no), "{no} in {picture}");
    }
}

#[test]
fn nothing_is_a_picture_too() {
    let picture = svg(&Network::default(), &NetworkLinks::NONE).unwrap();
    assert_eq!(elements(&picture).len(), 3);
    assert!(
        picture.contains("Network: 0 applications, 0 contracts"),
        "{picture}"
    );
}

#[test]
fn what_nobody_could_read_is_not_drawn() {
    let many = (0..=MOST_APPLICATIONS).map(|it| application(&format!("a{it}"), &[]));
    let network = Network {
        applications: many.collect(),
        ..Network::default()
    };
    let refused = svg(&network, &NetworkLinks::NONE).unwrap_err();
    assert_eq!(refused.applications, MOST_APPLICATIONS + 1);
}
