//! The look-ups of one question, each made once.

use std::collections::HashMap;
use std::sync::Arc;

use super::query::dangling;
use crate::domain::content::ContentId;
use crate::domain::ledger::{Ledger, Read};
use crate::domain::name::{PacticipantName, VersionNumber};
use crate::domain::pacticipant::Pacticipant;
use crate::domain::signers::{Unbelieved, Witness};
use crate::domain::verification::{Run, VerificationResult};
use crate::domain::version::Version;

type VersionKey = (PacticipantName, VersionNumber);

/// A ledger that remembers what it was asked.
pub(super) struct Facts<'a> {
    /// The ledger, for what is asked only once.
    pub(super) ledger: &'a dyn Ledger,
    pacticipants: HashMap<PacticipantName, Option<Arc<Pacticipant>>>,
    versions: HashMap<VersionKey, Option<Arc<Version>>>,
    every_version: HashMap<PacticipantName, Vec<Arc<Version>>>,
    consumers: HashMap<PacticipantName, Vec<PacticipantName>>,
    runs: HashMap<VersionKey, Vec<Arc<Run>>>,
    /// The versions with a run of the pacticipants whose runs were all read.
    every_run: HashMap<PacticipantName, Vec<VersionNumber>>,
    /// The versions of a provider that have a result for a content of a consumer: many of its versions share it.
    verifiers: HashMap<(PacticipantName, PacticipantName, ContentId), Vec<Arc<Version>>>,
    /// Who knows which successes are believed, where not all are.
    witness: Option<&'a dyn Witness>,
    /// The successes that are not.
    unbelieved: HashMap<PacticipantName, Vec<(VerificationResult, Unbelieved)>>,
}

impl<'a> Facts<'a> {
    /// Returns the facts of a ledger, nothing of which was asked yet.
    pub(super) fn new(ledger: &'a dyn Ledger, witness: Option<&'a dyn Witness>) -> Self {
        Self {
            witness,
            unbelieved: HashMap::new(),
            ledger,
            pacticipants: HashMap::new(),
            versions: HashMap::new(),
            every_version: HashMap::new(),
            consumers: HashMap::new(),
            runs: HashMap::new(),
            every_run: HashMap::new(),
            verifiers: HashMap::new(),
        }
    }

    /// Returns a pacticipant.
    pub(super) fn pacticipant(&mut self, name: &PacticipantName) -> Read<Option<Arc<Pacticipant>>> {
        if let Some(known) = self.pacticipants.get(name) {
            return Ok(known.clone());
        }
        let found = self.ledger.pacticipant(name)?;
        self.pacticipants.insert(name.clone(), found.clone());
        Ok(found)
    }

    /// Returns a version, if there is one.
    pub(super) fn version(
        &mut self,
        name: &PacticipantName,
        number: &VersionNumber,
    ) -> Read<Option<Arc<Version>>> {
        let key = (name.clone(), number.clone());
        if let Some(known) = self.versions.get(&key) {
            return Ok(known.clone());
        }
        let found = self.ledger.version(name, number)?;
        self.versions.insert(key, found.clone());
        Ok(found)
    }

    /// Returns a version that another record mentions.
    pub(super) fn mentioned(
        &mut self,
        name: &PacticipantName,
        number: &VersionNumber,
    ) -> Read<Arc<Version>> {
        self.version(name, number)?
            .ok_or_else(|| dangling(name, number))
    }

    /// Returns every version of a pacticipant, oldest first. Reads them all.
    pub(super) fn every_version(&mut self, name: &PacticipantName) -> Read<Vec<Arc<Version>>> {
        if let Some(known) = self.every_version.get(name) {
            return Ok(known.clone());
        }
        let found = self.ledger.versions(name)?;
        self.every_version.insert(name.clone(), found.clone());
        Ok(found)
    }

    /// Returns the consumers that ever published a pact with a provider.
    pub(super) fn consumers_of(
        &mut self,
        provider: &PacticipantName,
    ) -> Read<Vec<PacticipantName>> {
        if let Some(known) = self.consumers.get(provider) {
            return Ok(known.clone());
        }
        let found = self.ledger.consumers_of(provider)?;
        self.consumers.insert(provider.clone(), found.clone());
        Ok(found)
    }

