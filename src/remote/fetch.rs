//! Brings branches of a remote here, and notices when one of them did not grow.
//!
//! A tracking ref moves forward only: a rewritten history is reported, never silently taken. Two
//! habits of git stand against that. A fetch from a *named* remote also follows the configured
//! `+refs/heads/*:…`, by force; an empty `--refmap` stops it. And a second fetch with `--depth=1`
//! cuts the history between the old tip and the new one, so that nobody can tell whether the
//! branch grew; hence only a branch never seen before is fetched with a depth, a known one brings
//! what is new since.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs::File;
use std::fs::TryLockError;
use std::io;
use std::time::Duration;
use std::time::Instant;

use super::error::RemoteError;
use super::error::Rewritten;
use super::git::Call;
use super::git::Git;
use super::git::Said;
use super::names::ObjectId;
use super::names::RefName;
use super::names::Update;
use super::url::Remote;
use super::version::REFETCH;
use crate::record::path::Branch;
use crate::store::own_files::FOLDER;

/// How often a remote that changes between two looks is looked at again.
const LOOKS: u32 = 4;

/// What makes git fetch a whole history, whether the local repository is shallow or not
/// (`--unshallow` is an error in one that is not).
const ALL_OF_IT: &str = "--depth=2147483647";

/// How much history is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// The tip of a branch never seen before; of a known one, what is new. This makes the local
    /// repository shallow: for private clones only, never for somebody's work.
    Tip,
    /// All of it, also where the local repository was shallow.
    Full,
    /// What git does on its own: all that is new.
    AsIs,
}

/// What came of a fetch. Where the branches are now is to be read from the tracking refs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fetched {
    /// Branches that were asked for and that the remote does not have, and never had.
    pub absent: BTreeSet<RefName>,
}

impl Git {
    /// Fetches branches: `refs/heads/pact/x` of the remote becomes `<tracking_prefix>x` here, where
    /// the prefix is, say, `refs/remotes/origin/pact/`. All objects of a commit come along, also
    /// into a partial clone. Processes that share a repository take turns.
    ///
    /// # Errors
    ///
    /// Fails with [`RemoteError::HistoryRewritten`] if a branch did not grow or was deleted; its
    /// tracking ref then is where it was, and the other branches were fetched. Fails if the remote
    /// cannot be reached, or sends objects that are not well-formed.
    pub fn fetch(
        &self,
        remote: &Remote,
        refs: &[RefName],
        tracking_prefix: &str,
        depth: Depth,
    ) -> Result<Fetched, RemoteError> {
        let mut wanted = tracked(refs, tracking_prefix)?;
        let _turn = self.take_turn()?;
        let mut outcome = Fetched::default();
        let mut rewritten = Vec::new();
        for look in 1.. {
            let known = self.known(tracking_prefix)?;
            let Some(failure) = self.fetch_by_depth(remote, &wanted, &known, depth)? else {
                break;
            };
            // Words are not read: what the remote has now tells why. If it has nothing to tell,
            // it cannot be reached, and this fails with the reason.
            let there = self.list(remote)?;
            let before = wanted.len();
            for (name, tracking) in std::mem::take(&mut wanted) {
                let (old, new) = (known.get(&tracking), there.get(&name));
                match self.standing(remote, &name, old, new)? {
                    Standing::Absent => drop(outcome.absent.insert(name)),
                    Standing::Grew => self.follow(&tracking, old, new)?,
                    Standing::Unknown => drop(wanted.insert(name, tracking)),
                    Standing::Rewritten(change) => rewritten.push(change),
                }
            }
            if wanted.is_empty() {
                break;
            }
            // What is left is tried again if it may go better: without the branches that stood in
            // its way, or because the remote changed while it was looked at.
            let hopeless = wanted.len() == before && !over_single_refs(&failure);
            if hopeless || look == LOOKS {
                return Err(self.failure(&failure, Some(remote)));
            }
        }
        if rewritten.is_empty() {
            return Ok(outcome);
        }
        Err(RemoteError::HistoryRewritten {
            remote: remote.to_string(),
            changes: rewritten,
        })
    }

