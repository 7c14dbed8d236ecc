//! Two contracts of a consumer with a provider, found by what somebody means, and what is between them.

use super::diff::PactDiff;
use super::find_pact::NoSuchPact;
use super::find_pact::WhichPact;
use super::find_pact::find_only;
use super::ledger::Ledger;
use super::ledger::Read;
use super::ledger::Unreadable;
use super::name::PacticipantName;
use super::pact::Pact;
use super::pacts::Among;
use super::pacts::PactPublication;
use super::pacts::Pair;

/// One of the two to compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// One that was published.
    Published(WhichPact),
    /// The newest before the other that has another content.
    Previous,
    /// One that need not be published.
    Document(Document),
}

/// A contract that need not be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// How people know it, such as the name of its file.
    pub name: String,
    /// What it says.
    pub pact: Pact,
}

/// Between whom, and which two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The consumer.
    pub consumer: PacticipantName,
    /// The provider.
    pub provider: PacticipantName,
    /// The contract to begin with.
    pub from: End,
    /// The contract that became of it. Nothing comes before itself: [`End::Previous`] is the current one.
    pub to: End,
}

/// A contract that is compared.
#[derive(Clone, Debug)]
pub struct Contract {
    /// Where it comes from.
    pub origin: Origin,
    /// What it says.
    pub pact: Pact,
}

/// Where a contract comes from.
#[derive(Clone, Debug)]
pub enum Origin {
    /// A version published it.
    Published(PactPublication),
    /// It need not be published; this is its name.
    Document(String),
}

/// Two contracts, and what is between them.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// The consumer.
    pub consumer: PacticipantName,
    /// The provider.
    pub provider: PacticipantName,
    /// The contract to begin with; `None` if there is none before the other.
    pub from: Option<Contract>,
    /// The contract that became of it.
    pub to: Contract,
    /// What changed.
    pub diff: PactDiff,
}

/// Two contracts cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum CannotCompare {
    /// One that was published is not there.
    #[error(transparent)]
    NoSuchPact(#[from] NoSuchPact),
    /// A document is a pact of others.
    #[error(
        "{} is a pact of {} with {}, not of {consumer} with {provider}",
        document.name,
        document.pact.consumer(),
        document.pact.provider()
    )]
    OfOthers {
        /// The document.
        document: Box<Document>,
        /// The consumer that is asked about.
        consumer: PacticipantName,
        /// The provider that is asked about.
        provider: PacticipantName,
    },
}

impl From<Unreadable> for CannotCompare {
    fn from(error: Unreadable) -> Self {
        NoSuchPact::from(error).into()
    }
}

/// Compares two documents.
///
/// # Errors
///
/// Fails if they are not between the same two.
pub fn compare_documents(from: Document, to: Document) -> Result<Comparison, CannotCompare> {
    let (consumer, provider) = (to.pact.consumer().clone(), to.pact.provider().clone());
    let from = contract_of(from, &consumer, &provider)?;
    let to = contract_of(to, &consumer, &provider)?;
    Ok(comparison(consumer, provider, Some(from), to))
}

/// Compares two contracts. Reads what [`find_only`] does, and both contents; all versions of the consumer to find
/// the previous one.
///
/// # Errors
///
/// Fails if one of them is not there, a document is one of others, or a record cannot be read.
pub fn compare(ledger: &dyn Ledger, question: &Question) -> Result<Comparison, CannotCompare> {
    let Question {
        consumer, provider, ..
    } = question;
    let pair = Pair {
        ledger,
        consumer,
        provider,
    };
    let end = |end: &End| match end {
        End::Published(which) => Ok(published(&pair, find_only(&pair, which)?)?),
        End::Previous => Ok(published(&pair, find_only(&pair, &WhichPact::Current)?)?),
        End::Document(document) => contract_of(document.clone(), consumer, provider),
    };
    let to = end(&question.to)?;
    let from = match &question.from {
        End::Previous => {
            let previous = previous(&pair, &to)?;
            let previous = previous.map(|pact| published(&pair, pact));
            previous.transpose()?
        }
        other => Some(end(other)?),
    };
    Ok(comparison(consumer.clone(), provider.clone(), from, to))
}

/// Returns the newest pact before a contract that has another content; every one is before a document.
fn previous(pair: &Pair<'_>, contract: &Contract) -> Read<Option<PactPublication>> {
    match &contract.origin {
        Origin::Published(pact) => pair.previous_distinct(pact),
        Origin::Document(_) => {
            let mut all = pair.newest_first(&Among::All)?.into_iter();
            Ok(all.find(|pact| pact.content != *contract.pact.content_id()))
        }
    }
}

