//! `git pact hook pre-push`: what to know before a push, and whether it may be made.
//!
//! It may, unless somebody has asked for the gate and the gate says no. That nothing could be found out
//! stops nobody who has not asked for that, too (`pact.strict`).

use std::time::Duration;

use clap::Args;

use crate::app::ask::ask;
use crate::app::message::line;
use crate::app::pending;
use crate::app::site::Locator;
use crate::app::site::Site;
use crate::cli;
use crate::cli::StoreArguments;
use crate::cli::failure::Exit;
use crate::cli::failure::Failure;
use crate::cli::outside::Outside;
use crate::cli::receipt::count;
use crate::cli::receipt::short;
use crate::cli::ui::Ui;
use crate::domain::ledger::Read;
use crate::domain::name::BranchName;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::remote::Git;
use crate::remote::Outgoing;
use crate::remote::outgoing;
use crate::render::table::one_line;
use crate::store::git::Moment;

/// How long each use of the network may keep a push waiting.
const PATIENCE: Duration = Duration::from_secs(10);

/// Warn of records that are not pushed yet, and ask can-i-merge if that is configured
///
/// With `git config pact.canIMerge true` and `git config pact.pacticipant NAME`, a branch is pushed only
/// if can-i-merge does not say no to it: to the version that is called like the commit, or else to the
/// newest one on the branch. What is not known yet, or cannot be found out, is a warning; with
/// `git config pact.strict true` it stops the push as well. The store is the one that pact.repo names, or
/// the environment, or the repository itself.
#[derive(Debug, Args)]
pub(super) struct PrePush {
    /// The name of the remote, or its URL
    remote: String,

    /// The URL of the remote
    url: String,
}

/// What the repository is configured to ask.
struct Gate {
    pacticipant: PacticipantName,
    is_strict: bool,
    repo: Option<String>,
}

/// A branch that is about to be pushed.
struct Candidate {
    branch: BranchName,
    commit: VersionNumber,
}

impl PrePush {
    #[expect(clippy::unused_self, reason = "every hook is run alike")]
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let outgoing = outgoing(&outside.input()?);
        let outgoing = outgoing.map_err(|error| Failure::of(Exit::Failed, &error))?;
        let outside = outside.in_a_hurry(PATIENCE);
        let context = outside.context(&StoreArguments::default());
        let here = match Site::open(&Locator::Here, None, &context) {
            Ok(here) => here,
            Err(error) => {
                ui.warn(&format!(
                    "pre-push: nothing was asked before this push: {error}"
                ));
                return Ok(Exit::Yes);
            }
        };
        warn_of_pending(&here, ui);
        let git = here.git(&context);
        let gate = match Gate::configured(&git) {
            Ok(Some(gate)) => gate,
            Ok(None) => return Ok(Exit::Yes),
            Err(failure) => {
                ui.warn(&format!(
                    "pre-push: can-i-merge was not asked: {}",
                    failure.message
                ));
                let is_strict = git.is_set("pact.strict").unwrap_or(false);
                return Ok(if is_strict { Exit::No } else { Exit::Yes });
            }
        };
        for candidate in outgoing.iter().filter_map(Candidate::of) {
            if gate.stops(&candidate, &outside, ui) {
                ui.say("pre-push: nothing was pushed; git push --no-verify asks nobody");
                return Ok(Exit::No);
            }
        }
        Ok(Exit::Yes)
    }
}

/// Says so when records were made offline and not pushed, since others may deploy by what they do not see.
fn warn_of_pending(here: &Site, ui: &mut Ui<'_>) {
    match pending::read(here) {
        Ok(pending) if pending.writes() == 0 => {}
        Ok(pending) => {
            let records = count(pending.writes(), "write");
            ui.warn(&format!("{records} of git-pact here, not pushed yet:"));
            for intent in pending.intents.iter().filter(|it| it.stands_alone()) {
                ui.say(&format!("  {}", one_line(&line(intent))));
            }
            ui.say("Send them with `git pact push`.");
        }
        Err(error) => ui.warn(&format!("pre-push: {error}")),
    }
}

impl Candidate {
    /// Returns what of a push concerns the gate: branches of the application itself that stay.
    fn of(outgoing: &Outgoing) -> Option<Self> {
        let branch = outgoing.name.strip_prefix("refs/heads/")?;
        if branch.starts_with("pact/") {
            return None;
        }
        Some(Self {
            branch: branch.parse().ok()?,
            commit: outgoing.new.as_ref()?.as_str().parse().ok()?,
        })
    }
}

impl Gate {
    /// Returns the gate, if the repository is configured to have one.
    fn configured(git: &Git) -> Result<Option<Self>, Failure> {
        if !git.is_set("pact.canIMerge")? {
            return Ok(None);
        }
        let Some(name) = git.setting("pact.pacticipant")? else {
            return Err(Failure::usage(
                "pact.canIMerge is set, and not whose versions are pushed: git config pact.pacticipant NAME",
            ));
        };
        let pacticipant = name.parse();
        Ok(Some(Self {
            pacticipant: pacticipant
                .map_err(|error| Failure::usage(format!("pact.pacticipant: {error}")))?,
            is_strict: git.is_set("pact.strict")?,
            repo: git.setting("pact.repo")?,
        }))
    }

    /// Asks, and says whether a branch must not be pushed.
    fn stops(&self, candidate: &Candidate, outside: &Outside, ui: &mut Ui<'_>) -> bool {
        let Candidate { branch, commit } = candidate;
        let what = format!("branch {branch} ({})", short(commit.as_str()));
        let why = match self.ask(candidate, outside, ui) {
            Ok(Exit::Yes) => return false,
            Ok(Exit::No) => {
                ui.say(&format!(
                    "pre-push: {what} cannot be merged, says can-i-merge"
                ));
                return true;
            }
            Ok(_) => "it is not known yet".to_owned(),
            Err(failure) => failure.message,
        };
        ui.warn(&format!("pre-push: whether {what} can be merged: {why}"));
        self.is_strict
    }

    /// Asks can-i-merge about the version that a branch is.
    fn ask(
        &self,
        Candidate { branch, commit }: &Candidate,
        outside: &Outside,
        ui: &mut Ui<'_>,
    ) -> Result<Exit, Failure> {
        let store = StoreArguments {
            repo: self.repo.clone(),
            ..StoreArguments::default()
        };
        let name = &self.pacticipant;
        let (site, context) = outside.open(&store)?;
        let known = ask(&site, &context, &Moment::Now, |ledger, _| -> Read<_> {
            if ledger.version(name, commit)?.is_some() {
                return Ok(Some(format!("--version={commit}")));
            }
            let head = ledger.branch_head(name, branch)?;
            Ok(head.map(|_| format!("--branch={branch}")))
        });
        let Some(which) = known?.value else {
            ui.say(&format!(
                "{name} has no version {commit}, and none on branch {branch}"
            ));
            return Ok(Exit::Unknown);
        };
        let mut words = vec![
            "can-i-merge".to_owned(),
            format!("--pacticipant={name}"),
            which,
        ];
        words.extend(self.repo.as_ref().map(|repo| format!("--repo={repo}")));
        let words = words.into_iter().map(Into::into).collect();
        let Ok((command, arguments, _)) = cli::parse(words, outside.caller, ui) else {
            return Err(Failure::usage(
                "can-i-merge does not understand the question",
            ));
        };
        command.run(&arguments, outside, ui)
    }
}
