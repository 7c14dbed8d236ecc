//! Names and versions: what is none is refused with its place, in every place where a name can stand;
//! what looks like a path, an option or a command is a name like any other.

use serde_json::json;

use super::nothing_was_run;
use super::run;
use super::says;
use crate::support::team::Shop;
use crate::support::team::pact;

/// Texts that are no names, and what is said of each.
fn no_names() -> Vec<(String, String)> {
    let character = |text: &str, code: &str, position: usize| {
        let why = format!("cannot hold the character U+{code} (at position {position})");
        (text.to_owned(), why)
    };
    vec![
        (String::new(), "cannot be blank".to_owned()),
        (" \u{a0}\t".to_owned(), "cannot be blank".to_owned()),
        character("W\neb", "000A", 2),
        character("W\r", "000D", 2),
        character("We\tb", "0009", 3),
        character("\u{1b}[2JWeb", "001B", 1),
        character("Web\u{7f}", "007F", 4),
        character("Web\u{9b}31m", "009B", 4),
        character("Web\u{202e}", "202E", 4),
        character("Web\u{2066}", "2066", 4),
        character("Web\u{200f}", "200F", 4),
        character("Web\u{2028}", "2028", 4),
        (
            "x".repeat(256),
            "cannot be longer than 255 characters (it has 256)".to_owned(),
        ),
    ]
}

/// Names that a careless program would run, open, or take for an option or a path.
const HOSTILE: [&str; 16] = [
    "--upload-pack=touch PWNED",
    "--output=PWNED",
    "--receive-pack=touch PWNED",
    "-oProxyCommand=touch PWNED",
    "-x",
    "--",
    "ext::sh -c touch% PWNED",
    "$(touch PWNED)",
    "`touch PWNED`",
    "; touch PWNED #",
    "| touch PWNED",
    "&& touch PWNED",
    "../../PWNED",
    "/PWNED",
    ".git/hooks/post-commit",
    "a/../../../PWNED",
];

#[test]
fn what_is_no_name_is_refused_in_a_pact_with_its_place() {
    let shop = Shop::with_a_store(&["web"]);
    let mut cases = no_names();
    let nul = "cannot hold the character U+0000 (at position 2)";
    cases.push(("a\0b".to_owned(), nul.to_owned()));
    cases.push(("N".repeat(9 << 20), "(it has 9437184)".to_owned()));
    for (name, why) in &cases {
        for (consumer, provider, field) in [
            (name.as_str(), "Orders", "consumer.name"),
            ("Web", name.as_str(), "provider.name"),
        ] {
            shop.write("web/x.json", pact(consumer, provider, &["an order"]));
            let refused = run(&shop, "web", &["publish", "x.json", "-a", "1"], 2);
            says(&refused, &["x.json", field, why]);
            assert!(refused.stderr.len() < 1000, "the name is not repeated");
            assert!(!refused.stderr.contains('\u{1b}'), "{refused:?}");
        }
    }
    assert_eq!(shop.store().run(&["for-each-ref"]), "");
}

#[test]
fn what_is_no_name_is_refused_wherever_a_name_can_stand() {
    let shop = Shop::with_a_store(&["web"]);
    shop.pact("web/x.json", "Web", "Orders", &["an order"]);
    let places = [
        "publish x.json -a 1 --branch",
        "publish x.json -a 1 --tag",
        "record-verification -a 1 --consumer Web --success --provider",
        "record-verification --provider Orders --consumer Web --success -a",
        "record-verification --provider Orders -a 1 --success --consumer",
        "create-environment --name",
        "record-deployment -a Web -e 1 --environment",
        "record-deployment -e 1 --environment test -a",
        "record-deployment -a Web --environment test -e",
        "record-deployment -a Web -e 1 --environment test --application-instance",
        "create-or-update-pacticipant --name",
        "create-or-update-version -a Web -e",
        "create-version-tag -a Web -e 1 -t",
        "can-i-deploy -e 1 -a",
        "can-i-deploy -a Web -e",
        "can-i-deploy -a Web -e 1 --to-environment",
        "pull --provider",
        "log --pacticipant",
    ];
    for place in places {
        for (name, _) in no_names() {
            // As the broker's program does, the spaces around a version are not part of it.
            let words: Vec<&str> = place.split(' ').chain([name.as_str()]).collect();
            let refused = run(&shop, "web", &words, 2);
            assert!(!refused.stderr.contains('\u{1b}'), "{refused:?}");
        }
    }
    assert_eq!(shop.store().run(&["for-each-ref"]), "");
}

