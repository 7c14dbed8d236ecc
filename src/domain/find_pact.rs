//! Finding the pact between two that somebody means.

use std::fmt;

use super::find_version::NotFound;
use super::find_version::known_pacticipant;
use super::ledger::Ledger;
use super::ledger::Read;
use super::ledger::Unreadable;
use super::name::BranchName;
use super::name::EnvironmentName;
use super::name::PacticipantName;
use super::name::TagName;
use super::name::VersionNumber;
use super::pact::Pact;
use super::pacts::Among;
use super::pacts::PactPublication;
use super::pacts::Pair;
use super::presence::Presence;
use super::presence::WantedPresence;

/// Which pact of a consumer and a provider is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhichPact {
    /// The current one: of the newest version on the consumer's main branch that has one, or else of its
    /// newest version that has one.
    Current,
    /// The one of a version.
    Version(VersionNumber),
    /// The one of the newest version on a branch that has one.
    Branch(BranchName),
    /// The one of the newest version with a tag that has one.
    Tag(TagName),
    /// The one of the newest version that has one of those that are deployed in an environment, or
    /// released to it.
    Environment(EnvironmentName),
}

/// A pact that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundPact {
    /// The version that published it.
    pub publication: PactPublication,
    /// What it says.
    pub pact: Pact,
    /// Pacts with another content that are in the environment as well, those of the newest versions first.
    pub others: Vec<PactPublication>,
}

/// There is no such pact.
#[derive(Debug, thiserror::Error)]
pub enum PactNotFound {
    /// The consumer, the provider, a version or the environment is not there.
    #[error(transparent)]
    NotFound(#[from] NotFound),
    /// All of them are there, but no such pact.
    #[error("there is no pact between {consumer} and {provider}{which}")]
    Pact {
        /// The consumer.
        consumer: PacticipantName,
        /// The provider.
        provider: PacticipantName,
        /// Which pact was meant.
        which: WhichPact,
    },
}

impl From<Unreadable> for PactNotFound {
    fn from(error: Unreadable) -> Self {
        Self::NotFound(error.into())
    }
}

impl fmt::Display for WhichPact {
    /// Writes what stands behind "a pact between two", with a space before it; nothing for the current one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Current => Ok(()),
            Self::Version(number) => write!(f, " of version {number}"),
            Self::Branch(branch) => write!(f, " on the branch {branch}"),
            Self::Tag(tag) => write!(f, " with the tag {tag}"),
            Self::Environment(name) => write!(f, " in {name}"),
        }
    }
}

/// Returns the pact between two that is meant.
///
/// Reads the version that is meant; for a branch, and where the newest version has no such pact, all
/// versions of the consumer.
///
/// # Errors
///
/// Fails if one of the two is not known, if there is no such version, environment or pact, or if a record
/// cannot be read.
pub fn find_pact(
    ledger: &dyn Ledger,
    consumer: &PacticipantName,
    provider: &PacticipantName,
    which: &WhichPact,
) -> Result<FoundPact, PactNotFound> {
    known_pacticipant(ledger, consumer)?;
    known_pacticipant(ledger, provider)?;
    let pair = Pair {
        ledger,
        consumer,
        provider,
    };
    let mut found = publications(&pair, which)?.into_iter();
    let Some(publication) = found.next() else {
        return Err(PactNotFound::Pact {
            consumer: consumer.clone(),
            provider: provider.clone(),
            which: which.clone(),
        });
    };
    let pact = pair.stored(&publication.content)?;
    let mut others: Vec<PactPublication> = Vec::new();
    for other in found {
        let is_same = |known: &PactPublication| known.content == other.content;
        if !is_same(&publication) && !others.iter().any(is_same) {
            others.push(other);
        }
    }
    Ok(FoundPact {
        publication,
        pact,
        others,
    })
}

