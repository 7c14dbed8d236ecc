//! The matrix and its verdict: which consumer versions were verified by which provider versions,
//! and whether that lets a version be deployed.

use serde_json::Value;
use serde_json::json;

use super::Address;
use super::address::shown;
use super::environment;
use super::metadata::Metadata;
use super::template;
use super::version;
use crate::domain::can_i_deploy::Verdict;
use crate::domain::matrix::Matrix;
use crate::domain::matrix::Row;
use crate::domain::name::PacticipantName;
use crate::domain::standing::Standing;
use crate::domain::standing::Standings;
use crate::domain::version::Version;
use crate::render::matrix::SummaryJson;
use crate::render::table::table;

/// Returns the document of a matrix and its verdict: the rows to show, with links.
///
/// # Panics
///
/// Never: a summary is JSON.
#[must_use]
pub fn matrix(matrix: &Matrix, verdict: &Verdict, standings: &Standings, at: &Address) -> Value {
    let summary = serde_json::to_value(SummaryJson::from(verdict)).expect("a summary is JSON");
    let rows: Vec<Value> = matrix.shown().map(|it| row(it, standings, at)).collect();
    json!({ "summary": summary, "notices": verdict.notices, "matrix": rows })
}

fn row(row: &Row, standings: &Standings, at: &Address) -> Value {
    let (consumer, provider) = (&row.consumer, &row.provider);
    let number = &row.consumer_version.number;
    let result = row.recorded_result().map(|result| {
        json!({
            "success": result.result.success,
            "verifiedAt": result.run.created_at,
            "_links": { "self": { "href": at.to(template::VERIFICATION_RESULT_WITH_METADATA, &[
                provider.as_str(),
                consumer.as_str(),
                shown(&row.content),
                &Metadata::of_version(number).encoded(),
                &result.number().to_string(),
            ]) } },
        })
    });
    let mut document = json!({
        "consumer": side(consumer, Some(&row.consumer_version), standings, at),
        "provider": side(provider, row.provider_version.as_deref(), standings, at),
        "pact": {
            "createdAt": row.published_at,
            "_links": { "self": { "href": at.pact(provider, consumer, number) } },
        },
        "verificationResult": result,
    });
    if row.ignored {
        document["ignored"] = true.into();
    }
    document
}

fn side(
    name: &PacticipantName,
    version: Option<&Version>,
    standings: &Standings,
    at: &Address,
) -> Value {
    let version = version.map(|version| {
        let standing = standings.get(name, &version.number);
        let standing = standing.cloned().unwrap_or_default();
        version_document(name, version, &standing, at)
    });
    json!({
        "name": name,
        "version": version,
        "_links": { "self": { "href": at.pacticipant(name) } },
    })
}

fn version_document(
    name: &PacticipantName,
    version: &Version,
    standing: &Standing,
    at: &Address,
) -> Value {
    let number = &version.number;
    let branches = version::branch_versions(name, version, &standing.head_branches, at);
    let mut tags: Vec<_> = version.tags.iter().collect();
    tags.sort();
    let tags = tags.into_iter().map(|tag| {
        json!({
            "name": tag,
            "latest": standing.head_tags.contains(tag),
            "_links": { "self": { "href": at.tag(name, number, tag) } },
        })
    });
    let environments = standing.environments.iter();
    let environments = environments.map(|it| environment::short(it, at));
    json!({
        "number": number,
        "branch": version.branch(),
        // Clients read either; the first is the older name.
        "branches": branches.clone(),
        "branchVersions": branches,
        "environments": environments.collect::<Vec<_>>(),
        "tags": tags.collect::<Vec<_>>(),
        "_links": { "self": { "href": at.version(name, number) } },
    })
}

/// Returns a matrix and its verdict as plain text: the broker's table, and what follows from it.
#[must_use]
pub fn text(matrix: &Matrix, verdict: &Verdict) -> String {
    let rows = matrix.shown().map(|row| {
        let result = row.recorded_result();
        let success = row.success();
        vec![
            row.consumer.to_string(),
            row.consumer_version.number.to_string(),
            // A consumer version has one pact with a provider: nothing is ever revised.
            "1".to_owned(),
            row.provider.to_string(),
            row.provider_number()
                .map(ToString::to_string)
                .unwrap_or_default(),
            result
                .map(|result| result.number().to_string())
                .unwrap_or_default(),
            success
                .map(|success| success.to_string())
                .unwrap_or_default(),
        ]
    });
    let header = [
        "CONSUMER",
        "C_VERSION",
        "REVISION",
        "PROVIDER",
        "P_VERSION",
        "NUMBER",
        "SUCCESS",
    ];
    let mut table = table(&header, &rows.collect::<Vec<_>>());
    if table.is_empty() {
        table.push_str("No data.");
    }
    let deployable = match verdict.deployable {
        Some(true) => "true",
        Some(false) => "false",
        None => "nil",
    };
    let reason = verdict.reason();
    format!("{table}\n\nDeployable: {deployable}\nReason: {reason}\n")
}
