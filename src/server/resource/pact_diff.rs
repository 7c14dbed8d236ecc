//! What changed between pacts, and the pact before the change (spec: http-api §4).

use super::pact::document;
use super::pact::newest_with_content;
use super::pact::with_content;
use crate::domain::name::PacticipantName;
use crate::domain::pact_change::PactChange;
use crate::domain::pact_change::to_compare;
use crate::domain::pacts::PactPublication;
use crate::domain::pacts::Pair;
use crate::domain::rules::Rules;
use crate::render::hal::template;
use crate::render::pact_diff;
use crate::render::pact_diff::Side;
use crate::server::call::Call;
use crate::server::call::View;
use crate::server::negotiate::Media;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::Route;

/// The kinds in which a difference can be had.
const KINDS: &[Media] = &[Media::Text];

pub(crate) const ROUTES: &[Route] = &[
    Route::get(
        template::PREVIOUS_DISTINCT,
        "The last pact before with other content",
        get_previous,
    )
    .showing("Pact"),
    Route::get(
        template::DIFF_PREVIOUS_DISTINCT,
        "What changed since the last pact before with other content",
        diff_previous,
    )
    .producing(KINDS),
    Route::get(
        template::VERSION_DIFF,
        "What changed between the pacts of two versions",
        diff_versions,
    )
    .producing(KINDS),
    Route::get(
        template::CONTENT_DIFF,
        "What changed between two contents",
        diff_contents,
    )
    .producing(KINDS),
];

fn get_previous(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let pact = of_version(call, view)?;
    let previous = pact.pair(view.ledger).previous_distinct(&pact)?;
    let version = previous.map(|previous| previous.version);
    document(call, view.ledger, version)
}

fn diff_previous(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let pact = of_version(call, view)?;
    let previous = pact.pair(view.ledger).previous_distinct(&pact)?;
    page(call, view, pact, previous)
}

fn diff_versions(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let pact = of_version(call, view)?;
    let asked = call.place("otherVersion")?;
    let other = to_compare(&pact.pair(view.ledger), &pact, &asked, view.rules)?;
    page_of_asked(call, view, pact, other)
}

fn diff_contents(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let pact = with_content(call, view.ledger)?;
    let other = newest_with_content(call, view.ledger, "pactVersion")?;
    page_of_asked(call, view, pact, other)
}

/// Returns the pact of the version in the path.
fn of_version(call: &Call, view: View<'_>) -> Result<PactPublication, Problem> {
    let consumer: PacticipantName = call.place("consumer")?;
    let provider: PacticipantName = call.place("provider")?;
    let pair = Pair {
        ledger: view.ledger,
        consumer: &consumer,
        provider: &provider,
    };
    let pact = pair.of_version(&call.place("version")?)?;
    pact.ok_or(Problem::NotFound)
}

/// Answers with the change from a pact that was asked for. If there is no such pact, the broker
/// says what it says of a first one.
fn page_of_asked(
    call: &Call,
    view: View<'_>,
    pact: PactPublication,
    asked: Option<PactPublication>,
) -> Result<Reply, Problem> {
    match (asked, view.rules) {
        (None, Rules::Strict) => Err(Problem::NotFound),
        (asked, _) => page(call, view, pact, asked),
    }
}

fn page(
    call: &Call,
    view: View<'_>,
    pact: PactPublication,
    before: Option<PactPublication>,
) -> Result<Reply, Problem> {
    let Some(before) = before else {
        return Ok(Reply::of(Media::Text, pact_diff::no_previous(&pact)));
    };
    let change = PactChange::between(view.ledger, before, pact)?;
    let url = |pact: &PactPublication| {
        call.at
            .pact(&pact.provider, &pact.consumer, &pact.version.number)
    };
    let (before_url, after_url) = (url(&change.before), url(&change.after));
    let before = Side {
        pact: &change.before,
        document: change.before_document.document(),
        url: &before_url,
    };
    let after = Side {
        pact: &change.after,
        document: change.after_document.document(),
        url: &after_url,
    };
    let text = pact_diff::page(&before, &after, change.changed_at, call.now);
    Ok(Reply::of(Media::Text, text))
}
