//! The page at a place, of one state of the store: asked the same way by `serve` and for a static site.
//!
//! Two kinds of page are not here, because not all that they show is in the state: a history, and an environment
//! with who put there what. What a form asks is answered where the form is read.

use std::sync::Arc;

use super::Footing;
use super::Links;
use super::Page;
use super::Place;
use super::applications;
use super::contract;
use super::diff;
use super::diff::DiffFields;
use super::environments;
use super::integrations;
use super::matrix;
use super::matrix::Answered;
use super::network;
use super::network::NetworkNames;
use super::place::BadgePlace;
use super::place::ContractPlace;
use super::place::PairPlace;
use super::verification;
use super::webhooks;
use crate::domain::application_overview::ApplicationOverview;
use crate::domain::application_overview::VersionOverview;
use crate::domain::application_overview::application_list;
use crate::domain::application_overview::version_list;
use crate::domain::can_i_deploy::HeadRequest;
use crate::domain::comparison::CannotCompare;
use crate::domain::comparison::End;
use crate::domain::comparison::Question;
use crate::domain::comparison::compare;
use crate::domain::content::ContentId;
use crate::domain::contract_overview::ContractOverview;
use crate::domain::contract_overview::ResultOverview;
use crate::domain::environment_overview::EnvironmentOverview;
use crate::domain::find_pact::WhichPact;
use crate::domain::find_version::NotFound;
use crate::domain::integration_list::integration_list;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Read;
use crate::domain::ledger::Unreadable;
use crate::domain::matrix::MatrixError;
use crate::domain::matrix::Query;
use crate::domain::name::VersionNumber;
use crate::domain::pact_status::latest_status;
use crate::domain::pacts::Among;
use crate::domain::pacts::Pair;
use crate::domain::rules::Rules;
use crate::domain::selector::Destination;
use crate::domain::selector::Selector;
use crate::domain::verification_results::ResultNumber;
use crate::render::badge::Badge;
use crate::render::badge::Names;
use crate::render::badge::PactLabel;

/// One state of the store, and where the pages about it are.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// All that is known.
    pub ledger: &'a dyn Ledger,
    /// Whose rules decide.
    pub rules: Rules,
    /// Where other pages are.
    pub links: &'a Links,
}

