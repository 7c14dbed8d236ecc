//! Deployments and releases, on both faces (spec: cli §4.4 to §4.7).

use serde_json::Value;
use serde_json::json;

use crate::support::team::Shop;

/// A store in which there are versions 1 and 2 of Foo, and no environment.
fn shop() -> Shop {
    let shop = Shop::with_a_store(&["ops"]);
    for version in ["1", "2"] {
        shop.step(
            "ops",
            &format!("create-or-update-version -a Foo -e {version}"),
        );
    }
    shop
}

/// The same with the environments that a broker has.
fn shop_with_environments() -> Shop {
    let shop = shop();
    shop.step("ops", "create-environment --name production --production");
    shop.step("ops", "create-environment --name test");
    shop
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

/// Runs a line on the broker's face that is answered with a document on one line.
fn document(shop: &Shop, line: &str) -> Value {
    let output = shop.run("ops", &format!("broker {line} --output json"), 0);
    assert_eq!(output.stdout.lines().count(), 1, "{}", output.stdout);
    serde_json::from_str(&output.stdout).unwrap()
}

#[test]
fn a_deployment_is_recorded_in_the_words_of_the_broker() {
    let shop = shop_with_environments();
    let deploy = "record-deployment --pacticipant Foo --version 1 --environment production";
    let recorded = "Recorded deployment of Foo version 1 to production environment";
    says(&shop, deploy, &format!("{recorded} in the Pact Broker."));
    // Said twice, it is recorded once, and the answer is the same.
    let before = shop.commits("--all");
    says(&shop, deploy, &format!("{recorded} in the Pact Broker."));
    assert_eq!(shop.commits("--all"), before);
    says(
        &shop,
        &format!("{deploy} --application-instance blue"),
        &format!("{recorded} (application instance blue) in the Pact Broker."),
    );
    let target = shop.run("ops", &format!("broker {deploy} --target green"), 0);
    assert_eq!(
        target.stdout,
        format!("{recorded} (application instance green) in the Pact Broker.\n")
    );
    assert_eq!(
        target.stderr,
        "WARN: target has been renamed to application-instance\n"
    );
    let ours = shop.run("ops", &format!("{deploy} --target red"), 0);
    let place = "in $TMP/contracts.git/.";
    assert_eq!(
        ours.stdout,
        format!("{recorded} (application instance red) {place}\n")
    );
    assert!(!ours.stderr.contains("WARN"), "{}", ours.stderr);
    let both = format!("{deploy} --target red --application-instance red");
    let _ = shop.run("ops", &both, 2);
}

#[test]
fn a_deployment_is_shown_as_the_broker_does() {
    let shop = shop_with_environments();
    let deploy = "record-deployment -a Foo -e 1 --environment production";
    let deployed = document(&shop, &format!("{deploy} --application-instance blue"));
    let uuid = deployed["uuid"].as_str().unwrap();
    assert_eq!(deployed["currentlyDeployed"], true);
    assert_eq!(deployed["target"], "blue");
    assert_eq!(deployed["applicationInstance"], "blue");
    assert_eq!(deployed["createdAt"], "2026-11-21T00:04:00+00:00");
    assert_eq!(deployed["_embedded"]["pacticipant"]["name"], "Foo");
    assert_eq!(deployed["_embedded"]["version"]["number"], "1");
    assert_eq!(deployed["_embedded"]["environment"]["name"], "production");
    let itself = json!({ "href": format!("/deployed-versions/{uuid}") });
    assert_eq!(deployed["_links"]["self"], itself);
    let ours = shop.json("ops", &format!("{deploy} --application-instance blue"), 0);
    assert_eq!(ours, deployed);
}

#[test]
fn what_is_missing_for_a_deployment_or_a_release_is_named() {
    let shop = shop_with_environments();
    let nope = "No environment found with name 'nope'. Available options: production, test";
    let options = "--pacticipant Foo --version 1 --environment nope";
    for command in [
        "record-deployment",
        "record-release",
        "record-support-ended",
    ] {
        refuses(&shop, &format!("{command} {options}"), nope);
    }
    refuses(
        &shop,
        "record-undeployment --pacticipant Foo --environment nope",
        nope,
    );
    for command in ["record-deployment", "record-release"] {
        // It is the version that the broker's program looks for first.
        for environment in ["production", "nope"] {
            let line = format!("{command} -a Foo -e 9 --environment {environment}");
            refuses(&shop, &line, "Foo version 9 not found");
        }
    }
    let line = "broker record-deployment --pacticipant Foo";
    assert_eq!(
        shop.run("ops", line, 1).stderr,
        "No value provided for required options '--version', '--environment'\n"
    );
}

#[test]
fn a_name_that_may_have_been_meant_is_suggested() {
    let shop = shop_with_environments();
    let hints = |line: &str| {
        let output = shop.run("ops", line, 1);
        output.stderr
    };
    let environment = hints("record-deployment -a Foo -e 1 --environment prodution");
    assert!(
        environment.contains("hint: did you mean `production`?"),
        "{environment}"
    );
    for line in [
        "record-deployment -a Fooo -e 1 --environment test",
        "record-undeployment -a Fooo --environment test",
        "record-support-ended -a Fooo -e 1 --environment test",
    ] {
        let pacticipant = hints(line);
        assert!(
            pacticipant.contains("hint: did you mean `Foo`?"),
            "{pacticipant}"
        );
    }
    let version = hints("record-deployment -a Foo -e 9 --environment test");
    assert!(!version.contains("did you mean"), "{version}");
    assert!(version.contains("hint: publish its pacts"), "{version}");
}

#[test]
fn the_environments_of_a_new_broker_are_there_for_its_scripts() {
    let shop = shop();
    let before = shop.commits("--all");
    let deploy = "record-deployment -a Foo -e 1 --environment production";
    // For our own command an environment is there when somebody has created it.
    let refused = shop.run("ops", deploy, 1);
    assert!(refused.stderr.contains("There are none yet"), "{refused:?}");
    let output = shop.run("ops", &format!("broker {deploy}"), 0);
    assert_eq!(
        output.stdout,
        "Recorded deployment of Foo version 1 to production environment in the Pact Broker.\n"
    );
    assert_eq!(
        output.stderr,
        "Created production environment: it was not there, and every Pact Broker has it from the \
         start.\n"
    );
    assert_eq!(shop.commits("--all"), before + 1, "both in one write");
    let output = shop.run("ops", &format!("broker {deploy}"), 0);
    assert_eq!(output.stderr, "", "once");
    let released = document(&shop, "record-release -a Foo -e 1 --environment test");
    assert_eq!(released["currentlySupported"], true);
    let shown = |name: &str| {
        let line = format!("describe-environment --name {name}");
        let known = shop.json("ops", &line, 0);
        (known["displayName"].clone(), known["production"].clone())
    };
    assert_eq!(shown("production"), (json!("Production"), json!(true)));
    assert_eq!(shown("test"), (json!("Test"), json!(false)));
}

#[test]
fn such_an_environment_reaches_the_remote_with_what_was_recorded_there_offline_too() {
    let shop = Shop::with_a_remote(&["ci", "ops"]);
    shop.step("ci", "create-or-update-version -a Foo -e 1");
    shop.step("ci", "fetch");
    let deploy = "broker record-deployment -a Foo -e 1 --environment production";
    let offline = shop.run("ci", &format!("{deploy} --offline"), 0);
    assert!(offline.stderr.contains("not pushed yet"), "{offline:?}");
    // Somebody else was quicker.
    shop.step("ops", deploy);
    assert_eq!(shop.commits("pact/env/production"), 1);
    shop.step("ci", "push");
    assert_eq!(
        shop.commits("pact/env/production"),
        1,
        "it is known already"
    );
    let all = shop.json("ops", "list-environments", 0);
    assert_eq!(
        all["_embedded"]["environments"].as_array().unwrap().len(),
        1
    );
}

#[test]
fn no_environment_is_created_for_what_is_refused_or_ends() {
    let shop = shop();
    for line in [
        "record-deployment -a Foo -e 9 --environment production",
        "record-deployment -a Foo -e 1 --environment staging",
        "record-undeployment -a Foo --environment production",
        "record-support-ended -a Foo -e 1 --environment test",
    ] {
        let _ = shop.run("ops", &format!("broker {line}"), 1);
    }
    let known = shop.json("ops", "list-environments", 0);
    assert_eq!(known["_embedded"]["environments"], json!([]));
}

#[test]
fn an_undeployment_is_recorded_in_the_words_of_the_broker() {
    let shop = shop_with_environments();
    let deploy = "record-deployment -a Foo -e 1 --environment production";
    let undeploy = "record-undeployment --pacticipant Foo --environment production";
    shop.step("ops", deploy);
    says(
        &shop,
        undeploy,
        "Recorded undeployment of Foo version 1 from production environment in the Pact Broker.",
    );
    refuses(
        &shop,
        undeploy,
        "Foo is not currently deployed to production environment. Cannot record undeployment.",
    );
    shop.step("ops", &format!("{deploy} --application-instance blue"));
    shop.step("ops", &format!("{deploy} --application-instance green"));
    let specify = "specify one of the following application instances to record the undeployment \
                   from: blue, green";
    refuses(&shop, undeploy, &format!("Please {specify}"));
    let wrong = format!("{undeploy} --application-instance red");
    let elsewhere = "Foo is not currently deployed to application instance 'red' in production \
                     environment. Please";
    refuses(&shop, &wrong, &format!("{elsewhere} {specify}."));
    shop.step("ops", deploy);
    let omit = format!("{elsewhere} omit the application instance or {specify}.");
    refuses(&shop, &wrong, &omit);
    says(
        &shop,
        &format!("{undeploy} --application-instance blue"),
        "Recorded undeployment of Foo version 1 from production environment (application instance \
         blue) in the Pact Broker.",
    );
    let undeployed = document(&shop, &format!("{undeploy} --application-instance green"));
    let undeployed = undeployed.as_array().unwrap();
    assert_eq!(undeployed.len(), 1);
    assert_eq!(undeployed[0]["currentlyDeployed"], false);
    assert_eq!(undeployed[0]["_embedded"]["version"]["number"], "1");
    assert!(undeployed[0]["undeployedAt"].is_string());
    refuses(
        &shop,
        "record-undeployment --pacticipant Nobody --environment production",
        "No pacticipant with name 'Nobody' found.",
    );
}

#[test]
fn an_undeployment_is_of_no_version() {
    let shop = shop_with_environments();
    let line = "record-undeployment --pacticipant Foo --version 1 --environment production";
    let theirs = shop.run("ops", &format!("broker {line}"), 1);
    assert!(
        theirs
            .stderr
            .contains("was called with arguments [\"--version\", \"1\"]"),
        "{}",
        theirs.stderr
    );
    let ours = shop.run("ops", line, 2);
    assert!(ours.stderr.contains("--version"), "{}", ours.stderr);
}

#[test]
fn a_release_stands_beside_others_until_its_support_ends() {
    let shop = shop_with_environments();
    for version in ["1", "2"] {
        let line = format!(
            "record-release --pacticipant Foo --version {version} --environment production"
        );
        let sentence = format!(
            "Recorded release of Foo version {version} to production environment in the Pact \
             Broker."
        );
        says(&shop, &line, &sentence);
    }
    let released = document(&shop, "record-release -a Foo -e 1 --environment test");
    let uuid = released["uuid"].as_str().unwrap();
    assert_eq!(released["currentlySupported"], true);
    assert_eq!(released["_embedded"]["environment"]["name"], "test");
    let itself = json!({ "href": format!("/released-versions/{uuid}") });
    assert_eq!(released["_links"]["self"], itself);
    let end = "record-support-ended --pacticipant Foo --version 1 --environment";
    says(
        &shop,
        &format!("{end} production"),
        "Recorded support ended for Foo version 1 in production environment in the Pact Broker.",
    );
    let ended = document(&shop, &format!("{end} test"));
    assert_eq!(ended[0]["uuid"], uuid);
    assert_eq!(ended[0]["currentlySupported"], false);
    assert!(ended[0]["supportEndedAt"].is_string());
    refuses(
        &shop,
        &format!("{end} production"),
        "Foo version 1 is not currently released in production environment. Cannot record support \
         ended.",
    );
    refuses(
        &shop,
        "record-support-ended --pacticipant Nobody --version 1 --environment test",
        "No pacticipant with name 'Nobody' found.",
    );
    // The other one was left alone.
    says(
        &shop,
        "record-support-ended -a Foo -e 2 --environment production",
        "Recorded support ended for Foo version 2 in production environment in the Pact Broker.",
    );
}
