//! Making the requests that are due, batch by batch.

use std::thread;

use super::Claimed;
use super::Intake;
use super::Outbox;
use super::OutboxError;
use super::step::Stepping;
use super::step::step;
use crate::app::Context;
use crate::app::cursor::Reached;
use crate::app::events::EventsError;
use crate::app::site::Site;
use crate::app::webhook::Firing;
use crate::app::webhook::WebhookClient;
use crate::domain::environment::Uuid;
use crate::domain::time::Timestamp;
use crate::domain::webhook::Occasion;
use crate::domain::webhook::Schedule;
use crate::domain::webhook::Webhook;
use crate::domain::webhook::execution::Execution;

/// The header by which a receiver tells a request that is made a second time.
pub const DELIVERY_HEADER: &str = "x-git-pact-delivery";

/// Makes the requests of deliveries.
pub struct Postman<'a> {
    /// Makes each request.
    pub client: &'a WebhookClient,
    /// How long to wait after one that failed.
    pub schedule: &'a Schedule,
    /// Who makes them; each run of a program is somebody else.
    pub by: &'a Uuid,
    /// The time.
    pub clock: &'a (dyn Fn() -> Timestamp + Sync),
    /// Returns the request of a webhook for an occasion, with the URLs in it.
    pub firing: &'a (dyn Fn(&Webhook, Occasion) -> Firing + Sync),
    /// Is told of each request in a line, for whoever runs this: it may name what clients are not shown.
    pub log: &'a (dyn Fn(&str) + Sync),
}

/// What was done in one go.
#[derive(Debug, Default)]
pub struct Round {
    /// The ids of what was triggered.
    pub triggered: Vec<Uuid>,
    /// The ids of the deliveries of which requests were made, in the order in which they were.
    pub made: Vec<Uuid>,
    /// Up to where the events were looked at; `None` if nobody looked.
    pub seen: Option<Reached>,
    /// What could not be looked at.
    pub not_told: Vec<EventsError>,
    /// All deliveries, as they are now.
    pub outbox: Outbox,
}

impl Postman<'_> {
    /// Takes in what is new, if that is wanted, and makes all requests that are due, until none is or
    /// `is_enough` says so. What is taken in and not made stays in the outbox.
    ///
    /// # Errors
    ///
    /// Fails as [`step`] does. Requests of which it could not be written what came of them are made again.
    pub fn round(
        &self,
        site: &Site,
        context: &Context,
        mut intake: Option<&Intake>,
        is_enough: &dyn Fn() -> bool,
    ) -> Result<Round, OutboxError> {
        let mut round = Round::default();
        let mut results = Vec::new();
        loop {
            let now = (self.clock)();
            let context = Context {
                now,
                ..context.clone()
            };
            let stepping = Stepping {
                by: self.by,
                schedule: self.schedule,
                now,
                claims: !is_enough(),
            };
            let mut taken = step(site, &context, stepping, &results, intake.take())?;
            round.triggered.append(&mut taken.triggered);
            round.not_told.append(&mut taken.not_told);
            round.seen = round.seen.or(taken.seen);
            if taken.claimed.is_empty() {
                round.outbox = taken.outbox;
                return Ok(round);
            }
            results = self.make(&taken.claimed);
            round
                .made
                .extend(results.iter().map(|(uuid, _)| uuid.clone()));
        }
    }

    /// Makes requests, all at the same time.
    fn make(&self, claimed: &[Claimed]) -> Vec<(Uuid, Execution)> {
        thread::scope(|scope| {
            let started: Vec<_> = claimed
                .iter()
                .map(|claimed| scope.spawn(|| self.execute(claimed)))
                .collect();
            let ended = started.into_iter().zip(claimed);
            // Of one that panicked nothing is known: it is made again when the claim has run out.
            let ended = ended.filter_map(|(thread, claimed)| {
                let execution = thread.join().ok()?;
                Some((claimed.delivery.uuid.clone(), execution))
            });
            ended.collect()
        })
    }

    fn execute(&self, claimed: &Claimed) -> Execution {
        let Claimed { delivery, webhook } = claimed;
        let mut firing = (self.firing)(webhook, delivery.occasion.clone());
        let id = delivery.uuid.to_string();
        firing
            .request
            .headers
            .insert(DELIVERY_HEADER.to_owned(), id);
        self.client.execute(&firing, (self.clock)(), self.log)
    }
}
