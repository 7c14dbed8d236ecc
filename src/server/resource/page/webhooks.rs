//! Webhooks.

use crate::app::outbox;
use crate::render::page;
use crate::render::page::Page;
use crate::render::page::Place;
use crate::server::call::Call;
use crate::server::call::PageView;
use crate::server::problem::Problem;

/// How many of what a webhook was triggered for are shown.
const SHOWN: usize = 20;

pub(super) fn all(_: &Call, view: PageView<'_>) -> Result<Page, Problem> {
    view.page(&Place::Webhooks)
}

pub(super) fn one(call: &Call, view: PageView<'_>) -> Result<Page, Problem> {
    let webhook = view.ledger.webhook(&call.place("uuid")?)?;
    let webhook = webhook.ok_or(Problem::NotFound)?;
    let outbox = outbox::read(view.site).map_err(|error| Problem::server(&error))?;
    let mut deliveries = outbox.newest_first();
    deliveries.retain(|delivery| delivery.webhook == webhook.uuid);
    deliveries.truncate(SHOWN);
    Ok(page::webhooks::one(&webhook, Some(&deliveries), view.links))
}
