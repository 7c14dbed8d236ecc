//! Finding the pact of a consumer with a provider that somebody means.
//!
//! Written as `current`, `latest`, `main-branch`, `branch:NAME`, `tag:NAME`, `environment:NAME`,
//! `deployed:NAME`, `released:NAME`, `version:NUMBER`, or just a number.

use std::fmt;
use std::str::FromStr;

use super::deployment::EnvironmentRefusal;
use super::find_version::NotFound;
use super::find_version::known_pacticipant;
use super::ledger::Unreadable;
use super::name::BranchName;
use super::name::EnvironmentName;
use super::name::InvalidName;
use super::name::PacticipantName;
use super::name::TagName;
use super::name::VersionNumber;
use super::pacts::Among;
use super::pacts::PactPublication;
use super::pacts::Pair;

/// Which pact is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhichPact {
    /// That of the newest version on the consumer's main branch that has one; else of the newest version
    /// that has one.
    Current,
    /// That of the newest version that has one.
    Latest,
    /// That of a version.
    Version(VersionNumber),
    /// That of the newest version on a branch that has one.
    Branch(BranchName),
    /// That of the newest version on the main branch that has one.
    MainBranch,
    /// That of the newest version with a tag that has one.
    Tag(TagName),
    /// That of the newest version that has one of those that are in an environment.
    Environment {
        /// The environment.
        name: EnvironmentName,
        /// How they came there.
        how: How,
    },
}

/// How versions came into an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// They are deployed there.
    Deployed,
    /// They are released to it.
    Released,
    /// They are either.
    Either,
}

/// The pact that is meant is not there, or is not one.
#[derive(Debug, thiserror::Error)]
pub enum NoSuchPact {
    /// The consumer, the provider, a version, a tag or an environment does not exist, or cannot be read.
    #[error(transparent)]
    NotFound(#[from] NotFound),
    /// What is meant has no pact with the provider.
    #[error("there is no pact of {consumer} with {provider} for {which}")]
    None {
        /// What is meant.
        which: WhichPact,
        /// The consumer.
        consumer: PacticipantName,
        /// The provider.
        provider: PacticipantName,
    },
    /// Versions with several pacts are in an environment.
    #[error(
        "there are several pacts of {consumer} with {provider} for {which}: those of versions {}",
        listed(versions)
    )]
    Several {
        /// What is meant.
        which: WhichPact,
        /// The consumer.
        consumer: PacticipantName,
        /// The provider.
        provider: PacticipantName,
        /// A version for each, the newest first.
        versions: Vec<VersionNumber>,
    },
}

fn listed(versions: &[VersionNumber]) -> String {
    let versions: Vec<String> = versions.iter().map(ToString::to_string).collect();
    versions.join(" and ")
}

impl From<Unreadable> for NoSuchPact {
    fn from(error: Unreadable) -> Self {
        Self::NotFound(error.into())
    }
}

impl FromStr for WhichPact {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let environment = |name: &str, how| {
            let name = name.parse()?;
            Ok(Self::Environment { name, how })
        };
        match text.split_once(':') {
            None if text == "current" => Ok(Self::Current),
            None if text == "latest" => Ok(Self::Latest),
            None if text == "main-branch" => Ok(Self::MainBranch),
            Some(("version", number)) => number.parse().map(Self::Version),
            Some(("branch", name)) => name.parse().map(Self::Branch),
            Some(("tag", name)) => name.parse().map(Self::Tag),
            Some(("environment", name)) => environment(name, How::Either),
            Some(("deployed", name)) => environment(name, How::Deployed),
            Some(("released", name)) => environment(name, How::Released),
            _ => text.parse().map(Self::Version),
        }
    }
}

impl WhichPact {
    /// Returns what is meant as it is written, and read again.
    #[must_use]
    pub fn written(&self) -> String {
        match self {
            Self::Current => "current".to_owned(),
            Self::Latest => "latest".to_owned(),
            Self::MainBranch => "main-branch".to_owned(),
            Self::Branch(name) => format!("branch:{name}"),
            Self::Tag(name) => format!("tag:{name}"),
            Self::Environment { name, how } => match how {
                How::Either => format!("environment:{name}"),
                How::Deployed => format!("deployed:{name}"),
                How::Released => format!("released:{name}"),
            },
            // A number may look like any of the others.
            Self::Version(number) => match number.as_str().parse() {
                Ok(read) if Self::eq(&read, self) => number.to_string(),
                _ => format!("version:{number}"),
            },
        }
    }
}

