//! A strict reader of XML, and of HTML that is written like it: what is not well-formed is an error.

/// An element: its name, and its attributes with their values.
pub(super) type Element = (String, Vec<(String, String)>);

/// What is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Every element is closed.
    Xml,
    /// Some never are, and attributes may have no value.
    Html,
}

/// The elements of HTML that are never closed.
const VOID: [&str; 6] = ["meta", "link", "br", "hr", "img", "input"];

/// Returns the elements of a document in their order.
///
/// # Errors
///
/// Fails where a strict parser would.
pub(super) fn elements(text: &str, kind: Kind) -> Result<Vec<Element>, String> {
    let mut found = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        characters(&rest[..at])?;
        let tag = &rest[at + 1..];
        let end = end_of_tag(tag)?;
        let (inside, after) = (&tag[..end], &tag[end + 1..]);
        rest = after;
        if let Some(name) = inside.strip_prefix('/') {
            if open.pop().as_deref() != Some(name.trim_end()) {
                return Err(format!("</{name}> closes something else"));
            }
            continue;
        }
        let (inside, is_closed) = match inside.strip_suffix('/') {
            Some(inside) => (inside, true),
            None => (inside, false),
        };
        let element = element(inside, kind)?;
        let is_void = kind == Kind::Html && VOID.contains(&element.0.as_str());
        if !is_closed && !is_void {
            open.push(element.0.clone());
        }
        found.push(element);
        if open.is_empty() && !rest.trim().is_empty() && rest.trim() != "\n" {
            return Err(format!("something behind the document: {rest}"));
        }
    }
    characters(rest)?;
    match open.pop() {
        Some(name) => Err(format!("<{name}> is open")),
        None if found.is_empty() => Err("no element".to_owned()),
        None => Ok(found),
    }
}

/// Returns where a tag ends that began with the text: a `>` in a value ends none.
fn end_of_tag(tag: &str) -> Result<usize, String> {
    let mut quote = None;
    for (at, c) in tag.char_indices() {
        match (quote, c) {
            (None, '>') => return Ok(at),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            (_, '<') => return Err(format!("< in the tag {tag}")),
            _ => {}
        }
    }
    Err(format!("no end: {tag}"))
}

fn element(inside: &str, kind: Kind) -> Result<Element, String> {
    let is_name = |text: &str| {
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | ':' | '_');
        text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(is_part)
    };
    let (name, mut rest) = inside
        .split_once(char::is_whitespace)
        .unwrap_or((inside, ""));
    if !is_name(name) {
        return Err(format!("<{inside}> has no name"));
    }
    let mut attributes: Vec<(String, String)> = Vec::new();
    while !rest.trim_start().is_empty() {
        rest = rest.trim_start();
        let end = rest
            .find(|c: char| c == '=' || c.is_whitespace())
            .unwrap_or(rest.len());
        let (attribute, after) = rest.split_at(end);
        let value = match after.strip_prefix("=\"") {
            Some(after) => {
                let (value, after) = after.split_once('"').ok_or("a value without end")?;
                rest = after;
                characters(value)?;
                value
            }
            None if kind == Kind::Html && !after.starts_with('=') => {
                rest = after;
                ""
            }
            None => return Err(format!("{attribute} has no value in quotes")),
        };
        if !is_name(attribute) || attributes.iter().any(|(known, _)| known == attribute) {
            return Err(format!("an attribute {attribute}"));
        }
        attributes.push((attribute.to_owned(), value.to_owned()));
    }
    Ok((name.to_owned(), attributes))
}

/// Fails unless a text can stand in an element and in a value.
fn characters(text: &str) -> Result<(), String> {
    let is_none = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t')) || matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    if text.contains(is_none) || text.contains("]]>") {
        return Err(format!("no characters: {text:?}"));
    }
    for (at, _) in text.match_indices('&') {
        let (name, _) = text[at + 1..].split_once(';').ok_or("an ampersand")?;
        let is_number = name.strip_prefix('#').is_some_and(|digits| {
            !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit())
        });
        if !is_number && !matches!(name, "amp" | "lt" | "gt" | "quot" | "apos") {
            return Err(format!("&{name};"));
        }
    }
    Ok(())
}

#[test]
fn what_is_not_well_formed_is_noticed() {
    for text in [
        "",
        "<a>",
        "<a></b>",
        "<a b=c/>",
        "<a b='c'/>",
        "<a b=\"<\"/>",
        "<a b=\"1\" b=\"2\"/>",
        "<a>&x;</a>",
        "<a>&</a>",
        "<a>]]></a>",
        "<a>\u{1b}</a>",
        "<a><!-- --></a>",
    ] {
        assert!(elements(text, Kind::Xml).is_err(), "{text}");
    }
    let read = elements("<a b=\"1&#39;\">x &lt; y<c/></a>", Kind::Xml).unwrap();
    assert_eq!(read.len(), 2);
    assert!(
        elements(
            "<html><meta charset=\"x\"><p hidden>a</p></html>",
            Kind::Html
        )
        .is_ok()
    );
}
