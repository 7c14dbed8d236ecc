//! Selectors, rule by rule and by law.

use std::collections::BTreeMap;

use proptest::prelude::{Just, prop, prop_oneof, proptest};
use proptest::strategy::Strategy;
use serde_json::{Value, json};

use super::super::testing::{MemoryLedger, n};
use super::*;

fn prod() -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("prod");
    ledger
}

fn parsed(selectors: &Value) -> Result<Vec<ConsumerVersionSelector>, Refused> {
    parse(selectors, Some(&n("feat")), &prod())
}

/// Returns the messages about one selector, without the index.
fn messages(selector: Value) -> Vec<String> {
    match parsed(&Value::Array(vec![selector])) {
        Ok(_) => Vec::new(),
        Err(Refused::Invalid(InvalidFields(fields))) => {
            assert!(fields.iter().all(|field| field.index == Some(0)));
            fields.into_iter().map(|field| field.message).collect()
        }
        Err(unreadable) => panic!("{unreadable}"),
    }
}

const NOTHING: &str = "must specify a value for environment or tag or branch, or specify \
    mainBranch=true, matchingBranch=true, latest=true, deployed=true, released=true or \
    deployedOrReleased=true";

#[test]
fn each_form_of_the_broker_is_one_criterion() {
    let (tag, branch, environment) = (n::<TagName>("t"), n::<BranchName>("b"), n("prod"));
    for (text, criterion) in [
        (json!({"mainBranch": true}), Criterion::MainBranch),
        (
            json!({"mainBranch": true, "latest": true}),
            Criterion::MainBranch,
        ),
        (
            json!({"branch": "b", "latest": true}),
            Criterion::Branch {
                branch: branch.clone(),
                fallback: None,
            },
        ),
        (
            json!({"branch": "b", "fallbackBranch": "b"}),
            Criterion::Branch {
                branch: branch.clone(),
                fallback: Some(branch),
            },
        ),
        (json!({"branch": true}), Criterion::EachBranch),
        (
            json!({"matchingBranch": true}),
            Criterion::Branch {
                branch: n("feat"),
                fallback: None,
            },
        ),
        (json!({"tag": "t"}), Criterion::AllWithTag(tag.clone())),
        (
            json!({"tag": "t", "latest": false}),
            Criterion::AllWithTag(tag.clone()),
        ),
        (
            json!({"tag": "t", "latest": true}),
            Criterion::LatestWithTag {
                tag: tag.clone(),
                fallback: None,
            },
        ),
        (
            json!({"tag": "t", "latest": true, "fallbackTag": "t"}),
            Criterion::LatestWithTag {
                tag: tag.clone(),
                fallback: Some(tag),
            },
        ),
        (json!({"latest": true}), Criterion::Latest),
        (json!({"deployed": true}), Criterion::Deployed(None)),
        (json!({"released": true}), Criterion::Released(None)),
        (
            json!({"deployedOrReleased": true}),
            Criterion::DeployedOrReleased(None),
        ),
        (
            json!({"deployed": true, "environment": "prod"}),
            Criterion::Deployed(Some(n("prod"))),
        ),
        (
            json!({"environment": "prod"}),
            Criterion::InEnvironment(environment),
        ),
    ] {
        let selectors = parsed(&json!([text.clone()])).unwrap();
        assert_eq!(
            selectors,
            [ConsumerVersionSelector::of_all(criterion)],
            "{text}"
        );
    }
}

#[test]
fn a_selector_may_be_limited_to_one_consumer_and_unknown_fields_are_ignored() {
    let selectors = parsed(&json!([{"latest": true, "consumer": "Web", "colour": 1}])).unwrap();
    assert_eq!(selectors[0].consumer, Some(n("Web")));
    assert_eq!(parsed(&json!([])).unwrap(), []);
}

#[test]
fn each_field_has_its_type() {
    for (selector, message) in [
        (
            json!({"mainBranch": false}),
            "mainBranch must be one of: true",
        ),
        (json!({"deployed": false}), "deployed must be one of: true"),
        (
            json!({"matchingBranch": "yes"}),
            "matchingBranch must be one of: true",
        ),
        (
            json!({"latest": "yes"}),
            "latest must be one of: true, false",
        ),
        (json!({"latest": null}), "latest must be filled"),
        (json!({"tag": ""}), "tag must be filled"),
        (json!({"tag": 5}), "tag must be a string"),
        (json!({"branch": ""}), "branch must be filled"),
        (
            json!({"branch": false}),
            "branch must be a string or must be equal to true",
        ),
        (json!({"environment": ""}), "environment must be filled"),
        (
            json!({"consumer": " ", "latest": true}),
            "consumer cannot be blank",
        ),
        (json!({"tag": " ", "latest": true}), "tag cannot be blank"),
        (
            json!({"branch": "a\nb"}),
            "branch is not a name: a branch name cannot hold the character U+000A (at position 2)",
        ),
    ] {
        assert_eq!(messages(selector.clone()), [message], "{selector}");
    }
}

