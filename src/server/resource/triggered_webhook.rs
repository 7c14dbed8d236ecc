//! What webhooks were set off (spec: http-api §4). Nothing is kept of that, so the lists are empty,
//! and there are no logs to be had.

use super::pact::with_content;
use crate::domain::ledger::Ledger;
use crate::domain::name::PacticipantName;
use crate::domain::pacts::Pair;
use crate::domain::verification_results::ProviderResults;
use crate::domain::verification_results::ResultNumber;
use crate::render::hal::template;
use crate::render::hal::webhook;
use crate::server::call::Call;
use crate::server::call::View;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::Route;

pub(crate) const ROUTES: &[Route] = &[
    Route::get(
        template::PAIR_WEBHOOKS_STATUS,
        "What came of the webhooks that the latest pact of a pair set off",
        status,
    )
    .showing("WebhooksStatus"),
    Route::get(
        template::TRIGGERED_WEBHOOKS,
        "The webhooks that the publication of a pact set off",
        of_pact,
    )
    .showing("TriggeredWebhooks"),
    Route::get(
        template::RESULT_TRIGGERED_WEBHOOKS,
        "The webhooks that the publication of a result set off",
        of_result,
    )
    .showing("TriggeredWebhooks"),
];

fn status(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let consumer = known(call, view.ledger, "consumer")?;
    let provider = known(call, view.ledger, "provider")?;
    Reply::hal(&webhook::status(
        &consumer,
        &provider,
        &call.itself,
        &call.at,
    ))
}

fn known(call: &Call, ledger: &dyn Ledger, role: &str) -> Result<PacticipantName, Problem> {
    let known = ledger.pacticipant(&call.place(role)?)?;
    Ok(known.ok_or(Problem::NotFound)?.name.clone())
}

fn of_pact(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let (consumer, provider) = (call.place("consumer")?, call.place("provider")?);
    let pair = Pair {
        ledger: view.ledger,
        consumer: &consumer,
        provider: &provider,
    };
    let pact = pair.of_version(&call.place("version")?)?;
    let version = pact.ok_or(Problem::NotFound)?.version;
    let title = format!(
        "Webhooks triggered by the publication of the pact between {consumer} ({}) and {provider}",
        version.number
    );
    Reply::hal(&webhook::none_triggered(&title, &call.itself))
}

fn of_result(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let number: ResultNumber = call.place("number")?;
    let pact = with_content(call, view.ledger)?;
    let results = ProviderResults::read(view.ledger, &pact.provider)?;
    let mut results = results.newest_first(&pact.consumer, &pact.content);
    if !results.any(|recorded| recorded.number() == number) {
        return Err(Problem::NotFound);
    }
    let title = format!("Webhooks triggered by the publication of verification result {number}");
    Reply::hal(&webhook::none_triggered(&title, &call.itself))
}
