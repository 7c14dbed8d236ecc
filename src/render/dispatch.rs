//! What became of the builds that were to be started, as text and as JSON.

use serde::Serialize;

use super::table::one_line;
use crate::app::dispatch::Became;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::owed::Build;
use crate::domain::time::Timestamp;

/// What became of builds as JSON.
#[derive(Serialize)]
pub struct DispatchedJson<'a> {
    builds: Vec<BuildJson<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BuildJson<'a> {
    provider: &'a PacticipantName,
    provider_version: &'a VersionNumber,
    contracts: usize,
    became: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    again_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<RequestJson<'a>>,
}

#[derive(Serialize)]
struct RequestJson<'a> {
    method: &'a str,
    url: &'a str,
    body: Option<&'a str>,
}

impl<'a> DispatchedJson<'a> {
    /// Returns what became of builds.
    #[must_use]
    pub fn new(builds: &'a [(Build<'a>, Became)]) -> Self {
        let json = |(build, became): &'a (Build<'a>, Became)| {
            let mut json = BuildJson {
                provider: &build.provider.name,
                provider_version: build.version,
                contracts: build.contracts.len(),
                became: "started",
                reason: None,
                again_at: None,
                request: None,
            };
            match became {
                Became::Started => {}
                Became::Would(request) => {
                    json.became = "would be started";
                    json.request = Some(RequestJson {
                        method: &request.method,
                        url: &request.url,
                        body: request.body.as_deref(),
                    });
                }
                Became::Recent { again_at, .. } => {
                    json.became = "started before";
                    json.again_at = Some(*again_at);
                }
                Became::Failed(reason) => {
                    json.became = "failed";
                    json.reason = Some(reason);
                }
            }
            json
        };
        Self {
            builds: builds.iter().map(json).collect(),
        }
    }
}

/// Says whether one of the builds could not be started.
#[must_use]
pub fn has_failed(builds: &[(Build<'_>, Became)]) -> bool {
    let failed = |(_, became): &(Build<'_>, Became)| matches!(became, Became::Failed(_));
    builds.iter().any(failed)
}

/// Returns what became of builds, a line each, and a request that would be made below its own.
#[must_use]
pub fn text(builds: &[(Build<'_>, Became)]) -> String {
    let line = |(build, became): &(Build<'_>, Became)| {
        let count = build.contracts.len();
        let contracts = if count == 1 { "contract" } else { "contracts" };
        let head = format!(
            "{} {}, {count} {contracts}",
            build.provider.name, build.version
        );
        match became {
            Became::Started => one_line(&format!("started: {head}")),
            Became::Recent { at, again_at } => one_line(&format!(
                "started at {at}, not again before {again_at}: {head}"
            )),
            Became::Failed(reason) => one_line(&format!("failed: {head}: {reason}")),
            Became::Would(request) => {
                let body = request.body.as_deref().unwrap_or_default();
                let request = one_line(&format!("  {} {} {body}", request.method, request.url));
                format!("{}\n{request}", one_line(&format!("would start: {head}")))
            }
        }
    };
    let lines: Vec<_> = builds.iter().map(line).collect();
    lines.join("\n")
}
