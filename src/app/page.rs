//! What people see of the contracts at a forge: the network in the `README.md` on the branch that it shows,
//! and sites on a branch of their own.
//!
//! These branches are not the store's. They are written with the same care: a commit on top of what is there, and
//! only if that is still there; never by force, never over what is not ours, never under somebody's work tree.

use std::collections::BTreeMap;
use std::thread;
use std::time::Instant;

use super::Context;
use super::site::Authority;
use super::site::Site;
use super::site::SiteError;
use crate::domain::marked_section::Unplaceable;
use crate::domain::marked_section::placed;
use crate::record::path::Branch;
use crate::record::site_manifest;
use crate::remote::Backoff;
use crate::remote::InvalidObjectId;
use crate::remote::InvalidRefName;
use crate::remote::NextStep;
use crate::remote::ObjectId;
use crate::remote::PushOutcome;
use crate::remote::RefName;
use crate::remote::RemoteError;
use crate::remote::Unsigned;
use crate::remote::Update;

use crate::store::Note;
use crate::store::Revision;
use crate::store::StoreError;
use crate::store::git::PageMove;

/// The name of the file, which every forge shows.
pub const FILE: &str = "README.md";

/// The branch that is made where there is none yet.
const FIRST: &str = "main";

/// What became of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageWritten {
    /// The branch, without `refs/heads/`.
    pub branch: String,
    /// The commit that has it now; `None` if all of it was there already.
    pub commit: Option<Revision>,
}

/// The page was not written.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// The name given is not one of a branch.
    #[error("`{name}` is not a name for a branch")]
    Name {
        /// The name.
        name: String,
        /// Why not.
        source: InvalidRefName,
    },
    /// The branch holds records.
    #[error("`{0}` is a branch of the store, which holds nothing but records")]
    OfStore(String),
    /// What is not a record cannot be kept for later.
    #[error("it cannot be written offline: only records are kept until the next push")]
    Offline,
    /// Somebody works on the branch.
    #[error("`{branch}` is checked out at {}, where the next commit would undo it", path.display())]
    CheckedOut {
        /// The branch.
        branch: String,
        /// Where.
        path: std::path::PathBuf,
    },
    /// What is there is not ours.
    #[error("{FILE} on `{branch}` is left as it is")]
    NotOurs {
        /// The branch.
        branch: String,
        /// Why.
        source: Unplaceable,
    },
    /// Somebody changed it, or made it.
    #[error("{path} on `{branch}` is there already and says something else")]
    Differs {
        /// The branch.
        branch: String,
        /// The file.
        path: String,
    },
    /// What is there is no site.
    #[error("`{0}` holds something else than a site")]
    NotASite(String),
    /// The remote refuses it, and would again.
    #[error("the push did not land: {0}")]
    Push(PushOutcome),
    /// Others kept writing first.
    #[error("gave up after {0} attempts: others wrote first each time")]
    LostRaces(u32),
    /// The remote could not be used.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// The repository could not be used.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<RemoteError> for PageError {
    fn from(error: RemoteError) -> Self {
        Self::Site(error.into())
    }
}

/// Puts a section into the page, in one commit; none where it says the same already.
///
/// Without a branch it is the one that the repository, or its remote, shows: `main`, if there is none yet.
///
/// # Errors
///
/// Fails if the page is not ours, if the branch is the store's or checked out somewhere, or if it cannot be
/// written. Then it is as it was.
pub fn write(
    site: &Site,
    context: &Context,
    branch: Option<&str>,
    section: &str,
) -> Result<PageWritten, PageError> {
    let branch = branch_of_page(site, branch)?;
    let message = format!("Show the network of contracts in {FILE}");
    refuse_branch_of_store(&branch)?;
    publish(site, context, &branch, message, |old, note| {
        let file = match old {
            Some(old) => site.store.page(old, FILE)?,
            None => None,
        };
        let not_ours = |source| PageError::NotOurs {
            branch: branch.clone(),
            source,
        };
        let wanted = placed(file.as_deref(), section).map_err(not_ours)?;
        if file.as_deref() == Some(&wanted) {
            return Ok(None);
        }
        Ok(Some(site.store.commit_page(old, FILE, &wanted, note)?))
    })
}

/// Puts a site in place of what is on its branch, in one commit; none where it is there already.
///
/// # Errors
///
/// Fails if something else than a site is on the branch, and as [`write()`] does.
pub fn push_site(
    site: &Site,
    context: &Context,
    branch: &str,
    files: &BTreeMap<String, Vec<u8>>,
) -> Result<PageWritten, PageError> {
    let message = "Build the site of the contracts".to_owned();
    refuse_branch_of_store(branch)?;
    publish(site, context, branch, message, |old, note| {
        let is_ours = match old {
            Some(old) => site.store.page(old, site_manifest::FILE)?.is_some(),
            None => true,
        };
        if !is_ours {
            return Err(PageError::NotASite(branch.to_owned()));
        }
        Ok(site.store.commit_folder(old, files, note)?)
    })
}

/// Fails if a branch holds records.
fn refuse_branch_of_store(branch: &str) -> Result<(), PageError> {
    if branch == Branch::ROOT.trim_end_matches('/') || branch.starts_with(Branch::ROOT) {
        return Err(PageError::OfStore(branch.to_owned()));
    }
    Ok(())
}

