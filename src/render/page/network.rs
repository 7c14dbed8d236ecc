//! Who works with whom, as a picture and as a table that says the same.

use askama::Template;
use askama::filters::Safe;

use super::Markup;
use super::Page;
use super::links::AT;
use super::links::Links;
use super::place::NetworkPlace;
use super::place::PairPlace;
use super::place::Place;
use super::place::Words;
use super::state;
use super::state::State;
use super::word::Anchor;
use super::word::count;
use crate::domain::integration::Integration;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Read;
use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::network::Contract;
use crate::domain::network::Network;
use crate::domain::network::WantedNetwork;
use crate::render::network::headline;
use crate::render::network::svg::NetworkLinks;
use crate::render::network::svg::svg;
use crate::render::shell::CommandLine;

/// How many contracts away "near" is, if nothing is said.
const DEPTH: usize = 1;

/// The most contracts away that can be chosen.
const DEEPEST: usize = 5;

/// The names that the form offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworkNames {
    /// Applications.
    pub applications: Vec<PacticipantName>,
    /// Environments.
    pub environments: Vec<EnvironmentName>,
}

impl NetworkNames {
    /// Returns all names. Lists applications and environments.
    ///
    /// # Errors
    ///
    /// Fails if a record cannot be read.
    pub fn read(ledger: &dyn Ledger) -> Read<Self> {
        let environments = ledger.environments()?;
        Ok(Self {
            applications: ledger.pacticipants()?,
            environments: environments.iter().map(|it| it.name.clone()).collect(),
        })
    }
}

/// Who works with whom.
#[derive(Template)]
#[template(path = "network.html", config = "src/render/page/askama.toml")]
struct Drawn<'a> {
    network: &'a Network,
    shown: &'a NetworkPlace,
    names: &'a NetworkNames,
    links: &'a Links,
    /// Where the choice is sent; `None` where nobody would answer it.
    form: Option<(String, Words)>,
    /// The picture, or why there is none.
    picture: Result<Markup, String>,
}

impl NetworkPlace {
    /// Returns the network that the page shows.
    #[must_use]
    pub fn wanted(&self) -> WantedNetwork {
        WantedNetwork {
            around: self.application.iter().cloned().collect(),
            label: None,
            depth: self.depth.unwrap_or(DEPTH),
            environment: self.environment.clone(),
        }
    }
}

impl Drawn<'_> {
    fn headline(&self) -> String {
        headline(self.network)
    }

    fn application(&self) -> &str {
        let name = self.shown.application.as_ref();
        name.map_or("", |name| name.as_str())
    }

    fn depths(&self) -> Vec<(usize, bool)> {
        let chosen = self.shown.depth.unwrap_or(DEPTH);
        let mut depths: Vec<usize> = (0..=DEEPEST).collect();
        if !depths.contains(&chosen) {
            depths.push(chosen);
        }
        let depths = depths.into_iter();
        depths.map(|depth| (depth, depth == chosen)).collect()
    }

    fn is_chosen(&self, environment: &EnvironmentName) -> bool {
        self.shown.environment.as_ref() == Some(environment)
    }

    fn state(contract: &Contract) -> Safe<State> {
        state::of_pact(contract.status)
    }

    fn versions(&self, name: &PacticipantName, versions: &[VersionNumber]) -> Vec<Safe<Anchor>> {
        let versions = versions.iter();
        versions
            .map(|number| self.links.version(name, number))
            .collect()
    }

    /// Returns how a contract fares, which leads to it: as it is in that version of the consumer.
    fn contract(&self, contract: &Contract) -> Safe<Anchor> {
        let pair = pair(&contract.integration);
        let place = match contract.consumer_versions.first() {
            Some(version) => Place::contract(pair, version.clone()),
            None => Place::latest_contract(pair),
        };
        self.links.anchor(&place, "contract")
    }

    /// Returns the applications that have no contract with another that is shown.
    fn without(&self) -> Vec<Safe<Anchor>> {
        let contracts = &self.network.contracts;
        let has_contract =
            |name: &PacticipantName| contracts.iter().any(|it| it.integration.includes(name));
        let names = self.network.applications.iter().map(|it| &it.name);
        let names = names.filter(|name| !has_contract(name));
        names.map(|name| self.links.application(name)).collect()
    }

    /// Returns the applications that are wanted in the environment and are not there.
    fn absent(&self) -> Vec<Safe<Anchor>> {
        let all = self.network.applications.iter();
        let absent = all.filter(|it| self.network.environment.is_some() && !it.is_here);
        absent.map(|it| self.links.application(&it.name)).collect()
    }

    /// Returns what is too far away to be shown, which leads to where it is nearer.
    fn hidden(&self) -> Option<Safe<Anchor>> {
        let farther = Place::Network(NetworkPlace {
            depth: Some(self.shown.depth.unwrap_or(DEPTH) + 1),
            ..self.shown.clone()
        });
        let text = format!("{} farther away", count(self.network.hidden, "application"));
        (self.network.hidden > 0).then(|| self.links.anchor(&farther, &text))
    }

    /// Returns the command that shows the same.
    fn command(&self) -> CommandLine {
        let NetworkPlace {
            application,
            depth,
            environment,
        } = self.shown;
        let mut command = CommandLine::new("network");
        if let Some(name) = application {
            command = command.option("pacticipant", name);
        }
        if let Some(depth) = depth {
            command = command.option("depth", depth);
        }
        if let Some(name) = environment {
            command = command.option("environment", name);
        }
        if let Some(past) = self.links.past() {
            command = command.option("at", &past.asked);
        }
        command.and("--output svg|mermaid|dot|json")
    }
}

/// Returns the page of a network.
#[must_use]
pub fn page(network: &Network, shown: &NetworkPlace, names: &NetworkNames, links: &Links) -> Page {
    let place = Place::Network(shown.clone());
    let form = links.form(&place).map(|(action, mut words)| {
        words.retain(|(name, _)| name == AT);
        (action, words)
    });
    let addresses = NetworkLinks {
        application: &|name| links.to(&Place::Application(name.clone())),
        contract: &|integration| links.to(&Place::latest_contract(pair(integration))),
    };
    let picture = svg(network, &addresses);
    let main = Drawn {
        network,
        shown,
        names,
        links,
        form,
        picture: picture.map(Safe).map_err(|error| error.to_string()),
    };
    Page::new(place, &main)
}

fn pair(integration: &Integration) -> PairPlace {
    PairPlace {
        consumer: integration.consumer.clone(),
        provider: integration.provider.clone(),
    }
}

#[cfg(test)]
mod tests;
