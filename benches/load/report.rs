//! What was measured, as a table for people, as Markdown for `docs/performance.md`, or as JSON.

use serde::Serialize;

use super::drive::Load;
use super::table::Figure;
use super::table::Table;
use super::table::number;

/// One line of the table.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Line {
    /// The row that it belongs to.
    pub(crate) row: &'static str,
    /// How many clients asked at once.
    pub(crate) clients: usize,
    /// What it cost.
    pub(crate) load: Load,
    /// Its CPU time in that of `git rev-parse HEAD`, and what is demanded of that.
    pub(crate) to_rev_parse: Figure,
}

/// All lines of a run.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    /// The CPU time of `git rev-parse HEAD`, in milliseconds: the median.
    pub(crate) rev_parse: f64,
    /// How much memory the server had when it had answered nothing, in MB.
    pub(crate) memory_at_start: f64,
    /// The lines, in the order of the rows.
    pub(crate) lines: Vec<Line>,
}

/// What heads each column; the first holds words, as do the last two.
const HEADS: [&str; 12] = [
    "row",
    "clients",
    "requests/s",
    "median ms",
    "95 % ms",
    "99 % ms",
    "CPU ms",
    "bytes",
    "memory MB",
    "× rev-parse",
    "bar (goal)",
    "verdict",
];

/// Which columns are flush right.
const NUMBERS: std::ops::Range<usize> = 1..10;

impl Report {
    /// Returns a sentence for each bar that was missed.
    pub(crate) fn missed(&self) -> Vec<String> {
        let missed = self
            .lines
            .iter()
            .filter(|line| line.to_rev_parse.is_missed());
        let said = |line: &Line| {
            let (row, clients, figure) = (line.row, line.clients, line.to_rev_parse.text());
            format!("{row}, {clients} clients: {figure}")
        };
        missed.map(said).collect()
    }

    /// Returns the table.
    pub(crate) fn table(&self) -> Table<{ HEADS.len() }> {
        Table {
            heads: HEADS,
            numbers: NUMBERS,
            rows: self.lines.iter().map(cells).collect(),
        }
    }

    /// Returns what else there is to know, in a line.
    pub(crate) fn yardsticks(&self) -> String {
        format!(
            "git rev-parse HEAD: {} ms of CPU; memory at the start: {} MB",
            number(self.rev_parse),
            number(self.memory_at_start)
        )
    }
}

fn cells(line: &Line) -> [String; HEADS.len()] {
    let Line {
        row,
        clients,
        load,
        to_rev_parse,
    } = line;
    let bar = to_rev_parse
        .bar
        .map(|bar| format!("≤ {} ({})", number(bar.limit), number(bar.goal)));
    let verdict = to_rev_parse.verdict().unwrap_or_default();
    [
        (*row).to_owned(),
        clients.to_string(),
        number(load.per_second),
        number(load.median),
        number(load.p95),
        number(load.p99),
        format!("{} ({})", number(load.cpu), number(load.least_cpu)),
        format!("{:.0}", load.bytes),
        number(load.memory),
        number(to_rev_parse.value),
        bar.unwrap_or_default(),
        verdict.to_owned(),
    ]
}
