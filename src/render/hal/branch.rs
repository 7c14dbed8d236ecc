//! Branches of pacticipants, and the versions on them.

use serde_json::Value;
use serde_json::json;

use super::Address;
use super::template;
use super::version;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::notice::Notice;
use crate::domain::notice::NoticeKind;
use crate::domain::time::Timestamp;

/// Returns the document of a version on a branch; `again` if it was not put there just now.
#[must_use]
pub fn branch_version(
    name: &PacticipantName,
    branch: &BranchName,
    number: &VersionNumber,
    (created_at, again): (Timestamp, bool),
    at: &Address,
) -> Value {
    let itself = at.branch_version(name, branch, number);
    let mut document = json!({
        "createdAt": created_at,
        "_links": {
            "self": { "title": "Branch version", "href": itself },
            "pb:branch": { "title": "Branch", "name": branch, "href": at.branch(name, branch) },
            "pb:version": version::link("Version", name, number, at),
        },
    });
    if again {
        document["updatedAt"] = created_at.to_string().into();
    }
    document
}

/// Returns the document of a branch.
#[must_use]
pub fn branch(
    name: &PacticipantName,
    branch: &BranchName,
    created_at: Timestamp,
    at: &Address,
) -> Value {
    let latest = [name.as_str(), branch.as_str()];
    json!({
        "name": branch,
        "createdAt": created_at,
        // Its head is what was put on it last.
        "updatedAt": created_at,
        "_links": {
            "self": { "title": "Branch", "href": at.branch(name, branch) },
            "pb:latest-version": {
                "title": "Latest version for branch",
                "href": at.to(template::BRANCH_LATEST_VERSION, &latest),
            },
        },
    })
}

/// Returns what to tell whoever deletes all branches of a pacticipant but some.
#[must_use]
pub fn branches_deleted(name: &PacticipantName, gone: usize, kept: &[BranchName]) -> Value {
    let kept: Vec<&str> = kept.iter().map(BranchName::as_str).collect();
    let text = format!(
        "Scheduled deletion of {gone} branches for pacticipant {name}. Remaining branches are: {}",
        kept.join(", ")
    );
    json!({ "notices": [Notice::new(NoticeKind::Success, text)] })
}

/// Returns the branches of a pacticipant, as found at a URL.
#[must_use]
pub fn branches(
    name: &PacticipantName,
    shown: &[(BranchName, Timestamp)],
    itself: &str,
    at: &Address,
) -> Value {
    let documents = shown.iter();
    let documents: Vec<Value> = documents
        .map(|(it, created_at)| branch(name, it, *created_at, at))
        .collect();
    let links = shown
        .iter()
        .map(|(branch, _)| json!({ "name": branch, "href": at.branch(name, branch) }));
    json!({
        "_embedded": { "branches": documents },
        "_links": {
            "self": { "title": format!("{name} branches"), "href": itself },
            "pb:branches": links.collect::<Vec<_>>(),
        },
    })
}
