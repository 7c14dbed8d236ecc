//! What went wrong, for people.

use askama::Template;

use super::Page;
use super::links::Links;
use super::place::Place;

/// What went wrong.
#[derive(Template)]
#[template(path = "problem.html", config = "src/render/page/askama.toml")]
struct Problem<'a> {
    sentences: &'a [String],
    home: Option<String>,
}

/// Returns the page that says what went wrong: a title of ours, and sentences that may be anybody's.
#[must_use]
pub fn page(title: &'static str, sentences: &[String], links: &Links) -> Page {
    let home = links.to(&Place::index());
    Page::new(Place::Problem(title), &Problem { sentences, home })
}
