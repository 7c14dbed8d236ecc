//! Where pages are.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::*;
use crate::domain::content::ContentId;
use crate::domain::environment::Uuid;
use crate::domain::integration_list::IntegrationOrder;
use crate::domain::moment;
use crate::domain::testing::n;
use crate::domain::time::Timestamp;
use crate::render::page::place::BadgePlace;

fn pair(consumer: &str, provider: &str) -> PairPlace {
    PairPlace {
        consumer: n(consumer),
        provider: n(provider),
    }
}

/// Returns one place of each kind, with names of whatever kind.
fn places(name: &str) -> Vec<Place> {
    let one = || pair(name, "b");
    let content = ContentId::from_digest([0xab; 32]);
    let number = "7000001".parse().unwrap();
    vec![
        Place::index(),
        Place::Applications(Search::default()),
        Place::Application(n(name)),
        Place::Versions {
            application: n(name),
            wanted: WantedVersions::default(),
            part: 1,
        },
        Place::Version {
            application: n(name),
            number: n(name),
        },
        Place::Environments,
        Place::Environment {
            uuid: Uuid::derived(&[name]),
            name: n(&name.replace(' ', "-")),
        },
        Place::latest_contract(one()),
        Place::contract(one(), n(name)),
        Place::RawContract {
            pair: one(),
            version: n(name),
        },
        Place::Diff {
            pair: one(),
            version: n(name),
            from: None,
        },
        Place::PairMatrix(one()),
        Place::Badge(BadgePlace::Contract(one())),
        Place::Badge(BadgePlace::CanIDeploy {
            application: n(name),
            main_branch: n("main"),
            environment: n(&name.replace(' ', "-")),
        }),
        Place::Badge(BadgePlace::CanIMerge(n(name))),
        Place::Verification {
            pair: one(),
            content,
            number,
        },
        Place::Webhooks,
        Place::Webhook("abcdefgh_-123456".parse().unwrap()),
        Place::history(Subject::Store),
        Place::history(Subject::Pacticipant(n(name))),
        Place::history(Subject::Environment(n(&name.replace(' ', "-")))),
        Place::history(Subject::Integration {
            consumer: n(name),
            provider: n("b"),
        }),
        Place::Network(NetworkPlace::default()),
        Place::Network(NetworkPlace {
            application: Some(n(name)),
            ..NetworkPlace::default()
        }),
    ]
}

/// Returns places that only a server has.
fn served_only(name: &str) -> Vec<Place> {
    vec![
        Place::Applications(Search {
            text: name.to_owned(),
            part: 2,
        }),
        Place::Matrix(vec![("q[][pacticipant]".to_owned(), name.to_owned())]),
        Place::CanIDeploy(Vec::new()),
        Place::Explorer,
        Place::Diff {
            pair: pair(name, "b"),
            version: n("2"),
            from: Some(n("1")),
        },
    ]
}

fn served(url: &str, at: Option<&str>) -> Links {
    let now = Timestamp::clamped(1_795_262_400);
    let past = at.map(|at| Past {
        asked: at.to_owned(),
        understood: moment::time(at, now).unwrap(),
    });
    Links::served(&Address::new(url), past)
}

#[test]
fn in_a_server_a_page_is_below_its_address_and_stays_in_the_past() {
    let links = served("https://h.example/pacts", Some("2026-11-20"));
    let to = |place| links.to(&place).unwrap();
    assert_eq!(to(Place::index()), "/pacts?at=2026-11-20");
    assert_eq!(
        to(Place::Application(n("a/b ä"))),
        "/pacts/pacticipants/a%2Fb%20%C3%A4?at=2026-11-20"
    );
    assert_eq!(
        to(Place::Integrations(WantedIntegrations {
            search: "a&b".to_owned(),
            order: IntegrationOrder::State,
            part: 3,
        })),
        "/pacts?q=a%26b&sort=state&page=3&at=2026-11-20"
    );
    assert_eq!(to(Place::Explorer), "/pacts/hal-browser/browser.html");
    let now = links.of_now();
    assert_eq!(now.to(&Place::Environments).unwrap(), "/pacts/environments");
    assert_eq!(served("http://h:1", None).to(&Place::index()).unwrap(), "/");
    assert_eq!(
        now.asset(&super::super::asset::STYLE),
        "/pacts/assets/style.css"
    );
    assert_eq!(
        now.explorer(&Place::Environments).unwrap(),
        "/pacts/hal-browser/browser.html#/pacts/environments"
    );
    let form = now
        .form(&Place::history(Subject::Pacticipant(n("Web"))))
        .unwrap();
    let field = ("application".to_owned(), "Web".to_owned());
    assert_eq!(form, ("/pacts/history".to_owned(), vec![field]));
}

