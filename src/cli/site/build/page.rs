//! The bytes of each page of a static site: what the handlers of `serve` ask is asked here of its place.

use std::sync::Arc;

use super::BuildError;
use crate::app::Context;
use crate::app::log::log;
use crate::app::log::recorders;
use crate::app::site::Site;
use crate::domain::application_overview::ApplicationOverview;
use crate::domain::application_overview::VersionOverview;
use crate::domain::application_overview::application_list;
use crate::domain::application_overview::version_list;
use crate::domain::comparison::End;
use crate::domain::comparison::Question;
use crate::domain::comparison::compare;
use crate::domain::contract_overview::ContractOverview;
use crate::domain::contract_overview::ResultOverview;
use crate::domain::environment_overview::EnvironmentOverview;
use crate::domain::find_pact::WhichPact;
use crate::domain::integration::Integration;
use crate::domain::integration_list::integration_list;
use crate::domain::ledger::Ledger;
use crate::domain::matrix::Query;
use crate::domain::name::EnvironmentName;
use crate::domain::name::VersionNumber;
use crate::domain::network::network;
use crate::domain::pacts::Pair;
use crate::domain::rules::Rules;
use crate::domain::selector::Destination;
use crate::domain::selector::Selector;
use crate::render::page;
use crate::render::page::Footing;
use crate::render::page::Links;
use crate::render::page::Page;
use crate::render::page::diff::DiffFields;
use crate::render::page::history::PART;
use crate::render::page::matrix::Answered;
use crate::render::page::network::NetworkNames;
use crate::render::page::place::ContractPlace;
use crate::render::page::place::PairPlace;
use crate::render::page::place::Place;
use crate::store::git::Moment;

/// What pages are made of.
pub(super) struct View<'a> {
    pub(super) ledger: &'a dyn Ledger,
    pub(super) rules: Rules,
    pub(super) site: &'a Site,
    pub(super) context: &'a Context,
    pub(super) moment: &'a Moment,
}

