//! How a command fails: what happened, why, what to do, and the exit code that says the same.
//!
//! | code | is |
//! |---|---|
//! | 0 | yes, or done |
//! | 1 | no: can-i-deploy says so, or what was to be recorded is refused |
//! | 2 | the command line makes no sense, or names something that does not exist |
//! | 3 | unknown: not verified yet |
//! | 4 | could not answer: repository, network, damaged record |
//! | 125 | `run`: the command ended well, but the store refuses what it recorded |
//! | others | `run`: the status of the command |
//!
//! On the face of the `pact-broker` program 1 to 4 are all 1.

use std::error::Error;

use serde::Serialize;

use super::face::Face;
use super::ui::Colour;
use super::ui::Ui;
use crate::app::ask::AskError;
use crate::app::bundles::BundlesError;
use crate::app::pact_files::PactFilesError;
use crate::app::rewritten::Loss;
use crate::app::rewritten::RewrittenHistory;
use crate::app::site::SiteError;
use crate::app::write::WriteError;
use crate::domain::clean::CannotClean;
use crate::domain::deployment::EnvironmentRefusal;
use crate::domain::intent::Refusal;
use crate::domain::ledger::Unreadable;
use crate::domain::likely_name::did_you_mean;
use crate::domain::likely_name::likely_names;
use crate::domain::matrix::MatrixError;
use crate::domain::pacts_for_verification::CannotSelect;
use crate::domain::publish::PublishError;
use crate::domain::webhook::WebhookRefusal;
use crate::remote::PushOutcome;
use crate::remote::RemoteError;
use crate::remote::Trouble;
use crate::render::shell::quoted;
use crate::store::StoreError;

/// What a command comes to, as a pipeline sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// Yes, or done.
    Yes,
    /// No.
    No,
    /// The command makes no sense.
    Usage,
    /// Not known yet.
    Unknown,
    /// It could not be found out, or not be done.
    Failed,
    /// A command that was run for somebody recorded what is refused: no status of its own.
    NotRecorded,
    /// The status of a command that was run for somebody.
    Command(u8),
}

impl Exit {
    /// Returns the exit code. The broker's programs know only success and failure; their users have
    /// scripts that say `= 1` (spec: cli §2.5).
    #[must_use]
    pub(super) fn code(self, face: Face) -> u8 {
        match self {
            Self::No | Self::Usage | Self::Unknown | Self::Failed if face == Face::PactBroker => 1,
            Self::Yes => 0,
            Self::No => 1,
            Self::Usage => 2,
            Self::Unknown => 3,
            Self::Failed => 4,
            Self::NotRecorded => 125,
            Self::Command(code) => code,
        }
    }
}

/// A command failed.
#[derive(Debug)]
pub(super) struct Failure {
    /// The exit code.
    pub(super) exit: Exit,
    /// What happened.
    pub(super) message: String,
    /// Why, outermost cause first.
    pub(super) causes: Vec<String>,
    /// What to do.
    pub(super) hints: Vec<String>,
}

impl Failure {
    /// Returns a failure of which nothing more is known yet.
    pub(super) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            causes: Vec::new(),
            hints: Vec::new(),
        }
    }

    /// Returns the failure of a command line that makes no sense.
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// Returns the failure that an error stands for.
    pub(super) fn of(exit: Exit, error: &dyn Error) -> Self {
        let mut causes = Vec::new();
        let mut cause = error.source();
        while let Some(error) = cause {
            let text = error.to_string();
            // A transparent error and its source say the same.
            if causes.last() != Some(&text) {
                causes.push(text);
            }
            cause = error.source();
        }
        let message = error.to_string();
        causes.retain(|cause| *cause != message);
        Self {
            exit,
            message,
            causes,
            hints: Vec::new(),
        }
    }

    /// Returns the failure with one more cause.
    #[must_use]
    pub(super) fn because(mut self, cause: &dyn Error) -> Self {
        self.causes.push(cause.to_string());
        self
    }

    /// Returns the failure with one more thing to do about it.
    #[must_use]
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Returns the failure of a question about something that is not there: a line that makes no sense here,
    /// an answer on the broker's face.
    #[must_use]
    pub(super) fn of_question(mut self, face: Face) -> Self {
        if face == Face::PactBroker && self.exit == Exit::Usage {
            self.exit = Exit::No;
        }
        self
    }

    /// Says what happened: on stderr, or as the `pact-broker` programs do, to whom it is the answer to a
    /// command that made sense. Whoever asked for JSON gets it as JSON, too.
    pub(super) fn show(&self, ui: &mut Ui<'_>) {
        match ui.face() {
            Face::GitPact => self.complain(ui),
            Face::PactBroker => self.answer(ui),
        }
        // Some answers are given as far as they go, and say themselves what is missing.
        if ui.is_for_programs() && !ui.has_document() {
            let Self {
                message,
                causes,
                hints,
                ..
            } = self;
            let error = ErrorJson {
                message,
                causes,
                hints,
            };
            match ui.face() {
                Face::GitPact => ui.json(&DocumentJson { error }),
                Face::PactBroker => ui.json_line(&DocumentJson { error }),
            }
        }
    }

    /// Says what happened on stderr alone, where whoever reads the data must not find it.
    pub(super) fn complain(&self, ui: &mut Ui<'_>) {
        let message = self.message.as_str();
        ui.say_of(&[Colour::Red.of("error:"), " ".into(), message.into()]);
        self.explain(ui);
    }

    fn answer(&self, ui: &mut Ui<'_>) {
        if self.exit == Exit::Usage {
            ui.say(&self.message);
        } else if !ui.is_for_programs() {
            ui.data_of(&[Colour::Red.of(&self.message)]);
        }
        self.explain(ui);
    }

    fn explain(&self, ui: &mut Ui<'_>) {
        for cause in &self.causes {
            ui.say(&format!("  caused by: {cause}"));
        }
        for hint in &self.hints {
            ui.say_of(&[Colour::Cyan.of("hint:"), " ".into(), hint.as_str().into()]);
        }
    }
}

