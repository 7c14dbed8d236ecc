//! No answer comes from missing data: what was not fetched, or has vanished from the remote, is
//! said to be so (promise 8).

use crate::support::sandbox::Output;
use crate::support::sandbox::Sandbox;

const PACTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/pacts/orders");

/// A remote on which Web is deployed with a pact that the only version of its provider has not
/// verified; whoever does not see the pact would say yes to that version.
fn store() -> Sandbox {
    let mut sandbox = Sandbox::new();
    sandbox.remote("contracts.git");
    sandbox.git("elsewhere");
    let url = format!("file://{}", sandbox.path("contracts.git").display());
    sandbox.set("GIT_PACT_REPO", &url);
    let pact = format!("{PACTS}/web-1.json");
    for arguments in [
        &["create-environment", "--name", "prod"][..],
        &["publish", &pact, "-a", "1", "--branch", "main"],
        &[
            "record-deployment",
            "-a",
            "Web",
            "-e",
            "1",
            "--environment",
            "prod",
        ],
        &["create-or-update-version", "-a", "Order Service", "-e", "7"],
    ] {
        done(&sandbox.run("elsewhere", arguments));
    }
    let cache = sandbox.path("another-machine");
    sandbox.set("XDG_CACHE_HOME", cache.to_str().unwrap());
    sandbox
}

fn done(output: &Output) {
    assert_eq!(output.status, Some(0), "{output:?}");
}

/// Asks whether the provider may be deployed; the answer is that nobody knows.
fn ask(sandbox: &Sandbox, directory: &str, more: &[&str]) -> Output {
    let mut arguments = vec!["can-i-deploy", "-a", "Order Service", "-e", "7"];
    arguments.extend(["--to-environment", "prod"]);
    arguments.extend(more);
    sandbox.run(directory, &arguments)
}

#[test]
fn offline_a_branch_that_was_never_fetched_is_no_branch_that_does_not_exist() {
    let sandbox = store();
    // Another question brings the environment, and nothing of the provider's contracts.
    let web = [
        "can-i-deploy",
        "-a",
        "Web",
        "-e",
        "1",
        "--to-environment",
        "prod",
    ];
    let output = sandbox.run("elsewhere", &web);
    assert_eq!(output.status, Some(3), "{output:?}");
    let output = ask(&sandbox, "elsewhere", &["--offline"]);
    assert_eq!(output.status, Some(4), "{output:?}");
    let expected = "pact/contracts/Order%20Service was not fetched here";
    assert!(output.stderr.contains(expected), "{output:?}");
    assert!(output.stderr.contains("git pact fetch"), "{output:?}");

    done(&sandbox.run("elsewhere", &["fetch"]));
    let output = ask(&sandbox, "elsewhere", &["--offline"]);
    assert_eq!(output.status, Some(3), "{output:?}");
}

#[test]
fn offline_no_answer_mixes_what_is_with_what_was() {
    let sandbox = store();
    assert_eq!(ask(&sandbox, "elsewhere", &[]).status, Some(3));
    let results = ["record-verification", "--provider", "Order Service"];
    let results = [&results[..], &["-a", "7", "--consumer", "Web", "--success"]].concat();
    done(&sandbox.run("elsewhere", &results));
    done(&ask(&sandbox, "elsewhere", &["--offline"]));

    // Somebody else gives the provider another consumer, and deploys it.
    let pact = format!("{PACTS}/mobile-app-1.json");
    let cache = sandbox.path("somebody-else");
    let somebody_else = [("XDG_CACHE_HOME", cache.to_str().unwrap())];
    for arguments in [
        &["publish", &pact, "-a", "1", "--branch", "main"][..],
        &[
            "record-deployment",
            "-a",
            "Mobile App",
            "-e",
            "1",
            "--environment",
            "prod",
        ],
    ] {
        done(&sandbox.run_with("elsewhere", arguments, &somebody_else));
    }
    // As long as nothing is known of that, the answer is that of the moment of the last look.
    done(&ask(&sandbox, "elsewhere", &["--offline"]));
    // Another question brings the environment of now; the contracts here are of before.
    let web = [
        "can-i-deploy",
        "-a",
        "Web",
        "-e",
        "1",
        "--to-environment",
        "prod",
    ];
    assert_eq!(sandbox.run("elsewhere", &web).status, Some(3));
    let output = ask(&sandbox, "elsewhere", &["--offline"]);
    assert_eq!(output.status, Some(4), "{output:?}");
    let expected = "pact/contracts/Order%20Service has moved on the remote";
    assert!(output.stderr.contains(expected), "{output:?}");
    assert!(output.stderr.contains("git pact fetch"), "{output:?}");
}

