//! Which moment of the past somebody means who says so in words: `2026-11-20`, `2 days ago`,
//! `yesterday 17:00`. The same words on the command line and in the address of a page.

use jiff::Span;
use jiff::civil::Date;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::time::Timestamp;

/// What can be said for a moment.
pub const EXAMPLES: &str = "2026-11-20T17:00:00Z, 2026-11-20, '2 days ago' or 'yesterday 17:00'";

/// A text means no moment.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMoment {
    /// Nobody knows which it should be.
    #[error("`{0}` is no time; a time is {EXAMPLES}")]
    Nonsense(String),
    /// It has not come yet.
    #[error("{0} is in the future")]
    Future(Timestamp),
}

/// A time, and what to say about how it was understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Understood {
    /// The time.
    pub time: Timestamp,
    /// Whether a day was meant, which is taken to its end.
    pub is_end_of_day: bool,
}

/// Returns the time that a text means, seen from now. What names no zone is UTC.
///
/// # Errors
///
/// Fails if it means none, or one that has not come yet.
pub fn time(text: &str, now: Timestamp) -> Result<Understood, InvalidMoment> {
    let nonsense = || InvalidMoment::Nonsense(text.to_owned());
    let exact = |time: Timestamp| Understood {
        time,
        is_end_of_day: false,
    };
    let today = civil(now).date();
    let understood = if let Ok(time) = Timestamp::try_from(text.to_owned()) {
        exact(time)
    } else if let Some(time) = ago(text, now) {
        exact(time)
    } else if let Some(day) = day(text, today) {
        if day > today {
            let start = utc(day.at(0, 0, 0, 0)).ok_or_else(nonsense)?;
            return Err(InvalidMoment::Future(start));
        }
        return Ok(Understood {
            time: utc(day.at(23, 59, 59, 0)).ok_or_else(nonsense)?,
            is_end_of_day: true,
        });
    } else {
        exact(time_of_day(text, today).ok_or_else(nonsense)?)
    };
    if understood.time > now {
        return Err(InvalidMoment::Future(understood.time));
    }
    Ok(understood)
}

/// Returns `2 days ago` and `now` as a time.
fn ago(text: &str, now: Timestamp) -> Option<Timestamp> {
    if text == "now" {
        return Some(now);
    }
    let span: Span = text.strip_suffix("ago").and_then(|_| text.parse().ok())?;
    utc(civil(now).checked_add(span).ok()?)
}

/// Returns a date, which may be said as `today` or `yesterday`.
fn day(text: &str, today: Date) -> Option<Date> {
    match text {
        "today" => Some(today),
        "yesterday" => today.yesterday().ok(),
        // A date alone: jiff would also take the date of a time.
        _ if text.contains([':', 'T', 't', ' ']) => None,
        _ => text.parse().ok(),
    }
}

/// Returns a date with a time of day, e.g. `yesterday 17:00`.
fn time_of_day(text: &str, today: Date) -> Option<Timestamp> {
    let (date, time) = text.split_once([' ', 'T'])?;
    let time = time.trim();
    // A zone would be dropped in silence.
    if !time
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b':')
    {
        return None;
    }
    let time: jiff::civil::Time = time.parse().ok()?;
    utc(day(date, today)?.to_datetime(time))
}

fn civil(time: Timestamp) -> DateTime {
    let time = jiff::Timestamp::from_second(time.epoch_seconds()).unwrap_or_default();
    TimeZone::UTC.to_datetime(time)
}

fn utc(time: DateTime) -> Option<Timestamp> {
    let time = TimeZone::UTC.to_timestamp(time).ok()?;
    Timestamp::from_epoch_seconds(time.as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-21T12:00:00Z";

    fn at(text: &str) -> Timestamp {
        text.to_owned().try_into().unwrap()
    }

    #[test]
    fn a_time_is_said_in_many_ways() {
        for (text, expected) in [
            ("2026-11-20T17:00:00Z", "2026-11-20T17:00:00Z"),
            ("2026-11-20T17:00:00+01:00", "2026-11-20T16:00:00Z"),
            ("2026-11-20 17:00", "2026-11-20T17:00:00Z"),
            ("2026-11-20T17:00", "2026-11-20T17:00:00Z"),
            ("2026-11-20 17:00:05", "2026-11-20T17:00:05Z"),
            ("yesterday 17:00", "2026-11-20T17:00:00Z"),
            ("today 09:30", "2026-11-21T09:30:00Z"),
            ("2 days ago", "2026-11-19T12:00:00Z"),
            ("1 hour ago", "2026-11-21T11:00:00Z"),
            ("1 month 2 days ago", "2026-10-19T12:00:00Z"),
            ("now", NOW),
        ] {
            let understood = Understood {
                time: at(expected),
                is_end_of_day: false,
            };
            assert_eq!(time(text, at(NOW)), Ok(understood), "{text}");
        }
    }

    #[test]
    fn a_date_is_the_end_of_that_day() {
        for (text, expected) in [
            ("2026-11-20", "2026-11-20T23:59:59Z"),
            ("yesterday", "2026-11-20T23:59:59Z"),
            ("today", "2026-11-21T23:59:59Z"),
        ] {
            let understood = Understood {
                time: at(expected),
                is_end_of_day: true,
            };
            assert_eq!(time(text, at(NOW)), Ok(understood), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_or_not_yet_is_refused() {
        for text in [
            "",
            "soon",
            "2 days",
            "answer.json",
            "2026-13-01",
            "2026-11-20 25:00",
            "ago",
            "2026-11-20 17:00 CET",
            "yesterday noon",
            "-2 days ago",
        ] {
            let error = InvalidMoment::Nonsense(text.to_owned());
            assert_eq!(time(text, at(NOW)), Err(error), "{text}");
        }
        for text in ["2026-11-22", "2026-11-21T12:00:01Z", "today 13:00"] {
            let error = time(text, at(NOW)).unwrap_err();
            assert!(matches!(error, InvalidMoment::Future(_)), "{text}: {error}");
        }
    }
}
