//! Files to publish: what is no file, too large, not JSON, not a pact, or two pacts at once.

use std::fs;
use std::fs::File;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;

use rustix::fs::CWD;
use rustix::fs::mkfifoat;
use serde_json::Value;

use super::run;
use super::says;
use crate::support::team::Shop;
use crate::support::team::pact;

/// Expects that a file is refused, named itself and in a folder, and that nothing was published.
fn is_refused(bytes: &[u8], why: &[&str]) {
    let shop = Shop::with_a_store(&["web"]);
    shop.pact("web/pacts/a-good-one.json", "App", "Orders", &["an order"]);
    shop.write("web/pacts/x.json", bytes);
    for named in ["pacts/x.json", "pacts"] {
        let refused = run(&shop, "web", &["publish", named, "-a", "1"], 2);
        says(&refused, &["pacts/x.json"]);
        says(&refused, why);
    }
    assert_eq!(shop.store().run(&["for-each-ref"]), "");
}

/// Returns a pact whose one interaction has this for its body.
fn with_body(body: &str) -> Vec<u8> {
    let text = String::from_utf8(pact("Web", "Orders", &["an order"])).unwrap();
    let whole = text.replace(
        "\"status\": 200",
        &format!("\"status\": 200, \"body\": {body}"),
    );
    assert_ne!(whole, text);
    whole.into_bytes()
}

