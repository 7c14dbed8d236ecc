//! What the facts say, worked out the slow way: every answer is a search through all that was
//! told.
//!
//! It knows nothing of entries, paths or derived records. Ids are its own: nobody can tell them
//! from the facts.

mod deletion;
mod surrounding;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use git_pact::domain::content::ContentId;
use git_pact::domain::environment::DeployedVersion;
use git_pact::domain::environment::Ended;
use git_pact::domain::environment::EndedVersion;
use git_pact::domain::environment::Environment;
use git_pact::domain::environment::ReleasedVersion;
use git_pact::domain::environment::Uuid;
use git_pact::domain::fact::Fact;
use git_pact::domain::fact::RunFact;
use git_pact::domain::fact::VersionFact;
use git_pact::domain::fact::VersionMention;
use git_pact::domain::fact::VersionsGone;
use git_pact::domain::fact::WhyGone;
use git_pact::domain::ledger::Ledger;
use git_pact::domain::ledger::Read;
use git_pact::domain::name::BranchName;
use git_pact::domain::name::EnvironmentName;
use git_pact::domain::name::PacticipantName;
use git_pact::domain::name::TagName;
use git_pact::domain::name::VersionNumber;
use git_pact::domain::pacticipant::Pacticipant;
use git_pact::domain::policy::Policy;
use git_pact::domain::rules::Rules;
use git_pact::domain::signers::Signers;
use git_pact::domain::test_results::TestResults;
use git_pact::domain::test_results::TestResultsId;
use git_pact::domain::time::Seq;
use git_pact::domain::time::Timestamp;
use git_pact::domain::verification::FirstSuccess;
use git_pact::domain::verification::Run;
use git_pact::domain::verification::VerificationResult;
use git_pact::domain::verification::Verified;
use git_pact::domain::version::BranchHead;
use git_pact::domain::version::Publication;
use git_pact::domain::version::TagHead;
use git_pact::domain::version::Version;
use git_pact::domain::webhook::Webhook;
use git_pact::domain::webhook::WebhookUuid;

use crate::support::facts::n;

/// All that was told.
#[derive(Default)]
pub(super) struct Model {
    applications: BTreeMap<PacticipantName, Application>,
    environments: BTreeMap<EnvironmentName, Surrounding>,
    /// Every content that was ever published, the first bytes first.
    contents: Vec<(PacticipantName, PacticipantName, ContentId, Arc<[u8]>)>,
    /// What was the current contract of a consumer with a provider, the newest last.
    contracts: Vec<(PacticipantName, PacticipantName, Arc<[u8]>)>,
    /// What verifiers of a provider found out test by test.
    test_results: Vec<(PacticipantName, TestResults)>,
    rules: Option<Rules>,
    policy: Policy,
    webhooks: BTreeMap<WebhookUuid, Webhook>,
    signers: BTreeMap<PacticipantName, Signers>,
}

/// What was told of an application.
#[derive(Default)]
struct Application {
    own: Option<Pacticipant>,
    facts: u64,
    /// In the order of their creation.
    versions: Vec<Version>,
    /// Which version was put on which branch, in that order; when, and how old it was then.
    put: Vec<(BranchName, VersionNumber, Seq, Seq)>,
    /// Which version got which tag, in that order.
    tagged: Vec<(TagName, VersionNumber, Seq)>,
    runs: Vec<Run>,
}

/// What was told of an environment.
#[derive(Default)]
struct Surrounding {
    now: Option<Environment>,
    facts: u64,
    deployed: Vec<DeployedVersion>,
    released: Vec<ReleasedVersion>,
    /// The last first.
    ended: Vec<Ended>,
}

impl Application {
    fn next(&mut self) -> Seq {
        self.facts += 1;
        Seq(self.facts)
    }

    fn version(&self, number: &VersionNumber) -> Option<&Version> {
        let mut versions = self.versions.iter();
        versions.find(|version| version.number == *number)
    }

    fn head(&self, branch: &BranchName) -> Option<BranchHead> {
        let on = || self.put.iter().filter(|(put, ..)| put == branch);
        Some(BranchHead {
            branch: branch.clone(),
            version: on().next_back()?.1.clone(),
            since: on().next()?.2,
            oldest: on().map(|put| put.3).min()?,
        })
    }

