//! `settings/signers/<pacticipant>.json`: whose keys may sign what is recorded of an application.

use serde::Deserialize;
use serde::Serialize;

use super::Record;
use crate::domain::name::PacticipantName;
use crate::domain::signers::AllowedSigner;
use crate::domain::signers::Principal;
use crate::domain::signers::PublicKey;
use crate::domain::signers::Signers;
use crate::domain::time::Timestamp;

/// Those who may sign for an application, as a file.
#[derive(Debug, Serialize, Deserialize)]
pub struct SignersRecord {
    pacticipant: PacticipantName,
    signers: Vec<SignerRecord>,
}

/// One who may sign.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SignerRecord {
    principal: Principal,
    key: PublicKey,
    /// Absent where the key is valid from the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    valid_after: Option<Timestamp>,
    /// Absent where the key does not end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    valid_before: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
}

impl Record for SignersRecord {}

impl From<AllowedSigner> for SignerRecord {
    fn from(signer: AllowedSigner) -> Self {
        let AllowedSigner {
            principal,
            key,
            valid_after,
            valid_before,
            comment,
        } = signer;
        Self {
            principal,
            key,
            valid_after,
            valid_before,
            comment,
        }
    }
}

impl From<SignerRecord> for AllowedSigner {
    fn from(record: SignerRecord) -> Self {
        let SignerRecord {
            principal,
            key,
            valid_after,
            valid_before,
            comment,
        } = record;
        Self {
            principal,
            key,
            valid_after,
            valid_before,
            comment,
        }
    }
}

impl From<Signers> for SignersRecord {
    fn from(signers: Signers) -> Self {
        Self {
            pacticipant: signers.pacticipant,
            signers: signers.allowed.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<SignersRecord> for Signers {
    fn from(record: SignersRecord) -> Self {
        let allowed = record.signers.into_iter().map(Into::into);
        Self::new(record.pacticipant, allowed.collect())
    }
}
