//! What badges say, and that they are documents whatever they say.

use super::*;

fn n<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn words(badge: &Badge) -> String {
    format!("{} | {} | {:?}", badge.label, badge.message, badge.colour)
}

fn label(consumer: &str, provider: &str, names: Names, initials: bool) -> String {
    let label = PactLabel {
        consumer: &n(consumer),
        provider: &n(provider),
        names,
        initials,
        tags: None,
    };
    Badge::pact(&label, Some(PactStatus::Success)).label
}

#[test]
fn the_badge_of_a_pact_has_a_word_and_a_colour_for_each_status() {
    let (consumer, provider) = (n("Web"), n("Api"));
    let label = PactLabel {
        consumer: &consumer,
        provider: &provider,
        names: Names::Both,
        initials: false,
        tags: None,
    };
    for (status, expected) in [
        (
            Some(PactStatus::Never),
            "web/api pact | unknown | LightGrey",
        ),
        (
            Some(PactStatus::Success),
            "web/api pact | verified | BrightGreen",
        ),
        (Some(PactStatus::Stale), "web/api pact | changed | Orange"),
        (Some(PactStatus::Failed), "web/api pact | failed | Red"),
        (
            Some(PactStatus::FailedPending),
            "web/api pact | failed (pending) | Red",
        ),
        (None, "pact not found | unknown | LightGrey"),
    ] {
        assert_eq!(words(&Badge::pact(&label, status)), expected);
    }
}

#[test]
fn a_pact_is_labelled_with_names_or_initials_and_with_tags() {
    let both = |consumer, provider| label(consumer, provider, Names::Both, true);
    assert_eq!(both("Order Service", "billing-api"), "os/ba pact");
    assert_eq!(both("OrderAPIService", "Web"), "oas/web pact");
    assert_eq!(both("order_", "x2Y"), "order_/xy pact");
    let one = |names| label("Web", "Api", names, false);
    assert_eq!(one(Names::Consumer), "web pact");
    assert_eq!(one(Names::Provider), "api pact");
    let tagged = PactLabel {
        consumer: &n("Web"),
        provider: &n("Api"),
        names: Names::Both,
        initials: false,
        tags: Some((&n("dev"), &n("Prod"))),
    };
    assert_eq!(tagged.text(), "web (dev)/api (prod) pact");
}

#[test]
fn deployments_and_merges_have_words_of_their_own() {
    let deploy = |label, deployable| words(&Badge::can_i_deploy(label, "main", "prod", deployable));
    assert_eq!(
        deploy(None, true),
        "can-i-deploy | main to prod | BrightGreen"
    );
    assert_eq!(deploy(Some("Live"), false), "Live | main to prod | Red");
    for (deployable, expected) in [
        (Some(true), "can-i-merge | success | BrightGreen"),
        (Some(false), "can-i-merge | failed | Red"),
        (None, "can-i-merge | unknown | LightGrey"),
    ] {
        assert_eq!(words(&Badge::can_i_merge(deployable)), expected);
    }
    assert_eq!(
        words(&Badge::missing(Missing::MainBranchVersion)),
        "main branch version | not found | LightGrey"
    );
}

#[test]
fn no_text_gets_out_of_its_place_in_the_document() {
    let label = "<script>\"'&\u{0}\u{ffff}";
    let svg = Badge::can_i_deploy(Some(label), "a<b", "c&d", true).svg();
    assert!(svg.contains("&lt;script&gt;&quot;&#39;&amp;\u{fffd}\u{fffd}"));
    assert!(svg.contains(">a&lt;b to c&amp;d</text>"));
    for bad in ["<script", "a<b", "c&d", "\u{0}"] {
        assert!(!svg.contains(bad), "{bad}");
    }
}

#[test]
fn a_badge_is_as_wide_as_its_texts() {
    let svg = |label| Badge::can_i_deploy(Some(label), "a", "b", true).svg();
    assert!(width("mmm") > width("iii"));
    assert_eq!(width(""), 0);
    let (one, two) = (width("i"), width("a to b"));
    assert!(svg("i").contains(&format!("width=\"{}\" height=\"20\" role", one + two + 20)));
    assert!(svg("i").contains(&format!("textLength=\"{one}\"")));
}
