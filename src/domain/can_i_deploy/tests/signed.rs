//! Where only signed successes count: who is not believed makes an answer more careful, and never a yes.

use super::{cvpv, draw, query, to};
use crate::domain::can_i_deploy::can_i_deploy;
use crate::domain::ledger::Read;
use crate::domain::matrix::{Query, matrix, matrix_believing};
use crate::domain::name::PacticipantName;
use crate::domain::rules::Rules;
use crate::domain::selector::Destination;
use crate::domain::signers::{Doubt, Witness};
use crate::domain::testing::MemoryLedger;
use crate::domain::verification::Run;

/// Doubts these runs of any provider, by version and number.
struct Doubting<'a>(&'a [(&'a str, u32)]);

impl Witness for Doubting<'_> {
    fn doubt(&self, _: &PacticipantName, run: &Run) -> Read<Option<Doubt>> {
        let is_doubted = self.0.contains(&(run.version.as_str(), run.number));
        Ok(is_doubted.then_some(Doubt::NotSigned))
    }
}

fn signed(query: Query) -> Query {
    Query {
        only_signed: true,
        ..query
    }
}

/// Web 1 has a pact with Api, of which 5 is live and was verified with these results, one run each.
fn town(results: &[bool]) -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("prod");
    ledger.publish("Web", "1", "", &["Api=a"]);
    ledger.publish("Api", "5", "", &[]);
    for success in results {
        let result = if *success { "Web=a:yes" } else { "Web=a:no" };
        ledger.verify("Api", "5", "", &[result]);
    }
    ledger.deploy("Api", "5", "prod", "");
    ledger
}

#[test]
fn a_success_counts_if_it_is_believed_and_a_failure_always() {
    let yes = Some(true);
    let no = Some(false);
    for (results, doubted, expected) in [
        (&[true][..], &[][..], yes),
        (&[true], &[("5", 1)], None),
        (&[false], &[("5", 1)], no),
        // The newest that is believed decides.
        (&[true, true], &[("5", 2)], yes),
        (&[false, true], &[("5", 1)], yes),
        (&[false, true], &[("5", 2)], no),
        (&[true, false], &[("5", 2)], no),
        (&[true, false], &[("5", 1), ("5", 2)], no),
        (&[true, false, true], &[("5", 3)], no),
        (&[true, true], &[("5", 1), ("5", 2)], None),
    ] {
        let ledger = town(results);
        let query = signed(query(&["Web version=1"], to("prod")));
        for rules in [Rules::Strict, Rules::PactBroker] {
            let matrix = matrix_believing(&ledger, &query, rules, &Doubting(doubted)).unwrap();
            let verdict = can_i_deploy(&matrix);
            assert_eq!(verdict.deployable, expected, "{results:?} {doubted:?}");
        }
    }
}

#[test]
fn the_reason_says_what_is_wrong_with_the_signature() {
    let ledger = town(&[true]);
    let query = signed(query(&["Web version=1"], to("prod")));
    let matrix = matrix_believing(&ledger, &query, Rules::Strict, &Doubting(&[("5", 1)])).unwrap();
    assert_eq!(
        draw(&can_i_deploy(&matrix)),
        "unknown 0/0/1\n- The pact between version 1 of Web and the version of Api currently in prod \
         (5) is verified, but the result is not signed"
    );
}

#[test]
fn without_a_witness_nothing_is_believed() {
    let ledger = town(&[true]);
    let query = query(&["Web version=1"], to("prod"));
    let ask = |query: &Query| can_i_deploy(&matrix(&ledger, query, Rules::Strict).unwrap());
    assert_eq!(ask(&query).deployable, Some(true));
    assert_eq!(ask(&signed(query)).deployable, None);
}

#[test]
fn whatever_is_asked_a_doubt_never_makes_a_yes() {
    let mut ledger = town(&[true, false, true]);
    ledger.verify("Api", "6", "main", &["Web=a:yes"]);
    ledger.publish("Web", "2", "main", &["Api=a"]);
    ledger.deploy("Web", "2", "prod", "");
    let runs = [("5", 1), ("5", 2), ("5", 3), ("6", 1)];
    for selector in [
        "Web version=1",
        "Api version=5",
        "Api version=6",
        "Web",
        "Api latest",
    ] {
        for to in [to("prod"), Destination::None, Destination::Latest] {
            for rules in [Rules::Strict, Rules::PactBroker] {
                let query = signed(cvpv(&[selector], to.clone()));
                let ask = |doubted: &[(&str, u32)]| {
                    let witness = Doubting(doubted);
                    let matrix = matrix_believing(&ledger, &query, rules, &witness);
                    can_i_deploy(&matrix.unwrap())
                };
                let believed = ask(&[]).deployable;
                for count in 1..=runs.len() {
                    for doubted in runs.windows(count) {
                        let doubted = ask(doubted);
                        assert!(
                            believed == Some(true) || doubted.deployable != Some(true),
                            "{selector} {to:?} {rules:?}"
                        );
                    }
                }
                // Nobody is believed: what was a success is unknown at best.
                let nobody = ask(&runs);
                assert_eq!(nobody.counts.success, 0, "{selector} {to:?} {rules:?}");
                assert!(
                    nobody.deployable != Some(true) || ask(&[]).counts.success == 0,
                    "{selector} {to:?} {rules:?}"
                );
            }
        }
    }
}
