//! Reads files that somebody else wrote: only regular ones, only so large, and whole.
//!
//! What lies under a name is not believed before it is open: between a look and a read, somebody may
//! have put a pipe there, on which a reader waits for ever, or a link to somewhere else.

use std::fs;
use std::fs::File;
use std::fs::FileType;
use std::io;
use std::io::Read;
use std::path::Path;

/// A file is not one that is read, or could not be.
#[derive(Debug, thiserror::Error)]
pub enum NotRead {
    /// It is a link, a directory, a pipe, a socket or a device.
    #[error("it is {0}")]
    NoFile(
        /// What it is, e.g. `a symbolic link`.
        &'static str,
    ),
    /// It is larger than what is read.
    #[error("it has {bytes} bytes, more than the {most} that are read")]
    TooLarge {
        /// How large it is.
        bytes: u64,
        /// How large it may be.
        most: u64,
    },
    /// Somebody wrote it meanwhile.
    #[error("it was being written while it was read: publish when the tests have ended")]
    Changing,
    /// The system says why.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Returns the bytes of a regular file with at most so many of them. No link is followed.
///
/// # Errors
///
/// Fails if it is something else or larger, if its length changes meanwhile, or if it cannot be read.
pub fn read(path: &Path, most: u64) -> Result<Vec<u8>, NotRead> {
    // A device may act when it is opened, so there is a look before, and one at what was opened.
    refuse_others(fs::symlink_metadata(path)?.file_type())?;
    let file = open(path)?;
    let about = file.metadata()?;
    refuse_others(about.file_type())?;
    let too_large = |bytes| NotRead::TooLarge { bytes, most };
    if about.len() > most {
        return Err(too_large(about.len()));
    }
    let mut bytes = Vec::new();
    let read = (&file).take(most + 1).read_to_end(&mut bytes)? as u64;
    if read > most {
        return Err(too_large(read));
    }
    let after = file.metadata()?;
    let is_same = read == about.len() && after.len() == about.len();
    if !is_same || after.modified().ok() != about.modified().ok() {
        return Err(NotRead::Changing);
    }
    Ok(bytes)
}

/// Opens a file for reading: never through a link, and without waiting for the other end of a pipe.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use rustix::fs::Mode;
    use rustix::fs::OFlags;

    let how = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    Ok(rustix::fs::open(path, how, Mode::empty())?.into())
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Fails unless it is a regular file.
fn refuse_others(kind: FileType) -> Result<(), NotRead> {
    if kind.is_file() {
        return Ok(());
    }
    Err(NotRead::NoFile(if kind.is_symlink() {
        "a symbolic link"
    } else if kind.is_dir() {
        "a directory"
    } else {
        "not a regular file"
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_up_to_a_size() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("a.json");
        fs::write(&file, "12345").unwrap();
        assert_eq!(read(&file, 5).unwrap(), b"12345");
        let refused = read(&file, 4);
        assert!(
            matches!(refused, Err(NotRead::TooLarge { bytes: 5, most: 4 })),
            "{refused:?}"
        );
        let directory = read(place.path(), 5);
        assert!(
            matches!(directory, Err(NotRead::NoFile("a directory"))),
            "{directory:?}"
        );
        assert!(matches!(
            read(&place.path().join("b"), 5),
            Err(NotRead::Io(_))
        ));
    }

    #[cfg(unix)]
    #[test]
    fn nothing_but_a_file_is_opened_whatever_a_look_said_before() {
        use std::os::unix::fs::symlink;
        use std::os::unix::net::UnixListener;

        let place = tempfile::tempdir().unwrap();
        let path = |name: &str| place.path().join(name);
        fs::write(path("file"), "{}").unwrap();
        symlink("file", path("link")).unwrap();
        let _socket = UnixListener::bind(path("socket")).unwrap();
        rustix::fs::mkfifoat(rustix::fs::CWD, path("pipe"), 0o600.into()).unwrap();
        for name in ["link", "socket"] {
            assert!(open(&path(name)).is_err(), "{name}");
        }
        // Nobody writes into it, and nobody waits for that.
        let pipe = open(&path("pipe")).unwrap();
        assert!(refuse_others(pipe.metadata().unwrap().file_type()).is_err());
        for name in ["link", "socket", "pipe"] {
            let refused = read(&path(name), 10);
            assert!(
                matches!(refused, Err(NotRead::NoFile(_))),
                "{name}: {refused:?}"
            );
        }
    }
}
