//! `dispatched.json` on a private ref: which verifications builds were started for.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use super::Record;
use crate::domain::environment::Uuid;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::time::Timestamp;

/// The name of the file, which is the only one.
pub const FILE: &str = "dispatched.json";

/// What builds were started for, as a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DispatchedRecord {
    /// By an id that follows from provider, version, consumer and content.
    pub dispatched: BTreeMap<Uuid, DispatchRecord>,
}

/// A verification that a build was started for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DispatchRecord {
    /// When the last one was.
    pub at: Timestamp,
    /// How many were.
    pub times: u32,
    /// The provider, for people.
    pub provider: PacticipantName,
    /// The version, likewise.
    pub version: VersionNumber,
    /// The consumer, likewise.
    pub consumer: PacticipantName,
}

impl Record for DispatchedRecord {}
