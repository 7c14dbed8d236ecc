//! Verdicts: every rule as a table, and what the Ruby broker was seen to answer.

mod recorded;
mod recorded_matrix;
mod signed;
mod verdicts;

use super::{Verdict, can_i_deploy};
use crate::domain::fact::Fact;
use crate::domain::ledger::Ledger;
use crate::domain::matrix::{LatestBy, Query, matrix};
use crate::domain::name::EnvironmentName;
use crate::domain::notice::NoticeKind;
use crate::domain::rules::Rules;
use crate::domain::selector::Destination;
use crate::domain::selector::written::asked;
use crate::domain::testing::{MemoryLedger, n};

fn to(environment: &str) -> Destination {
    Destination::Environment(n(environment))
}

fn to_latest(tag: &str) -> Destination {
    let (tag, latest) = (n(tag), true);
    Destination::Tag { tag, latest }
}

/// Asks for selectors written as lines.
fn query(lines: &[&str], destination: Destination) -> Query {
    let selectors = lines.iter().map(|line| asked(line)).collect();
    Query::can_i_deploy(selectors, destination)
}

/// The same, with every provider version a row of its own.
fn cvpv(lines: &[&str], destination: Destination) -> Query {
    let mut query = query(lines, destination);
    query.latest_by = LatestBy::ConsumerVersionAndProviderVersion;
    query
}

fn decide(ledger: &MemoryLedger, query: &Query, rules: Rules) -> Verdict {
    can_i_deploy(&matrix(ledger, query, rules).unwrap())
}

/// Draws a verdict: `unknown 1/0/1` (success, failed, unknown), then a line for each notice.
fn draw(verdict: &Verdict) -> String {
    let answer = match verdict.deployable {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unknown",
    };
    let counts = verdict.counts;
    let ignored = counts
        .ignored
        .map_or(String::new(), |it| format!(" ignored {it}"));
    let (success, failed, unknown) = (counts.success, counts.failed, counts.unknown);
    let mut drawn = format!("{answer} {success}/{failed}/{unknown}{ignored}");
    for notice in &verdict.notices {
        let mark = match notice.kind {
            NoticeKind::Success => "+",
            NoticeKind::Error => "-",
            _ => "!",
        };
        drawn = format!("{drawn}\n{mark} {}", notice.text);
    }
    drawn
}

/// Asserts what the broker was recorded to answer: the head line, then the notices.
fn says(ledger: &MemoryLedger, query: &Query, expected: &[&str]) {
    let drawn = draw(&decide(ledger, query, Rules::PactBroker));
    assert_eq!(drawn, expected.join("\n"), "{query:?}");
}

fn undeploy(ledger: &mut MemoryLedger, name: &str, environment: &str) {
    let environment: EnvironmentName = n(environment);
    for deployed in ledger.deployed(&environment, &n(name)).unwrap() {
        let environment = environment.clone();
        ledger.tell(&Fact::Undeployed {
            environment,
            deployed,
            at: ledger.now(),
        });
    }
}

const ALL_VERIFIED: &str = "+ All required verification results are published and successful";
const NOTHING_MISSING: &str = "+ There are no missing dependencies";
const NO_ENVIRONMENT: &str = "! WARN: It is recommended to specify the environment into which you \
     are deploying. Without the environment, this result will not be reliable.";
const NO_NUMBER: &str = "! WARN: It is recommended to specify the version number (rather than the \
     tag or branch) of the pacticipant you wish to deploy to avoid race conditions. Without a \
     version number, this result will not be reliable.";
