//! A *delivery*: the request that an event triggered, from then on until it was answered or given up. The
//! broker calls it a triggered webhook (spec: semantics §10).
//!
//! * Its id follows from the event and the webhook. So whoever finds the event again finds that its
//!   delivery is there already, and a receiver can tell a request that is made a second time.
//! * It holds what the request has to say, and not the request: that is the webhook's, as the settings have it
//!   when it is made. So whoever can write deliveries, and not the settings, sends nothing to anybody else,
//!   and a wrong address is corrected for what waits, too.
//! * Whoever makes its request *claims* it before, for a while: so two do not make the same request, and if
//!   one of them dies, the other makes it later. At least once, then, and seldom twice.
//! * Clocks of different machines disagree. Times say how long to wait, and no more than that: what seems
//!   to have been written in the future was written by a clock that is wrong, and nobody waits for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Schedule;
use super::Webhook;
use super::WebhookUuid;
use super::execution::Execution;
use super::occasion::Occasion;
use crate::domain::content::ContentId;
use crate::domain::environment::Uuid;
use crate::domain::events::BrokerEvent;
use crate::domain::events::EventKind;
use crate::domain::name::LabelName;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::pacticipant::Pacticipant;
use crate::domain::time::Timestamp;
use crate::domain::verification_results::ResultNumber;

/// For how long a claim holds, in seconds: several times as long as requests take.
pub const CLAIM: i64 = 120;

/// By how much the clocks of two machines may differ before one of them counts as wrong, in seconds. An event
/// may seem to lie so long before the creation of a webhook that it triggers.
const SKEW: i64 = 60;

/// For how long a delivery is kept once nothing more will come of it, in seconds: 30 days.
const KEPT_FOR: i64 = 30 * 24 * 60 * 60;

/// How many deliveries of which nothing more will come are kept.
const KEPT: usize = 1000;

/// A request that an event triggered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The id, which follows from the event and the webhook.
    pub uuid: Uuid,
    /// Which one it is in the order in which they were triggered, counted from 1.
    pub number: u64,
    /// The id of the event.
    pub event: Uuid,
    /// What happened.
    pub kind: EventKind,
    /// The webhook.
    pub webhook: WebhookUuid,
    /// What it was called.
    pub title: String,
    /// What the request speaks of.
    pub occasion: Occasion,
    /// When it was triggered: when somebody found the event, which may be later than it happened.
    pub triggered_at: Timestamp,
    /// The requests that were made, oldest first, and what came of each.
    pub attempts: Vec<Execution>,
    /// What is still to be done.
    pub state: DeliveryState,
}

/// What is still to be done about a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// A request is to be made.
    Open {
        /// Not before that.
        due_at: Timestamp,
        /// Who is about to make it, if anybody is.
        claim: Option<Claim>,
    },
    /// Nothing: it was answered.
    Succeeded,
    /// Nothing: it was tried as often as the schedule says.
    Failed,
    /// Nothing: nobody wants it any more.
    Dropped(Dropped),
}

/// Somebody is about to make a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Who; each run of a program is somebody else.
    pub by: Uuid,
    /// Since when.
    pub at: Timestamp,
}

/// Why a request is not made any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dropped {
    /// The webhook was deleted.
    Deleted,
    /// The webhook was disabled.
    Disabled,
}

/// What became of a delivery, in the broker's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeliveryStatus {
    /// No request was made yet.
    NotRun,
    /// A request failed, and another one will be made.
    Retrying,
    /// It was answered.
    Success,
    /// It was given up.
    Failure,
}

impl DeliveryStatus {
    /// Every status, those first of which more will come.
    pub const ALL: [Self; 4] = [Self::NotRun, Self::Retrying, Self::Success, Self::Failure];

    /// Returns the broker's word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotRun => "not_run",
            Self::Retrying => "retrying",
            Self::Success => "success",
            Self::Failure => "failure",
        }
    }
}

/// Which event it is, where it happened and when it was found.
#[derive(Clone, Copy, Debug)]
pub struct Occurrence<'a> {
    /// The event.
    pub event: &'a BrokerEvent,
    /// The commit that caused it.
    pub commit: &'a str,
    /// When that was made.
    pub at: Timestamp,
    /// Whether webhooks that were created since are to be triggered, too.
    pub even_if_created_since: bool,
}