    /// Fetches the objects of branches once more, all of them: the repair for a partial clone in
    /// which the user's own `git fetch` has brought the commits without the contents.
    ///
    /// # Errors
    ///
    /// Fails if the remote cannot be reached or has not all of the branches, and with a git older
    /// than 2.36, which cannot do it.
    pub fn refetch(
        &self,
        remote: &Remote,
        refs: &[RefName],
        tracking_prefix: &str,
    ) -> Result<(), RemoteError> {
        let version = self.version()?;
        if version < REFETCH {
            return Err(RemoteError::GitTooOldForPartial {
                found: version.to_string(),
            });
        }
        let wanted = tracked(refs, tracking_prefix)?;
        let _turn = self.take_turn()?;
        let lines = wanted.iter().map(refspec_line).collect();
        let said = self.fetch_refspecs(remote, lines, Some("--refetch"))?;
        if said.succeeded() {
            Ok(())
        } else {
            Err(self.failure(&said, Some(remote)))
        }
    }

    /// Fetches what a branch that is not git-pact's holds; no ref here follows it.
    ///
    /// # Errors
    ///
    /// Fails if the remote cannot be reached or does not have the branch.
    pub fn fetch_other(
        &self,
        remote: &Remote,
        name: &RefName,
        depth: Depth,
    ) -> Result<(), RemoteError> {
        let how_much = match depth {
            Depth::Tip => Some("--depth=1"),
            Depth::Full => Some(ALL_OF_IT),
            Depth::AsIs => None,
        };
        let _turn = self.take_turn()?;
        let said = self.fetch_refspecs(remote, format!("{name}\n"), how_much)?;
        if said.succeeded() {
            Ok(())
        } else {
            Err(self.failure(&said, Some(remote)))
        }
    }

    /// Runs one fetch for each depth needed, and returns the first that fails.
    fn fetch_by_depth(
        &self,
        remote: &Remote,
        wanted: &BTreeMap<RefName, RefName>,
        known: &BTreeMap<RefName, ObjectId>,
        depth: Depth,
    ) -> Result<Option<Said>, RemoteError> {
        let seen = |tracking: &RefName| known.contains_key(tracking);
        let groups: [(Option<&'static str>, Vec<_>); 2] = match depth {
            Depth::Tip => {
                let (old, new) = wanted.iter().partition(|(_, tracking)| seen(tracking));
                [(None, old), (Some("--depth=1"), new)]
            }
            Depth::Full => [
                (Some(ALL_OF_IT), wanted.iter().collect()),
                (None, Vec::new()),
            ],
            Depth::AsIs => [(None, wanted.iter().collect()), (None, Vec::new())],
        };
        for (depth, branches) in groups {
            if branches.is_empty() {
                continue;
            }
            let lines = branches.into_iter().map(refspec_line);
            let said = self.fetch_refspecs(remote, lines.collect(), depth)?;
            if !said.succeeded() {
                return Ok(Some(said));
            }
        }
        Ok(None)
    }

    /// Fetches by refspecs, one per line. They come through standard input, since there may be more
    /// than a command line holds.
    fn fetch_refspecs(
        &self,
        remote: &Remote,
        refspecs: String,
        how_much: Option<&'static str>,
    ) -> Result<Said, RemoteError> {
        let mut options = vec![
            "--stdin",
            "--no-tags",
            "--no-prune",
            "--no-write-fetch-head",
            "--no-auto-gc",
            "--no-write-commit-graph",
            // In a partial clone the contracts would stay behind on the server.
            "--no-filter",
            "--no-recurse-submodules",
            "--refmap=",
        ];
        options.extend(self.progress_option());
        options.extend(how_much);
        let said = self.call(Call {
            settings: &[super::environment::NO_HOOKS, "fetch.fsckObjects=true"],
            remote: Some(remote),
            stdin: refspecs.into_bytes(),
            ..Call::new("fetch", &options)
        })?;
        match said.status {
            Some(_) => Ok(said),
            None => Err(self.failure(&said, Some(remote))),
        }
    }

    /// Tells how a branch of the remote stands to what was last seen of it. Before it says that it
    /// did not grow, in a shallow repository, it fetches the history that may be missing between.
    fn standing(
        &self,
        remote: &Remote,
        name: &RefName,
        old: Option<&ObjectId>,
        new: Option<&ObjectId>,
    ) -> Result<Standing, RemoteError> {
        let rewritten = |old: &ObjectId| Rewritten {
            name: name.clone(),
            old: old.clone(),
            new: new.cloned(),
        };
        let (old, new) = match (old, new) {
            (None, None) => return Ok(Standing::Absent),
            (None, Some(_)) => return Ok(Standing::Unknown),
            (Some(old), None) => return Ok(Standing::Rewritten(rewritten(old))),
            (Some(old), Some(new)) => (old, new),
        };
        let mut descends = self.descends(old, new)?;
        if descends == Some(false) && self.git_dir().join("shallow").exists() {
            let said = self.fetch_refspecs(remote, format!("{name}\n"), Some(ALL_OF_IT))?;
            descends = if said.succeeded() {
                self.descends(old, new)?
            } else {
                None
            };
        }
        Ok(match descends {
            Some(true) => Standing::Grew,
            Some(false) => Standing::Rewritten(rewritten(old)),
            None => Standing::Unknown,
        })
    }

    /// Tells whether a commit descends from another, or is the same, as far as is known here;
    /// `None` if one of them is not here.
    fn descends(&self, old: &ObjectId, new: &ObjectId) -> Result<Option<bool>, RemoteError> {
        if old == new {
            return Ok(Some(true));
        }
        let said = self.call(Call {
            operands: &[old.to_string(), new.to_string()],
            ..Call::new("merge-base", &["--is-ancestor"])
        })?;
        Ok(match said.status.and_then(|status| status.code()) {
            Some(0) => Some(true),
            Some(1) => Some(false),
            _ => None,
        })
    }

    /// Moves a tracking ref forward where git did not: having deepened a history, it still judges
    /// by the shallow one.
    fn follow(
        &self,
        tracking: &RefName,
        old: Option<&ObjectId>,
        new: Option<&ObjectId>,
    ) -> Result<(), RemoteError> {
        let Some(new) = new.filter(|new| Some(*new) != old) else {
            return Ok(());
        };
        let update = Update {
            name: tracking.clone(),
            old: old.cloned(),
            new: new.clone(),
        };
        // If it is not there any more, git has moved it after all.
        self.update_refs(&[update]).map(drop)
    }

    /// Returns where the tracking refs are.
    fn known(&self, prefix: &str) -> Result<BTreeMap<RefName, ObjectId>, RemoteError> {
        self.local_tips(&[prefix.trim_end_matches('/').to_owned()])
    }

    /// Waits until no other process fetches into this repository: git refuses a second fetch that
    /// writes `shallow`. The lock ends with the value returned, or with the process.
    fn take_turn(&self) -> Result<File, RemoteError> {
        let folder = self.git_dir().join(FOLDER);
        let path = folder.join("fetch.lock");
        let failed = |source: io::Error| RemoteError::Lock {
            path: path.clone(),
            source,
        };
        std::fs::create_dir_all(&folder).map_err(failed)?;
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(failed)?;
        let Some(limit) = self.limit() else {
            file.lock().map_err(failed)?;
            return Ok(file);
        };
        let begin = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::Error(source)) => return Err(failed(source)),
                Err(TryLockError::WouldBlock) if begin.elapsed() >= limit => {
                    return Err(failed(io::ErrorKind::TimedOut.into()));
                }
                Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(20)),
            }
        }
    }
}

