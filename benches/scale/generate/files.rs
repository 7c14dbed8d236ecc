//! A store's tips in memory, which the real decisions are asked on while the commits that lead
//! there are still on their way into git.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use git_pact::record::change::Change;
use git_pact::record::change::Changes;
use git_pact::record::path::Branch;
use git_pact::record::path::RecordPath;
use git_pact::store::Item;
use git_pact::store::Revision;
use git_pact::store::Snapshot;
use git_pact::store::StoreError;

/// The files at the tip of each branch, by path.
#[derive(Default)]
pub(crate) struct Files(BTreeMap<Branch, BTreeMap<String, Arc<[u8]>>>);

impl Files {
    /// Carries changes out and returns those of each branch that change something: a branch on
    /// which nothing is new gets no commit, here as in git.
    pub(crate) fn apply(&mut self, changes: Changes) -> Changes {
        let mut applied = Changes::new();
        for (branch, changed) in changes {
            let files = self.0.entry(branch.clone()).or_default();
            let mut new = BTreeMap::new();
            for (path, change) in changed {
                let is_new = match &change {
                    Change::File(bytes) => {
                        let before = files.insert(path.to_string(), Arc::clone(bytes));
                        before.as_ref() != Some(bytes)
                    }
                    Change::NoFile => files.remove(path.as_str()).is_some(),
                    Change::NoDirectory => {
                        let below = format!("{path}/");
                        let before = files.len();
                        files.retain(|known, _| !known.starts_with(&below));
                        files.len() < before
                    }
                };
                if is_new {
                    new.insert(path, change);
                }
            }
            if !new.is_empty() {
                applied.insert(branch, new);
            }
        }
        applied
    }
}

impl Snapshot for Files {
    /// Returns no revision ever: nothing that is decided asks for it.
    fn tip(&self, _branch: &Branch) -> Result<Option<Revision>, StoreError> {
        Ok(None)
    }

    fn branches(&self) -> Result<Vec<Branch>, StoreError> {
        Ok(self.0.keys().cloned().collect())
    }

    fn file(&self, branch: &Branch, path: &RecordPath) -> Result<Option<Arc<[u8]>>, StoreError> {
        let files = self.0.get(branch);
        Ok(files.and_then(|files| files.get(path.as_str())).cloned())
    }

    /// Steps from name to name, however much lies below each.
    fn list(&self, branch: &Branch, path: &RecordPath) -> Result<Vec<Item>, StoreError> {
        let Some(files) = self.0.get(branch) else {
            return Ok(Vec::new());
        };
        let prefix = format!("{path}/");
        let mut items = Vec::new();
        let mut from = Bound::Included(prefix.clone());
        loop {
            let next = files.range((from, Bound::Unbounded)).next();
            let Some(rest) = next.and_then(|(known, _)| known.strip_prefix(&prefix)) else {
                items.sort();
                return Ok(items);
            };
            let (name, is_directory) = match rest.split_once('/') {
                Some((directory, _)) => (directory, true),
                None => (rest, false),
            };
            from = if is_directory {
                // `0` follows `/`, so this is after all that lies below.
                Bound::Included(format!("{prefix}{name}0"))
            } else {
                Bound::Excluded(format!("{prefix}{name}"))
            };
            items.push(Item {
                name: name.to_owned(),
                is_directory,
            });
        }
    }
}
