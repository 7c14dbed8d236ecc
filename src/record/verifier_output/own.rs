//! git-pact's own form, for verifiers that have no report of their own and for scripts.
//!
//! `[{"consumer": "Web", "success": false, "failures": ["a request for an order"]}]`, or one such
//! object, or `{"verifiedBy": "mine 1.0", "results": [...]}`. `contentId` says which content, where
//! a consumer has several. Unknown fields are refused: one that is misspelt must not be overlooked.

use serde::Deserialize;
use serde_json::Value;

use super::Failure;
use super::Parties;
use super::Ran;
use super::UnreadableOutput;
use super::VerifiedPact;
use super::VerifierOutput;
use crate::domain::content::ContentId;

/// The name of the form, for messages.
const FORM: &str = "git-pact";

/// What was found, and by whom.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Report {
    verified_by: Option<String>,
    results: Vec<Stated>,
}

/// What is said of one pact.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Stated {
    consumer: String,
    provider: Option<String>,
    content_id: Option<ContentId>,
    success: bool,
    #[serde(default)]
    failures: Vec<String>,
    #[serde(default)]
    pending: bool,
}

/// Reads the form.
pub(super) fn read(value: &Value) -> Result<VerifierOutput, UnreadableOutput> {
    let shape = |source| UnreadableOutput::Shape { form: FORM, source };
    let report = if value.is_array() {
        Report {
            verified_by: None,
            results: Vec::deserialize(value).map_err(shape)?,
        }
    } else if value.get("results").is_some() {
        Report::deserialize(value).map_err(shape)?
    } else {
        Report {
            verified_by: None,
            results: vec![Stated::deserialize(value).map_err(shape)?],
        }
    };
    let mut output = VerifierOutput {
        verified_by: report.verified_by.unwrap_or_else(|| FORM.to_owned()),
        pacts: Vec::new(),
        problems: Vec::new(),
    };
    for stated in report.results {
        if stated.success && !stated.failures.is_empty() {
            return Err(UnreadableOutput::Contradiction(format!(
                "the pact of {} succeeded and has failures",
                stated.consumer
            )));
        }
        output.pacts.push(VerifiedPact {
            parties: Parties::Named {
                consumer: stated.consumer,
                provider: stated.provider,
            },
            content: stated.content_id,
            ran: Ran::Whole {
                success: stated.success,
            },
            failures: stated
                .failures
                .into_iter()
                .map(|text| Failure {
                    text,
                    pending: stated.pending,
                })
                .collect(),
        });
    }
    Ok(output)
}
