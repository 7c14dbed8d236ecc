//! `git pact delete-branch`, `delete-version-tag`, `delete-version`, `delete-label` and
//! `delete-pacticipant`
//!
//! Nothing is asked back, as the history keeps what is deleted. What goes along with it is said, and
//! shown beforehand with `--dry-run`.

use clap::Args;

use super::StoreArguments;
use super::face::Face;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::receipt;
use super::ui::Ui;
use crate::app::delete::delete;
use crate::app::delete::preview;
use crate::app::likely_names::likely_pacticipants;
use crate::app::site::Site;
use crate::domain::deletion::Deletion;
use crate::domain::intent::Intent;
use crate::domain::label::Labelling;
use crate::domain::likely_name::did_you_mean;
use crate::domain::name::BranchName;
use crate::domain::name::LabelName;
use crate::domain::name::PacticipantName;
use crate::domain::name::TagName;
use crate::domain::name::VersionNumber;
use crate::render::deletion as render;
use crate::render::shell::CommandLine;

/// How something is deleted.
#[derive(Debug, Args)]
struct DeletionArguments {
    /// Fail if it is not there; the default
    #[arg(long, overrides_with = "no_error_when_not_found")]
    error_when_not_found: bool,

    /// Succeed as well if it is not there
    #[arg(long, overrides_with = "error_when_not_found")]
    no_error_when_not_found: bool,

    /// Show what would go, and write nothing
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    store: StoreArguments,
}

/// Delete a branch; the versions that are on it stay
#[derive(Debug, Args)]
pub(super) struct DeleteBranch {
    /// The application
    #[arg(short = 'a', long)]
    pacticipant: PacticipantName,

    /// The branch
    #[arg(long)]
    branch: BranchName,

    #[command(flatten)]
    how: DeletionArguments,
}

impl DeleteBranch {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (name, branch) = (self.pacticipant, self.branch);
        let request = Request {
            thing: format!("branch {branch} of pacticipant {name}"),
            pacticipant: name.clone(),
            known: CommandLine::new("list-branches").option("pacticipant", &name),
            fails_if_absent: true,
            intent: Intent::Delete(Deletion::Branch {
                pacticipant: name,
                branch,
            }),
        };
        request.run(&self.how, outside, ui)
    }
}

/// Take a tag from a version
#[derive(Debug, Args)]
pub(super) struct DeleteVersionTag {
    /// The application
    #[arg(short = 'a', long)]
    pacticipant: PacticipantName,

    /// The version
    #[arg(short = 'e', long)]
    version: VersionNumber,

    /// The tag
    #[arg(short, long)]
    tag: TagName,

    #[command(flatten)]
    how: DeletionArguments,
}

impl DeleteVersionTag {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (name, version, tag) = (self.pacticipant, self.version, self.tag);
        let request = Request {
            thing: format!("tag '{tag}' from version '{version}' of pacticipant '{name}'"),
            pacticipant: name.clone(),
            known: CommandLine::new("list-versions").option("pacticipant", &name),
            // The Rust program, which alone has this command, succeeds (spec: cli §4.25).
            fails_if_absent: outside.face == Face::GitPact,
            intent: Intent::Delete(Deletion::Tag {
                pacticipant: name,
                version,
                tag,
            }),
        };
        request.run(&self.how, outside, ui)
    }
}

/// Delete a version, with its tags, pacts and results, and where it was deployed and released
#[derive(Debug, Args)]
pub(super) struct DeleteVersion {
    /// The application
    #[arg(short = 'a', long)]
    pacticipant: PacticipantName,

    /// The version
    #[arg(short = 'e', long)]
    version: VersionNumber,

    #[command(flatten)]
    how: DeletionArguments,
}

impl DeleteVersion {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (name, version) = (self.pacticipant, self.version);
        let request = Request {
            thing: format!("version {version} of pacticipant {name}"),
            pacticipant: name.clone(),
            known: CommandLine::new("list-versions").option("pacticipant", &name),
            fails_if_absent: true,
            intent: Intent::Delete(Deletion::Version {
                pacticipant: name,
                version,
            }),
        };
        request.run(&self.how, outside, ui)
    }
}

