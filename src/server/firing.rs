//! Requests of webhooks: made on threads of their own, so that no reader, no writer and no socket
//! waits for somebody else's server.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::Opener;
use super::problem::Problem;
use super::readers::Panicked;
use super::watch::Level;
use super::watch::Watch;
use crate::app::webhook::Firing;
use crate::app::webhook::WebhookClient;
use crate::domain::webhook::WebhookPolicy;
use crate::domain::webhook::execution::Execution;

/// How many requests are made at the same time; those beyond are told to try again.
const AT_ONCE: usize = 8;

/// Makes requests.
pub(crate) struct Firings {
    client: Arc<WebhookClient>,
    policy: Arc<WebhookPolicy>,
    places: Arc<Semaphore>,
    watch: Watch,
}

/// There are too many requests.
#[derive(Debug, thiserror::Error)]
#[error("{AT_ONCE} webhooks are executed already")]
struct Busy;

impl Firings {
    /// Returns what makes requests with the clock and the log of a server.
    pub(super) fn new(client: Arc<WebhookClient>, opener: &Opener) -> Self {
        Self {
            policy: Arc::new(client.policy().clone()),
            client,
            places: Arc::new(Semaphore::new(AT_ONCE)),
            watch: opener.watch.clone(),
        }
    }

    /// Returns which requests are made.
    pub(super) fn policy(&self) -> Arc<WebhookPolicy> {
        Arc::clone(&self.policy)
    }

    /// Makes a request and returns what came of it.
    ///
    /// # Errors
    ///
    /// Fails if too many are being made. What goes wrong with this one is what came of it.
    pub(super) async fn execute(&self, firing: Firing) -> Result<Execution, Problem> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| Problem::unavailable(&Busy))?;
        let client = Arc::clone(&self.client);
        let (now, watch) = (self.watch.now(), self.watch.clone());
        let executed = spawn_blocking(move || {
            // Held until it is made, even if whoever asked has gone.
            let _place = place;
            client.execute(&firing, now, &|text| watch.say(Level::Info, text))
        });
        executed.await.map_err(|_| Problem::server(&Panicked))
    }
}
