//! `deliveries/<id>.json` on the private ref of webhooks: a request that an event triggered, and what came
//! of it. It holds no secret, as none is in what came of a request (`domain::webhook::execution`).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use super::Record;
use crate::domain::content::ContentId;
use crate::domain::environment::Uuid;
use crate::domain::events::EventKind;
use crate::domain::name::BranchName;
use crate::domain::name::LabelName;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;
use crate::domain::time::Timestamp;
use crate::domain::webhook::Occasion;
use crate::domain::webhook::TriggerContext;
use crate::domain::webhook::WebhookUuid;
use crate::domain::webhook::delivery::Claim;
use crate::domain::webhook::delivery::Delivery;
use crate::domain::webhook::delivery::DeliveryState;
use crate::domain::webhook::delivery::Dropped;
use crate::domain::webhook::execution::Execution;
use crate::domain::webhook::execution::ExecutionOutcome;
use crate::domain::webhook::execution::ShownRequest;
use crate::domain::webhook::execution::ShownResponse;

/// A delivery as a file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveryRecord {
    uuid: Uuid,
    number: u64,
    event: Uuid,
    kind: EventKind,
    webhook: WebhookUuid,
    title: String,
    occasion: OccasionRecord,
    triggered_at: Timestamp,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    attempts: Vec<AttemptRecord>,
    state: StateRecord,
}

impl Record for DeliveryRecord {}

impl DeliveryRecord {
    /// Returns the id of the delivery.
    #[must_use]
    pub fn uuid(&self) -> &Uuid {
        &self.uuid
    }
}

/// What a request speaks of; the URLs depend on where the server is, and are put in when it is made.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct OccasionRecord {
    content: ContentId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    result: Option<String>,
    consumer: Option<PacticipantName>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    consumer_labels: Vec<LabelName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    consumer_version: Option<VersionNumber>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    consumer_version_branch: Option<BranchName>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    consumer_version_tags: Vec<TagName>,
    provider: Option<PacticipantName>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    provider_labels: Vec<LabelName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provider_version: Option<VersionNumber>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provider_version_branch: Option<BranchName>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    provider_version_tags: Vec<TagName>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    provider_version_descriptions: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    currently_deployed_provider_version: Option<VersionNumber>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verification_success: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    build_url: Option<String>,
}

/// What is still to be done.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "is")]
enum StateRecord {
    #[serde(rename_all = "camelCase")]
    Open {
        due_at: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        claim: Option<ClaimRecord>,
    },
    Succeeded,
    Failed,
    Deleted,
    Disabled,
}

#[derive(Debug, Serialize, Deserialize)]
struct ClaimRecord {
    by: Uuid,
    at: Timestamp,
}

/// A request that was made, and what came of it.
#[derive(Debug, Serialize, Deserialize)]
struct AttemptRecord {
    at: Timestamp,
    event: String,
    method: String,
    url: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<String>,
    outcome: OutcomeRecord,
}

