//! A store that lives as long as the process; for tests, and stricter than git.
//!
//! It refuses what git would take: paths outside their owner's directory, a file where a
//! directory is or the other way round, records that are not canonical.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use super::Advance;
use super::Item;
use super::Note;
use super::RecordStore;
use super::Revision;
use super::Snapshot;
use super::StoreError;
use super::Tips;
use super::check_size;
use crate::record::change::Change;
use crate::record::change::Changes;
use crate::record::path::Branch;
use crate::record::path::RecordPath;

type Files = BTreeMap<String, Arc<[u8]>>;

/// Keeps records in memory.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    commits: Vec<Arc<Files>>,
    tips: BTreeMap<Branch, Revision>,
}

impl State {
    fn files(&self, revision: &Revision) -> Arc<Files> {
        let index: usize = revision.0.parse().expect("revisions are made here");
        Arc::clone(&self.commits[index])
    }
}

impl MemoryStore {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct MemorySnapshot {
    tips: BTreeMap<Branch, (Revision, Arc<Files>)>,
}

impl Snapshot for MemorySnapshot {
    fn tip(&self, branch: &Branch) -> Result<Option<Revision>, StoreError> {
        Ok(self.tips.get(branch).map(|(revision, _)| revision.clone()))
    }

    fn branches(&self) -> Result<Vec<Branch>, StoreError> {
        Ok(self.tips.keys().cloned().collect())
    }

    fn file(&self, branch: &Branch, path: &RecordPath) -> Result<Option<Arc<[u8]>>, StoreError> {
        let Some((_, files)) = self.tips.get(branch) else {
            return Ok(None);
        };
        match files.get(path.as_str()) {
            None if has_below(files, path.as_str()) => {
                Err(damaged(branch, path, "it is a directory"))
            }
            file => Ok(file.cloned()),
        }
    }

    fn list(&self, branch: &Branch, path: &RecordPath) -> Result<Vec<Item>, StoreError> {
        let Some((_, files)) = self.tips.get(branch) else {
            return Ok(Vec::new());
        };
        if files.contains_key(path.as_str()) {
            return Err(damaged(branch, path, "it is a file"));
        }
        let items = files
            .keys()
            .filter_map(|known| Item::in_directory(path, known));
        let items: BTreeSet<Item> = items.collect();
        Ok(items.into_iter().collect())
    }
}

fn damaged(branch: &Branch, path: &RecordPath, reason: &str) -> StoreError {
    StoreError::Damaged {
        branch: branch.clone(),
        path: path.to_string(),
        reason: reason.to_owned(),
    }
}

/// Says whether there is a file below a path.
fn has_below(files: &Files, path: &str) -> bool {
    let below = format!("{path}/");
    files.keys().any(|known| known.starts_with(&below))
}

/// Returns the directories above a path, the nearest first.
fn above(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(path.rsplit_once('/'), |(path, _)| path.rsplit_once('/'))
        .map(|(directory, _)| directory)
}

/// Fails unless a change is one that the record layer makes.
fn checked(branch: &Branch, path: &RecordPath, change: &Change) -> Result<(), StoreError> {
    let owner = branch
        .as_str()
        .split_once('/')
        .map_or(branch.as_str(), |(_, owner)| owner);
    let first = path.as_str().split('/').next();
    if let Change::File(bytes) = change {
        check_size(branch, || path.to_string(), bytes)?;
    }
    let damaged = |reason| damaged(branch, path, reason);
    if first != Some(owner) {
        return Err(damaged("it lies outside its owner's directory"));
    }
    let pact = path.as_str().contains("/contents/") || branch.as_str().starts_with("contracts/");
    if let Change::File(bytes) = change
        && !pact
    {
        let value: Option<serde_json::Value> = serde_json::from_slice(bytes).ok();
        let mut value = value.ok_or_else(|| damaged("it is not JSON"))?;
        value.sort_all_objects();
        let mut canonical = serde_json::to_vec_pretty(&value).expect("JSON can be written");
        canonical.push(b'\n');
        if canonical != **bytes {
            return Err(damaged("it is not canonical"));
        }
    }
    Ok(())
}

impl RecordStore for MemoryStore {
    fn snapshot(&self) -> Box<dyn Snapshot + '_> {
        let state = self.state();
        let tips = state.tips.iter();
        let tips = tips.map(|(branch, tip)| (branch.clone(), (tip.clone(), state.files(tip))));
        Box::new(MemorySnapshot {
            tips: tips.collect(),
        })
    }

    fn commit(
        &self,
        base: &dyn Snapshot,
        changes: &Changes,
        _note: &Note,
    ) -> Result<Vec<Advance>, StoreError> {
        let mut advances = Vec::new();
        for (branch, changed) in changes {
            let old = base.tip(branch)?;
            let mut state = self.state();
            let before = old.as_ref().map(|old| state.files(old)).unwrap_or_default();
            let mut files = Files::clone(&before);
            for (path, change) in changed {
                checked(branch, path, change)?;
                match change {
                    Change::File(bytes) => {
                        assert!(!has_below(&files, path.as_str()), "{path} is a directory");
                        let file = above(path.as_str()).find(|path| files.contains_key(*path));
                        assert!(file.is_none(), "{} is a file", file.unwrap_or_default());
                        files.insert(path.to_string(), Arc::clone(bytes));
                    }
                    Change::NoFile => {
                        files.remove(path.as_str());
                    }
                    Change::NoDirectory => {
                        let below = format!("{path}/");
                        files.retain(|known, _| !known.starts_with(&below));
                    }
                }
            }
            if files == *before {
                continue;
            }
            let new = Revision(state.commits.len().to_string());
            state.commits.push(Arc::new(files));
            advances.push(Advance {
                branch: branch.clone(),
                old,
                new,
            });
        }
        Ok(advances)
    }

    fn advance(&self, advances: &[Advance]) -> Result<(), StoreError> {
        let mut state = self.state();
        for Advance { branch, old, .. } in advances {
            if state.tips.get(branch) != old.as_ref() {
                return Err(StoreError::Moved {
                    branch: branch.clone(),
                });
            }
        }
        for Advance { branch, new, .. } in advances {
            state.tips.insert(branch.clone(), new.clone());
        }
        Ok(())
    }
}

/// Returns the tips of all branches of a snapshot.
///
/// # Errors
///
/// Fails if the store cannot be read.
pub fn tips(snapshot: &dyn Snapshot) -> Result<Tips, StoreError> {
    let branches = snapshot.branches()?;
    branches
        .into_iter()
        .map(|branch| Ok((branch.clone(), snapshot.tip(&branch)?)))
        .collect()
}
