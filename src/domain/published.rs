//! Which consumer versions published a pact with a provider, and which of them is meant.

use std::sync::Arc;

use super::content::ContentId;
use super::ledger::{Ledger, Read};
use super::name::{BranchName, PacticipantName, TagName};
use super::version::Version;

/// Which consumer versions are meant.
#[derive(Clone, Copy)]
pub enum Which<'a> {
    /// Any.
    Any,
    /// Those on a branch.
    OnBranch(&'a BranchName),
    /// Those with a tag.
    WithTag(&'a TagName),
    /// Those without any tag.
    Untagged,
    /// Those whose content with the provider is of a kind, e.g. has a certain id.
    WithContent(&'a dyn Fn(&ContentId) -> bool),
}

impl Which<'_> {
    fn means(&self, version: &Version, content: &ContentId) -> bool {
        match self {
            Self::Any => true,
            Self::OnBranch(branch) => version.is_on(branch),
            Self::WithTag(tag) => version.has_tag(tag),
            Self::Untagged => version.tags.is_empty(),
            Self::WithContent(is_meant) => is_meant(content),
        }
    }
}

/// Returns the consumer versions that have a pact with a provider, newest first. Reads all
/// versions of the consumer.
///
/// # Errors
///
/// Fails if the store cannot be read.
pub fn versions_with_pact(
    ledger: &dyn Ledger,
    consumer: &PacticipantName,
    provider: &PacticipantName,
    which: Which<'_>,
) -> Read<Vec<Arc<Version>>> {
    let mut versions = ledger.versions(consumer)?;
    versions.retain(|version| is_meant(version, provider, which));
    versions.reverse();
    Ok(versions)
}

/// Returns the newest consumer version that has a pact with a provider (spec: semantics §6.3).
///
/// Reads all versions of the consumer only if its newest is not the one.
///
/// # Errors
///
/// Fails if the store cannot be read.
pub fn latest_with_pact(
    ledger: &dyn Ledger,
    consumer: &PacticipantName,
    provider: &PacticipantName,
    which: Which<'_>,
) -> Read<Option<Arc<Version>>> {
    match ledger.latest_version(consumer)? {
        None => Ok(None),
        Some(latest) if is_meant(&latest, provider, which) => Ok(Some(latest)),
        Some(_) => {
            let versions = versions_with_pact(ledger, consumer, provider, which)?;
            Ok(versions.into_iter().next())
        }
    }
}

fn is_meant(version: &Version, provider: &PacticipantName, which: Which<'_>) -> bool {
    let content = version.content(provider);
    content.is_some_and(|content| which.means(version, content))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{MemoryLedger, n};
    use super::*;

    #[test]
    fn the_newest_version_with_a_pact_is_meant() {
        let mut ledger = MemoryLedger::default();
        ledger.publish("Web", "1", "main", &["Orders=a"]);
        ledger.publish("Web", "2", "feat", &["Orders=b"]);
        ledger.publish("Web", "3", "main", &["Billing=c"]);
        let latest = |which| {
            let found = latest_with_pact(&ledger, &n("Web"), &n("Orders"), which).unwrap();
            found.map(|version| version.number.to_string())
        };
        let branch: BranchName = n("main");
        assert_eq!(latest(Which::Any).as_deref(), Some("2"));
        assert_eq!(latest(Which::OnBranch(&branch)).as_deref(), Some("1"));
        assert_eq!(latest(Which::Untagged).as_deref(), Some("2"));
        assert_eq!(latest(Which::WithTag(&n("prod"))), None);
        let all = versions_with_pact(&ledger, &n("Web"), &n("Orders"), Which::Any).unwrap();
        assert_eq!(all.len(), 2);
    }
}