#[test]
fn what_is_no_name_is_refused_in_a_variable() {
    let shop = Shop::with_a_store(&["web"]);
    shop.pact("web/x.json", "Web", "Orders", &["an order"]);
    for (variable, value) in [
        ("GIT_PACT_BRANCH", "main\u{1b}[2J"),
        ("GIT_PACT_BRANCH", "a\nb"),
        ("GIT_PACT_COMMIT", "HEAD"),
        (
            "GIT_PACT_COMMIT",
            "0000000000000000000000000000000000000000",
        ),
    ] {
        let commit = (
            "GIT_PACT_COMMIT",
            "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567",
        );
        let variables = [commit, ("GIT_PACT_BRANCH", "main"), (variable, value)];
        let refused = shop.run_with("web", "publish x.json -r", 2, &variables);
        says(&refused, &[variable]);
        assert!(!refused.stderr.contains('\u{1b}'), "{refused:?}");
    }
    nothing_was_run(&shop);
    assert_eq!(shop.store().run(&["for-each-ref"]), "");
}

#[test]
fn a_version_is_a_version() {
    let shop = Shop::with_a_store(&["web"]);
    shop.pact("web/x.json", "Web", "Orders", &["an order"]);
    let zeros = "0".repeat(40);
    let long = "7".repeat(10_000);
    for (version, why) in [
        ("", "no version of the consumer"),
        ("  ", "no version of the consumer"),
        (zeros.as_str(), "how git writes that there is no commit"),
        (&long, "cannot be longer than 255 characters (it has 10000)"),
        ("1\u{1b}", "U+001B"),
    ] {
        let refused = run(&shop, "web", &["publish", "x.json", "-a", version], 2);
        says(&refused, &[why]);
    }
    assert_eq!(shop.store().run(&["for-each-ref"]), "");
    for words in [
        &["publish", "x.json", "-a", "latest"][..],
        &["create-or-update-version", "-a", "Web", "-e", "LATEST"],
    ] {
        let warned = run(&shop, "web", words, 0);
        says(&warned, &["which means the newest version elsewhere"]);
    }
    let plain = run(&shop, "web", &["publish", "x.json", "-a", "1"], 0);
    assert!(!plain.stderr.contains("newest version"), "{plain:?}");
}

#[test]
fn what_looks_like_an_option_a_path_or_a_command_is_a_name_wherever_it_stands() {
    for (index, name) in HOSTILE.into_iter().enumerate() {
        let shop = Shop::with_a_remote(&["ci"]);
        let other = HOSTILE[(index + 1) % HOSTILE.len()];
        shop.pact("ci/x.json", name, other, &["an order"]);
        // An environment has no white space.
        let place = name.replace(' ', "+");
        let is = |option: &str, value: &str| format!("--{option}={value}");
        for words in [
            &[
                "publish",
                "x.json",
                &is("consumer-app-version", name),
                &is("branch", name),
                &is("tag", name),
            ][..],
            &["create-environment", &is("name", &place)],
            &[
                "record-verification",
                &is("provider", other),
                &is("provider-app-version", name),
                &is("branch", name),
                &is("consumer", name),
                "--success",
            ],
            &[
                "record-deployment",
                &is("pacticipant", other),
                &is("version", name),
                &is("environment", &place),
                &is("application-instance", name),
            ],
            &[
                "can-i-deploy",
                &is("pacticipant", name),
                &is("version", name),
                &is("to-environment", &place),
            ],
            &["pull", &is("provider", other), "--latest", "--to=pulled"],
            &["log", &is("pacticipant", other)],
            &["status"],
            &["matrix", &is("pacticipant", name)],
            &["doctor"],
        ] {
            let _ = run(&shop, "ci", words, 0);
        }
        shop.store().fsck();
        nothing_was_run(&shop);
    }
}

