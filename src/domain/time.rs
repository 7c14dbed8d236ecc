//! Order and time: a sequence decides, a timestamp informs.
//!
//! Clocks of CI machines disagree, so nothing is ordered by time (design: order without
//! clocks). [`Seq`] is the position in the history of one branch of the store; sequences
//! of different branches cannot be compared.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The position of a fact in the history of its branch, counted from 1.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Seq(pub u64);

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Seq {
    /// Returns the position after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// A moment in UTC, to the second, for people to read.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(jiff::Timestamp);

impl Timestamp {
    /// Returns the moment that many seconds after 1970, or `None` beyond the year 9999.
    #[must_use]
    pub fn from_epoch_seconds(seconds: i64) -> Option<Self> {
        jiff::Timestamp::from_second(seconds).ok().map(Self)
    }

    /// Returns the moment that many seconds after 1970, or the nearest one that can be written.
    #[must_use]
    pub fn clamped(seconds: i64) -> Self {
        let (min, max) = (
            jiff::Timestamp::MIN.as_second(),
            jiff::Timestamp::MAX.as_second(),
        );
        let nearest = jiff::Timestamp::from_second(seconds.clamp(min, max));
        Self(nearest.unwrap_or(jiff::Timestamp::UNIX_EPOCH))
    }

    /// Returns the seconds since 1970.
    #[must_use]
    pub fn epoch_seconds(self) -> i64 {
        self.0.as_second()
    }
}

/// The text given is not a moment in time.
#[derive(Debug, thiserror::Error)]
#[error("`{text}` is not a time such as 2026-11-21T17:00:00Z")]
pub struct InvalidTimestamp {
    text: String,
}

impl TryFrom<String> for Timestamp {
    type Error = InvalidTimestamp;

    fn try_from(text: String) -> Result<Self, InvalidTimestamp> {
        let parsed: Option<jiff::Timestamp> = text.parse().ok();
        match parsed.and_then(|time| Self::from_epoch_seconds(time.as_second())) {
            Some(time) => Ok(time),
            None => Err(InvalidTimestamp { text }),
        }
    }
}

impl From<Timestamp> for String {
    fn from(time: Timestamp) -> Self {
        time.to_string()
    }
}

impl fmt::Display for Timestamp {
    /// Writes the time as the broker does, e.g. `2026-11-21T17:00:00+00:00`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.strftime("%Y-%m-%dT%H:%M:%S+00:00"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_is_kept_to_the_second_in_utc() {
        let time = Timestamp::try_from("2026-11-21T18:30:15.75+01:30".to_owned()).unwrap();
        assert_eq!(time.to_string(), "2026-11-21T17:00:15+00:00");
        assert_eq!(Timestamp::try_from(time.to_string()).unwrap(), time);
        assert!(Timestamp::try_from("yesterday".to_owned()).is_err());
    }
}
