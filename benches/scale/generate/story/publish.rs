//! A build publishes its version's pacts, from the main branch or from one that somebody works on.

use git_pact::domain::intent::Intent;
use git_pact::domain::name::VersionNumber;
use git_pact::domain::publish::Merging;
use git_pact::domain::publish::PublishRequest;

use super::super::Error;
use super::super::applications::Changed;
use super::super::applications::Work;
use super::Build;
use super::Record;
use super::Story;
use super::note;

/// How many of a hundred builds are not of the main branch.
const BESIDE_MAIN: usize = 10;

/// How many of a hundred pacts a build changes.
const CHANGED: usize = 1;

/// How many branches beside the main one an application has at most at a time.
const LIVE_BRANCHES: usize = 3;

/// How many builds such a branch has before it is merged; names of branches pile up, as they do.
const BUILDS_OF_A_BRANCH: usize = 5;

impl Story {
    /// Publishes a version and returns the build that did.
    pub(super) fn publish(
        &mut self,
        index: usize,
        record: &mut Record<'_>,
    ) -> Result<Build, Error> {
        let at = self.now();
        let version: VersionNumber = self.random.commit().parse()?;
        let is_first = self.applications[index].builds == 0;
        let work = if !is_first && self.random.percent(BESIDE_MAIN) {
            Some(self.some_work(index)?)
        } else {
            None
        };
        self.change(index, work)?;
        let application = &mut self.applications[index];
        application.builds += 1;
        let on = work.map(|work| &application.work[work]);
        let branch = on.map_or(&self.main, |work| &work.branch).clone();
        let url = application.build_url();
        let intent = Intent::Publish(PublishRequest {
            version: version.clone(),
            branch: Some(branch.clone()),
            tags: Vec::new(),
            build_url: Some(url.clone()),
            merging: Merging::Never,
            allow_similar_names: false,
            contracts: application.contracts_on(on),
            at,
        });
        record(&intent, &note(&intent, application.name.as_str(), at))?;
        self.counts.versions += 1;
        match work {
            None => application.versions.push(version.clone()),
            Some(work) => {
                application.work[work].builds += 1;
                if application.work[work].builds == BUILDS_OF_A_BRANCH {
                    let work = application.work.remove(work);
                    application.merged.extend(work.changed);
                }
            }
        }
        Ok(Build {
            version,
            branch,
            url,
        })
    }

    /// Returns the place of some branch that is worked on, which may be new.
    fn some_work(&mut self, index: usize) -> Result<usize, Error> {
        let application = &mut self.applications[index];
        let live = application.work.len();
        let place = self.random.below(LIVE_BRANCHES);
        if place < live {
            return Ok(place);
        }
        application.branches += 1;
        let key = application.name.as_str().to_uppercase();
        application.work.push(Work {
            branch: format!("feat/{key}-{}", application.branches).parse()?,
            builds: 0,
            changed: Vec::new(),
        });
        Ok(live)
    }

    /// Changes a few pacts of an application, on the main branch or on another. The main branch
    /// first takes over what finished work changed.
    fn change(&mut self, index: usize, work: Option<usize>) -> Result<(), Error> {
        let application = &mut self.applications[index];
        if work.is_none() {
            application.merge();
        }
        for place in 0..application.providers.len() {
            if !self.random.percent(CHANGED) {
                continue;
            }
            let draft = application.draft_on(work, place);
            let mut draft = draft.clone();
            draft.change(&mut self.random);
            let names = &application.contracts[place];
            let contract = draft.contract(&names.consumer, &names.provider)?;
            application.put(
                work,
                Changed {
                    place,
                    draft,
                    contract,
                },
            );
        }
        Ok(())
    }
}
