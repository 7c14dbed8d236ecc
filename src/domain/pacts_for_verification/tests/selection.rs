//! Each way to select, de-duplication and order (spec: semantics §6.2, §6.3).

use serde_json::json;

use super::*;

const NOTHING: [&str; 0] = [];

/// Two consumers: `Web` has a version beyond its main branch, `App` has only tags.
fn two_consumers() -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("prod");
    ledger.environment_named("test");
    ledger.publish_tagged("Web", "1", "main", &["dev"], &["Api=a"]);
    ledger.publish_tagged("Web", "2", "main", &["dev"], &["Api=b"]);
    ledger.publish("Web", "3", "feat", &["Api=c"]);
    ledger.publish_tagged("App", "1", "trunk", &["dev"], &["Api=a"]);
    ledger.publish("App", "2", "feat", &["Api=b"]);
    set_main(&mut ledger, "App", "trunk");
    ledger
}

#[test]
fn each_selector_chooses_by_its_own_rule() {
    let mut ledger = two_consumers();
    ledger.deploy("Web", "1", "prod", "");
    ledger.deploy("App", "2", "test", "blue");
    ledger.release("App", "1", "prod");
    for (selector, expected) in [
        (
            json!({"mainBranch": true}),
            vec![
                "App 1: latest from main branch",
                "Web 2: latest from main branch",
            ],
        ),
        (
            json!({"branch": "feat"}),
            vec![
                "App 2: latest from branch feat",
                "Web 3: latest from branch feat",
            ],
        ),
        (
            json!({"branch": true}),
            vec![
                "App 1: latest from branch trunk",
                "App 2: latest from branch feat",
                "Web 2: latest from branch main",
                "Web 3: latest from branch feat",
            ],
        ),
        (
            json!({"tag": "dev", "latest": true}),
            vec!["App 1: latest with tag dev", "Web 2: latest with tag dev"],
        ),
        (
            json!({"tag": "dev"}),
            vec![
                "App 1: one of dev",
                "Web 1: one of dev",
                "Web 2: one of dev",
            ],
        ),
        (
            json!({"tag": "dev", "consumer": "App"}),
            vec!["App 1: one of App dev"],
        ),
        (
            json!({"latest": true}),
            vec!["App 2: latest", "Web 3: latest"],
        ),
        (
            json!({"deployed": true}),
            vec!["App 2: deployed to test", "Web 1: deployed to prod"],
        ),
        (
            json!({"deployed": true, "environment": "prod"}),
            vec!["Web 1: deployed to prod"],
        ),
        (json!({"released": true}), vec!["App 1: released in prod"]),
        (
            json!({"deployedOrReleased": true, "environment": "prod"}),
            vec!["App 1: released in prod", "Web 1: deployed to prod"],
        ),
        (
            json!({"environment": "prod"}),
            vec!["App 1: in prod", "Web 1: in prod"],
        ),
        (
            json!({"latest": true, "consumer": "Web"}),
            vec!["Web 3: latest"],
        ),
        (json!({"latest": true, "consumer": "Nobody"}), vec![]),
        (json!({"branch": "gone"}), vec![]),
    ] {
        for rules in [Rules::Strict, Rules::PactBroker] {
            let found = select(&ledger, &body(json!([selector])), rules);
            assert_eq!(lines(&found), expected, "{selector}");
        }
    }
}

#[test]
fn the_matching_branch_is_the_branch_of_the_provider() {
    let ledger = two_consumers();
    let body = json!({
        "providerVersionBranch": "feat",
        "includePendingStatus": false,
        "consumerVersionSelectors": [{"matchingBranch": true, "consumer": "App"}],
    });
    let found = select(&ledger, &body, Rules::Strict);
    assert_eq!(lines(&found), ["App 2: latest from branch feat"]);
}

#[test]
fn a_head_without_a_pact_hides_the_older_pacts_of_its_branch_and_tag() {
    let mut ledger = MemoryLedger::default();
    ledger.publish_tagged("Web", "1", "main", &["dev"], &["Api=a"]);
    ledger.publish_tagged("Web", "2", "main", &["dev"], &["Other=x"]);
    assert_eq!(strict(&ledger, json!([{"mainBranch": true}])), NOTHING);
    assert_eq!(strict(&ledger, json!([{"branch": "main"}])), NOTHING);
    assert_eq!(
        strict(&ledger, json!([{"tag": "dev", "latest": true}])),
        NOTHING
    );
    assert_eq!(
        strict(&ledger, json!([])),
        NOTHING,
        "the usual selectors go by the main branch"
    );
    assert_eq!(
        strict(&ledger, json!([{"tag": "dev"}])),
        ["Web 1: one of dev"]
    );
    assert_eq!(
        strict(&ledger, json!([{"latest": true}])),
        ["Web 1: latest"],
        "latest alone is the latest pact"
    );
}

