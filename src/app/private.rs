//! What programs remember about a store, on private refs: a small tree of files each, read and replaced by
//! compare-and-swap.
//!
//! Where the store has a remote, the ref lives there, below `refs/git-pact/`: it is asked for before it is
//! read, and pushed when it is changed, so that a job on a fresh machine goes on where the last one ended. With
//! `--offline` a change is kept here, and goes out with the next one that is not. In a repository without a
//! remote the ref lives in it.
//!
//! * A state is a commit on top of the one before. Nothing is forced: whoever was slower is refused, reads
//!   again and decides again. A tree without files is a ref that was given up.
//! * To read creates no ref, neither here nor there.
//! * If somebody else changed the ref on the remote while changes were kept here, the remote's state counts
//!   and those kept are dropped ([`Kept::dropped`]). So what is kept on such a ref has to be of a kind of
//!   which an earlier state repeats some work, and loses none.
//!
//! [`read()`] and [`change()`] are all that one needs:
//!
//! ```ignore
//! let kept = private::read(site, &name)?;                       // kept.files
//! private::change(site, context, &name, "move it", |files| {    // called again after a lost race
//!     let next = decide(files)?;                                // `None`: there is nothing to change
//!     Ok::<_, MyError>(next)                                    // where `MyError: From<PrivateError>`
//! })?;
//! ```

use std::collections::BTreeMap;
use std::thread;
use std::time::Instant;

use super::Context;
use super::site::Authority;
use super::site::Site;
use super::site::SiteError;
use crate::record::private_ref::PrivateRef;
use crate::remote::Backoff;
use crate::remote::Depth;
use crate::remote::InvalidObjectId;
use crate::remote::NextStep;
use crate::remote::ObjectId;
use crate::remote::PushOutcome;
use crate::remote::RefName;
use crate::remote::RemoteError;
use crate::remote::Update;
use crate::store::Note;
use crate::store::Revision;
use crate::store::StoreError;
use crate::store::git::Files;

/// How often a ref may be found locked before the lock is taken for one that was left behind.
const LOCKED_TIMES: u32 = 10;

/// How often a ref that moves while it is looked at is looked at again.
const LOOKS: u32 = 8;

/// What is remembered on a private ref.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// The files, by their paths with slashes; none if there is no such ref.
    pub files: Files,
    /// Whether a change that was kept here, offline, counts no more: somebody else was faster.
    pub dropped: bool,
    /// The commit that has the files.
    at: Option<Revision>,
    /// Where the ref is in the repository.
    here: Option<Revision>,
    /// Where it is on the remote.
    there: Option<Revision>,
}

/// What became of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The files as they are now.
    pub files: Files,
    /// Whether the ref has moved.
    pub moved: bool,
}

/// What is remembered about the store cannot be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum PrivateError {
    /// The remote refuses it, and would again.
    #[error("the remote did not take {name}, so nothing was remembered there: {outcome}")]
    Push {
        /// The ref.
        name: PrivateRef,
        /// What the remote said.
        outcome: PushOutcome,
    },
    /// Others kept changing it first.
    #[error("gave up after {attempts} attempts to move {name}: others moved it first each time")]
    LostRaces {
        /// The ref.
        name: PrivateRef,
        /// How often it was tried.
        attempts: u32,
    },
    /// The remote could not be used.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// The repository could not be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<RemoteError> for PrivateError {
    fn from(error: RemoteError) -> Self {
        Self::Site(error.into())
    }
}

/// Returns what is remembered on a ref, as the remote has it if there is one and it may be asked.
///
/// # Errors
///
/// Fails if the remote cannot be reached, or the repository cannot be read.
pub fn read(site: &Site, name: &PrivateRef) -> Result<Kept, PrivateError> {
    let there = match online(site) {
        Some(authority) => tip_there(authority, name)?,
        None => None,
    };
    state(site, name, there)
}

