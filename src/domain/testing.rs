//! A ledger in memory, for tests of decisions: tell it facts, ask it questions.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::content::ContentId;
use super::entry::{ContentKey, Entry, entries};
use super::environment::{DeployedVersion, Ended, Environment, ReleasedVersion};
use super::fact::{
    DeploymentFact, EnvironmentFact, Fact, PactFact, ReleaseFact, RunFact, VersionFact,
};
use super::ledger::{Ledger, Read};
use super::name::{
    ApplicationInstance, BranchName, EnvironmentName, PacticipantName, TagName, VersionNumber,
};
use super::pacticipant::Pacticipant;
use super::policy::Policy;
use super::rules::Rules;
use super::signers::Signers;
use super::test_results::{TestResults, TestResultsId};
use super::time::{Seq, Timestamp};
use super::verification::{Run, VerificationResult, Verified};
use super::version::{BranchHead, TagHead, Version};
use super::webhook::{Webhook, WebhookUuid};

type Deployments = BTreeMap<
    (
        EnvironmentName,
        PacticipantName,
        Option<ApplicationInstance>,
    ),
    DeployedVersion,
>;
type Releases = BTreeMap<(EnvironmentName, PacticipantName, VersionNumber), ReleasedVersion>;

/// All that a test has told, indexed as the store would.
#[derive(Clone, Default)]
pub(crate) struct MemoryLedger {
    /// Seconds since 1970 that the next fact is stamped with; a minute passes with each fact.
    clock: i64,
    is_clock_held: bool,
    pacticipants: BTreeMap<PacticipantName, Arc<Pacticipant>>,
    versions: BTreeMap<(PacticipantName, VersionNumber), Arc<Version>>,
    latest: BTreeMap<PacticipantName, (Option<VersionNumber>, Seq)>,
    branch_heads: BTreeMap<(PacticipantName, BranchName), BranchHead>,
    tag_heads: BTreeMap<(PacticipantName, TagName), TagHead>,
    contents: BTreeMap<ContentKey, Arc<[u8]>>,
    verified: BTreeMap<ContentKey, Verified>,
    contracts: BTreeMap<(PacticipantName, PacticipantName), Arc<[u8]>>,
    runs: BTreeMap<PacticipantName, Vec<Arc<Run>>>,
    test_results: BTreeMap<(PacticipantName, TestResultsId), Arc<TestResults>>,
    environments: BTreeMap<EnvironmentName, Arc<Environment>>,
    environment_seqs: BTreeMap<EnvironmentName, Seq>,
    deployed: Deployments,
    released: Releases,
    ended: BTreeMap<EnvironmentName, Vec<Ended>>,
    webhooks: BTreeMap<WebhookUuid, Arc<Webhook>>,
    signers: BTreeMap<PacticipantName, Arc<Signers>>,
    rules: Option<Rules>,
    policy: Policy,
}

/// Parses a name in a test.
pub(crate) fn n<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

/// Returns the id of a made-up content: `content("a")` differs from `content("b")`.
pub(crate) fn content(text: &str) -> ContentId {
    use sha2::Digest;
    ContentId::from_digest(sha2::Sha256::digest(text).into())
}

impl MemoryLedger {
    /// Records a fact and returns how many entries it made.
    pub(crate) fn tell(&mut self, fact: &Fact) -> usize {
        let entries = entries(self, fact).unwrap();
        let count = entries.len();
        for entry in entries {
            self.store(entry);
        }
        if !self.is_clock_held {
            self.clock += 60;
        }
        count
    }