/// How a branch of the remote stands to what was last seen of it.
enum Standing {
    /// The remote does not have it and never had.
    Absent,
    /// It is the same, or has new commits, and they are here.
    Grew,
    /// It was deleted, or lacks commits that it had.
    Rewritten(Rewritten),
    /// It is not here yet.
    Unknown,
}

/// Tells whether a fetch failed over single refs (git's status 1). Anything else would fail again.
fn over_single_refs(failure: &Said) -> bool {
    failure.status.and_then(|status| status.code()) == Some(1)
}

/// Returns the refspec of a branch and its tracking ref, as a line.
fn refspec_line((name, tracking): (&RefName, &RefName)) -> String {
    format!("{name}:{tracking}\n")
}

/// Returns each branch with its tracking ref.
fn tracked(refs: &[RefName], prefix: &str) -> Result<BTreeMap<RefName, RefName>, RemoteError> {
    let pair = |name: &RefName| Ok((name.clone(), tracking_ref(name, prefix)?));
    refs.iter().map(pair).collect()
}

/// Returns the ref here that follows a branch there.
pub(super) fn tracking_ref(name: &RefName, prefix: &str) -> Result<RefName, RemoteError> {
    // A branch of another kind becomes a name with `//` in it, which is refused.
    let rest = name.as_str().strip_prefix(Branch::REFS).unwrap_or("/");
    Ok(format!("{prefix}{rest}").parse()?)
}

#[cfg(test)]
mod tests;
