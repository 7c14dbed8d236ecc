//! What changed between two pacts of a consumer and a provider, and when.

use super::ledger::Ledger;
use super::ledger::Read;
use super::name::VersionNumber;
use super::pact::Pact;
use super::pacts::PactPublication;
use super::pacts::Pair;
use super::rules::Rules;
use super::time::Timestamp;

/// Two pacts, and when the one became the other.
#[derive(Clone, Debug)]
pub struct PactChange {
    /// The pact to begin with.
    pub before: PactPublication,
    /// What it says.
    pub before_document: Pact,
    /// What became of it.
    pub after: PactPublication,
    /// What that says.
    pub after_document: Pact,
    /// When the pact after the first was published: the change came with it.
    pub changed_at: Timestamp,
}

impl PactChange {
    /// Returns the change from one pact to another of the same consumer and provider. Reads all
    /// versions of the consumer, and both contents.
    ///
    /// # Errors
    ///
    /// Fails if a record cannot be read.
    pub fn between(
        ledger: &dyn Ledger,
        before: PactPublication,
        after: PactPublication,
    ) -> Read<Self> {
        let pair = after.pair(ledger);
        let next = pair.next(&before)?;
        Ok(Self {
            before_document: pair.stored(&before.content)?,
            after_document: pair.stored(&after.content)?,
            changed_at: next.map_or(after.created_at, |next| next.created_at),
            before,
            after,
        })
    }
}

/// Returns the pact to compare another with, where that of a version is asked for; `None` if there
/// is none.
///
/// The broker compares with the last one before that differs, whichever version is asked for.
///
/// # Errors
///
/// Fails if a record cannot be read.
pub fn to_compare(
    pair: &Pair<'_>,
    pact: &PactPublication,
    asked: &VersionNumber,
    rules: Rules,
) -> Read<Option<PactPublication>> {
    match rules {
        Rules::Strict => pair.of_version(asked),
        Rules::PactBroker => pair.previous_distinct(pact),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::name::PacticipantName;
    use crate::domain::testing::MemoryLedger;
    use crate::domain::testing::n;

    /// Web 1 and 2 have one content, 3 and 4 another, 5 the first again.
    fn web() -> MemoryLedger {
        let mut ledger = MemoryLedger::default();
        for (number, content) in [("1", "a"), ("2", "a"), ("3", "b"), ("4", "b"), ("5", "a")] {
            let pact = format!("Orders={content}");
            ledger.publish("Web", number, "main", &[pact.as_str()]);
        }
        ledger
    }

    #[test]
    fn what_is_compared_is_what_was_asked_for_but_by_the_rules_of_the_broker() {
        let ledger = web();
        let (consumer, provider): (PacticipantName, PacticipantName) = (n("Web"), n("Orders"));
        let pair = Pair {
            ledger: &ledger,
            consumer: &consumer,
            provider: &provider,
        };
        let compared = |number: &str, asked: &str, rules| {
            let pact = pair.of_version(&n(number)).unwrap().unwrap();
            let found = to_compare(&pair, &pact, &n(asked), rules).unwrap();
            found.map(|found| found.version.number.to_string())
        };
        assert_eq!(compared("4", "1", Rules::Strict).as_deref(), Some("1"));
        assert_eq!(compared("4", "5", Rules::Strict).as_deref(), Some("5"));
        assert_eq!(compared("4", "9", Rules::Strict), None);
        assert_eq!(compared("4", "1", Rules::PactBroker).as_deref(), Some("2"));
        assert_eq!(compared("2", "5", Rules::PactBroker), None);
    }
}
