//! A sentence of ours with pieces of a document in it.
//!
//! The two are kept apart: whoever shows it sets what comes from the document as code, and nothing in it
//! is obeyed.

use std::borrow::Cow;
use std::fmt;

/// A sentence without full stop.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sentence {
    /// Its pieces, in order. White space between them is part of the words.
    pub pieces: Vec<Piece>,
}

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words of ours.
    Words(Cow<'static, str>),
    /// What the document says.
    Code(String),
}

impl Sentence {
    /// Returns a sentence of words.
    pub(super) fn words(words: impl Into<Cow<'static, str>>) -> Self {
        Self::default().then(words)
    }

    /// Returns the sentence with more words.
    #[must_use]
    pub(super) fn then(mut self, words: impl Into<Cow<'static, str>>) -> Self {
        self.pieces.push(Piece::Words(words.into()));
        self
    }

    /// Returns the sentence with something of the document.
    #[must_use]
    pub(super) fn code(mut self, code: impl Into<String>) -> Self {
        self.pieces.push(Piece::Code(code.into()));
        self
    }

    /// Returns the sentence with another behind it.
    #[must_use]
    pub(super) fn with(mut self, other: Self) -> Self {
        self.pieces.extend(other.pieces);
        self
    }

    /// Returns several sentences as one, with words between them.
    pub(super) fn joined(sentences: Vec<Self>, between: &'static str) -> Self {
        let mut all = Self::default();
        for sentence in sentences {
            if !all.pieces.is_empty() {
                all = all.then(between);
            }
            all = all.with(sentence);
        }
        all
    }
}

impl fmt::Display for Sentence {
    /// Writes the sentence as plain text, with what the document says as it is, in back-ticks.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in &self.pieces {
            match piece {
                Piece::Words(words) => f.write_str(words)?,
                Piece::Code(code) => write!(f, "`{code}`")?,
            }
        }
        Ok(())
    }
}