/// Returns what an event triggers, of these webhooks, as of now. They have no number yet.
///
/// A webhook that speaks of the provider version that is deployed is triggered once for each that is
/// (spec: semantics §10); if none is, once, as any other.
#[must_use]
pub fn triggered(
    occurrence: Occurrence<'_>,
    webhooks: &[Arc<Webhook>],
    now: Timestamp,
) -> Vec<Delivery> {
    let Occurrence { event, commit, .. } = occurrence;
    let context = &event.occasion.context;
    let (Some(consumer), Some(provider)) = (&context.consumer, &context.provider) else {
        return Vec::new();
    };
    let consumer = labelled(consumer, &context.consumer_labels);
    let provider = labelled(provider, &context.provider_labels);
    let is_late = |webhook: &Webhook| {
        let created = webhook.created_at.epoch_seconds();
        !occurrence.even_if_created_since
            && created.saturating_sub(SKEW) > occurrence.at.epoch_seconds()
    };
    let id = event.id(commit);
    let mut all = Vec::new();
    for webhook in webhooks {
        if is_late(webhook) || !webhook.is_triggered_by(event.kind, &consumer, &provider) {
            continue;
        }
        let mut deployed: Vec<Option<&VersionNumber>> = vec![None];
        if webhook.request.speaks_of_deployed_version() && !event.deployed.is_empty() {
            deployed = event.deployed.iter().map(Some).collect();
        }
        for version in deployed {
            let mut occasion = event.occasion.clone();
            occasion.context.currently_deployed_provider_version = version.cloned();
            let version = version.map_or("", VersionNumber::as_str);
            let parts = ["delivery", id.as_str(), webhook.uuid.as_str(), version];
            all.push(Delivery {
                uuid: Uuid::derived(&parts),
                number: 0,
                event: id.clone(),
                kind: event.kind,
                webhook: webhook.uuid.clone(),
                title: webhook.title(),
                occasion,
                triggered_at: now,
                attempts: Vec::new(),
                state: DeliveryState::Open {
                    due_at: now,
                    claim: None,
                },
            });
        }
    }
    all
}

fn labelled(name: &PacticipantName, labels: &[LabelName]) -> Pacticipant {
    let unknown = Timestamp::clamped(0);
    let mut pacticipant = Pacticipant::new(name.clone(), unknown);
    let labels = labels.iter().map(|label| (label.clone(), unknown));
    pacticipant.labels = labels.collect();
    pacticipant
}

impl Delivery {
    /// Returns what became of it so far.
    #[must_use]
    pub fn status(&self) -> DeliveryStatus {
        match &self.state {
            DeliveryState::Open { .. } if self.attempts.is_empty() => DeliveryStatus::NotRun,
            DeliveryState::Open { .. } => DeliveryStatus::Retrying,
            DeliveryState::Succeeded => DeliveryStatus::Success,
            DeliveryState::Failed | DeliveryState::Dropped(_) => DeliveryStatus::Failure,
        }
    }

