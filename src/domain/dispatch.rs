//! The requests that start builds at forges and CI services: one for each version of a provider, with all
//! contracts that it owes.
//!
//! A request goes to the address of the API that whoever runs this names; of what the store says only the
//! path of a repository is in it, escaped. What a service does with the parameters is up to the build; their
//! names are those of the webhook template library of the Pact documentation where it has any.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use super::name::BranchName;
use super::owed::Build;
use super::webhook::Rendered;

/// The name of the event at GitHub, which workflows for the Pact Broker know.
pub const EVENT: &str = "contract_requiring_verification_published";

/// How many contracts a request names: GitHub takes 65,535 characters.
const NAMED: usize = 100;

/// What starts builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Service {
    /// GitHub Actions, of GitHub or of an own GitHub server.
    Github,
    /// GitLab CI, likewise.
    Gitlab,
    /// Bitbucket Pipelines.
    Bitbucket,
    /// Buildkite.
    Buildkite,
    /// CircleCI.
    Circleci,
    /// Azure Pipelines, of Azure or of an own server.
    Azure,
    /// Jenkins, of which there are only own servers.
    Jenkins,
}

/// Where a service is asked, and with what.
#[derive(Clone, Copy, Debug)]
pub struct Access<'a> {
    /// The service.
    pub service: Service,
    /// Where its API begins, e.g. `https://api.github.com`.
    pub api: &'a str,
    /// What opens it.
    pub token: &'a str,
    /// The file of the workflow to start at GitHub, instead of telling all of them of the event.
    pub workflow: Option<&'a str>,
}

/// A build cannot be asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotDispatch {
    /// Nobody said where its code is.
    #[error(
        "where {0} is built is not known: give --repository {0}=URL, or record it with \
         create-or-update-pacticipant --repository-url"
    )]
    NoRepository(String),
    /// What was said cannot be the repository.
    #[error("`{repository}`, where {provider} is said to be, is no {wanted}")]
    Repository {
        /// The provider.
        provider: String,
        /// What was said.
        repository: String,
        /// What it has to be.
        wanted: &'static str,
    },
    /// The service wants to know whose token it is.
    #[error("the token for Jenkins has to be user:token")]
    NoUser,
    /// There is no branch to build on.
    #[error(
        "on which branch {0} is to be built is not known: its version is the head of none, and it has no main branch"
    )]
    NoBranch(String),
}

impl Service {
    /// Returns where the API of the service is, unless it is an own server; `None` if it always is.
    #[must_use]
    pub fn public_api(self) -> Option<&'static str> {
        match self {
            Self::Github => Some("https://api.github.com"),
            Self::Gitlab => Some("https://gitlab.com/api/v4"),
            Self::Bitbucket => Some("https://api.bitbucket.org/2.0"),
            Self::Buildkite => Some("https://api.buildkite.com/v2"),
            Self::Circleci => Some("https://circleci.com/api/v2"),
            Self::Azure => Some("https://dev.azure.com"),
            Self::Jenkins => None,
        }
    }

    /// Returns the variable in which a job has the address of the API, if the service sets one.
    #[must_use]
    pub fn api_variable(self) -> Option<&'static str> {
        match self {
            Self::Github => Some("GITHUB_API_URL"),
            Self::Gitlab => Some("CI_API_V4_URL"),
            Self::Jenkins => Some("JENKINS_URL"),
            Self::Bitbucket | Self::Buildkite | Self::Circleci | Self::Azure => None,
        }
    }

    /// Returns the variables in which a job may have a token for it, the best first.
    #[must_use]
    pub fn token_variables(self) -> &'static [&'static str] {
        match self {
            Self::Github => &["GH_TOKEN", "GITHUB_TOKEN"],
            Self::Gitlab => &["GITLAB_TRIGGER_TOKEN", "CI_JOB_TOKEN"],
            Self::Bitbucket => &["BITBUCKET_TOKEN"],
            Self::Buildkite => &["BUILDKITE_API_TOKEN"],
            Self::Circleci => &["CIRCLE_TOKEN"],
            Self::Azure => &["AZURE_DEVOPS_EXT_PAT", "SYSTEM_ACCESSTOKEN"],
            Self::Jenkins => &["JENKINS_TOKEN"],
        }
    }

    /// Returns what names a repository of the service.
    fn wanted(self) -> &'static str {
        match self {
            Self::Github => "owner/name of GitHub",
            Self::Gitlab => "path of a project of GitLab",
            Self::Bitbucket => "workspace/name of Bitbucket",
            Self::Buildkite => "organization/pipeline of Buildkite",
            Self::Circleci => "gh/owner/name of CircleCI",
            Self::Azure => "organization/project/number of a pipeline of Azure",
            Self::Jenkins => "folder/name of a multibranch project of Jenkins",
        }
    }

    /// Says whether a path can be one of its repositories.
    fn takes(self, parts: &[&str]) -> bool {
        match self {
            Self::Github | Self::Bitbucket | Self::Buildkite => parts.len() == 2,
            Self::Gitlab => parts.len() >= 2,
            Self::Circleci => parts.len() == 3,
            Self::Azure => {
                let is_number = |part: &&str| part.bytes().all(|it| it.is_ascii_digit());
                parts.len() == 3 && parts.last().is_some_and(is_number)
            }
            Self::Jenkins => !parts.is_empty(),
        }
    }
}

