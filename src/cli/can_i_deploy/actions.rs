//! The files with which a step of GitHub Actions speaks to those after it: the summary that people
//! read, and the outputs that later steps ask for.

use std::fs;
use std::fs::OpenOptions;
use std::io;
use std::io::Write;
use std::path::Path;

use serde::Serialize;

use crate::cli::outside::Outside;
use crate::render::sink::github::LONGEST_SUMMARY;

/// Keeps the whole answer in the directory that the runner has for its job, if it names one; returns the path, and what
/// went wrong, for people. `word` tells it from other answers.
pub(super) fn keep(
    whole: &impl Serialize,
    word: &str,
    outside: &Outside,
) -> (Option<String>, Vec<String>) {
    let Some(directory) = outside.variable("RUNNER_TEMP") else {
        return (None, Vec::new());
    };
    let path = outside.working_directory.join(directory);
    let path = path.join(format!("git-pact-{word}.json"));
    let bytes = serde_json::to_vec_pretty(whole).unwrap_or_default();
    match fs::write(&path, bytes) {
        Ok(()) => (Some(path.display().to_string()), Vec::new()),
        Err(error) => {
            let complaint = format!("RUNNER_TEMP: {}: {error}", path.display());
            (None, vec![complaint])
        }
    }
}

/// Adds to the files that the environment names; returns what went wrong, for people.
///
/// What cannot be added does not change the answer.
pub(super) fn add(summary: &str, outputs: &str, outside: &Outside) -> Vec<String> {
    let files = [
        ("GITHUB_STEP_SUMMARY", summary, LONGEST_SUMMARY),
        ("GITHUB_OUTPUT", outputs, usize::MAX),
    ];
    let mut complaints = Vec::new();
    for (variable, text, most) in files {
        let Some(path) = outside.variable(variable) else {
            continue;
        };
        let path = outside.working_directory.join(path);
        match append(&path, text, most) {
            Ok(true) => {}
            Ok(false) => complaints.push(format!("{variable}: the summary is full")),
            Err(error) => complaints.push(format!("{variable}: {}: {error}", path.display())),
        }
    }
    complaints
}

/// Adds a text to a file, in one write; returns whether there was room for it.
fn append(path: &Path, text: &str, most: usize) -> io::Result<bool> {
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    let length = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
    if length.saturating_add(text.len()) > most {
        return Ok(false);
    }
    file.write_all(text.as_bytes())?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_added_if_there_is_room_for_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("summary");
        assert!(append(&path, "one\n", 8).unwrap());
        assert!(append(&path, "two\n", 8).unwrap());
        assert!(!append(&path, "3", 8).unwrap());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one\ntwo\n");
        assert!(append(directory.path(), "x", 8).is_err());
    }
}