impl fmt::Display for WhichPact {
    /// Writes what is meant as a part of a sentence, e.g. `branch main`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Current => f.write_str("the current version"),
            Self::Latest => f.write_str("the latest version"),
            Self::Version(number) => write!(f, "version {number}"),
            Self::Branch(name) => write!(f, "branch {name}"),
            Self::MainBranch => f.write_str("the main branch"),
            Self::Tag(name) => write!(f, "tag {name}"),
            Self::Environment { name, how } => {
                let how = match how {
                    How::Deployed => "deployed in",
                    How::Released => "released to",
                    How::Either => "in",
                };
                write!(f, "what is {how} {name}")
            }
        }
    }
}

/// The pact that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundPact {
    /// The version that published it.
    pub publication: PactPublication,
    /// One of each other content that is in the environment as well, those of the newest versions first.
    pub others: Vec<PactPublication>,
}

/// Returns the pact that is meant; the newest, where versions with several are in an environment.
///
/// Reads the version that is meant; more than that where [`Pair::latest`] does.
///
/// # Errors
///
/// Fails if the consumer, the provider, the version, the environment or the pact is not there, and if a
/// record cannot be read.
pub fn find_newest(pair: &Pair<'_>, which: &WhichPact) -> Result<FoundPact, NoSuchPact> {
    known_pacticipant(pair.ledger, pair.consumer)?;
    known_pacticipant(pair.ledger, pair.provider)?;
    let mut found = publications(pair, which)?.into_iter();
    let Some(publication) = found.next() else {
        return Err(NoSuchPact::None {
            which: which.clone(),
            consumer: pair.consumer.clone(),
            provider: pair.provider.clone(),
        });
    };
    let mut others: Vec<PactPublication> = Vec::new();
    for other in found {
        let is_same = |known: &PactPublication| known.content == other.content;
        if !is_same(&publication) && !others.iter().any(is_same) {
            others.push(other);
        }
    }
    Ok(FoundPact {
        publication,
        others,
    })
}

/// Returns the pact that is meant, if it is one.
///
/// # Errors
///
/// Fails as [`find_newest`] does, and if versions with several pacts are in an environment.
pub fn find_only(pair: &Pair<'_>, which: &WhichPact) -> Result<PactPublication, NoSuchPact> {
    let found = find_newest(pair, which)?;
    if found.others.is_empty() {
        return Ok(found.publication);
    }
    let versions = std::iter::once(&found.publication).chain(&found.others);
    Err(NoSuchPact::Several {
        which: which.clone(),
        consumer: pair.consumer.clone(),
        provider: pair.provider.clone(),
        versions: versions.map(|pact| pact.version.number.clone()).collect(),
    })
}

/// Returns the pact that is meant; several, those of the newest versions first, where several are live.
fn publications(pair: &Pair<'_>, which: &WhichPact) -> Result<Vec<PactPublication>, NoSuchPact> {
    let among = match which {
        WhichPact::Current => {
            let current = pair.latest(&Among::OnMainBranch)?;
            let current = match current {
                None => pair.latest(&Among::All)?,
                current => current,
            };
            return Ok(current.into_iter().collect());
        }
        WhichPact::Version(number) => {
            if pair.ledger.version(pair.consumer, number)?.is_none() {
                let (pacticipant, version) = (pair.consumer.clone(), number.clone());
                return Err(NotFound::Version {
                    pacticipant,
                    version,
                }
                .into());
            }
            return Ok(pair.of_version(number)?.into_iter().collect());
        }
        WhichPact::Environment { name, how } => return in_environment(pair, name, *how),
        WhichPact::Latest => Among::All,
        WhichPact::MainBranch => Among::OnMainBranch,
        WhichPact::Branch(branch) => Among::OnBranch(branch.clone()),
        WhichPact::Tag(tag) => Among::Tagged(tag.clone()),
    };
    Ok(pair.latest(&among)?.into_iter().collect())
}