/// Returns the pact that is meant; several, those of the newest versions first, where several are live.
fn publications(pair: &Pair<'_>, which: &WhichPact) -> Result<Vec<PactPublication>, PactNotFound> {
    let latest = |among: Among| -> Read<Vec<PactPublication>> {
        Ok(pair.latest(&among)?.into_iter().collect())
    };
    let found = match which {
        WhichPact::Current => {
            let current = latest(Among::OnMainBranch)?;
            if current.is_empty() {
                latest(Among::All)?
            } else {
                current
            }
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
            pair.of_version(number)?.into_iter().collect()
        }
        WhichPact::Branch(branch) => latest(Among::OnBranch(branch.clone()))?,
        WhichPact::Tag(tag) => latest(Among::Tagged(tag.clone()))?,
        WhichPact::Environment(name) => {
            let wanted = WantedPresence {
                environment: Some(name.clone()),
                ..WantedPresence::default()
            };
            let live = Presence::read(pair.ledger, pair.consumer, &wanted)?;
            let live = live.versions(pair.ledger, pair.consumer)?.into_iter();
            let pact = |version| PactPublication::of(pair.consumer, pair.provider, version);
            live.filter_map(pact).collect()
        }
    };
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fact::Fact;
    use crate::domain::fact::PactFact;
    use crate::domain::fact::VersionFact;
    use crate::domain::testing::MemoryLedger;
    use crate::domain::testing::n;

    /// Web publishes a pact with somebody, with one interaction.
    fn publish(
        ledger: &mut MemoryLedger,
        version: &str,
        branch: &str,
        provider: &str,
        wanted: &str,
    ) {
        let text = format!(r#"{{"interactions":[{{"description":"{wanted}"}}]}}"#);
        let (consumer, provider) = (n("Web"), n(provider));
        let pact = Pact::parse_between(text.as_bytes(), &consumer, &provider).unwrap();
        let fact = VersionFact {
            pacticipant: consumer,
            number: n(version),
            branch: Some(n(branch)),
            tags: if version == "1" {
                vec![n("prod")]
            } else {
                Vec::new()
            },
            build_url: None,
            pacts: vec![PactFact {
                provider,
                content: pact.content_id().clone(),
                bytes: text.into_bytes().into(),
            }],
            at: ledger.now(),
        };
        ledger.tell(&Fact::Version(fact));
    }

    fn ledger() -> MemoryLedger {
        let mut ledger = MemoryLedger::default();
        publish(&mut ledger, "1", "main", "Shop", "a");
        publish(&mut ledger, "2", "main", "Shop", "b");
        publish(&mut ledger, "3", "main", "Mail", "c");
        publish(&mut ledger, "4", "feat", "Shop", "d");
        ledger.environment_named("production");
        ledger.environment_named("test");
        ledger.deploy("Web", "1", "production", "");
        ledger.release("Web", "2", "production");
        ledger
    }

    fn found(which: &WhichPact) -> Result<FoundPact, PactNotFound> {
        find_pact(&ledger(), &n("Web"), &n("Shop"), which)
    }

    #[test]
    fn the_pact_that_is_meant_is_found() {
        for (which, version) in [
            (WhichPact::Current, "2"),
            (WhichPact::Version(n("4")), "4"),
            (WhichPact::Branch(n("feat")), "4"),
            (WhichPact::Branch(n("main")), "2"),
            (WhichPact::Tag(n("prod")), "1"),
            (WhichPact::Environment(n("production")), "2"),
        ] {
            let found = found(&which).unwrap();
            assert_eq!(found.publication.version.number, n(version), "{which:?}");
            assert_eq!(*found.pact.content_id(), found.publication.content);
        }
    }

    #[test]
    fn what_else_is_live_is_named_if_it_says_something_else() {
        let found = found(&WhichPact::Environment(n("production"))).unwrap();
        let others: Vec<_> = found
            .others
            .iter()
            .map(|it| it.version.number.as_str())
            .collect();
        assert_eq!(others, ["1"]);
    }

    #[test]
    fn a_consumer_without_a_main_branch_has_a_current_pact_too() {
        let mut ledger = MemoryLedger::default();
        publish(&mut ledger, "1", "feat", "Shop", "a");
        publish(&mut ledger, "2", "other", "Shop", "b");
        let found = find_pact(&ledger, &n("Web"), &n("Shop"), &WhichPact::Current).unwrap();
        assert_eq!(found.publication.version.number, n("2"));
    }

    #[test]
    fn what_is_not_there_is_named() {
        let refused = |which: &WhichPact| found(which).unwrap_err().to_string();
        for (which, expected) in [
            (
                WhichPact::Version(n("9")),
                "no version 9 of pacticipant 'Web' found",
            ),
            (
                WhichPact::Version(n("3")),
                "there is no pact between Web and Shop of version 3",
            ),
            (
                WhichPact::Branch(n("none")),
                "there is no pact between Web and Shop on the branch none",
            ),
            (
                WhichPact::Tag(n("none")),
                "there is no pact between Web and Shop with the tag none",
            ),
            (
                WhichPact::Environment(n("test")),
                "there is no pact between Web and Shop in test",
            ),
        ] {
            assert_eq!(refused(&which), expected);
        }
        assert!(refused(&WhichPact::Environment(n("uat"))).contains("No environment found"));
        let nobody = find_pact(&ledger(), &n("Nobody"), &n("Shop"), &WhichPact::Current);
        assert_eq!(
            nobody.unwrap_err().to_string(),
            "No pacticipant with name 'Nobody' found"
        );
        let pair = find_pact(&ledger(), &n("Shop"), &n("Web"), &WhichPact::Current);
        assert_eq!(
            pair.unwrap_err().to_string(),
            "there is no pact between Shop and Web"
        );
    }
}
