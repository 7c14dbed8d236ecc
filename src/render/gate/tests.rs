//! Verdicts in a sentence and cases in their order, and answers that the sinks are tested with.

use std::sync::Arc;

use super::*;
use crate::app::ask::Basis;
use crate::domain::can_i_deploy::can_i_deploy;
use crate::domain::matrix::Query;
use crate::domain::matrix::RowVerification;
use crate::domain::matrix::matrix as matrix_of;
use crate::domain::rules::Rules;
use crate::domain::selector::Selector;
use crate::domain::testing::MemoryLedger;
use crate::domain::testing::n;
use crate::store::Tips;

/// A consumer whose name is made to do harm: it holds what each sink obeys.
pub(in crate::render) const HOSTILE: &str = "::error::W]]>|`@team`<b>&\"";

/// What was computed from nothing.
pub(in crate::render) fn basis() -> Basis {
    Basis {
        tips: Tips::new(),
        rules: Rules::Strict,
        pending: 0,
    }
}

/// Answers whether versions may be deployed.
pub(in crate::render) fn answer(
    ledger: &MemoryLedger,
    selectors: Vec<Selector>,
    destination: Destination,
) -> (Matrix, Verdict) {
    let query = Query::can_i_deploy(selectors, destination);
    let matrix = matrix_of(ledger, &query, Rules::Strict).unwrap();
    let verdict = can_i_deploy(&matrix);
    (matrix, verdict)
}

/// Returns the answer about version 1 of the Web, which needs four providers in production: `Api`
/// honours its pact, `Db` does not, `Log` is ignored, `Mail` has not verified it.
pub(in crate::render) fn mixed() -> (Matrix, Verdict) {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("production");
    ledger.publish("Web", "1", "main", &["Api=a", "Db=d", "Log=l", "Mail=m"]);
    for (provider, outcome) in [
        ("Api", "Web=a:yes"),
        ("Db", "Web=d:no"),
        ("Log", "Web=l:no"),
    ] {
        ledger.verify(provider, "5", "main", &[outcome]);
        ledger.deploy(provider, "5", "production", "");
    }
    let mut query = Query::can_i_deploy(vec![web("1")], to_production());
    query.ignore = vec![Selector::every_version(n("Log"))];
    let mut matrix = matrix_of(&ledger, &query, Rules::Strict).unwrap();
    built_at(&mut matrix, "Db", "https://ci.example.com/5?a=b&c=d");
    let verdict = can_i_deploy(&matrix);
    (matrix, verdict)
}

/// Returns a no in which the consumer's name and the address of the build are made to do harm.
pub(in crate::render) fn hostile() -> (Matrix, Verdict) {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("production");
    ledger.publish(HOSTILE, "1", "main", &["Api=a"]);
    ledger.verify("Api", "5", "main", &[&format!("{HOSTILE}=a:no")]);
    ledger.deploy("Api", "5", "production", "");
    let selector = Selector::version(n(HOSTILE), n("1"));
    let (mut matrix, _) = answer(&ledger, vec![selector], to_production());
    built_at(
        &mut matrix,
        "Api",
        "https://ci/1\n::error::x\u{1b}[31m%0A)|`",
    );
    let verdict = can_i_deploy(&matrix);
    (matrix, verdict)
}

fn built_at(matrix: &mut Matrix, provider: &str, url: &str) {
    let rows = matrix.rows.iter_mut();
    for row in rows.filter(|row| row.provider.as_str() == provider) {
        if let Some(RowVerification { run, .. }) = &mut row.verification {
            Arc::make_mut(run).build_url = Some(url.to_owned());
        }
    }
}

pub(in crate::render) fn web(version: &str) -> Selector {
    Selector::version(n("Web"), n(version))
}

pub(in crate::render) fn to_production() -> Destination {
    Destination::Environment(n("production"))
}

#[test]
fn what_stands_in_the_way_comes_first() {
    let (matrix, verdict) = mixed();
    let cases = cases(&matrix, &verdict);
    let drawn: Vec<String> = cases
        .iter()
        .map(|case| format!("{}: {}", case.state.word(), case.sentence))
        .collect();
    assert_eq!(
        drawn,
        [
            "failed: Db version 5 does not honour the pact of Web version 1",
            "not verified: no version of Mail has verified the pact of Web version 1",
            "verified: Api version 5 honours the pact of Web version 1",
            "ignored: Log version 5 does not honour the pact of Web version 1",
        ]
    );
    assert_eq!(
        tally(&cases),
        "1 failed, 1 not verified, 1 verified, 1 ignored"
    );
    let rows = worst_first(&matrix);
    let providers: Vec<&str> = rows.iter().map(|row| row.provider.as_str()).collect();
    assert_eq!(providers, ["Db", "Mail", "Api", "Log"]);
}

#[test]
fn what_is_not_there_is_a_case_too() {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("production");
    ledger.publish("Web", "1", "main", &["Api=a"]);
    let (matrix, verdict) = answer(&ledger, vec![web("9")], to_production());
    let absent = cases(&matrix, &verdict);
    assert_eq!(absent.len(), 1);
    assert_eq!(
        (absent[0].state, &absent[0].provider),
        (State::Failed, &None)
    );
    assert_eq!(
        absent[0].sentence,
        "No pacts or verifications have been published for version 9 of Web"
    );

    // Versions that have nothing to do with each other have no row, and need none.
    ledger.publish("Api", "5", "main", &[]);
    let both = vec![web("1"), Selector::version(n("Mail"), n("5"))];
    ledger.publish("Mail", "5", "main", &[]);
    let (matrix, verdict) = answer(&ledger, both, Destination::None);
    assert_eq!(cases(&matrix, &verdict), []);
    assert_eq!(tally(&[]), "Nothing to verify");
}

#[test]
fn a_verdict_is_a_sentence() {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("production");
    ledger.publish("Web", "1", "main", &["Api=a"]);
    ledger.publish_tagged("Api", "5", "main", &["prod"], &[]);
    let api = Selector::version(n("Api"), n("5"));
    let prod = Destination::Tag {
        tag: n("prod"),
        latest: true,
    };
    let main = Destination::MainBranch { latest: true };
    for (selectors, destination, expected) in [
        (
            vec![web("1")],
            to_production(),
            "Unknown: version 1 of Web cannot be deployed to production yet",
        ),
        (
            vec![api.clone()],
            to_production(),
            "Yes: version 5 of Api can be deployed to production",
        ),
        (
            vec![web("1")],
            main,
            "Unknown: version 1 of Web cannot be merged yet",
        ),
        (
            vec![web("1")],
            prod,
            "Unknown: version 1 of Web cannot be deployed with what has the tag prod yet",
        ),
        (
            vec![web("9")],
            Destination::Latest,
            "No: version 9 of Web (no such version exists) cannot be deployed with the latest version \
             of everything else",
        ),
        (
            vec![web("1"), api],
            Destination::None,
            "Unknown: version 1 of Web and version 5 of Api cannot be deployed together yet",
        ),
    ] {
        let (matrix, verdict) = answer(&ledger, selectors, destination);
        assert_eq!(headline(&matrix, &verdict), expected);
    }
}
