//! How the server is: for load balancers, alarms and Prometheus.
//!
//! The measurements are the second kind of document at `/metrics`: whoever asks for JSON gets the
//! broker's numbers about what is kept.

use axum::http::StatusCode;

use crate::render::hal::dependencies::Dependencies;
use crate::render::hal::template;
use crate::render::prometheus;
use crate::server::call::Call;
use crate::server::negotiate::Media;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::Route;

pub(crate) const ROUTES: &[Route] = &[
    Route::check(
        template::DEPENDENCIES,
        "Whether the store can be read and the remote be reached",
        get_dependencies,
    )
    .showing("Dependencies")
    .succeeding(&[200, 500]),
    Route::plain(
        template::METRICS,
        "What the server measures, for Prometheus",
        |call| Ok(measurements(call)),
    )
    .producing(&[Media::Text]),
];

fn get_dependencies(call: &Call, readable: bool) -> Result<Reply, Problem> {
    let dependencies = Dependencies {
        readable,
        remote: call.watch.remote(),
    };
    let reply = Reply::hal(&dependencies.document(call.watch.now(), &call.at))?;
    Ok(if dependencies.is_ok() {
        reply
    } else {
        reply.status(StatusCode::INTERNAL_SERVER_ERROR)
    })
}

fn measurements(call: &Call) -> Reply {
    let text = call.watch.page().into_text();
    Reply::text(StatusCode::OK, prometheus::CONTENT_TYPE, text)
}
