//! `git pact hook post-receive`

use std::time::Duration;
use std::time::Instant;

use clap::Args;

use super::push;
use super::receiving;
use crate::app::cursor::Reached;
use crate::app::events::events;
use crate::app::hook::BranchMove;
use crate::app::outbox::Intake;
use crate::app::outbox::Since;
use crate::app::outbox::tips;
use crate::app::site::Site;
use crate::cli::Output;
use crate::cli::failure::Exit;
use crate::cli::failure::Failure;
use crate::cli::outside::Outside;
use crate::cli::ui::Ui;
use crate::cli::unguessable;
use crate::cli::webhooks::client::WebhookArguments;
use crate::cli::webhooks::requests::Requests;
use crate::cli::webhooks::run::ScheduleArguments;
use crate::domain::environment::Uuid;
use crate::domain::webhook::delivery::Delivery;
use crate::record::path::Owner;
use crate::render::delivery::line;
use crate::render::events as render;
use crate::render::hal::Address;

/// How long a request may take while somebody waits for the push to end.
const REQUEST: Duration = Duration::from_secs(5);

/// For how long requests are begun.
const ALL: Duration = Duration::from_secs(5);

/// Say which events of the broker a push has caused, after it was let in
#[derive(Debug, Args)]
pub(super) struct PostReceive {
    /// Where the store is served (see git pact serve), for the URLs in the events
    ///
    /// Without it they are paths.
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,

    /// Make the requests of the webhooks that the push triggers, and those that are due again, instead
    ///
    /// Whoever pushes waits for it, 10 seconds at most. What was not made by then, or failed, is made after
    /// another push, or by git pact webhooks run or git pact serve.
    #[arg(long)]
    fire_webhooks: bool,

    #[command(flatten)]
    schedule: ScheduleArguments,

    #[command(flatten)]
    webhooks: WebhookArguments,

    /// How to show the events, one on each line
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,
}

impl PostReceive {
    #[expect(clippy::unnecessary_wraps, reason = "every hook is run alike")]
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        // Each line of the data is an event, whatever happens.
        let failures = self
            .tell(outside, ui)
            .unwrap_or_else(|failure| vec![failure]);
        for failure in &failures {
            failure.complain(ui);
        }
        let first = failures.first();
        Ok(first.map_or(Exit::Yes, |failure| failure.exit))
    }

    /// Tells the events or makes requests, and returns what could not be told of some branches.
    fn tell(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Vec<Failure>, Failure> {
        // Neither whoever pushes nor a program wants to see progress.
        let outside = outside.for_programs();
        let push = push(&outside)?;
        if push.moves.is_empty() {
            return Ok(Vec::new());
        }
        if self.fire_webhooks {
            return self.fire(&push.moves, &outside, ui);
        }
        let (site, _) = receiving(&outside)?;
        let at = Address::new(self.base_url.unwrap_or_default());
        let failed = events(&site, &push.moves, &mut |caused| {
            let line = match self.output {
                Output::Text => render::text_line(caused),
                Output::Json => render::json_line(caused, &at),
            };
            ui.data(&line);
        });
        let failed = failed.iter();
        Ok(failed
            .map(|error| Failure::of(Exit::Failed, error))
            .collect())
    }

    /// Makes requests, as far as there is time.
    fn fire(
        self,
        moves: &[BranchMove],
        outside: &Outside,
        ui: &mut Ui<'_>,
    ) -> Result<Vec<Failure>, Failure> {
        let end = Instant::now() + ALL;
        let (site, context) = receiving(outside)?;
        let client = self.webhooks.client(outside)?.in_a_hurry(REQUEST);
        let at = Address::new(self.base_url.unwrap_or_default());
        let by = Uuid::random(unguessable::bytes()?);
        let requests = Requests {
            client: &client,
            schedule: &self.schedule.schedule,
            by: &by,
            at: &at,
            clock: &outside.clock(),
        };
        let intake = Intake {
            since: Since::Unseen {
                else_from: Some(before(&site, moves)?),
            },
            is_noted: true,
        };
        let is_over = || Instant::now() >= end;
        let (round, said) = requests.round(&site, &context, &intake, &is_over)?;
        for text in &said {
            ui.say(text);
        }
        let made = round.made.iter();
        let made = made.filter_map(|uuid| round.outbox.deliveries.get(uuid));
        for delivery in made.collect::<Vec<&Delivery>>() {
            ui.data(&line(delivery));
        }
        let failed = round.not_told.iter();
        Ok(failed
            .map(|error| Failure::of(Exit::Failed, error))
            .collect())
    }
}

/// Returns where the branches were before the push.
fn before(site: &Site, moves: &[BranchMove]) -> Result<Reached, Failure> {
    let mut seen = tips(site)?;
    for moved in moves {
        if let Owner::App(_) = moved.branch.owner() {
            match &moved.old {
                Some(old) => seen.insert(moved.branch.clone(), old.clone()),
                None => seen.remove(&moved.branch),
            };
        }
    }
    Ok(seen)
}
