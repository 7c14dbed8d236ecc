//! The entry point, and whether the server runs.

use axum::http::StatusCode;

use crate::render::hal::index;
use crate::render::hal::template;
use crate::server::call::Call;
use crate::server::call::View;
use crate::server::negotiate::Media;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::Route;

pub(crate) const ROUTES: &[Route] = &[
    Route::plain(template::INDEX, "The entry point: where everything is", get),
    Route::plain(
        template::HEARTBEAT,
        "Whether the server runs",
        get_heartbeat,
    ),
    Route::get(
        template::DEPENDENCIES,
        "Whether the store can be read",
        get_dependencies,
    ),
    Route::plain(template::DOC, "What a relation means", get_doc)
        .producing(&[Media::Html, Media::Hal]),
];

fn get(call: &Call) -> Result<Reply, Problem> {
    Reply::hal(&index::index(&call.at))
}

fn get_heartbeat(call: &Call) -> Result<Reply, Problem> {
    Reply::hal(&index::heartbeat(&call.at))
}

/// Answers that the store can be read: asking it for anything would have failed otherwise.
fn get_dependencies(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    view.ledger.pacticipants()?;
    Reply::hal(&index::dependencies(&call.at))
}

/// Answers any relation: clients ask for those of documents, too, which the index does not know.
fn get_doc(call: &Call) -> Result<Reply, Problem> {
    let asked = call.place_text("rel")?;
    let known = index::RELATIONS.iter().find(|relation| {
        let name = relation.name;
        name.split_once(':').map_or(name, |(_, name)| name) == asked
    });
    let text = known.map_or("There is no documentation of this relation.", |it| it.title);
    let page =
        format!("<!doctype html>\n<html lang=\"en\"><title>{text}</title><p>{text}</p></html>\n");
    Ok(Reply::of(Media::Html, page).status(StatusCode::OK))
}
