//! The broker's events of one commit, derived from what the commit says happened.
//!
//! Whoever asks again gets the same: nothing goes into it but the commit, and the rest of the store
//! as it was then. What is published is judged by [`events`], which judges it for whoever publishes, too.
//!
//! A commit tells what is new. So a pact that a version has already and that is published again makes
//! no commit and no event; of several contents that a version got in one commit the last counts.
//! Deletions, deployments and settings cause none of the broker's events.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Event, EventKind, PublishedContent, events, required_verifications};
use crate::domain::environment::Uuid;
use crate::domain::history;
use crate::domain::history::VersionEvent;
use crate::domain::ledger::{Ledger, Read};
use crate::domain::name::{PacticipantName, VersionNumber};
use crate::domain::pacts::{PactPublication, Pair};
use crate::domain::verification::Run;
use crate::domain::verification_results::{RecordedResult, result_on_main_branch};
use crate::domain::version::Version;
use crate::domain::webhook::Occasion;

/// What was known around a commit on the branch of an application.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    /// Before it.
    pub before: &'a dyn Ledger,
    /// After it.
    pub after: &'a dyn Ledger,
}

/// One of the broker's events, with all that a webhook may say of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerEvent {
    /// What.
    pub kind: EventKind,
    /// Why it is thought so.
    pub comment: Option<String>,
    /// Which run of the provider version it was, if a verification caused the event.
    pub run: Option<u32>,
    /// The provider versions that are deployed anywhere, by number.
    pub deployed: Vec<VersionNumber>,
    /// What it is about.
    pub occasion: Occasion,
}

impl BrokerEvent {
    /// Returns the id of the event in a commit: the same for whoever derives it, and another for each
    /// event of the store.
    #[must_use]
    pub fn id(&self, commit: &str) -> Uuid {
        let context = &self.occasion.context;
        let name = |name: &Option<PacticipantName>| name.as_ref().map(ToString::to_string);
        let number = |number: &Option<VersionNumber>| number.as_ref().map(ToString::to_string);
        // Only what the commit itself says, as opposed to what was known of it elsewhere.
        let is_of_verification = self.kind.is_of_verification();
        let is_of_provider_version =
            is_of_verification || self.kind == EventKind::ContractRequiringVerificationPublished;
        let consumer_version = number(&context.consumer_version).filter(|_| !is_of_verification);
        let provider_version = number(&context.provider_version);
        let parts = [
            Some(self.kind.as_str().to_owned()),
            Some(commit.to_owned()),
            name(&context.consumer),
            consumer_version,
            name(&context.provider),
            provider_version.filter(|_| is_of_provider_version),
            Some(self.occasion.content.to_string()),
            self.run.map(|run| run.to_string()),
        ];
        let parts = parts.map(Option::unwrap_or_default);
        Uuid::derived(&parts.each_ref().map(String::as_str))
    }
}

/// Returns the broker's events of a commit, from what happened in it: those of publications first, in the
/// order of the versions, then those of verifications in the order of the runs; the events of each pact
/// and of each result in the broker's order.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn broker_events(around: Around<'_>, happened: &[history::Event]) -> Read<Vec<BrokerEvent>> {
    let mut versions = Vec::new();
    let mut runs = Vec::new();
    for event in happened {
        match event {
            history::Event::Version(event) if !event.published.is_empty() => {
                let version = around.after.version(&event.pacticipant, &event.number)?;
                versions.extend(version.map(|version| (version, event)));
            }
            history::Event::Verified { provider, run, .. } => runs.push((provider, run)),
            _ => {}
        }
    }
    versions.sort_by_key(|(version, _)| version.seq);
    runs.sort_by_key(|(_, run)| run.seq);
    let is_description =
        |event: &&history::Event| matches!(event, history::Event::Described { .. });
    let is_alone = happened
        .iter()
        .filter(|event| !is_description(event))
        .count()
        == 1;
    let mut derived = Vec::new();
    for (version, event) in versions {
        // Only older versions are compared with. If this one alone has changed, they are the same before
        // and after; and before, the heads lead to the one to compare with, while after, all are read.
        let judge = if is_alone {
            around.before
        } else {
            around.after
        };
        for pact in pacts(event, &version) {
            derived.extend(of_publication(around, judge, event, &pact)?);
        }
    }
    for (provider, run) in runs {
        derived.extend(of_run(around.after, provider, run)?);
    }
    Ok(derived)
}

