//! Who may sign what is recorded of an application: the keys of its pipelines.
//!
//! They are settings of the store, so whoever may write those decides whom a gate believes. That a
//! commit was signed by a key is for git to find out; what follows from it is decided here.

mod backing;
mod key;

pub use backing::{Backing, Doubt, NobodyKnows, Signature, Unbelieved, Witness};
pub use key::{InvalidKey, PublicKey};

use std::fmt;

use serde::{Deserialize, Serialize};

use super::ledger::{Ledger, Read, Unreadable};
use super::name::PacticipantName;
use super::time::Timestamp;

/// The longest name of a signer, in characters.
const LONGEST_PRINCIPAL: usize = 100;

/// Who signs, in a word: `ci@orders`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Principal(String);

/// A text cannot be the name of a signer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{text:?} is no name of a signer: it is one word such as ci@orders, of letters, digits and any of \
     @ . _ + - : /, {LONGEST_PRINCIPAL} characters at most"
)]
pub struct InvalidPrincipal {
    text: String,
}

impl Principal {
    /// Returns the word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl TryFrom<String> for Principal {
    type Error = InvalidPrincipal;

    fn try_from(text: String) -> Result<Self, InvalidPrincipal> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "@._+-:/".contains(c);
        let begins_well = text.starts_with(|c: char| c.is_ascii_alphanumeric());
        if begins_well && text.chars().all(plain) && text.len() <= LONGEST_PRINCIPAL {
            Ok(Self(text))
        } else {
            Err(InvalidPrincipal { text })
        }
    }
}

impl std::str::FromStr for Principal {
    type Err = InvalidPrincipal;

    fn from_str(text: &str) -> Result<Self, InvalidPrincipal> {
        Self::try_from(text.to_owned())
    }
}

impl From<Principal> for String {
    fn from(principal: Principal) -> Self {
        principal.0
    }
}

/// Somebody who may sign, and with which key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedSigner {
    /// Who it is.
    pub principal: Principal,
    /// The key.
    pub key: PublicKey,
    /// What was signed before does not count.
    pub valid_after: Option<Timestamp>,
    /// What was signed then, or later, does not count.
    pub valid_before: Option<Timestamp>,
    /// What people should know of the key.
    pub comment: Option<String>,
}

impl AllowedSigner {
    /// Says whether what was signed at a time counts.
    #[must_use]
    pub fn is_valid_at(&self, time: Timestamp) -> bool {
        self.valid_after.is_none_or(|after| time >= after)
            && self.valid_before.is_none_or(|before| time < before)
    }
}

/// Everybody who may sign what is recorded of an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signers {
    /// The application.
    pub pacticipant: PacticipantName,
    /// Who may, by name, then by key; each key is there once.
    pub allowed: Vec<AllowedSigner>,
}

impl Signers {
    /// Returns those who may sign for an application, in their order.
    #[must_use]
    pub fn new(pacticipant: PacticipantName, mut allowed: Vec<AllowedSigner>) -> Self {
        allowed.sort_by(|one, other| {
            let key = |it: &AllowedSigner| (it.principal.clone(), it.key.clone());
            key(one).cmp(&key(other))
        });
        Self {
            pacticipant,
            allowed,
        }
    }

    /// Returns the signer with a key.
    #[must_use]
    pub fn with_key(&self, fingerprint: &str) -> Option<&AllowedSigner> {
        let has_it = |it: &&AllowedSigner| it.key.fingerprint() == fingerprint;
        self.allowed.iter().find(has_it)
    }
}

/// Nothing can be recorded of those who may sign.
#[derive(Debug, thiserror::Error)]
pub enum SignersRefusal {
    /// Nobody of that name, and no such key, may sign for the application.
    #[error("nobody who may sign for {pacticipant} has the name or the fingerprint `{signer}`")]
    NoSuchSigner {
        /// The application.
        pacticipant: PacticipantName,
        /// What was asked for.
        signer: String,
    },
    /// A key would be valid at no time.
    #[error("the key of {principal} would never be valid: it ends before it begins")]
    NeverValid {
        /// Whose key.
        principal: Principal,
    },
    /// The store could not be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

fn known(ledger: &dyn Ledger, pacticipant: &PacticipantName) -> Read<Vec<AllowedSigner>> {
    let known = ledger.signers(pacticipant)?;
    Ok(known.map_or_else(Vec::new, |known| known.allowed.clone()))
}

/// Returns who may sign for an application once one more may. Who had the key before gives way.
///
/// # Errors
///
/// Refuses a key that would be valid at no time.
pub fn allow_signer(
    ledger: &dyn Ledger,
    pacticipant: &PacticipantName,
    signer: &AllowedSigner,
) -> Result<Signers, SignersRefusal> {
    if let (Some(after), Some(before)) = (signer.valid_after, signer.valid_before)
        && after >= before
    {
        return Err(SignersRefusal::NeverValid {
            principal: signer.principal.clone(),
        });
    }
    let mut allowed = known(ledger, pacticipant)?;
    allowed.retain(|it| it.key != signer.key);
    allowed.push(signer.clone());
    Ok(Signers::new(pacticipant.clone(), allowed))
}

/// Returns who may sign for an application once a signer may not, who is named or whose key is.
///
/// # Errors
///
/// Refuses what names nobody who may.
pub fn remove_signer(
    ledger: &dyn Ledger,
    pacticipant: &PacticipantName,
    signer: &str,
) -> Result<Signers, SignersRefusal> {
    let mut allowed = known(ledger, pacticipant)?;
    let before = allowed.len();
    allowed.retain(|it| it.principal.as_str() != signer && it.key.fingerprint() != signer);
    if allowed.len() == before {
        return Err(SignersRefusal::NoSuchSigner {
            pacticipant: pacticipant.clone(),
            signer: signer.to_owned(),
        });
    }
    Ok(Signers::new(pacticipant.clone(), allowed))
}

#[cfg(test)]
mod tests;
