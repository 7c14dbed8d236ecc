//! Who asked for the build: the author of the commits that record facts.

use super::Environment;
use super::github;
use super::service;
use super::variable;
use crate::store::Actor;

/// What stands for an address where none is known; nobody can ever have it (RFC 2606).
const NO_ADDRESS: &str = "git-pact@ci.invalid";

/// Variables that name a person and their address, where the service in the first place runs.
const PEOPLE: &[(&str, &str, &str)] = &[
    ("GITLAB_CI", "GITLAB_USER_NAME", "GITLAB_USER_EMAIL"),
    (
        "BUILDKITE",
        "BUILDKITE_BUILD_CREATOR",
        "BUILDKITE_BUILD_CREATOR_EMAIL",
    ),
    (
        "BUILDKITE",
        "BUILDKITE_BUILD_AUTHOR",
        "BUILDKITE_BUILD_AUTHOR_EMAIL",
    ),
    ("CIRCLECI", "CIRCLE_USERNAME", ""),
    ("TF_BUILD", "BUILD_REQUESTEDFOR", "BUILD_REQUESTEDFOREMAIL"),
    (
        "APPVEYOR",
        "APPVEYOR_REPO_COMMIT_AUTHOR",
        "APPVEYOR_REPO_COMMIT_AUTHOR_EMAIL",
    ),
    (
        "DRONE",
        "DRONE_COMMIT_AUTHOR_NAME",
        "DRONE_COMMIT_AUTHOR_EMAIL",
    ),
    ("CI_NAME", "CI_COMMITTER_NAME", "CI_COMMITTER_EMAIL"),
    ("JENKINS_URL", "BUILD_USER", "BUILD_USER_EMAIL"),
    (
        "JENKINS_URL",
        "CHANGE_AUTHOR_DISPLAY_NAME",
        "CHANGE_AUTHOR_EMAIL",
    ),
];

/// Returns the name and the address of who asked for the build, fit for a commit.
///
/// `GIT_PACT_ACTOR` (`Name <address>`) comes first, then the person that the service names, then
/// the service itself. `None` where no service runs: there git knows who it is.
#[must_use]
pub fn actor(env: &Environment) -> Option<(String, String)> {
    let given = variable(env, "GIT_PACT_ACTOR").map(|found| found.value);
    let (name, address) = given
        .map(|text| split(&text))
        .or_else(|| github_user(env))
        .or_else(|| person(env))
        .or_else(|| running(env).map(|name| (name.to_owned(), String::new())))?;
    let or = |text: String, other: &str| {
        let text = clean(&text);
        if text.is_empty() {
            other.to_owned()
        } else {
            text
        }
    };
    Some((or(name, "git-pact"), or(address, NO_ADDRESS)))
}

/// Returns the name of the service that runs.
fn running(env: &Environment) -> Option<&'static str> {
    if github::is_it(env) {
        return Some(github::NAME);
    }
    service::running(env).map(|service| service.name)
}

/// Returns the user and the address under which GitHub shows their commits as theirs.
fn github_user(env: &Environment) -> Option<(String, String)> {
    variable(env, "GITHUB_ACTIONS")?;
    let user = variable(env, "GITHUB_ACTOR")?.value;
    let id = variable(env, "GITHUB_ACTOR_ID").map(|found| format!("{}+", found.value));
    let address = format!("{}{user}@users.noreply.github.com", id.unwrap_or_default());
    Some((user, address))
}

/// Returns the person that another service names.
fn person(env: &Environment) -> Option<(String, String)> {
    PEOPLE.iter().find_map(|(sign, name, address)| {
        variable(env, sign)?;
        let name = variable(env, name)?.value;
        let address = variable(env, address).map(|found| found.value);
        Some((name, address.unwrap_or_default()))
    })
}

/// Splits `Name <address>`.
fn split(text: &str) -> (String, String) {
    let (name, address) = text.split_once('<').unwrap_or((text, ""));
    (name.to_owned(), address.to_owned())
}

/// Leaves out what git has no place for in a name or an address.
fn clean(text: &str) -> String {
    Actor::fitting(text).trim().to_owned()
}
