//! `git pact status`: what a store holds, how fresh that is, and what is pending.

use serde_json::Value;

use crate::support::shop::attempt;
use crate::support::shop::empty_shop;
use crate::support::shop::fixture;
use crate::support::shop::publish;
use crate::support::shop::run;
use crate::support::shop::shop;

#[test]
fn an_empty_store_says_how_to_begin() {
    let sandbox = empty_shop();
    let expected = "\
Store: origin ($TMP/contracts.git)
The remote has no branch of the store.
Rules: strict (not set; `git pact init` does)

It is empty. Begin with a consumer's pacts:
  git pact publish ./pacts --consumer-app-version <version> --branch <branch>
";
    assert_eq!(run(&sandbox, "web", "status").stdout, expected);
    let offline = run(&sandbox, "web", "status --offline");
    assert!(
        offline.stdout.contains("Nothing was fetched yet"),
        "{offline:?}"
    );
    assert!(!offline.stdout.contains("empty"), "{offline:?}");
}

#[test]
fn what_is_where_is_told_in_short() {
    let sandbox = shop();
    for line in [
        "init --rules pact-broker",
        "create-environment --name production --production",
        "create-environment --name test",
        "record-deployment -a Web -e 1 --environment production",
        "record-deployment -a Web -e 2 --environment production --application-instance blue",
        "record-release -a Web -e 2 --environment production",
    ] {
        let _ = run(&sandbox, "orders", line);
    }
    // A clone has fetched everything.
    sandbox.clone_of("contracts.git", "new");
    let expected = "\
Store: origin ($TMP/contracts.git)
What is here is what the remote has.
Rules: pact-broker
Applications: 3, 1 of them with contracts as provider

KIND         | BRANCHES | NEWEST                         | AGE        | BY  
-------------|----------|--------------------------------|------------|-----
applications | 2        | pact/app/Web                   | 7 minutes  | Test
contracts    | 1        | pact/contracts/Order%20Service | 8 minutes  | Test
environments | 2        | pact/env/production            | 60 seconds | Test
settings     | 1        | pact/settings                  | 6 minutes  | Test

ENVIRONMENT             | APPLICATION | VERSION |                
------------------------|-------------|---------|----------------
production (production) | Web         | 1       | deployed       
production (production) | Web         | 2       | deployed (blue)
production (production) | Web         | 2       | released       
test                    |             |         | nothing        
";
    assert_eq!(run(&sandbox, "new", "status").stdout, expected);
    let behind = run(&sandbox, "web", "status");
    let told = "What is here is what the remote has: 3 of 6 branches were new or had moved and \
                were fetched.";
    assert!(behind.stdout.contains(told), "{behind:?}");
}

#[test]
fn what_waits_is_told_and_what_would_become_of_it() {
    let sandbox = shop();
    let _ = run(&sandbox, "orders", "fetch");
    for (pact, version) in [("web-1", "3"), ("web-2", "4")] {
        let pact = fixture(&format!("pacts/orders/{pact}.json"));
        let line = ["publish", &pact, "-a", version, "--offline"];
        assert_eq!(sandbox.run("orders", &line).status, Some(0));
    }
    publish(&sandbox, "orders/web-1.json", "4", "main");
    let offline = run(&sandbox, "orders", "status --offline");
    assert!(
        offline
            .stdout
            .contains("The remote was not asked (--offline); the newest record here is"),
        "{offline:?}"
    );
    assert!(!offline.stdout.contains("refused"), "{offline:?}");
    let online = run(&sandbox, "orders", "status");
    let pending = "
Pending here, to be sent with `git pact push`:
  * publish version 3: Web with Order Service
  * publish version 4: Web with Order Service
    would be refused now: version 4 of Web has another pact with Order Service already
";
    assert!(online.stdout.ends_with(pending), "{online:?}");
}

#[test]
fn a_record_that_cannot_be_read_is_a_problem_and_the_rest_is_told() {
    let sandbox = shop();
    let git = sandbox.git("contracts.git");
    let blob = git.feed(&["hash-object", "-w", "--stdin"], br#"{"schema": 99}"#);
    let inner = format!("100644 blob {}\tenvironment.json\n", blob.trim());
    let inner = git.feed(&["mktree"], inner.as_bytes());
    let tree = format!("040000 tree {}\ttest\n", inner.trim());
    let tree = git.feed(&["mktree"], tree.as_bytes());
    let commit = git.run(&["commit-tree", "-m", "from the future", tree.trim()]);
    git.run(&["update-ref", "refs/heads/pact/env/test", commit.trim()]);
    let output = attempt(&sandbox, "orders", "status");
    assert_eq!(output.status, Some(4), "{output:?}");
    assert!(output.stdout.contains("Applications: 3"), "{output:?}");
    let told = "error: could not read test/environment.json on pact/env/test\n  caused by: it has \
                schema 99, and this git-pact reads up to 1: update git-pact";
    assert!(output.stderr.starts_with(told), "{output:?}");
}

#[test]
fn an_earlier_moment_is_shown_as_it_was() {
    let sandbox = shop();
    let then = run(
        &sandbox,
        "orders",
        "status --output json --at 2026-11-21T00:00:00Z",
    );
    let then: Value = serde_json::from_str(&then.stdout).unwrap();
    assert_eq!(then["freshness"]["state"], "past");
    assert_eq!(then["newest"][0]["branches"], 1);
    let before = run(&sandbox, "orders", "status --at 2026-11-20");
    assert!(
        before.stdout.contains("Nothing had been recorded then."),
        "{before:?}"
    );
}
