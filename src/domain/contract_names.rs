//! What the contracts of a consumer with a provider can be called, for whoever has to choose some.

use std::collections::BTreeSet;

use super::find_pact::How;
use super::find_pact::WhichPact;
use super::ledger::Read;
use super::pacts::Among;
use super::pacts::Pair;

/// The most branches, tags and versions that are named, of each.
pub const MOST: usize = 50;

/// Returns what contracts of two can be called: the current and the latest one, branches, tags,
/// environments, and numbers of versions, those with the newest contract first. Reads all versions of the
/// consumer and what is in each environment.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn contract_names(pair: &Pair<'_>) -> Read<Vec<WhichPact>> {
    let pacts = pair.newest_first(&Among::All)?;
    if pacts.is_empty() {
        return Ok(Vec::new());
    }
    let mut names = vec![WhichPact::Current, WhichPact::Latest];
    let versions = || pacts.iter().map(|pact| &pact.version);
    let mut known = BTreeSet::new();
    let branches = versions().flat_map(|version| version.branches.iter().rev());
    let branches = branches.filter(|it| known.insert(*it)).take(MOST);
    names.extend(branches.cloned().map(WhichPact::Branch));
    let mut known = BTreeSet::new();
    let tags = versions().flat_map(|version| &version.tags);
    let tags = tags.filter(|it| known.insert(*it)).take(MOST);
    names.extend(tags.cloned().map(WhichPact::Tag));
    for environment in pair.ledger.environments()? {
        let name = environment.name.clone();
        if pair.ledger.pacticipants_in(&name)?.contains(pair.consumer) {
            let how = How::Either;
            names.push(WhichPact::Environment { name, how });
        }
    }
    let numbers = versions().map(|version| version.number.clone());
    names.extend(numbers.take(MOST).map(WhichPact::Version));
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::MemoryLedger;
    use crate::domain::testing::n;

    #[test]
    fn what_was_published_last_is_named_first() {
        let mut ledger = MemoryLedger::default();
        ledger.publish_tagged("Web", "1", "main", &["prod"], &["Orders=a"]);
        ledger.publish("Web", "latest", "feat", &["Orders=b"]);
        ledger.publish("Web", "3", "main", &["Orders=c"]);
        ledger.publish("Web", "4", "other", &["Stock=c"]);
        let names = |consumer| {
            let (consumer, provider) = (n(consumer), n("Orders"));
            let pair = Pair {
                ledger: &ledger,
                consumer: &consumer,
                provider: &provider,
            };
            let names = contract_names(&pair).unwrap();
            let read = names.iter().map(|name| name.written().parse().unwrap());
            assert_eq!(read.collect::<Vec<WhichPact>>(), names);
            names.iter().map(WhichPact::written).collect::<Vec<_>>()
        };
        assert_eq!(
            names("Web"),
            [
                "current",
                "latest",
                "branch:main",
                "branch:feat",
                "tag:prod",
                "3",
                "version:latest",
                "1"
            ]
        );
        assert!(names("Nobody").is_empty());
    }
}