/// A failure for programs, as the broker shows its own.
#[derive(Debug, Serialize)]
struct DocumentJson<'a> {
    error: ErrorJson<'a>,
}

#[derive(Debug, Serialize)]
struct ErrorJson<'a> {
    message: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    causes: &'a [String],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    hints: &'a [String],
}

impl From<Unreadable> for Failure {
    fn from(error: Unreadable) -> Self {
        let failure = Self::of(Exit::Failed, &error);
        match error.source.downcast_ref::<StoreError>() {
            Some(error) => failure.with_store_hint(error),
            None => failure,
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::of(Exit::Failed, &error).with_store_hint(&error)
    }
}

impl From<SiteError> for Failure {
    fn from(error: SiteError) -> Self {
        match error {
            SiteError::Store(error) => error.into(),
            SiteError::Remote(error) => error.into(),
            SiteError::Bundles(error) => match *error {
                BundlesError::Refused { .. } => Self::of(Exit::Failed, &error).hint(
                    "it builds on a bundle that is not there, or contradicts one that is: copy all of them, or take \
                     this one away",
                ),
                _ => Self::of(Exit::Failed, &error),
            },
            SiteError::ReadOnly { .. } => Self::of(Exit::Failed, &error).hint(
                "add `--bundle <folder>/<name>.bundle`, and copy that file to where the others are",
            ),
            SiteError::Rewritten(_) => Self::of(Exit::Failed, &error).with_site_hint(&error),
            SiteError::Locator { .. } | SiteError::Nowhere => Self::of(Exit::Usage, &error),
            SiteError::PushedElsewhere { ref remote, .. } => {
                let setting = quoted(&format!("remote.{remote}.pushurl"));
                Self::of(Exit::Failed, &error).hint(format!(
                    "push to where you read from (`git config --unset-all {setting}`), or name the store by \
                     its address: --repo"
                ))
            }
            SiteError::NoCache | SiteError::NameClash { .. } | SiteError::ObjectFormat { .. } => {
                Self::of(Exit::Failed, &error)
            }
        }
    }
}

impl From<RemoteError> for Failure {
    /// The failure of a question.
    fn from(error: RemoteError) -> Self {
        let failure = Self::of_remote(&error);
        match error {
            RemoteError::Unreachable {
                trouble: Trouble::Network,
                ..
            } => failure.hint("answer from what was last fetched with --offline"),
            _ => failure,
        }
    }
}

/// What a writer is told whom the remote has failed before anything was sent.
const NOT_RECORDED: &str =
    "nothing was recorded: run it again, or keep it here for later with --offline";

/// Says whether an error comes from a remote that cannot be used.
fn is_of_remote(error: &(dyn Error + 'static)) -> bool {
    let mut chain = std::iter::successors(Some(error), |&error| error.source());
    chain.any(|error| matches!(error.downcast_ref(), Some(SiteError::Remote(_))))
}

impl From<WriteError> for Failure {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Refused(refusal) => refusal.into(),
            WriteError::Unreadable(error) if is_of_remote(&error) => {
                Self::from(error).hint(NOT_RECORDED)
            }
            WriteError::Unreadable(error) => error.into(),
            // That reading goes on without the network is no help to a writer.
            WriteError::Site(SiteError::Remote(error)) => {
                Self::of_remote(&error).hint(NOT_RECORDED)
            }
            WriteError::Site(error) if is_of_remote(&error) => {
                Self::from(error).hint(NOT_RECORDED)
            }
            WriteError::Site(error) => error.into(),
            WriteError::Unsure { .. } => Self::of(Exit::Failed, &error).hint(
                "run the same again once the remote can be reached: what was recorded is not recorded \
                 twice",
            ),
            WriteError::Store(error) => error.into(),
            WriteError::Bundle(_) => Self::of(Exit::Failed, &error),
            WriteError::LostRaces { kept, .. } | WriteError::Stuck { kept, .. } => {
                let mut failure = Self::of(Exit::Failed, &error);
                if matches!(error, WriteError::Stuck { .. }) {
                    failure = failure.hint(
                        "a git that was killed on the remote may have left a file ending in `.lock` \
                         beside the branch: if none is running there, remove it",
                    );
                }
                if kept {
                    failure.hint("it is kept here: send it later with `git pact push`")
                } else {
                    failure.hint("nothing was recorded: run it again")
                }
            }
            // To keep it for later would not make it right.
            WriteError::Push {
                outcome: PushOutcome::Refused { .. },
            } => Self::of(Exit::Failed, &error).hint("nothing was recorded"),
            WriteError::Push { .. } => Self::of(Exit::Failed, &error)
                .hint("nothing was recorded; keep it here for later with --offline"),
        }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Unreadable(error) => error.into(),
            Refusal::Publish(PublishError::Refused(refusals)) => {
                let texts = refusals.iter().flat_map(|refusal| refusal.notices("URL"));
                let texts: Vec<String> = texts.map(|notice| notice.text).collect();
                let failure = Self {
                    exit: Exit::No,
                    message: texts.join("\n"),
                    causes: Vec::new(),
                    hints: Vec::new(),
                };
                failure.hint("nothing of this command was recorded")
            }
            Refusal::Environment(refusal) => Self::of(Exit::No, &refusal)
                .with_environment_hint(&refusal)
                .hint("nothing of this command was recorded"),
            refusal => Self::of(Exit::No, &refusal).hint("nothing of this command was recorded"),
        }
    }
}

