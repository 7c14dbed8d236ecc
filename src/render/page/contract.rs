//! A contract: who has it, and how it fares.

use askama::Template;
use askama::filters::Safe;

use super::Markup;
use super::Page;
use super::documentation::documentation;
use super::links::Links;
use super::place::BadgePlace;
use super::place::PairPlace;
use super::place::Place;
use super::state;
use super::state::State;
use super::word;
use super::word::Anchor;
use super::word::Outside;
use crate::domain::contract_overview::ContractOverview;
use crate::domain::history::Subject;
use crate::domain::name::BranchName;
use crate::domain::name::TagName;
use crate::domain::pact::Pact;
use crate::domain::pacts::PactPublication;
use crate::domain::readable_pact::ReadablePact;
use crate::domain::version::Version;
use crate::domain::versions::WantedVersions;

/// A contract.
#[derive(Template)]
#[template(path = "contract.html", config = "src/render/page/askama.toml")]
struct Contract<'a> {
    known: &'a ContractOverview,
    pact: &'a PactPublication,
    version: &'a Version,
    pair: &'a PairPlace,
    links: &'a Links,
    build: Option<Safe<Outside>>,
    ways: Vec<Safe<Anchor>>,
    documentation: Markup,
}

impl Contract<'_> {
    fn state(&self) -> Safe<State> {
        state::of_pact(self.known.status)
    }

    fn on_branch(&self, branch: &BranchName) -> Safe<Anchor> {
        let wanted = WantedVersions {
            branch: Some(branch.clone()),
            tag: None,
        };
        self.versions(wanted, branch.as_str())
    }

    fn tagged(&self, tag: &TagName) -> Safe<Anchor> {
        let wanted = WantedVersions {
            branch: None,
            tag: Some(tag.clone()),
        };
        self.versions(wanted, tag.as_str())
    }

    fn versions(&self, wanted: WantedVersions, text: &str) -> Safe<Anchor> {
        let place = Place::Versions {
            application: self.pair.consumer.clone(),
            wanted,
            part: 1,
        };
        self.links.anchor(&place, text)
    }

    /// Returns the number of another version, which leads to its contract.
    fn other(&self, other: &PactPublication) -> Safe<Anchor> {
        let number = &other.version.number;
        let place = Place::contract(self.pair.clone(), number.clone());
        self.links.anchor(&place, number)
    }
}

/// Returns the page of a contract, with what it says; `is_latest` if the newest one was asked for, and not
/// a version.
#[must_use]
pub fn page(known: &ContractOverview, stored: &Pact, is_latest: bool, links: &Links) -> Page {
    let pact = &known.pact;
    let pair = PairPlace {
        consumer: pact.consumer.clone(),
        provider: pact.provider.clone(),
    };
    let version = pact.version.number.clone();
    let raw = Place::RawContract {
        pair: pair.clone(),
        version: version.clone(),
    };
    let history = Place::history(Subject::Integration {
        provider: pact.provider.clone(),
        consumer: pact.consumer.clone(),
    });
    let mut ways = vec![(raw, "As JSON")];
    if known.previous_distinct.is_some() {
        let diff = Place::Diff {
            pair: pair.clone(),
            version: version.clone(),
            from: None,
        };
        ways.push((diff, "What changed"));
    }
    ways.push((Place::PairMatrix(pair.clone()), "Every result of the two"));
    ways.push((history, "Its history"));
    if is_latest {
        let badge = Place::Badge(BadgePlace::Contract(pair.clone()));
        ways.push((badge, "Badge for a README"));
    }
    let main = Contract {
        known,
        pact,
        version: &pact.version,
        pair: &pair,
        links,
        build: pact
            .version
            .build_url
            .as_deref()
            .map(|url| word::outside(url, url)),
        ways: links.ways(ways),
        documentation: documentation(&ReadablePact::of(stored)),
    };
    let place = if is_latest {
        Place::latest_contract(pair.clone())
    } else {
        Place::contract(pair.clone(), version)
    };
    Page::new(place, &main)
}