    fn tag(&self, tag: &TagName) -> Option<TagHead> {
        let mut with = self.versions.iter().filter(|version| version.has_tag(tag));
        Some(TagHead {
            tag: tag.clone(),
            version: with.next_back()?.number.clone(),
            since: self.tagged.iter().find(|(tagged, ..)| tagged == tag)?.2,
        })
    }

    /// The version whose pacts are current: the last on the main branch, else the newest.
    fn current(&self) -> Option<&Version> {
        let main = self.own.as_ref().and_then(|own| own.main_branch.as_ref());
        match main.and_then(|main| self.head(main)) {
            Some(head) => self.version(&head.version),
            None => self.versions.last(),
        }
    }

    fn first_success(
        &self,
        consumer: &PacticipantName,
        content: &ContentId,
        counts: impl Fn(&Version) -> bool,
    ) -> Option<FirstSuccess> {
        let mut any = None;
        let mut not_wip = None;
        for run in &self.runs {
            let Some(result) = run.result(consumer, content) else {
                continue;
            };
            if result.success && counts(self.version(&run.version).unwrap()) {
                any = any.or(Some(run.seq));
                not_wip = not_wip.or(Some(run.seq).filter(|_| !result.wip));
            }
        }
        any.map(|any| FirstSuccess { any, not_wip })
    }
}

fn uuid() -> Uuid {
    Uuid::derived(&["model"])
}

impl Model {
    /// Takes a fact in and says whether it was news.
    pub(super) fn tell(&mut self, fact: &Fact) -> bool {
        match fact {
            Fact::Pacticipant(told) => {
                let application = self.application(&told.name);
                let news = application.own.replace(told.clone()).as_ref() != Some(told);
                self.show_contracts(&told.name);
                news
            }
            Fact::Version(told) => self.tell_version(told),
            Fact::VersionMentioned(told) => self.tell_mention(told),
            Fact::BuildForgotten(name, number) => {
                let application = self.application(name);
                let forgotten = application
                    .versions
                    .iter_mut()
                    .find(|it| it.number == *number);
                let news = forgotten.is_some_and(|it| it.build_url.take().is_some());
                application.facts += u64::from(news);
                news
            }
            Fact::Run(told) => self.tell_run(told),
            Fact::TestResults(provider, told) => {
                let told = (provider.clone(), told.clone());
                let is_new = !self.test_results.contains(&told);
                self.test_results.push(told);
                is_new
            }
            Fact::Environment(told) => self.tell_environment(told),
            Fact::EnvironmentDeleted(name) => {
                let here = self.surrounding(name);
                let news = here.now.take().is_some();
                if news {
                    here.deployed.clear();
                    here.released.clear();
                    here.ended.clear();
                    here.next();
                }
                news
            }
            Fact::Deployed(told) => self.tell_deployment(told),
            Fact::Released(told) => self.tell_release(told),
            Fact::Undeployed {
                environment,
                deployed: told,
                at,
            } => {
                let here = self.surrounding(environment);
                let before = here.deployed.len();
                here.deployed.retain(|known| {
                    (&known.pacticipant, &known.instance) != (&told.pacticipant, &told.instance)
                });
                let news = here.deployed.len() < before;
                here.facts += u64::from(news);
                if news {
                    here.end(EndedVersion::Deployed(told.clone()), *at);
                }
                news
            }
            Fact::SupportEnded {
                environment,
                released: told,
                at,
            } => {
                let here = self.surrounding(environment);
                let before = here.released.len();
                here.released.retain(|known| {
                    (&known.pacticipant, &known.version) != (&told.pacticipant, &told.version)
                });
                let news = here.released.len() < before;
                here.facts += u64::from(news);
                if news {
                    here.end(EndedVersion::Released(told.clone()), *at);
                }
                news
            }
            Fact::VersionsGone(VersionsGone { versions, why }) => {
                // What is cleaned is not forgotten by every record; a model has only one memory.
                assert_eq!(*why, WhyGone::Deleted);
                self.delete_all(versions)
            }
            Fact::TagRemoved { .. }
            | Fact::TakenOffBranch { .. }
            | Fact::BranchesDeleted { .. }
            | Fact::PactsDeleted { .. }
            | Fact::ResultsDeleted { .. }
            | Fact::PacticipantDeleted(_) => {
                unreachable!("the laws of these are beside the decision to delete")
            }
            Fact::Webhook(told) => {
                let before = self.webhooks.insert(told.uuid.clone(), told.clone());
                before.as_ref() != Some(told)
            }
            Fact::WebhookDeleted(uuid) => self.webhooks.remove(uuid).is_some(),
            Fact::Signers(told) => self.tell_signers(told),
            Fact::Rules(rules) => self.rules.replace(*rules) != Some(*rules),
            Fact::Policy(policy) => std::mem::replace(&mut self.policy, policy.clone()) != *policy,
        }
    }

