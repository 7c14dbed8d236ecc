//! Whether a version can be deployed (spec: http-api §1, §3).

use super::matrix;
use crate::domain::can_i_deploy::Request;
use crate::domain::matrix::Query;
use crate::domain::name::BranchName;
use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::selector::Destination;
use crate::domain::selector::Selector;
use crate::render::hal::template;
use crate::server::call::Call;
use crate::server::call::View;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::Route;

pub(crate) const ROUTES: &[Route] = &[
    Route::get(
        template::CAN_I_DEPLOY,
        "Whether a version can be deployed",
        get,
    )
    .producing(matrix::KINDS),
    Route::get(
        template::CAN_I_DEPLOY_TAGGED,
        "Whether the newest version with a tag can be deployed to where another tag stands for",
        get_tagged,
    )
    .producing(matrix::KINDS),
    Route::get(
        template::CAN_I_DEPLOY_BRANCH,
        "Whether the head of a branch can be deployed to an environment",
        get_on_branch,
    )
    .producing(matrix::KINDS),
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
    let name: PacticipantName = call.place("pacticipant")?;
    let tag: TagName = call.place("tag")?;
    if view.ledger.tag_head(&name, &tag)?.is_none() {
        return Err(Problem::NotFound);
    }
    let selector = Selector {
        tag: Some(tag),
        latest: true,
        ..Selector::every_version(name)
    };
    let destination = Destination::Tag {
        tag: call.place("environmentTag")?,
        latest: true,
    };
    answer(call, view, selector, destination)
}

fn get_on_branch(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let name: PacticipantName = call.place("pacticipant")?;
    let branch: BranchName = call.place("branch")?;
    let environment: EnvironmentName = call.place("environment")?;
    let head = view.ledger.branch_head(&name, &branch)?;
    if head.is_none() || view.ledger.environment(&environment)?.is_none() {
        return Err(Problem::NotFound);
    }
    let selector = Selector {
        branch: Some(branch),
        latest: true,
        ..Selector::every_version(name)
    };
    answer(call, view, selector, Destination::Environment(environment))
}

fn answer(
    call: &Call,
    view: View<'_>,
    selector: Selector,
    destination: Destination,
) -> Result<Reply, Problem> {
    let query = Query::can_i_deploy(vec![selector], destination);
    matrix::answer(call, view, &query)
}
