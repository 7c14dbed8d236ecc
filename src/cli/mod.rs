//! The command line: parse, call one use case, show what came of it. One file a command.

mod apply;
mod argv;
mod at;
mod branches;
mod can_i_deploy;
pub mod ci;
mod ci_files;
mod clean;
mod commands;
mod completions;
mod deletions;
mod demo;
mod deployments;
mod diff;
mod doctor;
mod documentation;
mod environments;
mod events;
mod face;
mod failure;
mod files;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzz;
mod generate_uuid;
mod heartbeat;
mod help;
mod hook;
mod hooks;
mod init;
mod labels;
mod link;
mod log;
mod matrix;
mod network;
mod not_found;
mod outside;
mod owed;
mod pacticipants;
mod pacts;
mod policy;
mod provider_contract;
mod provider_states;
mod publish;
mod pull;
mod receipt;
mod record_verification;
mod run;
mod selectors;
mod serve;
mod show;
mod signers;
mod site;
mod status;
mod sync;
mod tags;
mod ui;
mod unguessable;
mod unknown_name;
mod verification_required;
mod verify_proposed;
mod version_properties;
mod versions;
mod webhooks;

use std::ffi::OsString;
use std::io;
use std::io::Write;
use std::num::ParseFloatError;
use std::num::ParseIntError;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::ArgMatches;
use clap::ValueEnum;
use clap::error::ContextKind;
use clap::error::ContextValue;
use clap::error::ErrorKind;

use self::argv::Misspelt;
use self::commands::Command;
use self::face::Face;
use self::failure::Exit;
use self::failure::Failure;
use self::outside::Caller;
use self::outside::Outside;
use self::ui::Colour;
use self::ui::Ui;
use crate::domain::name::InvalidName;
use crate::domain::rules::Rules;

/// Where the store is, and how to use it.
#[derive(Clone, Debug, Default, clap::Args)]
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

    /// Write what would be pushed into a file, and push nothing
    ///
    /// For builds that may not write the store, such as those of forks: a bundle that `git pact apply` records
    /// where that is allowed. It is added to a bundle that is there; nothing is kept here.
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "sign",
        help_heading = "Into a file"
    )]
    bundle: Option<PathBuf>,

    /// Sign what is recorded, with git's own signing
    ///
    /// With the key that git is configured to sign with (gpg.format, user.signingKey), as for your own
    /// commits; see docs/signing.md. GIT_PACT_SIGN=1 says the same, and --no-sign takes it back. A question
    /// records nothing, and there is nothing to sign.
    #[arg(long, overrides_with = "no_sign")]
    sign: bool,

    /// Do not sign, whatever the environment says
    #[arg(long, hide = true, overrides_with = "sign")]
    no_sign: bool,

    /// Whose rules decide; without it those the store was set to, else strict
    #[arg(long, value_enum)]
    rules: Option<RulesArgument>,

    #[command(flatten)]
    broker: BrokerArguments,
}

/// What every command of the `pact-broker` programs takes (spec: cli §2.2).
///
/// They are not in the help of `git pact`, which has `--repo` and the credentials of git.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Broker")]
pub(crate) struct BrokerArguments {
    /// The store: a URL (ssh, https, file) or a path
    #[arg(
        short = 'b',
        long,
        value_name = "URL_OR_PATH",
        hide = true,
        conflicts_with = "repo"
    )]
    broker_base_url: Option<String>,

    /// The user name for a store that is reached by HTTPS
    #[arg(short = 'u', long, value_name = "NAME", hide = true)]
    broker_username: Option<String>,

    /// The password for a store that is reached by HTTPS
    #[arg(short = 'p', long, value_name = "PASSWORD", hide = true)]
    broker_password: Option<String>,

    /// The token for a store that is reached by HTTPS
    #[arg(short = 'k', long, value_name = "TOKEN", hide = true)]
    broker_token: Option<String>,

    /// Say where a write went and what an answer was computed from
    #[arg(short, long, hide = true)]
    verbose: bool,

    /// The certificates to trust for a store that is reached by HTTPS
    #[arg(short = 'c', long, value_name = "FILE", hide = true)]
    ssl_certificate: Option<PathBuf>,

    /// Do not check the certificate of a store that is reached by HTTPS
    #[arg(long, hide = true)]
    skip_ssl_verification: bool,
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
    #[value(alias = "table", alias = "pretty")]
    Text,
    /// For programs
    Json,
}

/// Runs the program on its own arguments and returns the exit code.
#[must_use]
pub fn main() -> ExitCode {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut err = io::stderr();
    let (face, words) = Face::of(std::env::args_os().collect());
    if let Some(answer) = help::at_once(face, &words) {
        let mut ui = Ui::new(&mut out, &mut err, face);
        ui.data(&answer);
        return ExitCode::from(finish(&mut ui, Exit::Yes).code(face));
    }
    let caller = Caller::look(face);
    let exit = run(words, caller, || Outside::look(caller), &mut out, &mut err);
    ExitCode::from(exit.code(face))
}

/// How an answer is shown, as far as everybody has to know who speaks.
#[derive(Clone, Copy, Debug, Default)]
struct Manner {
    /// As a document for a program. Some commands know more ways than [`Output`]; of all of them `json` is
    /// for programs.
    for_programs: bool,
    /// With what `--verbose` adds.
    verbose: bool,
    /// Into a file in place of the store.
    into_a_bundle: bool,
}

/// A command line could not be read.
enum Unread {
    /// The broker's programs would not have read it either.
    Misspelt(Misspelt),
    /// It makes no sense to clap, or asks for help.
    Clap(Box<clap::Error>),
}

