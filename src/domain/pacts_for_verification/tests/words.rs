//! The sentences about a pact, word for word (spec: semantics §6.4, §6.5).

use serde_json::json;

use super::*;

fn notices(found: &SelectedPact) -> Vec<(&'static str, String)> {
    let notices = found.notices("URL").into_iter();
    notices.map(|notice| (notice.when, notice.text)).collect()
}

/// Returns the criteria of the first pact, one line each, and the sentence before them.
fn criteria(ledger: &MemoryLedger, selectors: Value) -> (String, Vec<String>) {
    let found = select(ledger, &body(selectors), Rules::PactBroker);
    let text = found[0].notices("URL")[0].text.clone();
    let mut parts = text.split("\n    * ").map(str::to_owned);
    (parts.next().unwrap(), parts.collect())
}

fn one_pact() -> MemoryLedger {
    let mut ledger = MemoryLedger::default();
    ledger.environment_named("test");
    ledger.environment_named("qa");
    ledger.publish_tagged("Web", "1", "main", &["dev"], &["Api=a"]);
    ledger
}

#[test]
fn a_pact_has_the_name_of_its_integration_and_version() {
    let ledger = one_pact();
    let found = select(&ledger, &json!({}), Rules::Strict);
    assert_eq!(found[0].name(), "Pact between Web (1) and Api");
}

#[test]
fn each_criterion_has_its_words() {
    let mut ledger = one_pact();
    ledger.deploy("Web", "1", "test", "");
    ledger.deploy("Web", "1", "qa", "");
    ledger.release("Web", "1", "test");
    for (selector, words) in [
        (
            json!({"latest": true}),
            "latest version of a consumer that has a pact with Api (1)",
        ),
        (
            json!({"latest": true, "consumer": "Web"}),
            "latest version of Web that has a pact with Api (1)",
        ),
        (
            json!({"mainBranch": true}),
            "latest version from the main branch 'main' (1)",
        ),
        (
            json!({"mainBranch": true, "consumer": "Web"}),
            "latest version of Web from the main branch 'main' (1)",
        ),
        (
            json!({"branch": "main"}),
            "latest version from branch 'main' (1)",
        ),
        (
            json!({"branch": "main", "consumer": "Web"}),
            "latest version of Web from branch 'main' (1)",
        ),
        (
            json!({"tag": "dev", "latest": true}),
            "latest version tagged 'dev' (1)",
        ),
        (
            json!({"tag": "x", "latest": true, "fallbackTag": "dev"}),
            "latest version tagged 'dev' (fallback tag used as no pact was found with tag 'x') (1)",
        ),
        (
            json!({"tag": "dev", "latest": true, "consumer": "Web"}),
            "latest version of Web tagged 'dev' (1)",
        ),
        (
            json!({"tag": "dev"}),
            "all consumer versions tagged 'dev' (1)",
        ),
        (
            json!({"tag": "dev", "consumer": "Web"}),
            "all Web versions tagged 'dev' (1)",
        ),
        (
            json!({"released": true}),
            "consumer version(s) released and supported in test (1)",
        ),
        (
            json!({"released": true, "consumer": "Web"}),
            "version(s) of Web released and supported in test (1)",
        ),
        (
            json!({"deployed": true, "environment": "qa"}),
            "consumer version(s) currently deployed to qa (1)",
        ),
        (
            json!({"environment": "qa"}),
            "a consumer version in environment qa (1)",
        ),
        (
            json!({"environment": "qa", "consumer": "Web"}),
            "Web version in environment qa (1)",
        ),
    ] {
        let (head, criteria) = criteria(&ledger, json!([selector]));
        assert_eq!(criteria, [words], "{selector}");
        assert_eq!(
            head,
            "The pact at URL is being verified because the pact content belongs to the consumer \
             version matching the following criterion:"
        );
    }
}

#[test]
fn deployments_share_one_line_for_each_consumer_selected() {
    let mut ledger = one_pact();
    ledger.deploy("Web", "1", "test", "");
    ledger.deploy("Web", "1", "qa", "");
    let selectors = json!([{"deployed": true}, {"deployed": true, "consumer": "Web"}]);
    let (head, criteria) = criteria(&ledger, selectors);
    assert_eq!(
        criteria,
        [
            "consumer version(s) currently deployed to qa (1) and test (1)",
            "version(s) of Web currently deployed to qa (1) and test (1)",
        ]
    );
    assert_eq!(
        head,
        "The pact at URL is being verified because the pact content belongs to the consumer \
         versions matching the following criteria:"
    );
}

#[test]
fn a_fallback_branch_says_which_branch_it_stands_for() {
    let ledger = one_pact();
    let selectors = json!([{"branch": "x", "fallbackBranch": "main"}]);
    let found = select(&ledger, &body(selectors), Rules::Strict);
    let text = found[0].notices("URL")[0].text.clone();
    assert!(text.ends_with(
        "\n    * latest version from branch 'main' (fallback branch used as no pact was found from \
         branch 'x') (1)"
    ));
}

#[test]
fn a_pending_pact_says_what_each_outcome_will_mean() {
    let ledger = one_pact();
    let body = json!({"providerVersionBranch": "main"});
    let found = select(&ledger, &body, Rules::PactBroker);
    let expected = [
        (
            "before_verification",
            "This pact is in pending state for this version of Api because a successful \
             verification result for a version of Api from branch 'main' has not yet been \
             published. If this verification fails, it will not cause the overall build to fail. \
             Read more at https://docs.pact.io/go/pending",
        ),
        (
            "after_verification:success_true_published_false",
            "This pact is still in pending state for any version of Api from branch 'main' as the \
             successful verification results have not yet been published.",
        ),
        (
            "after_verification:success_false_published_false",
            "This pact is still in pending state for any version of Api from branch 'main' as a \
             successful verification result has not yet been published",
        ),
        (
            "after_verification:success_true_published_true",
            "This pact is no longer in pending state for any version of Api from branch 'main', as \
             a successful verification result has been published. If a verification for a version \
             of Api fails in the future, it will fail the build. Read more at \
             https://docs.pact.io/go/pending",
        ),
        (
            "after_verification:success_false_published_true",
            "This pact is still in pending state for any version of Api from branch 'main' as a \
             successful verification result has not yet been published",
        ),
    ];
    let expected = expected.map(|(when, text)| (when, text.to_owned()));
    assert_eq!(notices(&found[0])[1..], expected);
}

