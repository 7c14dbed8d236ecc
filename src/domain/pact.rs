//! A *pact*: what a consumer expects of a provider, read from a document.
//!
//! All versions of the specification are read, 1 to 4, with messages, plugins and fields that
//! nobody knows yet: what is read here is only what identity, merging and differences need. The
//! bytes are the caller's to keep; a pact is never written back but by a merge.

mod interaction;
mod recognise;

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::content::ContentId;
use super::json::{Json, JsonError, without_byte_order_mark};
use super::name::{InvalidName, PacticipantName};
use super::similar_name::mixes_scripts;

pub use interaction::{Interaction, InteractionKey, List, ProviderState};
pub use recognise::{Recognised, recognise};

/// A pact between a consumer and a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pact {
    consumer: PacticipantName,
    provider: PacticipantName,
    document: Json,
    content: ContentId,
    warnings: Vec<Warning>,
}

/// What the interactions of a pact are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Requests and responses, as in versions 1 to 3 of the specification.
    Http,
    /// Messages, as in version 3.
    Messages,
    /// Interactions that each say what they are, as in version 4.
    V4,
    /// There are neither interactions nor messages.
    Other,
}

/// The document is not a pact that can be published.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PactError {
    /// The document cannot be read.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// The document is something else.
    #[error("this is {0}, not a pact")]
    SomethingElse(
        /// What it is, e.g. `a package.json`.
        &'static str,
    ),
    /// There is no name where one has to be.
    #[error("the pact has no {0}")]
    Missing(
        /// The path of the name, e.g. `consumer.name`.
        &'static str,
    ),
    /// A name cannot be one.
    #[error("the {field} of the pact is not usable: {reason}")]
    Name {
        /// The path of the name.
        field: &'static str,
        /// What is wrong with it.
        reason: InvalidName,
    },
    /// The pact is between others than it is published for.
    #[error("the {field} of the pact is `{found}`, but it is published for `{expected}`")]
    OtherName {
        /// The path of the name.
        field: &'static str,
        /// The name in the pact.
        found: String,
        /// The name that was given beside it.
        expected: PacticipantName,
    },
    /// The document says something else than what its id stands for: somebody changed it.
    #[error("its content is {found}, not {expected}")]
    OtherContent {
        /// What the content is.
        found: ContentId,
        /// What it should be.
        expected: ContentId,
    },
}

/// The pact can be published, but somebody may want to know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    /// The document began with a byte order mark, which is not stored.
    #[error("the byte order mark at the start of the pact is not kept")]
    ByteOrderMark,
    /// The version of the specification is not given.
    #[error("the pact does not say which version of the specification it follows")]
    NoSpecification,
    /// The version of the specification is none that is known.
    #[error("the pact follows version {0} of the specification, which is not known")]
    UnknownSpecification(
        /// The version as written.
        String,
    ),
    /// A name has letters of several scripts, some of which look alike.
    #[error(
        "the {0} of the pact mixes letters of scripts that look alike (Latin, Greek, Cyrillic)"
    )]
    MixedScripts(
        /// The path of the name.
        &'static str,
    ),
    /// Two interactions cannot be told apart by name, though they differ.
    #[error("the pact has two different interactions {0}")]
    Ambiguous(
        /// Their common key.
        InteractionKey,
    ),
}

