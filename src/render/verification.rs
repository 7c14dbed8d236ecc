//! What a provider build found out, as a table and JSON.

use serde::Serialize;

use super::table::one_line;
use super::table::table;
use crate::domain::content::ContentId;
use crate::domain::name::PacticipantName;
use crate::domain::verification::VerificationResult;

/// A recorded result, and whether its failure leaves the build alone.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// What was recorded.
    pub result: &'a VerificationResult,
    /// Whether it failed, and all that failed is pending.
    pub forgiven: bool,
}

/// Returns the table of what was recorded, and below it what failed.
#[must_use]
pub fn text(results: &[Shown<'_>]) -> String {
    let row = |shown: &Shown<'_>| {
        let mut found = if shown.result.success {
            "passed"
        } else {
            "failed"
        }
        .to_owned();
        if shown.forgiven {
            found.push_str(" (pending)");
        }
        if shown.result.wip {
            found.push_str(" (WIP)");
        }
        vec![
            shown.result.consumer.to_string(),
            shown.result.content.short().to_owned(),
            found,
        ]
    };
    let rows: Vec<_> = results.iter().map(row).collect();
    let mut lines = vec![table(&["CONSUMER", "CONTENT", "RESULT"], &rows)];
    for shown in results {
        if shown.result.failures.is_empty() {
            continue;
        }
        let consumer = one_line(shown.result.consumer.as_str());
        lines.push(format!("\nFailed for {consumer}:"));
        let failures = shown.result.failures.iter();
        lines.extend(failures.map(|failure| format!("  * {}", one_line(failure))));
    }
    lines.join("\n")
}

/// A recorded result as JSON.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResultJson<'a> {
    consumer: &'a PacticipantName,
    content_id: &'a ContentId,
    success: bool,
    wip: bool,
    /// Whether it failed and that leaves the build alone.
    pending: bool,
    failures: &'a [String],
}

impl<'a> From<Shown<'a>> for ResultJson<'a> {
    fn from(shown: Shown<'a>) -> Self {
        Self {
            consumer: &shown.result.consumer,
            content_id: &shown.result.content,
            success: shown.result.success,
            wip: shown.result.wip,
            pending: shown.forgiven,
            failures: &shown.result.failures,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_listed_below_the_table() {
        let result = |consumer: &str, failures: &[&str]| VerificationResult {
            consumer: consumer.parse().unwrap(),
            content: ContentId::from_digest([0xab; 32]),
            success: failures.is_empty(),
            wip: false,
            failures: failures.iter().map(|&text| text.to_owned()).collect(),
            tests: None,
        };
        let (good, bad) = (result("Web", &[]), result("Mobile", &["an\u{7}order"]));
        let shown = [
            Shown {
                result: &good,
                forgiven: false,
            },
            Shown {
                result: &bad,
                forgiven: true,
            },
        ];
        let expected = "\
CONSUMER | CONTENT  | RESULT          
---------|----------|-----------------
Web      | abababab | passed          
Mobile   | abababab | failed (pending)

Failed for Mobile:
  * an order";
        assert_eq!(text(&shown), expected);
    }
}