/// Returns the pacts of the versions that are in an environment, those of the newest versions first.
fn in_environment(
    pair: &Pair<'_>,
    name: &EnvironmentName,
    how: How,
) -> Result<Vec<PactPublication>, NoSuchPact> {
    let Pair {
        ledger, consumer, ..
    } = pair;
    if ledger.environment(name)?.is_none() {
        let known = ledger.environments()?;
        let refusal = EnvironmentRefusal::NoSuchEnvironment {
            name: name.clone(),
            known: known.iter().map(|it| it.name.clone()).collect(),
        };
        return Err(NotFound::from(refusal).into());
    }
    let mut numbers = Vec::new();
    if how != How::Released {
        let deployed = ledger.deployed(name, consumer)?.into_iter();
        numbers.extend(deployed.map(|it| it.version));
    }
    if how != How::Deployed {
        let released = ledger.released(name, consumer)?.into_iter();
        numbers.extend(released.map(|it| it.version));
    }
    let mut pacts = Vec::new();
    for number in numbers {
        pacts.extend(pair.of_version(&number)?);
    }
    pacts.sort_by_key(|pact| std::cmp::Reverse(pact.version.seq));
    Ok(pacts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::MemoryLedger;
    use crate::domain::testing::n;

    /// Web 1 and 2 are on main, 3 and 4 on side; 4 has no pact with Orders.
    fn web() -> MemoryLedger {
        let mut ledger = MemoryLedger::default();
        ledger.publish_tagged("Web", "1", "main", &["prod"], &["Orders=a"]);
        ledger.publish("Web", "2", "main", &["Orders=b"]);
        ledger.publish("Web", "3", "feat", &["Orders=c"]);
        ledger.publish("Web", "4", "side", &["Stock=d"]);
        ledger.environment_named("production");
        ledger.environment_named("empty");
        ledger.deploy("Web", "1", "production", "");
        ledger.release("Web", "2", "production");
        ledger
    }

    fn found(ledger: &MemoryLedger, which: &str) -> Result<String, NoSuchPact> {
        let (consumer, provider): (PacticipantName, PacticipantName) = (n("Web"), n("Orders"));
        let pair = Pair {
            ledger,
            consumer: &consumer,
            provider: &provider,
        };
        find_only(&pair, &which.parse().unwrap()).map(|pact| pact.version.number.to_string())
    }

    #[test]
    fn every_way_to_say_it_finds_a_version() {
        let ledger = web();
        for (which, version) in [
            ("current", "2"),
            ("latest", "3"),
            ("main-branch", "2"),
            ("branch:feat", "3"),
            ("tag:prod", "1"),
            ("3", "3"),
            ("version:3", "3"),
            ("deployed:production", "1"),
            ("released:production", "2"),
        ] {
            assert_eq!(found(&ledger, which).unwrap(), version, "{which}");
        }
    }

    #[test]
    fn what_is_not_there_is_said() {
        let ledger = web();
        for (which, text) in [
            ("9", "no version 9 of pacticipant 'Web' found"),
            (
                "odd:thing",
                "no version odd:thing of pacticipant 'Web' found",
            ),
            ("4", "there is no pact of Web with Orders for version 4"),
            (
                "branch:side",
                "there is no pact of Web with Orders for branch side",
            ),
            (
                "branch:none",
                "there is no pact of Web with Orders for branch none",
            ),
            (
                "tag:none",
                "there is no pact of Web with Orders for tag none",
            ),
            (
                "environment:empty",
                "there is no pact of Web with Orders for what is in empty",
            ),
            (
                "environment:nowhere",
                "No environment found with name 'nowhere'. Available options: empty, production",
            ),
            (
                "environment:production",
                "there are several pacts of Web with Orders for what is in production: those of versions 2 and 1",
            ),
        ] {
            assert_eq!(
                found(&ledger, which).unwrap_err().to_string(),
                text,
                "{which}"
            );
        }
    }

    #[test]
    fn versions_with_one_content_are_not_several() {
        let mut ledger = web();
        ledger.publish("Web", "5", "main", &["Orders=a"]);
        ledger.deploy("Web", "5", "production", "other");
        assert_eq!(found(&ledger, "deployed:production").unwrap(), "5");
    }

    #[test]
    fn without_a_main_branch_the_latest_is_the_current_one() {
        let mut ledger = MemoryLedger::default();
        ledger.publish("Web", "1", "feat", &["Orders=a"]);
        assert_eq!(found(&ledger, "current").unwrap(), "1");
        let none = found(&ledger, "main-branch").unwrap_err();
        assert!(matches!(none, NoSuchPact::None { .. }), "{none}");
    }

    #[test]
    fn what_else_is_live_is_named_if_it_says_something_else() {
        let (consumer, provider): (PacticipantName, PacticipantName) = (n("Web"), n("Orders"));
        let pair = Pair {
            ledger: &web(),
            consumer: &consumer,
            provider: &provider,
        };
        let found = find_newest(&pair, &"environment:production".parse().unwrap()).unwrap();
        assert_eq!(found.publication.version.number, n("2"));
        let others = found.others.iter().map(|it| it.version.number.as_str());
        assert_eq!(others.collect::<Vec<_>>(), ["1"]);
    }

    #[test]
    fn a_version_without_the_pact_hides_no_older_one_of_its_branch() {
        let mut ledger = web();
        ledger.publish("Web", "5", "main", &["Stock=e"]);
        assert_eq!(found(&ledger, "current").unwrap(), "2");
        assert_eq!(found(&ledger, "branch:main").unwrap(), "2");
    }
}
