//! The pages that people look at: which answer of the domain is on which page.
//!
//! At an address of the API the page is about the same thing. A handler asks the domain and hands the
//! answer to `render::page`; the head and the foot come from `server::pages`.

mod applications;
mod contract;
mod diff;
mod environments;
mod history;
mod integrations;
mod matrix;
mod network;
mod webhooks;

use axum::http::StatusCode;

use crate::render::hal::template;
use crate::render::page::asset::ASSETS;
use crate::server::call::Call;
use crate::server::negotiate::Media;
use crate::server::problem::Problem;
use crate::server::rack_query::Query;
use crate::server::reply::Reply;
use crate::server::routes::Route;

/// The kinds of what pages load: whatever a browser says that it wants.
const ASSET: &[Media] = &[Media::Text, Media::Svg];

pub(crate) const ROUTES: &[Route] = &[
    Route::page(
        template::INDEX,
        "Who works with whom, and how that fares",
        integrations::get,
    ),
    Route::page(
        template::PACTICIPANTS,
        "All applications",
        applications::all,
    ),
    Route::page(template::PACTICIPANT, "An application", applications::one),
    Route::page(template::VERSIONS, "Its versions", applications::versions),
    Route::page(template::VERSION, "A version", applications::version),
    Route::page(
        template::ENVIRONMENTS,
        "All environments",
        environments::all,
    ),
    Route::page(template::ENVIRONMENT, "An environment", environments::one),
    Route::page(template::HISTORY, "What happened", history::get),
    Route::page(template::MATRIX, "The matrix", matrix::matrix),
    Route::page(
        template::PAIR_MATRIX,
        "Every result of a pair",
        matrix::of_pair,
    ),
    Route::page(
        template::CAN_I_DEPLOY,
        "Whether a version can be deployed",
        matrix::can_i_deploy,
    ),
    Route::page(
        template::LATEST_PACT,
        "The newest contract of a pair",
        contract::latest,
    ),
    Route::page(
        template::PACT,
        "The contract of a version",
        contract::of_version,
    ),
    Route::get(
        template::RAW_PACT,
        "The contract of a version, as it was published",
        contract::raw,
    )
    .producing(&[Media::Json]),
    Route::page(
        template::VERIFICATION_RESULT,
        "What a verification found out",
        contract::result,
    ),
    Route::page(template::WEBHOOKS, "All webhooks", webhooks::all),
    Route::page(template::WEBHOOK, "A webhook", webhooks::one),
    Route::page(
        template::DIFF_PREVIOUS_DISTINCT,
        "What changed since the last contract that was different",
        diff::since_previous,
    ),
    Route::page(
        template::VERSION_DIFF,
        "What changed between the contracts of two versions",
        diff::between_versions,
    ),
    Route::page(
        template::CONTENT_DIFF,
        "What changed between two contents",
        diff::between_contents,
    ),
    Route::page(
        template::NETWORK,
        "Who works with whom, as a picture",
        network::get,
    ),
    Route::plain(template::PAGE_ASSET, "What pages load", get_asset).producing(ASSET),
];

fn get_asset(call: &Call) -> Result<Reply, Problem> {
    let name = call.place_text("file")?;
    let asset = ASSETS.iter().find(|asset| asset.name == name);
    let asset = asset.ok_or(Problem::NotFound)?;
    let text = asset.text.to_owned();
    Ok(Reply::text(StatusCode::OK, asset.content_type, text))
}

/// Returns which part of a list is asked for: the first, if that is said in no way that makes sense.
fn part(query: &Query) -> usize {
    let number = query.text("page").and_then(|text| text.parse().ok());
    number.unwrap_or(1)
}

/// Returns what is looked for; nothing, if it is not said.
fn search(query: &Query) -> String {
    query.text("q").unwrap_or_default().to_owned()
}
