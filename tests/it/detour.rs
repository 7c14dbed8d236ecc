//! A remote that is read from one address and pushed to another: where both are one store all goes on, and
//! where they are not nobody is told that something was recorded.

use crate::support::team::STORE;
use crate::support::team::Shop;

/// The setting that says where is pushed to.
const PUSHED_TO: &str = "remote.origin.pushurl";

/// A remote that two machines have cloned; one of them pushes somewhere else.
fn a_shop(pushed_to: &str) -> Shop {
    let shop = Shop::with_a_remote(&["web", "orders"]);
    shop.sandbox.remote("other.git");
    let url = format!("file://{}", shop.sandbox.path(pushed_to).display());
    let web = shop.sandbox.git("web");
    web.run(&["config", "--add", PUSHED_TO, &url]);
    shop.pact("web/1.json", "Web", "Orders", &["an order"]);
    shop
}

/// Expects that a write of the machine fails, and says why and what to do.
fn is_refused(shop: &Shop, line: &str) {
    let refused = shop.run("web", line, 4);
    for part in [
        "origin is read from ",
        " and pushed to file://",
        "git config --unset-all remote.origin.pushurl",
        "--repo",
    ] {
        assert!(refused.stderr.contains(part), "{part}: {refused:?}");
    }
}

#[test]
fn a_store_with_two_addresses_is_one_store() {
    let shop = a_shop(STORE);
    let written = shop.run("web", "publish 1.json -a 1 --branch main", 0);
    assert!(!written.stderr.contains("attempts"), "{written:?}");
    shop.step("orders", "create-or-update-version -a Web -e 2");
    shop.step("web", "create-or-update-version -a Web -e 3");
    let seen = shop.run("orders", "list-versions -a Web", 0);
    for version in ["1", "2", "3"] {
        assert!(seen.stdout.contains(version), "{seen:?}");
    }
    shop.step("web", "doctor");
}

#[test]
fn what_is_pushed_has_to_be_where_it_is_read() {
    let shop = a_shop("other.git");
    shop.step("orders", "create-or-update-version -a Web -e 1");
    let held = shop.store().run(&["show-ref"]);
    // Nothing is sent where somebody can see that it would not be found.
    is_refused(&shop, "publish 1.json -a 1 --branch main");
    assert_eq!(shop.sandbox.git("other.git").run(&["for-each-ref"]), "");
    // Of a branch that neither has, only the push shows it; and then it can be seen.
    is_refused(&shop, "create-environment --name test");
    is_refused(&shop, "create-environment --name test");
    assert_eq!(shop.store().run(&["show-ref"]), held);
    // Whoever only reads is not concerned.
    shop.step("web", "describe-version -a Web -e 1");
    shop.step("web", "doctor");

    let web = shop.sandbox.git("web");
    web.run(&["config", "--unset-all", PUSHED_TO]);
    shop.step("web", "create-environment --name test");
    shop.step("orders", "describe-environment --name test");
}

#[test]
fn several_addresses_to_push_to_are_refused() {
    let shop = a_shop(STORE);
    let other = format!("file://{}", shop.sandbox.path("other.git").display());
    let web = shop.sandbox.git("web");
    web.run(&["config", "--add", PUSHED_TO, &other]);
    is_refused(&shop, "publish 1.json -a 1 --branch main");
    assert_eq!(shop.store().run(&["for-each-ref"]), "");
}
