//! `git pact hook pre-push`

use clap::Args;

use crate::cli::failure::Exit;
use crate::cli::failure::Failure;
use crate::cli::outside::Outside;
use crate::cli::ui::Ui;
use crate::remote::outgoing;

/// Say what others cannot see yet, before a push
#[derive(Debug, Args)]
pub(super) struct PrePush {
    /// The name of the remote, or its URL
    remote: String,

    /// The URL of the remote
    url: String,
}

impl PrePush {
    #[expect(clippy::unused_self, reason = "every hook is run alike")]
    pub(super) fn run(self, outside: &Outside, _: &mut Ui<'_>) -> Result<Exit, Failure> {
        let outgoing = outgoing(&outside.input()?);
        outgoing.map_err(|error| Failure::of(Exit::Failed, &error))?;
        Ok(Exit::Yes)
    }
}
