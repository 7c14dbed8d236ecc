//! What a verifier is told with a pact and hands back with its results, without looking at it.
//!
//! It stands in a segment of the URL, as base64. Whatever cannot be read there says nothing: the
//! URL may have been made by another broker, and the pact is named by the rest of it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::Serialize;

use crate::domain::name::VersionNumber;
use crate::domain::pacts_for_verification::SelectedPact;

/// How many versions are named: a selector can mean thousands, and a URL must not be that long.
const MAX_VERSIONS: usize = 20;

/// What a verifier is told with a pact.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// The consumer versions that were selected, the one that the pact is named after first.
    #[serde(rename = "v", default)]
    pub versions: Vec<VersionNumber>,
    /// Whether the pact is verified as work in progress.
    #[serde(rename = "w", default, skip_serializing_if = "std::ops::Not::not")]
    pub wip: bool,
}

impl Metadata {
    /// Returns what to tell with a pact that has to be verified.
    #[must_use]
    pub fn of(pact: &SelectedPact) -> Self {
        let mut versions = vec![pact.version.clone()];
        for choice in &pact.choices {
            if versions.len() < MAX_VERSIONS && !versions.contains(&choice.version) {
                versions.push(choice.version.clone());
            }
        }
        Self {
            versions,
            wip: pact.wip,
        }
    }

    /// Returns what names one consumer version.
    #[must_use]
    pub fn of_version(number: &VersionNumber) -> Self {
        Self {
            versions: vec![number.clone()],
            wip: false,
        }
    }

    /// Returns it as a segment of a URL.
    #[must_use]
    pub fn encoded(&self) -> String {
        // Texts and a flag are always JSON.
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Returns what a segment of a URL says; nothing if it cannot be read.
    #[must_use]
    pub fn decoded(segment: &str) -> Self {
        let bytes = URL_SAFE_NO_PAD.decode(segment).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_handed_out_comes_back() {
        let metadata = Metadata {
            versions: vec!["1+ä/2".parse().unwrap(), "2".parse().unwrap()],
            wip: true,
        };
        assert_eq!(Metadata::decoded(&metadata.encoded()), metadata);
        let plain = Metadata::of_version(&"1".parse().unwrap());
        assert_eq!(Metadata::decoded(&plain.encoded()), plain);
    }

    #[test]
    fn what_cannot_be_read_says_nothing() {
        for segment in ["", "%", "dz10cnVl", "bnVsbA", "eyJ2IjpbMV19"] {
            assert_eq!(Metadata::decoded(segment), Metadata::default(), "{segment}");
        }
    }
}
