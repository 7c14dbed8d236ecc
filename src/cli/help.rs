//! `git pact help`, `tree` and `version`: what the program is, said before it looks at anything.

use std::ffi::OsString;
use std::fmt::Write as _;

use clap::Args;

use super::commands;
use super::commands::Command;
use super::commands::GROUPS;
use super::commands::Origin;
use super::face::Face;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::ui::Ui;

/// The version, as Cargo has it.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// How wide the names of commands are in a list.
const NAMES: usize = 28;

/// Explain a command, or list them all
#[derive(Debug, Args)]
pub(super) struct Help {
    /// The command to explain
    #[arg(value_name = "COMMAND")]
    command: Vec<OsString>,
}

impl Help {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        if self.command.is_empty() {
            ui.data(&overview(outside.face));
            return Ok(Exit::Yes);
        }
        let words = self.command.into_iter().chain(["--help".into()]);
        match super::parse(words.collect(), outside.caller, ui) {
            Ok(_) => Ok(Exit::Yes),
            Err(unread) => super::explain(unread, outside.caller, ui),
        }
    }
}

/// Show all commands, with what they do
#[derive(Debug, Args)]
pub(super) struct Tree {}

impl Tree {
    #[expect(
        clippy::unnecessary_wraps,
        clippy::unused_self,
        reason = "every command is run alike"
    )]
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        ui.data(&tree(outside.face));
        Ok(Exit::Yes)
    }
}

/// Show the version of the program
#[derive(Debug, Args)]
pub(super) struct Version {}

impl Version {
    #[expect(
        clippy::unnecessary_wraps,
        clippy::unused_self,
        reason = "every command is run alike"
    )]
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        ui.data(&version(outside.face));
        Ok(Exit::Yes)
    }
}

/// Returns the answer to a command line that asks about the program alone.
///
/// It takes nothing to give it: no clock, no environment, no definition of a command.
#[must_use]
pub(super) fn at_once(face: Face, words: &[OsString]) -> Option<String> {
    let mut words = words.iter().map(|word| word.to_str());
    match (words.next().flatten(), words.next()) {
        (None | Some("help" | "--help" | "-h"), None) => Some(overview(face)),
        (Some("version"), None) => Some(version(face)),
        (Some("--version" | "-V" | "-v"), None) => Some(version(Face::GitPact)),
        (Some("tree"), None) => Some(tree(face)),
        _ => None,
    }
}

/// Returns what there is, on a page: by purpose, or as the Ruby program lists it (spec: cli §2.1).
#[must_use]
pub(super) fn overview(face: Face) -> String {
    match face {
        Face::GitPact => by_purpose(),
        Face::PactBroker => by_name(),
    }
}

fn by_purpose() -> String {
    let mut text = format!(
        "{}\n\nUsage: git pact <command> [options]\n",
        env!("CARGO_PKG_DESCRIPTION")
    );
    for group in GROUPS {
        // A `String` takes whatever is written to it.
        let _ = writeln!(text, "\n{}", group.title);
        for Command { name, summary, .. } in group.commands {
            let _ = writeln!(text, "  {name:NAMES$}  {summary}");
        }
    }
    text.push_str(
        "
The store is the repository you stand in, or the one that --repo, GIT_PACT_REPO
or PACT_BROKER_BASE_URL names: a URL or a path.

It exits with 0 for yes or done, 1 for no, 2 if the command makes no sense, 3
for not known yet, and 4 if it could not find out.

git pact help <command>    what a command does, and all of its options
git pact demo              the main job, played in an empty folder",
    );
    text
}

fn by_name() -> String {
    let mut text = String::from("Commands:\n");
    for Command { name, summary, .. } in of_the_broker() {
        let _ = writeln!(text, "  pact-broker {name:NAMES$} # {summary}");
    }
    let _ = write!(
        text,
        "
pact-broker help <command>  what a command does, and all of its options
git-pact help               more commands: this is git-pact {VERSION}, and the
                            broker is a git repository"
    );
    text
}

fn tree(face: Face) -> String {
    let mut text = face.program().to_owned();
    let commands: Vec<&Command> = match face {
        Face::GitPact => commands::all().collect(),
        Face::PactBroker => of_the_broker(),
    };
    let last = commands.len().saturating_sub(1);
    for (index, Command { name, summary, .. }) in commands.into_iter().enumerate() {
        let branch = if index == last { '└' } else { '├' };
        let _ = write!(text, "\n  {branch}─ {name} ({summary})");
    }
    text
}

/// Returns the commands that the broker's programs have, by name.
fn of_the_broker() -> Vec<&'static Command> {
    let theirs = commands::all().filter(|command| command.origin != Origin::GitPact);
    let mut theirs: Vec<_> = theirs.collect();
    theirs.sort_by_key(|command| command.name);
    theirs
}

fn version(face: Face) -> String {
    match face {
        Face::GitPact => format!("git-pact {VERSION}"),
        // The Ruby program's `version` is the number alone.
        Face::PactBroker => VERSION.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FACES: [Face; 2] = [Face::GitPact, Face::PactBroker];

    fn asked(face: Face, line: &str) -> Option<String> {
        let words: Vec<OsString> = line.split_whitespace().map(Into::into).collect();
        at_once(face, &words)
    }

    #[test]
    fn every_command_is_in_the_overview_once() {
        let overview = overview(Face::GitPact);
        let listed = overview.lines().filter_map(|line| line.strip_prefix("  "));
        let mut listed: Vec<_> = listed.filter_map(|line| line.split(' ').next()).collect();
        let whole = commands::whole(Face::GitPact);
        let mut known: Vec<_> = whole
            .get_subcommands()
            .map(clap::Command::get_name)
            .collect();
        listed.sort_unstable();
        known.sort_unstable();
        assert_eq!(listed, known);
    }

    #[test]
    fn help_fits_a_terminal() {
        for line in FACES.map(overview).iter().flat_map(|text| text.lines()) {
            assert!(line.chars().count() <= 80, "{line}");
        }
        for Command { name, summary, .. } in commands::all() {
            assert!(name.len() <= NAMES, "{name}");
            assert!(summary.chars().count() <= 35, "{summary}");
            assert!(!summary.ends_with('.'), "{summary}");
        }
    }

    #[test]
    fn what_the_broker_does_not_have_is_not_in_its_help() {
        let overview = overview(Face::PactBroker);
        assert!(overview.contains("\n  pact-broker can-i-deploy "));
        assert!(!overview.contains("pact-broker serve"));
        let mut lines: Vec<_> = overview
            .lines()
            .skip(1)
            .take_while(|it| !it.is_empty())
            .collect();
        let shown = lines.clone();
        lines.sort_unstable();
        assert_eq!(lines, shown);
    }

    #[test]
    fn what_asks_for_no_more_is_answered_at_once() {
        for face in FACES {
            for line in ["", "help", "--help", "-h"] {
                assert_eq!(asked(face, line), Some(overview(face)), "{line}");
            }
            for line in ["version", "--version", "-V", "-v", "tree"] {
                assert!(asked(face, line).is_some(), "{line}");
            }
            for line in [
                "help publish",
                "--help publish",
                "version 1",
                "publish",
                "x",
            ] {
                assert_eq!(asked(face, line), None, "{line}");
            }
        }
        assert_eq!(asked(Face::PactBroker, "version").unwrap(), VERSION);
        assert_eq!(
            asked(Face::PactBroker, "--version"),
            asked(Face::GitPact, "version")
        );
    }
}
