//! An event of the broker's as text, one line, and as JSON, one line.

use serde::Serialize;

use super::hal::Address;
use super::hal::webhook_execution::context;
use super::table::one_line;
use crate::app::events::Caused;
use crate::domain::content::ContentId;
use crate::domain::environment::Uuid;
use crate::domain::events::EventKind;
use crate::domain::name::BranchName;
use crate::domain::name::LabelName;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;
use crate::domain::time::Timestamp;
use crate::domain::webhook::TriggerContext;

/// An event; what has a name among the parameters of webhooks has that name.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EventJson<'a> {
    id: Uuid,
    event_name: EventKind,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'a str>,
    commit: CommitJson<'a>,
    consumer_name: Option<&'a PacticipantName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consumer_version_number: Option<&'a VersionNumber>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consumer_version_branch: Option<&'a BranchName>,
    consumer_version_tags: &'a [TagName],
    consumer_labels: &'a [LabelName],
    provider_name: Option<&'a PacticipantName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider_version_number: Option<&'a VersionNumber>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider_version_branch: Option<&'a BranchName>,
    provider_version_tags: &'a [TagName],
    provider_version_descriptions: &'a [String],
    provider_labels: &'a [LabelName],
    #[serde(skip_serializing_if = "Option::is_none")]
    currently_deployed_provider_version_number: Option<&'a VersionNumber>,
    currently_deployed_provider_version_numbers: &'a [VersionNumber],
    content_id: &'a ContentId,
    pact_url: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    verification_result_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verification_result_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verification_success: Option<bool>,
    github_verification_status: String,
    gitlab_verification_status: String,
    #[serde(rename = "azureDevOpsVerificationStatus")]
    azure_verification_status: String,
    bitbucket_verification_status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    build_url: Option<&'a str>,
}

#[derive(Serialize)]
struct CommitJson<'a> {
    id: &'a str,
    branch: String,
    at: Timestamp,
    author: AuthorJson<'a>,
}

#[derive(Serialize)]
struct AuthorJson<'a> {
    name: &'a str,
    email: &'a str,
}

/// Returns an event as JSON on one line. URLs lie below where the store is served; without that they are
/// paths.
///
/// # Panics
///
/// Never: texts, numbers and lists of them are JSON.
#[must_use]
pub fn json_line(caused: &Caused, at: &Address) -> String {
    let (event, commit) = (&caused.event, &caused.commit);
    let said = context(event.occasion.clone(), at);
    let status = |parameter| said.value(parameter).unwrap_or_default();
    let json = EventJson {
        id: caused.id(),
        event_name: event.kind,
        comment: event.comment.as_deref(),
        commit: CommitJson {
            id: &commit.revision.0,
            branch: caused.branch.to_string(),
            at: commit.at,
            author: AuthorJson {
                name: &commit.actor.name,
                email: &commit.actor.email,
            },
        },
        consumer_name: said.consumer.as_ref(),
        consumer_version_number: said.consumer_version.as_ref(),
        consumer_version_branch: said.consumer_version_branch.as_ref(),
        consumer_version_tags: &said.consumer_version_tags,
        consumer_labels: &said.consumer_labels,
        provider_name: said.provider.as_ref(),
        provider_version_number: said.provider_version.as_ref(),
        provider_version_branch: said.provider_version_branch.as_ref(),
        provider_version_tags: &said.provider_version_tags,
        provider_version_descriptions: &said.provider_version_descriptions,
        provider_labels: &said.provider_labels,
        currently_deployed_provider_version_number: said
            .currently_deployed_provider_version
            .as_ref(),
        currently_deployed_provider_version_numbers: &event.deployed,
        content_id: &event.occasion.content,
        pact_url: &said.pact_url,
        verification_result_number: event.occasion.result.map(|number| number.to_string()),
        verification_result_url: said.verification_result_url.as_deref(),
        verification_success: said.verification_success,
        github_verification_status: status("githubVerificationStatus"),
        gitlab_verification_status: status("gitlabVerificationStatus"),
        azure_verification_status: status("azureDevOpsVerificationStatus"),
        bitbucket_verification_status: status("bitbucketVerificationStatus"),
        build_url: said.build_url.as_deref(),
    };
    serde_json::to_string(&json).expect("texts, numbers and lists of them are JSON")
}

/// Returns an event as text on one line: when, in which commit, what.
#[must_use]
pub fn text_line(caused: &Caused) -> String {
    let event = &caused.event;
    let commit = &caused.commit.revision.0;
    let commit = commit.get(..7).unwrap_or(commit);
    let sentence = sentence(event.kind, &event.occasion.context);
    let content = event.occasion.content.short();
    let comment = event.comment.as_ref();
    let comment = comment.map(|comment| format!(" ({comment})"));
    one_line(&format!(
        "{} {commit} {}: {sentence}, content {content}{}",
        caused.commit.at,
        event.kind.as_str(),
        comment.unwrap_or_default()
    ))
}

