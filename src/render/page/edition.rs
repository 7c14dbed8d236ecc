//! What a static site holds: of all pages that could be asked for, those that are there.
//!
//! Whatever lives has its pages, and so has what is new: of each application the newest versions, the heads
//! of its branches and tags, and what is in an environment. Older ones are in the lists, without a page.
//! Versions of one content share the page of its contract, which is that of the newest of them. Of the
//! verifications of a contract the newest has a page, and each that failed; that others went well is in the list.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::links::Links;
use super::links::file;
use super::place::BadgePlace;
use super::place::NetworkPlace;
use super::place::PairPlace;
use super::place::Place;
use super::place::Search;
use crate::domain::application_overview::application_list;
use crate::domain::application_overview::version_list;
use crate::domain::contract_overview::MOST;
use crate::domain::environment_overview::EnvironmentOverview;
use crate::domain::history::Subject;
use crate::domain::integration_list::WantedIntegrations;
use crate::domain::integration_list::integration_list;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Read;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::pacts::PactPublication;
use crate::domain::verification_results::ResultsByProvider;
use crate::domain::version::Version;
use crate::domain::versions::Heads;
use crate::domain::versions::WantedVersions;
use crate::domain::versions::newest_first;

/// The pages of a static site.
#[derive(Clone, Debug, Default)]
pub struct Edition {
    /// The pages, the index first.
    pub places: Vec<Place>,
    /// The file of each page; of one that shares that of another, the other's.
    files: Arc<BTreeMap<String, String>>,
}

/// What is gathered for an edition.
struct Gathering<'a> {
    ledger: &'a dyn Ledger,
    results: ResultsByProvider,
    places: Vec<Place>,
    files: BTreeMap<String, String>,
}

impl Edition {
    /// Returns the pages of a site that has so many of the newest versions of each application.
    ///
    /// # Errors
    ///
    /// Fails if a record cannot be read.
    pub fn read(ledger: &dyn Ledger, newest: usize) -> Read<Self> {
        let mut gathering = Gathering {
            ledger,
            results: ResultsByProvider::default(),
            places: Vec::new(),
            files: BTreeMap::new(),
        };
        gathering.all(newest)?;
        Ok(Self {
            places: gathering.places,
            files: Arc::new(gathering.files),
        })
    }

    /// Returns the files of its pages, each once.
    #[must_use]
    pub fn files(&self) -> BTreeSet<&str> {
        self.files.values().map(String::as_str).collect()
    }

    /// Returns the links of one of its pages; `None` if it has no such page.
    #[must_use]
    pub fn links(&self, page: &Place) -> Option<Links> {
        Links::in_site(page, &self.files)
    }
}

