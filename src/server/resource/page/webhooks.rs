//! Webhooks.

use crate::render::page::Page;
use crate::render::page::Place;
use crate::server::call::Call;
use crate::server::call::PageView;
use crate::server::problem::Problem;

pub(super) fn all(_: &Call, view: PageView<'_>) -> Result<Page, Problem> {
    view.page(&Place::Webhooks)
}

pub(super) fn one(call: &Call, view: PageView<'_>) -> Result<Page, Problem> {
    view.page(&Place::Webhook(call.place("uuid")?))
}
