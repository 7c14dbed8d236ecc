//! What the broker says about a publication, in its words and order (spec: cli §8.2).

use std::sync::Arc;

use super::{Links, Outcome, PublishRequest, PublishedPact};
use crate::domain::environment::Uuid;
use crate::domain::name::{PacticipantName, TagName, VersionNumber};
use crate::domain::notice::{Notice, NoticeKind};
use crate::domain::webhook::Webhook;
use crate::domain::webhook::delivery::log_id;

/// Returns what is said about a consumer's version.
pub(super) fn of_version(
    consumer: &PacticipantName,
    is_known: bool,
    request: &PublishRequest,
) -> Vec<Notice> {
    let done = if is_known { "Updated" } else { "Created" };
    let branch = match &request.branch {
        Some(branch) => format!(" with branch {branch}"),
        None => String::new(),
    };
    let tags: Vec<_> = request.tags.iter().map(TagName::as_str).collect();
    let tags = match (tags.is_empty(), &request.branch) {
        (true, _) => String::new(),
        (false, Some(_)) => format!(" and tags {}", tags.join(", ")),
        (false, None) => format!(" with tags {}", tags.join(", ")),
    };
    let text = format!(
        "{done} {consumer} version {}{branch}{tags}",
        request.version
    );
    let mut notices = vec![Notice::new(NoticeKind::Debug, text)];
    if request.branch.is_none() {
        notices.push(Notice::new(
            NoticeKind::Prompt,
            "  Next steps:\n    \
             Configure the version branch to be the value of your repository branch.",
        ));
    }
    notices
}

/// What a consumer's team may be asked to do next.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct NextSteps {
    pub(super) verify: bool,
    pub(super) configure_webhook: bool,
}

/// The webhooks that are for a pact.
pub(super) struct Webhooks<'a> {
    /// All of them, enabled or not.
    pub(super) all: &'a [Arc<Webhook>],
    /// Whether anything has happened that may trigger them.
    pub(super) is_news: bool,
}

/// Returns what is said about one pact.
pub(super) fn of_pact(
    pact: &PublishedPact,
    request: &PublishRequest,
    links: &Links<'_>,
    webhooks: &Webhooks<'_>,
    next: NextSteps,
) -> Vec<Notice> {
    let (consumer, provider, version) = (&pact.consumer, &pact.provider, &request.version);
    let which = format!("for {consumer} version {version} and provider {provider}");
    let done = match pact.outcome {
        Outcome::Published => format!("Pact successfully published {which}."),
        Outcome::Unchanged => {
            format!("Pact successfully republished {which} with no content changes.")
        }
        Outcome::Merged => format!("Pact content merged with existing content {which}."),
    };
    let url = (links.pact)(pact, version);
    let events: Vec<_> = pact.events.iter().map(ToString::to_string).collect();
    let mut notices = vec![
        Notice::new(NoticeKind::Success, done),
        Notice::new(
            NoticeKind::Debug,
            format!("  View the published pact at {url}"),
        ),
        Notice::new(
            NoticeKind::Debug,
            format!("  Events detected: {}", events.join(", ")),
        ),
    ];
    if let Some(log) = links.webhook_log.filter(|_| webhooks.is_news) {
        notices.extend(of_webhooks(pact, version, webhooks.all, log));
    }
    if next.verify || next.configure_webhook {
        notices.push(Notice::new(NoticeKind::Prompt, "  Next steps:"));
    }
    if next.verify {
        let text = format!(
            "    * Add Pact verification tests to the {provider} build. \
             See https://docs.pact.io/go/provider_verification"
        );
        notices.push(Notice::new(NoticeKind::Prompt, text));
    }
    if next.configure_webhook {
        let text = format!(
            "    * Configure separate {provider} pact verification build and webhook to trigger \
             it when the pact content changes. See https://docs.pact.io/go/webhooks"
        );
        notices.push(Notice::new(NoticeKind::Prompt, text));
    }
    notices
}

/// Returns which webhooks are triggered, and where their logs will be; nothing where there is none for the
/// pact.
fn of_webhooks(
    pact: &PublishedPact,
    version: &VersionNumber,
    webhooks: &[Arc<Webhook>],
    log: &dyn Fn(&Uuid) -> String,
) -> Vec<Notice> {
    let published = (&pact.consumer, version, &pact.provider, &pact.content);
    let mut notices = Vec::new();
    for event in &pact.events {
        let enabled = webhooks.iter().filter(|webhook| webhook.enabled);
        for webhook in enabled.filter(|webhook| webhook.events.contains(&event.kind)) {
            let url = log(&log_id(event.kind, published, &webhook.uuid));
            let text = format!(
                "  Webhook \"{}\" triggered for event {}.\n    View logs at {url}",
                webhook.title(),
                event.kind.as_str()
            );
            notices.push(Notice::new(NoticeKind::Debug, text));
        }
    }
    if notices.is_empty() && !webhooks.is_empty() {
        let text = "  No enabled webhooks found for the detected events";
        notices.push(Notice::new(NoticeKind::Debug, text));
    }
    notices
}
