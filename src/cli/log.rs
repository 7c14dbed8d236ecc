//! `git pact log`

use clap::Args;

use super::Output;
use super::StoreArguments;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::receipt::short;
use super::ui::Ui;
use crate::app::log::LogError;
use crate::app::log::log;
use crate::domain::history::Subject;
use crate::domain::name::EnvironmentName;
use crate::domain::name::PacticipantName;
use crate::render::log as render;
use crate::store::git::Moment;

/// Show who recorded what, newest first
///
/// The history of the whole store, of an application (--pacticipant), of the pacts between two
/// (--provider and --consumer), or of an environment, read from the commits. Branches are put
/// together by the clocks of those who committed. What is signed is shown with its signer.
#[derive(Debug, Args)]
pub(super) struct Log {
    /// The application
    #[arg(short = 'a', long, conflicts_with_all = ["provider", "consumer", "environment"])]
    pacticipant: Option<PacticipantName>,

    /// The provider
    #[arg(long, requires = "consumer", conflicts_with = "environment")]
    provider: Option<PacticipantName>,

    /// The consumer
    #[arg(long, requires = "provider")]
    consumer: Option<PacticipantName>,

    /// The environment
    #[arg(long)]
    environment: Option<EnvironmentName>,

    /// Show no more than this many events
    #[arg(short = 'n', long, value_name = "NUMBER")]
    limit: Option<usize>,

    /// Say also of what is not signed that it is not
    #[arg(long)]
    signatures: bool,

    /// How to show it
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

impl Log {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (site, context) = outside.open(&self.store)?;
        let subject = match (
            self.pacticipant,
            self.provider,
            self.consumer,
            self.environment,
        ) {
            (Some(pacticipant), ..) => Subject::Pacticipant(pacticipant),
            (_, Some(provider), Some(consumer), _) => Subject::Integration { provider, consumer },
            (.., Some(environment)) => Subject::Environment(environment),
            _ => Subject::Store,
        };
        let found = log(&site, &context, &subject, &Moment::Now, self.limit)?;
        match self.output {
            Output::Json => ui.json(&render::LogJson::new(&found, self.signatures)),
            Output::Text if found.entries.is_empty() => {}
            Output::Text => ui.data(&render::text(&found, self.signatures)),
        }
        for (branch, revision) in &found.cut {
            let at = short(&revision.0);
            ui.say(&format!(
                "… the history of {branch} at and before {at} is not here: run this without \
                 --offline, or `git pact fetch --history`."
            ));
        }
        if found.entries.is_empty() && found.cut.is_empty() {
            ui.say("Nothing was recorded.");
        }
        Ok(Exit::Yes)
    }
}

impl From<LogError> for Failure {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Unreadable(error) => error.into(),
            LogError::Site(error) => error.into(),
            LogError::Store(error) => error.into(),
            error @ LogError::Unknown { .. } => Self::of(Exit::Usage, &error),
            error @ LogError::Change { .. } => Self::of(Exit::Failed, &error),
        }
    }
}
