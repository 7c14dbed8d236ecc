//! `git pact serve`

use std::net::SocketAddr;
use std::sync::Arc;

use clap::Args;

use super::StoreArguments;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::ui;
use super::ui::Ui;
use crate::server::Access;
use crate::server::FETCH_EVERY;
use crate::server::ServeError;
use crate::server::Settings;
use crate::server::serve;

/// Serve the HTTP API of the Pact Broker from the store (in the making)
///
/// Not served yet, and answered with 404 or 405: badges, differences, provider states, webhooks, the
/// dashboard, most deletions, and everybody but this machine.
///
/// Pact libraries, scripts and the broker's own command line find here what they know. What they
/// write is answered when it is on the remote, or on disk where the repository is the store itself.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Where to listen; port 0 is any free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:9292")]
    bind: SocketAddr,

    /// A URL under which clients reach the server, as links begin; may be given more than once
    ///
    /// Without it links begin with what the client asked for, as it or a proxy says.
    #[arg(long, value_name = "URL", value_parser = base_url)]
    base_url: Vec<String>,

    #[command(flatten)]
    store: StoreArguments,
}

fn base_url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("http://");
    let rest = rest.or_else(|| text.strip_prefix("https://"));
    let usual = |rest: &&str| !rest.is_empty() && !rest.contains(['?', '#', '@', '"', ' ']);
    match rest.filter(usual) {
        Some(_) => Ok(text.to_owned()),
        None => Err("a URL such as https://broker.example/pacts".to_owned()),
    }
}

impl Serve {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        if !self.bind.ip().is_loopback() {
            let message = format!(
                "{} can be reached by others, and anybody who reaches it could read and write",
                self.bind.ip()
            );
            return Err(Failure::usage(message)
                .hint("bind to 127.0.0.1, and put a proxy that asks for credentials in front"));
        }
        // Opened here as well, so that what is wrong with the store is said as always.
        let (site, context) = outside.open(&self.store)?;
        let store = site.description.clone();
        drop(site);
        let settings = Settings {
            bind: self.bind,
            base_urls: self.base_url,
            access: Access::default(),
            locator: outside.locator(&self.store),
            credentials: outside.credentials(),
            context,
            clock: Arc::new(outside.clock()),
            fetch_every: FETCH_EVERY,
            log: Arc::new(ui::log),
        };
        serve(settings, |address| {
            ui.say(&format!("Serving {store} on http://{address}"));
        })?;
        Ok(Exit::Yes)
    }
}

impl From<ServeError> for Failure {
    fn from(error: ServeError) -> Self {
        match error {
            ServeError::Site(error) => error.into(),
            error @ (ServeError::Bind { .. }
            | ServeError::Runtime(_)
            | ServeError::Unfinished(_)
            | ServeError::Routes(_)) => Self::of(Exit::Failed, &error),
        }
    }
}
