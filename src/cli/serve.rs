//! `git pact serve`

mod access;
mod log;
mod remote;

use std::net::SocketAddr;
use std::sync::Arc;

use clap::Args;

use self::access::AccessArguments;
use self::log::LogArguments;
use self::remote::RemoteArguments;
use super::StoreArguments;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::ui::Ui;
use super::webhooks::client::WebhookArguments;
use super::webhooks::run::ScheduleArguments;
use crate::app::site::Site;
use crate::server::ServeError;
use crate::server::Settings;
use crate::server::Stop;
use crate::server::serve;

/// Serve the HTTP API of the Pact Broker from the store
///
/// Pact libraries, scripts and the broker's own command line find here what they know. What they
/// write is answered when it is on the remote, or on disk where the repository is the store itself.
/// Where --repo names an empty directory, a store is made in it: a bare repository.
///
/// Told to stop (SIGTERM, SIGINT), it takes no new connection and finishes what was begun, for up to
/// a minute; told again, it ends at once.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Where to listen; port 0 is any free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:9292")]
    bind: SocketAddr,

    /// A URL under which clients reach the server, as links begin; may be given more than once
    ///
    /// Without it links begin with what the client asked for, as it or a proxy says. A server
    /// without credentials answers to these hosts, `localhost` and addresses only.
    #[arg(long, value_name = "URL", value_parser = base_url)]
    base_url: Vec<String>,

    #[command(flatten)]
    access: AccessArguments,

    #[command(flatten)]
    webhooks: WebhookArguments,

    /// Make the requests of webhooks only when somebody tries them out
    ///
    /// Of several servers of one store those that have the secrets should make them. Without this each may,
    /// and each request is made by one of them.
    #[arg(long, help_heading = "Webhooks")]
    no_webhooks: bool,

    #[command(flatten)]
    schedule: ScheduleArguments,

    #[command(flatten)]
    remote: RemoteArguments,

    /// Never have git tidy up the repository (`git maintenance run --auto`)
    ///
    /// Without this it is asked to now and then, after writes, if the store is a bare repository or
    /// was named by a URL: nobody else does it there.
    #[arg(long)]
    no_maintenance: bool,

    #[command(flatten)]
    log: LogArguments,

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
        let access = self.access.access(self.bind, outside, ui)?;
        let pushes = self.remote.pushes(&self.store)?;
        let is_for_programs = self.log.is_for_programs();
        let locator = outside.locator(&self.store);
        let is_new = Site::make(&locator, &outside.context(&self.store))?;
        // Opened here as well, so that what is wrong with the store is said as always.
        let (site, mut context) = outside.open(&self.store)?;
        let store = site.description.clone();
        if is_new && !is_for_programs {
            ui.say(&format!("The directory was empty: made a store at {store}"));
        }
        drop(site);
        // What clients have to show is nothing for `git`, its hooks and its helpers to see.
        context
            .environment
            .retain(|(name, _)| !access::is_secret(name));
        let settings = Settings {
            bind: self.bind,
            base_urls: self.base_url,
            access,
            locator,
            credentials: outside.credentials(&self.store),
            context,
            clock: Arc::new(outside.clock()),
            webhooks: Arc::new(self.webhooks.client(outside)?),
            fires: (!self.no_webhooks).then_some(self.schedule.schedule),
            fetch_every: self.remote.fetch_every,
            pushes,
            upkeep: !self.no_maintenance,
            witness: None,
            adds_proposals: false,
            stop: Stop::OnSignal,
            log: self.log.log(),
        };
        serve(settings, |address| {
            if !is_for_programs {
                ui.say(&format!("Serving {store} on http://{address}"));
            }
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
