//! The answer of can-i-deploy for a step of GitHub Actions: annotations, and outputs for later
//! steps.
//!
//! The runner obeys a line of output that begins with `::`, and a line of the file of outputs that
//! looks like one. So data is encoded where it stands in a command of ours, and everything else that is
//! printed goes through [`terminal`](super::terminal), which leaves no line that is a command.

use crate::domain::can_i_deploy::Verdict;
use crate::domain::matrix::Matrix;
use crate::domain::notice::NoticeKind;
use crate::render::gate::Case;
use crate::render::gate::State;
use crate::render::gate::cases;
use crate::render::table::one_line;

/// How many annotations a step may have.
const MOST: usize = 10;

/// The most bytes that all summaries of a step may have together.
pub const LONGEST_SUMMARY: usize = 1024 * 1024;

/// Returns the annotations of an answer as commands, the worst first; at most ten.
///
/// What stands in the way of a dry run is only a warning.
#[must_use]
pub fn annotations(gate: &str, matrix: &Matrix, verdict: &Verdict, dry_run: bool) -> Vec<String> {
    let cases = cases(matrix, verdict);
    let in_the_way = cases.iter().filter(|it| it.state <= State::Unknown);
    let mut all: Vec<String> = in_the_way.map(|it| annotation(gate, it, dry_run)).collect();
    let warnings = verdict
        .notices
        .iter()
        .filter(|it| it.kind == NoticeKind::Warning);
    all.extend(warnings.map(|it| command("warning", gate, &it.text)));
    if all.len() > MOST {
        let left_out = all.len() - MOST + 1;
        all.truncate(MOST - 1);
        let loud = if dry_run { "warning" } else { "error" };
        all.push(command(loud, gate, &format!("… and {left_out} more")));
    }
    all
}

fn annotation(gate: &str, case: &Case<'_>, dry_run: bool) -> String {
    let loud = match case.state {
        State::Failed if !dry_run => "error",
        _ => "warning",
    };
    let title = format!("{gate}: {}", case.state.word());
    let message = match case.build_url {
        Some(url) => format!("{}\nbuild: {}", one_line(&case.sentence), one_line(url)),
        None => one_line(&case.sentence),
    };
    command(loud, &title, &message)
}

/// Returns the annotation of a question that could not be answered.
#[must_use]
pub fn no_answer(gate: &str, message: &str, dry_run: bool) -> String {
    let loud = if dry_run { "warning" } else { "error" };
    command(loud, &format!("{gate}: no answer"), message)
}

/// Returns a command that annotates a step.
fn command(loud: &str, title: &str, message: &str) -> String {
    let message = encoded(message);
    let title = encoded(title).replace(':', "%3A").replace(',', "%2C");
    format!("::{loud} title={title}::{message}")
}

/// Returns a text as it stands in a command: on one line.
fn encoded(text: &str) -> String {
    let text = text.replace('%', "%25");
    text.replace('\r', "%0D").replace('\n', "%0A")
}

/// What else than the verdict a later step may ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepOutputs<'a> {
    /// What the command ends with.
    pub exit_code: u8,
    /// How many cases decided.
    pub count: usize,
    /// The commits that were read.
    pub commits: Vec<&'a str>,
    /// The file with the whole answer, if one was written.
    pub json: Option<&'a str>,
}

/// Returns the lines to add to the file of outputs: `verdict` (`yes`, `no` or `unknown`),
/// `deployable` (`true`, `false` or `null`, as in JSON), `exit-code`, `count`, `commit` (all of them, with spaces
/// between them), `json` if there is such a file, and `reason`, a line or several.
///
/// `word` must be unguessable: a reason that held it could make up outputs of its own.
#[must_use]
pub fn outputs(verdict: &Verdict, step: &StepOutputs<'_>, word: &str) -> String {
    let deployable = match verdict.deployable {
        Some(true) => "true",
        Some(false) => "false",
        None => "null",
    };
    let reasons = verdict.notices.iter().map(|it| one_line(&it.text));
    let reasons = reasons.collect::<Vec<_>>().join("\n");
    let verdict = verdict.word();
    let StepOutputs {
        exit_code, count, ..
    } = step;
    let commits = step.commits.join(" ");
    let json = step.json.map(|path| format!("json={}\n", one_line(path)));
    let json = json.unwrap_or_default();
    format!(
        "verdict={verdict}\ndeployable={deployable}\nexit-code={exit_code}\ncount={count}\n\
         commit={commits}\n{json}reason<<{word}\n{reasons}\n{word}\n"
    )
}

#[cfg(test)]
mod tests;
