//! The decision to publish pacts: all of them, or none with the reasons why.
//!
//! Pure: the ledger is asked, and facts come back for somebody else to record. To publish the
//! same again is no error and states nothing new, so a pipeline may be run twice; to publish
//! something else under the same version is refused, because verifications and deployments
//! already speak of it (promises 2 and 3).

mod names;
mod notices;
mod refusal;

use std::sync::Arc;

use super::content::ContentId;
use super::environment::Uuid;
use super::events::{Event, PublishedContent, events};
use super::fact::{Fact, PactFact, VersionFact};
use super::ledger::{Ledger, Read};
use super::merge::{MergeError, Merged, merge, patched};
use super::name::{BranchName, PacticipantName, TagName, VersionNumber};
use super::notice::Notice;
use super::pact::Pact;
use super::pacticipant::Pacticipant;
use super::pacts::Pair;
use super::rules::Rules;
use super::time::Timestamp;
use super::version::Version;
use super::webhook::Webhook;

use notices::NextSteps;

pub use refusal::{PublishError, Refusal};

/// What somebody wants to publish.
#[derive(Clone, Debug)]
pub struct PublishRequest {
    /// The version of every consumer that is named.
    pub version: VersionNumber,
    /// The branch that it was built from.
    pub branch: Option<BranchName>,
    /// The tags to give it.
    pub tags: Vec<TagName>,
    /// The build that made it.
    pub build_url: Option<String>,
    /// What becomes of a pact that the version has already, if this one is another.
    pub merging: Merging,
    /// Whether new names may be similar to known ones.
    pub allow_similar_names: bool,
    /// The pacts; several of one consumer and provider are merged first.
    pub contracts: Vec<Contract>,
    /// When this is asked.
    pub at: Timestamp,
}

/// What becomes of a pact that a version has already, if another is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merging {
    /// It stays, and the other is refused.
    Never,
    /// Interactions are added to it. Only under strict rules: the broker's own setting refuses it
    /// (spec: semantics §9.6).
    Add,
    /// Somebody asks for nothing but that: `PATCH` of a pact. By the broker's rules an interaction
    /// with the same request takes the place of the one that is there (spec: semantics §5).
    Patch,
}

/// One pact to publish.
#[derive(Clone, Debug)]
pub struct Contract {
    /// The consumer.
    pub consumer: PacticipantName,
    /// The provider.
    pub provider: PacticipantName,
    /// The document as the consumer's tests wrote it, without a byte order mark.
    pub bytes: Arc<[u8]>,
    /// What it says.
    pub pact: Pact,
}

/// Where people find things; the domain knows no addresses.
#[derive(Clone, Copy)]
pub struct Links<'a> {
    /// Returns the address of a pact that a consumer version has published.
    pub pact: &'a dyn Fn(&PublishedPact, &VersionNumber) -> String,
    /// Returns the address of the log with an id, where the requests of webhooks are made and told of.
    pub webhook_log: Option<&'a dyn Fn(&Uuid) -> String>,
}

/// What is to be recorded and said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// The version of each consumer. Known facts make no entries.
    pub facts: Vec<Fact>,
    /// What became of the pacts of each consumer, in the order in which they were first named.
    pub consumers: Vec<ConsumerPublication>,
}

/// What became of the pacts of one consumer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsumerPublication {
    /// The consumer.
    pub consumer: PacticipantName,
    /// What became of each pact.
    pub pacts: Vec<PublishedPact>,
    /// What to tell people, in the broker's words and order.
    pub notices: Vec<Notice>,
}

/// What became of one pact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedPact {
    /// The consumer.
    pub consumer: PacticipantName,
    /// The provider.
    pub provider: PacticipantName,
    /// What the version has agreed with the provider now.
    pub content: ContentId,
    /// What was done.
    pub outcome: Outcome,
    /// What happened by that.
    pub events: Vec<Event>,
}

/// What was done with a pact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is the first of this version with the provider.
    Published,
    /// The version has it already.
    Unchanged,
    /// Its interactions were added to those that the version has already.
    Merged,
}

/// Decides on a publication.
///
/// # Errors
///
/// Fails if there is nothing to publish, if anything of it is refused (then with every reason),
/// or if the store cannot be read.
pub fn publish(
    ledger: &dyn Ledger,
    rules: Rules,
    request: &PublishRequest,
    links: &Links<'_>,
) -> Result<Published, PublishError> {
    if request.contracts.is_empty() {
        return Err(PublishError::Empty);
    }
    let mut refusals = names::refused(ledger, rules, request)?;
    let mut consumers = Vec::new();
    match gathered(&request.contracts) {
        Ok(contracts) => {
            for contracts in by_consumer(contracts) {
                match decided(ledger, rules, request, contracts)? {
                    Ok(consumer) => consumers.push(consumer),
                    Err(refused) => refusals.extend(refused),
                }
            }
        }
        Err(refused) => refusals.extend(refused),
    }
    if !refusals.is_empty() {
        return Err(PublishError::Refused(refusals));
    }
    let mut published = Published {
        facts: Vec::new(),
        consumers: Vec::new(),
    };
    for consumer in consumers {
        let (fact, consumer) = consumer.state(ledger, rules, request, links)?;
        published.facts.push(fact);
        published.consumers.push(consumer);
    }
    Ok(published)
}

