//! Creating, replacing and deleting webhooks.

use super::secret::is_starred;
use super::{InvalidWebhookUuid, Webhook, WebhookDraft, WebhookUuid};
use crate::domain::edit::Edit;
use crate::domain::environment::Uuid;
use crate::domain::invalid_fields::{InvalidField, InvalidFields, Refused};
use crate::domain::ledger::{Ledger, Unreadable};
use crate::domain::time::Timestamp;

/// A webhook to be created or replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookSave {
    /// Its id. Without one a webhook is created, unless the very same was created before.
    pub uuid: Option<WebhookUuid>,
    /// What it is to be.
    pub draft: WebhookDraft,
    /// When this is said.
    pub at: Timestamp,
}

/// Nothing can be recorded of a webhook.
#[derive(Debug, thiserror::Error)]
pub enum WebhookRefusal {
    /// There is no webhook with that id.
    #[error("no webhook with UUID {uuid} found")]
    NoSuchWebhook {
        /// The id asked for, which need not have the form of one.
        uuid: String,
    },
    /// It is not clear what it is to be.
    #[error("{0}")]
    Invalid(InvalidFields),
    /// The store could not be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

impl From<Refused> for WebhookRefusal {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Invalid(fields) => Self::Invalid(fields),
            Refused::Unreadable(error) => Self::Unreadable(error),
        }
    }
}

/// Returns a webhook as it is once it is saved.
///
/// The id of a new one is derived from what it is, so that a request that is made again after a
/// lost answer does not make a second webhook.
///
/// # Errors
///
/// Refuses stars where no secret is known that they could stand for.
pub fn save_webhook(ledger: &dyn Ledger, save: &WebhookSave) -> Result<Webhook, WebhookRefusal> {
    if let Some(uuid) = &save.uuid {
        let known = ledger.webhook(uuid)?;
        return saved(save, uuid.clone(), known.as_deref());
    }
    let what = described(&save.draft);
    let mut number = 1_u64;
    loop {
        let uuid = Uuid::derived(&["webhook", &what, &number.to_string()]).into();
        let fresh = saved(save, uuid, None)?;
        match ledger.webhook(&fresh.uuid)? {
            None => return Ok(fresh),
            Some(known) if is_same(&known, &fresh) => return Ok(Webhook::clone(&known)),
            // It was created like this, and has been replaced since.
            Some(_) => number += 1,
        }
    }
}

/// Returns a text that tells a draft from every other one.
fn described(draft: &WebhookDraft) -> String {
    let request = &draft.request;
    serde_json::json!([
        draft.description,
        draft.enabled,
        draft.events,
        draft.consumer,
        draft.provider,
        request.method,
        request.url,
        request.headers,
        request.body,
        request.username,
        draft.password.clone().value(),
    ])
    .to_string()
}

/// Says whether two webhooks differ in nothing but time.
fn is_same(one: &Webhook, other: &Webhook) -> bool {
    let timeless = |webhook: &Webhook| Webhook {
        created_at: Timestamp::clamped(0),
        updated_at: None,
        ..webhook.clone()
    };
    timeless(one) == timeless(other)
}

/// Returns a webhook in the place of the one that is known. Stars stand for what is known.
fn saved(
    save: &WebhookSave,
    uuid: WebhookUuid,
    known: Option<&Webhook>,
) -> Result<Webhook, WebhookRefusal> {
    let before = known.map(|known| &known.request);
    let mut errors = Vec::new();
    let mut request = save.draft.request.clone();
    let known_password = before.and_then(|before| before.password.clone());
    request.password = match save.draft.password.clone() {
        Edit::Set(text) if is_starred(&text) => {
            if known_password.is_none() {
                errors.push(InvalidField::new("request.password", NOTHING_BEHIND_STARS));
            }
            known_password
        }
        edit => edit.applied(known_password),
    };
    for (name, value) in &mut request.headers {
        if !is_starred(value) {
            continue;
        }
        if let Some(known) = before.and_then(|before| before.headers.get(name)) {
            value.clone_from(known);
        } else {
            let message = format!("{name} {NOTHING_BEHIND_STARS}");
            errors.push(InvalidField::new("request.headers", message));
        }
    }
    if !errors.is_empty() {
        return Err(WebhookRefusal::Invalid(InvalidFields(errors)));
    }
    let draft = save.draft.clone();
    let mut webhook = Webhook {
        uuid,
        description: draft.description,
        enabled: draft.enabled,
        events: draft.events,
        consumer: draft.consumer,
        provider: draft.provider,
        request,
        created_at: known.map_or(save.at, |known| known.created_at),
        updated_at: known.and_then(|known| known.updated_at),
    };
    if known.is_some_and(|known| !is_same(known, &webhook)) {
        webhook.updated_at = Some(save.at);
    }
    Ok(webhook)
}

const NOTHING_BEHIND_STARS: &str =
    "is shown as stars in the place of a secret that this webhook does not have";

/// Returns the webhook with what may be an id.
///
/// # Errors
///
/// Refuses what is the id of no webhook.
pub fn find_webhook(ledger: &dyn Ledger, uuid: &str) -> Result<Webhook, WebhookRefusal> {
    let known = match uuid.parse() {
        Ok(uuid) => ledger.webhook(&uuid)?,
        Err(InvalidWebhookUuid) => None,
    };
    let absent = || WebhookRefusal::NoSuchWebhook {
        uuid: uuid.to_owned(),
    };
    let known = known.ok_or_else(absent)?;
    Ok(Webhook::clone(&known))
}
