//! All commands, by what somebody wants to do. This is the only list of them.
//!
//! A command line names one command, and clap is told of that one alone: to define all of them takes
//! longer than most questions do.

use std::ffi::OsString;

use clap::ArgMatches;
use clap::Args;
use clap::Command as Syntax;
use clap::FromArgMatches;

use super::apply;
use super::branches;
use super::can_i_deploy;
use super::ci_files;
use super::clean;
use super::completions;
use super::deletions;
use super::demo;
use super::deployments;
use super::diff;
use super::doctor;
use super::documentation;
use super::environments;
use super::events;
use super::face::Face;
use super::failure::Exit;
use super::failure::Failure;
use super::generate_uuid;
use super::heartbeat;
use super::help;
use super::hook;
use super::hooks;
use super::init;
use super::labels;
use super::link;
use super::log;
use super::matrix;
use super::network;
use super::outside::Outside;
use super::owed;
use super::pacticipants;
use super::pacts;
use super::policy;
use super::provider_contract;
use super::provider_states;
use super::publish;
use super::pull;
use super::record_verification;
use super::run;
use super::serve;
use super::show;
use super::signers;
use super::site;
use super::status;
use super::sync;
use super::tags;
use super::ui::Ui;
use super::verification_required;
use super::verify_proposed;
use super::versions;
use super::webhooks;

/// Commands for one purpose.
pub(super) struct Group {
    /// The purpose.
    pub(super) title: &'static str,
    /// The commands, those that are used most first.
    pub(super) commands: &'static [Command],
}

/// A command.
pub(super) struct Command {
    /// How it is called.
    pub(super) name: &'static str,
    /// What it does, in a few words without full stop: at most 35 characters, so that help fits into 80
    /// columns on either face.
    pub(super) summary: &'static str,
    /// Who had it first.
    pub(super) origin: Origin,
    /// What it comes to.
    pub(super) kind: Kind,
    define: fn(Syntax) -> Syntax,
    run: fn(&ArgMatches, &Outside, &mut Ui<'_>) -> Result<Exit, Failure>,
}

/// Where a command comes from. It is there on both faces, whatever this says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// `pact-broker`, and `pact-broker-cli` too, if it is not about the program itself.
    Broker,
    /// `pact-broker-cli` alone.
    BrokerCli,
    /// Nobody else has it.
    GitPact,
}

/// What a command comes to, which says what it can exit with on the face of `git pact`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Yes, no, or not known yet.
    Gate,
    /// An answer.
    Question,
    /// Something is recorded, made or refused.
    Write,
    /// Whatever the command comes to that it runs.
    Run,
}

impl Kind {
    /// Returns the exit codes, in order.
    #[must_use]
    pub(super) fn exits(self) -> &'static [u8] {
        match self {
            Self::Gate => &[0, 1, 2, 3, 4],
            Self::Question => &[0, 2, 4],
            Self::Write => &[0, 1, 2, 4],
            Self::Run => &[2, 4, 125, 126, 127],
        }
    }
}

impl Command {
    /// Returns what clap has to know of it.
    #[must_use]
    pub(super) fn syntax(&self) -> Syntax {
        let syntax = (self.define)(Syntax::new(self.name));
        if self.writes_bundles() {
            syntax
        } else {
            without_bundles(syntax)
        }
    }

    /// Says whether what it records may go into a file instead.
    #[must_use]
    pub(super) fn writes_bundles(&self) -> bool {
        INTO_BUNDLES.contains(&self.name)
    }

    /// Runs it as clap understood its arguments.
    ///
    /// # Errors
    ///
    /// Fails if the command does.
    pub(super) fn run(
        &self,
        arguments: &ArgMatches,
        outside: &Outside,
        ui: &mut Ui<'_>,
    ) -> Result<Exit, Failure> {
        (self.run)(arguments, outside, ui)
    }
}

/// The commands that record what happens to an application or an environment, which is what may be written into
/// a bundle. Several bundles become one in the same way.
const INTO_BUNDLES: &[&str] = &[
    "publish",
    "record-verification",
    "verify-proposed",
    "record-deployment",
    "record-undeployment",
    "record-release",
    "record-support-ended",
    "create-environment",
    "update-environment",
    "create-or-update-pacticipant",
    "create-label",
    "create-or-update-version",
    "create-version-tag",
    "push",
    "apply",
];

/// Takes `--bundle`, which all that know the store understand, out of the help.
fn without_bundles(syntax: Syntax) -> Syntax {
    let knows_it = syntax.get_arguments().any(|it| it.get_id() == "bundle");
    let syntax = if knows_it {
        syntax.mut_arg("bundle", |argument| argument.hide(true))
    } else {
        syntax
    };
    syntax.mut_subcommands(without_bundles)
}

