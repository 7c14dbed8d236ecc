//! Bundles by somebody who wishes us ill: each is refused with words, and leaves nothing behind.

use std::fs;

use crate::support::git::Git;
use crate::support::team::Shop;

use super::a_fork;
use super::tips;

const REF: &str = "refs/git-pact/bundle";

/// What an honest bundle holds, as a file.
const HONEST: &[u8] = br#"{
  "at": "2026-11-21T00:00:00Z",
  "intent": "mention-version",
  "pacticipant": "Web",
  "schema": 1,
  "version": "5"
}
"#;

/// A repository in which bundles are forged.
fn forge(shop: &Shop) -> Git {
    let git = shop.sandbox.git("forge");
    git.run(&["init", "--quiet"]);
    git
}

/// Bundles what lies under refs of the forge, and returns the file.
fn bundled(shop: &Shop, git: &Git, refs: &[&str]) -> Vec<u8> {
    let mut words = vec!["bundle", "create", "../forged.bundle"];
    words.extend(refs);
    git.run(&words);
    fs::read(shop.sandbox.path("forged.bundle")).unwrap()
}

/// Expects that a bundle is refused, in words, by those who apply it and those who read it as a store.
fn refused(shop: &Shop, bytes: &[u8], words: &str) {
    shop.write("evil/x.bundle", bytes);
    let before = (tips(shop), shop.list("."), shop.list("trusted"));
    let applied = shop.run("trusted", "apply ../evil/x.bundle -a Web --deployments", 4);
    assert!(applied.stderr.contains(words), "{words}: {applied:?}");
    let trusted = shop.run("trusted", "apply ../evil/x.bundle --trusted", 4);
    assert!(trusted.stderr.contains(words), "{words}: {trusted:?}");
    for store in ["../evil/x.bundle", "../evil"] {
        let asked = shop.run("trusted", &format!("status --repo {store}"), 4);
        assert!(asked.stderr.contains(words), "{store}: {words}: {asked:?}");
    }
    assert_eq!(
        (tips(shop), shop.list("."), shop.list("trusted")),
        before,
        "{words}"
    );
}

#[test]
fn what_is_no_bundle_or_half_of_one_is_refused() {
    let shop = a_fork();
    let git = forge(&shop);
    git.plant(REF, &[("100644", "000000.json", HONEST)]);
    let honest = bundled(&shop, &git, &[REF]);
    shop.write("good/x.bundle", &honest);
    shop.step("trusted", "apply ../good/x.bundle -a Web");

    refused(&shop, b"", "it is no git bundle");
    refused(&shop, b"PK\x03\x04 a zip", "it is no git bundle");
    refused(&shop, &honest[..60], "it is damaged");
    for cut in [1, 21, 60] {
        refused(
            &shop,
            &honest[..honest.len() - cut],
            "git index-pack failed",
        );
    }
    let mut spoilt = honest.clone();
    let middle = honest.len() - 30;
    spoilt[middle] ^= 0xff;
    refused(&shop, &spoilt, "git index-pack failed");
    let large = vec![b'x'; (64 << 20) + 1];
    refused(&shop, &large, "more than the 67108864 that are read");
}

#[test]
fn what_claims_to_be_huge_takes_no_memory() {
    let shop = a_fork();
    let git = forge(&shop);
    git.plant(REF, &[("100644", "000000.json", HONEST)]);
    let honest = bundled(&shop, &git, &[REF]);
    let start = honest.windows(4).position(|it| it == b"PACK").unwrap();
    // A pack of one tree that claims to have 64 GiB: a type and a size in seven bits each.
    let mut pack = b"PACK\x00\x00\x00\x02\x00\x00\x00\x01".to_vec();
    pack.extend([0x80 | (2 << 4), 0x80, 0x80, 0x80, 0x80, 0x20]);
    pack.extend([0x78, 0x9c, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01]);
    pack.extend([0; 20]);
    let mut claims = honest[..start].to_vec();
    claims.extend(pack);
    refused(&shop, &claims, "git index-pack failed");

    // Of one letter, 140 MiB are 140 kilobytes on their way here.
    let bomb = vec![b' '; 140 << 20];
    let mut stream =
        format!("commit {REF}\ncommitter T <t@example.com> 0 +0000\ndata 1\nx").into_bytes();
    stream.extend(format!("M 100644 inline 000000.json\ndata {}\n", bomb.len()).bytes());
    stream.extend(bomb);
    stream.push(b'\n');
    git.feed(
        &[
            "-c",
            "core.bigFileThreshold=1g",
            "fast-import",
            "--force",
            "--quiet",
        ],
        &stream,
    );
    let bomb = bundled(&shop, &git, &[REF]);
    assert!(bomb.len() < 2 << 20, "{}", bomb.len());
    refused(&shop, &bomb, "more than the 134217728 bytes that are read");
}