    fn tell_signers(&mut self, told: &Signers) -> bool {
        let name = &told.pacticipant;
        if told.allowed.is_empty() {
            return self.signers.remove(name).is_some();
        }
        let before = self.signers.insert(name.clone(), told.clone());
        before.as_ref() != Some(told)
    }

    fn tell_mention(&mut self, told: &VersionMention) -> bool {
        let application = self.application(&told.pacticipant);
        let is_new = application.version(&told.number).is_none();
        if is_new {
            self.tell_version(&told.into());
            let versions = &mut self.application(&told.pacticipant).versions;
            let new = versions.iter_mut().find(|it| it.number == told.number);
            new.unwrap().updated_at = Some(told.at);
        }
        is_new
    }

    fn application(&mut self, name: &PacticipantName) -> &mut Application {
        self.applications.entry(name.clone()).or_default()
    }

    fn surrounding(&mut self, name: &EnvironmentName) -> &mut Surrounding {
        self.environments.entry(name.clone()).or_default()
    }

    fn tell_version(&mut self, told: &VersionFact) -> bool {
        let application = self.application(&told.pacticipant);
        let seq = Seq(application.facts + 1);
        let before = application.version(&told.number).cloned();
        let fresh = || Version::new(told.number.clone(), seq, told.at);
        let mut version = before.clone().unwrap_or_else(fresh);

        let age = told.at.epoch_seconds() - version.created_at.epoch_seconds();
        let bare = version.branches.is_empty() && version.tags.is_empty();
        let first_tag = told.tags.first().filter(|_| bare && age <= 10);
        let named_by_tag = first_tag.map(|tag| n::<BranchName>(tag.as_str()));
        let branch = told.branch.clone().or(named_by_tag);
        let branch = branch.filter(|branch| !version.is_on(branch));
        version.branches.extend(branch.clone());
        let had = version.tags.clone();
        for tag in &told.tags {
            if !version.has_tag(tag) {
                version.tags.push(tag.clone());
            }
        }
        if told.build_url.is_some() && version.build_url != told.build_url {
            version.build_url.clone_from(&told.build_url);
            version.updated_at = before.as_ref().map(|_| told.at);
        }
        for pact in &told.pacts {
            if version.content(&pact.provider) != Some(&pact.content) {
                let publication = Publication {
                    content: pact.content.clone(),
                    created_at: told.at,
                };
                version.pacts.insert(pact.provider.clone(), publication);
            }
        }
        if before.as_ref() == Some(&version) {
            return false;
        }

        let new_tags: Vec<_> = told.tags.iter().filter(|tag| !had.contains(tag)).collect();
        let mentioned = branch.iter().map(BranchName::as_str);
        let mut mentioned = mentioned.chain(new_tags.iter().map(|tag| tag.as_str()));
        let usual = mentioned.find(|name| ["develop", "main", "master"].contains(name));
        let unknown = Pacticipant::new(told.pacticipant.clone(), told.at);
        let own = application.own.get_or_insert(unknown);
        own.main_branch = own.main_branch.take().or(usual.map(n));

        let number = &told.number;
        let put = branch.map(|branch| (branch, number.clone(), seq, version.seq));
        application.put.extend(put);
        let tagged = new_tags
            .into_iter()
            .map(|tag| (tag.clone(), number.clone(), seq));
        application.tagged.extend(tagged);
        let known = application.versions.iter_mut();
        match known.into_iter().find(|known| known.number == *number) {
            Some(known) => *known = version,
            None => application.versions.push(version),
        }
        application.next();
        for pact in &told.pacts {
            self.contents.push((
                told.pacticipant.clone(),
                pact.provider.clone(),
                pact.content.clone(),
                Arc::clone(&pact.bytes),
            ));
        }
        // The first pact is shown though it may not be current: a provider knows its consumers.
        for pact in &told.pacts {
            let (provider, consumer) = (&pact.provider, &told.pacticipant);
            if self.contract(provider, consumer).unwrap().is_none() {
                let bytes = self.content(consumer, provider, &pact.content);
                let bytes = bytes.unwrap().unwrap();
                self.contracts
                    .push((provider.clone(), consumer.clone(), bytes));
            }
        }
        self.show_contracts(&told.pacticipant);
        true
    }

