//! Every page, with names that would like to be markup.

use super::*;
use crate::domain::integration_list::WantedIntegrations;
use crate::domain::integration_list::integration_list;
use crate::domain::testing::MemoryLedger;
use crate::render::hal::Address;

/// A name, and whatever else can be named: an element, the end of a value and of an element.
pub(super) const NAME: &str = "\"'><img src><script>a</script>&amp;";

/// Returns the links of a server.
pub(super) fn links() -> Links {
    Links::served(&Address::new("http://h"), None)
}

/// Fails if a page holds what somebody wrote as anything but text, or says too little.
#[track_caller]
pub(super) fn assert_is_text(page: &Page) {
    let html = page.framed(&links(), None);
    assert!(
        !html.contains("<img") && !html.contains("<script>"),
        "{html}"
    );
    assert!(!html.contains("\u{202e}"), "{html}");
    assert!(
        html.contains("&lt;script&gt;a&lt;/script&gt;&amp;amp;"),
        "{html}"
    );
}

#[test]
fn the_index_shows_names_as_text() {
    let mut ledger = MemoryLedger::default();
    ledger.publish(NAME, NAME, NAME, &[&format!("{NAME}=a")]);
    ledger.verify(NAME, NAME, NAME, &[&format!("{NAME}=a:yes")]);
    let wanted = WantedIntegrations::default();
    let list = integration_list(&ledger, &wanted).unwrap();
    let page = integrations::page(&list, &wanted, &links());
    assert_is_text(&page);
    assert!(page.main.0.contains(">verified<"), "{}", page.main.0);
}

#[test]
fn an_empty_store_says_what_to_do() {
    let wanted = WantedIntegrations::default();
    let list = integration_list(&MemoryLedger::default(), &wanted).unwrap();
    let page = integrations::page(&list, &wanted, &links());
    assert!(page.main.0.contains("git pact publish ./pacts"));
    assert!(!page.main.0.contains("<table"));
}

#[test]
fn a_problem_is_text() {
    let sentences = [NAME.to_owned()];
    assert_is_text(&problem::page("Not found", &sentences, &links()));
}