/// Returns the contracts with those of one consumer and provider merged, in the order in which
/// each pair first appears.
///
/// # Errors
///
/// Fails for every pair whose pacts disagree.
pub fn gathered(contracts: &[Contract]) -> Result<Vec<Contract>, Vec<Refusal>> {
    let mut gathered: Vec<Contract> = Vec::new();
    let mut refusals = Vec::new();
    for contract in contracts {
        let same = gathered.iter_mut().find(|known| {
            (&known.consumer, &known.provider) == (&contract.consumer, &contract.provider)
        });
        match same {
            None => gathered.push(contract.clone()),
            Some(known) if known.pact.content_id() == contract.pact.content_id() => {}
            Some(known) => match merge(&known.pact, &contract.pact) {
                Ok(merged) => {
                    known.pact = merged.pact;
                    known.bytes = merged.bytes.into();
                }
                Err(error) => refusals.push(Refusal::MergeConflict {
                    consumer: contract.consumer.clone(),
                    provider: contract.provider.clone(),
                    error,
                }),
            },
        }
    }
    if refusals.is_empty() {
        Ok(gathered)
    } else {
        Err(refusals)
    }
}

fn by_consumer(contracts: Vec<Contract>) -> Vec<Vec<Contract>> {
    let mut groups: Vec<Vec<Contract>> = Vec::new();
    for contract in contracts {
        let same = |group: &&mut Vec<Contract>| {
            group
                .first()
                .is_some_and(|known| known.consumer == contract.consumer)
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(contract),
            None => groups.push(vec![contract]),
        }
    }
    groups
}

/// What is decided for one consumer: nothing of it is refused.
struct Decided {
    consumer: PacticipantName,
    version: Option<Arc<Version>>,
    pacts: Vec<(Contract, Outcome)>,
}

/// Puts a pact together with one that is there already.
type Merge = fn(&Pact, &Pact) -> Result<Merged, MergeError>;

/// Returns what becomes of each pact of one consumer, or why some are refused.
fn decided(
    ledger: &dyn Ledger,
    rules: Rules,
    request: &PublishRequest,
    contracts: Vec<Contract>,
) -> Read<Result<Decided, Vec<Refusal>>> {
    let consumer = contracts[0].consumer.clone();
    let version = ledger.version(&consumer, &request.version)?;
    let mut pacts = Vec::new();
    let mut refusals = Vec::new();
    for mut contract in contracts {
        let before = version
            .as_ref()
            .and_then(|known| known.content(&contract.provider));
        let outcome = match before {
            None => Outcome::Published,
            Some(before) if before == contract.pact.content_id() => Outcome::Unchanged,
            Some(before) => {
                let existing = Pair {
                    ledger,
                    consumer: &consumer,
                    provider: &contract.provider,
                }
                .stored(before)?;
                let merge = match (request.merging, rules) {
                    (Merging::Add | Merging::Patch, Rules::Strict) => Some(merge as Merge),
                    (Merging::Patch, Rules::PactBroker) => Some(patched as Merge),
                    (Merging::Never, _) | (Merging::Add, Rules::PactBroker) => None,
                };
                let Some(merge) = merge else {
                    refusals.push(Refusal::ContentConflict {
                        consumer: consumer.clone(),
                        version: request.version.clone(),
                        provider: contract.provider.clone(),
                        existing: Box::new(existing),
                        refused: Box::new(contract.pact),
                    });
                    continue;
                };
                match merge(&existing, &contract.pact) {
                    Ok(merged) => {
                        let outcome = if merged.pact.content_id() == before {
                            Outcome::Unchanged
                        } else {
                            Outcome::Merged
                        };
                        contract.pact = merged.pact;
                        contract.bytes = merged.bytes.into();
                        outcome
                    }
                    Err(error) => {
                        refusals.push(Refusal::MergeConflict {
                            consumer: consumer.clone(),
                            provider: contract.provider.clone(),
                            error,
                        });
                        continue;
                    }
                }
            }
        };
        pacts.push((contract, outcome));
    }
    Ok(if refusals.is_empty() {
        Ok(Decided {
            consumer,
            version,
            pacts,
        })
    } else {
        Err(refusals)
    })
}

