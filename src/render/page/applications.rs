//! Applications: all of them, one, and its versions.

use askama::Template;
use askama::filters::Safe;

use super::Markup;
use super::Page;
use super::links::AT;
use super::links::Links;
use super::part::parts;
use super::place::BadgePlace;
use super::place::NetworkPlace;
use super::place::PairPlace;
use super::place::Place;
use super::place::Search;
use super::place::Words;
use super::state;
use super::state::State;
use super::word;
use super::word::Anchor;
use super::word::count;
use crate::domain::application_overview::ApplicationList;
use crate::domain::application_overview::ApplicationOverview;
use crate::domain::application_overview::VersionList;
use crate::domain::application_overview::VersionOverview;
use crate::domain::history::Subject;
use crate::domain::integration_list::IntegrationRow;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::pact_status::PactStatus;
use crate::domain::pacticipant::Pacticipant;
use crate::domain::pacts::PactPublication;
use crate::domain::verification_results::PactResult;
use crate::domain::version::Version;
use crate::domain::versions::WantedVersions;

/// All applications.
#[derive(Template)]
#[template(path = "applications.html", config = "src/render/page/askama.toml")]
struct Applications<'a> {
    list: &'a ApplicationList,
    search: &'a str,
    links: &'a Links,
    form: Option<(String, Words)>,
    parts: Markup,
}

impl Applications<'_> {
    fn found(&self) -> String {
        count(self.list.part.of, "application")
    }
}

/// Returns the page of all applications.
#[must_use]
pub fn all(list: &ApplicationList, search: &str, links: &Links) -> Page {
    let of_part = |part| {
        let text = search.to_owned();
        Place::Applications(Search { text, part })
    };
    let place = of_part(list.part.number);
    let form = links.form(&place).map(|(action, mut words)| {
        words.retain(|(name, _)| name == AT);
        (action, words)
    });
    let parts = parts(list.part, "applications", |part| links.to(&of_part(part)));
    let main = Applications {
        list,
        search,
        links,
        form,
        parts,
    };
    Page::new(place, &main)
}

/// One application.
#[derive(Template)]
#[template(path = "application.html", config = "src/render/page/askama.toml")]
struct Application<'a> {
    known: &'a ApplicationOverview,
    it: &'a Pacticipant,
    links: &'a Links,
    integrations: [IntegrationTable<'a>; 2],
    newest: Markup,
    ways: Vec<Safe<Anchor>>,
    badges: Vec<Safe<Anchor>>,
}

/// Returns the badges of an application, if it has a main branch for them.
fn badges(known: &ApplicationOverview, links: &Links) -> Vec<Safe<Anchor>> {
    let it = &*known.details.pacticipant;
    let Some(main_branch) = &it.main_branch else {
        return Vec::new();
    };
    let to_environment = known.environments.iter().map(|environment| {
        let badge = BadgePlace::CanIDeploy {
            application: it.name.clone(),
            main_branch: main_branch.clone(),
            environment: environment.clone(),
        };
        (
            badge,
            format!("Can I deploy {main_branch} to {environment}?"),
        )
    });
    let merge = BadgePlace::CanIMerge(it.name.clone());
    let all = to_environment.chain([(merge, format!("Can I merge to {main_branch}?"))]);
    let anchor = |(badge, text): (_, String)| links.anchor(&Place::Badge(badge), &text);
    all.map(anchor).collect()
}

/// Contracts, seen from one of the two.
struct IntegrationTable<'a> {
    heading: &'static str,
    none: &'static str,
    rows: Vec<(&'a IntegrationRow, &'a PacticipantName, Safe<State>)>,
}

impl Application<'_> {
    fn on_branch(&self, branch: &BranchName) -> Safe<Anchor> {
        on_branch(self.links, &self.it.name, branch)
    }

    fn tagged(&self, tag: &TagName) -> Safe<Anchor> {
        tagged(self.links, &self.it.name, tag)
    }

    fn all_versions(&self) -> Safe<Anchor> {
        let text = match self.known.versions {
            1 => "Its only version".to_owned(),
            number => format!("All {number} versions"),
        };
        let wanted = WantedVersions::default();
        self.links
            .anchor(&versions_place(&self.it.name, wanted, 1), &text)
    }
}

/// Returns the page of an application.
#[must_use]
pub fn one(known: &ApplicationOverview, links: &Links) -> Page {
    let it = &*known.details.pacticipant;
    let name = &it.name;
    let row = |row, partner| (row, partner, state::of_row(row));
    let consumes = known.consumes.iter();
    let provides = known.provides.iter();
    let can_i_deploy = vec![("pacticipant".to_owned(), name.to_string())];
    let network = Place::Network(NetworkPlace {
        application: Some(name.clone()),
        ..NetworkPlace::default()
    });
    let main = Application {
        known,
        it,
        links,
        integrations: [
            IntegrationTable {
                heading: "Providers that it needs",
                none: "It has published no contract.",
                rows: consumes
                    .map(|it| row(it, &it.integration.provider))
                    .collect(),
            },
            IntegrationTable {
                heading: "Consumers that need it",
                none: "Nobody has published a contract with it.",
                rows: provides
                    .map(|it| row(it, &it.integration.consumer))
                    .collect(),
            },
        ],
        badges: badges(known, links),
        newest: versions_table(name, &known.newest, |_| &[], links),
        ways: links.ways([
            (Place::CanIDeploy(can_i_deploy), "Can I deploy it?"),
            (network, "Its network"),
            (
                Place::history(Subject::Pacticipant(name.clone())),
                "Its history",
            ),
        ]),
    };
    Page::new(Place::Application(name.clone()), &main)
}

