//! The write loop: decide on the last known tips, build, push; on a lost race read what won,
//! decide again, push again.
//!
//! Exit 0 from a write means that it is on the remote, or on disk and synced where the repository
//! is the authority or the write was offline (promise 1). What is new goes out as one commit a
//! branch and one push; where nothing is new there is neither.

mod bundled;
mod draft;
mod needs;
mod patience;
mod sign;

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

pub use self::draft::Draft;
use self::draft::Drafted;
use self::draft::Group;
pub use self::draft::Request;
pub(super) use self::needs::needs;
use self::patience::Patience;
use self::patience::Standstill;

use super::Context;
use super::bundle::BundleError;
use super::clean;
use super::fresh::Fresh;
use super::message;
use super::pending;
use super::pending::HeldBack;
use super::pending::Pending;
use super::site::Site;
use super::site::SiteError;
use super::site::remote_ref;
use crate::domain::intent::Intent;
use crate::domain::intent::Outcome;
use crate::domain::intent::Refusal;
use crate::domain::ledger::Unreadable;
use crate::record::change::Change;
use crate::record::change::Changes;
use crate::record::path::Branch;
use crate::record::path::Owner;
use crate::remote::InvalidObjectId;
use crate::remote::NextStep;
use crate::remote::ObjectId;
use crate::remote::PushOutcome;
use crate::remote::RemoteError;
use crate::remote::Update;
use crate::store::Advance;
use crate::store::Note;
use crate::store::RecordStore;
use crate::store::Revision;
use crate::store::Snapshot;
use crate::store::StoreError;
use crate::store::git::Moment;
use crate::store::overlay::Overlay;

/// How often the remote is looked at after a push that may have landed: what cut the connection may
/// be over in a moment.
const LOOKS: u32 = 3;

/// What a write came to.
#[derive(Debug)]
pub struct Written<D = Vec<Option<Outcome>>> {
    /// What became of each intent, or of each request, in the order in which they were given.
    pub outcomes: D,
    /// The intents that said something new, in the order in which they were decided.
    pub recorded: Vec<Intent>,
    /// Where it is now.
    pub state: State,
    /// How many earlier writes that were pending went out with it.
    pub sent: usize,
    /// Earlier writes that are pending and did not go out; they are kept.
    pub refused: Vec<HeldBack>,
}

/// Where a write is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Everything was known already.
    NothingNew,
    /// On the remote, or in the repository that is the authority.
    Landed {
        /// The branches that moved, and to which commits.
        advances: Vec<Advance>,
        /// How often it was tried.
        attempts: u32,
    },
    /// On disk and synced, not pushed yet.
    Kept {
        /// How many writes are pending now.
        pending: usize,
    },
    /// In a bundle, not recorded anywhere.
    Bundled {
        /// The file, as it was named.
        file: PathBuf,
        /// How many writes it holds now.
        writes: usize,
    },
}

/// A write did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// It cannot be recorded, now or later.
    #[error(transparent)]
    Refused(Refusal),
    /// Others kept writing first.
    #[error("gave up after {attempts} attempts in {} seconds: others wrote first each time", elapsed.as_secs())]
    LostRaces {
        /// How often it was tried.
        attempts: u32,
        /// How long.
        elapsed: Duration,
        /// Whether the write is kept here, to be pushed later.
        kept: bool,
    },
    /// The remote cannot move a branch, and nobody else moves it either.
    #[error(
        "gave up after {attempts} attempts in {} seconds: the remote cannot move a branch that nobody \
         else writes\n{said}",
        elapsed.as_secs()
    )]
    Stuck {
        /// How often it was tried.
        attempts: u32,
        /// How long.
        elapsed: Duration,
        /// What the remote said.
        said: String,
        /// Whether the write is kept here, to be pushed later.
        kept: bool,
    },
    /// The connection ended during a push, and the remote could not be looked at afterwards.
    #[error(
        "it is not known whether this was recorded: the connection ended before the remote had \
         answered, and then the remote could not be looked at"
    )]
    Unsure {
        /// Why the remote could not be looked at.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The remote refuses it, and would again.
    #[error("the push did not land: {outcome}")]
    Push {
        /// What it said.
        outcome: PushOutcome,
    },
    /// The bundle that it was to go into could not be read or written.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// A record could not be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The store could not be brought up to date.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// The store could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Refusal> for WriteError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Unreadable(unreadable) => Self::Unreadable(unreadable),
            refusal => Self::Refused(refusal),
        }
    }
}

