//! Strict JSON that keeps the text of its numbers.
//!
//! A pact is identified by its content, so two readers must never disagree on what a document
//! says: there is one reading or an error. Refused are invalid UTF-8, an object that names a key
//! twice, nesting deeper than [`MAX_DEPTH`], half of a surrogate pair and anything after the end.
//! `1`, `1.0` and `1.000000000000000000000001` are three different numbers.
//!
//! [`Json::canonical`] writes a value in the one form that all equal values share.

mod number;
mod write;

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserializer as _;
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;

pub use number::Number;
pub(in crate::domain) use write::quoted;

/// How deep arrays and objects may be nested.
pub const MAX_DEPTH: usize = 127;

/// The three bytes with which some editors begin a UTF-8 file.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A JSON value; the keys of objects are sorted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A number, as written.
    Number(Number),
    /// A text.
    String(String),
    /// A list.
    Array(Vec<Json>),
    /// Values by key.
    Object(BTreeMap<String, Json>),
}

/// The bytes given have no single reading as JSON.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// There was nothing, or only white space.
    #[error("the document is empty")]
    Empty,
    /// The bytes are not UTF-8.
    #[error("the document is not UTF-8: byte 0x{byte:02x} at offset {offset}")]
    NotUtf8 {
        /// Where the first wrong byte is, counted from 0.
        offset: usize,
        /// That byte.
        byte: u8,
    },
    /// The document ends before it is complete.
    #[error("the document breaks off at line {line}; did the test run die while writing it?")]
    Truncated {
        /// The last line, counted from 1.
        line: usize,
    },
    /// The text is not JSON.
    #[error("the document is not JSON: {0}")]
    Syntax(
        /// What was expected, and the line and column where it was missing.
        String,
    ),
    /// An object names a key twice, so its readers would disagree.
    #[error("the key {path} appears twice")]
    DuplicateKey {
        /// The JSON path of the key.
        path: String,
    },
    /// Arrays and objects are nested too deep.
    #[error("{path} is nested more than {MAX_DEPTH} levels deep")]
    TooDeep {
        /// The JSON path of the first value that is too deep.
        path: String,
    },
    /// A text cannot be read, such as one with half of a surrogate pair.
    #[error("{path} is not readable: {detail}")]
    Text {
        /// The JSON path of the text, or of the object whose key it is.
        path: String,
        /// What is wrong with it.
        detail: String,
    },
    /// A number cannot be kept exactly.
    #[error(
        "{path} is a number with an exponent of more than {} digits",
        number::EXPONENT_DIGITS
    )]
    Exponent {
        /// The JSON path of the number.
        path: String,
    },
}

/// Returns the bytes without a leading byte order mark; the same bytes if there is none.
#[must_use]
pub fn without_byte_order_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes)
}

impl Json {
    /// Returns the value that a document holds. One leading byte order mark is passed over.
    ///
    /// # Errors
    ///
    /// Fails if the document has no single reading; see [`JsonError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, JsonError> {
        let bytes = without_byte_order_mark(bytes);
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let offset = error.valid_up_to();
            if error.error_len().is_some() {
                let byte = bytes[offset];
                return JsonError::NotUtf8 { offset, byte };
            }
            let readable = String::from_utf8_lossy(&bytes[..offset]);
            let line = 1 + readable.matches('\n').count();
            JsonError::Truncated { line }
        })?;
        if text.trim().is_empty() {
            return Err(JsonError::Empty);
        }
        let raw: &RawValue =
            serde_json::from_str(text).map_err(|error| match error.classify() {
                Category::Eof => JsonError::Truncated { line: error.line() },
                _ => JsonError::Syntax(error.to_string()),
            })?;
        read(raw, &Path::Root, 0)
    }

    /// Returns the entries of an object, or `None` for any other value.
    #[must_use]
    pub fn as_object(&self) -> Option<&BTreeMap<String, Json>> {
        match self {
            Self::Object(entries) => Some(entries),
            _ => None,
        }
    }

    /// Returns the elements of an array, or `None` for any other value.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Json]> {
        match self {
            Self::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// Returns a text, or `None` for any other value.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Returns what an object holds under a key, or `None` if this is no object or has no such key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Json> {
        self.as_object()?.get(key)
    }
}

/// Where in a document a value stands, up to its root.
enum Path<'a> {
    Root,
    Key(&'a Path<'a>, &'a str),
    Index(&'a Path<'a>, usize),
}

impl fmt::Display for Path<'_> {
    /// Writes a JSON path such as `$.interactions[0]["a key"]`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => f.write_str("$"),
            Self::Key(parent, key) => {
                let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
                if !key.is_empty() && key.chars().all(plain) {
                    write!(f, "{parent}.{key}")
                } else {
                    write!(f, "{parent}[{key:?}]")
                }
            }
            Self::Index(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

/// Reads one level of a text that is known to be JSON, and the levels below it.
fn read(raw: &RawValue, path: &Path<'_>, depth: usize) -> Result<Json, JsonError> {
    let text = raw.get();
    let unreadable = |error: serde_json::Error| JsonError::Text {
        path: path.to_string(),
        detail: reason(&error),
    };
    match text.as_bytes().first() {
        Some(b'{' | b'[') if depth == MAX_DEPTH => Err(JsonError::TooDeep {
            path: path.to_string(),
        }),
        Some(b'{') => {
            let mut level = serde_json::Deserializer::from_str(text);
            let entries = level.deserialize_map(Entries).map_err(unreadable)?;
            let mut object = BTreeMap::new();
            for (key, raw) in entries {
                let path = Path::Key(path, &key);
                let value = read(raw, &path, depth + 1)?;
                if object.contains_key(&key) {
                    return Err(JsonError::DuplicateKey {
                        path: path.to_string(),
                    });
                }
                object.insert(key, value);
            }
            Ok(Json::Object(object))
        }
        Some(b'[') => {
            let mut level = serde_json::Deserializer::from_str(text);
            let elements = level.deserialize_seq(Elements).map_err(unreadable)?;
            let read = |(index, raw)| read(raw, &Path::Index(path, index), depth + 1);
            let elements: Result<_, _> = elements.into_iter().enumerate().map(read).collect();
            Ok(Json::Array(elements?))
        }
        Some(b'"') => serde_json::from_str(text)
            .map(Json::String)
            .map_err(unreadable),
        Some(b't') => Ok(Json::Bool(true)),
        Some(b'f') => Ok(Json::Bool(false)),
        Some(b'n') => Ok(Json::Null),
        _ => match Number::new(text) {
            Some(number) => Ok(Json::Number(number)),
            None => Err(JsonError::Exponent {
                path: path.to_string(),
            }),
        },
    }
}

/// Returns what is wrong, without the position: it would count from the start of the value.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let end = text.rfind(" at line ").unwrap_or(text.len());
    text[..end].to_owned()
}

/// Collects the entries of one object, with keys that appear twice.
struct Entries;

impl<'de> Visitor<'de> for Entries {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(entries)
    }
}

/// Collects the elements of one array.
struct Elements;

impl<'de> Visitor<'de> for Elements {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = seq.next_element()? {
            elements.push(element);
        }
        Ok(elements)
    }
}

#[cfg(test)]
pub(crate) mod tests;
