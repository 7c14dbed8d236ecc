//! The list of integrations that people look through: found by name, in the order they like, part by
//! part.
//!
//! Whether a pact is verified is looked up only of what is shown, as long as the order does not depend
//! on it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::integration::Integration;
use super::integration::integrations;
use super::ledger::Ledger;
use super::ledger::Read;
use super::name::BranchName;
use super::name::PacticipantName;
use super::pact_status::LineStatus;
use super::pact_status::PactStatus;
use super::pact_status::status_by;
use super::pacts::Among;
use super::pacts::Pair;
use super::part::Part;
use super::standing::head_branches;
use super::verification_results::ResultsByProvider;

/// How many integrations are in a part of the list.
pub const PART: usize = 50;

/// What comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum IntegrationOrder {
    /// The name of the consumer, then of the provider.
    #[default]
    Consumer,
    /// The name of the provider, then of the consumer.
    Provider,
    /// What was published last.
    Published,
    /// What was verified last.
    Verified,
    /// What needs somebody to look at it most.
    State,
}

impl IntegrationOrder {
    /// All of them, with the words for them.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Consumer, "consumer"),
        (Self::Provider, "provider"),
        (Self::Published, "published"),
        (Self::Verified, "verified"),
        (Self::State, "state"),
    ];

    /// Returns the word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        let known = Self::ALL.iter().find(|(order, _)| *order == self);
        known.map_or("", |(_, word)| word)
    }

    /// Returns the order that a word means; by consumer if it means none.
    #[must_use]
    pub fn of_word(word: &str) -> Self {
        let known = Self::ALL.iter().find(|(_, known)| *known == word);
        known.map_or_else(Self::default, |(order, _)| *order)
    }
}

/// Which integrations are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedIntegrations {
    /// A part of the name or of the display name of one of the two, whatever the case; all of them if
    /// it is empty.
    pub search: String,
    /// What comes first.
    pub order: IntegrationOrder,
    /// Which part of the list, counted from 1.
    pub part: usize,
}

impl Default for WantedIntegrations {
    fn default() -> Self {
        Self {
            search: String::new(),
            order: IntegrationOrder::default(),
            part: 1,
        }
    }
}

/// A part of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntegrationList {
    /// What is in it.
    pub rows: Vec<IntegrationRow>,
    /// Which part it is.
    pub part: Part,
    /// How many integrations there are, wanted or not.
    pub all: usize,
}

/// An integration in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntegrationRow {
    /// The two.
    pub integration: Integration,
    /// Its newest pact, and how that fares; `None` if the consumer has dropped them all.
    pub line: Option<LineStatus>,
    /// The branches whose head is the version with that pact.
    pub branches: Vec<BranchName>,
}

impl IntegrationRow {
    /// Returns whether the newest pact is verified.
    #[must_use]
    pub fn status(&self) -> PactStatus {
        let line = self.line.as_ref();
        line.map_or(PactStatus::Never, |line| line.status)
    }
}

/// Returns the integrations that are wanted.
///
/// Lists the consumers of every pacticipant. Of what is shown, and of everything where the order
/// depends on it, reads all runs of the providers and what [`Pair::latest`] does.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn integration_list(ledger: &dyn Ledger, wanted: &WantedIntegrations) -> Read<IntegrationList> {
    let mut found = integrations(ledger)?;
    let all = found.len();
    retain_named(ledger, &mut found, &wanted.search)?;
    let (rows, part) = match wanted.order {
        IntegrationOrder::Consumer | IntegrationOrder::Provider => {
            if wanted.order == IntegrationOrder::Provider {
                // Stable: of one provider, by name of consumer.
                found.sort_by_cached_key(|it| it.provider.as_str().to_lowercase());
            }
            let part = Part::cut(&mut found, wanted.part, PART);
            (rows(ledger, found)?, part)
        }
        order => {
            let mut rows = rows(ledger, found)?;
            sort(&mut rows, order);
            let part = Part::cut(&mut rows, wanted.part, PART);
            (rows, part)
        }
    };
    Ok(IntegrationList { rows, part, all })
}

/// Returns the integrations of an application: those in which it is the consumer, by name of provider,
/// and those in which it is the provider, by name of consumer. Reads of each what a list of them does.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn integrations_of(
    ledger: &dyn Ledger,
    name: &PacticipantName,
) -> Read<(Vec<IntegrationRow>, Vec<IntegrationRow>)> {
    let found = integrations(ledger)?.into_iter();
    let found = found.filter(|it| it.includes(name));
    let (provides, consumes) = found.partition(|it| it.provider == *name);
    Ok((rows(ledger, consumes)?, rows(ledger, provides)?))
}

/// Leaves those that a search finds.
fn retain_named(ledger: &dyn Ledger, found: &mut Vec<Integration>, search: &str) -> Read<()> {
    let search = search.trim().to_lowercase();
    if search.is_empty() {
        return Ok(());
    }
    let mut fitting: BTreeMap<PacticipantName, bool> = BTreeMap::new();
    for name in found.iter().flat_map(|it| [&it.consumer, &it.provider]) {
        if fitting.contains_key(name) {
            continue;
        }
        let has = |text: &str| text.to_lowercase().contains(&search);
        let fits = has(name.as_str())
            || ledger
                .pacticipant(name)?
                .is_some_and(|known| has(&known.shown_name()));
        fitting.insert(name.clone(), fits);
    }
    let fits = |name: &PacticipantName| fitting.get(name).copied().unwrap_or(false);
    found.retain(|it| fits(&it.consumer) || fits(&it.provider));
    Ok(())
}