#[test]
fn tags_and_anonymous_builds_have_words_of_their_own() {
    let mut ledger = one_pact();
    let words = |ledger: &MemoryLedger, body: Value| {
        let found = select(ledger, &body, Rules::PactBroker);
        let notices = notices(&found[0]).into_iter();
        notices.map(|(_, text)| text).collect::<Vec<_>>()
    };
    let one = words(&ledger, json!({"providerVersionTags": ["dev"]}));
    assert!(one[1].contains("result for a version of Api with tag 'dev' has not yet"));
    assert_eq!(
        one[2],
        "This pact is still in pending state for any version of Api with tag 'dev' as the \
         successful verification results with this tag have not yet been published."
    );
    let three = words(&ledger, json!({"providerVersionTags": ["a", "b", "c"]}));
    assert!(
        three[1].contains("result for a versions of Api with tag 'a', 'b' and 'c' has not yet")
    );
    assert_eq!(
        three[4],
        "This pact is no longer in pending state for any versions of Api with tag 'a', 'b' and \
         'c', as a successful verification result with these tags has been published. If a \
         verification for a version of Api with these tags fails in the future, it will fail the \
         build. Read more at https://docs.pact.io/go/pending"
    );
    let unknown = words(&ledger, json!({}));
    assert_eq!(
        unknown[3],
        "This pact is still in pending state for Api as a successful verification result has not \
         yet been published"
    );
    ledger.publish_tagged("Api", "1", "main", &["a", "b"], &[]);
    ledger.verify("Api", "1", "main", &["Web=a:yes"]);
    for (body, builds) in [
        (json!({}), "Api"),
        (
            json!({"providerVersionBranch": "main"}),
            "a version of Api from branch 'main'",
        ),
        (
            json!({"providerVersionTags": ["a"]}),
            "a version of Api with tag 'a'",
        ),
        (
            json!({"providerVersionTags": ["a", "b"]}),
            "a version of Api with tag 'a' and 'b'",
        ),
    ] {
        let text = format!(
            "This pact has previously been successfully verified by {builds}. If this verification \
             fails, it will fail the build. Read more at https://docs.pact.io/go/pending"
        );
        assert_eq!(words(&ledger, body)[1..], [text]);
    }
}

#[test]
fn only_the_tags_that_are_pending_are_named() {
    let mut ledger = one_pact();
    ledger.publish_tagged("Api", "1", "main", &["old"], &[]);
    ledger.publish_tagged("Api", "2", "main", &["good"], &[]);
    ledger.verify("Api", "2", "main", &["Web=a:yes"]);
    let body = json!({"providerVersionTags": ["good", "old"]});
    let found = select(&ledger, &body, Rules::PactBroker);
    assert!(
        notices(&found[0])[1]
            .1
            .contains("a version of Api with tag 'old' has not yet")
    );
}

#[test]
fn work_in_progress_names_the_heads_and_says_how_it_ends() {
    let mut ledger = one_pact();
    ledger.publish("Web", "2", "feat", &["Api=b"]);
    let mut wip = |more: Option<(&str, &str, &[&str])>| {
        if let Some((version, branch, tags)) = more {
            ledger.publish_tagged("Web", version, branch, tags, &["Api=b"]);
        }
        let body = json!({"providerVersionBranch": "main", "includeWipPactsSince": "2020-01-01",
            "consumerVersionSelectors": [{"mainBranch": true}]});
        let found = select(&ledger, &body, Rules::PactBroker);
        notices(found.last().unwrap())
    };
    let reason = |heads: &str| {
        format!(
            "The pact at URL is being verified because it is a 'work in progress' pact (ie. it is \
             the pact for the latest {heads} and it has not yet been successfully verified by a \
             version of Api from branch 'main' when the pact's application version was explicitly \
             specified in the consumer version selectors). Read more at \
             https://docs.pact.io/go/wip"
        )
    };
    let first = wip(None);
    assert_eq!(first[0].1, reason("version of Web from branch 'feat'"));
    assert_eq!(
        first[1].1,
        "This pact is in pending state for this version of Api because it was included as a 'work \
         in progress' pact. If this verification fails, it will not cause the overall build to \
         fail. Read more at https://docs.pact.io/go/pending"
    );
    assert_eq!(first.len(), 6);
    let both = "versions of Web from branches 'feat' and 'fix' (both have the same content)";
    assert_eq!(wip(Some(("3", "fix", &[])))[0].1, reason(both));
    let all = "version of Web from branches 'feat' and 'fix' and tagged with 'qa' (all have the \
        same content)";
    assert_eq!(wip(Some(("3", "fix", &["qa"])))[0].1, reason(all));
}

#[test]
fn clients_of_the_beta_are_warned() {
    let warning = VerificationNotice::for_beta_clients();
    assert_eq!(warning.when, "before_verification");
    assert!(
        warning
            .text
            .starts_with("WARNING - this version of the Pact library uses a beta")
    );
    assert!(warning.text.ends_with(
        "See https://docs.pact.io/pact_broker/advanced_topics/provider_verification_results/\
         #pacts-for-verification for minimum required versions."
    ));
}