/// Returns the cursors that there are, sorted, with what is remembered on each. Those given up are among them,
/// without files.
///
/// # Errors
///
/// Fails if the remote cannot be reached, or the repository cannot be read.
pub fn cursors(site: &Site) -> Result<Vec<(PrivateRef, Kept)>, PrivateError> {
    let mut names = site.store.cursors()?;
    let there = match online(site) {
        Some(Authority { git, remote, .. }) => git.refs_of(remote, PrivateRef::CURSORS)?,
        None => BTreeMap::new(),
    };
    let on_the_remote = there.keys();
    names.extend(on_the_remote.filter_map(|name| PrivateRef::parse_cursor(name.as_str())));
    names.sort();
    names.dedup();
    let mut cursors = Vec::new();
    for name in names {
        let tip = there.get(&ref_name(&name)?).map(revision);
        let kept = state(site, &name, tip)?;
        cursors.push((name, kept));
    }
    Ok(cursors)
}

/// Replaces what is remembered on a ref by what is decided on it, until nobody else was faster.
///
/// `decide` gets the files and returns those to be there instead; `None` if they are to stay. It is called again
/// after each lost race, on what won. Two who write the same files in one second, on top of the same state
/// and in the same name, both succeed: they made one commit.
///
/// # Errors
///
/// Fails as `decide` does; if the remote cannot be reached or does not take it, and then nothing has changed;
/// if others keep being faster, after about two minutes.
pub fn change<E: From<PrivateError>>(
    site: &Site,
    context: &Context,
    name: &PrivateRef,
    message: &str,
    mut decide: impl FnMut(&Files) -> Result<Option<Files>, E>,
) -> Result<Changed, E> {
    let note = Note {
        actor: site.actor(context),
        at: context.now,
        message: message.to_owned(),
    };
    site.refuse_to_be_written().map_err(PrivateError::from)?;
    let (start, backoff) = (Instant::now(), Backoff::new(context.seed));
    let (mut attempts, mut locked) = (1, 0);
    loop {
        let kept = read(site, name)?;
        let next = decide(&kept.files)?;
        let is_new = next.is_some();
        let files = next.unwrap_or_else(|| kept.files.clone());
        // What was kept offline goes out even if there is nothing to add.
        let new = if is_new || kept.is_behind(site) {
            commit(site, &kept, &files, &note).map_err(PrivateError::from)?
        } else {
            None
        };
        let Some(new) = new else {
            return Ok(Changed {
                files,
                moved: false,
            });
        };
        match has_moved(site, name, &kept, &new) {
            Ok(true) => return Ok(Changed { files, moved: true }),
            Ok(false) => {}
            Err(PrivateError::Store(StoreError::Locked { .. })) if locked < LOCKED_TIMES => {
                locked += 1;
            }
            Err(error) => return Err(error.into()),
        }
        let Some(pause) = backoff.next_within_budget(attempts, start.elapsed()) else {
            let name = name.clone();
            return Err(PrivateError::LostRaces { name, attempts }.into());
        };
        thread::sleep(pause);
        attempts += 1;
    }
}

impl Kept {
    /// Says whether there is a remote to be written, and it is not where these files are.
    fn is_behind(&self, site: &Site) -> bool {
        online(site).is_some() && self.at != self.there
    }
}

/// Returns the commit that the ref should be at; `None` if it is there.
fn commit(
    site: &Site,
    kept: &Kept,
    files: &Files,
    note: &Note,
) -> Result<Option<Revision>, StoreError> {
    let is_behind = kept.is_behind(site);
    // On a remote that does not have the ref it begins anew: a shallow clone has not all of what was before.
    let on = kept.at.as_ref();
    let on = on.filter(|_| !is_behind || kept.there.is_some());
    let new = site.store.commit_folder(on, files, note)?;
    Ok(new.or_else(|| kept.at.clone().filter(|_| is_behind)))
}