    /// Takes down what the contracts of a consumer are now.
    fn show_contracts(&mut self, consumer: &PacticipantName) {
        let current = self.applications[consumer].current().cloned();
        for (provider, publication) in current.into_iter().flat_map(|version| version.pacts) {
            let bytes = self.content(consumer, &provider, &publication.content);
            let bytes = bytes.unwrap().unwrap();
            self.contracts.push((provider, consumer.clone(), bytes));
        }
    }

    fn tell_run(&mut self, told: &RunFact) -> bool {
        let application = self.application(&told.provider);
        if application.version(&told.version).is_none() {
            return false;
        }
        let of_version = || {
            let runs = application.runs.iter();
            runs.filter(|run| run.version == told.version)
        };
        // The same again is no news, unless another run spoke of the same contents in between.
        let speaks_of = |run: &Run, results: &[VerificationResult]| {
            let mut results = results.iter();
            results.any(|result| run.result(&result.consumer, &result.content).is_some())
        };
        if told.request.is_some() && of_version().any(|run| run.request == told.request) {
            return false;
        }
        let last = of_version().rfind(|run| {
            (&run.results, &run.build_url, &run.verified_by)
                == (&told.results, &told.build_url, &told.verified_by)
        });
        if let Some(last) = last.filter(|_| told.request.is_none()) {
            let mut since = of_version().filter(|run| run.seq > last.seq);
            if !since.any(|run| speaks_of(run, &told.results)) {
                return false;
            }
        }
        let run = Run {
            version: told.version.clone(),
            number: u32::try_from(of_version().count()).unwrap() + 1,
            seq: Seq(application.facts + 1),
            created_at: told.at,
            build_url: told.build_url.clone(),
            verified_by: told.verified_by.clone(),
            results: told.results.clone(),
            request: told.request.clone(),
        };
        application.runs.push(run);
        application.next();
        true
    }

    /// Returns what a search through an application finds, or the default where it is unknown.
    #[expect(clippy::unnecessary_wraps, reason = "a ledger's answers are `Read`")]
    fn of<T: Default>(&self, name: &PacticipantName, find: impl Fn(&Application) -> T) -> Read<T> {
        Ok(self.applications.get(name).map(find).unwrap_or_default())
    }

    /// Returns what a search through an environment finds, or the default where it is unknown.
    #[expect(clippy::unnecessary_wraps, reason = "a ledger's answers are `Read`")]
    fn at<T: Default>(&self, name: &EnvironmentName, find: impl Fn(&Surrounding) -> T) -> Read<T> {
        Ok(self.environments.get(name).map(find).unwrap_or_default())
    }
}

fn shared<T>(value: T) -> Arc<T> {
    Arc::new(value)
}

impl Ledger for Model {
    fn pacticipant(&self, name: &PacticipantName) -> Read<Option<Arc<Pacticipant>>> {
        let own = self.of(name, |application| application.own.clone())?;
        let never = Timestamp::clamped(0);
        let mentioned = self.contracts.iter().any(|(provider, ..)| provider == name);
        let mentioned = mentioned.then(|| Pacticipant::new(name.clone(), never));
        Ok(own.or(mentioned).map(shared))
    }

