//! Versions that are released to an environment (spec: http-api §1).

use axum::http::Method;
use axum::http::StatusCode;
use serde_json::Value;

use super::deployed_version::pacticipants_asked_for;
use super::deployed_version::stays;
use super::deployed_version::version_in_environment;
use crate::app::write::Draft;
use crate::domain::deployment::SupportEnd;
use crate::domain::deployment::environment_by_uuid;
use crate::domain::display_name::display_name;
use crate::domain::environment::Environment;
use crate::domain::environment::ReleasedVersion;
use crate::domain::environment::Uuid;
use crate::domain::fact::ReleaseFact;
use crate::domain::intent::Intent;
use crate::domain::intent::Outcome;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Read;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::whereabouts;
use crate::domain::whereabouts::Placed;
use crate::render::hal::Address;
use crate::render::hal::deployed_version;
use crate::render::hal::template;
use crate::server::call::Call;
use crate::server::call::View;
use crate::server::documentation::Parameter;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::MERGE_PATCH;
use crate::server::routes::Route;

/// What of an environment is asked for.
const OF_ENVIRONMENT: &[Parameter] = &[
    Parameter::text("pacticipant", "Only releases of this pacticipant."),
    Parameter::text("version", "Only those of this version."),
];

pub(crate) const ROUTES: &[Route] = &[
    Route::get(
        template::CURRENTLY_SUPPORTED,
        "What is released to an environment and supported, oldest first",
        list,
    )
    .asked(OF_ENVIRONMENT)
    .showing("ReleasedVersions"),
    Route::get(
        template::VERSION_RELEASED,
        "Whether a version is released to an environment",
        list_of_version,
    )
    .showing("ReleasedVersions"),
    Route::write(
        Method::POST,
        template::VERSION_RELEASED,
        "Records that a version is released to an environment",
        post,
    )
    .showing("ReleasedVersion")
    .succeeding(&[200, 201])
    .creating(template::RELEASED_VERSION, "uuid"),
    Route::get(template::RELEASED_VERSION, "A release", get).showing("ReleasedVersion"),
    Route::write(
        Method::PATCH,
        template::RELEASED_VERSION,
        "Records that a release is not supported any more",
        patch,
    )
    .consuming(MERGE_PATCH)
    .taking("SupportEnd")
    .showing("ReleasedVersion")
    .refusing(&[422]),
];

fn list(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let environment = environment_by_uuid(view.ledger, &call.place("uuid")?)?;
    let pacticipants = pacticipants_asked_for(call, view.ledger, &environment)?;
    let mut released: Vec<ReleasedVersion> = Vec::new();
    for name in &pacticipants {
        released.extend(view.ledger.released(&environment.name, name)?);
    }
    if let Some(number) = call.query.text("version") {
        released.retain(|it| it.version.as_str() == number);
    }
    released.sort_by_key(|it| it.seq);
    let entries = released.iter();
    let entries: Vec<Value> = entries
        .map(|it| deployed_version::released_entry(it, None, &call.at))
        .collect();
    let title = format!(
        "Currently supported versions in {}",
        environment.shown_name()
    );
    Reply::hal(&deployed_version::list(
        "releasedVersions",
        &title,
        &entries,
        &call.itself,
    ))
}

fn list_of_version(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let (name, number, environment) = version_in_environment(call, view.ledger)?;
    let released = known(view.ledger, &environment, &name, &number)?;
    let entries = released.iter().map(|it| {
        let mut entry = deployed_version::released_entry(it, None, &call.at);
        // Whose it is stands in the path.
        entry.as_object_mut().map(|entry| entry.remove("_embedded"));
        entry
    });
    let title = format!(
        "Released versions for {} version {number} in {}",
        display_name(name.as_str()),
        environment.shown_name()
    );
    let entries: Vec<Value> = entries.collect();
    Reply::hal(&deployed_version::list(
        "releasedVersions",
        &title,
        &entries,
        &call.itself,
    ))
}

fn known(
    ledger: &dyn Ledger,
    environment: &Environment,
    name: &PacticipantName,
    number: &VersionNumber,
) -> Read<Option<ReleasedVersion>> {
    let released = ledger.released(&environment.name, name)?;
    Ok(released.into_iter().find(|it| it.version == *number))
}

fn post(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    let environment = environment_by_uuid(&draft.ledger(), &call.place("uuid")?)?;
    let pacticipant: PacticipantName = call.place("pacticipant")?;
    let version: VersionNumber = call.place("version")?;
    let before = known(&draft.ledger(), &environment, &pacticipant, &version)?;
    let outcome = draft.put(Intent::RecordRelease(ReleaseFact {
        environment: environment.name.clone(),
        pacticipant,
        version,
        build_url: None,
        at: draft.now(),
    }))?;
    let Some(Outcome::Released(_, released)) = outcome else {
        return Err(Problem::NotFound);
    };
    let location = call.at.uuid(template::RELEASED_VERSION, &released.uuid);
    let document = deployed_version::released(&environment, &released, None, &call.at);
    let reply = Reply::hal(&document)?.at(&location);
    Ok(if before.is_some() || released.updated_at.is_some() {
        reply
    } else {
        reply.status(StatusCode::CREATED)
    })
}

fn get(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    document(&found(view.ledger, &call.place("uuid")?)?, &call.at)
}

fn patch(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    let mut found = found(&draft.ledger(), &call.place("uuid")?)?;
    let ends = !stays(&call.json()?, "currentlySupported")?;
    if ends && found.ended_at.is_none() {
        draft.put(Intent::RecordSupportEnded(SupportEnd {
            pacticipant: found.version.pacticipant.clone(),
            version: found.version.version.clone(),
            environment: found.environment.name.clone(),
            at: draft.now(),
        }))?;
        found.ended_at = Some(draft.now());
    }
    document(&found, &call.at)
}

fn found(ledger: &dyn Ledger, uuid: &Uuid) -> Result<Placed<ReleasedVersion>, Problem> {
    whereabouts::release(ledger, uuid)?.ok_or(Problem::NotFound)
}

fn document(found: &Placed<ReleasedVersion>, at: &Address) -> Result<Reply, Problem> {
    let (environment, released) = (&found.environment, &found.version);
    let document = deployed_version::released(environment, released, found.ended_at, at);
    Reply::hal(&document)
}
