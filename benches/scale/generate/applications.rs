//! The applications, and which of them uses which.

use std::collections::VecDeque;

use git_pact::domain::name::BranchName;
use git_pact::domain::name::PacticipantName;
use git_pact::domain::name::VersionNumber;
use git_pact::domain::publish::Contract;

use super::Error;
use super::Plan;
use super::pact::Draft;
use super::random::Random;

/// An application: a consumer of some, a provider of as many.
pub(crate) struct Application {
    pub(crate) name: PacticipantName,
    /// The places of its providers.
    pub(crate) providers: Vec<usize>,
    /// The places of its consumers, and which of their pacts are with this one.
    pub(crate) consumers: Vec<(usize, usize)>,
    /// Its pacts on its main branch, in the order of its providers.
    pub(crate) drafts: Vec<Draft>,
    /// The same as they are published.
    pub(crate) contracts: Vec<Contract>,
    /// The work that is going on beside the main branch.
    pub(crate) work: Vec<Work>,
    /// What finished work changed; the next build of the main branch has it.
    pub(crate) merged: Vec<Changed>,
    /// How many branches there ever were beside the main one.
    pub(crate) branches: usize,
    /// How many builds there ever were.
    pub(crate) builds: usize,
    /// Its versions on its main branch, the oldest first.
    pub(crate) versions: Vec<VersionNumber>,
    /// Its released versions that are supported, the oldest first.
    pub(crate) supported: VecDeque<VersionNumber>,
}

/// A branch that somebody works on.
pub(crate) struct Work {
    pub(crate) branch: BranchName,
    /// How often it was built.
    pub(crate) builds: usize,
    pub(crate) changed: Vec<Changed>,
}

/// A pact that is not what it is on the main branch.
#[derive(Clone)]
pub(crate) struct Changed {
    /// Its place among the application's pacts.
    pub(crate) place: usize,
    pub(crate) draft: Draft,
    pub(crate) contract: Contract,
}

impl Application {
    /// Returns all applications of a plan, before anything happened.
    ///
    /// They stand in a ring in some order and each consumes the next ones, so that each has as
    /// many consumers as providers and no two consume each other.
    pub(crate) fn all(plan: &Plan, random: &mut Random) -> Result<Vec<Self>, Error> {
        let count = plan.applications as usize;
        let names = (0..count).map(|index| Ok(format!("svc-{index:03}").parse()?));
        let names: Vec<PacticipantName> = names.collect::<Result<_, Error>>()?;
        let mut ring: Vec<usize> = (0..count).collect();
        random.shuffle(&mut ring);
        let mut providers = vec![Vec::new(); count];
        let mut consumers = vec![Vec::new(); count];
        for (position, &consumer) in ring.iter().enumerate() {
            for place in 0..plan.providers as usize {
                let provider = ring[(position + place + 1) % count];
                providers[consumer].push(provider);
                consumers[provider].push((consumer, place));
            }
        }
        let mut all = Vec::new();
        for ((name, providers), consumers) in names.iter().zip(providers).zip(consumers) {
            let drafts: Vec<Draft> = providers.iter().map(|_| Draft::new(random)).collect();
            let pairs = drafts.iter().zip(&providers);
            let contracts = pairs.map(|(draft, &provider)| draft.contract(name, &names[provider]));
            let contracts = contracts.collect::<Result<_, _>>()?;
            all.push(Self {
                name: name.clone(),
                providers,
                consumers,
                drafts,
                contracts,
                work: Vec::new(),
                merged: Vec::new(),
                branches: 0,
                builds: 0,
                versions: Vec::new(),
                supported: VecDeque::new(),
            });
        }
        Ok(all)
    }

    /// Returns where the build that runs now can be seen.
    pub(crate) fn build_url(&self) -> String {
        format!(
            "https://ci.example.org/{}/builds/{}",
            self.name, self.builds
        )
    }

    /// Returns the pacts as they are on a branch: with what was changed there.
    pub(crate) fn contracts_on(&self, work: Option<&Work>) -> Vec<Contract> {
        let mut contracts = self.contracts.clone();
        for changed in work.iter().flat_map(|work| &work.changed) {
            contracts[changed.place].clone_from(&changed.contract);
        }
        contracts
    }

    /// Returns what a pact is on the main branch, or on another if it was changed there.
    pub(crate) fn draft_on(&self, work: Option<usize>, place: usize) -> &Draft {
        let work = work.map(|work| &self.work[work]);
        let mut changed = work.iter().flat_map(|work| &work.changed);
        let changed = changed.find(|changed| changed.place == place);
        changed.map_or(&self.drafts[place], |changed| &changed.draft)
    }

    /// Changes a pact on the main branch, or on another.
    pub(crate) fn put(&mut self, work: Option<usize>, changed: Changed) {
        match work {
            None => {
                self.drafts[changed.place] = changed.draft;
                self.contracts[changed.place] = changed.contract;
            }
            Some(work) => {
                let all = &mut self.work[work].changed;
                all.retain(|known| known.place != changed.place);
                all.push(changed);
            }
        }
    }

    /// Takes over what finished work changed.
    pub(crate) fn merge(&mut self) {
        for changed in std::mem::take(&mut self.merged) {
            self.put(None, changed);
        }
    }
}
