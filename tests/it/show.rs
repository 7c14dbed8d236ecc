//! `show`: a contract for people, from a store and from a file, in each of its forms.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use serde_json::Value;

use crate::support::team::Shop;

/// Returns a shop in which Web has a pact on two branches, with a tag and in production.
fn shop() -> Shop {
    let shop = Shop::with_a_store(&["ci"]);
    for line in [
        "publish FIXTURES/pacts/orders/web-1.json -a 1 --branch main --tag v1",
        "publish FIXTURES/pacts/orders/web-2.json -a 2 --branch feat",
        "create-environment --name production --production",
        "record-deployment -a Web -e 1 --environment production",
        "record-release -a Web -e 2 --environment production",
    ] {
        shop.step("ci", line);
    }
    shop
}

/// The interaction that only the second version has.
const INVOICE: &str = "a request for the invoice of an order";

#[test]
fn a_contract_of_the_store_is_the_one_that_is_meant() {
    let shop = shop();
    let web = "show --consumer Web --provider Order+Service";
    for (more, version) in [
        ("", "1"),
        ("--consumer-version 2", "2"),
        ("--branch feat", "2"),
        ("--branch main", "1"),
        ("--tag v1", "1"),
        ("--environment production", "2"),
    ] {
        let line = format!("{web} {more}");
        let shown = shop.run("ci", &line, 0);
        let text = &shown.stdout;
        assert!(
            text.starts_with("What Web expects of Order Service\n"),
            "{text}"
        );
        let said = format!("\n  Consumer version  {version}\n");
        assert!(text.contains(&said), "{line}: {text}");
        assert_eq!(text.contains(INVOICE), version == "2", "{line}: {text}");
        assert!(shown.stderr.contains("Computed from "), "{}", shown.stderr);
        let document = shop.json("ci", &line, 0);
        assert_eq!(document["consumerVersion"]["number"], version, "{line}");
        assert!(document["computedFrom"]["tips"].is_object(), "{line}");
        let page = shop.run("ci", &format!("{line} -o markdown"), 0).stdout;
        let row = format!("| Consumer version | `{version}` |\n");
        assert!(page.contains(&row), "{line}: {page}");
    }
    let live = shop.run("ci", &format!("{web} --environment production"), 0);
    let other = "Version 1 of Web is there as well, with another contract: git pact show \
                 --consumer Web --provider 'Order Service' --consumer-version 1\n";
    assert!(live.stderr.contains(other), "{}", live.stderr);
}

#[test]
fn the_past_has_its_contract() {
    let shop = shop();
    let line = "show --consumer Web --provider Order+Service";
    let before = shop.json("ci", line, 0);
    shop.write("ci/before.json", before.to_string());
    shop.step(
        "ci",
        "publish FIXTURES/pacts/orders/web-2.json -a 3 --branch main",
    );
    let now = shop.json("ci", line, 0);
    assert_eq!(now["consumerVersion"]["number"], "3");
    let then = shop.json("ci", &format!("{line} --at before.json"), 0);
    assert_eq!(then, before);
}

#[test]
fn a_file_is_shown_without_a_store() {
    let shop = Shop::with_a_remote(&[]);
    fs::create_dir(shop.sandbox.path("here")).unwrap();
    for (fixture, line) in [
        ("v1/till-1", "Specification  1.0.0"),
        (
            "orders/web-1",
            "items  at least 1 element, each like the example",
        ),
        ("orders/mobile-app-1", "each element › id  any integer"),
        ("messages/mailer-1", "topic  orders"),
        ("payments/order-service-1", "Key  charge-card"),
        ("plugin/order-service-1", "Plugin protobuf 0.5.4"),
        ("shapes/answers-1", "Response 2"),
        ("shapes/bodies-1", "body (image/png): 8 bytes"),
        ("shapes/rules-1", "Pending: it may fail"),
        ("shapes/odd-1", "What else the document says"),
    ] {
        let file = format!("show FIXTURES/pacts/{fixture}.json");
        let text = shop.run("here", &file, 0).stdout;
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            text.lines().any(|it| words(it) == words(line)),
            "{fixture}: {line}\n{text}"
        );
        let document = shop.json("here", &file, 0);
        assert_eq!(document.get("computedFrom"), None, "{fixture}");
        assert!(!document["interactions"].as_array().unwrap().is_empty());
        let page = shop.run("here", &format!("{file} --output markdown"), 0);
        assert!(page.stdout.starts_with("# What `"), "{}", page.stdout);
    }
}

