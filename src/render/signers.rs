//! Who may sign for whom, as text and as JSON.

use serde::Serialize;

use super::table::one_line;
use super::table::table;
use crate::app::signatures::KeyOwner;
use crate::app::signatures::Signed;
use crate::domain::name::PacticipantName;
use crate::domain::signers::AllowedSigner;
use crate::domain::signers::Principal;
use crate::domain::signers::Signature;
use crate::domain::signers::Signers;
use crate::domain::time::Timestamp;

/// Returns a signer as a sentence names one: `ci@orders (SHA256:…)`.
#[must_use]
pub fn named_with_key(signer: &AllowedSigner) -> String {
    format!("{} ({})", signer.principal, signer.key.fingerprint())
}

/// Returns who signed something, as the end of a sentence about it.
#[must_use]
pub(super) fn signed_by(signed: &Signed) -> String {
    let owner = |owner: &KeyOwner| {
        let valid = if owner.is_valid {
            ""
        } else {
            ", but not valid then"
        };
        let (who, name) = (&owner.principal, &owner.pacticipant);
        format!("{who} (allowed for {name}{valid})")
    };
    match &signed.signature {
        Signature::Absent => "not signed".to_owned(),
        Signature::Good { .. } => {
            let owners: Vec<String> = signed.owners.iter().map(owner).collect();
            format!("signed by {}", owners.join(", "))
        }
        Signature::Stranger { fingerprint } => {
            format!("signed with an unknown key ({fingerprint})")
        }
        Signature::OtherKind => "signed, but not with a key of OpenSSH".to_owned(),
        Signature::Bad => "signed, but the signature does not hold".to_owned(),
    }
}

/// Returns a table of those who may sign; nothing if nobody may.
#[must_use]
pub fn text(all: &[&Signers]) -> String {
    let row = |name: &PacticipantName, signer: &AllowedSigner| {
        let time = |time: Option<Timestamp>| time.map_or_else(String::new, |it| it.to_string());
        vec![
            one_line(name.as_str()),
            signer.principal.to_string(),
            signer.key.fingerprint(),
            time(signer.valid_after),
            time(signer.valid_before),
            one_line(signer.comment.as_deref().unwrap_or_default()),
        ]
    };
    let rows = all.iter().flat_map(|signers| {
        let of_one = signers.allowed.iter();
        of_one.map(|signer| row(&signers.pacticipant, signer))
    });
    let header = [
        "PACTICIPANT",
        "PRINCIPAL",
        "KEY",
        "VALID AFTER",
        "VALID BEFORE",
        "COMMENT",
    ];
    table(&header, &rows.collect::<Vec<_>>())
}

/// Who signed something, for programs.
#[derive(Debug, Serialize)]
pub(super) struct SignatureJson<'a> {
    /// `good`, `unknown-key`, `not-ssh`, `bad` or `none`.
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fingerprint: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    signers: Vec<OwnerJson<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct OwnerJson<'a> {
    principal: &'a Principal,
    pacticipant: &'a PacticipantName,
    is_valid: bool,
}

impl<'a> SignatureJson<'a> {
    /// Returns who signed something.
    pub(super) fn new(signed: &'a Signed) -> Self {
        let (status, fingerprint) = match &signed.signature {
            Signature::Absent => ("none", None),
            Signature::Good { fingerprint } => ("good", Some(fingerprint.as_str())),
            Signature::Stranger { fingerprint } => ("unknown-key", Some(fingerprint.as_str())),
            Signature::OtherKind => ("not-ssh", None),
            Signature::Bad => ("bad", None),
        };
        let owner = |owner: &'a KeyOwner| OwnerJson {
            principal: &owner.principal,
            pacticipant: &owner.pacticipant,
            is_valid: owner.is_valid,
        };
        Self {
            status,
            fingerprint,
            signers: signed.owners.iter().map(owner).collect(),
        }
    }
}

/// Those who may sign, for programs.
#[derive(Debug, Serialize)]
pub struct AllSignersJson<'a> {
    pacticipants: Vec<SignersJson<'a>>,
}

/// Those who may sign for one application.
#[derive(Debug, Serialize)]
pub struct SignersJson<'a> {
    pacticipant: &'a PacticipantName,
    signers: Vec<SignerJson<'a>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SignerJson<'a> {
    principal: &'a Principal,
    fingerprint: String,
    key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_after: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_before: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<&'a str>,
}

impl<'a> AllSignersJson<'a> {
    /// Returns those who may sign.
    #[must_use]
    pub fn new(all: &[&'a Signers]) -> Self {
        Self {
            pacticipants: all.iter().copied().map(SignersJson::from).collect(),
        }
    }
}

impl<'a> From<&'a Signers> for SignersJson<'a> {
    fn from(signers: &'a Signers) -> Self {
        Self {
            pacticipant: &signers.pacticipant,
            signers: signers.allowed.iter().map(SignerJson::from).collect(),
        }
    }
}

impl<'a> From<&'a AllowedSigner> for SignerJson<'a> {
    fn from(signer: &'a AllowedSigner) -> Self {
        Self {
            principal: &signer.principal,
            fingerprint: signer.key.fingerprint(),
            key: signer.key.to_string(),
            valid_after: signer.valid_after,
            valid_before: signer.valid_before,
            comment: signer.comment.as_deref(),
        }
    }
}
