//! What consumers *propose* to a provider: contracts at heads of branches that are not merged yet.
//!
//! Nobody runs them, and nobody has agreed to them. Somebody wants to know what the head of the provider's main
//! branch says to them, because that is what `can-i-merge` asks. By the broker a changed content on any branch asks for a
//! verification (spec: semantics §5).
//!
//! | the head of a branch proposes its contract, unless | because |
//! |---|---|
//! | it is the main branch | that is no proposal |
//! | the main branch has the same content | it changes nothing |
//! | the main branch had it on a version that is newer | it is merged, and the branch was left behind |
//! | it was published more than [`LIVE_DAYS`] before the newest version of the consumer, or the head of the provider's main branch | it is abandoned: the work went on without it |
//!
//! Where no main branch of the consumer is known, its latest version stands for it. Age is counted from one record to
//! another and not to the present moment, so that the same commits give the same answer.

use std::sync::Arc;

use super::content::ContentId;
use super::ledger::Ledger;
use super::ledger::Read;
use super::name::BranchName;
use super::name::PacticipantName;
use super::pacticipant::USUAL_MAIN_BRANCHES;
use super::time::Timestamp;
use super::version::BranchHead;
use super::version::Version;

/// After how many days in which the work went on a branch that nobody touches proposes nothing any more.
pub const LIVE_DAYS: i64 = 30;

/// A contract that is proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Who proposes it.
    pub consumer: PacticipantName,
    /// On which branch.
    pub branch: BranchName,
    /// The head of that branch.
    pub version: Arc<Version>,
    /// What is to be agreed.
    pub content: ContentId,
    /// When it was published.
    pub published: Timestamp,
}

/// Returns what a consumer proposes to a provider, by the name of its branch.
///
/// Looks up all heads of the consumer. Reads all its versions only if one of them might propose something.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn proposals(
    ledger: &dyn Ledger,
    provider: &PacticipantName,
    consumer: &PacticipantName,
) -> Read<Vec<Proposal>> {
    let known = ledger.pacticipant(consumer)?;
    let main_branch = known.and_then(|known| known.main_branch.clone());
    let newest = ledger.latest_version(consumer)?;
    let main = match &main_branch {
        Some(branch) => ledger.version_at_head(consumer, branch)?,
        None => None,
    };
    // As for what counts as the consumer's current contract.
    let agreed = main.as_ref().or(newest.as_ref());
    let agreed = agreed.and_then(|version| version.content(provider).cloned());
    let went_on = [
        newest.as_ref().map(|version| version.created_at),
        main_of_provider(ledger, provider)?.map(|version| version.created_at),
    ];
    let went_on = went_on.into_iter().flatten().max();
    let mut proposals = Vec::new();
    for BranchHead {
        branch,
        version: number,
        ..
    } in ledger.branch_heads(consumer)?
    {
        if Some(&branch) == main_branch.as_ref() {
            continue;
        }
        let Some(version) = ledger.version(consumer, &number)? else {
            continue;
        };
        let Some(pact) = version.pacts.get(provider) else {
            continue;
        };
        let (content, published) = (pact.content.clone(), pact.created_at);
        let is_live = went_on.is_none_or(|then| days(published, then) <= LIVE_DAYS);
        if is_live && Some(&content) != agreed.as_ref() {
            proposals.push(Proposal {
                consumer: consumer.clone(),
                branch,
                version,
                content,
                published,
            });
        }
    }
    if let (Some(branch), false) = (&main_branch, proposals.is_empty()) {
        let versions = ledger.versions(consumer)?;
        let has_merged = |proposal: &Proposal| {
            let mut newer = versions
                .iter()
                .filter(|it| it.seq >= proposal.version.seq && it.is_on(branch));
            newer.any(|it| it.content(provider) == Some(&proposal.content))
        };
        proposals.retain(|proposal| !has_merged(proposal));
    }
    Ok(proposals)
}

/// Says whether what is proposed is to be held against a build of a provider: one on its main branch. What was
/// never said to be it is taken for it if it has the name of one, as it will be once the build says so.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn are_for(ledger: &dyn Ledger, provider: &PacticipantName, branch: &BranchName) -> Read<bool> {
    let known = ledger.pacticipant(provider)?;
    Ok(match known.and_then(|known| known.main_branch.clone()) {
        Some(main_branch) => main_branch == *branch,
        None => USUAL_MAIN_BRANCHES.contains(&branch.as_str()),
    })
}

fn main_of_provider(ledger: &dyn Ledger, provider: &PacticipantName) -> Read<Option<Arc<Version>>> {
    let known = ledger.pacticipant(provider)?;
    match known.and_then(|known| known.main_branch.clone()) {
        Some(branch) => ledger.version_at_head(provider, &branch),
        None => Ok(None),
    }
}