macro_rules! command {
    ($origin:ident $kind:ident $name:literal, $arguments:ty, $summary:literal) => {
        Command {
            name: $name,
            summary: $summary,
            origin: Origin::$origin,
            kind: Kind::$kind,
            define: <$arguments as Args>::augment_args,
            run: |matches, outside, ui| {
                let arguments = <$arguments>::from_arg_matches(matches)
                    .map_err(|error| Failure::usage(error.to_string()))?;
                arguments.run(outside, ui)
            },
        }
    };
}

/// The commands in the order in which help shows them.
#[rustfmt::skip]
pub(super) const GROUPS: &[Group] = &[
    Group {
        title: "Publish and verify",
        commands: &[
            command!(Broker Write "publish", publish::Publish, "Publish the pacts of a version"),
            command!(GitPact Question "pull", pull::Pull, "Get the pacts that a build verifies"),
            command!(BrokerCli Question "get-pacts", pacts::GetPacts, "List or download a provider's pacts"),
            command!(BrokerCli Question "provider-states", provider_states::ProviderStates, "Show states that consumers need"),
            command!(GitPact Write "record-verification", record_verification::RecordVerification, "Record what the verifier found"),
            command!(GitPact Write "verify-proposed", verify_proposed::VerifyProposed, "Verify contracts not merged yet"),
            command!(GitPact Run "run", run::Run, "Run tests with their own broker"),
            command!(Broker Write "publish-provider-contract", provider_contract::PublishProviderContract, "Say what there is in its place"),
        ],
    },
    Group {
        title: "Ask before you go on",
        commands: &[
            command!(Broker Gate "can-i-deploy", can_i_deploy::CanIDeploy, "Ask if a version may be deployed"),
            command!(Broker Gate "can-i-merge", can_i_deploy::CanIMerge, "Ask if a version may be merged"),
            command!(GitPact Question "matrix", matrix::Matrix, "Show which versions fit together"),
            command!(Broker Gate "verification-required", verification_required::VerificationRequired, "Ask if a version is yet unverified"),
            command!(GitPact Gate "owed", owed::Owed, "List verifications yet to be done"),
            command!(Broker Question "list-latest-pact-versions", pacts::ListLatestPactVersions, "List the newest pact of each pair"),
        ],
    },
    Group {
        title: "Deploy and release",
        commands: &[
            command!(Broker Write "record-deployment", deployments::RecordDeployment, "Say that a version is deployed"),
            command!(Broker Write "record-undeployment", deployments::RecordUndeployment, "Say that it is no longer deployed"),
            command!(Broker Write "record-release", deployments::RecordRelease, "Say that a version is released"),
            command!(Broker Write "record-support-ended", deployments::RecordSupportEnded, "Say that a release is out of use"),
        ],
    },
    Group {
        title: "Environments",
        commands: &[
            command!(Broker Write "create-environment", environments::Create, "Create an environment"),
            command!(Broker Write "update-environment", environments::Update, "Change an environment"),
            command!(Broker Question "describe-environment", environments::Describe, "Show an environment"),
            command!(Broker Question "list-environments", environments::List, "List the environments"),
            command!(Broker Write "delete-environment", environments::Delete, "Delete an environment"),
        ],
    },
    Group {
        title: "Applications and versions",
        commands: &[
            command!(Broker Write "create-or-update-pacticipant", pacticipants::CreateOrUpdatePacticipant, "Create or change an application"),
            command!(Broker Question "describe-pacticipant", pacticipants::DescribePacticipant, "Show an application"),
            command!(Broker Question "list-pacticipants", pacticipants::ListPacticipants, "List the applications"),
            command!(GitPact Write "delete-pacticipant", deletions::DeletePacticipant, "Delete an application"),
            command!(GitPact Write "create-label", labels::CreateLabel, "Give an application a label"),
            command!(GitPact Write "delete-label", deletions::DeleteLabel, "Take a label from an application"),
            command!(Broker Write "create-or-update-version", versions::CreateOrUpdateVersion, "Create or change a version"),
            command!(Broker Question "describe-version", versions::DescribeVersion, "Show a version"),
            command!(GitPact Question "list-versions", versions::ListVersions, "List versions, newest first"),
            command!(GitPact Write "delete-version", deletions::DeleteVersion, "Delete a version"),
            command!(Broker Write "create-version-tag", tags::CreateVersionTag, "Give a version a tag"),
            command!(BrokerCli Write "delete-version-tag", deletions::DeleteVersionTag, "Take a tag from a version"),
            command!(GitPact Question "list-branches", branches::ListBranches, "List the branches of an application"),
            command!(Broker Write "delete-branch", deletions::DeleteBranch, "Delete a branch"),
        ],
    },
    Group {
        title: "Look around",
        commands: &[
            command!(GitPact Question "show", show::Show, "Show a contract, explained"),
            command!(GitPact Gate "diff", diff::Diff, "Show what changed in a contract"),
            command!(GitPact Question "status", status::Status, "Show the store, and what waits"),
            command!(GitPact Question "network", network::Network, "Show who has contracts with whom"),
            command!(GitPact Write "site", site::Site, "Write the page that a forge shows"),
            command!(GitPact Question "log", log::Log, "Show who recorded what, and when"),
            command!(GitPact Question "events", events::Events, "Tell what contracts have caused"),
        ],
    },
    Group {
        title: "Webhooks",
        commands: &[
            command!(Broker Write "create-webhook", webhooks::Create, "Create a webhook"),
            command!(Broker Write "create-or-update-webhook", webhooks::CreateOrUpdate, "Create or change a webhook"),
            command!(GitPact Question "list-webhooks", webhooks::List, "List the webhooks"),
            command!(GitPact Question "describe-webhook", webhooks::Describe, "Show a webhook"),
            command!(Broker Write "test-webhook", webhooks::Test, "Try out a webhook"),
            command!(GitPact Write "webhooks", webhooks::Webhooks, "Make their requests, show the log"),
            command!(BrokerCli Write "delete-webhook", webhooks::Delete, "Delete a webhook"),
            command!(Broker Question "generate-uuid", generate_uuid::GenerateUuid, "Make an id for a new webhook"),
        ],
    },
    Group {
        title: "Run a broker",
        commands: &[
            command!(GitPact Question "serve", serve::Serve, "Serve the HTTP API of the broker"),
            command!(GitPact Question "heartbeat", heartbeat::Heartbeat, "Say whether a broker answers"),
        ],
    },
    Group {
        title: "Set up",
        commands: &[
            command!(GitPact Write "demo", demo::Demo, "See it all play, in an empty folder"),
            command!(GitPact Write "init", init::Init, "Prepare a repository, set its rules"),
            command!(GitPact Write "ci", ci_files::Ci, "Make the files that CI needs"),
            command!(GitPact Write "link", link::Link, "Install it as pact-broker, too"),
            command!(BrokerCli Question "completions", completions::Completions, "Have the shell complete commands"),
            command!(GitPact Question "docs", documentation::Docs, "Write man pages, or the reference"),
        ],
    },
    Group {
        title: "Keep house",
        commands: &[
            command!(GitPact Write "push", sync::Push, "Send what was recorded offline"),
            command!(GitPact Write "apply", apply::Apply, "Record what bundles say"),
            command!(GitPact Question "fetch", sync::Fetch, "Fetch what others have recorded"),
            command!(GitPact Write "signers", signers::Signers, "Say whose signatures count"),
            command!(GitPact Write "clean", clean::Clean, "Take old versions off the tips"),
            command!(GitPact Write "doctor", doctor::Doctor, "Check that every record is well"),
            command!(GitPact Write "policy", policy::Policy, "Show or say who may write what"),
            command!(GitPact Write "hooks", hooks::Hooks, "Install the hooks of a repository"),
            command!(GitPact Write "hook", hook::Hook, "Do what a hook of git has to do"),
        ],
    },
    Group {
        title: "The program itself",
        commands: &[
            command!(Broker Question "help", help::Help, "Explain a command"),
            command!(Broker Question "tree", help::Tree, "Show the commands as a tree"),
            command!(Broker Question "version", help::Version, "Show the version"),
        ],
    },
];

