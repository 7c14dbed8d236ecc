//! Addresses of stores: what reaches a program or an option is refused, whoever names it; a password is
//! shown to nobody and kept nowhere.

use super::everything_in;
use super::nothing_was_run;
use super::run;
use super::says;
use crate::support::team::Shop;

/// Addresses that reach programs, or options of programs.
const HOSTILE: [&str; 21] = [
    "ext::sh -c touch% PWNED",
    "ext::sh -c 'touch PWNED'",
    "fd::0",
    "fd::17/foo",
    "transport::https://host/x",
    "--upload-pack=touch PWNED",
    "--upload-pack=touch PWNED;",
    "-u./PWNED",
    "-utouch PWNED",
    "-oProxyCommand=touch PWNED",
    "ssh://-oProxyCommand=touch%20PWNED/x",
    "ssh://-oProxyCommand=touch PWNED/x",
    "ssh://%2doProxyCommand=touch%20PWNED/x",
    "ssh://x@-oProxyCommand=touch%20PWNED/x",
    "git@-oProxyCommand=touch%20PWNED:x",
    "-oProxyCommand=touch%20PWNED:x",
    "https://host/x\r",
    "https://host/x\n--upload-pack=touch PWNED",
    "https://host%0atouch/x",
    "ftp://127.0.0.1:1/x",
    "HTTPS://127.0.0.1:1/x",
];

#[test]
fn what_reaches_a_program_is_refused_wherever_the_store_is_named() {
    let shop = Shop::with_a_remote(&["ci"]);
    shop.pact("ci/x.json", "Web", "Orders", &["an order"]);
    for address in HOSTILE {
        let option = format!("--repo={address}");
        for words in [
            &["status"][..],
            &["publish", "x.json", "-a", "1"],
            &["doctor"],
        ] {
            let named = [words, &[&option]].concat();
            let refused = run(&shop, "ci", &named, 2);
            says(&refused, &["cannot use `"]);
            assert!(!refused.stderr.contains('\r'), "{refused:?}");
            for variable in ["GIT_PACT_REPO", "PACT_BROKER_BASE_URL"] {
                let refused = shop.sandbox.run_with("ci", words, &[(variable, address)]);
                assert_eq!(refused.status, Some(2), "{variable}={address} {refused:?}");
            }
        }
    }
    nothing_was_run(&shop);
    assert_eq!(shop.store().run(&["for-each-ref"]), "");
}

#[test]
fn what_reaches_a_program_is_refused_in_the_configuration_of_a_repository() {
    for address in &HOSTILE[..16] {
        let shop = Shop::with_a_remote(&["ci"]);
        let clone = shop.sandbox.git("ci");
        clone.run(&["config", "protocol.ext.allow", "always"]);
        clone.run(&["config", "protocol.fd.allow", "always"]);
        clone.run(&["config", "remote.origin.url", address]);
        for words in [
            &["status"][..],
            &["fetch"],
            &["create-environment", "--name", "test"],
            &["can-i-deploy", "-a", "Web", "-e", "1"],
        ] {
            let refused = run(&shop, "ci", words, 4);
            assert!(
                !refused.stderr.contains("panicked"),
                "{address} {refused:?}"
            );
        }
        nothing_was_run(&shop);
    }
    // An address that looks well and stands for another one.
    let shop = Shop::with_a_remote(&["ci"]);
    let clone = shop.sandbox.git("ci");
    clone.run(&["config", "protocol.allow", "always"]);
    clone.run(&["config", "protocol.ext.allow", "always"]);
    clone.run(&["config", "remote.origin.url", "https://host/x"]);
    let instead = "url.ext::sh -c touch% PWNED% .insteadOf";
    clone.run(&["config", instead, "https://host/"]);
    says(&run(&shop, "ci", &["fetch"], 4), &["ext"]);
    // And a remote whose name is an option.
    let shop = Shop::with_a_remote(&["ci"]);
    let clone = shop.sandbox.git("ci");
    clone.run(&["remote", "remove", "origin"]);
    let name = "remote.--upload-pack=touch PWNED.url";
    clone.run(&["config", name, "https://host/x"]);
    let refused = run(&shop, "ci", &["fetch"], 2);
    says(&refused, &["cannot begin with a dash"]);
    nothing_was_run(&shop);
}

