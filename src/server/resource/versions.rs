//! Lists of versions (spec: http-api §4).

use std::sync::Arc;

use crate::domain::deployment::environment_by_uuid;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::rules::Rules;
use crate::domain::standing::versions_in;
use crate::domain::version::Version;
use crate::domain::versions::Heads;
use crate::domain::versions::WantedVersions;
use crate::domain::versions::newest_first;
use crate::render::hal::template;
use crate::render::hal::version;
use crate::render::hal::version::Shown;
use crate::server::call::Call;
use crate::server::call::View;
use crate::server::paging;
use crate::server::paging::Paging;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::Route;

pub(crate) const ROUTES: &[Route] = &[
    Route::get(template::VERSIONS, "The versions of a pacticipant", list)
        .paged()
        .showing("Versions"),
    Route::get(
        template::TAG_VERSIONS,
        "The versions with a tag",
        list_tagged,
    )
    .paged()
    .showing("Versions"),
    Route::get(
        template::BRANCH_VERSIONS,
        "The versions on a branch",
        list_on_branch,
    )
    .paged()
    .showing("Versions"),
    Route::get(
        template::ENVIRONMENT_VERSIONS,
        "The versions that are in an environment",
        list_in_environment,
    )
    .paged()
    .showing("Versions"),
];

fn list(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let name = call.known("pacticipant", view.ledger)?;
    let versions = newest_first(view.ledger, &name, &WantedVersions::default())?;
    answer(
        call,
        view,
        &name,
        Some(&name),
        &all_of(name.as_str()),
        versions,
    )
}

fn list_tagged(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let name: PacticipantName = call.place("pacticipant")?;
    let tag: TagName = call.place("tag")?;
    if view.ledger.tag_head(&name, &tag)?.is_none() {
        return Err(Problem::NotFound);
    }
    let wanted = WantedVersions {
        tag: Some(tag),
        ..WantedVersions::default()
    };
    let versions = newest_first(view.ledger, &name, &wanted)?;
    match view.rules {
        Rules::Strict => answer(
            call,
            view,
            &name,
            Some(&name),
            &all_of(name.as_str()),
            versions,
        ),
        // The broker forgets whose versions they are.
        Rules::PactBroker => answer(call, view, &name, None, &all_of(""), versions),
    }
}

fn list_on_branch(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let name: PacticipantName = call.place("pacticipant")?;
    let branch: BranchName = call.place("branch")?;
    if view.ledger.branch_head(&name, &branch)?.is_none() {
        return Err(Problem::NotFound);
    }
    let title = format!("Versions for branch {branch} of {name}");
    let wanted = WantedVersions {
        branch: Some(branch),
        ..WantedVersions::default()
    };
    let versions = newest_first(view.ledger, &name, &wanted)?;
    answer(call, view, &name, Some(&name), &title, versions)
}

fn list_in_environment(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let environment = environment_by_uuid(view.ledger, &call.place("uuid")?)?;
    let name = call.known("pacticipant", view.ledger)?;
    let versions = versions_in(view.ledger, &environment.name, &name)?;
    let environment = environment.shown_name();
    let title = format!("Versions for {name} in environment {environment}");
    answer(call, view, &name, Some(&name), &title, versions)
}

fn all_of(name: &str) -> String {
    format!("All application versions of {name}")
}

fn answer(
    call: &Call,
    view: View<'_>,
    name: &PacticipantName,
    said: Option<&PacticipantName>,
    title: &str,
    mut versions: Vec<Arc<Version>>,
) -> Result<Reply, Problem> {
    let page = Paging::of(&call.query)?.cut(&mut versions);
    let heads = Heads::read(view.ledger, name)?;
    let shown = versions.iter().map(|version| Shown {
        pacticipant: name,
        version,
        heads: heads.of(&version.number),
        places: None,
    });
    let shown: Vec<Shown<'_>> = shown.collect();
    let document = version::versions(said, title, &shown, &call.itself, &call.at);
    paging::reply(document, page, call)
}
