//! What was measured, as a table for people, as Markdown for `docs/performance.md`, or as JSON.

use serde::Serialize;

use super::measure::Spread;

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

/// A number, and what is demanded of it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Figure {
    /// What it is, e.g. `attempts per success`; its unit is part of it.
    pub(crate) name: String,
    /// The number.
    pub(crate) value: f64,
    /// What is demanded.
    pub(crate) bar: Option<Bar>,
}

/// What is demanded of a figure.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Bar {
    /// It may not be more than this.
    pub(crate) limit: f64,
    /// It ought not to be more than this.
    pub(crate) goal: f64,
    /// Whether it means the same on every machine, so that missing it fails `--check`.
    pub(crate) is_portable: bool,
}

impl Figure {
    /// Returns a figure of which nothing is demanded.
    pub(crate) fn new(name: impl Into<String>, value: f64) -> Self {
        Self {
            name: name.into(),
            value,
            bar: None,
        }
    }

    /// Demands that it be at most `limit`, and better at most `goal`, on every machine.
    pub(crate) fn at_most(self, limit: f64, goal: f64) -> Self {
        self.with_bar(limit, goal, true)
    }

    /// The same for a time, which depends on the machine: shown, but nothing fails by it.
    pub(crate) fn at_most_here(self, limit: f64, goal: f64) -> Self {
        self.with_bar(limit, goal, false)
    }

    fn with_bar(self, limit: f64, goal: f64, is_portable: bool) -> Self {
        let bar = Some(Bar {
            limit,
            goal,
            is_portable,
        });
        Self { bar, ..self }
    }

    fn text(&self) -> String {
        format!("{} {}", number(self.value), self.name)
    }

    fn verdict(&self) -> Option<&'static str> {
        let bar = self.bar?;
        Some(if self.value <= bar.goal {
            "goal"
        } else if self.value <= bar.limit {
            "bar"
        } else {
            "MISSED"
        })
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
                    && bar.is_portable
                    && figure.value > bar.limit
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
        let cells: Vec<_> = std::iter::once(HEADS.map(str::to_owned))
            .chain(self.lines.iter().map(cells))
            .collect();
        let mut widths = [0; HEADS.len()];
        for line in &cells {
            for (width, cell) in widths.iter_mut().zip(line) {
                *width = cell.chars().count().max(*width);
            }
        }
        let mut text = String::new();
        for line in cells {
            let columns = line.iter().zip(widths).enumerate();
            let padded: Vec<String> = columns
                .map(|(index, (cell, width))| {
                    if NUMBERS.contains(&index) {
                        format!("{cell:>width$}")
                    } else {
                        format!("{cell:<width$}")
                    }
                })
                .collect();
            text.push_str(padded.join("  ").trim_end());
            text.push('\n');
        }
        text
    }

    /// Returns the table in Markdown.
    pub(crate) fn markdown(&self) -> String {
        let row = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        let rules: Vec<String> = (0..HEADS.len())
            .map(|index| {
                if NUMBERS.contains(&index) {
                    "--:"
                } else {
                    "---"
                }
                .to_owned()
            })
            .collect();
        let mut text = row(&HEADS.map(str::to_owned));
        text.push_str(&row(&rules));
        for line in &self.lines {
            text.push_str(&row(&cells(line)));
        }
        text
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

/// Returns a number with three significant digits, or all digits of a large one.
fn number(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        ..10.0 => format!("{value:.2}"),
        10.0..100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

/// Returns a whole number as people read it: `100,000`.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
