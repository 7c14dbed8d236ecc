//! What was measured, as a table for people, as Markdown for `docs/performance.md`, or as JSON.

use serde::Serialize;

use super::measure::Spread;
use super::table::Figure;
use super::table::Table;
use super::table::number;
use super::table::thousands;

/// One line of the table.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Line {
    /// The row that it belongs to.
    pub(crate) row: &'static str,
    /// What was done.
    pub(crate) case: String,
    /// How many records the store has.
    pub(crate) records: u64,
    /// In which shape the store is.
    pub(crate) shape: String,
    /// What it cost.
    pub(crate) spread: Option<Spread>,
    /// Its CPU time in that of an empty process, measured in the same run.
    pub(crate) to_empty: Option<f64>,
    /// Its CPU time in that of `git rev-parse HEAD`.
    pub(crate) to_rev_parse: Option<f64>,
    /// Its CPU time in that of `git cat-file --batch` with the objects that it reads.
    pub(crate) to_cat_file: Option<f64>,
    /// What else was measured, and what is demanded.
    pub(crate) figures: Vec<Figure>,
}

impl Line {
    /// Returns a line with neither cost nor figures.
    pub(crate) fn new(row: &'static str, case: impl Into<String>, records: u64) -> Self {
        Self {
            row,
            case: case.into(),
            records,
            shape: String::new(),
            spread: None,
            to_empty: None,
            to_rev_parse: None,
            to_cat_file: None,
            figures: Vec::new(),
        }
    }
}

/// All lines of a run.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    /// The lines, in the order of the rows.
    pub(crate) lines: Vec<Line>,
}

/// What heads each column; the first three hold words, the others numbers.
const HEADS: [&str; 12] = [
    "row",
    "case",
    "shape",
    "records",
    "wall ms",
    "CPU ms",
    "× empty",
    "× rev-parse",
    "× cat-file",
    "figures",
    "bar (goal)",
    "verdict",
];

/// Which columns are flush right.
const NUMBERS: std::ops::Range<usize> = 3..9;

impl Report {
    /// Returns a sentence for each bar that was missed, among those that hold on every machine.
    pub(crate) fn missed(&self) -> Vec<String> {
        let mut missed = Vec::new();
        for line in &self.lines {
            for figure in &line.figures {
                if let Some(bar) = figure.bar
                    && figure.is_missed()
                {
                    missed.push(format!(
                        "{}, {}, {} records{}{}: {}, and the bar is {}",
                        line.row,
                        line.case,
                        thousands(line.records),
                        if line.shape.is_empty() { "" } else { ", " },
                        line.shape,
                        figure.text(),
                        number(bar.limit),
                    ));
                }
            }
        }
        missed
    }

    /// Returns the table, aligned.
    pub(crate) fn table(&self) -> String {
        self.rows().aligned()
    }

    /// Returns the table in Markdown.
    pub(crate) fn markdown(&self) -> String {
        self.rows().markdown()
    }

    fn rows(&self) -> Table<{ HEADS.len() }> {
        Table {
            heads: HEADS,
            numbers: NUMBERS,
            rows: self.lines.iter().map(cells).collect(),
        }
    }
}

fn cells(line: &Line) -> [String; HEADS.len()] {
    let ratio = |ratio: Option<f64>| ratio.map(number).unwrap_or_default();
    let cost = |cost: Option<(f64, f64)>| {
        cost.map(|(median, least)| format!("{} ({})", number(median), number(least)))
            .unwrap_or_default()
    };
    let joined = |part: &dyn Fn(&Figure) -> Option<String>| {
        let parts: Vec<String> = line.figures.iter().filter_map(part).collect();
        parts.join("; ")
    };
    [
        line.row.to_owned(),
        line.case.clone(),
        line.shape.clone(),
        thousands(line.records),
        cost(line.spread.map(|it| (it.median.wall, it.least.wall))),
        cost(line.spread.map(|it| (it.median.cpu, it.least.cpu))),
        ratio(line.to_empty),
        ratio(line.to_rev_parse),
        ratio(line.to_cat_file),
        joined(&|figure| Some(figure.text())),
        joined(&|figure| {
            let bar = figure.bar?;
            Some(format!("≤ {} ({})", number(bar.limit), number(bar.goal)))
        }),
        joined(&|figure| figure.verdict().map(str::to_owned)),
    ]
}
