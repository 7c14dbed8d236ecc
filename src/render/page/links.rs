//! Where a page is: in a server an address below its own, in a static site a file, relative to the page
//! that links to it. The only place where addresses of pages are put together and encoded.

mod badge;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::asset::Asset;
use super::file_name::file_name;
use super::names;
use super::place::ContractPlace;
use super::place::NetworkPlace;
use super::place::PairPlace;
use super::place::Place;
use super::place::Search;
use super::place::Words;
use crate::domain::history::Subject;
use crate::domain::integration_list::WantedIntegrations;
use crate::domain::moment::Understood;
use crate::domain::versions::WantedVersions;
use crate::render::hal::Address;
use crate::render::hal::Template;
use crate::render::hal::address;
use crate::render::hal::address::encoded;
use crate::render::hal::template;

/// The parameter of every address that says which day is shown.
pub const AT: &str = "at";

/// From a page to where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Links {
    base: Base,
    past: Option<Past>,
}

/// A moment of the past that a page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// How somebody said it, and links say it again.
    pub asked: String,
    /// What that means.
    pub understood: Understood,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Base {
    /// What everything lies below, without a host: a browser knows that.
    Server(Address),
    /// Files of a static site.
    Site {
        /// That of the page that links.
        here: String,
        /// All of them, by the file that a page would have of its own.
        files: Arc<BTreeMap<String, String>>,
    },
}

/// An address below a server's: a path, and the parameters behind it.
struct Below {
    path: String,
    words: Words,
}

impl Links {
    /// Returns the links of the pages of a server, which stay in the past that a page shows.
    #[must_use]
    pub fn served(server: &Address, past: Option<Past>) -> Self {
        Self {
            base: Base::Server(Address::new(server.context_path())),
            past,
        }
    }

    /// Returns the links of one page of a static site; `None` if the site has no such page. `files` are
    /// those of its pages, by the file that each would have of its own.
    #[must_use]
    pub fn in_site(page: &Place, files: &Arc<BTreeMap<String, String>>) -> Option<Self> {
        Some(Self {
            base: Base::Site {
                here: files.get(&file(page)?)?.clone(),
                files: Arc::clone(files),
            },
            past: None,
        })
    }

    /// Returns the file of the page that links, in a static site.
    #[must_use]
    pub fn here(&self) -> Option<&str> {
        match &self.base {
            Base::Server(_) => None,
            Base::Site { here, .. } => Some(here),
        }
    }

    /// Returns the moment that is shown, if it is one of the past.
    #[must_use]
    pub fn past(&self) -> Option<&Past> {
        self.past.as_ref()
    }

    /// Returns the same links of now.
    #[must_use]
    pub fn of_now(&self) -> Self {
        Self {
            past: None,
            ..self.clone()
        }
    }

    /// Returns where a page is, or `None` where it does not exist.
    #[must_use]
    pub fn to(&self, place: &Place) -> Option<String> {
        match &self.base {
            Base::Server(server) => {
                let Below { path, mut words } = below(server, place)?;
                words.extend(self.past_words(place));
                Some(with_words(path, &words))
            }
            Base::Site { here, files } => Some(relative(here, files.get(&file(place)?)?)),
        }
    }

    /// Returns where a form is sent that leads to a page, and the fields that it takes along unseen.
    #[must_use]
    pub fn form(&self, place: &Place) -> Option<(String, Words)> {
        match &self.base {
            Base::Server(server) => {
                let Below { path, mut words } = below(server, place)?;
                words.extend(self.past_words(place));
                Some((path, words))
            }
            Base::Site { .. } => None,
        }
    }

    /// Returns where a file is that pages load.
    #[must_use]
    pub fn asset(&self, asset: &Asset) -> String {
        match &self.base {
            Base::Server(server) => server.to(template::PAGE_ASSET, &[asset.name]),
            Base::Site { here, .. } => relative(here, &asset.file()),
        }
    }

    /// Returns where the file with all names is that can be found; in a server there is none, that is asked.
    #[must_use]
    pub fn names(&self) -> Option<String> {
        self.here().map(|here| relative(here, names::FILE))
    }

    /// Returns where the explorer shows what a page is made of.
    #[must_use]
    pub fn explorer(&self, place: &Place) -> Option<String> {
        let Base::Server(server) = &self.base else {
            return None;
        };
        let explorer = server.to(template::HAL_BROWSER, &[]);
        let shown = is_resource(place).then(|| below(server, place)).flatten();
        Some(match shown {
            Some(Below { path, words }) => format!("{explorer}#{}", with_words(path, &words)),
            None => explorer,
        })
    }

    /// What is as it was published is the same on every day; badges and the explorer show none but today.
    fn past_words(&self, place: &Place) -> Words {
        let past = self.past.iter();
        let is_of_all_days = matches!(
            place,
            Place::Explorer | Place::RawContract { .. } | Place::Badge(_)
        );
        let past = past.filter(|_| !is_of_all_days);
        past.map(|past| (AT.to_owned(), past.asked.clone()))
            .collect()
    }
}

