//! The JSON report of `pact_verifier` (`--json`), also what its C interface returns as JSON.
//!
//! The list of results (`interactionResults`, since 1.3.2) names no consumer, and the lists of errors
//! name one in a sentence. What ties them is the text that went to the terminal (`output`): for each
//! pact a heading, then for each of its interactions a line and its states, in the order of the
//! results. Reading walks that text; where results cannot be found in it, the report is refused.

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
const FORM: &str = "pact_verifier";
/// What every heading and the name of every failed interaction begin with.
const BETWEEN: &str = "Verifying a pact between ";
/// The name of an error about a pact that was not even read.
const NOT_LOADED: &str = "Failed to load pact";
/// The name of an error about the pact whose heading was just shown.
const NOT_VERIFIED: &str = "Could not verify the provided pact";

/// The report, as far as it is read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    result: bool,
    #[serde(default)]
    output: Vec<String>,
    #[serde(default)]
    errors: Vec<Problem>,
    #[serde(default)]
    pending_errors: Vec<Problem>,
    interaction_results: Option<Vec<Observed>>,
}

/// One failure.
#[derive(Deserialize)]
struct Problem {
    interaction: String,
    #[serde(default)]
    mismatch: Value,
}

/// One interaction that was run.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Observed {
    description: String,
    interaction_key: Option<String>,
    result: String,
}

/// A heading and the lines below it that may be interactions.
struct Section {
    sentence: String,
    lines: Vec<Line>,
}

/// A line that may be an interaction, and the states below it.
struct Line {
    text: String,
    states: Vec<String>,
}

/// The failures that have not been tied to an interaction yet.
struct Failures {
    open: Vec<Open>,
}

/// One of them.
struct Open {
    name: String,
    message: String,
    pending: bool,
    tied: bool,
}

/// Reads a report.
pub(super) fn read(value: &Value) -> Result<VerifierOutput, UnreadableOutput> {
    let report = Report::deserialize(value)
        .map_err(|source| UnreadableOutput::Shape { form: FORM, source })?;
    if !report.result && report.errors.is_empty() {
        let text = "it failed, but nothing in it did".to_owned();
        return Err(UnreadableOutput::Contradiction(text));
    }
    let sections = sections(&report.output);
    let mut failures = Failures::new(report.errors, report.pending_errors);
    let mut pacts = match report.interaction_results {
        Some(results) => placed(&sections, results, &mut failures)?,
        None => deduced(&sections, &mut failures),
    };
    let problems = failures.settle(&mut pacts)?;
    Ok(VerifierOutput {
        verified_by: FORM.to_owned(),
        pacts,
        problems,
    })
}

/// Splits the text for the terminal at its headings, up to the summary of failures.
fn sections(output: &[String]) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for element in output {
        let text = without_colour(element);
        if matches!(text.trim(), "Failures:" | "Pending Failures:") && text.starts_with('\n') {
            break;
        }
        if let Some(sentence) = text
            .strip_prefix('\n')
            .and_then(|t| t.strip_prefix(BETWEEN))
        {
            sections.push(Section {
                sentence: sentence.to_owned(),
                lines: Vec::new(),
            });
            continue;
        }
        let Some(section) = sections.last_mut() else {
            continue;
        };
        let state = ["     Given ", "     And "]
            .iter()
            .find_map(|start| text.strip_prefix(start));
        if let (Some(state), Some(line)) = (state, section.lines.last_mut()) {
            line.states.push(state.to_owned());
        } else if let Some(line) = text.strip_prefix("  ") {
            section.lines.push(Line {
                text: line.to_owned(),
                states: Vec::new(),
            });
        }
    }
    sections
}

/// Finds each result in the text, in order, and so the pact that it belongs to.
fn placed(
    sections: &[Section],
    results: Vec<Observed>,
    failures: &mut Failures,
) -> Result<Vec<VerifiedPact>, UnreadableOutput> {
    let mut pacts: Vec<_> = sections.iter().map(pact).collect();
    let mut lines = sections
        .iter()
        .enumerate()
        .flat_map(|(index, section)| section.lines.iter().map(move |line| (index, line)));
    for result in results {
        let is_it = |line: &Line| {
            line.text
                .strip_prefix(result.description.as_str())
                .is_some_and(|rest| rest.trim().is_empty() || rest.starts_with(" ("))
        };
        let Some((index, line)) = lines.find(|(_, line)| is_it(line)) else {
            return Err(UnreadableOutput::Contradiction(format!(
                "`{}` has a result, but the output does not show it",
                result.description
            )));
        };
        let outcome = if result.result == "OK" {
            Outcome::Passed
        } else {
            let name = sections[index].name(&result.description, &line.states);
            failures.take(&name).unwrap_or(Outcome::Failed)
        };
        push(
            &mut pacts[index],
            InteractionResult {
                title: Title::Description(result.description),
                key: result.interaction_key,
                states: line.states.clone(),
                outcome,
            },
        );
    }
    Ok(pacts)
}

