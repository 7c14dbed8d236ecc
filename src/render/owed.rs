//! What is owed, as text, as JSON, and as a matrix of jobs.

use std::collections::BTreeSet;

use serde::Serialize;

use super::computed_from::ComputedFrom;
use super::table::one_line;
use crate::app::ask::Basis;
use crate::domain::content::ContentId;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::owed::Build;
use crate::domain::owed::Clears;
use crate::domain::owed::Obstacle;
use crate::domain::owed::Owed;
use crate::domain::owed::Reason;
use crate::domain::owed::State;
use crate::domain::time::Timestamp;

/// What is owed as JSON.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OwedListJson<'a> {
    owed: Vec<OwedJson<'a>>,
    computed_from: ComputedFrom,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OwedJson<'a> {
    state: &'static str,
    /// In words, what will become of it.
    because: String,
    provider: &'a PacticipantName,
    provider_version: Option<&'a VersionNumber>,
    provider_branch: Option<&'a BranchName>,
    provider_reasons: Vec<String>,
    consumer: &'a PacticipantName,
    consumer_versions: &'a [VersionNumber],
    consumer_reasons: Vec<String>,
    content_id: &'a ContentId,
    since: Timestamp,
    age_in_seconds: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<FailureJson<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FailureJson<'a> {
    run: u32,
    at: Timestamp,
    build_url: Option<&'a str>,
    work_in_progress: bool,
    interactions: &'a [String],
}

impl<'a> OwedListJson<'a> {
    /// Returns what is owed, seen from `now`.
    #[must_use]
    pub fn new(owed: &'a [Owed], basis: &Basis, now: Timestamp) -> Self {
        let json = |owed: &'a Owed| OwedJson {
            state: word(&owed.state),
            because: prospect(&owed.state),
            provider: &owed.provider.name,
            provider_version: owed.version.as_ref(),
            provider_branch: owed.branch.as_ref(),
            provider_reasons: if owed.version.is_some() {
                reasons(&owed.provider_reasons)
            } else {
                Vec::new()
            },
            consumer: &owed.consumer,
            consumer_versions: &owed.consumer_versions,
            consumer_reasons: reasons(&owed.consumer_reasons),
            content_id: &owed.content,
            since: owed.since,
            age_in_seconds: age(owed, now),
            failure: match &owed.state {
                State::Failed(failure) => Some(FailureJson {
                    run: failure.run,
                    at: failure.at,
                    build_url: failure.build_url.as_deref(),
                    work_in_progress: failure.wip,
                    interactions: &failure.interactions,
                }),
                _ => None,
            },
        };
        Self {
            owed: owed.iter().map(json).collect(),
            computed_from: basis.into(),
        }
    }
}

/// A matrix of jobs, as `fromJSON` of GitHub takes it for `strategy.matrix`.
#[derive(Serialize)]
pub struct GithubMatrix<'a> {
    include: Vec<JobJson<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JobJson<'a> {
    provider: &'a PacticipantName,
    provider_version: &'a VersionNumber,
    provider_branch: &'a str,
    repository_url: &'a str,
    consumers: String,
    contracts: usize,
}

impl<'a> GithubMatrix<'a> {
    /// Returns a job for each build.
    #[must_use]
    pub fn new(builds: &'a [Build<'a>]) -> Self {
        let job = |build: &'a Build<'a>| {
            let consumers: BTreeSet<&str> = build
                .contracts
                .iter()
                .map(|it| it.consumer.as_str())
                .collect();
            JobJson {
                provider: &build.provider.name,
                provider_version: build.version,
                provider_branch: build.branch_to_build().map_or("", BranchName::as_str),
                repository_url: build.provider.repository_url.as_deref().unwrap_or_default(),
                consumers: consumers.into_iter().collect::<Vec<_>>().join(", "),
                contracts: build.contracts.len(),
            }
        };
        Self {
            include: builds.iter().map(job).collect(),
        }
    }
}

