//! Environments, and what runs there.

use std::collections::BTreeMap;

use askama::Template;
use askama::filters::Safe;

use super::Page;
use super::links::Links;
use super::place::NetworkPlace;
use super::place::Place;
use super::word;
use super::word::Anchor;
use crate::domain::environment::EndedVersion;
use crate::domain::environment::Environment;
use crate::domain::environment::Uuid;
use crate::domain::environment_overview::EnvironmentOverview;
use crate::domain::history::Subject;
use crate::store::Actor;

/// All environments.
#[derive(Template)]
#[template(path = "environments.html", config = "src/render/page/askama.toml")]
struct Environments<'a> {
    all: &'a [EnvironmentOverview],
    links: &'a Links,
}

/// Returns the page of all environments.
#[must_use]
pub fn all(all: &[EnvironmentOverview], links: &Links) -> Page {
    Page::new(Place::Environments, &Environments { all, links })
}

/// One environment.
#[derive(Template)]
#[template(path = "environment.html", config = "src/render/page/askama.toml")]
struct OneEnvironment<'a> {
    known: &'a EnvironmentOverview,
    it: &'a Environment,
    recorders: &'a BTreeMap<Uuid, Actor>,
    links: &'a Links,
    ways: Vec<Safe<Anchor>>,
}

impl OneEnvironment<'_> {
    /// Returns who put something there, as far as that is known.
    fn recorder(&self, uuid: &Uuid) -> Option<&str> {
        self.recorders.get(uuid).map(|actor| actor.name.as_str())
    }

    /// Returns whom to ask, and how to reach them.
    fn contacts(&self) -> Vec<String> {
        let contacts = self.it.contacts.iter().map(|contact| {
            let details = contact.details.iter().map(|(kind, value)| {
                let value = value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned);
                format!("{kind}: {value}")
            });
            let name = contact.name.iter().cloned();
            name.chain(details).collect::<Vec<_>>().join(", ")
        });
        contacts.collect()
    }

    fn ended_how(what: &EndedVersion) -> &'static str {
        match what {
            EndedVersion::Deployed(_) => "deployed",
            EndedVersion::Released(_) => "released",
        }
    }
}

/// Returns the page of an environment; `recorders` put what is there, by the ids of the records.
#[must_use]
pub fn one(known: &EnvironmentOverview, recorders: &BTreeMap<Uuid, Actor>, links: &Links) -> Page {
    let it = &*known.environment;
    let history = Place::history(Subject::Environment(it.name.clone()));
    let network = Place::Network(NetworkPlace {
        environment: Some(it.name.clone()),
        ..NetworkPlace::default()
    });
    let main = OneEnvironment {
        known,
        it,
        recorders,
        links,
        ways: links.ways([(network, "Its network"), (history, "Its history")]),
    };
    let place = Place::Environment {
        uuid: it.uuid.clone(),
        name: it.name.clone(),
    };
    Page::new(place, &main)
}