impl Decided {
    /// Returns the fact about this consumer, and what is said of it.
    fn state(
        self,
        ledger: &dyn Ledger,
        rules: Rules,
        request: &PublishRequest,
        links: &Links<'_>,
    ) -> Read<(Fact, ConsumerPublication)> {
        let Self {
            consumer,
            version,
            pacts,
        } = self;
        let mut notices = notices::of_version(&consumer, version.is_some(), request);

        let seq = match &version {
            Some(version) => version.seq,
            None => ledger.last_seq(&consumer)?.next(),
        };
        let mut tags = version
            .as_ref()
            .map(|known| known.tags.clone())
            .unwrap_or_default();
        for tag in &request.tags {
            if !tags.contains(tag) {
                tags.push(tag.clone());
            }
        }
        let mut facts = Vec::new();
        let mut published = Vec::new();
        for (contract, outcome) in pacts {
            let content = contract.pact.content_id();
            let before = version
                .as_ref()
                .and_then(|known| known.content(&contract.provider));
            let publication = PublishedContent {
                consumer: &consumer,
                version: &request.version,
                seq,
                branch: request.branch.as_ref(),
                tags: &tags,
                provider: &contract.provider,
                content,
                before,
            };
            let pact = PublishedPact {
                consumer: consumer.clone(),
                provider: contract.provider.clone(),
                content: content.clone(),
                outcome,
                events: events(ledger, &publication)?,
            };
            let webhooks = webhooks_of(ledger, &pact)?;
            let next = next_steps(ledger, rules, &pact, !webhooks.is_empty())?;
            // What a version has already is no news, and triggers nothing.
            let is_news = before != Some(content);
            let triggered = notices::Webhooks {
                all: &webhooks,
                is_news,
            };
            notices.extend(notices::of_pact(&pact, request, links, &triggered, next));
            facts.push(PactFact {
                provider: contract.provider.clone(),
                content: content.clone(),
                bytes: contract.bytes,
            });
            published.push(pact);
        }
        let fact = Fact::Version(VersionFact {
            pacticipant: consumer.clone(),
            number: request.version.clone(),
            branch: request.branch.clone(),
            tags: request.tags.clone(),
            build_url: request.build_url.clone(),
            pacts: facts,
            at: request.at,
        });
        let publication = ConsumerPublication {
            consumer,
            pacts: published,
            notices,
        };
        Ok((fact, publication))
    }
}

/// Returns what the teams have still to do.
///
/// The broker asks for a webhook wherever there is none. Under strict rules both steps are asked for until
/// the provider has verified something.
fn next_steps(
    ledger: &dyn Ledger,
    rules: Rules,
    pact: &PublishedPact,
    has_webhook: bool,
) -> Read<NextSteps> {
    let verify = !has_verified(ledger, rules, pact)?;
    Ok(NextSteps {
        verify,
        configure_webhook: !has_webhook && (verify || rules == Rules::PactBroker),
    })
}

/// Returns the webhooks that are for a pact, enabled or not.
fn webhooks_of(ledger: &dyn Ledger, pact: &PublishedPact) -> Read<Vec<Arc<Webhook>>> {
    let mut webhooks = ledger.webhooks()?;
    if webhooks.is_empty() {
        return Ok(webhooks);
    }
    let known = |name: &PacticipantName| {
        let known = ledger.pacticipant(name)?;
        let nameless = || Pacticipant::new(name.clone(), Timestamp::clamped(0));
        Read::Ok(known.map_or_else(nameless, |known| Pacticipant::clone(&known)))
    };
    let (consumer, provider) = (known(&pact.consumer)?, known(&pact.provider)?);
    webhooks.retain(|webhook| webhook.is_for(&consumer, &provider));
    Ok(webhooks)
}

/// Says whether the provider ever verified a pact of the consumer.
///
/// Only the broker's rules need it exactly: they read all runs of the provider where no cheaper
/// evidence is found. Under strict rules evidence is a success with the content that is
/// published or the last one before it, or any result of the provider's newest version.
fn has_verified(ledger: &dyn Ledger, rules: Rules, pact: &PublishedPact) -> Read<bool> {
    let (consumer, provider) = (&pact.consumer, &pact.provider);
    if !ledger.has_own_record(provider)? {
        return Ok(false);
    }
    let latest = ledger.latest_version(consumer)?;
    let earlier = latest.as_ref().and_then(|latest| latest.content(provider));
    for content in earlier.into_iter().chain([&pact.content]) {
        if ledger.verified(provider, consumer, content)?.ever.is_some() {
            return Ok(true);
        }
    }
    let runs = match (rules, ledger.latest_version(provider)?) {
        (Rules::PactBroker, _) => ledger.runs(provider)?,
        (Rules::Strict, Some(latest)) => ledger.runs_of(provider, &latest.number)?,
        (Rules::Strict, None) => Vec::new(),
    };
    let mut results = runs.iter().flat_map(|run| &run.results);
    Ok(results.any(|result| result.consumer == *consumer))
}

#[cfg(test)]
mod tests;
