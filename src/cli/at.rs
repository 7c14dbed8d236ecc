//! `--at`: the same question, put to the history.
//!
//! A moment is a time, or an answer that was saved with `--output json`: that one names the
//! commits and the rules that it was computed from, and asking again gives the same bytes.

use std::fs;
use std::path::Path;

use clap::Args;
use serde::Deserialize;

use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::ui::Ui;
use crate::app::Context;
use crate::domain::moment;
use crate::domain::moment::InvalidMoment;
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
        let understood = moment::time(text, outside.now).map_err(|error| match error {
            InvalidMoment::Nonsense(text) => Failure::usage(format!(
                "--at: `{text}` is neither a time nor the path of a saved answer; a time is {}",
                moment::EXAMPLES
            )),
            error @ InvalidMoment::Future(_) => Failure::usage(format!("--at: {error}")),
        })?;
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
