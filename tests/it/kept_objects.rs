//! What a gate read is kept unpacked for the next one, and nothing depends on it.

use std::fs;
use std::path::PathBuf;

use crate::support::team::STORE;
use crate::support::team::Shop;

const PROVIDERS: [&str; 6] = ["Orders", "Users", "Stock", "Prices", "Mail", "Search"];

const GATE: &str = "can-i-deploy -a Web -e 1 --to-environment production";

/// A store in which a version of Web is held against many providers, of which one has not verified it.
fn shop() -> Shop {
    let shop = Shop::with_a_store(&["web"]);
    shop.step("web", "create-environment --name production --production");
    for provider in PROVIDERS {
        shop.pact(
            &format!("web/pacts/{provider}.json"),
            "Web",
            provider,
            &["a question"],
        );
    }
    shop.step("web", "publish pacts -a 1 --branch main");
    for provider in PROVIDERS {
        let recorded = match provider {
            "Search" => format!("create-or-update-version -a {provider} -e 7 --branch main"),
            _ => format!(
                "record-verification --provider {provider} -a 7 --branch main --consumer Web --success"
            ),
        };
        shop.step("web", &recorded);
        shop.step(
            "web",
            &format!("record-deployment -a {provider} -e 7 --environment production"),
        );
    }
    shop
}

fn path(shop: &Shop, file: &str) -> PathBuf {
    shop.sandbox.path(&format!("{STORE}/{file}"))
}

fn kept(shop: &Shop) -> PathBuf {
    path(shop, "git-pact/read-objects")
}

/// Returns what the gate says, which is that it does not know yet.
fn answer(shop: &Shop) -> String {
    shop.run("web", GATE, 3).stdout
}

#[test]
fn the_next_gate_needs_no_object_of_the_repository() {
    let shop = shop();
    assert!(!kept(&shop).exists());
    let expected = answer(&shop);
    assert!(kept(&shop).exists());
    fs::rename(path(&shop, "objects"), path(&shop, "hidden")).unwrap();
    fs::create_dir(path(&shop, "objects")).unwrap();
    assert_eq!(answer(&shop), expected);
}

#[test]
fn what_moved_since_is_read() {
    let shop = shop();
    assert!(answer(&shop).contains("Search"));
    shop.step(
        "web",
        "record-verification --provider Search -a 7 --branch main --consumer Web --success",
    );
    let before = fs::read(kept(&shop)).unwrap();
    shop.step("web", GATE);
    // A few objects more are not worth it to write down.
    assert_eq!(fs::read(kept(&shop)).unwrap(), before);
}

#[test]
fn a_file_that_is_damaged_or_in_the_way_changes_no_answer() {
    let shop = shop();
    let expected = answer(&shop);
    let whole = fs::read(kept(&shop)).unwrap();
    let garbled = whole.iter().map(|byte| byte.wrapping_add(1)).collect();
    let mut late = whole.clone();
    late.iter_mut()
        .skip(whole.len() / 2)
        .for_each(|byte| *byte ^= 0x55);
    for damaged in [late, vec![], whole[..whole.len() / 2].to_vec(), garbled] {
        fs::write(kept(&shop), damaged).unwrap();
        assert_eq!(answer(&shop), expected);
    }
    // It has been made anew.
    assert_eq!(fs::read(kept(&shop)).unwrap().len(), whole.len());
    fs::remove_file(kept(&shop)).unwrap();
    fs::create_dir(kept(&shop)).unwrap();
    assert_eq!(answer(&shop), expected);
}
