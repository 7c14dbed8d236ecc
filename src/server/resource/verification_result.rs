//! Results of verifications (spec: http-api §1, semantics §7).

mod form;

use axum::http::Method;

use self::form::Form;
use super::pact::metadata;
use super::pact::with_content;
use super::version::mention;
use crate::app::write::Draft;
use crate::domain::deletion::Deletion;
use crate::domain::intent::Intent;
use crate::domain::ledger::Ledger;
use crate::domain::pacts::Among;
use crate::domain::pacts::PactPublication;
use crate::domain::pacts::Pair;
use crate::domain::record_verification::Report;
use crate::domain::record_verification::ReportedPact;
use crate::domain::record_verification::ReportedResult;
use crate::domain::rules::Rules;
use crate::domain::verification_results::ProviderResults;
use crate::domain::verification_results::RecordedResult;
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
    )
    .taking("VerificationResultForm")
    .showing("VerificationResult"),
    Route::write(
        Method::POST,
        template::VERIFICATION_RESULTS_WITH_METADATA,
        "Publishes the result of the verification of a pact as it was selected",
        post,
    )
    .taking("VerificationResultForm")
    .showing("VerificationResult"),
    Route::get(template::VERIFICATION_RESULT, "A result", get).showing("VerificationResult"),
    Route::get(
        template::VERIFICATION_RESULT_WITH_METADATA,
        "A result, below the metadata that it was published with",
        get,
    )
    .showing("VerificationResult"),
    Route::get(
        template::LATEST_VERIFICATION_RESULTS,
        "The newest result for a content",
        latest_of_content,
    )
    .showing("VerificationResult"),
    Route::get(
        template::VERSION_LATEST_RESULT,
        "The newest result for the pact of a consumer version",
        latest_of_version,
    )
    .showing("VerificationResult"),
    Route::get(
        template::LATEST_PACT_LATEST_RESULT,
        "The newest result for the newest pact of a pair",
        latest_of_latest,
    )
    .showing("VerificationResult"),
    Route::get(
        template::LATEST_TAGGED_PACT_LATEST_RESULT,
        "The newest result for the newest pact with a tag",
        latest_of_tagged,
    )
    .showing("VerificationResult"),
    Route::get(
        template::CONSUMER_VERSION_RESULTS,
        "The newest results for all pacts of a consumer version",
        of_consumer_version,
    )
    .showing("VerificationResults"),
    Route::delete(template::VERIFICATION_RESULT, "Deletes a result", delete),
    Route::delete(
        template::VERIFICATION_RESULT_WITH_METADATA,
        "Deletes a result, below the metadata that it was published with",
        delete,
    ),
    Route::delete(
        template::LATEST_VERIFICATION_RESULTS,
        "Deletes the newest result for a content",
        delete_latest_of_content,
    ),
    Route::delete(
        template::VERSION_LATEST_RESULT,
        "Deletes the newest result for the pact of a consumer version",
        delete_latest_of_version,
    ),
    Route::delete(
        template::LATEST_PACT_LATEST_RESULT,
        "Deletes the newest result for the newest pact of a pair",
        delete_latest_of_latest,
    ),
    Route::delete(
        template::LATEST_TAGGED_PACT_LATEST_RESULT,
        "Deletes the newest result for the newest pact with a tag",
        delete_latest_of_tagged,
    ),
];

/// A result, and the pact that the request found it by.
type Found = (RecordedResult, PactPublication);

fn post(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    let form = Form::of(&call.json()?)?;
    let pact = with_content(call, &draft.ledger())?;
    let stored = if form.names_interactions_by_id() {
        Some(pact.pair(&draft.ledger()).stored(&pact.content)?)
    } else {
        None
    };
    mention(draft, &pact.provider, &form.version)?;
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
            tests: form.tests.clone(),
        }],
        request: match draft.rules()? {
            Rules::Strict => None,
            Rules::PactBroker => Some(call.id()?),
        },
        at: draft.now(),
    }))?;
    let (provider, consumer) = (&pact.provider, &pact.consumer);
    let ledger = draft.ledger();
    let recorded = result_of_version(&ledger, provider, &form.version, consumer, &pact.content)?;
    let recorded = recorded.ok_or(Problem::NotFound)?;
    let tests = recorded.test_results(&ledger)?;
    let document = verification_result::result(&recorded, tests.as_deref(), &pact, &call.at);
    Ok(Reply::hal(&document)?.created(&verification_result::href(&recorded, &call.at)))
}