/// Take a label from an application
#[derive(Debug, Args)]
pub(super) struct DeleteLabel {
    /// The application
    #[arg(short = 'a', long)]
    pacticipant: PacticipantName,

    /// The label
    #[arg(long)]
    label: LabelName,

    #[command(flatten)]
    how: DeletionArguments,
}

impl DeleteLabel {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (name, label) = (self.pacticipant, self.label);
        let request = Request {
            thing: format!("label {label} of pacticipant {name}"),
            pacticipant: name.clone(),
            known: CommandLine::new("describe-pacticipant").option("name", &name),
            fails_if_absent: true,
            intent: Intent::RemoveLabel(Labelling {
                pacticipant: name,
                label,
                at: outside.now,
            }),
        };
        request.run(&self.how, outside, ui)
    }
}

/// Delete an application, with its versions, pacts and results, and the pacts that others have with
/// it
#[derive(Debug, Args)]
pub(super) struct DeletePacticipant {
    /// The name of the application
    #[arg(long)]
    name: PacticipantName,

    #[command(flatten)]
    how: DeletionArguments,
}

impl DeletePacticipant {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let request = Request {
            thing: format!("pacticipant {}", self.name),
            pacticipant: self.name.clone(),
            known: CommandLine::new("list-pacticipants"),
            fails_if_absent: true,
            intent: Intent::Delete(Deletion::Pacticipant(self.name)),
        };
        request.run(&self.how, outside, ui)
    }
}

/// Something that is to be deleted.
struct Request {
    /// What it is, as sentences name it.
    thing: String,
    /// Whose it is.
    pacticipant: PacticipantName,
    /// The command that shows what there is of its kind.
    known: CommandLine,
    /// Whether it has to be there, unless somebody says otherwise.
    fails_if_absent: bool,
    /// What deletes it.
    intent: Intent,
}

impl Request {
    fn run(
        self,
        how: &DeletionArguments,
        outside: &Outside,
        ui: &mut Ui<'_>,
    ) -> Result<Exit, Failure> {
        let (mut site, context) = outside.open(&how.store)?;
        let going = if how.dry_run || ui.tells_more() {
            preview(&site, &context, &self.intent)?.value
        } else {
            None
        };
        let along = going.as_ref().and_then(render::going);
        if how.dry_run {
            if going.is_none() {
                return self.absent(how, &site, ui);
            }
            let along = along.map_or_else(String::new, |along| format!(", and with it {along}"));
            ui.data(&format!("Would delete {}{along}", self.thing));
            ui.say("Nothing was written.");
            return Ok(Exit::Yes);
        }
        // Also of what is not there: it may be so only because its deletion waits to be pushed.
        let Some(written) = delete(&mut site, &context, self.intent.clone())? else {
            return self.absent(how, &site, ui);
        };
        ui.success(&format!("Successfully deleted {}", self.thing));
        if let Some(along) = along {
            ui.say(&format!("With it went {along}."));
        }
        if ui.tells_more() {
            let log = CommandLine::new("log").option("pacticipant", &self.pacticipant);
            ui.say(&format!("The history keeps it: {log}"));
        }
        receipt::say(&written, &site, ui);
        Ok(Exit::Yes)
    }

    /// Says that it is not there, which is a failure or not.
    fn absent(
        &self,
        how: &DeletionArguments,
        site: &Site,
        ui: &mut Ui<'_>,
    ) -> Result<Exit, Failure> {
        let fails = match (how.error_when_not_found, how.no_error_when_not_found) {
            (true, _) => true,
            (_, true) => false,
            _ => self.fails_if_absent,
        };
        let thing = &self.thing;
        if !fails {
            ui.success(&format!("{} not found", capitalised(thing)));
            return Ok(Exit::Yes);
        }
        let message = format!("Could not delete {thing} as it was not found");
        let failure = Failure::new(Exit::No, message);
        let question = did_you_mean(&likely_pacticipants(site, &self.pacticipant));
        let known = || format!("these are known: {}", self.known);
        Err(failure.hint(question.unwrap_or_else(known)))
    }
}

/// Returns a text that begins with a capital.
fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters.clone()).collect()
}
