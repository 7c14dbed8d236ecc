//! Whether a case went as its table says.

use super::super::support::sandbox::Output;
use super::expectation::difference;
use super::expectation::document;
use super::expectation::ends_with_a_document;
use super::expectation::missing;
use super::expectation::success;
use super::expectation::wrong_values;
use super::scene::Scene;
use super::table::Afterwards;
use super::table::Case;
use super::table::Texts;
use super::text::fits;

/// Plays a case and returns what is wrong, with all that it said; nothing if all is well.
pub(super) fn complaint(scene: &Scene<'_>, case: &Case, texts: &Texts) -> Option<String> {
    let output = scene.play(case);
    let mut complaints = Vec::new();
    if output.status != Some(case.exit) {
        let status = output.status;
        complaints.push(format!("it ends with {status:?} and not {}", case.exit));
    }
    complaints.extend(of_streams(case, &output));
    complaints.extend(of_lines(case, texts, &output));
    if !case.json.is_empty() {
        complaints.extend(of_document(scene, case, &output));
    }
    if let Some(afterwards) = &case.afterwards {
        complaints.extend(of_afterwards(scene, afterwards));
    }
    if complaints.is_empty() {
        return None;
    }
    let differs = case.differs.as_deref().map_or(String::new(), |differs| {
        format!("  (differs from what was observed: {differs})\n")
    });
    Some(format!(
        "{} [{}] {}\n{differs}  {}\n{}{}",
        case.name,
        scene.given,
        case.args.join(" "),
        complaints.join("\n  "),
        quoted("out", &output.stdout),
        quoted("err", &output.stderr)
    ))
}

/// Complains of what holds of every case: colour only where it is wanted, and no panic.
fn of_streams(case: &Case, output: &Output) -> Vec<String> {
    let said = format!("{}{}", output.stdout, output.stderr);
    let mut complaints = Vec::new();
    if said.contains('\u{1b}') != case.colour {
        let is = if case.colour { "no colour" } else { "colour" };
        complaints.push(format!("there is {is}"));
    }
    if said.contains("panicked at") {
        complaints.push("it panics".to_owned());
    }
    complaints
}

/// Compares the lines of both streams.
fn of_lines(case: &Case, texts: &Texts, output: &Output) -> Vec<String> {
    let mut complaints = Vec::new();
    if let Some(expected) = &case.stdout_exactly {
        let difference = difference(&texts.expanded(expected), &output.stdout);
        complaints.extend(difference.map(|it| format!("stdout: {it}")));
    }
    let sought = [
        ("stdout", &case.stdout, &output.stdout),
        ("stderr", &case.stderr, &output.stderr),
    ];
    for (stream, expected, text) in sought {
        let expected = texts.expanded(expected);
        let missing = missing(&expected, text);
        complaints.extend(missing.map(|it| format!("{stream} has no line {it:?} in its place")));
    }
    for pattern in &case.no_stderr {
        if output.stderr.lines().any(|line| fits(pattern, line)) {
            complaints.push(format!("stderr has a line {pattern:?}"));
        }
    }
    complaints
}

/// Compares a document: it is one, is right, agrees with the exit code, and comes last.
fn of_document(scene: &Scene<'_>, case: &Case, output: &Output) -> Vec<String> {
    let document = match document(&output.stdout) {
        Ok(document) => document,
        Err(error) => return vec![error],
    };
    let mut complaints = wrong_values(&case.json, &document);
    let dry_run = case.args.iter().any(|word| word == "--dry-run");
    if success(&document).is_some_and(|it| !dry_run && it != (output.status == Some(0))) {
        complaints.push("the document and the exit code do not agree".to_owned());
    }
    // As `@pact-foundation/pact-cli` joins the two streams (spec: cli §9.1).
    let joined = scene.joined(case);
    if !ends_with_a_document(&joined) {
        let joined = quoted("both", &joined);
        complaints.push(format!("something follows the document:\n{joined}"));
    }
    complaints
}

/// Compares what another command says when all is over.
fn of_afterwards(scene: &Scene<'_>, afterwards: &Afterwards) -> Vec<String> {
    let mut command = scene.command(None, &afterwards.args);
    let found = scene.run(command.env("PACT_BROKER_BASE_URL", scene.filled("$STORE")));
    match document(&found.stdout) {
        Ok(document) => wrong_values(&afterwards.json, &document),
        Err(error) => vec![format!("afterwards {error}: {found:?}")],
    }
}

/// Returns a text with a margin that says which it is.
pub(super) fn quoted(margin: &str, text: &str) -> String {
    let lines = text.lines().map(|line| format!("    {margin}| {line}\n"));
    lines.collect()
}
