//! What a provider has to verify (spec: http-api §1, semantics §6).

mod query;

use serde_json::Map;
use serde_json::Value;

use crate::domain::pacts_for_verification::Request;
use crate::domain::pacts_for_verification::VerificationNotice;
use crate::domain::pacts_for_verification::pacts_for_verification;
use crate::render::hal::for_verification;
use crate::render::hal::template;
use crate::server::call::Call;
use crate::server::call::View;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::Route;

pub(crate) const ROUTES: &[Route] = &[
    Route::ask(
        template::FOR_VERIFICATION,
        "The pacts that a provider build has to verify",
        post,
    )
    .perhaps_taking("VerificationQuestion")
    .showing("PactsForVerification"),
    // Verifiers get this only to find where to send their question.
    Route::get(
        template::FOR_VERIFICATION,
        "The pacts that any provider build has to verify",
        get,
    )
    .showing("PactsForVerification"),
];

fn post(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    document(call, view, call.json()?, &[])
}

fn get(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let beta = VerificationNotice::for_beta_clients();
    document(call, view, query::body(&call.query), &[beta])
}

fn document(
    call: &Call,
    view: View<'_>,
    body: Map<String, Value>,
    first: &[VerificationNotice],
) -> Result<Reply, Problem> {
    let asked = Request::from_json(call.place("provider")?, &Value::Object(body), view.ledger)?;
    let request = Request {
        include_proposed: call.adds_proposals,
        ..asked
    };
    let pacts = pacts_for_verification(view.ledger, &request, view.rules)?;
    let document = for_verification::for_verification(&request.provider, &pacts, first, &call.at);
    Reply::hal(&document)
}

/// Reads a question, for fuzzers.
#[cfg(any(test, fuzzing))]
pub(super) fn read(query: &crate::server::rack_query::Query) {
    drop(query::body(query));
}
