//! Webhooks.

use crate::render::page;
use crate::render::page::Page;
use crate::server::call::Call;
use crate::server::call::PageView;
use crate::server::problem::Problem;

pub(super) fn all(_: &Call, view: PageView<'_>) -> Result<Page, Problem> {
    let all = view.ledger.webhooks()?;
    Ok(page::webhooks::all(
        all.iter().map(AsRef::as_ref),
        view.links,
    ))
}

pub(super) fn one(call: &Call, view: PageView<'_>) -> Result<Page, Problem> {
    let webhook = view.ledger.webhook(&call.place("uuid")?)?;
    let webhook = webhook.ok_or(Problem::NotFound)?;
    Ok(page::webhooks::one(&webhook, view.links))
}
