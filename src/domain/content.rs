//! The identity of what was agreed in a pact.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Names the content of a pact: SHA-256 of its canonical verifiable content, in lower-case hex.
///
/// Two pacts of one consumer and one provider with the same id are the same pact, and a
/// verification of the one holds for the other. The id says nothing across integrations.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ContentId(String);

/// The text given is not a content id.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a content id: 64 lower-case hexadecimal digits")]
pub struct InvalidContentId(String);

/// Returns bytes as lower-case hexadecimal digits.
///
/// # Panics
///
/// Never: a text can always be written to.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    let mut hex = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        write!(hex, "{byte:02x}").expect("writing to a string does not fail");
    }
    hex
}

impl ContentId {
    /// Returns the id that names a SHA-256 digest.
    #[must_use]
    pub fn from_digest(digest: [u8; 32]) -> Self {
        Self(hex(&digest))
    }

    /// Returns the hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the first eight digits, to show to people.
    #[must_use]
    pub fn short(&self) -> &str {
        &self.0[..8]
    }
}

impl TryFrom<String> for ContentId {
    type Error = InvalidContentId;

    fn try_from(text: String) -> Result<Self, InvalidContentId> {
        let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() == 64 && text.bytes().all(hex) {
            Ok(Self(text))
        } else {
            Err(InvalidContentId(text))
        }
    }
}

impl FromStr for ContentId {
    type Err = InvalidContentId;

    fn from_str(text: &str) -> Result<Self, InvalidContentId> {
        Self::try_from(text.to_owned())
    }
}

impl From<ContentId> for String {
    fn from(id: ContentId) -> Self {
        id.0
    }
}

impl fmt::Display for ContentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_64_lower_case_digits() {
        let id = ContentId::from_digest([0xab; 32]);
        assert_eq!(id.as_str().parse(), Ok(id.clone()));
        assert_eq!(id.short(), "abababab");
        assert!("AB".repeat(32).parse::<ContentId>().is_err());
        assert!("ab".parse::<ContentId>().is_err());
    }
}