    fn has_own_record(&self, name: &PacticipantName) -> Read<bool> {
        self.of(name, |application| application.own.is_some())
    }

    fn pacticipants(&self) -> Read<Vec<PacticipantName>> {
        let own = self.applications.iter().filter(|(_, a)| a.own.is_some());
        let own = own.map(|(name, _)| name.clone());
        let providers = self.contracts.iter().map(|(provider, ..)| provider.clone());
        let names: BTreeSet<_> = own.chain(providers).collect();
        Ok(names.into_iter().collect())
    }

    fn consumers_of(&self, provider: &PacticipantName) -> Read<Vec<PacticipantName>> {
        let of = self.contracts.iter().filter(|(of, ..)| of == provider);
        let names: BTreeSet<_> = of.map(|(_, consumer, _)| consumer.clone()).collect();
        Ok(names.into_iter().collect())
    }

    fn version(
        &self,
        name: &PacticipantName,
        number: &VersionNumber,
    ) -> Read<Option<Arc<Version>>> {
        self.of(name, |application| {
            application.version(number).cloned().map(shared)
        })
    }

    fn versions(&self, name: &PacticipantName) -> Read<Vec<Arc<Version>>> {
        self.of(name, |application| {
            application.versions.iter().cloned().map(shared).collect()
        })
    }

    fn latest_version(&self, name: &PacticipantName) -> Read<Option<Arc<Version>>> {
        self.of(name, |application| {
            application.versions.last().cloned().map(shared)
        })
    }

    fn last_seq(&self, name: &PacticipantName) -> Read<Seq> {
        self.of(name, |application| Seq(application.facts))
    }

    fn branch_head(&self, name: &PacticipantName, branch: &BranchName) -> Read<Option<BranchHead>> {
        self.of(name, |application| application.head(branch))
    }

    fn branch_heads(&self, name: &PacticipantName) -> Read<Vec<BranchHead>> {
        self.of(name, |application| {
            let branches: BTreeSet<_> = application.put.iter().map(|(branch, ..)| branch).collect();
            let heads = branches.into_iter().map(|branch| application.head(branch));
            heads.flatten().collect()
        })
    }

    fn tag_head(&self, name: &PacticipantName, tag: &TagName) -> Read<Option<TagHead>> {
        self.of(name, |application| application.tag(tag))
    }

    fn tag_heads(&self, name: &PacticipantName) -> Read<Vec<TagHead>> {
        self.of(name, |application| {
            let tags: BTreeSet<_> = application.tagged.iter().map(|(tag, ..)| tag).collect();
            let heads = tags.into_iter().map(|tag| application.tag(tag));
            heads.flatten().collect()
        })
    }

    fn content(
        &self,
        consumer: &PacticipantName,
        provider: &PacticipantName,
        content: &ContentId,
    ) -> Read<Option<Arc<[u8]>>> {
        let mut contents = self.contents.iter();
        let first = contents.find(|(c, p, id, _)| (c, p, id) == (consumer, provider, content));
        Ok(first.map(|(.., bytes)| Arc::clone(bytes)))
    }

    fn contract(
        &self,
        provider: &PacticipantName,
        consumer: &PacticipantName,
    ) -> Read<Option<Arc<[u8]>>> {
        let mut shown = self.contracts.iter();
        let last = shown.rfind(|(p, c, _)| (p, c) == (provider, consumer));
        Ok(last.map(|(.., bytes)| Arc::clone(bytes)))
    }

    fn runs_of(&self, provider: &PacticipantName, version: &VersionNumber) -> Read<Vec<Arc<Run>>> {
        let mut runs = self.runs(provider)?;
        runs.retain(|run| run.version == *version);
        Ok(runs)
    }

    fn test_results(
        &self,
        provider: &PacticipantName,
        id: &TestResultsId,
    ) -> Read<Option<Arc<TestResults>>> {
        let referring = |run: &Arc<Run>| run.results.iter().any(|it| it.tests.as_ref() == Some(id));
        if !self.runs(provider)?.iter().any(referring) {
            return Ok(None);
        }
        let mut told = self.test_results.iter();
        let found = told.find(|(of, told)| of == provider && told.id() == id);
        Ok(found.map(|(_, told)| shared(told.clone())))
    }

