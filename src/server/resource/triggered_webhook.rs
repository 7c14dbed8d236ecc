//! What webhooks were triggered, and what came of their requests (spec: http-api §4).

use super::pact::with_content;
use crate::app::outbox::Outbox;
use crate::domain::ledger::Ledger;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::pacts::Pair;
use crate::domain::verification_results::ProviderResults;
use crate::domain::verification_results::ResultNumber;
use crate::domain::webhook::delivery::Delivery;
use crate::render::delivery;
use crate::render::hal::template;
use crate::render::hal::triggered_webhook;
use crate::server::call::Call;
use crate::server::call::View;
use crate::server::negotiate::Media;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::Route;

pub(crate) const ROUTES: &[Route] = &[
    Route::triggered(
        template::PAIR_WEBHOOKS_STATUS,
        "What came of the webhooks that a pair last triggered",
        status,
    )
    .showing("WebhooksStatus"),
    Route::triggered(
        template::TRIGGERED_WEBHOOKS,
        "The webhooks that the publication of a pact triggered",
        of_pact,
    )
    .showing("TriggeredWebhooks"),
    Route::triggered(
        template::RESULT_TRIGGERED_WEBHOOKS,
        "The webhooks that the publication of a result triggered",
        of_result,
    )
    .showing("TriggeredWebhooks"),
    Route::triggered(
        template::TRIGGERED_WEBHOOK_LOGS,
        "The requests of a webhook that was triggered, and what was answered",
        logs,
    )
    .producing(&[Media::Text]),
];

fn status(call: &Call, view: View<'_>, outbox: &Outbox) -> Result<Reply, Problem> {
    let consumer = known(call, view.ledger, "consumer")?;
    let provider = known(call, view.ledger, "provider")?;
    let of_pair = of_pair(outbox, &consumer, &provider);
    Reply::hal(&triggered_webhook::status(
        (&consumer, &provider),
        &of_pair,
        &call.schedule,
        &call.itself,
        &call.at,
    ))
}

/// Returns the deliveries of a pair, newest first.
fn of_pair<'a>(
    outbox: &'a Outbox,
    consumer: &PacticipantName,
    provider: &PacticipantName,
) -> Vec<&'a Delivery> {
    let all = outbox.newest_first().into_iter();
    all.filter(|delivery| delivery.is_of_pair(consumer, provider))
        .collect()
}

fn known(call: &Call, ledger: &dyn Ledger, role: &str) -> Result<PacticipantName, Problem> {
    let known = ledger.pacticipant(&call.place(role)?)?;
    Ok(known.ok_or(Problem::NotFound)?.name.clone())
}

fn of_pact(call: &Call, view: View<'_>, outbox: &Outbox) -> Result<Reply, Problem> {
    let (consumer, provider) = (call.place("consumer")?, call.place("provider")?);
    let pair = Pair {
        ledger: view.ledger,
        consumer: &consumer,
        provider: &provider,
    };
    let pact = pair.of_version(&call.place::<VersionNumber>("version")?)?;
    let version = pact.ok_or(Problem::NotFound)?.version;
    let title = format!(
        "Webhooks triggered by the publication of the pact between {consumer} ({}) and {provider}",
        version.number
    );
    let mut triggered = of_pair(outbox, &consumer, &provider);
    triggered.retain(|delivery| delivery.is_of_publication(&version.number));
    list(call, &triggered, &title)
}

fn of_result(call: &Call, view: View<'_>, outbox: &Outbox) -> Result<Reply, Problem> {
    let number: ResultNumber = call.place("number")?;
    let pact = with_content(call, view.ledger)?;
    let results = ProviderResults::read(view.ledger, &pact.provider)?;
    let mut results = results.newest_first(&pact.consumer, &pact.content);
    if !results.any(|recorded| recorded.number() == number) {
        return Err(Problem::NotFound);
    }
    let title = format!("Webhooks triggered by the publication of verification result {number}");
    let mut triggered = of_pair(outbox, &pact.consumer, &pact.provider);
    triggered.retain(|delivery| delivery.is_of_result(&pact.content, number));
    list(call, &triggered, &title)
}

fn list(call: &Call, triggered: &[&Delivery], title: &str) -> Result<Reply, Problem> {
    Reply::hal(&triggered_webhook::list(
        triggered,
        &call.schedule,
        title,
        &call.itself,
        &call.at,
    ))
}

/// Shows the log of the one with an id, or of all that whoever published knows by it.
fn logs(call: &Call, _: View<'_>, outbox: &Outbox) -> Result<Reply, Problem> {
    let id = call.place_text("uuid")?;
    let is_meant = |delivery: &&Delivery| {
        let log_id = delivery.log_id();
        delivery.uuid.as_str() == id || log_id.is_some_and(|log_id| log_id.as_str() == id)
    };
    let meant = outbox.newest_first().into_iter().filter(is_meant).rev();
    let meant: Vec<&Delivery> = meant.collect();
    if meant.is_empty() {
        return Err(Problem::NotFound);
    }
    let logs = meant.iter().map(|it| delivery::log(it, call.at.as_str()));
    let logs: Vec<String> = logs.filter(|log| !log.is_empty()).collect();
    Ok(Reply::of(Media::Text, logs.join("\n")))
}
