//! Tags of versions (spec: http-api §1).

use axum::http::Method;

use super::version::mention;
use crate::app::write::Draft;
use crate::domain::deletion::Deletion;
use crate::domain::fact::VersionFact;
use crate::domain::intent::Intent;
use crate::domain::ledger::Ledger;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;
use crate::render::hal::tag;
use crate::render::hal::template;
use crate::server::call::Call;
use crate::server::call::View;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::Route;

pub(crate) const ROUTES: &[Route] = &[
    Route::get(template::TAG, "A tag of a version", get).showing("Tag"),
    Route::write(Method::PUT, template::TAG, "Tags a version", put).showing("Tag"),
    Route::delete(template::TAG, "Takes a tag from a version", delete),
];

fn get(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    document(call, view.ledger)
}

fn put(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    let pacticipant: PacticipantName = call.new_place("pacticipant")?;
    let number: VersionNumber = call.new_place("version")?;
    let tag: TagName = call.new_place("tag")?;
    let known = draft.ledger().version(&pacticipant, &number)?;
    let is_new = !known.is_some_and(|version| version.has_tag(&tag));
    let location = call.at.tag(&pacticipant, &number, &tag);
    mention(draft, &pacticipant, &number)?;
    draft.put(Intent::DescribeVersion(VersionFact {
        pacticipant,
        number,
        branch: None,
        tags: vec![tag],
        build_url: None,
        pacts: Vec::new(),
        at: draft.now(),
    }))?;
    let reply = document(call, &draft.ledger())?;
    Ok(reply.created_if(is_new, &location))
}

fn delete(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    draft.put(Intent::Delete(Deletion::Tag {
        pacticipant: call.place("pacticipant")?,
        version: call.place("version")?,
        tag: call.place("tag")?,
    }))?;
    Ok(Reply::no_content())
}

fn document(call: &Call, ledger: &dyn Ledger) -> Result<Reply, Problem> {
    let name: PacticipantName = call.place("pacticipant")?;
    let number: VersionNumber = call.place("version")?;
    let tag: TagName = call.place("tag")?;
    let known = ledger.version(&name, &number)?;
    let known = known.filter(|version| version.has_tag(&tag));
    let known = known.ok_or(Problem::NotFound)?;
    // When a tag was put on is in the history; here it is as old as its version.
    let created_at = known.created_at;
    Reply::hal(&tag::tag(&name, &number, &tag, created_at, &call.at))
}