/// Says whether there is a resource of the API at the address of a page.
fn is_resource(place: &Place) -> bool {
    !matches!(
        place,
        Place::History { .. }
            | Place::Network(_)
            | Place::Problem(_)
            | Place::RawContract { .. }
            | Place::Badge(_)
    )
}

/// Returns where a page of a server is.
fn below(server: &Address, place: &Place) -> Option<Below> {
    let to = |template: Template, values: &[&str]| match server.to(template, values) {
        path if path.is_empty() => "/".to_owned(),
        path => path,
    };
    let of_pair = |template, pair: &PairPlace, more: &[&str]| {
        let values = [&[pair.provider.as_str(), pair.consumer.as_str()], more].concat();
        to(template, &values)
    };
    let mut words = Vec::new();
    let path = match place {
        Place::Integrations(wanted) => {
            words = integration_words(wanted);
            to(template::INDEX, &[])
        }
        Place::Applications(Search { text, part }) => {
            add("q", text, &mut words);
            add_part(*part, &mut words);
            to(template::PACTICIPANTS, &[])
        }
        Place::Application(name) => to(template::PACTICIPANT, &[name.as_str()]),
        Place::Versions {
            application,
            wanted,
            part,
        } => {
            let WantedVersions { branch, tag } = wanted;
            add(
                "branch",
                branch.as_ref().map_or("", |it| it.as_str()),
                &mut words,
            );
            add("tag", tag.as_ref().map_or("", |it| it.as_str()), &mut words);
            add_part(*part, &mut words);
            to(template::VERSIONS, &[application.as_str()])
        }
        Place::Version {
            application,
            number,
        } => to(template::VERSION, &[application.as_str(), number.as_str()]),
        Place::Environments => to(template::ENVIRONMENTS, &[]),
        Place::Environment { uuid, .. } => to(template::ENVIRONMENT, &[uuid.as_str()]),
        Place::Contract(ContractPlace { pair, version }) => match version {
            Some(version) => of_pair(template::PACT, pair, &[version.as_str()]),
            None => of_pair(template::LATEST_PACT, pair, &[]),
        },
        Place::RawContract { pair, version } => {
            of_pair(template::RAW_PACT, pair, &[version.as_str()])
        }
        Place::Badge(badge) => {
            let (template, values) = badge::address(badge);
            to(template, &values)
        }
        Place::Diff {
            pair,
            version,
            from,
        } => match from {
            Some(from) => of_pair(
                template::VERSION_DIFF,
                pair,
                &[version.as_str(), from.as_str()],
            ),
            None => of_pair(template::DIFF_PREVIOUS_DISTINCT, pair, &[version.as_str()]),
        },
        Place::PairMatrix(pair) => of_pair(template::PAIR_MATRIX, pair, &[]),
        Place::Matrix(form) => {
            words.clone_from(form);
            to(template::MATRIX, &[])
        }
        Place::CanIDeploy(form) => {
            words.clone_from(form);
            to(template::CAN_I_DEPLOY, &[])
        }
        Place::Verification {
            pair,
            content,
            number,
        } => {
            let (content, number) = (address::shown(content), number.to_string());
            of_pair(template::VERIFICATION_RESULT, pair, &[content, &number])
        }
        Place::Webhooks => to(template::WEBHOOKS, &[]),
        Place::Webhook(uuid) => to(template::WEBHOOK, &[uuid.as_str()]),
        Place::History { subject, part } => {
            words = subject_words(subject);
            add_part(*part, &mut words);
            to(template::HISTORY, &[])
        }
        Place::Network(shown) => {
            words = network_words(shown);
            to(template::NETWORK, &[])
        }
        Place::Explorer => to(template::HAL_BROWSER, &[]),
        Place::Problem(_) => return None,
    };
    Some(Below { path, words })
}

fn integration_words(wanted: &WantedIntegrations) -> Words {
    let mut words = Vec::new();
    add("q", &wanted.search, &mut words);
    if wanted.order != WantedIntegrations::default().order {
        add("sort", wanted.order.as_str(), &mut words);
    }
    add_part(wanted.part, &mut words);
    words
}

fn subject_words(subject: &Subject) -> Words {
    let mut words = Vec::new();
    match subject {
        Subject::Store => {}
        Subject::Pacticipant(name) => add("application", name.as_str(), &mut words),
        Subject::Integration { provider, consumer } => {
            add("consumer", consumer.as_str(), &mut words);
            add("provider", provider.as_str(), &mut words);
        }
        Subject::Environment(name) => add("environment", name.as_str(), &mut words),
    }
    words
}

fn network_words(shown: &NetworkPlace) -> Words {
    let NetworkPlace {
        application,
        depth,
        environment,
    } = shown;
    let mut words = Vec::new();
    let application = application.as_ref().map_or("", |it| it.as_str());
    add("application", application, &mut words);
    let depth = depth.map(|depth| depth.to_string());
    add("depth", &depth.unwrap_or_default(), &mut words);
    let environment = environment.as_ref().map_or("", |it| it.as_str());
    add("environment", environment, &mut words);
    words
}

