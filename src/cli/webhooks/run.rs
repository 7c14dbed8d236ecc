//! `git pact webhooks run`: the requests of the webhooks, made from any job.

use std::thread;
use std::time::Duration;
use std::time::Instant;

use clap::Args;

use super::client::WebhookArguments;
use super::requests::Requests;
use crate::app::events::since::reached_at;
use crate::app::outbox::Intake;
use crate::app::outbox::Outbox;
use crate::app::outbox::OutboxError;
use crate::app::outbox::Round;
use crate::app::outbox::Since;
use crate::app::outbox::Step;
use crate::app::outbox::Stepping;
use crate::app::outbox::bring;
use crate::app::outbox::preview;
use crate::cli::Output;
use crate::cli::StoreArguments;
use crate::cli::failure::Exit;
use crate::cli::failure::Failure;
use crate::cli::outside::Outside;
use crate::cli::ui::Ui;
use crate::cli::unguessable;
use crate::domain::environment::Uuid;
use crate::domain::moment;
use crate::domain::time::Timestamp;
use crate::domain::webhook::Schedule;
use crate::domain::webhook::delivery::Delivery;
use crate::domain::webhook::delivery::DeliveryStatus;
use crate::render::delivery::line;
use crate::render::hal::Address;
use crate::render::hal::triggered_webhook;

/// How long to wait before it is looked again whether something is new, while there is time.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// Make the requests of webhooks: for what is new, and those that are due again
///
/// What happened since the last run triggers the webhooks that wait for it; the first run only says from
/// where on. Then all requests are made that are due, also those that somebody else has left. What was
/// triggered and what came of it is kept in the store, on the private ref refs/git-pact/webhooks, so the next
/// run may be on another machine, and several may run at the same time: each request is made by one of them.
/// A request whose outcome could not be kept is made again, with the same id in X-Git-Pact-Delivery.
///
/// Exits with 1 if a request failed that was made; it is made again by a later run, on schedule.
#[derive(Debug, Args)]
pub(super) struct Run {
    /// Take in all that happened since then, even if it was taken in before or a webhook is newer
    ///
    /// A time such as 2026-11-20T17:00:00Z, a date (the end of that day in UTC), '2 days ago'. What is kept
    /// already is not triggered again.
    #[arg(long, value_name = "TIME")]
    since: Option<String>,

    /// Wait for requests that are to be made again, until none is
    #[arg(long)]
    until_done: bool,

    /// Wait for what happens, and for requests that are to be made again, for so long, e.g. 10m
    #[arg(long = "for", value_name = "TIME", value_parser = time)]
    for_time: Option<Duration>,

    /// Show what would be triggered and which requests would be made; nothing is made or kept
    #[arg(long = "dry-run", conflicts_with_all = ["until_done", "for_time"])]
    is_rehearsal: bool,

    #[command(flatten)]
    schedule: ScheduleArguments,

    /// Where the store is served (see git pact serve), for the URLs of which requests speak
    ///
    /// Without it they are paths.
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,

    /// How to show it
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    webhooks: WebhookArguments,

    #[command(flatten)]
    store: StoreArguments,
}

/// When requests that failed are made again.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Webhooks")]
pub(in crate::cli) struct ScheduleArguments {
    /// How many seconds to wait before a request that failed is made the second time, the third and so on;
    /// `never` makes it once
    #[arg(
        long = "retry-schedule",
        value_name = "SECONDS",
        default_value_t = Schedule::default()
    )]
    pub(in crate::cli) schedule: Schedule,
}

fn time(text: &str) -> Result<Duration, String> {
    let time = text.trim().parse::<jiff::SignedDuration>().ok();
    let time = time.and_then(|time| Duration::try_from(time).ok());
    time.ok_or_else(|| "a time such as 30s or 10m".to_owned())
}

impl Run {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let outside = outside.for_programs();
        let client = self.webhooks.client(&outside)?;
        let (site, context) = outside.open(&self.store)?;
        if site.authority.is_some() && context.offline {
            return Err(Failure::usage(
                "--offline: the store has a remote, where others see which requests are made",
            ));
        }
        bring(&site)?;
        let since = match &self.since {
            None => Since::Unseen { else_from: None },
            Some(text) => {
                let time = since(text, &outside)?;
                Since::Again(reached_at(&site, time, &site.branches()?)?)
            }
        };
        let intake = Intake {
            since,
            is_noted: true,
        };
        let at = Address::new(self.base_url.unwrap_or_default());
        let by = Uuid::random(unguessable::bytes()?);
        let schedule = self.schedule.schedule;
        let show = Show {
            at: &at,
            schedule: &schedule,
            output: self.output,
        };
        if self.is_rehearsal {
            let stepping = Stepping {
                by: &by,
                schedule: &schedule,
                now: outside.now,
                claims: true,
            };
            return Ok(show.rehearsed(&preview(&site, stepping, &intake)?, ui));
        }
        let clock = outside.clock();
        let requests = Requests {
            client: &client,
            schedule: &schedule,
            by: &by,
            at: &at,
            clock: &clock,
        };
        let waiting = Waiting {
            until_done: self.until_done,
            until: self.for_time.map(|time| Instant::now() + time),
        };
        let mut all = Total::default();
        let mut intake = intake;
        loop {
            let (round, said) = requests.round(&site, &context, &intake, &|| waiting.is_over())?;
            show.round(&round, &said, ui);
            all.add(round);
            let next_at = all.outbox.next_at(clock());
            let Some(pause) = waiting.pause(next_at, clock()) else {
                return Ok(all.finish(&show, next_at, ui));
            };
            thread::sleep(pause);
            bring(&site)?;
            intake.since = Since::Unseen { else_from: None };
        }
    }
}