/// Takes the interactions from the text alone, for releases that list no results.
///
/// Where two pacts have an interaction of the same name and it failed in one, it failed in both.
fn deduced(sections: &[Section], failures: &mut Failures) -> Vec<VerifiedPact> {
    let mut pacts = Vec::new();
    for section in sections {
        let mut pact = pact(section);
        for line in section
            .lines
            .iter()
            .filter(|line| !line.text.starts_with(' '))
        {
            let description = without_timing(&line.text);
            let outcome = failures.look_up(&section.name(description, &line.states));
            push(
                &mut pact,
                InteractionResult {
                    title: Title::Description(description.to_owned()),
                    key: None,
                    states: line.states.clone(),
                    outcome: outcome.unwrap_or(Outcome::Passed),
                },
            );
        }
        pacts.push(pact);
    }
    pacts
}

/// Returns a pact of which nothing was run yet.
fn pact(section: &Section) -> VerifiedPact {
    VerifiedPact {
        parties: Parties::Sentence(section.sentence.clone()),
        content: None,
        ran: Ran::Interactions(Vec::new()),
        failures: Vec::new(),
    }
}

/// Adds an interaction to a pact.
fn push(pact: &mut VerifiedPact, result: InteractionResult) {
    if let Ran::Interactions(interactions) = &mut pact.ran {
        interactions.push(result);
    }
}

impl Section {
    /// Returns the name under which the failure of one of its interactions is listed.
    fn name(&self, description: &str, states: &[String]) -> String {
        let states: String = states
            .iter()
            .enumerate()
            .map(|(index, state)| match index {
                0 => format!(" Given {state}"),
                _ => format!(" And {state}"),
            })
            .collect();
        format!("{BETWEEN}{}{states} - {description}", self.sentence)
    }
}

impl Failures {
    fn new(errors: Vec<Problem>, pending_errors: Vec<Problem>) -> Self {
        let open = |problem: Problem, pending| Open {
            message: problem.mismatch["message"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            name: problem.interaction,
            pending,
            tied: false,
        };
        let errors = errors.into_iter().map(|problem| open(problem, false));
        let pending = pending_errors
            .into_iter()
            .map(|problem| open(problem, true));
        Self {
            open: errors.chain(pending).collect(),
        }
    }

    /// Ties the next failure of a name, and returns what it means. One that counts goes before one
    /// that is pending.
    fn take(&mut self, name: &str) -> Option<Outcome> {
        let is_next = |open: &&mut Open| !open.tied && open.name == name;
        self.open.iter_mut().find(is_next).map(Open::tie)
    }

    /// Ties every failure of a name, and returns what the first one means.
    fn look_up(&mut self, name: &str) -> Option<Outcome> {
        let of_name = self.open.iter_mut().filter(|open| open.name == name);
        of_name
            .map(Open::tie)
            .fold(None, |first, next| first.or(Some(next)))
    }

    /// Gives the failures that are left to the pacts as a whole; returns those that concern a pact
    /// that was never read.
    fn settle(self, pacts: &mut [VerifiedPact]) -> Result<Vec<String>, UnreadableOutput> {
        let mut problems = Vec::new();
        for open in self.open.into_iter().filter(|open| !open.tied) {
            if open.name == NOT_LOADED {
                problems.push(open.text());
                continue;
            }
            let mut found = false;
            for pact in pacts.iter_mut().filter(|pact| open.concerns(pact)) {
                found = true;
                pact.failures.push(Failure {
                    text: open.text(),
                    pending: open.pending,
                });
            }
            if !found {
                return Err(UnreadableOutput::Unattributable(open.text()));
            }
        }
        Ok(problems)
    }
}

impl Open {
    fn tie(&mut self) -> Outcome {
        self.tied = true;
        if self.pending {
            Outcome::FailedPending
        } else {
            Outcome::Failed
        }
    }

    /// Says whether it may be about a pact: one whose heading stands alone, or one that it names.
    fn concerns(&self, pact: &VerifiedPact) -> bool {
        if self.name == NOT_VERIFIED {
            return pact.ran == Ran::Interactions(Vec::new());
        }
        let Parties::Sentence(sentence) = &pact.parties else {
            return false;
        };
        self.name
            .strip_prefix(BETWEEN)
            .and_then(|rest| rest.strip_prefix(sentence.as_str()))
            .is_some_and(|rest| rest.starts_with(" Given ") || rest.starts_with(" - "))
    }

    fn text(&self) -> String {
        match self.message.as_str() {
            "" => self.name.clone(),
            message => format!("{}: {message}", self.name),
        }
    }
}

/// Returns a line without what says how long it took and that it is pending (since 0.15).
fn without_timing(line: &str) -> &str {
    let line = line.trim_end();
    let line = line.strip_suffix("[PENDING]").map_or(line, str::trim_end);
    match line.rfind(" (") {
        Some(start) if line.ends_with(" verification)") => &line[..start],
        _ => line,
    }
}

/// Returns a text without the sequences that colour it on a terminal.
fn without_colour(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once('m').map_or(part, |(_, rest)| rest));
    }
    plain
}
