//! A look at the refs as a whole: a handful of file times tell that none of them moved.
//!
//! git moves a ref by renaming a file over its own, which changes the time of the directory, and
//! packs refs by renaming one over `packed-refs`. So if the directories of the store's refs, and
//! `packed-refs`, are as they were, every ref is. That holds once the last change is older than the
//! steps in which file systems count time; a look that comes sooner tells nothing.

use std::fs;
use std::path::Path;
use std::time::Duration;
use std::time::SystemTime;

use super::GitStore;
use crate::domain::time::Timestamp;

/// The coarsest steps in which file systems count time, and some more.
const STEP: Duration = Duration::from_millis(2_500);

/// Where branches lie below the first part of their names, e.g. in `refs/heads/pact/app`.
const DIRECTORIES: [&str; 3] = ["app", "contracts", "env"];

/// What else lies beside them.
const OTHERS: [&str; 3] = ["refs", "refs/git-pact", "packed-refs"];

/// What the refs looked like as a whole. Two looks that are equal saw the same refs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look(Vec<Option<Mark>>);

/// When a file or directory was last changed, and how long it is.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mark {
    changed: SystemTime,
    length: u64,
}

impl Look {
    /// Returns a look at no store, which equals those of the same number.
    #[cfg(test)]
    pub(crate) fn of_nothing(number: u64) -> Self {
        let mark = Mark {
            changed: SystemTime::UNIX_EPOCH,
            length: number,
        };
        Self(vec![Some(mark)])
    }
}

impl GitStore {
    /// Looks at the refs of the store as a whole; `None` if one may have moved too lately to tell,
    /// as of `now` or a while before.
    #[must_use]
    pub fn look(&self, now: Timestamp) -> Option<Look> {
        let common = self.repository.commondir();
        let root = common.join(self.prefix.trim_end_matches('/'));
        let mut marks = vec![mark(&root)];
        // Where all refs are packed, there is nothing, and so nothing below it.
        if marks != [None] {
            marks.extend(DIRECTORIES.map(|directory| mark(&root.join(directory))));
        }
        // What is pending lies in a directory of its own, and a new directory in the one above.
        marks.push(mark(root.parent().unwrap_or(common)));
        marks.extend(OTHERS.map(|path| mark(&common.join(path))));

        let now = u64::try_from(now.epoch_seconds()).ok()?;
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(now);
        let settled = |mark: &Mark| {
            let age = now.duration_since(mark.changed);
            age.is_ok_and(|age| age > STEP)
        };
        marks.iter().flatten().all(settled).then_some(Look(marks))
    }
}

/// Returns the mark of a path, or `None` if nothing is there.
fn mark(path: &Path) -> Option<Mark> {
    let metadata = fs::metadata(path).ok()?;
    Some(Mark {
        changed: metadata.modified().ok()?,
        length: if metadata.is_file() {
            metadata.len()
        } else {
            0
        },
    })
}
