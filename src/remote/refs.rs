//! Refs of the local repository: they move by compare-and-swap, all or none.
//!
//! A fetch needs this where git judges by a history that it has just deepened. The branches of a
//! repository that is its own authority are the store's to move, not ours.

use super::error::RemoteError;
use super::error::Rewritten;
use super::fetch::tracking_ref;
use super::git::Call;
use super::git::Git;
use super::git::Said;
use super::names::RefName;
use super::names::Update;

/// Settings for moving refs: on disk before success is reported, and patient with another writer
/// who holds a lock for a moment. Older versions of git ignore those that they do not know.
const SETTINGS: &[&str] = &[
    "core.fsync=committed,loose-object,reference",
    "core.filesRefLockTimeout=2000",
    "core.packedRefsTimeout=2000",
    "reftable.lockTimeout=2000",
];

/// What came of moving refs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub(super) enum RefsOutcome {
    /// All of them are where they should be.
    Updated,
    /// These were not where they were expected; none was moved.
    Moved {
        /// The refs that somebody else has moved.
        refs: Vec<RefName>,
    },
}

impl Git {
    /// Moves refs of the local repository from where they were to where they should be: all of them
    /// or none. The repository's own `reference-transaction` hook, if any, has its say.
    ///
    /// # Errors
    ///
    /// Fails if a ref cannot be moved although nobody else has moved it: a name that clashes with
    /// another, a lock left behind, a full disk. Nothing was moved then.
    pub(super) fn update_refs(&self, updates: &[Update]) -> Result<RefsOutcome, RemoteError> {
        let order = |Update { name, old, new }: &Update| match old {
            Some(old) => format!("update {name} {new} {old}"),
            None => format!("create {name} {new}"),
        };
        let orders: Vec<_> = updates.iter().map(order).collect();
        let said = self.move_refs(&orders)?;
        if said.succeeded() {
            return Ok(RefsOutcome::Updated);
        }
        // Words are not read: where the refs are tells whether somebody else was faster.
        let names: Vec<_> = updates
            .iter()
            .map(|update| update.name.to_string())
            .collect();
        let tips = self.local_tips(&names)?;
        let elsewhere = |update: &&Update| tips.get(&update.name) != update.old.as_ref();
        let refs: Vec<_> = updates
            .iter()
            .filter(elsewhere)
            .map(|update| update.name.clone())
            .collect();
        if refs.is_empty() {
            Err(self.failure(&said, None))
        } else {
            Ok(RefsOutcome::Moved { refs })
        }
    }

    /// Moves the tracking refs of branches that did not grow to where those branches are, and takes
    /// away those of branches that were deleted: somebody has seen what is lost, and accepts it.
    ///
    /// # Errors
    ///
    /// Fails if a tracking ref is not where it was any more, or cannot be moved. None was moved then.
    pub fn accept_rewritten(
        &self,
        changes: &[Rewritten],
        tracking_prefix: &str,
    ) -> Result<(), RemoteError> {
        let mut orders = Vec::new();
        for Rewritten { name, old, new } in changes {
            let tracking = tracking_ref(name, tracking_prefix)?;
            orders.push(match new {
                Some(new) => format!("update {tracking} {new} {old}"),
                None => format!("delete {tracking} {old}"),
            });
        }
        let said = self.move_refs(&orders)?;
        if said.succeeded() {
            Ok(())
        } else {
            Err(self.failure(&said, None))
        }
    }

    /// Moves refs as orders say, a line each, all or none.
    fn move_refs(&self, orders: &[String]) -> Result<Said, RemoteError> {
        let orders = format!("start\n{}\nprepare\ncommit\n", orders.join("\n"));
        self.call(Call {
            settings: SETTINGS,
            stdin: orders.into_bytes(),
            ..Call::new("update-ref", &["--stdin"])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::names::ObjectId;
    use super::super::testing::Scratch;
    use super::*;

    fn update(name: &str, old: Option<&ObjectId>, new: &ObjectId) -> Update {
        Update {
            name: name.parse().unwrap(),
            old: old.cloned(),
            new: new.clone(),
        }
    }

    #[test]
    fn refs_move_together_or_not_at_all() {
        let scratch = Scratch::new();
        let git = scratch.git();
        let [one, two] = [
            scratch.local_commit(&[], "1"),
            scratch.local_commit(&[], "2"),
        ];
        let (a, b) = ("refs/heads/pact/app/a", "refs/heads/pact/app/b");
        let first = [update(a, None, &one)];
        assert_eq!(git.update_refs(&first).unwrap(), RefsOutcome::Updated);
        let stale = [update(b, None, &one), update(a, Some(&two), &one)];
        let refs = vec![a.parse().unwrap()];
        assert_eq!(
            git.update_refs(&stale).unwrap(),
            RefsOutcome::Moved { refs }
        );
        assert_eq!(scratch.local_tip(b), None);
        let both = [update(b, None, &one), update(a, Some(&one), &two)];
        assert_eq!(git.update_refs(&both).unwrap(), RefsOutcome::Updated);
        assert_eq!(scratch.local_tip(a), Some(two));
    }

    #[test]
    fn who_creates_a_ref_second_is_told() {
        let scratch = Scratch::new();
        let one = scratch.local_commit(&[], "1");
        let create = [update("refs/heads/pact/app/a", None, &one)];
        assert_eq!(
            scratch.git().update_refs(&create).unwrap(),
            RefsOutcome::Updated
        );
        let outcome = scratch.git().update_refs(&create).unwrap();
        assert!(matches!(outcome, RefsOutcome::Moved { .. }), "{outcome:?}");
    }

    #[test]
    fn a_clash_of_names_and_a_lock_left_behind_are_errors() {
        let scratch = Scratch::new();
        let one = scratch.local_commit(&[], "1");
        let root = [update("refs/heads/pact", None, &one)];
        assert_eq!(
            scratch.git().update_refs(&root).unwrap(),
            RefsOutcome::Updated
        );
        let clash = scratch
            .git()
            .update_refs(&[update("refs/heads/pact/app/a", None, &one)]);
        assert!(
            matches!(clash, Err(RemoteError::Failed { .. })),
            "{clash:?}"
        );
        std::fs::write(scratch.local().join("refs/heads/x.lock"), "").unwrap();
        let locked = scratch
            .git()
            .update_refs(&[update("refs/heads/x", None, &one)]);
        assert!(
            matches!(locked, Err(RemoteError::Failed { .. })),
            "{locked:?}"
        );
    }

    #[test]
    fn reftable_and_sha_256_will_do() {
        for format in ["--ref-format=reftable", "--object-format=sha256"] {
            let scratch = Scratch::with_format(format);
            let one = scratch.local_commit(&[], "1");
            let create = [update("refs/heads/pact/app/a", None, &one)];
            assert_eq!(
                scratch.git().update_refs(&create).unwrap(),
                RefsOutcome::Updated
            );
            let outcome = scratch.git().update_refs(&create).unwrap();
            assert!(matches!(outcome, RefsOutcome::Moved { .. }), "{outcome:?}");
        }
    }
}
