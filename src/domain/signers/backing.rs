//! Whether what a run of a verification says is believed where results have to be signed.
//!
//! A run is a file, and a file says nothing of who wrote it. What it rests on are commits: the one that
//! wrote it as it is, and each later one that took other runs of the version away or changed them, which
//! may have been failures. All of them have to be signed by somebody who may, each at its time.

use std::fmt;

use super::Principal;
use super::Signers;
use crate::domain::ledger::Read;
use crate::domain::name::{PacticipantName, VersionNumber};
use crate::domain::time::Timestamp;
use crate::domain::verification::Run;

/// What git made of the signature of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signature {
    /// There is none.
    Absent,
    /// It holds, and the key is one of those that may sign for somebody.
    Good {
        /// The key, by its fingerprint.
        fingerprint: String,
    },
    /// It was made with a key that may sign for nobody.
    Stranger {
        /// The key, by its fingerprint.
        fingerprint: String,
    },
    /// It was not made with a key of OpenSSH, so nobody looked at it.
    OtherKind,
    /// It does not hold: the commit is another one than was signed, or what stands there is none.
    Bad,
}

/// A commit that a record rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backing {
    /// What git made of its signature.
    pub signature: Signature,
    /// When it was made, by its own word, which is signed with the rest.
    pub at: Timestamp,
}

/// Why what a run says is not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Nobody may sign for the provider.
    NobodyMaySign,
    /// A commit is not signed.
    NotSigned,
    /// It is signed with a key that the provider does not allow.
    KeyNotAllowed {
        /// The key, by its fingerprint.
        fingerprint: String,
    },
    /// It was signed when the key was not valid.
    KeyNotValid {
        /// Whose key it is.
        principal: Principal,
    },
    /// It is signed with something else than a key of OpenSSH.
    OtherKind,
    /// The signature does not hold.
    Bad,
    /// The run waits here to be pushed, and is signed when it goes out.
    NotPushed,
    /// The history that would tell is not here.
    NoHistory,
}

impl Doubt {
    /// Returns the word by which a program tells the doubt from others.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NobodyMaySign => "nobody-may-sign",
            Self::NotSigned => "not-signed",
            Self::KeyNotAllowed { .. } => "key-not-allowed",
            Self::KeyNotValid { .. } => "key-not-valid",
            Self::OtherKind => "not-an-ssh-signature",
            Self::Bad => "bad-signature",
            Self::NotPushed => "not-pushed",
            Self::NoHistory => "no-history",
        }
    }
}

impl fmt::Display for Doubt {
    /// Writes what is wrong as the end of a sentence about a result that is there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NobodyMaySign => f.write_str("nobody may sign the results of the provider"),
            Self::NotSigned => f.write_str("the result is not signed"),
            Self::KeyNotAllowed { fingerprint } => write!(
                f,
                "the result is signed with {fingerprint}, a key that the provider does not allow"
            ),
            Self::KeyNotValid { principal } => write!(
                f,
                "the result was signed by {principal} at a time at which that key was not valid"
            ),
            Self::OtherKind => f.write_str("the result is not signed with a key of OpenSSH"),
            Self::Bad => f.write_str("the signature of the result does not hold"),
            Self::NotPushed => {
                f.write_str("the result is kept here, to be signed when it is pushed")
            }
            Self::NoHistory => {
                f.write_str("the history that tells who signed the result is not here")
            }
        }
    }
}

impl Signers {
    /// Returns who signed a commit and was allowed to.
    ///
    /// # Errors
    ///
    /// Returns why nobody did.
    pub fn judge(&self, backing: &Backing) -> Result<&Principal, Doubt> {
        let fingerprint = match &backing.signature {
            Signature::Absent => return Err(Doubt::NotSigned),
            Signature::OtherKind => return Err(Doubt::OtherKind),
            Signature::Bad => return Err(Doubt::Bad),
            Signature::Stranger { fingerprint } => {
                return Err(Doubt::KeyNotAllowed {
                    fingerprint: fingerprint.clone(),
                });
            }
            Signature::Good { fingerprint } => fingerprint,
        };
        match self.with_key(fingerprint) {
            None => Err(Doubt::KeyNotAllowed {
                fingerprint: fingerprint.clone(),
            }),
            Some(signer) if signer.is_valid_at(backing.at) => Ok(&signer.principal),
            Some(signer) => Err(Doubt::KeyNotValid {
                principal: signer.principal.clone(),
            }),
        }
    }
}

/// Knows which runs of verifications are believed.
pub trait Witness {
    /// Returns why what a run of a provider says is not believed, or `None` if it is.
    ///
    /// # Errors
    ///
    /// Fails if what it rests on cannot be read.
    fn doubt(&self, provider: &PacticipantName, run: &Run) -> Read<Option<Doubt>>;
}

/// Believes nothing: there is no way to look at signatures.
#[derive(Clone, Copy, Debug)]
pub struct NobodyKnows;

impl Witness for NobodyKnows {
    fn doubt(&self, _: &PacticipantName, _: &Run) -> Read<Option<Doubt>> {
        Ok(Some(Doubt::NoHistory))
    }
}

/// A success that is on record and not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unbelieved {
    /// The provider version that is said to honour the pact.
    pub version: VersionNumber,
    /// The run that says so.
    pub run: u32,
    /// Why it is not believed.
    pub doubt: Doubt,
}