    /// Returns the time of the next fact.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_epoch_seconds(1_700_000_000 + self.clock).unwrap()
    }

    /// Lets time pass, in seconds.
    pub(crate) fn pass(&mut self, seconds: i64) {
        self.clock += seconds;
    }

    /// All that follows happens in one second, until the clock is not held any more.
    pub(crate) fn hold_the_clock(&mut self, held: bool) {
        self.is_clock_held = held;
    }

    /// A consumer version publishes made-up contents, given as `provider=content`.
    pub(crate) fn publish(&mut self, consumer: &str, version: &str, branch: &str, pacts: &[&str]) {
        self.publish_tagged(consumer, version, branch, &[], pacts);
    }

    /// The same with tags; an empty branch is none.
    pub(crate) fn publish_tagged(
        &mut self,
        consumer: &str,
        version: &str,
        branch: &str,
        tags: &[&str],
        pacts: &[&str],
    ) {
        let pact = |text: &&str| {
            let (provider, text) = text.split_once('=').unwrap();
            let bytes = Arc::from(text.as_bytes());
            PactFact {
                provider: n(provider),
                content: content(text),
                bytes,
            }
        };
        let fact = Fact::Version(VersionFact {
            pacticipant: n(consumer),
            number: n(version),
            branch: (!branch.is_empty()).then(|| n(branch)),
            tags: tags.iter().map(|tag| n(tag)).collect(),
            build_url: None,
            pacts: pacts.iter().map(pact).collect(),
            at: self.now(),
        });
        self.tell(&fact);
    }

    /// A provider version verifies made-up contents, given as `consumer=content:yes|no|wip`.
    pub(crate) fn verify(&mut self, provider: &str, version: &str, branch: &str, results: &[&str]) {
        self.publish(provider, version, branch, &[]);
        let result = |text: &&str| {
            let (consumer, rest) = text.split_once('=').unwrap();
            let (text, outcome) = rest.split_once(':').unwrap();
            VerificationResult {
                consumer: n(consumer),
                content: content(text),
                success: outcome != "no",
                wip: outcome == "wip",
                failures: Vec::new(),
                tests: None,
            }
        };
        let fact = Fact::Run(RunFact {
            provider: n(provider),
            version: n(version),
            build_url: None,
            verified_by: None,
            results: results.iter().map(result).collect(),
            request: None,
            at: self.now(),
        });
        self.tell(&fact);
    }

    /// There is an environment.
    pub(crate) fn environment_named(&mut self, name: &str) {
        let fact = Fact::Environment(EnvironmentFact {
            name: n(name),
            uuid: None,
            display_name: None,
            production: false,
            contacts: Vec::new(),
            at: self.now(),
        });
        self.tell(&fact);
    }

    /// A version is deployed; an empty instance is none.
    pub(crate) fn deploy(&mut self, name: &str, version: &str, environment: &str, instance: &str) {
        let fact = Fact::Deployed(DeploymentFact {
            environment: n(environment),
            pacticipant: n(name),
            version: n(version),
            instance: (!instance.is_empty()).then(|| n(instance)),
            build_url: None,
            at: self.now(),
        });
        self.tell(&fact);
    }

    /// A version is released.
    pub(crate) fn release(&mut self, name: &str, version: &str, environment: &str) {
        let fact = Fact::Released(ReleaseFact {
            environment: n(environment),
            pacticipant: n(name),
            version: n(version),
            build_url: None,
            at: self.now(),
        });
        self.tell(&fact);
    }

    /// Nothing of a pacticipant is on record.
    fn forget(&mut self, name: &PacticipantName) {
        self.pacticipants.remove(name);
        self.versions.retain(|(of, _), _| of != name);
        self.latest.remove(name);
        self.branch_heads.retain(|(of, _), _| of != name);
        self.tag_heads.retain(|(of, _), _| of != name);
        self.contents.retain(|key, _| key.consumer != *name);
        self.verified.retain(|key, _| key.provider != *name);
        self.runs.remove(name);
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each entry")]
    fn store(&mut self, entry: Entry) {
        match entry {
            Entry::Pacticipant(new) => {
                self.pacticipants.insert(new.name.clone(), Arc::new(new));
            }
            Entry::Version(name, new) => {
                self.versions
                    .insert((name, new.number.clone()), Arc::new(new));
            }
            Entry::Content(key, bytes) => {
                self.contents.insert(key, bytes);
            }
            Entry::Run(name, run) => {
                let runs = self.runs.entry(name).or_default();
                match runs.iter_mut().find(|known| known.seq == run.seq) {
                    Some(known) => *known = Arc::new(run),
                    None => runs.push(Arc::new(run)),
                }
            }
            Entry::TestResults(name, results) => {
                let key = (name, results.id().clone());
                self.test_results.insert(key, Arc::new(results));
            }
            Entry::TestResultsGone(name, id) => {
                self.test_results.remove(&(name, id));
            }
            Entry::VersionGone(name, number) => {
                self.versions.remove(&(name, number));
            }
            Entry::ContentGone(key) => {
                self.contents.remove(&key);
            }
            Entry::RunGone(name, version, number) => {
                let runs = self.runs.entry(name).or_default();
                runs.retain(|run| run.version != version || run.number != number);
            }
            Entry::Latest(name, version, seq) => {
                self.latest.insert(name, (version, seq));
            }
            Entry::BranchHead(name, head) => {
                self.branch_heads.insert((name, head.branch.clone()), head);
            }
            Entry::BranchHeadGone(name, branch) => {
                self.branch_heads.remove(&(name, branch));
            }
            Entry::TagHeadGone(name, tag) => {
                self.tag_heads.remove(&(name, tag));
            }
            Entry::ContractGone { provider, consumer } => {
                self.contracts.remove(&(provider, consumer));
            }
            Entry::TagHead(name, head) => {
                self.tag_heads.insert((name, head.tag.clone()), head);
            }
            Entry::Verified(key, verified) => {
                self.verified.insert(key, verified);
            }
            Entry::Contract {
                provider,
                consumer,
                bytes,
            } => {
                self.contracts.insert((provider, consumer), bytes);
            }
            Entry::PacticipantGone(name) => self.forget(&name),
            Entry::Environment(new) => {
                self.environments.insert(new.name.clone(), Arc::new(new));
            }
            Entry::EnvironmentDeleted(name) => {
                self.environments.remove(&name);
                self.deployed
                    .retain(|(environment, ..), _| *environment != name);
                self.released
                    .retain(|(environment, ..), _| *environment != name);
                self.ended.remove(&name);
            }
            Entry::EnvironmentSeq(name, seq) => {
                self.environment_seqs.insert(name, seq);
            }
            Entry::Deployed(environment, new) => {
                let key = (environment, new.pacticipant.clone(), new.instance.clone());
                self.deployed.insert(key, new);
            }
            Entry::Undeployed(environment, name, instance) => {
                self.deployed.remove(&(environment, name, instance));
            }
            Entry::Released(environment, new) => {
                let key = (environment, new.pacticipant.clone(), new.version.clone());
                self.released.insert(key, new);
            }
            Entry::SupportEnded(environment, name, version) => {
                self.released.remove(&(environment, name, version));
            }
            Entry::Ended(environment, ended) => {
                self.ended.insert(environment, ended);
            }
            Entry::Webhook(new) => {
                self.webhooks.insert(new.uuid.clone(), Arc::new(new));
            }
            Entry::WebhookDeleted(uuid) => {
                self.webhooks.remove(&uuid);
            }
            Entry::Signers(new) => {
                self.signers.insert(new.pacticipant.clone(), Arc::new(new));
            }
            Entry::SignersGone(name) => {
                self.signers.remove(&name);
            }
            Entry::Rules(rules) => self.rules = Some(rules),
            Entry::Policy(policy) => self.policy = policy,
        }
    }
}

