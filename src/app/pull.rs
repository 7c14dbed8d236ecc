//! Selects the pacts that a provider build has to verify, and reads their bytes.

use std::sync::Arc;

use serde_json::Value;

use super::Context;
use super::ask::Answer;
use super::ask::AskError;
use super::ask::ask;
use super::environments;
use super::fresh::Fresh;
use super::site::Site;
use crate::domain::consumer_version_selector;
use crate::domain::consumer_version_selector::Refused;
use crate::domain::content::ContentId;
use crate::domain::ledger::Ledger;
use crate::domain::ledger::Unreadable;
use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::domain::pact::Pact;
use crate::domain::pact::PactError;
use crate::domain::pacts_for_verification::CannotSelect;
use crate::domain::pacts_for_verification::ProviderBuild;
use crate::domain::pacts_for_verification::Request;
use crate::domain::pacts_for_verification::SelectedPact;
use crate::domain::pacts_for_verification::pacts_for_verification;
use crate::domain::rules::Rules;
use crate::record::path::Branch;
use crate::remote::Work;
use crate::store::git::Moment;
use crate::store::ledger::StoreLedger;

/// What was selected.
#[derive(Clone, Debug)]
pub struct Selection {
    /// What is known of the build that asked.
    pub build: ProviderBuild,
    /// The pacts, in the order in which the broker lists them.
    pub pacts: Vec<SelectedContent>,
    /// How many consumers have ever published a pact with the provider.
    pub consumers: usize,
}

/// A pact that was selected, and what the consumer published.
#[derive(Clone, Debug)]
pub struct SelectedContent {
    /// The pact, and why it was selected.
    pub pact: SelectedPact,
    /// The bytes as published.
    pub bytes: Arc<[u8]>,
}

/// The pacts cannot be selected.
#[derive(Debug, thiserror::Error)]
pub enum CannotPull {
    /// The request makes no sense.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The provider is not known, or a record cannot be read.
    #[error(transparent)]
    CannotSelect(#[from] CannotSelect),
    /// A version has a pact whose bytes are not in the store.
    #[error(
        "the pact of {consumer} version {version} with {provider} is not in the store: content {content} is missing"
    )]
    MissingContent {
        /// The consumer.
        consumer: PacticipantName,
        /// Its version.
        version: String,
        /// The provider.
        provider: PacticipantName,
        /// What is missing.
        content: ContentId,
    },
    /// What a version has for a pact is not what was published.
    #[error("the pact of {consumer} version {version} with {provider} is damaged")]
    OtherContent {
        /// The consumer.
        consumer: PacticipantName,
        /// Its version.
        version: String,
        /// The provider.
        provider: PacticipantName,
        /// What is wrong with it.
        source: Box<PactError>,
    },
}

impl From<Unreadable> for CannotPull {
    fn from(error: Unreadable) -> Self {
        Self::CannotSelect(CannotSelect::Unreadable(error))
    }
}

/// Selects the pacts of a provider that a request in the broker's form asks for
/// (spec: semantics §6.1), as of a moment.
///
/// # Errors
///
/// Fails if the request makes no sense, the provider is not known, or the store cannot be read.
pub fn pull(
    site: &Site,
    context: &Context,
    moment: &Moment,
    provider: &PacticipantName,
    body: &Value,
) -> Result<Answer<Selection>, AskError<CannotPull>> {
    prefetch(site, moment, provider, body)?;
    let reading = site.progress.begin("reading pacts");
    ask(site, context, moment, |ledger, rules| {
        selection(ledger, rules, provider, body, &reading)
    })
}

fn selection(
    ledger: &dyn Ledger,
    rules: Rules,
    provider: &PacticipantName,
    body: &Value,
    reading: &Work,
) -> Result<Selection, CannotPull> {
    let request = Request::from_json(provider.clone(), body, ledger)?;
    let selected = pacts_for_verification(ledger, &request, rules)?;
    let total = selected.len();
    let mut pacts = Vec::new();
    for pact in selected {
        reading.at(pacts.len(), Some(total));
        pacts.push(with_bytes(ledger, provider, pact)?);
    }
    Ok(Selection {
        build: request.build,
        pacts,
        consumers: ledger.consumers_of(provider)?.len(),
    })
}