#[test]
fn what_is_no_file_is_named_and_nobody_waits_for_it() {
    let shop = Shop::with_a_store(&["web"]);
    let path = |name: &str| shop.sandbox.path("web/pacts").join(name);
    shop.pact("web/pacts/web.json", "Web", "Orders", &["an order"]);
    shop.pact("web/pacts/x.json/app.json", "App", "Orders", &["an order"]);
    shop.pact("web/elsewhere.json", "Eve", "Orders", &["an order"]);
    mkfifoat(CWD, path("pipe.json"), 0o600.into()).unwrap();
    let _socket = UnixListener::bind(path("socket.json")).unwrap();
    for (link, to) in [
        ("link.json", "../elsewhere.json"),
        ("zeros.json", "/dev/zero"),
        ("loop.json", "loop.json"),
        ("nowhere.json", "nowhere-at-all"),
    ] {
        symlink(to, path(link)).unwrap();
    }
    let strange = [
        ("pipe.json", "it is not a regular file"),
        ("socket.json", "it is not a regular file"),
        ("link.json", "it is a symbolic link"),
        ("zeros.json", "it is a symbolic link"),
        ("loop.json", "it is a symbolic link"),
        ("nowhere.json", "it is a symbolic link"),
    ];
    for (name, why) in strange {
        let named = format!("pacts/{name}");
        let refused = run(&shop, "web", &["publish", &named, "-a", "1"], 2);
        says(&refused, &[&named, why]);
    }
    for device in ["/dev/zero", "/dev/null"] {
        let refused = run(&shop, "web", &["publish", device, "-a", "1"], 2);
        says(&refused, &[device, "it is not a regular file"]);
    }
    assert_eq!(shop.store().run(&["for-each-ref"]), "");
    // In a folder they are named, and the pacts beside them published.
    let published = shop.json("web", "publish pacts -a 1", 0);
    let consumers: Vec<&Value> = published["pacts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pact| &pact["consumer"])
        .collect();
    assert_eq!(consumers, ["Web", "App"]);
    let published = run(&shop, "web", &["publish", "pacts", "-a", "1"], 0);
    for (name, why) in strange {
        says(
            &published,
            &[&format!("pacts/{name} is not published: {why}")],
        );
    }
}

#[test]
fn a_size_is_known_before_anything_is_read_and_an_option_allows_more() {
    let shop = Shop::with_a_store(&["web"]);
    // Nobody has that much memory, or time.
    let hole = File::create(shop.sandbox.path("web/hole.json")).unwrap();
    hole.set_len(1 << 40).unwrap();
    for more in [&[][..], &["--max-pact-size", "50"]] {
        let words = [&["publish", "hole.json", "-a", "1"], more].concat();
        let refused = run(&shop, "web", &words, 2);
        says(
            &refused,
            &["hole.json", "it has 1099511627776 bytes, more than"],
        );
    }
    let large = with_body(&format!("\"{}\"", "x".repeat(11 << 20)));
    shop.write("web/large.json", &large);
    let words = ["publish", "large.json", "-a", "1"];
    says(&run(&shop, "web", &words, 2), &["more than the 10485760"]);
    let allowed = [&words[..], &["--max-pact-size", "12"]].concat();
    let _ = run(&shop, "web", &allowed, 0);
    let stored = "pact/contracts/Orders:Orders/Web.json";
    let stored = shop.store().run(&["cat-file", "-s", stored]);
    assert_eq!(stored, large.len().to_string());
    for nonsense in ["0", "51", "x", "-1"] {
        let option = format!("--max-pact-size={nonsense}");
        let words = [&words[..], &[&option]].concat();
        let _ = run(&shop, "web", &words, 2);
    }
}

#[test]
fn text_is_utf_8_with_or_without_a_mark() {
    let text = String::from_utf8(pact("Web", "Orders", &["an order"])).unwrap();
    for (mark, to_bytes) in [
        ("\u{feff}", u16::to_le_bytes as fn(u16) -> [u8; 2]),
        ("\u{feff}", u16::to_be_bytes),
        ("", u16::to_le_bytes),
    ] {
        let utf16 = format!("{mark}{text}");
        let utf16: Vec<u8> = utf16.encode_utf16().flat_map(to_bytes).collect();
        let shop = Shop::with_a_store(&["web"]);
        shop.write("web/x.json", utf16);
        let refused = run(&shop, "web", &["publish", "x.json", "-a", "1"], 2);
        says(&refused, &["x.json"]);
    }
    let latin = with_body("\"caf\u{e9}\"");
    let latin = String::from_utf8(latin).unwrap();
    let latin: Vec<u8> = latin.chars().map(|c| u8::try_from(c).unwrap()).collect();
    let offset = latin.iter().position(|byte| *byte == 0xe9).unwrap();
    let offset = format!("byte 0xe9 at offset {offset}");
    is_refused(&latin, &["not UTF-8", &offset]);
    let marked = Shop::with_a_store(&["web"]);
    let bytes = with_body("1");
    marked.write("web/x.json", [b"\xef\xbb\xbf", &bytes[..]].concat());
    let published = run(&marked, "web", &["publish", "x.json", "-a", "1"], 0);
    says(&published, &["byte order mark"]);
    let stored = "pact/contracts/Orders:Orders/Web.json";
    assert_eq!(marked.store().run(&["show", stored]).as_bytes(), bytes);
}

#[test]
fn what_two_readers_could_read_differently_is_refused_with_its_place() {
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    for (body, why) in [
        ("{\"a\": 1, \"a\": 2}", "appears twice"),
        ("{\"a\": 1, \"\\u0061\": 2}", "body.a appears twice"),
        ("NaN", "expected value"),
        ("Infinity", "expected value"),
        ("-Infinity", "line"),
        ("\"\\ud800\"", "body is not readable"),
        ("1e99999999999999999999", "exponent of more than 18 digits"),
        ("01", "line"),
        ("[1,]", "line"),
        ("1 // one", "line"),
        ("\"a\tb\"", "line"),
        (&deep, "nested more than 127 levels deep"),
    ] {
        is_refused(&with_body(body), &[why]);
    }
    let whole = with_body("1");
    for (bytes, why) in [
        (&b""[..], "the document is empty"),
        (b" \n", "the document is empty"),
        (
            &whole[..whole.len() / 2],
            "did the test run die while writing it?",
        ),
        (
            &whole[..whole.len() - 1],
            "did the test run die while writing it?",
        ),
        (&[&whole[..], b"{}"].concat(), "trailing characters"),
        (&[&whole[..], b"\0"].concat(), "trailing characters"),
    ] {
        is_refused(bytes, &[why]);
    }
}

#[test]
fn what_is_odd_in_json_and_yet_of_one_meaning_is_kept_as_it_is() {
    let texts = [
        "\"\\u0000\\u001b[2J\"",
        "1e400",
        "1.50",
        "-0",
        "\"\u{202e}\"",
    ];
    for body in texts {
        let shop = Shop::with_a_store(&["web"]);
        let bytes = with_body(body);
        shop.write("web/x.json", &bytes);
        let published = run(&shop, "web", &["publish", "x.json", "-a", "1"], 0);
        let told = format!("{}{}", published.stdout, published.stderr);
        assert!(!told.contains('\u{1b}'), "{told:?}");
        let stored = "pact/contracts/Orders:Orders/Web.json";
        assert_eq!(shop.store().run(&["show", stored]).as_bytes(), bytes);
    }
}

#[test]
fn numbers_that_a_float_would_confuse_are_other_contents() {
    let shop = Shop::with_a_store(&["web"]);
    let numbers = [
        "1",
        "1.0",
        "9007199254740992",
        "9007199254740993",
        "0.12345678901234567890",
        "0.12345678901234567891",
    ];
    let mut ids = Vec::new();
    for (version, number) in numbers.iter().enumerate() {
        shop.write("web/x.json", with_body(number));
        let line = format!("publish x.json -a {version}");
        let published = shop.json("web", &line, 0);
        ids.push(published["pacts"][0]["contentId"].to_string());
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), numbers.len());
}

