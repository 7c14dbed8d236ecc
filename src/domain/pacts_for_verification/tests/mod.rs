//! Selections are compared as text, one line for each pact, so that a test reads like a list.

mod laws;
mod pending;
mod proposed;
mod replays;
mod request;
mod selection;
mod wip;
mod words;

use serde_json::Value;

use super::super::ledger::Ledger;
use super::super::pacticipant::Pacticipant;
use super::super::testing::{MemoryLedger, n};
use super::super::{consumer_version_selector::Refused, fact::Fact};
use super::*;

/// Returns the request that a body describes.
pub(super) fn request(ledger: &dyn Ledger, provider: &str, body: &Value) -> Request {
    match Request::from_json(n(provider), body, ledger) {
        Ok(request) => request,
        Err(Refused::Invalid(invalid)) => panic!("{invalid}"),
        Err(unreadable) => panic!("{unreadable}"),
    }
}

/// Returns the pacts that `Api` has to verify.
pub(super) fn select(ledger: &dyn Ledger, body: &Value, rules: Rules) -> Vec<SelectedPact> {
    pacts_for_verification(ledger, &request(ledger, "Api", body), rules).unwrap()
}

/// Returns one line for each pact: `Web 2: latest [pending]`.
pub(super) fn lines(pacts: &[SelectedPact]) -> Vec<String> {
    let line = |pact: &SelectedPact| {
        let state = match (pact.wip, pact.pending) {
            (true, _) => " [wip]",
            (false, Some(true)) => " [pending]",
            (false, _) => "",
        };
        let description = pact.short_description();
        format!("{} {}: {description}{state}", pact.consumer, pact.version)
    };
    pacts.iter().map(line).collect()
}

/// Returns the lines for a request by the rules of the broker, without pending.
pub(super) fn broker(ledger: &dyn Ledger, selectors: Value) -> Vec<String> {
    lines(&select(ledger, &body(selectors), Rules::PactBroker))
}

/// Returns the lines for a request by strict rules, without pending.
pub(super) fn strict(ledger: &dyn Ledger, selectors: Value) -> Vec<String> {
    lines(&select(ledger, &body(selectors), Rules::Strict))
}

fn body(selectors: Value) -> Value {
    let mut body = serde_json::json!({"includePendingStatus": false});
    body["consumerVersionSelectors"] = selectors;
    body
}

/// Makes a branch the main branch.
pub(super) fn set_main(ledger: &mut MemoryLedger, name: &str, branch: &str) {
    let known = ledger.pacticipant(&n(name)).unwrap();
    let mut pacticipant = known.map_or_else(
        || Pacticipant::new(n(name), ledger.now()),
        |known| Pacticipant::clone(&known),
    );
    pacticipant.main_branch = Some(n(branch));
    ledger.tell(&Fact::Pacticipant(pacticipant));
}
