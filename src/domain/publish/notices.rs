//! What the broker says about a publication, in its words and order (spec: cli §8.2).

use super::{Links, Outcome, PublishRequest, PublishedPact};
use crate::domain::name::{PacticipantName, TagName};
use crate::domain::notice::{Notice, NoticeKind};

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

/// Returns what is said about one pact.
pub(super) fn of_pact(
    pact: &PublishedPact,
    request: &PublishRequest,
    links: &Links<'_>,
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
