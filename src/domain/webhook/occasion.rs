//! What a webhook's request speaks of: a pact, and what is known of its verification.

use super::template::TriggerContext;
use super::{EventKind, Webhook};
use crate::domain::content::ContentId;
use crate::domain::integration::integrations;
use crate::domain::ledger::{Ledger, Read};
use crate::domain::name::{LabelName, PacticipantName};
use crate::domain::pacticipant::Pacticipant;
use crate::domain::pacts::{Among, PactPublication, Pair};
use crate::domain::time::Timestamp;
use crate::domain::verification_results::{RecordedResult, ResultNumber, latest_result};
use crate::domain::version::Version;

/// The event that a webhook is executed for when somebody tries it out.
const TEST: &str = "test";

/// A pact, and a result of its verification if there is one, as a request may speak of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occasion {
    /// What is to be said, but for the URLs, which depend on where the server is.
    pub context: TriggerContext,
    /// The content of the pact.
    pub content: ContentId,
    /// The number of the result.
    pub result: Option<ResultNumber>,
}

impl Occasion {
    /// Returns what can be said of a pact, and of a result for it, when something happens.
    ///
    /// # Errors
    ///
    /// Fails if a record cannot be read.
    pub fn of(
        ledger: &dyn Ledger,
        event: &str,
        pact: &PactPublication,
        result: Option<&RecordedResult>,
    ) -> Read<Self> {
        let version = Some(&*pact.version);
        let pair = (&pact.consumer, &pact.provider);
        let context = context(ledger, event, pair, version, result)?;
        Ok(Self {
            context,
            content: pact.content.clone(),
            result: result.map(RecordedResult::number),
        })
    }

    /// Returns what can be said of a result for a pact that no version of the consumer has any more.
    ///
    /// # Errors
    ///
    /// Fails if a record cannot be read.
    pub fn without_version(
        ledger: &dyn Ledger,
        event: &str,
        recorded: &RecordedResult,
    ) -> Read<Self> {
        let pair = (&recorded.result.consumer, &recorded.provider);
        let context = context(ledger, event, pair, None, Some(recorded))?;
        Ok(Self {
            context,
            content: recorded.result.content.clone(),
            result: Some(recorded.number()),
        })
    }

    /// Returns what to try a webhook out with: the pact last published of those that it is for and
    /// the latest result for it, or samples (spec: semantics §10).
    ///
    /// Reads the latest pact of each pair that the webhook is for, and all runs of one provider.
    ///
    /// # Errors
    ///
    /// Fails if a record cannot be read.
    pub fn to_test(ledger: &dyn Ledger, webhook: &Webhook) -> Read<Self> {
        let mut latest: Option<PactPublication> = None;
        for pair in integrations(ledger)? {
            let known = |name: &PacticipantName| {
                let known = ledger.pacticipant(name)?;
                let nameless = || Pacticipant::new(name.clone(), Timestamp::clamped(0));
                Read::Ok(known.map_or_else(nameless, |known| Pacticipant::clone(&known)))
            };
            if !webhook.is_for(&known(&pair.consumer)?, &known(&pair.provider)?) {
                continue;
            }
            let pair = Pair {
                ledger,
                consumer: &pair.consumer,
                provider: &pair.provider,
            };
            let pact = pair.latest(&Among::All)?;
            // Nothing but the clock compares two applications, and no decision depends on this.
            let is_later = |pact: &PactPublication| {
                latest
                    .as_ref()
                    .is_none_or(|latest| pact.created_at > latest.created_at)
            };
            if let Some(pact) = pact.filter(is_later) {
                latest = Some(pact);
            }
        }
        let mut occasion = match &latest {
            Some(pact) => {
                let result = latest_result(ledger, pact)?;
                Self::of(ledger, TEST, pact, result.as_ref())?
            }
            None => Self::sample(),
        };
        let speaks_of_results = webhook
            .events
            .iter()
            .any(|event| event.is_of_verification());
        if occasion.result.is_none() && speaks_of_results {
            occasion.verify_sample();
        }
        Ok(occasion)
    }

    /// Returns a pact that nobody published.
    fn sample() -> Self {
        let label = |text: &str| text.parse().into_iter().collect();
        Self {
            context: TriggerContext {
                event: TEST.to_owned(),
                consumer: "placeholder-consumer".parse().ok(),
                consumer_labels: label("placeholder-consumer-label"),
                consumer_version: "gggghhhhjjjjkkkkllll66667777888899990000".parse().ok(),
                consumer_version_branch: "main".parse().ok(),
                consumer_version_tags: "dev".parse().into_iter().collect(),
                provider: "placeholder-provider".parse().ok(),
                provider_labels: label("placeholder-provider-label"),
                ..TriggerContext::default()
            },
            content: ContentId::from_digest([0x5d; 32]),
            result: None,
        }
    }

    /// Adds a result that nobody recorded.
    fn verify_sample(&mut self) {
        self.context.verification_success = Some(true);
        self.context.provider_version = "aaaabbbbccccddddeeeeffff1111222233334444".parse().ok();
        self.context.provider_version_tags = "master".parse().into_iter().collect();
        self.result = "1".parse().ok();
    }
}