/// Returns the pacts that a version has published, by provider.
fn pacts(event: &VersionEvent, version: &Arc<Version>) -> Vec<PactPublication> {
    let published = event.published.iter();
    let pact = |provider| PactPublication::of(&event.pacticipant, provider, Arc::clone(version));
    published
        .filter_map(|(provider, _)| pact(provider))
        .collect()
}

fn of_publication(
    around: Around<'_>,
    judge: &dyn Ledger,
    event: &VersionEvent,
    pact: &PactPublication,
) -> Read<Vec<BrokerEvent>> {
    let (consumer, provider, version) = (&pact.consumer, &pact.provider, &pact.version);
    let known = around.before.version(consumer, &version.number)?;
    let published = PublishedContent {
        consumer,
        version: &version.number,
        seq: version.seq,
        branch: event.news.branches.last(),
        tags: &version.tags,
        provider,
        content: &pact.content,
        before: known.as_ref().and_then(|known| known.content(provider)),
    };
    // What nobody knew before, nobody has verified: to find that out takes reading all runs.
    let bytes = around.before.content(consumer, provider, &pact.content)?;
    let result = match bytes {
        None => None,
        Some(_) => result_on_main_branch(around.after, provider, consumer, &pact.content)?,
    };
    let deployed = deployed(around.after, provider)?;
    let occasion = |kind: EventKind| {
        let mut occasion = Occasion::of(around.after, kind.as_str(), pact, result.as_ref())?;
        occasion.context.build_url.clone_from(&version.build_url);
        Read::Ok(occasion)
    };
    let derived = |event: &Event, occasion| BrokerEvent {
        kind: event.kind,
        comment: event.comment.clone(),
        run: None,
        deployed: deployed.clone(),
        occasion,
    };
    let mut all = Vec::new();
    for event in events(judge, &published)? {
        if event.kind != EventKind::ContractRequiringVerificationPublished {
            all.push(derived(&event, occasion(event.kind)?));
            continue;
        }
        for required in required_verifications(judge, &published)? {
            let mut occasion = occasion(event.kind)?;
            let context = &mut occasion.context;
            let number = required.version;
            context.provider_version_branch = None;
            context.provider_version_tags.clear();
            if let Some(version) = around.after.version(provider, &number)? {
                context.provider_version_branch = version.branch().cloned();
                context.provider_version_tags.clone_from(&version.tags);
            }
            context.provider_version = Some(number);
            context.provider_version_descriptions = required.descriptions;
            all.push(derived(&event, occasion));
        }
    }
    Ok(all)
}

fn of_run(ledger: &dyn Ledger, provider: &PacticipantName, run: &Run) -> Read<Vec<BrokerEvent>> {
    let deployed = deployed(ledger, provider)?;
    let run = Arc::new(run.clone());
    let mut all = Vec::new();
    for result in &run.results {
        let (consumer, content) = (&result.consumer, &result.content);
        let recorded = RecordedResult {
            provider: provider.clone(),
            run: Arc::clone(&run),
            result: result.clone(),
        };
        let pair = Pair {
            ledger,
            consumer,
            provider,
        };
        // A result belongs to a content; the event speaks of the newest version that has it.
        let pact = pair.with_content(content)?;
        let outcome = if result.success {
            EventKind::ProviderVerificationSucceeded
        } else {
            EventKind::ProviderVerificationFailed
        };
        for kind in [EventKind::ProviderVerificationPublished, outcome] {
            let mut occasion = match &pact {
                Some(pact) => Occasion::of(ledger, kind.as_str(), pact, Some(&recorded))?,
                None => Occasion::without_version(ledger, kind.as_str(), &recorded)?,
            };
            occasion.context.build_url.clone_from(&run.build_url);
            all.push(BrokerEvent {
                kind,
                comment: None,
                run: Some(run.number),
                deployed: deployed.clone(),
                occasion,
            });
        }
    }
    Ok(all)
}

/// Returns the versions of an application that are deployed anywhere, by number.
fn deployed(ledger: &dyn Ledger, name: &PacticipantName) -> Read<Vec<VersionNumber>> {
    let mut versions = BTreeSet::new();
    for environment in ledger.environments()? {
        let deployed = ledger.deployed(&environment.name, name)?;
        versions.extend(deployed.into_iter().map(|deployed| deployed.version));
    }
    Ok(versions.into_iter().collect())
}

#[cfg(test)]
mod tests;