    /// Says whether more will come of it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.state, DeliveryState::Open { .. })
    }

    /// Returns how many requests may still be made, if they all fail.
    #[must_use]
    pub fn attempts_remaining(&self, schedule: &Schedule) -> usize {
        if self.is_open() {
            schedule
                .requests()
                .saturating_sub(self.attempts.len())
                .max(1)
        } else {
            0
        }
    }

    /// Returns when the next request may be made, as somebody sees it whose clock says `now`; `None` if
    /// none is to be made.
    #[must_use]
    pub fn due_at(&self, now: Timestamp) -> Option<Timestamp> {
        let DeliveryState::Open { due_at, claim } = &self.state else {
            return None;
        };
        let decided_at = self.attempts.last().map_or(self.triggered_at, |it| it.at);
        let due = if is_in_the_future(decided_at, now) {
            now
        } else {
            *due_at
        };
        let claimed_until = match claim {
            Some(claim) if !is_in_the_future(claim.at, now) => later(claim.at, CLAIM),
            _ => due,
        };
        Some(due.max(claimed_until))
    }

    /// Says whether a request is to be made at once.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.due_at(now).is_some_and(|due_at| due_at <= now)
    }

    /// Lets somebody make the next request.
    pub fn claim(&mut self, by: &Uuid, at: Timestamp) {
        if let DeliveryState::Open { claim, .. } = &mut self.state {
            let by = by.clone();
            *claim = Some(Claim { by, at });
        }
    }

    /// Says whether somebody has claimed it, and nobody else since.
    #[must_use]
    pub fn is_claimed_by(&self, somebody: &Uuid) -> bool {
        match &self.state {
            DeliveryState::Open { claim, .. } => {
                claim.as_ref().is_some_and(|claim| claim.by == *somebody)
            }
            _ => false,
        }
    }

    /// Adds what came of a request, and says what is to be done next.
    ///
    /// What has been settled meanwhile, by somebody who made the same request, stays settled.
    pub fn record(&mut self, execution: Execution, schedule: &Schedule) {
        let is_success = execution.is_success();
        let at = execution.at;
        self.attempts.push(execution.kept());
        if is_success {
            self.state = DeliveryState::Succeeded;
        } else if self.is_open() {
            self.state = match schedule.wait_after(self.attempts.len()) {
                Some(wait) => DeliveryState::Open {
                    due_at: later(at, i64::from(wait)),
                    claim: None,
                },
                None => DeliveryState::Failed,
            };
        }
    }

    /// Settles what nobody wants any more, of the webhooks that there are now.
    pub fn drop_unless_wanted(&mut self, webhook: Option<&Webhook>) {
        if !self.is_open() {
            return;
        }
        match webhook {
            None => self.state = DeliveryState::Dropped(Dropped::Deleted),
            Some(webhook) if !webhook.enabled => {
                self.state = DeliveryState::Dropped(Dropped::Disabled);
            }
            Some(_) => {}
        }
    }

    /// Says whether a consumer and a provider are spoken of.
    #[must_use]
    pub fn is_of_pair(&self, consumer: &PacticipantName, provider: &PacticipantName) -> bool {
        let context = &self.occasion.context;
        context.consumer.as_ref() == Some(consumer) && context.provider.as_ref() == Some(provider)
    }

    /// Says whether the publication of a consumer version's pact triggered it.
    #[must_use]
    pub fn is_of_publication(&self, version: &VersionNumber) -> bool {
        let context = &self.occasion.context;
        !self.kind.is_of_verification() && context.consumer_version.as_ref() == Some(version)
    }

    /// Says whether a result for a content triggered it.
    #[must_use]
    pub fn is_of_result(&self, content: &ContentId, number: ResultNumber) -> bool {
        self.kind.is_of_verification()
            && self.occasion.content == *content
            && self.occasion.result == Some(number)
    }

    /// Returns the id by which whoever publishes can ask for the log before there is one; that of the
    /// deliveries of all provider versions that have to verify the same.
    #[must_use]
    pub fn log_id(&self) -> Option<Uuid> {
        let context = &self.occasion.context;
        let pact = (
            context.consumer.as_ref()?,
            context.consumer_version.as_ref()?,
            context.provider.as_ref()?,
            &self.occasion.content,
        );
        Some(log_id(self.kind, pact, &self.webhook))
    }
}

/// Returns the id by which the log of what a publication triggers can be asked for: the kind of event, the
/// consumer, its version, the provider, the content, and the webhook tell it.
#[must_use]
pub fn log_id(
    kind: EventKind,
    (consumer, version, provider, content): (
        &PacticipantName,
        &VersionNumber,
        &PacticipantName,
        &ContentId,
    ),
    webhook: &WebhookUuid,
) -> Uuid {
    Uuid::derived(&[
        "delivery log",
        kind.as_str(),
        consumer.as_str(),
        version.as_str(),
        provider.as_str(),
        content.as_str(),
        webhook.as_str(),
    ])
}

/// Returns which deliveries need not be kept any longer: those of which nothing more will come, if they are
/// old or there are many.
#[must_use]
pub fn outlived(deliveries: &BTreeMap<Uuid, Delivery>, now: Timestamp) -> Vec<Uuid> {
    let mut settled: Vec<&Delivery> = deliveries.values().filter(|it| !it.is_open()).collect();
    settled.sort_by_key(|delivery| std::cmp::Reverse(delivery.number));
    let is_old = |delivery: &Delivery| {
        let last = delivery.attempts.last().map(|attempt| attempt.at);
        later(last.unwrap_or(delivery.triggered_at), KEPT_FOR) < now
    };
    let outlived = settled.into_iter().enumerate();
    let outlived = outlived.filter(|(index, delivery)| *index >= KEPT || is_old(delivery));
    outlived
        .map(|(_, delivery)| delivery.uuid.clone())
        .collect()
}

fn is_in_the_future(time: Timestamp, now: Timestamp) -> bool {
    time > later(now, SKEW)
}

fn later(time: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::clamped(time.epoch_seconds().saturating_add(seconds))
}

#[cfg(test)]
mod tests;
