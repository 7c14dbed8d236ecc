//! Who may sign, made up.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use git_pact::domain::fact::Fact;
use git_pact::domain::signers::AllowedSigner;
use git_pact::domain::signers::PublicKey;
use git_pact::domain::signers::Signers;
use proptest::prelude::Strategy;
use proptest::sample::select;
use proptest::sample::subsequence;

use crate::support::facts::at;
use crate::support::facts::n;

/// Those who may sign for an application, each with a key that differs from others by its bytes.
pub(super) fn signers(name: &str, keys: &[u8]) -> Signers {
    let signer = |byte: &u8| {
        let mut key = Vec::new();
        for field in [&b"ssh-ed25519"[..], &[*byte; 32]] {
            key.extend(u32::try_from(field.len()).unwrap().to_be_bytes());
            key.extend(field);
        }
        let text = format!("ssh-ed25519 {}", STANDARD.encode(key));
        AllowedSigner {
            principal: format!("ci{byte}").parse().unwrap(),
            key: PublicKey::parse(&text).unwrap().0,
            valid_after: None,
            valid_before: (*byte > 1).then(|| at(1)),
            comment: None,
        }
    };
    Signers::new(n(name), keys.iter().map(signer).collect())
}

/// Says that others may sign, or nobody.
pub(super) fn signers_fact() -> impl Strategy<Value = Fact> {
    let keys = subsequence(vec![1_u8, 2, 3], 0..=3);
    let name = select(&["Web", "Order Service"][..]);
    (name, keys).prop_map(|(name, keys)| Fact::Signers(signers(name, &keys)))
}
