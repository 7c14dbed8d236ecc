//! What is around every page: the way to the others, the day that is shown, and what it was computed
//! from.

use askama::Template;
use askama::filters::Safe;

use super::Markup;
use super::Page;
use super::asset::ICON;
use super::asset::SCRIPT;
use super::asset::STYLE;
use super::escape::one_line;
use super::links::AT;
use super::links::Links;
use super::links::Past;
use super::place::NetworkPlace;
use super::place::Place;
use super::place::Search;
use super::place::Section;
use super::place::Words;
use super::word::Anchor;
use super::word::count;
use crate::app::ask::Basis;
use crate::domain::history::Subject;
use crate::domain::rules::Rules;
use crate::render::computed_from::tips;

/// How many branches are named at the foot of a page; a store may have thousands.
const NAMED: usize = 24;

/// How many digits of a commit are shown.
const DIGITS: usize = 10;

/// What a page was computed from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Footing {
    /// The branches that were looked at, each with its commit.
    tips: Vec<(String, String)>,
    rules: Rules,
    pending: usize,
}

impl From<&Basis> for Footing {
    fn from(basis: &Basis) -> Self {
        let tips = tips(basis).into_iter();
        Self {
            tips: tips
                .filter_map(|(branch, tip)| Some((branch, tip?)))
                .collect(),
            rules: basis.rules,
            pending: basis.pending,
        }
    }
}

impl Footing {
    /// Says in a sentence what it is.
    fn sentence(&self) -> String {
        let branches = match self.tips.len() {
            0 => "an empty store".to_owned(),
            1 => "1 branch".to_owned(),
            number => format!("{number} branches"),
        };
        let pending = match self.pending {
            0 => String::new(),
            pending => format!(" and {} that are pending here", count(pending, "write")),
        };
        let rules = match self.rules {
            Rules::Strict => "strict",
            Rules::PactBroker => "pact-broker",
        };
        format!("Computed from {branches}{pending}, by {rules} rules.")
    }

    fn named(&self) -> impl Iterator<Item = (&str, &str)> {
        let named = self.tips.iter().take(NAMED);
        named.map(|(branch, commit)| {
            let commit = commit.get(..DIGITS).unwrap_or(commit);
            (branch.as_str(), commit)
        })
    }

    fn unnamed(&self) -> usize {
        self.tips.len().saturating_sub(NAMED)
    }
}

/// What is around a page.
#[derive(Template)]
#[template(path = "frame.html", config = "src/render/page/askama.toml")]
struct Frame<'a> {
    title: String,
    heading: String,
    style: String,
    script: String,
    icon: String,
    home: Option<String>,
    sections: Vec<SectionLink>,
    explorer: Option<String>,
    crumbs: Vec<Safe<Anchor>>,
    /// The file in which a script finds names, where no server is asked.
    names: Option<String>,
    past: Option<&'a Past>,
    /// The same page of now.
    now: Option<String>,
    /// Where it is asked for a day.
    days: Option<(String, Words)>,
    main: &'a Markup,
    footing: Option<&'a Footing>,
}

struct SectionLink {
    href: String,
    name: &'static str,
    is_current: bool,
}

impl Frame<'_> {
    fn version() -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    /// Returns the day to show in the field for it.
    fn day(&self) -> String {
        let time = self.past.map(|past| past.understood.time.to_string());
        let day = time.as_deref().and_then(|time| time.get(..10));
        day.unwrap_or_default().to_owned()
    }

    /// Returns the moment that is shown, for people.
    fn moment(&self) -> String {
        let Some(past) = self.past else {
            return String::new();
        };
        let time = past.understood.time.to_string();
        match (
            past.understood.is_end_of_day,
            time.get(..10),
            time.get(11..16),
        ) {
            (true, Some(day), _) => format!("at the end of {day} (UTC)"),
            (false, Some(day), Some(minute)) => format!("on {day} at {minute} (UTC)"),
            _ => format!("on {time}"),
        }
    }
}

impl Page {
    /// Returns the page with all that is around it: a document.
    ///
    /// `footing` is what it was computed from; a page that says what went wrong has none.
    #[must_use]
    pub fn framed(&self, links: &Links, footing: Option<&Footing>) -> String {
        let heading = one_line(&self.place.title());
        let days = links.form(&self.place).map(|(action, mut words)| {
            // The day is what is asked for, and another one has other parts of a list.
            words.retain(|(name, _)| name != AT && name != "page");
            (action, words)
        });
        let frame = Frame {
            title: format!("{heading} · git-pact"),
            heading,
            style: links.asset(&STYLE),
            script: links.asset(&SCRIPT),
            icon: links.asset(&ICON),
            home: links.to(&Place::index()),
            sections: sections(&self.place, links),
            explorer: links.explorer(&self.place),
            crumbs: crumbs(&self.place, links),
            names: links.names(),
            past: links.past(),
            now: links.of_now().to(&self.place),
            days,
            main: &self.main,
            footing,
        };
        super::markup(&frame).0
    }
}

fn sections(current: &Place, links: &Links) -> Vec<SectionLink> {
    let all = [
        (Section::Integrations, Place::index(), "Integrations"),
        (
            Section::Applications,
            Place::Applications(Search::default()),
            "Applications",
        ),
        (Section::Environments, Place::Environments, "Environments"),
        (Section::Matrix, Place::Matrix(Vec::new()), "Matrix"),
        (
            Section::Network,
            Place::Network(NetworkPlace::default()),
            "Network",
        ),
        (Section::Webhooks, Place::Webhooks, "Webhooks"),
        (Section::History, Place::history(Subject::Store), "History"),
    ];
    let links = all.into_iter().filter_map(|(section, place, name)| {
        Some(SectionLink {
            href: links.to(&place)?,
            name,
            is_current: current.section() == Some(section),
        })
    });
    links.collect()
}

/// Returns the way from the top down to a page, which is the last.
fn crumbs(place: &Place, links: &Links) -> Vec<Safe<Anchor>> {
    let mut way = Vec::new();
    let mut above = place.parent();
    while let Some(place) = above {
        way.push(links.anchor(&place, &place.short_title()));
        above = place.parent();
    }
    way.reverse();
    way
}