#[test]
fn every_page_of_a_server_has_an_address_of_its_own() {
    let links = served("http://h", None);
    let mut known = BTreeSet::new();
    for place in places("Web 1").into_iter().chain(served_only("Web 1")) {
        let href = links.to(&place).unwrap();
        let plain = |c: char| c.is_ascii_alphanumeric() || "/-_.~%?=&".contains(c);
        assert!(href.starts_with('/') && href.chars().all(plain), "{href}");
        assert!(known.insert(href), "{place:?}");
    }
    assert_eq!(links.to(&Place::Problem("Not found")), None);
}

#[test]
fn every_page_of_a_site_has_a_file_of_its_own_whatever_the_names() {
    let mut known = BTreeSet::new();
    let names = [
        "web", "Web", "WEB", "..", "index", "a/b", "a\\b", "<b>\"'&", "con",
    ];
    let mut count = 0;
    for (index, name) in names.iter().enumerate() {
        for place in places(name) {
            let is_shared = matches!(
                place,
                Place::Integrations(_)
                    | Place::Applications(_)
                    | Place::Environments
                    | Place::Webhooks
                    | Place::Webhook(_)
                    | Place::History {
                        subject: Subject::Store,
                        ..
                    }
            ) || place == Place::Network(NetworkPlace::default());
            if is_shared && index > 0 {
                continue;
            }
            let file = file(&place).unwrap();
            let plain =
                |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "/-.~".contains(c);
            assert!(file.chars().all(plain), "{file}");
            assert!(
                !file.split('/').any(|part| matches!(part, "" | "." | "..")),
                "{file}"
            );
            assert!(known.insert(file), "{place:?}");
            count += 1;
        }
        for place in served_only(name) {
            assert_eq!(file(&place), None, "{place:?}");
        }
    }
    assert!(count > 100, "{count}");
    // Nor is a file where a directory has to be.
    for file in &known {
        let inside = format!("{file}/");
        assert!(
            !known.iter().any(|other| other.starts_with(&inside)),
            "{file}"
        );
    }
}

#[test]
fn links_of_a_site_are_relative() {
    let version = Place::Version {
        application: n("web"),
        number: n("1.0"),
    };
    let application = |name| Place::Application(n(name));
    let known = [
        version.clone(),
        application("web"),
        application("orders"),
        Place::index(),
    ];
    let files = known.iter().map(|place| file(place).unwrap());
    let mut files: BTreeMap<_, _> = files.map(|file| (file.clone(), file)).collect();
    let same = Place::Version {
        application: n("web"),
        number: n("0.9"),
    };
    files.insert(file(&same).unwrap(), file(&version).unwrap());
    let files = Arc::new(files);
    let links = Links::in_site(&version, &files).unwrap();
    let to = |place| links.to(&place).unwrap();
    assert_eq!(to(version.clone()), "1.0.html");
    assert_eq!(to(Place::Application(n("web"))), "../index.html");
    assert_eq!(
        to(Place::Application(n("orders"))),
        "../../orders/index.html"
    );
    assert_eq!(to(Place::index()), "../../../index.html");
    assert_eq!(
        links.asset(&super::super::asset::STYLE),
        "../../../assets/style.css"
    );
    assert_eq!(links.names().unwrap(), "../../../names.js");
    assert_eq!(links.to(&Place::Explorer), None);
    assert_eq!(links.explorer(&version), None);
    assert_eq!(links.form(&version), None);
    assert_eq!(to(same), "1.0.html");
    assert_eq!(links.to(&application("gone")), None);
    assert_eq!(Links::in_site(&application("gone"), &files), None);
    let links = Links::in_site(&Place::index(), &files).unwrap();
    assert_eq!(
        links.to(&version).unwrap(),
        "application/web/version/1.0.html"
    );
    assert_eq!(Links::in_site(&Place::Explorer, &files), None);
}

#[test]
fn whoever_goes_up_comes_to_an_end() {
    for place in places("Web").into_iter().chain(served_only("Web")) {
        assert!(!place.title().is_empty() && !place.short_title().is_empty());
        let mut steps = 0;
        let mut above = place.parent();
        while let Some(place) = above {
            assert!(served("http://h", None).to(&place).is_some());
            above = place.parent();
            steps += 1;
        }
        assert!(steps < 5, "{place:?}");
    }
}
