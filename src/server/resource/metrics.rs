//! Numbers about what is kept (spec: http-api §4).

use crate::domain::metrics::metrics;
use crate::render::hal;
use crate::render::hal::template;
use crate::server::call::Call;
use crate::server::call::View;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::Route;

pub(crate) const ROUTES: &[Route] =
    &[Route::get(template::METRICS, "Numbers about what is kept", get).showing("Metrics")];

fn get(_: &Call, view: View<'_>) -> Result<Reply, Problem> {
    Reply::hal(&hal::metrics::metrics(&metrics(view.ledger)?))
}
