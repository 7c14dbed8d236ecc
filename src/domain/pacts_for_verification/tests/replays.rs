//! Stories that were played against the Ruby broker 2.120; each answer here is the one it gave.
//!
//! The names are changed, the order of events is not. By the rules of the broker.

use serde_json::json;

use super::*;

#[expect(
    clippy::needless_pass_by_value,
    reason = "a body is written where it is asked"
)]
fn ask(ledger: &MemoryLedger, body: Value) -> Vec<String> {
    lines(&select(ledger, &body, Rules::PactBroker))
}

#[test]
fn the_life_of_a_pact_from_pending_to_verified() {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Shop", "1", "main", &["Api=a"]);
    let by_main = |branch: &str| json!({"providerVersionBranch": branch, "consumerVersionSelectors": [{"mainBranch": true}]});
    assert_eq!(
        ask(&ledger, by_main("main")),
        ["Shop 1: latest from main branch [pending]"]
    );
    ledger.verify("Api", "1", "main", &["Shop=a:yes"]);
    assert_eq!(
        ask(&ledger, by_main("main")),
        ["Shop 1: latest from main branch"]
    );
    assert_eq!(
        ask(&ledger, by_main("brand-new")),
        ["Shop 1: latest from main branch"]
    );

    ledger.publish("Api", "2", "old", &[]);
    ledger.publish("Shop", "2", "feat", &["Api=b"]);
    ledger.publish("Shop", "3", "main", &["Api=c"]);
    ledger.verify("Api", "1", "main", &["Shop=c:yes"]);
    assert_eq!(
        ask(&ledger, by_main("old")),
        ["Shop 3: latest from main branch [pending]"]
    );
    let anonymous = json!({"consumerVersionSelectors": [{"mainBranch": true}]});
    assert_eq!(ask(&ledger, anonymous), ["Shop 3: latest from main branch"]);
    ledger.verify("Api", "3", "main", &["Shop=c:no"]);
    assert_eq!(
        ask(&ledger, by_main("main")),
        ["Shop 3: latest from main branch"]
    );

    let with_wip = || {
        let mut body = by_main("main");
        body["includeWipPactsSince"] = json!("2020-01-01");
        body
    };
    let both = [
        "Shop 3: latest from main branch",
        "Shop 2: latest from branch feat [wip]",
    ];
    assert_eq!(ask(&ledger, with_wip()), both);
    ledger.verify("Api", "3", "main", &["Shop=b:wip"]);
    assert_eq!(ask(&ledger, with_wip()), both, "it stays in progress");
    let feat = json!({"providerVersionBranch": "main",
        "consumerVersionSelectors": [{"branch": "feat"}]});
    assert_eq!(ask(&ledger, feat), ["Shop 2: latest from branch feat"]);
    let mut future = by_main("main");
    future["includeWipPactsSince"] = json!("2999-01-01");
    assert_eq!(ask(&ledger, future), both[..1]);
}

#[test]
fn a_new_branch_of_the_provider_inherits_and_then_stands_alone() {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Kiosk", "1", "trunk", &["Api=a"]);
    ledger.publish("Kiosk", "2", "feat", &["Api=b"]);
    set_main(&mut ledger, "Kiosk", "trunk");
    ledger.publish("Api", "5", "trunk", &[]);
    ledger.verify("Api", "5", "trunk", &["Kiosk=a:yes"]);
    ledger.verify("Api", "5", "trunk", &["Kiosk=b:yes"]);
    let by = |branch: &str| {
        json!({"providerVersionBranch": branch, "includeWipPactsSince": "2020-01-01",
            "consumerVersionSelectors": [{"mainBranch": true}]})
    };
    let main = "Kiosk 1: latest from main branch";
    assert_eq!(ask(&ledger, by("young")), [main]);
    ledger.publish("Api", "6", "young", &[]);
    assert_eq!(ask(&ledger, by("young")), [main]);
    ledger.publish("Kiosk", "3", "late", &["Api=c"]);
    ledger.verify("Api", "5", "trunk", &["Kiosk=c:yes"]);
    assert_eq!(
        ask(&ledger, by("young")),
        [main, "Kiosk 3: latest from branch late [wip]"]
    );
    assert_eq!(ask(&ledger, by("trunk")), [main]);
    ledger.verify("Api", "6", "young", &["Kiosk=c:yes"]);
    let selected = json!({"providerVersionBranch": "young", "includeWipPactsSince": "2020-01-01",
        "consumerVersionSelectors": [{"mainBranch": true}, {"branch": "late"}]});
    assert_eq!(
        ask(&ledger, selected),
        [main, "Kiosk 3: latest from branch late"]
    );
}

/// `Kiosk` and `Agent` both use `Api`; two versions of each share a content here and there.
fn selectors_that_meet() -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("prod");
    ledger.environment_named("test");
    ledger.publish_tagged("Kiosk", "1", "trunk", &["dev"], &["Api=read"]);
    ledger.publish_tagged("Kiosk", "2", "trunk", &["dev"], &["Api=list"]);
    ledger.publish_tagged("Kiosk", "3", "feat", &["feat"], &["Api=register"]);
    ledger.publish_tagged("Agent", "1", "trunk", &["dev"], &["Api=read"]);
    ledger.publish("Agent", "2", "feat", &["Api=read"]);
    set_main(&mut ledger, "Kiosk", "trunk");
    set_main(&mut ledger, "Agent", "trunk");
    ledger.deploy("Kiosk", "1", "prod", "");
    ledger.release("Agent", "1", "prod");
    ledger.deploy("Agent", "2", "test", "");
    ledger
}

