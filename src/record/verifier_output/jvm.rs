//! The JSON report of pact-jvm (`build/reports/pact/<provider>.json`).
//!
//! One *execution* for each pact that was verified, with the name of its consumer and every
//! interaction in full. A run adds its executions to those that the file already holds.

use serde::Deserialize;
use serde_json::Value;

use super::Failure;
use super::InteractionResult;
use super::Outcome;
use super::Parties;
use super::Ran;
use super::Title;
use super::UnreadableOutput;
use super::VerifiedPact;
use super::VerifierOutput;

/// The name of the form, for messages.
const FORM: &str = "pact-jvm";

/// The report, as far as it is read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    meta_data: MetaData,
    provider: Name,
    execution: Vec<Execution>,
}

/// About the report.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct MetaData {
    #[serde(default)]
    pact_jvm_version: String,
    report_format: String,
}

/// A pacticipant.
#[derive(Deserialize)]
struct Name {
    name: String,
}

/// One pact that was verified.
#[derive(Deserialize)]
struct Execution {
    consumer: Name,
    interactions: Vec<Tried>,
    #[serde(default)]
    pending: bool,
    result: Option<Trouble>,
}

/// What became of a pact that could not be verified at all.
#[derive(Deserialize)]
struct Trouble {
    state: String,
    #[serde(default)]
    message: String,
}

/// One interaction that was tried; there is no interaction where the first state already failed.
#[derive(Deserialize)]
struct Tried {
    #[serde(default)]
    interaction: Value,
    verification: Checked,
}

/// What came of it.
#[derive(Deserialize)]
struct Checked {
    result: String,
}

/// Reads a report.
pub(super) fn read(value: &Value) -> Result<VerifierOutput, UnreadableOutput> {
    let report = Report::deserialize(value)
        .map_err(|source| UnreadableOutput::Shape { form: FORM, source })?;
    if !report.meta_data.report_format.starts_with("0.") {
        return Err(UnreadableOutput::UnknownVersion {
            form: FORM,
            version: report.meta_data.report_format,
        });
    }
    let verified_by = format!("{FORM} {}", report.meta_data.pact_jvm_version);
    let provider = &report.provider.name;
    Ok(VerifierOutput {
        verified_by: verified_by.trim_end().to_owned(),
        pacts: report
            .execution
            .iter()
            .map(|execution| verified(execution, provider))
            .collect(),
        problems: Vec::new(),
    })
}

/// Returns what one execution says.
fn verified(execution: &Execution, provider: &str) -> VerifiedPact {
    let trouble = execution.result.iter().map(|trouble| Failure {
        text: format!("{}: {}", trouble.state, trouble.message),
        pending: execution.pending,
    });
    let interactions = execution
        .interactions
        .iter()
        .map(|tried| interaction(tried, execution.pending));
    VerifiedPact {
        parties: Parties::Named {
            consumer: execution.consumer.name.clone(),
            provider: Some(provider.to_owned()),
        },
        content: None,
        ran: Ran::Interactions(interactions.collect()),
        failures: trouble.collect(),
    }
}

/// Returns what became of one interaction.
fn interaction(tried: &Tried, pact_is_pending: bool) -> InteractionResult {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let interaction = &tried.interaction;
    let pending = pact_is_pending || interaction["pending"] == Value::Bool(true);
    let states = interaction["providerStates"].as_array();
    InteractionResult {
        title: text(&interaction["description"]).map_or(Title::Unknown, Title::Description),
        key: text(&interaction["key"]),
        states: states
            .into_iter()
            .flatten()
            .filter_map(|state| text(&state["name"]))
            .collect(),
        outcome: match (tried.verification.result.as_str(), pending) {
            ("OK", _) => Outcome::Passed,
            (_, true) => Outcome::FailedPending,
            (_, false) => Outcome::Failed,
        },
    }
}
