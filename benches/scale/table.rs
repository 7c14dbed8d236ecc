//! Figures with bars, and tables of them: aligned for people, or in Markdown.

use std::ops::Range;

use serde::Serialize;

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

    /// Says whether it is more than it may be on any machine.
    pub(crate) fn is_missed(&self) -> bool {
        let is_missed = |bar: Bar| bar.is_portable && self.value > bar.limit;
        self.bar.is_some_and(is_missed)
    }

    /// Returns the number and what it is.
    pub(crate) fn text(&self) -> String {
        format!("{} {}", number(self.value), self.name)
    }

    /// Says what of the bar is met, if there is one.
    pub(crate) fn verdict(&self) -> Option<&'static str> {
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

/// What every benchmark shows at last.
pub(crate) struct Table<const COLUMNS: usize> {
    /// What heads each column.
    pub(crate) heads: [&'static str; COLUMNS],
    /// Which columns are flush right.
    pub(crate) numbers: Range<usize>,
    /// The cells.
    pub(crate) rows: Vec<[String; COLUMNS]>,
}

impl<const COLUMNS: usize> Table<COLUMNS> {
    /// Returns the table, aligned.
    pub(crate) fn aligned(&self) -> String {
        let mut lines = vec![self.heads.map(str::to_owned)];
        lines.extend(self.rows.iter().cloned());
        let mut widths = [0; COLUMNS];
        for line in &lines {
            for (width, cell) in widths.iter_mut().zip(line) {
                *width = cell.chars().count().max(*width);
            }
        }
        let mut text = String::new();
        for line in lines {
            let columns = line.iter().zip(widths).enumerate();
            let padded: Vec<String> = columns
                .map(|(index, (cell, width))| {
                    if self.numbers.contains(&index) {
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
        let rules: Vec<String> = (0..COLUMNS)
            .map(|index| {
                if self.numbers.contains(&index) {
                    "--:"
                } else {
                    "---"
                }
                .to_owned()
            })
            .collect();
        let mut text = row(&self.heads.map(str::to_owned));
        text.push_str(&row(&rules));
        for cells in &self.rows {
            text.push_str(&row(cells));
        }
        text
    }
}

/// Returns a number with three significant digits, or all digits of a large one.
pub(crate) fn number(value: f64) -> String {
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