/// Returns the request that starts a build in a repository, given by its URL or its path.
///
/// # Errors
///
/// Fails if the service has no such repository, or needs a branch that is not known.
pub fn request(
    access: &Access<'_>,
    build: &Build<'_>,
    repository: &str,
) -> Result<Rendered, CannotDispatch> {
    let path = path_of(repository);
    let parts: Vec<&str> = path.split('/').collect();
    let is_plain = |part: &&str| !part.is_empty() && *part != "." && *part != "..";
    if !access.service.takes(&parts) || !parts.iter().all(is_plain) {
        return Err(CannotDispatch::Repository {
            provider: build.provider.name.to_string(),
            repository: repository.to_owned(),
            wanted: access.service.wanted(),
        });
    }
    let api = access.api.trim_end_matches('/');
    let parts: Vec<String> = parts.into_iter().map(escaped).collect();
    let (place, body) = match access.service {
        Service::Github => github(access, build, &parts)?,
        Service::Gitlab => (
            format!("projects/{}/trigger/pipeline", parts.join("%2F")),
            json!({ "token": access.token, "ref": branch(build)?, "variables": variables(build) }),
        ),
        Service::Bitbucket => (
            format!("repositories/{}/pipelines/", parts.join("/")),
            bitbucket(build)?,
        ),
        Service::Buildkite => (
            format!("organizations/{}/pipelines/{}/builds", parts[0], parts[1]),
            json!({
                "commit": build.version,
                "branch": branch(build)?,
                "message": build.message(),
                "env": variables(build),
            }),
        ),
        Service::Circleci => (
            format!("project/{}/pipeline", parts.join("/")),
            json!({ "branch": branch(build)?, "parameters": circleci(build) }),
        ),
        Service::Azure => (
            format!(
                "{}/{}/_apis/pipelines/{}/runs?api-version=7.1",
                parts[0], parts[1], parts[2]
            ),
            azure(build)?,
        ),
        Service::Jenkins => return jenkins(access, build, &parts),
    };
    let token = access.token;
    let json = "application/json";
    let mut made = post(format!("{api}/{place}"), json, body.to_string());
    match access.service {
        // The token of a trigger is no token of the API: it is in the body.
        Service::Gitlab => {}
        Service::Circleci => {
            made.headers
                .insert("circle-token".to_owned(), token.to_owned());
        }
        // Tokens of jobs and of people alike; the name does not matter.
        Service::Azure => {
            made.username = Some("git-pact".to_owned());
            made.password = Some(token.to_owned());
        }
        _ => {
            let bearer = format!("Bearer {token}");
            made.headers.insert("authorization".to_owned(), bearer);
        }
    }
    Ok(made)
}

/// Returns a request that sends a body of a type.
fn post(url: String, content_type: &str, body: String) -> Rendered {
    Rendered {
        method: "POST".to_owned(),
        url,
        headers: BTreeMap::from([
            ("accept".to_owned(), "application/json".to_owned()),
            ("content-type".to_owned(), content_type.to_owned()),
        ]),
        body: Some(body),
        username: None,
        password: None,
    }
}

/// Returns the path of a repository: what is behind the host of a URL, or what is given as it is.
fn path_of(repository: &str) -> &str {
    let path = match repository.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        // As ssh has it.
        None => match repository.split_once(':') {
            Some((host, path)) if host.contains('@') => path,
            _ => repository,
        },
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = path.trim_matches('/');
    path.strip_suffix(".git").unwrap_or(path)
}

