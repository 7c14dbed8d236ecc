//! Which pacts are added as work in progress (spec: semantics §6.7).

use serde_json::json;

use super::*;

fn wip(ledger: &MemoryLedger, build: Value, rules: Rules) -> Vec<SelectedPact> {
    let mut body = build;
    body["consumerVersionSelectors"] = json!([{"mainBranch": true}]);
    if body.get("includeWipPactsSince").is_none() {
        body["includeWipPactsSince"] = json!("2020-01-01");
    }
    let mut found = select(ledger, &body, rules);
    found.retain(|pact| pact.wip);
    found
}

fn strictly(ledger: &MemoryLedger, build: Value) -> Vec<String> {
    lines(&wip(ledger, build, Rules::Strict))
}

fn on(branch: &str) -> Value {
    json!({"providerVersionBranch": branch})
}

/// The main branch of `Web` has content `a`, its feature branch `b`.
fn a_feature() -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "main", &["Api=a"]);
    ledger.publish("Web", "2", "feat", &["Api=b"]);
    ledger.publish("Api", "1", "main", &[]);
    ledger
}

const FEAT: [&str; 1] = ["Web 2: latest from branch feat [wip]"];
const NOTHING: [&str; 0] = [];

#[test]
fn work_in_progress_needs_a_date_and_a_branch_or_tags() {
    let ledger = a_feature();
    assert_eq!(strictly(&ledger, on("main")), FEAT);
    assert_eq!(
        strictly(&ledger, json!({"providerVersionTags": ["dev"]})),
        FEAT
    );
    assert_eq!(strictly(&ledger, json!({})), NOTHING);
    let undated = json!({"providerVersionBranch": "main",
        "consumerVersionSelectors": [{"mainBranch": true}]});
    let found = select(&ledger, &undated, Rules::Strict);
    assert!(!found.iter().any(|pact| pact.wip));
}

#[test]
fn only_what_was_published_after_the_date_counts() {
    let mut ledger = a_feature();
    let since = ledger.now().to_string();
    let build = json!({"providerVersionBranch": "main", "includeWipPactsSince": since});
    assert_eq!(strictly(&ledger, build.clone()), NOTHING);
    ledger.publish("Web", "3", "now", &["Api=c"]);
    assert_eq!(
        strictly(&ledger, build.clone()),
        NOTHING,
        "at that moment is not after it"
    );
    ledger.publish("Web", "4", "later", &["Api=d"]);
    assert_eq!(
        strictly(&ledger, build),
        ["Web 4: latest from branch later [wip]"]
    );
}

#[test]
fn what_is_selected_is_not_in_progress_whatever_its_version() {
    let mut ledger = a_feature();
    ledger.publish("Web", "3", "same-as-main", &["Api=a"]);
    assert_eq!(strictly(&ledger, on("main")), FEAT);
}

#[test]
fn an_older_pact_of_a_branch_is_not_in_progress() {
    let mut ledger = a_feature();
    ledger.publish("Web", "3", "feat", &["Api=c"]);
    assert_eq!(
        strictly(&ledger, on("main")),
        ["Web 3: latest from branch feat [wip]"]
    );
    ledger.publish("Web", "4", "feat", &[]);
    assert_eq!(
        strictly(&ledger, on("main")),
        NOTHING,
        "the head dropped the pact"
    );
}

#[test]
fn a_success_while_selected_takes_it_out_and_one_in_progress_does_not() {
    let mut ledger = a_feature();
    ledger.verify("Api", "1", "main", &["Web=b:no"]);
    ledger.verify("Api", "1", "main", &["Web=b:wip"]);
    assert_eq!(strictly(&ledger, on("main")), FEAT);
    ledger.verify("Api", "1", "main", &["Web=b:yes"]);
    assert_eq!(strictly(&ledger, on("main")), NOTHING);
}

#[test]
fn another_branch_takes_it_out_only_before_this_one_began() {
    let mut ledger = a_feature();
    ledger.publish("Api", "2", "old", &[]);
    ledger.verify("Api", "1", "main", &["Web=b:yes"]);
    ledger.publish("Api", "3", "new", &[]);
    assert_eq!(strictly(&ledger, on("old")), FEAT);
    assert_eq!(strictly(&ledger, on("new")), NOTHING);
    assert_eq!(strictly(&ledger, on("unborn")), NOTHING);
}

