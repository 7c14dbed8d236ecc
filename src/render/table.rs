//! Tables as the `pact-broker` command line prints them (spec: cli §3.1).
//!
//! Columns are joined with ` | `, the line below the header with `-|-`; every cell is padded, the
//! last one too. Widths are counted in characters, as there.

use crate::domain::deceptive::deceives;

/// How wide a column of that command line's tables may be, in characters, unless it says otherwise.
pub const USUAL_WIDTH: usize = 30;

/// What stands for the rest of a cell that is cut.
const REST: &str = "...";

/// Returns a table, without a final newline; nothing if there are no rows.
#[must_use]
pub fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let columns: Vec<_> = header.iter().map(|name| (*name, usize::MAX)).collect();
    capped_table(&columns, rows)
}

/// Returns a table of which each column has a name and a greatest width in characters; a cell that
/// is wider is cut and ends in three dots.
#[must_use]
pub fn capped_table(columns: &[(&str, usize)], rows: &[Vec<String>]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let header: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let clean = |row: &Vec<String>| -> Vec<String> {
        let cells = row.iter().zip(columns);
        let cells = cells.map(|(cell, (_, most))| cut(one_line(cell), *most));
        cells.collect()
    };
    let rows: Vec<Vec<String>> = rows.iter().map(clean).collect();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        let widest = cells.map(|cell| cell.chars().count()).max().unwrap_or(0);
        widest.max(header[column].chars().count())
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded = cells
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join(" | ")
    };
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    let mut lines = vec![line(&mut header.iter().copied()), rule.join("-|-")];
    lines.extend(
        rows.iter()
            .map(|row| line(&mut row.iter().map(String::as_str))),
    );
    lines.join("\n")
}

/// Returns a text, or as much of it as fits with three dots behind it.
fn cut(text: String, most: usize) -> String {
    if text.chars().count() <= most {
        return text;
    }
    let kept: String = text.chars().take(most.saturating_sub(REST.len())).collect();
    kept + REST
}

/// Returns a text on one line, without what a terminal would obey.
#[must_use]
pub fn one_line(text: &str) -> String {
    let shown = |c: char| if deceives(c) { ' ' } else { c };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_is_padded() {
        let rows = [
            vec!["Foo".to_owned(), "1".to_owned()],
            vec!["é\nx".to_owned(), String::new()],
        ];
        let expected = "NAME | C.VERSION\n-----|----------\nFoo  | 1        \né x  |          ";
        assert_eq!(table(&["NAME", "C.VERSION"], &rows), expected);
        assert_eq!(table(&["NAME"], &[]), "");
    }

    #[test]
    fn a_cell_that_is_too_wide_is_cut_by_characters_and_says_so() {
        let row = |text: String| vec![vec![text, "x".to_owned()]];
        let columns = [("NUMBER", 8), ("TAGS", USUAL_WIDTH)];
        let shown = |text: &str| {
            let table = capped_table(&columns, &row(text.to_owned()));
            table.lines().last().unwrap_or_default().to_owned()
        };
        assert_eq!(shown("12345678"), "12345678 | x   ");
        assert_eq!(shown("123456789"), "12345... | x   ");
        assert_eq!(shown("ééééééééé"), "ééééé... | x   ");
        assert!(table(&["A", "B"], &row("y".repeat(200))).contains(&"y".repeat(200)));
    }
}
