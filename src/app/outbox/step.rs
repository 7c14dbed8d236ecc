//! One step: what came of requests is written, what is new is taken in, and what is due is claimed, all of
//! it in one commit.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Claimed;
use super::Outbox;
use super::OutboxError;
use crate::app::Context;
use crate::app::cursor::Reached;
use crate::app::events::Caused;
use crate::app::events::EventsError;
use crate::app::events::by_branch;
use crate::app::hook::BranchMove;
use crate::app::private;
use crate::app::site::Site;
use crate::domain::environment::Uuid;
use crate::domain::ledger::Ledger;
use crate::domain::time::Timestamp;
use crate::domain::webhook::Schedule;
use crate::domain::webhook::Webhook;
use crate::domain::webhook::delivery::Occurrence;
use crate::domain::webhook::delivery::outlived;
use crate::domain::webhook::delivery::triggered;
use crate::domain::webhook::execution::Execution;
use crate::record::path::Owner;
use crate::record::private_ref::PrivateRef;
use crate::store::Snapshot;
use crate::store::StoreError;
use crate::store::git::Moment;
use crate::store::ledger::StoreLedger;

/// How many requests are made at the same time.
const AT_ONCE: usize = 8;

/// Which events are looked at.
#[derive(Clone, Debug)]
pub enum Since {
    /// Those that nobody has looked at yet. Where nobody ever did: those since the branches were there, or
    /// none without such a place.
    Unseen {
        /// Where to begin, if nobody has ever looked.
        else_from: Option<Reached>,
    },
    /// Those since the branches were there, which somebody has seen to whom nothing was to be done up to
    /// there, and has not written that down.
    From(Reached),
    /// All since the branches were there, even those that were looked at, and even for webhooks that
    /// were created since.
    Again(Reached),
}

/// Looking for what is new.
#[derive(Clone, Debug)]
pub struct Intake {
    /// Which events.
    pub since: Since,
    /// Whether to write down that they were looked at, even if nothing is to be done.
    pub is_noted: bool,
}

/// What a step did.
#[derive(Debug, Default)]
pub struct Step {
    /// The deliveries to make now, which nobody else makes meanwhile.
    pub claimed: Vec<Claimed>,
    /// The ids of what was triggered.
    pub triggered: Vec<Uuid>,
    /// Up to where the events were looked at; `None` if nobody looked.
    pub seen: Option<Reached>,
    /// What could not be looked at.
    pub not_told: Vec<EventsError>,
    /// All deliveries, as they are now.
    pub outbox: Outbox,
}

/// Who takes a step, and how.
#[derive(Clone, Copy, Debug)]
pub struct Stepping<'a> {
    /// Who; each run of a program is somebody else.
    pub by: &'a Uuid,
    /// How long to wait after a request that failed.
    pub schedule: &'a Schedule,
    /// The time.
    pub now: Timestamp,
    /// Whether to claim what is due.
    pub claims: bool,
}

/// Returns where the branches are here whose commits cause events. Only their refs are read: one that is
/// damaged keeps nobody from the others.
///
/// # Errors
///
/// Fails if the refs cannot be read.
pub fn tips(site: &Site) -> Result<Reached, StoreError> {
    let mut tips = Reached::new();
    for branch in site.store.at(Moment::Now).branches()? {
        if let (Owner::App(_), Some(tip)) = (branch.owner(), site.store.tip(&branch)?) {
            tips.insert(branch, tip);
        }
    }
    Ok(tips)
}

/// Takes a step. What is new is looked for in what is here: whoever calls this has brought it.
///
/// # Errors
///
/// Fails if the outbox or the webhooks cannot be read, or the outbox cannot be written. Then nothing is
/// claimed.
pub fn step(
    site: &Site,
    context: &Context,
    stepping: Stepping<'_>,
    results: &[(Uuid, Execution)],
    intake: Option<&Intake>,
) -> Result<Step, OutboxError> {
    let mut taken = Step::default();
    let name = PrivateRef::webhooks();
    private::change(site, context, &name, message(results, intake), |files| {
        let before = Outbox::of(files)?;
        let is_noted = intake.is_some_and(|intake| intake.is_noted);
        taken = decided(site, stepping, before.clone(), results, intake)?;
        let after = &taken.outbox;
        let is_worth_it = if is_noted {
            *after != before
        } else {
            after.deliveries != before.deliveries
        };
        Ok::<_, OutboxError>(is_worth_it.then(|| after.files()))
    })?;
    Ok(taken)
}

