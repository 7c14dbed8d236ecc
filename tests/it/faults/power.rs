//! A loss of power: what was not on disk by then is gone.
//!
//! The log of the shim says what was written and what was waited for. A file system promises nothing about
//! the rest: a file may have its name and nothing in it, and a name may be as it was before. So each is
//! taken away, one without the other and both. This is more than most file systems do.

use std::collections::BTreeSet;
use std::fs;
use std::fs::File;
use std::path::Path;
use std::path::PathBuf;

use super::shim::Step;

/// What is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loss {
    /// What is in files.
    Contents,
    /// What directories say.
    Names,
    /// Both.
    Everything,
}

impl Loss {
    pub(super) const ALL: [Self; 3] = [Self::Contents, Self::Names, Self::Everything];
}

/// What is not on disk yet.
#[derive(Default)]
struct Volatile {
    /// Files that were written.
    contents: BTreeSet<PathBuf>,
    /// Paths that came, went or became something else.
    names: BTreeSet<PathBuf>,
}

impl Volatile {
    fn after(steps: &[Step]) -> Self {
        let mut volatile = Self::default();
        // The step that went wrong was not made.
        for Step {
            what, path, other, ..
        } in steps.iter().filter(|step| !step.struck)
        {
            match what.as_str() {
                "write" | "map" | "resize" => {
                    volatile.contents.insert(path.clone());
                }
                "rename" | "link" => {
                    if volatile.contents.contains(path) {
                        volatile.contents.insert(other.clone());
                    }
                    volatile.names.extend([path.clone(), other.clone()]);
                }
                "open" | "mkdir" | "symlink" | "unlink" => {
                    volatile.names.insert(path.clone());
                }
                "sync" => {
                    volatile.contents.remove(path);
                    let elsewhere = |name: &PathBuf| name.parent() != Some(path);
                    volatile.names.retain(elsewhere);
                }
                "syncfs" => volatile = Self::default(),
                _ => {}
            }
        }
        volatile
    }
}

/// Takes away what the steps left unsaved below a directory, which was like another one before.
pub(super) fn cut(steps: &[Step], now: &Path, start: &Path, loss: Loss) {
    let volatile = Volatile::after(steps);
    if loss != Loss::Names {
        for path in volatile.contents.iter().filter(|it| it.starts_with(now)) {
            // It may have gone since.
            let _ = File::options().write(true).truncate(true).open(path);
            if path.metadata().is_ok_and(|it| it.len() > 0) {
                // git makes its objects read-only.
                fs::remove_file(path).unwrap();
                File::create(path).unwrap();
            }
        }
    }
    if loss == Loss::Contents {
        return;
    }
    for path in &volatile.names {
        let Ok(below) = path.strip_prefix(now) else {
            continue;
        };
        let before = start.join(below);
        if before.is_dir() {
            continue;
        }
        if path.is_dir() {
            fs::remove_dir_all(path).unwrap();
        } else if path.exists() {
            fs::remove_file(path).unwrap();
        }
        if before.is_file() && path.parent().is_some_and(Path::is_dir) {
            fs::copy(before, path).unwrap();
        }
    }
}
