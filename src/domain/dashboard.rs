//! The dashboard: the pacts that matter now, and whether each is verified.
//!
//! Those are, of each consumer and provider, the latest pact, the latest with each tag of the
//! consumer, and what is deployed or released anywhere.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::integration::Integration;
use super::ledger::Ledger;
use super::ledger::Read;
use super::name::BranchName;
use super::name::TagName;
use super::pact_status::PactStatus;
use super::pacts::Among;
use super::pacts::PactPublication;
use super::pacts::Pair;
use super::standing::head_branches;
use super::standing::head_tags;
use super::time::Seq;
use super::verification_results::ProviderResults;
use super::verification_results::RecordedResult;
use super::verification_results::ResultsByProvider;

/// A pact on the dashboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DashboardRow {
    /// The pact.
    pub pact: PactPublication,
    /// The branches whose head is its consumer version; the last is the one to show.
    pub head_branches: Vec<BranchName>,
    /// The tags with which it is the latest pact with its provider, sorted.
    pub head_tags: Vec<TagName>,
    /// Whether it is verified.
    pub status: PactStatus,
    /// The latest result for its content.
    pub verification: Option<DashboardVerification>,
}

/// The verification of a pact on the dashboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DashboardVerification {
    /// The result.
    pub result: RecordedResult,
    /// The branches whose head is the provider version; the last is the one to show.
    pub head_branches: Vec<BranchName>,
    /// The tags of which the provider version is the newest, sorted.
    pub head_tags: Vec<TagName>,
}

/// A pact that matters, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PactThatMatters {
    /// The pact.
    pub pact: PactPublication,
    /// The tags with which it is the latest pact with its provider, sorted.
    pub head_tags: Vec<TagName>,
}

/// Returns the pacts of some integrations that matter now: by name of the consumer, newest version
/// first, then by name of the provider.
///
/// Reads the heads of all tags of the consumers, and what is in every environment; all versions of
/// a consumer where the head of a tag has no pact.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn pacts_that_matter(
    ledger: &dyn Ledger,
    integrations: &[Integration],
) -> Read<Vec<PactThatMatters>> {
    let mut pacts = Vec::new();
    for integration in integrations {
        pacts.extend(of_pair(&Pair {
            ledger,
            consumer: &integration.consumer,
            provider: &integration.provider,
        })?);
    }
    pacts.sort_by_cached_key(|PactThatMatters { pact, .. }| {
        (
            pact.consumer.as_str().to_lowercase(),
            Reverse(pact.version.seq),
            pact.provider.as_str().to_lowercase(),
        )
    });
    Ok(pacts)
}

/// Returns the rows of some pacts, in the order given. Reads all runs of their providers.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn dashboard(ledger: &dyn Ledger, pacts: Vec<PactThatMatters>) -> Read<Vec<DashboardRow>> {
    let providers = pacts.iter().map(|it| &it.pact.provider);
    let mut results = ResultsByProvider::read(ledger, providers)?;
    let mut rows = Vec::new();
    for PactThatMatters { pact, head_tags } in pacts {
        let results = results.of(ledger, &pact.provider)?;
        rows.push(row(ledger, pact, head_tags, results)?);
    }
    Ok(rows)
}

/// Sorts rows: the one published or verified last first.
pub fn sort_by_activity(rows: &mut [DashboardRow]) {
    rows.sort_by_key(|row| {
        let result = row.verification.as_ref().map(|known| &known.result);
        let verified_at = result.map(|result| result.run.created_at);
        Reverse(verified_at.max(Some(row.pact.created_at)))
    });
}

/// Returns the pacts of a pair that matter.
fn of_pair(pair: &Pair<'_>) -> Read<Vec<PactThatMatters>> {
    let mut found: BTreeMap<Seq, PactThatMatters> = BTreeMap::new();
    let mut add = |pact: Option<PactPublication>, tag: Option<TagName>| {
        if let Some(pact) = pact {
            let known = found.entry(pact.version.seq);
            let known = known.or_insert_with(|| PactThatMatters {
                pact,
                head_tags: Vec::new(),
            });
            known.head_tags.extend(tag);
        }
    };
    add(pair.latest(&Among::All)?, None);
    for head in pair.ledger.tag_heads(pair.consumer)? {
        add(
            pair.latest(&Among::Tagged(head.tag.clone()))?,
            Some(head.tag),
        );
    }
    for environment in pair.ledger.environments()? {
        let deployed = pair.ledger.deployed(&environment.name, pair.consumer)?;
        let released = pair.ledger.released(&environment.name, pair.consumer)?;
        let deployed = deployed.iter().map(|deployed| &deployed.version);
        for number in deployed.chain(released.iter().map(|released| &released.version)) {
            add(pair.of_version(number)?, None);
        }
    }
    let mut found: Vec<_> = found.into_values().collect();
    for PactThatMatters { head_tags, .. } in &mut found {
        head_tags.sort();
    }
    Ok(found)
}

