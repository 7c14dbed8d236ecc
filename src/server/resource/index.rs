//! The entry point, and whether the server runs.

use crate::render::hal::index;
use crate::render::hal::template;
use crate::server::call::Call;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::Route;

pub(crate) const ROUTES: &[Route] = &[
    Route::plain(template::INDEX, "The entry point: where everything is", get).showing("Index"),
    Route::plain(
        template::HEARTBEAT,
        "Whether the server runs",
        get_heartbeat,
    )
    .showing("Heartbeat"),
];

fn get(call: &Call) -> Result<Reply, Problem> {
    Reply::hal(&index::index(&call.at))
}

fn get_heartbeat(call: &Call) -> Result<Reply, Problem> {
    Reply::hal(&index::heartbeat(&call.at))
}
