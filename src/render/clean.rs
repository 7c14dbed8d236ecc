//! What a clean-up comes to, as a table and as JSON.

use serde::Serialize;

use super::table::table;
use crate::domain::clean::Cleaned;
use crate::domain::clean::CleanedApplication;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;

/// Returns a table of the applications of which something goes; nothing if there is none.
#[must_use]
pub fn text(cleaned: &Cleaned) -> String {
    let row = |application: &CleanedApplication| {
        let [first, .., last] = application.dropped.as_slice() else {
            let only = application.dropped.first()?;
            return Some(cells(application, only.to_string()));
        };
        Some(cells(application, format!("{first} to {last}")))
    };
    let rows: Vec<_> = cleaned.applications.iter().filter_map(row).collect();
    table(
        &[
            "APPLICATION",
            "GONE",
            "KEPT",
            "RUNS",
            "CONTENTS",
            "VERSIONS",
        ],
        &rows,
    )
}

fn cells(application: &CleanedApplication, versions: String) -> Vec<String> {
    vec![
        application.pacticipant.to_string(),
        application.dropped.len().to_string(),
        application.kept.to_string(),
        application.runs.to_string(),
        application.contents.to_string(),
        versions,
    ]
}

/// What a clean-up comes to, for programs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CleanedJson<'a> {
    dry_run: bool,
    versions_dropped: usize,
    versions_kept: usize,
    /// How many more would go without the limit.
    versions_left_over: usize,
    applications: Vec<ApplicationJson<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ApplicationJson<'a> {
    pacticipant: &'a PacticipantName,
    versions_dropped: &'a [VersionNumber],
    versions_kept: usize,
    runs_dropped: usize,
    contents_dropped: usize,
}

impl<'a> CleanedJson<'a> {
    /// Returns what a clean-up comes to, or would come to if it is a dry run.
    #[must_use]
    pub fn new(cleaned: &'a Cleaned, dry_run: bool) -> Self {
        let application = |application: &'a CleanedApplication| ApplicationJson {
            pacticipant: &application.pacticipant,
            versions_dropped: &application.dropped,
            versions_kept: application.kept,
            runs_dropped: application.runs,
            contents_dropped: application.contents,
        };
        Self {
            dry_run,
            versions_dropped: cleaned.dropped(),
            versions_kept: cleaned.kept(),
            versions_left_over: cleaned.left_over,
            applications: cleaned.applications.iter().map(application).collect(),
        }
    }
}