#[test]
fn what_holds_anything_but_intents_is_refused() {
    let shop = a_fork();
    let git = forge(&shop);
    // A branch of the store, whatever it says, is nobody's to push but the store's writers'.
    git.plant(
        "refs/heads/pact/app/Web",
        &[("100644", "Web/app.json", b"{}")],
    );
    let store = bundled(&shop, &git, &["refs/heads/pact/app/Web"]);
    refused(&shop, &store, "it holds refs/heads/pact/app/Web");
    git.plant(REF, &[("100644", "000000.json", HONEST)]);
    let both = bundled(&shop, &git, &[REF, "refs/heads/pact/app/Web"]);
    refused(&shop, &both, "nothing else");

    // One that needs what is not in it.
    git.run(&["update-ref", "refs/heads/base", REF]);
    git.amend("base", "000001.json", Some(HONEST));
    git.run(&["update-ref", REF, "refs/heads/base"]);
    let history = bundled(&shop, &git, &[REF]);
    refused(&shop, &history, "it has a history");
    let thin = bundled(&shop, &git, &[REF, "^refs/heads/base~1"]);
    refused(&shop, &thin, "it needs commits that are not in it");

    for (mode, path, words) in [
        ("120000", "000000.json", "is no plain file"),
        ("100755", "000000.json", "is no plain file"),
        ("100644", "below/000000.json", "is no plain file"),
    ] {
        git.plant(REF, &[(mode, path, HONEST)]);
        refused(&shop, &bundled(&shop, &git, &[REF]), words);
    }
    for (bytes, words) in [
        (&b"not JSON"[..], "write 1 in it cannot be read"),
        (
            br#"{"schema": 1, "intent": "burn-it-down"}"#,
            "write 1 in it cannot be read",
        ),
        (
            br#"{"schema": 99, "intent": "mention-version"}"#,
            "update git-pact",
        ),
    ] {
        git.plant(REF, &[("100644", "000000.json", bytes)]);
        refused(&shop, &bundled(&shop, &git, &[REF]), words);
    }
    // Paths that would lead out of a directory, were they ever written.
    for name in ["..", ".git"] {
        let blob = git.feed(&["hash-object", "-w", "--stdin"], HONEST);
        let tree = git.feed(
            &["mktree"],
            format!("100644 blob {blob}\t{name}\n").as_bytes(),
        );
        let commit = git.feed(&["commit-tree", &tree], b"x");
        git.run(&["update-ref", REF, &commit]);
        refused(
            &shop,
            &bundled(&shop, &git, &[REF]),
            "git index-pack failed",
        );
    }
}

#[test]
fn a_stranger_administers_nothing_and_speaks_for_nobody_else() {
    let shop = a_fork();
    let git = forge(&shop);
    let before = tips(&shop);
    let at = "2026-11-21T00:00:00Z";
    for intent in [
        r#""intent": "set-rules", "rules": "pact-broker""#.to_owned(),
        r#""intent": "delete-version", "pacticipant": "Web", "version": "1""#.to_owned(),
        format!(r#""intent": "add-label", "pacticipant": "Web", "label": "x", "at": "{at}""#),
        format!(
            r#""intent": "mention-version", "pacticipant": "Orders", "version": "1", "at": "{at}""#
        ),
        format!(
            r#""intent": "record-deployment", "pacticipant": "Web", "version": "1", "environment": "production",
               "instance": null, "build_url": null, "at": "{at}""#
        ),
    ] {
        let file = format!("{{ \"schema\": 1, {intent} }}").replace("build_url", "buildUrl");
        git.plant(REF, &[("100644", "000000.json", file.as_bytes())]);
        shop.write("evil/x.bundle", bundled(&shop, &git, &[REF]));
        let refused = shop.run("trusted", "apply ../evil/x.bundle -a Web", 1);
        assert!(refused.stderr.contains("may"), "{refused:?}");
    }
    assert_eq!(tips(&shop), before);
}
