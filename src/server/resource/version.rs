//! Versions of pacticipants (spec: http-api §1).

use axum::http::Method;
use serde_json::Value;

use crate::app::write::Draft;
use crate::domain::deletion::Deletion;
use crate::domain::describe_version::patch_version;
use crate::domain::describe_version::put_version;
use crate::domain::details::VersionDetails;
use crate::domain::fact::VersionMention;
use crate::domain::intent::Intent;
use crate::domain::invalid_fields::InvalidFields;
use crate::domain::ledger::Ledger;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::time::Timestamp;
use crate::render::hal::template;
use crate::render::hal::version;
use crate::server::call::Call;
use crate::server::call::View;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::JSON_OR_MERGE_PATCH;
use crate::server::routes::Route;

pub(crate) const ROUTES: &[Route] = &[
    Route::get(template::VERSION, "A version", get).showing("Version"),
    Route::write(
        Method::PUT,
        template::VERSION,
        "Creates or changes a version",
        put,
    )
    .perhaps_taking("VersionForm")
    .showing("Version"),
    Route::write(Method::PATCH, template::VERSION, "Changes a version", patch)
        .consuming(JSON_OR_MERGE_PATCH)
        .perhaps_taking("VersionForm")
        .showing("Version")
        .succeeding(&[200, 201]),
    Route::delete(template::VERSION, "Takes a version back", delete),
    Route::get(
        template::LATEST_VERSION,
        "The newest version of a pacticipant",
        get_latest,
    )
    .showing("Version"),
    Route::get(
        template::LATEST_TAGGED_VERSION,
        "The newest version with a tag",
        get_latest_tagged,
    )
    .showing("Version"),
    Route::get(
        template::BRANCH_LATEST_VERSION,
        "The version that a branch points to",
        get_head,
    )
    .showing("Version"),
];

fn get(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let number: VersionNumber = call.place("version")?;
    document(call, view.ledger, Some(number), None)
}

fn get_latest(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let latest = view.ledger.latest_version(&call.place("pacticipant")?)?;
    let number = latest.map(|version| version.number.clone());
    document(call, view.ledger, number, Some(&call.itself))
}

fn get_latest_tagged(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let name: PacticipantName = call.place("pacticipant")?;
    let head = view.ledger.tag_head(&name, &call.place("tag")?)?;
    let number = head.map(|head| head.version);
    document(call, view.ledger, number, Some(&call.itself))
}

fn get_head(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let name: PacticipantName = call.place("pacticipant")?;
    let head = view.ledger.branch_head(&name, &call.place("branch")?)?;
    let number = head.map(|head| head.version);
    document(call, view.ledger, number, Some(&call.itself))
}

/// Creates a version, or says anew what is known of it.
fn put(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    say(call, draft, put_version)
}

/// Creates a version, or says more of it.
fn patch(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    say(call, draft, patch_version)
}

fn say(
    call: &Call,
    draft: &mut Draft<'_>,
    intent: fn(PacticipantName, VersionNumber, &Value, Timestamp) -> Result<Intent, InvalidFields>,
) -> Result<Reply, Problem> {
    let name: PacticipantName = call.new_place("pacticipant")?;
    let number: VersionNumber = call.new_place("version")?;
    let is_new = draft.ledger().version(&name, &number)?.is_none();
    let body = call.json()?.into();
    draft.put(intent(name.clone(), number.clone(), &body, draft.now())?)?;
    let location = call.at.version(&name, &number);
    let reply = document(call, &draft.ledger(), Some(number), None)?;
    Ok(reply.created_if(is_new, &location))
}

/// Mentions a version before something is said of it: the broker shows that it came that way
/// (`updatedAt`).
pub(super) fn mention(
    draft: &mut Draft<'_>,
    pacticipant: &PacticipantName,
    number: &VersionNumber,
) -> Result<(), Problem> {
    draft.put(Intent::MentionVersion(VersionMention {
        pacticipant: pacticipant.clone(),
        number: number.clone(),
        at: draft.now(),
    }))?;
    Ok(())
}

fn delete(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    draft.put(Intent::Delete(Deletion::Version {
        pacticipant: call.place("pacticipant")?,
        version: call.place("version")?,
    }))?;
    Ok(Reply::no_content())
}

fn document(
    call: &Call,
    ledger: &dyn Ledger,
    number: Option<VersionNumber>,
    itself: Option<&str>,
) -> Result<Reply, Problem> {
    let name: PacticipantName = call.place("pacticipant")?;
    let number = number.ok_or(Problem::NotFound)?;
    let details = VersionDetails::read(ledger, &name, &number)?;
    let details = details.ok_or(Problem::NotFound)?;
    Reply::hal(&version::version(&(&details).into(), itself, &call.at))
}
