//! Making the requests of webhooks, and what to make one with that is only tried out.
//!
//! Whoever may push to `pact/settings` says what is requested, and it is made from where this runs.
//! So it is checked again here, whatever was checked when it was stored: method, scheme and host
//! by the [`WebhookPolicy`], and every address that the host's name stands for just before it is
//! connected to (see `transport`). Secrets come from whoever runs this, are put in last, and are in
//! nothing that comes out (see `domain::webhook::execution`).

mod transport;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use self::transport::Answer;
use self::transport::SendError;
use self::transport::Transport;
use super::Context;
use super::ask::AskError;
use super::ask::ask;
use super::site::Site;
use crate::domain::time::Timestamp;
use crate::domain::webhook::Occasion;
use crate::domain::webhook::Rendered;
use crate::domain::webhook::RequestTemplate;
use crate::domain::webhook::TriggerContext;
use crate::domain::webhook::UnknownSecret;
use crate::domain::webhook::Webhook;
use crate::domain::webhook::WebhookPolicy;
use crate::domain::webhook::WebhookRefusal;
use crate::domain::webhook::execution::Execution;
use crate::domain::webhook::execution::ExecutionOutcome;
use crate::domain::webhook::execution::Redaction;
use crate::domain::webhook::execution::ShownRequest;
use crate::domain::webhook::execution::ShownResponse;
use crate::domain::webhook::execution::is_success;
use crate::domain::webhook::find_webhook;
use crate::domain::webhook::host_of;
use crate::domain::webhook::render;
use crate::domain::webhook::secret::STARS;
use crate::domain::webhook::secret::SecretName;
use crate::store::git::Moment;

pub use self::transport::Authorities;
pub use self::transport::InvalidAuthorities;

/// Who makes the requests, as the header `User-Agent` says.
const PROGRAM: &str = concat!("git-pact/", env!("CARGO_PKG_VERSION"));

/// How many characters are told of an answer that says no.
const SAID: usize = 300;

/// The secrets that webhooks can refer to as `${user.NAME}`.
#[derive(Clone, Default)]
pub struct Secrets(BTreeMap<SecretName, String>);

impl Secrets {
    /// Returns these secrets. One that is empty counts as not given.
    #[must_use]
    pub fn new(secrets: impl IntoIterator<Item = (SecretName, String)>) -> Self {
        let secrets = secrets.into_iter();
        Self(secrets.filter(|(_, secret)| !secret.is_empty()).collect())
    }
}

impl fmt::Debug for Secrets {
    /// Writes the names.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// A request to make, and what it is to speak of.
#[derive(Clone, Debug)]
pub struct Firing {
    /// The request as it is stored.
    pub request: RequestTemplate,
    /// What has happened.
    pub context: TriggerContext,
}

/// Returns a webhook and what to try it out with. Everything is fetched at once, as there is no telling
/// who published last.
///
/// # Errors
///
/// Refuses what is the id of no webhook; fails if the store cannot be read.
pub fn to_test(
    site: &Site,
    context: &Context,
    uuid: &str,
) -> Result<(Webhook, Occasion), AskError<WebhookRefusal>> {
    site.refresh(&site.branches()?)?;
    let answer = ask(site, context, &Moment::Now, |ledger, _| {
        let webhook = find_webhook(ledger, uuid)?;
        let occasion = Occasion::to_test(ledger, &webhook)?;
        Ok((webhook, occasion))
    })?;
    Ok(answer.value)
}

/// Makes requests, from any thread.
pub struct WebhookClient {
    policy: WebhookPolicy,
    secrets: Secrets,
    /// `None` makes no request at all.
    transport: Option<Transport>,
}

/// Puts who makes a request, if anybody does, into its headers; returns what of them must not be seen.
fn name_user(request: &mut Rendered) -> Vec<String> {
    let user = request.username.take().filter(|user| !user.is_empty());
    let password = request.password.take().unwrap_or_default();
    let Some(user) = user else {
        return Vec::new();
    };
    let basic = STANDARD.encode(format!("{user}:{password}"));
    let header = format!("Basic {basic}");
    request.headers.insert("authorization".to_owned(), header);
    vec![basic, password]
}

impl WebhookClient {
    /// Returns what makes the requests that a policy allows, with these secrets.
    #[must_use]
    pub fn new(policy: WebhookPolicy, secrets: Secrets, authorities: Authorities) -> Self {
        let transport = Transport::new(policy.clone(), authorities);
        Self {
            policy,
            secrets,
            transport: Some(transport),
        }
    }

    /// Returns the same for somebody who waits: a request takes no longer than that.
    #[must_use]
    pub fn in_a_hurry(mut self, time: Duration) -> Self {
        if let Some(transport) = &mut self.transport {
            transport.hurry(time);
        }
        self
    }

    /// Returns what makes no request, whatever it is asked for.
    ///
    /// Its policy is wide, so that it stands in the way of no webhook that is to be stored: who
    /// makes the requests, elsewhere, has a policy of their own, and holds each against it.
    #[must_use]
    pub fn idle() -> Self {
        Self {
            policy: WebhookPolicy::widest(),
            secrets: Secrets::new([]),
            transport: None,
        }
    }

