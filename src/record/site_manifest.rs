//! `git-pact-site.json`: what `git pact site build` wrote into a directory, so that the next build
//! replaces what changed, takes away what is gone, and leaves alone what is somebody else's.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use super::Record;

/// The name of the file, at the root of the site.
pub const FILE: &str = "git-pact-site.json";

/// What is in a site.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SiteManifest {
    /// What it was made of: the same gives the same files.
    pub made_of: String,
    /// The SHA-256 of each file, by its path with slashes.
    pub files: BTreeMap<String, String>,
}

impl Record for SiteManifest {}