    fn runs(&self, provider: &PacticipantName) -> Read<Vec<Arc<Run>>> {
        self.of(provider, |application| {
            application.runs.iter().cloned().map(shared).collect()
        })
    }

    fn verified(
        &self,
        provider: &PacticipantName,
        consumer: &PacticipantName,
        content: &ContentId,
    ) -> Read<Verified> {
        self.of(provider, |application| {
            let versions = &application.versions;
            let mut verified = Verified {
                ever: application.first_success(consumer, content, |_| true),
                ..Verified::default()
            };
            for branch in versions.iter().flat_map(|version| &version.branches) {
                let on_it = |version: &Version| version.is_on(branch);
                let first = application.first_success(consumer, content, on_it);
                verified
                    .branches
                    .extend(first.map(|first| (branch.clone(), first)));
            }
            for tag in versions.iter().flat_map(|version| &version.tags) {
                let has_it = |version: &Version| version.has_tag(tag);
                let first = application.first_success(consumer, content, has_it);
                verified
                    .tags
                    .extend(first.map(|first| (tag.clone(), first)));
            }
            verified
        })
    }

    fn environment(&self, name: &EnvironmentName) -> Read<Option<Arc<Environment>>> {
        self.at(name, |here| here.now.clone().map(shared))
    }

    fn environments(&self) -> Read<Vec<Arc<Environment>>> {
        let all = self.environments.values();
        Ok(all
            .filter_map(|here| here.now.clone())
            .map(shared)
            .collect())
    }

    fn last_environment_seq(&self, name: &EnvironmentName) -> Read<Seq> {
        self.at(name, |here| Seq(here.facts))
    }

    fn deployed(
        &self,
        environment: &EnvironmentName,
        name: &PacticipantName,
    ) -> Read<Vec<DeployedVersion>> {
        self.at(environment, |here| {
            let of = here
                .deployed
                .iter()
                .filter(|known| known.pacticipant == *name);
            of.cloned().collect()
        })
    }

    fn ended(&self, environment: &EnvironmentName) -> Read<Vec<Ended>> {
        self.at(environment, |here| here.ended.clone())
    }

    fn released(
        &self,
        environment: &EnvironmentName,
        name: &PacticipantName,
    ) -> Read<Vec<ReleasedVersion>> {
        self.at(environment, |here| {
            let of = here
                .released
                .iter()
                .filter(|known| known.pacticipant == *name);
            of.cloned().collect()
        })
    }

    fn pacticipants_in(&self, environment: &EnvironmentName) -> Read<Vec<PacticipantName>> {
        self.at(environment, |here| {
            let deployed = here.deployed.iter().map(|known| &known.pacticipant);
            let released = here.released.iter().map(|known| &known.pacticipant);
            let names: BTreeSet<_> = deployed.chain(released).cloned().collect();
            names.into_iter().collect()
        })
    }

    fn webhook(&self, uuid: &WebhookUuid) -> Read<Option<Arc<Webhook>>> {
        Ok(self.webhooks.get(uuid).cloned().map(Arc::new))
    }

    fn webhooks(&self) -> Read<Vec<Arc<Webhook>>> {
        let mut webhooks: Vec<_> = self.webhooks.values().cloned().map(Arc::new).collect();
        webhooks.sort_by_key(|webhook| webhook.created_at);
        Ok(webhooks)
    }

    fn signers(&self, pacticipant: &PacticipantName) -> Read<Option<Arc<Signers>>> {
        Ok(self.signers.get(pacticipant).cloned().map(Arc::new))
    }

    fn all_signers(&self) -> Read<Vec<Arc<Signers>>> {
        Ok(self.signers.values().cloned().map(Arc::new).collect())
    }

    fn rules(&self) -> Read<Option<Rules>> {
        Ok(self.rules)
    }

    fn policy(&self) -> Read<Policy> {
        Ok(self.policy.clone())
    }
}
