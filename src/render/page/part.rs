//! Turning the pages of a long list.

use askama::Template;

use super::Markup;
use super::markup;
use crate::domain::part::Part;

/// Which part of a list is shown, and the way to the others.
#[derive(Template)]
#[template(path = "part.html", config = "src/render/page/askama.toml")]
struct Parts<'a> {
    part: Part,
    what: &'a str,
    previous: Option<String>,
    next: Option<String>,
}

impl Parts<'_> {
    fn first(&self) -> usize {
        self.part.before() + 1
    }

    fn last(&self) -> usize {
        (self.part.before() + self.part.size).min(self.part.of)
    }
}

/// Returns which part of a list of something is shown, and the way to the others.
#[must_use]
pub fn parts(part: Part, what: &str, to: impl Fn(usize) -> Option<String>) -> Markup {
    markup(&Parts {
        part,
        what,
        previous: part.previous().and_then(&to),
        next: part.next().and_then(&to),
    })
}