/// Reads a command line and says how its answer is to be shown.
fn parse(
    words: Vec<OsString>,
    caller: Caller,
    ui: &mut Ui<'_>,
) -> Result<(&'static Command, ArgMatches, Manner), Unread> {
    let Caller {
        face, is_strict, ..
    } = caller;
    let program = commands::program(face, words.first());
    let line = argv::read(words, face, is_strict, &program).map_err(Unread::Misspelt)?;
    for warning in &line.warnings {
        ui.say_of(&[Colour::Yellow.of(warning)]);
    }
    let words = std::iter::once(OsString::from(face.program())).chain(line.words);
    let mut matches = program
        .try_get_matches_from(words)
        .map_err(|error| Unread::Clap(Box::new(error)))?;
    let (name, matches) = matches
        .remove_subcommand()
        .expect("clap asks for a command where there is none");
    let command = commands::find(&name).expect("clap knows those of the list alone");
    let mut of_command = &matches;
    while let Some((_, inner)) = of_command.subcommand() {
        of_command = inner;
    }
    let raw = |name| of_command.try_get_raw(name).ok().flatten()?.next();
    let manner = Manner {
        for_programs: raw("output").is_some_and(|output| output == "json")
            || raw("json").is_some_and(|json| json == "true"),
        into_a_bundle: raw("bundle").is_some(),
        verbose: raw("verbose").is_some_and(|verbose| verbose == "true"),
    };
    Ok((command, matches, manner))
}

/// Runs one command line and returns what it comes to. The world is looked at when the line is read and
/// makes sense.
fn run(
    words: Vec<OsString>,
    caller: Caller,
    look: impl FnOnce() -> Result<Outside, Failure>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Exit {
    let mut ui = Ui::new(out, err, caller.face).in_colour(caller.colour);
    let result = match parse(words, caller, &mut ui) {
        Ok((command, arguments, manner)) => {
            ui = ui.speaking(manner);
            look().and_then(|outside| {
                if manner.into_a_bundle && !command.writes_bundles() {
                    let name = command.name;
                    return Err(
                        Failure::usage(format!("`{name}` writes nothing into a bundle"))
                            .hint("leave out --bundle"),
                    );
                }
                if manner.for_programs {
                    command.run(&arguments, &outside.for_programs(), &mut ui)
                } else {
                    command.run(&arguments, &outside, &mut ui)
                }
            })
        }
        Err(unread) => explain(unread, caller, &mut ui),
    };
    let exit = match result {
        Ok(exit) => exit,
        Err(failure) => {
            failure.show(&mut ui);
            failure.exit
        }
    };
    finish(&mut ui, exit)
}

/// Writes out what is left and returns what the command comes to.
fn finish(ui: &mut Ui<'_>, exit: Exit) -> Exit {
    match ui.finish() {
        Ok(()) => exit,
        Err(error) => {
            ui.say(&format!("error: could not write the output: {error}"));
            Exit::Failed
        }
    }
}

/// Shows help or the version, which is what was asked for, or says what is wrong with a command line.
fn explain(unread: Unread, caller: Caller, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
    let error = match unread {
        Unread::Misspelt(error) => return Err(Failure::usage(error.to_string())),
        Unread::Clap(error) => error,
    };
    let help = error.render();
    if !error.use_stderr() {
        if caller.colour {
            // All of it is ours.
            ui.pass_on(help.ansi().to_string().trim_end());
        } else {
            ui.data(help.to_string().trim_end());
        }
        return Ok(Exit::Yes);
    }
    let text = match ruby_words(&error) {
        Some(text) if caller.face == Face::PactBroker => text,
        _ => help.to_string(),
    };
    match text.trim_end().split_once("error:") {
        Some(("", rest)) => ui.say_of(&[Colour::Red.of("error:"), rest.into()]),
        _ => ui.say(text.trim_end()),
    }
    Ok(Exit::Usage)
}

/// Returns a complaint of clap in the words of the Ruby program, if it had some (spec: cli §2.1).
fn ruby_words(error: &clap::Error) -> Option<String> {
    match error.kind() {
        ErrorKind::MissingRequiredArgument => {
            let Some(ContextValue::Strings(missing)) = error.get(ContextKind::InvalidArg) else {
                return None;
            };
            let names = missing.iter().map(|option| {
                let name = option.split([' ', '=']).next().unwrap_or(option);
                format!("'{name}'")
            });
            let names: Vec<String> = names.collect();
            Some(format!(
                "No value provided for required options {}",
                names.join(", ")
            ))
        }
        ErrorKind::ValueValidation => {
            let source = std::error::Error::source(error)?;
            if let Some(InvalidName::Blank { what }) = source.downcast_ref() {
                return Some(format!("{} cannot be blank", ruby_name(what)?));
            }
            if !(source.is::<ParseIntError>() || source.is::<ParseFloatError>()) {
                return None;
            }
            let text = |kind| match error.get(kind) {
                Some(ContextValue::String(text)) => Some(text.as_str()),
                _ => None,
            };
            let option = text(ContextKind::InvalidArg)?.split(' ').next()?;
            let value = text(ContextKind::InvalidValue)?;
            Some(format!(
                "Expected numeric value for '{option}'; got \"{value}\""
            ))
        }
        _ => None,
    }
}

/// Returns what the Ruby program calls a name that has to be there (spec: cli §4.13, §4.16).
fn ruby_name(what: &str) -> Option<&'static str> {
    match what {
        "a pacticipant name" => Some("Pacticipant name"),
        "a version number" => Some("Pacticipant version"),
        "a branch name" => Some("Version branch"),
        "a tag name" => Some("Version tag"),
        _ => None,
    }
}