#[test]
fn nobody_writes_a_trailer_or_repaints_a_log() {
    let mut shop = Shop::with_a_remote(&["ci"]);
    let name = "Signed-off-by: Eve <eve@example.org>";
    for (index, consumer) in [name, "Web"].iter().enumerate() {
        shop.pact(
            &format!("ci/pacts/{index}.json"),
            consumer,
            "Orders",
            &["an order"],
        );
    }
    shop.sandbox.set(
        "GIT_PACT_ACTOR",
        "Ann\u{1b}[2J\u{202e} <ann@example.org>\nauthor Eve <e@e>",
    );
    let branch = "--branch=Co-authored-by: Eve <eve@example.org>";
    let _ = run(&shop, "ci", &["publish", "pacts", "-a", "1", branch], 0);
    // Without a word of who it is, git says it.
    let clone = shop.sandbox.git("ci");
    clone.run(&["config", "user.name", "Bob\u{1b}[31m <root>"]);
    clone.run(&["config", "user.email", "bob@example.org\u{7}"]);
    shop.sandbox.set("GIT_PACT_ACTOR", "");
    let _ = run(&shop, "ci", &["create-environment", "--name", "test"], 0);
    let store = shop.store();
    store.fsck();
    let log = store.run(&["log", "--all", "--format=%an|%ae|%cn|%B"]);
    let is_plain = |c: char| c == '\n' || !(c.is_control() || c == '\u{202e}');
    assert!(log.chars().all(is_plain), "{log:?}");
    assert!(log.contains("Ann[2J"), "{log}");
    assert!(log.contains("Bob[31m root|bob@example.org|"), "{log}");
    let trailers = store.run(&["log", "--all", "--format=%(trailers)"]);
    assert_eq!(trailers.trim(), "");
    let authors = store.run(&["log", "--all", "--format=%an"]);
    assert!(!authors.lines().any(|author| author == "Eve"), "{authors}");
}

#[test]
fn a_name_that_could_be_taken_for_another_is_refused_or_warned_of() {
    let shop = Shop::with_a_store(&["web"]);
    let publish = |consumer: &str, more: &[&str], status: i32| {
        shop.write("web/x.json", pact(consumer, "Orders", &["an order"]));
        let words = [&["publish", "x.json", "-a", "1"], more].concat();
        run(&shop, "web", &words, status)
    };
    let _ = publish("Caf\u{e9} Web", &[], 0);
    for (twin, allowed) in [
        ("caf\u{e9} web", 1),
        ("Cafe\u{301} Web", 1),
        ("Caf\u{e9}-Webs", 0),
    ] {
        says(&publish(twin, &[], 1), &["Caf\u{e9} Web"]);
        let _ = publish(twin, &["--allow-similar-names"], allowed);
    }
    let alike = publish("P\u{430}yments", &[], 0);
    says(
        &alike,
        &["x.json: the consumer.name of the pact mixes letters"],
    );
    let strict = publish("P\u{430}yments", &["--strict"], 2);
    says(&strict, &["mixes letters"]);
    shop.store().fsck();
}

#[test]
fn over_http_a_name_is_refused_as_a_name() {
    use crate::support::server::Server;

    let shop = Shop::with_a_store(&["web"]);
    let server = Server::start(&shop.sandbox, "web", &[]);
    let body = |consumer: &str| {
        let document = pact(consumer, "Orders", &["an order"]);
        String::from_utf8(document).unwrap()
    };
    let json = [("content-type", "application/json")];
    for segment in [
        "a%0Ab",
        "a%09b",
        "%1B%5B2J",
        "%00",
        "%E2%80%AE",
        "%FF",
        "%20",
    ] {
        for path in [
            format!("/pacticipants/{segment}/versions/1"),
            format!("/pacticipants/Web/versions/{segment}"),
            format!("/pacts/provider/Orders/consumer/{segment}/version/1"),
        ] {
            let refused = server.ask("PUT", &path, &json, &body("Web"));
            assert!((400..500).contains(&refused.status), "{path} {refused:?}");
            assert!(!refused.body.contains('\u{1b}'), "{path} {refused:?}");
            let asked = server.get(&path);
            assert!((400..500).contains(&asked.status), "{path} {asked:?}");
        }
    }
    let other = "/pacts/provider/Orders/consumer/Web/version/1";
    let mismatch = server.ask("PUT", other, &json, &body("Eve"));
    assert!((400..500).contains(&mismatch.status), "{mismatch:?}");
    assert!(mismatch.body.contains("Eve"), "{mismatch:?}");
    let zeros = format!("/pacticipants/Web/versions/{}", "0".repeat(40));
    let refused = server.send("PUT", &zeros, &json!({}));
    assert!((400..500).contains(&refused.status), "{refused:?}");
    assert_eq!(shop.store().run(&["for-each-ref"]), "");
}
