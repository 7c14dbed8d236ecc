//! Lists pacts: those of a provider, with their bytes if they are wanted, and the newest of everybody;
//! and the states that the consumers of a provider need it to be in.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use super::Context;
use super::ask::Answer;
use super::ask::AskError;
use super::ask::ask;
use super::pull::fetch_ahead;
use super::site::Site;
use crate::domain::content::ContentId;
use crate::domain::deployment::EnvironmentRefusal;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Read;
use crate::domain::ledger::Unreadable;
use crate::domain::likely_name::likely_names;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::pacts::Among;
use crate::domain::pacts::PactPublication;
use crate::domain::pacts::Pair;
use crate::domain::pacts::latest_pacts;
use crate::domain::pacts::latest_pacts_of_provider;
use crate::domain::pacts::pacts_of_provider;
use crate::domain::provider_states::NeededState;
use crate::domain::provider_states::Scope;
use crate::domain::provider_states::provider_states;
use crate::record::path::Branch;
use crate::store::git::Moment;

/// Which pacts of a provider are wanted.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The provider.
    pub provider: PacticipantName,
    /// The consumer, if only its pacts are.
    pub consumer: Option<PacticipantName>,
    /// The branch of the consumers to look on; without one, the main branch of each.
    pub branch: Option<BranchName>,
    /// Whether only the newest of each consumer is.
    pub latest: bool,
    /// Whether their bytes are, too.
    pub bytes: bool,
}

impl Wanted {
    /// Returns among which versions of the consumers to look.
    #[must_use]
    pub fn among(&self) -> Among {
        match &self.branch {
            Some(branch) => Among::OnBranch(branch.clone()),
            None => Among::OnMainBranch,
        }
    }
}

/// The pacts of a provider.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The pacts, in the broker's order.
    pub pacts: Vec<PactPublication>,
    /// The bytes of each content, if they were wanted.
    pub contents: BTreeMap<(PacticipantName, ContentId), Arc<[u8]>>,
    /// How many consumers ever published a pact with the provider.
    pub consumers: usize,
}

impl Listed {
    /// Returns how many consumers of the provider have no pact among those that are listed.
    #[must_use]
    pub fn missing(&self) -> usize {
        let listed: BTreeSet<_> = self.pacts.iter().map(|pact| &pact.consumer).collect();
        self.consumers - listed.len()
    }
}

/// A question about somebody who does not exist, or without an answer.
#[derive(Debug, thiserror::Error)]
pub enum CannotList {
    /// Nobody has ever mentioned it. The text is the Ruby client's.
    #[error("No pacticipant with name '{name}' found")]
    NoSuchPacticipant {
        /// The name.
        name: PacticipantName,
        /// Who may have been meant.
        likely: Vec<PacticipantName>,
    },
    /// There is no such environment.
    #[error(transparent)]
    Environment(EnvironmentRefusal),
    /// The store could not be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// Returns the newest pact of every consumer with every provider.
///
/// # Errors
///
/// Fails if the store cannot be read.
pub fn latest(
    site: &Site,
    context: &Context,
) -> Result<Answer<Vec<PactPublication>>, AskError<Unreadable>> {
    site.refresh(&site.branches()?)?;
    ask(site, context, &Moment::Now, |ledger, _| {
        latest_pacts(ledger)
    })
}

/// Returns pacts of a provider.
///
/// # Errors
///
/// Fails if the provider or the consumer is not known, or the store cannot be read.
pub fn of_provider(
    site: &Site,
    context: &Context,
    wanted: &Wanted,
) -> Result<Answer<Listed>, AskError<CannotList>> {
    fetch_ahead(site, &Moment::Now, &wanted.provider, Vec::new())?;
    ask(site, context, &Moment::Now, |ledger, _| {
        listed(ledger, wanted)
    })
}

fn listed(ledger: &dyn Ledger, wanted: &Wanted) -> Result<Listed, CannotList> {
    known(ledger, &wanted.provider)?;
    if let Some(consumer) = &wanted.consumer {
        known(ledger, consumer)?;
    }
    let pacts = chosen(ledger, wanted)?;
    let mut contents = BTreeMap::new();
    for pact in pacts.iter().filter(|_| wanted.bytes) {
        let key = (pact.consumer.clone(), pact.content.clone());
        if let Entry::Vacant(place) = contents.entry(key) {
            place.insert(pact.pair(ledger).stored_bytes(&pact.content)?);
        }
    }
    Ok(Listed {
        pacts,
        contents,
        consumers: ledger.consumers_of(&wanted.provider)?.len(),
    })
}

fn chosen(ledger: &dyn Ledger, wanted: &Wanted) -> Read<Vec<PactPublication>> {
    let provider = &wanted.provider;
    let among = &wanted.among();
    let pair = wanted.consumer.as_ref().map(|consumer| Pair {
        ledger,
        consumer,
        provider,
    });
    match (pair, wanted.latest) {
        (Some(pair), true) => Ok(pair.latest(among)?.into_iter().collect()),
        (Some(pair), false) => pair.newest_first(among),
        (None, true) => latest_pacts_of_provider(ledger, provider, among),
        (None, false) => pacts_of_provider(ledger, provider, among),
    }
}

/// Returns the states that a provider has to know, by name and then by parameters.
///
/// # Errors
///
/// Fails if the provider or the environment is not known, or the store cannot be read.
pub fn states(
    site: &Site,
    context: &Context,
    provider: &PacticipantName,
    scope: &Scope,
) -> Result<Answer<Vec<NeededState>>, AskError<CannotList>> {
    let environment = match scope {
        Scope::Environment(name) => Some(name),
        Scope::MainBranches | Scope::Branch(_) => None,
    };
    let environments = environment.map(Branch::environment).into_iter().collect();
    fetch_ahead(site, &Moment::Now, provider, environments)?;
    ask(site, context, &Moment::Now, |ledger, _| {
        known(ledger, provider)?;
        if let Some(name) = environment
            && ledger.environment(name)?.is_none()
        {
            let known = ledger.environments()?;
            return Err(CannotList::Environment(
                EnvironmentRefusal::NoSuchEnvironment {
                    name: name.clone(),
                    known: known.iter().map(|it| it.name.clone()).collect(),
                },
            ));
        }
        Ok(provider_states(ledger, provider, scope)?)
    })
}

/// Fails if nobody has ever mentioned a pacticipant.
fn known(ledger: &dyn Ledger, name: &PacticipantName) -> Result<(), CannotList> {
    if ledger.pacticipant(name)?.is_some() {
        return Ok(());
    }
    let all = ledger.pacticipants()?;
    let likely = likely_names(name.as_str(), &all);
    Err(CannotList::NoSuchPacticipant {
        name: name.clone(),
        likely: likely.into_iter().cloned().collect(),
    })
}
