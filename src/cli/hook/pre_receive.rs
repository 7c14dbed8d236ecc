//! `git pact hook pre-receive`

use clap::Args;

use super::push;
use super::receiving;
use crate::cli::failure::Exit;
use crate::cli::failure::Failure;
use crate::cli::outside::Outside;
use crate::cli::ui::Ui;

/// Refuse a push that is not what git-pact writes
#[derive(Debug, Args)]
pub(super) struct PreReceive {}

impl PreReceive {
    #[expect(clippy::unused_self, reason = "every hook is run alike")]
    pub(super) fn run(self, outside: &Outside, _: &mut Ui<'_>) -> Result<Exit, Failure> {
        if push(outside)?.is_empty() {
            return Ok(Exit::Yes);
        }
        receiving(outside)?;
        Ok(Exit::Yes)
    }
}
