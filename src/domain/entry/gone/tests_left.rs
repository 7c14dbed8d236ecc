//! Test results that runs referred to, and that go with the last of them.

use std::collections::BTreeSet;

use super::super::super::ledger::{Ledger, Read};
use super::super::super::name::PacticipantName;
use super::super::super::test_results::TestResultsId;
use super::super::super::verification::{Run, VerificationResult};
use super::super::Entry;

/// The test results of one provider that results referred to which are gone.
#[derive(Default)]
pub(super) struct UnusedTests(BTreeSet<TestResultsId>);

impl UnusedTests {
    /// Results are gone.
    pub(super) fn lose(&mut self, results: &[VerificationResult]) {
        let tests = results.iter().filter_map(|result| result.tests.as_ref());
        self.0.extend(tests.cloned());
    }

    /// Adds that test results are gone that no result refers to of those that are left. Reads all
    /// runs of the provider if there may be any.
    pub(super) fn judge(
        mut self,
        ledger: &dyn Ledger,
        provider: &PacticipantName,
        entries: &mut Vec<Entry>,
        is_left: impl Fn(&Run, &VerificationResult) -> bool,
    ) -> Read<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        for run in ledger.runs(provider)? {
            for result in run.results.iter().filter(|it| is_left(&run, it)) {
                if let Some(tests) = &result.tests {
                    self.0.remove(tests);
                }
            }
        }
        let gone = self.0.into_iter();
        entries.extend(gone.map(|id| Entry::TestResultsGone(provider.clone(), id)));
        Ok(())
    }
}
