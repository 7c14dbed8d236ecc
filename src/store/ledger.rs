//! Answers the questions of the domain by looking up paths in a snapshot.

mod reading;

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::slice;
use std::sync::Arc;

use serde_json::Value;

use self::reading::Misplaced;
use self::reading::Root;
use self::reading::owned;
use self::reading::unreadable;
use super::Item;
use super::Snapshot;
use super::known_standing::ByNames;
use super::known_standing::KnownStanding;
use crate::domain::content::ContentId;
use crate::domain::environment::DeployedVersion;
use crate::domain::environment::Ended;
use crate::domain::environment::Environment;
use crate::domain::environment::ReleasedVersion;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Read;
use crate::domain::ledger::Unreadable;
use crate::domain::name::BranchName;
use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;
use crate::domain::pacticipant::Pacticipant;
use crate::domain::policy::Policy;
use crate::domain::rules::Rules;
use crate::domain::signers::Signers;
use crate::domain::test_results::TestResults;
use crate::domain::test_results::TestResultsId;
use crate::domain::time::Seq;
use crate::domain::time::Timestamp;
use crate::domain::verification::Run;
use crate::domain::verification::Verified;
use crate::domain::version::BranchHead;
use crate::domain::version::TagHead;
use crate::domain::version::Version;
use crate::domain::webhook::Webhook;
use crate::domain::webhook::WebhookUuid;
use crate::record::app::AppRecord;
use crate::record::environment::DeployedRecord;
use crate::record::environment::EndedRecord;
use crate::record::environment::EnvironmentLatestRecord;
use crate::record::environment::EnvironmentRecord;
use crate::record::environment::ReleasedRecord;
use crate::record::head::BranchHeadRecord;
use crate::record::head::LatestRecord;
use crate::record::head::TagHeadRecord;
use crate::record::path;
use crate::record::path::Branch;
use crate::record::path::Owner;
use crate::record::path::RecordPath;
use crate::record::path::Segment;
use crate::record::policy::PolicyRecord;
use crate::record::run::RunRecord;
use crate::record::settings::SettingsRecord;
use crate::record::signers::SignersRecord;
use crate::record::test_results::TestResultsRecord;
use crate::record::verified::VerifiedRecord;
use crate::record::version::VersionRecord;
use crate::record::webhook::WebhookRecord;

/// All that a snapshot knows.
pub struct StoreLedger<'a> {
    snapshot: &'a dyn Snapshot,
}

impl<'a> StoreLedger<'a> {
    /// Returns the ledger of a snapshot.
    #[must_use]
    pub fn new(snapshot: &'a dyn Snapshot) -> Self {
        Self { snapshot }
    }

    /// Returns what is known of two names, or finds it out.
    fn standing<V: Clone>(
        &self,
        kind: impl Fn(&KnownStanding) -> &ByNames<V>,
        [one, other]: [&str; 2],
        find: impl FnOnce() -> Read<V>,
    ) -> Read<V> {
        match self.snapshot.known_standing() {
            Some(known) => kind(known).recall(one, other, find),
            None => find(),
        }
    }

    fn latest(&self, name: &PacticipantName) -> Read<Option<LatestRecord>> {
        self.record(&Branch::app(name), &path::latest(name))
    }

    /// Says whether an application has a record on its branch, which is not read.
    fn is_described(&self, branch: &Branch, segment: &Segment) -> Read<bool> {
        let (directory, record) = (path::segment(segment), path::app_in(segment));
        let items = self.list(branch, &directory)?;
        let mut paths = items.iter().map(|item| directory.join(&item.name));
        Ok(paths.any(|path| path == record))
    }

    /// Returns the pacticipant that an encoded name on a branch stands for.
    fn owner_name(&self, branch: &Branch, segment: &Segment) -> Read<Option<PacticipantName>> {
        if let Some(name) = segment.name() {
            let path = path::app_in(segment);
            return name
                .parse()
                .map(Some)
                .map_err(|error| unreadable(branch, &path, error));
        }
        if matches!(branch.owner(), Owner::App(_)) {
            let record = self.record::<AppRecord>(branch, &path::app_in(segment))?;
            return Ok(record.map(|record| Pacticipant::from(record).name));
        }
        let directory = path::segment(segment);
        let Some(item) = self.list(branch, &directory)?.into_iter().next() else {
            return Ok(None);
        };
        let path = directory.join(&item.name);
        if let Some(name) = self.named_in(branch, &path, "provider")? {
            return Ok(Some(name));
        }
        // A pact need not name whom it is between, but the consumer knows whose pacts it has.
        let consumer = self.consumer_in(branch, &path, &item)?;
        let versions = self.versions(&consumer)?;
        let mut providers = versions.iter().flat_map(|version| version.pacts.keys());
        let is_it = |name: &&PacticipantName| path::encode(name.as_str()) == segment.0;
        Ok(providers.find(is_it).cloned())
    }