/// Moves a branch to a commit that is made on top of where it is, until nobody was faster.
pub(super) fn publish(
    site: &Site,
    context: &Context,
    branch: &str,
    message: String,
    made: impl Fn(Option<&Revision>, &Note) -> Result<Option<Revision>, PageError>,
) -> Result<PageWritten, PageError> {
    if site.authority.as_ref().is_some_and(Authority::is_offline) {
        return Err(PageError::Offline);
    }
    let name = format!("refs/heads/{branch}").parse();
    let name: RefName = name.map_err(|source| PageError::Name {
        name: branch.to_owned(),
        source,
    })?;
    let note = Note {
        actor: site.actor(context),
        at: context.now,
        message,
    };
    let (start, backoff) = (Instant::now(), Backoff::new(context.seed));
    let mut attempts = 1;
    loop {
        let old = tip(site, &name)?;
        let branch = branch.to_owned();
        let Some(new) = made(old.as_ref(), &note)? else {
            let commit = None;
            return Ok(PageWritten { branch, commit });
        };
        let new = signed(site, &note, old.as_ref(), new)?;
        if has_moved(site, &name, old.as_ref(), &new)? {
            let commit = Some(new);
            return Ok(PageWritten { branch, commit });
        }
        match backoff.next_within_budget(attempts, start.elapsed()) {
            Some(pause) => thread::sleep(pause),
            None => return Err(PageError::LostRaces(attempts)),
        }
        attempts += 1;
    }
}

/// Returns the branch of the page, without `refs/heads/`: the one that is shown, if nobody names another.
fn branch_of_page(site: &Site, branch: Option<&str>) -> Result<String, PageError> {
    if let Some(branch) = branch {
        return Ok(branch.to_owned());
    }
    if site.authority.as_ref().is_some_and(Authority::is_offline) {
        return Err(PageError::Offline);
    }
    let shown = shown(site)?;
    let shown = shown.map(|name| name.trim_start_matches("refs/heads/").to_owned());
    Ok(shown.unwrap_or_else(|| FIRST.to_owned()))
}

/// Returns the full name of the branch that is shown, if there is one.
fn shown(site: &Site) -> Result<Option<String>, PageError> {
    Ok(match &site.authority {
        Some(authority) => {
            let name = authority.git.shown_branch(&authority.remote)?;
            name.map(|name| name.to_string())
        }
        None => site.store.shown_branch(),
    })
}

/// Returns where a branch is now, with what it holds brought here.
fn tip(site: &Site, name: &RefName) -> Result<Option<Revision>, PageError> {
    let Some(authority) = &site.authority else {
        return Ok(site.store.tip_of_ref(name.as_str())?);
    };
    let Authority { git, remote, .. } = authority;
    let Some(tip) = git.tip_of(remote, name)? else {
        return Ok(None);
    };
    let tip = Revision(tip.as_str().to_owned());
    if !site.store.has_commit(&tip)? {
        git.fetch_other(remote, name, authority.depth())?;
    }
    Ok(Some(tip))
}

/// Returns a commit, made again with a signature if what is recorded is signed.
fn signed(
    site: &Site,
    note: &Note,
    old: Option<&Revision>,
    new: Revision,
) -> Result<Revision, PageError> {
    let Some(git) = &site.signer else {
        return Ok(new);
    };
    let signed = git.commit_signed(&Unsigned {
        tree: object_id(&site.store.tree_of(&new)?)?,
        parent: old.map(object_id).transpose()?,
        name: &note.actor.name,
        email: &note.actor.email,
        at: note.at.epoch_seconds(),
        message: &note.message,
    })?;
    Ok(Revision(signed.as_str().to_owned()))
}

/// Moves a branch from where it was to a new commit, and says whether it is there: somebody may have been
/// faster.
fn has_moved(
    site: &Site,
    name: &RefName,
    old: Option<&Revision>,
    new: &Revision,
) -> Result<bool, PageError> {
    let Some(Authority { git, remote, .. }) = &site.authority else {
        return match site.store.move_ref(name.as_str(), old, new)? {
            PageMove::Moved => Ok(true),
            PageMove::Lost => Ok(false),
            PageMove::CheckedOut(path) => {
                let branch = name.as_str().trim_start_matches("refs/heads/").to_owned();
                Err(PageError::CheckedOut { branch, path })
            }
        };
    };
    let update = Update {
        name: name.clone(),
        old: old.map(object_id).transpose()?,
        new: object_id(new)?,
    };
    let wanted = update.new.clone();
    let outcome = git.push(remote, &[update])?;
    match outcome.next_step() {
        NextStep::Done => Ok(true),
        NextStep::DecideAgain | NextStep::TryAgain => Ok(false),
        NextStep::Look => Ok(git.tip_of(remote, name)? == Some(wanted)),
        NextStep::GiveUp => Err(PageError::Push(outcome)),
    }
}

fn object_id(revision: &Revision) -> Result<ObjectId, StoreError> {
    let unreadable = |error: InvalidObjectId| StoreError::Backend {
        action: format!("name object {revision} to git"),
        source: error.into(),
    };
    revision.0.parse().map_err(unreadable)
}
