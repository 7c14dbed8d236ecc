//! What random facts leave behind is well: every file is a record in its place, and they fit together.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use git_pact::app::doctor::Ailment;
use git_pact::app::doctor::ailments;
use git_pact::domain::checkup::Problem;
use git_pact::domain::content::ContentId;
use git_pact::domain::entry::ContentKey;
use git_pact::domain::growth::Edit;
use git_pact::domain::growth::Surroundings;
use git_pact::domain::growth::forbidden;
use git_pact::domain::growth::has_verified;
use git_pact::domain::ledger::Ledger;
use git_pact::domain::time::Seq;
use git_pact::record::path::Branch;
use git_pact::record::path::Owner;
use git_pact::record::path::RecordPath;
use git_pact::record::stored;
use git_pact::record::stored::Unsound;
use git_pact::store::Snapshot;
use git_pact::store::ledger::StoreLedger;

/// Fails if anything is wrong in a snapshot.
pub(super) fn assert_sound(snapshot: &dyn Snapshot) {
    let ailing = ailments(snapshot).unwrap();
    let ailing: Vec<_> = ailing.into_iter().filter(is_of_the_store).collect();
    assert!(ailing.is_empty(), "{ailing:#?}");
}

/// Fails if a hook of a server would not let the step from one snapshot to the next in.
pub(super) fn assert_grows(before: &dyn Snapshot, after: &dyn Snapshot) {
    for branch in after.branches().unwrap() {
        let (old, new) = (files(before, &branch), files(after, &branch));
        let paths: BTreeSet<&RecordPath> = old.keys().chain(new.keys()).collect();
        let changed = paths
            .into_iter()
            .filter(|path| old.get(*path) != new.get(*path));
        let entry = |path: &RecordPath, bytes: Option<&Arc<[u8]>>| {
            // What these facts make up are the ids of contents.
            stored::entry(&branch, path, bytes?, None).ok()
        };
        let edits: Vec<Edit> = changed
            .map(|path| Edit {
                before: entry(path, old.get(path)),
                after: entry(path, new.get(path)),
            })
            .collect();
        let is_new = before.tip(&branch).unwrap().is_none();
        // Facts replace a pact as they like; that only a merge may do so is for who decides on them.
        let found = forbidden(&edits, is_new, &After(after));
        assert!(found.is_empty(), "{branch}: {found:#?}");
    }
}

/// What there is after a step.
struct After<'a>(&'a dyn Snapshot);

impl Surroundings for After<'_> {
    fn holds(&self, _: &ContentKey, _: &ContentId) -> bool {
        true
    }

    fn has_run(&self, of: &ContentKey, at: Seq) -> bool {
        let runs = StoreLedger::new(self.0).runs(&of.provider).unwrap();
        runs.iter()
            .any(|run| run.seq == at && has_verified(run, of))
    }
}

/// Returns all files of a branch.
fn files(snapshot: &dyn Snapshot, branch: &Branch) -> BTreeMap<RecordPath, Arc<[u8]>> {
    let mut files = BTreeMap::new();
    let root = match branch.owner() {
        Owner::App(segment) | Owner::Contracts(segment) | Owner::Environment(segment) => segment.0,
        Owner::Settings => "settings".to_owned(),
    };
    let mut directories = vec![RecordPath::in_tree(&root)];
    while let Some(directory) = directories.pop() {
        for item in snapshot.list(branch, &directory).unwrap() {
            let path = directory.join(&item.name);
            if item.is_directory {
                directories.push(path);
            } else {
                let bytes = snapshot.file(branch, &path).unwrap().unwrap();
                files.insert(path, bytes);
            }
        }
    }
    files
}

/// Leaves out what these facts make up: ids of contents, and places of versions that nobody recorded.
fn is_of_the_store(ailment: &Ailment) -> bool {
    match ailment {
        Ailment::File { why, .. } => !matches!(why, Unsound::OtherContent { .. }),
        Ailment::Misfit { finding, .. } => !matches!(
            finding.problem,
            Problem::NoContent { .. }
                | Problem::Contract { .. }
                | Problem::Dangling { .. }
                | Problem::NoEnvironment(_)
        ),
        Ailment::Unread { .. }
        | Ailment::Unchecked { .. }
        | Ailment::Merged { .. }
        | Ailment::Rewritten { .. } => true,
    }
}