    /// Returns the runs of a provider version, the newest first.
    pub(super) fn runs_of(
        &mut self,
        name: &PacticipantName,
        number: &VersionNumber,
    ) -> Read<&[Arc<Run>]> {
        let key = (name.clone(), number.clone());
        if !self.runs.contains_key(&key) {
            let runs = self.ledger.runs_of(name, number)?;
            let mut runs = self.believed(name, runs)?;
            runs.sort_by_key(|run| std::cmp::Reverse(run.number));
            self.runs.insert(key.clone(), runs);
        }
        Ok(&self.runs[&key])
    }

    /// Returns runs with what is believed of them: all failures, and the successes that the witness does
    /// not doubt. So a doubt makes an answer more careful, and never a yes.
    fn believed(&mut self, provider: &PacticipantName, runs: Vec<Arc<Run>>) -> Read<Vec<Arc<Run>>> {
        let Some(witness) = self.witness else {
            return Ok(runs);
        };
        let mut believed = Vec::new();
        for run in runs {
            let Some(doubt) = witness.doubt(provider, &run)? else {
                believed.push(run);
                continue;
            };
            let results = run.results.iter().cloned();
            let (successes, failures): (Vec<_>, Vec<_>) = results.partition(|it| it.success);
            let unbelieved = self.unbelieved.entry(provider.clone()).or_default();
            unbelieved.extend(successes.into_iter().map(|result| {
                let unbelieved = Unbelieved {
                    version: run.version.clone(),
                    run: run.number,
                    doubt: doubt.clone(),
                };
                (result, unbelieved)
            }));
            if !failures.is_empty() {
                believed.push(Arc::new(Run {
                    results: failures,
                    ..Run::clone(&run)
                }));
            }
        }
        Ok(believed)
    }

    /// Returns the newest success for a content that is not believed, of one of the versions, or of any
    /// if there are none.
    pub(super) fn unbelieved(
        &self,
        provider: &PacticipantName,
        consumer: &PacticipantName,
        content: &ContentId,
        versions: &[Arc<Version>],
    ) -> Option<Unbelieved> {
        let of_provider = self.unbelieved.get(provider)?.iter();
        let is_it = |(result, unbelieved): &&(VerificationResult, Unbelieved)| {
            let of_version =
                versions.is_empty() || versions.iter().any(|it| it.number == unbelieved.version);
            result.consumer == *consumer && result.content == *content && of_version
        };
        let newest = of_provider.filter(is_it).max_by_key(|(_, it)| it.run);
        newest.map(|(_, unbelieved)| unbelieved.clone())
    }

    /// Returns every provider version that has a result for a content. Reads all runs.
    pub(super) fn verifiers(
        &mut self,
        provider: &PacticipantName,
        consumer: &PacticipantName,
        content: &ContentId,
    ) -> Read<Vec<Arc<Version>>> {
        let key = (provider.clone(), consumer.clone(), content.clone());
        if let Some(known) = self.verifiers.get(&key) {
            return Ok(known.clone());
        }
        let mut verifiers = Vec::new();
        for number in self.verified_versions(provider)? {
            let runs = self.runs_of(provider, &number)?;
            if runs
                .iter()
                .any(|run| run.result(consumer, content).is_some())
            {
                verifiers.push(self.mentioned(provider, &number)?);
            }
        }
        self.verifiers.insert(key, verifiers.clone());
        Ok(verifiers)
    }

    /// Returns the numbers of the versions of a provider that have a run. Reads all runs.
    pub(super) fn verified_versions(
        &mut self,
        provider: &PacticipantName,
    ) -> Read<Vec<VersionNumber>> {
        if let Some(known) = self.every_run.get(provider) {
            return Ok(known.clone());
        }
        let mut by_version: HashMap<VersionNumber, Vec<Arc<Run>>> = HashMap::new();
        let mut numbers = Vec::new();
        for run in self.ledger.runs(provider)? {
            let of_version = by_version.entry(run.version.clone()).or_default();
            if of_version.is_empty() {
                numbers.push(run.version.clone());
            }
            of_version.push(run);
        }
        for (number, runs) in by_version {
            let mut runs = self.believed(provider, runs)?;
            runs.sort_by_key(|run| std::cmp::Reverse(run.number));
            self.runs.insert((provider.clone(), number), runs);
        }
        self.every_run.insert(provider.clone(), numbers.clone());
        Ok(numbers)
    }
}