impl From<RemoteError> for WriteError {
    fn from(error: RemoteError) -> Self {
        Self::Site(SiteError::Remote(error))
    }
}

/// What is to be written, decided anew on every state of the store that it is tried on.
pub(super) trait Work {
    /// What it comes to.
    type Done;

    /// Returns the branches to bring up to date in one fetch before it is decided.
    fn needs(&self, site: &Site) -> Result<Vec<Branch>, SiteError>;

    /// Returns what is known here, to decide on without the network.
    fn here<'a>(&self, site: &'a Site) -> Box<dyn Snapshot + 'a>;

    /// Decides on a draft and puts on it what is to be written.
    fn decide(&self, draft: &mut Draft<'_>) -> Result<Self::Done, WriteError>;

    /// Returns the message of a commit that records intents.
    fn message(&self, intents: &[&Intent]) -> String {
        message::commit_message(intents)
    }
}

/// Intents of which all are written or none.
struct Intents<'a>(&'a [Intent]);

impl Work for Intents<'_> {
    type Done = Vec<Option<Outcome>>;

    fn needs(&self, site: &Site) -> Result<Vec<Branch>, SiteError> {
        let mut branches = Vec::new();
        for intent in self.0 {
            branches.extend(needs(site, intent)?);
        }
        Ok(branches)
    }

    fn here<'a>(&self, site: &'a Site) -> Box<dyn Snapshot + 'a> {
        Box::new(site.store.at(Moment::Now))
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<Self::Done, WriteError> {
        let put = |intent: &Intent| Ok(draft.put(intent.clone())?);
        self.0.iter().map(put).collect()
    }
}

/// What was decided on one state of the store.
struct Decided<D> {
    done: D,
    /// What is to be recorded: the intents that say something that is not known yet.
    intents: Vec<Intent>,
    changes: Changes,
    /// Which of the pending intents were refused on this state, and why.
    held_back: Vec<(usize, HeldBack)>,
}

/// Writes what follows from intents, together with what was pending.
///
/// # Errors
///
/// Refuses if an intent is refused; then nothing of this write was recorded.
pub fn write(
    site: &mut Site,
    context: &Context,
    intents: &[Intent],
) -> Result<Written, WriteError> {
    work(site, context, &Intents(intents))
}

