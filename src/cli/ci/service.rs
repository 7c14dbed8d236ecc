//! The services that say in variables alone what they build, as a table.

use super::Environment;
use super::Found;
use super::GitFacts;
use super::NoBranch;
use super::NoCommit;
use super::Said;
use super::variable;

/// How one service names things. In each list the first variable that is set counts.
pub(super) struct Service {
    /// Its name, for people.
    pub(super) name: &'static str,
    /// The variable that shows that it runs, and the value if it must be a certain one.
    sign: (&'static str, Option<&'static str>),
    /// The commit.
    commit: &'static [&'static str],
    /// The last commit of a pull request, if that is another variable.
    request_commit: &'static [&'static str],
    /// Whether `commit` is a merge commit of the service's own for a pull request.
    merges: bool,
    /// Whether it may be one that the service made in the work tree, as git calls it: `… into HEAD`.
    merges_here: bool,
    /// The branch, where it is no pull request.
    branch: &'static [&'static str],
    /// The branch of a pull request.
    request_branch: &'static [&'static str],
    /// The branch that a pull request is for.
    target: &'static [&'static str],
    /// The tag, if it is one that is built.
    tag: &'static [&'static str],
    /// The number of a pull request, its address, or `false`.
    request: &'static [&'static str],
    /// How to see that a pull request is of a fork.
    fork: Fork,
    /// The address of the build; `{NAME}` stands for a variable.
    url: &'static str,
}

