//! `git pact create-webhook` and `create-or-update-webhook`: a webhook from the options of `curl`.

use std::fs;

use clap::Args;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::app::write::Request;
use crate::app::write::write_all;
use crate::cli::StoreArguments;
use crate::cli::environments::SavedOutput;
use crate::cli::face::Face;
use crate::cli::failure::Exit;
use crate::cli::failure::Failure;
use crate::cli::outside::Outside;
use crate::cli::receipt;
use crate::cli::ui::Ui;
use crate::domain::events::EventKind;
use crate::domain::intent::Intent;
use crate::domain::intent::Outcome;
use crate::domain::intent::Refusal;
use crate::domain::ledger::Ledger;
use crate::domain::webhook::Webhook;
use crate::domain::webhook::WebhookDraft;
use crate::domain::webhook::WebhookPolicy;
use crate::domain::webhook::WebhookRefusal;
use crate::domain::webhook::WebhookSave;
use crate::domain::webhook::WebhookUuid;
use crate::render::hal::Address;
use crate::render::hal::webhook as hal;

/// Create a webhook: a request that is made when something happens
///
/// The request is said as to curl. It holds no secret, as everybody who can clone the store reads it:
/// write 'user:${user.NAME}' or 'Authorization: Bearer ${user.NAME}', and set GIT_PACT_SECRET_NAME
/// where the request is made.
#[derive(Debug, Args)]
// `-u` is the user of the request here, as to curl, and never of the store.
#[command(mut_arg("broker_username", |argument| argument.short(None)))]
pub(in crate::cli) struct Create {
    /// How to show the result
    #[arg(short, long, value_enum, default_value_t = SavedOutput::Text)]
    output: SavedOutput,

    #[command(flatten)]
    form: Form,

    #[command(flatten)]
    store: StoreArguments,
}

impl Create {
    pub(in crate::cli) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        save(None, self.form, self.output, &self.store, outside, ui)
    }
}

/// Create a webhook of a given id, or say anew what it is
///
/// The request is said as to create-webhook. What is not given is not kept, but for the password.
#[derive(Debug, Args)]
#[command(mut_arg("broker_username", |argument| argument.short(None)))]
pub(in crate::cli) struct CreateOrUpdate {
    /// The id: 16 or more letters, digits, _ and - (see generate-uuid)
    #[arg(long)]
    uuid: WebhookUuid,

    /// How to show the result
    #[arg(short, long, value_enum, default_value_t = SavedOutput::Text)]
    output: SavedOutput,

    #[command(flatten)]
    form: Form,

    #[command(flatten)]
    store: StoreArguments,
}

impl CreateOrUpdate {
    pub(in crate::cli) fn run(self, outside: &Outside, ui: &mut Ui<'_>) -> Result<Exit, Failure> {
        let uuid = Some(&self.uuid);
        save(uuid, self.form, self.output, &self.store, outside, ui)
    }
}

/// What a webhook is to be.
#[derive(Debug, Args)]
struct Form {
    /// The address of the request
    #[arg(value_name = "URL")]
    url: String,

    /// The method of the request
    #[arg(short = 'X', long, value_name = "METHOD")]
    request: String,

    /// A header of the request; may be given more than once
    #[arg(short = 'H', long, value_name = "NAME: VALUE", num_args = 1.., value_parser = header)]
    header: Vec<(String, String)>,

    /// The body of the request, or @FILE to read it from a file
    #[arg(short, long, value_name = "BODY")]
    data: Option<String>,

    /// User and password of the request; the password is a reference: 'user:${user.NAME}'
    #[arg(short, long, value_name = "USER:PASSWORD")]
    user: Option<String>,

    /// Only for pacts of this consumer
    #[arg(long, value_name = "NAME", conflicts_with = "consumer_label")]
    consumer: Option<String>,

    /// Only for pacts of consumers that have this label
    #[arg(long, value_name = "LABEL")]
    consumer_label: Option<String>,

    /// Only for pacts with this provider
    #[arg(long, value_name = "NAME", conflicts_with = "provider_label")]
    provider: Option<String>,

    /// Only for pacts with providers that have this label
    #[arg(long, value_name = "LABEL")]
    provider_label: Option<String>,

    /// What it is for, for people to read
    #[arg(long)]
    description: Option<String>,

    /// A team of PactFlow; there is none here
    #[arg(long, value_name = "UUID", hide = true)]
    team_uuid: Option<String>,

    #[command(flatten)]
    events: Events,
}

/// What a webhook waits for.
#[derive(Debug, Args)]
#[command(next_help_heading = "Events")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an option of the command line"
)]
struct Events {
    /// Make it when a pact has new content
    #[arg(long)]
    contract_content_changed: bool,

    /// Make it when a pact is published, changed or not
    #[arg(long)]
    contract_published: bool,

    /// Make it when a provider has to verify a pact
    #[arg(long)]
    contract_requiring_verification_published: bool,

    /// Make it when the result of a verification is recorded
    #[arg(long)]
    provider_verification_published: bool,

    /// Make it when a verification succeeds
    #[arg(long)]
    provider_verification_succeeded: bool,

    /// Make it when a verification fails
    #[arg(long)]
    provider_verification_failed: bool,
}

