//! `git pact hooks`

use std::path::PathBuf;

use clap::Args;
use clap::Subcommand;
use clap::ValueEnum;

use super::StoreArguments;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::ui::Ui;
use crate::app::hooks::Choices;
use crate::app::hooks::Found;
use crate::app::hooks::Home;
use crate::app::hooks::Hook;
use crate::app::hooks::HooksError;
use crate::app::hooks::Variable;

/// Install the hooks of git that check pushes, or remove them
///
/// In a repository that everybody pushes to (a bare one), pre-receive refuses what git-pact would not have
/// written there and what the policy forbids (see `git pact policy`), and post-receive tells what a push
/// has recorded. In one that somebody works in, pre-push warns of records that are not pushed yet, and may
/// ask can-i-merge.
#[derive(Debug, Args)]
pub(super) struct Hooks {
    #[command(subcommand)]
    command: HooksCommand,
}

#[derive(Debug, Subcommand)]
enum HooksCommand {
    Install(Install),
    Remove(Remove),
    Status(Status),
}

/// Install hooks; those that are there already stay, or are brought up to date
#[derive(Debug, Args)]
struct Install {
    #[command(flatten)]
    which: Which,

    /// The variable by which the server says who pushes, for pre-receive; see git pact hook pre-receive
    #[arg(long, value_name = "VARIABLE")]
    identity_from: Option<Variable>,

    /// Have post-receive make the requests of webhooks, too; whoever pushes waits for 10 seconds at most
    #[arg(long)]
    fire_webhooks: bool,

    /// Show what would be installed, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Remove hooks that were installed
#[derive(Debug, Args)]
struct Remove {
    #[command(flatten)]
    which: Which,
}

/// Show which hooks are installed
#[derive(Debug, Args)]
struct Status {
    #[command(flatten)]
    which: Which,
}

/// Which hooks, of which repository.
#[derive(Debug, Args)]
struct Which {
    /// The hooks; without any those that belong into such a repository
    #[arg(value_enum, value_name = "HOOK")]
    hooks: Vec<HookName>,

    /// The repository, a path on this machine; without it the one you stand in
    #[arg(long, value_name = "PATH")]
    repo: Option<PathBuf>,

    /// The directory of the hooks, where the server looks elsewhere than git does
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
enum HookName {
    /// Refuses a push, where everybody pushes to
    PreReceive,
    /// Tells what a push has recorded, where everybody pushes to
    PostReceive,
    /// Warns before a push, where somebody works
    PrePush,
}

impl From<HookName> for Hook {
    fn from(name: HookName) -> Self {
        match name {
            HookName::PreReceive => Self::PreReceive,
            HookName::PostReceive => Self::PostReceive,
            HookName::PrePush => Self::PrePush,
        }
    }
}

impl Hooks {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        match self.command {
            HooksCommand::Install(install) => install.run(outside, ui),
            HooksCommand::Remove(remove) => remove.run(outside, ui),
            HooksCommand::Status(status) => status.run(outside, ui),
        }
    }
}

impl Which {
    /// Returns where the hooks are, and which of them are meant.
    fn find(&self, outside: &Outside) -> Result<(Home, Vec<Hook>), Failure> {
        let context = outside.context(&StoreArguments::default());
        let mut home = Home::find(self.repo.as_deref(), &context)?;
        if let Some(directory) = &self.dir {
            home.directory = outside.working_directory.join(directory);
        }
        let mut hooks: Vec<Hook> = self.hooks.iter().copied().map(Hook::from).collect();
        hooks.sort_unstable();
        hooks.dedup();
        if hooks.is_empty() {
            hooks = home.usual().to_vec();
        }
        Ok((home, hooks))
    }
}

impl Install {
    fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (home, hooks) = self.which.find(outside)?;
        let choices = Choices {
            identity_from: self.identity_from.clone(),
            fires_webhooks: self.fire_webhooks,
        };
        if choices.fires_webhooks && !hooks.contains(&Hook::PostReceive) {
            return Err(Failure::usage(
                "--fire-webhooks is for post-receive, which is not among the hooks to be installed",
            ));
        }
        if choices.identity_from.is_some() && !hooks.contains(&Hook::PreReceive) {
            return Err(Failure::usage(
                "--identity-from is for pre-receive, which is not among the hooks to be installed",
            ));
        }
        let found = if self.dry_run {
            home.look(&hooks, &choices)?
        } else {
            home.install(&hooks, &choices)?
        };
        let mut exit = Exit::Yes;
        for it in found {
            let path = it.path.display();
            ui.data(&match (it.before, self.dry_run) {
                (Found::Ours, _) => format!("{path} is there already."),
                (Found::Nothing, false) => format!("{path} is installed."),
                (Found::Nothing, true) => format!("{path} would be installed."),
                (_, false) => format!("{path} is up to date now."),
                (Found::OursChanged, true) => format!("{path} would be brought up to date."),
                (Found::Foreign, true) => {
                    exit = Exit::No;
                    format!("{path} is there already, and not of git-pact.")
                }
            });
        }
        Ok(exit)
    }
}

impl Remove {
    fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (home, hooks) = self.which.find(outside)?;
        for it in home.remove(&hooks)? {
            let path = it.path.display();
            ui.data(&match it.before {
                Found::Nothing => format!("{path} is not there."),
                _ => format!("{path} is removed."),
            });
        }
        Ok(Exit::Yes)
    }
}

impl Status {
    fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (home, hooks) = self.which.find(outside)?;
        for it in home.look(&hooks, &Choices::default())? {
            let path = it.path.display();
            ui.data(&match it.before {
                Found::Nothing => format!("{path} is not there."),
                Found::Ours => format!("{path} is installed."),
                Found::OursChanged => {
                    format!("{path} is installed, with options or by another version.")
                }
                Found::Foreign => format!("{path} is not of git-pact."),
            });
        }
        Ok(Exit::Yes)
    }
}

impl From<HooksError> for Failure {
    fn from(error: HooksError) -> Self {
        match error {
            HooksError::Store(error) => error.into(),
            HooksError::Remote(error) => error.into(),
            HooksError::Taken { hook, .. } => Self::of(Exit::No, &error).hint(format!(
                "to have both, add this to yours, before anything else that reads its input: \
                 input=$(cat); printf '%s\\n' \"$input\" | git-pact hook {} \"$@\" || exit 1",
                hook.name()
            )),
            HooksError::Disk { .. } => Self::of(Exit::Failed, &error),
        }
    }
}
