//! A public key of OpenSSH: its kind and its bytes, as a line of a `.pub` file has them.
//!
//! A key comes from a file, a record or a command line, so it is hostile until it was parsed: its kind
//! is one of a list, its bytes are what they say they are, and nothing else is left of the line. What
//! was parsed cannot bring an option or another line into a file of allowed signers.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::Digest;

/// The kinds of keys that may sign. No DSA, which is broken, and no certificates: who made them decides
/// what they are worth.
const KINDS: &[&str] = &[
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    RSA,
];

const RSA: &str = "ssh-rsa";

/// The shortest modulus of an RSA key that may sign, in bits: what OpenSSH itself refuses is shorter.
const SHORTEST_RSA: usize = 2048;

/// The longest line that is looked at, in bytes. An RSA key of 16384 bits has 2.8 KB.
const LONGEST: usize = 8 * 1024;

/// A public key that may sign.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey {
    kind: String,
    bytes: Vec<u8>,
}

/// A text is not a public key that may sign.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKey {
    /// It holds no line, several, or too long a one.
    #[error("it is not one line such as `ssh-ed25519 AAAAC3…`")]
    NotOneLine,
    /// It is the secret half.
    #[error(
        "it is a private key: give the file that ends in `.pub`, and keep this one to yourself"
    )]
    Private,
    /// It begins with something else than a kind that may sign.
    #[error("`{kind}` is no kind of key that may sign: use one of {}", KINDS.join(", "))]
    Kind {
        /// How it begins.
        kind: String,
    },
    /// What follows the kind is not base64.
    #[error("its second word is not base64")]
    NotBase64,
    /// The bytes are not a key of that kind.
    #[error("its bytes are not a key of the kind {kind}")]
    OtherKind {
        /// The kind that it says it is.
        kind: &'static str,
    },
    /// It is an RSA key that is too short to be safe.
    #[error(
        "it is an RSA key of {bits} bits: it takes at least {SHORTEST_RSA}, better ssh-ed25519"
    )]
    TooShort {
        /// How long its modulus is.
        bits: usize,
    },
}

impl PublicKey {
    /// Parses a line of a `.pub` file and returns the key with its comment, if it has one.
    ///
    /// # Errors
    ///
    /// Fails if it is anything else than one line with a key that may sign.
    pub fn parse(text: &str) -> Result<(Self, Option<String>), InvalidKey> {
        if text.contains("PRIVATE KEY") {
            return Err(InvalidKey::Private);
        }
        let mut lines = text.trim().lines();
        let (Some(line), None) = (lines.next(), lines.next()) else {
            return Err(InvalidKey::NotOneLine);
        };
        if line.len() > LONGEST || line.contains(|c: char| c.is_control() && c != '\t') {
            return Err(InvalidKey::NotOneLine);
        }
        let mut words = line.split([' ', '\t']).filter(|word| !word.is_empty());
        let (Some(word), Some(base64)) = (words.next(), words.next()) else {
            return Err(InvalidKey::NotOneLine);
        };
        let known = KINDS.iter().find(|kind| **kind == word);
        let kind = known.ok_or_else(|| InvalidKey::Kind {
            kind: word.chars().take(40).collect(),
        })?;
        let bytes = STANDARD.decode(base64);
        let bytes = bytes.map_err(|_| InvalidKey::NotBase64)?;
        let comment = words.collect::<Vec<_>>().join(" ");
        let comment = (!comment.is_empty()).then_some(comment);
        Ok((Self::of(kind, bytes)?, comment))
    }

    fn of(kind: &'static str, bytes: Vec<u8>) -> Result<Self, InvalidKey> {
        let other = || InvalidKey::OtherKind { kind };
        // Fields, each after its length: the kind once more, then the numbers of the key.
        let (inner, mut rest) = field(&bytes).ok_or_else(other)?;
        if inner != kind.as_bytes() || rest.is_empty() {
            return Err(other());
        }
        let mut fields = Vec::new();
        while !rest.is_empty() {
            let (one, after) = field(rest).ok_or_else(other)?;
            fields.push(one);
            rest = after;
        }
        if kind == RSA {
            let [_, modulus] = fields[..] else {
                return Err(other());
            };
            let significant = modulus.iter().skip_while(|byte| **byte == 0);
            let bits = significant.count() * 8;
            if bits < SHORTEST_RSA {
                return Err(InvalidKey::TooShort { bits });
            }
        }
        Ok(Self {
            kind: kind.to_owned(),
            bytes,
        })
    }

