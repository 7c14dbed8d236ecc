//! `git pact run`: a broker for as long as one command runs, and one push at its end.
//!
//! * What the command writes is kept on disk, synced, and seen by what it reads. If everything
//!   else fails, it is there, and `git pact push` sends it.
//! * It is pushed whatever the command's status: failed verifications above all have to be known.
//! * The exit status is that of the command, unless that is 0 and what it recorded is not pushed.

pub(super) mod attendant;
mod broker;
mod landing;

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::PathBuf;

use clap::Args;
use tempfile::TempDir;

use self::attendant::Attendant;
use self::broker::Broker;
use self::landing::Landing;
use self::landing::Place;
use super::StoreArguments;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::ui::Ui;
use crate::app::Context;
use crate::app::pending;
use crate::app::scratch;
use crate::app::site::Locator;
use crate::app::site::Site;
use crate::app::write::WriteError;
use crate::app::write::Written;
use crate::app::write::write;
use crate::domain::intent::Intent;

/// What shells say of a command that there is not, and of one that cannot be run.
const NOT_FOUND: u8 = 127;
const NOT_EXECUTABLE: u8 = 126;

/// What shells say of a command that Ctrl-C ended.
const INTERRUPTED: u8 = 130;

/// Run a command with a Pact Broker of its own, and push what it recorded at its end
///
/// The command finds the broker by PACT_BROKER_BASE_URL and PACT_BROKER_TOKEN, as Pact libraries and
/// scripts do; git-pact within it asks the store itself. What it publishes goes out in one push, also
/// if the command fails.
///
/// Exit codes: those of the command; 126 and 127 if it cannot be started; if it ends well, 125 if the
/// store refuses something that it recorded, and 4 if that could not be pushed.
#[derive(Debug, Args)]
pub(super) struct Run {
    /// Read the store, but record nothing: say what would be recorded
    ///
    /// The command works on a copy of the store, which is thrown away.
    #[arg(long = "dry-run")]
    rehearse: bool,

    /// Let the broker answer everybody on this machine, for programs that cannot show a token
    ///
    /// There is no PACT_BROKER_TOKEN then. Not for a machine that others work on at the same time.
    #[arg(long)]
    no_token: bool,

    /// Have a build of the provider's main branch verify what consumers propose, too
    ///
    /// As work in progress: whatever the selectors of the Pact library are, it gets the contracts of branches of
    /// consumers that are not merged, if it asks which pacts are pending (enablePending). Their failures are recorded
    /// and fail nothing.
    #[arg(long)]
    include_proposed: bool,

    /// Write what was recorded, and where it is, as JSON to a file
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,

    #[command(flatten)]
    store: StoreArguments,

    /// The command and its arguments, after `--`
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

/// The store that the command sees.
struct Stage {
    locator: Locator,
    /// How programs within the command name it.
    name: OsString,
    /// Thrown away with this.
    _copy: Option<TempDir>,
}

impl Run {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (site, context) = outside.open(&self.store)?;
        site.refresh_all()?;
        let stage = self.stage(outside, &site, &context)?;
        let mut attendant = Attendant::new().map_err(|error| Failure::of(Exit::Failed, &error))?;
        let broker = Broker::start(
            outside,
            stage.locator.clone(),
            outside.credentials(&self.store),
            context.clone(),
            self.no_token,
            self.include_proposed,
        )?;
        let environment = broker.environment(&outside.raw_environment, &stage.name);
        let status = match attendant.run(&self.command, &environment) {
            Ok(status) => status,
            Err(error) => {
                broker.end();
                return Err(self.not_started(&error));
            }
        };
        let recorded = broker.recorded();
        // A request that does not end must not hold up whoever presses Ctrl-C again.
        let waited = status.is_some() && attendant.see_through(move || broker.end()).is_some();
        let place = self.place(&mut attendant, outside, &site, &recorded.intents(), waited)?;
        let landing = Landing {
            store: site.description.clone(),
            recorded: recorded.intents(),
            place,
            pending: waiting(&site)?,
        };
        landing.say(ui);
        let mut exit = landing.exit();
        if let Err(failure) = self.write_report(&landing, status) {
            failure.show(ui);
            exit = failure.exit;
        }
        Ok(match (status, &landing.place) {
            (Some(code @ 1..), _) => Exit::Command(code),
            (Some(0), place) if waited && !matches!(place, Place::Abandoned) => exit,
            _ => Exit::Command(INTERRUPTED),
        })
    }

