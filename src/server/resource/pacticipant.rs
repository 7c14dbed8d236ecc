//! Pacticipants (spec: http-api §1).

use std::sync::Arc;

use axum::http::Method;
use serde_json::Value;

use crate::app::write::Draft;
use crate::domain::deletion::Deletion;
use crate::domain::describe_pacticipant::PacticipantUpdate;
use crate::domain::details::PacticipantDetails;
use crate::domain::intent::Intent;
use crate::domain::label::pacticipants_labelled;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Read;
use crate::domain::name::PacticipantName;
use crate::domain::pacticipant::Pacticipant;
use crate::domain::pacticipant::pacticipants;
use crate::domain::rules::Rules;
use crate::render::hal::Address;
use crate::render::hal::pacticipant;
use crate::render::hal::pacticipant::Shown;
use crate::render::hal::template;
use crate::server::call::Call;
use crate::server::call::View;
use crate::server::documentation::Parameter;
use crate::server::paging;
use crate::server::paging::Paging;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::JSON_OR_MERGE_PATCH;
use crate::server::routes::Route;

/// How pacticipants are looked for.
const NAMED: &[Parameter] = &[Parameter::text(
    "q",
    "Only those whose name has this in it, whatever the case.",
)];

pub(crate) const ROUTES: &[Route] = &[
    Route::get(template::PACTICIPANTS, "All pacticipants", list)
        .asked(NAMED)
        .paged()
        .showing("Pacticipants"),
    Route::get(
        template::PACTICIPANTS_WITH_LABEL,
        "The pacticipants with a label",
        list_with_label,
    )
    .asked(NAMED)
    .paged()
    .showing("Pacticipants"),
    Route::get(template::PACTICIPANT, "A pacticipant", get).showing("Pacticipant"),
    Route::write(
        Method::POST,
        template::PACTICIPANTS,
        "Creates a pacticipant",
        post,
    )
    .taking("PacticipantForm")
    .showing("Pacticipant")
    .creating(template::PACTICIPANT, "name"),
    Route::write(
        Method::PUT,
        template::PACTICIPANT,
        "Replaces what is said of a pacticipant",
        put,
    )
    .perhaps_taking("PacticipantChanges")
    .showing("Pacticipant")
    .succeeding(&[200]),
    Route::write(
        Method::PATCH,
        template::PACTICIPANT,
        "Changes a pacticipant, or creates it",
        patch,
    )
    .consuming(JSON_OR_MERGE_PATCH)
    .perhaps_taking("PacticipantChanges")
    .showing("Pacticipant")
    .succeeding(&[200, 201]),
    Route::delete(
        template::PACTICIPANT,
        "Deletes a pacticipant with all of its own",
        delete,
    ),
];

fn list(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let known = pacticipants(view.ledger)?;
    answer_list(call, view, known, pacticipant::pacticipants)
}

fn list_with_label(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let known = match call.place("label") {
        Ok(label) => pacticipants_labelled(view.ledger, &label)?,
        // What can be no label is the label of nobody.
        Err(_) => Vec::new(),
    };
    answer_list(call, view, known, pacticipant::pacticipants_labelled)
}

fn answer_list(
    call: &Call,
    view: View<'_>,
    mut known: Vec<Arc<Pacticipant>>,
    document: fn(&[Shown<'_>], &Address) -> Value,
) -> Result<Reply, Problem> {
    known.retain(|pacticipant| call.looks_for(pacticipant.name.as_str()));
    let page = Paging::of(&call.query)?.cut(&mut known);
    let latest = known.iter().map(|it| view.ledger.latest_version(&it.name));
    let latest = latest.collect::<Read<Vec<_>>>()?;
    let shown = known
        .iter()
        .zip(&latest)
        .map(|(pacticipant, latest)| Shown {
            pacticipant,
            latest: latest.as_ref().map(|version| &version.number),
            deployed: None,
        });
    let shown: Vec<Shown<'_>> = shown.collect();
    paging::reply(document(&shown, &call.at), page, call)
}

fn get(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    document(call, view.ledger, &call.place("pacticipant")?)
}

fn post(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    let update = PacticipantUpdate::from_post(&call.json()?.into(), draft.now())?;
    let name = update.name.clone();
    // Whoever exists already is answered as it is (spec: http-api §1).
    draft.put(Intent::CreatePacticipant(update))?;
    let known = draft.ledger().pacticipant(&name)?;
    let known = known.ok_or_else(|| Problem::no_pacticipant(&name))?;
    let shown = Shown {
        pacticipant: &known,
        latest: None,
        deployed: None,
    };
    let reply = Reply::hal(&pacticipant::pacticipant(&shown, &call.at))?;
    let location = call.at.pacticipant(&name);
    Ok(reply.created(&match draft.rules()? {
        Rules::Strict => location,
        // The broker misspells it; clients go by the links in the body.
        Rules::PactBroker => location.replacen("/pacticipants/", "/pacticpants/", 1),
    }))
}

fn put(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    let name: PacticipantName = call.place("pacticipant")?;
    if draft.ledger().pacticipant(&name)?.is_none() {
        return Err(Problem::no_pacticipant(&name));
    }
    let update = PacticipantUpdate::from_put(name.clone(), &call.json()?.into(), draft.now())?;
    draft.put(Intent::DescribePacticipant(update))?;
    document(call, &draft.ledger(), &name)
}

fn patch(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    let name: PacticipantName = call.new_place("pacticipant")?;
    let is_new = draft.ledger().pacticipant(&name)?.is_none();
    let update = PacticipantUpdate::from_patch(name.clone(), &call.json()?.into(), draft.now())?;
    draft.put(Intent::DescribePacticipant(update))?;
    let reply = document(call, &draft.ledger(), &name)?;
    Ok(if is_new {
        reply.created(&call.at.pacticipant(&name))
    } else {
        reply
    })
}

fn delete(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    let name = call.place("pacticipant")?;
    draft.put(Intent::Delete(Deletion::Pacticipant(name)))?;
    Ok(Reply::no_content())
}

fn document(call: &Call, ledger: &dyn Ledger, name: &PacticipantName) -> Result<Reply, Problem> {
    let details = PacticipantDetails::read(ledger, name)?;
    let details = details.ok_or_else(|| Problem::no_pacticipant(name))?;
    Reply::hal(&pacticipant::pacticipant(&(&details).into(), &call.at))
}
