//! The other names of the program: links to it that are called as the broker's own programs are.
//!
//! Which name the program was called by decides how it speaks. A link is a symbolic one; where the
//! system has none for everybody, it is a hard link or a copy. Nothing that somebody else put there
//! is replaced, unless it is asked for, and nobody ever finds half a link.

use std::env::consts::EXE_SUFFIX;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

/// What the broker's own programs are called: the one that was first, and the one written in Rust.
pub const NAMES: [&str; 2] = ["pact-broker", "pact-broker-cli"];

/// A link, as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where it is.
    pub path: PathBuf,
    /// Whether it was there before.
    pub was_there: bool,
}

/// The links were not made; none of them, unless the disk failed between them.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// Something else has the name.
    #[error("{} is there already, and no link to git-pact", .0.display())]
    Taken(PathBuf),
    /// There is no such directory, or it cannot be looked into.
    #[error("cannot put links in {}", directory.display())]
    Directory {
        /// The directory.
        directory: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// One of the links could not be looked at or made.
    #[error("cannot make {}", path.display())]
    Link {
        /// The link.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Sees to it that a program has its other [`NAMES`] in a directory, or beside itself, and returns the
/// links. What is there and leads to the program stays.
///
/// # Errors
///
/// Fails if the directory is not there, if something else has one of the names and is not to be
/// replaced (`force`), or if the disk does.
pub fn link(program: &Path, directory: Option<&Path>, force: bool) -> Result<Vec<Link>, LinkError> {
    let real = |path: &Path| {
        path.canonicalize().map_err(|source| LinkError::Directory {
            directory: path.to_owned(),
            source,
        })
    };
    let program = real(program)?;
    let home = program.parent().unwrap_or(Path::new("."));
    let directory = match directory {
        Some(directory) => &real(directory)?,
        None => home,
    };
    let mut links = Vec::new();
    for name in NAMES {
        let path = directory.join(format!("{name}{EXE_SUFFIX}"));
        let found = look(&path, &program).map_err(|source| LinkError::Link {
            path: path.clone(),
            source,
        })?;
        if found == Found::Other && !force {
            return Err(LinkError::Taken(path));
        }
        links.push(Link {
            path,
            was_there: found == Found::Link,
        });
    }
    // Beside the program a link names it alone, so that both can be moved together.
    let target = match program.file_name() {
        Some(name) if directory == home => Path::new(name),
        _ => &program,
    };
    for link in links.iter().filter(|link| !link.was_there) {
        make(&link.path, target, directory).map_err(|source| LinkError::Link {
            path: link.path.clone(),
            source,
        })?;
    }
    Ok(links)
}

/// What has a name already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Nothing,
    /// It leads to the program.
    Link,
    /// It led to a program of that name, somewhere else.
    OldLink,
    Other,
}

fn look(path: &Path, program: &Path) -> io::Result<Found> {
    let kind = match path.symlink_metadata() {
        Ok(metadata) => metadata.file_type(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(error),
    };
    if path.canonicalize().is_ok_and(|real| real == program) {
        return Ok(Found::Link);
    }
    if kind.is_symlink() {
        let target = fs::read_link(path)?;
        let is_ours = target.file_name().and_then(OsStr::to_str) == Some("git-pact")
            || target.file_name() == program.file_name();
        return Ok(if is_ours {
            Found::OldLink
        } else {
            Found::Other
        });
    }
    // A hard link, or a copy.
    if kind.is_file()
        && path.metadata()?.len() == program.metadata()?.len()
        && fs::read(path)? == fs::read(program)?
    {
        return Ok(Found::Link);
    }
    Ok(Found::Other)
}

/// Makes a link under a name of its own, and gives it its name when it is whole.
fn make(path: &Path, target: &Path, directory: &Path) -> io::Result<()> {
    let made = tempfile::Builder::new()
        .prefix(".git-pact-")
        .make_in(directory, |path| lead(path, target, directory))?;
    made.into_temp_path().persist(path)?;
    Ok(())
}

#[cfg(unix)]
fn lead(path: &Path, target: &Path, _: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, path)
}

#[cfg(not(unix))]
fn lead(path: &Path, target: &Path, directory: &Path) -> io::Result<()> {
    let program = directory.join(target);
    fs::hard_link(&program, path).or_else(|_| fs::copy(&program, path).map(drop))
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    /// Returns a directory with a program in `bin`, and `elsewhere` beside.
    fn place() -> (TempDir, PathBuf, PathBuf) {
        let place = TempDir::new().unwrap();
        let root = place.path().canonicalize().unwrap();
        for directory in ["bin", "elsewhere"] {
            fs::create_dir(root.join(directory)).unwrap();
        }
        let program = root.join("bin").join(format!("git-pact{EXE_SUFFIX}"));
        fs::write(&program, "the program").unwrap();
        (place, program, root.join("elsewhere"))
    }

    fn there(links: &[Link]) -> Vec<bool> {
        links.iter().map(|link| link.was_there).collect()
    }

    #[test]
    fn links_are_made_once() {
        let (_place, program, elsewhere) = place();
        for directory in [None, Some(elsewhere.as_path())] {
            let links = link(&program, directory, false).unwrap();
            assert_eq!(there(&links), [false, false]);
            for link in &links {
                assert_eq!(fs::read_to_string(&link.path).unwrap(), "the program");
            }
            let again = link(&program, directory, false).unwrap();
            assert_eq!(there(&again), [true, true]);
            let left = fs::read_dir(links[0].path.parent().unwrap()).unwrap();
            assert_eq!(left.count(), if directory.is_some() { 2 } else { 3 });
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_beside_the_program_survives_a_move_of_both() {
        let (place, program, _) = place();
        link(&program, None, false).unwrap();
        fs::rename(place.path().join("bin"), place.path().join("moved")).unwrap();
        let moved = fs::read_to_string(place.path().join("moved/pact-broker"));
        assert_eq!(moved.unwrap(), "the program");
    }

    #[test]
    fn what_somebody_else_put_there_is_replaced_only_by_force() {
        let (_place, program, elsewhere) = place();
        let taken = elsewhere.join(format!("pact-broker-cli{EXE_SUFFIX}"));
        fs::write(&taken, "another program").unwrap();
        let error = link(&program, Some(&elsewhere), false).unwrap_err();
        assert!(matches!(error, LinkError::Taken(path) if path == taken));
        // All or nothing.
        assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 1);
        let links = link(&program, Some(&elsewhere), true).unwrap();
        assert_eq!(there(&links), [false, false]);
        assert_eq!(fs::read_to_string(&taken).unwrap(), "the program");
        // The link was put in its place, and not written through.
        assert_eq!(fs::read_to_string(&program).unwrap(), "the program");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_a_program_that_has_moved_is_brought_up_to_date() {
        let (_place, program, elsewhere) = place();
        let path = elsewhere.join("pact-broker");
        std::os::unix::fs::symlink("/gone/bin/git-pact", &path).unwrap();
        let links = link(&program, Some(&elsewhere), false).unwrap();
        assert_eq!(there(&links), [false, false]);
        assert_eq!(fs::read_link(&path).unwrap(), program);
        fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink("/gone/bin/pact", &path).unwrap();
        let error = link(&program, Some(&elsewhere), false).unwrap_err();
        assert!(matches!(error, LinkError::Taken(_)));
    }

    #[test]
    fn a_directory_that_is_not_there_is_an_error() {
        let (_place, program, elsewhere) = place();
        let gone = elsewhere.join("gone");
        let error = link(&program, Some(&gone), true).unwrap_err();
        assert!(matches!(error, LinkError::Directory { directory, .. } if directory == gone));
    }
}
