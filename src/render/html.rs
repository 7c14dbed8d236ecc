//! Text in pages of HTML, and in documents of XML: reports and pictures.

/// Returns a text as it stands in an element or in a value between double quotes.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

/// Returns a text as it stands in a document of XML, in an element or in a value between double quotes.
///
/// What XML 1.0 cannot hold, or had better not, becomes a mark that says so.
#[must_use]
pub fn escaped_for_xml(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' | '\t' => c,
        '\u{fffe}' | '\u{ffff}' => char::REPLACEMENT_CHARACTER,
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        c => c,
    };
    escaped(&text.chars().map(shown).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_an_element_or_a_value_is_escaped() {
        assert_eq!(
            escaped("<a href=\"x\">'&</a>"),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&lt;/a&gt;"
        );
        assert_eq!(escaped("plain ä"), "plain ä");
    }

    #[test]
    fn what_xml_cannot_hold_is_replaced() {
        assert_eq!(
            escaped_for_xml("<a\u{0}\u{1b}\u{fffe}\u{85}b"),
            "&lt;a\u{fffd}\u{fffd}\u{fffd}\u{fffd}b"
        );
        assert_eq!(escaped_for_xml("a\n\tb 🙂"), "a\n\tb 🙂");
    }
}
