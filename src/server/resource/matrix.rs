//! The matrix (spec: http-api §1, §3).

mod question;

pub(super) use question::ignored;
pub(super) use question::question;

use crate::domain::can_i_deploy::can_i_deploy;
use crate::domain::matrix;
use crate::domain::matrix::Query;
use crate::domain::selector::Selector;
use crate::domain::standing::Standings;
use crate::render::hal;
use crate::render::hal::matrix::MatrixDocument;
use crate::render::hal::template;
use crate::server::call::Call;
use crate::server::call::View;
use crate::server::negotiate::Media;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::Route;

/// The kinds in which a matrix can be had.
pub(super) const KINDS: &[Media] = &[Media::Hal, Media::Text];

pub(crate) const ROUTES: &[Route] = &[
    Route::get(
        template::MATRIX,
        "Which versions were verified against which, and whether all that is needed was",
        get,
    )
    .producing(KINDS)
    .asked(question::PARAMETERS)
    .showing("Matrix"),
    Route::get(template::PAIR_MATRIX, "Every result of a pair", get_pair)
        .producing(KINDS)
        .showing("Matrix"),
];

fn get(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    answer(call, view, &question(&call.query)?)
}

fn get_pair(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let mut selectors = Vec::new();
    for side in ["consumer", "provider"] {
        selectors.push(Selector::every_version(call.known(side, view.ledger)?));
    }
    let query = Query {
        selectors,
        ..question(&call.query)?
    };
    answer(call, view, &query)
}

/// Answers a question with its matrix and the verdict that follows.
pub(super) fn answer(call: &Call, view: View<'_>, query: &Query) -> Result<Reply, Problem> {
    let matrix = matrix::matrix(view.ledger, query, view.rules)?;
    let verdict = can_i_deploy(&matrix);
    if call.media == Media::Text {
        let text = hal::matrix::text(&matrix, &verdict);
        return Ok(Reply::of(Media::Text, text));
    }
    let standings = Standings::of(view.ledger, &matrix)?;
    Reply::hal(&MatrixDocument::new(
        &matrix, &verdict, &standings, &call.at,
    ))
}

/// Reads a question, for fuzzers.
#[cfg(any(test, fuzzing))]
pub(super) fn read(query: &crate::server::rack_query::Query) {
    drop(question::question(query));
}
