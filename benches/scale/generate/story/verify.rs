//! A build verifies the current contracts of its consumers, and tells what it found.

use git_pact::domain::intent::Intent;
use git_pact::domain::record_verification::Report;
use git_pact::domain::record_verification::ReportedPact;
use git_pact::domain::record_verification::ReportedResult;

use super::super::Error;
use super::Build;
use super::Record;
use super::Story;
use super::What;
use super::note;

/// How many of a hundred results are failures.
const FAILED: usize = 3;

/// What the builds verify with.
const VERIFIER: &str = "pact_verifier 1.3.5";

impl Story {
    /// Returns what a build of a provider finds out.
    pub(super) fn results(&mut self, provider: usize) -> Vec<ReportedResult> {
        let mut results = Vec::new();
        for &(consumer, place) in &self.applications[provider].consumers {
            let consumer = &self.applications[consumer];
            if consumer.versions.is_empty() {
                continue;
            }
            let contract = &consumer.contracts[place];
            let failed = self.random.percent(FAILED);
            let failure = failed.then(|| consumer.drafts[place].some_description(&mut self.random));
            results.push(ReportedResult {
                consumer: contract.consumer.clone(),
                pact: ReportedPact::Content(contract.pact.content_id().clone()),
                success: !failed,
                wip: false,
                failures: failure.into_iter().collect(),
                tests: None,
            });
        }
        results
    }

    /// Records what was found out about a version, and plans what follows from it.
    pub(super) fn verify(
        &mut self,
        index: usize,
        build: &Build,
        results: Vec<ReportedResult>,
        record: &mut Record<'_>,
    ) -> Result<(), Error> {
        let mut failed: Vec<_> = results.iter().filter(|it| !it.success).cloned().collect();
        let count = results.len() as u64;
        if count > 0 {
            let at = self.now();
            let application = &self.applications[index];
            let intent = Intent::RecordVerification(Report {
                provider: application.name.clone(),
                version: build.version.clone(),
                branch: Some(build.branch.clone()),
                tags: Vec::new(),
                build_url: Some(build.url.clone()),
                verified_by: Some(VERIFIER.to_owned()),
                results,
                request: None,
                at,
            });
            record(&intent, &note(&intent, application.name.as_str(), at))?;
            self.counts.runs += 1;
            self.counts.results += count;
        }
        if build.branch != self.main {
            return Ok(());
        }
        if failed.is_empty() {
            self.roll_out(index, build);
            return Ok(());
        }
        for result in &mut failed {
            result.success = true;
            result.failures.clear();
        }
        let rounds = self.applications.len() / 4;
        self.later(rounds, index, build, What::Verify(failed));
        Ok(())
    }
}
