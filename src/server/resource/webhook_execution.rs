//! Trying webhooks out (spec: http-api §4, semantics §10).

use super::webhook::asked;
use super::webhook::found;
use crate::app::webhook::Firing;
use crate::domain::ledger::Ledger;
use crate::domain::time::Timestamp;
use crate::domain::webhook::Occasion;
use crate::domain::webhook::Webhook;
use crate::domain::webhook::WebhookSave;
use crate::domain::webhook::WebhookUuid;
use crate::domain::webhook::execution::Execution;
use crate::domain::webhook::save_webhook;
use crate::render::hal::template;
use crate::render::hal::webhook_execution;
use crate::server::call::Call;
use crate::server::call::View;
use crate::server::problem::Problem;
use crate::server::reply::Reply;
use crate::server::routes::Route;

pub(crate) const ROUTES: &[Route] = &[
    Route::execute(
        template::WEBHOOK_EXECUTION,
        "Makes the request of a webhook now, with the latest pact and result that it is for",
        saved,
    )
    .showing("WebhookExecution"),
    Route::execute(
        template::UNSAVED_WEBHOOK_EXECUTION,
        "Makes the request of a webhook that is not kept",
        unsaved,
    )
    .taking("WebhookForm")
    .showing("WebhookExecution")
    .refusing(&[404]),
];

/// A webhook to be tried out.
pub(crate) struct Trial {
    /// Its id, if it is kept.
    uuid: Option<WebhookUuid>,
    firing: Firing,
}

impl Trial {
    fn new(call: &Call, ledger: &dyn Ledger, webhook: &Webhook) -> Result<Self, Problem> {
        let occasion = Occasion::to_test(ledger, webhook)?;
        Ok(Self {
            uuid: None,
            firing: webhook_execution::firing(webhook, occasion, &call.at),
        })
    }

    /// Returns the request to make.
    pub(crate) fn firing(&self) -> Firing {
        self.firing.clone()
    }

    /// Returns the answer that says what came of it. It is 200, whatever came of it.
    pub(crate) fn reply(&self, call: &Call, execution: &Execution) -> Result<Reply, Problem> {
        let uuid = self.uuid.as_ref();
        let document = webhook_execution::execution(execution, uuid, &call.itself, &call.at);
        Reply::hal(&document)
    }
}

fn saved(call: &Call, view: View<'_>) -> Result<Trial, Problem> {
    let webhook = found(call, view.ledger)?;
    let trial = Trial::new(call, view.ledger, &webhook)?;
    Ok(Trial {
        uuid: Some(webhook.uuid.clone()),
        ..trial
    })
}

fn unsaved(call: &Call, view: View<'_>) -> Result<Trial, Problem> {
    let save = WebhookSave {
        uuid: None,
        draft: asked(call, view.ledger)?,
        // It is not kept, so it does not matter when it was made.
        at: Timestamp::clamped(0),
    };
    let webhook = save_webhook(view.ledger, &save)?;
    Trial::new(call, view.ledger, &webhook)
}
