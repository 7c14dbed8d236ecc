//! Files for CI services: into the work tree that somebody stands in, and onto the branch with the contracts of a provider.
//!
//! What somebody changed is not replaced unless they say so, and nothing is written outside of the work tree: no link is
//! followed. All files are looked at before the first is written.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::path::PathBuf;

use super::Context;
use super::disk::DiskError;
use super::disk::failed;
use super::disk::put_in_place;
use super::page;
use super::page::PageError;
use super::page::PageWritten;
use super::site::Site;
use super::site::ceilings;
use crate::record::path::Branch;
use crate::store::StoreError;
use crate::store::git::Place;

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Became {
    /// It is new.
    New,
    /// It was another one.
    Changed,
    /// It says the same already.
    Same,
}

/// A file was not written.
#[derive(Debug, thiserror::Error)]
pub enum CiFilesError {
    /// There is no work tree.
    #[error("there is no work tree here to write files into")]
    NoWorkTree,
    /// The path leads elsewhere.
    #[error("{path} is no path within the work tree")]
    Outside {
        /// The path.
        path: String,
    },
    /// Something else than a file or a directory is on the way.
    #[error("{} is {what}, and is left as it is", path.display())]
    InTheWay {
        /// Where.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// Somebody changed it, or made it.
    #[error("{} is there already and says something else", path.display())]
    Differs {
        /// Where.
        path: PathBuf,
    },
    /// The disk says no.
    #[error(transparent)]
    Disk(#[from] DiskError),
    /// The repository cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Writes files, each a path with slashes and a text, into the work tree around the working directory; returns where
/// each is and what became of it.
///
/// # Errors
///
/// Fails if there is none, if a file says something else and is not to be replaced, if a path leads out of the work tree, or
/// if the disk fails. Unless it is the disk, nothing was written.
pub fn write_into_checkout(
    context: &Context,
    files: &[(&str, &str)],
    replace: bool,
) -> Result<Vec<(PathBuf, Became)>, CiFilesError> {
    let place = Place::around(&context.working_directory, &ceilings(&context.environment))?;
    let root = place.work_tree().ok_or(CiFilesError::NoWorkTree)?;
    let look = |(path, text): &(&str, &str)| looked_at(&root, path, text, replace);
    let found: Result<Vec<_>, _> = files.iter().map(look).collect();
    let found = found?;
    for ((_, text), (path, became)) in files.iter().zip(&found) {
        if *became != Became::Same {
            put_in_place(path, text.as_bytes())?;
        }
    }
    Ok(found)
}

/// Puts a file beside the contracts of a provider, in one commit; none where it says the same already.
///
/// # Errors
///
/// Fails as [`page::write`] does, and with [`PageError::Differs`] if it says something else and is not to be replaced.
pub fn commit_beside_contracts(
    site: &Site,
    context: &Context,
    branch: &Branch,
    file: (&str, &str),
    replace: bool,
) -> Result<PageWritten, PageError> {
    let (path, text) = file;
    let message = format!("Build the provider when a contract changes: {path}");
    let name = branch.to_string();
    page::publish(site, context, &name, message, |old, note| {
        let there = match old {
            Some(old) => site.store.page(old, path)?,
            None => None,
        };
        match there {
            Some(bytes) if *bytes == *text.as_bytes() => Ok(None),
            Some(_) if !replace => Err(PageError::Differs {
                branch: name.clone(),
                path: path.to_owned(),
            }),
            _ => {
                let commit = site.store.commit_page(old, path, text.as_bytes(), note)?;
                Ok(Some(commit))
            }
        }
    })
}

/// Returns where a file belongs, and what it would become there.
fn looked_at(
    root: &Path,
    path: &str,
    text: &str,
    replace: bool,
) -> Result<(PathBuf, Became), CiFilesError> {
    let is_inside = |name: &str| !matches!(name, "" | "." | "..") && !name.contains(['\\', ':']);
    let is_git = |name: &str| name.eq_ignore_ascii_case(".git");
    if !path.split('/').all(is_inside) || path.split('/').any(is_git) {
        return Err(CiFilesError::Outside {
            path: path.to_owned(),
        });
    }
    let mut at = root.to_owned();
    let mut names = path.split('/').peekable();
    while let Some(name) = names.next() {
        at.push(name);
        let kind = match fs::symlink_metadata(&at) {
            Ok(found) => found.file_type(),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok((root.join(path), Became::New));
            }
            Err(error) => return Err(failed("look at", &at)(error).into()),
        };
        let what = match (kind.is_symlink(), names.peek().is_some()) {
            (true, _) => "a symbolic link",
            (false, true) if !kind.is_dir() => "no directory",
            (false, false) if !kind.is_file() => "no file",
            _ => continue,
        };
        return Err(CiFilesError::InTheWay { path: at, what });
    }
    let there = fs::read(&at).map_err(failed("read", &at))?;
    match there == text.as_bytes() {
        true => Ok((at, Became::Same)),
        false if replace => Ok((at, Became::Changed)),
        false => Err(CiFilesError::Differs { path: at }),
    }
}
