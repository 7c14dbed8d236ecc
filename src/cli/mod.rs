//! The command line: parse, call one use case, show what came of it. One file a command.

mod at;
mod can_i_deploy;
pub mod ci;
mod clean;
mod demo;
mod deployments;
mod environments;
mod failure;
mod init;
mod log;
mod matrix;
mod outside;
mod pacticipants;
mod publish;
mod pull;
mod receipt;
mod record_verification;
mod run;
mod selectors;
mod serve;
mod status;
mod sync;
mod ui;

use std::ffi::OsString;
use std::io;
use std::io::Write;
use std::process::ExitCode;

use clap::CommandFactory;
use clap::FromArgMatches;
use clap::Parser;
use clap::Subcommand;
use clap::ValueEnum;

use self::failure::Exit;
use self::failure::Failure;
use self::outside::Outside;
use self::ui::Ui;
use crate::domain::rules::Rules;

/// A Pact Broker whose server, database and accounts are a git repository
///
/// The store is the repository that --repo, GIT_PACT_REPO or PACT_BROKER_BASE_URL names (a URL or
/// a path), else the one you stand in.
///
/// Exit codes: 0 yes or done, 1 no, 2 the command line makes no sense, 3 unknown (not verified
/// yet), 4 could not answer.
#[derive(Debug, Parser)]
#[command(
    name = "git-pact",
    bin_name = "git pact",
    version,
    max_term_width = 100
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// Where the store is, and how to use it.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Store")]
pub(crate) struct StoreArguments {
    /// The store: a URL (ssh, https, file) or a path
    ///
    /// Without it: GIT_PACT_REPO, then PACT_BROKER_BASE_URL, then the repository you stand in. A URL
    /// gets a private clone in your cache directory; a path is used as it is.
    #[arg(long, value_name = "URL_OR_PATH")]
    repo: Option<String>,

    /// Leave the network alone
    ///
    /// A question is answered from what was last fetched; a write is kept here until the next
    /// online write, or `git pact push`.
    #[arg(long)]
    offline: bool,

    /// Whose rules decide; without it those the store was set to, else strict
    #[arg(long, value_enum)]
    rules: Option<RulesArgument>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RulesArgument {
    /// Every live version must be verified; a failure is a no
    Strict,
    /// What the Ruby Pact Broker 2.120 does
    PactBroker,
}

impl From<RulesArgument> for Rules {
    fn from(rules: RulesArgument) -> Self {
        match rules {
            RulesArgument::Strict => Self::Strict,
            RulesArgument::PactBroker => Self::PactBroker,
        }
    }
}

/// How to show what came of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people
    Text,
    /// For programs
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Demo),
    Init(init::Init),
    Publish(publish::Publish),
    CanIDeploy(can_i_deploy::CanIDeploy),
    CanIMerge(can_i_deploy::CanIMerge),
    Matrix(matrix::Matrix),
    Pull(pull::Pull),
    RecordVerification(record_verification::RecordVerification),
    CreateEnvironment(environments::Create),
    UpdateEnvironment(environments::Update),
    DescribeEnvironment(environments::Describe),
    ListEnvironments(environments::List),
    DeleteEnvironment(environments::Delete),
    RecordDeployment(deployments::RecordDeployment),
    RecordUndeployment(deployments::RecordUndeployment),
    RecordRelease(deployments::RecordRelease),
    RecordSupportEnded(deployments::RecordSupportEnded),
    CreateOrUpdatePacticipant(pacticipants::CreateOrUpdatePacticipant),
    CreateOrUpdateVersion(pacticipants::CreateOrUpdateVersion),
    Clean(clean::Clean),
    Log(log::Log),
    Status(status::Status),
    Serve(serve::Serve),
    Run(run::Run),
    Push(sync::Push),
    Fetch(sync::Fetch),
}