impl Ledger for MemoryLedger {
    fn pacticipant(&self, name: &PacticipantName) -> Read<Option<Arc<Pacticipant>>> {
        let known = self.pacticipants.get(name).cloned();
        let mentioned = || {
            let at = Timestamp::from_epoch_seconds(0).unwrap();
            let as_provider = self.contracts.keys().any(|(provider, _)| provider == name);
            as_provider.then(|| Arc::new(Pacticipant::new(name.clone(), at)))
        };
        Ok(known.or_else(mentioned))
    }

    fn has_own_record(&self, name: &PacticipantName) -> Read<bool> {
        Ok(self.pacticipants.contains_key(name))
    }

    fn pacticipants(&self) -> Read<Vec<PacticipantName>> {
        let providers = self.contracts.keys().map(|(provider, _)| provider.clone());
        let names: BTreeSet<_> = self.pacticipants.keys().cloned().chain(providers).collect();
        Ok(names.into_iter().collect())
    }

    fn consumers_of(&self, provider: &PacticipantName) -> Read<Vec<PacticipantName>> {
        let of_provider = self.contracts.keys().filter(|(of, _)| of == provider);
        Ok(of_provider.map(|(_, consumer)| consumer.clone()).collect())
    }

    fn version(
        &self,
        name: &PacticipantName,
        number: &VersionNumber,
    ) -> Read<Option<Arc<Version>>> {
        Ok(self.versions.get(&(name.clone(), number.clone())).cloned())
    }