#[test]
fn several_selectors_meet_in_one_content() {
    let mut ledger = selectors_that_meet();
    ledger.publish_tagged("Kiosk", "4", "other", &["dev"], &["Api=list"]);
    ledger.deploy("Kiosk", "4", "test", "");
    let all = json!([{"mainBranch": true}, {"branch": "other"}, {"tag": "dev", "latest": true},
        {"deployedOrReleased": true}, {"latest": true}]);
    assert_eq!(
        broker(&ledger, all),
        [
            "Agent 2: latest, latest with tag dev, deployed to test, released in prod, latest from \
             main branch",
            "Kiosk 1: deployed to prod",
            "Kiosk 4: latest, latest from branch other, latest with tag dev, deployed to test, \
             latest from main branch",
        ]
    );
    let twice = json!([{"deployedOrReleased": true}, {"mainBranch": true}, {"mainBranch": true}]);
    assert_eq!(
        broker(&ledger, twice),
        [
            "Agent 2: deployed to test, released in prod, latest from main branch, latest from \
             main branch",
            "Kiosk 1: deployed to prod",
            "Kiosk 4: deployed to test, latest from main branch, latest from main branch",
        ]
    );
    assert_eq!(
        broker(&ledger, json!([{"tag": "dev"}])),
        [
            "Agent 1: one of dev",
            "Kiosk 1: one of dev",
            "Kiosk 4: one of dev, one of dev"
        ]
    );
    assert_eq!(
        broker(
            &ledger,
            json!([{"branch": "trunk"}, {"branch": "other"}, {"branch": "feat"}])
        ),
        [
            "Agent 2: latest from branch feat, latest from branch trunk",
            "Kiosk 3: latest from branch feat",
            "Kiosk 4: latest from branch other, latest from branch trunk",
        ]
    );
}

#[test]
fn selectors_narrowed_to_one_consumer() {
    let ledger = selectors_that_meet();
    for (selector, expected) in [
        (
            json!({"mainBranch": true}),
            "Agent 1: latest from main branch",
        ),
        (
            json!({"branch": "feat"}),
            "Agent 2: latest from branch feat",
        ),
        (json!({"tag": "dev"}), "Agent 1: one of Agent dev"),
        (
            json!({"tag": "dev", "latest": true}),
            "Agent 1: latest with tag dev",
        ),
        (json!({"latest": true}), "Agent 2: latest"),
        (json!({"deployed": true}), "Agent 2: deployed to test"),
        (
            json!({"deployedOrReleased": true}),
            "Agent 2: deployed to test, released in prod",
        ),
    ] {
        let mut selector = selector;
        selector["consumer"] = json!("Agent");
        assert_eq!(broker(&ledger, json!([selector])), [expected]);
    }
    let mixed = json!([{"mainBranch": true, "consumer": "Kiosk"},
        {"mainBranch": true, "consumer": "Agent"}, {"latest": true}]);
    assert_eq!(
        broker(&ledger, mixed),
        [
            "Agent 2: latest, latest from main branch",
            "Kiosk 2: latest from main branch",
            "Kiosk 3: latest",
        ]
    );
}

#[test]
fn no_selectors_at_all() {
    let ledger = selectors_that_meet();
    assert_eq!(
        ask(&ledger, json!({"providerVersionBranch": ""})),
        [
            "Agent 2: deployed to test, released in prod, latest from main branch [pending]",
            "Kiosk 1: deployed to prod [pending]",
            "Kiosk 2: latest from main branch [pending]",
        ]
    );
}

#[test]
fn work_in_progress_until_its_branch_is_selected() {
    let mut ledger = selectors_that_meet();
    ledger.publish("Api", "5", "trunk", &[]);
    ledger.publish("Kiosk", "4", "wip", &["Api=new"]);
    let by = |build: Value, selectors: Value| {
        let mut body = build;
        body["includeWipPactsSince"] = json!("2020-01-01");
        body["consumerVersionSelectors"] = selectors;
        ask(&ledger, body)
    };
    let main = [
        "Agent 1: latest from main branch [pending]",
        "Kiosk 2: latest from main branch [pending]",
    ];
    let trunk = || json!({"providerVersionBranch": "trunk"});
    let in_progress = [
        "Kiosk 3: latest from branch feat, latest with tag feat [wip]",
        "Kiosk 4: latest from branch wip [wip]",
    ];
    assert_eq!(
        by(trunk(), json!([{"mainBranch": true}])),
        [main, in_progress].concat()
    );
    assert_eq!(
        by(trunk(), json!([{"mainBranch": true}, {"branch": "wip"}])),
        [
            &main[..],
            &["Kiosk 4: latest from branch wip [pending]"],
            &in_progress[..1]
        ]
        .concat()
    );
    assert_eq!(by(json!({}), json!([{"mainBranch": true}])), main);
    let unheard = json!({"providerVersionBranch": "unheard"});
    assert_eq!(
        by(unheard, json!([{"mainBranch": true}])),
        [main, in_progress].concat()
    );
}
