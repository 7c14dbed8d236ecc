//! Results of verifications (spec: http-api §1, semantics §7).

mod form;

use axum::http::Method;

use self::form::Form;
use super::pact::metadata;
use super::pact::with_content;
use crate::app::write::Draft;
use crate::domain::fact::VersionMention;
use crate::domain::intent::Intent;
use crate::domain::ledger::Ledger;
use crate::domain::pacts::Among;
use crate::domain::pacts::PactPublication;
use crate::domain::pacts::Pair;
use crate::domain::record_verification::Report;
use crate::domain::record_verification::ReportedPact;
use crate::domain::record_verification::ReportedResult;
use crate::domain::verification_results::ProviderResults;
use crate::domain::verification_results::ResultNumber;
use crate::domain::verification_results::latest_result;
use crate::domain::verification_results::result_of_version;
use crate::domain::verification_results::results_of_consumer_version;
use crate::render::hal::template;
use crate::render::hal::verification_result;
use crate::server::call::Call;
use crate::server::call::View;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::Route;

pub(crate) const ROUTES: &[Route] = &[
    Route::write(
        Method::POST,
        template::VERIFICATION_RESULTS,
        "Publishes the result of a verification",
        post,
    ),
    Route::write(
        Method::POST,
        template::VERIFICATION_RESULTS_WITH_METADATA,
        "Publishes the result of the verification of a pact as it was selected",
        post,
    ),
    Route::get(template::VERIFICATION_RESULT, "A result", get),
    Route::get(
        template::VERIFICATION_RESULT_WITH_METADATA,
        "A result, below the metadata that it was published with",
        get,
    ),
    Route::get(
        template::LATEST_VERIFICATION_RESULTS,
        "The newest result for a content",
        latest_of_content,
    ),
    Route::get(
        template::VERSION_LATEST_RESULT,
        "The newest result for the pact of a consumer version",
        latest_of_version,
    ),
    Route::get(
        template::LATEST_PACT_LATEST_RESULT,
        "The newest result for the newest pact of a pair",
        latest_of_latest,
    ),
    Route::get(
        template::LATEST_TAGGED_PACT_LATEST_RESULT,
        "The newest result for the newest pact with a tag",
        latest_of_tagged,
    ),
    Route::get(
        template::CONSUMER_VERSION_RESULTS,
        "The newest results for all pacts of a consumer version",
        of_consumer_version,
    ),
];

fn post(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    let form = Form::of(&call.json()?)?;
    let pact = with_content(call, &draft.ledger())?;
    let stored = if form.names_interactions_by_id() {
        Some(pact.pair(&draft.ledger()).stored(&pact.content)?)
    } else {
        None
    };
    draft.put(Intent::MentionVersion(VersionMention {
        pacticipant: pact.provider.clone(),
        number: form.version.clone(),
        at: draft.now(),
    }))?;
    draft.put(Intent::RecordVerification(Report {
        provider: pact.provider.clone(),
        version: form.version.clone(),
        branch: None,
        tags: Vec::new(),
        build_url: form.build_url.clone(),
        verified_by: form.verified_by.clone(),
        results: vec![ReportedResult {
            consumer: pact.consumer.clone(),
            pact: ReportedPact::Content(pact.content.clone()),
            success: form.success,
            wip: metadata(call).wip,
            failures: form.failures(stored.as_ref()),
        }],
        at: draft.now(),
    }))?;
    let (provider, consumer) = (&pact.provider, &pact.consumer);
    let ledger = draft.ledger();
    let recorded = result_of_version(&ledger, provider, &form.version, consumer, &pact.content)?;
    let recorded = recorded.ok_or(Problem::NotFound)?;
    let document = verification_result::result(&recorded, &pact, &call.at);
    Ok(Reply::hal(&document)?.created(&verification_result::href(&recorded, &call.at)))
}

fn get(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let number: ResultNumber = call.place("number")?;
    let pact = with_content(call, view.ledger)?;
    let recorded = ProviderResults::read(view.ledger, &pact.provider)?.numbered(number);
    let is_of_pact =
        |content: &_, consumer: &_| *content == pact.content && *consumer == pact.consumer;
    let recorded = recorded.filter(|it| is_of_pact(&it.result.content, &it.result.consumer));
    let recorded = recorded.ok_or(Problem::NotFound)?;
    Reply::hal(&verification_result::result(&recorded, &pact, &call.at))
}

fn latest_of_content(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    latest(call, view.ledger, Some(with_content(call, view.ledger)?))
}

fn latest_of_version(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let (consumer, provider) = (call.place("consumer")?, call.place("provider")?);
    let pair = Pair {
        ledger: view.ledger,
        consumer: &consumer,
        provider: &provider,
    };
    latest(call, view.ledger, pair.of_version(&call.place("version")?)?)
}

fn latest_of_latest(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    latest_among(call, view, &Among::All)
}

fn latest_of_tagged(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    latest_among(call, view, &Among::Tagged(call.place("tag")?))
}

fn latest_among(call: &Call, view: View<'_>, among: &Among) -> Result<Reply, Problem> {
    let (consumer, provider) = (call.place("consumer")?, call.place("provider")?);
    let pair = Pair {
        ledger: view.ledger,
        consumer: &consumer,
        provider: &provider,
    };
    latest(call, view.ledger, pair.latest(among)?)
}

fn latest(
    call: &Call,
    ledger: &dyn Ledger,
    pact: Option<PactPublication>,
) -> Result<Reply, Problem> {
    let pact = pact.ok_or(Problem::NotFound)?;
    let recorded = latest_result(ledger, &pact)?.ok_or(Problem::NotFound)?;
    Reply::hal(&verification_result::result(&recorded, &pact, &call.at))
}

fn of_consumer_version(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let (consumer, number) = (call.place("consumer")?, call.place("version")?);
    let results = results_of_consumer_version(view.ledger, &consumer, &number)?;
    let results = results.ok_or(Problem::NotFound)?;
    let document = verification_result::of_consumer_version(&consumer, &number, &results, &call.at);
    Reply::hal(&document)
}