/// Returns what is owed as text, the oldest first, each with what will become of it; seen from `now`.
#[must_use]
pub fn text(owed: &[Owed], now: Timestamp) -> String {
    let paragraph = |owed: &Owed| {
        let provider = match &owed.version {
            Some(version) => format!("{} {version}", owed.provider.name),
            None => owed.provider.name.to_string(),
        };
        let why = match &owed.version {
            Some(_) => format!(" ({})", reasons(&owed.provider_reasons).join(", ")),
            None => String::new(),
        };
        let numbers: Vec<_> = owed
            .consumer_versions
            .iter()
            .map(ToString::to_string)
            .collect();
        let head = format!(
            "{} old: {provider}{why} with {} {} ({}), content {}",
            age_in_words(age(owed, now)),
            owed.consumer,
            numbers.join(", "),
            reasons(&owed.consumer_reasons).join(", "),
            owed.content.short()
        );
        let state = match &owed.state {
            State::WillClear(_) => "unverified, will clear",
            State::NeverClears(_) => "unverifiable, nobody will ever verify it",
            State::Failed(_) if owed.is_proposed() => "failed, and is only proposed",
            State::Failed(failure) if failure.wip => "failed as work in progress",
            State::Failed(_) => "really failed",
        };
        let tail = format!("  {state}: {}", prospect(&owed.state));
        format!("{}\n{}", one_line(&head), one_line(&tail))
    };
    let paragraphs: Vec<_> = owed.iter().map(paragraph).collect();
    paragraphs.join("\n")
}

/// Returns the word for a state.
fn word(state: &State) -> &'static str {
    match state {
        State::WillClear(_) => "unverified",
        State::NeverClears(_) => "unverifiable",
        State::Failed(_) => "failed",
    }
}

/// Returns in words what will become of something that is owed.
fn prospect(state: &State) -> String {
    match state {
        State::WillClear(Clears::NextBuild(branch)) => {
            format!("the next build of the provider on {branch} verifies it")
        }
        State::WillClear(Clears::NextBuildOfProposals(branch)) => format!(
            "the next build of the provider on {branch} verifies it, if it takes in what is proposed \
             (git pact verify-proposed, git pact run --include-proposed)"
        ),
        State::WillClear(Clears::Deployment(version)) => {
            format!("version {version} has verified it and is yet to be deployed there")
        }
        State::WillClear(Clears::NextBuildAndDeployment(branch)) => format!(
            "the next build of the provider on {branch} verifies it, and its deployment takes the place of \
             this version"
        ),
        State::NeverClears(Obstacle::NoVersion) => {
            "only its consumers have ever mentioned the provider; it has no version here".to_owned()
        }
        State::NeverClears(Obstacle::NoMainBranch) => {
            "the main branch of the provider is not known (create-or-update-pacticipant --main-branch), \
             and nothing of it that is deployed has verified it"
                .to_owned()
        }
        State::NeverClears(Obstacle::NothingOnMainBranch(branch)) => {
            format!("no version of the provider was ever on its main branch {branch}")
        }
        State::NeverClears(Obstacle::NeverVerifies) => {
            "the provider has never recorded a verification: its builds do not verify, or do not say so"
                .to_owned()
        }
        State::NeverClears(Obstacle::NoBuildWillCome) => {
            "no build of this version comes by itself, and no newer one has verified it: start one \
             (git pact owed --dispatch), or deploy a version that fits"
                .to_owned()
        }
        State::Failed(failure) => {
            let build = failure.build_url.as_ref();
            let build = build.map(|url| format!(", see {url}")).unwrap_or_default();
            let which = match failure.interactions.as_slice() {
                [] => String::new(),
                [only] => format!(": {only}"),
                [first, rest @ ..] => format!(": {first}, and {} more", rest.len()),
            };
            format!("in run {} at {}{build}{which}", failure.run, failure.at)
        }
    }
}

fn reasons(reasons: &BTreeSet<Reason>) -> Vec<String> {
    let text = |reason: &Reason| match reason {
        Reason::MainBranch(branch) => format!("head of main branch {branch}"),
        Reason::Latest => "latest version".to_owned(),
        Reason::Deployed(environment) => format!("deployed in {environment}"),
        Reason::Released(environment) => format!("released to {environment}"),
        Reason::MatchingBranch(branch) => format!("head of branch {branch}"),
        Reason::Proposed(branch) => format!("proposed on branch {branch}"),
    };
    reasons.iter().map(text).collect()
}

fn age(owed: &Owed, now: Timestamp) -> i64 {
    (now.epoch_seconds() - owed.since.epoch_seconds()).max(0)
}

/// Returns an age in its greatest unit, e.g. `3 days`.
fn age_in_words(seconds: i64) -> String {
    const UNITS: [(i64, &str); 3] = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    let unit = UNITS.iter().find(|(length, _)| seconds >= *length);
    match unit {
        Some((length, unit)) => {
            let count = seconds / length;
            let plural = if count == 1 { "" } else { "s" };
            format!("{count} {unit}{plural}")
        }
        None => "less than a minute".to_owned(),
    }
}
