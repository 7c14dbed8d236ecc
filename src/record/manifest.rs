//! `<directory>.git-pact.json`: what `git pact pull` wrote beside it, so that results can be tied
//! to contents when they are recorded.
//!
//! It lies beside the directory and not in it: a verifier takes every file in there for a pact.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde::Deserialize;
use serde::Serialize;

use super::Record;
use super::path::encode;
use crate::domain::content::ContentId;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;

/// What the name of a manifest ends with.
pub const SUFFIX: &str = ".git-pact.json";

/// What was pulled into a directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// The provider whose pacts they are.
    pub provider: PacticipantName,
    /// The branch of the provider build that asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_version_branch: Option<BranchName>,
    /// The tags of the provider build that asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub provider_version_tags: Vec<TagName>,
    /// The store that was asked, for people to read.
    pub store: String,
    /// The directory, by its name: it lies beside the manifest.
    pub directory: String,
    /// The files, by name.
    pub pacts: Vec<PulledFile>,
    /// The tip of every branch that was looked at; a branch that did not exist is `null`.
    pub computed_from: BTreeMap<String, Option<String>>,
}

/// One file that was pulled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PulledFile {
    /// Its name in the directory.
    pub file: String,
    /// Whose pact it is.
    pub consumer: PacticipantName,
    /// The consumer versions that it was chosen for.
    pub consumer_versions: Vec<VersionNumber>,
    /// What was agreed.
    pub content_id: ContentId,
    /// Whether a failure leaves the build alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub pending: bool,
    /// Whether it was added as work in progress.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub wip: bool,
}

impl Record for Manifest {}

/// Returns the name of the file of each pact: `<consumer>.json`, and for a further content of the
/// same consumer `<consumer>-<eight digits of its id>.json`.
///
/// No two names differ in upper and lower case only: some file systems take them for one.
///
/// # Panics
///
/// Never: there is always another name.
#[must_use]
pub fn file_names(pacts: &[(&PacticipantName, &ContentId)]) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let mut free = |name: String| {
        let is_free = taken.insert(name.to_lowercase());
        is_free.then_some(name)
    };
    let segments: Vec<String> = pacts
        .iter()
        .map(|(name, _)| encode(name.as_str()))
        .collect();
    // Every consumer gets its own name before a further content of another one could take it.
    let first: Vec<Option<String>> = segments
        .iter()
        .map(|segment| free(format!("{segment}.json")))
        .collect();
    let further = pacts.iter().zip(segments).zip(first);
    further
        .map(|(((_, content), segment), first)| {
            let start = format!("{segment}-{}", content.short());
            let mut names = std::iter::once(format!("{start}.json"))
                .chain((2..).map(|number| format!("{start}-{number}.json")));
            first
                .or_else(|| names.find_map(&mut free))
                .expect("one of endlessly many names is free")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::RecordError;
    use super::super::from_bytes;
    use super::super::to_bytes;
    use super::*;

    fn manifest() -> Manifest {
        Manifest {
            provider: "Order Service".parse().unwrap(),
            provider_version_branch: Some("main".parse().unwrap()),
            provider_version_tags: Vec::new(),
            store: "origin (ssh://git@example.org/contracts)".to_owned(),
            directory: "verify".to_owned(),
            pacts: vec![PulledFile {
                file: "Web.json".to_owned(),
                consumer: "Web".parse().unwrap(),
                consumer_versions: vec!["1".parse().unwrap()],
                content_id: ContentId::from_digest([0xab; 32]),
                pending: true,
                wip: false,
            }],
            computed_from: BTreeMap::from([
                ("pact/app/Web".to_owned(), Some("12ab".to_owned())),
                ("pact/settings".to_owned(), None),
            ]),
        }
    }

    #[test]
    fn a_manifest_is_a_record_like_any_other() {
        let bytes = to_bytes(&manifest());
        let expected = r#"{
  "computedFrom": {
    "pact/app/Web": "12ab",
    "pact/settings": null
  },
  "directory": "verify",
  "pacts": [
    {
      "consumer": "Web",
      "consumerVersions": [
        "1"
      ],
      "contentId": "abababababababababababababababababababababababababababababababab",
      "file": "Web.json",
      "pending": true
    }
  ],
  "provider": "Order Service",
  "providerVersionBranch": "main",
  "schema": 1,
  "store": "origin (ssh://git@example.org/contracts)"
}
"#;
        assert_eq!(String::from_utf8(bytes.clone()).unwrap(), expected);
        assert_eq!(from_bytes::<Manifest>(&bytes).unwrap(), manifest());
    }

    #[test]
    fn every_content_has_a_file_of_its_own_on_every_file_system() {
        let (one, two) = ([0xab; 32], [0xcd; 32]);
        let pacts = [
            ("Web", one),
            ("Web", two),
            ("Web-cdcdcdcd", one),
            ("web", two),
            ("shop/mobile", one),
        ];
        let pacts = pacts.map(|(name, digest)| {
            let name: PacticipantName = name.parse().unwrap();
            (name, ContentId::from_digest(digest))
        });
        let pacts: Vec<_> = pacts.iter().map(|(name, id)| (name, id)).collect();
        let expected = [
            "Web.json",
            "Web-cdcdcdcd-2.json",
            "Web-cdcdcdcd.json",
            "web-cdcdcdcd-3.json",
            "shop%2Fmobile.json",
        ];
        assert_eq!(file_names(&pacts), expected);
    }

    #[test]
    fn a_newer_manifest_is_refused() {
        let newer = from_bytes::<Manifest>(br#"{"schema": 2}"#).unwrap_err();
        assert!(matches!(newer, RecordError::Newer { found: 2, .. }));
    }
}
