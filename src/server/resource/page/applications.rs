//! Applications and their versions.

use super::part;
use super::search;
use crate::domain::name::PacticipantName;
use crate::domain::versions::WantedVersions;
use crate::render::page::Page;
use crate::render::page::Place;
use crate::render::page::place::Search;
use crate::server::call::Call;
use crate::server::call::PageView;
use crate::server::problem::Problem;

pub(super) fn all(call: &Call, view: PageView<'_>) -> Result<Page, Problem> {
    view.page(&Place::Applications(Search {
        text: search(&call.query),
        part: part(&call.query),
    }))
}

pub(super) fn one(call: &Call, view: PageView<'_>) -> Result<Page, Problem> {
    let name: PacticipantName = call.place("pacticipant")?;
    known(&name, view, &Place::Application(name.clone()))
}

pub(super) fn versions(call: &Call, view: PageView<'_>) -> Result<Page, Problem> {
    let name: PacticipantName = call.place("pacticipant")?;
    let place = Place::Versions {
        application: name.clone(),
        wanted: WantedVersions {
            branch: call.query.text("branch").and_then(|it| it.parse().ok()),
            tag: call.query.text("tag").and_then(|it| it.parse().ok()),
        },
        part: part(&call.query),
    };
    known(&name, view, &place)
}

pub(super) fn version(call: &Call, view: PageView<'_>) -> Result<Page, Problem> {
    view.page(&Place::Version {
        application: call.place("pacticipant")?,
        number: call.place("version")?,
    })
}

/// Returns a page that is there if an application is.
fn known(name: &PacticipantName, view: PageView<'_>, place: &Place) -> Result<Page, Problem> {
    let page = view.asked().page(place)?;
    page.ok_or_else(|| Problem::no_pacticipant(name))
}