    /// Returns whose contract lies in a directory of contracts.
    fn consumer_in(
        &self,
        branch: &Branch,
        path: &RecordPath,
        item: &Item,
    ) -> Read<PacticipantName> {
        let segment = item.name.strip_suffix(".json");
        let Some(segment) = segment.filter(|_| !item.is_directory) else {
            return Err(unreadable(branch, path, Misplaced));
        };
        let segment = Segment(segment.to_owned());
        if let Some(name) = segment.name() {
            let name = name.parse();
            return name.map_err(|error| unreadable(branch, path, error));
        }
        if let Some(name) = self.named_in(branch, path, "consumer")? {
            return Ok(name);
        }
        // A pact need not say whose it is, but its consumer has a record of its own.
        let own = self.record::<AppRecord>(&Branch::app_in(&segment), &path::app_in(&segment))?;
        let own = own.map(|record| Pacticipant::from(record).name);
        own.ok_or_else(|| unreadable(branch, path, Misplaced))
    }

    /// Returns the pacticipants that have a directory in a directory.
    fn directory_names(
        &self,
        branch: &Branch,
        path: &RecordPath,
        names_in: impl Fn(&RecordPath) -> Read<Vec<PacticipantName>>,
    ) -> Read<Vec<PacticipantName>> {
        let mut names = Vec::new();
        for item in self.list(branch, path)? {
            let path = path.join(&item.name);
            if let Some(name) = path::decode(&item.name) {
                names.push(
                    name.parse()
                        .map_err(|error| unreadable(branch, &path, error))?,
                );
            } else {
                names.extend(names_in(&path)?);
            }
        }
        Ok(names)
    }

    /// Returns what is deployed in a directory of an environment.
    fn deployed_at(
        &self,
        environment: &EnvironmentName,
        path: &RecordPath,
    ) -> Read<Vec<DeployedVersion>> {
        let place = |known: &DeployedVersion| {
            path::deployed(environment, &known.pacticipant, known.instance.as_ref())
        };
        let branch = Branch::environment(environment);
        let deployed = self.records::<DeployedRecord, _>(&branch, path, 0, place)?;
        Ok(owned(deployed))
    }

    /// Returns what is released in a directory of an environment.
    fn released_at(
        &self,
        environment: &EnvironmentName,
        path: &RecordPath,
    ) -> Read<Vec<ReleasedVersion>> {
        let place = |known: &ReleasedVersion| {
            path::released(environment, &known.pacticipant, &known.version)
        };
        let branch = Branch::environment(environment);
        let released = self.records::<ReleasedRecord, _>(&branch, path, 0, place)?;
        Ok(owned(released))
    }

    /// Returns who a contract says that it is of, as consumer or as provider, if it says so.
    fn named_in(
        &self,
        branch: &Branch,
        path: &RecordPath,
        role: &str,
    ) -> Read<Option<PacticipantName>> {
        let bytes = self.bytes(branch, path)?.unwrap_or_default();
        let contract: Value =
            serde_json::from_slice(&bytes).map_err(|error| unreadable(branch, path, error))?;
        let name = contract[role]["name"].as_str();
        Ok(name.and_then(|name| name.parse().ok()))
    }
}

/// Something is not there although another record names it.
#[derive(Debug, thiserror::Error)]
#[error("it is not there, and `heads/latest.json` names it")]
struct Absent;

