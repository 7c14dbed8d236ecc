//! The index: who works with whom, and how that fares.

use askama::Template;

use super::Markup;
use super::Page;
use super::links::Links;
use super::part::parts;
use super::place::Place;
use super::place::Words;
use super::state;
use super::word;
use super::word::count;
use crate::domain::integration_list::IntegrationList;
use crate::domain::integration_list::IntegrationOrder;
use crate::domain::integration_list::WantedIntegrations;

/// What the index shows.
#[derive(Template)]
#[template(path = "integrations.html", config = "src/render/page/askama.toml")]
struct Integrations<'a> {
    list: &'a IntegrationList,
    wanted: &'a WantedIntegrations,
    links: &'a Links,
    /// Where the search is sent; `None` where nobody would answer it.
    form: Option<(String, Words)>,
    parts: Markup,
}

impl Integrations<'_> {
    fn found(&self) -> String {
        count(self.list.part.of, "integration")
    }

    /// Returns the orders of the list: the word for it, what it is called, whether it is the present one.
    fn orders(&self) -> Vec<(&'static str, &'static str, bool)> {
        let named = IntegrationOrder::ALL.iter().map(|(order, word)| {
            let name = match order {
                IntegrationOrder::Consumer => "Consumer",
                IntegrationOrder::Provider => "Provider",
                IntegrationOrder::Published => "Last published",
                IntegrationOrder::Verified => "Last verified",
                IntegrationOrder::State => "State, the worst first",
            };
            (*word, name, *order == self.wanted.order)
        });
        named.collect()
    }
}

/// Returns the index.
#[must_use]
pub fn page(list: &IntegrationList, wanted: &WantedIntegrations, links: &Links) -> Page {
    let place = Place::Integrations(wanted.clone());
    let form = links.form(&place).map(|(action, mut words)| {
        words.retain(|(name, _)| name == super::links::AT);
        (action, words)
    });
    let parts = parts(list.part, "integrations", |part| {
        links.to(&Place::Integrations(WantedIntegrations {
            part,
            ..wanted.clone()
        }))
    });
    let main = Integrations {
        list,
        wanted,
        links,
        form,
        parts,
    };
    Page::new(place, &main)
}
