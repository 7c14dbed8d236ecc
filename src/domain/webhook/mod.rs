//! A *webhook*: a request that is made when something happens (spec: semantics §10).
//!
//! A webhook is stored for everybody to read, so it holds no secret: where one is needed there is
//! a [reference](secret). [`WebhookDraft::from_json`] is the only way to a new one, and refuses
//! what must not be stored.

mod decide;
pub mod delivery;
pub mod execution;
mod occasion;
mod parse;
mod policy;
mod schedule;
pub mod secret;
mod template;
#[cfg(test)]
mod tests;
mod url;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::secret::{STARS, is_redacted};
use super::environment::Uuid;
use super::events::EventKind;
use super::name::{LabelName, PacticipantName};
use super::pacticipant::Pacticipant;
use super::time::Timestamp;

pub use self::decide::{WebhookRefusal, WebhookSave, find_webhook, save_webhook};
pub use self::occasion::Occasion;
pub use self::parse::WebhookDraft;
pub use self::policy::{HostRule, InvalidHostRule, WebhookPolicy};
pub use self::schedule::{InvalidSchedule, Schedule};
pub use self::template::{Rendered, TriggerContext, UnknownSecret, render};
pub use self::url::host_of;

/// A request that is made when something happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// The id that the HTTP API knows it by.
    pub uuid: WebhookUuid,
    /// What it is for, if somebody said so.
    pub description: Option<String>,
    /// Whether it is made at all.
    pub enabled: bool,
    /// What it waits for, each once, in the order given; never empty.
    pub events: Vec<EventKind>,
    /// The consumers that it is for; all of them if there is none.
    pub consumer: Option<Party>,
    /// The providers that it is for; all of them if there is none.
    pub provider: Option<Party>,
    /// The request that is made.
    pub request: RequestTemplate,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last replaced; `None` if it never was.
    pub updated_at: Option<Timestamp>,
}

/// Which applications in one role a webhook is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Party {
    /// The one of this name.
    Name(PacticipantName),
    /// Those that have this label.
    Label(LabelName),
}

/// A request with parameters such as `${pactbroker.pactUrl}` in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestTemplate {
    /// The method, in capitals.
    pub method: String,
    /// The address; its host has no parameters.
    pub url: String,
    /// Headers by name; names are in small letters.
    pub headers: BTreeMap<String, String>,
    /// The body, if any.
    pub body: Option<Body>,
    /// Who makes the request, for basic authentication.
    pub username: Option<String>,
    /// The password for it: references to secrets, never a secret.
    pub password: Option<String>,
}

/// What is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Body {
    /// A JSON document; parameters in its texts are escaped as JSON demands it.
    Json(Value),
    /// A text; parameters are put in as they are.
    Text(String),
}

impl Webhook {
    /// Returns what to call it: the description, or method and host of its request.
    #[must_use]
    pub fn title(&self) -> String {
        let given = self.description.as_deref().map(str::trim);
        match given.filter(|text| !text.is_empty()) {
            Some(_) => self.description.clone().unwrap_or_default(),
            None => self.request.description(),
        }
    }

    /// Says whether the request is to be made for an event between two applications.
    #[must_use]
    pub fn is_triggered_by(
        &self,
        event: EventKind,
        consumer: &Pacticipant,
        provider: &Pacticipant,
    ) -> bool {
        self.enabled && self.events.contains(&event) && self.is_for(consumer, provider)
    }

    /// Says whether the webhook is for two applications, enabled or not.
    #[must_use]
    pub fn is_for(&self, consumer: &Pacticipant, provider: &Pacticipant) -> bool {
        let fits = |party: &Option<Party>, pacticipant| {
            party.as_ref().is_none_or(|party| party.fits(pacticipant))
        };
        fits(&self.consumer, consumer) && fits(&self.provider, provider)
    }

    /// Says whether exactly these applications are named, a label counting as no name: so the
    /// broker lists the webhooks of a pact.
    #[must_use]
    pub fn names(
        &self,
        consumer: Option<&PacticipantName>,
        provider: Option<&PacticipantName>,
    ) -> bool {
        let name = |party: &Option<Party>| match party {
            Some(Party::Name(name)) => Some(name.clone()),
            Some(Party::Label(_)) | None => None,
        };
        name(&self.consumer).as_ref() == consumer && name(&self.provider).as_ref() == provider
    }
}

impl Party {
    /// Says whether an application is meant.
    #[must_use]
    pub fn fits(&self, pacticipant: &Pacticipant) -> bool {
        match self {
            Self::Name(name) => pacticipant.name == *name,
            Self::Label(label) => pacticipant.labels.contains_key(label),
        }
    }
}

impl RequestTemplate {
    /// Returns the method and the host.
    #[must_use]
    pub fn description(&self) -> String {
        format!("{} {}", self.method, host_of(&self.url).unwrap_or_default())
    }

    /// Says whether the provider version that is deployed is spoken of, of which there may be several.
    pub(in crate::domain) fn speaks_of_deployed_version(&self) -> bool {
        let parameter = "${pactbroker.currentlyDeployedProviderVersionNumber}";
        let body = match &self.body {
            None => String::new(),
            Some(Body::Json(value)) => value.to_string(),
            Some(Body::Text(text)) => text.clone(),
        };
        let texts = self.headers.values().chain([&self.url, &body]);
        texts.into_iter().any(|text| text.contains(parameter))
    }

    /// Returns the request as it is shown: stars for the password, and for headers that carry
    /// credentials unless they hold a parameter of the broker's.
    #[must_use]
    pub fn redacted(&self) -> Self {
        let mut shown = self.clone();
        let hide = |text: &mut String| {
            if !template::has_parameter(text) {
                STARS.clone_into(text);
            }
        };
        shown.password.as_mut().map(hide);
        for (name, value) in &mut shown.headers {
            if is_redacted(name) {
                hide(value);
            }
        }
        shown
    }
}

/// The id of a webhook: 16 or more letters, digits, `_` and `-`, as clients make them up.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct WebhookUuid(String);

/// The text given is not the id of a webhook.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "The UUID can only contain the characters A-Z, a-z, 0-9, _ and -, and must be 16 or more \
     characters."
)]
pub struct InvalidWebhookUuid;

impl WebhookUuid {
    /// Returns the id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Uuid> for WebhookUuid {
    fn from(uuid: Uuid) -> Self {
        Self(uuid.into())
    }
}

impl TryFrom<String> for WebhookUuid {
    type Error = InvalidWebhookUuid;

    fn try_from(text: String) -> Result<Self, InvalidWebhookUuid> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if text.len() >= 16 && text.chars().all(allowed) {
            Ok(Self(text))
        } else {
            Err(InvalidWebhookUuid)
        }
    }
}

impl std::str::FromStr for WebhookUuid {
    type Err = InvalidWebhookUuid;

    fn from_str(text: &str) -> Result<Self, InvalidWebhookUuid> {
        Self::try_from(text.to_owned())
    }
}

impl From<WebhookUuid> for String {
    fn from(uuid: WebhookUuid) -> Self {
        uuid.0
    }
}

impl fmt::Display for WebhookUuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