fn published(pair: &Pair<'_>, publication: PactPublication) -> Read<Contract> {
    Ok(Contract {
        pact: pair.stored(&publication.content)?,
        origin: Origin::Published(publication),
    })
}

fn contract_of(
    document: Document,
    consumer: &PacticipantName,
    provider: &PacticipantName,
) -> Result<Contract, CannotCompare> {
    if document.pact.consumer() == consumer && document.pact.provider() == provider {
        return Ok(Contract {
            origin: Origin::Document(document.name),
            pact: document.pact,
        });
    }
    Err(CannotCompare::OfOthers {
        document: Box::new(document),
        consumer: consumer.clone(),
        provider: provider.clone(),
    })
}

fn comparison(
    consumer: PacticipantName,
    provider: PacticipantName,
    from: Option<Contract>,
    to: Contract,
) -> Comparison {
    let diff = match &from {
        Some(from) => PactDiff::between(&from.pact, &to.pact),
        None => PactDiff::of_first(&to.pact),
    };
    Comparison {
        consumer,
        provider,
        from,
        to,
        diff,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::diff::Effect;
    use crate::domain::fact::Fact;
    use crate::domain::fact::PactFact;
    use crate::domain::fact::VersionFact;
    use crate::domain::testing::MemoryLedger;
    use crate::domain::testing::n;

    fn pact(path: &str) -> (Vec<u8>, Pact) {
        let text = format!(
            r#"{{"consumer":{{"name":"Web"}},"provider":{{"name":"Shop"}},
                "interactions":[{{"description":"a","request":{{"path":"{path}"}}}}]}}"#
        );
        let pact = Pact::parse(text.as_bytes()).unwrap();
        (text.into_bytes(), pact)
    }

    /// Web 1 has one content, 2 and 3 another; all are on main.
    fn ledger() -> MemoryLedger {
        let mut ledger = MemoryLedger::default();
        for (number, path) in [("1", "/a"), ("2", "/b"), ("3", "/b")] {
            let (bytes, pact) = pact(path);
            let fact = VersionFact {
                pacticipant: n("Web"),
                number: n(number),
                branch: Some(n("main")),
                tags: Vec::new(),
                build_url: None,
                pacts: vec![PactFact {
                    provider: n("Shop"),
                    content: pact.content_id().clone(),
                    bytes: bytes.into(),
                }],
                at: ledger.now(),
            };
            ledger.tell(&Fact::Version(fact));
        }
        ledger
    }

    fn document(path: &str) -> End {
        End::Document(Document {
            name: "next.json".to_owned(),
            pact: pact(path).1,
        })
    }

    /// Returns what was compared, and what it means.
    fn compared(from: End, to: End) -> Result<(String, Effect), CannotCompare> {
        let question = Question {
            consumer: n("Web"),
            provider: n("Shop"),
            from,
            to,
        };
        let comparison = compare(&ledger(), &question)?;
        let name = |contract: &Contract| match &contract.origin {
            Origin::Published(pact) => pact.version.number.to_string(),
            Origin::Document(name) => name.clone(),
        };
        let from = comparison.from.as_ref().map(name);
        let ends = format!("{} {}", from.unwrap_or_default(), name(&comparison.to));
        Ok((ends, comparison.diff.effect()))
    }

    #[test]
    fn the_previous_contract_is_the_last_one_that_was_another() {
        let version = |number| End::Published(WhichPact::Version(n(number)));
        for (from, to, ends, effect) in [
            (
                End::Previous,
                End::Published(WhichPact::Current),
                "1 3",
                Effect::More,
            ),
            (End::Previous, version("2"), "1 2", Effect::More),
            (End::Previous, version("1"), " 1", Effect::More),
            (End::Previous, document("/b"), "1 next.json", Effect::More),
            (End::Previous, document("/c"), "3 next.json", Effect::More),
            (version("2"), version("3"), "2 3", Effect::None),
            (document("/a"), version("1"), "next.json 1", Effect::None),
        ] {
            let found = compared(from, to).unwrap();
            assert_eq!(found, (ends.to_owned(), effect));
        }
    }

    #[test]
    fn a_document_of_others_is_refused() {
        let (_, of_web) = pact("/a");
        let other = Pact::parse(br#"{"consumer":{"name":"App"},"provider":{"name":"Shop"}}"#);
        let document = |name: &str, pact| Document {
            name: name.to_owned(),
            pact,
        };
        let refused = compare_documents(document("a", other.unwrap()), document("b", of_web));
        assert_eq!(
            refused.unwrap_err().to_string(),
            "a is a pact of App with Shop, not of Web with Shop"
        );
    }
}
