//! Contracts, and what verifications found out about them.

use axum::http::StatusCode;

use crate::domain::name::VersionNumber;
use crate::render::hal::address::names;
use crate::render::page::Page;
use crate::render::page::Place;
use crate::render::page::answer;
use crate::render::page::place::ContractPlace;
use crate::render::page::place::PairPlace;
use crate::server::call::Call;
use crate::server::call::PageView;
use crate::server::call::View;
use crate::server::negotiate::Media;
use crate::server::problem::Problem;
use crate::server::reply::Reply;

pub(super) fn latest(call: &Call, view: PageView<'_>) -> Result<Page, Problem> {
    contract(call, view, None)
}

pub(super) fn of_version(call: &Call, view: PageView<'_>) -> Result<Page, Problem> {
    contract(call, view, Some(call.place("version")?))
}

fn contract(
    call: &Call,
    view: PageView<'_>,
    version: Option<VersionNumber>,
) -> Result<Page, Problem> {
    let pair = pair(call)?;
    view.page(&Place::Contract(ContractPlace { pair, version }))
}

/// Answers with the bytes as they were published: a browser that asks where the pact itself is gets
/// its page.
pub(super) fn raw(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let bytes = answer::raw(view.ledger, &pair(call)?, &call.place("version")?)?;
    let bytes = bytes.ok_or(Problem::NotFound)?;
    let text = String::from_utf8(bytes.to_vec()).map_err(|error| Problem::server(&error))?;
    Ok(Reply::text(
        StatusCode::OK,
        Media::Json.content_type(),
        text,
    ))
}

pub(super) fn result(call: &Call, view: PageView<'_>) -> Result<Page, Problem> {
    let sha = call.place_text("sha")?;
    let is_meant = |content: &_| names(sha, content);
    let number = call.place("number")?;
    let page = view.asked().verification(&pair(call)?, is_meant, number)?;
    page.ok_or(Problem::NotFound)
}

fn pair(call: &Call) -> Result<PairPlace, Problem> {
    Ok(PairPlace {
        consumer: call.place("consumer")?,
        provider: call.place("provider")?,
    })
}
