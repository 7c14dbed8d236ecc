//! Branches of pacticipants (spec: http-api §1).

use std::collections::BTreeSet;

use axum::http::Method;
use axum::http::StatusCode;

use super::version::mention;
use crate::app::write::Draft;
use crate::domain::deletion::Deletion;
use crate::domain::deletion::sorted_branches;
use crate::domain::fact::VersionFact;
use crate::domain::intent::Intent;
use crate::domain::ledger::Ledger;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::versions::newest_branches_first;
use crate::render::hal::branch;
use crate::render::hal::template;
use crate::server::call::Call;
use crate::server::call::View;
use crate::server::documentation::Parameter;
use crate::server::paging;
use crate::server::paging::Paging;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::Route;

/// How many branches are on a page, unless asked for otherwise.
const PAGE: usize = 100;

pub(crate) const ROUTES: &[Route] = &[
    Route::get(
        template::BRANCHES,
        "The branches of a pacticipant, newest first",
        list,
    )
    .asked(&[Parameter::text(
        "q",
        "Only branches whose name has this in it, whatever the case.",
    )])
    .paged()
    .showing("Branches"),
    Route::get(template::BRANCH, "A branch", get).showing("Branch"),
    Route::get(
        template::BRANCH_VERSION,
        "A version on a branch",
        get_version,
    )
    .showing("BranchVersion"),
    Route::write(
        Method::PUT,
        template::BRANCH_VERSION,
        "Puts a version on a branch",
        put_version,
    )
    .showing("BranchVersion"),
    Route::delete(
        template::BRANCH_VERSION,
        "Takes a version off a branch",
        delete_version,
    ),
    Route::delete(
        template::BRANCH,
        "Deletes a branch; its versions stay",
        delete,
    ),
    Route::delete(
        template::BRANCHES,
        "Deletes all branches but the main branch and those named by `exclude[]`",
        delete_others,
    )
    .asked(&[Parameter::texts("exclude[]", "A branch to keep.")])
    .showing("Notices")
    .succeeding(&[202]),
];

fn list(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let name = call.known("pacticipant", view.ledger)?;
    let mut heads = newest_branches_first(view.ledger, &name)?;
    heads.retain(|head| call.looks_for(head.branch.as_str()));
    let paging = Paging::of(&call.query)?.or_first(PAGE);
    let page = paging.cut(&mut heads);
    let mut shown = Vec::new();
    for head in heads {
        let version = view.ledger.version(&name, &head.version)?;
        let version = version.ok_or(Problem::NotFound)?;
        shown.push((head.branch, version.created_at));
    }
    let document = branch::branches(&name, &shown, &call.itself, &call.at);
    paging::reply(document, page, call)
}

fn get(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let name: PacticipantName = call.place("pacticipant")?;
    let branch: BranchName = call.place("branch")?;
    let head = view.ledger.branch_head(&name, &branch)?;
    let head = head.ok_or(Problem::NotFound)?;
    // When a branch was first used is in the history; its head tells when it was last.
    let version = view.ledger.version(&name, &head.version)?;
    let version = version.ok_or(Problem::NotFound)?;
    Reply::hal(&branch::branch(
        &name,
        &branch,
        version.created_at,
        &call.at,
    ))
}

fn get_version(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    document(call, view.ledger, true)
}

fn put_version(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    let pacticipant: PacticipantName = call.new_place("pacticipant")?;
    let number: VersionNumber = call.new_place("version")?;
    let branch: BranchName = call.new_place("branch")?;
    let known = draft.ledger().version(&pacticipant, &number)?;
    let is_new = !known.is_some_and(|version| version.is_on(&branch));
    let location = call.at.branch_version(&pacticipant, &branch, &number);
    mention(draft, &pacticipant, &number)?;
    draft.put(Intent::DescribeVersion(VersionFact {
        pacticipant,
        number,
        branch: Some(branch),
        tags: Vec::new(),
        build_url: None,
        pacts: Vec::new(),
        at: draft.now(),
    }))?;
    let reply = document(call, &draft.ledger(), !is_new)?;
    Ok(reply.created_if(is_new, &location))
}

fn delete_version(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    draft.put(Intent::Delete(Deletion::BranchVersion {
        pacticipant: call.place("pacticipant")?,
        version: call.place("version")?,
        branch: call.place("branch")?,
    }))?;
    Ok(Reply::no_content())
}

fn delete(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    draft.put(Intent::Delete(Deletion::Branch {
        pacticipant: call.place("pacticipant")?,
        branch: call.place("branch")?,
    }))?;
    Ok(Reply::no_content())
}

/// Deletes branches. The broker does it after it has answered, hence the status and the words;
/// here it is done by then.
fn delete_others(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    let pacticipant: PacticipantName = call.place("pacticipant")?;
    // What can be no name is the name of no branch.
    let but = call.query.texts("exclude");
    let but: BTreeSet<BranchName> = but.filter_map(|text| text.parse().ok()).collect();
    let (gone, kept) = sorted_branches(&draft.ledger(), &pacticipant, &but)?;
    let document = branch::branches_deleted(&pacticipant, gone.len(), &kept);
    draft.put(Intent::Delete(Deletion::OtherBranches { pacticipant, but }))?;
    Ok(Reply::hal(&document)?.status(StatusCode::ACCEPTED))
}

fn document(call: &Call, ledger: &dyn Ledger, again: bool) -> Result<Reply, Problem> {
    let name: PacticipantName = call.place("pacticipant")?;
    let number: VersionNumber = call.place("version")?;
    let branch: BranchName = call.place("branch")?;
    let known = ledger.version(&name, &number)?;
    let known = known.filter(|version| version.is_on(&branch));
    let known = known.ok_or(Problem::NotFound)?;
    let times = (known.created_at, again);
    Reply::hal(&branch::branch_version(
        &name, &branch, &number, times, &call.at,
    ))
}
