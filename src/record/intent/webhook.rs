//! A webhook to be saved, within an intent.

use serde::Deserialize;
use serde::Serialize;

use crate::domain::edit::Edit;
use crate::domain::events::EventKind;
use crate::domain::time::Timestamp;
use crate::domain::webhook::Party;
use crate::domain::webhook::WebhookDraft;
use crate::domain::webhook::WebhookSave;
use crate::domain::webhook::WebhookUuid;
use crate::record::webhook::RequestRecord;

/// A webhook and what becomes of its password: without one it stays as it is, unless it is cleared.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WebhookForm {
    uuid: Option<WebhookUuid>,
    description: Option<String>,
    enabled: bool,
    events: Vec<EventKind>,
    consumer: Option<Party>,
    provider: Option<Party>,
    request: RequestRecord,
    password: Option<String>,
    password_cleared: bool,
    at: Timestamp,
}

impl From<WebhookSave> for WebhookForm {
    fn from(save: WebhookSave) -> Self {
        let WebhookSave { uuid, draft, at } = save;
        Self {
            uuid,
            description: draft.description,
            enabled: draft.enabled,
            events: draft.events,
            consumer: draft.consumer,
            provider: draft.provider,
            request: draft.request.into(),
            password_cleared: draft.password == Edit::Clear,
            password: draft.password.value(),
            at,
        }
    }
}

impl From<WebhookForm> for WebhookSave {
    fn from(form: WebhookForm) -> Self {
        let password = if form.password_cleared {
            Edit::Clear
        } else {
            Edit::part(form.password)
        };
        let draft = WebhookDraft {
            description: form.description,
            enabled: form.enabled,
            events: form.events,
            consumer: form.consumer,
            provider: form.provider,
            request: form.request.into(),
            password,
        };
        Self {
            uuid: form.uuid,
            draft,
            at: form.at,
        }
    }
}
