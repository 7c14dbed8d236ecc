//! Files that a command was asked to write: one, or several into a directory.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use super::failure::Exit;
use super::failure::Failure;
use super::ui::Ui;

/// A file that was asked for could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}", path.display())]
struct CannotWrite {
    path: PathBuf,
    source: io::Error,
}

/// Writes files, each a name and its text, into a directory, which is made if it is not there, and says
/// so.
///
/// # Errors
///
/// Fails if one of them cannot be written; those before it are.
pub(super) fn write(
    directory: &Path,
    files: Vec<(String, String)>,
    ui: &mut Ui<'_>,
) -> Result<Exit, Failure> {
    fs::create_dir_all(directory).map_err(|source| fail(directory, source))?;
    for (name, text) in files {
        let path = directory.join(name);
        fs::write(&path, text).map_err(|source| fail(&path, source))?;
        ui.data(&format!("Wrote {}.", path.display()));
    }
    Ok(Exit::Yes)
}

/// Writes one file, in place of what was there, and says so.
///
/// # Errors
///
/// Fails if it cannot be written.
pub(super) fn write_one(path: &Path, bytes: &[u8], ui: &mut Ui<'_>) -> Result<(), Failure> {
    fs::write(path, bytes).map_err(|source| fail(path, source))?;
    ui.say(&format!("Wrote {}.", path.display()));
    Ok(())
}

fn fail(path: &Path, source: io::Error) -> Failure {
    let path = path.to_owned();
    Failure::of(Exit::Failed, &CannotWrite { path, source })
}
