//! What several writes recorded together, in a line and as JSON.

use std::collections::BTreeMap;

use serde::Serialize;

use super::table::one_line;
use crate::app::message::line;
use crate::domain::intent::Intent;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;

/// How many things that are neither pacts nor results a line names.
const MOST_NAMED: usize = 3;

/// What was recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Recorded {
    /// Pacts that were published.
    pacts: Vec<PactJson>,
    /// Results of verifications.
    results: Vec<ResultJson>,
    /// Everything else, in words.
    others: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct PactJson {
    consumer: PacticipantName,
    version: VersionNumber,
    provider: PacticipantName,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct ResultJson {
    provider: PacticipantName,
    version: VersionNumber,
    consumer: PacticipantName,
    success: bool,
}

impl Recorded {
    /// Returns what intents recorded, in their order.
    #[must_use]
    pub fn of<'a>(intents: impl IntoIterator<Item = &'a Intent>) -> Self {
        let mut recorded = Self::default();
        for intent in intents {
            match intent {
                Intent::Publish(request) => {
                    let pacts = request.contracts.iter().map(|contract| PactJson {
                        consumer: contract.consumer.clone(),
                        version: request.version.clone(),
                        provider: contract.provider.clone(),
                    });
                    recorded.pacts.extend(pacts);
                }
                Intent::RecordVerification(report) => {
                    let results = report.results.iter().map(|result| ResultJson {
                        provider: report.provider.clone(),
                        version: report.version.clone(),
                        consumer: result.consumer.clone(),
                        success: result.success,
                    });
                    recorded.results.extend(results);
                }
                intent if intent.stands_alone() => recorded.others.push(line(intent)),
                _ => {}
            }
        }
        recorded
    }

    /// Says whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns all of it in a line, e.g. `2 pacts of Web 3c1f6ad, 5 results of Api 1.2 (1 failed)`.
    #[must_use]
    pub fn text(&self) -> String {
        let mut pacts = BTreeMap::<_, usize>::new();
        for pact in &self.pacts {
            *pacts.entry((&pact.consumer, &pact.version)).or_default() += 1;
        }
        let mut results = BTreeMap::<_, (usize, usize)>::new();
        for result in &self.results {
            let (all, failed) = results
                .entry((&result.provider, &result.version))
                .or_default();
            *all += 1;
            *failed += usize::from(!result.success);
        }
        let pacts = pacts
            .into_iter()
            .map(|((name, version), all)| format!("{} of {name} {version}", count(all, "pact")));
        let results = results.into_iter().map(|((name, version), (all, failed))| {
            let failed = match failed {
                0 => String::new(),
                failed => format!(" ({failed} failed)"),
            };
            format!("{} of {name} {version}{failed}", count(all, "result"))
        });
        let mut all: Vec<String> = pacts.chain(results).collect();
        all.extend(self.others.iter().take(MOST_NAMED).cloned());
        if let Some(more @ 1..) = self.others.len().checked_sub(MOST_NAMED) {
            all.push(format!("and {more} more"));
        }
        one_line(&all.join(", "))
    }
}

/// Returns a number of things: `1 pact`, `2 pacts`.
fn count(number: usize, thing: &str) -> String {
    let end = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Uuid;
    use crate::domain::record_verification::Report;
    use crate::domain::record_verification::ReportedPact;
    use crate::domain::record_verification::ReportedResult;
    use crate::domain::time::Timestamp;

    fn verified(consumer: &str, success: bool) -> Intent {
        Intent::RecordVerification(Report {
            provider: "Api".parse().unwrap(),
            version: "1.2".parse().unwrap(),
            branch: None,
            tags: Vec::new(),
            build_url: None,
            verified_by: None,
            results: vec![ReportedResult {
                consumer: consumer.parse().unwrap(),
                pact: ReportedPact::Current,
                success,
                wip: false,
                failures: Vec::new(),
                tests: None,
            }],
            request: None,
            at: Timestamp::clamped(0),
        })
    }

    #[test]
    fn results_are_counted_by_version_and_the_rest_is_named() {
        let gone = |name| Intent::DeleteEnvironment(Uuid::derived(&[name]));
        let mut intents = vec![verified("Web", true), verified("App", false)];
        let recorded = Recorded::of(&intents);
        assert_eq!(recorded.text(), "2 results of Api 1.2 (1 failed)");
        intents.extend(["a", "b", "c", "d", "e"].map(gone));
        let text = Recorded::of(&intents).text();
        assert!(text.contains("delete environment"), "{text}");
        assert!(text.ends_with("and 2 more"), "{text}");
        assert!(Recorded::of(&[]).is_empty());
    }
}