impl Pact {
    /// Returns the pact that a document holds.
    ///
    /// # Errors
    ///
    /// Fails if the document cannot be read, is something else, or lacks a name.
    pub fn parse(bytes: &[u8]) -> Result<Self, PactError> {
        let document = Json::parse(bytes)?;
        if let Some(what) = recognise::something_else(&document) {
            return Err(PactError::SomethingElse(what));
        }
        let name = |side: &str, field: &'static str| match name_in(&document, side) {
            Some(text) => text
                .parse()
                .map_err(|reason| PactError::Name { field, reason }),
            None => Err(PactError::Missing(field)),
        };
        let consumer = name("consumer", "consumer.name")?;
        let provider = name("provider", "provider.name")?;
        Ok(Self::assembled(bytes, document, consumer, provider))
    }

    /// Returns the pact that a document holds, whose names are given beside it; the document
    /// need not repeat them (spec: semantics §5).
    ///
    /// # Errors
    ///
    /// Fails if the document cannot be read, is not an object, or gives other names.
    pub fn parse_between(
        bytes: &[u8],
        consumer: &PacticipantName,
        provider: &PacticipantName,
    ) -> Result<Self, PactError> {
        let document = Json::parse(bytes)?;
        if let Some(what) = recognise::no_object(&document) {
            return Err(PactError::SomethingElse(what));
        }
        for (side, field, expected) in [
            ("consumer", "consumer.name", consumer),
            ("provider", "provider.name", provider),
        ] {
            if let Some(found) = name_in(&document, side)
                && found != expected.as_str()
            {
                let (found, expected) = (found.to_owned(), expected.clone());
                return Err(PactError::OtherName {
                    field,
                    found,
                    expected,
                });
            }
        }
        let (consumer, provider) = (consumer.clone(), provider.clone());
        Ok(Self::assembled(bytes, document, consumer, provider))
    }

    /// Returns the pact that a document holds, which was kept under the id of its content.
    ///
    /// Whoever verifies it says something of that id, so it has to be what the consumer published.
    ///
    /// # Errors
    ///
    /// Fails as [`Self::parse_between`] does, and if the content is another one.
    pub fn parse_kept(
        bytes: &[u8],
        consumer: &PacticipantName,
        provider: &PacticipantName,
        expected: &ContentId,
    ) -> Result<Self, PactError> {
        let pact = Self::parse_between(bytes, consumer, provider)?;
        if pact.content == *expected {
            return Ok(pact);
        }
        Err(PactError::OtherContent {
            found: pact.content,
            expected: expected.clone(),
        })
    }

    /// Returns the pact between the same two that another document holds.
    pub(super) fn with_document(&self, document: Json) -> Self {
        let (consumer, provider) = (self.consumer.clone(), self.provider.clone());
        Self::assembled(&[], document, consumer, provider)
    }

    fn assembled(
        bytes: &[u8],
        document: Json,
        consumer: PacticipantName,
        provider: PacticipantName,
    ) -> Self {
        let mut pact = Self {
            consumer,
            provider,
            content: content_id(&document),
            document,
            warnings: Vec::new(),
        };
        if without_byte_order_mark(bytes).len() < bytes.len() {
            pact.warnings.push(Warning::ByteOrderMark);
        }
        for (field, name) in [
            ("consumer.name", &pact.consumer),
            ("provider.name", &pact.provider),
        ] {
            if mixes_scripts(name) {
                pact.warnings.push(Warning::MixedScripts(field));
            }
        }
        match pact.specification() {
            None => pact.warnings.push(Warning::NoSpecification),
            Some(version) if !is_known(&version) => {
                pact.warnings.push(Warning::UnknownSpecification(version));
            }
            Some(_) => {}
        }
        let ambiguous = pact.ambiguous_keys();
        pact.warnings
            .extend(ambiguous.into_iter().map(Warning::Ambiguous));
        pact
    }

    /// Returns the consumer.
    #[must_use]
    pub fn consumer(&self) -> &PacticipantName {
        &self.consumer
    }

    /// Returns the provider.
    #[must_use]
    pub fn provider(&self) -> &PacticipantName {
        &self.provider
    }

    /// Returns the whole document.
    #[must_use]
    pub fn document(&self) -> &Json {
        &self.document
    }

    /// Returns the identity of what was agreed: equal for pacts that differ only in white space,
    /// in the order of keys and interactions, and in metadata (spec: semantics §4).
    #[must_use]
    pub fn content_id(&self) -> &ContentId {
        &self.content
    }

    /// Returns what somebody may want to know before this is published.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Returns the version of the specification as written, or `None` if it is not given.
    #[must_use]
    pub fn specification(&self) -> Option<String> {
        specification_in(&self.document).map(|version| match version {
            Json::String(text) => text.clone(),
            other => other.compact(),
        })
    }

    /// Returns what the interactions are.
    #[must_use]
    pub fn kind(&self) -> Kind {
        let interactions = self.document.get("interactions").and_then(Json::as_array);
        let says_what_it_is = |interaction: &Json| interaction.get("type").is_some();
        match (interactions, self.document.get("messages")) {
            (Some(list), _) if list.iter().any(says_what_it_is) => Kind::V4,
            (Some(_), _) if self.specification().is_some_and(|v| major(&v) == "4") => Kind::V4,
            (Some(_), _) => Kind::Http,
            (None, Some(Json::Array(_))) => Kind::Messages,
            (None, _) => Kind::Other,
        }
    }

    /// Returns the interactions and the messages, in the order of the document.
    #[must_use]
    pub fn interactions(&self) -> Vec<Interaction<'_>> {
        let mut all = Vec::new();
        for list in [List::Interactions, List::Messages] {
            let elements = self.document.get(list.field()).and_then(Json::as_array);
            let elements = elements.unwrap_or_default();
            all.extend(elements.iter().map(|json| Interaction::new(list, json)));
        }
        all
    }

    /// Returns the keys under which the pact has interactions that differ.
    fn ambiguous_keys(&self) -> BTreeSet<InteractionKey> {
        let mut seen: BTreeMap<InteractionKey, String> = BTreeMap::new();
        let mut ambiguous = BTreeSet::new();
        for interaction in self.interactions() {
            let content = interaction.json().canonical();
            let key = interaction.key();
            match seen.get(key) {
                Some(known) if *known != content => {
                    ambiguous.insert(key.clone());
                }
                Some(_) => {}
                None => {
                    seen.insert(key.clone(), content);
                }
            }
        }
        ambiguous
    }
}