fn github(
    access: &Access<'_>,
    build: &Build<'_>,
    parts: &[String],
) -> Result<(String, Value), CannotDispatch> {
    let repository = parts.join("/");
    Ok(match access.workflow {
        None => (
            format!("repos/{repository}/dispatches"),
            json!({ "event_type": EVENT, "client_payload": payload(build) }),
        ),
        Some(workflow) => (
            format!(
                "repos/{repository}/actions/workflows/{}/dispatches",
                escaped(workflow)
            ),
            json!({
                "ref": branch(build)?,
                "inputs": {
                    "sha": build.version,
                    "branch": build.branch.map_or("", BranchName::as_str),
                    "message": build.message(),
                },
            }),
        ),
    })
}

/// Returns what a workflow at GitHub is told: at most ten properties.
fn payload(build: &Build<'_>) -> Value {
    let contract = |owed: &&super::owed::Owed| {
        json!({
            "consumer": owed.consumer,
            "consumer_versions": owed.consumer_versions,
            "content": owed.content,
        })
    };
    let contracts: Vec<Value> = build.contracts.iter().take(NAMED).map(contract).collect();
    json!({
        "sha": build.version,
        "branch": build.branch.map_or("", BranchName::as_str),
        "message": build.message(),
        "provider": build.provider.name,
        "contracts": contracts,
    })
}

/// Returns what other services set in the environment of a build.
fn variables(build: &Build<'_>) -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        ("PACT_PROVIDER", build.provider.name.to_string()),
        ("PACT_PROVIDER_VERSION", build.version.to_string()),
        (
            "PACT_PROVIDER_BRANCH",
            build.branch.map(ToString::to_string).unwrap_or_default(),
        ),
        ("PACT_MESSAGE", build.message()),
    ])
}

fn bitbucket(build: &Build<'_>) -> Result<Value, CannotDispatch> {
    let variables = variables(build).into_iter();
    let variables: Vec<Value> = variables
        .map(|(key, value)| json!({ "key": key, "value": value }))
        .collect();
    Ok(json!({
        "target": {
            "type": "pipeline_ref_target",
            "ref_type": "branch",
            "ref_name": branch(build)?,
        },
        "variables": variables,
    }))
}

/// Returns the parameters of a pipeline, which it has to declare.
fn circleci(build: &Build<'_>) -> Value {
    let variables = variables(build).into_iter();
    let parameters = variables.map(|(key, value)| (key.to_lowercase(), Value::from(value)));
    Value::Object(parameters.collect())
}

/// Returns a run of a pipeline with its template parameters, which it has to declare. None may be empty.
fn azure(build: &Build<'_>) -> Result<Value, CannotDispatch> {
    let reference = format!("refs/heads/{}", branch(build)?);
    Ok(json!({
        "resources": { "repositories": { "self": { "refName": reference } } },
        "templateParameters": {
            "providerVersion": build.version,
            "providerBranch": build.branch.map_or(" ", BranchName::as_str),
        },
    }))
}

/// Returns the request for the job of a branch in a multibranch project. Its parameters are a form; a job takes those that it
/// declares. The name of the job is that of the branch, escaped, and stands escaped in the address.
fn jenkins(
    access: &Access<'_>,
    build: &Build<'_>,
    parts: &[String],
) -> Result<Rendered, CannotDispatch> {
    let (user, token) = access.token.split_once(':').unwrap_or_default();
    // A request that is only shown has no token.
    if user.is_empty() && !access.token.is_empty() {
        return Err(CannotDispatch::NoUser);
    }
    let job = escaped(&escaped(branch(build)?.as_str()));
    let url = format!(
        "{}/job/{}/job/{job}/buildWithParameters",
        access.api.trim_end_matches('/'),
        parts.join("/job/")
    );
    let variables = variables(build).into_iter();
    let form: Vec<String> = variables
        .map(|(name, value)| format!("{name}={}", escaped(&value)))
        .collect();
    let made = post(url, "application/x-www-form-urlencoded", form.join("&"));
    Ok(Rendered {
        username: Some(user.to_owned()),
        password: Some(token.to_owned()),
        ..made
    })
}

fn branch<'a>(build: &Build<'a>) -> Result<&'a BranchName, CannotDispatch> {
    let main_branch = build.provider.main_branch.as_ref();
    let branch = build.branch.or(main_branch);
    branch.ok_or_else(|| CannotDispatch::NoBranch(build.provider.name.to_string()))
}

/// Escapes a segment of a path.
fn escaped(text: &str) -> String {
    use std::fmt::Write;
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(byte.into());
        } else {
            write!(out, "%{byte:02X}").expect("writing to a string does not fail");
        }
    }
    out
}
