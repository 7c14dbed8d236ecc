//! Labels of pacticipants (spec: http-api §4).

use axum::http::Method;

use crate::app::write::Draft;
use crate::domain::intent::Intent;
use crate::domain::label::Labelling;
use crate::domain::label::all_labels;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Read;
use crate::domain::name::LabelName;
use crate::domain::name::PacticipantName;
use crate::domain::time::Timestamp;
use crate::render::hal::label;
use crate::render::hal::template;
use crate::server::call::Call;
use crate::server::call::View;
use crate::server::paging;
use crate::server::paging::Paging;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::Route;

pub(crate) const ROUTES: &[Route] = &[
    Route::get(template::LABELS, "Every label that a pacticipant has", list)
        .paged()
        .showing("Labels"),
    Route::get(template::LABEL, "A label of a pacticipant", get).showing("Label"),
    Route::write(Method::PUT, template::LABEL, "Labels a pacticipant", put).showing("Label"),
    Route::write(
        Method::DELETE,
        template::LABEL,
        "Takes a label from a pacticipant",
        delete,
    ),
];

fn list(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let mut labels: Vec<LabelName> = all_labels(view.ledger)?.into_iter().collect();
    let page = Paging::of(&call.query)?.cut(&mut labels);
    paging::reply(label::labels(&labels, &call.at), page, call)
}

fn get(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let (name, label) = asked(call)?;
    document(call, view.ledger, &name, &label)
}

fn put(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    let pacticipant: PacticipantName = call.new_place("pacticipant")?;
    let label: LabelName = call.new_place("label")?;
    let is_new = given_at(&draft.ledger(), &pacticipant, &label)?.is_none();
    draft.put(Intent::AddLabel(Labelling {
        pacticipant: pacticipant.clone(),
        label: label.clone(),
        at: draft.now(),
    }))?;
    let reply = document(call, &draft.ledger(), &pacticipant, &label)?;
    let values = [pacticipant.as_str(), label.as_str()];
    Ok(if is_new {
        reply.created(&call.at.to(template::LABEL, &values))
    } else {
        reply
    })
}

fn delete(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    let (pacticipant, label) = asked(call)?;
    if given_at(&draft.ledger(), &pacticipant, &label)?.is_none() {
        return Err(Problem::NotFound);
    }
    draft.put(Intent::RemoveLabel(Labelling {
        pacticipant,
        label,
        at: draft.now(),
    }))?;
    Ok(Reply::no_content())
}

fn asked(call: &Call) -> Result<(PacticipantName, LabelName), Problem> {
    Ok((call.place("pacticipant")?, call.place("label")?))
}

/// Returns since when a pacticipant has a label.
fn given_at(
    ledger: &dyn Ledger,
    name: &PacticipantName,
    label: &LabelName,
) -> Read<Option<Timestamp>> {
    let known = ledger.pacticipant(name)?;
    Ok(known.and_then(|it| it.labels.get(label).copied()))
}

fn document(
    call: &Call,
    ledger: &dyn Ledger,
    name: &PacticipantName,
    label: &LabelName,
) -> Result<Reply, Problem> {
    let created_at = given_at(ledger, name, label)?.ok_or(Problem::NotFound)?;
    Reply::hal(&label::label(name, label, created_at, &call.at))
}
