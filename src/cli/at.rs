//! `--at`: the same question, put to the history.
//!
//! A moment is a time, or an answer that was saved with `--output json`: that one names the
//! commits and the rules that it was computed from, and asking again gives the same bytes.

use std::fs;
use std::path::Path;

use clap::Args;
use jiff::Span;
use jiff::civil::Date;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::ui::Ui;
use crate::app::Context;
use crate::domain::time::Timestamp;
use crate::record::path::Branch;
use crate::render::computed_from::ComputedFrom;
use crate::store::git::Moment;

/// Which moment a question is about.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Moment")]
pub(super) struct AtArguments {
    /// Ask about the past: a time, a date, or a saved answer
    ///
    /// A time such as 2026-11-20T17:00:00Z or '2026-11-20 17:00' (UTC), a date (the end of that
    /// day in UTC), '2 days ago', 'yesterday 17:00', or the path of an answer that was saved with
    /// --output json. What is pending here is not seen.
    #[arg(long, value_name = "TIME_OR_ANSWER")]
    at: Option<String>,
}

/// A text given for `--at` means no moment.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
enum InvalidMoment {
    #[error(
        "`{0}` is neither a time nor the path of a saved answer; a time is 2026-11-20T17:00:00Z, \
         2026-11-20, '2 days ago' or 'yesterday 17:00'"
    )]
    Nonsense(String),
    #[error("{0} is in the future")]
    Future(Timestamp),
}

/// A time, and what to say about how it was understood.
#[derive(Debug, PartialEq, Eq)]
struct Understood {
    time: Timestamp,
    is_end_of_day: bool,
}

/// The part of a saved answer that matters here.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Saved {
    computed_from: ComputedFrom,
}

impl AtArguments {
    /// Returns the moment that is meant, and has its rules decide if it is a saved answer.
    ///
    /// Rules that were asked for on the command line go before those of a saved answer.
    ///
    /// # Errors
    ///
    /// Fails if the text means no moment, or the saved answer cannot be had again.
    pub(super) fn moment(
        &self,
        outside: &Outside,
        context: &mut Context,
        ui: &mut Ui<'_>,
    ) -> Result<Moment, Failure> {
        let Some(text) = &self.at else {
            return Ok(Moment::Now);
        };
        let path = outside.working_directory.join(text);
        if path.is_file() {
            let saved = saved(&path, text)?;
            let tips = saved
                .tips()
                .map_err(|error| Failure::usage(format!("{text}: {error}")))?;
            // If the settings were looked at, they gave the rules, and will again.
            if !tips.contains_key(&Branch::settings()) {
                context.rules = context.rules.or(Some(saved.rules));
            }
            ui.say(&format!("As of the answer in {text}."));
            return Ok(Moment::Tips(tips));
        }
        let understood =
            time(text, outside.now).map_err(|error| Failure::usage(format!("--at: {error}")))?;
        let time = understood.time;
        if understood.is_end_of_day {
            ui.say(&format!("As of {time}, the end of that day in UTC."));
        } else {
            ui.say(&format!("As of {time}."));
        }
        Ok(Moment::At(time))
    }
}

impl AtArguments {
    /// Returns the saved answer that is meant, if one is.
    pub(super) fn answer(&self, outside: &Outside) -> Option<Vec<u8>> {
        let path = outside.working_directory.join(self.at.as_ref()?);
        fs::read(path).ok()
    }
}

/// Reads what a saved answer was computed from.
fn saved(path: &Path, name: &str) -> Result<ComputedFrom, Failure> {
    let bytes = fs::read(path).map_err(|error| Failure::of(Exit::Failed, &error))?;
    let saved: Saved = serde_json::from_slice(&bytes).map_err(|error| {
        Failure::usage(format!("{name} is not an answer of git pact: {error}"))
            .hint("save one with --output json")
    })?;
    let ComputedFrom { pending, .. } = saved.computed_from;
    if pending > 0 {
        let writes = super::receipt::count(pending, "write");
        let message = format!(
            "the answer in {name} cannot be given again: it was computed with {writes} pending \
             where it was asked, and the history does not hold what was pending as it was"
        );
        return Err(Failure::new(Exit::Failed, message));
    }
    Ok(saved.computed_from)
}

/// Returns the time that a text means, seen from now. What names no zone is UTC.
fn time(text: &str, now: Timestamp) -> Result<Understood, InvalidMoment> {
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
