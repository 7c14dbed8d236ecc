//! The JSON of pact-ruby (`pact-provider-verifier --format json`): that of `RSpec`, with pacts added.
//!
//! One document for each pact that was given, one *example* for each thing that was checked: the
//! status, each header, the body. `interaction_index` says which examples are one interaction, and
//! `pact_url` which are one pact. Failures of pending pacts have the status `pending`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::InteractionResult;
use super::Outcome;
use super::Parties;
use super::Ran;
use super::Title;
use super::UnreadableOutput;
use super::VerifiedPact;
use super::VerifierOutput;

/// The name of the form, for messages.
const FORM: &str = "pact-ruby";

/// One document.
#[derive(Deserialize)]
struct Document {
    examples: Vec<Example>,
    summary: Summary,
}

/// One thing that was checked.
#[derive(Deserialize)]
struct Example {
    interaction_index: u64,
    full_description: String,
    status: String,
    pact_url: String,
}

/// What was run in all.
#[derive(Deserialize)]
struct Summary {
    pacts: Vec<Pact>,
    #[serde(default)]
    errors_outside_of_examples_count: u64,
}

/// One pact that was run.
#[derive(Deserialize)]
struct Pact {
    url: String,
    consumer_name: String,
    provider_name: String,
}

/// Reads the documents of one run.
pub(super) fn read(documents: &[Value]) -> Result<VerifierOutput, UnreadableOutput> {
    let mut output = VerifierOutput {
        verified_by: FORM.to_owned(),
        pacts: Vec::new(),
        problems: Vec::new(),
    };
    for value in documents {
        let document = Document::deserialize(value)
            .map_err(|source| UnreadableOutput::Shape { form: FORM, source })?;
        if document.summary.errors_outside_of_examples_count > 0 {
            let text = "an error outside of the examples".to_owned();
            return Err(UnreadableOutput::Unattributable(text));
        }
        for pact in &document.summary.pacts {
            output.pacts.push(verified(pact, &document.examples));
        }
    }
    Ok(output)
}

/// Gathers the examples of one pact into its interactions.
fn verified(pact: &Pact, examples: &[Example]) -> VerifiedPact {
    let mut interactions: BTreeMap<u64, InteractionResult> = BTreeMap::new();
    for example in examples.iter().filter(|one| one.pact_url == pact.url) {
        let interaction = interactions
            .entry(example.interaction_index)
            .or_insert_with(|| InteractionResult {
                title: Title::Sentence(title(&example.full_description, pact).to_owned()),
                key: None,
                states: Vec::new(),
                outcome: Outcome::Passed,
            });
        match (example.status.as_str(), interaction.outcome) {
            ("passed", _) | ("pending", Outcome::Failed) => {}
            ("pending", _) => interaction.outcome = Outcome::FailedPending,
            _ => interaction.outcome = Outcome::Failed,
        }
    }
    VerifiedPact {
        parties: Parties::Named {
            consumer: pact.consumer_name.clone(),
            provider: Some(pact.provider_name.clone()),
        },
        content: None,
        ran: Ran::Interactions(interactions.into_values().collect()),
        failures: Vec::new(),
    }
}

/// Returns `Given a state a request for a name` out of the full description of an example:
/// what stands between the heading of the pact and what was sent or checked.
fn title<'a>(full: &'a str, pact: &Pact) -> &'a str {
    let heading = format!(
        "Verifying a pact between {} and {}",
        pact.consumer_name, pact.provider_name
    );
    let rest = full.strip_prefix(&heading).unwrap_or(full).trim_start();
    let rest = rest.strip_prefix("[PENDING] ").unwrap_or(rest);
    match rest.rfind(" returns a response which") {
        Some(end) => {
            let asked = &rest[..end];
            asked.rfind(" with ").map_or(asked, |with| &asked[..with])
        }
        None => rest.strip_suffix(" has matching content").unwrap_or(rest),
    }
}
