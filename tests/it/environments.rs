//! The environment commands, on both faces (spec: cli §4.8 to §4.12).

use serde_json::Value;
use serde_json::json;

use crate::support::team::Shop;

fn shop() -> Shop {
    Shop::with_a_store(&["ops"])
}

/// Returns the id of an environment that is created with these options.
fn created(shop: &Shop, options: &str) -> String {
    let line = format!("broker create-environment {options} -o id");
    let output = shop.run("ops", &line, 0);
    output.stdout.trim_end().to_owned()
}

/// Runs a line on the broker's face that is answered with a sentence, and nothing else.
fn says(shop: &Shop, line: &str, sentence: &str) {
    let output = shop.run("ops", &format!("broker {line}"), 0);
    assert_eq!(output.stdout, format!("{sentence}\n"), "{line}");
    assert_eq!(output.stderr, "", "{line}");
}

/// Runs a line on the broker's face that is refused with a sentence, in words and in JSON.
fn refuses(shop: &Shop, line: &str, sentence: &str) {
    let line = format!("broker {line}");
    let output = shop.run("ops", &line, 1);
    assert_eq!(output.stdout, format!("{sentence}\n"), "{line}");
    let document = shop.json("ops", &line, 1);
    assert_eq!(document["error"]["message"], sentence, "{line}");
}

#[test]
fn an_environment_is_created_in_the_words_of_the_broker() {
    let shop = shop();
    for (name, options) in [
        ("uat", "--no-production"),
        ("dev", "--skip-production"),
        ("qa", ""),
        (
            "live",
            "--display-name Live+Shop --production --contact-name T --contact-email-address t@x",
        ),
    ] {
        let line = format!("broker create-environment --name {name} {options}");
        let output = shop.run("ops", &line, 0);
        let known = shop.json("ops", &format!("describe-environment --name {name}"), 0);
        let uuid = known["uuid"].as_str().unwrap();
        let sentence = format!("Created {name} environment in the Pact Broker with UUID {uuid}\n");
        assert_eq!(output.stdout, sentence);
        assert_eq!(output.stderr, "");
        assert_eq!(known["production"], json!(name == "live"));
    }
    let live = shop.json("ops", "describe-environment --name live", 0);
    assert_eq!(live["displayName"], "Live Shop");
    let contact = json!([{ "name": "T", "details": { "emailAddress": "t@x" } }]);
    assert_eq!(live["contacts"], contact);
}

#[test]
fn what_was_created_is_shown_as_the_broker_does_or_by_its_id_alone() {
    let shop = shop();
    let line = "broker create-environment --name uat -o json";
    let output = shop.run("ops", line, 0);
    assert_eq!(output.stderr, "");
    assert_eq!(output.stdout.lines().count(), 1, "{}", output.stdout);
    let uat: Value = serde_json::from_str(&output.stdout).unwrap();
    let uuid = uat["uuid"].as_str().unwrap();
    assert_eq!(uat["name"], "uat");
    assert_eq!(uat["production"], false);
    assert_eq!(uat["createdAt"], "2026-11-21T00:00:00+00:00");
    let itself = json!({
        "title": "Environment",
        "name": "uat",
        "href": format!("/environments/{uuid}"),
    });
    assert_eq!(uat["_links"]["self"], itself);
    // Said twice, it is created once.
    assert_eq!(created(&shop, "--name uat"), uuid);
    assert_eq!(shop.json("ops", "describe-environment --name uat", 0), uat);
    let ours = shop.run("ops", "create-environment --name uat -o id", 0);
    assert_eq!(ours.stdout, format!("{uuid}\n"));
    assert!(ours.stderr.starts_with("Nothing new"), "{}", ours.stderr);
}

#[test]
fn a_name_that_is_taken_is_refused() {
    let shop = shop();
    let uat = created(&shop, "--name uat");
    let taken = "name 'uat' is already used by an existing environment.";
    refuses(&shop, "create-environment --name uat --production", taken);
    created(&shop, "--name dev");
    let dev = "update-environment --name uat --uuid";
    let uuid = shop.json("ops", "describe-environment --name dev", 0)["uuid"].clone();
    let line = format!("{dev} {}", uuid.as_str().unwrap());
    refuses(&shop, &line, taken);
    // The name that it has is nobody else's.
    says(
        &shop,
        &format!("{dev} {uat}"),
        "Updated uat environment in the Pact Broker",
    );
    let output = shop.run("ops", "create-environment --name uat --production", 1);
    assert_eq!(output.stdout, "");
    assert!(
        output.stderr.starts_with(&format!("error: {taken}")),
        "{}",
        output.stderr
    );
}

#[test]
fn an_update_leaves_what_it_does_not_mention_and_production_too() {
    let shop = shop();
    let live = created(
        &shop,
        "--name live --production --contact-name T --contact-email-address t@x",
    );
    let update = format!("update-environment --uuid {live}");
    says(
        &shop,
        &format!("{update} --display-name X"),
        "Updated live environment in the Pact Broker",
    );
    let known = shop.json(
        "ops",
        &format!("broker describe-environment --uuid {live}"),
        0,
    );
    assert_eq!(known["displayName"], "X");
    assert_eq!(known["production"], true);
    assert_eq!(known["contacts"][0]["name"], "T");
    let renamed = shop.json(
        "ops",
        &format!("broker {update} --name prod --no-production"),
        0,
    );
    assert_eq!(renamed["name"], "prod");
    assert_eq!(renamed["displayName"], "X");
    assert_eq!(renamed["production"], false);
    assert_eq!(renamed["uuid"], live.as_str());
    let id = shop.run("ops", &format!("broker {update} --production -o id"), 0);
    assert_eq!(id.stdout, format!("{live}\n"));
}

