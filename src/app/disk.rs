//! Files that appear whole or not at all, and what the disk refused, in words that name the file.

use std::fs;
use std::io;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

use tempfile::NamedTempFile;

/// The disk says no.
#[derive(Debug, thiserror::Error)]
#[error("could not {action} {}", path.display())]
pub struct DiskError {
    /// What was being done.
    action: &'static str,
    /// To what.
    path: PathBuf,
    /// Why not.
    source: io::Error,
}

/// Returns what makes an error of the disk one that says what was being done to what.
pub(super) fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> DiskError {
    let path = path.to_owned();
    move |source| DiskError {
        action,
        path,
        source,
    }
}

/// Makes a file in a directory that is to take the place of another. Others may read it, as far as the mask of
/// the user allows.
pub(super) fn new_file_in(directory: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".git-pact-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(directory)
}

/// Puts a file in the place of another in one step, with the directories above it.
pub(super) fn put_in_place(path: &Path, bytes: &[u8]) -> Result<(), DiskError> {
    let directory = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(directory).map_err(failed("make", directory))?;
    let mut file = new_file_in(directory).map_err(failed("write into", directory))?;
    file.write_all(bytes).map_err(failed("write", path))?;
    let persisted = file.persist(path).map_err(|error| error.error);
    persisted.map_err(failed("write", path))?;
    Ok(())
}
