//! `git pact generate-uuid`

use clap::Args;

use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::ui::Ui;
use super::unguessable;
use crate::domain::environment::Uuid;

/// Print a new UUID, e.g. for create-or-update-webhook
///
/// It needs no store, and looks at nothing.
#[derive(Debug, Args)]
pub(super) struct GenerateUuid {}

impl GenerateUuid {
    #[expect(clippy::unused_self, reason = "every command is run alike")]
    pub(super) fn run(self, _: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        ui.data(Uuid::random(unguessable::bytes()?).as_str());
        Ok(Exit::Yes)
    }
}
