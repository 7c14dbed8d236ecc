//! The pages that people look at, in `serve` and in a static site: the same templates of the same
//! answers.
//!
//! * A [`Place`] is a page; [`Links`] know where it is. No template writes an address.
//! * What a page shows between its head and its foot is a template of its own, made of an answer of the
//!   domain. [`Page::framed`] puts the head and the foot around it.
//! * Templates escape all text, and show what deceives (`escape`). Only [`Markup`] goes in as it is, and
//!   nothing but a template makes it.
//! * Nothing is loaded from elsewhere; neither scripts nor styles stand in a page, and every page says
//!   all it has to say without a script.
//! * The same answer gives the same bytes: times are told as they are, not as how long ago.

pub mod answer;
pub mod applications;
pub mod asset;
pub mod contract;
pub mod diff;
pub mod documentation;
pub mod edition;
pub mod environments;
pub mod escape;
pub mod file_name;
pub mod frame;
pub mod history;
pub mod integrations;
pub mod links;
pub mod matrix;
pub mod names;
pub mod network;
pub mod part;
pub mod place;
pub mod problem;
pub mod state;
pub mod verification;
pub mod webhooks;
pub mod word;

use askama::Template;
use askama::filters::Safe;

pub use self::frame::Footing;
pub use self::links::Links;
pub use self::place::Place;

/// What a browser may do with a page: load the files of ours that it names, and send forms back.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; \
    style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// What a template made: goes into another one as it is.
pub type Markup = Safe<String>;

/// A page, without its head and its foot.
pub struct Page {
    /// Which page it is.
    pub place: Place,
    /// What it shows.
    pub main: Markup,
}

impl Page {
    /// Returns a page that shows what a template makes.
    #[must_use]
    pub fn new(place: Place, main: &impl Template) -> Self {
        let main = markup(main);
        Self { place, main }
    }
}

/// Returns what a template makes.
///
/// # Panics
///
/// Never: a string takes all that is written to it.
#[must_use]
pub fn markup(template: &impl Template) -> Markup {
    let text = template.render();
    Safe(text.expect("a string takes all that is written to it, and no filter of ours fails"))
}

#[cfg(test)]
mod tests;
