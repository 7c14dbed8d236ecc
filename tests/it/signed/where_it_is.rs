//! Where the history is, and when: private clones, the network, the past.

use super::ASK;
use super::VERIFY;
use super::a_shop;
use super::allow;
use super::prepared;
use super::signed;
use super::verdict_of;
use crate::support::team::STORE;
use crate::support::team::Shop;

#[test]
fn a_shallow_clone_fetches_the_history_that_tells_who_signed() {
    let Some(shop) = prepared(Shop::with_a_remote(&["web", "orders", "keys"])) else {
        return;
    };
    signed(&shop, "orders", "ci", &format!("{VERIFY} --success"));
    shop.step("orders", "create-or-update-version -a Orders --version 8");
    let url = format!("file://{}", shop.sandbox.path(STORE).display());
    let question = format!("{ASK} --repo {url}");
    // Brings the tips alone.
    shop.step("keys", &question.replace(" --require-signed", ""));
    let offline = shop.json("keys", &format!("{question} --offline"), 3);
    assert_eq!(verdict_of(&offline), "unknown: not-signed no-history");
    assert_eq!(
        verdict_of(&shop.json("keys", &question, 0)),
        "yes: all-verified"
    );
    let offline = shop.json("keys", &format!("{question} --offline"), 0);
    assert_eq!(verdict_of(&offline), "yes: all-verified");
    // The first question of a clone that is new.
    let variables = [("XDG_CACHE_HOME", shop.sandbox.path("home/new"))];
    let variables = variables
        .each_ref()
        .map(|(name, path)| (*name, path.to_str().unwrap()));
    let _ = shop.run_with("keys", &question, 0, &variables);
}

#[test]
fn the_past_is_judged_by_who_might_sign_then() {
    let Some(shop) = a_shop() else { return };
    let minute = || {
        let branches = ["pact/settings", "pact/app/Orders"];
        let log = [&["log", "-1", "--format=%cI"][..], &branches].concat();
        shop.store().run(&log)
    };
    shop.step("orders", &format!("{VERIFY} --success"));
    let unsigned = minute();
    signed(&shop, "orders", "ci", &format!("{VERIFY} --success"));
    let in_order = minute();
    shop.step("web", "signers remove -a Orders --signer ci@Orders");
    let at = |time: &str, status: i32| {
        verdict_of(&shop.json("web", &format!("{ASK} --at {time}"), status))
    };
    assert_eq!(at(&unsigned, 3), "unknown: not-signed not-signed");
    assert_eq!(at(&in_order, 0), "yes: all-verified");
    assert_eq!(at("now", 3), "unknown: not-signed nobody-may-sign");
    allow(&shop, "Orders", "ci", "");
    // An answer that was saved is given again, byte for byte.
    let first = shop.run("web", &format!("{ASK} -o json"), 0);
    shop.write("web/saved.json", &first.stdout);
    shop.step("web", "signers remove -a Orders --signer ci@Orders");
    let again = shop.run("web", &format!("{ASK} -o json --at saved.json"), 0);
    assert_eq!(again.stdout, first.stdout);
}