    /// Returns the name of the key as `ssh-keygen -l` shows it: `SHA256:` and 43 characters.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let digest = sha2::Sha256::digest(&self.bytes);
        format!("SHA256:{}", STANDARD_NO_PAD.encode(digest))
    }
}

/// Returns the first field, which stands after its length, and what follows it.
fn field(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    rest.split_at_checked(length)
}

impl fmt::Display for PublicKey {
    /// Writes the kind and the bytes: all of the line that counts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, STANDARD.encode(&self.bytes))
    }
}

impl TryFrom<String> for PublicKey {
    type Error = InvalidKey;

    fn try_from(text: String) -> Result<Self, InvalidKey> {
        match Self::parse(&text)? {
            // A record says a comment elsewhere, and in one way only.
            (key, None) if key.to_string() == text => Ok(key),
            _ => Err(InvalidKey::NotOneLine),
        }
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> Self {
        key.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made for this test; `ssh-keygen -lf` calls it what the test says.
    const KEY: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKkO9ayoBz6JbpjJ/c6SVBhVyIOJtKWKQfAxDoPqH8WJ";

    fn line(kind: &str, fields: &[&[u8]]) -> String {
        let mut bytes = Vec::new();
        for field in fields {
            let length = u32::try_from(field.len()).unwrap();
            bytes.extend(length.to_be_bytes());
            bytes.extend(*field);
        }
        format!("{kind} {}", STANDARD.encode(bytes))
    }

    #[test]
    fn a_line_of_a_public_file_is_a_key_with_a_comment() {
        let (key, comment) = PublicKey::parse(&format!("{KEY}  ci of\torders\n")).unwrap();
        assert_eq!(comment.as_deref(), Some("ci of orders"));
        assert_eq!(key.to_string(), KEY);
        assert_eq!(
            key.fingerprint(),
            "SHA256:2hUsRlqqXKdHlCkC+2mhdfsXbrFQobVMaTsozVF+W6w"
        );
        assert_eq!(PublicKey::try_from(key.to_string()), Ok(key));
        assert_eq!(PublicKey::parse(KEY).unwrap().1, None);
    }

    #[test]
    fn whatever_else_a_line_holds_is_refused() {
        let nothing = |text: &str| PublicKey::parse(text).unwrap_err();
        for text in [
            "",
            "\n",
            "ssh-ed25519",
            &format!("{KEY}\n{KEY}"),
            "a\u{1b} b",
        ] {
            assert_eq!(nothing(text), InvalidKey::NotOneLine, "{text:?}");
        }
        for text in [
            format!("cert-authority {KEY}"),
            format!("namespaces=\"file\" {KEY}"),
            format!("* {KEY}"),
            "ssh-dss AAAA".to_owned(),
            "ssh-ed25519-cert-v01@openssh.com AAAA".to_owned(),
        ] {
            assert!(matches!(nothing(&text), InvalidKey::Kind { .. }), "{text}");
        }
        assert_eq!(nothing("ssh-ed25519 §§§"), InvalidKey::NotBase64);
        let private = "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n";
        assert_eq!(nothing(private), InvalidKey::Private);
        let long = format!("{KEY} {}", "x".repeat(LONGEST));
        assert_eq!(nothing(&long), InvalidKey::NotOneLine);
    }

    #[test]
    fn the_bytes_are_what_they_say_they_are() {
        for fields in [&[&b"ssh-rsa"[..], b"x"][..], &[b"ssh-ed25519"], &[b"x"]] {
            let line = line("ssh-ed25519", fields);
            let error = PublicKey::parse(&line).unwrap_err();
            assert!(matches!(error, InvalidKey::OtherKind { .. }), "{line}");
        }
        // A field that is longer than all of it.
        let cut = KEY.strip_suffix("8WJ").unwrap();
        assert!(PublicKey::parse(&format!("{cut}=")).is_err());
    }

    #[test]
    fn a_short_rsa_key_is_refused() {
        let of = |bytes: usize| line(RSA, &[RSA.as_bytes(), &[1, 0, 1], &vec![0xff; bytes]]);
        let error = PublicKey::parse(&of(128)).unwrap_err();
        assert_eq!(error, InvalidKey::TooShort { bits: 1024 });
        assert!(PublicKey::parse(&of(256)).is_ok());
    }

    #[test]
    fn a_record_holds_a_key_in_one_way_only() {
        for text in [
            format!("{KEY} comment"),
            format!(" {KEY}"),
            KEY.replace(' ', "  "),
        ] {
            assert!(PublicKey::try_from(text.clone()).is_err(), "{text}");
        }
    }
}
