//! Small things that stand in many pages: a link, a time, a list of names.

use std::borrow::Borrow;
use std::fmt::Display;

use askama::Template;
use askama::filters::Safe;

use super::links::Links;
use super::place::PairPlace;
use super::place::Place;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::time::Timestamp;

/// A text that leads to a page, or only a text where there is no such page.
#[derive(Clone, Debug, Template)]
#[template(
    source = "{% if let Some(href) = href %}<a href=\"{{ href }}\">{{ text }}</a>\
              {% else %}{{ text }}{% endif %}",
    ext = "html",
    config = "src/render/page/askama.toml"
)]
pub struct Anchor {
    href: Option<String>,
    text: String,
}

/// A moment, to the minute.
#[derive(Clone, Debug, Template)]
#[template(
    source = "<time datetime=\"{{ exact }}\">{{ shown }}</time>",
    ext = "html",
    config = "src/render/page/askama.toml"
)]
pub struct Moment {
    exact: String,
    shown: String,
}

/// Returns a moment as it stands in a page, in UTC.
#[must_use]
pub fn moment(time: impl Borrow<Timestamp>) -> Safe<Moment> {
    let exact = time.borrow().to_string();
    // `2026-11-21T17:00:00+00:00`; whatever else it is stands there as it is.
    let shown = match (exact.get(..10), exact.get(11..16)) {
        (Some(day), Some(minute)) => format!("{day} {minute}"),
        _ => exact.clone(),
    };
    Safe(Moment { exact, shown })
}

/// Returns a number of things, e.g. `1 version` and `3 versions`.
#[must_use]
pub fn count(number: usize, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        number => format!("{number} {what}s"),
    }
}

impl Links {
    /// Returns a text that leads to a page.
    #[must_use]
    pub fn anchor(&self, place: &Place, text: &(impl Display + ?Sized)) -> Safe<Anchor> {
        let text = text.to_string();
        let href = self.to(place);
        Safe(Anchor { href, text })
    }

    /// Returns the name of an application, which leads to it.
    #[must_use]
    pub fn application(&self, name: &PacticipantName) -> Safe<Anchor> {
        self.anchor(&Place::Application(name.clone()), name)
    }

    /// Returns the number of a version, which leads to it.
    #[must_use]
    pub fn version(&self, name: &PacticipantName, number: &VersionNumber) -> Safe<Anchor> {
        let place = Place::Version {
            application: name.clone(),
            number: number.clone(),
        };
        self.anchor(&place, number)
    }

    /// Returns a text that leads to the newest contract of two.
    #[must_use]
    pub fn latest_contract(
        &self,
        consumer: &PacticipantName,
        provider: &PacticipantName,
        text: &(impl Display + ?Sized),
    ) -> Safe<Anchor> {
        let pair = PairPlace {
            consumer: consumer.clone(),
            provider: provider.clone(),
        };
        self.anchor(&Place::latest_contract(pair), text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::n;
    use crate::render::hal::Address;
    use crate::render::page::place::Search;

    #[test]
    fn a_text_without_a_page_is_only_a_text() {
        let links = Links::served(&Address::new("http://h"), None);
        let link = links.application(&n("<b>"));
        let expected = "<a href=\"/pacticipants/%3Cb%3E\">&lt;b&gt;</a>";
        assert_eq!(link.0.render().unwrap(), expected);
        let site = Links::in_site(&Place::Applications(Search::default())).unwrap();
        let link = site.anchor(&Place::Explorer, "<b>");
        assert_eq!(link.0.render().unwrap(), "&lt;b&gt;");
    }

    #[test]
    fn a_moment_is_told_to_the_minute() {
        let time = Timestamp::clamped(1_795_280_415);
        assert_eq!(
            moment(time).0.render().unwrap(),
            "<time datetime=\"2026-11-21T17:00:15+00:00\">2026-11-21 17:00</time>"
        );
        assert_eq!(count(1, "version"), "1 version");
        assert_eq!(count(0, "version"), "0 versions");
    }
}
