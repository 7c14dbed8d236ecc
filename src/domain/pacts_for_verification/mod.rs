//! Which pacts a provider build has to verify, why, and which of them may fail.
//!
//! Selectors choose consumer versions; versions with the same content are one pact to verify.
//! Pending pacts may fail without failing the build, and work in progress is added to what was
//! selected (spec: semantics §6).
//!
//! | rule | strict | pact-broker |
//! |---|---|---|
//! | no selectors, on a branch | what is on the consumer's branch of that name, too, as it is owed | main branches only |
//! | `fallbackTag` | for each consumer without a pact for the tag | only if no consumer has one |
//! | `fallbackBranch` | for each consumer without a pact on the branch | no effect |
//! | a reason that holds twice | is listed once | is listed twice |
//! | provider tags in the words for a WIP pact | each once | once for each reason |

mod choice;
mod notices;
mod pending;
mod proposed;
mod request;
mod select;
mod wip;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::consumer_version_selector::ConsumerVersionSelector;
use super::content::ContentId;
use super::ledger::{Ledger, Read, Unreadable};
use super::name::{PacticipantName, TagName, VersionNumber};
use super::rules::Rules;
use super::time::Timestamp;
use super::version::Version;

use self::pending::Line;
use self::proposed::proposed;
use self::select::{Found, Search};
use self::wip::{InProgress, in_progress};

pub use self::choice::{Choice, Place, Reason};
pub use self::notices::VerificationNotice;
pub use self::pending::ProviderBuild;

/// What a provider build asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The provider.
    pub provider: PacticipantName,
    /// What is known of the build that is going to verify.
    pub build: ProviderBuild,
    /// Whether to say which pacts are pending. Without it none is, for the client's purposes.
    pub include_pending: bool,
    /// Whether to add work in progress, and published after which moment.
    pub include_wip_since: Option<Timestamp>,
    /// Whether to add what consumers propose, if the build is of the main branch. Nothing is added where the client
    /// does not ask which pacts are pending: what is proposed must not fail a build.
    pub include_proposed: bool,
    /// Which pacts to verify; the usual ones if there are none.
    pub selectors: Vec<ConsumerVersionSelector>,
}

/// A pact that the build has to verify.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectedPact {
    /// The consumer.
    pub consumer: PacticipantName,
    /// The provider.
    pub provider: PacticipantName,
    /// What is to be verified.
    pub content: ContentId,
    /// The newest of the consumer versions that have this content and were chosen.
    pub version: VersionNumber,
    /// Each consumer version that the pact stands for, with the reason why it was chosen.
    pub choices: Vec<Choice>,
    /// Whether a failure leaves the build alone; `None` if that was not asked for.
    pub pending: Option<bool>,
    /// Whether it was added as work in progress; then `pending` is true if it was asked for.
    pub wip: bool,
    /// The branch or tags that the words about pending name.
    judged_by: ProviderBuild,
}

impl SelectedPact {
    /// Returns the name of the pact, as the broker shows it.
    #[must_use]
    pub fn name(&self) -> String {
        format!(
            "Pact between {} ({}) and {}",
            self.consumer, self.version, self.provider
        )
    }
}