/// Returns what a step would do if it were taken now; nothing is written.
///
/// # Errors
///
/// Fails as [`step`] does.
pub fn preview(site: &Site, stepping: Stepping<'_>, intake: &Intake) -> Result<Step, OutboxError> {
    decided(site, stepping, super::read(site)?, &[], Some(intake))
}

fn message(results: &[(Uuid, Execution)], intake: Option<&Intake>) -> &'static str {
    match (results.is_empty(), intake) {
        (false, _) => "webhooks: say what came of requests",
        (true, Some(_)) => "webhooks: take in what happened",
        (true, None) => "webhooks: claim what is due",
    }
}

fn decided(
    site: &Site,
    stepping: Stepping<'_>,
    mut outbox: Outbox,
    results: &[(Uuid, Execution)],
    intake: Option<&Intake>,
) -> Result<Step, OutboxError> {
    let now = stepping.now;
    for (uuid, execution) in results {
        // What is not there any more was given up long ago.
        if let Some(delivery) = outbox.deliveries.get_mut(uuid) {
            delivery.record(execution.clone(), stepping.schedule);
        }
    }
    let snapshot = site.store.at(Moment::Now);
    let webhooks = StoreLedger::new(&snapshot).webhooks()?;
    let mut taken = Step::default();
    if let Some(intake) = intake {
        // Where there are no webhooks, there need be no outbox.
        let is_there = outbox.seen.is_some() || !webhooks.is_empty();
        take_in(site, now, &mut outbox, &webhooks, intake, &mut taken)?;
        if !is_there {
            outbox.seen = None;
        }
    }
    let webhooks: BTreeMap<_, _> = webhooks.iter().map(|it| (&it.uuid, it)).collect();
    for delivery in outbox.deliveries.values_mut() {
        let webhook = webhooks.get(&delivery.webhook);
        delivery.drop_unless_wanted(webhook.map(|webhook| &***webhook));
    }
    for uuid in outlived(&outbox.deliveries, now) {
        outbox.deliveries.remove(&uuid);
    }
    let due = outbox.deliveries.values_mut();
    let mut due: Vec<_> = due
        .filter(|delivery| stepping.claims && delivery.is_due(now))
        .collect();
    due.sort_by_key(|delivery| delivery.number);
    for delivery in due.into_iter().take(AT_ONCE) {
        if let Some(webhook) = webhooks.get(&delivery.webhook) {
            delivery.claim(stepping.by, now);
            taken.claimed.push(Claimed {
                delivery: delivery.clone(),
                webhook: Arc::clone(webhook),
            });
        }
    }
    taken.outbox = outbox;
    Ok(taken)
}

/// Looks for what is new, and puts what it triggers into the outbox.
fn take_in(
    site: &Site,
    now: Timestamp,
    outbox: &mut Outbox,
    webhooks: &[Arc<Webhook>],
    intake: &Intake,
    taken: &mut Step,
) -> Result<(), OutboxError> {
    let tips = tips(site)?;
    let (from, is_again) = match &intake.since {
        Since::Unseen { else_from } => {
            let from = outbox.seen.clone().or_else(|| else_from.clone());
            (from.unwrap_or_else(|| tips.clone()), false)
        }
        Since::From(from) => (from.clone(), false),
        Since::Again(from) => (from.clone(), true),
    };
    let moves = tips
        .iter()
        .filter(|(branch, tip)| from.get(*branch) != Some(*tip));
    let moves: Vec<BranchMove> = moves
        .map(|(branch, tip)| BranchMove {
            branch: branch.clone(),
            old: from.get(branch).cloned(),
            new: Some(tip.clone()),
        })
        .collect();
    let mut seen = tips;
    if webhooks.iter().any(|webhook| webhook.enabled) {
        let mut put = |caused: &Caused| {
            let occurrence = Occurrence {
                event: &caused.event,
                commit: &caused.commit.revision.0,
                at: caused.commit.at,
                even_if_created_since: is_again,
            };
            for mut delivery in triggered(occurrence, webhooks, now) {
                if outbox.deliveries.contains_key(&delivery.uuid) {
                    continue;
                }
                outbox.taken = outbox.taken.saturating_add(1);
                delivery.number = outbox.taken;
                taken.triggered.push(delivery.uuid.clone());
                outbox.deliveries.insert(delivery.uuid.clone(), delivery);
            }
        };
        for (branch, error) in by_branch(site, &moves, &mut put) {
            // It is looked at again the next time; what was found of it by then is known by its id.
            match from.get(&branch) {
                Some(old) => seen.insert(branch, old.clone()),
                None => seen.remove(&branch),
            };
            taken.not_told.push(error);
        }
    }
    outbox.seen = Some(seen.clone());
    taken.seen = Some(seen);
    Ok(())
}
