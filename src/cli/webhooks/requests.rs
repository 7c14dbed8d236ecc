//! Making the requests that webhooks were triggered for, as a command does.

use std::sync::Mutex;
use std::sync::PoisonError;

use crate::app::Context;
use crate::app::outbox::Intake;
use crate::app::outbox::OutboxError;
use crate::app::outbox::Postman;
use crate::app::outbox::Round;
use crate::app::site::Site;
use crate::app::webhook::WebhookClient;
use crate::domain::environment::Uuid;
use crate::domain::time::Timestamp;
use crate::domain::webhook::Occasion;
use crate::domain::webhook::Schedule;
use crate::domain::webhook::Webhook;
use crate::render::hal::Address;
use crate::render::hal::webhook_execution;

/// What makes requests.
pub(in crate::cli) struct Requests<'a> {
    /// Makes each.
    pub(in crate::cli) client: &'a WebhookClient,
    /// How long to wait after one that failed.
    pub(in crate::cli) schedule: &'a Schedule,
    /// Who makes them; each run of the program is somebody else.
    pub(in crate::cli) by: &'a Uuid,
    /// Where the store is served, for the URLs in them.
    pub(in crate::cli) at: &'a Address,
    /// The time.
    pub(in crate::cli) clock: &'a (dyn Fn() -> Timestamp + Sync),
}

impl Requests<'_> {
    /// Takes in what is new, makes what is due as far as it is not enough, and returns what that came to, with a
    /// line for each request.
    ///
    /// # Errors
    ///
    /// Fails as [`Postman::round`] does.
    pub(in crate::cli) fn round(
        &self,
        site: &Site,
        context: &Context,
        intake: &Intake,
        is_enough: &dyn Fn() -> bool,
    ) -> Result<(Round, Vec<String>), OutboxError> {
        let said = Mutex::new(Vec::new());
        let postman = Postman {
            client: self.client,
            schedule: self.schedule,
            by: self.by,
            clock: self.clock,
            firing: &|webhook: &Webhook, occasion: Occasion| {
                webhook_execution::firing(webhook, occasion, self.at)
            },
            log: &|text: &str| {
                if let Ok(mut said) = said.lock() {
                    said.push(text.to_owned());
                }
            },
        };
        let round = postman.round(site, context, Some(intake), is_enough)?;
        Ok((
            round,
            said.into_inner().unwrap_or_else(PoisonError::into_inner),
        ))
    }
}