/// What came of a request. What must not be shown is absent.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "is")]
enum OutcomeRecord {
    Answered {
        success: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        response: Option<ResponseRecord>,
    },
    NoAnswer {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    NotMade {
        reason: String,
    },
}

#[derive(Debug, Serialize, Deserialize)]
struct ResponseRecord {
    status: u16,
    reason: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl From<Delivery> for DeliveryRecord {
    fn from(delivery: Delivery) -> Self {
        let attempts = delivery.attempts.into_iter();
        Self {
            uuid: delivery.uuid,
            number: delivery.number,
            event: delivery.event,
            kind: delivery.kind,
            webhook: delivery.webhook,
            title: delivery.title,
            occasion: delivery.occasion.into(),
            triggered_at: delivery.triggered_at,
            attempts: attempts.map(AttemptRecord::from).collect(),
            state: match delivery.state {
                DeliveryState::Open { due_at, claim } => StateRecord::Open {
                    due_at,
                    claim: claim.map(|Claim { by, at }| ClaimRecord { by, at }),
                },
                DeliveryState::Succeeded => StateRecord::Succeeded,
                DeliveryState::Failed => StateRecord::Failed,
                DeliveryState::Dropped(Dropped::Deleted) => StateRecord::Deleted,
                DeliveryState::Dropped(Dropped::Disabled) => StateRecord::Disabled,
            },
        }
    }
}

impl From<DeliveryRecord> for Delivery {
    fn from(record: DeliveryRecord) -> Self {
        let attempts = record.attempts.into_iter();
        Self {
            uuid: record.uuid,
            number: record.number,
            event: record.event,
            kind: record.kind,
            webhook: record.webhook,
            title: record.title,
            occasion: record.occasion.of(record.kind),
            triggered_at: record.triggered_at,
            attempts: attempts.map(Execution::from).collect(),
            state: match record.state {
                StateRecord::Open { due_at, claim } => DeliveryState::Open {
                    due_at,
                    claim: claim.map(|ClaimRecord { by, at }| Claim { by, at }),
                },
                StateRecord::Succeeded => DeliveryState::Succeeded,
                StateRecord::Failed => DeliveryState::Failed,
                StateRecord::Deleted => DeliveryState::Dropped(Dropped::Deleted),
                StateRecord::Disabled => DeliveryState::Dropped(Dropped::Disabled),
            },
        }
    }
}

impl From<Occasion> for OccasionRecord {
    fn from(occasion: Occasion) -> Self {
        let context = occasion.context;
        Self {
            content: occasion.content,
            result: occasion.result.map(|number| number.to_string()),
            consumer: context.consumer,
            consumer_labels: context.consumer_labels,
            consumer_version: context.consumer_version,
            consumer_version_branch: context.consumer_version_branch,
            consumer_version_tags: context.consumer_version_tags,
            provider: context.provider,
            provider_labels: context.provider_labels,
            provider_version: context.provider_version,
            provider_version_branch: context.provider_version_branch,
            provider_version_tags: context.provider_version_tags,
            provider_version_descriptions: context.provider_version_descriptions,
            currently_deployed_provider_version: context.currently_deployed_provider_version,
            verification_success: context.verification_success,
            build_url: context.build_url,
        }
    }
}

impl OccasionRecord {
    fn of(self, kind: EventKind) -> Occasion {
        Occasion {
            content: self.content,
            result: self.result.and_then(|number| number.parse().ok()),
            context: TriggerContext {
                event: kind.as_str().to_owned(),
                consumer: self.consumer,
                consumer_labels: self.consumer_labels,
                consumer_version: self.consumer_version,
                consumer_version_branch: self.consumer_version_branch,
                consumer_version_tags: self.consumer_version_tags,
                provider: self.provider,
                provider_labels: self.provider_labels,
                provider_version: self.provider_version,
                provider_version_branch: self.provider_version_branch,
                provider_version_tags: self.provider_version_tags,
                provider_version_descriptions: self.provider_version_descriptions,
                currently_deployed_provider_version: self.currently_deployed_provider_version,
                verification_success: self.verification_success,
                build_url: self.build_url,
                pact_url: String::new(),
                verification_result_url: None,
            },
        }
    }
}

impl From<Execution> for AttemptRecord {
    fn from(execution: Execution) -> Self {
        let ShownRequest {
            method,
            url,
            headers,
            body,
        } = execution.request;
        let response = |response: ShownResponse| ResponseRecord {
            status: response.status,
            reason: response.reason,
            headers: response.headers,
            body: response.body,
        };
        Self {
            at: execution.at,
            event: execution.event,
            method,
            url,
            headers,
            body,
            outcome: match execution.outcome {
                ExecutionOutcome::Answered {
                    success,
                    response: shown,
                } => OutcomeRecord::Answered {
                    success,
                    response: shown.map(response),
                },
                ExecutionOutcome::NoAnswer { reason } => OutcomeRecord::NoAnswer { reason },
                ExecutionOutcome::NotMade { reason } => OutcomeRecord::NotMade { reason },
            },
        }
    }
}

impl From<AttemptRecord> for Execution {
    fn from(record: AttemptRecord) -> Self {
        let response = |response: ResponseRecord| ShownResponse {
            status: response.status,
            reason: response.reason,
            headers: response.headers,
            body: response.body,
        };
        Self {
            at: record.at,
            event: record.event,
            request: ShownRequest {
                method: record.method,
                url: record.url,
                headers: record.headers,
                body: record.body,
            },
            outcome: match record.outcome {
                OutcomeRecord::Answered {
                    success,
                    response: shown,
                } => ExecutionOutcome::Answered {
                    success,
                    response: shown.map(response),
                },
                OutcomeRecord::NoAnswer { reason } => ExecutionOutcome::NoAnswer { reason },
                OutcomeRecord::NotMade { reason } => ExecutionOutcome::NotMade { reason },
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::from_bytes;
    use crate::record::to_bytes;

    fn name<T: std::str::FromStr>(text: &str) -> T {
        text.parse().ok().expect("it is a name")
    }

    fn request() -> ShownRequest {
        ShownRequest {
            method: "POST".to_owned(),
            url: "https://ci.example.org/build".to_owned(),
            headers: BTreeMap::from([("accept".to_owned(), "*/*".to_owned())]),
            body: Some("{}".to_owned()),
        }
    }

    fn attempt(outcome: ExecutionOutcome) -> Execution {
        Execution {
            at: Timestamp::clamped(7),
            event: "contract_published".to_owned(),
            request: request(),
            outcome,
        }
    }

    fn delivery(state: DeliveryState) -> Delivery {
        let response = ShownResponse {
            status: 500,
            reason: "Internal Server Error".to_owned(),
            headers: vec![("a".to_owned(), "b".to_owned())],
            body: "oh".to_owned(),
        };
        Delivery {
            uuid: Uuid::derived(&["delivery"]),
            number: 3,
            event: Uuid::derived(&["event"]),
            kind: EventKind::ContractPublished,
            webhook: name("abcdefgh_-123456"),
            title: "Build".to_owned(),
            occasion: Occasion {
                content: ContentId::from_digest([7; 32]),
                result: "1000007".parse().ok(),
                context: TriggerContext {
                    event: "contract_published".to_owned(),
                    consumer: Some(name("Web")),
                    consumer_labels: vec![name("mobile")],
                    consumer_version: Some(name("1")),
                    consumer_version_branch: Some(name("main")),
                    consumer_version_tags: vec![name("t")],
                    provider: Some(name("Orders")),
                    provider_labels: vec![name("l")],
                    provider_version: Some(name("2")),
                    provider_version_branch: Some(name("feat/x")),
                    provider_version_tags: vec![name("u")],
                    provider_version_descriptions: vec!["latest from main branch".to_owned()],
                    currently_deployed_provider_version: Some(name("3")),
                    verification_success: Some(false),
                    build_url: Some("https://ci.example.org/1".to_owned()),
                    pact_url: String::new(),
                    verification_result_url: None,
                },
            },
            triggered_at: Timestamp::clamped(5),
            attempts: vec![
                attempt(ExecutionOutcome::Answered {
                    success: false,
                    response: Some(response),
                }),
                attempt(ExecutionOutcome::NoAnswer { reason: None }),
                attempt(ExecutionOutcome::NotMade {
                    reason: "no".to_owned(),
                }),
            ],
            state,
        }
    }

    #[test]
    fn a_delivery_is_read_as_it_was_written() {
        let claim = Claim {
            by: Uuid::derived(&["me"]),
            at: Timestamp::clamped(8),
        };
        for state in [
            DeliveryState::Open {
                due_at: Timestamp::clamped(9),
                claim: Some(claim),
            },
            DeliveryState::Succeeded,
            DeliveryState::Failed,
            DeliveryState::Dropped(Dropped::Deleted),
            DeliveryState::Dropped(Dropped::Disabled),
        ] {
            let delivery = delivery(state);
            let bytes = to_bytes(&DeliveryRecord::from(delivery.clone()));
            let record: DeliveryRecord = from_bytes(&bytes).unwrap();
            assert_eq!(Delivery::from(record), delivery);
        }
    }
}