fn get(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    shown(call, view.ledger, numbered(call, view.ledger)?)
}

fn latest_of_content(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    shown(call, view.ledger, of_content(call, view.ledger)?)
}

fn latest_of_version(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    shown(call, view.ledger, of_version(call, view.ledger)?)
}

fn latest_of_latest(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    shown(
        call,
        view.ledger,
        of_newest(call, view.ledger, &Among::All)?,
    )
}

fn latest_of_tagged(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let tagged = Among::Tagged(call.place("tag")?);
    shown(call, view.ledger, of_newest(call, view.ledger, &tagged)?)
}

fn shown(call: &Call, ledger: &dyn Ledger, (recorded, pact): Found) -> Result<Reply, Problem> {
    let tests = recorded.test_results(ledger)?;
    let document = verification_result::result(&recorded, tests.as_deref(), &pact, &call.at);
    Reply::hal(&document)
}

fn delete(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    let found = numbered(call, &draft.ledger())?;
    deleted(draft, &found)
}

fn delete_latest_of_content(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    let found = of_content(call, &draft.ledger())?;
    deleted(draft, &found)
}

fn delete_latest_of_version(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    let found = of_version(call, &draft.ledger())?;
    deleted(draft, &found)
}

fn delete_latest_of_latest(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    let found = of_newest(call, &draft.ledger(), &Among::All)?;
    deleted(draft, &found)
}

fn delete_latest_of_tagged(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    let tagged = Among::Tagged(call.place("tag")?);
    let found = of_newest(call, &draft.ledger(), &tagged)?;
    deleted(draft, &found)
}

fn deleted(draft: &mut Draft<'_>, (recorded, _): &Found) -> Result<Reply, Problem> {
    draft.put(Intent::Delete(Deletion::of_result(recorded)))?;
    Ok(Reply::no_content())
}

/// Returns the result whose number is in the path.
fn numbered(call: &Call, ledger: &dyn Ledger) -> Result<Found, Problem> {
    let number: ResultNumber = call.place("number")?;
    let pact = with_content(call, ledger)?;
    let recorded = ProviderResults::read(ledger, &pact.provider)?.numbered(number);
    let is_of_pact =
        |content: &_, consumer: &_| *content == pact.content && *consumer == pact.consumer;
    let recorded = recorded.filter(|it| is_of_pact(&it.result.content, &it.result.consumer));
    Ok((recorded.ok_or(Problem::NotFound)?, pact))
}

fn of_content(call: &Call, ledger: &dyn Ledger) -> Result<Found, Problem> {
    latest(ledger, Some(with_content(call, ledger)?))
}

fn of_version(call: &Call, ledger: &dyn Ledger) -> Result<Found, Problem> {
    let (consumer, provider) = (call.place("consumer")?, call.place("provider")?);
    let pair = Pair {
        ledger,
        consumer: &consumer,
        provider: &provider,
    };
    latest(ledger, pair.of_version(&call.place("version")?)?)
}

fn of_newest(call: &Call, ledger: &dyn Ledger, among: &Among) -> Result<Found, Problem> {
    let (consumer, provider) = (call.place("consumer")?, call.place("provider")?);
    let pair = Pair {
        ledger,
        consumer: &consumer,
        provider: &provider,
    };
    latest(ledger, pair.latest(among)?)
}

/// Returns the newest result for a pact.
fn latest(ledger: &dyn Ledger, pact: Option<PactPublication>) -> Result<Found, Problem> {
    let pact = pact.ok_or(Problem::NotFound)?;
    let recorded = latest_result(ledger, &pact)?.ok_or(Problem::NotFound)?;
    Ok((recorded, pact))
}

fn of_consumer_version(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let (consumer, number) = (call.place("consumer")?, call.place("version")?);
    let results = results_of_consumer_version(view.ledger, &consumer, &number)?;
    let results = results.ok_or(Problem::NotFound)?;
    let document = verification_result::of_consumer_version(&consumer, &number, &results, &call.at);
    Reply::hal(&document)
}

/// Reads a body, for fuzzers.
#[cfg(any(test, fuzzing))]
pub(super) fn read(body: &serde_json::Map<String, serde_json::Value>) {
    if let Ok(form) = Form::of(body) {
        drop((form.names_interactions_by_id(), form.failures(None)));
    }
}
