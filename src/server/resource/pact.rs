//! Pacts (spec: http-api §1).

use std::sync::Arc;

use axum::http::Method;
use axum::http::StatusCode;

use super::pacts::what_is_left;
use super::version::mention;
use crate::app::write::Draft;
use crate::domain::content::ContentId;
use crate::domain::deletion::Deletion;
use crate::domain::environment::Uuid;
use crate::domain::integration::Integration;
use crate::domain::intent::Intent;
use crate::domain::intent::Outcome;
use crate::domain::intent::Refusal;
use crate::domain::json::Json;
use crate::domain::json::without_byte_order_mark;
use crate::domain::ledger::Ledger;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::pact::Pact;
use crate::domain::pacts::PactPublication;
use crate::domain::publish;
use crate::domain::publish::ConsumerPublication;
use crate::domain::publish::Contract;
use crate::domain::publish::Links;
use crate::domain::publish::Merging;
use crate::domain::publish::PublishError;
use crate::domain::publish::PublishRequest;
use crate::domain::publish::PublishedPact;
use crate::domain::published::Which;
use crate::domain::published::latest_with_pact;
use crate::domain::version::Version;
use crate::render::hal::address::names;
use crate::render::hal::metadata::Metadata;
use crate::render::hal::pact;
use crate::render::hal::pact::Shown;
use crate::render::hal::template;
use crate::server::call::Call;
use crate::server::call::View;
use crate::server::negotiate::Media;
use crate::server::problem::Fields;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::Route;

pub(crate) const ROUTES: &[Route] = &[
    Route::get(template::PACT, "The pact of a consumer version", get).showing("Pact"),
    Route::write(Method::PUT, template::PACT, "Publishes a pact", put)
        .taking("PactForm")
        .showing("Pact")
        .refusing(&[409]),
    Route::write(
        Method::PATCH,
        template::PACT,
        "Adds interactions to a pact, or publishes it",
        patch,
    )
    .taking("PactForm")
    .showing("Pact")
    .succeeding(&[200, 201])
    .refusing(&[409]),
    Route::write(
        Method::PATCH,
        template::PACT_OF_VERSIONS,
        "Adds interactions to a pact, or publishes it",
        patch,
    )
    .taking("PactForm")
    .showing("Pact")
    .succeeding(&[200, 201])
    .refusing(&[409])
    .deprecated(),
    Route::write(
        Method::PATCH,
        template::SINGULAR_PACT,
        "Adds interactions to a pact, or publishes it",
        patch,
    )
    .taking("PactForm")
    .showing("Pact")
    .succeeding(&[200, 201])
    .refusing(&[409])
    .deprecated(),
    Route::delete(template::PACT, "Deletes a pact", delete).showing("PactsLeft"),
    Route::delete(template::PACT_OF_VERSIONS, "Deletes a pact", delete)
        .showing("PactsLeft")
        .deprecated(),
    Route::delete(template::SINGULAR_PACT, "Deletes a pact", delete)
        .showing("PactsLeft")
        .deprecated(),
    Route::get(
        template::PACT_OF_VERSIONS,
        "The pact of a consumer version, as it was spelled once",
        get,
    )
    .showing("Pact")
    .deprecated(),
    Route::write(
        Method::PUT,
        template::PACT_OF_VERSIONS,
        "Publishes a pact, as it was spelled once",
        put,
    )
    .taking("PactForm")
    .showing("Pact")
    .refusing(&[409])
    .deprecated(),
    Route::get(
        template::SINGULAR_PACT,
        "The pact of a consumer version, as it was spelled at first",
        get,
    )
    .showing("Pact")
    .deprecated(),
    Route::write(
        Method::PUT,
        template::SINGULAR_PACT,
        "Publishes a pact, as it was spelled at first",
        put,
    )
    .taking("PactForm")
    .showing("Pact")
    .refusing(&[409])
    .deprecated(),
    Route::get(
        template::SINGULAR_LATEST_PACT,
        "The newest pact of a pair, as it was spelled at first",
        get_latest,
    )
    .showing("Pact")
    .deprecated(),
    Route::get(
        template::LATEST_PACT,
        "The newest pact of a pair",
        get_latest,
    )
    .showing("Pact"),
    Route::get(
        template::LATEST_TAGGED_PACT,
        "The newest pact with a tag",
        get_latest_tagged,
    )
    .showing("Pact"),
    Route::get(
        template::LATEST_UNTAGGED_PACT,
        "The newest pact without any tag",
        get_latest_untagged,
    )
    .showing("Pact"),
    Route::get(
        template::LATEST_BRANCH_PACT,
        "The newest pact on a branch",
        get_latest_on_branch,
    )
    .showing("Pact"),
    Route::get(
        template::PACT_CONTENT,
        "A content, as the newest version has it",
        get_content,
    )
    .showing("Pact"),
    Route::get(
        template::PACT_CONTENT_WITH_METADATA,
        "A content, as a verifier was given it",
        get_content,
    )
    .showing("Pact"),
];