/// How to see that a pull request is of a fork.
enum Fork {
    /// It cannot be seen, or the branch already says whose it is.
    Unseen,
    /// The repository of the request and our own differ; both are `owner/name`.
    Repositories(&'static str, &'static str),
    /// The variable names the owner.
    Owner(&'static str),
    /// The variable is `true`; nobody knows whose it is.
    Flag(&'static str),
}

/// What is left out in the table.
const NONE: Service = Service {
    name: "",
    sign: ("", None),
    commit: &[],
    request_commit: &[],
    merges: false,
    merges_here: false,
    branch: &[],
    request_branch: &[],
    target: &[],
    tag: &[],
    request: &[],
    fork: Fork::Unseen,
    url: "",
};

/// The services, in the order in which they are asked.
const SERVICES: &[Service] = &[
    Service {
        name: "GitLab CI",
        sign: ("GITLAB_CI", None),
        commit: &["CI_COMMIT_SHA"],
        request_commit: &["CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"],
        branch: &["CI_COMMIT_BRANCH"],
        request_branch: &["CI_MERGE_REQUEST_SOURCE_BRANCH_NAME"],
        target: &["CI_MERGE_REQUEST_TARGET_BRANCH_NAME"],
        tag: &["CI_COMMIT_TAG"],
        request: &["CI_MERGE_REQUEST_IID"],
        fork: Fork::Repositories(
            "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH",
            "CI_MERGE_REQUEST_PROJECT_PATH",
        ),
        url: "{CI_JOB_URL}",
        ..NONE
    },
    Service {
        name: "Buildkite",
        sign: ("BUILDKITE", None),
        commit: &["BUILDKITE_COMMIT"],
        branch: &["BUILDKITE_BRANCH"],
        request_branch: &["BUILDKITE_BRANCH"],
        target: &["BUILDKITE_PULL_REQUEST_BASE_BRANCH"],
        tag: &["BUILDKITE_TAG"],
        request: &["BUILDKITE_PULL_REQUEST"],
        url: "{BUILDKITE_BUILD_URL}",
        ..NONE
    },
    Service {
        name: "CircleCI",
        sign: ("CIRCLECI", None),
        commit: &["CIRCLE_SHA1"],
        branch: &["CIRCLE_BRANCH"],
        request_branch: &["CIRCLE_BRANCH"],
        tag: &["CIRCLE_TAG"],
        request: &["CIRCLE_PR_NUMBER", "CIRCLE_PULL_REQUEST"],
        url: "{CIRCLE_BUILD_URL}",
        ..NONE
    },
    Service {
        name: "Azure Pipelines",
        sign: ("TF_BUILD", None),
        commit: &["BUILD_SOURCEVERSION"],
        request_commit: &["SYSTEM_PULLREQUEST_SOURCECOMMITID"],
        merges: true,
        branch: &["BUILD_SOURCEBRANCH"],
        request_branch: &["SYSTEM_PULLREQUEST_SOURCEBRANCH"],
        target: &["SYSTEM_PULLREQUEST_TARGETBRANCH"],
        request: &[
            "SYSTEM_PULLREQUEST_PULLREQUESTNUMBER",
            "SYSTEM_PULLREQUEST_PULLREQUESTID",
        ],
        fork: Fork::Flag("SYSTEM_PULLREQUEST_ISFORK"),
        url: "{SYSTEM_COLLECTIONURI}{SYSTEM_TEAMPROJECT}/_build/results?buildId={BUILD_BUILDID}",
        ..NONE
    },
    Service {
        name: "Bitbucket Pipelines",
        sign: ("BITBUCKET_BUILD_NUMBER", None),
        commit: &["BITBUCKET_COMMIT"],
        branch: &["BITBUCKET_BRANCH"],
        request_branch: &["BITBUCKET_BRANCH"],
        target: &["BITBUCKET_PR_DESTINATION_BRANCH"],
        tag: &["BITBUCKET_TAG"],
        request: &["BITBUCKET_PR_ID"],
        url: "https://bitbucket.org/{BITBUCKET_REPO_FULL_NAME}/pipelines/results/{BITBUCKET_BUILD_NUMBER}",
        ..NONE
    },
    Service {
        name: "Travis CI",
        sign: ("TRAVIS", None),
        commit: &["TRAVIS_COMMIT"],
        request_commit: &["TRAVIS_PULL_REQUEST_SHA"],
        merges: true,
        branch: &["TRAVIS_BRANCH"],
        request_branch: &["TRAVIS_PULL_REQUEST_BRANCH"],
        target: &["TRAVIS_BRANCH"],
        tag: &["TRAVIS_TAG"],
        request: &["TRAVIS_PULL_REQUEST"],
        fork: Fork::Repositories("TRAVIS_PULL_REQUEST_SLUG", "TRAVIS_REPO_SLUG"),
        url: "{TRAVIS_BUILD_WEB_URL}",
        ..NONE
    },
    Service {
        name: "AppVeyor",
        sign: ("APPVEYOR", None),
        commit: &["APPVEYOR_REPO_COMMIT"],
        request_commit: &["APPVEYOR_PULL_REQUEST_HEAD_COMMIT"],
        merges: true,
        branch: &["APPVEYOR_REPO_BRANCH"],
        request_branch: &["APPVEYOR_PULL_REQUEST_HEAD_REPO_BRANCH"],
        target: &["APPVEYOR_REPO_BRANCH"],
        tag: &["APPVEYOR_REPO_TAG_NAME"],
        request: &["APPVEYOR_PULL_REQUEST_NUMBER"],
        fork: Fork::Repositories("APPVEYOR_PULL_REQUEST_HEAD_REPO_NAME", "APPVEYOR_REPO_NAME"),
        url: "{APPVEYOR_URL}/project/{APPVEYOR_ACCOUNT_NAME}/{APPVEYOR_PROJECT_SLUG}/builds/{APPVEYOR_BUILD_ID}",
        ..NONE
    },
    Service {
        name: "Cirrus CI",
        sign: ("CIRRUS_CI", None),
        commit: &["CIRRUS_CHANGE_IN_REPO"],
        branch: &["CIRRUS_BRANCH"],
        request_branch: &["CIRRUS_BRANCH"],
        target: &["CIRRUS_BASE_BRANCH"],
        tag: &["CIRRUS_TAG"],
        request: &["CIRRUS_PR"],
        url: "https://cirrus-ci.com/build/{CIRRUS_BUILD_ID}",
        ..NONE
    },
    Service {
        name: "Woodpecker CI",
        sign: ("CI", Some("woodpecker")),
        commit: &["CI_COMMIT_SHA"],
        branch: &["CI_COMMIT_BRANCH"],
        request_branch: &["CI_COMMIT_SOURCE_BRANCH"],
        target: &["CI_COMMIT_TARGET_BRANCH"],
        tag: &["CI_COMMIT_TAG"],
        request: &["CI_COMMIT_PULL_REQUEST"],
        url: "{CI_PIPELINE_URL}",
        ..NONE
    },
    Service {
        name: "Drone",
        sign: ("DRONE", None),
        commit: &["DRONE_COMMIT_SHA", "DRONE_COMMIT"],
        branch: &["DRONE_BRANCH"],
        request_branch: &["DRONE_SOURCE_BRANCH"],
        target: &["DRONE_TARGET_BRANCH"],
        tag: &["DRONE_TAG"],
        request: &["DRONE_PULL_REQUEST"],
        url: "{DRONE_BUILD_LINK}",
        ..NONE
    },
    Service {
        name: "Codeship",
        sign: ("CI_NAME", Some("codeship")),
        commit: &["CI_COMMIT_ID"],
        branch: &["CI_BRANCH"],
        request_branch: &["CI_BRANCH"],
        request: &["CI_PR_NUMBER"],
        url: "{CI_BUILD_URL}",
        ..NONE
    },
    Service {
        name: "Semaphore",
        sign: ("SEMAPHORE", None),
        commit: &["SEMAPHORE_GIT_SHA"],
        request_commit: &["SEMAPHORE_GIT_PR_SHA"],
        merges: true,
        branch: &["SEMAPHORE_GIT_BRANCH"],
        request_branch: &["SEMAPHORE_GIT_PR_BRANCH"],
        target: &["SEMAPHORE_GIT_BRANCH"],
        tag: &["SEMAPHORE_GIT_TAG_NAME"],
        request: &["SEMAPHORE_GIT_PR_NUMBER"],
        fork: Fork::Repositories("SEMAPHORE_GIT_PR_SLUG", "SEMAPHORE_GIT_REPO_SLUG"),
        url: "{SEMAPHORE_ORGANIZATION_URL}/workflows/{SEMAPHORE_WORKFLOW_ID}",
        ..NONE
    },
    Service {
        name: "TeamCity",
        sign: ("TEAMCITY_VERSION", None),
        commit: &["BUILD_VCS_NUMBER"],
        url: "{BUILD_URL}",
        ..NONE
    },
    Service {
        name: "Jenkins",
        sign: ("JENKINS_URL", None),
        commit: &["GIT_COMMIT"],
        request_commit: &["ghprbActualCommit", "gitlabMergeRequestLastCommit"],
        merges_here: true,
        branch: &["BRANCH_NAME", "GIT_LOCAL_BRANCH", "GIT_BRANCH"],
        request_branch: &[
            "CHANGE_BRANCH",
            "ghprbSourceBranch",
            "gitlabSourceBranch",
            "BRANCH_NAME",
        ],
        target: &["CHANGE_TARGET", "ghprbTargetBranch", "gitlabTargetBranch"],
        tag: &["TAG_NAME"],
        request: &["CHANGE_ID", "ghprbPullId", "gitlabMergeRequestIid"],
        fork: Fork::Owner("CHANGE_FORK"),
        url: "{BUILD_URL}",
        ..NONE
    },
];

/// Returns the service that runs this process.
pub(super) fn running(env: &Environment) -> Option<&'static Service> {
    SERVICES.iter().find(|service| {
        let (name, wanted) = service.sign;
        variable(env, name).is_some_and(|found| wanted.is_none_or(|text| text == found.value))
    })
}

/// Returns a branch of a fork with its owner.
pub(super) fn owned(branch: Found, owner: &str) -> Found {
    Found {
        value: format!("{owner}:{}", branch.value),
        source: branch.source,
    }
}

impl Service {
    /// Returns what the service says of the build.
    pub(super) fn said(&self, env: &Environment, git: &GitFacts) -> Said {
        let pull_request = first(env, self.request)
            .filter(|found| found.value != "false")
            .map(number);
        Said {
            commit: self.commit(env, pull_request.is_some(), git),
            branch: self.branch(env, pull_request.is_some()),
            build_url: self.build_url(env),
            pull_request,
        }
    }

