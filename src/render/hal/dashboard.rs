//! The dashboard: the pacts that matter now, and whether each is verified.

use serde_json::Value;
use serde_json::json;

use super::Address;
use super::template;
use crate::domain::dashboard::DashboardRow;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;
use crate::render::table::table;

/// Returns the document of a dashboard.
#[must_use]
pub fn dashboard(rows: &[DashboardRow], at: &Address) -> Value {
    let items: Vec<Value> = rows.iter().map(|it| item(it, at)).collect();
    json!({ "items": items })
}

fn item(row: &DashboardRow, at: &Address) -> Value {
    let pact = &row.pact;
    let (consumer, provider, number) = (&pact.consumer, &pact.provider, &pact.version.number);
    let pair = [provider.as_str(), consumer.as_str()];
    let link = |href: String| json!({ "self": { "href": href } });
    let verification = row.verification.as_ref();
    let provider_version = verification.map(|known| {
        json!({
            "number": known.result.run.version,
            "branch": known.head_branches.last(),
            "headBranchNames": known.head_branches,
        })
    });
    // Not of this very result, but of what will be the latest one when the link is followed.
    let values = [pair[0], pair[1], number.as_str()];
    let result = verification.map(|known| {
        json!({
            "success": known.result.result.success,
            "verifiedAt": known.result.run.created_at,
            "_links": link(at.to(template::VERSION_LATEST_RESULT, &values)),
        })
    });
    let result_tags = verification.map_or_else(Vec::new, |known| {
        tags(provider, &known.result.run.version, &known.head_tags, at)
    });
    json!({
        "consumer": {
            "name": consumer,
            "version": {
                "number": number,
                "branch": row.head_branches.last(),
                "headBranchNames": row.head_branches,
                "_links": link(at.version(consumer, number)),
            },
            "_links": link(at.pacticipant(consumer)),
        },
        "provider": {
            "name": provider,
            "version": provider_version,
            "_links": link(at.pacticipant(provider)),
        },
        "pact": {
            "createdAt": pact.created_at,
            "_links": link(at.pact(provider, consumer, number)),
        },
        "pactTags": tags(consumer, number, &row.head_tags, at),
        "latestVerificationResult": result,
        "latestVerificationResultTags": result_tags,
        "verificationStatus": row.status.as_str(),
        // The broker does not look at webhooks here, either.
        "webhookStatus": "none",
        "latestWebhookExecution": null,
        "_links": { "pb:webhook-status": {
            "title": format!("Status of webhooks for {consumer}/{provider} pact"),
            "href": at.to(template::PAIR_WEBHOOKS_STATUS, &pair),
        }},
    })
}

fn tags(
    name: &PacticipantName,
    number: &VersionNumber,
    tags: &[TagName],
    at: &Address,
) -> Vec<Value> {
    let tags = tags.iter().map(|tag| {
        let href = at.tag(name, number, tag);
        json!({ "name": tag, "latest": true, "_links": { "self": { "href": href } } })
    });
    tags.collect()
}

/// Returns the dashboard as a table for people.
#[must_use]
pub fn text(rows: &[DashboardRow]) -> String {
    let header = [
        "CONSUMER_NAME",
        "C_VERSION",
        "C_TAGS",
        "PROVIDER_NAME",
        "P_VERSION",
        "P_TAGS",
        "SUCCESS",
    ];
    let listed = |tags: &[TagName]| {
        let tags: Vec<&str> = tags.iter().map(TagName::as_str).collect();
        tags.join(", ")
    };
    let rows = rows.iter().map(|row| {
        let known = row.verification.as_ref();
        let version = known.map(|known| known.result.run.version.to_string());
        vec![
            row.pact.consumer.to_string(),
            row.pact.version.number.to_string(),
            listed(&row.head_tags),
            row.pact.provider.to_string(),
            version.unwrap_or_default(),
            known.map_or_else(String::new, |known| listed(&known.head_tags)),
            row.status.as_str().to_owned(),
        ]
    });
    match table(&header, &rows.collect::<Vec<_>>()) {
        text if text.is_empty() => "No data.\n".to_owned(),
        text => text + "\n",
    }
}
