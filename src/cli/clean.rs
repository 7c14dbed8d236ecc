//! `git pact clean`

use std::num::NonZeroUsize;

use clap::Args;
use serde::Deserialize;
use serde::Serialize;

use super::Output;
use super::StoreArguments;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::receipt;
use super::receipt::Receipt;
use super::receipt::count;
use super::ui::Ui;
use crate::app::clean::preview;
use crate::app::write::State;
use crate::app::write::Written;
use crate::app::write::write;
use crate::domain::clean::CleanRequest;
use crate::domain::clean::Cleaned;
use crate::domain::clean::Keep;
use crate::domain::clean::USUAL_DAYS;
use crate::domain::intent::Intent;
use crate::domain::intent::Outcome;
use crate::domain::name::PacticipantName;
use crate::render::clean::CleanedJson;
use crate::render::clean::text;

/// Take old versions off the tips; the history keeps them
///
/// A clone that fetches the tips only stays small, and questions about every version stay fast.
/// `log` and --at still know everything.
///
/// Never taken: what is deployed or released anywhere, the head of a branch or of a tag, the latest
/// version, the newest on the main branch, and the newest that has a pact with each provider.
/// Without --keep and --keep-days, also nothing of the last 90 days. With a version go its
/// verification runs and the pacts that no other version publishes.
#[derive(Debug, Args)]
pub(super) struct Clean {
    /// What to keep besides, as JSON like the Pact Broker's keep_version_selectors; may be given
    /// several times, or as an array
    ///
    /// A version is kept if it meets every field of a selector: pacticipant, branch (a name, or
    /// true for any), mainBranch, tag (likewise), maxAge (days), and latest, environment, deployed,
    /// released, which are kept anyway. For example '{"pacticipant": "Web", "mainBranch": true}'.
    #[arg(long, value_name = "JSON", value_parser = selectors)]
    keep: Vec<Selectors>,

    /// Keep the versions of so many days; short for --keep '{"maxAge": N}'
    #[arg(long, value_name = "N")]
    keep_days: Option<u32>,

    /// Only versions of this application; may be given several times
    #[arg(short = 'a', long = "pacticipant", value_name = "NAME")]
    pacticipants: Vec<PacticipantName>,

    /// Take no more than so many versions, the oldest first
    #[arg(long, value_name = "N")]
    limit: Option<NonZeroUsize>,

    /// Show what would go, and write nothing
    #[arg(long)]
    dry_run: bool,

    /// How to show it
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

/// One selector, or an array of them.
#[derive(Clone, Debug)]
struct Selectors(Vec<Keep>);

fn selectors(text: &str) -> Result<Selectors, String> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Given {
        Several(Vec<serde_json::Map<String, serde_json::Value>>),
        One(serde_json::Map<String, serde_json::Value>),
    }
    let given = serde_json::from_str(text)
        .map_err(|error| format!("not a JSON object, or an array of objects: {error}"))?;
    let objects = match given {
        Given::Several(objects) => objects,
        Given::One(object) => vec![object],
    };
    let keep = |object| {
        let keep: Keep = serde_json::from_value(serde_json::Value::Object(object))
            .map_err(|error| error.to_string())?;
        keep.checked().map_err(|error| error.to_string())
    };
    objects
        .into_iter()
        .map(keep)
        .collect::<Result<_, _>>()
        .map(Selectors)
}

/// What a clean-up came to, for programs.
#[derive(Debug, Serialize)]
struct Answer<'a> {
    #[serde(flatten)]
    cleaned: CleanedJson<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    write: Option<Receipt>,
}

impl Clean {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let mut keep: Vec<Keep> = self.keep.into_iter().flat_map(|it| it.0).collect();
        keep.extend(self.keep_days.map(Keep::days));
        if keep.is_empty() {
            keep.push(Keep::days(USUAL_DAYS));
        }
        let request = CleanRequest {
            keep,
            pacticipants: self.pacticipants,
            limit: self.limit.map(NonZeroUsize::get),
            at: outside.now,
        };
        let (mut site, context) = outside.open(&self.store)?;
        // A dry run first in any case: most runs of a schedule find nothing, and need no write.
        let would = preview(&site, &context, &request)?.value;
        let written = if self.dry_run || would.dropped() == 0 {
            None
        } else {
            Some(write(&mut site, &context, &[Intent::Clean(request)])?)
        };
        let cleaned = written.as_ref().and_then(outcome).unwrap_or(&would);
        match self.output {
            Output::Json => ui.json(&Answer {
                cleaned: CleanedJson::new(cleaned, self.dry_run),
                write: written.as_ref().map(Receipt::of),
            }),
            Output::Text => show(cleaned, self.dry_run, ui),
        }
        if let Some(written) = written.as_ref().filter(|it| it.state != State::NothingNew) {
            receipt::say(written, &site, ui);
        }
        Ok(Exit::Yes)
    }
}

fn outcome(written: &Written) -> Option<&Cleaned> {
    match written.outcomes.first() {
        Some(Some(Outcome::Cleaned(cleaned))) => Some(cleaned),
        _ => None,
    }
}

fn show(cleaned: &Cleaned, dry_run: bool, ui: &mut Ui<'_>) {
    let kept = count(cleaned.kept(), "version");
    if cleaned.dropped() == 0 {
        ui.say(&format!(
            "Nothing to clean: the tips hold {kept}, all to be kept."
        ));
        return;
    }
    ui.data(&text(cleaned));
    ui.say("");
    let gone = count(cleaned.dropped(), "version");
    ui.say(&if dry_run {
        format!("Would take {gone} off the tips and leave {kept}. Nothing was written.")
    } else {
        format!("Took {gone} off the tips and left {kept}. The history keeps all of them.")
    });
    if cleaned.left_over > 0 {
        let more = count(cleaned.left_over, "more version");
        ui.say(&format!("{more} would go without --limit."));
    }
}