impl Gathering<'_> {
    fn add(&mut self, place: Place) {
        if let Some(file) = file(&place)
            && self.files.insert(file.clone(), file).is_none()
        {
            self.places.push(place);
        }
    }

    fn all(&mut self, newest: usize) -> Read<()> {
        let list = integration_list(self.ledger, &WantedIntegrations::default())?;
        for part in 1..=list.part.parts() {
            self.add(Place::Integrations(WantedIntegrations {
                part,
                ..WantedIntegrations::default()
            }));
        }
        let list = application_list(self.ledger, "", 1)?;
        for part in 1..=list.part.parts() {
            let text = String::new();
            self.add(Place::Applications(Search { text, part }));
        }
        let live = self.environments()?;
        for name in self.ledger.pacticipants()? {
            self.application(&name, newest, live.get(&name))?;
        }
        self.add(Place::Network(NetworkPlace::default()));
        self.add(Place::Webhooks);
        for webhook in self.ledger.webhooks()? {
            self.add(Place::Webhook(webhook.uuid.clone()));
        }
        self.add(Place::history(Subject::Store));
        Ok(())
    }

    /// Adds the environments, and returns what is in them.
    fn environments(&mut self) -> Read<BTreeMap<PacticipantName, BTreeSet<VersionNumber>>> {
        let mut live: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        self.add(Place::Environments);
        for known in EnvironmentOverview::all(self.ledger)? {
            let name = known.environment.name.clone();
            self.add(Place::Environment {
                uuid: known.environment.uuid.clone(),
                name: name.clone(),
            });
            self.add(Place::history(Subject::Environment(name.clone())));
            self.add(Place::Network(NetworkPlace {
                environment: Some(name),
                ..NetworkPlace::default()
            }));
            let deployed = known.deployed.into_iter();
            let released = known.released.into_iter();
            let versions = deployed.map(|it| (it.pacticipant, it.version));
            for (name, version) in versions.chain(released.map(|it| (it.pacticipant, it.version))) {
                live.entry(name).or_default().insert(version);
            }
        }
        Ok(live)
    }

    fn application(
        &mut self,
        name: &PacticipantName,
        newest: usize,
        live: Option<&BTreeSet<VersionNumber>>,
    ) -> Read<()> {
        self.add(Place::Application(name.clone()));
        let wanted = WantedVersions::default();
        let list = version_list(self.ledger, name, &wanted, 1)?;
        if let Some(list) = list.filter(|list| !list.rows.is_empty()) {
            for part in 1..=list.part.parts() {
                self.add(Place::Versions {
                    application: name.clone(),
                    wanted: wanted.clone(),
                    part,
                });
            }
        }
        self.add(Place::history(Subject::Pacticipant(name.clone())));
        self.add(Place::Network(NetworkPlace {
            application: Some(name.clone()),
            ..NetworkPlace::default()
        }));
        self.badges(name)?;
        let heads = Heads::read(self.ledger, name)?;
        let mut tags = BTreeSet::new();
        let mut kept: Vec<Arc<Version>> = Vec::new();
        for version in newest_first(self.ledger, name, &wanted)? {
            let is_tagged = version
                .tags
                .iter()
                .filter(|tag| tags.insert((*tag).clone()));
            let is_tagged = is_tagged.count() > 0;
            let is_live = live.is_some_and(|live| live.contains(&version.number));
            if kept.len() < newest || is_tagged || is_live || !heads.of(&version.number).is_empty()
            {
                kept.push(version);
            }
        }
        for version in &kept {
            self.add(Place::Version {
                application: name.clone(),
                number: version.number.clone(),
            });
        }
        self.contracts(name, &kept)
    }

    /// Adds the badges of an application that has a main branch for them.
    fn badges(&mut self, name: &PacticipantName) -> Read<()> {
        let known = self.ledger.pacticipant(name)?;
        let Some(main_branch) = known.and_then(|known| known.main_branch.clone()) else {
            return Ok(());
        };
        for environment in self.ledger.environments()? {
            self.add(Place::Badge(BadgePlace::CanIDeploy {
                application: name.clone(),
                main_branch: main_branch.clone(),
                environment: environment.name.clone(),
            }));
        }
        self.add(Place::Badge(BadgePlace::CanIMerge(name.clone())));
        Ok(())
    }

    /// Adds the contracts of versions, the newest first.
    fn contracts(&mut self, consumer: &PacticipantName, versions: &[Arc<Version>]) -> Read<()> {
        let mut shown = BTreeMap::new();
        for version in versions {
            for provider in version.pacts.keys() {
                let Some(pact) = PactPublication::of(consumer, provider, Arc::clone(version))
                else {
                    continue;
                };
                let pair = PairPlace {
                    consumer: consumer.clone(),
                    provider: provider.clone(),
                };
                let number = version.number.clone();
                let raw = Place::RawContract {
                    pair: pair.clone(),
                    version: number.clone(),
                };
                let contract = Place::contract(pair.clone(), number.clone());
                let first = shown.get(&(provider.clone(), pact.content.clone()));
                if let Some((first, first_raw)) = first {
                    self.share(&contract, first);
                    self.share(&raw, first_raw);
                    continue;
                }
                shown.insert(
                    (provider.clone(), pact.content.clone()),
                    (contract.clone(), raw.clone()),
                );
                self.add(Place::latest_contract(pair.clone()));
                self.add(Place::Badge(BadgePlace::Contract(pair.clone())));
                self.add(Place::PairMatrix(pair.clone()));
                self.add(contract);
                self.add(raw);
                if pact.pair(self.ledger).previous_distinct(&pact)?.is_some() {
                    self.add(Place::Diff {
                        pair,
                        version: number,
                        from: None,
                    });
                }
                self.results(&pact)?;
            }
        }
        Ok(())
    }

    /// Adds what is worth a page of the verifications that the page of a contract lists: the newest one, and
    /// those that say what did not match.
    fn results(&mut self, pact: &PactPublication) -> Read<()> {
        let results = self.results.of(self.ledger, &pact.provider)?;
        let listed = results.newest_first(&pact.consumer, &pact.content);
        let listed = listed.take(MOST).enumerate();
        let shown = listed.filter(|(place, found)| *place == 0 || !found.result.success);
        let places: Vec<Place> = shown.map(|(_, found)| Place::of_result(&found)).collect();
        for place in places {
            self.add(place);
        }
        Ok(())
    }

    /// Has a page be where another one is.
    fn share(&mut self, place: &Place, with: &Place) {
        if let (Some(asked), Some(there)) = (file(place), file(with)) {
            self.files.insert(asked, there);
        }
    }
}
