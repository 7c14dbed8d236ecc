//! `git pact events`

mod start;

use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser;

use self::start::start;
use super::Output;
use super::StoreArguments;
use super::failure::Exit;
use super::failure::Failure;
use super::files;
use super::outside::Outside;
use super::ui::Ui;
use crate::app::Context;
use crate::app::cursor;
use crate::app::cursor::Cursor;
use crate::app::cursor::CursorError;
use crate::app::events::since::SinceError;
use crate::app::events::since::Start;
use crate::app::events::since::Told;
use crate::app::events::since::since;
use crate::app::private::PrivateError;
use crate::app::site::Site;
use crate::domain::events::EventFilter;
use crate::domain::events::EventKind;
use crate::domain::name::CursorName;
use crate::domain::name::PacticipantName;
use crate::render::cursors;
use crate::render::events as render;
use crate::render::hal::Address;

/// Tell what publications and verifications have caused, oldest first
///
/// The broker's six events, with all that its webhooks may say of them, derived from the commits alone: whoever
/// asks again gets the same, with the same ids. Deployments and deletions cause none. With --cursor it goes on
/// where it ended the last time; see docs/events.md. JSON is a line for each event.
#[derive(Debug, Args)]
pub(super) struct Events {
    /// Tell what came after this: a time, a cursor, a commit, or tips
    ///
    /// A time as --at takes it elsewhere (2026-11-20, '2 days ago', now), the name of a cursor, the full id of a
    /// commit, or tips: the path of a file that --save-tips wrote, or such JSON itself. With --cursor it
    /// says where to begin if there is no such cursor yet.
    #[arg(long, value_name = "TIME|CURSOR|COMMIT|TIPS")]
    since: Option<String>,

    /// Go on where this cursor stands, and move it when everything was written out
    ///
    /// A crash before that tells the same again, with the same ids. A cursor that is not there yet begins at the
    /// first commit, or at --since.
    #[arg(long, value_name = "NAME")]
    cursor: Option<CursorName>,

    /// Write where the store stands then into a file, for --since
    #[arg(long, value_name = "FILE", conflicts_with = "cursor")]
    save_tips: Option<PathBuf>,

    /// Only events of this application
    #[arg(short = 'a', long, value_name = "NAME")]
    pacticipant: Option<PacticipantName>,

    /// Only events of this consumer
    #[arg(long, value_name = "NAME")]
    consumer: Option<PacticipantName>,

    /// Only events of this provider
    #[arg(long, value_name = "NAME")]
    provider: Option<PacticipantName>,

    /// Only events of this kind; may be given several times
    #[arg(long = "event", value_name = "KIND", value_parser = kind())]
    kinds: Vec<EventKind>,

    /// Where the store is served (see git pact serve), for the URLs in the events
    ///
    /// Without it they are paths.
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,

    /// List the cursors instead
    #[arg(long, conflicts_with_all = ["since", "cursor", "save_tips"])]
    list_cursors: bool,

    /// Give a cursor up instead
    #[arg(
        long,
        value_name = "NAME",
        conflicts_with_all = ["since", "cursor", "save_tips", "list_cursors"]
    )]
    remove_cursor: Option<CursorName>,

    /// How to show it: a line for each event
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

/// Reads the name of a kind.
fn kind() -> impl TypedValueParser<Value = EventKind> {
    PossibleValuesParser::new(EventKind::ALL.map(EventKind::as_str)).try_map(|name| {
        // It is one of those that are possible.
        EventKind::named(&name).ok_or("there is no such event")
    })
}

