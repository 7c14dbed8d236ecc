//! Readers of output, each as strict as the strictest of its kind.

use serde_json::Value;

use super::Complaint;
use super::markup;
use super::markup::Kind;
use super::store;

/// Says whether a terminal obeys a character, or shows text in another order because of it.
fn is_obeyed(c: char) -> bool {
    let is_break = matches!(c, '\n' | '\t');
    let turns = matches!(
        c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    (c.is_control() && !is_break) || turns
}

/// A terminal, and what runs a build and reads along: GitHub's runner, Azure's, TeamCity.
///
/// `commands` are the beginnings of lines that are meant to be obeyed.
pub(super) fn terminal(text: &str, commands: &[&str]) -> Complaint {
    if let Some(c) = text.chars().find(|c| is_obeyed(*c)) {
        return Err(format!("U+{:04X} is obeyed", u32::from(c)));
    }
    for line in text.lines() {
        let words = line.trim_start();
        let is_ours = commands.iter().any(|command| line.starts_with(command));
        if !is_ours && words.starts_with("::") && words[2..].contains("::") {
            return Err(format!("the runner obeys {line}"));
        }
        for (at, _) in line.match_indices("##") {
            let name = line[at + 2..].trim_start_matches(|c: char| c.is_ascii_alphabetic());
            if name.starts_with('[') {
                return Err(format!("a runner obeys {line}"));
            }
        }
    }
    Ok(())
}

/// Returns a text without what sets colours.
pub(super) fn without_colour(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let code = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == ';');
        match code.strip_prefix('m') {
            Some(rest) => plain.push_str(rest),
            None => plain.extend(["\u{1b}[", part]),
        }
    }
    plain
}

/// A reader of JSON: returns the document.
pub(super) fn json(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

/// Says whether any text of a document is, or holds, one of ours as it was given.
pub(super) fn says_hostile_words(document: &Value) -> bool {
    match document {
        Value::String(text) => {
            store::WORDS.iter().any(|word| text.contains(word)) || text.contains(store::TEXT)
        }
        Value::Array(values) => values.iter().any(says_hostile_words),
        Value::Object(fields) => fields.values().any(says_hostile_words),
        _ => false,
    }
}

/// A client that follows links: what is an address of this server is spelled as one.
pub(super) fn links(document: &Value) -> Complaint {
    match document {
        Value::Array(values) => values.iter().try_for_each(links),
        Value::Object(fields) => {
            if let Some(href) = fields.get("href").and_then(Value::as_str)
                && href != store::URL
            {
                let is_spelled =
                    |c: char| c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%{}".contains(c);
                let harmful = href.chars().find(|c| !is_spelled(*c) || *c == '\'');
                if let Some(c) = harmful {
                    return Err(format!("{c:?} in the link {href}"));
                }
            }
            fields.values().try_for_each(links)
        }
        _ => Ok(()),
    }
}

/// A reader of JUnit reports.
pub(super) fn junit(text: &str) -> Complaint {
    let rest = text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let elements = markup::elements(rest.ok_or("no declaration")?, Kind::Xml)?;
    let known = [
        "testsuites",
        "testsuite",
        "testcase",
        "failure",
        "error",
        "skipped",
        "system-out",
    ];
    only(
        &elements,
        &known,
        &[
            "name",
            "tests",
            "failures",
            "errors",
            "skipped",
            "time",
            "classname",
            "message",
            "type",
        ],
    )
}

/// Who shows a picture.
pub(super) fn svg(text: &str) -> Complaint {
    let elements = markup::elements(text.trim_end(), Kind::Xml)?;
    let known = ["svg", "title", "clipPath", "rect", "g", "text"];
    let attributes = [
        "xmlns",
        "width",
        "height",
        "role",
        "aria-label",
        "id",
        "rx",
        "x",
        "y",
        "fill",
        "clip-path",
        "font-family",
        "font-size",
        "textLength",
        "fill-opacity",
    ];
    only(&elements, &known, &attributes)
}

/// A browser: no element and no attribute that a page of ours does not have.
pub(super) fn html(text: &str) -> Complaint {
    let page = text
        .trim()
        .strip_prefix("<!doctype html>")
        .ok_or("no doctype")?;
    let elements = markup::elements(page.trim(), Kind::Html)?;
    for (element, attributes) in &elements {
        let harmful = attributes.iter().find(|(name, value)| {
            name.starts_with("on")
                || name == "style"
                || value.trim_start().starts_with("javascript:")
        });
        if let Some(attribute) = harmful {
            return Err(format!("{attribute:?} on {element}"));
        }
        let is_script = element == "script";
        if is_script && !attributes.iter().any(|(name, _)| name == "src") {
            return Err("a script in the page".to_owned());
        }
        if matches!(
            element.as_str(),
            "svg" | "img" | "iframe" | "object" | "b" | "i" | "u" | "s"
        ) {
            return Err(format!("an element {element}"));
        }
    }
    Ok(())
}

fn only(elements: &[markup::Element], known: &[&str], attributes: &[&str]) -> Complaint {
    for (element, of_element) in elements {
        if !known.contains(&element.as_str()) {
            return Err(format!("an element {element}"));
        }
        let strange = of_element
            .iter()
            .find(|(name, _)| !attributes.contains(&name.as_str()));
        if let Some(strange) = strange {
            return Err(format!("{strange:?} on {element}"));
        }
    }
    Ok(())
}

/// A page on a forge: tables keep their columns, and outside of code nobody is mentioned, nothing is
/// linked but builds, nothing is markup.
pub(super) fn markdown(text: &str) -> Complaint {
    let mut columns = None;
    let mut fence: Option<String> = None;
    for line in text.lines() {
        if let Some(end) = &fence {
            if line.trim() == end {
                fence = None;
            }
            continue;
        }
        let backticks = line.trim_start();
        if backticks.starts_with("```") {
            let length = backticks.len() - backticks.trim_start_matches('`').len();
            // A fence is opened, unless it is code within a line.
            if !backticks[length..].contains('`') {
                fence = Some("`".repeat(length));
                continue;
            }
        }
        if line.starts_with('|') {
            let unescaped = line.replace("\\|", "");
            let bars = unescaped.matches('|').count();
            if *columns.get_or_insert(bars) != bars {
                return Err(format!("{bars} bars in {line}"));
            }
        } else {
            columns = None;
        }
        // Our own links within a page lead to our own headings.
        let outside = outside_code(line)?.replace("](#interaction-", "");
        let harmful = ["@", "<", "![", "]("]
            .into_iter()
            .find(|word| outside.contains(word));
        if let Some(word) = harmful {
            return Err(format!("{word} outside of code: {line}"));
        }
        if outside.trim_start().starts_with("::") || outside.contains("✅ Yes") {
            return Err(format!("not ours: {line}"));
        }
    }
    fence.map_or(Ok(()), |_| Err("a fence is open".to_owned()))
}

/// Returns what of a line stands outside of code, as CommonMark reads it.
fn outside_code(line: &str) -> Result<String, String> {
    let mut outside = String::new();
    let mut rest = line;
    while let Some(start) = rest.find('`') {
        outside.push_str(&rest[..start]);
        let quote = rest[start..].len() - rest[start..].trim_start_matches('`').len();
        let mut end = start + quote;
        loop {
            let next = rest[end..]
                .find('`')
                .ok_or_else(|| format!("an open quotation: {line}"))?;
            let run = rest[end + next..].len() - rest[end + next..].trim_start_matches('`').len();
            end += next + run;
            if run == quote {
                break;
            }
        }
        rest = &rest[end..];
    }
    outside.push_str(rest);
    Ok(outside)
}

/// The file of a step's outputs, as the runner reads it: returns the names.
pub(super) fn step_outputs(text: &str) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let (name, rest) = match (line.find('='), line.find("<<")) {
            (Some(at), heredoc) if heredoc.is_none_or(|there| at < there) => (&line[..at], None),
            (_, Some(at)) => (&line[..at], Some(&line[at + 2..])),
            _ => return Err(format!("no output: {line}")),
        };
        names.push(name.to_owned());
        if let Some(word) = rest {
            lines.by_ref().find(|line| line == &word).ok_or("no end")?;
        }
    }
    Ok(names)
}

