//! `git pact heartbeat`

use clap::Args;

use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::ui::Ui;
use crate::app::heartbeat::heartbeat;

/// Say whether a broker answers
///
/// For the health check of a container or a service: exit 0 if it does within five seconds, 4 if it does
/// not. A broker that wants credentials answers, too. It needs no store.
#[derive(Debug, Args)]
pub(super) struct Heartbeat {
    /// Where the broker is
    #[arg(value_name = "URL", default_value = "http://127.0.0.1:9292")]
    url: String,
}

impl Heartbeat {
    pub(super) fn run(self, _: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        heartbeat(&self.url).map_err(|error| Failure::of(Exit::Failed, &error))?;
        ui.data(&format!("{} is well", self.url));
        Ok(Exit::Yes)
    }
}
