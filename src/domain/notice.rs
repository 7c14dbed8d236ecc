//! Sentences that a decision addresses to people, in the broker's words.

use serde::Serialize;

/// One sentence, or a few, and how loud it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// How loud it is.
    #[serde(rename = "type")]
    pub kind: NoticeKind,
    /// The text; it may span lines.
    pub text: String,
}

/// How loud a notice is; the broker's own six.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum NoticeKind {
    /// It went well.
    Success,
    /// It did not.
    Error,
    /// It went well, but.
    Warning,
    /// Good to know.
    Info,
    /// What to do next.
    Prompt,
    /// Detail.
    Debug,
}

impl Notice {
    /// Returns a notice of a kind.
    #[must_use]
    pub fn new(kind: NoticeKind, text: impl Into<String>) -> Self {
        Self {
            kind,
            text: text.into(),
        }
    }
}
