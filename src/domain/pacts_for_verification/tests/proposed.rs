//! Which pacts are added because consumers propose them.

use serde_json::json;

use super::*;

fn proposed(ledger: &MemoryLedger, body: &Value, rules: Rules) -> Vec<SelectedPact> {
    let request = Request {
        include_proposed: true,
        ..request(ledger, "Api", body)
    };
    let mut found = pacts_for_verification(ledger, &request, rules).unwrap();
    found.retain(|pact| pact.wip);
    found
}

/// The main branch of `Web` has content `a`, two feature branches have `b`.
fn a_feature() -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "main", &["Api=a"]);
    ledger.publish("Web", "2", "feat", &["Api=b"]);
    ledger.publish("Web", "3", "fork", &["Api=b"]);
    ledger.verify("Api", "1", "main", &["Web=a:yes"]);
    ledger
}

const BOTH: [Rules; 2] = [Rules::Strict, Rules::PactBroker];
const NOTHING: [&str; 0] = [];
const FEAT: [&str; 1] = ["Web 3: latest from branch feat, latest from branch fork [wip]"];

#[test]
fn a_build_of_the_main_branch_gets_what_is_proposed_whatever_it_selects() {
    let ledger = a_feature();
    for rules in BOTH {
        for selectors in [json!([]), json!([{"mainBranch": true}])] {
            let on = |branch: &str| json!({"providerVersionBranch": branch, "consumerVersionSelectors": selectors});
            let found = proposed(&ledger, &on("main"), rules);
            assert_eq!(lines(&found), FEAT);
            assert_eq!(found[0].pending, Some(true));
            assert_eq!(lines(&proposed(&ledger, &on("feat/other"), rules)), NOTHING);
        }
        assert_eq!(lines(&proposed(&ledger, &json!({}), rules)), NOTHING);
        let tagged = json!({"providerVersionTags": ["main"]});
        assert_eq!(lines(&proposed(&ledger, &tagged, rules)), NOTHING);
    }
}

#[test]
fn who_does_not_know_of_pending_gets_nothing_that_could_fail_the_build() {
    let ledger = a_feature();
    let body = json!({"providerVersionBranch": "main", "includePendingStatus": false});
    assert_eq!(lines(&proposed(&ledger, &body, Rules::Strict)), NOTHING);
}

#[test]
fn what_is_selected_or_work_in_progress_anyway_is_there_once() {
    let ledger = a_feature();
    let body = json!({"providerVersionBranch": "main", "includeWipPactsSince": "2020-01-01"});
    for rules in BOTH {
        assert_eq!(lines(&proposed(&ledger, &body, rules)), FEAT);
    }
    let selected = json!({"providerVersionBranch": "main",
        "consumerVersionSelectors": [{"branch": "feat"}]});
    assert_eq!(lines(&proposed(&ledger, &selected, Rules::Strict)), NOTHING);
}

#[test]
fn what_an_older_version_honoured_is_asked_of_each_new_one() {
    let mut ledger = a_feature();
    ledger.verify("Api", "2", "main", &["Web=b:wip"]);
    let body = json!({"providerVersionBranch": "main"});
    let found = proposed(&ledger, &body, Rules::Strict);
    assert_eq!(lines(&found), FEAT);
    assert_eq!(found[0].pending, Some(true));
}
