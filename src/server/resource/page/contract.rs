//! Contracts, and what verifications found out about them.

use axum::http::StatusCode;

use crate::domain::contract_overview::ContractOverview;
use crate::domain::contract_overview::ResultOverview;
use crate::domain::integration::Integration;
use crate::domain::name::VersionNumber;
use crate::domain::pacts::Pair;
use crate::render::hal::address::names;
use crate::render::page;
use crate::render::page::Page;
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
    contract(call, view, Some(&call.place("version")?))
}

fn contract(
    call: &Call,
    view: PageView<'_>,
    version: Option<&VersionNumber>,
) -> Result<Page, Problem> {
    let pair = pair(call)?;
    let known = ContractOverview::read(view.ledger, &pair, version)?;
    let known = known.ok_or(Problem::NotFound)?;
    let stored = known.pact.pair(view.ledger).stored(&known.pact.content)?;
    Ok(page::contract::page(
        &known,
        &stored,
        version.is_none(),
        view.links,
    ))
}

/// Answers with the bytes as they were published: a browser that asks where the pact itself is gets
/// its page.
pub(super) fn raw(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let Integration { consumer, provider } = pair(call)?;
    let pair = Pair {
        ledger: view.ledger,
        consumer: &consumer,
        provider: &provider,
    };
    let pact = pair.of_version(&call.place("version")?)?;
    let pact = pact.ok_or(Problem::NotFound)?;
    let bytes = pair.stored_bytes(&pact.content)?;
    let text = String::from_utf8(bytes.to_vec()).map_err(|error| Problem::server(&error))?;
    Ok(Reply::text(
        StatusCode::OK,
        Media::Json.content_type(),
        text,
    ))
}

pub(super) fn result(call: &Call, view: PageView<'_>) -> Result<Page, Problem> {
    let pair = pair(call)?;
    let sha = call.place_text("sha")?;
    let is_meant = |content: &_| names(sha, content);
    let known = ResultOverview::read(view.ledger, &pair, is_meant, call.place("number")?)?;
    let known = known.ok_or(Problem::NotFound)?;
    let stored = match &known.pact {
        Some(pact) => Some(pact.pair(view.ledger).stored(&pact.content)?),
        None => None,
    };
    Ok(page::verification::page(
        &known,
        stored.as_ref(),
        view.links,
    ))
}

fn pair(call: &Call) -> Result<Integration, Problem> {
    Ok(Integration {
        consumer: call.place("consumer")?,
        provider: call.place("provider")?,
    })
}
