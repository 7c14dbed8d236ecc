//! Numbers about what is kept.

use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::domain::metrics::Metrics;

/// What stands in the place of a number that is not counted, as with the broker.
const NOT_COUNTED: i64 = -1;

/// Returns the document of numbers.
#[must_use]
pub fn metrics(metrics: &Metrics) -> Value {
    let Metrics {
        publications,
        results,
        ..
    } = metrics;
    let by_results = metrics.contents_by_results.iter();
    let by_results: Map<String, Value> = by_results
        .map(|(results, contents)| (results.to_string(), (*contents).into()))
        .collect();
    // A version publishes its pact with a provider once; nothing is ever revised.
    let revisions = match publications.count {
        0 => json!({}),
        count => json!({ "1": count }),
    };
    json!({
        "interactions": {
            "latestInteractionsCount": metrics.latest_interactions,
            "latestMessagesCount": metrics.latest_messages,
            "latestInteractionsAndMessagesCount":
                metrics.latest_interactions + metrics.latest_messages,
        },
        "pacticipants": {
            "count": metrics.pacticipants,
            "withMainBranchSetCount": metrics.with_main_branch,
        },
        "integrations": { "count": metrics.integrations },
        "pactPublications": {
            "count": publications.count,
            "first": publications.first,
            "last": publications.last,
        },
        "pactVersions": { "count": metrics.contents },
        "pactRevisionsPerConsumerVersion": { "distribution": revisions },
        "verificationResults": {
            "count": results.count,
            "successCount": metrics.successes,
            "failureCount": results.count - metrics.successes,
            "distinctCount": metrics.distinct_results,
            "first": results.first,
            "last": results.last,
        },
        "verificationResultsPerPactVersion": { "distribution": by_results },
        "pacticipantVersions": {
            "count": metrics.versions,
            // Whether somebody named a branch or a tag became one is not kept.
            "withUserCreatedBranchCount": NOT_COUNTED,
            "withBranchCount": metrics.versions_on_a_branch,
            "withBranchSetCount": metrics.versions_on_a_branch,
        },
        "webhooks": { "count": metrics.webhooks },
        "tags": {
            "count": metrics.tags,
            "distinctCount": metrics.tag_names,
            "distinctWithPacticipantCount": metrics.tags_of_pacticipants,
        },
        // What webhooks did is in no store.
        "triggeredWebhooks": { "count": NOT_COUNTED },
        "webhookExecutions": { "count": NOT_COUNTED },
        "matrix": { "count": NOT_COUNTED },
        "environments": { "count": metrics.environments },
        // What was there once is in the history, which is not walked for this.
        "deployedVersions": {
            "count": NOT_COUNTED,
            "userCreatedCount": NOT_COUNTED,
            "currentlyDeployedCount": metrics.deployed,
        },
        "releasedVersions": {
            "count": NOT_COUNTED,
            "currentlySupportedCount": metrics.released,
        },
    })
}
