//! Small things that stand in many pages: a link, a time, a list of names.

use std::borrow::Borrow;
use std::fmt::Display;

use askama::Template;
use askama::filters::Safe;

use super::links::Links;
use super::place::PairPlace;
use super::place::Place;
use crate::domain::environment::Environment;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::time::Timestamp;
use crate::domain::verification_results::RecordedResult;

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

/// Returns a text that leads nowhere.
#[must_use]
pub fn text(text: &str) -> Safe<Anchor> {
    let text = text.to_owned();
    Safe(Anchor { href: None, text })
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
    let shown = to_the_minute(&exact).unwrap_or_else(|| exact.clone());
    Safe(Moment { exact, shown })
}

fn to_the_minute(exact: &str) -> Option<String> {
    Some(format!("{} {}", exact.get(..10)?, exact.get(11..16)?))
}

/// A text that leads elsewhere, if the address is one that a browser opens.
#[derive(Clone, Debug, Template)]
#[template(
    source = "{% if let Some(href) = href %}<a href=\"{{ href }}\" rel=\"external noopener noreferrer\">\
              {{ text }}</a>{% else %}{{ text }}{% endif %}",
    ext = "html",
    config = "src/render/page/askama.toml"
)]
pub struct Outside {
    href: Option<String>,
    text: String,
}

/// Returns a text that leads to an address that somebody gave; only the address, where it is none of
/// the web.
#[must_use]
pub fn outside(url: &str, text: &str) -> Safe<Outside> {
    let start = url.get(..8).unwrap_or(url).to_ascii_lowercase();
    let is_of_the_web = start.starts_with("https://") || start.starts_with("http://");
    let is_plain = url.chars().all(|c| c.is_ascii_graphic());
    Safe(if is_of_the_web && is_plain {
        Outside {
            href: Some(url.to_owned()),
            text: text.to_owned(),
        }
    } else {
        Outside {
            href: None,
            text: url.to_owned(),
        }
    })
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

    /// Returns texts that lead to pages, without those whose pages do not exist.
    #[must_use]
    pub fn ways<'a>(&self, ways: impl IntoIterator<Item = (Place, &'a str)>) -> Vec<Safe<Anchor>> {
        let ways = ways.into_iter();
        let ways = ways.filter(|(place, _)| self.to(place).is_some());
        ways.map(|(place, text)| self.anchor(&place, text))
            .collect()
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

    /// Returns the name of an environment, which leads to it.
    #[must_use]
    pub fn environment(&self, environment: &Environment) -> Safe<Anchor> {
        let place = Place::Environment {
            uuid: environment.uuid.clone(),
            name: environment.name.clone(),
        };
        self.anchor(&place, &environment.name)
    }

    /// Returns when a result was found, which leads to it.
    #[must_use]
    pub fn result(&self, result: &RecordedResult) -> Safe<Anchor> {
        let time = result.run.created_at.to_string();
        let shown = to_the_minute(&time).unwrap_or(time);
        self.anchor(&Place::of_result(result), &shown)
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
    use crate::render::page::links::file;
    use crate::render::page::place::Search;

    #[test]
    fn a_text_without_a_page_is_only_a_text() {
        let links = Links::served(&Address::new("http://h"), None);
        let link = links.application(&n("<b>"));
        let expected = "<a href=\"/pacticipants/%3Cb%3E\">&lt;b&gt;</a>";
        assert_eq!(link.0.render().unwrap(), expected);
        let page = Place::Applications(Search::default());
        let own = file(&page).unwrap();
        let files = [(own.clone(), own)].into();
        let site = Links::in_site(&page, &std::sync::Arc::new(files)).unwrap();
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
        let shown = |url: &str| outside(url, "build").0.render().unwrap();
        assert!(shown("HTTPS://ci/1").starts_with("<a href=\"HTTPS://ci/1\" rel="));
        assert_eq!(shown("javascript:alert(1)"), "javascript:alert(1)");
        assert_eq!(shown("https://ci/\u{202e}x"), "https://ci/\\u202ex");
        assert_eq!(count(1, "version"), "1 version");
        assert_eq!(count(0, "version"), "0 versions");
    }
}
