//! Who works with whom, as tables (spec: http-api §4).

use crate::domain::integration::Integration;
use crate::domain::integration::connected;
use crate::domain::integration::integrations;
use crate::domain::pacts::latest_pacts;
use crate::render::hal::template;
use crate::render::relationships;
use crate::server::call::Call;
use crate::server::call::View;
use crate::server::documentation::Parameter;
use crate::server::negotiate::Media;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::Route;

/// The kinds in which a table can be had.
const KINDS: &[Media] = &[Media::Csv];

pub(crate) const ROUTES: &[Route] = &[
    Route::get(template::RELATIONSHIPS, "Who works with whom", get).producing(KINDS),
    Route::get(
        template::GROUP,
        "Who works with whom, of those that are connected with a pacticipant",
        get_group,
    )
    .producing(KINDS)
    .asked(&[Parameter::text(
        "maxPacticipants",
        "How many pacticipants to show at most; what is no number is no limit.",
    )]),
];

fn get(_: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let pacts = latest_pacts(view.ledger)?.into_iter();
    let pairs: Vec<Integration> = pacts
        .map(|pact| Integration {
            consumer: pact.consumer,
            provider: pact.provider,
        })
        .collect();
    Ok(Reply::of(Media::Csv, relationships::csv(&pairs)))
}

fn get_group(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let name = call.known("pacticipant", view.ledger)?;
    // What is no number is no limit, as with the broker.
    let limit = call.query.text("maxPacticipants");
    let limit = limit.and_then(|text| text.parse().ok());
    let all = integrations(view.ledger)?;
    let table = relationships::csv(connected(&all, &name, limit));
    Ok(Reply::of(Media::Csv, table))
}
