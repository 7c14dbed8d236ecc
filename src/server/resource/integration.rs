//! Integrations: which consumer has a pact with which provider (spec: http-api §4).

use crate::app::write::Draft;
use crate::domain::deletion::Deletion;
use crate::domain::integration::Integration;
use crate::domain::integration::integration_states;
use crate::domain::intent::Intent;
use crate::render::hal::integration;
use crate::render::hal::template;
use crate::server::call::Call;
use crate::server::call::View;
use crate::server::negotiate::Media;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::Route;

pub(crate) const ROUTES: &[Route] = &[
    Route::get(
        template::INTEGRATIONS,
        "All integrations, the one last updated first",
        list,
    )
    .showing("Integrations"),
    Route::delete(
        template::INTEGRATIONS,
        "Deletes every pacticipant with all of its own",
        delete_all,
    ),
    // The broker has no document for what is gone, and refuses whoever insists on one.
    Route::delete(
        template::INTEGRATION,
        "Deletes everything between a consumer and a provider",
        delete,
    )
    .producing(&[Media::Html]),
];

fn list(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let states = integration_states(view.ledger)?.into_iter();
    let known: Vec<Integration> = states.map(|state| state.integration).collect();
    Reply::hal(&integration::integrations(&known, &call.itself, &call.at))
}

fn delete_all(_: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    draft.put(Intent::Delete(Deletion::Integrations))?;
    Ok(Reply::no_content())
}

fn delete(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    draft.put(Intent::Delete(Deletion::Integration(Integration {
        consumer: call.place("consumer")?,
        provider: call.place("provider")?,
    })))?;
    Ok(Reply::no_content())
}
