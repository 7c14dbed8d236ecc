//! `git pact hook post-receive`

use clap::Args;

use super::push;
use super::receiving;
use crate::app::Context;
use crate::app::hook::Push;
use crate::app::site::Site;
use crate::cli::failure::Exit;
use crate::cli::failure::Failure;
use crate::cli::outside::Outside;
use crate::cli::ui::Ui;

/// Say what a push has recorded, after it was let in
#[derive(Debug, Args)]
pub(super) struct PostReceive {}

impl PostReceive {
    #[expect(clippy::unused_self, reason = "every hook is run alike")]
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let push = push(outside)?;
        if push.moves.is_empty() {
            return Ok(Exit::Yes);
        }
        let (site, context) = receiving(outside)?;
        tell(&push, &site, &context, ui)
    }
}

/// Says what a push has recorded in a store.
#[expect(
    clippy::unnecessary_wraps,
    reason = "what it will say takes reading the store"
)]
fn tell(_: &Push, _: &Site, _: &Context, _: &mut Ui<'_>) -> Result<Exit, Failure> {
    Ok(Exit::Yes)
}