/// Writes what follows from several requests in one go: one commit a branch and one push.
///
/// Each request is decided on the state that those before it leave. One that is refused leaves no
/// trace and does not stop the others; what it failed with is its own result.
///
/// # Errors
///
/// Fails if the whole could not be written; then nothing of any request was recorded.
pub fn write_all<T, E: From<Refusal>>(
    site: &mut Site,
    context: &Context,
    requests: &[Request<'_, T, E>],
) -> Result<Written<Vec<Result<T, E>>>, WriteError> {
    let group = Group {
        requests,
        all_is_here: false,
        origin: None,
    };
    work(site, context, &group)
}

/// Does the same, and says in the commits where it comes from.
///
/// # Errors
///
/// Fails if the whole could not be written; then nothing of any request was recorded.
pub fn write_from<T, E: From<Refusal>>(
    site: &mut Site,
    context: &Context,
    requests: &[Request<'_, T, E>],
    origin: &str,
) -> Result<Written<Vec<Result<T, E>>>, WriteError> {
    let group = Group {
        requests,
        all_is_here: false,
        origin: Some(origin),
    };
    work(site, context, &group)
}

/// Keeps what follows from several requests here, to be pushed later with `write(site, context,
/// &[])`; where the repository is the authority, it is written.
///
/// The network is left alone; `context` and the site have to say so. Whoever calls this has seen to
/// it that everything was fetched at least once: what is not here does not exist.
///
/// # Errors
///
/// Fails if the whole could not be kept; then nothing of any request was.
pub fn keep_all<T, E: From<Refusal>>(
    site: &mut Site,
    context: &Context,
    requests: &[Request<'_, T, E>],
) -> Result<Written<Vec<Result<T, E>>>, WriteError> {
    let group = Group {
        requests,
        all_is_here: true,
        origin: None,
    };
    work(site, context, &group)
}

pub(super) fn work<W: Work>(
    site: &mut Site,
    context: &Context,
    work: &W,
) -> Result<Written<W::Done>, WriteError> {
    if let Some(file) = &context.bundle {
        return bundled::bundle(site, context, work, file);
    }
    site.refuse_to_be_written()?;
    match &site.authority {
        Some(authority) if authority.is_offline() => keep(site, context, work),
        Some(_) => push(site, context, work),
        None => commit(site, context, work),
    }
}

/// Writes to the repository itself, which is the authority.
fn commit<W: Work>(
    site: &Site,
    context: &Context,
    work: &W,
) -> Result<Written<W::Done>, WriteError> {
    let mut patience = Patience::new(context);
    let mut standstill = Standstill::default();
    loop {
        let fresh = Fresh::new(site, Moment::Now);
        let decided = decide(&fresh, context, &[], work)?;
        let advances = build(site, context, &fresh, &decided, &[], work)?;
        if advances.is_empty() {
            return Ok(written(decided, State::NothingNew, 0));
        }
        if decided.takes_versions() && clean::is_overtaken(site, &fresh)? {
            patience.wait().map_err(lost(false))?;
            continue;
        }
        match site.store.advance(&advances) {
            Ok(()) => {
                let attempts = patience.attempts;
                return Ok(written(decided, State::Landed { advances, attempts }, 0));
            }
            Err(StoreError::Moved { .. }) => patience.wait().map_err(lost(false))?,
            // A lock behind which nothing moves for long was left behind: the error says where it is.
            Err(error @ StoreError::Locked { .. }) => {
                if standstill.is_reached(&advances) || patience.wait().is_err() {
                    return Err(error.into());
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Writes to the remote.
fn push<W: Work>(
    site: &mut Site,
    context: &Context,
    work: &W,
) -> Result<Written<W::Done>, WriteError> {
    let mut in_doubt = false;
    push_until_done(site, context, work, &mut in_doubt).map_err(|error| match error {
        error @ WriteError::Site(SiteError::PushedElsewhere { .. }) => error,
        WriteError::Site(error) if in_doubt => WriteError::Unsure {
            source: error.into(),
        },
        WriteError::Unreadable(error) if in_doubt => WriteError::Unsure {
            source: error.into(),
        },
        error => error,
    })
}

/// Writes to the remote, and says whether a push was cut off: what it has sent may land even after
/// the remote was looked at.
fn push_until_done<W: Work>(
    site: &mut Site,
    context: &Context,
    work: &W,
    in_doubt: &mut bool,
) -> Result<Written<W::Done>, WriteError> {
    let mut patience = Patience::new(context);
    let retrying = site.progress.begin("trying to push again");
    // A push of which we do not know whether it landed: the connection was cut.
    let mut unsure: Option<Pushed<W::Done>> = None;
    let mut looks = 0;
    // What the last attempt looked at: the next one has it fetched in one round trip.
    let mut looked_at = Vec::new();
    let mut standstill = Standstill::default();
    loop {
        if let Some(pushed) = unsure.take() {
            match has_landed(site, &pushed.advances) {
                Ok(true) => {
                    settle(site, context, &pushed.waiting, &pushed.decided)?;
                    return Ok(pushed.written(patience.attempts - 1));
                }
                Ok(false) => looks = 0,
                Err(error) => {
                    looks += 1;
                    if looks == LOOKS || patience.wait().is_err() {
                        return Err(error.into());
                    }
                    unsure = Some(pushed);
                    site.forget_remote();
                    continue;
                }
            }
        }
        // Another process may have sent what was pending while we waited.
        let waiting = pending::read(site)?;
        let mut needed = work.needs(site)?;
        for intent in &waiting.intents {
            needed.extend(needs(site, intent)?);
        }
        needed.append(&mut looked_at);
        site.refresh(&needed)?;
        let fresh = Fresh::new(site, Moment::Now);
        let decided = match decide(&fresh, context, &waiting.intents, work) {
            Err(refused @ WriteError::Refused(_)) => {
                send_waiting(site, context, &waiting);
                return Err(refused);
            }
            decided => decided?,
        };
        looked_at = fresh.tips().into_keys().collect();
        let advances = build(site, context, &fresh, &decided, &waiting.intents, work)?;
        if advances.is_empty() {
            settle(site, context, &waiting, &decided)?;
            let sent = waiting.writes().saturating_sub(decided.held_back.len());
            return Ok(written(decided, State::NothingNew, sent));
        }
        if decided.takes_versions() && clean::is_overtaken(site, &fresh)? {
            patience.wait().map_err(lost(false))?;
            continue;
        }
        let Some(authority) = &site.authority else {
            return commit(site, context, work);
        };
        let updates = advances.iter().map(update).collect::<Result<Vec<_>, _>>()?;
        let outcome = authority.push(&updates)?;
        if let PushOutcome::LostRace { said, .. } = &outcome
            && standstill.is_reached(&advances)
        {
            return Err(WriteError::Stuck {
                attempts: patience.attempts,
                elapsed: patience.elapsed(),
                said: said.trim_end().to_owned(),
                kept: keep(site, context, work).is_ok(),
            });
        }
        // A hook of the server may be the one to notice that somebody else was faster.
        // If that cannot be found out, its words are what there is to say.
        let is_lost = matches!(outcome, PushOutcome::Refused { .. })
            && has_moved(site, &advances).unwrap_or(false);
        let pushed = Pushed {
            advances,
            waiting,
            decided,
        };
        match outcome.next_step() {
            NextStep::Done => {
                // git may have moved what we last saw already; either way it is true now.
                let _ = site.store.advance(&pushed.advances);
                site.remember_pushed(&updates);
                settle(site, context, &pushed.waiting, &pushed.decided)?;
                return Ok(pushed.written(patience.attempts));
            }
            NextStep::Look => {
                *in_doubt = true;
                unsure = Some(pushed);
            }
            NextStep::DecideAgain | NextStep::TryAgain => {}
            NextStep::GiveUp if is_lost => {}
            NextStep::GiveUp => return Err(WriteError::Push { outcome }),
        }
        let tried = usize::try_from(patience.attempts).unwrap_or(usize::MAX);
        retrying.at(tried, None);
        if let Err(waited) = patience.wait() {
            let kept = keep(site, context, work).is_ok();
            return Err(lost(kept)(waited));
        }
        site.forget_remote();
    }
}

/// Pushes what waits although what is new was refused: it may have been refused because the same
/// waits already, and whoever said that wants it on the remote.
///
/// What became of it is not this write's answer; what does not go out is kept, and the next push says
/// why.
fn send_waiting(site: &mut Site, context: &Context, waiting: &Pending) {
    if !waiting.intents.is_empty() {
        let _ = push(site, context, &Intents(&[]));
    }
}

impl<D> Decided<D> {
    /// Says whether versions are taken away that others may just be pointing to.
    fn takes_versions(&self) -> bool {
        let is_app = |branch: &Branch| matches!(branch.owner(), Owner::App(_));
        let apps = self.changes.iter().filter(|(branch, _)| is_app(branch));
        let mut files = apps.flat_map(|(_, files)| files);
        files.any(|(path, change)| match change {
            Change::File(_) => false,
            Change::NoFile => path.is_version(),
            // A pacticipant as a whole.
            Change::NoDirectory => true,
        })
    }
}

/// What was pushed, and what it was decided from.
struct Pushed<D> {
    advances: Vec<Advance>,
    waiting: Pending,
    decided: Decided<D>,
}

impl<D> Pushed<D> {
    /// Returns what the write came to once it has landed.
    fn written(self, attempts: u32) -> Written<D> {
        let sent = self
            .waiting
            .writes()
            .saturating_sub(self.decided.held_back.len());
        let advances = self.advances;
        written(self.decided, State::Landed { advances, attempts }, sent)
    }
}

/// Says whether commits that were pushed are on the remote, at the tips or below them. Looking
/// comes before deciding again: what has landed may be refused the second time, as an
/// undeployment is.
fn has_landed(site: &Site, advances: &[Advance]) -> Result<bool, SiteError> {
    let branches: Vec<Branch> = advances.iter().map(|it| it.branch.clone()).collect();
    site.refresh(&branches)?;
    for Advance { branch, old, new } in advances {
        if !site.store.contains(branch, new, old.as_ref())? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Says whether a branch on the remote is not what commits were built on. Where it is tells, not what
/// anybody says.
fn has_moved(site: &Site, advances: &[Advance]) -> Result<bool, WriteError> {
    site.forget_remote();
    let tips = site.remote_tips()?;
    let moved = |advance: &Advance| {
        let there = tips.as_ref().and_then(|tips| tips.get(&advance.branch));
        there != advance.old.as_ref()
    };
    Ok(advances.iter().any(moved))
}

/// Keeps intents here, to be pushed later.
fn keep<W: Work>(site: &Site, context: &Context, work: &W) -> Result<Written<W::Done>, WriteError> {
    let mut patience = Patience::new(context);
    loop {
        let waiting = pending::read(site)?;
        let here = work.here(site);
        let decided = match decide(&*here, context, &waiting.intents, work) {
            Err(WriteError::Refused(refusal)) => {
                // What is not here may be on the remote: then nobody knows, and that is no "no".
                for branch in work.needs(site)? {
                    site.refuse_unfetched(&branch)?;
                }
                return Err(WriteError::Refused(refusal));
            }
            decided => decided?,
        };
        if decided.intents.is_empty() {
            return Ok(written(decided, State::NothingNew, 0));
        }
        match pending::add(site, context, &waiting, &decided.intents) {
            Ok(pending) => return Ok(written(decided, State::Kept { pending }, 0)),
            Err(error @ StoreError::QueueMoved) => patience.wait().map_err(|_| error)?,
            Err(error @ StoreError::Locked { .. }) if patience.is_long() => {
                return Err(error.into());
            }
            Err(error @ StoreError::Locked { .. }) => patience.wait().map_err(|_| error)?,
            Err(error) => return Err(error.into()),
        }
    }
}

/// Decides what is pending and what is new, one on top of the other.
fn decide<W: Work>(
    base: &dyn Snapshot,
    context: &Context,
    waiting: &[Intent],
    work: &W,
) -> Result<Decided<W::Done>, WriteError> {
    let mut overlay = Overlay::new(base);
    let mut held_back = Vec::new();
    for (index, intent) in waiting.iter().enumerate() {
        match pending::put(intent, context, &mut overlay, &pending::links()) {
            Ok(_) => {}
            Err(Refusal::Unreadable(unreadable)) => return Err(unreadable.into()),
            Err(refusal) => {
                let intent = intent.clone();
                held_back.push((index, HeldBack { intent, refusal }));
            }
        }
    }
    let mut draft = Draft::new(overlay, context);
    let done = work.decide(&mut draft)?;
    let Drafted { intents, changes } = draft.into_parts();
    Ok(Decided {
        done,
        intents,
        changes,
        held_back,
    })
}

/// Builds the commits, which nobody sees yet.
fn build<W: Work>(
    site: &Site,
    context: &Context,
    base: &dyn Snapshot,
    decided: &Decided<W::Done>,
    waiting: &[Intent],
    work: &W,
) -> Result<Vec<Advance>, WriteError> {
    let intents: Vec<&Intent> = waiting.iter().chain(&decided.intents).collect();
    let note = Note {
        actor: site.actor(context),
        at: context.now,
        message: work.message(&intents),
    };
    let advances = site.store.commit(base, &decided.changes, &note)?;
    match &site.signer {
        None => Ok(advances),
        Some(git) => sign::signed(site, git, advances, &note),
    }
}

/// Takes what went out from what is pending, and leaves what another process has kept meanwhile.
fn settle<D>(
    site: &Site,
    context: &Context,
    waiting: &Pending,
    decided: &Decided<D>,
) -> Result<(), WriteError> {
    let sent = waiting.without(&decided.held_back);
    if sent.is_empty() {
        return Ok(());
    }
    let mut patience = Patience::new(context);
    loop {
        match pending::remove(site, context, &sent) {
            Err(error @ StoreError::QueueMoved) => patience.wait().map_err(|_| error)?,
            Err(error @ StoreError::Locked { .. }) if !patience.is_long() => {
                patience.wait().map_err(|_| error)?;
            }
            settled => return Ok(settled?),
        }
    }
}

/// Returns the error of a writer whose patience has come to an end.
fn lost(kept: bool) -> impl Fn((u32, Duration)) -> WriteError {
    move |(attempts, elapsed)| WriteError::LostRaces {
        attempts,
        elapsed,
        kept,
    }
}

fn written<D>(decided: Decided<D>, state: State, sent: usize) -> Written<D> {
    let refused = decided.held_back.into_iter().map(|(_, held)| held);
    Written {
        outcomes: decided.done,
        recorded: decided.intents,
        state,
        sent,
        refused: refused.collect(),
    }
}

fn update(advance: &Advance) -> Result<Update, WriteError> {
    Ok(Update {
        name: remote_ref(&advance.branch)?,
        old: advance.old.as_ref().map(object_id).transpose()?,
        new: object_id(&advance.new)?,
    })
}

/// Returns the name that an object has for the `git` program.
fn object_id(revision: &Revision) -> Result<ObjectId, StoreError> {
    let unreadable = |error: InvalidObjectId| StoreError::Backend {
        action: format!("name object {revision} to git"),
        source: error.into(),
    };
    revision.0.parse().map_err(unreadable)
}