#[test]
fn the_head_of_a_branch_is_what_was_last_put_on_it_and_of_a_tag_the_newest() {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "feat", &["Api=a"]);
    ledger.publish_tagged("Web", "2", "main", &["dev"], &["Api=b"]);
    ledger.publish_tagged("Web", "1", "main", &["dev"], &[]);
    assert_eq!(
        strict(&ledger, json!([{"branch": "main"}])),
        ["Web 1: latest from branch main"]
    );
    assert_eq!(
        strict(&ledger, json!([{"tag": "dev", "latest": true}])),
        ["Web 2: latest with tag dev"]
    );
}

#[test]
fn no_selectors_mean_the_main_branch_else_the_tag_of_that_name_else_the_latest() {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("prod");
    ledger.publish("Branches", "1", "main", &["Api=a"]);
    ledger.publish("Branches", "2", "feat", &["Api=b"]);
    ledger.publish("Neither", "1", "feat", &["Api=a"]);
    ledger.publish_tagged("Tags", "1", "x", &["trunk"], &["Api=a"]);
    ledger.publish("Tags", "2", "x", &["Api=b"]);
    set_main(&mut ledger, "Tags", "trunk");
    set_main(&mut ledger, "Neither", "never");
    ledger.deploy("Branches", "2", "prod", "");
    assert_eq!(
        strict(&ledger, json!([])),
        [
            "Branches 1: latest from main branch",
            "Branches 2: deployed to prod",
            "Neither 1: latest",
            "Tags 1: latest with tag trunk",
        ]
    );
}

#[test]
fn no_selectors_mean_the_branch_of_the_same_name_as_well() {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "main", &["Api=a"]);
    ledger.publish("Web", "2", "feat", &["Api=b"]);
    ledger.publish("App", "1", "trunk", &["Api=c"]);
    set_main(&mut ledger, "App", "trunk");
    let on = |branch: &str, rules| {
        let body = json!({ "providerVersionBranch": branch, "includePendingStatus": false });
        lines(&select(&ledger, &body, rules))
    };
    let (app, web) = (
        "App 1: latest from main branch",
        "Web 1: latest from main branch",
    );
    assert_eq!(
        on("feat", Rules::Strict),
        [app, web, "Web 2: latest from branch feat"]
    );
    for branch in ["main", "trunk"] {
        assert_eq!(on(branch, Rules::Strict), [app, web]);
    }
    assert_eq!(on("feat", Rules::PactBroker), [app, web]);
}

#[test]
fn a_first_pact_on_a_feature_branch_makes_its_consumer_known() {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "main", &[]);
    ledger.publish("Web", "2", "feat", &["Api=a"]);
    assert_eq!(
        strict(&ledger, json!([{"latest": true}])),
        ["Web 2: latest"]
    );
    assert_eq!(strict(&ledger, json!([])), NOTHING);
}

#[test]
fn one_content_is_verified_once_as_the_newest_version_with_all_reasons() {
    let mut ledger = two_consumers();
    ledger.publish("Web", "4", "late", &["Api=b"]);
    ledger.deploy("Web", "2", "prod", "");
    let selectors = json!([{"deployed": true}, {"branch": "late"}, {"mainBranch": true}]);
    let found = select(&ledger, &body(selectors), Rules::Strict);
    assert_eq!(
        lines(&found),
        [
            "App 1: latest from main branch",
            "Web 4: latest from branch late, deployed to prod, latest from main branch",
        ]
    );
    let versions: Vec<_> = found[1]
        .choices
        .iter()
        .map(|choice| choice.version.as_str())
        .collect();
    assert_eq!(versions, ["4", "2", "2"]);
}

#[test]
fn equal_contents_of_two_consumers_are_two_pacts() {
    let ledger = two_consumers();
    let found = select(&ledger, &body(json!([{"tag": "dev"}])), Rules::Strict);
    assert_eq!(found[0].content, found[1].content);
    assert_ne!(found[0].consumer, found[1].consumer);
}