#[test]
fn something_must_be_specified() {
    for selector in [
        json!({}),
        json!({"consumer": "Web"}),
        json!({"latest": false}),
        json!({"colour": true}),
    ] {
        assert_eq!(messages(selector), [NOTHING]);
    }
}

#[test]
fn fields_that_contradict_each_other_are_refused_in_the_words_of_the_broker() {
    for (selector, message) in [
        (
            json!({"mainBranch": true, "tag": "x"}),
            "cannot specify mainBranch=true with any other criteria apart from consumer",
        ),
        (
            json!({"mainBranch": true, "latest": false}),
            "cannot specify mainBranch=true with latest=false",
        ),
        (
            json!({"matchingBranch": true, "latest": true}),
            "cannot specify matchingBranch=true with any other criteria apart from consumer",
        ),
        (
            json!({"tag": "x", "branch": "y"}),
            "cannot specify both a tag and a branch",
        ),
        (
            json!({"branch": "x", "latest": false}),
            "cannot specify a branch with latest=false",
        ),
        (
            json!({"fallbackTag": "x", "latest": true}),
            "a tag must be specified when a fallbackTag is specified",
        ),
        (
            json!({"tag": "a", "fallbackTag": "b"}),
            "fallbackTag can only be set if latest is true",
        ),
        (
            json!({"deployed": true, "released": true}),
            "cannot specify both deployed=true and released=true",
        ),
        (
            json!({"deployedOrReleased": true, "deployed": true}),
            "cannot specify both deployed=true and deployedOrReleased=true",
        ),
        (
            json!({"deployedOrReleased": true, "released": true}),
            "cannot specify both released=true and deployedOrReleased=true",
        ),
        (
            json!({"deployed": true, "branch": "x"}),
            "cannot specify the field branch with the field deployed",
        ),
        (
            json!({"deployed": true, "environment": "prod", "tag": "x", "latest": true}),
            "cannot specify the fields latest/tag with the fields deployed/environment",
        ),
        (
            json!({"environment": "nowhere"}),
            "environment with name 'nowhere' does not exist",
        ),
        (
            json!({"environment": "no where"}),
            "environment with name 'no where' does not exist",
        ),
    ] {
        assert_eq!(messages(selector.clone()), [message], "{selector}");
    }
}

#[test]
fn several_rules_may_be_broken_at_once() {
    assert_eq!(
        messages(json!({"fallbackBranch": "x"})),
        [
            NOTHING,
            "a branch must be specified when a fallbackBranch is specified"
        ]
    );
    assert_eq!(
        messages(json!({"branch": "x", "fallbackBranch": "y", "latest": false})),
        [
            "fallbackBranch can only be set if latest is true",
            "cannot specify a branch with latest=false",
        ]
    );
    assert_eq!(
        messages(json!({"tag": 1, "deployed": "x"})),
        ["tag must be a string", "deployed must be one of: true"]
    );
}

#[test]
fn a_matching_branch_needs_the_branch_of_the_provider() {
    let refused = parse(&json!([{"matchingBranch": true}]), None, &prod()).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "consumerVersionSelectors: the providerVersionBranch must be specified when the selector \
         matchingBranch=true is used (at index 0)"
    );
}

#[test]
fn messages_are_collected_by_field_and_say_which_selector() {
    let refused = parsed(&json!([{}, {"latest": true}, {"tag": ""}])).unwrap_err();
    let Refused::Invalid(invalid) = refused else {
        panic!("{refused}");
    };
    let nothing = format!("{NOTHING} (at index 0)");
    let expected = vec![nothing, "tag must be filled (at index 2)".to_owned()];
    assert_eq!(invalid.messages(), BTreeMap::from([(FIELD, expected)]));
}

#[test]
fn selectors_are_an_array_of_objects() {
    let text = |value: Value| parsed(&value).unwrap_err().to_string();
    assert_eq!(
        text(json!("x")),
        "consumerVersionSelectors: must be an array"
    );
    assert_eq!(
        text(json!([1, {}, "x"])),
        "consumerVersionSelectors: must be a hash (at index 0); consumerVersionSelectors: must be \
         a hash (at index 2)"
    );
}

proptest! {
    #[test]
    fn any_mixture_of_fields_is_read_or_refused_with_a_message(
        fields in prop::collection::btree_map(
            prop::sample::select(vec![
                "mainBranch", "branch", "matchingBranch", "tag", "latest", "fallbackTag",
                "fallbackBranch", "deployed", "released", "deployedOrReleased", "environment",
                "consumer",
            ]),
            prop_oneof![
                Just(json!(true)), Just(json!(false)), Just(json!("prod")), Just(json!("")),
                Just(json!(" ")), Just(json!(7)), Just(json!(null)),
            ],
            0..5,
        ),
        branch in prop::option::of(Just("feat")).prop_map(|branch| branch.map(n::<BranchName>)),
    ) {
        let selector = json!([fields]);
        match parse(&selector, branch.as_ref(), &prod()) {
            Ok(selectors) => assert_eq!(selectors.len(), 1),
            Err(Refused::Invalid(InvalidFields(fields))) => assert!(!fields.is_empty()),
            Err(unreadable) => panic!("{unreadable}"),
        }
    }
}