fn name_in<'a>(document: &'a Json, side: &str) -> Option<&'a str> {
    document.get(side)?.get("name")?.as_str()
}

/// Returns the version of the specification, wherever the libraries of the last ten years put it.
fn specification_in(document: &Json) -> Option<&Json> {
    let metadata = document.get("metadata")?;
    let under = |key: &str| metadata.get(key)?.get("version");
    [
        under("pactSpecification"),
        under("pact-specification"),
        metadata.get("pactSpecificationVersion"),
    ]
    .into_iter()
    .flatten()
    .find(|version| **version != Json::Null)
}

fn major(version: &str) -> &str {
    version.split('.').next().unwrap_or(version)
}

fn is_known(version: &str) -> bool {
    matches!(major(version), "1" | "2" | "3" | "4")
}

/// Returns the id of the verifiable content of a document (spec: semantics §4).
fn content_id(document: &Json) -> ContentId {
    let digest = Sha256::digest(verifiable_content(document));
    ContentId::from_digest(digest.into())
}

/// Returns the canonical text of what a provider is held to: the interactions in no particular
/// order, the messages likewise unless there are interactions too, and the version of the
/// specification. A document with neither list counts as a whole.
fn verifiable_content(document: &Json) -> String {
    let is_list = |key: &str| document.get(key).and_then(Json::as_array).is_some();
    let unordered = match (is_list("interactions"), is_list("messages")) {
        (true, _) => "interactions",
        (false, true) => "messages",
        (false, false) => return document.canonical(),
    };
    let mut parts = Vec::new();
    for key in ["interactions", "messages"] {
        match document.get(key) {
            Some(Json::Array(elements)) if key == unordered => {
                let mut texts: Vec<_> = elements.iter().map(Json::canonical).collect();
                texts.sort_unstable();
                parts.push(format!("\"{key}\":[{}]", texts.join(",")));
            }
            Some(value) if *value != Json::Null => {
                parts.push(format!("\"{key}\":{}", value.canonical()));
            }
            _ => {}
        }
    }
    if let Some(version) = specification_in(document) {
        parts.push(format!(
            "\"pact_specification_version\":{}",
            version.canonical()
        ));
    }
    format!("{{{}}}", parts.join(","))
}

#[cfg(test)]
mod tests;
