//! Starting the builds that would settle what is owed, each once in a while.
//!
//! What a build was started for is remembered on a private ref, after the service said that it was done: who dies
//! between the two starts it again. A build is not asked for again before some time has passed, and twice as
//! long each time after, so that a build which settles nothing does not run for ever.

use std::collections::BTreeMap;

use super::Context;
use super::private;
use super::private::PrivateError;
use super::site::Site;
use super::webhook::Authorities;
use super::webhook::Secrets;
use super::webhook::WebhookClient;
use crate::domain::dispatch::Access;
use crate::domain::dispatch::CannotDispatch;
use crate::domain::dispatch::request;
use crate::domain::environment::Uuid;
use crate::domain::name::PacticipantName;
use crate::domain::owed::Build;
use crate::domain::owed::Owed;
use crate::domain::owed::builds;
use crate::domain::time::Timestamp;
use crate::domain::webhook::HostRule;
use crate::domain::webhook::InvalidHostRule;
use crate::domain::webhook::Rendered;
use crate::domain::webhook::WebhookPolicy;
use crate::domain::webhook::execution::Redaction;
use crate::domain::webhook::execution::ShownRequest;
use crate::domain::webhook::host_of;
use crate::record::RecordError;
use crate::record::dispatched::DispatchRecord;
use crate::record::dispatched::DispatchedRecord;
use crate::record::dispatched::FILE;
use crate::record::from_bytes;
use crate::record::private_ref::PrivateRef;
use crate::record::to_bytes;
use crate::store::git::Files;

/// How often the time between two builds for one thing is doubled at most: an hour becomes five days.
const DOUBLED: u32 = 7;

/// After how many seconds what a build was started for is forgotten: 60 days.
const FORGOTTEN: i64 = 60 * 24 * 60 * 60;

/// How builds are started.
#[derive(Clone, Debug)]
pub struct Order<'a> {
    /// Where, and with what.
    pub access: Access<'a>,
    /// Where the code of providers is, if it is not where their records say.
    pub repositories: BTreeMap<PacticipantName, String>,
    /// After how many seconds a build may be started again.
    pub again_after: i64,
    /// Whether only to say what would be done.
    pub dry_run: bool,
}

/// What became of a build.
#[derive(Clone, Debug)]
pub enum Became {
    /// It was asked for.
    Started,
    /// It would have been asked for so. No token is in it.
    Would(ShownRequest),
    /// It was asked for already, and will be again then.
    Recent {
        /// When it was, last.
        at: Timestamp,
        /// When it would be again.
        again_at: Timestamp,
    },
    /// It could not be asked for, for this reason.
    Failed(String),
}

/// What became of all of them.
#[derive(Debug)]
pub struct Dispatched<'a> {
    /// Each build, and what became of it.
    pub builds: Vec<(Build<'a>, Became)>,
    /// Why what was started is not remembered, if it is not: it will be started again.
    pub forgotten: Option<DispatchError>,
}

/// Nothing can be dispatched.
#[derive(Debug, thiserror::Error)]
pub enum DispatchError {
    /// The address of the API is none.
    #[error("`{0}` is no address of an API, such as https://api.github.com")]
    Api(String),
    /// The host of the API cannot be allowed.
    #[error(transparent)]
    Host(#[from] InvalidHostRule),
    /// What was dispatched before cannot be read.
    #[error("cannot read what was dispatched before, on {name}")]
    Unreadable {
        /// The ref.
        name: PrivateRef,
        /// Why not.
        source: RecordError,
    },
    /// What was dispatched could not be asked for, or kept.
    #[error(transparent)]
    Private(#[from] PrivateError),
}

/// Starts the builds that would settle what is owed, but for those that were started lately. One that cannot be
/// started does not stop the others.
///
/// # Errors
///
/// Fails before anything was started.
pub fn dispatch<'a>(
    site: &Site,
    context: &Context,
    owed: &'a [Owed],
    order: &Order<'_>,
) -> Result<Dispatched<'a>, DispatchError> {
    let name = PrivateRef::dispatched();
    let client = client(order.access.api)?;
    let before = record(&name, &private::read(site, &name)?.files)?;
    let mut done = Vec::new();
    for build in builds(owed) {
        let became = match recent(&build, &before, order, context.now) {
            Some(recent) => recent,
            None => start(&client, &build, order),
        };
        done.push((build, became));
    }
    let is_started = |became: &Became| matches!(became, Became::Started);
    let started: Vec<&Build<'_>> = done
        .iter()
        .filter(|(_, became)| is_started(became))
        .map(|(build, _)| build)
        .collect();
    let forgotten = if started.is_empty() {
        None
    } else {
        remember(site, context, &name, &started).err()
    };
    Ok(Dispatched {
        builds: done,
        forgotten,
    })
}

