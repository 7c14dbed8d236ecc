//! Loose objects: a file each, as git writes what comes one by one.
//!
//! They are read here and not by libgit2, which never returns from a file that breaks off in the middle,
//! as a loss of power may leave one.

use std::fs;
use std::fs::File;
use std::io;
use std::io::Read;
use std::path::Path;
use std::path::PathBuf;
use std::sync::OnceLock;

use flate2::read::ZlibDecoder;
use git2::ObjectType;
use git2::Oid;

/// How long the header of an object can be: a kind, a size and what stands around them.
const LONGEST_HEADER: usize = 32;

/// The directory of a repository's objects.
pub(super) struct LooseObjects {
    directory: PathBuf,
    /// Which of the 256 directories below there were when the first object was read. Most repositories
    /// are packed and have few, so that nearly nothing is looked for in vain. What comes into others
    /// later was not left by a loss of power.
    fans: OnceLock<[bool; 256]>,
}

/// The beginning of an object, and the rest to be read.
pub(super) struct LooseObject {
    pub(super) kind: ObjectType,
    /// How many bytes it says that it has.
    pub(super) bytes: u64,
    rest: ZlibDecoder<File>,
}

impl LooseObjects {
    /// Returns those in the directory that holds `objects`.
    pub(super) fn of(common_dir: &Path) -> Self {
        Self {
            directory: common_dir.join("objects"),
            fans: OnceLock::new(),
        }
    }

    /// Opens an object, or returns `None` if it is not here as a file.
    ///
    /// # Errors
    ///
    /// Fails if the file cannot be read or does not begin as an object does.
    pub(super) fn open(&self, id: Oid) -> io::Result<Option<LooseObject>> {
        let fan = usize::from(id.as_bytes()[0]);
        if !self.fans.get_or_init(|| self.list())[fan] {
            return Ok(None);
        }
        let hex = id.to_string();
        let (directory, name) = hex.split_at(2);
        match File::open(self.directory.join(directory).join(name)) {
            Ok(file) => LooseObject::begin(file).map(Some),
            // Packed, perhaps just now.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn list(&self) -> [bool; 256] {
        let mut fans = [false; 256];
        // Where the directory cannot be listed, libgit2 will say what is wrong with it.
        for entry in fs::read_dir(&self.directory)
            .into_iter()
            .flatten()
            .flatten()
        {
            let name = entry.file_name();
            let fan = name.to_str().filter(|name| name.len() == 2);
            if let Some(fan) = fan.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
                fans[usize::from(fan)] = true;
            }
        }
        fans
    }
}

impl LooseObject {
    fn begin(file: File) -> io::Result<Self> {
        let mut rest = ZlibDecoder::new(file);
        let mut header = Vec::new();
        loop {
            let mut byte = [0];
            rest.read_exact(&mut byte)?;
            match byte {
                [0] => break,
                [byte] if header.len() < LONGEST_HEADER => header.push(byte),
                _ => return Err(malformed()),
            }
        }
        let header = String::from_utf8(header).map_err(|_| malformed())?;
        let (kind, bytes) = header.split_once(' ').ok_or_else(malformed)?;
        Ok(Self {
            kind: ObjectType::from_str(kind).ok_or_else(malformed)?,
            bytes: bytes.parse().map_err(|_| malformed())?,
            rest,
        })
    }

    /// Returns the content.
    ///
    /// # Errors
    ///
    /// Fails if it is not all there, or is followed by more.
    pub(super) fn content(self) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        // One more, so that the end is met, and its checksum looked at.
        self.rest.take(self.bytes + 1).read_to_end(&mut content)?;
        if content.len() as u64 == self.bytes {
            Ok(content)
        } else {
            Err(malformed())
        }
    }
}

fn malformed() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "it is no object of git")
}

#[cfg(test)]
mod tests {
    use git2::Repository;

    use super::*;

    #[test]
    fn what_breaks_off_anywhere_is_an_error_and_keeps_nobody_waiting() {
        let directory = tempfile::tempdir().unwrap();
        let repository = Repository::init_bare(directory.path()).unwrap();
        let words: Vec<String> = (0..300).map(|number| number.to_string()).collect();
        let text = words.join(" ");
        let id = repository.blob(text.as_bytes()).unwrap();
        let objects = LooseObjects::of(repository.path());
        let object = objects.open(id).unwrap().unwrap();
        assert_eq!(object.kind, ObjectType::Blob);
        assert_eq!(object.content().unwrap(), text.as_bytes());

        let hex = id.to_string();
        let file = directory
            .path()
            .join("objects")
            .join(&hex[..2])
            .join(&hex[2..]);
        let whole = fs::read(&file).unwrap();
        fs::remove_file(&file).unwrap();
        for length in 0..whole.len() {
            fs::write(&file, &whole[..length]).unwrap();
            let read = objects.open(id);
            let read = read.and_then(|object| object.unwrap().content());
            assert!(read.is_err(), "{length} of {}", whole.len());
        }
        let mut changed = whole.clone();
        *changed.last_mut().unwrap() ^= 1;
        fs::write(&file, &changed).unwrap();
        let read = objects.open(id).unwrap().unwrap().content();
        assert!(read.is_err(), "{read:?}");
    }

    #[test]
    fn what_is_not_here_as_a_file_is_looked_for_elsewhere() {
        let directory = tempfile::tempdir().unwrap();
        let repository = Repository::init_bare(directory.path()).unwrap();
        let objects = LooseObjects::of(repository.path());
        let elsewhere = Oid::hash_object(ObjectType::Blob, b"elsewhere").unwrap();
        assert!(objects.open(elsewhere).unwrap().is_none());
    }
}
