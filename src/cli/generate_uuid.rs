//! `git pact generate-uuid`

use clap::Args;

use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::ui::Ui;
use crate::domain::environment::Uuid;

/// Print a new UUID, e.g. for create-or-update-webhook
///
/// It needs no store, and looks at nothing.
#[derive(Debug, Args)]
pub(super) struct GenerateUuid {}

impl GenerateUuid {
    #[expect(clippy::unused_self, reason = "every command is run alike")]
    pub(super) fn run(self, _: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|error| Failure::of(Exit::Failed, &error))?;
        ui.data(Uuid::random(bytes).as_str());
        Ok(Exit::Yes)
    }
}
