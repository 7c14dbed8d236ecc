//! What a check-up found, as text and as JSON.

use std::error::Error;

use serde::Serialize;

use super::shell::quoted;
use super::table::one_line;
use crate::app::doctor::Ailment;
use crate::app::doctor::Report;
use crate::record::path::Branch;

/// Returns what is wrong, branch by branch; nothing if all is well.
#[must_use]
pub fn text(ailments: &[Ailment]) -> String {
    let mut lines = Vec::new();
    let mut branch = None;
    for ailment in ailments {
        if branch != Some(ailment.branch()) {
            branch = Some(ailment.branch());
            lines.push(format!("{}", ailment.branch()));
        }
        lines.push(format!("  {}", one_line(&problem(ailment))));
    }
    lines.join("\n")
}

/// Says what is wrong, in a sentence.
pub(super) fn problem(ailment: &Ailment) -> String {
    match ailment {
        Ailment::File { path, why, .. } => format!("{path}: {}", with_causes(why)),
        Ailment::Unread { path, why, .. } => format!("{path}: {}", with_causes(why)),
        Ailment::Misfit { finding, .. } => finding.problem.to_string(),
        Ailment::Unchecked { why, .. } => {
            format!("the rest could not be checked: {}", with_causes(why))
        }
    }
}

pub(super) fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = error.source();
    }
    text
}

/// Returns commands that show what a file was before, one for each file that cannot be rebuilt.
#[must_use]
pub fn histories(ailments: &[Ailment]) -> Vec<String> {
    let history = |branch: &Branch, path: &str| {
        let (branch, path) = (quoted(&branch.to_string()), quoted(path));
        format!("git log --oneline {branch} -- {path}")
    };
    let of_file = |ailment: &Ailment| match ailment {
        Ailment::File { branch, path, .. } | Ailment::Unread { branch, path, .. }
            if !ailment.has_remedy() =>
        {
            Some(history(branch, path.as_str()))
        }
        _ => None,
    };
    ailments.iter().filter_map(of_file).collect()
}

/// A check-up for programs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportJson {
    is_healthy: bool,
    branches: usize,
    files: usize,
    problems: Vec<ProblemJson>,
    /// What was wrong and is put right.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    repaired: Vec<ProblemJson>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ProblemJson {
    /// `file`, `unread`, `misfit` or `unchecked`.
    kind: &'static str,
    branch: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    problem: String,
    can_be_repaired: bool,
}

impl ReportJson {
    /// Returns a check-up, and what was put right before it.
    #[must_use]
    pub fn new(report: &Report, repaired: &[&Ailment]) -> Self {
        Self {
            is_healthy: report.ailments.is_empty(),
            branches: report.branches,
            files: report.files,
            problems: report.ailments.iter().map(ProblemJson::from).collect(),
            repaired: repaired.iter().copied().map(ProblemJson::from).collect(),
        }
    }
}

impl From<&Ailment> for ProblemJson {
    fn from(ailment: &Ailment) -> Self {
        let (kind, path) = match ailment {
            Ailment::File { path, .. } => ("file", Some(path)),
            Ailment::Unread { path, .. } => ("unread", Some(path)),
            Ailment::Misfit { .. } => ("misfit", None),
            Ailment::Unchecked { .. } => ("unchecked", None),
        };
        let problem = match ailment {
            Ailment::File { why, .. } => with_causes(why),
            Ailment::Unread { why, .. } => with_causes(why),
            _ => problem(ailment),
        };
        Self {
            kind,
            branch: ailment.branch().to_string(),
            path: path.map(ToString::to_string),
            problem,
            can_be_repaired: ailment.has_remedy(),
        }
    }
}