impl View<'_> {
    /// Returns the bytes of a page, or of a contract as it was published; `None` if there is nothing there.
    pub(super) fn bytes(
        &self,
        place: &Place,
        links: &Links,
        footing: Option<&Footing>,
    ) -> Result<Option<Vec<u8>>, BuildError> {
        if let Place::RawContract { pair, version } = place {
            return self.raw(pair, version);
        }
        let page = self.page(place, links)?;
        Ok(page.map(|page| page.framed(links, footing).into_bytes()))
    }

    fn raw(
        &self,
        PairPlace { consumer, provider }: &PairPlace,
        version: &VersionNumber,
    ) -> Result<Option<Vec<u8>>, BuildError> {
        let pair = Pair {
            ledger: self.ledger,
            consumer,
            provider,
        };
        Ok(match pair.of_version(version)? {
            Some(pact) => Some(pair.stored_bytes(&pact.content)?.to_vec()),
            None => None,
        })
    }

    fn page(&self, place: &Place, links: &Links) -> Result<Option<Page>, BuildError> {
        let ledger = self.ledger;
        Ok(match place {
            Place::Integrations(wanted) => {
                let list = integration_list(ledger, wanted)?;
                Some(page::integrations::page(&list, wanted, links))
            }
            Place::Applications(search) => {
                let list = application_list(ledger, &search.text, search.part)?;
                Some(page::applications::all(&list, &search.text, links))
            }
            Place::Application(name) => ApplicationOverview::read(ledger, name)?
                .map(|known| page::applications::one(&known, links)),
            Place::Versions {
                application,
                wanted,
                part,
            } => version_list(ledger, application, wanted, *part)?
                .map(|list| page::applications::versions(application, wanted, &list, links)),
            Place::Version {
                application,
                number,
            } => VersionOverview::read(ledger, application, number)?
                .map(|known| page::applications::version(&known, links)),
            Place::Environments => {
                let all = EnvironmentOverview::all(ledger)?;
                Some(page::environments::all(&all, links))
            }
            Place::Environment { name, .. } => self.environment(name, links)?,
            Place::Contract(place) => self.contract(place, links)?,
            Place::Diff { pair, version, .. } => Some(self.diff(pair, version, links)?),
            Place::Network(shown) => {
                let network = network(ledger, &shown.wanted())?;
                let names = NetworkNames::default();
                Some(page::network::page(&network, shown, &names, links))
            }
            Place::Verification {
                pair,
                content,
                number,
            } => {
                let is_meant = |other: &_| other == content;
                let known = ResultOverview::read(ledger, &integration(pair), is_meant, *number)?;
                match known {
                    None => None,
                    Some(known) => {
                        let stored = match &known.pact {
                            Some(pact) => Some(pact.pair(ledger).stored(&pact.content)?),
                            None => None,
                        };
                        Some(page::verification::page(&known, stored.as_ref(), links))
                    }
                }
            }
            Place::Webhooks => {
                let all = ledger.webhooks()?;
                Some(page::webhooks::all(all.iter().map(AsRef::as_ref), links))
            }
            Place::Webhook(uuid) => ledger
                .webhook(uuid)?
                .map(|webhook| page::webhooks::one(&webhook, links)),
            Place::History { subject, part } => {
                // One more tells whether there is another part.
                let limit = Some(part * PART + 1);
                let found = log(self.site, self.context, subject, self.moment, limit)?;
                Some(page::history::page(subject, *part, &found, links))
            }
            Place::PairMatrix(pair) => Some(self.pair_matrix(pair, links)?),
            Place::RawContract { .. }
            | Place::Matrix(_)
            | Place::CanIDeploy(_)
            | Place::Explorer
            | Place::Problem(_) => None,
        })
    }

    fn pair_matrix(&self, pair: &PairPlace, links: &Links) -> Result<Page, BuildError> {
        let sides = [&pair.consumer, &pair.provider];
        let selectors = sides.map(|name| Selector::every_version(name.clone()));
        let query = Query::matrix(selectors.into(), Destination::default());
        let answered = Answered::of(self.ledger, &query, self.rules)?;
        Ok(page::matrix::of_pair(pair, answered, links))
    }

    fn contract(&self, place: &ContractPlace, links: &Links) -> Result<Option<Page>, BuildError> {
        let ContractPlace { pair, version } = place;
        let known = ContractOverview::read(self.ledger, &integration(pair), version.as_ref())?;
        let Some(known) = known else {
            return Ok(None);
        };
        let stored = known.pact.pair(self.ledger).stored(&known.pact.content)?;
        let is_latest = version.is_none();
        Ok(Some(page::contract::page(
            &known, &stored, is_latest, links,
        )))
    }

    /// Returns the page of what changed since the last contract that was different.
    fn diff(
        &self,
        pair: &PairPlace,
        version: &VersionNumber,
        links: &Links,
    ) -> Result<Page, BuildError> {
        let to = WhichPact::Version(version.clone());
        let fields = DiffFields {
            from: String::new(),
            to: to.written(),
            offered: Vec::new(),
        };
        let question = Question {
            consumer: pair.consumer.clone(),
            provider: pair.provider.clone(),
            from: End::Previous,
            to: End::Published(to),
        };
        let comparison = compare(self.ledger, &question)?;
        let place = Place::Diff {
            pair: pair.clone(),
            version: version.clone(),
            from: None,
        };
        Ok(page::diff::page(place, &comparison, &fields, links))
    }

    fn environment(
        &self,
        name: &EnvironmentName,
        links: &Links,
    ) -> Result<Option<Page>, BuildError> {
        let Some(environment) = self.ledger.environment(name)? else {
            return Ok(None);
        };
        let known = EnvironmentOverview::read(self.ledger, Arc::clone(&environment))?;
        let wanted = known.uuids().collect();
        let recorders = recorders(self.site, name, self.moment, wanted)?;
        Ok(Some(page::environments::one(&known, &recorders, links)))
    }
}

fn integration(PairPlace { consumer, provider }: &PairPlace) -> Integration {
    Integration {
        consumer: consumer.clone(),
        provider: provider.clone(),
    }
}
