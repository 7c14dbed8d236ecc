//! What the environment says of the build that runs: its commit, branch, address and pull request.
//!
//! Order of belief: `GIT_PACT_*`, then the event file of the service, then its variables, then those
//! that Pact's own programs know of every service, then git. (What the command line says comes before
//! all of these and never gets here.) Each value says where it is from.
//!
//! A wrong answer is worse than none: a merge commit that a service made up for a pull request, a
//! branch of a fork that is called `main`, a tag, a merge queue are refused with the reason. No
//! variable is believed for its name alone (`*_BRANCH`), unless somebody asks for [`lone_branch`].
//! Everything here is pure: the caller reads
//! the environment, the event file and git.

mod actor;
mod github;
mod named;
mod service;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use actor::actor;

/// The variables of a process.
pub type Environment = BTreeMap<String, String>;

/// What git says of the directory that one stands in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GitFacts {
    /// The commit of `HEAD`, in full; `None` outside of a repository and before the first commit.
    pub head: Option<String>,
    /// The branch that is checked out; `None` if `HEAD` is detached.
    pub branch: Option<String>,
    /// The first line of the message of the commit, if it merges others.
    pub merge: Option<String>,
}

/// A value and where it is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The value; not blank, otherwise as it was found.
    pub value: String,
    /// A variable, a field of the event file, or `git`.
    pub source: String,
}

/// What was found out about a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detected {
    /// The service that runs it, e.g. `GitHub Actions`.
    pub service: Option<&'static str>,
    /// The commit that was pushed, or why it is not known.
    pub commit: Result<Found, NoCommit>,
    /// The branch that it is on, or why there is none; `owner:branch` for a fork.
    pub branch: Result<Found, NoBranch>,
    /// The address of the build.
    pub build_url: Option<Found>,
    /// The number of the pull request (merge request, change) that it is for.
    pub pull_request: Option<Found>,
}

/// Why there is no commit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoCommit {
    /// The commit that was built exists in this build only.
    #[error(
        "{variable} is a merge commit that {service} made for this build; set GIT_PACT_COMMIT to \
         the last commit of the pull request, or give the version"
    )]
    MergeCommit {
        /// The variable that has it.
        variable: String,
        /// The service.
        service: &'static str,
    },
    /// The value is no commit: all zeros, as for a branch that was deleted.
    #[error("{source_name} is `{value}`, which is no commit")]
    Nonsense {
        /// The variable that has it.
        source_name: String,
        /// Its value.
        value: String,
    },
    /// The variable was set to nothing.
    #[error("{0} is empty; unset it or set it to a commit")]
    Blank(String),
    /// Nothing names one.
    #[error("no variable names a commit, and there is none in this directory; give the version")]
    Unknown,
    /// Nothing names one, and the repository here cannot be read.
    #[error("no variable names a commit; give the version ({0})")]
    Unreadable(String),
}

/// Why there is no branch.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoBranch {
    /// The build is of a tag.
    #[error("this is a build of the tag `{tag}` ({source_name})")]
    Tag {
        /// The tag.
        tag: String,
        /// Where it is from.
        source_name: String,
    },
    /// The build is of what the branch will be.
    #[error("this is a build of the merge queue of `{target}` ({source_name})")]
    MergeQueue {
        /// The branch that is queued for.
        target: String,
        /// Where it is from.
        source_name: String,
    },
    /// The name stands for the pull request, and nothing names its branch.
    #[error("`{value}` ({source_name}) is a pull request, not a branch; set GIT_PACT_BRANCH")]
    PullRequest {
        /// The name.
        value: String,
        /// Where it is from.
        source_name: String,
    },
    /// The branch is of a fork whose owner is not known, and would be taken for our own.
    #[error("`{value}` ({source_name}) is a branch of somebody's fork; set GIT_PACT_BRANCH")]
    Fork {
        /// The name of the branch in the fork.
        value: String,
        /// Where it is from.
        source_name: String,
    },
    /// The variable was set to nothing.
    #[error("{0} is empty; unset it or set it to a branch")]
    Blank(String),
    /// No branch is checked out.
    #[error("no branch is checked out, and no variable names one")]
    Detached,
}

/// What a service says of a build, before it is compared with what git says.
#[derive(Debug, Default)]
struct Said {
    commit: Option<Result<Found, NoCommit>>,
    branch: Option<Result<Found, NoBranch>>,
    build_url: Option<Found>,
    pull_request: Option<Found>,
}

/// Finds out what can be known of the build.
///
/// `event` returns the contents of the event file whose path it is given; it is called at most
/// once, and only for a service that has one.
#[must_use]
pub fn detect(
    env: &Environment,
    event: impl FnOnce(&str) -> Option<Vec<u8>>,
    git: &GitFacts,
) -> Detected {
    let (service, said) = if github::is_it(env) {
        (Some(github::NAME), github::said(env, event, git))
    } else if let Some(service) = service::running(env) {
        (Some(service.name), service.said(env, git))
    } else if github::is_forwarded(env) {
        (Some(github::NAME), github::said(env, event, git))
    } else {
        (None, named::said(env))
    };
    Detected {
        service,
        commit: commit(env, said.commit, git),
        branch: branch(env, said.branch, git),
        build_url: variable(env, "GIT_PACT_BUILD_URL")
            .or(said.build_url)
            .or_else(|| variable(env, "BUILD_URL")),
        pull_request: said.pull_request,
    }
}

