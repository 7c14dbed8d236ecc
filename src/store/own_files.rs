//! Files that git-pact keeps beside a repository, in a folder of its own: what one clone remembers, none of it
//! a record.

use std::fs;
use std::io;
use std::io::Write;
use std::path::Path;

/// The folder, in the directory that all work trees of a repository share.
pub const FOLDER: &str = "git-pact";

/// Puts a file into a folder in the place of another one, whole or not at all; the folder is made if there is none.
///
/// # Errors
///
/// Fails if it cannot be written. What was there before is there then.
pub fn replace(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut made = tempfile::NamedTempFile::new_in(folder)?;
    made.write_all(bytes)?;
    made.persist(folder.join(name))?;
    Ok(())
}