impl Events {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        if self.list_cursors {
            return self.list(outside, ui);
        }
        if let Some(name) = &self.remove_cursor {
            let (site, context) = outside.open(&self.store)?;
            cursor::remove(&site, &context, name)?;
            ui.say(&format!("Gave up cursor {name}."));
            return Ok(Exit::Yes);
        }
        // Each line of the data is an event, whatever happens.
        self.tell(outside, ui).or_else(|failure| {
            failure.complain(ui);
            Ok(failure.exit)
        })
    }

    fn list(&self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (site, _) = outside.open(&self.store)?;
        let found = cursor::list(&site)?;
        match self.output {
            Output::Json => ui.json(&cursors::CursorsJson::new(&found)),
            Output::Text if found.is_empty() => ui.say("There are no cursors."),
            Output::Text => ui.data(&cursors::text(&found)),
        }
        Ok(Exit::Yes)
    }

    fn tell(&self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let outside = outside.for_programs();
        let (site, context) = outside.open(&self.store)?;
        let found = match &self.cursor {
            Some(name) => {
                let found = cursor::read(&site, name)?;
                if found.dropped {
                    ui.warn(&format!(
                        "cursor {name} was moved here offline and by somebody else on the remote, which counts"
                    ));
                }
                found.cursor
            }
            None => None,
        };
        let from = match (&found, &self.since) {
            (Some(cursor), _) => Start::Reached(cursor.reached.clone()),
            (None, Some(text)) => start(text, &site, &outside)?,
            (None, None) => Start::Beginning,
        };
        let at = Address::new(self.base_url.as_deref().unwrap_or_default());
        let filter = EventFilter {
            pacticipant: self.pacticipant.clone(),
            consumer: self.consumer.clone(),
            provider: self.provider.clone(),
            kinds: self.kinds.clone(),
        };
        let told = since(&site, &from, &mut |caused| {
            if filter.lets_in(&caused.event) {
                ui.data(&match self.output {
                    Output::Text => render::text_line(caused),
                    Output::Json => render::json_line(caused, &at),
                });
            }
        })?;
        for branch in &told.gone {
            ui.warn(&format!(
                "{branch} is not there any more; what it caused since is not told"
            ));
        }
        let failures = told.failed.iter();
        let failures: Vec<_> = failures
            .map(|error| Failure::of(Exit::Failed, error))
            .collect();
        for failure in &failures {
            failure.complain(ui);
        }
        self.remember(&site, &context, found.as_ref(), &told, ui)?;
        Ok(failures.first().map_or(Exit::Yes, |failure| failure.exit))
    }

    /// Moves the cursor, or writes the tips, if all that was told is with whoever reads it.
    fn remember(
        &self,
        site: &Site,
        context: &Context,
        from: Option<&Cursor>,
        told: &Told,
        ui: &mut Ui<'_>,
    ) -> Result<(), Failure> {
        if self.cursor.is_none() && self.save_tips.is_none() {
            return Ok(());
        }
        if !ui.has_written_all() {
            let message = "not everything could be written out, so nothing was moved";
            return Err(Failure::new(Exit::Failed, message));
        }
        if let Some(path) = &self.save_tips {
            let tips = cursors::TipsJson::from(&told.reached);
            let text = serde_json::to_string_pretty(&tips).unwrap_or_default();
            let path = context.working_directory.join(path);
            files::write_one(&path, format!("{text}\n").as_bytes(), ui)?;
        }
        if let Some(name) = &self.cursor
            && !cursor::advance(site, context, name, from, &told.reached)?
        {
            ui.warn(&format!(
                "somebody else moved cursor {name} meanwhile; it is left where they put it, and what was told \
                 here may be told again"
            ));
        }
        Ok(())
    }
}

impl From<SinceError> for Failure {
    fn from(error: SinceError) -> Self {
        match error {
            SinceError::Site(error) => error.into(),
            SinceError::Store(error) => error.into(),
            error @ SinceError::Unknown(_) => Self::of(Exit::Usage, &error),
        }
    }
}

impl From<PrivateError> for Failure {
    fn from(error: PrivateError) -> Self {
        match error {
            PrivateError::Site(error) => error.into(),
            PrivateError::Store(error) => error.into(),
            PrivateError::Push { ref name, .. } => Self::of(Exit::Failed, &error).hint(format!(
                "whoever runs this has to be allowed to push {name}; with --offline it is kept here alone"
            )),
            error @ PrivateError::LostRaces { .. } => Self::of(Exit::Failed, &error),
        }
    }
}

impl From<CursorError> for Failure {
    fn from(error: CursorError) -> Self {
        match error {
            CursorError::Private(error) => error.into(),
            error @ (CursorError::Unknown(_) | CursorError::Tip { .. }) => {
                Self::of(Exit::Usage, &error)
            }
            error @ CursorError::Unreadable { .. } => Self::of(Exit::Failed, &error),
        }
    }
}