/// Moves the ref from where it was seen, on the remote if there is one, and says whether it is there now.
fn has_moved(
    site: &Site,
    name: &PrivateRef,
    kept: &Kept,
    new: &Revision,
) -> Result<bool, PrivateError> {
    let Some(authority) = online(site) else {
        return Ok(site.store.move_private(name, kept.here.as_ref(), new)?);
    };
    let update = Update {
        name: ref_name(name)?,
        old: kept.there.as_ref().map(object_id).transpose()?,
        new: object_id(new)?,
    };
    let outcome = authority.push(&[update])?;
    let landed = match outcome.next_step() {
        NextStep::Done => true,
        NextStep::DecideAgain | NextStep::TryAgain => false,
        NextStep::Look => has_landed(site, name, new)?,
        // A hook of the server may be the one to notice that somebody else was faster.
        NextStep::GiveUp if tip_there(authority, name).ok() != Some(kept.there.clone()) => false,
        NextStep::GiveUp => {
            let name = name.clone();
            return Err(PrivateError::Push { name, outcome });
        }
    };
    if landed {
        // What is on the remote counts. If this does not come to be, it is asked for again.
        let _ = site.store.move_private(name, kept.here.as_ref(), new);
    }
    Ok(landed)
}

/// Says whether a commit is on the remote, or below what is there, after the connection was cut.
fn has_landed(site: &Site, name: &PrivateRef, new: &Revision) -> Result<bool, PrivateError> {
    match read(site, name)?.there {
        Some(there) => Ok(site.store.is_on_top_of(&there, new)?),
        None => Ok(false),
    }
}

/// Returns what is remembered on a ref that was seen somewhere on the remote.
fn state(site: &Site, name: &PrivateRef, there: Option<Revision>) -> Result<Kept, PrivateError> {
    let store = &site.store;
    let here = store.private_tip(name)?;
    let there = brought(site, name, here.is_some(), there)?;
    let (at, dropped) = match (&here, &there) {
        (Some(here), Some(there)) => {
            let is_kept = store.is_on_top_of(here, there)?;
            let is_seen = is_kept || store.is_on_top_of(there, here)?;
            let at = if is_kept { here } else { there };
            (Some(at.clone()), !is_seen)
        }
        (here, there) => (there.clone().or_else(|| here.clone()), false),
    };
    let files = match &at {
        Some(at) => store.private_files(at)?,
        None => Files::new(),
    };
    Ok(Kept {
        files,
        dropped,
        at,
        here,
        there,
    })
}

/// Returns where the ref is on the remote, with what it holds brought here.
fn brought(
    site: &Site,
    name: &PrivateRef,
    is_known: bool,
    mut there: Option<Revision>,
) -> Result<Option<Revision>, PrivateError> {
    let Some(authority) = online(site) else {
        return Ok(there);
    };
    for _ in 0..LOOKS {
        let is_lacking = |tip: &Revision| Ok::<_, StoreError>(!site.store.has_commit(tip)?);
        if !there.as_ref().map(is_lacking).transpose()?.unwrap_or(false) {
            break;
        }
        let Authority { git, remote, .. } = authority;
        git.fetch_other(remote, &ref_name(name)?, depth(site, is_known))?;
        // It may have moved since it was seen, and of a shallow history only what is newest comes.
        there = tip_there(authority, name)?;
    }
    Ok(there)
}

/// Returns how much of the history of a ref is fetched: its tip will do where the clone is shallow anyway,
/// unless what is new is to be compared with what is here.
fn depth(site: &Site, is_known: bool) -> Depth {
    match online(site) {
        Some(authority) if !is_known && !site.store.is_shallow() => authority.depth(),
        Some(_) if !is_known => Depth::Tip,
        _ => Depth::AsIs,
    }
}

/// Returns the remote, if there is one and it is not to be left alone.
fn online(site: &Site) -> Option<&Authority> {
    let authority = site.authority.as_ref();
    authority.filter(|authority| !authority.is_offline())
}

fn tip_there(authority: &Authority, name: &PrivateRef) -> Result<Option<Revision>, PrivateError> {
    let Authority { git, remote, .. } = authority;
    let tips = git.refs_of(remote, name.as_str())?;
    Ok(tips.values().next().map(revision))
}

fn revision(id: &ObjectId) -> Revision {
    Revision(id.as_str().to_owned())
}

fn ref_name(name: &PrivateRef) -> Result<RefName, RemoteError> {
    Ok(name.as_str().parse()?)
}

fn object_id(revision: &Revision) -> Result<ObjectId, StoreError> {
    let unreadable = |error: InvalidObjectId| StoreError::Backend {
        action: format!("name object {revision} to git"),
        source: error.into(),
    };
    revision.0.parse().map_err(unreadable)
}