fn get(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let number: VersionNumber = call.place("version")?;
    let version = view.ledger.version(&call.place("consumer")?, &number)?;
    document(call, view.ledger, version)
}

fn get_latest(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    newest(call, view, Which::Any)
}

fn get_latest_tagged(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    newest(call, view, Which::WithTag(&call.place("tag")?))
}

fn get_latest_untagged(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    newest(call, view, Which::Untagged)
}

fn get_latest_on_branch(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    newest(call, view, Which::OnBranch(&call.place("branch")?))
}

fn get_content(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let pact = with_content(call, view.ledger)?;
    document(call, view.ledger, Some(pact.version))
}

/// Returns the pact whose content is in the path: of the version that the metadata names, or of
/// the newest one that has it.
pub(super) fn with_content(call: &Call, ledger: &dyn Ledger) -> Result<PactPublication, Problem> {
    let (consumer, provider) = (call.place("consumer")?, call.place("provider")?);
    let sha = call.place_text("sha")?;
    for number in metadata(call).versions {
        let version = ledger.version(&consumer, &number)?;
        let pact = version.and_then(|it| PactPublication::of(&consumer, &provider, it));
        if let Some(pact) = pact.filter(|it| names(sha, &it.content)) {
            return Ok(pact);
        }
    }
    newest_with_content(call, ledger, "sha")?.ok_or(Problem::NotFound)
}

/// Returns the pact of the newest version whose content stands in a place of the path.
pub(super) fn newest_with_content(
    call: &Call,
    ledger: &dyn Ledger,
    place: &str,
) -> Result<Option<PactPublication>, Problem> {
    let (consumer, provider) = (call.place("consumer")?, call.place("provider")?);
    let sha = call.place_text(place)?;
    let which = Which::WithContent(&|content| names(sha, content));
    let version = latest_with_pact(ledger, &consumer, &provider, which)?;
    Ok(version.and_then(|version| PactPublication::of(&consumer, &provider, version)))
}

/// Returns what a verifier was told with a pact, as far as the path has it.
pub(super) fn metadata(call: &Call) -> Metadata {
    let text = call.place_text("metadata");
    text.map(Metadata::decoded).unwrap_or_default()
}

fn newest(call: &Call, view: View<'_>, which: Which<'_>) -> Result<Reply, Problem> {
    let (consumer, provider) = (call.place("consumer")?, call.place("provider")?);
    let version = latest_with_pact(view.ledger, &consumer, &provider, which)?;
    let version = version.ok_or(Problem::NotFound)?;
    let number = version.number.clone();
    // The content tells no version; who asked for the latest learns here which it is.
    let reply = document(call, view.ledger, Some(version))?;
    Ok(reply.header("x-pact-consumer-version", number.as_str()))
}

/// Answers with the pact that a version has with the provider in the path.
pub(super) fn document(
    call: &Call,
    ledger: &dyn Ledger,
    version: Option<Arc<Version>>,
) -> Result<Reply, Problem> {
    let consumer: PacticipantName = call.place("consumer")?;
    let provider: PacticipantName = call.place("provider")?;
    let version = version.ok_or(Problem::NotFound)?;
    let publication = version.pacts.get(&provider).ok_or(Problem::NotFound)?;
    let pact = stored(ledger, &consumer, &provider, &publication.content)?;
    let shown = Shown {
        consumer: &consumer,
        number: &version.number,
        provider: &provider,
        publication,
        pact: &pact,
        metadata: call.place_text("metadata").ok(),
    };
    let text = pact::pact(&shown, &call.at).map_err(|error| Problem::server(&error))?;
    Ok(Reply::of(Media::Hal, text))
}

