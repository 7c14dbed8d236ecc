//! What a verification found out about a contract, down to what did not match.

use askama::Template;
use askama::filters::Safe;
use serde_json::Value;

use super::Page;
use super::links::Links;
use super::place::PairPlace;
use super::place::Place;
use super::state;
use super::state::State;
use super::word;
use super::word::Anchor;
use super::word::Outside;
use super::word::count;
use crate::domain::contract_overview::ResultOverview;
use crate::domain::pact::Pact;
use crate::domain::test_report::TestFinding;
use crate::domain::test_report::findings;
use crate::domain::verification::Run;
use crate::domain::verification::VerificationResult;
use crate::domain::verification_results::RecordedResult;

/// A verification.
#[derive(Template)]
#[template(path = "verification.html", config = "src/render/page/askama.toml")]
struct Verification<'a> {
    recorded: &'a RecordedResult,
    run: &'a Run,
    result: &'a VerificationResult,
    contract: Option<Safe<Anchor>>,
    build: Option<Safe<Outside>>,
    findings: Vec<TestFinding>,
    /// The report as it is, where nobody knows its form.
    unread: Option<String>,
    links: &'a Links,
}

impl Verification<'_> {
    fn found(&self) -> String {
        let failed = self.findings.iter().filter(|it| it.success == Some(false));
        let (all, failed) = (self.findings.len(), failed.count());
        format!("{}, {failed} of them failed", count(all, "interaction"))
    }

    fn state(finding: &TestFinding) -> Safe<State> {
        match finding.success {
            Some(true) => State::good("as expected", "The provider did as expected"),
            Some(false) => State::bad("failed", "The provider did not do as expected"),
            None => State::none("not known", "The verifier does not say"),
        }
    }
}

/// Returns the page of a result. `stored` is the contract that was verified, if it is there any more.
#[must_use]
pub fn page(known: &ResultOverview, stored: Option<&Pact>, links: &Links) -> Page {
    let recorded = &known.recorded;
    let (run, result) = (&*recorded.run, &recorded.result);
    let report = known.tests.as_ref().map(|tests| tests.as_json());
    let read = report.and_then(|report| findings(report, stored));
    let unread = match (&read, report) {
        (None, Some(report)) => Some(pretty(report)),
        _ => None,
    };
    let contract = known.pact.as_ref().map(|pact| {
        let pair = PairPlace {
            consumer: pact.consumer.clone(),
            provider: pact.provider.clone(),
        };
        let number = &pact.version.number;
        let text = format!("{} {number}", pact.consumer);
        links.anchor(&Place::contract(pair, number.clone()), &text)
    });
    let main = Verification {
        recorded,
        run,
        result,
        contract,
        build: run.build_url.as_deref().map(|url| word::outside(url, url)),
        findings: read.unwrap_or_default(),
        unread,
        links,
    };
    Page::new(Place::of_result(recorded), &main)
}

fn pretty(report: &Value) -> String {
    serde_json::to_string_pretty(report).unwrap_or_else(|_| report.to_string())
}