impl EventKind {
    /// Says whether a verification causes the event.
    #[must_use]
    pub fn is_of_verification(self) -> bool {
        match self {
            Self::ProviderVerificationPublished
            | Self::ProviderVerificationSucceeded
            | Self::ProviderVerificationFailed => true,
            Self::ContractPublished
            | Self::ContractRequiringVerificationPublished
            | Self::ContractContentChanged => false,
        }
    }
}

fn context(
    ledger: &dyn Ledger,
    event: &str,
    (consumer, provider): (&PacticipantName, &PacticipantName),
    consumer_version: Option<&Version>,
    result: Option<&RecordedResult>,
) -> Read<TriggerContext> {
    let mut context = TriggerContext {
        event: event.to_owned(),
        consumer: Some(consumer.clone()),
        consumer_labels: labels(ledger, consumer)?,
        provider: Some(provider.clone()),
        provider_labels: labels(ledger, provider)?,
        ..TriggerContext::default()
    };
    if let Some(version) = consumer_version {
        context.consumer_version = Some(version.number.clone());
        context.consumer_version_branch = version.branch().cloned();
        context.consumer_version_tags.clone_from(&version.tags);
    }
    if let Some(recorded) = result {
        let number = &recorded.run.version;
        context.verification_success = Some(recorded.result.success);
        context.provider_version = Some(number.clone());
        if let Some(version) = ledger.version(provider, number)? {
            context.provider_version_branch = version.branch().cloned();
            context.provider_version_tags.clone_from(&version.tags);
        }
    }
    Ok(context)
}

fn labels(ledger: &dyn Ledger, name: &PacticipantName) -> Read<Vec<LabelName>> {
    let known = ledger.pacticipant(name)?;
    Ok(known.map_or_else(Vec::new, |known| known.labels.keys().cloned().collect()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::testing::{MemoryLedger, content, n};
    use crate::domain::webhook::{WebhookDraft, WebhookPolicy, WebhookSave, save_webhook};

    fn webhook(ledger: &MemoryLedger, event: &str, consumer: &Value) -> Webhook {
        let body = json!({
            "events": [{ "name": event }],
            "consumer": consumer,
            "request": { "method": "POST", "url": "https://ci.example.org" },
        });
        let save = WebhookSave {
            uuid: None,
            draft: WebhookDraft::from_json(&body, &WebhookPolicy::default(), ledger).unwrap(),
            at: ledger.now(),
        };
        save_webhook(ledger, &save).unwrap()
    }

    fn shop() -> MemoryLedger {
        let mut ledger = MemoryLedger::default();
        ledger.publish_tagged("Web", "1", "feat", &["t"], &["Orders=a"]);
        ledger.publish("App", "7", "main", &["Orders=b"]);
        ledger.verify("Orders", "3", "main", &["Web=a:no"]);
        ledger
    }

    #[test]
    fn a_webhook_is_tried_out_with_the_latest_pact_that_it_is_for() {
        let ledger = shop();
        let of_all = webhook(&ledger, "contract_published", &Value::Null);
        let occasion = Occasion::to_test(&ledger, &of_all).unwrap();
        assert_eq!(occasion.context.consumer, Some(n("App")));
        assert_eq!(occasion.result, None);
        let of_web = webhook(&ledger, "contract_published", &json!({ "name": "Web" }));
        let occasion = Occasion::to_test(&ledger, &of_web).unwrap();
        assert_eq!(occasion.content, content("a"));
        let context = occasion.context;
        assert_eq!(context.event, "test");
        assert_eq!(context.consumer_version, Some(n("1")));
        assert_eq!(context.consumer_version_branch, Some(n("feat")));
        assert_eq!(context.consumer_version_tags, [n("t")]);
        assert_eq!(context.provider, Some(n("Orders")));
        assert_eq!(context.provider_version, Some(n("3")));
        assert_eq!(context.provider_version_branch, Some(n("main")));
        assert_eq!(context.verification_success, Some(false));
        assert!(occasion.result.is_some());
    }

    #[test]
    fn samples_stand_in_for_what_there_is_not() {
        let ledger = shop();
        let labelled = json!({ "label": "nobody" });
        let of_nobody = webhook(&ledger, "contract_published", &labelled);
        let occasion = Occasion::to_test(&ledger, &of_nobody).unwrap();
        assert_eq!(occasion.context.consumer, Some(n("placeholder-consumer")));
        assert!(occasion.context.consumer_version.is_some());
        assert_eq!(occasion.context.verification_success, None);
        let of_results = webhook(&ledger, "provider_verification_failed", &Value::Null);
        let occasion = Occasion::to_test(&ledger, &of_results).unwrap();
        assert_eq!(occasion.context.consumer, Some(n("App")));
        assert_eq!(occasion.context.verification_success, Some(true));
        assert!(occasion.result.is_some());
    }
}
