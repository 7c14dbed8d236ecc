//! Applications and their versions.

use super::part;
use super::search;
use crate::domain::application_overview::ApplicationOverview;
use crate::domain::application_overview::VersionOverview;
use crate::domain::application_overview::application_list;
use crate::domain::application_overview::version_list;
use crate::domain::name::PacticipantName;
use crate::domain::versions::WantedVersions;
use crate::render::page;
use crate::render::page::Page;
use crate::server::call::Call;
use crate::server::call::PageView;
use crate::server::problem::Problem;

pub(super) fn all(call: &Call, view: PageView<'_>) -> Result<Page, Problem> {
    let search = search(&call.query);
    let list = application_list(view.ledger, &search, part(&call.query))?;
    Ok(page::applications::all(&list, &search, view.links))
}

pub(super) fn one(call: &Call, view: PageView<'_>) -> Result<Page, Problem> {
    let name = call.place("pacticipant")?;
    let known = ApplicationOverview::read(view.ledger, &name)?;
    let known = known.ok_or_else(|| Problem::no_pacticipant(&name))?;
    Ok(page::applications::one(&known, view.links))
}

pub(super) fn versions(call: &Call, view: PageView<'_>) -> Result<Page, Problem> {
    let name: PacticipantName = call.place("pacticipant")?;
    let wanted = WantedVersions {
        branch: call.query.text("branch").and_then(|it| it.parse().ok()),
        tag: call.query.text("tag").and_then(|it| it.parse().ok()),
    };
    let list = version_list(view.ledger, &name, &wanted, part(&call.query))?;
    let list = list.ok_or_else(|| Problem::no_pacticipant(&name))?;
    Ok(page::applications::versions(
        &name, &wanted, &list, view.links,
    ))
}

pub(super) fn version(call: &Call, view: PageView<'_>) -> Result<Page, Problem> {
    let (name, number) = (call.place("pacticipant")?, call.place("version")?);
    let known = VersionOverview::read(view.ledger, &name, &number)?;
    let known = known.ok_or(Problem::NotFound)?;
    Ok(page::applications::version(&known, view.links))
}
