//! `git pact status`

use clap::Args;

use super::Output;
use super::StoreArguments;
use super::at::AtArguments;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::ui::Ui;
use crate::app::status::StatusError;
use crate::app::status::status;
use crate::render::status as render;

/// Show where the store is, what it holds, how fresh that is, and what waits to be pushed
///
/// Exits with 4 if something in the store cannot be read.
#[derive(Debug, Args)]
pub(super) struct Status {
    /// How to show it
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    at: AtArguments,

    #[command(flatten)]
    store: StoreArguments,
}

impl Status {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (site, mut context) = outside.open(&self.store)?;
        let moment = self.at.moment(outside, &mut context, ui)?;
        let found = status(&site, &context, &moment)?;
        match self.output {
            Output::Json => {
                let saved = self.at.answer(outside);
                let saved = saved.and_then(|bytes| serde_json::from_slice(&bytes).ok());
                ui.json(&render::StatusJson::new(&found, saved.as_ref()));
            }
            Output::Text => ui.data(&render::text(&found, outside.now)),
        }
        let is_sound = found.problems.is_empty();
        for problem in found.problems {
            Failure::from(problem).show(ui);
        }
        Ok(if is_sound { Exit::Yes } else { Exit::Failed })
    }
}

impl From<StatusError> for Failure {
    fn from(error: StatusError) -> Self {
        match error {
            StatusError::Unreadable(error) => error.into(),
            StatusError::Site(error) => error.into(),
            StatusError::Store(error) => error.into(),
        }
    }
}