#[test]
fn a_part_of_a_contract_is_found_by_its_description() {
    let shop = shop();
    let file = "show FIXTURES/pacts/orders/web-2.json";
    let document = shop.json("ci", &format!("{file} --interaction INVOICE"), 0);
    let interactions = document["interactions"].as_array().unwrap();
    assert_eq!(interactions.len(), 1);
    assert_eq!(interactions[0]["description"], INVOICE);
    assert_eq!(interactions[0]["number"], 3);
    let none = shop.run("ci", &format!("{file} --interaction refund"), 2);
    assert_eq!(
        none.stderr,
        "error: no interaction has `refund` in its description\n\
         hint: without --interaction all 4 of the contract are shown\n"
    );
}

#[test]
fn what_is_not_there_is_said_with_what_may_have_been_meant() {
    let shop = shop();
    for (line, said) in [
        (
            "--consumer web --provider Order+Service",
            "error: No pacticipant with name 'web' found\nhint: did you mean `Web`?\n",
        ),
        (
            "--consumer Web --provider order-service",
            "error: No pacticipant with name 'order-service' found\nhint: did you mean `Order \
             Service`?\n",
        ),
        (
            "--consumer Order+Service --provider Web",
            "error: there is no pact of Order Service with Web for the current version\nhint: these \
             are on the main branches: git pact get-pacts --provider Web\n",
        ),
        (
            "--consumer Web --provider Order+Service --consumer-version 9",
            "error: no version 9 of pacticipant 'Web' found\nhint: these are known: git pact \
             list-versions --pacticipant Web\n",
        ),
        (
            "--consumer Web --provider Order+Service --environment prod",
            "error: No environment found with name 'prod'. Available options: production\nhint: \
             did you mean `production`?\n",
        ),
    ] {
        let refused = shop.run("ci", &format!("show {line}"), 2);
        assert_eq!(
            (refused.stdout.as_str(), refused.stderr.as_str()),
            ("", said)
        );
    }
    let nothing = shop.run("ci", "show", 2);
    let said = "error: no contract to show\nhint: give --consumer and --provider, or a pact file\n";
    assert_eq!(nothing.stderr, said);
    for line in [
        "show --consumer Web",
        "show --provider Web",
        "show a.json --consumer Web --provider Order+Service",
        "show a.json --branch main",
        "show --consumer Web --provider Order+Service --branch main --tag v1",
    ] {
        let refused = shop.run("ci", line, 2);
        assert!(
            refused.stderr.contains("For more information"),
            "{refused:?}"
        );
    }
}

#[test]
fn a_file_that_is_no_contract_is_named() {
    let shop = shop();
    shop.write("ci/package.json", r#"{"name":"web","dependencies":{}}"#);
    let refused = shop.run("ci", "show package.json", 2);
    assert_eq!(
        refused.stderr,
        "error: package.json cannot be shown\n  caused by: this is a package.json, not a pact\n"
    );
    let refused = shop.run("ci", "show nowhere.json", 2);
    let said = "error: cannot read nowhere.json\n  caused by: ";
    assert!(refused.stderr.starts_with(said), "{}", refused.stderr);
}

#[test]
fn a_contract_comes_from_another_command_too() {
    let shop = shop();
    let bytes = shop.store().run(&[
        "show",
        "pact/contracts/Order%20Service:Order%20Service/Web.json",
    ]);
    let mut child = shop
        .sandbox
        .command("ci", &["show", "-", "--output", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(bytes.as_bytes()).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["interactions"].as_array().unwrap().len(), 3);
}
