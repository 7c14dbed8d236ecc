//! What a request may say, and how a mistake is answered (spec: semantics §6.1).

use serde_json::json;

use super::super::super::time::Timestamp;
use super::*;

fn read(body: &Value) -> Request {
    request(&MemoryLedger::default(), "Api", body)
}

fn refusal(body: &Value) -> String {
    match Request::from_json(n("Api"), body, &MemoryLedger::default()) {
        Ok(request) => panic!("{request:?}"),
        Err(refused) => refused.to_string(),
    }
}

#[test]
fn pending_is_included_unless_it_is_declined() {
    assert!(read(&json!({})).include_pending);
    assert!(!read(&json!({"includePendingStatus": false})).include_pending);
}

#[test]
fn a_build_is_known_by_its_branch_else_by_its_tags() {
    let build = |body: Value| read(&body).build;
    let both = json!({"providerVersionBranch": "main", "providerVersionTags": ["dev"]});
    assert_eq!(build(both), ProviderBuild::OnBranch(n("main")));
    let tags = json!({"providerVersionBranch": null, "providerVersionTags": ["dev"]});
    assert_eq!(build(tags), ProviderBuild::Tagged(vec![n("dev")]));
    assert_eq!(build(json!({})), ProviderBuild::Unknown);
    let empty = json!({"providerVersionBranch": ""});
    assert_eq!(build(empty), ProviderBuild::OnNamelessBranch);
}

#[test]
fn a_date_may_be_a_day_or_a_moment() {
    for (text, moment) in [
        ("2026-11-21", "2026-11-21T00:00:00+00:00"),
        ("2026-11-21T17:00:00", "2026-11-21T17:00:00+00:00"),
        ("2026-11-21T17:00:00+01:00", "2026-11-21T16:00:00+00:00"),
        ("2026-11-21T17:00:00Z", "2026-11-21T17:00:00+00:00"),
    ] {
        let since = read(&json!({"includeWipPactsSince": text})).include_wip_since;
        assert_eq!(
            since.map(|since: Timestamp| since.to_string()),
            Some(moment.to_owned())
        );
    }
}

#[test]
fn each_field_is_refused_in_the_words_of_the_broker() {
    let empty = "providerVersionBranch: when pending or WIP pacts are enabled and there are no tags \
        provided, the provider version branch must not be an empty string, as it is used in the \
        calculations for WIP/pending. A value must be provided (recommended), or it must not be set \
        at all.";
    for (body, message) in [
        (
            json!({"providerVersionBranch": " "}),
            "providerVersionBranch: cannot be blank",
        ),
        (
            json!({"providerVersionBranch": 1}),
            "providerVersionBranch: must be a string",
        ),
        (
            json!({"providerVersionBranch": "", "includePendingStatus": true}),
            empty,
        ),
        (
            json!({"providerVersionBranch": "", "includeWipPactsSince": "2020-01-01"}),
            empty,
        ),
        (
            json!({"includePendingStatus": "yes"}),
            "includePendingStatus: must be one of: true, false",
        ),
        (
            json!({"includeWipPactsSince": "tomorrow"}),
            "includeWipPactsSince: must be a date",
        ),
        (
            json!({"includeWipPactsSince": ""}),
            "includeWipPactsSince: must be a date",
        ),
        (
            json!({"providerVersionTags": "x"}),
            "providerVersionTags: must be an array",
        ),
        (
            json!({"consumerVersionSelectors": "x"}),
            "consumerVersionSelectors: must be an array",
        ),
        (
            json!({"consumerVersionSelectors": [1]}),
            "consumerVersionSelectors: must be a hash (at index 0)",
        ),
        (
            json!({"providerVersionBranch": "", "consumerVersionSelectors": [{"matchingBranch": true}]}),
            "consumerVersionSelectors: the providerVersionBranch must be specified when the selector \
             matchingBranch=true is used (at index 0)",
        ),
    ] {
        assert_eq!(refusal(&body), message, "{body}");
    }
}

#[test]
fn an_empty_branch_is_a_branch_that_verified_nothing() {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "main", &["Api=a"]);
    let body = json!({"providerVersionBranch": ""});
    let found = select(&ledger, &body, Rules::PactBroker);
    assert_eq!(lines(&found), ["Web 1: latest from main branch [pending]"]);
    let text = &found[0].notices("URL")[1].text;
    assert!(text.contains("for a version of Api from branch '' has not yet been published"));
}
