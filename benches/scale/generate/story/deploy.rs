//! Versions travel through the environments, fewer to each.

use git_pact::domain::deployment::SupportEnd;
use git_pact::domain::deployment::Undeployment;
use git_pact::domain::fact::DeploymentFact;
use git_pact::domain::fact::ReleaseFact;
use git_pact::domain::intent::Intent;

use super::super::Error;
use super::Build;
use super::Record;
use super::Story;
use super::What;
use super::note;

/// How many of a hundred versions that reached the environment before get to each.
const DEPLOYED: [usize; 3] = [70, 50, 40];

/// How many of a hundred deployments to the first environment are taken down again.
const UNDEPLOYED: usize = 2;

/// Every so many applications, one has its versions released to the last environment instead of
/// deployed there: what people install on devices of their own.
const RELEASED: usize = 20;

/// How many released versions of an application are supported.
const SUPPORTED: usize = 5;

impl Story {
    /// Plans how far a version gets.
    pub(super) fn roll_out(&mut self, index: usize, build: &Build) {
        for (environment, chance) in DEPLOYED.into_iter().enumerate() {
            if !self.random.percent(chance) {
                return;
            }
            let rounds = environment * self.applications.len() / 10;
            self.later(rounds, index, build, What::Deploy(environment));
        }
    }

    /// Deploys a version to an environment, or releases it.
    pub(super) fn deploy(
        &mut self,
        index: usize,
        build: &Build,
        environment: usize,
        record: &mut Record<'_>,
    ) -> Result<(), Error> {
        if index.is_multiple_of(RELEASED) && environment + 1 == DEPLOYED.len() {
            return self.release(index, build, environment, record);
        }
        let at = self.now();
        let application = &self.applications[index];
        let intent = Intent::RecordDeployment(DeploymentFact {
            environment: self.environments[environment].clone(),
            pacticipant: application.name.clone(),
            version: build.version.clone(),
            instance: None,
            build_url: Some(build.url.clone()),
            at,
        });
        record(&intent, &note(&intent, application.name.as_str(), at))?;
        self.counts.deployments += 1;
        if environment == 0 && self.random.percent(UNDEPLOYED) {
            let at = self.now();
            let application = &self.applications[index];
            let intent = Intent::RecordUndeployment(Undeployment {
                pacticipant: application.name.clone(),
                environment: self.environments[environment].clone(),
                instance: None,
                at,
            });
            record(&intent, &note(&intent, application.name.as_str(), at))?;
            self.counts.deployments += 1;
        }
        Ok(())
    }

    /// Releases a version, and ends the support of the one that is too old then.
    fn release(
        &mut self,
        index: usize,
        build: &Build,
        environment: usize,
        record: &mut Record<'_>,
    ) -> Result<(), Error> {
        let environment = self.environments[environment].clone();
        let at = self.now();
        let application = &mut self.applications[index];
        let intent = Intent::RecordRelease(ReleaseFact {
            environment: environment.clone(),
            pacticipant: application.name.clone(),
            version: build.version.clone(),
            build_url: Some(build.url.clone()),
            at,
        });
        record(&intent, &note(&intent, application.name.as_str(), at))?;
        self.counts.deployments += 1;
        application.supported.push_back(build.version.clone());
        if application.supported.len() <= SUPPORTED {
            return Ok(());
        }
        let Some(version) = application.supported.pop_front() else {
            return Ok(());
        };
        let at = self.now();
        let application = &self.applications[index];
        let intent = Intent::RecordSupportEnded(SupportEnd {
            pacticipant: application.name.clone(),
            version,
            environment,
            at,
        });
        record(&intent, &note(&intent, application.name.as_str(), at))?;
        self.counts.deployments += 1;
        Ok(())
    }
}
