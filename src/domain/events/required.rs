//! Which provider versions a published content asks for: those that matter and have no result for it.
//!
//! What matters is the head of the provider's main branch, and whatever is deployed or released
//! (spec: semantics §5).

use std::collections::BTreeMap;

use super::PublishedContent;
use crate::domain::ledger::{Ledger, Read};
use crate::domain::name::{BranchName, VersionNumber};
use crate::domain::pacticipant::USUAL_MAIN_BRANCHES;

/// A provider version that was never verified against a content, though it matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequiredVerification {
    /// The provider version.
    pub version: VersionNumber,
    /// Why it matters, in the broker's words; at least one reason.
    pub descriptions: Vec<String>,
}

/// Returns the provider versions that have to be verified against a content, by number.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn required_verifications(
    ledger: &dyn Ledger,
    published: &PublishedContent<'_>,
) -> Read<Vec<RequiredVerification>> {
    let mut required = Vec::new();
    for (version, descriptions) in live_versions(ledger, published)? {
        if is_unverified(ledger, published, &version)? {
            required.push(RequiredVerification {
                version,
                descriptions,
            });
        }
    }
    Ok(required)
}

/// Says whether there is any such version. Reads no further than the first.
pub(super) fn requires_verification(
    ledger: &dyn Ledger,
    published: &PublishedContent<'_>,
) -> Read<bool> {
    for version in live_versions(ledger, published)?.keys() {
        if is_unverified(ledger, published, version)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns the provider versions that matter, and why each does.
fn live_versions(
    ledger: &dyn Ledger,
    published: &PublishedContent<'_>,
) -> Read<BTreeMap<VersionNumber, Vec<String>>> {
    let provider = published.provider;
    let known = ledger.pacticipant(provider)?;
    let main_branch = known.and_then(|known| known.main_branch.clone());
    let mut live = BTreeMap::<VersionNumber, Vec<String>>::new();
    let mut add = |version: VersionNumber, why: String| {
        let descriptions = live.entry(version).or_default();
        // Several instances in one environment are one reason.
        if !descriptions.contains(&why) {
            descriptions.push(why);
        }
    };
    let from_main = || "latest from main branch".to_owned();
    if let Some(branch) = &main_branch
        && let Some(head) = ledger.branch_head(provider, branch)?
    {
        add(head.version, from_main());
    }
    if provider == published.consumer && becomes_head(published, main_branch.as_ref()) {
        add(published.version.clone(), from_main());
    }
    for environment in ledger.environments()? {
        let name = &environment.name;
        for deployed in ledger.deployed(name, provider)? {
            add(deployed.version, format!("deployed in {name}"));
        }
        for released in ledger.released(name, provider)? {
            add(released.version, format!("released in {name}"));
        }
    }
    Ok(live)
}

fn is_unverified(
    ledger: &dyn Ledger,
    published: &PublishedContent<'_>,
    version: &VersionNumber,
) -> Read<bool> {
    let runs = ledger.runs_of(published.provider, version)?;
    let mut results = runs
        .iter()
        .filter_map(|run| run.result(published.consumer, published.content));
    Ok(results.next().is_none())
}

/// Says whether the version becomes the head of the main branch by being published: that matters
/// to a provider of itself.
fn becomes_head(published: &PublishedContent<'_>, main_branch: Option<&BranchName>) -> bool {
    published.branch.is_some_and(|branch| match main_branch {
        Some(main) => branch == main,
        None => USUAL_MAIN_BRANCHES.contains(&branch.as_str()),
    })
}
