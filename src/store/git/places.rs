//! What was found at paths, while no branch moves.
//!
//! To follow a path takes a tree for each segment, and questions that come one after the other follow the
//! same paths again: an eighth of what a server did for a gate. How many are remembered is bounded.

use std::collections::HashMap;

use git2::Oid;

use crate::record::path::Branch;
use crate::record::path::RecordPath;

/// How many paths are remembered at most, some four megabytes. With one more it begins anew: whoever asks about
/// so many asks about none of them often.
const MOST: usize = 20_000;

/// What lies at a path: a directory or a file, and its id; `None` if nothing does.
pub(super) type Found = Option<(bool, Oid)>;

/// What was found at paths.
#[derive(Default)]
pub(super) struct Places {
    found: HashMap<Branch, HashMap<RecordPath, Found>>,
    count: usize,
}

impl Places {
    /// Returns what was found at a path, or `None` if nobody looked.
    pub(super) fn get(&self, branch: &Branch, path: &RecordPath) -> Option<Found> {
        self.found.get(branch)?.get(path).copied()
    }

    /// Remembers what was found at a path.
    pub(super) fn put(&mut self, branch: &Branch, path: &RecordPath, found: Found) {
        if self.count == MOST {
            *self = Self::default();
        }
        let of_branch = self.found.entry(branch.clone()).or_default();
        if of_branch.insert(path.clone(), found).is_none() {
            self.count += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_remembered_of_each_branch_and_within_bounds() {
        let [one, other] = ["app/Web", "app/Orders"].map(|name| Branch::parse(name).unwrap());
        let path = |number: usize| RecordPath::in_tree(&format!("Web/{number}"));
        let id = Oid::from_bytes(&[7; 20]).unwrap();
        let mut places = Places::default();
        places.put(&one, &path(0), Some((true, id)));
        places.put(&other, &path(0), None);
        for _ in 0..2 {
            places.put(&other, &path(0), None);
        }
        assert_eq!(places.get(&one, &path(0)), Some(Some((true, id))));
        assert_eq!(places.get(&other, &path(0)), Some(None));
        assert_eq!(places.get(&one, &path(1)), None);
        for number in 1..MOST - 1 {
            places.put(&one, &path(number), None);
        }
        assert_eq!(places.get(&other, &path(0)), Some(None));
        places.put(&one, &path(MOST), None);
        assert_eq!(places.get(&other, &path(0)), None);
        assert_eq!(places.get(&one, &path(MOST)), Some(None));
    }
}