#[test]
fn pacts_are_listed_by_consumer_whatever_its_case_and_then_by_age() {
    let mut ledger = MemoryLedger::default();
    for (consumer, version, content) in [
        ("beta", "10", "Api=b"),
        ("beta", "9", "Api=a"),
        ("Alpha", "1", "Api=a"),
        ("Gamma", "1", "Api=a"),
    ] {
        ledger.publish_tagged(consumer, version, "main", &["dev"], &[content]);
    }
    assert_eq!(
        strict(&ledger, json!([{"tag": "dev"}])),
        [
            "Alpha 1: one of dev",
            "beta 10: one of dev",
            "beta 9: one of dev",
            "Gamma 1: one of dev",
        ]
    );
}

#[test]
fn a_fallback_tag_is_global_in_the_broker_and_per_consumer_strictly() {
    let ledger = two_consumers();
    let neither = json!([{"tag": "gone", "latest": true, "fallbackTag": "dev"}]);
    let both = ["App 1: latest with tag dev", "Web 2: latest with tag dev"];
    assert_eq!(broker(&ledger, neither.clone()), both);
    assert_eq!(strict(&ledger, neither), both);

    let mut ledger = ledger;
    ledger.publish_tagged("Web", "3", "feat", &["only-web"], &[]);
    let one = json!([{"tag": "only-web", "latest": true, "fallbackTag": "dev"}]);
    assert_eq!(
        broker(&ledger, one.clone()),
        ["Web 3: latest with tag only-web"]
    );
    assert_eq!(
        strict(&ledger, one),
        [
            "App 1: latest with tag dev",
            "Web 3: latest with tag only-web"
        ]
    );
}

#[test]
fn a_fallback_branch_has_no_effect_in_the_broker_and_works_per_consumer_strictly() {
    let mut ledger = two_consumers();
    ledger.publish("Web", "4", "new", &["Api=d"]);
    let selectors = json!([{"branch": "new", "fallbackBranch": "feat"}]);
    assert_eq!(
        broker(&ledger, selectors.clone()),
        ["Web 4: latest from branch new"]
    );
    assert_eq!(
        strict(&ledger, selectors),
        [
            "App 2: latest from branch feat",
            "Web 4: latest from branch new"
        ]
    );
}

#[test]
fn a_fallback_of_one_consumer_stays_with_it() {
    let ledger = two_consumers();
    let selectors = json!([
        {"tag": "gone", "latest": true, "fallbackTag": "dev", "consumer": "App"},
        {"branch": "gone", "fallbackBranch": "feat", "consumer": "Web"},
    ]);
    assert_eq!(
        broker(&ledger, selectors.clone()),
        ["App 1: latest with tag dev"]
    );
    assert_eq!(
        strict(&ledger, selectors),
        [
            "App 1: latest with tag dev",
            "Web 3: latest from branch feat"
        ]
    );
}

#[test]
fn a_reason_that_holds_twice_is_listed_twice_only_by_the_broker() {
    let mut ledger = two_consumers();
    ledger.deploy("Web", "3", "prod", "blue");
    ledger.deploy("Web", "3", "prod", "green");
    let selectors = json!([{"deployed": true}]);
    assert_eq!(
        broker(&ledger, selectors.clone()),
        ["Web 3: deployed to prod, deployed to prod"]
    );
    assert_eq!(strict(&ledger, selectors), ["Web 3: deployed to prod"]);
}

#[test]
fn what_is_both_deployed_and_released_is_in_the_environment_once() {
    let mut ledger = two_consumers();
    ledger.deploy("Web", "3", "prod", "");
    ledger.release("Web", "3", "prod");
    assert_eq!(
        broker(&ledger, json!([{"environment": "prod"}])),
        ["Web 3: in prod"]
    );
}

#[test]
fn a_provider_that_nobody_mentioned_is_an_error_and_one_without_pacts_is_not() {
    let mut ledger = two_consumers();
    ledger.publish("Lonely", "1", "main", &[]);
    let ask = |provider| {
        let request = request(&ledger, provider, &json!({}));
        pacts_for_verification(&ledger, &request, Rules::Strict)
    };
    assert_eq!(
        ask("Nobody").unwrap_err().to_string(),
        "no provider with name 'Nobody' found"
    );
    assert_eq!(ask("Lonely").unwrap(), []);
}
