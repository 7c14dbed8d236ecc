//! GitHub Actions, whose variables describe the merge of a pull request and not the request itself.
//!
//! What was pushed is in the event file only. Without it a pull request has no commit here.

use serde_json::Value;

use super::Environment;
use super::Found;
use super::GitFacts;
use super::NoBranch;
use super::NoCommit;
use super::Said;
use super::variable;

/// The name of the service.
pub(super) const NAME: &str = "GitHub Actions";

/// Says whether this is the service that runs.
pub(super) fn is_it(env: &Environment) -> bool {
    variable(env, "GITHUB_ACTIONS").is_some()
}

/// Says whether a build was given some of its variables: a container of `pactflow/actions` gets
/// `GITHUB_SHA`, `GITHUB_REF`, `GITHUB_HEAD_REF` and `GITHUB_BASE_REF` only.
pub(super) fn is_forwarded(env: &Environment) -> bool {
    variable(env, "GITHUB_SHA").is_some() || variable(env, "GITHUB_REF").is_some()
}

/// Returns what it says.
pub(super) fn said(
    env: &Environment,
    event: impl FnOnce(&str) -> Option<Vec<u8>>,
    git: &GitFacts,
) -> Said {
    let event = variable(env, "GITHUB_EVENT_PATH")
        .and_then(|path| event(&path.value))
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or(Value::Null);
    let reference = variable(env, "GITHUB_REF");
    let is_merge = |found: &Found| found.value.starts_with("refs/pull/");
    let is_of_request = reference.as_ref().is_some_and(is_merge);
    let mut said = match variable(env, "GITHUB_EVENT_NAME").map(|found| found.value) {
        Some(name) if name == "workflow_run" => of_workflow_run(&event),
        Some(name) if name.starts_with("pull_request") && !builds_base(&name, env, git) => {
            of_pull_request(env, &event)
        }
        Some(name) if name == "merge_group" => Said {
            commit: field(&event, "/merge_group/head_sha").map(Ok),
            ..Said::default()
        },
        None if is_of_request && variable(env, "GITHUB_HEAD_REF").is_some() => {
            of_pull_request(env, &event)
        }
        _ => Said::default(),
    };
    if said.commit.is_none() {
        said.commit = if is_of_request {
            Some(Err(merge_commit()))
        } else {
            variable(env, "GITHUB_SHA").map(Ok)
        };
    }
    said.branch = said.branch.or_else(|| reference.map(Ok));
    said.build_url = build_url(env);
    said
}

/// Says whether the build is of the branch that a pull request is *for*, as it is by default for
/// `pull_request_target`: then what is built is that branch, whoever asked for the build.
fn builds_base(event_name: &str, env: &Environment, git: &GitFacts) -> bool {
    event_name == "pull_request_target"
        && git.head.is_some()
        && git.head == variable(env, "GITHUB_SHA").map(|found| found.value)
}

/// Returns what is known of a pull request.
fn of_pull_request(env: &Environment, event: &Value) -> Said {
    let branch =
        field(event, "/pull_request/head/ref").or_else(|| variable(env, "GITHUB_HEAD_REF"));
    let target =
        field(event, "/pull_request/base/ref").or_else(|| variable(env, "GITHUB_BASE_REF"));
    let head = field(event, "/pull_request/head/repo/full_name");
    let base = field(event, "/pull_request/base/repo/full_name");
    // The repository of a fork may be deleted; and a request from a branch to itself is from a fork.
    let value = |found: &Option<Found>| found.as_ref().map(|found| found.value.clone());
    let is_told = event.get("pull_request").is_some();
    let looks_foreign = head.is_none() && (is_told || value(&branch) == value(&target));
    let commit = field(event, "/pull_request/head/sha").ok_or_else(merge_commit);
    Said {
        commit: Some(commit),
        branch: branch.map(|branch| owned(branch, head.as_ref(), base.as_ref(), looks_foreign)),
        pull_request: field(event, "/pull_request/number"),
        ..Said::default()
    }
}

/// Returns what is known of the run that this one follows.
fn of_workflow_run(event: &Value) -> Said {
    let head = field(event, "/workflow_run/head_repository/full_name");
    let base = field(event, "/repository/full_name");
    let branch = field(event, "/workflow_run/head_branch");
    Said {
        commit: field(event, "/workflow_run/head_sha").map(Ok),
        branch: branch.map(|branch| owned(branch, head.as_ref(), base.as_ref(), false)),
        pull_request: field(event, "/workflow_run/pull_requests/0/number"),
        ..Said::default()
    }
}

/// Puts the owner before a branch of a fork: its `main` is not ours.
fn owned(
    branch: Found,
    head: Option<&Found>,
    base: Option<&Found>,
    looks_foreign: bool,
) -> Result<Found, NoBranch> {
    match (head, base) {
        (Some(head), Some(base)) if head.value != base.value => Ok(super::service::owned(
            branch,
            head.value.split('/').next().unwrap_or_default(),
        )),
        _ if looks_foreign => Err(NoBranch::Fork {
            value: branch.value,
            source_name: branch.source,
        }),
        _ => Ok(branch),
    }
}

/// Returns the address of the run.
fn build_url(env: &Environment) -> Option<Found> {
    let part = |name| variable(env, name).map(|found| found.value);
    let server = part("GITHUB_SERVER_URL")?;
    let repository = part("GITHUB_REPOSITORY")?;
    let run = part("GITHUB_RUN_ID")?;
    Some(Found {
        value: format!("{server}/{repository}/actions/runs/{run}"),
        source: "GITHUB_RUN_ID".to_owned(),
    })
}

/// Returns a text or number of the event file; its source is its place there.
fn field(event: &Value, pointer: &str) -> Option<Found> {
    let value = match event.pointer(pointer)? {
        Value::String(text) if !text.trim().is_empty() => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let place = pointer.trim_start_matches('/').replace('/', ".");
    Some(Found {
        value,
        source: format!("{place} in GITHUB_EVENT_PATH"),
    })
}

/// The commit is one that the service made.
fn merge_commit() -> NoCommit {
    NoCommit::MergeCommit {
        variable: "GITHUB_SHA".to_owned(),
        service: NAME,
    }
}
