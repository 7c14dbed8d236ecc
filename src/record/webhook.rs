//! `settings/webhooks/<uuid>.json`: a webhook. It holds references to secrets, never a secret.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use super::Record;
use crate::domain::events::EventKind;
use crate::domain::time::Timestamp;
use crate::domain::webhook::Body;
use crate::domain::webhook::Party;
use crate::domain::webhook::RequestTemplate;
use crate::domain::webhook::Webhook;
use crate::domain::webhook::WebhookUuid;

/// A webhook as a file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WebhookRecord {
    uuid: WebhookUuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    enabled: bool,
    events: Vec<EventKind>,
    /// Absent where the webhook is for every consumer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    consumer: Option<Party>,
    /// Absent where the webhook is for every provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provider: Option<Party>,
    request: RequestRecord,
    created_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    updated_at: Option<Timestamp>,
}

/// The request of a webhook.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RequestRecord {
    method: String,
    url: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<Body>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    password: Option<String>,
}

impl Record for WebhookRecord {}

impl From<RequestTemplate> for RequestRecord {
    fn from(request: RequestTemplate) -> Self {
        let RequestTemplate {
            method,
            url,
            headers,
            body,
            username,
            password,
        } = request;
        Self {
            method,
            url,
            headers,
            body,
            username,
            password,
        }
    }
}

impl From<RequestRecord> for RequestTemplate {
    fn from(record: RequestRecord) -> Self {
        let RequestRecord {
            method,
            url,
            headers,
            body,
            username,
            password,
        } = record;
        Self {
            method,
            url,
            headers,
            body,
            username,
            password,
        }
    }
}

impl From<Webhook> for WebhookRecord {
    fn from(webhook: Webhook) -> Self {
        let Webhook {
            uuid,
            description,
            enabled,
            events,
            consumer,
            provider,
            request,
            created_at,
            updated_at,
        } = webhook;
        Self {
            uuid,
            description,
            enabled,
            events,
            consumer,
            provider,
            request: request.into(),
            created_at,
            updated_at,
        }
    }
}

impl From<WebhookRecord> for Webhook {
    fn from(record: WebhookRecord) -> Self {
        let WebhookRecord {
            uuid,
            description,
            enabled,
            events,
            consumer,
            provider,
            request,
            created_at,
            updated_at,
        } = record;
        Self {
            uuid,
            description,
            enabled,
            events,
            consumer,
            provider,
            request: request.into(),
            created_at,
            updated_at,
        }
    }
}
