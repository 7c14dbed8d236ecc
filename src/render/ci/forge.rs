//! What the forges do differently, as far as it is not how their files look.

use serde::Serialize;

use super::Role;
use super::Wanted;
use super::script::OR_FAIL;
use super::script::REPORTS;
use crate::render::shell::CommandLine;
use crate::render::shell::quoted;

/// A forge, or a service that builds for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Forge {
    /// GitHub Actions.
    GitHub,
    /// GitLab CI.
    GitLab,
    /// Jenkins.
    Jenkins,
    /// Buildkite.
    Buildkite,
    /// Azure Pipelines.
    Azure,
    /// CircleCI.
    CircleCi,
    /// Bitbucket Pipelines.
    Bitbucket,
}

impl Forge {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::GitHub,
        Self::GitLab,
        Self::Jenkins,
        Self::Buildkite,
        Self::Azure,
        Self::CircleCi,
        Self::Bitbucket,
    ];

    /// Returns how it is called on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::GitHub => "github",
            Self::GitLab => "gitlab",
            Self::Jenkins => "jenkins",
            Self::Buildkite => "buildkite",
            Self::Azure => "azure",
            Self::CircleCi => "circleci",
            Self::Bitbucket => "bitbucket",
        }
    }

    /// Returns the file that it reads, for a role; one that has many files has one for each role.
    pub(super) fn path(self, role: Role) -> &'static str {
        match self {
            Self::GitHub => match role {
                Role::Consumer => ".github/workflows/pact-consumer.yml",
                Role::Provider => ".github/workflows/pact-provider.yml",
                Role::Contracts => ".github/workflows/pact-contracts.yml",
                Role::Monorepo => ".github/workflows/pact.yml",
                Role::Deploy => ".github/workflows/pact-deploy.yml",
            },
            Self::GitLab => ".gitlab-ci.yml",
            Self::Jenkins => "Jenkinsfile",
            Self::Buildkite => ".buildkite/pipeline.yml",
            Self::Azure => "azure-pipelines.yml",
            Self::CircleCi => ".circleci/config.yml",
            Self::Bitbucket => "bitbucket-pipelines.yml",
        }
    }

    /// Sets `version` to the commit that is built, where that is one that was pushed.
    pub(super) fn version(self) -> &'static str {
        match self {
            // A build of a pull request sets HEAD_SHA in the head of the file; see there.
            Self::GitHub => "version=${HEAD_SHA:-$GITHUB_SHA}",
            // A merge train builds a commit of its own.
            Self::GitLab => "version=${CI_MERGE_REQUEST_SOURCE_BRANCH_SHA:-$CI_COMMIT_SHA}",
            Self::Jenkins => "version=$GIT_COMMIT",
            // BUILDKITE_COMMIT may be the word HEAD.
            Self::Buildkite | Self::Bitbucket => "version=$(git rev-parse HEAD)",
            Self::Azure => "version=$BUILD_SOURCEVERSION",
            Self::CircleCi => "version=$CIRCLE_SHA1",
        }
    }

    /// Sets `branch` to the branch that is built, or to nothing.
    pub(super) fn branch(self) -> &'static str {
        match self {
            Self::GitHub => {
                r#"case "$GITHUB_REF" in refs/heads/gh-readonly-queue/*) branch= ;; *) branch=${GITHUB_HEAD_REF:-$GITHUB_REF_NAME} ;; esac"#
            }
            Self::GitLab => "branch=${CI_COMMIT_BRANCH:-}",
            Self::Jenkins => "branch=${BRANCH_NAME:-}",
            Self::Buildkite => {
                r#"case "$BUILDKITE_BRANCH" in gh-readonly-queue/*) branch= ;; *) branch=$BUILDKITE_BRANCH ;; esac"#
            }
            Self::Azure => "branch=${BUILD_SOURCEBRANCH#refs/heads/}",
            Self::CircleCi => "branch=${CIRCLE_BRANCH:-}",
            Self::Bitbucket => "branch=${BITBUCKET_BRANCH:-}",
        }
    }

    /// Ends a script that writes in a build that may not, where no condition of the service can.
    pub(super) fn guard(self, wanted: &Wanted) -> Option<&'static str> {
        match self {
            Self::CircleCi => Some(
                r#"[ -z "${CIRCLE_PR_REPONAME:-}" ] || { echo 'A build of a fork: nothing is recorded.'; exit 0; }"#,
            ),
            Self::Bitbucket if !wanted.is_here() => Some(
                r#"[ -n "${GIT_PACT_TOKEN:-}" ] || { echo 'No GIT_PACT_TOKEN, as in a fork: nothing is recorded.'; exit 0; }"#,
            ),
            _ => None,
        }
    }

    /// Ends a question about a merge on the default branch, where no condition of the service can.
    pub(super) fn is_merged(self, main_branch: &str) -> Option<String> {
        (self == Self::Bitbucket).then(|| {
            let main = quoted(main_branch);
            format!(
                r#"[ "$BITBUCKET_BRANCH" != {main} ] || {{ echo 'It is merged already.'; exit 0; }}"#
            )
        })
    }

    /// Says whether builds that may not write have a job of their own.
    pub(super) fn has_untrusted(self, wanted: &Wanted) -> bool {
        match self {
            Self::GitHub | Self::Jenkins | Self::Buildkite | Self::Azure => true,
            // A fork is built in its own project, where its own contracts would be.
            Self::GitLab => !wanted.is_here(),
            Self::CircleCi | Self::Bitbucket => false,
        }
    }

    /// Asks a gate so that the service shows the answer.
    pub(super) fn asked(self, gate: &str, question: CommandLine) -> Vec<String> {
        match self {
            // Annotations, the summary of the job and the outputs of the step.
            Self::GitHub => vec![question.and("--output github").to_string()],
            Self::Buildkite => vec![
                "status=0".to_owned(),
                format!(
                    "{} || status=$?",
                    question.and("--output markdown > answer.md")
                ),
                format!("buildkite-agent annotate --context {gate} < answer.md || true"),
                OR_FAIL.to_owned(),
            ],
            Self::GitLab | Self::Jenkins | Self::Azure | Self::CircleCi | Self::Bitbucket => vec![
                format!("mkdir -p {REPORTS}/{gate}"),
                question
                    .and(&format!("--output junit > {REPORTS}/{gate}/report.xml"))
                    .to_string(),
            ],
        }
    }

    /// Returns a script as it stands in the file of this forge, which looks for expressions of its own in it.
    pub(super) fn escaped(self, script: &str) -> String {
        match self {
            Self::GitHub | Self::Azure => script.replace("${{", "${{ '${{' }}"),
            // It fills in `$NAME` when the pipeline is uploaded.
            Self::Buildkite => script.replace('$', "$$"),
            Self::CircleCi => script.replace("<<", r"\<<"),
            Self::Jenkins => script.replace('\\', r"\\").replace("'''", r"\'\'\'"),
            Self::GitLab | Self::Bitbucket => script.to_owned(),
        }
    }
}
