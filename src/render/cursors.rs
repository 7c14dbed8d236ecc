//! Cursors as text and as JSON.

use std::collections::BTreeMap;

use serde::Serialize;

use super::table::table;
use crate::app::cursor::Cursor;
use crate::app::cursor::Reached;
use crate::domain::name::CursorName;
use crate::domain::time::Timestamp;
use crate::record::path::Branch;
use crate::store::Revision;

/// Cursors as JSON.
#[derive(Serialize)]
pub struct CursorsJson<'a> {
    cursors: Vec<CursorJson<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CursorJson<'a> {
    name: &'a CursorName,
    moved_at: Timestamp,
    tips: BTreeMap<String, String>,
}

impl<'a> CursorsJson<'a> {
    /// Returns cursors as JSON.
    #[must_use]
    pub fn new(cursors: &'a [Cursor]) -> Self {
        let json = |cursor: &'a Cursor| CursorJson {
            name: &cursor.name,
            moved_at: cursor.moved_at,
            tips: tips(&cursor.reached),
        };
        Self {
            cursors: cursors.iter().map(json).collect(),
        }
    }
}

/// How far somebody has read, as JSON that can be given back.
#[derive(Serialize)]
pub struct TipsJson {
    tips: BTreeMap<String, String>,
}

impl From<&Reached> for TipsJson {
    fn from(reached: &Reached) -> Self {
        Self {
            tips: tips(reached),
        }
    }
}

fn tips(reached: &Reached) -> BTreeMap<String, String> {
    let tip = |(branch, at): (&Branch, &Revision)| (branch.to_string(), at.to_string());
    reached.iter().map(tip).collect()
}

/// Returns cursors as a table.
#[must_use]
pub fn text(cursors: &[Cursor]) -> String {
    let row = |cursor: &Cursor| {
        vec![
            cursor.name.to_string(),
            cursor.moved_at.to_string(),
            cursor.reached.len().to_string(),
        ]
    };
    let rows: Vec<_> = cursors.iter().map(row).collect();
    table(&["CURSOR", "MOVED", "BRANCHES"], &rows)
}
