//! Who may write which branch: what the policy said before the push, of whom the server names.

use std::io::Write;
use std::process::Stdio;

use super::a_shop;
use super::git;
use super::held;
use crate::support::sandbox::Output;
use crate::support::shop::done;
use crate::support::team::STORE;
use crate::support::team::Shop;

/// Runs a command line as somebody whom the server knows, which has to end with a status.
fn run_as(shop: &Shop, who: &str, line: &str, status: i32) -> Output {
    shop.run_with("web", line, status, &[("GITEA_PUSHER_NAME", who)])
}

/// Returns a shop in which Ada says who may write.
fn guarded() -> Shop {
    let shop = a_shop();
    let _ = run_as(
        &shop,
        "anybody",
        "policy allow --branch pact/settings --identity ada",
        0,
    );
    let line = "policy allow --branch pact/env/production --identity deployer --identity ada";
    let _ = run_as(&shop, "ada", line, 0);
    shop
}

/// Returns what the hook says of a push that git tells of in these words.
fn hook(shop: &Shop, lines: &str, variables: &[(&str, &str)]) -> String {
    let mut command = shop.sandbox.command(STORE, &["hook", "pre-receive"]);
    command.envs(variables.iter().copied());
    command.stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(lines.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_branch_is_written_by_those_whom_the_policy_names() {
    let shop = guarded();
    let deploy = "record-deployment -a Web -e 2 --environment production";
    let before = held(&shop);
    let refused = run_as(&shop, "web-ci", deploy, 4);
    assert_eq!(held(&shop), before);
    for expected in [
        "git pact does not let this push in:",
        "pact/env/production: `web-ci` may not write it: the policy lets `ada`, `deployer` \
         (pact/env/production)",
        "pre-receive hook declined",
    ] {
        assert!(refused.stderr.contains(expected), "{refused:?}");
    }
    // Nothing was tried again, and nothing is half there.
    assert_eq!(
        refused.stderr.matches("does not let this push in").count(),
        1,
        "{refused:?}"
    );
    let here = shop
        .sandbox
        .git("web")
        .run(&["rev-parse", "origin/pact/env/production"]);
    let there = shop.store().run(&["rev-parse", "pact/env/production"]);
    assert_eq!(here, there);
    let _ = run_as(&shop, "deployer", deploy, 0);
    shop.pact("web/3.json", "Web", "Orders", &["a receipt"]);
    let _ = run_as(&shop, "web-ci", "publish 3.json -a 3 --branch main", 0);
}

#[test]
fn nobody_lets_himself_in() {
    let shop = guarded();
    let line = "policy allow --branch pact/settings --identity mallory";
    let refused = run_as(&shop, "mallory", line, 4);
    assert!(
        refused
            .stderr
            .contains("pact/settings: `mallory` may not write it"),
        "{refused:?}"
    );
    // Not in one push with what it would allow, either.
    let deploy = "record-deployment -a Web -e 2 --environment production --offline";
    let line = "policy allow --branch pact/env/production --identity mallory --offline";
    let _ = run_as(&shop, "mallory", line, 0);
    let _ = run_as(&shop, "mallory", deploy, 0);
    let refused = run_as(&shop, "mallory", "push", 4);
    for branch in ["pact/settings", "pact/env/production"] {
        let expected = format!("{branch}: `mallory` may not write it");
        assert!(refused.stderr.contains(&expected), "{refused:?}");
    }
    let policy = shop.json("orders", "policy", 0);
    assert_eq!(
        policy["branches"],
        serde_json::json!({
            "pact/env/production": ["ada", "deployer"],
            "pact/settings": ["ada"],
        })
    );
}

#[test]
fn what_a_pusher_says_was_there_before_is_not_believed() {
    let shop = guarded();
    let store = shop.store();
    let tip = |name: &str| store.run(&["rev-parse", name]);
    let (none, settings) = ("0".repeat(40), tip("pact/settings"));
    let (production, older) = (tip("pact/env/production"), tip("pact/settings~2"));
    // git looks at it only after the hook, branch by branch: the second would go in without the first.
    for claimed in [&none, &older] {
        let lines = format!(
            "{claimed} {settings} refs/heads/pact/settings\n\
             {production} {production} refs/heads/pact/env/production\n"
        );
        let said = hook(&shop, &lines, &[("GITEA_PUSHER_NAME", "mallory")]);
        assert!(
            said.contains("pact/env/production: `mallory` may not write it"),
            "{said}"
        );
        assert!(
            said.contains("pact/settings: it has moved since it was fetched"),
            "{said}"
        );
    }
}

#[test]
fn a_policy_that_does_not_protect_itself_is_refused_here_and_there() {
    let shop = a_shop();
    let line = "policy allow --branch pact/app/Web --identity web-ci";
    let refused = shop.run("web", line, 1);
    let command = "git pact policy allow --branch pact/settings --identity <name>";
    assert!(refused.stderr.contains(command), "{refused:?}");
    let forger = shop.sandbox.git("forger");
    forger.run(&["fetch", "--quiet"]);
    forger.run(&["update-ref", "refs/heads/it", "origin/pact/settings"]);
    let policy = "{\n  \"branches\": {\n    \"pact/app/Web\": [\n      \"mallory\"\n    ]\n  },\n  \"schema\": 1\n}\n";
    forger.amend("it", "settings/policy.json", Some(policy.as_bytes()));
    let pushed = git(
        &shop,
        "forger",
        &["push", "origin", "it:refs/heads/pact/settings"],
        &[],
    );
    assert_eq!(pushed.status, Some(1), "{pushed:?}");
    assert!(pushed.stderr.contains(command), "{pushed:?}");
}

#[test]
fn where_the_policy_cannot_be_read_nothing_is_let_in() {
    let shop = guarded();
    shop.store()
        .amend("pact/settings", "settings/policy.json", Some(b"{}"));
    shop.pact("web/3.json", "Web", "Orders", &["a receipt"]);
    let refused = run_as(&shop, "ada", "publish 3.json -a 3", 4);
    assert!(
        refused.stderr.contains("who may write is not known"),
        "{refused:?}"
    );
}

#[test]
fn the_server_is_believed_in_an_order_of_its_own() {
    let shop = guarded();
    let push = |variables: &[(&str, &str)]| {
        let forger = shop.sandbox.git("forger");
        forger.run(&["fetch", "--quiet"]);
        let refspec = "origin/pact/settings:refs/heads/pact/env/production";
        let words = ["push", "--dry-run", "origin", refspec];
        let _ = git(&shop, "forger", &words, variables);
        let line = "policy allow --branch pact/settings --identity ada --identity grace";
        let said = shop.run_with("orders", line, 4, variables).stderr;
        let (_, said) = said.split_once("pact/settings: ").unwrap();
        said.split(" may not write it").next().unwrap().to_owned()
    };
    let all = [
        ("GL_USERNAME", "one"),
        ("GITEA_PUSHER_NAME", "two"),
        ("REMOTE_USER", "three"),
        ("GIT_PUSH_CERT_SIGNER", "four"),
        ("GIT_PUSH_CERT_STATUS", "G"),
        ("GIT_PUSH_CERT_NONCE_STATUS", "OK"),
        ("LOGNAME", "five"),
        ("USER", "six"),
    ];
    for (skip, expected) in [
        (0, "`one`"),
        (1, "`two`"),
        (2, "`three`"),
        (6, "`five`"),
        (7, "`six`"),
        (8, "somebody whom the server does not name"),
    ] {
        assert_eq!(push(&all[skip..]), expected);
    }
    // A signature that git did not find good, or that was made for another push, says nothing.
    let tip = shop.store().run(&["rev-parse", "pact/settings"]);
    let line = format!("{tip} {} refs/heads/pact/settings\n", "0".repeat(40));
    let hook = |variables: &[(&str, &str)]| hook(&shop, &line, variables);
    assert!(hook(&all[3..]).contains("`four` may not write it"));
    for (name, value) in [
        ("GIT_PUSH_CERT_STATUS", "B"),
        ("GIT_PUSH_CERT_NONCE_STATUS", "BAD"),
    ] {
        let mut variables = all[3..].to_vec();
        variables.push((name, value));
        assert!(
            hook(&variables).contains("`five` may not write it"),
            "{name}"
        );
    }
}

#[test]
fn the_policy_is_shown_and_what_is_misspelt_is_asked_about() {
    let shop = guarded();
    let shown = done(shop.run("orders", "policy", 0));
    assert_eq!(
        shown.stdout,
        "BRANCHES            | WRITTEN BY   \n\
         --------------------|--------------\n\
         pact/env/production | ada, deployer\n\
         pact/settings       | ada          \n"
    );
    let odd = shop.run("web", "policy remove --branch pact/env/prod", 1);
    assert!(
        odd.stderr.contains("did you mean `pact/env/production`?"),
        "{odd:?}"
    );
    let odd = shop.run("web", "policy allow --branch production --identity ada", 2);
    assert!(odd.stderr.contains("names no branch of a store"), "{odd:?}");
    let log = shop.run("orders", "log", 0);
    let said = "said who may write pact/env/production, pact/settings";
    assert!(log.stdout.contains(said), "{log:?}");
    let nothing = Shop::with_a_store(&["web"]);
    let open = nothing.run("web", "policy", 0);
    assert!(open.stderr.contains("Everybody who may push"), "{open:?}");
    assert_eq!(
        nothing.json("web", "policy", 0),
        serde_json::json!({ "branches": {} })
    );
}