    fn commit(
        &self,
        env: &Environment,
        is_request: bool,
        git: &GitFacts,
    ) -> Option<Result<Found, NoCommit>> {
        if !is_request {
            return first(env, self.commit).map(Ok);
        }
        if let Some(found) = first(env, self.request_commit) {
            return Some(Ok(found));
        }
        if self.merges || (self.merges_here && is_made_here(git)) {
            return Some(Err(NoCommit::MergeCommit {
                variable: self.commit[0].to_owned(),
                service: self.name,
            }));
        }
        first(env, self.commit).map(Ok)
    }

    fn branch(&self, env: &Environment, is_request: bool) -> Option<Result<Found, NoBranch>> {
        if is_request {
            return self.request_branch(env);
        }
        if let Some(tag) = first(env, self.tag) {
            return Some(Err(NoBranch::Tag {
                tag: tag.value,
                source_name: tag.source,
            }));
        }
        first(env, self.branch).map(Ok)
    }

    /// Returns the branch of a pull request. What git has checked out is never asked instead: it may
    /// be the branch that the request is for.
    fn request_branch(&self, env: &Environment) -> Option<Result<Found, NoBranch>> {
        let Some(branch) = first(env, self.request_branch) else {
            let request = first(env, self.request)?;
            return Some(Err(NoBranch::PullRequest {
                value: request.value,
                source_name: request.source,
            }));
        };
        let owner = match self.fork {
            Fork::Owner(name) => variable(env, name).map(|found| found.value),
            Fork::Repositories(theirs, ours) => {
                match (variable(env, theirs), variable(env, ours)) {
                    (Some(theirs), Some(ours)) if theirs.value != ours.value => Some(theirs.value),
                    _ => None,
                }
            }
            Fork::Flag(_) | Fork::Unseen => None,
        };
        if let Some(owner) = owner {
            let owner = owner.split('/').next().unwrap_or_default();
            return Some(Ok(owned(branch, owner)));
        }
        let flagged = match self.fork {
            Fork::Flag(name) => {
                variable(env, name).is_some_and(|found| found.value.eq_ignore_ascii_case("true"))
            }
            _ => false,
        };
        // A request from a branch to itself is one from somebody else's branch of that name.
        let target = first(env, self.target).map(|found| found.value);
        if flagged || target.as_ref() == Some(&branch.value) {
            return Some(Err(NoBranch::Fork {
                value: branch.value,
                source_name: branch.source,
            }));
        }
        Some(Ok(branch))
    }

    /// Fills in the address; there is none if a part is missing.
    fn build_url(&self, env: &Environment) -> Option<Found> {
        let mut parts = self.url.split(['{', '}']);
        let mut value = parts.next()?.to_owned();
        let mut source = "";
        while let (Some(name), Some(text)) = (parts.next(), parts.next()) {
            value.push_str(&variable(env, name)?.value.replace(' ', "%20"));
            value.push_str(text);
            source = name;
        }
        Some(Found {
            value,
            source: source.to_owned(),
        })
    }
}

/// Says whether the commit that is checked out is one that a service made there: whoever merges for others works
/// on a branch, and a service on none.
fn is_made_here(git: &GitFacts) -> bool {
    let merge = git.merge.as_deref();
    merge.is_some_and(|line| line.starts_with("Merge ") && line.ends_with(" into HEAD"))
}

/// Returns the first of the variables that is set.
pub(super) fn first(env: &Environment, names: &[&str]) -> Option<Found> {
    names.iter().find_map(|name| variable(env, name))
}

/// Returns the number at the end of the address of a pull request.
fn number(found: Found) -> Found {
    let last = found.value.rsplit('/').next().unwrap_or_default();
    Found {
        value: last.to_owned(),
        source: found.source,
    }
}