    fn versions(&self, name: &PacticipantName) -> Read<Vec<Arc<Version>>> {
        let of_name = self.versions.iter().filter(|((of, _), _)| of == name);
        let mut versions: Vec<_> = of_name.map(|(_, version)| Arc::clone(version)).collect();
        versions.sort_by_key(|version| version.seq);
        Ok(versions)
    }

    fn latest_version(&self, name: &PacticipantName) -> Read<Option<Arc<Version>>> {
        match self.latest.get(name) {
            Some((Some(number), _)) => self.version(name, number),
            _ => Ok(None),
        }
    }

    fn last_seq(&self, name: &PacticipantName) -> Read<Seq> {
        Ok(self
            .latest
            .get(name)
            .map_or(Seq::default(), |(_, seq)| *seq))
    }

    fn branch_head(&self, name: &PacticipantName, branch: &BranchName) -> Read<Option<BranchHead>> {
        Ok(self
            .branch_heads
            .get(&(name.clone(), branch.clone()))
            .cloned())
    }

    fn branch_heads(&self, name: &PacticipantName) -> Read<Vec<BranchHead>> {
        let of_name = self.branch_heads.iter().filter(|((of, _), _)| of == name);
        Ok(of_name.map(|(_, head)| head.clone()).collect())
    }

    fn tag_head(&self, name: &PacticipantName, tag: &TagName) -> Read<Option<TagHead>> {
        Ok(self.tag_heads.get(&(name.clone(), tag.clone())).cloned())
    }

    fn tag_heads(&self, name: &PacticipantName) -> Read<Vec<TagHead>> {
        let of_name = self.tag_heads.iter().filter(|((of, _), _)| of == name);
        Ok(of_name.map(|(_, head)| head.clone()).collect())
    }

    fn content(
        &self,
        consumer: &PacticipantName,
        provider: &PacticipantName,
        content: &ContentId,
    ) -> Read<Option<Arc<[u8]>>> {
        let (consumer, provider) = (consumer.clone(), provider.clone());
        let key = ContentKey {
            consumer,
            provider,
            content: content.clone(),
        };
        Ok(self.contents.get(&key).cloned())
    }

    fn contract(
        &self,
        provider: &PacticipantName,
        consumer: &PacticipantName,
    ) -> Read<Option<Arc<[u8]>>> {
        Ok(self
            .contracts
            .get(&(provider.clone(), consumer.clone()))
            .cloned())
    }

    fn runs_of(&self, provider: &PacticipantName, version: &VersionNumber) -> Read<Vec<Arc<Run>>> {
        let mut runs = self.runs(provider)?;
        runs.retain(|run| run.version == *version);
        Ok(runs)
    }

