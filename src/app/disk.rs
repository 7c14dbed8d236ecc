//! What the disk refused, in words that name the file.

use std::io;
use std::path::Path;
use std::path::PathBuf;

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
