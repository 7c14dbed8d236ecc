//! Whether a version can be deployed (spec: http-api §1, §3).

use super::matrix;
use crate::domain::can_i_deploy::HeadRequest;
use crate::domain::can_i_deploy::Request;
use crate::domain::matrix::Query;
use crate::render::hal::template;
use crate::server::call::Call;
use crate::server::call::View;
use crate::server::documentation::Parameter;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::Route;

/// What is asked of a version.
const QUERY: &[Parameter] = &[
    Parameter::text("pacticipant", "The name of the pacticipant; needed."),
    Parameter::text("version", "Its version; needed."),
    Parameter::text("environment", "Where to: the name of an environment."),
    Parameter::text("to", "Where to: a tag that stands for an environment."),
    Parameter::texts(
        "ignore[][pacticipant]",
        "A pacticipant that does not count.",
    ),
];

pub(crate) const ROUTES: &[Route] = &[
    Route::get(
        template::CAN_I_DEPLOY,
        "Whether a version can be deployed",
        get,
    )
    .producing(matrix::KINDS)
    .asked(QUERY)
    .showing("Matrix"),
    Route::get(
        template::CAN_I_DEPLOY_TAGGED,
        "Whether the newest version with a tag can be deployed to where another tag stands for",
        get_tagged,
    )
    .producing(matrix::KINDS)
    .showing("Matrix"),
    Route::get(
        template::CAN_I_DEPLOY_BRANCH,
        "Whether the head of a branch can be deployed to an environment",
        get_on_branch,
    )
    .producing(matrix::KINDS)
    .showing("Matrix"),
];

fn get(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let request = Request {
        pacticipant: call.query.text("pacticipant"),
        version: call.query.text("version"),
        environment: call.query.text("environment"),
        to: call.query.text("to"),
    };
    let query = request.query(view.ledger)?;
    let ignore = matrix::ignored(&call.query)?;
    matrix::answer(call, view, &Query { ignore, ..query })
}

fn get_tagged(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let request = HeadRequest::Tag {
        pacticipant: call.place("pacticipant")?,
        tag: call.place("tag")?,
        to: call.place("environmentTag")?,
    };
    answer(call, view, &request)
}

fn get_on_branch(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let request = HeadRequest::Branch {
        pacticipant: call.place("pacticipant")?,
        branch: call.place("branch")?,
        to: call.place("environment")?,
    };
    answer(call, view, &request)
}

fn answer(call: &Call, view: View<'_>, request: &HeadRequest) -> Result<Reply, Problem> {
    match request.query(view.ledger)? {
        Ok(query) => matrix::answer(call, view, &query),
        Err(_) => Err(Problem::NotFound),
    }
}
