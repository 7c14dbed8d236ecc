//! Making the files of a site on all cores.
//!
//! The thread that began does what needs the history, or the network where something is missing here; the
//! others have the store open for themselves and read what is here. Whatever one of them cannot do the first
//! thread does again, and says what is wrong. Which thread makes a file makes no difference to it.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;

use super::BuildError;
use crate::app::Context;
use crate::app::log::Told;
use crate::app::log::log_with;
use crate::app::log::recorders;
use crate::app::site::Site;
use crate::app::web_folder::WebFolder;
use crate::domain::environment_overview::EnvironmentOverview;
use crate::domain::ledger::Ledger;
use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::domain::remembered::Memory;
use crate::domain::remembered::Remembered;
use crate::domain::rules::Rules;
use crate::render::page;
use crate::render::page::Footing;
use crate::render::page::Links;
use crate::render::page::Page;
use crate::render::page::answer::Asked;
use crate::render::page::edition::Edition;
use crate::render::page::history::PART;
use crate::render::page::place::Place;
use crate::store::Tips;
use crate::store::git::GitStore;
use crate::store::git::Moment;
use crate::store::git::Place as Repository;
use crate::store::ledger::StoreLedger;

/// One state of a store, and what was read of it.
pub(super) struct Making<'a> {
    pub(super) site: &'a Site,
    pub(super) context: &'a Context,
    pub(super) tips: &'a Tips,
    pub(super) memory: &'a Memory,
    pub(super) rules: Rules,
}

impl Making<'_> {
    /// Reads the versions and the verifications of all applications, which almost every page shows.
    pub(super) fn read_ahead(&self, ledger: &dyn Ledger) -> Result<(), BuildError> {
        let names = ledger.pacticipants()?;
        let reading = self.site.progress.begin("reading what there is");
        let done = AtomicUsize::new(0);
        let read = |ledger: &dyn Ledger, name: &PacticipantName| {
            // What cannot be read is said by the page that shows it.
            let _ = (ledger.versions(name), ledger.runs(name));
            reading.at(done.fetch_add(1, Ordering::Relaxed), Some(names.len()));
            Ok(())
        };
        self.on_all_cores(&names, ledger, || Ok(()), read)
    }

    /// Puts all pages of an edition into a directory. `footing` is for the index.
    pub(super) fn pages(
        &self,
        edition: &Edition,
        ledger: &dyn Ledger,
        footing: &Footing,
        folder: &WebFolder,
    ) -> Result<(), BuildError> {
        let (all, rules) = (edition.places.len(), self.rules);
        let building = self.site.progress.begin("building pages");
        let done = AtomicUsize::new(0);
        let put = |links: &Links, bytes: Option<Vec<u8>>| {
            if let (Some(file), Some(bytes)) = (links.here(), bytes) {
                folder.put(file, &bytes)?;
            }
            building.at(done.fetch_add(1, Ordering::Relaxed), Some(all));
            Ok::<_, BuildError>(())
        };
        let is_of_history =
            |place: &&Place| matches!(place, Place::History { .. } | Place::Environment { .. });
        let (of_history, others): (Vec<_>, Vec<_>) = edition.places.iter().partition(is_of_history);
        let page = |ledger: &dyn Ledger, place: &&Place| {
            let Some(links) = edition.links(place) else {
                return Ok(());
            };
            // What everything was computed from changes with each commit, so one page says it.
            let footing = (**place == Place::index()).then_some(footing);
            let asked = Asked {
                ledger,
                rules,
                links: &links,
            };
            put(&links, asked.file(place, footing)?)
        };
        let first = || {
            let told = Told::default();
            for place in of_history {
                if let Some(links) = edition.links(place) {
                    let page = self.of_history(ledger, place, &links, &told)?;
                    put(&links, page.map(|it| it.framed(&links, None).into_bytes()))?;
                }
            }
            Ok(())
        };
        self.on_all_cores(&others, ledger, first, page)
    }

    /// Returns a page that shows who did what.
    fn of_history(
        &self,
        ledger: &dyn Ledger,
        place: &Place,
        links: &Links,
        told: &Told,
    ) -> Result<Option<Page>, BuildError> {
        let moment = Moment::Tips(self.tips.clone());
        match place {
            Place::History { subject, part } => {
                // One more tells whether there is another part.
                let limit = Some(part * PART + 1);
                let told = Some(told);
                let found = log_with(self.site, self.context, subject, &moment, limit, told)?;
                Ok(Some(page::history::page(subject, *part, &found, links)))
            }
            Place::Environment { name, .. } => self.environment(ledger, name, &moment, links),
            _ => Ok(None),
        }
    }

    fn environment(
        &self,
        ledger: &dyn Ledger,
        name: &EnvironmentName,
        moment: &Moment,
        links: &Links,
    ) -> Result<Option<Page>, BuildError> {
        let Some(environment) = ledger.environment(name)? else {
            return Ok(None);
        };
        let known = EnvironmentOverview::read(ledger, Arc::clone(&environment))?;
        let recorders = recorders(self.site, name, moment, known.uuids().collect())?;
        Ok(Some(page::environments::one(&known, &recorders, links)))
    }

    /// Does something with each element, once, on as many threads as there are cores. This one does something
    /// else `first`, meanwhile.
    ///
    /// # Errors
    ///
    /// Fails if it fails on this thread.
    fn on_all_cores<T: Sync>(
        &self,
        elements: &[T],
        ledger: &dyn Ledger,
        first: impl FnOnce() -> Result<(), BuildError>,
        act: impl Fn(&dyn Ledger, &T) -> Result<(), BuildError> + Sync,
    ) -> Result<(), BuildError> {
        let next = AtomicUsize::new(0);
        let take = || elements.get(next.fetch_add(1, Ordering::Relaxed));
        let undone = Mutex::new(Vec::new());
        let git_dir = self.site.store.common_dir();
        let objects = self.site.store.recent_objects();
        let helper = || {
            let store = Repository::at(&git_dir).and_then(GitStore::new);
            // Without it there is one thread less, and that is all.
            let Ok(store) = store else { return };
            let store = store.sharing(objects.clone());
            let snapshot = store.at(Moment::Tips(self.tips.clone()));
            let ledger = StoreLedger::new(&snapshot);
            let ledger = Remembered::new(&ledger, self.memory);
            while let Some(element) = take() {
                if act(&ledger, element).is_err() {
                    let mut undone = undone.lock().unwrap_or_else(PoisonError::into_inner);
                    undone.push(element);
                }
            }
        };
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        let outcome = thread::scope(|scope| {
            for _ in 1..cores {
                scope.spawn(helper);
            }
            let mut outcome = first();
            while outcome.is_ok()
                && let Some(element) = take()
            {
                outcome = act(ledger, element);
            }
            if outcome.is_err() {
                // Nobody begins with another.
                next.store(elements.len(), Ordering::Relaxed);
            }
            outcome
        });
        outcome?;
        let undone = undone.into_inner().unwrap_or_else(PoisonError::into_inner);
        undone
            .into_iter()
            .try_for_each(|element| act(ledger, element))
    }
}
