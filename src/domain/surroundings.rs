//! What people want to know of an application or a version beside its own description: where its
//! branches stand, whom it works with, and how its pacts fare.

use std::collections::BTreeSet;

use super::content::ContentId;
use super::details::Released;
use super::details::released;
use super::ledger::Ledger;
use super::ledger::Read;
use super::name::BranchName;
use super::name::PacticipantName;
use super::name::VersionNumber;
use super::time::Timestamp;
use super::verification::Verified;
use super::version::BranchHead;
use super::version::TagHead;
use super::version::Version;
use super::versions::newest_branches_first;

/// What surrounds a pacticipant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PacticipantSurroundings {
    /// The consumers that ever published a pact with it, sorted.
    pub consumers: Vec<PacticipantName>,
    /// The heads of its branches, the branch that came into use last first.
    pub branches: Vec<BranchHead>,
    /// The heads of its tags, by name.
    pub tags: Vec<TagHead>,
    /// What of it is released and supported, by environment.
    pub released: Released,
}

impl PacticipantSurroundings {
    /// Returns what surrounds a pacticipant. Reads the heads of all its branches and tags.
    ///
    /// # Errors
    ///
    /// Fails if a record cannot be read.
    pub fn read(ledger: &dyn Ledger, name: &PacticipantName) -> Read<Self> {
        Ok(Self {
            consumers: ledger.consumers_of(name)?,
            branches: newest_branches_first(ledger, name)?,
            tags: ledger.tag_heads(name)?,
            released: released(ledger, name, &ledger.environments()?)?,
        })
    }
}

/// How the pacts of a version fare.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VersionEvidence {
    /// The pacts that it published, by provider.
    pub pacts: Vec<PactEvidence>,
    /// What it was found out to honour, and what not: by consumer, of each content the newest
    /// finding.
    pub findings: Vec<Finding>,
}

/// How a pact fares with its provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PactEvidence {
    /// The provider.
    pub provider: PacticipantName,
    /// What was agreed.
    pub content: ContentId,
    /// When it was first verified.
    pub verified: Verified,
    /// The main branch of the provider, if it is known.
    pub main_branch: Option<BranchName>,
}

/// What the newest run found out about a content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The consumer whose pact it is.
    pub consumer: PacticipantName,
    /// The content.
    pub content: ContentId,
    /// Whether the version honours it.
    pub success: bool,
    /// When that was found out.
    pub at: Timestamp,
}

impl VersionEvidence {
    /// Returns how the pacts of a version fare. Reads its own verification runs, and of its
    /// providers when each pact was first verified.
    ///
    /// # Errors
    ///
    /// Fails if a record cannot be read.
    pub fn read(ledger: &dyn Ledger, name: &PacticipantName, version: &Version) -> Read<Self> {
        let mut evidence = Self {
            findings: findings(ledger, name, &version.number)?,
            ..Self::default()
        };
        for (provider, publication) in &version.pacts {
            let content = publication.content.clone();
            let known = ledger.pacticipant(provider)?;
            evidence.pacts.push(PactEvidence {
                provider: provider.clone(),
                verified: ledger.verified(provider, name, &content)?,
                content,
                main_branch: known.and_then(|known| known.main_branch.clone()),
            });
        }
        Ok(evidence)
    }
}

fn findings(
    ledger: &dyn Ledger,
    provider: &PacticipantName,
    version: &VersionNumber,
) -> Read<Vec<Finding>> {
    let mut seen = BTreeSet::new();
    let mut findings = Vec::new();
    let runs = ledger.runs_of(provider, version)?;
    for run in runs.iter().rev() {
        for result in &run.results {
            if seen.insert((result.consumer.clone(), result.content.clone())) {
                findings.push(Finding {
                    consumer: result.consumer.clone(),
                    content: result.content.clone(),
                    success: result.success,
                    at: run.created_at,
                });
            }
        }
    }
    findings.sort_by(|one, other| one.consumer.cmp(&other.consumer));
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::MemoryLedger;
    use crate::domain::testing::content;
    use crate::domain::testing::n;

    #[test]
    fn of_two_findings_about_a_content_the_newer_one_counts() {
        let mut ledger = MemoryLedger::default();
        ledger.publish("Web", "1", "main", &["Orders=a"]);
        ledger.verify("Orders", "7", "main", &["Web=a:no", "App=b:yes"]);
        ledger.verify("Orders", "7", "main", &["Web=a:yes"]);
        ledger.verify("Orders", "8", "main", &["Web=a:no"]);
        let version = ledger.version(&n("Orders"), &n("7")).unwrap().unwrap();
        let evidence = VersionEvidence::read(&ledger, &n("Orders"), &version).unwrap();
        let found = evidence.findings.iter();
        let found: Vec<_> = found.map(|it| (it.consumer.as_str(), it.success)).collect();
        assert_eq!(found, [("App", true), ("Web", true)]);
        assert!(evidence.pacts.is_empty());
    }

    #[test]
    fn a_pact_is_told_with_when_it_was_first_verified() {
        let mut ledger = MemoryLedger::default();
        ledger.publish("Web", "1", "main", &["Orders=a", "Users=c"]);
        ledger.verify("Orders", "7", "main", &["Web=a:yes"]);
        let version = ledger.version(&n("Web"), &n("1")).unwrap().unwrap();
        let evidence = VersionEvidence::read(&ledger, &n("Web"), &version).unwrap();
        let [orders, users] = &*evidence.pacts else {
            panic!("{evidence:?}");
        };
        assert_eq!(
            (&orders.provider, &users.provider),
            (&n("Orders"), &n("Users"))
        );
        assert_eq!(orders.content, content("a"));
        assert_eq!(orders.main_branch, Some(n("main")));
        assert!(orders.verified.branches.contains_key(&n("main")));
        assert_eq!(
            (&users.verified, &users.main_branch),
            (&Verified::default(), &None)
        );
    }

    #[test]
    fn a_provider_is_surrounded_by_its_consumers_and_heads() {
        let mut ledger = MemoryLedger::default();
        ledger.environment_named("prod");
        ledger.publish("Web", "1", "main", &["Orders=a"]);
        ledger.publish_tagged("Orders", "7", "main", &["v7"], &[]);
        ledger.publish("Orders", "8", "feat", &[]);
        ledger.release("Orders", "7", "prod");
        let around = PacticipantSurroundings::read(&ledger, &n("Orders")).unwrap();
        assert_eq!(around.consumers, [n("Web")]);
        let branches = around.branches.iter();
        let branches: Vec<_> = branches.map(|it| it.branch.as_str()).collect();
        assert_eq!(branches, ["feat", "main"]);
        assert_eq!(around.tags[0].version, n("7"));
        assert_eq!(around.released[0].1.version, n("7"));
    }
}
