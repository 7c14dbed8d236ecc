//! What was said offline and is not pushed yet: kept as intents, seen by reads here.

use std::sync::Arc;

use super::Context;
use super::ask::rules;
use super::site::Site;
use crate::domain::content::ContentId;
use crate::domain::entry::entries;
use crate::domain::intent::Decision;
use crate::domain::intent::Intent;
use crate::domain::intent::Outcome;
use crate::domain::intent::Refusal;
use crate::domain::ledger::Unreadable;
use crate::domain::name::PacticipantName;
use crate::domain::name::VersionNumber;
use crate::domain::publish::Links;
use crate::domain::publish::PublishedPact;
use crate::record::change::change;
use crate::record::from_bytes;
use crate::record::intent::IntentRecord;
use crate::record::path;
use crate::record::path::Branch;
use crate::record::to_bytes;
use crate::store::Actor;
use crate::store::Note;
use crate::store::StoreError;
use crate::store::git::Queue;
use crate::store::ledger::StoreLedger;
use crate::store::overlay::Overlay;

/// The intents that wait, and the queue that they were read from.
pub struct Pending {
    queue: Queue,
    /// The intents, first come first.
    pub intents: Vec<Intent>,
}

/// A write that is pending, and why it cannot be recorded as the store is now.
#[derive(Debug)]
pub struct HeldBack {
    /// The write.
    pub intent: Intent,
    /// Why not.
    pub refusal: Refusal,
}

/// Returns what waits to be pushed.
///
/// # Errors
///
/// Fails if it cannot be read.
pub fn read(site: &Site) -> Result<Pending, Unreadable> {
    let unreadable = |source: Box<dyn std::error::Error + Send + Sync>| Unreadable {
        what: "what is pending (refs/git-pact/pending)".to_owned(),
        source,
    };
    let queue = site
        .store
        .queue()
        .map_err(|error| unreadable(error.into()))?;
    let mut intents = Vec::new();
    for file in &queue.files {
        let record: IntentRecord = from_bytes(file).map_err(|error| unreadable(error.into()))?;
        intents.push(Intent::try_from(record).map_err(|error| unreadable(error.into()))?);
    }
    Ok(Pending { queue, intents })
}

/// Says whether two intents are the same, as they would be kept.
#[must_use]
pub fn is_same(one: &Intent, other: &Intent) -> bool {
    let bytes = |intent: &Intent| to_bytes(&IntentRecord::from(intent.clone()));
    bytes(one) == bytes(other)
}

impl Pending {
    /// Returns how many writes wait, as somebody counts who made them.
    #[must_use]
    pub fn writes(&self) -> usize {
        writes(&self.intents)
    }

    /// Returns the files of all intents but those at some places.
    #[must_use]
    pub fn without(&self, held_back: &[(usize, HeldBack)]) -> Vec<Arc<[u8]>> {
        let is_sent = |index: &usize| held_back.iter().all(|(held, _)| held != index);
        let files = self.queue.files.iter().enumerate();
        files
            .filter(|(index, _)| is_sent(index))
            .map(|(_, file)| Arc::clone(file))
            .collect()
    }
}

fn writes(intents: &[Intent]) -> usize {
    intents.iter().filter(|it| it.stands_alone()).count()
}

/// Adds intents to what waits to be pushed and returns how many writes wait then.
///
/// # Errors
///
/// Fails with [`StoreError::QueueMoved`] if another process changed what waits, and if the disk
/// cannot be written.
pub fn add(
    site: &Site,
    context: &Context,
    pending: &Pending,
    intents: &[Intent],
) -> Result<usize, StoreError> {
    let bytes = |intent: &Intent| Arc::from(to_bytes(&IntentRecord::from(intent.clone())));
    let mut files = pending.queue.files.clone();
    files.extend(intents.iter().map(bytes));
    replace(site, context, &pending.queue, &files)?;
    Ok(pending.writes() + writes(intents))
}

/// Takes files from what waits to be pushed, and leaves whatever else waits by now.
///
/// # Errors
///
/// Fails with [`StoreError::QueueMoved`] if another process changes what waits just now, and if
/// the disk cannot be written.
pub fn remove(site: &Site, context: &Context, sent: &[Arc<[u8]>]) -> Result<(), StoreError> {
    let queue = site.store.queue()?;
    let mut files = queue.files.clone();
    files.retain(|file| !sent.contains(file));
    if files.len() == queue.files.len() {
        return Ok(());
    }
    replace(site, context, &queue, &files)
}

fn replace(
    site: &Site,
    context: &Context,
    queue: &Queue,
    files: &[Arc<[u8]>],
) -> Result<(), StoreError> {
    let note = Note {
        actor: Actor {
            name: "git-pact".to_owned(),
            email: "git-pact@localhost".to_owned(),
        },
        at: context.now,
        message: format!("keep {} pending", files.len()),
    };
    site.store.set_queue(queue, files, &note)
}

/// Puts what is pending on a snapshot and returns how much it was.
///
/// What is refused now is left out: the next push will say why.
///
/// # Errors
///
/// Fails if something cannot be read.
pub fn put_on(
    site: &Site,
    context: &Context,
    overlay: &mut Overlay<'_>,
) -> Result<usize, Unreadable> {
    if site.authority.is_none() {
        return Ok(0);
    }
    let intents = read(site)?.intents;
    for intent in &intents {
        if let Err(Refusal::Unreadable(unreadable)) = put(intent, context, overlay, &links()) {
            return Err(unreadable);
        }
    }
    Ok(intents.len())
}

/// What became of an intent on an overlay.
pub struct Put {
    /// What became of it.
    pub outcome: Option<Outcome>,
    /// Whether it said something that was not known yet.
    pub is_new: bool,
}

/// Decides an intent on an overlay and puts what follows from it on top.
///
/// # Errors
///
/// Refuses what cannot be recorded; the overlay is then as it was.
pub fn put(
    intent: &Intent,
    context: &Context,
    overlay: &mut Overlay<'_>,
    links: &Links<'_>,
) -> Result<Put, Refusal> {
    let decision: Decision = {
        let ledger = StoreLedger::new(overlay);
        intent.decide(&ledger, rules(&ledger, context)?, links)?
    };
    let mut is_new = false;
    for fact in &decision.facts {
        let made = entries(&StoreLedger::new(overlay), fact)?;
        for entry in made {
            let (branch, path, change) = change(entry);
            overlay.put(branch, path, change);
            is_new = true;
        }
    }
    let outcome = intent.outcome(&decision, &StoreLedger::new(overlay))?;
    Ok(Put { outcome, is_new })
}

/// Returns links for people who look into the repository.
#[must_use]
pub fn links() -> Links<'static> {
    fn locate(pact: &PublishedPact, _: &VersionNumber) -> String {
        locate_pact(&pact.consumer, &pact.provider, &pact.content)
    }
    Links {
        pact: &locate,
        webhook_log: None,
    }
}

/// Returns where the bytes of a content lie, as `git show` takes it, e.g. after `origin/`.
#[must_use]
pub fn locate_pact(
    consumer: &PacticipantName,
    provider: &PacticipantName,
    content: &ContentId,
) -> String {
    let path = path::content(consumer, provider, content);
    format!("{}:{path}", Branch::app(consumer))
}
