//! The index.

use super::part;
use super::search;
use crate::domain::integration_list::IntegrationOrder;
use crate::domain::integration_list::WantedIntegrations;
use crate::render::page::Page;
use crate::render::page::Place;
use crate::server::call::Call;
use crate::server::call::PageView;
use crate::server::problem::Problem;

pub(super) fn get(call: &Call, view: PageView<'_>) -> Result<Page, Problem> {
    let order = call.query.text("sort").unwrap_or_default();
    let wanted = WantedIntegrations {
        search: search(&call.query),
        order: IntegrationOrder::of_word(order),
        part: part(&call.query),
    };
    view.page(&Place::Integrations(wanted))
}