/// A table of versions.
#[derive(Template)]
#[template(path = "versions_table.html", config = "src/render/page/askama.toml")]
struct VersionsTable<'a> {
    name: &'a PacticipantName,
    rows: Vec<VersionRow<'a>>,
    links: &'a Links,
}

struct VersionRow<'a> {
    version: &'a Version,
    branches: Vec<Safe<Anchor>>,
    heads: &'a [BranchName],
    tags: Vec<Safe<Anchor>>,
    build: Option<Safe<word::Outside>>,
}

fn versions_table<'a>(
    name: &'a PacticipantName,
    versions: &'a [std::sync::Arc<Version>],
    heads: impl Fn(&Version) -> &'a [BranchName],
    links: &'a Links,
) -> Markup {
    let row = |version: &'a std::sync::Arc<Version>| VersionRow {
        version,
        branches: version
            .branches
            .iter()
            .map(|it| on_branch(links, name, it))
            .collect(),
        heads: heads(version),
        tags: version
            .tags
            .iter()
            .map(|it| tagged(links, name, it))
            .collect(),
        build: version
            .build_url
            .as_deref()
            .map(|url| word::outside(url, "build")),
    };
    let rows = versions.iter().map(row).collect();
    super::markup(&VersionsTable { name, rows, links })
}

fn versions_place(name: &PacticipantName, wanted: WantedVersions, part: usize) -> Place {
    Place::Versions {
        application: name.clone(),
        wanted,
        part,
    }
}

fn on_branch(links: &Links, name: &PacticipantName, branch: &BranchName) -> Safe<Anchor> {
    let wanted = WantedVersions {
        branch: Some(branch.clone()),
        tag: None,
    };
    links.anchor(&versions_place(name, wanted, 1), branch)
}

fn tagged(links: &Links, name: &PacticipantName, tag: &TagName) -> Safe<Anchor> {
    let wanted = WantedVersions {
        branch: None,
        tag: Some(tag.clone()),
    };
    links.anchor(&versions_place(name, wanted, 1), tag)
}

/// The versions of an application.
#[derive(Template)]
#[template(path = "versions.html", config = "src/render/page/askama.toml")]
struct Versions<'a> {
    name: &'a PacticipantName,
    list: &'a VersionList,
    wanted: &'a WantedVersions,
    links: &'a Links,
    table: Markup,
    parts: Markup,
}

impl Versions<'_> {
    fn found(&self) -> String {
        count(self.list.part.of, "version")
    }

    fn all(&self) -> Safe<Anchor> {
        let place = versions_place(self.name, WantedVersions::default(), 1);
        self.links.anchor(&place, "Show all versions")
    }
}

/// Returns the page of the versions of an application.
#[must_use]
pub fn versions(
    name: &PacticipantName,
    wanted: &WantedVersions,
    list: &VersionList,
    links: &Links,
) -> Page {
    let of_part = |part| versions_place(name, wanted.clone(), part);
    let main = Versions {
        name,
        list,
        wanted,
        links,
        table: versions_table(name, &list.rows, |it| list.heads.of(&it.number), links),
        parts: parts(list.part, "versions", |part| links.to(&of_part(part))),
    };
    Page::new(of_part(list.part.number), &main)
}

/// One version.
#[derive(Template)]
#[template(path = "version.html", config = "src/render/page/askama.toml")]
struct OneVersion<'a> {
    known: &'a VersionOverview,
    name: &'a PacticipantName,
    version: &'a Version,
    links: &'a Links,
    ways: Vec<Safe<Anchor>>,
}

impl OneVersion<'_> {
    fn on_branch(&self, branch: &BranchName) -> Safe<Anchor> {
        on_branch(self.links, self.name, branch)
    }

    fn is_head(&self, branch: &BranchName) -> bool {
        self.known.details.heads.contains(branch)
    }

    fn tagged(&self, tag: &TagName) -> Safe<Anchor> {
        tagged(self.links, self.name, tag)
    }

    fn contract(&self, pact: &PactPublication) -> Safe<Anchor> {
        let pair = PairPlace {
            consumer: pact.consumer.clone(),
            provider: pact.provider.clone(),
        };
        let place = Place::contract(pair, pact.version.number.clone());
        self.links.anchor(&place, "contract")
    }

    fn state(pact: &PactResult) -> Safe<State> {
        match &pact.latest {
            Some(latest) => state::of_pact(PactStatus::of(&pact.pact, Some(latest))),
            None => State::none(
                "unverified",
                "No provider version has verified this contract",
            ),
        }
    }
}

/// Returns the page of a version.
#[must_use]
pub fn version(known: &VersionOverview, links: &Links) -> Page {
    let (name, version) = (&known.details.pacticipant, &*known.details.version);
    let number = &version.number;
    let question = vec![
        ("pacticipant".to_owned(), name.to_string()),
        ("version".to_owned(), number.to_string()),
    ];
    let main = OneVersion {
        known,
        name,
        version,
        links,
        ways: links.ways([(Place::CanIDeploy(question), "Can I deploy it?")]),
    };
    let place = Place::Version {
        application: name.clone(),
        number: number.clone(),
    };
    Page::new(place, &main)
}