impl Ledger for StoreLedger<'_> {
    fn pacticipant(&self, name: &PacticipantName) -> Read<Option<Arc<Pacticipant>>> {
        let (branch, path) = (Branch::app(name), path::app(name));
        let described = self.record_about::<AppRecord, _>(
            &branch,
            &path,
            name.as_str(),
            |pacticipant: &Pacticipant| pacticipant.name.as_str(),
        )?;
        if described.is_some() {
            return Ok(described);
        }
        let (branch, path) = (Branch::contracts(name), path::contracts(name));
        let mentioned = !self.list(&branch, &path)?.is_empty();
        let never = Timestamp::clamped(0);
        Ok(mentioned.then(|| Arc::new(Pacticipant::new(name.clone(), never))))
    }

    fn has_own_record(&self, name: &PacticipantName) -> Read<bool> {
        Ok(self.bytes(&Branch::app(name), &path::app(name))?.is_some())
    }

    fn pacticipants(&self) -> Read<Vec<PacticipantName>> {
        let branches = self.snapshot.branches().map_err(|error| Unreadable {
            what: "the branches of the store".to_owned(),
            source: error.into(),
        })?;
        let mut described = BTreeSet::new();
        let mut names = BTreeSet::new();
        for branch in &branches {
            if let Owner::App(segment) = branch.owner()
                // The branch stays when its pacticipant is deleted.
                && self.is_described(branch, &segment)?
            {
                names.extend(self.owner_name(branch, &segment)?);
                described.insert(segment);
            }
        }
        for branch in &branches {
            if let Owner::Contracts(segment) = branch.owner()
                && !described.contains(&segment)
                // The branch stays when the last contract on it is gone.
                && !self.list(branch, &path::segment(&segment))?.is_empty()
            {
                names.extend(self.owner_name(branch, &segment)?);
            }
        }
        Ok(names.into_iter().collect())
    }

    fn consumers_of(&self, provider: &PacticipantName) -> Read<Vec<PacticipantName>> {
        let (branch, directory) = (Branch::contracts(provider), path::contracts(provider));
        let mut consumers = Vec::new();
        for item in self.list(&branch, &directory)? {
            let path = directory.join(&item.name);
            consumers.push(self.consumer_in(&branch, &path, &item)?);
        }
        consumers.sort();
        Ok(consumers)
    }

    fn version(
        &self,
        pacticipant: &PacticipantName,
        number: &VersionNumber,
    ) -> Read<Option<Arc<Version>>> {
        let path = path::version(pacticipant, number);
        let branch = Branch::app(pacticipant);
        self.record_about::<VersionRecord, Version>(&branch, &path, number.as_str(), |version| {
            version.number.as_str()
        })
    }

    fn versions(&self, pacticipant: &PacticipantName) -> Read<Vec<Arc<Version>>> {
        let (branch, path) = (Branch::app(pacticipant), path::versions(pacticipant));
        let places = path::Versions::of(pacticipant);
        let place = |known: &Version| places.path(&known.number);
        let mut versions = self.records::<VersionRecord, _>(&branch, &path, 2, place)?;
        versions.sort_by_key(|version| version.seq);
        Ok(versions)
    }

    fn latest_version(&self, pacticipant: &PacticipantName) -> Read<Option<Arc<Version>>> {
        let Some(number) = self.latest(pacticipant)?.and_then(|it| it.version) else {
            return Ok(None);
        };
        let version = self.version(pacticipant, &number)?;
        if version.is_none() {
            let path = path::version(pacticipant, &number);
            return Err(unreadable(&Branch::app(pacticipant), &path, Absent));
        }
        Ok(version)
    }

    fn last_seq(&self, pacticipant: &PacticipantName) -> Read<Seq> {
        Ok(self
            .latest(pacticipant)?
            .map_or(Seq::default(), |latest| latest.seq))
    }

    fn branch_head(
        &self,
        pacticipant: &PacticipantName,
        branch: &BranchName,
    ) -> Read<Option<BranchHead>> {
        let names = [pacticipant.as_str(), branch.as_str()];
        self.standing(
            |known| &known.branch_heads,
            names,
            || {
                let head = self.record_about::<BranchHeadRecord, _>(
                    &Branch::app(pacticipant),
                    &path::branch_head(pacticipant, branch),
                    branch.as_str(),
                    |head: &BranchHead| head.branch.as_str(),
                )?;
                Ok(head.map(Arc::unwrap_or_clone))
            },
        )
    }

    fn branch_heads(&self, pacticipant: &PacticipantName) -> Read<Vec<BranchHead>> {
        let (branch, path) = (Branch::app(pacticipant), path::branch_heads(pacticipant));
        let place = |known: &BranchHead| path::branch_head(pacticipant, &known.branch);
        let heads = self.records::<BranchHeadRecord, _>(&branch, &path, 2, place)?;
        let mut heads = owned(heads);
        heads.sort_by(|a, b| a.branch.cmp(&b.branch));
        Ok(heads)
    }

    fn tag_head(&self, pacticipant: &PacticipantName, tag: &TagName) -> Read<Option<TagHead>> {
        let names = [pacticipant.as_str(), tag.as_str()];
        self.standing(
            |known| &known.tag_heads,
            names,
            || {
                let head = self.record_about::<TagHeadRecord, _>(
                    &Branch::app(pacticipant),
                    &path::tag_head(pacticipant, tag),
                    tag.as_str(),
                    |head: &TagHead| head.tag.as_str(),
                )?;
                Ok(head.map(Arc::unwrap_or_clone))
            },
        )
    }

    fn tag_heads(&self, pacticipant: &PacticipantName) -> Read<Vec<TagHead>> {
        let (branch, path) = (Branch::app(pacticipant), path::tag_heads(pacticipant));
        let place = |known: &TagHead| path::tag_head(pacticipant, &known.tag);
        let heads = self.records::<TagHeadRecord, _>(&branch, &path, 2, place)?;
        let mut heads = owned(heads);
        heads.sort_by(|a, b| a.tag.cmp(&b.tag));
        Ok(heads)
    }

    fn content(
        &self,
        consumer: &PacticipantName,
        provider: &PacticipantName,
        content: &ContentId,
    ) -> Read<Option<Arc<[u8]>>> {
        self.bytes(
            &Branch::app(consumer),
            &path::content(consumer, provider, content),
        )
    }

    fn contract(
        &self,
        provider: &PacticipantName,
        consumer: &PacticipantName,
    ) -> Read<Option<Arc<[u8]>>> {
        self.bytes(
            &Branch::contracts(provider),
            &path::contract(provider, consumer),
        )
    }

    fn runs_of(&self, provider: &PacticipantName, version: &VersionNumber) -> Read<Vec<Arc<Run>>> {
        let (branch, directory) = (Branch::app(provider), path::runs_of(provider, version));
        let prefix = path::run_prefix(version);
        let mut runs = Vec::new();
        for item in self.list(&branch, &directory)? {
            if !item.name.starts_with(&prefix) {
                continue;
            }
            let run = self.record_about::<RunRecord, _>(
                &branch,
                &directory.join(&item.name),
                version.as_str(),
                |run: &Run| run.version.as_str(),
            )?;
            runs.extend(run);
        }
        runs.sort_by_key(|run| run.number);
        Ok(runs)
    }

    fn runs(&self, provider: &PacticipantName) -> Read<Vec<Arc<Run>>> {
        let mut runs = self.runs_of_each(slice::from_ref(provider))?;
        Ok(runs.pop().unwrap_or_default())
    }

    fn runs_of_each(&self, providers: &[PacticipantName]) -> Read<Vec<Vec<Arc<Run>>>> {
        let root = |provider: &PacticipantName| {
            let places = path::Runs::of(provider);
            Root {
                branch: Branch::app(provider),
                path: path::runs(provider),
                place: move |known: &Run| places.path(&known.version, known.number),
            }
        };
        let roots: Vec<_> = providers.iter().map(root).collect();
        let mut runs = self.records_below::<RunRecord, Run, _>(&roots, 2)?;
        for runs in &mut runs {
            runs.sort_by_key(|run| run.seq);
        }
        Ok(runs)
    }

    fn test_results(
        &self,
        provider: &PacticipantName,
        id: &TestResultsId,
    ) -> Read<Option<Arc<TestResults>>> {
        self.record_about::<TestResultsRecord, _>(
            &Branch::app(provider),
            &path::test_results(provider, id),
            id.as_str(),
            |results: &TestResults| results.id().as_str(),
        )
    }

    fn verified(
        &self,
        provider: &PacticipantName,
        consumer: &PacticipantName,
        content: &ContentId,
    ) -> Read<Verified> {
        let path = path::verified(provider, consumer, content);
        let record = self.record::<VerifiedRecord>(&Branch::app(provider), &path)?;
        Ok(record.map(Verified::from).unwrap_or_default())
    }

    fn environment(&self, name: &EnvironmentName) -> Read<Option<Arc<Environment>>> {
        self.record_about::<EnvironmentRecord, _>(
            &Branch::environment(name),
            &path::environment(name),
            name.as_str(),
            |environment: &Environment| environment.name.as_str(),
        )
    }

    fn environments(&self) -> Read<Vec<Arc<Environment>>> {
        let known = self.snapshot.known_standing().map(|it| &it.environments);
        if let Some(environments) = known.and_then(OnceCell::get) {
            return Ok(environments.clone());
        }
        let branches = self.snapshot.environments().map_err(|error| Unreadable {
            what: "the branches of environments".to_owned(),
            source: error.into(),
        })?;
        let mut environments = Vec::new();
        for branch in branches {
            let Owner::Environment(segment) = branch.owner() else {
                continue;
            };
            let path = path::segment(&segment).join("environment.json");
            let record = self.record::<EnvironmentRecord>(&branch, &path)?;
            environments.extend(record.map(Environment::from).map(Arc::new));
        }
        environments.sort_by(|a, b| a.name.cmp(&b.name));
        if let Some(known) = known {
            drop(known.set(environments.clone()));
        }
        Ok(environments)
    }

    fn last_environment_seq(&self, name: &EnvironmentName) -> Read<Seq> {
        let (branch, path) = (Branch::environment(name), path::environment_latest(name));
        let record = self.record::<EnvironmentLatestRecord>(&branch, &path)?;
        Ok(record.map_or(Seq::default(), |record| record.seq))
    }

    fn deployed(
        &self,
        environment: &EnvironmentName,
        pacticipant: &PacticipantName,
    ) -> Read<Vec<DeployedVersion>> {
        let names = [environment.as_str(), pacticipant.as_str()];
        self.standing(
            |known| &known.deployed,
            names,
            || {
                let path = path::deployed_of(environment, pacticipant);
                let mut deployed = self.deployed_at(environment, &path)?;
                deployed.sort_by_key(|deployed| deployed.seq);
                Ok(deployed)
            },
        )
    }

    fn released(
        &self,
        environment: &EnvironmentName,
        pacticipant: &PacticipantName,
    ) -> Read<Vec<ReleasedVersion>> {
        let names = [environment.as_str(), pacticipant.as_str()];
        self.standing(
            |known| &known.released,
            names,
            || {
                let path = path::released_of(environment, pacticipant);
                let mut released = self.released_at(environment, &path)?;
                released.sort_by_key(|released| released.seq);
                Ok(released)
            },
        )
    }

    fn ended(&self, environment: &EnvironmentName) -> Read<Vec<Ended>> {
        let (branch, path) = (Branch::environment(environment), path::ended(environment));
        let record = self.record::<EndedRecord>(&branch, &path)?;
        Ok(record.map(Vec::from).unwrap_or_default())
    }

    fn pacticipants_in(&self, environment: &EnvironmentName) -> Read<Vec<PacticipantName>> {
        let branch = Branch::environment(environment);
        let mut names = BTreeSet::new();
        let (deployed, released) = (
            path::deployed_in(environment),
            path::released_in(environment),
        );
        names.extend(self.directory_names(&branch, &deployed, |path| {
            let deployed = self.deployed_at(environment, path)?;
            Ok(deployed
                .into_iter()
                .map(|known| known.pacticipant)
                .collect())
        })?);
        names.extend(self.directory_names(&branch, &released, |path| {
            let released = self.released_at(environment, path)?;
            Ok(released
                .into_iter()
                .map(|known| known.pacticipant)
                .collect())
        })?);
        Ok(names.into_iter().collect())
    }

    fn webhook(&self, uuid: &WebhookUuid) -> Read<Option<Arc<Webhook>>> {
        self.record_about::<WebhookRecord, Webhook>(
            &Branch::settings(),
            &path::webhook(uuid),
            uuid.as_str(),
            |webhook| webhook.uuid.as_str(),
        )
    }

    fn webhooks(&self) -> Read<Vec<Arc<Webhook>>> {
        let place = |known: &Webhook| path::webhook(&known.uuid);
        let (branch, path) = (Branch::settings(), path::webhooks());
        let mut webhooks = self.records::<WebhookRecord, _>(&branch, &path, 0, place)?;
        webhooks.sort_by(|a, b| (a.created_at, &a.uuid).cmp(&(b.created_at, &b.uuid)));
        Ok(webhooks)
    }

    fn signers(&self, pacticipant: &PacticipantName) -> Read<Option<Arc<Signers>>> {
        self.record_about::<SignersRecord, Signers>(
            &Branch::settings(),
            &path::signers(pacticipant),
            pacticipant.as_str(),
            |signers| signers.pacticipant.as_str(),
        )
    }

    fn all_signers(&self) -> Read<Vec<Arc<Signers>>> {
        let place = |known: &Signers| path::signers(&known.pacticipant);
        let (branch, path) = (Branch::settings(), path::all_signers());
        let mut signers = self.records::<SignersRecord, _>(&branch, &path, 0, place)?;
        signers.sort_by(|a, b| a.pacticipant.cmp(&b.pacticipant));
        Ok(signers)
    }

    fn rules(&self) -> Read<Option<Rules>> {
        let record = self.record::<SettingsRecord>(&Branch::settings(), &path::settings())?;
        Ok(record.map(|record| record.rules))
    }

    fn policy(&self) -> Read<Policy> {
        let record = self.record::<PolicyRecord>(&Branch::settings(), &path::policy())?;
        Ok(record.map(Policy::from).unwrap_or_default())
    }
}