/// Returns the commit that `pact-broker` believes, if a variable names one and our own does not
/// (spec: cli §7): on a pull request the commit that the service made to merge it.
#[must_use]
pub fn commit_of_pact(env: &Environment) -> Option<Found> {
    let is_ours = env.contains_key("GIT_PACT_COMMIT");
    named::commit(env).filter(|_| !is_ours)
}

/// Returns the branch in the only variable whose name ends in `_BRANCH`, as `pact-broker` believes it
/// (spec: cli §7). For builds of which nothing else is known.
#[must_use]
pub fn lone_branch(env: &Environment) -> Option<Found> {
    plain_branch(named::lone_branch(env)?).ok()
}

/// Decides on the commit.
fn commit(
    env: &Environment,
    said: Option<Result<Found, NoCommit>>,
    git: &GitFacts,
) -> Result<Found, NoCommit> {
    let head = git.head.as_ref().map(|head| Found {
        value: head.clone(),
        source: "git".to_owned(),
    });
    let found = match ours(env, "GIT_PACT_COMMIT", NoCommit::Blank) {
        Some(ours) => ours?,
        None => match said {
            Some(said) => said?,
            None => variable(env, "GIT_COMMIT")
                .or_else(|| head.clone())
                .ok_or(NoCommit::Unknown)?,
        },
    };
    if found.value == "HEAD" && found.source != "GIT_PACT_COMMIT" {
        // Buildkite says so before it has checked out anything.
        return head.ok_or(NoCommit::Unknown);
    }
    if found.value == "HEAD" || found.value.bytes().all(|byte| byte == b'0') {
        return Err(NoCommit::Nonsense {
            source_name: found.source,
            value: found.value,
        });
    }
    // Bitbucket abbreviates the commits of some events.
    let is_short = (7..40).contains(&found.value.len())
        && found.value.bytes().all(|byte| byte.is_ascii_hexdigit());
    Ok(match head {
        Some(head) if is_short && head.value.starts_with(&found.value) => Found {
            source: format!("{}, completed by git", found.source),
            ..head
        },
        _ => found,
    })
}

/// Decides on the branch.
fn branch(
    env: &Environment,
    said: Option<Result<Found, NoBranch>>,
    git: &GitFacts,
) -> Result<Found, NoBranch> {
    if let Some(ours) = ours(env, "GIT_PACT_BRANCH", NoBranch::Blank) {
        return ours;
    }
    if let Some(said) = said {
        return said.and_then(plain_branch);
    }
    if let Some(generic) = variable(env, "GIT_BRANCH") {
        return plain_branch(generic);
    }
    let branch = git.branch.as_ref().ok_or(NoBranch::Detached)?;
    Ok(Found {
        value: branch.clone(),
        source: "git".to_owned(),
    })
}

/// Returns the branch that a name stands for, or what it stands for instead.
fn plain_branch(found: Found) -> Result<Found, NoBranch> {
    let Found { value, source } = found;
    if let Some(tag) = value.strip_prefix("refs/tags/") {
        return Err(NoBranch::Tag {
            tag: tag.to_owned(),
            source_name: source,
        });
    }
    let name = ["refs/heads/", "refs/remotes/origin/", "origin/"]
        .iter()
        .find_map(|prefix| value.strip_prefix(prefix))
        .unwrap_or(&value);
    if let Some(queue) = name.strip_prefix("gh-readonly-queue/") {
        // gh-readonly-queue/<target, perhaps with slashes>/pr-<number>-<commit>
        let target = queue.rsplit_once('/').map_or(queue, |(target, _)| target);
        return Err(NoBranch::MergeQueue {
            target: target.to_owned(),
            source_name: source,
        });
    }
    if is_pull_request(name) {
        return Err(NoBranch::PullRequest {
            value: name.to_owned(),
            source_name: source,
        });
    }
    if matches!(name, "HEAD" | "detached") || name.starts_with("(HEAD detached") {
        return Err(NoBranch::Detached);
    }
    Ok(Found {
        value: name.to_owned(),
        source,
    })
}

/// Says whether a name is one that services give to pull requests: `PR-7`, `refs/pull/7/merge`.
fn is_pull_request(name: &str) -> bool {
    let rest = ["refs/pull/", "pull/", "PR-", "MR-", "refs/merge-requests/"]
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix));
    let number = rest.map(|rest| rest.split('/').next().unwrap_or_default());
    number.is_some_and(|number| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Returns a variable of our own; unlike those of others it must not be blank.
fn ours<E>(env: &Environment, name: &str, blank: fn(String) -> E) -> Option<Result<Found, E>> {
    env.get(name)?;
    Some(variable(env, name).ok_or_else(|| blank(name.to_owned())))
}

/// Returns a variable that is set and not blank.
fn variable(env: &Environment, name: &str) -> Option<Found> {
    let value = env.get(name)?.trim();
    (!value.is_empty()).then(|| Found {
        value: value.to_owned(),
        source: name.to_owned(),
    })
}
