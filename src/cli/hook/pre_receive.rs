//! `git pact hook pre-receive`

use clap::Args;

use super::push;
use super::receiving;
use crate::app::received::objections;
use crate::cli::failure::Exit;
use crate::cli::failure::Failure;
use crate::cli::outside::Outside;
use crate::cli::ui::Ui;
use crate::render::objection::text;

/// Refuse a push that is not what git-pact writes
#[derive(Debug, Args)]
pub(super) struct PreReceive {}

impl PreReceive {
    #[expect(clippy::unused_self, reason = "every hook is run alike")]
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let push = push(outside)?;
        if push.is_empty() {
            return Ok(Exit::Yes);
        }
        let (site, _) = receiving(outside)?;
        let objections = objections(&site, &push)?;
        if objections.is_empty() {
            return Ok(Exit::Yes);
        }
        ui.say("git pact does not let this push in:");
        ui.say(&text(&objections));
        Ok(Exit::No)
    }
}