#[test]
fn offline_nothing_is_known_of_a_store_that_was_never_asked() {
    let sandbox = store();
    let output = ask(&sandbox, "elsewhere", &["--offline"]);
    assert_eq!(output.status, Some(4), "{output:?}");
    assert!(output.stderr.contains("was not fetched here"), "{output:?}");
    // What there is can still be described.
    done(&sandbox.run("elsewhere", &["status", "--offline"]));
}

#[test]
fn a_clone_of_everything_answers_offline_and_a_clone_of_one_branch_does_not() {
    let mut sandbox = store();
    sandbox.clone_of("contracts.git", "whole");
    let url = sandbox.path("contracts.git");
    let one = [
        "clone",
        "--quiet",
        "--single-branch",
        "--branch",
        "pact/env/prod",
    ];
    let one = [&one[..], &[url.to_str().unwrap(), "."]].concat();
    sandbox.git("one").run(&one);
    sandbox.set("GIT_PACT_REPO", "");
    let output = ask(&sandbox, "whole", &["--offline"]);
    assert_eq!(output.status, Some(3), "{output:?}");
    let output = ask(&sandbox, "one", &["--offline"]);
    assert_eq!(output.status, Some(4), "{output:?}");
    assert!(output.stderr.contains("was not fetched here"), "{output:?}");
    // With the network it gets what it lacks, and then can do without.
    for more in [&[][..], &["--offline"]] {
        let output = ask(&sandbox, "one", more);
        assert_eq!(output.status, Some(3), "{output:?}");
    }
}

#[test]
fn a_branch_that_was_deleted_on_the_remote_is_not_answered_from_memory() {
    let sandbox = store();
    assert_eq!(ask(&sandbox, "elsewhere", &[]).status, Some(3));
    let remote = sandbox.git("contracts.git");
    let contracts = "refs/heads/pact/contracts/Order%20Service";
    let tip = remote.run(&["rev-parse", contracts]);
    remote.run(&["update-ref", "-d", contracts]);
    let output = ask(&sandbox, "elsewhere", &[]);
    assert_eq!(output.status, Some(4), "{output:?}");
    let accept = "git pact fetch --accept-rewritten";
    assert!(output.stderr.contains(accept), "{output:?}");
    remote.run(&["update-ref", contracts, tip.trim()]);
    assert_eq!(ask(&sandbox, "elsewhere", &[]).status, Some(3));
}

#[test]
fn offline_nothing_is_refused_for_want_of_a_branch_that_was_never_fetched() {
    let sandbox = store();
    let deploy = |more: &[&str]| {
        let mut arguments = vec!["record-deployment", "-a", "Web", "-e", "1"];
        arguments.extend(["--environment", "prod"]);
        arguments.extend(more);
        sandbox.run("elsewhere", &arguments)
    };
    let unknown = deploy(&["--offline"]);
    assert_eq!(unknown.status, Some(4), "{unknown:?}");
    assert!(unknown.stderr.contains("git pact fetch"), "{unknown:?}");
    done(&sandbox.run("elsewhere", &["fetch"]));
    done(&deploy(&["--offline"]));
    let nowhere = sandbox.run(
        "elsewhere",
        &[
            "record-deployment",
            "-a",
            "Web",
            "-e",
            "1",
            "--environment",
            "no",
            "--offline",
        ],
    );
    assert_eq!(
        nowhere.status,
        Some(1),
        "now it is known that there is none: {nowhere:?}"
    );
}