impl Events {
    /// Returns what was asked for, in the order in which the broker's programs tell it.
    fn kinds(&self) -> Vec<EventKind> {
        let all = [
            (
                self.contract_content_changed,
                EventKind::ContractContentChanged,
            ),
            (self.contract_published, EventKind::ContractPublished),
            (
                self.contract_requiring_verification_published,
                EventKind::ContractRequiringVerificationPublished,
            ),
            (
                self.provider_verification_published,
                EventKind::ProviderVerificationPublished,
            ),
            (
                self.provider_verification_succeeded,
                EventKind::ProviderVerificationSucceeded,
            ),
            (
                self.provider_verification_failed,
                EventKind::ProviderVerificationFailed,
            ),
        ];
        let asked = all.into_iter().filter(|(is_asked, _)| *is_asked);
        asked.map(|(_, kind)| kind).collect()
    }
}

/// What the Ruby program says, with the event that it forgets (spec: cli §4.21).
const NO_EVENTS: &str = "You must specify at least one of --contract-content-changed, \
    --contract-published, --contract-requiring-verification-published, \
    --provider-verification-published, --provider-verification-succeeded or \
    --provider-verification-failed";

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once(':')
        .ok_or("a header is a name and a value, such as 'Content-Type: text/plain'")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

impl Form {
    /// Returns the webhook as the body of a request to the broker has it.
    ///
    /// # Errors
    ///
    /// Fails if nothing is to set it off, or the file of the body cannot be read.
    fn document(self, outside: &Outside) -> Result<Value, Failure> {
        let events = self.events.kinds();
        if events.is_empty() {
            return Err(Failure::usage(NO_EVENTS));
        }
        let mut request = Map::new();
        request.insert("method".to_owned(), self.request.into());
        request.insert("url".to_owned(), self.url.into());
        let headers = self.header.into_iter();
        let headers: Map<String, Value> = headers.map(|(name, it)| (name, it.into())).collect();
        request.insert("headers".to_owned(), headers.into());
        if let Some(data) = self.data {
            request.insert("body".to_owned(), body(data, outside)?);
        }
        if let Some(user) = self.user {
            let (username, password) = match user.split_once(':') {
                Some((username, password)) => (username, Some(password)),
                None => (user.as_str(), None),
            };
            request.insert("username".to_owned(), username.into());
            if let Some(password) = password {
                request.insert("password".to_owned(), password.into());
            }
        }
        let events = events.iter().map(|kind| json!({ "name": kind.as_str() }));
        let events: Vec<Value> = events.collect();
        let mut document = json!({ "events": events, "request": request });
        if let Some(description) = self.description {
            document["description"] = description.into();
        }
        for (role, name, label) in [
            ("consumer", self.consumer, self.consumer_label),
            ("provider", self.provider, self.provider_label),
        ] {
            match (name, label) {
                (None, None) => {}
                (Some(name), _) => document[role] = json!({ "name": name }),
                (None, Some(label)) => document[role] = json!({ "label": label }),
            }
        }
        Ok(document)
    }
}

/// Returns a body as it was given, or as it is in a file: JSON if it can be read as such.
fn body(data: String, outside: &Outside) -> Result<Value, Failure> {
    let text = match data.strip_prefix('@') {
        None => data,
        Some(file) => {
            let path = outside.working_directory.join(file);
            fs::read_to_string(path).map_err(|error| {
                let message = format!("--data: could not read the file {file}: {error}");
                Failure::usage(message)
            })?
        }
    };
    Ok(serde_json::from_str(&text).unwrap_or_else(|_| text.into()))
}

/// Saves a webhook and shows it.
fn save(
    uuid: Option<&WebhookUuid>,
    form: Form,
    output: SavedOutput,
    store: &StoreArguments,
    outside: &Outside,
    ui: &mut Ui<'_>,
) -> Result<Exit, Failure> {
    if form.team_uuid.is_some() {
        ui.warn("--team-uuid is ignored: there are no teams here, only in PactFlow");
    }
    let document = form.document(outside)?;
    let (mut site, context) = outside.open(store)?;
    let request: Request<'_, Option<(Webhook, bool)>, Refusal> = Box::new(|draft| {
        // Whoever makes the request elsewhere has a policy of their own.
        let asked = WebhookDraft::from_json(&document, &WebhookPolicy::widest(), &draft.ledger());
        let asked = asked.map_err(WebhookRefusal::from)?;
        let is_new = match uuid {
            Some(uuid) => draft.ledger().webhook(uuid)?.is_none(),
            None => true,
        };
        let outcome = draft.put(Intent::SaveWebhook(WebhookSave {
            uuid: uuid.cloned(),
            draft: asked,
            at: draft.now(),
        }))?;
        Ok(match outcome {
            Some(Outcome::Webhook(webhook)) => Some((webhook, is_new)),
            _ => None,
        })
    });
    let mut written = write_all(&mut site, &context, &[request])?;
    if let Some((webhook, is_new)) = written.outcomes.pop().transpose()?.flatten() {
        show(&webhook, is_new, output, outside, ui);
    }
    receipt::say(&written, &site, ui);
    Ok(Exit::Yes)
}

fn show(webhook: &Webhook, is_new: bool, output: SavedOutput, outside: &Outside, ui: &mut Ui<'_>) {
    let uuid = &webhook.uuid;
    match output {
        SavedOutput::Json => ui.document(&hal::webhook(webhook, &Address::new(""))),
        SavedOutput::Id => ui.data(uuid.as_str()),
        SavedOutput::Text => {
            let done = if is_new { "created" } else { "updated" };
            let sentence = format!("Webhook {:?} {done}", webhook.title());
            match outside.face {
                Face::GitPact => ui.success(&format!("{sentence} with UUID {uuid}")),
                Face::PactBroker => ui.success(&sentence),
            }
        }
    }
    ui.say(&format!(
        "Its requests are made by git pact serve, or by git pact webhooks run in any job. To try it out: \
         {} test-webhook --uuid {uuid}",
        outside.face.program()
    ));
}