/// Returns the pact that a content is.
pub(super) fn stored(
    ledger: &dyn Ledger,
    consumer: &PacticipantName,
    provider: &PacticipantName,
    content: &ContentId,
) -> Result<Pact, Problem> {
    let bytes = ledger.content(consumer, provider, content)?;
    let bytes = bytes.ok_or(Problem::NotFound)?;
    let pact = Pact::parse_kept(&bytes, consumer, provider, content);
    pact.map_err(|error| Problem::server(&error))
}

fn delete(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    draft.put(Intent::Delete(Deletion::Pact {
        integration: Integration {
            consumer: call.place("consumer")?,
            provider: call.place("provider")?,
        },
        version: call.place("version")?,
    }))?;
    what_is_left(call, draft)
}

fn put(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    publish_one(call, draft, Merging::Never)
}

fn patch(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    publish_one(call, draft, Merging::Patch)
}

fn publish_one(call: &Call, draft: &mut Draft<'_>, merging: Merging) -> Result<Reply, Problem> {
    let consumer: PacticipantName = call.new_place("consumer")?;
    let provider: PacticipantName = call.new_place("provider")?;
    let version: VersionNumber = call.new_place("version")?;
    let refuse = |text: String| Problem::said(StatusCode::BAD_REQUEST, text);
    let bytes = without_byte_order_mark(&call.body);
    let document = Json::parse(bytes).map_err(|error| refuse(error.to_string()))?;
    check_names(&document, &consumer, &provider)?;
    let pact = Pact::parse_between(bytes, &consumer, &provider);
    let pact = pact.map_err(|error| refuse(error.to_string()))?;
    let known = draft.ledger().version(&consumer, &version)?;
    let is_new = !known.is_some_and(|known| known.pacts.contains_key(&provider));
    let contract = Contract {
        consumer: consumer.clone(),
        provider: provider.clone(),
        bytes: bytes.into(),
        pact,
    };
    let request = PublishRequest {
        version: version.clone(),
        branch: None,
        tags: Vec::new(),
        build_url: None,
        merging,
        allow_similar_names: false,
        contracts: vec![contract],
        at: draft.now(),
    };
    mention(draft, &consumer, &version)?;
    publish(request, draft, call)?.map_err(|refusals| {
        let texts = refusals.iter().map(|it| it.text(call.at.as_str()));
        let text = texts.collect::<Vec<_>>().join("\n");
        Problem::said(StatusCode::CONFLICT, text)
    })?;
    let written = draft.ledger().version(&consumer, &version)?;
    let reply = self::document(call, &draft.ledger(), written)?;
    Ok(if is_new {
        reply.status(StatusCode::CREATED)
    } else {
        reply
    })
}

/// Fails if a pact names others than its URL does.
fn check_names(
    document: &Json,
    consumer: &PacticipantName,
    provider: &PacticipantName,
) -> Result<(), Problem> {
    let mut fields = Fields::default();
    for (side, name) in [("consumer", consumer), ("provider", provider)] {
        let found = document.get(side).and_then(|it| it.get("name"));
        if let Some(found) = found
            .and_then(Json::as_str)
            .filter(|it| *it != name.as_str())
        {
            fields.add(
                &format!("{side}.name"),
                format!("name in pact '{found}' does not match name in URL path '{name}'."),
            );
        }
    }
    fields.check()
}

/// What became of the pacts of a consumer, or why they are refused.
pub(super) type Published = Result<ConsumerPublication, Vec<publish::Refusal>>;

/// Publishes pacts of one consumer; the addresses in what is said to people are those of the
/// server.
pub(super) fn publish(
    request: PublishRequest,
    draft: &mut Draft<'_>,
    call: &Call,
) -> Result<Published, Problem> {
    let at = &call.at;
    let pact = |pact: &PublishedPact, number: &VersionNumber| {
        at.pact(&pact.provider, &pact.consumer, number)
    };
    let log = |id: &Uuid| at.to(template::TRIGGERED_WEBHOOK_LOGS, &[id.as_str()]);
    let links = Links {
        pact: &pact,
        webhook_log: call.fires.then_some(&log),
    };
    match draft.put_with(Intent::Publish(request), &links) {
        Ok(Some(Outcome::Published(consumers))) => {
            let publication = consumers.into_iter().next();
            publication.map(Ok).ok_or(Problem::NotFound)
        }
        Ok(_) => Err(Problem::NotFound),
        Err(Refusal::Publish(PublishError::Refused(refusals))) => Ok(Err(refusals)),
        Err(refusal) => Err(refusal.into()),
    }
}