/// Adds a parameter, unless there is nothing in it.
fn add(name: &str, value: &str, words: &mut Words) {
    if !value.is_empty() {
        words.push((name.to_owned(), value.to_owned()));
    }
}

fn add_part(part: usize, words: &mut Words) {
    if part > 1 {
        add("page", &part.to_string(), words);
    }
}

fn with_words(path: String, words: &Words) -> String {
    let words: Vec<String> = words
        .iter()
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
        .collect();
    if words.is_empty() {
        path
    } else {
        format!("{path}?{}", words.join("&"))
    }
}

/// Returns the file of a page in a static site, with slashes between directories; `None` if it depends
/// on what somebody types in, or needs a server.
#[must_use]
pub fn file(place: &Place) -> Option<String> {
    let page = |name: &str| format!("{}.html", file_name(name));
    Some(match place {
        Place::Integrations(wanted) => {
            let part = wanted.part;
            let WantedIntegrations { search, order, .. } = WantedIntegrations::default();
            if (&wanted.search, wanted.order) != (&search, order) {
                return None;
            }
            numbered("", part)
        }
        Place::Applications(Search { text, part }) if text.is_empty() => {
            numbered("applications/", *part)
        }
        Place::Application(name) => format!("application/{}/index.html", file_name(name.as_str())),
        Place::Versions {
            application,
            wanted,
            part,
        } if *wanted == WantedVersions::default() => {
            let directory = format!("application/{}/versions/", file_name(application.as_str()));
            numbered(&directory, *part)
        }
        Place::Version {
            application,
            number,
        } => {
            let application = file_name(application.as_str());
            format!(
                "application/{application}/version/{}",
                page(number.as_str())
            )
        }
        Place::Environments => "environments/index.html".to_owned(),
        Place::Environment { name, .. } => format!("environment/{}", page(name.as_str())),
        Place::Contract(ContractPlace { pair, version }) => match version {
            Some(version) => of_pair(pair, &format!("version/{}", page(version.as_str()))),
            None => of_pair(pair, "index.html"),
        },
        Place::RawContract { pair, version } => {
            of_pair(pair, &format!("json/{}.json", file_name(version.as_str())))
        }
        Place::Badge(badge) => badge::file(badge),
        Place::Diff {
            pair,
            version,
            from: None,
        } => of_pair(pair, &format!("changes/{}", page(version.as_str()))),
        Place::PairMatrix(pair) => of_pair(pair, "matrix.html"),
        Place::Verification { pair, number, .. } => {
            of_pair(pair, &format!("verification/{number}.html"))
        }
        Place::Webhooks => "webhooks/index.html".to_owned(),
        Place::Webhook(uuid) => format!("webhook/{}", page(uuid.as_str())),
        Place::History { subject, part: 1 } => match subject {
            Subject::Store => "history/index.html".to_owned(),
            Subject::Pacticipant(name) => format!("history/application/{}", page(name.as_str())),
            Subject::Environment(name) => format!("history/environment/{}", page(name.as_str())),
            Subject::Integration { provider, consumer } => {
                let pair = PairPlace {
                    consumer: consumer.clone(),
                    provider: provider.clone(),
                };
                of_pair(&pair, "history.html")
            }
        },
        Place::Network(NetworkPlace {
            application,
            depth: None,
            environment,
        }) => match (application, environment) {
            (None, None) => "network/index.html".to_owned(),
            (Some(name), None) => format!("network/application/{}", page(name.as_str())),
            (None, Some(name)) => format!("network/environment/{}", page(name.as_str())),
            (Some(_), Some(_)) => return None,
        },
        Place::Applications(_)
        | Place::Versions { .. }
        | Place::Diff { .. }
        | Place::Matrix(_)
        | Place::CanIDeploy(_)
        | Place::History { .. }
        | Place::Network(_)
        | Place::Explorer
        | Place::Problem(_) => return None,
    })
}

/// Returns a file of a consumer and a provider.
fn of_pair(PairPlace { consumer, provider }: &PairPlace, rest: &str) -> String {
    let (provider, consumer) = (file_name(provider.as_str()), file_name(consumer.as_str()));
    format!("contracts/{provider}/{consumer}/{rest}")
}

/// Returns the file of a part of a list.
fn numbered(directory: &str, part: usize) -> String {
    match part {
        1 => format!("{directory}index.html"),
        part => format!("{directory}index-{part}.html"),
    }
}

/// Returns the way from one file to another.
fn relative(here: &str, there: &str) -> String {
    let (here, there): (Vec<&str>, Vec<&str>) =
        (here.split('/').collect(), there.split('/').collect());
    // The last one is a file, not a directory.
    let directories = here.len().min(there.len()) - 1;
    let shared = (0..directories).take_while(|at| here[*at] == there[*at]);
    let shared = shared.count();
    let up = "../".repeat(here.len() - 1 - shared);
    // File names need no encoding: they hold nothing that means something in an address.
    format!("{up}{}", there[shared..].join("/"))
}

#[cfg(test)]
mod tests;
