//! Webhooks (spec: http-api §4, semantics §10).

use std::sync::Arc;

use axum::http::Method;
use axum::http::StatusCode;
use serde_json::Value;

use crate::app::write::Draft;
use crate::domain::intent::Intent;
use crate::domain::intent::Outcome;
use crate::domain::invalid_fields::InvalidField;
use crate::domain::invalid_fields::InvalidFields;
use crate::domain::invalid_fields::Refused;
use crate::domain::ledger::Ledger;
use crate::domain::name::PacticipantName;
use crate::domain::webhook::Webhook;
use crate::domain::webhook::WebhookDraft;
use crate::domain::webhook::WebhookSave;
use crate::domain::webhook::WebhookUuid;
use crate::render::hal::Template;
use crate::render::hal::template;
use crate::render::hal::webhook;
use crate::server::call::Call;
use crate::server::call::View;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::Route;

pub(crate) const ROUTES: &[Route] = &[
    Route::get(template::WEBHOOKS, "All webhooks", list).showing("Webhooks"),
    creates(template::WEBHOOKS, "Creates a webhook"),
    Route::get(template::WEBHOOK, "A webhook", get).showing("Webhook"),
    Route::write(
        Method::PUT,
        template::WEBHOOK,
        "Creates or replaces a webhook",
        put,
    )
    .taking("WebhookForm")
    .showing("Webhook"),
    Route::write(
        Method::DELETE,
        template::WEBHOOK,
        "Deletes a webhook",
        delete,
    ),
    Route::get(
        template::PACT_WEBHOOKS,
        "The webhooks of a pair",
        list_named,
    )
    .showing("Webhooks"),
    creates(template::PACT_WEBHOOKS, "Creates a webhook for a pair"),
    Route::get(
        template::PROVIDER_WEBHOOKS,
        "The webhooks of a provider with any consumer",
        list_named,
    )
    .showing("Webhooks"),
    creates(
        template::PROVIDER_WEBHOOKS,
        "Creates a webhook for a provider with any consumer",
    ),
    Route::get(
        template::CONSUMER_WEBHOOKS,
        "The webhooks of a consumer with any provider",
        list_named,
    )
    .showing("Webhooks"),
    creates(
        template::CONSUMER_WEBHOOKS,
        "Creates a webhook for a consumer with any provider",
    ),
    Route::get(
        template::PAIR_WEBHOOKS,
        "The webhooks of the pacts of a pair",
        list_of_pair,
    )
    .showing("Webhooks"),
    creates(
        template::PAIR_WEBHOOKS,
        "Creates a webhook for the pacts of a pair",
    ),
];

const fn creates(template: Template, about: &'static str) -> Route {
    Route::write(Method::POST, template, about, post)
        .taking("WebhookForm")
        .showing("Webhook")
        .creating(template::WEBHOOK, "uuid")
}

fn list(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let known = view.ledger.webhooks()?;
    let known: Vec<&Webhook> = known.iter().map(AsRef::as_ref).collect();
    Reply::hal(&webhook::webhooks(
        &known,
        "Webhooks",
        &call.itself,
        &call.at,
    ))
}

fn list_named(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    list_titled(call, view, "Webhooks")
}

fn list_of_pair(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    list_titled(call, view, "Pact webhooks")
}

/// Lists the webhooks that are for exactly those whom the path names.
fn list_titled(call: &Call, view: View<'_>, title: &str) -> Result<Reply, Problem> {
    let consumer = named(call, view.ledger, "consumer")?;
    let provider = named(call, view.ledger, "provider")?;
    let known = view.ledger.webhooks()?;
    let known = known.iter().map(AsRef::as_ref);
    let known: Vec<&Webhook> = known
        .filter(|webhook: &&Webhook| webhook.names(consumer.as_ref(), provider.as_ref()))
        .collect();
    Reply::hal(&webhook::webhooks(&known, title, &call.itself, &call.at))
}

fn get(call: &Call, view: View<'_>) -> Result<Reply, Problem> {
    let known = found(call, view.ledger)?;
    Reply::hal(&webhook::webhook(&known, &call.at))
}

fn post(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    let asked = asked(call, &draft.ledger())?;
    let consumer = named(call, &draft.ledger(), "consumer")?;
    let provider = named(call, &draft.ledger(), "provider")?;
    let created = saved(draft, None, asked.in_path(consumer, provider))?;
    let reply = Reply::hal(&webhook::webhook(&created, &call.at))?;
    Ok(reply.created(&webhook::href(&created, &call.at)))
}

fn put(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    let body = Value::Object(call.json()?);
    let asked = WebhookDraft::from_json(&body, &call.webhook_policy, &draft.ledger());
    let uuid: Result<WebhookUuid, _> = call.place_text("uuid")?.parse();
    let (uuid, asked) = match (uuid, asked) {
        (Ok(uuid), asked) => (uuid, asked?),
        // Everything that is wrong is told at once.
        (Err(invalid), asked) => {
            let mut all = match asked {
                Ok(_) => InvalidFields(Vec::new()),
                Err(Refused::Invalid(fields)) => fields,
                Err(Refused::Unreadable(error)) => return Err(error.into()),
            };
            all.0.push(InvalidField::new("uuid", invalid.to_string()));
            return Err(all.into());
        }
    };
    let is_new = draft.ledger().webhook(&uuid)?.is_none();
    let saved = saved(draft, Some(uuid), asked)?;
    let reply = Reply::hal(&webhook::webhook(&saved, &call.at))?;
    Ok(if is_new {
        reply.status(StatusCode::CREATED)
    } else {
        reply
    })
}

fn delete(call: &Call, draft: &mut Draft<'_>) -> Result<Reply, Problem> {
    draft.put(Intent::DeleteWebhook(call.place("uuid")?))?;
    Ok(Reply::no_content())
}

/// Returns the webhook that the body describes.
pub(super) fn asked(call: &Call, ledger: &dyn Ledger) -> Result<WebhookDraft, Problem> {
    let body = Value::Object(call.json()?);
    Ok(WebhookDraft::from_json(
        &body,
        &call.webhook_policy,
        ledger,
    )?)
}

/// Returns the webhook whose id is in the path.
pub(super) fn found(call: &Call, ledger: &dyn Ledger) -> Result<Arc<Webhook>, Problem> {
    let known = ledger.webhook(&call.place("uuid")?)?;
    known.ok_or(Problem::NotFound)
}

/// Returns whom the path names in a role, if its template has that role.
///
/// # Errors
///
/// There is no such list where nobody of that name is known.
fn named(call: &Call, ledger: &dyn Ledger, role: &str) -> Result<Option<PacticipantName>, Problem> {
    if call.place_text(role).is_err() {
        return Ok(None);
    }
    let name: PacticipantName = call.place(role)?;
    let known = ledger.pacticipant(&name)?.ok_or(Problem::NotFound)?;
    Ok(Some(known.name.clone()))
}

fn saved(
    draft: &mut Draft<'_>,
    uuid: Option<WebhookUuid>,
    asked: WebhookDraft,
) -> Result<Webhook, Problem> {
    let outcome = draft.put(Intent::SaveWebhook(WebhookSave {
        uuid,
        draft: asked,
        at: draft.now(),
    }))?;
    match outcome {
        Some(Outcome::Webhook(webhook)) => Ok(webhook),
        _ => Err(Problem::NotFound),
    }
}
