//! Environments.

use std::sync::Arc;

use crate::app::log::recorders;
use crate::domain::deployment::environment_by_uuid;
use crate::domain::environment_overview::EnvironmentOverview;
use crate::render::page;
use crate::render::page::Page;
use crate::render::page::Place;
use crate::server::call::Call;
use crate::server::call::PageView;
use crate::server::problem::Problem;

pub(super) fn all(_: &Call, view: PageView<'_>) -> Result<Page, Problem> {
    view.page(&Place::Environments)
}

pub(super) fn one(call: &Call, view: PageView<'_>) -> Result<Page, Problem> {
    let environment = environment_by_uuid(view.ledger, &call.place("uuid")?)?;
    let known = EnvironmentOverview::read(view.ledger, Arc::new(environment))?;
    let (name, wanted) = (&known.environment.name, known.uuids().collect());
    let recorders = recorders(view.site, name, view.moment, wanted)?;
    Ok(page::environments::one(&known, &recorders, view.links))
}
