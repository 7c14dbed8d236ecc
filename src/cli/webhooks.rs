//! `git pact create-webhook`, `create-or-update-webhook`, `list-webhooks`, `describe-webhook`,
//! `test-webhook`, `delete-webhook` and `webhooks`

pub(super) mod client;
mod log;
pub(super) mod requests;
pub(super) mod run;
mod save;

use std::cell::RefCell;

use clap::Args;
use clap::Subcommand;

use self::client::WebhookArguments;
pub(super) use self::save::Create;
pub(super) use self::save::CreateOrUpdate;
use super::Output;
use super::StoreArguments;
use super::face::Face;
use super::failure::Exit;
use super::failure::Failure;
use super::outside::Outside;
use super::receipt;
use super::ui::Ui;
use crate::app::ask::ask;
use crate::app::webhook::to_test;
use crate::app::write::Request;
use crate::app::write::write_all;
use crate::domain::intent::Intent;
use crate::domain::intent::Refusal;
use crate::domain::webhook::Webhook;
use crate::domain::webhook::WebhookRefusal;
use crate::domain::webhook::find_webhook;
use crate::render::hal::Address;
use crate::render::hal::template;
use crate::render::hal::webhook as hal;
use crate::render::hal::webhook_execution;
use crate::render::webhook;
use crate::render::webhook_log;
use crate::store::git::Moment;

/// Make the requests of webhooks, or show what came of them
///
/// `git pact serve` does it by itself. Where nothing is served, a job or a cron does it with `run`.
#[derive(Debug, Args)]
pub(super) struct Webhooks {
    #[command(subcommand)]
    command: WebhooksCommand,
}

#[derive(Debug, Subcommand)]
enum WebhooksCommand {
    Run(run::Run),
    Log(log::Log),
}

impl Webhooks {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        match self.command {
            WebhooksCommand::Run(run) => run.run(outside, ui),
            WebhooksCommand::Log(log) => log.run(outside, ui),
        }
    }
}

/// List the webhooks
#[derive(Debug, Args)]
pub(super) struct List {
    /// How to show them
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

impl List {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (site, context) = outside.open(&self.store)?;
        let known = ask(&site, &context, &Moment::Now, |ledger, _| ledger.webhooks())?.value;
        let known: Vec<&Webhook> = known.iter().map(AsRef::as_ref).collect();
        match self.output {
            Output::Json => {
                let at = Address::new("");
                let itself = at.to(template::WEBHOOKS, &[]);
                ui.document(&hal::webhooks(&known, "Webhooks", &itself, &at));
            }
            Output::Text if known.is_empty() && outside.face == Face::GitPact => {
                ui.say("There are no webhooks yet: git pact create-webhook URL --request POST …");
            }
            Output::Text => ui.data(&webhook::list(&known)),
        }
        Ok(Exit::Yes)
    }
}

/// Show a webhook
#[derive(Debug, Args)]
pub(super) struct Describe {
    /// The id of the webhook (see list-webhooks)
    #[arg(long)]
    uuid: String,

    /// How to show it
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

impl Describe {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (site, context) = outside.open(&self.store)?;
        let known = ask(&site, &context, &Moment::Now, |ledger, _| {
            find_webhook(ledger, &self.uuid)
        });
        let known = known.map_err(|error| Failure::from(error).of_question(outside.face))?;
        let known = known.value;
        match self.output {
            Output::Json => ui.document(&hal::webhook(&known, &Address::new(""))),
            Output::Text => ui.data(&webhook::describe(&known)),
        }
        Ok(Exit::Yes)
    }
}

/// Make the request of a webhook now, from this machine
///
/// It speaks of the pact that was last published of those that the webhook is for, and of the
/// latest result for it. References such as ${user.NAME} stand for the variables
/// GIT_PACT_SECRET_NAME.
#[derive(Debug, Args)]
pub(super) struct Test {
    /// The id of the webhook (see list-webhooks)
    #[arg(long)]
    uuid: String,

    /// Where the store is served (see git pact serve), for the URLs of which the request speaks
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,

    /// How to show what came of it
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    webhooks: WebhookArguments,

    #[command(flatten)]
    store: StoreArguments,
}

impl Test {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let client = self.webhooks.client(outside)?;
        let (site, context) = outside.open(&self.store)?;
        let at = Address::new(self.base_url.unwrap_or_default());
        let found = to_test(&site, &context, &self.uuid);
        let (webhook, occasion) =
            found.map_err(|error| Failure::from(error).of_question(outside.face))?;
        let firing = webhook_execution::firing(&webhook, occasion, &at);
        let line = RefCell::new(String::new());
        let execution = client.execute(&firing, outside.now, &|text| {
            text.clone_into(&mut line.borrow_mut());
        });
        ui.say(&line.into_inner());
        match self.output {
            Output::Json => {
                let itself = at.to(template::WEBHOOK_EXECUTION, &[webhook.uuid.as_str()]);
                let uuid = Some(&webhook.uuid);
                ui.document(&webhook_execution::execution(
                    &execution, uuid, &itself, &at,
                ));
            }
            Output::Text => {
                let log = webhook_log::log(&execution, Some(&webhook.uuid), at.as_str());
                ui.data(log.trim_end());
            }
        }
        // The broker's programs only say what came of it.
        Ok(match outside.face {
            Face::GitPact if !execution.is_success() => Exit::No,
            Face::GitPact | Face::PactBroker => Exit::Yes,
        })
    }
}

/// Delete a webhook
#[derive(Debug, Args)]
pub(super) struct Delete {
    /// The id of the webhook (see list-webhooks)
    #[arg(long)]
    uuid: String,

    /// How to show the result
    #[arg(short, long, value_enum, default_value_t = Output::Text)]
    output: Output,

    #[command(flatten)]
    store: StoreArguments,
}

impl Delete {
    pub(super) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let (mut site, context) = outside.open(&self.store)?;
        let delete: Request<'_, Webhook, Refusal> = Box::new(|draft| {
            let known = find_webhook(&draft.ledger(), &self.uuid)?;
            draft.put(Intent::DeleteWebhook(known.uuid.clone()))?;
            Ok(known)
        });
        let mut written = write_all(&mut site, &context, &[delete])?;
        let deleted = written.outcomes.pop().transpose();
        match deleted {
            Ok(None) => {}
            Ok(Some(gone)) => match self.output {
                Output::Json => ui.document(&hal::webhook(&gone, &Address::new(""))),
                Output::Text if outside.face == Face::PactBroker => ui.success(&format!(
                    "Webhook with UUID {} successfully deleted",
                    gone.uuid
                )),
                Output::Text => ui.success(&format!(
                    "Webhook {:?} deleted from {}",
                    gone.title(),
                    site.description
                )),
            },
            // To the broker's program that is as good as deleted.
            Err(Refusal::Webhook(refusal @ WebhookRefusal::NoSuchWebhook { .. }))
                if outside.face == Face::PactBroker =>
            {
                ui.say(&refusal.to_string());
            }
            Err(refusal) => return Err(refusal.into()),
        }
        receipt::say(&written, &site, ui);
        Ok(Exit::Yes)
    }
}