#[test]
fn a_password_in_an_address_is_shown_to_nobody_and_kept_nowhere() {
    let secret = "s3cret-pa55";
    for address in [
        format!("https://ann:{secret}@127.0.0.1:1/x.git"),
        format!("http://{secret}@127.0.0.1:1/x.git"),
        format!("ssh://ann:{secret}@127.0.0.1:1/x.git"),
        format!("https://ann:{secret}@-host/x"),
        format!("ext::https://ann:{secret}@host/x"),
        format!("https://ann:{secret}@host/x\r"),
    ] {
        let shop = Shop::with_a_remote(&["ci"]);
        shop.pact("ci/x.json", "Web", "Orders", &["an order"]);
        let option = format!("--repo={address}");
        let (secret, address) = (secret, address.as_str());
        for words in [
            &["status", &option][..],
            &["status", "--offline", "--output=json", &option],
            &["fetch", &option],
            &["publish", "x.json", "-a", "1", &option],
            &["publish", "x.json", "-a", "1", "--output=json", &option],
            &["can-i-deploy", "-a", "Web", "-e", "1", &option],
            &["log", &option],
            &["doctor", &option],
        ] {
            let output = shop.sandbox.run("ci", words);
            let told = format!("{}{}", output.stdout, output.stderr);
            assert!(!told.contains(secret), "{words:?} {told}");
            assert!(output.status < Some(5), "{output:?}");
        }
        let variables = [("PACT_BROKER_BASE_URL", address)];
        let output = shop.sandbox.run_with("ci", &["status"], &variables);
        let told = format!("{}{}", output.stdout, output.stderr);
        assert!(!told.contains(secret), "{told}");
        let kept = everything_in(&shop.sandbox.path(""));
        let kept = String::from_utf8_lossy(&kept);
        assert!(!kept.contains(secret), "{address}");
    }
    // In the configuration it is the user's own; it is not shown either.
    let shop = Shop::with_a_remote(&["ci"]);
    let address = format!("https://ann:{secret}@127.0.0.1:1/x.git");
    shop.sandbox
        .git("ci")
        .run(&["config", "remote.origin.url", &address]);
    for words in [&["fetch"][..], &["status", "--offline"], &["log"]] {
        let output = shop.sandbox.run("ci", words);
        let told = format!("{}{}", output.stdout, output.stderr);
        assert!(!told.contains(secret), "{words:?} {told}");
    }
}

#[test]
fn a_password_in_an_address_that_is_recorded_is_not_recorded() {
    let shop = Shop::with_a_store(&["ci"]);
    shop.pact("ci/x.json", "Web", "Orders", &["an order"]);
    let build = "--build-url=https://ann:s3cret-pa55@ci.example/1";
    shop.step("ci", "create-environment --name test");
    for line in [
        "publish x.json -a 1 --branch main",
        "record-verification --provider Orders -a 7 --consumer Web --success",
        "create-or-update-version -a Web -e 2",
        "record-deployment -a Web -e 1 --environment test",
        "record-release -a Web -e 1 --environment test",
    ] {
        shop.step("ci", &format!("{line} {build}"));
    }
    let repository = "--repository-url=https://ghp_s3cret-pa55@github.com/o/web";
    let line = format!("create-or-update-pacticipant --name Web {repository}");
    shop.step("ci", &line);
    let store = shop.store();
    let log = store.run(&["log", "--all", "-p", "--format=%B"]);
    assert!(!log.contains("s3cret"), "{log}");
    let builds = log.matches("\"https://ci.example/1\"").count();
    assert!(builds >= 5, "{builds} {log}");
    assert!(log.contains("\"https://github.com/o/web\""), "{log}");
    // And told again it is no news.
    let before = store.run(&["for-each-ref"]);
    let words = ["publish", "x.json", "-a", "1", "--branch", "main", build];
    let _ = run(&shop, "ci", &words, 0);
    assert_eq!(store.run(&["for-each-ref"]), before);
}