impl<E: Error + Into<Failure> + 'static> From<AskError<E>> for Failure {
    fn from(error: AskError<E>) -> Self {
        match error {
            AskError::Question(error) => error.into(),
            AskError::Unreadable(error) => error.into(),
            AskError::Site(error) => error.into(),
            AskError::Store(error) => error.into(),
            AskError::Restless { .. } => Self::of(Exit::Failed, &error).hint("run it again"),
        }
    }
}

impl From<MatrixError> for Failure {
    fn from(error: MatrixError) -> Self {
        match error {
            MatrixError::Unreadable(error) => error.into(),
            error @ MatrixError::Refused(_) => Self::of(Exit::Usage, &error),
        }
    }
}

impl From<EnvironmentRefusal> for Failure {
    /// A question about an environment that does not exist; a write goes by way of [`Refusal`].
    fn from(refusal: EnvironmentRefusal) -> Self {
        match refusal {
            EnvironmentRefusal::Unreadable(error) => error.into(),
            refusal => Self::of(Exit::Usage, &refusal).with_environment_hint(&refusal),
        }
    }
}

impl From<WebhookRefusal> for Failure {
    /// A question about a webhook that does not exist; a write goes by way of [`Refusal`].
    fn from(refusal: WebhookRefusal) -> Self {
        match refusal {
            WebhookRefusal::Unreadable(error) => error.into(),
            refusal => Self::of(Exit::Usage, &refusal),
        }
    }
}

impl From<CannotClean> for Failure {
    /// A question about an application that does not exist; a write goes by way of [`Refusal`].
    fn from(error: CannotClean) -> Self {
        match error {
            CannotClean::Unreadable(error) => error.into(),
            error @ CannotClean::NoSuchPacticipant { .. } => Self::of(Exit::Usage, &error),
        }
    }
}

impl From<CannotSelect> for Failure {
    fn from(error: CannotSelect) -> Self {
        match error {
            CannotSelect::Unreadable(error) => error.into(),
            error @ CannotSelect::UnknownProvider(_) => Self::of(Exit::Usage, &error)
                .hint("nobody has published a pact with it; check the name, or publish one first"),
        }
    }
}

impl From<PactFilesError> for Failure {
    fn from(error: PactFilesError) -> Self {
        Self::of(Exit::Usage, &error)
    }
}

