//! `git pact webhooks log`: what webhooks were triggered, and what became of it.

use clap::Args;
use clap::ValueEnum;

use crate::app::outbox::read;
use crate::cli::Output;
use crate::cli::StoreArguments;
use crate::cli::failure::Exit;
use crate::cli::failure::Failure;
use crate::cli::outside::Outside;
use crate::cli::ui::Ui;
use crate::domain::webhook::Schedule;
use crate::domain::webhook::WebhookUuid;
use crate::domain::webhook::delivery::Delivery;
use crate::domain::webhook::delivery::DeliveryStatus;
use crate::render::delivery;
use crate::render::hal::Address;
use crate::render::hal::triggered_webhook;

/// Show which webhooks were triggered, and what became of it, newest first
///
/// With an id, the requests of that one and what was answered. They are kept for 30 days, and at most 1000 of
/// which nothing more will come.
#[derive(Debug, Args)]
pub(super) struct Log {
    /// The id of what was triggered, or as much of its beginning as tells it from others
    id: Option<String>,

    /// Only those of this webhook
    #[arg(long)]
    uuid: Option<WebhookUuid>,

    /// Only those of which this became
    #[arg(long, value_enum)]
    status: Option<Status>,

    /// Show no more than this many
    #[arg(short = 'n', long, value_name = "NUMBER")]
    limit: Option<usize>,

    /// How to show it
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Status {
    /// It was not made yet
    NotRun,
    /// It failed, and is made again
    Retrying,
    /// It was answered
    Success,
    /// It was given up
    Failure,
}

impl Status {
    fn fits(self, status: DeliveryStatus) -> bool {
        matches!(
            (self, status),
            (Self::NotRun, DeliveryStatus::NotRun)
                | (Self::Retrying, DeliveryStatus::Retrying)
                | (Self::Success, DeliveryStatus::Success)
                | (Self::Failure, DeliveryStatus::Failure)
        )
    }
}

impl Log {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (site, _) = outside.open(&self.store)?;
        let outbox = read(&site)?;
        let wanted = |it: &&Delivery| {
            self.id
                .as_ref()
                .is_none_or(|id| it.uuid.as_str().starts_with(id.as_str()))
                && self.uuid.as_ref().is_none_or(|uuid| it.webhook == *uuid)
                && self.status.is_none_or(|status| status.fits(it.status()))
        };
        let all = outbox.newest_first().into_iter().filter(wanted);
        let all: Vec<&Delivery> = all.take(self.limit.unwrap_or(usize::MAX)).collect();
        let is_one = match (&self.id, all.as_slice()) {
            (None, _) => false,
            (Some(_), [_]) => true,
            (Some(id), []) => {
                let message =
                    format!("nothing that was triggered has an id that begins with `{id}`");
                return Err(Failure::usage(message));
            }
            (Some(id), _) => {
                let message = format!("the ids of {} begin with `{id}`", all.len());
                return Err(Failure::usage(message));
            }
        };
        match self.output {
            Output::Json => {
                let at = Address::new("");
                let schedule = Schedule::default();
                let mut document =
                    triggered_webhook::list(&all, &schedule, "Triggered webhooks", "", &at);
                if let (true, Some(one)) = (is_one, all.first()) {
                    document = triggered_webhook::triggered_webhook(one, &schedule, &at);
                    document["logs"] = delivery::log(one, "").into();
                }
                ui.document(&document);
            }
            Output::Text if is_one => {
                for one in all {
                    ui.data(&delivery::line(one));
                    ui.data(delivery::log(one, "").trim_end());
                }
            }
            Output::Text if all.is_empty() => {
                ui.say("No webhook was triggered yet: git pact webhooks run, or git pact serve, does it.");
            }
            Output::Text => ui.data(&delivery::list(&all)),
        }
        Ok(Exit::Yes)
    }
}
