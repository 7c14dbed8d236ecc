//! The dashboard: the pacts that matter now, and whether each is verified (spec: http-api §4).

use crate::domain::dashboard::dashboard;
use crate::domain::dashboard::pacts_that_matter;
use crate::domain::dashboard::sort_by_activity;
use crate::domain::integration::Integration;
use crate::domain::integration::integrations;
use crate::render::hal;
use crate::render::hal::template;
use crate::server::call::Call;
use crate::server::call::View;
use crate::server::negotiate::Media;
use crate::server::paging;
use crate::server::paging::Paging;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::Route;

/// The kinds in which a dashboard can be had.
const KINDS: &[Media] = &[Media::Hal, Media::Text];

/// How many pacts are on a page, unless asked for otherwise.
const PAGE: usize = 30;

pub(crate) const ROUTES: &[Route] = &[
    Route::get(
        template::DASHBOARD,
        "The pacts that matter now, and whether they are verified",
        get,
    )
    .producing(KINDS)
    .paged()
    .showing("Dashboard"),
    Route::get(
        template::PAIR_DASHBOARD,
        "The pacts of a pair that matter now, and whether they are verified",
        get_pair,
    )
    .producing(KINDS)
    .paged()
    .showing("Dashboard"),
];

fn get(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    answer(call, view, &integrations(view.ledger)?)
}

fn get_pair(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let integration = Integration {
        consumer: call.known("consumer", view.ledger)?,
        provider: call.known("provider", view.ledger)?,
    };
    answer(call, view, &[integration])
}

fn answer(call: &Call, view: View<'_>, among: &[Integration]) -> Result<Reply, Problem> {
    let asked = Paging::of(&call.query)?;
    let mut pacts = pacts_that_matter(view.ledger, among)?;
    let page = asked.or_first(PAGE).cut(&mut pacts);
    let mut rows = dashboard(view.ledger, pacts)?;
    if call.media == Media::Text {
        return Ok(Reply::of(Media::Text, hal::dashboard::text(&rows)));
    }
    sort_by_activity(&mut rows);
    // The broker never says that there is more. Where all is shown, neither do we.
    let page = page.filter(|page| page.pages() > 1);
    paging::reply(hal::dashboard::dashboard(&rows, &call.at), page, call)
}