/// What a page asks has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Unanswered {
    /// A record cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// A matrix makes no sense.
    #[error(transparent)]
    Matrix(#[from] MatrixError),
    /// The network of something that is not there.
    #[error(transparent)]
    Network(#[from] NotFound),
    /// Contracts cannot be compared.
    #[error(transparent)]
    Diff(#[from] CannotCompare),
}

/// Returns the bytes of the contract of a version, as they were published; `None` if it has none.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn raw(
    ledger: &dyn Ledger,
    PairPlace { consumer, provider }: &PairPlace,
    version: &VersionNumber,
) -> Read<Option<Arc<[u8]>>> {
    let pair = Pair {
        ledger,
        consumer,
        provider,
    };
    let pact = pair.of_version(version)?;
    pact.map(|pact| pair.stored_bytes(&pact.content))
        .transpose()
}

impl Asked<'_> {
    /// Returns the page at a place, or `None` if there is nothing.
    ///
    /// # Errors
    ///
    /// Fails if what the page shows cannot be computed.
    pub fn page(self, place: &Place) -> Result<Option<Page>, Unanswered> {
        let Self { ledger, links, .. } = self;
        Ok(match place {
            Place::Integrations(wanted) => {
                let list = integration_list(ledger, wanted)?;
                Some(integrations::page(&list, wanted, links))
            }
            Place::Applications(search) => {
                let list = application_list(ledger, &search.text, search.part)?;
                Some(applications::all(&list, &search.text, links))
            }
            Place::Application(name) => ApplicationOverview::read(ledger, name)?
                .map(|known| applications::one(&known, links)),
            Place::Versions {
                application,
                wanted,
                part,
            } => version_list(ledger, application, wanted, *part)?
                .map(|list| applications::versions(application, wanted, &list, links)),
            Place::Version {
                application,
                number,
            } => VersionOverview::read(ledger, application, number)?
                .map(|known| applications::version(&known, links)),
            Place::Environments => {
                let all = EnvironmentOverview::all(ledger)?;
                Some(environments::all(&all, links))
            }
            Place::Contract(place) => self.contract(place)?,
            Place::Verification {
                pair,
                content,
                number,
            } => self.verification(pair, |other| other == content, *number)?,
            Place::Diff {
                pair,
                version,
                from: None,
            } => Some(self.since_previous(pair, version)?),
            Place::PairMatrix(pair) => Some(self.pair_matrix(pair)?),
            Place::Network(shown) => {
                let names = match links.form(place) {
                    Some(_) => NetworkNames::read(ledger)?,
                    None => NetworkNames::default(),
                };
                let found = crate::domain::network::network(ledger, &shown.wanted())?;
                Some(network::page(&found, shown, &names, links))
            }
            Place::Webhooks => {
                let all = ledger.webhooks()?;
                Some(webhooks::all(all.iter().map(AsRef::as_ref), links))
            }
            Place::Webhook(uuid) => ledger
                .webhook(uuid)?
                .map(|webhook| webhooks::one(&webhook, None, links)),
            Place::Environment { .. }
            | Place::History { .. }
            | Place::Diff { .. }
            | Place::RawContract { .. }
            | Place::Badge(_)
            | Place::Matrix(_)
            | Place::CanIDeploy(_)
            | Place::Explorer
            | Place::Problem(_) => None,
        })
    }

    /// Returns the bytes of the file at a place of a static site: a page with its head and its foot, or what
    /// a page shows or leads to. `None` if there is nothing.
    ///
    /// # Errors
    ///
    /// Fails if what the file shows cannot be computed.
    pub fn file(
        self,
        place: &Place,
        footing: Option<&Footing>,
    ) -> Result<Option<Vec<u8>>, Unanswered> {
        if let Place::RawContract { pair, version } = place {
            return Ok(raw(self.ledger, pair, version)?.map(|bytes| bytes.to_vec()));
        }
        if let Place::Badge(place) = place {
            return Ok(Some(self.badge(place)?.svg().into_bytes()));
        }
        let page = self.page(place)?;
        Ok(page.map(|page| page.framed(self.links, footing).into_bytes()))
    }

    /// Returns a badge: of what is not there, one that says so.
    fn badge(self, place: &BadgePlace) -> Result<Badge, MatrixError> {
        let deployable = |request: &HeadRequest| request.deployable(self.ledger, self.rules);
        Ok(match place {
            BadgePlace::Contract(PairPlace { consumer, provider }) => {
                let pair = Pair {
                    ledger: self.ledger,
                    consumer,
                    provider,
                };
                let label = PactLabel {
                    consumer,
                    provider,
                    names: Names::Both,
                    initials: false,
                    tags: None,
                };
                let line = latest_status(&pair, &Among::All)?;
                Badge::pact(&label, line.map(|line| line.status))
            }
            BadgePlace::CanIDeploy {
                application,
                main_branch,
                environment,
            } => {
                let request = HeadRequest::Branch {
                    pacticipant: application.clone(),
                    branch: main_branch.clone(),
                    to: environment.clone(),
                };
                let (from, to) = (main_branch.as_str(), environment.as_str());
                match deployable(&request)? {
                    Ok(known) => Badge::can_i_deploy(None, from, to, known == Some(true)),
                    Err(missing) => Badge::missing(missing),
                }
            }
            BadgePlace::CanIMerge(name) => {
                let pacticipant = name.clone();
                match deployable(&HeadRequest::MainBranch { pacticipant })? {
                    Ok(known) => Badge::can_i_merge(known),
                    Err(missing) => Badge::missing(missing),
                }
            }
        })
    }

    fn contract(self, ContractPlace { pair, version }: &ContractPlace) -> Read<Option<Page>> {
        let integration = pair.integration();
        let Some(known) = ContractOverview::read(self.ledger, &integration, version.as_ref())?
        else {
            return Ok(None);
        };
        let stored = known.pact.pair(self.ledger).stored(&known.pact.content)?;
        let is_latest = version.is_none();
        Ok(Some(contract::page(&known, &stored, is_latest, self.links)))
    }

    /// Returns the page of what a verification found out about one of the contents that `is_meant`.
    ///
    /// # Errors
    ///
    /// Fails if a record cannot be read.
    pub fn verification(
        self,
        pair: &PairPlace,
        is_meant: impl Fn(&ContentId) -> bool,
        number: ResultNumber,
    ) -> Read<Option<Page>> {
        let found = ResultOverview::read(self.ledger, &pair.integration(), is_meant, number)?;
        let Some(known) = found else {
            return Ok(None);
        };
        let pact = known.pact.as_ref();
        let stored = pact.map(|pact| pact.pair(self.ledger).stored(&pact.content));
        let stored = stored.transpose()?;
        Ok(Some(verification::page(
            &known,
            stored.as_ref(),
            self.links,
        )))
    }

    /// Returns the page of what changed since the last contract that was different.
    fn since_previous(self, pair: &PairPlace, version: &VersionNumber) -> Result<Page, Unanswered> {
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
        Ok(diff::page(place, &comparison, &fields, self.links))
    }

    fn pair_matrix(self, pair: &PairPlace) -> Result<Page, Unanswered> {
        let sides = [&pair.consumer, &pair.provider];
        let selectors = sides.map(|name| Selector::every_version(name.clone()));
        let query = Query::matrix(selectors.into(), Destination::default());
        let answered = Answered::of(self.ledger, &query, self.rules)?;
        Ok(matrix::of_pair(pair, answered, self.links))
    }
}