fn sort(rows: &mut [IntegrationRow], order: IntegrationOrder) {
    rows.sort_by_key(|row| {
        let line = row.line.as_ref();
        let verified = line.and_then(|line| line.latest.as_ref());
        match order {
            IntegrationOrder::Published => (0, Reverse(line.map(|line| line.pact.created_at))),
            IntegrationOrder::Verified => (0, Reverse(verified.map(|it| it.run.created_at))),
            _ => (urgency(row.status()), Reverse(None)),
        }
    });
}

/// Returns how soon somebody has to look at a pact of a status: soonest is 0.
fn urgency(status: PactStatus) -> u8 {
    match status {
        PactStatus::Failed => 0,
        PactStatus::Stale => 1,
        PactStatus::FailedPending => 2,
        PactStatus::Never => 3,
        PactStatus::Success => 4,
    }
}

fn rows(ledger: &dyn Ledger, found: Vec<Integration>) -> Read<Vec<IntegrationRow>> {
    let mut results = ResultsByProvider::read(ledger, found.iter().map(|it| &it.provider))?;
    let rows = found.into_iter().map(|it| row(ledger, it, &mut results));
    rows.collect()
}

fn row(
    ledger: &dyn Ledger,
    integration: Integration,
    results: &mut ResultsByProvider,
) -> Read<IntegrationRow> {
    let results = results.of(ledger, &integration.provider)?;
    let pair = Pair {
        ledger,
        consumer: &integration.consumer,
        provider: &integration.provider,
    };
    let line = status_by(&pair, &Among::All, results)?;
    let branches = match &line {
        Some(line) => head_branches(ledger, &line.pact.consumer, &line.pact.version)?,
        None => Vec::new(),
    };
    Ok(IntegrationRow {
        integration,
        line,
        branches,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::MemoryLedger;

    fn shop() -> MemoryLedger {
        let mut ledger = MemoryLedger::default();
        ledger.publish("web", "1", "main", &["Shop=a", "mail=m"]);
        ledger.publish("Shop", "1", "main", &["Bank=a"]);
        ledger.publish("App", "1", "main", &["Shop=b"]);
        ledger.verify("mail", "1", "main", &["web=m:yes"]);
        ledger.verify("Shop", "2", "main", &["web=a:yes", "App=b:no"]);
        ledger.publish("web", "2", "main", &["Shop=c", "mail=m"]);
        ledger
    }

    fn listed(search: &str, order: IntegrationOrder) -> Vec<String> {
        let wanted = WantedIntegrations {
            search: search.to_owned(),
            order,
            part: 1,
        };
        let found = integration_list(&shop(), &wanted).unwrap();
        assert_eq!(found.all, 4);
        assert_eq!(found.part.of, found.rows.len());
        let row = |row: &IntegrationRow| {
            let Integration { consumer, provider } = &row.integration;
            format!("{consumer}-{provider} {}", row.status().as_str())
        };
        found.rows.iter().map(row).collect()
    }

    #[test]
    fn integrations_are_sorted_as_somebody_likes() {
        for (order, expected) in [
            (
                IntegrationOrder::Consumer,
                [
                    "App-Shop failed",
                    "Shop-Bank never",
                    "web-mail success",
                    "web-Shop stale",
                ],
            ),
            (
                IntegrationOrder::Provider,
                [
                    "Shop-Bank never",
                    "web-mail success",
                    "App-Shop failed",
                    "web-Shop stale",
                ],
            ),
            (
                IntegrationOrder::State,
                [
                    "App-Shop failed",
                    "web-Shop stale",
                    "Shop-Bank never",
                    "web-mail success",
                ],
            ),
        ] {
            assert_eq!(listed("", order), expected, "{order:?}");
        }
        let first = |order| listed("", order).remove(0);
        assert_eq!(first(IntegrationOrder::Published), "web-mail success");
        assert_eq!(first(IntegrationOrder::Verified), "App-Shop failed");
    }

    #[test]
    fn a_search_finds_parts_of_names_whatever_the_case() {
        let found = listed(" SHO ", IntegrationOrder::Consumer);
        assert_eq!(
            found,
            ["App-Shop failed", "Shop-Bank never", "web-Shop stale"]
        );
        assert_eq!(listed("nobody", IntegrationOrder::State), [""; 0]);
    }

    #[test]
    fn every_order_has_a_word() {
        for (order, word) in IntegrationOrder::ALL {
            assert_eq!(IntegrationOrder::of_word(word), order);
            assert_eq!(order.as_str(), word);
        }
        let nonsense = IntegrationOrder::of_word("nonsense");
        assert_eq!(nonsense, IntegrationOrder::Consumer);
    }
}