impl Command {
    fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        match self {
            Self::Demo(command) => command.run(outside, ui),
            Self::Init(command) => command.run(outside, ui),
            Self::Publish(command) => command.run(outside, ui),
            Self::CanIDeploy(command) => command.run(outside, ui),
            Self::CanIMerge(command) => command.run(outside, ui),
            Self::Matrix(command) => command.run(outside, ui),
            Self::Pull(command) => command.run(outside, ui),
            Self::RecordVerification(command) => command.run(outside, ui),
            Self::CreateEnvironment(command) => command.run(outside, ui),
            Self::UpdateEnvironment(command) => command.run(outside, ui),
            Self::DescribeEnvironment(command) => command.run(outside, ui),
            Self::ListEnvironments(command) => command.run(outside, ui),
            Self::DeleteEnvironment(command) => command.run(outside, ui),
            Self::RecordDeployment(command) => command.run(outside, ui),
            Self::RecordUndeployment(command) => command.run(outside, ui),
            Self::RecordRelease(command) => command.run(outside, ui),
            Self::RecordSupportEnded(command) => command.run(outside, ui),
            Self::CreateOrUpdatePacticipant(command) => command.run(outside, ui),
            Self::CreateOrUpdateVersion(command) => command.run(outside, ui),
            Self::Clean(command) => command.run(outside, ui),
            Self::Log(command) => command.run(outside, ui),
            Self::Status(command) => command.run(outside, ui),
            Self::Serve(command) => command.run(outside, ui),
            Self::Run(command) => command.run(outside, ui),
            Self::Push(command) => command.run(outside, ui),
            Self::Fetch(command) => command.run(outside, ui),
        }
    }
}

/// Runs the program on its own arguments and returns the exit code.
#[must_use]
pub fn main() -> ExitCode {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut err = io::stderr();
    let exit = match Outside::look() {
        Ok(outside) => {
            let arguments = std::env::args_os();
            run(arguments.collect(), &outside, &mut out, &mut err)
        }
        Err(failure) => {
            failure.show(&mut Ui::new(&mut out, &mut err, false));
            failure.exit
        }
    };
    ExitCode::from(exit.code())
}

/// Parses a command line; returns also how its answer is to be shown, if there is a choice.
///
/// Some commands know more ways than [`Output`]; of all of them `json` is for programs.
fn parse(arguments: Vec<OsString>) -> Result<(Arguments, Option<Output>), clap::Error> {
    let matches = Arguments::command().try_get_matches_from(arguments)?;
    let of_command = matches.subcommand().map(|(_, matches)| matches);
    let output = of_command.and_then(|matches| matches.try_get_raw("output").ok()?);
    let output = output.and_then(|mut values| values.next()?.to_str());
    let output = output.and_then(|output| Output::from_str(output, false).ok());
    Ok((Arguments::from_arg_matches(&matches)?, output))
}

/// Runs one command line in a world and returns what it comes to.
fn run(
    arguments: Vec<OsString>,
    outside: &Outside,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Exit {
    let mut ui = Ui::new(out, err, outside.colour);
    let result = match parse(arguments) {
        Ok((arguments, Some(Output::Json))) => {
            let outside = outside.for_programs();
            arguments.command.run(&outside, &mut ui)
        }
        Ok((arguments, _)) => arguments.command.run(outside, &mut ui),
        Err(error) => {
            let text = error.render();
            let text = if outside.colour {
                text.ansi().to_string()
            } else {
                text.to_string()
            };
            // Help and version are what was asked for; everything else is a complaint.
            if error.use_stderr() {
                ui.say(text.trim_end());
                Ok(Exit::Usage)
            } else {
                ui.data(text.trim_end());
                Ok(Exit::Yes)
            }
        }
    };
    let exit = match result {
        Ok(exit) => exit,
        Err(failure) => {
            failure.show(&mut ui);
            failure.exit
        }
    };
    match ui.finish() {
        Ok(()) => exit,
        Err(error) => {
            ui.say(&format!("error: could not write the output: {error}"));
            Exit::Failed
        }
    }
}