/// A spreadsheet.
pub(super) fn csv(text: &str) -> Complaint {
    let mut rows: Vec<Vec<String>> = vec![vec![String::new()]];
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let row = rows.last_mut().ok_or("no row")?;
        let cell = row.last_mut().ok_or("no cell")?;
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if quoted || cell.is_empty() => quoted = !quoted,
            '"' => return Err(format!("a quotation mark in {cell}")),
            ',' if !quoted => row.push(String::new()),
            '\n' if !quoted => rows.push(vec![String::new()]),
            c => cell.push(c),
        }
    }
    let last = rows.pop();
    if quoted || last != Some(vec![String::new()]) {
        return Err("no end".to_owned());
    }
    let width = rows.first().map_or(0, Vec::len);
    if rows.len() < 2 || rows.iter().any(|row| row.len() != width) {
        return Err("rows of different lengths, or too few".to_owned());
    }
    let mut cells = rows.iter().flatten();
    match cells.find(|cell| cell.starts_with(['=', '+', '-', '@', '\t', '\r'])) {
        Some(cell) => Err(format!("a formula: {cell}")),
        None => Ok(()),
    }
}

/// A scraper of Prometheus.
pub(super) fn measurements(text: &str) -> Complaint {
    for line in text.lines().filter(|line| !line.starts_with("# ")) {
        let (series, value) = line.rsplit_once(' ').ok_or("no value")?;
        let name = series.split('{').next().unwrap_or_default();
        let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if value.parse::<f64>().is_err() || !is_name {
            return Err(format!("no sample: {line}"));
        }
    }
    Ok(())
}

#[test]
fn every_reader_notices_what_would_harm_it() {
    for text in [
        "\u{1b}[2J",
        "\u{9b}2J",
        "a\u{202e}",
        " ::error::x",
        "x ##[error]y",
        "##vso[z]",
    ] {
        assert!(terminal(text, &[]).is_err(), "{text:?}");
    }
    assert_eq!(terminal("::error title=t::x", &["::error title="]), Ok(()));
    assert!(links(&serde_json::json!([{ "href": "http://h/<b>" }])).is_err());
    for text in [
        "| a |\n| b | c |\n",
        "@team",
        "`a",
        "<b>",
        "[x](y)",
        "```\nx",
    ] {
        assert!(markdown(text).is_err(), "{text}");
    }
    assert_eq!(markdown("| a | ``@`<b>\\|`` |\n|---|---|\n"), Ok(()));
    for text in [
        "1,=x\n2,y\n",
        "1,\"=x\"\n2,y\n",
        "1,a\"b\n2,y\n",
        "1,2\n3\n",
        "1,\"x\n",
    ] {
        assert!(csv(text).is_err(), "{text}");
    }
    assert_eq!(
        step_outputs("a=1\nb<<W\nc=2\nW\n"),
        Ok(vec!["a".to_owned(), "b".to_owned()])
    );
    assert!(step_outputs("b<<W\nc\n").is_err());
    assert!(measurements("a{b=\"c\nd\"} 1").is_err());
    assert!(html("<!doctype html><html><body onload=\"x\"></body></html>").is_err());
    assert!(html("<!doctype html><html><script>x</script></html>").is_err());
    assert!(svg("<svg><script></script></svg>").is_err());
}