#[test]
fn an_environment_is_updated_and_deleted_by_its_name() {
    let shop = shop();
    let uat = created(&shop, "--name uat");
    let output = shop.run("ops", "update-environment --name uat --display-name UAT", 0);
    assert_eq!(
        output.stdout,
        format!("Updated uat environment in $TMP/contracts.git/ with UUID {uat}\n")
    );
    let known = shop.json("ops", "describe-environment --name uat", 0);
    assert_eq!(known["displayName"], "UAT");
    let output = shop.run("ops", "delete-environment --name uat", 0);
    assert_eq!(
        output.stdout,
        "Deleted environment uat from $TMP/contracts.git/\n"
    );
    let lines = [
        "update-environment",
        "describe-environment",
        "delete-environment",
    ];
    for command in lines {
        let output = shop.run("ops", &format!("{command} --name uat"), 2);
        let sentence = "error: No environment found with name 'uat'. There are none yet";
        assert!(output.stderr.starts_with(sentence), "{}", output.stderr);
        let _ = shop.run("ops", command, 2);
    }
    let output = shop.run("ops", "broker update-environment --display-name X", 1);
    assert_eq!(
        output.stderr,
        "No value provided for required options '--uuid'\n"
    );
}

#[test]
fn a_name_that_may_have_been_meant_is_suggested() {
    let shop = shop();
    created(&shop, "--name production --production");
    let output = shop.run("ops", "describe-environment --name prodution", 2);
    assert_eq!(
        output.stderr,
        "error: No environment found with name 'prodution'. Available options: production\n\
         hint: did you mean `production`?\n"
    );
}

#[test]
fn an_environment_is_described_in_yaml() {
    let shop = shop();
    let test = created(
        &shop,
        "--name test --contact-name Foo+Team --contact-email-address foo@bar.com",
    );
    let expected = format!(
        "\
Uuid: {test}
Name: test
Display Name: Test
Production: false
Created At: '2026-11-21T00:00:00+00:00'
Contacts:
- Name: Foo Team
  Details:
    Email Address: foo@bar.com
"
    );
    for face in ["", "broker "] {
        let line = format!("{face}describe-environment --uuid {test}");
        assert_eq!(shop.run("ops", &line, 0).stdout, expected);
    }
}

#[test]
fn an_id_that_no_environment_has_is_an_answer_on_the_broker_s_face() {
    let shop = shop();
    created(&shop, "--name test");
    for uuid in ["zzz", "16926ef3-590f-4e3f-838e-719717aa88c9"] {
        let sentence = format!("No environment found with UUID {uuid}. Available options: test");
        for command in [
            "describe-environment",
            "update-environment --name test2",
            "delete-environment",
        ] {
            refuses(&shop, &format!("{command} --uuid {uuid}"), &sentence);
        }
        let _ = shop.run("ops", &format!("describe-environment --uuid {uuid}"), 2);
    }
}

#[test]
fn environments_are_listed_by_name_in_the_table_of_the_broker() {
    let shop = shop();
    says(&shop, "list-environments", "");
    let none = shop.run("ops", "list-environments", 0);
    assert_eq!(none.stdout, "");
    assert!(
        none.stderr.contains("create-environment"),
        "{}",
        none.stderr
    );
    let none = shop.json("ops", "broker list-environments", 0);
    assert_eq!(none["_embedded"]["environments"], json!([]));
    let test = created(&shop, "--name test");
    let production = created(&shop, "--name Production --production");
    let expected = format!(
        "\
UUID                                 | NAME       | DISPLAY NAME | PRODUCTION
-------------------------------------|------------|--------------|-----------
{production} | Production | Production   | true      
{test} | test       | Test         | false     
"
    );
    for line in ["broker list-environments", "list-environments -o table"] {
        assert_eq!(shop.run("ops", line, 0).stdout, expected);
    }
    let all = shop.json("ops", "broker list-environments", 0);
    let names = |list: &Value| -> Vec<String> {
        let list = list.as_array().unwrap().iter();
        list.map(|it| it["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        names(&all["_embedded"]["environments"]),
        ["Production", "test"]
    );
    assert_eq!(
        names(&all["_links"]["pb:environments"]),
        ["Production", "test"]
    );
    assert_eq!(all, shop.json("ops", "list-environments", 0));
}

#[test]
fn a_deleted_environment_is_named_and_in_json_nothing_is_said_of_it() {
    let shop = shop();
    let test = created(&shop, "--name test");
    says(
        &shop,
        &format!("delete-environment --uuid {test}"),
        "Deleted environment test from the Pact Broker",
    );
    let again = created(&shop, "--name test");
    says(
        &shop,
        &format!("delete-environment --uuid {again} -o json"),
        "",
    );
    created(&shop, "--name test");
    let gone = shop.json("ops", "delete-environment --name test", 0);
    assert_eq!(gone["name"], "test");
}

#[test]
fn an_environment_goes_on_counting_under_a_new_name() {
    let shop = shop();
    let uuid = created(&shop, "--name live --production");
    for version in 1..=4 {
        shop.step(
            "ops",
            &format!("create-or-update-version -a Web -e {version}"),
        );
        shop.step(
            "ops",
            &format!("record-release -a Web -e {version} --environment live"),
        );
    }
    for version in 1..=3 {
        let line = format!("record-support-ended -a Web -e {version} --environment live");
        shop.step("ops", &line);
    }
    shop.step(
        "ops",
        &format!("update-environment --uuid {uuid} --name prod"),
    );
    // It comes back to its old place in the order, which no other release has by then.
    shop.step("ops", "record-release -a Web -e 3 --environment prod");
    shop.step("ops", "doctor");
}