    fn runs(&self, provider: &PacticipantName) -> Read<Vec<Arc<Run>>> {
        Ok(self.runs.get(provider).cloned().unwrap_or_default())
    }

    fn test_results(
        &self,
        provider: &PacticipantName,
        id: &TestResultsId,
    ) -> Read<Option<Arc<TestResults>>> {
        let key = (provider.clone(), id.clone());
        Ok(self.test_results.get(&key).cloned())
    }

    fn verified(
        &self,
        provider: &PacticipantName,
        consumer: &PacticipantName,
        content: &ContentId,
    ) -> Read<Verified> {
        let (consumer, provider) = (consumer.clone(), provider.clone());
        let key = ContentKey {
            consumer,
            provider,
            content: content.clone(),
        };
        Ok(self.verified.get(&key).cloned().unwrap_or_default())
    }

    fn environment(&self, name: &EnvironmentName) -> Read<Option<Arc<Environment>>> {
        Ok(self.environments.get(name).cloned())
    }

    fn environments(&self) -> Read<Vec<Arc<Environment>>> {
        Ok(self.environments.values().cloned().collect())
    }

    fn last_environment_seq(&self, name: &EnvironmentName) -> Read<Seq> {
        Ok(self.environment_seqs.get(name).copied().unwrap_or_default())
    }

    fn deployed(
        &self,
        environment: &EnvironmentName,
        name: &PacticipantName,
    ) -> Read<Vec<DeployedVersion>> {
        let here = self
            .deployed
            .iter()
            .filter(|((e, p, _), _)| e == environment && p == name);
        let mut found: Vec<_> = here.map(|(_, deployed)| deployed.clone()).collect();
        found.sort_by_key(|deployed| deployed.seq);
        Ok(found)
    }

    fn ended(&self, environment: &EnvironmentName) -> Read<Vec<Ended>> {
        Ok(self.ended.get(environment).cloned().unwrap_or_default())
    }

    fn released(
        &self,
        environment: &EnvironmentName,
        name: &PacticipantName,
    ) -> Read<Vec<ReleasedVersion>> {
        let here = self
            .released
            .iter()
            .filter(|((e, p, _), _)| e == environment && p == name);
        let mut found: Vec<_> = here.map(|(_, released)| released.clone()).collect();
        found.sort_by_key(|released| released.seq);
        Ok(found)
    }

    fn pacticipants_in(&self, environment: &EnvironmentName) -> Read<Vec<PacticipantName>> {
        let deployed = self.deployed.keys().map(|(e, p, _)| (e, p));
        let released = self.released.keys().map(|(e, p, _)| (e, p));
        let here = deployed.chain(released).filter(|(e, _)| *e == environment);
        let names: BTreeSet<_> = here.map(|(_, name)| name.clone()).collect();
        Ok(names.into_iter().collect())
    }

    fn webhook(&self, uuid: &WebhookUuid) -> Read<Option<Arc<Webhook>>> {
        Ok(self.webhooks.get(uuid).cloned())
    }

    fn webhooks(&self) -> Read<Vec<Arc<Webhook>>> {
        let mut webhooks: Vec<_> = self.webhooks.values().cloned().collect();
        webhooks.sort_by_key(|webhook| webhook.created_at);
        Ok(webhooks)
    }

    fn signers(&self, pacticipant: &PacticipantName) -> Read<Option<Arc<Signers>>> {
        Ok(self.signers.get(pacticipant).cloned())
    }

    fn all_signers(&self) -> Read<Vec<Arc<Signers>>> {
        Ok(self.signers.values().cloned().collect())
    }

    fn rules(&self) -> Read<Option<Rules>> {
        Ok(self.rules)
    }

    fn policy(&self) -> Read<Policy> {
        Ok(self.policy.clone())
    }
}