impl Failure {
    /// Returns what a remote has done to a question and to a write alike.
    fn of_remote(error: &RemoteError) -> Self {
        let failure = Self::of(Exit::Failed, error);
        match error {
            RemoteError::TimedOut { .. } => {
                failure.hint("if it only needs longer, say how long: GIT_PACT_TIME_LIMIT=30m")
            }
            RemoteError::CannotSign { .. } => failure
                .hint(
                    "nothing was recorded; to sign with an SSH key: `git config --global gpg.format \
                     ssh` and `git config --global user.signingKey ~/.ssh/id_ed25519.pub`",
                )
                .hint("or record it without a signature: --no-sign"),
            _ => failure,
        }
    }

    fn with_environment_hint(self, refusal: &EnvironmentRefusal) -> Self {
        match refusal {
            EnvironmentRefusal::NoSuchEnvironment { name, known } => {
                let question = did_you_mean(&likely_names(name.as_str(), known));
                question.into_iter().fold(self, Self::hint)
            }
            EnvironmentRefusal::NoSuchVersion { .. } => self.hint(
                "publish its pacts or record its verification first, or check the version number",
            ),
            _ => self,
        }
    }

    fn with_site_hint(self, error: &SiteError) -> Self {
        let SiteError::Rewritten(history) = error else {
            return self;
        };
        let (whence, commands) = restoring(history);
        let failure = self.hint(format!(
            "somebody force-pushed, put back or deleted a branch of the store; {whence}"
        ));
        commands
            .into_iter()
            .fold(failure, Self::hint)
            .hint("if it was meant, take the store as it is now: git pact fetch --accept-rewritten")
    }

    fn with_store_hint(self, error: &StoreError) -> Self {
        match error {
            StoreError::Backend { source, .. } => match source.downcast_ref::<SiteError>() {
                Some(error) => self.with_site_hint(error),
                None => self,
            },
            StoreError::NoRepository { .. } => self.hint(
                "name the store with --repo <url or path>, run in a git repository, or make one \
                 with `git init --bare <path>`",
            ),
            StoreError::CheckedOut { .. } => self.hint(
                "check out another branch there: a commit from that work tree would undo what \
                 others record",
            ),
            StoreError::NameClash { .. } => {
                self.hint("rename that branch (`git branch -m`), or use another repository")
            }
            StoreError::NotFetched { .. } | StoreError::Outdated { .. } => self.hint(
                "run it again without --offline, or fetch everything first with `git pact fetch`",
            ),
            StoreError::Missing { .. } => self.hint(
                "the clone is shallow or partial, or damaged: run it again without --offline, \
                 check with `git fsck`, or name the store by its URL",
            ),
            StoreError::Damaged { .. } | StoreError::Unfit { .. } => self.hint(
                "somebody changed it by hand, or the disk did: `git pact doctor` looks at every \
                 record, `git fsck` at every object",
            ),
            StoreError::DamagedCopy { .. } => self.hint(
                "only what was kept there with --offline and never pushed is nowhere else: try \
                 `git pact push` first, if there is any",
            ),
            StoreError::Locked { lock, .. } => self.hint(format!(
                "if no git is running there, a killed one left that file behind: remove it (`rm {}`)",
                quoted(&lock.display().to_string())
            )),
            _ => self,
        }
    }
}

/// Says where what branches lost can be put back from, and with which commands.
pub(super) fn restoring(history: &RewrittenHistory) -> (&'static str, Vec<String>) {
    let whence = match history.git_dir {
        Some(_) => "what it had is still here, and can be put back, if you may push there:",
        None => "it can be put back from a clone with all of its history, if you may push there:",
    };
    let restore = history.losses.iter().map(|loss| restore(history, loss));
    (whence, restore.collect())
}

/// Returns the command that puts back what a branch lost.
///
/// What was recorded on top of another history would go with that, so git is told what is expected
/// there: whoever copies the command has read of it in the message.
fn restore(history: &RewrittenHistory, loss: &Loss) -> String {
    let Loss {
        branch, old, new, ..
    } = loss;
    let force = match new {
        Some(new) if !loss.is_put_back => {
            format!(" --force-with-lease=refs/heads/{branch}:{new}")
        }
        _ => String::new(),
    };
    let whence = history.git_dir.as_ref().map(|git_dir| {
        let git_dir = git_dir.display().to_string();
        format!(" --git-dir={}", quoted(&git_dir))
    });
    let whence = whence.unwrap_or_default();
    let remote = quoted(&history.remote);
    let refspec = quoted(&format!("{old}:refs/heads/{branch}"));
    format!("git{whence} push{force} {remote} {refspec}")
}