/// Adds to a pact what the consumer published.
///
/// # Errors
///
/// Fails if that is not there, is something else, or cannot be read.
pub(super) fn with_bytes(
    ledger: &dyn Ledger,
    provider: &PacticipantName,
    pact: SelectedPact,
) -> Result<SelectedContent, CannotPull> {
    let Some(bytes) = ledger.content(&pact.consumer, provider, &pact.content)? else {
        return Err(CannotPull::MissingContent {
            consumer: pact.consumer,
            version: pact.version.to_string(),
            provider: provider.clone(),
            content: pact.content,
        });
    };
    Pact::parse_kept(&bytes, &pact.consumer, provider, &pact.content).map_err(|source| {
        CannotPull::OtherContent {
            consumer: pact.consumer.clone(),
            version: pact.version.to_string(),
            provider: provider.clone(),
            source: source.into(),
        }
    })?;
    Ok(SelectedContent { pact, bytes })
}

/// Fetches what the question will read.
fn prefetch(
    site: &Site,
    moment: &Moment,
    provider: &PacticipantName,
    body: &Value,
) -> Result<(), AskError<CannotPull>> {
    let environments = match environments(body) {
        Places::Named(places) => places.iter().map(Branch::environment).collect(),
        Places::All => environments::branches(site)?,
    };
    fetch_ahead(site, moment, provider, environments)
}

/// Fetches in two round trips what a question about a provider's pacts will read: what it names, then
/// the consumers that the provider turns out to have.
///
/// # Errors
///
/// Fails if the remote cannot be reached, or a record cannot be read.
pub(super) fn fetch_ahead<E: std::error::Error + 'static>(
    site: &Site,
    moment: &Moment,
    provider: &PacticipantName,
    environments: Vec<Branch>,
) -> Result<(), AskError<E>> {
    let fetch = |branches: &[Branch]| match moment {
        Moment::Now => site.refresh(branches),
        Moment::At(_) => site.deepen(branches),
        // Commits are fetched one by one, and only those that are not here.
        Moment::Tips(_) => Ok(()),
    };
    let mut named = vec![
        Branch::settings(),
        Branch::app(provider),
        Branch::contracts(provider),
    ];
    named.extend(environments);
    fetch(&named)?;
    let here = Fresh::new(site, moment.clone());
    let consumers = StoreLedger::new(&here).consumers_of(provider)?;
    let consumers: Vec<Branch> = consumers.iter().map(Branch::app).collect();
    fetch(&consumers)?;
    Ok(())
}

/// Which environments a request looks at.
#[derive(Debug, PartialEq, Eq)]
enum Places {
    Named(Vec<EnvironmentName>),
    All,
}

/// Returns the environments that selectors look at. What makes no sense is refused later.
fn environments(body: &Value) -> Places {
    let selectors = body.get(consumer_version_selector::FIELD);
    let selectors = selectors.and_then(Value::as_array).map(Vec::as_slice);
    let Some(selectors @ [_, ..]) = selectors else {
        // The usual selectors are all that is deployed or released anywhere, and more.
        return Places::All;
    };
    let mut names = Vec::new();
    for selector in selectors {
        let name = selector["environment"]
            .as_str()
            .and_then(|name| name.parse().ok());
        let is_anywhere = ["deployed", "released", "deployedOrReleased"]
            .iter()
            .any(|field| selector[field] == Value::Bool(true));
        match name {
            Some(name) => names.push(name),
            None if is_anywhere => return Places::All,
            None => {}
        }
    }
    Places::Named(names)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_environments_that_selectors_look_at_are_fetched() {
        let named = |names: &[&str]| {
            Places::Named(names.iter().map(|name| name.parse().unwrap()).collect())
        };
        for (selectors, expected) in [
            (json!(null), Places::All),
            (json!([]), Places::All),
            (json!([{"mainBranch": true}]), named(&[])),
            (
                json!([{"mainBranch": true}, {"deployed": true}]),
                Places::All,
            ),
            (
                json!([{"deployed": true, "environment": "test"}, {"environment": "prod"}]),
                named(&["test", "prod"]),
            ),
            (json!([{"released": false, "latest": true}]), named(&[])),
        ] {
            let body = json!({ "consumerVersionSelectors": selectors });
            assert_eq!(environments(&body), expected, "{body}");
        }
    }
}