#[test]
fn json_that_is_no_pact_is_named_for_what_it_is_and_never_published_as_nothing() {
    let shop = Shop::with_a_store(&["web"]);
    let others = [
        ("array.json", "[]", "a JSON array"),
        ("string.json", "\"pact\"", "a JSON string"),
        ("null.json", "null", "a JSON null"),
        (
            "api.json",
            r#"{"openapi": "3.1.0", "paths": {}}"#,
            "an OpenAPI document",
        ),
        (
            "package.json",
            r#"{"name": "web", "dependencies": {}}"#,
            "a package.json",
        ),
        ("object.json", "{}", "a JSON object without consumer"),
    ];
    for (name, text, what) in others {
        shop.write(&format!("web/pacts/{name}"), text);
        let named = format!("pacts/{name}");
        let refused = run(&shop, "web", &["publish", &named, "-a", "1"], 2);
        says(&refused, &[&named, what, "not a pact"]);
    }
    let refused = run(&shop, "web", &["publish", "pacts", "-a", "1"], 2);
    says(&refused, &["there is no pact in pacts"]);
    let is_named = |name: &&str| refused.stderr.contains(&format!("pacts/{name}: "));
    let names = others.map(|(name, ..)| name);
    assert!(
        names.iter().filter(|name| is_named(name)).count() >= 5,
        "{refused:?}"
    );
    assert_eq!(shop.store().run(&["for-each-ref"]), "");
    // Half a pact is none, and is no other document either.
    for (text, what) in [
        (
            r#"{"provider": {"name": "Orders"}, "interactions": []}"#,
            "no consumer.name",
        ),
        (
            r#"{"consumer": {"name": "Web"}, "interactions": []}"#,
            "no provider.name",
        ),
        (
            r#"{"consumer": "Web", "provider": {"name": "Orders"}}"#,
            "no consumer.name",
        ),
        (
            r#"{"consumer": {"name": 7}, "provider": {"name": "Orders"}}"#,
            "no consumer.name",
        ),
    ] {
        is_refused(text.as_bytes(), &[what]);
    }
}

#[test]
fn one_interaction_told_in_two_ways_is_named_and_strictly_refused() {
    let shop = Shop::with_a_store(&["web"]);
    let text = String::from_utf8(pact("Web", "Orders", &["an order", "an ORDER"])).unwrap();
    // The paths differ.
    let text = text
        .replace("an ORDER", "an order")
        .replacen("/8", "/other", 1);
    shop.write("web/x.json", text);
    let words = ["publish", "x.json", "-a", "1"];
    let why = "x.json: the pact has two different interactions \"an order\"";
    let strict = [&words[..], &["--strict"]].concat();
    says(&run(&shop, "web", &strict, 2), &[why]);
    assert_eq!(shop.store().run(&["for-each-ref"]), "");
    says(&run(&shop, "web", &words, 0), &[why]);
    // Two files that disagree on it are no pact at all.
    let other = Shop::with_a_store(&["web"]);
    other.pact("web/pacts/1.json", "Web", "Orders", &["an order"]);
    let text = String::from_utf8(pact("Web", "Orders", &["an order"])).unwrap();
    other.write("web/pacts/2.json", text.replace("/8", "/other"));
    let refused = run(&other, "web", &["publish", "pacts", "-a", "1"], 1);
    says(&refused, &["an order"]);
    assert_eq!(other.store().run(&["for-each-ref"]), "");
}

#[test]
fn a_file_in_a_folder_chooses_no_path() {
    let shop = Shop::with_a_store(&["web"]);
    for (file, consumer) in [
        ("..%2f..%2fx.json", "../../etc/passwd"),
        (".git.json", ".git"),
        ("CON.json", "CON"),
        ("-rf.json", "-rf"),
    ] {
        shop.pact(
            &format!("web/pacts/{file}"),
            consumer,
            "Orders",
            &["an order"],
        );
    }
    fs::create_dir(shop.sandbox.path("web/pacts/.git")).unwrap();
    let _ = run(&shop, "web", &["publish", "pacts", "-a", "1"], 0);
    let store = shop.store();
    store.fsck();
    let paths = store.run(&["ls-tree", "-r", "--name-only", "pact/contracts/Orders"]);
    assert_eq!(
        paths.lines().collect::<Vec<_>>(),
        [
            "Orders/%2Drf.json".to_owned(),
            "Orders/%2E%2E%2F.%2E%2Fetc%2Fpasswd.json".to_owned(),
            "Orders/%2Egit.json".to_owned(),
            "Orders/%43ON.json".to_owned(),
        ]
    );
}