/// Reads the moment that `--since` means.
fn since(text: &str, outside: &Outside) -> Result<Timestamp, Failure> {
    let understood = moment::time(text, outside.now).map_err(|_| {
        Failure::usage(format!(
            "--since: `{text}` is no time; a time is {}",
            moment::EXAMPLES
        ))
    })?;
    Ok(understood.time)
}

/// For how long to go on.
struct Waiting {
    until_done: bool,
    until: Option<Instant>,
}

impl Waiting {
    fn is_over(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() >= until)
    }

    /// Returns how long to wait before the next look, if there is to be one.
    fn pause(&self, next_at: Option<Timestamp>, now: Timestamp) -> Option<Duration> {
        let has_time = self.until.is_some() && !self.is_over();
        let has_to = self.until_done && next_at.is_some() && !self.is_over();
        if !has_time && !has_to {
            return None;
        }
        let until_next = next_at.map_or(LOOK_EVERY, |next| {
            let seconds = next.epoch_seconds().saturating_sub(now.epoch_seconds());
            // It may be due already, and claimed by somebody else who is about to end.
            Duration::from_secs(u64::try_from(seconds).unwrap_or(0).max(1))
        });
        let until_end = self.until.map_or(LOOK_EVERY, |until| {
            until.saturating_duration_since(Instant::now())
        });
        Some(until_next.min(LOOK_EVERY).min(until_end))
    }
}

/// What all rounds came to.
#[derive(Default)]
struct Total {
    triggered: Vec<Uuid>,
    made: Vec<Uuid>,
    outbox: Outbox,
    /// What could not be told in the last round.
    not_told: Vec<Failure>,
}

impl Total {
    fn add(&mut self, round: Round) {
        self.triggered.extend(round.triggered);
        for uuid in round.made {
            if !self.made.contains(&uuid) {
                self.made.push(uuid);
            }
        }
        let not_told = round.not_told.iter();
        let not_told = not_told.map(|error| Failure::of(Exit::Failed, error));
        self.not_told = not_told.collect();
        self.outbox = round.outbox;
    }

    fn finish(self, show: &Show<'_>, next_at: Option<Timestamp>, ui: &mut Ui<'_>) -> Exit {
        let (made, triggered) = (
            found(&self.outbox, &self.made),
            found(&self.outbox, &self.triggered),
        );
        match show.output {
            Output::Json => ui.document(&triggered_webhook::run(
                &triggered,
                &made,
                next_at,
                show.schedule,
                show.at,
            )),
            Output::Text => match next_at {
                Some(next) => ui.say(&format!("The next request is due at {next}.")),
                None if made.is_empty() => ui.say("There is no request to make."),
                None => {}
            },
        }
        for failure in &self.not_told {
            failure.complain(ui);
        }
        let has_failed = |it: &&Delivery| it.status() != DeliveryStatus::Success;
        match self.not_told.first() {
            Some(failure) => failure.exit,
            None if made.iter().any(has_failed) => Exit::No,
            None => Exit::Yes,
        }
    }
}

/// Returns the deliveries with these ids that are kept.
fn found<'a>(outbox: &'a Outbox, ids: &[Uuid]) -> Vec<&'a Delivery> {
    let found = ids.iter().filter_map(|uuid| outbox.deliveries.get(uuid));
    found.collect()
}

/// How to show what is done.
struct Show<'a> {
    at: &'a Address,
    schedule: &'a Schedule,
    output: Output,
}

impl Show<'_> {
    /// Shows a line for each delivery of which a request was made.
    fn round(&self, round: &Round, said: &[String], ui: &mut Ui<'_>) {
        for text in said {
            ui.say(text);
        }
        let mut made = round.made.clone();
        made.dedup();
        if self.output == Output::Text {
            for delivery in found(&round.outbox, &made) {
                ui.data(&line(delivery));
            }
        }
    }

    /// Shows what would be done.
    fn rehearsed(&self, step: &Step, ui: &mut Ui<'_>) -> Exit {
        let open = step.outbox.newest_first();
        let due = open.into_iter().filter(|it| it.is_open()).rev();
        let due: Vec<&Delivery> = due.collect();
        let triggered = found(&step.outbox, &step.triggered);
        match self.output {
            Output::Json => {
                let document =
                    triggered_webhook::run(&triggered, &[], None, self.schedule, self.at);
                ui.document(&document);
            }
            Output::Text => {
                for delivery in &due {
                    ui.data(&line(delivery));
                }
                ui.say("Nothing was requested, and nothing was kept.");
            }
        }
        for error in &step.not_told {
            Failure::of(Exit::Failed, error).complain(ui);
        }
        let is_told = step.not_told.is_empty();
        if is_told { Exit::Yes } else { Exit::Failed }
    }
}

impl From<OutboxError> for Failure {
    fn from(error: OutboxError) -> Self {
        match error {
            OutboxError::Site(error) => error.into(),
            OutboxError::Store(error) => error.into(),
            OutboxError::Unreadable(error) => error.into(),
            error @ (OutboxError::Damaged { .. } | OutboxError::Private(_)) => {
                Self::of(Exit::Failed, &error)
            }
        }
    }
}