/// Returns what makes requests to the host of an API, and to no other.
fn client(api: &str) -> Result<WebhookClient, DispatchError> {
    let invalid = || DispatchError::Api(api.to_owned());
    let (scheme, _) = api.split_once("://").ok_or_else(invalid)?;
    let host = host_of(api).ok_or_else(invalid)?;
    if !["http", "https"].contains(&scheme) {
        return Err(invalid());
    }
    let host: HostRule = host.parse()?;
    let policy = WebhookPolicy {
        schemes: vec![scheme.to_owned()],
        hosts: vec![host],
        ..WebhookPolicy::default()
    };
    let secrets = Secrets::new([]);
    Ok(WebhookClient::new(policy, secrets, Authorities::default()))
}

/// Says that a build was started for all that it owes not long ago, if it was.
fn recent(
    build: &Build<'_>,
    before: &DispatchedRecord,
    order: &Order<'_>,
    now: Timestamp,
) -> Option<Became> {
    let mut found: Option<(Timestamp, Timestamp)> = None;
    for owed in &build.contracts {
        let known = before.dispatched.get(&id(build, owed))?;
        let times = known.times.saturating_sub(1).min(DOUBLED);
        let wait = order.again_after.saturating_mul(1 << times);
        let again_at = Timestamp::clamped(known.at.epoch_seconds().saturating_add(wait));
        // A clock that was set back must not hold a build up.
        if again_at <= now || known.at > now {
            return None;
        }
        let (at, soonest) = found.get_or_insert((known.at, again_at));
        (*at, *soonest) = ((*at).max(known.at), (*soonest).min(again_at));
    }
    let (at, again_at) = found?;
    Some(Became::Recent { at, again_at })
}

fn start(client: &WebhookClient, build: &Build<'_>, order: &Order<'_>) -> Became {
    let name = &build.provider.name;
    let given = order.repositories.get(name);
    let recorded = build.provider.repository_url.as_ref();
    let made = match given.or(recorded) {
        Some(repository) => request(&order.access, build, repository),
        None => Err(CannotDispatch::NoRepository(name.to_string())),
    };
    let made = match made {
        Ok(made) => made,
        Err(error) => return Became::Failed(error.to_string()),
    };
    if order.dry_run {
        return Became::Would(shown(made, order.access.token));
    }
    match client.send(made, vec![order.access.token.to_owned()]) {
        Ok(()) => Became::Started,
        Err(reason) => Became::Failed(reason),
    }
}

/// Returns a request as it may be shown.
fn shown(mut request: Rendered, token: &str) -> ShownRequest {
    let redaction = Redaction::new([token.to_owned()]);
    for value in request.headers.values_mut() {
        *value = redaction.of(value);
    }
    request.body = request.body.map(|body| redaction.of(&body));
    request.into()
}

/// Adds what was started to what is remembered.
fn remember(
    site: &Site,
    context: &Context,
    name: &PrivateRef,
    started: &[&Build<'_>],
) -> Result<(), DispatchError> {
    let message = format!("dispatch {} builds", started.len());
    private::change(site, context, name, &message, |files| {
        let mut record = record(name, files)?;
        let oldest = context.now.epoch_seconds() - FORGOTTEN;
        record
            .dispatched
            .retain(|_, known| known.at.epoch_seconds() > oldest);
        for build in started {
            for owed in &build.contracts {
                let id = id(build, owed);
                let times = record.dispatched.get(&id).map_or(0, |known| known.times);
                let known = DispatchRecord {
                    at: context.now,
                    times: times.saturating_add(1),
                    provider: build.provider.name.clone(),
                    version: build.version.clone(),
                    consumer: owed.consumer.clone(),
                };
                record.dispatched.insert(id, known);
            }
        }
        let file = (FILE.to_owned(), to_bytes(&record));
        Ok::<_, DispatchError>(Some(Files::from([file])))
    })?;
    Ok(())
}

fn record(name: &PrivateRef, files: &Files) -> Result<DispatchedRecord, DispatchError> {
    match files.get(FILE) {
        None => Ok(DispatchedRecord::default()),
        Some(bytes) => from_bytes(bytes).map_err(|source| DispatchError::Unreadable {
            name: name.clone(),
            source,
        }),
    }
}

/// Returns the id of a verification that is owed by a build.
fn id(build: &Build<'_>, owed: &Owed) -> Uuid {
    Uuid::derived(&[
        build.provider.name.as_str(),
        build.version.as_str(),
        owed.consumer.as_str(),
        &owed.content.to_string(),
    ])
}
