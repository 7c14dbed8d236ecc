//! Which pacts may fail (spec: semantics §6.6).

use serde_json::json;

use super::*;

/// Says whether the pact with content `a` is pending for a build.
fn pending(ledger: &MemoryLedger, build: Value) -> bool {
    let mut body = build;
    body["consumerVersionSelectors"] = json!([{"branch": "main"}]);
    let found = select(ledger, &body, Rules::Strict);
    assert_eq!(
        found,
        select(ledger, &body, Rules::PactBroker),
        "no rule differs here"
    );
    found[0].pending.unwrap()
}

fn on(branch: &str) -> Value {
    json!({"providerVersionBranch": branch})
}

fn tagged(tags: &[&str]) -> Value {
    json!({"providerVersionTags": tags})
}

fn one_pact() -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "main", &["Api=a"]);
    ledger
}

#[test]
fn a_pact_that_nobody_verified_is_pending_for_everybody() {
    let ledger = one_pact();
    assert!(pending(&ledger, on("main")));
    assert!(pending(&ledger, tagged(&["dev"])));
    assert!(pending(&ledger, json!({})));
}

#[test]
fn a_success_on_the_branch_ends_it_for_the_branch_and_a_failure_does_not() {
    let mut ledger = one_pact();
    ledger.publish("Api", "0", "other", &[]);
    ledger.verify("Api", "1", "main", &["Web=a:no"]);
    assert!(pending(&ledger, on("main")));
    ledger.verify("Api", "2", "main", &["Web=a:yes"]);
    assert!(!pending(&ledger, on("main")));
    assert!(pending(&ledger, on("other")), "it had begun before");
}

#[test]
fn a_later_failure_revokes_nothing() {
    let mut ledger = one_pact();
    ledger.verify("Api", "1", "main", &["Web=a:yes"]);
    ledger.verify("Api", "1", "main", &["Web=a:no"]);
    ledger.verify("Api", "2", "main", &["Web=a:no"]);
    assert!(!pending(&ledger, on("main")));
}

#[test]
fn a_branch_inherits_what_another_one_had_verified_before_it_began() {
    let mut ledger = one_pact();
    ledger.verify("Api", "1", "main", &["Web=a:yes"]);
    assert!(
        !pending(&ledger, on("unborn")),
        "a branch without versions inherits everything"
    );
    ledger.publish("Api", "2", "young", &[]);
    assert!(!pending(&ledger, on("young")));
}

#[test]
fn a_success_as_work_in_progress_counts() {
    let mut ledger = one_pact();
    ledger.verify("Api", "1", "main", &["Web=a:wip"]);
    assert!(!pending(&ledger, on("main")));
}

#[test]
fn a_success_without_a_branch_counts_only_where_no_branch_is_given() {
    let mut ledger = one_pact();
    ledger.verify("Api", "1", "", &["Web=a:yes"]);
    assert!(pending(&ledger, on("main")));
    assert!(pending(&ledger, tagged(&["dev"])));
    assert!(!pending(&ledger, json!({})));
}

#[test]
fn a_version_that_is_put_on_a_branch_later_brings_its_success_along() {
    let mut ledger = one_pact();
    ledger.publish("Api", "0", "main", &[]);
    ledger.verify("Api", "1", "", &["Web=a:yes"]);
    assert!(pending(&ledger, on("main")));
    ledger.publish("Api", "1", "main", &[]);
    assert!(!pending(&ledger, on("main")));
}

#[test]
fn with_tags_it_is_pending_if_it_is_for_one_of_them() {
    let mut ledger = one_pact();
    ledger.publish_tagged("Api", "1", "main", &["dev"], &[]);
    ledger.publish_tagged("Api", "0", "main", &["test"], &[]);
    ledger.verify("Api", "1", "main", &["Web=a:yes"]);
    assert!(!pending(&ledger, tagged(&["dev"])));
    assert!(
        pending(&ledger, tagged(&["test"])),
        "the tag was in use before"
    );
    assert!(pending(&ledger, tagged(&["dev", "test"])));
    assert!(
        !pending(&ledger, tagged(&["dev", "unheard"])),
        "a new tag inherits"
    );
}

#[test]
fn the_branch_decides_where_both_a_branch_and_tags_are_given() {
    let mut ledger = one_pact();
    ledger.publish_tagged("Api", "1", "main", &["dev"], &[]);
    ledger.publish("Api", "0", "other", &[]);
    ledger.verify("Api", "1", "main", &["Web=a:yes"]);
    let both = json!({"providerVersionBranch": "other", "providerVersionTags": ["dev"]});
    assert!(pending(&ledger, both));
}

#[test]
fn a_result_holds_for_every_version_with_the_content() {
    let mut ledger = one_pact();
    ledger.verify("Api", "1", "main", &["Web=a:yes"]);
    ledger.publish("Web", "2", "main", &["Api=a"]);
    assert!(!pending(&ledger, on("main")));
    ledger.publish("Web", "3", "main", &["Api=b"]);
    assert!(pending(&ledger, on("main")));
}

#[test]
fn pending_is_left_open_if_it_was_not_asked_for() {
    let ledger = one_pact();
    let body = json!({"includePendingStatus": false, "includeWipPactsSince": "2020-01-01",
        "providerVersionBranch": "main", "consumerVersionSelectors": [{"branch": "gone"}]});
    let found = select(&ledger, &body, Rules::Strict);
    assert_eq!(lines(&found), ["Web 1: latest from branch main [wip]"]);
    assert_eq!(found[0].pending, None);
    assert_eq!(found[0].notices("URL").len(), 1);
}
