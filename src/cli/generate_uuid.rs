//! `git pact generate-uuid`

use super::failure::Exit;
use super::failure::Failure;
use super::ui::Ui;
use crate::domain::environment::Uuid;

/// Prints a new UUID. It needs no store, and looks at nothing.
pub(super) fn run(ui: &mut Ui<'_>) -> Result<Exit, Failure> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| Failure::of(Exit::Failed, &error))?;
    ui.data(Uuid::random(bytes).as_str());
    Ok(Exit::Yes)
}
