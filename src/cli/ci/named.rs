//! The variables that Pact's own programs look for, whatever it is that runs the build (spec: cli §7).
//!
//! A service that shows itself says more, and is asked instead. These are for a build that was given
//! only a few of its variables, such as a container: the first that is set counts.

use super::Environment;
use super::Found;
use super::Said;
use super::service::first;
use super::variable;

/// The commit. `CI_COMMIT_SHA` is ours: GitLab has no other.
const COMMIT: &[&str] = &[
    "BUILDKITE_COMMIT",
    "CIRCLE_SHA1",
    "TRAVIS_COMMIT",
    "GIT_COMMIT",
    "APPVEYOR_REPO_COMMIT",
    "CI_COMMIT_ID",
    "CI_COMMIT_SHA",
    "BITBUCKET_COMMIT",
    "BUILD_SOURCEVERSION",
    "CIRRUS_CHANGE_IN_REPO",
];

/// The branch.
const BRANCH: &[&str] = &[
    "BUILDKITE_BRANCH",
    "CIRCLE_BRANCH",
    "TRAVIS_BRANCH",
    "GIT_BRANCH",
    "GIT_LOCAL_BRANCH",
    "APPVEYOR_REPO_BRANCH",
    "CI_COMMIT_REF_NAME",
    "BITBUCKET_BRANCH",
    "BUILD_SOURCEBRANCHNAME",
    "CIRRUS_BRANCH",
];

/// The address of the build.
const BUILD_URL: &[&str] = &[
    "BUILDKITE_BUILD_URL",
    "CIRCLE_BUILD_URL",
    "TRAVIS_BUILD_WEB_URL",
];

/// What the name of a variable ends with that has a branch.
const ENDING: &str = "_BRANCH";

/// What shows that it is not the branch that is built.
const OTHER_BRANCHES: [&str; 4] = ["BASE", "DEFAULT", "MAIN", "TARGET"];

/// Returns what the variables say.
pub(super) fn said(env: &Environment) -> Said {
    Said {
        commit: first(env, COMMIT).map(Ok),
        branch: first(env, BRANCH).map(Ok),
        build_url: first(env, BUILD_URL),
        pull_request: None,
    }
}

/// Returns the commit as Pact's own programs find it: on a pull request that is the one that the service
/// made to merge it.
pub(super) fn commit(env: &Environment) -> Option<Found> {
    variable(env, "GITHUB_SHA").or_else(|| first(env, COMMIT))
}

/// Returns the only variable whose name ends in `_BRANCH`; nothing if there are several, or if it
/// is by its name another branch than the one that is built.
pub(super) fn lone_branch(env: &Environment) -> Option<Found> {
    let mut found = env
        .keys()
        .filter(|name| name.ends_with(ENDING))
        .filter_map(|name| variable(env, name));
    let (only, None) = (found.next()?, found.next()) else {
        return None;
    };
    let is_another = OTHER_BRANCHES.iter().any(|word| only.source.contains(word));
    (!is_another).then_some(only)
}