/// The pacts to verify cannot be named.
#[derive(Debug, thiserror::Error)]
pub enum CannotSelect {
    /// Nobody has ever mentioned the provider.
    #[error("no provider with name '{0}' found")]
    UnknownProvider(PacticipantName),
    /// A record that matters cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// Returns the pacts that a provider build has to verify: the selected ones by name of consumer
/// and age of version, then work in progress. There may be none.
///
/// Reads the heads and versions that the selectors name. Only work in progress, `branch: true`,
/// a tag without `latest`, what is proposed, and `latest` where the newest version has no pact with the provider
/// read more of a consumer than that.
///
/// # Errors
///
/// Fails if nobody has mentioned the provider, or if a record cannot be read.
pub fn pacts_for_verification(
    ledger: &dyn Ledger,
    request: &Request,
    rules: Rules,
) -> Result<Vec<SelectedPact>, CannotSelect> {
    let provider = &request.provider;
    if ledger.pacticipant(provider)?.is_none() {
        return Err(CannotSelect::UnknownProvider(provider.clone()));
    }
    let search = Search::new(ledger, provider, rules)?;
    let line = Line::of(ledger, request, rules)?;
    let explicit = one_per_content(
        provider,
        search.explicit(&request.selectors, &request.build)?,
        rules,
    );
    let keys: BTreeSet<_> = explicit.keys().cloned().collect();
    let mut pacts = explicit_pacts(ledger, request, &line, explicit)?;
    let mut added = match request.include_wip_since {
        Some(since) => in_progress(&search, &request.build, &line, since, &keys)?,
        None => Vec::new(),
    };
    if request.include_proposed && request.include_pending {
        let wip = added.iter().filter_map(|it| it.key(provider));
        let known = keys.into_iter().chain(wip).collect();
        added.extend(proposed(&search, &request.build, &known)?);
    }
    pacts.extend(wip_pacts(request, added, rules));
    Ok(pacts)
}

/// The consumer versions that were found with one content.
struct SameContent {
    /// The newest of them.
    version: Arc<Version>,
    choices: Vec<Choice>,
}

type ByContent = BTreeMap<(PacticipantName, ContentId), SameContent>;

/// Groups what was found by consumer and content (spec: semantics §6.3).
fn one_per_content(provider: &PacticipantName, found: Vec<Found>, rules: Rules) -> ByContent {
    let mut groups = ByContent::new();
    for found in found {
        let Some(content) = found.version.content(provider) else {
            continue;
        };
        let key = (found.consumer, content.clone());
        let group = groups.entry(key).or_insert_with(|| SameContent {
            version: Arc::clone(&found.version),
            choices: Vec::new(),
        });
        if found.version.seq > group.version.seq {
            group.version = found.version;
        }
        if rules == Rules::PactBroker || !group.choices.contains(&found.choice) {
            group.choices.push(found.choice);
        }
    }
    groups
}

fn explicit_pacts(
    ledger: &dyn Ledger,
    request: &Request,
    line: &Line,
    groups: ByContent,
) -> Read<Vec<SelectedPact>> {
    let mut pacts = Vec::new();
    for ((consumer, content), mut group) in groups {
        let verified = ledger.verified(&request.provider, &consumer, &content)?;
        let standing = line.standing(&verified);
        group.choices.sort();
        let pact = SelectedPact {
            consumer,
            provider: request.provider.clone(),
            content,
            version: group.version.number.clone(),
            choices: group.choices,
            pending: request.include_pending.then_some(standing.pending),
            wip: false,
            judged_by: standing.named,
        };
        pacts.push((group.version.seq, pact));
    }
    pacts.sort_by_cached_key(|(seq, pact)| {
        let name = pact.consumer.as_str();
        (name.to_lowercase(), name.to_owned(), *seq)
    });
    Ok(pacts.into_iter().map(|(_, pact)| pact).collect())
}

fn wip_pacts(request: &Request, found: Vec<InProgress>, rules: Rules) -> Vec<SelectedPact> {
    let mut tags: BTreeMap<_, Vec<TagName>> = BTreeMap::new();
    let mut heads = Vec::new();
    for InProgress { found, tag } in found {
        if let (Some(tag), Some(content)) = (tag, found.version.content(&request.provider)) {
            let key = (found.consumer.clone(), content.clone());
            let named = tags.entry(key).or_default();
            if rules == Rules::PactBroker || !named.contains(&tag) {
                named.push(tag);
            }
        }
        heads.push(found);
    }
    let groups = one_per_content(&request.provider, heads, rules);
    let mut pacts: Vec<_> = groups
        .into_iter()
        .map(|(key, group)| {
            let judged_by = match tags.remove(&key) {
                Some(tags) => ProviderBuild::Tagged(tags),
                None => request.build.clone(),
            };
            let pact = SelectedPact {
                consumer: key.0,
                provider: request.provider.clone(),
                content: key.1,
                version: group.version.number.clone(),
                choices: group.choices,
                pending: request.include_pending.then_some(true),
                wip: true,
                judged_by,
            };
            (group.version.seq, pact)
        })
        .collect();
    pacts.sort_by(|(seq, pact), (other_seq, other)| {
        (&pact.consumer, seq).cmp(&(&other.consumer, other_seq))
    });
    pacts.into_iter().map(|(_, pact)| pact).collect()
}

#[cfg(test)]
mod tests;
