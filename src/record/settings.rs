//! `settings/store.json`: what holds for the whole store.

use serde::Deserialize;
use serde::Serialize;

use super::Record;
use crate::domain::rules::Rules;

/// The settings as a file.
#[derive(Debug, Serialize, Deserialize)]
pub struct SettingsRecord {
    /// Whose rules decide.
    pub rules: Rules,
}

impl Record for SettingsRecord {}