/// Returns all commands.
pub(super) fn all() -> impl Iterator<Item = &'static Command> {
    GROUPS.iter().flat_map(|group| group.commands)
}

/// Returns the command with a name.
#[must_use]
pub(super) fn find(name: &str) -> Option<&'static Command> {
    all().find(|command| command.name == name)
}

/// Returns the program as far as clap has to know it to read a command line with this first word: the
/// command that it names, or else the names of all, of which clap may suggest one.
#[must_use]
pub(super) fn program(face: Face, first: Option<&OsString>) -> Syntax {
    let name = first.and_then(|word| word.to_str());
    let command = name.and_then(|name| find(&name.replace('_', "-")));
    match command {
        Some(command) => bare(face).subcommand(command.syntax()),
        None => bare(face)
            .subcommands(all().map(|command| Syntax::new(command.name)))
            .override_help(help::overview(face)),
    }
}

/// Returns all of the program.
#[must_use]
pub(super) fn whole(face: Face) -> Syntax {
    bare(face).subcommands(all().map(Command::syntax))
}

fn bare(face: Face) -> Syntax {
    Syntax::new("git-pact")
        .bin_name(face.program())
        .version(env!("CARGO_PKG_VERSION"))
        .about(env!("CARGO_PKG_DESCRIPTION"))
        .max_term_width(100)
        .subcommand_required(true)
        .disable_help_subcommand(true)
}
