//! Publishing all contracts of a build at once (spec: http-api §1).

mod form;

use axum::http::Method;
use axum::http::StatusCode;

use self::form::Form;
use super::pact::publish;
use crate::app::write::Draft;
use crate::domain::publish::PublishRequest;
use crate::render::hal::published;
use crate::render::hal::published::Shown;
use crate::render::hal::template;
use crate::server::call::Call;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::Route;

pub(crate) const ROUTES: &[Route] = &[Route::write(
    Method::POST,
    template::PUBLISH_CONTRACTS,
    "Publishes all contracts of a build",
    post,
)
.taking("ContractsForm")
.showing("Published")
.succeeding(&[200])
.refusing(&[409])];

fn post(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    let Form {
        version,
        branch,
        tags,
        build_url,
        merging,
        contracts,
    } = Form::of(&call.json()?)?;
    let request = PublishRequest {
        version: version.clone(),
        branch,
        tags: tags.clone(),
        build_url,
        merging,
        allow_similar_names: false,
        contracts,
        at: draft.now(),
    };
    let publication = publish(request, draft, call)?.map_err(|refusals| Problem::Refused {
        status: StatusCode::CONFLICT,
        body: published::refused(&refusals, &call.at),
    })?;
    let shown = Shown {
        publication: &publication,
        number: &version,
        tags: &tags,
    };
    Reply::hal(&published::published(&shown, &call.at))
}

/// Reads a body, for fuzzers.
#[cfg(any(test, fuzzing))]
pub(super) fn read(body: &serde_json::Map<String, serde_json::Value>) {
    drop(Form::of(body));
}