    /// Returns where the command plays: in the store, or in a copy.
    fn stage(&self, outside: &Outside, site: &Site, context: &Context) -> Result<Stage, Failure> {
        if !self.rehearse {
            let locator = outside.locator(&self.store);
            return Ok(Stage {
                name: site.name_for_others(&locator),
                locator,
                _copy: None,
            });
        }
        let directory = tempfile::tempdir().map_err(|error| no_copy(&error))?;
        let path = directory.path().join("store.git");
        scratch::copy(site, context, &path)?;
        Ok(Stage {
            locator: Locator::Given(path.to_string_lossy().into_owned()),
            name: path.into_os_string(),
            _copy: Some(directory),
        })
    }

    /// Brings what was recorded where it belongs, and says where that is.
    fn place(
        &self,
        attendant: &mut Attendant,
        outside: &Outside,
        site: &Site,
        recorded: &[Intent],
        waited: bool,
    ) -> Result<Place, Failure> {
        Ok(if self.rehearse {
            Place::Rehearsed
        } else if site.authority.is_none() {
            Place::Written
        } else if recorded.is_empty() && waiting(site)? == 0 {
            Place::Nowhere
        } else if self.store.offline {
            Place::Kept
        } else if !waited {
            Place::Abandoned
        } else {
            self.push(attendant, outside)
        })
    }

    /// Pushes everything that is pending, in one push.
    fn push(&self, attendant: &mut Attendant, outside: &Outside) -> Place {
        let (store, outside) = (self.store.clone(), outside.clone());
        let work = move || -> Result<Written, Failure> {
            let (mut site, context) = outside.open(&store)?;
            let now = (outside.clock())();
            write(&mut site, &Context { now, ..context }, &[]).map_err(|error| not_pushed(&error))
        };
        match attendant.see_through(work) {
            None => Place::Abandoned,
            Some(Ok(written)) => Place::Pushed(Box::new(written)),
            Some(Err(failure)) => Place::Stuck(failure),
        }
    }

    fn not_started(&self, error: &io::Error) -> Failure {
        let program = self.command.first().map(|it| it.to_string_lossy());
        let code = match error.kind() {
            io::ErrorKind::NotFound => NOT_FOUND,
            _ => NOT_EXECUTABLE,
        };
        let message = format!("cannot start `{}`", program.unwrap_or_default());
        Failure::new(Exit::Command(code), message).because(error)
    }

    fn write_report(&self, landing: &Landing, status: Option<u8>) -> Result<(), Failure> {
        let Some(path) = &self.report else {
            return Ok(());
        };
        let text = serde_json::to_string_pretty(&landing.report(status));
        let written = text
            .map_err(io::Error::from)
            .and_then(|text| fs::write(path, text + "\n"));
        let message = || format!("could not write the report to {}", path.display());
        written.map_err(|error| Failure::new(Exit::Failed, message()).because(&error))
    }
}

/// Returns how many writes wait to be pushed.
fn waiting(site: &Site) -> Result<usize, Failure> {
    match &site.authority {
        Some(_) => Ok(pending::read(site)?.writes()),
        None => Ok(0),
    }
}

fn no_copy(error: &io::Error) -> Failure {
    Failure::new(Exit::Failed, "no room for a copy of the store").because(error)
}

/// Returns the failure of a push whose writes are kept.
fn not_pushed(error: &WriteError) -> Failure {
    let failure = Failure::of(Exit::Failed, error);
    failure.hint("it is kept here: send it later with `git pact push`")
}
