//! Why the pact of a consumer version was chosen, and how that is put into words.
//!
//! The order of the variants of [`Reason`] is the order in which reasons are listed
//! (spec: semantics §6.4): choices are sorted by reason, then consumer, then age of the version.

use super::super::name::{BranchName, EnvironmentName, PacticipantName, TagName, VersionNumber};
use super::super::time::Seq;

/// Why the pact of one consumer version was chosen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Choice {
    /// What speaks for it.
    pub reason: Reason,
    /// The consumer that the selector was limited to, if it was.
    pub consumer: Option<PacticipantName>,
    /// When in the consumer's history the version was first mentioned.
    pub seq: Seq,
    /// The consumer version.
    pub version: VersionNumber,
}

/// What speaks for a consumer version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It is the newest one that has a pact with the provider.
    Latest,
    /// It is the head of a branch.
    Branch {
        /// The branch.
        branch: BranchName,
        /// The branch that was asked for; this one is its fallback.
        instead_of: Option<BranchName>,
    },
    /// It is the newest one with a tag.
    LatestWithTag {
        /// The tag.
        tag: TagName,
        /// The tag that was asked for; this one is its fallback.
        instead_of: Option<TagName>,
    },
    /// It has a tag.
    AllWithTag(TagName),
    /// It is deployed somewhere.
    Deployed(Place),
    /// It is released somewhere and supported.
    Released(Place),
    /// It is the head of its consumer's main branch, which is this one.
    MainBranch(BranchName),
    /// It is in an environment, deployed or released.
    InEnvironment(EnvironmentName),
}

/// An environment, as far as it matters for words and order: production is named last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Whether it is a production environment.
    pub production: bool,
    /// Its name.
    pub environment: EnvironmentName,
}

impl Choice {
    /// Returns the few words that a test is named after, e.g. `latest from branch feat`.
    #[must_use]
    pub fn short_description(&self) -> String {
        match &self.reason {
            Reason::Latest => "latest".to_owned(),
            Reason::Branch { branch, .. } => format!("latest from branch {branch}"),
            Reason::LatestWithTag { tag, .. } => format!("latest with tag {tag}"),
            Reason::AllWithTag(tag) => match &self.consumer {
                Some(consumer) => format!("one of {consumer} {tag}"),
                None => format!("one of {tag}"),
            },
            Reason::Deployed(place) => format!("deployed to {}", place.environment),
            Reason::Released(place) => format!("released in {}", place.environment),
            Reason::MainBranch(_) => "latest from main branch".to_owned(),
            // The recorded broker shows the inside of its program here.
            Reason::InEnvironment(environment) => format!("in {environment}"),
        }
    }
}

/// Returns one line for each criterion; deployments, and releases, share a line per consumer.
pub(super) fn criteria(choices: &[Choice], provider: &PacticipantName) -> Vec<String> {
    let mut sorted: Vec<&Choice> = choices.iter().collect();
    sorted.sort();
    // How a line begins, and the environments that it lists.
    let mut lines: Vec<(String, Vec<String>)> = Vec::new();
    for choice in sorted {
        let (place, verb) = match &choice.reason {
            Reason::Deployed(place) => (place, "currently deployed to"),
            Reason::Released(place) => (place, "released and supported in"),
            _ => {
                let line = format!("{} ({})", criterion(choice, provider), choice.version);
                lines.push((line, Vec::new()));
                continue;
            }
        };
        let start = format!("{} {verb} ", versions_of(choice));
        let here = format!("{} ({})", place.environment, choice.version);
        match lines.iter_mut().find(|(known, _)| *known == start) {
            Some((_, environments)) => environments.push(here),
            None => lines.push((start, vec![here])),
        }
    }
    let whole = |(start, environments): (String, Vec<String>)| start + &joined(&environments);
    lines.into_iter().map(whole).collect()
}

fn versions_of(choice: &Choice) -> String {
    match &choice.consumer {
        Some(consumer) => format!("version(s) of {consumer}"),
        None => "consumer version(s)".to_owned(),
    }
}

fn criterion(choice: &Choice, provider: &PacticipantName) -> String {
    let version = match &choice.consumer {
        Some(consumer) => format!("version of {consumer}"),
        None => "version".to_owned(),
    };
    let whose = |nobody: &str| {
        let consumer = choice.consumer.as_ref();
        consumer.map_or(nobody.to_owned(), ToString::to_string)
    };
    match &choice.reason {
        Reason::Latest => {
            let consumer = whose("a consumer");
            format!("latest version of {consumer} that has a pact with {provider}")
        }
        Reason::Branch { branch, instead_of } => {
            let note = instead_of.as_ref().map_or(String::new(), |asked| {
                format!(" (fallback branch used as no pact was found from branch '{asked}')")
            });
            format!("latest {version} from branch '{branch}'{note}")
        }
        Reason::LatestWithTag { tag, instead_of } => {
            let note = instead_of.as_ref().map_or(String::new(), |asked| {
                format!(" (fallback tag used as no pact was found with tag '{asked}')")
            });
            format!("latest {version} tagged '{tag}'{note}")
        }
        Reason::AllWithTag(tag) => format!("all {} versions tagged '{tag}'", whose("consumer")),
        Reason::MainBranch(branch) => format!("latest {version} from the main branch '{branch}'"),
        Reason::InEnvironment(environment) => {
            format!(
                "{} version in environment {environment}",
                whose("a consumer")
            )
        }
        Reason::Deployed(place) | Reason::Released(place) => place.environment.to_string(),
    }
}

/// Joins a list as in English: `a, b and c`.
pub(super) fn joined(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// Joins names in quotes: `'a', 'b' and 'c'`.
pub(super) fn quoted<T: std::fmt::Display>(names: &[T]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("'{name}'")).collect();
    joined(&names)
}