/// Returns what an event is about: which version of whom with whom.
pub(super) fn sentence(kind: EventKind, said: &TriggerContext) -> String {
    let consumer = version(
        said.consumer.as_ref(),
        said.consumer_version.as_ref(),
        said.consumer_version_branch.as_ref(),
    );
    let provider = version(
        said.provider.as_ref(),
        said.provider_version.as_ref(),
        said.provider_version_branch.as_ref(),
    );
    match kind {
        EventKind::ContractPublished | EventKind::ContractContentChanged => {
            let name = version(said.provider.as_ref(), None, None);
            format!("{consumer} with {name}")
        }
        EventKind::ContractRequiringVerificationPublished => {
            let why = said.provider_version_descriptions.join(", ");
            format!("{consumer} with {provider}, {why}")
        }
        EventKind::ProviderVerificationPublished
        | EventKind::ProviderVerificationSucceeded
        | EventKind::ProviderVerificationFailed => format!("{provider} with {consumer}"),
    }
}

/// Returns a version as people read it: `Web 1 (main)`.
fn version(
    name: Option<&PacticipantName>,
    number: Option<&VersionNumber>,
    branch: Option<&BranchName>,
) -> String {
    let name = name.map(ToString::to_string).unwrap_or_default();
    let number = number.map(|number| format!(" {number}"));
    let branch = branch.map(|branch| format!(" ({branch})"));
    name + &number.unwrap_or_default() + &branch.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::domain::events::BrokerEvent;
    use crate::domain::webhook::Occasion;
    use crate::record::path::Branch;
    use crate::store::Actor;
    use crate::store::Revision;
    use crate::store::git::history::Commit;
    use crate::store::git::history::SignatureKind;

    fn caused() -> Caused {
        let consumer: PacticipantName = "Web".parse().unwrap();
        Caused {
            branch: Branch::app(&consumer),
            commit: Commit {
                revision: Revision("12ab34cd56".to_owned()),
                parent: None,
                actor: Actor {
                    name: "Web CI".to_owned(),
                    email: "ci@example.org".to_owned(),
                },
                at: Timestamp::clamped(1_795_341_600),
                is_cut: false,
                parents: 0,
                signature: SignatureKind::Absent,
            },
            event: BrokerEvent {
                kind: EventKind::ContractRequiringVerificationPublished,
                comment: Some("because".to_owned()),
                run: None,
                deployed: vec!["7".parse().unwrap()],
                occasion: Occasion {
                    context: TriggerContext {
                        consumer: Some(consumer),
                        consumer_version: "1\u{1f4a5}".parse().ok(),
                        consumer_version_branch: "main".parse().ok(),
                        provider: "Order Service".parse().ok(),
                        provider_version: "7".parse().ok(),
                        provider_version_descriptions: vec!["deployed in production".to_owned()],
                        ..TriggerContext::default()
                    },
                    content: ContentId::from_digest([0xab; 32]),
                    result: None,
                },
            },
        }
    }

    #[test]
    fn an_event_is_a_line() {
        assert_eq!(
            text_line(&caused()),
            "2026-11-22T10:00:00+00:00 12ab34c contract_requiring_verification_published: \
             Web 1\u{1f4a5} (main) with Order Service 7, deployed in production, content abababab \
             (because)"
        );
        let mut hostile = caused();
        hostile.event.comment = Some("a\nb\u{1b}[2J".to_owned());
        let line = text_line(&hostile);
        assert!(!line.contains(['\n', '\u{1b}']), "{line:?}");
        hostile.commit.actor.name = "a\nb".to_owned();
        assert!(!json_line(&hostile, &Address::new("")).contains('\n'));
    }

    #[test]
    fn every_parameter_of_a_webhook_is_in_the_document() {
        let json = json_line(&caused(), &Address::new("https://pacts.example.org"));
        let json: Value = serde_json::from_str(&json).unwrap();
        for (name, value) in [
            ("eventName", "contract_requiring_verification_published"),
            ("consumerName", "Web"),
            ("consumerVersionNumber", "1\u{1f4a5}"),
            ("consumerVersionBranch", "main"),
            ("providerName", "Order Service"),
            ("providerVersionNumber", "7"),
            ("githubVerificationStatus", "pending"),
            ("gitlabVerificationStatus", "pending"),
            ("azureDevOpsVerificationStatus", "pending"),
            ("bitbucketVerificationStatus", "INPROGRESS"),
        ] {
            assert_eq!(json[name], value, "{name}");
        }
        let url = json["pactUrl"].as_str().unwrap();
        let content = "ab".repeat(20);
        let expected = format!(
            "https://pacts.example.org/pacts/provider/Order%20Service/consumer/Web/pact-version/\
             {content}/metadata/"
        );
        assert!(url.starts_with(&expected), "{url}");
        assert_eq!(json["contentId"], "ab".repeat(32));
        assert_eq!(json["currentlyDeployedProviderVersionNumbers"][0], "7");
        assert_eq!(json["commit"]["branch"], "pact/app/Web");
        assert_eq!(json["commit"]["author"]["email"], "ci@example.org");
        // What there is not is left out.
        assert_eq!(json.get("buildUrl"), None);
        let path = json_line(&caused(), &Address::new(""));
        let path: Value = serde_json::from_str(&path).unwrap();
        assert!(path["pactUrl"].as_str().unwrap().starts_with("/pacts/"));
    }
}