    /// Returns which requests are made.
    #[must_use]
    pub fn policy(&self) -> &WebhookPolicy {
        &self.policy
    }

    /// Makes a request and returns what came of it. Takes up to 15 seconds.
    ///
    /// `log` is told one line for whoever runs this: it may name what clients are not shown.
    #[must_use]
    pub fn execute(&self, firing: &Firing, at: Timestamp, log: &dyn Fn(&str)) -> Execution {
        let made = match &self.transport {
            Some(transport) => self
                .request(firing)
                .map(|(request, redaction)| self.outcome(transport, &request, &redaction)),
            None => Err("no webhook is executed here, only where the store is served".to_owned()),
        };
        let (outcome, detail) = made.unwrap_or_else(|reason| {
            let detail = reason.clone();
            (ExecutionOutcome::NotMade { reason }, detail)
        });
        log(&format!(
            "webhook {}: {detail}",
            firing.request.description()
        ));
        Execution {
            at,
            event: firing.context.event.clone(),
            request: shown(firing),
            outcome,
        }
    }

    /// Makes a request that is no webhook's. Takes up to 15 seconds.
    ///
    /// The policy of addresses holds, and that of methods, schemes and hosts is for the caller to keep.
    ///
    /// # Errors
    ///
    /// Fails, in words, if nobody answers that it was done. None of the secrets is in them.
    pub fn send(&self, mut request: Rendered, mut secrets: Vec<String>) -> Result<(), String> {
        let Some(transport) = &self.transport else {
            return Err("no request is made here".to_owned());
        };
        secrets.extend(name_user(&mut request));
        let redaction = Redaction::new(secrets);
        match self.outcome(transport, &request.made_by(PROGRAM), &redaction) {
            (ExecutionOutcome::Answered { success: true, .. }, _) => Ok(()),
            (ExecutionOutcome::Answered { response, .. }, detail) => {
                let body = response.map(|response| response.body).unwrap_or_default();
                let body: String = body.trim().chars().take(SAID).collect();
                Err(format!("{detail} {body}").trim_end().to_owned())
            }
            (_, detail) => Err(detail),
        }
    }

    /// Returns the request as it is to be made, and what must not be seen in its answer; or why it
    /// is not to be made.
    fn request(&self, firing: &Firing) -> Result<(Rendered, Redaction), String> {
        if let Some(refusal) = firing.request.refusal(&self.policy) {
            return Err(format!("the request {refusal}"));
        }
        let used = RefCell::new(BTreeSet::new());
        let secret = |name: &SecretName| {
            let secret = self.secrets.0.get(name)?;
            used.borrow_mut().insert(secret.clone());
            Some(secret.clone())
        };
        let rendered = render(&firing.request, &firing.context, &secret);
        let mut rendered = rendered.map_err(|UnknownSecret { name }| {
            format!(
                "the webhook refers to a secret that is not known here: set GIT_PACT_SECRET_{name} \
                 where it is executed"
            )
        })?;
        let mut used = used.into_inner();
        used.extend(name_user(&mut rendered));
        Ok((rendered.made_by(PROGRAM), Redaction::new(used)))
    }

    fn outcome(
        &self,
        transport: &Transport,
        request: &Rendered,
        redaction: &Redaction,
    ) -> (ExecutionOutcome, String) {
        let shows = self.policy.shows_responses();
        match transport.send(request) {
            Ok(answer) => {
                let detail = format!("answered {}", answer.status);
                let outcome = ExecutionOutcome::Answered {
                    success: is_success(answer.status),
                    response: shows.then(|| redacted(answer, redaction)),
                };
                (outcome, detail)
            }
            Err(SendError::Refused(refused)) => {
                let host = host_of(&request.url).unwrap_or_default();
                let reason = format!(
                    "{host} is, or stands for, a private address. See /doc/webhooks#whitelist for \
                     more information."
                );
                (ExecutionOutcome::NotMade { reason }, refused.to_string())
            }
            Err(SendError::Failed(text)) => {
                let text = redaction.of(&text);
                let outcome = ExecutionOutcome::NoAnswer {
                    reason: shows.then(|| text.clone()),
                };
                (outcome, text)
            }
        }
    }
}

/// Returns the request as it may be shown: no secret was ever in it.
fn shown(firing: &Firing) -> ShownRequest {
    let stars = |_: &SecretName| Some(STARS.to_owned());
    match render(&firing.request, &firing.context, &stars) {
        Ok(rendered) => rendered.made_by(PROGRAM).into(),
        // There are stars for every secret, so this is a request without its parameters.
        Err(UnknownSecret { .. }) => ShownRequest {
            method: firing.request.method.clone(),
            url: firing.request.url.clone(),
            headers: BTreeMap::new(),
            body: None,
        },
    }
}

fn redacted(answer: Answer, redaction: &Redaction) -> ShownResponse {
    let headers = answer.headers.iter();
    ShownResponse {
        status: answer.status,
        reason: answer.reason,
        headers: headers
            .map(|(name, value)| (redaction.of(name), redaction.of(value)))
            .collect(),
        body: redaction.of(&answer.body),
    }
}
