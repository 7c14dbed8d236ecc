//! Domain values as JSON files, and where the files lie. No git, no disk.
//!
//! Every record is canonical JSON: keys sorted, two spaces, a final newline, so that equal facts
//! are equal blobs on every machine. Every record carries `schema`, without which nothing of it is
//! believed: a record of a newer schema is an error, never a guess. Fields that
//! are absent mean what their type's default says; `docs/data-model.md` shows real files.

pub mod app;
pub mod change;
pub mod cursor;
pub mod delivery;
pub mod dispatched;
pub mod environment;
pub mod event;
pub mod head;
pub mod intent;
pub mod manifest;
pub mod outbox;
pub mod path;
pub mod policy;
pub mod private_ref;
pub mod run;
pub mod settings;
pub mod signers;
pub mod site_manifest;
pub mod stored;
pub mod test_results;
pub mod verified;
pub mod verifier_output;
pub mod version;
mod versioned;
pub mod webhook;

use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;

use self::versioned::Versioned;

/// A kind of JSON file.
pub trait Record: Serialize + DeserializeOwned {
    /// The newest schema that this program writes and reads.
    const SCHEMA: u32 = 1;
}

/// A file is not the record that it should be.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// It is not JSON, or not of this shape.
    #[error("it is damaged")]
    Damaged(#[source] serde_json::Error),
    /// It was written by a newer program.
    #[error("it has schema {found}, and this git-pact reads up to {known}: update git-pact")]
    Newer {
        /// The schema of the file.
        found: u32,
        /// The newest schema that this program reads.
        known: u32,
    },
    /// It is about something else than its path says.
    #[error("it is about {found}, not about {expected}")]
    Misplaced {
        /// What the file is about.
        found: String,
        /// What its path says.
        expected: String,
    },
}

/// Just enough of a record to know why the rest cannot be read.
#[derive(Deserialize)]
struct Envelope {
    schema: u32,
}

/// Returns the bytes of a record.
///
/// # Panics
///
/// Never: records hold nothing that JSON cannot say.
#[must_use]
pub fn to_bytes<R: Record>(record: &R) -> Vec<u8> {
    let mut value = serde_json::to_value(record).expect("a record is JSON");
    let object = value.as_object_mut().expect("a record is an object");
    object.insert("schema".to_owned(), R::SCHEMA.into());
    value.sort_all_objects();
    let mut bytes = serde_json::to_vec_pretty(&value).expect("JSON can be written");
    bytes.push(b'\n');
    bytes
}

/// Returns the record that the bytes hold.
///
/// # Errors
///
/// Fails if the bytes are not a record of this kind, or of a newer schema.
pub fn from_bytes<R: Record>(bytes: &[u8]) -> Result<R, RecordError> {
    let decoded = match str::from_utf8(bytes) {
        // Looked at as a whole; from bytes, each of its texts is looked at again.
        Ok(text) => serde_json::from_str(text),
        Err(_) => serde_json::from_slice(bytes),
    };
    let error = match decoded {
        Ok(Versioned(record)) => return Ok(record),
        Err(error) => error,
    };
    // What a newer program wrote may not even have the same shape: then that is what to say.
    match serde_json::from_slice(bytes) {
        Ok(Envelope { schema }) if schema > R::SCHEMA => Err(RecordError::Newer {
            found: schema,
            known: R::SCHEMA,
        }),
        _ => Err(RecordError::Damaged(error)),
    }
}

/// Fails unless a record is about what its path says.
///
/// # Errors
///
/// Fails with [`RecordError::Misplaced`].
pub fn about(found: &str, expected: &str) -> Result<(), RecordError> {
    if found == expected {
        return Ok(());
    }
    let (found, expected) = (format!("`{found}`"), format!("`{expected}`"));
    Err(RecordError::Misplaced { found, expected })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Sample {
        zebra: u8,
        ant: Option<String>,
    }

    impl Record for Sample {}

    #[test]
    fn a_record_is_canonical_json_with_a_schema() {
        let bytes = to_bytes(&Sample {
            zebra: 1,
            ant: Some("ä".to_owned()),
        });
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(
            text,
            "{\n  \"ant\": \"ä\",\n  \"schema\": 1,\n  \"zebra\": 1\n}\n"
        );
        let read: Sample = from_bytes(text.as_bytes()).unwrap();
        assert_eq!(read.zebra, 1);
    }

    #[test]
    fn a_newer_schema_is_refused_whatever_the_rest_looks_like() {
        let newer = br#"{"schema": 2, "zebra": {"now": "an object"}}"#;
        let error = from_bytes::<Sample>(newer).unwrap_err();
        assert!(
            matches!(error, RecordError::Newer { found: 2, known: 1 }),
            "{error}"
        );
        for damaged in [
            &br#"{"zebra": 1}"#[..],
            br#"{"schema": 1, "schema": 1, "zebra": 1}"#,
            br#"{"schema": 1}"#,
            br#"{"schema": "1", "zebra": 1}"#,
            b"[1]",
        ] {
            let error = from_bytes::<Sample>(damaged).unwrap_err();
            assert!(matches!(error, RecordError::Damaged(_)), "{error}");
        }
    }
}
