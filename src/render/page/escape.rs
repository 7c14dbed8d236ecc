//! How text gets into a page: as text, whoever wrote it.

use std::fmt;

use askama::filters::Escaper;

use crate::domain::deceptive::push_code;
use crate::domain::deceptive::visible;
use crate::render::html::escaped;

/// Escapes what would end an element or a value, and shows by its code every character that a reader
/// would not see or that would turn around what stands beside it. The templates use it for everything.
#[derive(Clone, Copy, Debug)]
pub struct Visible;

impl Escaper for Visible {
    fn write_escaped_str<W: fmt::Write>(&self, mut dest: W, string: &str) -> fmt::Result {
        // Nearly all text is plain.
        let shown = visible(string);
        if shown.contains(['&', '<', '>', '"', '\'']) {
            dest.write_str(&escaped(&shown))
        } else {
            dest.write_str(&shown)
        }
    }
}

/// Returns a text in one line, for the title of a page and the like: line breaks are shown, too.
#[must_use]
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => push_code(c, &mut line),
            c => line.push(c),
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use askama::Template;

    use super::*;

    #[derive(Template)]
    #[template(
        source = "<p title=\"{{ text }}\">{{ text }} {{ number }} {{ letter }}</p>",
        ext = "html",
        config = "src/render/page/askama.toml"
    )]
    struct Paragraph<'a> {
        text: &'a str,
        number: usize,
        letter: char,
    }

    #[test]
    fn a_template_shows_text_as_text() {
        let shown = |text| {
            let letter = '<';
            let number = 7;
            let page = Paragraph {
                text,
                number,
                letter,
            };
            page.render().unwrap()
        };
        assert_eq!(
            shown("\"><img onerror='x'>&\u{202e}\u{1b}[2J"),
            "<p title=\"&quot;&gt;&lt;img onerror=&#39;x&#39;&gt;&amp;\\u202e\\u001b[2J\">\
             &quot;&gt;&lt;img onerror=&#39;x&#39;&gt;&amp;\\u202e\\u001b[2J 7 &lt;</p>"
        );
        assert_eq!(shown("ä 🙂"), "<p title=\"ä 🙂\">ä 🙂 7 &lt;</p>");
    }

    #[test]
    fn a_line_has_no_end_within() {
        assert_eq!(one_line("a\nb\tc"), "a\\u000ab\\u0009c");
    }
}
