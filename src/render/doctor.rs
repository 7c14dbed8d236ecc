//! What a check-up found, as text and as JSON.

use std::error::Error;

use serde::Serialize;

use super::shell::quoted;
use super::table::one_line;
use crate::app::doctor::Ailment;
use crate::app::doctor::Report;
use crate::app::doctor::Unsigned;
use crate::app::doctor::Warning;
use crate::domain::signers::Doubt;
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
        Ailment::Merged { revision, .. } => format!(
            "commit {revision} has several parents: this branch is no line any more, and nobody can tell what \
             was there before"
        ),
        Ailment::Rewritten(loss) => format!(
            "it {}. Put the old commits back from a clone that has them, such as this one, or take it \
             as it is: git pact fetch --accept-rewritten",
            loss.what()
        ),
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

/// Returns what is no fault of a record, a line for each branch and matter.
#[must_use]
pub fn warnings(report: &Report) -> Vec<String> {
    let unsigned = |unsigned: &Unsigned| {
        let (end, fault) = match unsigned.commits {
            1 => ("", "is"),
            _ => ("s", "are"),
        };
        let what = match &unsigned.doubt {
            Doubt::KeyNotAllowed { .. } => "signed with a key that is not allowed",
            Doubt::KeyNotValid { .. } => "signed when the key was not valid",
            Doubt::OtherKind => "not signed with a key of OpenSSH",
            Doubt::Bad => "signed with a signature that does not hold",
            _ => "not signed",
        };
        format!(
            "{}: {} commit{end} {fault} {what}, the newest {}",
            unsigned.branch, unsigned.commits, unsigned.newest
        )
    };
    let warning = |warning: &Warning| match warning {
        Warning::Unsigned(commits) => unsigned(commits),
        Warning::Stranger { branch, path } => one_line(&format!(
            "{branch}: {path} is not of git-pact, which reads nothing of it"
        )),
    };
    report.warnings.iter().map(warning).collect()
}

/// A check-up for programs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportJson {
    is_healthy: bool,
    branches: usize,
    files: usize,
    problems: Vec<ProblemJson>,
    /// How many keys may sign.
    signers: usize,
    /// What nobody signed who may, and what is nobody's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<WarningJson>,
    /// What was wrong and is put right.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    repaired: Vec<ProblemJson>,
}

#[derive(Debug, Serialize)]
struct WarningJson {
    branch: String,
    /// Why what is signed, or not, is not believed; or `stranger`.
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    commits: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    newest: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
}

impl From<&Warning> for WarningJson {
    fn from(warning: &Warning) -> Self {
        match warning {
            Warning::Unsigned(unsigned) => Self {
                branch: unsigned.branch.to_string(),
                code: unsigned.doubt.code(),
                commits: Some(unsigned.commits),
                newest: Some(unsigned.newest.to_string()),
                path: None,
            },
            Warning::Stranger { branch, path } => Self {
                branch: branch.to_string(),
                code: "stranger",
                commits: None,
                newest: None,
                path: Some(path.clone()),
            },
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ProblemJson {
    /// `file`, `unread`, `misfit`, `unchecked`, `merged` or `rewritten`.
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
            signers: report.signers,
            warnings: report.warnings.iter().map(WarningJson::from).collect(),
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
            Ailment::Merged { .. } => ("merged", None),
            Ailment::Rewritten(_) => ("rewritten", None),
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
