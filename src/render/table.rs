//! Tables as the `pact-broker` command line prints them (spec: cli §3.1).
//!
//! Columns are joined with ` | `, the line below the header with `-|-`; every cell is padded, the
//! last one too. Widths are counted in characters, as there.

/// Returns a table, without a final newline; nothing if there are no rows.
#[must_use]
pub fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let clean = |row: &Vec<String>| row.iter().map(|cell| one_line(cell)).collect();
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

/// Returns a text on one line, without what a terminal would obey.
#[must_use]
pub fn one_line(text: &str) -> String {
    let shown = |c: char| if c.is_control() { ' ' } else { c };
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
}
