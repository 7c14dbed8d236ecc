//! The signatures of commits, and whose they are. One run of git looks at all of them.

use std::collections::BTreeMap;

use super::Context;
use super::site::Site;
use super::site::SiteError;
use crate::domain::name::PacticipantName;
use crate::domain::signers::Principal;
use crate::domain::signers::PublicKey;
use crate::domain::signers::Signature;
use crate::domain::signers::Signers;
use crate::domain::time::Timestamp;
use crate::record::path::Branch;
use crate::remote::ObjectId;
use crate::store::Revision;
use crate::store::git::history::Commit;
use crate::store::git::history::SignatureKind;

/// Returns what the signatures of commits are worth, where the keys of these signers count.
///
/// # Errors
///
/// Fails if git cannot look at them.
pub fn signatures<'a>(
    site: &Site,
    context: &Context,
    commits: impl IntoIterator<Item = &'a Commit>,
    signers: &[&Signers],
) -> Result<BTreeMap<Revision, Signature>, SiteError> {
    let mut found = BTreeMap::new();
    let mut asked: Vec<ObjectId> = Vec::new();
    for commit in commits {
        let known = match commit.signature {
            SignatureKind::Absent => Signature::Absent,
            SignatureKind::Other => Signature::OtherKind,
            SignatureKind::Ssh => {
                // An id that git cannot be asked about is worth as much as a bad signature.
                asked.extend(commit.revision.0.parse::<ObjectId>());
                Signature::Bad
            }
        };
        found.insert(commit.revision.clone(), known);
    }
    asked.sort();
    asked.dedup();
    let keys = signers.iter().flat_map(|signers| &signers.allowed);
    let mut keys: Vec<PublicKey> = keys.map(|signer| signer.key.clone()).collect();
    keys.sort();
    keys.dedup();
    let looked_at = site.git(context).signatures(&asked, &keys)?;
    let looked_at = looked_at.into_iter();
    found.extend(looked_at.map(|(id, signature)| (Revision(id.as_str().to_owned()), signature)));
    Ok(found)
}

/// Whose signature a commit has, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// What it is worth.
    pub signature: Signature,
    /// Who has the key, as far as somebody may sign with it.
    pub owners: Vec<KeyOwner>,
}

/// Somebody who may sign with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyOwner {
    /// Who.
    pub principal: Principal,
    /// For which application.
    pub pacticipant: PacticipantName,
    /// Whether the key was valid when it was used.
    pub is_valid: bool,
}

impl Signed {
    /// Returns the signature of what nobody signed.
    #[must_use]
    pub fn nobody() -> Self {
        Self {
            signature: Signature::Absent,
            owners: Vec::new(),
        }
    }

    /// Returns whose a signature is that was made at a time on a branch. An application's own signers are
    /// the only ones that matter on its branch; elsewhere all do.
    #[must_use]
    pub fn new(signature: Signature, at: Timestamp, branch: &Branch, all: &[&Signers]) -> Self {
        let Signature::Good { fingerprint } = &signature else {
            let owners = Vec::new();
            return Self { signature, owners };
        };
        let owner = |signers: &&Signers| {
            let signer = signers.with_key(fingerprint)?;
            Some(KeyOwner {
                principal: signer.principal.clone(),
                pacticipant: signers.pacticipant.clone(),
                is_valid: signer.is_valid_at(at),
            })
        };
        let mut owners: Vec<KeyOwner> = all.iter().filter_map(owner).collect();
        let is_own = |owner: &KeyOwner| Branch::app(&owner.pacticipant) == *branch;
        if owners.iter().any(is_own) {
            owners.retain(is_own);
        }
        Self { signature, owners }
    }
}
