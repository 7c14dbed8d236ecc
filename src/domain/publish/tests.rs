//! The rules of publishing.

mod recorded;

use super::*;
use crate::domain::notice::NoticeKind;
use crate::domain::testing::{MemoryLedger, n};

/// Interactions of a pact: `a` is one, `a=2` is another content under the same description.
fn contract(consumer: &str, provider: &str, interactions: &[&str]) -> Contract {
    let interaction = |text: &&str| {
        let (description, path) = text.split_once('=').unwrap_or((text, "1"));
        format!(r#"{{"description":"{description}","request":{{"path":"/{path}"}}}}"#)
    };
    let interactions: Vec<_> = interactions.iter().map(interaction).collect();
    let text = format!(
        r#"{{"consumer":{{"name":"{consumer}"}},"provider":{{"name":"{provider}"}},"interactions":[{}],"metadata":{{"pactSpecification":{{"version":"2.0.0"}}}}}}"#,
        interactions.join(",")
    );
    let pact = Pact::parse(text.as_bytes()).unwrap();
    Contract {
        consumer: n(consumer),
        provider: n(provider),
        bytes: text.into_bytes().into(),
        pact,
    }
}

/// A request for a version; an empty branch is none.
fn request(version: &str, branch: &str, tags: &[&str], contracts: Vec<Contract>) -> PublishRequest {
    PublishRequest {
        version: n(version),
        branch: (!branch.is_empty()).then(|| n(branch)),
        tags: tags.iter().map(|tag| n(tag)).collect(),
        build_url: None,
        merging: Merging::Never,
        allow_similar_names: false,
        contracts,
        at: MemoryLedger::default().now(),
    }
}

fn decide(
    ledger: &MemoryLedger,
    rules: Rules,
    request: &PublishRequest,
) -> Result<Published, PublishError> {
    let pact = |pact: &PublishedPact, version: &VersionNumber| {
        format!("http://b/{}/{}/{version}", pact.provider, pact.consumer)
    };
    let log = |id: &Uuid| format!("http://b/log/{id}");
    let links = Links {
        pact: &pact,
        webhook_log: Some(&log),
    };
    publish(ledger, rules, request, &links)
}

/// Publishes, records the facts, and returns how many entries they made.
fn record(ledger: &mut MemoryLedger, request: &PublishRequest) -> (Published, usize) {
    let published = decide(ledger, Rules::Strict, request).unwrap();
    let entries = published.facts.iter().map(|fact| ledger.tell(fact)).sum();
    (published, entries)
}

fn refusals(result: Result<Published, PublishError>) -> Vec<Refusal> {
    match result {
        Err(PublishError::Refused(refusals)) => refusals,
        other => panic!("not refused: {other:?}"),
    }
}

fn notices(published: &Published) -> Vec<&Notice> {
    let consumers = published.consumers.iter();
    consumers.flat_map(|consumer| &consumer.notices).collect()
}

fn texts(published: &Published) -> Vec<&str> {
    let notices = notices(published).into_iter();
    notices.map(|notice| notice.text.as_str()).collect()
}

fn pacts(published: &Published) -> Vec<&PublishedPact> {
    let consumers = published.consumers.iter();
    consumers.flat_map(|consumer| &consumer.pacts).collect()
}

const NO_BRANCH: &str =
    "  Next steps:\n    Configure the version branch to be the value of your repository branch.";

#[test]
fn a_first_publication_is_told_in_the_brokers_words() {
    let request = request("1", "", &[], vec![contract("Web", "Shop", &["a"])]);
    let published = decide(&MemoryLedger::default(), Rules::PactBroker, &request).unwrap();
    let notices: Vec<_> = notices(&published)
        .into_iter()
        .map(|notice| (notice.kind, notice.text.as_str()))
        .collect();
    assert_eq!(
        notices,
        [
            (NoticeKind::Debug, "Created Web version 1"),
            (NoticeKind::Prompt, NO_BRANCH),
            (
                NoticeKind::Success,
                "Pact successfully published for Web version 1 and provider Shop."
            ),
            (
                NoticeKind::Debug,
                "  View the published pact at http://b/Shop/Web/1"
            ),
            (
                NoticeKind::Debug,
                "  Events detected: contract_published, contract_content_changed (first time \
                 untagged pact published)"
            ),
            (NoticeKind::Prompt, "  Next steps:"),
            (
                NoticeKind::Prompt,
                "    * Add Pact verification tests to the Shop build. See \
                 https://docs.pact.io/go/provider_verification"
            ),
            (
                NoticeKind::Prompt,
                "    * Configure separate Shop pact verification build and webhook to trigger it \
                 when the pact content changes. See https://docs.pact.io/go/webhooks"
            ),
        ]
    );
}

#[test]
fn the_version_is_told_with_its_branch_and_tags() {
    for (branch, tags, expected) in [
        ("", vec![], "Created Web version 1"),
        ("main", vec![], "Created Web version 1 with branch main"),
        (
            "main",
            vec!["a", "b"],
            "Created Web version 1 with branch main and tags a, b",
        ),
        ("", vec!["a"], "Created Web version 1 with tags a"),
    ] {
        let request = request("1", branch, &tags, vec![contract("Web", "Shop", &["a"])]);
        let published = decide(&MemoryLedger::default(), Rules::Strict, &request).unwrap();
        let texts = texts(&published);
        assert_eq!(texts[0], expected);
        assert_eq!(texts.contains(&NO_BRANCH), branch.is_empty());
    }
}

#[test]
fn to_publish_the_same_again_makes_no_entries_and_says_so() {
    let mut ledger = MemoryLedger::default();
    let first = request(
        "1",
        "main",
        &["dev"],
        vec![contract("Web", "Shop", &["a", "b"])],
    );
    assert!(record(&mut ledger, &first).1 > 0);
    let again = request(
        "1",
        "main",
        &["dev"],
        vec![contract("Web", "Shop", &["b", "a"])],
    );
    let (published, entries) = record(&mut ledger, &again);
    assert_eq!(entries, 0);
    assert_eq!(pacts(&published)[0].outcome, Outcome::Unchanged);
    let texts = texts(&published);
    assert_eq!(
        texts[0],
        "Updated Web version 1 with branch main and tags dev"
    );
    assert_eq!(
        texts[1],
        "Pact successfully republished for Web version 1 and provider Shop with no content changes."
    );
    assert_eq!(texts[3], "  Events detected: contract_published");
}

#[test]
fn other_content_for_the_same_version_is_refused_with_a_difference() {
    for (rules, merge) in [
        (Rules::Strict, false),
        (Rules::PactBroker, false),
        (Rules::PactBroker, true),
    ] {
        let mut ledger = MemoryLedger::default();
        let first = request("1", "main", &[], vec![contract("Web", "Shop", &["a"])]);
        record(&mut ledger, &first);
        let mut other = request(
            "1",
            "main",
            &[],
            vec![contract("Web", "Shop", &["a=2", "b"])],
        );
        other.merging = if merge { Merging::Add } else { Merging::Never };
        let refused = refusals(decide(&ledger, rules, &other));
        let notices = refused[0].notices("http://b");
        assert_eq!(refused.len(), 1);
        assert_eq!(
            notices[0].text,
            "Cannot change the content of the pact for Web version 1 and provider Shop, as race \
             conditions will cause unreliable results for can-i-deploy. Each pact must be \
             published with a unique consumer version number. Some Pact libraries generate random \
             data when a concrete value for a type matcher is not specified, and this can cause \
             the contract to mutate - ensure you have given example values for all type matchers. \
             For more information see https://docs.pact.io/go/versioning"
        );
        assert_eq!(
            (notices[0].kind, notices[1].kind),
            (NoticeKind::Error, NoticeKind::Info)
        );
        assert!(
            notices[1]
                .text
                .contains("  ~ request path: \"/1\" to \"/2\"")
        );
        assert!(notices[1].text.ends_with("added: \"b\""));
        let broker = refused[0].broker_notices("http://b");
        assert_eq!(broker[0], notices[0]);
        assert!(
            broker[1]
                .text
                .starts_with("   \"interactions\": [\n     {\n")
        );
    }
}

#[test]
fn nothing_is_published_if_anything_is_refused() {
    let mut ledger = MemoryLedger::default();
    let first = vec![
        contract("Web", "Shop", &["a"]),
        contract("Web", "Mail", &["a"]),
    ];
    record(&mut ledger, &request("1", "main", &[], first));
    let contracts = vec![
        contract("Web", "Auth", &["a"]),
        contract("Web", "Shop", &["a=2"]),
        contract("Web", "Mail", &["a=2"]),
        contract("Web", "shop-service", &["a"]),
    ];
    let refused = refusals(decide(
        &ledger,
        Rules::Strict,
        &request("1", "main", &[], contracts),
    ));
    let kinds: Vec<_> = refused.iter().map(ToString::to_string).collect();
    assert_eq!(
        kinds,
        [
            "the new name `shop-service` is very similar to `Shop`",
            "version 1 of Web has another pact with Shop already",
            "version 1 of Web has another pact with Mail already",
        ]
    );
}

#[test]
fn there_must_be_something_to_publish() {
    let result = decide(
        &MemoryLedger::default(),
        Rules::Strict,
        &request("1", "", &[], vec![]),
    );
    assert!(matches!(result, Err(PublishError::Empty)));
}

#[test]
fn shards_are_merged_one_after_the_other_under_strict_rules() {
    let mut ledger = MemoryLedger::default();
    let shard = |interactions: &[&str]| PublishRequest {
        merging: Merging::Add,
        ..request(
            "1",
            "main",
            &[],
            vec![contract("Web", "Shop", interactions)],
        )
    };
    record(&mut ledger, &shard(&["a", "b"]));
    let (published, entries) = record(&mut ledger, &shard(&["b", "c"]));
    assert!(entries > 0);
    assert_eq!(pacts(&published)[0].outcome, Outcome::Merged);
    assert_eq!(
        texts(&published)[1],
        "Pact content merged with existing content for Web version 1 and provider Shop."
    );
    assert_eq!(
        pacts(&published)[0].events[1].comment.as_deref(),
        Some("pact content modified since previous publication for Web version 1")
    );
    let whole = contract("Web", "Shop", &["a", "b", "c"]);
    assert_eq!(pacts(&published)[0].content, *whole.pact.content_id());
    let stored = ledger
        .content(&n("Web"), &n("Shop"), whole.pact.content_id())
        .unwrap();
    let stored = Pact::parse(&stored.unwrap()).unwrap();
    assert_eq!(stored.content_id(), whole.pact.content_id());

    let (published, entries) = record(&mut ledger, &shard(&["a"]));
    assert_eq!(
        (pacts(&published)[0].outcome, entries),
        (Outcome::Unchanged, 0)
    );

    let refused = refusals(decide(&ledger, Rules::Strict, &shard(&["a=2"])));
    assert!(
        matches!(refused[..], [Refusal::MergeConflict { .. }]),
        "{refused:?}"
    );
    assert!(
        refused[0]
            .text("")
            .starts_with("Two interactions have been found")
    );
}

#[test]
fn several_files_of_one_pair_are_one_pact() {
    let files = |second: &[&str]| {
        vec![
            contract("Web", "Shop", &["a"]),
            contract("Web", "Mail", &["a"]),
            contract("Web", "Shop", second),
        ]
    };
    let ledger = MemoryLedger::default();
    let one = request("1", "main", &[], files(&["b"]));
    let published = decide(&ledger, Rules::Strict, &one).unwrap();
    let providers: Vec<_> = pacts(&published)
        .into_iter()
        .map(|pact| pact.provider.as_str())
        .collect();
    assert_eq!(providers, ["Shop", "Mail"]);
    let whole = contract("Web", "Shop", &["a", "b"]);
    assert_eq!(pacts(&published)[0].content, *whole.pact.content_id());

    let other = request("1", "main", &[], files(&["a=2"]));
    let refused = refusals(decide(&ledger, Rules::Strict, &other));
    assert!(
        matches!(refused[..], [Refusal::MergeConflict { .. }]),
        "{refused:?}"
    );
}

#[test]
fn several_consumers_get_the_same_version() {
    let contracts = vec![
        contract("Web", "Shop", &["a"]),
        contract("App", "Shop", &["a"]),
        contract("Web", "Mail", &["a"]),
    ];
    let mut ledger = MemoryLedger::default();
    let (published, _) = record(&mut ledger, &request("7", "main", &[], contracts));
    assert_eq!(published.facts.len(), 2);
    for (consumer, providers) in [("Web", 2), ("App", 1)] {
        let version = ledger.version(&n(consumer), &n("7")).unwrap().unwrap();
        assert_eq!(version.pacts.len(), providers);
    }
    let firsts: Vec<&str> = published
        .consumers
        .iter()
        .map(|consumer| consumer.notices[0].text.as_str())
        .collect();
    let expected = ["Web", "App"].map(|name| format!("Created {name} version 7 with branch main"));
    assert_eq!(firsts, expected);
}

#[test]
fn the_bytes_are_kept_as_they_were_written() {
    let contract = contract("Web", "Shop", &["a"]);
    let bytes = Arc::clone(&contract.bytes);
    let request = request("1", "main", &[], vec![contract]);
    let published = decide(&MemoryLedger::default(), Rules::Strict, &request).unwrap();
    let [Fact::Version(fact)] = &published.facts[..] else {
        panic!("{:?}", published.facts);
    };
    assert_eq!(fact.pacts[0].bytes, bytes);
}

#[test]
fn a_new_name_that_is_similar_to_a_known_one_is_refused_until_it_is_created() {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Foo Bar", "1", "main", &[]);
    let mut asked = request(
        "1",
        "main",
        &[],
        vec![contract("Web", "foo-bar-service", &["a"])],
    );
    for rules in [Rules::Strict, Rules::PactBroker] {
        let refused = refusals(decide(&ledger, rules, &asked));
        let [Refusal::SimilarName { name, existing }] = &refused[..] else {
            panic!("{refused:?}");
        };
        assert_eq!(
            (name, &existing[..]),
            (&n("foo-bar-service"), &[n("Foo Bar")][..])
        );
    }
    asked.allow_similar_names = true;
    assert!(decide(&ledger, Rules::Strict, &asked).is_ok());

    asked.allow_similar_names = false;
    ledger.publish("foo-bar-service", "1", "main", &[]);
    assert!(decide(&ledger, Rules::Strict, &asked).is_ok());
}

#[test]
fn similar_names_are_refused_in_the_brokers_words() {
    let refusal = Refusal::SimilarName {
        name: n("PC1"),
        existing: vec![n("pc1"), n("pc1-api")],
    };
    assert_eq!(
        refusal.text("http://b"),
        "This is the first time a pact has been published for \"PC1\".\nThe name \"PC1\" is very \
         similar to the following existing pacticipants:\n* pc1\n* pc1-api\nIf you meant to \
         specify one of the above names, please correct the pact configuration, and re-publish \
         the pact.\nIf the pact is intended to be for a new consumer or provider, please manually \
         create \"PC1\" using the following command from the Pact Broker CLI, and then re-publish \
         the pact:\n\npact-broker create-or-update-pacticipant --name \"PC1\" --broker-base-url \
         http://b\n\nFor information on the Pact Broker CLI see https://docs.pact.io/go/pbc-cli\n\
         To disable this check, set `check_for_potential_duplicate_pacticipant_names` to false in \
         the configuration.\n"
    );
}

#[test]
fn a_twin_of_a_known_name_is_always_refused() {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Caf\u{e9}", "1", "main", &[]);
    for (consumer, provider) in [("CAF\u{c9}", "Shop"), ("Web", "cafe\u{301}")] {
        let mut asked = request("1", "main", &[], vec![contract(consumer, provider, &["a"])]);
        asked.allow_similar_names = true;
        for rules in [Rules::Strict, Rules::PactBroker] {
            let refused = refusals(decide(&ledger, rules, &asked));
            assert!(matches!(refused[..], [Refusal::Twin { .. }]), "{refused:?}");
        }
    }
    let asked = request(
        "1",
        "main",
        &[],
        vec![contract("caf\u{e9}", "Shop", &["a"])],
    );
    let refused = refusals(decide(&ledger, Rules::PactBroker, &asked));
    assert!(
        matches!(refused[..], [Refusal::SimilarName { .. }]),
        "in its words: {refused:?}"
    );
    let refused = refusals(decide(&ledger, Rules::Strict, &asked));
    assert!(matches!(refused[..], [Refusal::Twin { .. }]), "{refused:?}");
}

#[test]
fn two_new_names_of_one_publication_cannot_be_twins() {
    let ledger = MemoryLedger::default();
    for rules in [Rules::Strict, Rules::PactBroker] {
        let asked = request("1", "main", &[], vec![contract("Web", "web", &["a"])]);
        let refused = refusals(decide(&ledger, rules, &asked));
        assert_eq!(
            refused,
            [Refusal::Twin {
                name: n("web"),
                existing: n("Web")
            }]
        );
        let itself = request("1", "main", &[], vec![contract("Web", "Web", &["a"])]);
        assert!(decide(&ledger, rules, &itself).is_ok());
    }
}

#[test]
fn next_steps_are_shown_until_the_provider_verifies() {
    let steps = |ledger: &MemoryLedger, rules| {
        let asked = request("9", "main", &[], vec![contract("Web", "Shop", &["z"])]);
        let published = decide(ledger, rules, &asked).unwrap();
        let texts = texts(&published);
        let has = |text: &str| texts.iter().any(|known| known.contains(text));
        (
            has("Add Pact verification tests"),
            has("Configure separate"),
        )
    };
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "main", &["Shop=a"]);
    assert_eq!(steps(&ledger, Rules::Strict), (true, true));
    ledger.verify("Shop", "1", "main", &["App=a:yes"]);
    assert_eq!(
        steps(&ledger, Rules::Strict),
        (true, true),
        "another consumer's pact"
    );
    ledger.verify("Shop", "2", "main", &["Web=a:no"]);
    assert_eq!(steps(&ledger, Rules::Strict), (false, false));
    assert_eq!(steps(&ledger, Rules::PactBroker), (false, true));
    ledger.publish("Shop", "3", "main", &[]);
    assert_eq!(steps(&ledger, Rules::PactBroker), (false, true));
}

#[test]
fn a_content_that_is_recorded_but_not_there_is_damage_not_a_refusal() {
    let mut ledger = MemoryLedger::default();
    ledger.publish("Web", "1", "main", &["Shop=not json"]);
    let asked = request("1", "main", &[], vec![contract("Web", "Shop", &["a"])]);
    let result = decide(&ledger, Rules::Strict, &asked);
    assert!(
        matches!(result, Err(PublishError::Unreadable(_))),
        "{result:?}"
    );
}
