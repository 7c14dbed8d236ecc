//! Who may sign: added, replaced and removed; and what a signature is worth.

use super::*;
use crate::domain::fact::Fact;
use crate::domain::testing::MemoryLedger;
use crate::domain::testing::n;

/// Returns a key that differs from others by its last byte.
fn key(last: u8) -> PublicKey {
    use base64::Engine;
    let mut bytes = Vec::new();
    for field in [&b"ssh-ed25519"[..], &[last; 32]] {
        bytes.extend(u32::try_from(field.len()).unwrap().to_be_bytes());
        bytes.extend(field);
    }
    let text = base64::engine::general_purpose::STANDARD.encode(bytes);
    PublicKey::parse(&format!("ssh-ed25519 {text}")).unwrap().0
}

fn signer(name: &str, last: u8) -> AllowedSigner {
    AllowedSigner {
        principal: name.parse().unwrap(),
        key: key(last),
        valid_after: None,
        valid_before: None,
        comment: None,
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::clamped(seconds)
}

fn shown(signers: &Signers) -> String {
    let one = |it: &AllowedSigner| format!("{}", it.principal);
    signers
        .allowed
        .iter()
        .map(one)
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn a_name_of_a_signer_brings_nothing_into_a_file_of_signers() {
    for text in ["ci@orders", "spiffe://corp/ci", "a", "A.b_c+d-e:f/1"] {
        assert!(text.parse::<Principal>().is_ok(), "{text}");
    }
    let long = "x".repeat(101);
    for text in [
        "", "a b", "a,b", "*", "!a", "#a", "a\"b", "a\nb", "@a", "-a", "é", &long,
    ] {
        assert!(text.parse::<Principal>().is_err(), "{text:?}");
    }
}

#[test]
fn a_key_has_one_owner_and_a_name_may_have_several_keys() {
    let mut ledger = MemoryLedger::default();
    for (name, last) in [("b", 1), ("a", 2), ("a", 3), ("c", 1)] {
        let signers = allow_signer(&ledger, &n("Orders"), &signer(name, last)).unwrap();
        assert_eq!(ledger.tell(&Fact::Signers(signers.clone())), 1);
        assert_eq!(ledger.tell(&Fact::Signers(signers)), 0, "known");
    }
    let known = ledger.signers(&n("Orders")).unwrap().unwrap();
    assert_eq!(shown(&known), "a a c");
    let gone = remove_signer(&ledger, &n("Orders"), "a").unwrap();
    assert_eq!(shown(&gone), "c");
    let by_key = remove_signer(&ledger, &n("Orders"), &key(1).fingerprint()).unwrap();
    assert_eq!(shown(&by_key), "a a");
    for (of, who) in [("Orders", "nobody"), ("Web", "a")] {
        let refused = remove_signer(&ledger, &n(of), who);
        let is_it = matches!(refused, Err(SignersRefusal::NoSuchSigner { .. }));
        assert!(is_it, "{of} {who}");
    }
    let nobody = Signers::new(n("Orders"), Vec::new());
    assert_eq!(ledger.tell(&Fact::Signers(nobody.clone())), 1);
    assert_eq!(ledger.signers(&n("Orders")).unwrap(), None);
    assert_eq!(ledger.tell(&Fact::Signers(nobody)), 0);
}

#[test]
fn a_key_that_ends_before_it_begins_is_refused() {
    let never = AllowedSigner {
        valid_after: Some(at(2)),
        valid_before: Some(at(2)),
        ..signer("ci", 1)
    };
    let refused = allow_signer(&MemoryLedger::default(), &n("Orders"), &never);
    assert!(matches!(refused, Err(SignersRefusal::NeverValid { .. })));
}

#[test]
fn a_signature_counts_if_the_provider_allows_the_key_and_it_was_valid_then() {
    let limited = AllowedSigner {
        valid_after: Some(at(10)),
        valid_before: Some(at(20)),
        ..signer("old", 2)
    };
    let signers = Signers::new(n("Orders"), vec![signer("ci", 1), limited]);
    let good = |last: u8, seconds: i64| Backing {
        signature: Signature::Good {
            fingerprint: key(last).fingerprint(),
        },
        at: at(seconds),
    };
    let judged = |backing: &Backing| match signers.judge(backing) {
        Ok(principal) => principal.to_string(),
        Err(doubt) => doubt.code().to_owned(),
    };
    for (backing, expected) in [
        (good(1, 0), "ci"),
        (good(2, 9), "key-not-valid"),
        (good(2, 10), "old"),
        (good(2, 19), "old"),
        (good(2, 20), "key-not-valid"),
        (good(3, 0), "key-not-allowed"),
    ] {
        assert_eq!(judged(&backing), expected, "{backing:?}");
    }
    let fingerprint = key(1).fingerprint();
    for (signature, expected) in [
        (Signature::Absent, "not-signed"),
        (Signature::OtherKind, "not-an-ssh-signature"),
        (Signature::Bad, "bad-signature"),
        // Even of a key that may: git did not say that it holds.
        (Signature::Stranger { fingerprint }, "key-not-allowed"),
    ] {
        let at = at(0);
        assert_eq!(judged(&Backing { signature, at }), expected);
    }
}