fn row(
    ledger: &dyn Ledger,
    pact: PactPublication,
    head_tags: Vec<TagName>,
    results: &ProviderResults,
) -> Read<DashboardRow> {
    let latest = results.latest(&pact.consumer, &pact.content);
    let status = PactStatus::of(&pact, latest.as_ref());
    let verification = match latest {
        Some(result) => Some(verification(ledger, result)?),
        None => None,
    };
    Ok(DashboardRow {
        head_branches: head_branches(ledger, &pact.consumer, &pact.version)?,
        pact,
        head_tags,
        status,
        verification,
    })
}

fn verification(ledger: &dyn Ledger, result: RecordedResult) -> Read<DashboardVerification> {
    let provider = &result.provider;
    let (mut branches, mut tags) = (Vec::new(), Vec::new());
    if let Some(version) = ledger.version(provider, &result.run.version)? {
        branches = head_branches(ledger, provider, &version)?;
        tags = head_tags(ledger, provider, &version)?;
    }
    Ok(DashboardVerification {
        result,
        head_branches: branches,
        head_tags: tags,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::integration::integrations;
    use crate::domain::testing::MemoryLedger;
    use crate::domain::testing::n;

    fn listed<T: ToString>(names: &[T]) -> String {
        let names: Vec<_> = names.iter().map(ToString::to_string).collect();
        names.join(",")
    }

    /// Writes each row on a line: the pact, its branches and tags, the result with the same.
    fn drawn(ledger: &MemoryLedger, only: Option<(&str, &str)>) -> Vec<String> {
        let mut wanted = integrations(ledger).unwrap();
        if let Some((consumer, provider)) = only {
            wanted.retain(|found| found.consumer == n(consumer) && found.provider == n(provider));
        }
        let pacts = pacts_that_matter(ledger, &wanted).unwrap();
        let mut rows = dashboard(ledger, pacts).unwrap();
        sort_by_activity(&mut rows);
        let draw = |row: &DashboardRow| {
            let pact = &row.pact;
            let line = format!(
                "{} {} {} [{}] [{}] {}",
                pact.consumer,
                pact.version.number,
                pact.provider,
                listed(&row.head_branches),
                listed(&row.head_tags),
                row.status.as_str()
            );
            match &row.verification {
                Some(known) => {
                    let (branches, tags) = (listed(&known.head_branches), listed(&known.head_tags));
                    format!(
                        "{line} by {} [{branches}] [{tags}]",
                        known.result.run.version
                    )
                }
                None => line,
            }
        };
        rows.iter().map(draw).collect()
    }

    fn ledger() -> MemoryLedger {
        let mut ledger = MemoryLedger::default();
        ledger.environment_named("prod");
        ledger.publish_tagged("Web", "1", "main", &["dev", "qa"], &["Shop=a", "Mail=m"]);
        ledger.publish_tagged("Shop", "4", "main", &["old"], &[]);
        ledger.publish_tagged("Shop", "5", "main", &["new", "old"], &[]);
        ledger.verify("Shop", "5", "main", &["Web=a:yes"]);
        ledger.publish("Web", "2", "main", &["Shop=b"]);
        ledger.publish_tagged("Web", "3", "main", &["dev"], &["Shop=c"]);
        ledger.verify("Mail", "7", "", &["Web=m:no"]);
        ledger
    }

    #[test]
    fn the_latest_pact_and_the_latest_of_each_tag_are_there() {
        assert_eq!(
            drawn(&ledger(), None),
            [
                "Web 1 Mail [] [dev,qa] failed by 7 [] []",
                "Web 3 Shop [main] [dev] never",
                "Web 1 Shop [] [qa] success by 5 [main] [new,old]",
            ]
        );
        assert_eq!(drawn(&ledger(), Some(("Web", "Shop"))).len(), 2);
    }

    #[test]
    fn what_is_deployed_or_released_is_there_and_only_once() {
        let mut ledger = ledger();
        ledger.deploy("Web", "2", "prod", "");
        ledger.release("Web", "2", "prod");
        ledger.release("Web", "3", "prod");
        assert_eq!(
            drawn(&ledger, Some(("Web", "Shop"))),
            [
                "Web 3 Shop [main] [dev] never",
                "Web 2 Shop [] [] never",
                "Web 1 Shop [] [qa] success by 5 [main] [new,old]",
            ]
        );
    }
}