fn days(from: Timestamp, to: Timestamp) -> i64 {
    (to.epoch_seconds() - from.epoch_seconds()) / (24 * 60 * 60)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::MemoryLedger;
    use crate::domain::testing::content;
    use crate::domain::testing::n;

    /// Returns what Web proposes to Orders: `branch version`.
    fn proposed(ledger: &MemoryLedger) -> Vec<String> {
        let found = proposals(ledger, &n("Orders"), &n("Web")).unwrap();
        found
            .iter()
            .map(|it| format!("{} {}", it.branch, it.version.number))
            .collect()
    }

    fn shop() -> MemoryLedger {
        let mut ledger = MemoryLedger::default();
        ledger.publish("Web", "1", "main", &["Orders=a"]);
        ledger.verify("Orders", "7", "main", &["Web=a:yes"]);
        ledger
    }

    #[test]
    fn the_head_of_each_branch_proposes_what_the_main_branch_has_not() {
        let mut ledger = shop();
        assert_eq!(proposed(&ledger), [""; 0]);
        ledger.publish("Web", "2", "feat/x", &["Orders=b"]);
        ledger.publish("Web", "3", "feat/same", &["Orders=a"]);
        ledger.publish("Web", "4", "feat/none", &["Mail=a"]);
        assert_eq!(proposed(&ledger), ["feat/x 2"]);
        ledger.publish("Web", "5", "feat/x", &["Orders=c"]);
        ledger.publish("Web", "6", "feat/y", &["Orders=b"]);
        assert_eq!(proposed(&ledger), ["feat/x 5", "feat/y 6"]);
        let found = proposals(&ledger, &n("Orders"), &n("Web")).unwrap();
        assert_eq!(found[0].content, content("c"));
        // A contract with a provider that the main branch knows nothing of is proposed, too.
        let mail = proposals(&ledger, &n("Mail"), &n("Web")).unwrap();
        assert_eq!(mail[0].branch.as_str(), "feat/none");
    }

    #[test]
    fn what_was_merged_is_proposed_no_more_though_the_branch_is_still_there() {
        let mut ledger = shop();
        ledger.publish("Web", "2", "feat/x", &["Orders=b"]);
        ledger.publish("Web", "3", "main", &["Orders=b"]);
        assert_eq!(proposed(&ledger), [""; 0]);
        ledger.publish("Web", "4", "main", &["Orders=c"]);
        assert_eq!(proposed(&ledger), [""; 0]);
        // What the main branch had before is something new to it.
        ledger.publish("Web", "5", "feat/back", &["Orders=a"]);
        assert_eq!(proposed(&ledger), ["feat/back 5"]);
    }

    #[test]
    fn a_branch_is_abandoned_once_the_work_went_on_without_it_for_a_month() {
        const DAY: i64 = 24 * 60 * 60;
        for (name, branch) in [("Web", "main"), ("Web", "feat/y"), ("Orders", "main")] {
            for (days, is_live) in [(LIVE_DAYS - 1, true), (LIVE_DAYS + 1, false)] {
                let mut ledger = shop();
                ledger.publish("Web", "2", "feat/x", &["Orders=b"]);
                ledger.pass(days * DAY);
                // Time alone changes nothing.
                assert_eq!(proposed(&ledger), ["feat/x 2"]);
                ledger.publish(name, "9", branch, &[]);
                let expected: &[&str] = if is_live { &["feat/x 2"] } else { &[] };
                assert_eq!(proposed(&ledger), expected, "{name} {branch} {days}");
            }
        }
    }

    #[test]
    fn without_a_main_branch_the_latest_version_stands_for_it() {
        let mut ledger = MemoryLedger::default();
        ledger.publish("Web", "1", "feat/x", &["Orders=a"]);
        assert_eq!(proposed(&ledger), [""; 0]);
        ledger.publish("Web", "2", "feat/y", &["Orders=b"]);
        assert_eq!(proposed(&ledger), ["feat/x 1"]);
    }

    #[test]
    fn only_builds_of_the_main_branch_answer_to_proposals() {
        let mut ledger = MemoryLedger::default();
        ledger.publish("Web", "1", "main", &["Orders=a"]);
        let answers = |ledger: &MemoryLedger, branch| {
            are_for(ledger, &n("Orders"), &n::<BranchName>(branch)).unwrap()
        };
        // Nothing is known of it yet.
        assert!(answers(&ledger, "main") && !answers(&ledger, "trunk"));
        ledger.verify("Orders", "7", "master", &["Web=a:yes"]);
        assert!(answers(&ledger, "master") && !answers(&ledger, "main"));
    }
}
