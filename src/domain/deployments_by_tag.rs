//! A tag that is named like an environment also records a deployment there.
//!
//! The habit is older than environments: pipelines tagged the version that they had deployed with
//! `prod`. The Ruby broker keeps it up (spec: semantics §3); strict rules do not, because a tag says
//! nothing about what runs where.

use super::fact::{DeploymentFact, Fact};
use super::ledger::{Ledger, Read};
use super::name::{PacticipantName, TagName, VersionNumber};
use super::rules::Rules;
use super::time::Timestamp;

/// Returns the deployments that follow from tagging a version, in the order of the tags; none
/// under strict rules. They have no application instance.
///
/// A tag that the version has already counts again: the version may have been replaced since. The
/// recorded broker does this when a version is tagged, not when a pact is published with tags.
///
/// # Errors
///
/// Fails if an environment cannot be looked up.
pub fn deployments_by_tag(
    ledger: &dyn Ledger,
    pacticipant: &PacticipantName,
    version: &VersionNumber,
    tags: &[TagName],
    at: Timestamp,
    rules: Rules,
) -> Read<Vec<Fact>> {
    if rules == Rules::Strict {
        return Ok(Vec::new());
    }
    let mut facts = Vec::new();
    for tag in tags {
        // A tag with a space in it cannot name an environment.
        let Ok(environment) = tag.as_str().parse() else {
            continue;
        };
        if ledger.environment(&environment)?.is_some() {
            facts.push(Fact::Deployed(DeploymentFact {
                environment,
                pacticipant: pacticipant.clone(),
                version: version.clone(),
                instance: None,
                build_url: None,
                at,
            }));
        }
    }
    Ok(facts)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{MemoryLedger, n};
    use super::*;

    fn deployments(ledger: &MemoryLedger, tags: &[&str], rules: Rules) -> Vec<Fact> {
        let tags: Vec<TagName> = tags.iter().map(|tag| n(tag)).collect();
        deployments_by_tag(ledger, &n("Web"), &n("1"), &tags, ledger.now(), rules).unwrap()
    }

    fn prod_and_test() -> MemoryLedger {
        let mut ledger = MemoryLedger::default();
        ledger.environment_named("prod");
        ledger.environment_named("test");
        ledger.publish("Web", "1", "main", &["Api=a"]);
        ledger.publish("Web", "2", "main", &["Api=a"]);
        ledger
    }

    #[test]
    fn a_tag_that_names_an_environment_deploys_to_it() {
        let mut ledger = prod_and_test();
        let facts = deployments(&ledger, &["dev", "prod", "a test"], Rules::PactBroker);
        assert_eq!(facts.len(), 1);
        ledger.tell(&facts[0]);
        let deployed = ledger.deployed(&n("prod"), &n("Web")).unwrap();
        assert_eq!(deployed[0].version, n("1"));
        assert_eq!(deployed[0].instance, None);
    }

    #[test]
    fn a_tag_given_again_deploys_again() {
        let mut ledger = prod_and_test();
        let facts = deployments(&ledger, &["prod"], Rules::PactBroker);
        assert!(ledger.tell(&facts[0]) > 0);
        assert_eq!(ledger.tell(&facts[0]), 0, "it is deployed already");
        ledger.deploy("Web", "2", "prod", "");
        assert!(ledger.tell(&facts[0]) > 0);
    }

    #[test]
    fn strictly_a_tag_says_nothing_about_deployments() {
        let ledger = prod_and_test();
        assert_eq!(deployments(&ledger, &["prod"], Rules::Strict), []);
        assert_eq!(deployments(&ledger, &["prod"], Rules::PactBroker).len(), 1);
    }
}
