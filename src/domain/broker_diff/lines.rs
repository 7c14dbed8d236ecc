//! The difference of two texts, line by line, as Ruby's `diff-lcs` finds and the broker writes it.

use std::ops::Range;

use similar::DiffOp;
use similar::algorithms::Capture;
use similar::algorithms::Replace;
use similar::algorithms::hunt;
use similar::group_diff_ops;

use super::text;

/// How many unchanged lines are shown around a changed one.
const CONTEXT_LINES: usize = 3;

/// Returns the lines that differ with a few around them, without a final newline.
///
/// The heading of the first place is left out. Before each further one stands an empty line for
/// every change in it after the first.
pub(super) fn diff(before: &str, after: &str) -> String {
    let (before, after): (Vec<_>, Vec<_>) = (before.lines().collect(), after.lines().collect());
    let mut out = String::new();
    let hunks = group_diff_ops(changes(&before, &after), CONTEXT_LINES);
    for (index, hunk) in hunks.iter().enumerate() {
        if index > 0 {
            let changes = hunk.iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
            out.push_str(&"\n".repeat(changes.count().saturating_sub(1)));
            out.push_str(&heading(hunk));
        }
        for op in hunk {
            if let DiffOp::Equal { .. } = op {
                push(&mut out, ' ', &before[op.old_range()]);
            } else {
                push(&mut out, '-', &before[op.old_range()]);
                push(&mut out, '+', &after[op.new_range()]);
            }
        }
    }
    text::without_list_commas(out.trim_end_matches('\n'))
}

fn push(out: &mut String, sign: char, lines: &[&str]) {
    for line in lines {
        out.push(sign);
        out.push_str(line);
        out.push('\n');
    }
}

/// Returns which lines of both texts a hunk is about.
fn heading(hunk: &[DiffOp]) -> String {
    let range = |ranges: Vec<Range<usize>>| {
        let start = ranges.first().map_or(0, |range| range.start);
        let end = ranges.last().map_or(0, |range| range.end);
        match end - start {
            0 | 1 => end.to_string(),
            length => format!("{},{length}", start + 1),
        }
    };
    let old = range(hunk.iter().map(DiffOp::old_range).collect());
    let new = range(hunk.iter().map(DiffOp::new_range).collect());
    format!("@@ -{old} +{new} @@\n")
}

/// Returns what became of the lines.
///
/// Of several longest common subsequences this algorithm takes the same one as `diff-lcs`. For
/// documents of thousands of equal lines `similar` falls back to a faster one that may not.
fn changes(before: &[&str], after: &[&str]) -> Vec<DiffOp> {
    let mut found = Replace::new(Capture::new());
    let (old, new) = (0..before.len(), 0..after.len());
    let Ok(()) = hunt::diff_deadline_raw(&mut found, before, old, after, new, None);
    found.into_inner().into_ops()
}
