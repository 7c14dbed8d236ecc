//! `cursor.json` on a private ref: up to which commits somebody has been told the events of a store.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use super::Record;
use crate::domain::name::CursorName;
use crate::domain::time::Timestamp;

/// The name of the file, which is the only one.
pub const FILE: &str = "cursor.json";

/// A cursor as a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CursorRecord {
    /// What it is called: the name of a ref may be cut.
    pub name: CursorName,
    /// When it was moved there.
    pub moved_at: Timestamp,
    /// The last commit of each branch that was told.
    pub tips: BTreeMap<String, String>,
}

impl Record for CursorRecord {}