#[test]
fn with_tags_it_is_in_progress_until_every_tag_has_accepted_it() {
    let mut ledger = a_feature();
    let tags = || json!({"providerVersionTags": ["dev", "test"]});
    ledger.publish_tagged("Api", "1", "main", &["dev"], &[]);
    ledger.publish_tagged("Api", "2", "main", &["test"], &[]);
    ledger.verify("Api", "1", "main", &["Web=b:yes"]);
    assert_eq!(strictly(&ledger, tags()), FEAT, "`test` was in use before");
    ledger.verify("Api", "2", "main", &["Web=b:yes"]);
    assert_eq!(strictly(&ledger, tags()), NOTHING);
}

#[test]
fn heads_with_one_content_are_one_pact_with_all_their_branches_and_tags() {
    let mut ledger = a_feature();
    ledger.publish_tagged("Web", "3", "fix", &["qa"], &["Api=b"]);
    assert_eq!(
        strictly(&ledger, on("main")),
        ["Web 3: latest from branch feat, latest from branch fix, latest with tag qa [wip]"]
    );
}

#[test]
fn a_head_is_named_once_for_each_provider_tag_only_by_the_broker() {
    let ledger = a_feature();
    let tags = || json!({"providerVersionTags": ["dev", "test"]});
    assert_eq!(
        lines(&wip(&ledger, tags(), Rules::PactBroker)),
        ["Web 2: latest from branch feat, latest from branch feat [wip]"]
    );
    assert_eq!(strictly(&ledger, tags()), FEAT);
}

#[test]
fn provider_tags_are_named_once_strictly() {
    let mut ledger = a_feature();
    ledger.publish_tagged("Web", "2", "feat", &["qa"], &[]);
    let named = |rules| {
        let found = wip(&ledger, json!({"providerVersionTags": ["dev"]}), rules);
        found[0].notices("URL")[2].text.clone()
    };
    let text = named(Rules::PactBroker);
    assert!(
        text.contains("for any versions of Api with tag 'dev' and 'dev' as"),
        "{text}"
    );
    let text = named(Rules::Strict);
    assert!(
        text.contains("for any version of Api with tag 'dev' as"),
        "{text}"
    );
}

#[test]
fn work_in_progress_follows_what_was_selected() {
    let mut ledger = a_feature();
    ledger.publish("Able", "1", "feat", &["Api=z"]);
    let mut body = on("main");
    body["includeWipPactsSince"] = json!("2020-01-01");
    body["consumerVersionSelectors"] = json!([{"mainBranch": true}]);
    assert_eq!(
        lines(&select(&ledger, &body, Rules::Strict)),
        [
            "Web 1: latest from main branch [pending]",
            "Able 1: latest from branch feat [wip]",
            "Web 2: latest from branch feat [wip]",
        ]
    );
}

#[test]
fn a_pact_accepted_in_progress_is_not_pending_when_it_is_selected_later() {
    let mut ledger = a_feature();
    ledger.verify("Api", "1", "main", &["Web=b:wip"]);
    assert_eq!(strictly(&ledger, on("main")), FEAT);
    let mut body = on("main");
    body["consumerVersionSelectors"] = json!([{"branch": "feat"}]);
    assert_eq!(
        lines(&select(&ledger, &body, Rules::Strict)),
        ["Web 2: latest from branch feat"]
    );
}

#[test]
fn a_tag_that_came_into_use_later_accepts_nothing_by_the_rules_of_the_broker() {
    for (tagged_first, expected) in [(true, &NOTHING[..]), (false, &FEAT[..])] {
        let mut ledger = a_feature();
        if tagged_first {
            ledger.publish_tagged("Api", "1", "", &["live"], &[]);
        }
        ledger.verify("Api", "1", "main", &["Web=b:yes"]);
        ledger.publish_tagged("Api", "1", "", &["live"], &[]);
        let build = json!({"providerVersionTags": ["dev"]});
        let found = |rules| lines(&wip(&ledger, build.clone(), rules));
        assert_eq!(found(Rules::Strict), NOTHING);
        assert_eq!(found(Rules::PactBroker), expected);
    }
}

#[test]
fn a_branch_began_with_its_oldest_version_by_the_rules_of_the_broker() {
    let mut ledger = a_feature();
    ledger.publish("Api", "2", "other", &[]);
    ledger.verify("Api", "1", "main", &["Web=b:yes"]);
    ledger.publish("Api", "2", "late", &[]);
    let found = |rules| lines(&wip(&ledger, on("late"), rules));
    assert_eq!(found(Rules::Strict), NOTHING);
    assert_eq!(found(Rules::PactBroker), FEAT);
}
