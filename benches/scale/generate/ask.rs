//! What a store can be asked: names that are in it, chosen where the answer is of use.

use git_pact::domain::can_i_deploy::can_i_deploy;
use git_pact::domain::matrix::Query;
use git_pact::domain::matrix::matrix;
use git_pact::domain::name::VersionNumber;
use git_pact::domain::rules::Rules;
use git_pact::domain::selector::Destination;
use git_pact::domain::selector::Selector;
use git_pact::store::ledger::StoreLedger;
use serde::Deserialize;
use serde::Serialize;

use super::Error;
use super::applications::Application;
use super::files::Files;
use super::story::MAIN;
use super::story::Story;

/// Names in a store that benchmarks ask about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ask {
    /// An application that has all its consumers and providers: 20 integrations as a rule.
    pub(crate) pacticipant: String,
    /// Its newest version on its main branch.
    pub(crate) version: String,
    /// The one in the middle of all versions on its main branch.
    pub(crate) middle_version: String,
    /// How many of the environments can take `version` now: the first one, the first two, …;
    /// the answer about any other is a "no", or that it is not known.
    pub(crate) deployable: usize,
    /// The main branch of every application.
    pub(crate) main_branch: String,
    /// The environments: test, staging, production.
    pub(crate) environments: Vec<String>,
    /// An application that `pacticipant` consumes.
    pub(crate) provider: String,
    /// Its newest version on its main branch; it verified, among others, `pacticipant`.
    pub(crate) provider_version: String,
    /// An application that consumes `pacticipant`.
    pub(crate) consumer: String,
    /// Its newest version on its main branch; it has a pact with `pacticipant`.
    pub(crate) consumer_version: String,
    /// How many integrations `pacticipant` has.
    pub(crate) integrations: usize,
}

/// Chooses what to ask: of the application whose newest version gets furthest.
pub(super) fn ask(story: &Story, files: &Files) -> Result<Ask, Error> {
    let mut best: Option<(usize, &Application)> = None;
    for application in &story.applications {
        let Some(version) = application.versions.last() else {
            continue;
        };
        let deployable = deployable(story, files, application, version)?;
        if best.is_none_or(|(most, _)| deployable > most) {
            best = Some((deployable, application));
        }
    }
    let newest = |application: &Application| {
        let version = application.versions.last();
        version.map_or_else(String::new, ToString::to_string)
    };
    let (deployable, application) = best.ok_or(Error::Plan("a store without a version"))?;
    let versions = &application.versions;
    let provider = &story.applications[application.providers[0]];
    let consumer = &story.applications[application.consumers[0].0];
    Ok(Ask {
        pacticipant: application.name.to_string(),
        version: newest(application),
        middle_version: versions[versions.len() / 2].to_string(),
        deployable,
        main_branch: MAIN.to_owned(),
        environments: story.environments.iter().map(ToString::to_string).collect(),
        provider: provider.name.to_string(),
        provider_version: newest(provider),
        consumer: consumer.name.to_string(),
        consumer_version: newest(consumer),
        integrations: application.providers.len() + application.consumers.len(),
    })
}

/// Returns how many of the environments can take a version, from the first one on.
fn deployable(
    story: &Story,
    files: &Files,
    application: &Application,
    version: &VersionNumber,
) -> Result<usize, Error> {
    let ledger = StoreLedger::new(files);
    for (count, environment) in story.environments.iter().enumerate() {
        let selector = Selector::version(application.name.clone(), version.clone());
        let destination = Destination::Environment(environment.clone());
        let query = Query::can_i_deploy(vec![selector], destination);
        let verdict = can_i_deploy(&matrix(&ledger, &query, Rules::Strict)?);
        if verdict.deployable != Some(true) {
            return Ok(count);
        }
    }
    Ok(story.environments.len())
}
