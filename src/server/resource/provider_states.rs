//! The states that the consumers of a provider need it to be in (spec: http-api §1).

use crate::domain::provider_states::Scope;
use crate::domain::provider_states::provider_states;
use crate::render::hal;
use crate::render::hal::template;
use crate::server::call::Call;
use crate::server::call::View;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::Route;

pub(crate) const ROUTES: &[Route] = &[
    Route::get(
        template::PROVIDER_STATES,
        "The states that consumers need on their main branches",
        on_main_branches,
    )
    .showing("ProviderStates"),
    Route::get(
        template::BRANCH_PROVIDER_STATES,
        "The states that consumers need on a branch",
        on_branch,
    )
    .showing("ProviderStates"),
    Route::get(
        template::ENVIRONMENT_PROVIDER_STATES,
        "The states that the consumers in an environment need",
        in_environment,
    )
    .showing("ProviderStates"),
];

fn on_main_branches(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    answer(call, view, Ok(Scope::MainBranches))
}

fn on_branch(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    answer(call, view, call.place("branch").map(Scope::Branch))
}

fn in_environment(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    answer(
        call,
        view,
        call.place("environment").map(Scope::Environment),
    )
}

/// Answers with the states in a scope; where the path names none, nobody needs any.
fn answer(call: &Call, view: View<'_>, scope: Result<Scope, Problem>) -> Result<Reply, Problem> {
    let provider = call.known("provider", view.ledger)?;
    let states = match scope {
        Ok(scope) => provider_states(view.ledger, &provider, &scope)?,
        Err(_) => Vec::new(),
    };
    Reply::hal(&hal::provider_states::provider_states(&states))
}
