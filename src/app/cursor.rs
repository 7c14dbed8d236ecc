//! Cursors: up to which commits somebody has been told the events of a store, kept under a name.
//!
//! A cursor is moved when all was told, so what was told before a crash is told again: at least once. It is kept
//! on a private ref, see [`private`].

use std::collections::BTreeMap;

use super::Context;
use super::private;
use super::private::PrivateError;
use super::site::Site;
use crate::domain::name::CursorName;
use crate::domain::time::Timestamp;
use crate::record::RecordError;
use crate::record::cursor::CursorRecord;
use crate::record::cursor::FILE;
use crate::record::from_bytes;
use crate::record::path::Branch;
use crate::record::private_ref::PrivateRef;
use crate::record::to_bytes;
use crate::store::Revision;
use crate::store::git::Files;

/// The last commit of each branch that was told.
pub type Reached = BTreeMap<Branch, Revision>;

/// How far somebody has read the events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Its name.
    pub name: CursorName,
    /// When it was moved there.
    pub moved_at: Timestamp,
    /// How far.
    pub reached: Reached,
}

/// What is known of a cursor.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The cursor, if there is one.
    pub cursor: Option<Cursor>,
    /// Whether it was moved here, offline, and counts where somebody else has moved it instead.
    pub dropped: bool,
}

/// A cursor cannot be read or moved.
#[derive(Debug, thiserror::Error)]
pub enum CursorError {
    /// There is none of that name.
    #[error("there is no cursor `{0}`")]
    Unknown(CursorName),
    /// What is on its ref is no cursor.
    #[error("cannot read the cursor on {name}")]
    Unreadable {
        /// The ref.
        name: PrivateRef,
        /// Why not.
        source: RecordError,
    },
    /// A cursor says that something was told which is no commit of a branch of the store.
    #[error("`{commit}` on `{branch}` is no commit of a branch of the store")]
    Tip {
        /// The branch, as it is written there.
        branch: String,
        /// The commit, as it is written there.
        commit: String,
    },
    /// The ref could not be read or moved.
    #[error(transparent)]
    Private(#[from] PrivateError),
}

/// Returns a cursor, as the remote has it.
///
/// # Errors
///
/// Fails if it cannot be read.
pub fn read(site: &Site, name: &CursorName) -> Result<Found, CursorError> {
    let name = PrivateRef::cursor(name);
    let kept = private::read(site, &name)?;
    Ok(Found {
        cursor: of(&name, &kept.files)?,
        dropped: kept.dropped,
    })
}

/// Returns all cursors, by name.
///
/// # Errors
///
/// Fails if one cannot be read.
pub fn list(site: &Site) -> Result<Vec<Cursor>, CursorError> {
    let mut cursors = Vec::new();
    for (name, kept) in private::cursors(site)? {
        cursors.extend(of(&name, &kept.files)?);
    }
    Ok(cursors)
}

/// Moves a cursor from where it was read to where it is now, and says whether it did: it is left alone if
/// somebody else has moved it meanwhile.
///
/// # Errors
///
/// Fails if the remote does not take it; then it is where it was.
pub fn advance(
    site: &Site,
    context: &Context,
    name: &CursorName,
    from: Option<&Cursor>,
    to: &Reached,
) -> Result<bool, CursorError> {
    let at = PrivateRef::cursor(name);
    let mut was_elsewhere = false;
    let message = format!("move cursor {name}");
    private::change(site, context, &at, &message, |files| {
        let found = of(&at, files)?;
        let is_there = found.as_ref().is_some_and(|found| found.reached == *to);
        was_elsewhere = found.as_ref() != from && !is_there;
        if was_elsewhere || is_there {
            return Ok::<_, CursorError>(None);
        }
        let tip = |(branch, at): (&Branch, &Revision)| (branch.to_string(), at.to_string());
        let record = CursorRecord {
            name: name.clone(),
            moved_at: context.now,
            tips: to.iter().map(tip).collect(),
        };
        let file = (FILE.to_owned(), to_bytes(&record));
        Ok(Some(Files::from([file])))
    })?;
    Ok(!was_elsewhere)
}

/// Gives a cursor up.
///
/// # Errors
///
/// Fails if there is none, or the remote does not take it.
pub fn remove(site: &Site, context: &Context, name: &CursorName) -> Result<(), CursorError> {
    let at = PrivateRef::cursor(name);
    let message = format!("give up cursor {name}");
    let changed = private::change(site, context, &at, &message, |files| {
        let is_there = !files.is_empty();
        Ok::<_, CursorError>(is_there.then(Files::new))
    })?;
    if changed.moved {
        Ok(())
    } else {
        Err(CursorError::Unknown(name.clone()))
    }
}

/// Returns tips as somebody wrote them down: the full names of branches of the store, and ids of commits.
///
/// # Errors
///
/// Fails if something else is among them. Branches on which nothing causes events may be.
pub fn reached(tips: &BTreeMap<String, String>) -> Result<Reached, CursorError> {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let tip = |(branch, commit): (&String, &String)| {
        let known = branch.strip_prefix(Branch::ROOT).and_then(Branch::parse);
        let is_commit = commit.len() == 40 && commit.bytes().all(is_digit);
        match known.filter(|_| is_commit) {
            Some(known) => Ok((known, Revision(commit.clone()))),
            None => Err(CursorError::Tip {
                branch: branch.clone(),
                commit: commit.clone(),
            }),
        }
    };
    tips.iter().map(tip).collect()
}

fn of(name: &PrivateRef, files: &Files) -> Result<Option<Cursor>, CursorError> {
    let Some(bytes) = files.get(FILE) else {
        return Ok(None);
    };
    let unreadable = |source| CursorError::Unreadable {
        name: name.clone(),
        source,
    };
    let record: CursorRecord = from_bytes(bytes).map_err(unreadable)?;
    Ok(Some(Cursor {
        reached: reached(&record.tips)?,
        name: record.name,
        moved_at: record.moved_at,
    }))
}
